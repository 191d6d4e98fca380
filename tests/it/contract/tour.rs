//! The tour of the API: a story of three structures that meets every operation in every status it declares.

mod accounts;
mod books;
mod commons;
mod desk;
mod grids;
mod joining;
mod papers;
mod parties;
mod people;
mod service;
mod sessions;
mod spoilt;
mod statements;
mod volunteers;

use std::collections::BTreeSet;

use axum::http::Method;
use navette::http::limits::BODY_BYTES_MAX;
use serde_json::{Value, json};

use spoilt::refused;

use super::conflicts::conflicts;
use super::promise::Promise;
use super::route;
use crate::ask::{Answer, Observation, Request};
use crate::world::{Caller, PASSWORD, TODAY, Village, World};

/// An id that nothing has.
pub const NOTHING: &str = "01990f3a-7c1e-7000-8000-00000000ffff";

/// A request of the story, as it can be sent again.
#[derive(Debug, Clone)]
pub struct Step {
    /// Who sends it; none for what needs no account.
    pub by: Option<Caller>,
    /// `GET`, `POST` or `PATCH`.
    pub method: Method,
    /// With its query.
    pub path: String,
    /// Null for a `GET`; the parts of a form for an import.
    pub body: Value,
}

impl Step {
    /// Its operation's path in the route table.
    pub fn template(&self) -> &'static str {
        route(&self.method, &self.path).unwrap()
    }

    /// The request without caller and precondition, with another path and body perhaps.
    pub fn request<'w>(&self, world: &'w World, path: &str, body: &Value) -> Request<'w> {
        match (&self.method, self.template()) {
            (_, "/v1/imports") => {
                let parts =
                    body.as_object().unwrap().iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap()));
                world.form(path, &parts.collect::<Vec<_>>())
            }
            (method, _) if method == Method::GET => world.get(path),
            (method, _) if method == Method::PATCH => world.patch(path, body),
            _ => world.post(path, body),
        }
    }

    /// The request by another caller, on whatever version there is.
    pub fn by<'w>(&self, world: &'w World, caller: &Caller) -> Request<'w> {
        let request = self.request(world, &self.path, &self.body).by(caller);
        if self.method == Method::PATCH { request.header("if-match", "*") } else { request }
    }
}

/// What the story leaves behind.
pub struct Story {
    /// The three structures.
    pub village: Village,
    /// A reader of the commune.
    pub reader: Caller,
    /// Each request of the story.
    pub steps: Vec<Step>,
    /// The loan that is returned.
    pub loan: String,
    /// The contribution of the association's hours, confirmed by the commune.
    pub contribution: String,
}

/// Tells the story, each operation once at least, with ids that the clients chose.
pub struct Teller<'w> {
    world: &'w World,
    steps: Vec<Step>,
    ids: u32,
}

