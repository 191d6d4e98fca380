//! What the parties say of one record: confirm, contest, correct.

use serde_json::{Value, json};

use crate::deeds::{each, given, says, with};
use crate::world::{Caller, Party, TODAY, Village, World};

/// Hours that the association declares to have given the CUMA, in their cooperation.
async fn declared(world: &World, village: &Village, minutes: i64) -> String {
    let (cuma, jardins) = (&village.cuma, &village.association);
    let within = json!({ "cooperation_id": village.cooperation });
    world.hours_line(&jardins.manager, &with(&given(jardins, cuma, TODAY, minutes), &within)).await
}

/// What a party's summary of the year says of hours: confirmed, declared, contested minutes.
async fn minutes(world: &World, party: &Party, side: usize) -> [i64; 3] {
    let summary = world.summary(&format!("structures/{}", party.id), 2026, &party.manager).await;
    let entry = &summary["sides"][side]["by_kind"][0];
    ["confirmed", "declared", "contested"].map(|state| entry[state]["minutes"].as_i64().unwrap_or(0))
}

async fn state(world: &World, line: &str, by: &Caller) -> Value {
    world.contribution(line, by).await["state"].clone()
}

fn right(minutes: i64) -> Value {
    json!({ "minutes": minutes, "reason": "Relu ensemble dans le cahier." })
}

#[tokio::test]
async fn the_other_side_confirms_and_the_declarer_does_not() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let line = declared(&world, &village, 60).await;
    assert_eq!(minutes(&world, jardins, 0).await, [0, 60, 0]);
    let confirm = |by| world.word(&line, "confirm", &json!({})).by(by);
    assert_eq!(confirm(&jardins.manager).await.refused(409, "wrong-state")["state"], "declared");
    let reader = world.colleague(cuma, "reader", "lectrice").await;
    for nobody in [&reader, &commune.manager] {
        confirm(nobody).await.refused(403, "forbidden");
    }
    confirm(&village.owner).await.refused(404, "not-found");
    let confirmed = confirm(&cuma.manager).await.ok();
    says(&confirmed, &json!({ "id": line, "state": "confirmed", "declared_by": jardins.id }));
    let words = confirmed["words"].as_array().unwrap();
    assert_eq!(words.len(), 1);
    says(&words[0], &json!({ "act": "confirm", "structure_id": cuma.id, "reason": null }));
    assert_eq!(confirm(&cuma.manager).await.refused(409, "wrong-state")["state"], "confirmed");
    assert_eq!((minutes(&world, jardins, 0).await, minutes(&world, cuma, 1).await), ([60, 0, 0], [60, 0, 0]));
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

#[tokio::test]
async fn a_party_contests_with_a_reason_and_both_voices_stay_visible() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let line = declared(&world, &village, 60).await;
    let contest = |said: Value, by| world.word(&line, "contest", &said).by(by);
    contest(json!({}), &cuma.manager).await.invalid("/reason", "missing-field");
    contest(json!({ "reason": " " }), &cuma.manager).await.invalid("/reason", "empty");
    let mine = json!({ "reason": "C'était moi." });
    assert_eq!(contest(mine, &jardins.manager).await.refused(409, "wrong-state")["state"], "declared");
    let reason = json!({ "reason": "Nous étions deux heures de plus." });
    let contested = contest(reason.clone(), &cuma.manager).await.ok();
    says(&contested, &json!({ "state": "contested" }));
    assert_eq!(contest(reason.clone(), &cuma.manager).await.refused(409, "wrong-state")["state"], "contested");
    assert_eq!(minutes(&world, jardins, 0).await, [0, 0, 60]);
    for by in [&jardins.manager, &cuma.manager, &commune.manager] {
        let read = world.contribution(&line, by).await;
        says(&read["words"][0], &with(&reason, &json!({ "act": "contest", "structure_id": cuma.id })));
        assert_eq!(read["quantities"]["minutes"], 60);
    }
    // A party may change its mind: its last word counts, and the first one stays in view.
    let confirmed = world.word(&line, "confirm", &json!({})).by(&cuma.manager).await.ok();
    assert_eq!(each(confirmed["words"].as_array().unwrap(), "act"), ["contest", "confirm"]);
    assert_eq!(minutes(&world, jardins, 0).await, [60, 0, 0]);
    contest(reason, &cuma.manager).await.ok();
    assert_eq!(minutes(&world, jardins, 0).await, [0, 0, 60]);
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

