//! Valuation grids: quantities become euros or points only by rates that somebody approved, to the cent.

mod keeping;
mod using;

use serde_json::{Value, json};

use crate::deeds::with;
use crate::world::{Party, World};

/// The draft of a structure that values its volunteers at the SMIC.
pub fn wish(party: &Party) -> Value {
    json!({ "structure_id": party.id, "name": "Valorisation du bénévolat", "unit": "euro", "method": "smic",
            "source": "SMIC horaire brut",
            "rates": [{ "kind": "volunteer_hours", "from": "2019-01-01", "per": "hour" }] })
}

/// What the general assembly said.
pub fn approval() -> Value {
    json!({ "body": "Assemblée générale", "on": "2026-03-07", "reference": "PV du 7 mars 2026, résolution 4" })
}

/// The address of an example to value.
pub fn example(grid: &str, kind: &str, day: &str, quantity: &str) -> String {
    format!("/v1/grids/{grid}/value?kind={kind}&day={day}&{quantity}")
}

impl World {
    /// A draft of this structure, with more said, or other things.
    pub async fn drafted(&self, party: &Party, more: &Value) -> String {
        self.post("/v1/grids", &with(&wish(party), more)).by(&party.manager).await.created_id()
    }

    /// A grid of this structure that its general assembly approved.
    pub async fn approved(&self, party: &Party, more: &Value) -> String {
        let grid = self.drafted(party, more).await;
        self.post(format!("/v1/grids/{grid}/approve"), &approval()).by(&party.manager).await.ok();
        grid
    }

    /// What an example is worth, as the manager is told.
    pub async fn worth(&self, party: &Party, grid: &str, kind: &str, day: &str, quantity: &str) -> Value {
        self.get(example(grid, kind, day, quantity)).by(&party.manager).await.ok()["amount"].clone()
    }
}
