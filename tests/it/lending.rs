//! The loan desk: whatever is asked, changed, closed, split or undone, nothing is ever promised twice.

mod asking;
mod by_hand;
mod changes;
mod closures;
mod kits;
mod pieces;
mod requests;
mod search;
mod states;
mod undo;

use serde_json::{Value, json};

use crate::ask::{Answer, Request};
use crate::deeds::{loan_of, with};
use crate::world::{Party, Village, World};

/// A world in which the CUMA lends and the association borrows.
pub struct Desk {
    /// The world.
    pub world: World,
    /// Its structures.
    pub village: Village,
}

impl Desk {
    /// Nothing to lend yet.
    pub async fn new() -> Self {
        let world = World::new().await;
        let village = world.village().await;
        Self { world, village }
    }

    /// Who lends.
    pub fn cuma(&self) -> &Party {
        &self.village.cuma
    }

    /// Who borrows.
    pub fn jardins(&self) -> &Party {
        &self.village.association
    }

    /// A unit of the CUMA's, or what these facts make of it.
    pub fn wish(&self, facts: &Value) -> Value {
        with(&json!({ "structure_id": self.cuma().id, "name": "Remorque", "category": "remorque" }), facts)
    }

    /// Equipment of the CUMA's.
    pub async fn thing(&self, facts: Value) -> String {
        self.world.post("/v1/equipment", &self.wish(&facts)).by(&self.cuma().manager).await.created_id()
    }

    /// So many chairs of the CUMA's.
    pub async fn chairs(&self, quantity: i64) -> String {
        self.thing(json!({ "name": "Chaises", "category": "chaises", "tracking": "pool", "quantity": quantity })).await
    }

    /// The wish of the association for a thing.
    pub fn loan(&self, thing: &str, from: &str, until: &str) -> Value {
        loan_of(thing, self.jardins(), from, until)
    }

    /// The wish of the association for pieces of a pool.
    pub fn some(&self, thing: &str, quantity: i64, from: &str, until: &str) -> Value {
        with(&self.loan(thing, from, until), &json!({ "quantity": quantity }))
    }

    /// The association asks.
    pub fn ask(&self, wish: &Value) -> Request<'_> {
        self.world.post("/v1/loans", wish).by(&self.jardins().manager)
    }

    /// The association asks, and is refused because of this stretch, with the next free day.
    pub async fn taken(&self, wish: &Value, from: &str, until: &str, free: &str) {
        let problem = self.ask(wish).await.refused(409, "already-in-use");
        assert_eq!(problem["conflict"], json!({ "from": from, "until": until, "next_free_from": free }), "{wish}");
    }

    /// A loan that the association asked for.
    pub async fn asked(&self, wish: &Value) -> String {
        self.ask(wish).await.created_id()
    }

    /// A loan that the CUMA promised.
    pub async fn promised(&self, wish: &Value) -> String {
        self.world.promised(wish, self.cuma(), self.jardins()).await
    }

    /// A loan that left on this day.
    pub async fn out(&self, wish: &Value, on: &str) -> String {
        self.world.out(wish, self.cuma(), self.jardins(), on).await
    }

    /// Something happens to a loan, by the lender's hand.
    pub async fn happens(&self, loan: &str, what: Value) -> Answer {
        self.world.happens(loan, &what).by(&self.cuma().manager).await
    }

    /// Something that has to happen.
    pub async fn does(&self, loan: &str, what: Value) -> Value {
        self.happens(loan, what).await.ok()
    }

    /// The loan as it is now.
    pub async fn read(&self, loan: &str) -> Value {
        self.world.get(format!("/v1/loans/{loan}")).by(&self.jardins().manager).await.ok()
    }

    /// Equipment is changed by its structure, whatever its version.
    pub async fn change(&self, thing: &str, change: Value) -> Answer {
        let path = format!("/v1/equipment/{thing}");
        self.world.patch(path, &change).by(&self.cuma().manager).header("if-match", "*").await
    }

    /// Equipment is closed.
    pub fn close(&self, thing: &str, from: &str, until: &str, more: &Value) -> Request<'_> {
        let wish = json!({ "equipment_id": thing, "reason": "maintenance", "from": from, "until": until });
        self.world.post("/v1/closures", &with(&wish, more)).by(&self.cuma().manager)
    }

    /// Item-days and occasions of the contributions of a loan, in their order.
    pub async fn flows(&self, loan: &str) -> Vec<(i64, i64)> {
        let path = format!("/v1/contributions?structure_id={}&source_id={loan}", self.cuma().id);
        let lines = self.world.get(path).by(&self.cuma().manager).await.items();
        let flow = |line: &Value, unit: &str| line["quantities"][unit].as_i64().unwrap();
        let contributions = lines.iter().filter(|line| line["act"] == "contribution");
        let mut flows: Vec<_> = contributions
            .map(|line| (line["seq"].as_i64().unwrap(), flow(line, "item_days"), flow(line, "occasions")))
            .collect();
        flows.sort_unstable();
        flows.into_iter().map(|(_, days, occasions)| (days, occasions)).collect()
    }

    /// What the CUMA gave in a year, as declared.
    pub async fn given(&self, year: i32) -> Value {
        let summary = self.world.summary(&format!("structures/{}", self.cuma().id), year, &self.cuma().manager).await;
        summary["sides"][0]["by_kind"][0]["declared"].clone()
    }

    /// Nothing is wrong with the database.
    pub async fn holds(&self) {
        assert_eq!(self.world.faults().await, [] as [&str; 0]);
    }
}
