//! A world of its own for each test: its database, its clock, its callers, and requests that read like sentences.
//!
//! # How to use it
//!
//! ```ignore
//! #[tokio::test]
//! async fn a_member_gives_three_hours() {
//!     let world = World::new().await;               // an empty database; the clock stands at START
//!     let village = world.village().await;          // three structures with a manager each, one cooperation
//!     let (commune, jardins) = (&village.commune, &village.association);
//!     let wish = json!({ "giver_id": jardins.id, "receiver_id": commune.id, "day": "2026-03-14",
//!                        "minutes": 180, "activity": "coordination" });
//!     let hours = world.post("/v1/hours", &wish).by(&jardins.manager).await.created();
//!     assert_eq!(hours["state"], "declared");
//!     world.post("/v1/hours", &json!({})).by(&jardins.manager).await.invalid("/activity", "missing-field");
//! }
//! ```
//!
//! * `world.get(path)`, `.post(path, &json)`, `.patch(path, &json)`, `.form(path, &[(name, text)])`,
//!   `.raw(method, path, media_type, bytes)` make a request; `.by(&caller)`, `.token(text)`, `.header(name, value)`,
//!   `.on_version(3)` (If-Match), `.key("k1")` (Idempotency-Key), `.in_french()` dress it; `.await` sends it.
//! * An [`Answer`](crate::ask::Answer) is taken apart by `.ok()` (200), `.created()` (201), `.nothing()` (204),
//!   `.unchanged()` (304), `.refused(status, code)`, `.invalid(pointer, fault)` (422), `.unreadable(name, fault)` (400):
//!   each asserts and gives the JSON. `.items()` gives the items of a page, `.header(name)` a header.
//! * Every answer of an operation is held against `openapi.yaml` before the test sees it, and is remembered in
//!   [`World::observed`].
//! * `world.advance(days)` turns the clock. Callers sign a fresh token for each request, so none expires on the way.
//! * `world.contents()` is all there is in the database: compare it to prove that nothing changed.
//! * `world.account(login)` makes a login without any role (its password is [`PASSWORD`]); `world.colleague(&party,
//!   role, login)` one with a role; `world.structure(…)`, `.person(…)`, `.equipment(…)` what else a test begins with.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};

use axum::Router;
use axum::http::Method;
use navette::App;
use navette::auth::rows;
use navette::clock::{Clock, Moment};
use navette::http::door::Settings;
use navette::http::rates::Generosity;
use navette::id::Id;
use navette::session::{self, password, rules::Password, token::Bearer};
use navette::store::{Store, SyncLog, sync_log};
use rusqlite::Connection;
use serde_json::{Value, json};
use tempfile::TempDir;
use time::macros::datetime;

use crate::ask::{Observation, Request, Sent};

/// Where the clock of every world stands at first: a Saturday, 2026-03-14 at 09:00 UTC.
pub const START: Moment = Moment::from_millis(datetime!(2026-03-14 09:00 UTC).unix_timestamp() * 1000);
/// [`START`] as a day.
pub const TODAY: &str = "2026-03-14";
/// The password of every account made by [`World::account`].
pub const PASSWORD: &str = "le chat dort sur la herse";
/// What opens the figures of the service in a world made by [`World::new`].
pub const METRICS_TOKEN: &str = "a token for the figures, long enough";
/// The first day of the cooperation of [`World::village`], and of its memberships.
pub const COOPERATION_STARTS_ON: &str = "2024-01-01";

/// A database, a clock, an app, and what its answers were.
pub struct World {
    /// What handlers share; tests turn its clock and reach its store.
    pub app: App,
    router: Router,
    observed: Mutex<BTreeSet<Observation>>,
    /// Told of every request before it is sent.
    pub witness: OnceLock<Witness>,
    /// Accounts with a session of the world's own, in which their callers ask.
    signed_in: Mutex<BTreeSet<Id>>,
    file: PathBuf,
    // Last, so that the database is closed before its folder goes.
    _folder: Option<TempDir>,
}

