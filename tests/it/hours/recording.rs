//! What can be recorded, and what each field is held against.

use serde_json::{Value, json};

use crate::deeds::{given, id, says, with};
use crate::world::{COOPERATION_STARTS_ON, TODAY, World};

#[tokio::test]
async fn eighty_nine_minutes_stay_eighty_nine() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let answer = world.post("/v1/hours", &given(jardins, cuma, TODAY, 89)).by(&jardins.manager).await;
    let hours = answer.created();
    assert_eq!(answer.header("location"), Some(format!("/v1/hours/{}", id(&hours)).as_str()));
    assert_eq!(answer.header("etag"), None, "hours never change");
    says(
        &hours,
        &json!({ "giver_id": jardins.id, "receiver_id": cuma.id, "cooperation_id": null, "person_id": null,
                 "head_count": 1, "day": TODAY, "minutes": 89, "activity": "entraide", "provenance": "declared",
                 "provenance_rule": null, "note": null, "state": "declared" }),
    );
    let line = world.contribution(hours["contribution_id"].as_str().unwrap(), &cuma.manager).await;
    says(
        &line,
        &json!({ "kind": "volunteer_hours", "category": "entraide", "occurred_on": TODAY, "occurred_until": null,
                 "quantities": { "minutes": 89, "item_days": null, "occasions": 1, "participants": null },
                 "source": { "kind": "hours", "id": hours["id"] }, "declared_by": jardins.id }),
    );
    let read = world.get(format!("/v1/hours/{}", id(&hours))).by(&cuma.manager).await.ok();
    assert_eq!(read, hours);
    let sum = world.summary(&format!("structures/{}", jardins.id), 2026, &jardins.manager).await;
    says(&sum["sides"][0]["by_kind"][0]["declared"], &json!({ "lines": 1, "minutes": 89, "occasions": 1 }));
}

#[tokio::test]
async fn the_minutes_of_several_people_are_counted_together() {
    let world = World::new().await;
    let village = world.village().await;
    let jardins = &village.association;
    let person = world.person(jardins, "Odile").await;
    let wish = given(jardins, &village.cuma, TODAY, 3 * 1440);
    let three = with(&wish, &json!({ "head_count": 3 }));
    let hours = world.hours(&jardins.manager, &three).await;
    says(&hours, &json!({ "head_count": 3, "minutes": 4320 }));
    let post = |more: Value| world.post("/v1/hours", &with(&three, &more)).by(&jardins.manager);
    post(json!({ "minutes": 4321 })).await.invalid("/minutes", "out-of-range");
    post(json!({ "head_count": 0 })).await.invalid("/head_count", "out-of-range");
    post(json!({ "head_count": 10_001 })).await.invalid("/head_count", "out-of-range");
    post(json!({ "head_count": "three" })).await.invalid("/head_count", "not-whole-number");
    post(json!({ "head_count": null })).await.invalid("/minutes", "out-of-range");
    post(json!({ "person_id": person })).await.invalid("/person_id", "not-allowed-here");
}

