//! The feeds of the story: the commune's calendar, given out and revoked.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Story, Teller};
use crate::world::{Village, World};

impl Teller<'_> {
    /// The commune's calendar: made, read by whoever has its address, revoked.
    pub(super) async fn feeds(&mut self, village: &Village) {
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

/// A revoked feed stays revoked, and its id is taken.
pub(super) async fn refusals(world: &World, story: &Story) {
    let mairie = &story.village.commune.manager;
    let revoked = |step: &&super::Step| step.path.starts_with("/v1/feeds/") && step.method == Method::PATCH;
    let path = &story.steps.iter().find(revoked).unwrap().path;
    let back = world.patch(path, &json!({ "archived": false })).by(mairie).header("if-match", "*").await;
    assert_eq!(back.refused(409, "wrong-state")["state"], "archived");
    let address = &story.steps.iter().find(|step| step.path.starts_with("/feeds/")).unwrap().path;
    world.get(address).await.refused(404, "not-found");
    let taken = json!({ "id": path.rsplit('/').next(), "structure_id": story.village.commune.id });
    world.post("/v1/feeds", &taken).by(mairie).await.refused(409, "id-taken");
}