impl Teller<'_> {
    fn next_id(&mut self) -> String {
        self.ids += 1;
        format!("01990f3a-7c1e-7000-8000-{:012}", self.ids)
    }

    async fn tell(&mut self, by: Option<&Caller>, method: Method, path: String, body: Value) -> Answer {
        let step = Step { by: by.cloned(), method, path, body };
        let request = match by {
            Some(caller) => step.by(self.world, caller),
            None => step.request(self.world, &step.path, &step.body),
        };
        let answer = request.await;
        assert!(answer.status.is_success(), "{answer}");
        self.steps.push(step);
        answer
    }

    async fn get(&mut self, by: &Caller, path: impl Into<String>) -> Value {
        self.tell(Some(by), Method::GET, path.into(), Value::Null).await.json()
    }

    async fn post(&mut self, by: &Caller, path: impl Into<String>, body: Value) -> Value {
        self.tell(Some(by), Method::POST, path.into(), body).await.json()
    }

    async fn patch(&mut self, by: &Caller, path: impl Into<String>, body: Value) -> Value {
        self.tell(Some(by), Method::PATCH, path.into(), body).await.json()
    }

    /// Creates, lists, reads and changes one thing of a collection.
    async fn keep(&mut self, by: &Caller, collection: &str, query: &str, mut wish: Value, change: Value) -> String {
        let id = self.next_id();
        wish["id"] = json!(id);
        let created = self.post(by, collection, wish).await;
        assert_eq!(created["id"], json!(id));
        self.get(by, format!("{collection}{query}")).await;
        self.get(by, format!("{collection}/{id}")).await;
        if !change.is_null() {
            self.patch(by, format!("{collection}/{id}"), change).await;
        }
        id
    }

    async fn session(&mut self, caller: &Caller) {
        let log_in = json!({ "login": caller.login, "password": PASSWORD });
        let first = self.tell(None, Method::POST, "/v1/auth/login".into(), log_in).await.json();
        let refresh = json!({ "refresh_token": first["refresh_token"] });
        let second = self.tell(None, Method::POST, "/v1/auth/refresh".into(), refresh).await.json();
        let log_out = json!({ "refresh_token": second["refresh_token"] });
        self.tell(None, Method::POST, "/v1/auth/logout".into(), log_out).await.nothing();
    }

    async fn directory(&mut self, village: &Village) {
        let (owner, mairie) = (&village.owner, &village.commune.manager);
        self.get(owner, "/v1/accounts/me").await;
        let account = json!({ "login": "stagiaire", "password": "les pommes sont mûres" });
        self.keep(owner, "/v1/accounts", "", account, json!({ "archived": true })).await;
        let farm = json!({ "name": "Ferme des Aulnes", "kind": "farm", "siret": "73282932000074",
                           "contact": { "email": "aulnes@example.org" } });
        let farm = self.keep(owner, "/v1/structures", "?kind=farm", farm, Value::Null).await;
        let contact = json!({ "contact": { "email": "secret@mairie.example", "phone": "04 75 00 00 00" } });
        self.patch(mairie, format!("/v1/structures/{}", village.commune.id), contact).await;
        let helper = self.world.account("aide").await;
        let role =
            json!({ "account_id": helper.account.to_string(), "structure_id": village.commune.id, "role": "reader" });
        let of_commune = format!("?structure_id={}", village.commune.id);
        self.keep(mairie, "/v1/roles", &of_commune, role, json!({ "role": "contributor" })).await;
        let key = json!({ "structure_id": village.commune.id, "name": "Conseil départemental", "scope": "read",
                          "until": "2026-12-31" });
        self.keep(mairie, "/v1/service-tokens", &of_commune, key, json!({ "archived": true })).await;
        let person = json!({ "structure_id": village.commune.id, "name": "Ginette Faure", "note": "Appeler le soir" });
        self.keep(mairie, "/v1/people", &of_commune, person, json!({ "pseudonym": true })).await;
        let fete = json!({ "name": "Fête du pain", "intention": "Rallumer le four", "founder_id": village.commune.id });
        let fete = self.keep(mairie, "/v1/cooperations", "", fete, json!({ "territory": "Le Vallon" })).await;
        let membership = json!({ "cooperation_id": fete, "structure_id": farm, "role": "member", "starts_on": TODAY });
        let of_fete = format!("?cooperation_id={fete}");
        self.keep(mairie, "/v1/memberships", &of_fete, membership, json!({ "ends_on": "2027-01-01" })).await;
    }

    /// The tractor, lent and returned, then promised again; the loan that is returned.
    async fn lending(&mut self, village: &Village) -> String {
        let (cuma, mairie) = (&village.cuma.manager, &village.commune.manager);
        let tractor = json!({ "structure_id": village.cuma.id, "name": "Tracteur rouge", "category": "tracteur" });
        let change = json!({ "place": "Hangar du bas" });
        let tractor = self.keep(cuma, "/v1/equipment", "?category=tracteur", tractor, change).await;
        let closure = json!({ "equipment_id": tractor, "reason": "maintenance", "from": "2026-11-02",
                              "until": "2026-11-16", "note": "Vidange du pont" });
        let of_tractor = format!("?equipment_id={tractor}");
        self.keep(cuma, "/v1/closures", &of_tractor, closure, json!({ "until": "2026-11-20" })).await;
        self.get(mairie, format!("/v1/availability{of_tractor}&from=2026-11-01&until=2026-12-01")).await;
        let request = json!({ "id": self.next_id(), "lender_id": village.cuma.id, "borrower_id": village.commune.id,
                              "from": "2026-12-01", "until": "2026-12-03", "note": "Pour le marché",
                              "items": [{ "equipment_id": tractor }] });
        let request = self.post(mairie, "/v1/loan-requests", request).await["id"].as_str().unwrap().to_owned();
        self.get(mairie, format!("/v1/loan-requests/{request}")).await;
        self.post(cuma, format!("/v1/loan-requests/{request}/events"), json!({ "event": "approve" })).await;
        let mut wish = json!({ "equipment_id": tractor, "borrower_id": village.commune.id, "from": TODAY,
                               "until": "2026-03-17", "cooperation_id": village.cooperation });
        let of_commune = format!("?structure_id={}", village.commune.id);
        let loan = self.keep(mairie, "/v1/loans", &of_commune, wish.clone(), Value::Null).await;
        for event in ["approve", "hand_over", "return"] {
            self.post(cuma, format!("/v1/loans/{loan}/events"), json!({ "event": event })).await;
        }
        wish["from"] = json!("2026-04-01");
        wish["until"] = json!("2026-04-05");
        let promised = self.world.post("/v1/loans", &wish).by(mairie).await.created_id();
        self.world.post(format!("/v1/loans/{promised}/events"), &json!({ "event": "approve" })).by(cuma).await.ok();
        loan
    }

    /// The association's hours for the commune.
    async fn giving(&mut self, village: &Village) -> String {
        let (jardins, of) = (&village.association.manager, format!("?structure_id={}", village.association.id));
        let hours = json!({ "giver_id": village.association.id, "receiver_id": village.commune.id, "day": TODAY,
                            "cooperation_id": village.cooperation, "minutes": 180, "activity": "Taille des pommiers",
                            "note": "Sécateurs à affûter" });
        let hours = self.keep(jardins, "/v1/hours", &of, hours, Value::Null).await;
        let skill = json!({ "structure_id": village.association.id, "name": "Greffe en fente" });
        let skill = self.keep(jardins, "/v1/skills", "", skill, json!({ "description": "Au printemps" })).await;
        let need = json!({ "structure_id": village.association.id, "name": "Comptabilité" });
        self.keep(jardins, "/v1/needs", "", need, json!({ "description": "Une matinée" })).await;
        let session = json!({ "giver_id": village.association.id, "skill_id": skill, "day": TODAY, "minutes": 90,
                              "cooperation_id": village.cooperation,
                              "receivers": [{ "structure_id": village.commune.id, "participants": 6 }] });
        let session = self.keep(jardins, "/v1/skill-sessions", &of, session, Value::Null).await;
        let mairie = &village.commune.manager;
        let read = self.get(mairie, format!("/v1/skill-sessions/{session}")).await;
        let taught = read["receivers"][0]["contribution_id"].as_str().unwrap().to_owned();
        let contest = json!({ "id": self.next_id(), "reason": "Nous étions cinq" });
        self.post(mairie, format!("/v1/contributions/{taught}/contest"), contest).await;
        hours
    }

    /// What the parties say of the hours; their contribution.
    async fn ledger(&mut self, village: &Village, hours: &str) -> String {
        let (mairie, jardins) = (&village.commune.manager, &village.association.manager);
        let read = self.get(jardins, format!("/v1/hours/{hours}")).await;
        let contribution = read["contribution_id"].as_str().unwrap().to_owned();
        self.get(mairie, format!("/v1/contributions?structure_id={}&side=received", village.commune.id)).await;
        self.get(mairie, format!("/v1/contributions/{contribution}")).await;
        let (confirm, correct) = (self.next_id(), self.next_id());
        self.post(mairie, format!("/v1/contributions/{contribution}/confirm"), json!({ "id": confirm })).await;
        let correction = json!({ "id": correct, "minutes": 120, "reason": "Repas compris" });
        self.post(jardins, format!("/v1/contributions/{contribution}/correct"), correction).await;
        self.get(mairie, "/v1/ledger/head").await;
        self.get(mairie, format!("/v1/audit?structure_id={}", village.commune.id)).await;
        self.get(mairie, format!("/v1/ledger/proof?contribution_id={contribution}&from=1")).await;
        self.world.get("/v1/ledger/proof?seq=99").by(mairie).await.refused(404, "not-found");
        self.get(mairie, format!("/v1/structures/{}/summaries/2026", village.commune.id)).await;
        self.get(mairie, format!("/v1/cooperations/{}/summaries/2026.json", village.cooperation)).await;
        for extension in ["", ".csv"] {
            let of_one = format!("/v1/cooperations/{}/diagnosis{extension}", village.cooperation);
            let of_several = format!("/v1/diagnosis{extension}?cooperation_id={}", village.cooperation);
            self.tell(Some(mairie), Method::GET, of_one, Value::Null).await;
            self.tell(Some(mairie), Method::GET, of_several, Value::Null).await;
        }
        let import = json!({ "file": "Nom\nMarcel Astier\n", "mapping": people_of("Commune de Saint-Ferréol") });
        let report = self.post(mairie, "/v1/imports", import).await;
        assert_eq!((&report["created"], &report["refused"]), (&json!(1), &json!(0)), "{report}");
        contribution
    }

    async fn pages(&mut self) {
        for path in [
            "/healthz",
            "/readyz",
            "/openapi.yaml",
            "/problems/not-found",
            "/setup",
            "/reset",
            "/setup.js",
            "/setup.css",
            "/invitation",
            "/invitation.js",
        ] {
            self.tell(None, Method::GET, path.into(), Value::Null).await;
        }
    }
}