/// Sees requests before they are sent.
pub type Witness = Box<dyn Fn(Sent) + Send + Sync>;

/// An account that sends requests.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Its identifier.
    pub account: Id,
    /// What it logs in with.
    pub login: String,
}

/// A structure, and the account that manages it.
#[derive(Debug, Clone)]
pub struct Party {
    /// The structure's identifier.
    pub id: String,
    /// Its manager.
    pub manager: Caller,
}

/// Three structures in one cooperation, which the commune facilitates.
#[derive(Debug)]
pub struct Village {
    /// The owner of the instance, without any role in a structure.
    pub owner: Caller,
    /// The commune, which founded the cooperation and facilitates it.
    pub commune: Party,
    /// An association, member of the cooperation.
    pub association: Party,
    /// A machinery co-operative, member of the cooperation.
    pub cuma: Party,
    /// The cooperation's identifier.
    pub cooperation: String,
}

impl World {
    /// An empty database whose clock stands at [`START`]; requests are not counted, since that clock stands still.
    pub async fn new() -> Self {
        let metrics = Some(navette::secret::digest(METRICS_TOKEN));
        Self::behind(Settings { generosity: Generosity::Off, metrics, ..Settings::default() }).await
    }

    /// An empty database behind a door that an operator has set.
    pub async fn behind(settings: Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let world = Self::on(&folder.path().join("navette.db"), Clock::fixed(START), settings).await.unwrap();
        Self { _folder: Some(folder), ..world }
    }

    /// A database that may be there already, or why it cannot be used.
    pub async fn on(file: &Path, clock: Clock, settings: Settings) -> Result<Self, String> {
        Self::syncing(file, clock, settings, sync_log(file)).await
    }

    /// The same, with another way to put its log on the disk.
    pub async fn syncing(file: &Path, clock: Clock, settings: Settings, sync: SyncLog) -> Result<Self, String> {
        let store = Store::open_syncing(file, clock.clone(), sync).map_err(|error| error.to_string())?;
        let app = App::new(store, clock).await.map_err(|error| error.to_string())?.behind(settings);
        let router = navette::http::router(app.clone());
        let file = file.to_owned();
        let (observed, signed_in, witness) = (Mutex::default(), Mutex::default(), OnceLock::new());
        Ok(Self { app, router, observed, witness, signed_in, file, _folder: None })
    }

    /// The path of the database file.
    pub fn file(&self) -> PathBuf {
        self.file.clone()
    }

