//! Files for the accounts in the story: made of what the commune received, read, fetched, and taken back.

use axum::http::Method;
use serde_json::json;

use super::{Step, Story, Teller};
use crate::deeds::id;
use crate::fec::rates;
use crate::world::{Village, World};

impl Teller<'_> {
    /// The commune's year 2026.
    pub(super) async fn books(&mut self, village: &Village) {
        let (mairie, commune) = (&village.commune.manager, &village.commune.id);
        self.world.named(&village.commune).await;
        let grid = self.world.approved(&village.commune, &rates()).await;
        let exports = format!("/v1/structures/{commune}/fec-exports");
        let made = self.post(mairie, &exports, json!({ "year": 2026, "grid_id": grid })).await;
        let own = format!("/v1/fec-exports/{}", id(&made));
        self.get(mairie, &exports).await;
        self.get(mairie, &own).await;
        self.tell(Some(mairie), Method::GET, format!("{own}/file"), json!(null)).await;
        self.post(mairie, format!("{own}/reversal"), json!({})).await;
    }
}

/// What was taken back stays so; what is wrong about a request.
pub(super) async fn refusals(world: &World, story: &Story) {
    let mairie = &story.village.commune.manager;
    let back = |step: &&Step| step.path.ends_with("/reversal");
    let path = &story.steps.iter().find(back).unwrap().path;
    assert_eq!(world.post(path, &json!({})).by(mairie).await.refused(409, "wrong-state")["state"], "reversed");
    let jardins = &story.village.association;
    let exports = format!("/v1/structures/{}/fec-exports", jardins.id);
    let grid = world.approved(jardins, &rates()).await;
    world.post(exports, &json!({ "year": 2026, "grid_id": grid })).by(&jardins.manager).await.refused(409, "no-siren");
}