#[tokio::test]
async fn corrections_higher_lower_and_undone_leave_what_is_right() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let line = declared(&world, &village, 60).await;
    for (minutes_right, difference) in [(100, 40), (89, -11), (0, -89), (10, 10)] {
        let answer = world.word(&line, "correct", &right(minutes_right)).by(&jardins.manager).await;
        let correction = answer.created();
        let path = format!("/v1/contributions/{}", correction["id"].as_str().unwrap());
        assert_eq!(answer.header("location"), Some(path.as_str()));
        says(
            &correction,
            &json!({ "act": "correction", "corrects": line, "state": "declared", "declared_by": jardins.id,
                     "quantities": { "minutes": difference, "item_days": null, "occasions": 0,
                                     "participants": null } }),
        );
        assert_eq!(minutes(&world, cuma, 1).await, [0, minutes_right, 0]);
    }
    let correct = |said: Value| world.word(&line, "correct", &said).by(&jardins.manager);
    let undo = json!({ "undo": true, "reason": "Saisi deux fois." });
    let undone = correct(undo.clone()).await.created();
    says(&undone["quantities"], &json!({ "minutes": -10, "occasions": -1 }));
    correct(undo).await.invalid("", "nothing-to-change");
    let read = world.contribution(&line, &cuma.manager).await;
    assert_eq!((read["quantities"]["minutes"].clone(), read["words"].as_array().unwrap().len()), (json!(60), 5));
    assert_eq!(minutes(&world, cuma, 1).await, [0, 0, 0]);
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

#[tokio::test]
async fn a_correction_says_only_what_its_kind_measures() {
    let world = World::new().await;
    let village = world.village().await;
    let jardins = &village.association;
    let line = declared(&world, &village, 60).await;
    let correct = |said: Value| {
        let said = with(&json!({ "reason": "Relu." }), &said);
        world.word(&line, "correct", &said).by(&jardins.manager)
    };
    for (said, pointer, fault) in [
        (json!({ "minutes": 60 }), "", "nothing-to-change"),
        (json!({}), "", "nothing-to-change"),
        (json!({ "undo": false }), "", "nothing-to-change"),
        (json!({ "item_days": 3 }), "/item_days", "not-allowed-here"),
        (json!({ "participants": 3 }), "/participants", "not-allowed-here"),
        (json!({ "undo": true, "minutes": 10 }), "/minutes", "not-allowed-here"),
        (json!({ "undo": true, "occasions": 1 }), "/occasions", "not-allowed-here"),
        (json!({ "minutes": -1 }), "/minutes", "out-of-range"),
        (json!({ "occasions": 100_000_000_001_i64 }), "/occasions", "out-of-range"),
        (json!({ "reason": null, "minutes": 50 }), "/reason", "not-text"),
        (json!({ "structure_id": village.commune.id, "minutes": 50 }), "/structure_id", "not-your-structure"),
    ] {
        correct(said).await.invalid(pointer, fault);
    }
    says(
        &correct(json!({ "occasions": 3 })).await.created()["quantities"],
        &json!({ "occasions": 2, "minutes": null }),
    );
    world.word(&line, "correct", &right(50)).by(&village.commune.manager).await.refused(403, "forbidden");
    world.word(&line, "correct", &right(50)).by(&village.owner).await.refused(404, "not-found");
}

#[tokio::test]
async fn a_correction_that_the_other_side_confirms_settles_what_it_contested() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let line = declared(&world, &village, 60).await;
    let contest = json!({ "reason": "Moins que cela." });
    world.word(&line, "contest", &contest).by(&cuma.manager).await.ok();
    let correction = world.word(&line, "correct", &right(40)).by(&jardins.manager).await.created();
    let correction = correction["id"].as_str().unwrap();
    assert_eq!(state(&world, correction, &cuma.manager).await, "contested", "it stays apart with what it corrects");
    assert_eq!(minutes(&world, jardins, 0).await, [0, 0, 40]);
    world.word(correction, "confirm", &json!({})).by(&jardins.manager).await.refused(409, "wrong-state");
    let confirmed = world.word(correction, "confirm", &json!({})).by(&cuma.manager).await.ok();
    says(&confirmed, &json!({ "state": "confirmed", "corrects": line }));
    assert_eq!(state(&world, &line, &cuma.manager).await, "confirmed");
    assert_eq!(minutes(&world, jardins, 0).await, [40, 0, 0]);
    world.word(&line, "contest", &contest).by(&cuma.manager).await.refused(409, "wrong-state");
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

#[tokio::test]
async fn the_other_side_corrects_too_and_the_declarer_confirms_or_contests_it() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let line = declared(&world, &village, 60).await;
    world.word(&line, "confirm", &json!({})).by(&cuma.manager).await.ok();
    let correction = world.word(&line, "correct", &right(45)).by(&cuma.manager).await.created();
    let correction = correction["id"].as_str().unwrap();
    assert_eq!(minutes(&world, jardins, 0).await, [60, -15, 0]);
    let contest = json!({ "reason": "Une heure, montre en main." });
    world.word(correction, "contest", &contest).by(&jardins.manager).await.ok();
    assert_eq!(minutes(&world, jardins, 0).await, [60, 0, -15]);
    // What is contested counts for nothing in the next correction.
    let next = world.word(&line, "correct", &right(50)).by(&cuma.manager).await.created();
    assert_eq!(next["quantities"]["minutes"], -10);
    let next = next["id"].as_str().unwrap();
    world.word(next, "confirm", &json!({})).by(&jardins.manager).await.ok();
    assert_eq!(minutes(&world, jardins, 0).await, [50, 0, -15]);
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

