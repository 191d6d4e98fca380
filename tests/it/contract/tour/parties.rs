//! Two parties and a witness in the story: what is attested, taken back, and what waits for somebody's word.

use serde_json::json;

use super::{Story, Teller};
use crate::world::{TODAY, Village, World};

impl Teller<'_> {
    /// Hours of the association for the CUMA, which the commune attests and then does not.
    pub(super) async fn parties(&mut self, village: &Village) {
        let (mairie, jardins) = (&village.commune.manager, &village.association.manager);
        let wish = json!({ "giver_id": village.association.id, "receiver_id": village.cuma.id, "day": TODAY,
                           "cooperation_id": village.cooperation, "minutes": 45, "activity": "Taille des pommiers" });
        let hours = self.world.post("/v1/hours", &wish).by(jardins).await.created();
        let line = format!("/v1/contributions/{}", hours["contribution_id"].as_str().unwrap());
        for word in ["attest", "withdraw"] {
            let said = json!({ "id": self.next_id() });
            self.post(mairie, format!("{line}/{word}"), said).await;
        }
        let commune = &village.commune.id;
        self.get(mairie, format!("/v1/inbox?structure_id={commune}&box=contested")).await;
        let wish = json!({ "structure_id": commune, "contribution_ids": [hours["contribution_id"]] });
        self.post(mairie, "/v1/inbox/confirm", wish).await;
    }
}

/// What is attested once is not attested again, and what was taken back is gone.
pub(super) async fn refusals(world: &World, story: &Story) {
    let mairie = &story.village.commune.manager;
    for word in ["attest", "withdraw"] {
        let step = story.steps.iter().find(|step| step.path.ends_with(word)).unwrap();
        world.post(&step.path, &json!({})).by(mairie).await.refused(409, "wrong-state");
    }
}