#[tokio::test]
async fn each_field_is_held_against_what_it_can_be() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let unknown = "01990f3a-7c1e-7000-8000-000000000001";
    for (more, pointer, fault) in [
        (json!({ "minutes": 0 }), "/minutes", "out-of-range"),
        (json!({ "minutes": -60 }), "/minutes", "out-of-range"),
        (json!({ "minutes": 1441 }), "/minutes", "out-of-range"),
        (json!({ "minutes": 1.5 }), "/minutes", "not-whole-number"),
        (json!({ "minutes": "90" }), "/minutes", "not-whole-number"),
        (json!({ "activity": "" }), "/activity", "empty"),
        (json!({ "activity": "x".repeat(201) }), "/activity", "too-long"),
        (json!({ "note": "x".repeat(2001) }), "/note", "too-long"),
        (json!({ "day": "14/03/2026" }), "/day", "not-a-day"),
        (json!({ "day": "1999-12-31" }), "/day", "day-out-of-range"),
        (json!({ "receiver_id": jardins.id }), "/receiver_id", "same-parties"),
        (json!({ "receiver_id": unknown }), "/receiver_id", "unknown-reference"),
        (json!({ "giver_id": unknown }), "/giver_id", "unknown-reference"),
        (json!({ "receiver_id": null }), "/receiver_id", "missing-field"),
        (json!({ "cooperation_id": unknown }), "/cooperation_id", "unknown-reference"),
        (json!({ "provenance": "estimated" }), "/provenance_rule", "missing-field"),
        (json!({ "provenance_rule": "2 h par réunion" }), "/provenance_rule", "not-allowed-here"),
        (json!({ "provenance": "guessed" }), "/provenance", "not-one-of"),
        (json!({ "wage_cents": 1200 }), "/wage_cents", "unknown-field"),
    ] {
        let wish = with(&given(jardins, cuma, TODAY, 60), &more);
        world.post("/v1/hours", &wish).by(&jardins.manager).await.invalid(pointer, fault);
    }
    for (provenance, rule) in [("measured", json!(null)), ("estimated", json!("2 h par réunion"))] {
        let basis = json!({ "provenance": provenance, "provenance_rule": rule });
        let hours = world.hours(&jardins.manager, &with(&given(jardins, cuma, TODAY, 60), &basis)).await;
        says(&hours, &basis);
    }
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

#[tokio::test]
async fn a_day_that_has_not_begun_anywhere_is_refused() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let tomorrow = given(jardins, cuma, "2026-03-15", 60);
    world.post("/v1/hours", &tomorrow).by(&jardins.manager).await.invalid("/day", "day-in-the-future");
    // At 10:00 UTC the 15th begins in Kiribati.
    world.app.clock.advance_seconds(3600 - 1);
    world.post("/v1/hours", &tomorrow).by(&jardins.manager).await.invalid("/day", "day-in-the-future");
    world.app.clock.advance_seconds(1);
    world.hours(&jardins.manager, &tomorrow).await;
    let leap = given(jardins, cuma, "2024-02-29", 60);
    world.hours(&jardins.manager, &leap).await;
}

#[tokio::test]
async fn both_parties_are_in_the_cooperation_on_the_day_itself() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let late = world.party(&village.owner, "Le Foyer rural", "association", "foyer").await;
    let membership = world.membership(commune, &village.cooperation, &late.id, "2026-03-10").await;
    let within = json!({ "cooperation_id": village.cooperation });
    let post = |wish: Value, by| world.post("/v1/hours", &with(&wish, &within)).by(by);
    post(given(&late, cuma, "2026-03-09", 60), &late.manager).await.invalid("/giver_id", "not-a-member");
    post(given(cuma, &late, "2026-03-09", 60), &cuma.manager).await.invalid("/receiver_id", "not-a-member");
    post(given(&late, cuma, "2026-03-10", 60), &late.manager).await.created();
    post(given(jardins, cuma, "2023-12-31", 60), &jardins.manager).await.invalid("/giver_id", "not-a-member");
    post(given(jardins, cuma, COOPERATION_STARTS_ON, 60), &jardins.manager).await.created();

    let ends = json!({ "ends_on": "2026-03-12" });
    let ended = world.patch(format!("/v1/memberships/{membership}"), &ends).by(&late.manager).on_version(1).await;
    ended.ok();
    post(given(&late, cuma, "2026-03-12", 60), &late.manager).await.invalid("/giver_id", "not-a-member");
    post(given(&late, cuma, "2026-03-11", 60), &late.manager).await.created();

    let archived = json!({ "archived": true });
    let closed = world.patch(format!("/v1/cooperations/{}", village.cooperation), &archived).by(&commune.manager);
    closed.on_version(1).await.ok();
    let after = post(given(jardins, cuma, TODAY, 60), &jardins.manager).await;
    after.invalid("/cooperation_id", "unknown-reference");
}

