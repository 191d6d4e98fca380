//! Closed years in the story: the commune's and the cooperation's.

use serde_json::json;

use super::{Story, Teller};
use crate::world::{Village, World};

impl Teller<'_> {
    /// The year before is closed, read and held against the ledger.
    pub(super) async fn statements(&mut self, village: &Village) {
        let (mairie, commune) = (&village.commune.manager, &village.commune.id);
        for of in [format!("structures/{commune}"), format!("cooperations/{}", village.cooperation)] {
            let path = format!("/v1/{of}/statements");
            let wish = json!({ "year": 2025 });
            let closed = self.post(mairie, &path, wish).await["id"].as_str().unwrap().to_owned();
            self.get(mairie, &path).await;
            for what in ["", "/document", "/verification"] {
                self.get(mairie, format!("/v1/statements/{closed}{what}")).await;
            }
        }
    }
}

/// A year is closed once.
pub(super) async fn refusals(world: &World, story: &Story) {
    let mairie = &story.village.commune.manager;
    let closes = story.steps.iter().filter(|step| step.path.ends_with("/statements") && !step.body.is_null());
    for path in closes.map(|step| &step.path).collect::<Vec<_>>() {
        world.post(path, &json!({ "year": 2025 })).by(mairie).await.refused(409, "year-closed");
    }
}