#[tokio::test]
async fn no_word_brings_what_flowed_below_nothing() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let line = declared(&world, &village, 60).await;
    let more = world.word(&line, "correct", &right(100)).by(&jardins.manager).await.created();
    world.word(&line, "correct", &right(10)).by(&jardins.manager).await.created();
    // Without the forty minutes more, the ninety fewer would leave −30.
    let contest = json!({ "reason": "Ces quarante minutes n'ont pas eu lieu." });
    let before = world.contents().await;
    let refused = world.word(more["id"].as_str().unwrap(), "contest", &contest).by(&cuma.manager).await;
    assert_eq!(refused.refused(409, "wrong-state")["state"], "corrected");
    assert_eq!(world.contents().await, before);
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

#[tokio::test]
async fn a_gift_to_the_commons_is_confirmed_by_those_who_facilitate() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let gift = |giver: Option<&Party>| {
        json!({ "giver_id": giver.map(|giver| &giver.id), "cooperation_id": village.cooperation, "day": TODAY,
                "minutes": 60, "activity": "coordination" })
    };
    let line = world.hours_line(&jardins.manager, &gift(Some(jardins))).await;
    world.word(&line, "confirm", &json!({})).by(&jardins.manager).await.refused(409, "wrong-state");
    world.word(&line, "confirm", &json!({})).by(&cuma.manager).await.refused(404, "not-found");
    let confirmed = world.word(&line, "confirm", &json!({})).by(&commune.manager).await.ok();
    assert_eq!(confirmed["state"], "confirmed");
    // Who facilitates and gives does not confirm its own gift; nor one that it declared for volunteers.
    for own in [gift(Some(commune)), gift(None)] {
        let line = world.hours_line(&commune.manager, &own).await;
        world.word(&line, "confirm", &json!({})).by(&commune.manager).await.refused(409, "wrong-state");
        assert_eq!(state(&world, &line, &commune.manager).await, "declared");
    }
    // A second structure that facilitates may.
    let line = world.hours_line(&commune.manager, &gift(Some(commune))).await;
    let other = world.party(&village.owner, "Le Pays", "intercommunality", "pays").await;
    let facilitates = json!({ "cooperation_id": village.cooperation, "structure_id": other.id, "role": "facilitator",
                              "starts_on": TODAY });
    world.agreed(&commune.manager, &facilitates).await;
    let confirmed = world.word(&line, "confirm", &json!({})).by(&other.manager).await.ok();
    assert_eq!(confirmed["state"], "confirmed");
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

#[tokio::test]
async fn whoever_records_for_both_sides_says_for_which_one() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let both = world.colleague(cuma, "contributor", "deux-casquettes").await;
    let grant = json!({ "account_id": both.account.to_string(), "structure_id": jardins.id, "role": "contributor" });
    world.post("/v1/roles", &grant).by(&jardins.manager).await.created();
    let line = declared(&world, &village, 60).await;
    let confirm = |said: Value| world.word(&line, "confirm", &said).by(&both);
    confirm(json!({})).await.refused(409, "wrong-state");
    confirm(json!({ "structure_id": village.commune.id })).await.invalid("/structure_id", "not-your-structure");
    confirm(json!({ "structure_id": jardins.id })).await.refused(409, "wrong-state");
    assert_eq!(confirm(json!({ "structure_id": cuma.id })).await.ok()["state"], "confirmed");
}

#[tokio::test]
async fn a_word_sent_twice_is_said_once() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let line = declared(&world, &village, 60).await;
    let chosen = "01990f3a-7c1e-7000-8000-00000000000c";
    let said = with(&right(50), &json!({ "id": chosen }));
    let first = world.word(&line, "correct", &said).by(&jardins.manager).await;
    assert_eq!(first.created()["id"], chosen);
    let again = world.word(&line, "correct", &said).by(&jardins.manager).await;
    assert_eq!((again.created(), again.header("idempotency-replayed")), (first.created(), Some("true")));
    let confirm = |id: &str| world.word(&line, "confirm", &json!({ "id": id })).by(&cuma.manager);
    confirm(chosen).await.refused(409, "id-taken");
    let other = "01990f3a-7c1e-7000-8000-00000000000d";
    let confirmed = confirm(other).await.ok();
    assert_eq!(confirmed["words"][1]["id"], other);
    assert_eq!(confirm(other).await.ok(), confirmed);
    assert_eq!(minutes(&world, jardins, 0).await, [60, -10, 0]);
}