/// The mapping of a table of people of one structure.
fn people_of(structure: &str) -> String {
    format!("records = \"people\"\n[fields]\nstructure = {{ value = \"{structure}\" }}\nname = \"Nom\"\n")
}

/// The whole story.
pub async fn tell(world: &World) -> Story {
    let village = world.village().await;
    let reader = world.colleague(&village.commune, "reader", "lise").await;
    let mut teller = Teller { world, steps: Vec::new(), ids: 0 };
    teller.session(&reader).await;
    teller.sessions(&reader, &village.owner).await;
    teller.second_factor().await;
    teller.directory(&village).await;
    let loan = teller.lending(&village).await;
    teller.desk(&village).await;
    teller.papers(&village, &loan).await;
    let hours = teller.giving(&village).await;
    let contribution = teller.ledger(&village, &hours).await;
    teller.commons(&village).await;
    teller.parties(&village).await;
    teller.grids(&village).await;
    teller.accounts(&village).await;
    teller.statements(&village).await;
    teller.books(&village).await;
    teller.joining(&village).await;
    teller.people(&village, &loan).await;
    teller.volunteers(&village).await;
    teller.pages().await;
    Story { village, reader, steps: teller.steps, loan, contribution }
}

#[tokio::test]
async fn every_operation_is_seen_in_every_status_it_declares() {
    let world = World::new().await;
    a_wrong_link_does_not_set_up(&world).await;
    let story = tell(&world).await;
    conflicts(&world, &story).await;
    sessions_that_end(&world, &story).await;
    desk::refusals(&world, &story).await;
    sessions::refusals(&world, &story).await;
    parties::refusals(&world, &story).await;
    grids::refusals(&world, &story).await;
    accounts::refusals(&world, &story).await;
    statements::refusals(&world, &story).await;
    books::refusals(&world, &story).await;
    joining::refusals(&world, &story).await;
    volunteers::refusals(&world, &story).await;
    service::figures(&world).await;
    service::refusals(&world).await;
    for (method, path, status) in Promise::get().statuses() {
        if world.observed().contains(&(method.clone(), path.clone(), status)) {
            continue;
        }
        let step = story.steps.iter().find(|step| step.method == method.as_str() && step.template() == path);
        let step = step.unwrap_or_else(|| panic!("{method} {path} is not in the story"));
        let answer = refused(&world, &story, step, status).await;
        assert_eq!(answer.status.as_u16(), status, "{answer}");
    }
    let declared = Promise::get().statuses();
    let seen = world.observed();
    assert_eq!(declared.difference(&seen).collect::<Vec<_>>(), [] as [&Observation; 0], "declared and never seen");
    assert_eq!(seen.difference(&declared).collect::<BTreeSet<_>>(), BTreeSet::new(), "seen and not declared");
}