    /// A `GET`.
    pub fn get(&self, path: impl Into<String>) -> Request<'_> {
        Request::new(self, Method::GET, path.into())
    }

    /// A `POST` of JSON.
    pub fn post(&self, path: impl Into<String>, body: &Value) -> Request<'_> {
        self.raw(Method::POST, path, "application/json", body.to_string())
    }

    /// A `PATCH` with a JSON merge patch.
    pub fn patch(&self, path: impl Into<String>, body: &Value) -> Request<'_> {
        self.raw(Method::PATCH, path, "application/merge-patch+json", body.to_string())
    }

    /// A `POST` of a form of several parts; a part named `file` is sent as a file.
    pub fn form(&self, path: impl Into<String>, parts: &[(&str, &str)]) -> Request<'_> {
        let part = |(name, value): &(&str, &str)| {
            let file = if *name == "file" { "; filename=\"table.csv\"\r\nContent-Type: text/csv" } else { "" };
            format!("--seam\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{value}\r\n")
        };
        let body = parts.iter().map(part).collect::<Vec<_>>().concat() + "--seam--\r\n";
        self.raw(Method::POST, path, "multipart/form-data; boundary=seam", body)
    }

    /// A request with this body, whatever it is.
    pub fn raw(&self, method: Method, path: impl Into<String>, media: &str, body: impl Into<Vec<u8>>) -> Request<'_> {
        Request::new(self, method, path.into()).header("content-type", media).body(body.into())
    }

    /// The service, to send a request through it.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// Remembers what an operation answered.
    pub fn observe(&self, observation: Observation) {
        self.observed.lock().unwrap().insert(observation);
    }

    /// Every (operation, status) answered so far.
    pub fn observed(&self) -> BTreeSet<Observation> {
        self.observed.lock().unwrap().clone()
    }

    /// Turns the clock forward by whole days.
    pub fn advance(&self, days: i64) {
        self.app.clock.advance_seconds(days * 86_400);
    }

    /// An access token of this caller, signed now, in the session of [`World::sign_in`].
    pub fn token_of(&self, caller: &Caller) -> String {
        let bearer = Bearer { account: caller.account, session: caller.account };
        self.app.keys.issue(bearer, self.app.clock.now()).unwrap()
    }

    /// Begins a session for this account as if its holder had logged in; its id is the account's. Once is enough.
    pub async fn sign_in(&self, account: Id) {
        if self.signed_in.lock().unwrap().insert(account) {
            let begin = move |db: &Connection, now| session::rows::insert_session(db, account, account, None, now);
            self.app.store.write(begin).await.unwrap();
        }
    }

    /// All rows of all tables, as text, by table; the digests, which follow from them, left out.
    pub async fn contents(&self) -> BTreeMap<String, Vec<String>> {
        let read = self.app.store.read(|db| {
            let mut tables = db.prepare(
                "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'
                            and name <> 'table_digest'",
            )?;
            let tables = tables.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
            let mut contents = BTreeMap::new();
            for table in tables {
                let mut all = db.prepare(&format!("select * from {table}"))?;
                let columns = all.column_count();
                let line = |row: &rusqlite::Row<'_>| {
                    (0..columns).map(|column| row.get_ref(column).map(|v| format!("{v:?} "))).collect()
                };
                let rows = all.query_map([], line)?.collect::<Result<Vec<String>, _>>()?;
                contents.insert(table, rows);
            }
            Ok(contents)
        });
        read.await.unwrap()
    }

    /// Makes this the secret of the set-up link, as the server does when it starts on an empty database.
    pub async fn lay_link(&self, secret: &str) {
        let digest = navette::secret::digest(secret);
        self.app.store.write(move |db, now| session::rows::set_setup_token(db, digest, now)).await.unwrap();
    }

    /// Does the set-up as a person would, through the link; the account owns the instance.
    pub async fn set_up(&self, wish: &Value) -> Value {
        self.lay_link("the secret of the link").await;
        let mut body = json!({ "token": "the secret of the link", "login": "owner", "password": PASSWORD });
        body.as_object_mut().unwrap().extend(wish.as_object().unwrap().clone());
        let account = self.post("/v1/setup", &body).await.created();
        self.sign_in(Id::parse(account["id"].as_str().unwrap()).unwrap()).await;
        account
    }

    /// Three structures with a manager each, and a cooperation with all three in it since [`COOPERATION_STARTS_ON`].
    pub async fn village(&self) -> Village {
        let owner = self.set_up(&json!({})).await;
        let owner = Caller { account: Id::parse(owner["id"].as_str().unwrap()).unwrap(), login: "owner".to_owned() };
        let commune = self.party(&owner, "Commune de Saint-Ferréol", "commune", "mairie").await;
        let association = self.party(&owner, "Les Jardins partagés", "association", "jardins").await;
        let cuma = self.party(&owner, "CUMA du Vallon", "cuma", "cuma").await;
        let cooperation = self.cooperation(&commune, "Vallée partagée").await;
        for member in [&association, &cuma] {
            self.membership(&commune, &cooperation, &member.id, COOPERATION_STARTS_ON).await;
        }
        Village { owner, commune, association, cuma, cooperation }
    }

    /// A structure and its manager, made by the owner of the instance.
    pub async fn party(&self, owner: &Caller, name: &str, kind: &str, login: &str) -> Party {
        let id = self.structure(owner, name, kind).await;
        let manager = self.account(login).await;
        let grant = json!({ "account_id": manager.account.to_string(), "structure_id": id, "role": "manager" });
        self.post("/v1/roles", &grant).by(owner).await.created();
        Party { id, manager }
    }

    /// A structure without any account.
    pub async fn structure(&self, by: &Caller, name: &str, kind: &str) -> String {
        self.post("/v1/structures", &json!({ "name": name, "kind": kind })).by(by).await.created_id()
    }

    /// A cooperation that this party founds and facilitates, since [`COOPERATION_STARTS_ON`].
    pub async fn cooperation(&self, founder: &Party, name: &str) -> String {
        let wish = json!({ "name": name, "intention": "Se prêter la main et les outils.", "founder_id": founder.id,
                           "starts_on": COOPERATION_STARTS_ON });
        self.post("/v1/cooperations", &wish).by(&founder.manager).await.created_id()
    }

    /// A structure's membership from a day on.
    pub async fn membership(&self, facilitator: &Party, cooperation: &str, structure: &str, from: &str) -> String {
        let wish = json!({ "cooperation_id": cooperation, "structure_id": structure, "role": "member",
                           "starts_on": from });
        self.agreed(&facilitator.manager, &wish).await
    }

    /// A membership that a facilitator asks for and the structure, if it has a manager, accepts.
    pub async fn agreed(&self, facilitator: &Caller, wish: &Value) -> String {
        let asked = self.post("/v1/memberships", wish).by(facilitator).await;
        if asked.status.as_u16() == 201 {
            return asked.created_id();
        }
        let proposal = asked.is(202).json();
        let structure = Id::parse(wish["structure_id"].as_str().unwrap()).unwrap();
        let manager = self.app.store.read(move |db| {
            let query = "select account_id from account_role
                         where structure_id = ?1 and role = 'manager' and archived = 0";
            Ok(db.query_row(query, [structure], |row| row.get(0))?)
        });
        let manager = Caller { account: manager.await.unwrap(), login: String::new() };
        let answer = format!("/v1/proposals/{}/events", proposal["id"].as_str().unwrap());
        self.post(answer, &json!({ "event": "accept" })).by(&manager).await.ok();
        let cooperation = wish["cooperation_id"].as_str().unwrap();
        let stays = format!("/v1/memberships?cooperation_id={cooperation}&structure_id={structure}");
        let stays = self.get(stays).by(facilitator).await.items();
        let begun = stays.iter().find(|stay| stay["starts_on"] == wish["starts_on"]).unwrap();
        begun["id"].as_str().unwrap().to_owned()
    }

    /// An account without any role, whose password is [`PASSWORD`].
    pub async fn account(&self, login: &str) -> Caller {
        // Written straight into the store: hashing one password per account would slow every test.
        static HASH: OnceLock<String> = OnceLock::new();
        let hash = HASH.get_or_init(|| password::hash_now(&Password::try_from(PASSWORD.to_owned()).unwrap()).unwrap());
        let made = login.to_owned();
        let written = self.app.store.write(move |db, now| {
            let account = Id::fresh(now);
            rows::insert_account(db, account, &made, hash, false, now)?;
            Ok(account)
        });
        let account = written.await.unwrap();
        self.sign_in(account).await;
        Caller { account, login: login.to_owned() }
    }

    /// An account with a role in this structure, given by its manager.
    pub async fn colleague(&self, party: &Party, role: &str, login: &str) -> Caller {
        let caller = self.account(login).await;
        let grant = json!({ "account_id": caller.account.to_string(), "structure_id": party.id, "role": role });
        self.post("/v1/roles", &grant).by(&party.manager).await.created();
        caller
    }

    /// A person known to this structure.
    pub async fn person(&self, party: &Party, name: &str) -> String {
        let wish = json!({ "structure_id": party.id, "name": name });
        self.post("/v1/people", &wish).by(&party.manager).await.created_id()
    }

    /// One unit of equipment of this structure.
    pub async fn equipment(&self, party: &Party, name: &str, category: &str) -> String {
        let wish = json!({ "structure_id": party.id, "name": name, "category": category });
        self.post("/v1/equipment", &wish).by(&party.manager).await.created_id()
    }
}
