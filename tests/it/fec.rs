//! Files of accounting entries: as accountants import them, and nothing twice.

mod broken;
mod file;
mod journal;
mod random;
mod refused;

use serde_json::{Value, json};

use crate::ask::Request;
use crate::deeds::{given, with};
use crate::world::{Party, Village, World};

/// A SIREN that holds.
pub const SIREN: &str = "732829320";
/// The name of its file of 2026.
pub const NAME: &str = "732829320FEC20261231.txt";

/// Rates for all that happens here: time at the SMIC, things at what their hire would cost.
pub fn rates() -> Value {
    json!({ "rates": [
        { "kind": "volunteer_hours", "from": "2019-01-01", "per": "hour" },
        { "kind": "skill_by_volunteer", "from": "2019-01-01", "per": "hour" },
        { "kind": "skill_by_staff", "from": "2019-01-01", "per": "hour", "method": "employer_cost", "amount": 3150 },
        { "kind": "premises", "from": "2019-01-01", "per": "item_day", "method": "market_rent", "amount": 8000 },
        { "kind": "equipment", "from": "2019-01-01", "per": "item_day", "method": "market_rent", "amount": 4500 },
        { "kind": "equipment", "category": "livre", "from": "2019-01-01", "per": "item_day", "method": "market_rent",
          "amount": 0 },
    ] })
}

/// The commune with a SIREN and a grid that was approved.
pub struct Office {
    pub world: World,
    pub village: Village,
    pub grid: String,
}

impl Office {
    pub async fn new() -> Self {
        let world = World::new().await;
        let village = world.village().await;
        world.named(&village.commune).await;
        let grid = world.approved(&village.commune, &rates()).await;
        Self { world, village, grid }
    }

    pub fn commune(&self) -> &Party {
        &self.village.commune
    }

    /// Exports 2026, with more said, or other things.
    pub fn export(&self, more: &Value) -> Request<'_> {
        let wish = with(&json!({ "year": 2026, "grid_id": self.grid }), more);
        let path = format!("/v1/structures/{}/fec-exports", self.commune().id);
        self.world.post(path, &wish).by(&self.commune().manager)
    }

    /// Takes an export back.
    pub fn reverse(&self, export: &str) -> Request<'_> {
        self.world.post(format!("/v1/fec-exports/{export}/reversal"), &json!({})).by(&self.commune().manager)
    }

    /// The file of an export, as a manager gets it.
    pub async fn file(&self, export: &str) -> String {
        let answer = self.world.get(format!("/v1/fec-exports/{export}/file")).by(&self.commune().manager).await;
        answer.is(200).text()
    }

    /// Hours that the association gave the commune and the commune confirmed; their line.
    pub async fn confirmed(&self, day: &str, minutes: i64) -> String {
        let line = self.declared(day, minutes).await;
        self.world.word(&line, "confirm", &json!({})).by(&self.commune().manager).await.ok();
        line
    }

    /// Hours that the association says it gave the commune; their line.
    pub async fn declared(&self, day: &str, minutes: i64) -> String {
        let jardins = &self.village.association;
        self.world.hours_line(&jardins.manager, &given(jardins, self.commune(), day, minutes)).await
    }
}

impl World {
    /// Gives a structure its SIREN.
    pub async fn named(&self, party: &Party) {
        let siren = json!({ "siren": SIREN });
        let path = format!("/v1/structures/{}", party.id);
        self.patch(path, &siren).by(&party.manager).header("if-match", "*").await.ok();
    }
}

/// The columns of each line of a file but its heading.
pub fn lines(file: &str) -> Vec<Vec<&str>> {
    file.lines().skip(1).map(|line| line.split('\t').collect()).collect()
}

/// Some columns of each line.
pub fn columns<const N: usize>(file: &str, wanted: [usize; N]) -> Vec<[String; N]> {
    lines(file).into_iter().map(|line| wanted.map(|column| line[column].to_owned())).collect()
}