async fn a_wrong_link_does_not_set_up(world: &World) {
    let mut body = json!({ "token": "guessed", "login": "owner", "password": PASSWORD });
    world.post("/v1/setup", &body).await.refused(401, "wrong-credentials");
    world.raw(Method::POST, "/v1/setup", "application/json", "{").await.refused(400, "malformed-json");
    world.raw(Method::POST, "/v1/setup", "text/plain", "{}").await.refused(415, "unsupported-media-type");
    let large = vec![b' '; BODY_BYTES_MAX + 1];
    world.raw(Method::POST, "/v1/setup", "application/json", large).await.refused(413, "body-too-large");
    body["password"] = json!("short");
    world.post("/v1/setup", &body).await.invalid("/password", "too-short");
}

/// Log-ins that fail, and the set-up that is over.
async fn sessions_that_end(world: &World, story: &Story) {
    let again = json!({ "token": "the secret of the link", "login": "second", "password": PASSWORD });
    world.post("/v1/setup", &again).await.refused(410, "gone");
    world.post("/v1/auth/refresh", &json!({ "refresh_token": "spent" })).await.refused(401, "wrong-credentials");
    let guess = json!({ "login": story.reader.login, "password": "guess" });
    for _ in 0..6 {
        world.post("/v1/auth/login", &guess).await.refused(401, "wrong-credentials");
    }
    world.post("/v1/auth/login", &guess).await.refused(429, "too-many-requests");
    let (mairie, owner) = (&story.village.commune.manager, story.village.owner.account);
    let reader = format!("/v1/accounts/{}", story.reader.account);
    let change = json!({ "password": "une autre phrase", "current_password": PASSWORD });
    world.patch(&reader, &change).by(mairie).on_version(1).await.refused(403, "forbidden");
    world.patch(format!("/v1/accounts/{owner}"), &change).by(mairie).on_version(1).await.refused(404, "not-found");
}
