//! Loans forgotten at the time: recorded when they are over, of things that no catalogue knows as well.

use serde_json::json;

use crate::deeds::{lent, loan_of, says, with};
use crate::world::World;

#[tokio::test]
async fn a_thing_that_no_catalogue_knows_can_be_recorded_with_and_without_its_end() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    for (until, item_days) in [(Some("2026-03-05"), json!(4)), (None, json!(null))] {
        let wish = lent(cuma, jardins, "2026-03-01", until);
        let loan = world.post("/v1/loans", &wish).by(&cuma.manager).await.created();
        says(
            &loan,
            &json!({ "equipment_id": null, "category": "barnum", "nature": "thing", "state": "returned",
                     "from": "2026-03-01", "until": until, "handed_over_on": "2026-03-01", "returned_on": until }),
        );
        let line = world.contribution(loan["contribution_id"].as_str().unwrap(), &jardins.manager).await;
        says(&line, &json!({ "occurred_on": "2026-03-01", "occurred_until": until, "declared_by": cuma.id }));
        assert_eq!(line["quantities"]["item_days"], item_days);
    }
    let year = world.summary(&format!("structures/{}", cuma.id), 2026, &cuma.manager).await;
    let sum = &year["sides"][0]["by_kind"][0]["declared"];
    says(sum, &json!({ "lines": 2, "item_days": 4, "occasions": 2, "unmeasured": 1 }));
}

#[tokio::test]
async fn a_room_lent_in_the_past_is_premises_and_counted_apart() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma) = (&village.commune, &village.cuma);
    let room = json!({ "category": "salle des fêtes", "nature": "premises", "quantity": 2 });
    let room = with(&lent(commune, cuma, "2026-03-01", Some("2026-03-02")), &room);
    let loan = world.post("/v1/loans", &room).by(&commune.manager).await.created();
    let line = world.contribution(loan["contribution_id"].as_str().unwrap(), &commune.manager).await;
    says(&line, &json!({ "kind": "premises", "category": "salle des fêtes" }));
    assert_eq!(line["quantities"]["item_days"], 2);
}

#[tokio::test]
async fn an_unlisted_thing_needs_its_lender_its_category_and_to_be_over() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let wish = lent(cuma, jardins, "2026-03-01", Some("2026-03-05"));
    for (more, pointer, fault) in [
        (json!({ "lender_id": null }), "/lender_id", "missing-field"),
        (json!({ "category": null }), "/category", "missing-field"),
        (json!({ "category": "\u{200b}" }), "/category", "invisible-character"),
        (json!({ "recorded_afterwards": false }), "/equipment_id", "missing-field"),
        (json!({ "recorded_afterwards": null }), "/equipment_id", "missing-field"),
        (json!({ "lender_id": jardins.id }), "/borrower_id", "same-parties"),
        (json!({ "until": "2026-03-01" }), "/until", "end-before-start"),
        (json!({ "until": "2026-03-16" }), "/until", "day-in-the-future"),
        (json!({ "from": "2026-03-15", "until": null }), "/from", "day-in-the-future"),
        (json!({ "nature": "service" }), "/nature", "not-one-of"),
        (json!({ "provenance": "estimated" }), "/provenance_rule", "missing-field"),
    ] {
        world.post("/v1/loans", &with(&wish, &more)).by(&cuma.manager).await.invalid(pointer, fault);
    }
    let listed = world.equipment(cuma, "Motoculteur", "outillage").await;
    let unended = json!({ "equipment_id": listed, "borrower_id": jardins.id, "from": "2026-03-01",
                          "recorded_afterwards": true });
    world.post("/v1/loans", &unended).by(&cuma.manager).await.invalid("/until", "missing-field");
    let estimated = json!({ "provenance": "estimated", "provenance_rule": "4 jours par fête" });
    let loan = world.post("/v1/loans", &with(&wish, &estimated)).by(&cuma.manager).await.created();
    let line = world.contribution(loan["contribution_id"].as_str().unwrap(), &cuma.manager).await;
    says(&line, &estimated);
}

#[tokio::test]
async fn a_borrower_without_any_account_is_recorded_and_confirms_when_it_has_one() {
    let world = World::new().await;
    let village = world.village().await;
    let cuma = &village.cuma;
    let group = world.structure(&cuma.manager, "Le café du hameau", "informal").await;
    let wish = json!({ "lender_id": cuma.id, "borrower_id": group, "category": "barnum", "from": "2026-03-01",
                       "recorded_afterwards": true });
    let loan = world.post("/v1/loans", &wish).by(&cuma.manager).await.created();
    let line = loan["contribution_id"].as_str().unwrap();
    world.word(line, "confirm", &json!({})).by(&cuma.manager).await.refused(409, "wrong-state");

    let newcomer = world.account("hameau").await;
    let grant = json!({ "account_id": newcomer.account.to_string(), "structure_id": group, "role": "manager" });
    world.post("/v1/roles", &grant).by(&village.owner).await.created();
    let confirmed = world.word(line, "confirm", &json!({})).by(&newcomer).await.ok();
    says(&confirmed, &json!({ "state": "confirmed", "declared_by": cuma.id }));
}

#[tokio::test]
async fn either_party_records_what_is_over_and_the_other_confirms() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins, commune) = (&village.cuma, &village.association, &village.commune);
    let wish = lent(cuma, jardins, "2026-03-01", Some("2026-03-05"));
    world.post("/v1/loans", &wish).by(&commune.manager).await.refused(403, "forbidden");
    for (declarer, other) in [(cuma, jardins), (jardins, cuma)] {
        let loan = world.post("/v1/loans", &wish).by(&declarer.manager).await.created();
        let line = loan["contribution_id"].as_str().unwrap();
        assert_eq!(world.contribution(line, &other.manager).await["declared_by"], json!(declarer.id));
        world.word(line, "confirm", &json!({})).by(&declarer.manager).await.refused(409, "wrong-state");
        says(&world.word(line, "confirm", &json!({})).by(&other.manager).await.ok(), &json!({ "state": "confirmed" }));
    }
}

#[tokio::test]
async fn what_is_over_moves_no_further() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let listed = world.equipment(cuma, "Motoculteur", "outillage").await;
    let over = with(&loan_of(&listed, jardins, "2026-03-01", "2026-03-03"), &json!({ "recorded_afterwards": true }));
    let loan = world.post("/v1/loans", &over).by(&jardins.manager).await.created_id();
    for event in ["approve", "cancel", "hand_over", "return"] {
        let problem = world.happens(&loan, &json!({ "event": event })).by(&cuma.manager).await;
        assert_eq!(problem.refused(409, "wrong-state")["state"], "returned", "{event}");
    }
}
