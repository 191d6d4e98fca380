//! French accounting: what was received in kind, on accounts of class 8, in notes, budgets and time sheets.

mod budget;
mod foot;
mod many;
mod notes;
mod sheets;

use serde_json::{Value, json};

use crate::deeds::{given, lent, with};
use crate::world::{Village, World};

/// An association that received, in 2026, ninety minutes and three hours of the commune's members, two days of a
/// marquee that it had since the 30th of December, a lesson of an hour by the staff of the CUMA, and a loan that nobody
/// measured; it contests ten hours more.
struct Books {
    world: World,
    village: Village,
    grid: String,
}

impl Books {
    async fn new() -> Self {
        let world = World::new().await;
        let village = world.village().await;
        let (commune, jardins, cuma) = (&village.commune, &village.association, &village.cuma);
        let first = world.hours_line(&commune.manager, &given(commune, jardins, "2026-01-15", 90)).await;
        world.word(&first, "confirm", &json!({})).by(&jardins.manager).await.ok();
        world.hours_line(&commune.manager, &given(commune, jardins, "2026-02-01", 180)).await;
        let wrong = world.hours_line(&commune.manager, &given(commune, jardins, "2026-02-02", 600)).await;
        world.word(&wrong, "contest", &json!({ "reason": "Personne n’est venu." })).by(&jardins.manager).await.ok();
        for (from, until) in [("2025-12-30", Some("2026-01-03")), ("2026-02-10", None)] {
            world.post("/v1/loans", &lent(cuma, jardins, from, until)).by(&cuma.manager).await.created();
        }
        let lesson = json!({ "giver_id": cuma.id, "skill": "Affûtage", "taught_by": "staff", "day": "2026-03-01",
                             "minutes": 60, "receivers": [{ "structure_id": jardins.id, "participants": 2 }] });
        world.post("/v1/skill-sessions", &lesson).by(&cuma.manager).await.created();
        let grid = world.approved(jardins, &rates("2019-01-01")).await;
        Self { world, village, grid }
    }

    /// The address of a paper of the association.
    fn paper(&self, year: i32, paper: &str, query: &str) -> String {
        format!("/v1/structures/{}/accounts/{year}/{paper}?{query}", self.village.association.id)
    }

    /// A paper as the association's manager reads it.
    async fn read(&self, year: i32, paper: &str, query: &str) -> Value {
        self.world.get(self.paper(year, paper, query)).by(&self.village.association.manager).await.ok()
    }

    /// The same with the association's grid.
    async fn valued(&self, year: i32, paper: &str) -> Value {
        self.read(year, paper, &format!("grid={}", self.grid)).await
    }

    /// The same as a file or a page, in French.
    async fn printed(&self, year: i32, paper: &str) -> String {
        let path = self.paper(year, paper, &format!("grid={}", self.grid));
        self.world.get(path).by(&self.village.association.manager).in_french().await.is(200).text()
    }
}

/// Volunteers at the SMIC, marquees at 45 euros a day, staff at 30 euros an hour, from this day on.
fn rates(from: &str) -> Value {
    json!({ "name": "Valorisation", "rates": [
        { "kind": "volunteer_hours", "from": from, "per": "hour" },
        { "kind": "equipment", "from": from, "per": "item_day", "method": "market_rent",
          "source": "Tarif du loueur voisin", "amount": 4500 },
        { "kind": "skill_by_staff", "from": from, "per": "hour", "method": "employer_cost", "amount": 3000 },
    ] })
}

/// Hours of people of the association itself.
fn own_hours(books: &Books, day: &str, minutes: i64, more: &Value) -> Value {
    let wish = json!({ "receiver_id": books.village.association.id, "day": day, "minutes": minutes,
                       "activity": "Accueil" });
    with(&wish, more)
}
