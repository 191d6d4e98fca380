//! Valuation grids in the story: drafted, approved by the council, tried; the cooperation's, in points.

use axum::http::Method;
use serde_json::json;

use super::{Step, Story, Teller};
use crate::deeds::with;
use crate::grid::{approval, example, wish};
use crate::world::{Village, World};

impl Teller<'_> {
    /// The commune's grid and the cooperation's.
    pub(super) async fn grids(&mut self, village: &Village) {
        let (mairie, commune) = (&village.commune.manager, &village.commune.id);
        let list = format!("?structure_id={commune}");
        let named = json!({ "name": "Valorisation 2026" });
        let grid = self.keep(mairie, "/v1/grids", &list, wish(&village.commune), named).await;
        self.post(mairie, format!("/v1/grids/{grid}/approve"), approval()).await;
        self.get(mairie, example(&grid, "volunteer_hours", "2026-07-01", "minutes=89")).await;
        self.get(mairie, "/v1/smic").await;
        let points = json!({ "id": self.next_id(), "structure_id": null, "cooperation_id": village.cooperation,
                             "unit": "points", "method": "points", "rates": [
            { "kind": "equipment", "category": "Tracteur", "from": "2026-01-01", "per": "item_day", "amount": 2000 }] });
        self.post(mairie, "/v1/grids", with(&wish(&village.commune), &points)).await;
        self.get(mairie, format!("/v1/grids?cooperation_id={}", village.cooperation)).await;
    }
}

/// What is approved stays as it is, and a draft values nothing.
pub(super) async fn refusals(world: &World, story: &Story) {
    let mairie = &story.village.commune.manager;
    let approves = |step: &&Step| step.path.ends_with("/approve");
    let path = &story.steps.iter().find(approves).unwrap().path;
    assert_eq!(world.post(path, &approval()).by(mairie).await.refused(409, "wrong-state")["state"], "approved");
    let grid = path.trim_end_matches("/approve");
    let change = json!({ "name": "Autre chose" });
    world.patch(grid, &change).by(mairie).header("if-match", "*").await.refused(409, "wrong-state");
    let made = |step: &&Step| step.path == "/v1/grids" && step.method == Method::POST;
    let taken = with(&story.steps.iter().find(made).unwrap().body, &change);
    world.post("/v1/grids", &taken).by(mairie).await.refused(409, "id-taken");
    let draft = world.drafted(&story.village.commune, &json!({})).await;
    let asked = example(&draft, "volunteer_hours", "2026-07-01", "minutes=89");
    world.get(asked).by(mairie).await.refused(409, "grid-not-approved");
}
