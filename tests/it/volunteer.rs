//! For volunteers: their own hours and where these lead, attestations that anybody can check, timesheets.

mod attestations;
mod checks;
mod hours;
mod timesheets;

use serde_json::{Value, json};

use crate::deeds::{given, with};
use crate::world::{Party, TODAY, Village, World};

/// A volunteer of the association, of whom there are hours, a correction, an objection and a session.
struct Gardener {
    world: World,
    village: Village,
    id: String,
    token: String,
}

impl Gardener {
    /// Of this year: 10 h 30 of pruning (12 h, corrected), 2 h contested, 1 h 30 on which grafting was passed on. Of the
    /// year before: 3 h.
    async fn new() -> Self {
        let world = World::new().await;
        let village = world.village().await;
        let (jardins, commune) = (&village.association, &village.commune);
        let id = world.person(jardins, "Ginette Faure").await;
        let pruned = world.gave(jardins, commune, &id, TODAY, 720, "Taille").await;
        let correct = json!({ "minutes": 630, "reason": "Repas compris" });
        world.word(&pruned, "correct", &correct).by(&jardins.manager).await.created();
        let mown = world.gave(jardins, commune, &id, "2026-03-01", 120, "Fauche").await;
        let contest = json!({ "reason": "Pas chez nous" });
        world.word(&mown, "contest", &contest).by(&commune.manager).await.ok();
        world.gave(jardins, commune, &id, "2025-12-31", 180, "Taille").await;
        let undone = world.gave(jardins, commune, &id, "2026-02-01", 60, "Cueillette").await;
        let undo = json!({ "undo": true, "reason": "Saisi deux fois" });
        world.word(&undone, "correct", &undo).by(&jardins.manager).await.created();
        for taught_by in ["volunteer", "staff"] {
            let session = json!({ "giver_id": jardins.id, "skill": "Greffe", "person_id": id, "day": TODAY,
                                  "taught_by": taught_by, "minutes": 90, "receivers": [
                                      { "structure_id": commune.id, "participants": 3 },
                                      { "structure_id": village.cuma.id, "participants": 2 }] });
            world.post("/v1/skill-sessions", &session).by(&jardins.manager).await.created();
        }
        let token = world.link_of(&id, jardins).await;
        Self { world, village, id, token }
    }

    /// What the links of these secrets tell.
    async fn hours(&self, tokens: &[&str]) -> Value {
        self.world.post("/v1/me/hours", &json!({ "tokens": tokens })).await.ok()
    }

    /// An attestation of this year by the association.
    async fn attested(&self) -> Value {
        let path = format!("/v1/people/{}/attestations", self.id);
        self.world.post(path, &year()).by(&self.village.association.manager).await.created()
    }
}

impl World {
    /// Hours that a person gave; their contribution.
    async fn gave(&self, of: &Party, to: &Party, person: &str, day: &str, minutes: i64, activity: &str) -> String {
        let more = json!({ "person_id": person, "activity": activity });
        self.hours_line(&of.manager, &with(&given(of, to, day, minutes), &more)).await
    }
}

/// This year, as a period to attest.
fn year() -> Value {
    json!({ "from": "2026-01-01", "until": "2027-01-01" })
}
