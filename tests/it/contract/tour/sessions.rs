//! The part of the story about where one is logged in, and the keys behind it.

use axum::http::Method;
use navette::session;
use serde_json::json;

use super::{Story, Teller};
use crate::session::factor;
use crate::world::{Caller, PASSWORD, World};

impl Teller<'_> {
    /// Where one is logged in, and the end of it.
    pub async fn sessions(&mut self, reader: &Caller, owner: &Caller) {
        let log_in = json!({ "login": reader.login, "password": PASSWORD, "device": "Téléphone de Lise" });
        let lost = self.world.post("/v1/auth/login", &log_in).await.ok();
        self.get(reader, "/v1/sessions").await;
        let lost = format!("/v1/sessions/{}/end", lost["session_id"].as_str().unwrap());
        self.tell(Some(reader), Method::POST, lost, json!({})).await.nothing();
        self.tell(Some(reader), Method::POST, "/v1/sessions/end-others".into(), json!({})).await.nothing();
        let helper = format!("/v1/accounts/{}", self.world.account("absente").await.account);
        self.tell(Some(owner), Method::POST, format!("{helper}/end-sessions"), json!({})).await.nothing();
        let link = self.post(owner, format!("{helper}/reset-link"), json!({})).await;
        let token = link["link"].as_str().unwrap().split_once("token=").unwrap().1;
        let reset = json!({ "token": token, "password": "une phrase toute neuve" });
        self.tell(None, Method::POST, "/v1/auth/reset".into(), reset).await.nothing();
        self.post(owner, "/v1/signing-keys", json!({})).await;
    }

    /// A second factor, from its key to its end.
    pub(super) async fn second_factor(&mut self) {
        let prudent = self.world.account("prudente").await;
        let proof = json!({ "current_password": PASSWORD });
        let begun = self.post(&prudent, "/v1/second-factor", proof).await;
        self.get(&prudent, "/v1/second-factor").await;
        let code = json!({ "code": factor::shown(self.world, begun["key"].as_str().unwrap()) });
        let confirmed = self.post(&prudent, "/v1/second-factor/confirm", code).await;
        let removal = json!({ "current_password": PASSWORD, "code": confirmed["recovery_codes"][0] });
        self.tell(Some(&prudent), Method::POST, "/v1/second-factor/remove".into(), removal).await.nothing();
    }
}

/// What a program and a colleague are refused.
pub async fn refusals(world: &World, story: &Story) {
    let (mairie, commune) = (&story.village.commune.manager, &story.village.commune.id);
    let key = json!({ "structure_id": commune, "name": "Tableau de bord", "scope": "record", "until": "2026-12-31" });
    let key = world.post("/v1/service-tokens", &key).by(mairie).await.created();
    let token = key["token"].as_str().unwrap();
    for path in ["/v1/sessions", "/v1/second-factor"] {
        world.get(path).token(token).await.refused(403, "forbidden");
    }
    let code = json!({ "current_password": PASSWORD, "code": "000000" });
    world.post("/v1/second-factor/remove", &code).token(token).await.refused(403, "forbidden");
    world.post("/v1/second-factor/confirm", &json!({ "code": "0" })).token(token).await.refused(403, "forbidden");
    let proof = json!({ "current_password": PASSWORD });
    world.post("/v1/second-factor", &proof).token(token).await.refused(403, "forbidden");
    world.post("/v1/second-factor/confirm", &json!({ "code": "0" })).by(mairie).await.refused(409, "wrong-state");
    world.post("/v1/second-factor/remove", &code).by(mairie).await.refused(409, "wrong-state");
    factor::set_up(world, mairie).await;
    world.post("/v1/second-factor", &proof).by(mairie).await.refused(409, "wrong-state");
    links(world, story).await;
    for path in ["/v1/sessions/end-others".to_owned(), format!("/v1/sessions/{}/end", mairie.account)] {
        world.post(path, &json!({})).token(token).await.refused(403, "forbidden");
    }
    let end = format!("/v1/accounts/{}/end-sessions", story.reader.account);
    world.post(end, &json!({})).by(mairie).await.refused(403, "forbidden");
}

/// Links that are not made, and a code that is guessed through one.
async fn links(world: &World, story: &Story) {
    let archived = world.account("partie").await;
    let path = format!("/v1/accounts/{}", archived.account);
    world.patch(&path, &json!({ "archived": true })).by(&story.village.owner).on_version(1).await.ok();
    world.post(format!("{path}/reset-link"), &json!({})).by(&story.village.owner).await.refused(409, "wrong-state");
    let own = format!("/v1/accounts/{}/reset-link", story.reader.account);
    world.post(own, &json!({})).by(&story.reader).await.refused(403, "forbidden");
    let token = session::reset::link_at_the_machine(&world.app, "mairie".to_owned(), false).await.unwrap().unwrap();
    let guess = json!({ "token": token, "password": "une phrase toute neuve", "code": "000000" });
    for _ in 0..6 {
        world.post("/v1/auth/reset", &guess).await.refused(401, "second-factor-needed");
    }
    world.post("/v1/auth/reset", &guess).await.refused(429, "too-many-requests");
}
