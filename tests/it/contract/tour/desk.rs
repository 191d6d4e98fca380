//! The commune's desk in the story: what waits there, what it is told, where that is sent; its calendar, given out and revoked.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Step, Story, Teller};
use crate::world::{Village, World};

impl Teller<'_> {
    /// The desk and its messages; a webhook made and ended; a feed given out and revoked.
    pub(super) async fn desk(&mut self, village: &Village) {
        let (mairie, commune) = (&village.commune.manager, &village.commune.id);
        self.get(mairie, format!("/v1/desk?structure_id={commune}&days=30")).await;
        self.get(mairie, format!("/v1/messages?structure_id={commune}")).await;
        let wish = json!({ "structure_id": commune, "url": "https://mairie.example/navette" });
        let made = self.post(mairie, "/v1/webhooks", wish).await;
        let path = format!("/v1/webhooks/{}", made["id"].as_str().unwrap());
        self.get(mairie, format!("/v1/webhooks?structure_id={commune}")).await;
        self.get(mairie, &path).await;
        self.patch(mairie, &path, json!({ "archived": true })).await;
        self.feeds(village).await;
    }

    /// The commune's calendar: made, read by whoever has its address, revoked.
    async fn feeds(&mut self, village: &Village) {
        let (mairie, commune) = (&village.commune.manager, &village.commune.id);
        let made = self.post(mairie, "/v1/feeds", json!({ "structure_id": commune })).await;
        let (id, address) = (made["id"].as_str().unwrap(), made["address"].as_str().unwrap());
        self.get(mairie, format!("/v1/feeds?structure_id={commune}")).await;
        self.get(mairie, format!("/v1/feeds/{id}")).await;
        self.tell(None, Method::GET, address.to_owned(), Value::Null).await;
        self.world.get(address).header("if-none-match", "*").await.unchanged();
        self.patch(mairie, format!("/v1/feeds/{id}"), json!({ "archived": true })).await;
    }
}

/// An ended webhook stays ended, and there is one at a time.
pub(super) async fn refusals(world: &World, story: &Story) {
    let (mairie, commune) = (&story.village.commune.manager, &story.village.commune.id);
    let ended = |step: &&Step| step.path.starts_with("/v1/webhooks/") && step.method == Method::PATCH;
    let path = &story.steps.iter().find(ended).unwrap().path;
    let back = world.patch(path, &json!({ "archived": false })).by(mairie).header("if-match", "*").await;
    assert_eq!(back.refused(409, "wrong-state")["state"], "archived");
    let mut wish = json!({ "structure_id": commune, "url": "https://mairie.example/autre" });
    world.post("/v1/webhooks", &wish).by(mairie).await.created();
    world.post("/v1/webhooks", &wish).by(mairie).await.refused(409, "duplicate");
    wish["id"] = json!(path.rsplit('/').next());
    world.post("/v1/webhooks", &wish).by(mairie).await.is(409);
    revoked_feeds(world, story).await;
    revoked_tokens(world, story).await;
}

/// A revoked service token stays revoked, and its id is taken.
async fn revoked_tokens(world: &World, story: &Story) {
    let mairie = &story.village.commune.manager;
    let made = |step: &&Step| step.path == "/v1/service-tokens" && step.method == Method::POST;
    let mut wish = story.steps.iter().find(made).unwrap().body.clone();
    let path = format!("/v1/service-tokens/{}", wish["id"].as_str().unwrap());
    let back = world.patch(path, &json!({ "archived": false })).by(mairie).header("if-match", "*").await;
    assert_eq!(back.refused(409, "wrong-state")["state"], "archived");
    wish["name"] = json!("Un autre nom");
    world.post("/v1/service-tokens", &wish).by(mairie).await.refused(409, "id-taken");
}

/// A revoked feed stays revoked, and its id is taken.
async fn revoked_feeds(world: &World, story: &Story) {
    let mairie = &story.village.commune.manager;
    let revoked = |step: &&Step| step.path.starts_with("/v1/feeds/") && step.method == Method::PATCH;
    let path = &story.steps.iter().find(revoked).unwrap().path;
    let back = world.patch(path, &json!({ "archived": false })).by(mairie).header("if-match", "*").await;
    assert_eq!(back.refused(409, "wrong-state")["state"], "archived");
    let address = &story.steps.iter().find(|step| step.path.starts_with("/feeds/")).unwrap().path;
    world.get(address).await.refused(404, "not-found");
    let taken = json!({ "id": path.rsplit('/').next(), "structure_id": story.village.commune.id });
    world.post("/v1/feeds", &taken).by(mairie).await.refused(409, "id-taken");
}
