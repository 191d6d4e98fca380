//! The part of the story about where one is logged in, and the keys behind it.

use axum::http::Method;
use serde_json::json;

use super::{Story, Teller};
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
        let helper = format!("/v1/accounts/{}/end-sessions", self.world.account("absente").await.account);
        self.tell(Some(owner), Method::POST, helper, json!({})).await.nothing();
        self.post(owner, "/v1/signing-keys", json!({})).await;
    }
}

/// What a program and a colleague are refused.
pub async fn refusals(world: &World, story: &Story) {
    let (mairie, commune) = (&story.village.commune.manager, &story.village.commune.id);
    let key = json!({ "structure_id": commune, "name": "Tableau de bord", "scope": "record", "until": "2026-12-31" });
    let key = world.post("/v1/service-tokens", &key).by(mairie).await.created();
    let token = key["token"].as_str().unwrap();
    world.get("/v1/sessions").token(token).await.refused(403, "forbidden");
    for path in ["/v1/sessions/end-others".to_owned(), format!("/v1/sessions/{}/end", mairie.account)] {
        world.post(path, &json!({})).token(token).await.refused(403, "forbidden");
    }
    let end = format!("/v1/accounts/{}/end-sessions", story.reader.account);
    world.post(end, &json!({})).by(mairie).await.refused(403, "forbidden");
}
