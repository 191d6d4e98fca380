//! Accounts in the story: the commune's plan, and what it takes into its accounts by its own grid.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Story, Teller};
use crate::world::{Village, World};

impl Teller<'_> {
    /// The commune's plan of the year, and its papers.
    pub(super) async fn accounts(&mut self, village: &Village) {
        let (mairie, structure) = (&village.commune.manager, format!("/v1/structures/{}", village.commune.id));
        let plan = format!("{structure}/budgets/2026");
        self.post(mairie, &plan, json!({ "861": 900, "871": 900 })).await;
        self.get(mairie, &plan).await;
        self.patch(mairie, &plan, json!({ "864": 400, "870": 400 })).await;
        for path in [
            format!("{structure}/accounts/2026/notes"),
            format!("{structure}/accounts/2026/notes.html"),
            format!("{structure}/accounts/2026/timesheet.xlsx"),
            format!("{structure}/aid/2026.csv"),
        ] {
            self.tell(Some(mairie), Method::GET, path, Value::Null).await;
        }
    }
}

/// A draft values nothing.
pub(super) async fn refusals(world: &World, story: &Story) {
    let (commune, mairie) = (&story.village.commune, &story.village.commune.manager);
    let draft = world.drafted(commune, &json!({})).await;
    for path in ["accounts/2026/notes", "aid/2026", "loans-given-and-received/2026"] {
        let asked = format!("/v1/structures/{}/{path}?grid={draft}", commune.id);
        world.get(asked).by(mairie).await.refused(409, "grid-not-approved");
    }
    let again = json!({ "861": 900, "871": 900 });
    let plan = format!("/v1/structures/{}/budgets/2026", commune.id);
    world.post(plan, &again).by(mairie).await.refused(409, "duplicate");
}
