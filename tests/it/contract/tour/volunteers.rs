//! The volunteers of the story: their hours, an attestation and who checks it, a timesheet.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Step, Story, Teller};
use crate::world::{TODAY, Village, World};

impl Teller<'_> {
    /// A volunteer of the commune who stays, and what a manager prints for her.
    pub(super) async fn volunteers(&mut self, village: &Village) {
        let (commune, mairie) = (&village.commune, &village.commune.manager);
        let lucie = self.world.person(commune, "Lucie Morin").await;
        let hours = json!({ "receiver_id": commune.id, "person_id": lucie, "day": TODAY, "minutes": 90,
                            "activity": "Accueil" });
        self.world.hours_line(mairie, &hours).await;
        let wish = json!({ "id": self.next_id(), "from": "2026-01-01", "until": "2027-01-01" });
        let attestation = format!("/v1/attestations/{}", wish["id"].as_str().unwrap());
        let made = self.post(mairie, format!("/v1/people/{lucie}/attestations"), wish).await;
        self.get(mairie, format!("/v1/people/{lucie}/attestations")).await;
        self.get(mairie, attestation.clone()).await;
        self.get(mairie, format!("/v1/people/{lucie}/timesheets/2026")).await;
        let check = json!({ "code": made["code"] });
        self.tell(None, Method::POST, "/v1/attestations/check".to_owned(), check).await;
        self.patch(mairie, attestation, json!({ "archived": true })).await;
        for path in ["/attestations", "/attestations.js"] {
            self.tell(None, Method::GET, path.to_owned(), Value::Null).await;
        }
    }

    /// What somebody reads and prints through their link.
    pub(super) async fn own_hours(&mut self, token: &str) {
        for (what, body) in [
            ("hours", json!({ "tokens": [token] })),
            ("timesheet", json!({ "token": token, "year": 2026 })),
            ("attestations", json!({ "token": token, "from": "2026-01-01", "until": "2027-01-01" })),
        ] {
            self.tell(None, Method::POST, format!("/v1/me/{what}"), body).await;
        }
    }
}

/// A revoked attestation stays revoked.
pub(super) async fn refusals(world: &World, story: &Story) {
    let revoked = |step: &&Step| step.path.starts_with("/v1/attestations/") && step.method == Method::PATCH;
    let path = &story.steps.iter().find(revoked).unwrap().path;
    let back = world.patch(path, &json!({ "archived": false })).by(&story.village.commune.manager);
    assert_eq!(back.header("if-match", "*").await.refused(409, "wrong-state")["state"], "archived");
}
