//! The tour's conflicts: what cannot be twice, and what cannot happen now.

use serde_json::json;

use super::tour::Story;
use crate::world::{Caller, TODAY, World};

/// What cannot be twice, and what cannot happen now.
pub async fn conflicts(world: &World, story: &Story) {
    let Story { village, .. } = story;
    let (mairie, jardins, cuma) = (&village.commune.manager, &village.association.manager, &village.cuma.manager);
    // An id that names something else already: each creation of the story, with other words.
    for step in
        story.steps.iter().filter(|step| step.body.get("id").is_some() && !step.path.contains("/contributions/"))
    {
        let mut body = step.body.clone();
        let word = ["login", "name", "activity", "starts_on", "from", "day", "role"]
            .into_iter()
            .find(|word| body.get(word).is_some());
        body[word.unwrap()] = match word {
            Some("role") => json!("manager"),
            Some("starts_on" | "from" | "day") => json!("2026-03-13"),
            _ => json!("Autre chose"),
        };
        let by = step.by.as_ref().unwrap();
        step.request(world, &step.path, &body).by(by).await.refused(409, "id-taken");
    }
    let siret = json!({ "siret": "73282932000074" });
    let commune = format!("/v1/structures/{}", village.commune.id);
    world.patch(&commune, &siret).by(mairie).header("if-match", "*").await.refused(409, "duplicate");
    let roles = world.get(format!("/v1/roles?structure_id={}", village.cuma.id)).by(cuma).await.items();
    let own = format!("/v1/roles/{}", roles[0]["id"].as_str().unwrap());
    let resigned = world.patch(&own, &json!({ "archived": true })).by(cuma).on_version(1).await;
    assert_eq!(resigned.refused(409, "wrong-state")["state"], "last_manager");
    let farm = world.structure(mairie, "Ferme du Pré", "farm").await;
    let member = world.membership(&village.commune, &village.cooperation, &farm, "2025-01-01").await;
    let end = json!({ "ends_on": "2026-01-01" });
    world.patch(format!("/v1/memberships/{member}"), &end).by(mairie).on_version(1).await.ok();
    world.membership(&village.commune, &village.cooperation, &farm, "2026-01-01").await;
    let back = json!({ "ends_on": "2026-02-01" });
    world.patch(format!("/v1/memberships/{member}"), &back).by(mairie).on_version(2).await.refused(409, "duplicate");
    pools_and_lines(world, story, jardins, cuma).await;
}

async fn pools_and_lines(world: &World, story: &Story, jardins: &Caller, cuma: &Caller) {
    let chairs = json!({ "structure_id": story.village.cuma.id, "name": "Chaises", "category": "mobilier",
                         "tracking": "pool", "quantity": 100 });
    let chairs = world.post("/v1/equipment", &chairs).by(cuma).await.created_id();
    let loan = json!({ "equipment_id": chairs, "borrower_id": story.village.commune.id, "from": TODAY,
                       "until": "2026-03-20", "quantity": 80 });
    let loan = world.post("/v1/loans", &loan).by(cuma).await.created_id();
    world.post(format!("/v1/loans/{loan}/events"), &json!({ "event": "approve" })).by(cuma).await.ok();
    let fewer = world.patch(format!("/v1/equipment/{chairs}"), &json!({ "quantity": 50 })).by(cuma).on_version(1).await;
    fewer.refused(409, "already-in-use");
    let tractor = world.get(format!("/v1/loans/{}", story.loan)).by(cuma).await.ok()["equipment_id"].clone();
    let of_tractor = format!("/v1/closures?equipment_id={}", tractor.as_str().unwrap());
    let closure = world.get(of_tractor).by(cuma).await.items()[0]["id"].as_str().unwrap().to_owned();
    let longer = world.patch(format!("/v1/closures/{closure}"), &json!({ "until": "2026-12-02" })).by(cuma);
    longer.header("if-match", "*").await.refused(409, "already-in-use");
    let request = story.steps.iter().find(|step| step.path.starts_with("/v1/loan-requests/")).unwrap();
    let approve = json!({ "event": "approve" });
    world.post(format!("{}/events", request.path), &approve).by(cuma).await.refused(409, "wrong-state");
    let again = json!({ "event": "return" });
    world.post(format!("/v1/loans/{}/events", story.loan), &again).by(cuma).await.refused(409, "wrong-state");
    let line = format!("/v1/contributions/{}", story.contribution);
    world.post(format!("{line}/confirm"), &json!({})).by(jardins).await.refused(409, "wrong-state");
    let itself = json!({ "id": story.contribution, "undo": true, "reason": "Jamais eu lieu" });
    world.post(format!("{line}/correct"), &itself).by(jardins).await.refused(409, "id-taken");
    let reason = json!({ "reason": "Ce n'était pas nous" });
    world.post(format!("{line}/contest"), &reason).by(jardins).await.refused(409, "wrong-state");
}