#[tokio::test]
async fn a_gift_to_all_goes_to_the_commons_of_the_cooperation() {
    let world = World::new().await;
    let village = world.village().await;
    let jardins = &village.association;
    let wish = json!({ "giver_id": jardins.id, "cooperation_id": village.cooperation, "day": TODAY, "minutes": 90,
                       "activity": "coordination" });
    let hours = world.hours(&jardins.manager, &wish).await;
    says(&hours, &json!({ "giver_id": jardins.id, "receiver_id": null, "cooperation_id": village.cooperation }));
    let shared = world.summary(&format!("cooperations/{}", village.cooperation), 2026, &village.cuma.manager).await;
    let entry = &shared["sides"][0]["by_receiver"][0];
    says(entry, &json!({ "key": null, "label": null, "kind": "volunteer_hours" }));
    assert_eq!(entry["declared"]["minutes"], 90);
}

#[tokio::test]
async fn individual_volunteers_give_without_any_structure_of_theirs() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, jardins) = (&village.commune, &village.association);
    let person = world.person(jardins, "Odile").await;
    let wish = json!({ "receiver_id": jardins.id, "day": TODAY, "minutes": 45, "activity": "désherbage",
                       "person_id": person });
    let hours = world.hours(&jardins.manager, &wish).await;
    says(&hours, &json!({ "giver_id": null, "receiver_id": jardins.id, "person_id": person }));

    let commons = json!({ "cooperation_id": village.cooperation, "day": TODAY, "minutes": 45, "activity": "fête" });
    world.post("/v1/hours", &commons).by(&jardins.manager).await.refused(403, "forbidden");
    let line = world.hours_line(&commune.manager, &commons).await;
    let line = world.contribution(&line, &commune.manager).await;
    says(&line, &json!({ "giver_id": null, "receiver_id": null, "declared_by": commune.id, "state": "declared" }));
    let named = with(&commons, &json!({ "person_id": person }));
    world.post("/v1/hours", &named).by(&commune.manager).await.invalid("/person_id", "not-allowed-here");
}

#[tokio::test]
async fn a_party_records_and_nobody_else() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let wish = given(jardins, cuma, TODAY, 60);
    let reader = world.colleague(jardins, "reader", "lectrice").await;
    for nobody in [&reader, &village.commune.manager, &village.owner] {
        world.post("/v1/hours", &wish).by(nobody).await.refused(403, "forbidden");
    }
    let contributor = world.colleague(cuma, "contributor", "tractoriste").await;
    for (by, declarer) in [(&jardins.manager, jardins), (&contributor, cuma)] {
        let line = world.hours_line(by, &wish).await;
        assert_eq!(world.contribution(&line, by).await["declared_by"], json!(declarer.id));
    }
    // Whoever records for both speaks for the giver.
    let grant = json!({ "account_id": contributor.account.to_string(), "structure_id": jardins.id,
                        "role": "contributor" });
    world.post("/v1/roles", &grant).by(&jardins.manager).await.created();
    let line = world.hours_line(&contributor, &wish).await;
    assert_eq!(world.contribution(&line, &contributor).await["declared_by"], json!(jardins.id));
}

#[tokio::test]
async fn an_entry_sent_twice_is_recorded_once() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let chosen = json!({ "id": "01990f3a-7c1e-7000-8000-00000000000b" });
    let wish = with(&given(jardins, cuma, TODAY, 60), &chosen);
    let first = world.post("/v1/hours", &wish).by(&jardins.manager).await.created();
    let again = world.post("/v1/hours", &wish).by(&jardins.manager).await;
    assert_eq!((again.created(), again.header("idempotency-replayed")), (first, Some("true")));
    let other = with(&wish, &json!({ "minutes": 61 }));
    world.post("/v1/hours", &other).by(&jardins.manager).await.refused(409, "id-taken");
    world.post("/v1/hours", &wish).by(&cuma.manager).await.refused(409, "id-taken");
    let sum = world.summary(&format!("structures/{}", jardins.id), 2026, &jardins.manager).await;
    says(&sum["sides"][0]["by_kind"][0]["declared"], &json!({ "lines": 1, "minutes": 60 }));
}
