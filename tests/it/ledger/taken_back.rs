//! Words taken back: what was said before them counts again, and every line stays.

use serde_json::{Value, json};

use crate::deeds::{each, given, says, with};
use crate::world::{Party, TODAY, Village, World};

/// An hour that the association declares to have given the CUMA, in their cooperation.
async fn an_hour(world: &World, village: &Village) -> String {
    let within = json!({ "cooperation_id": village.cooperation });
    let jardins = &village.association;
    world.hours_line(&jardins.manager, &with(&given(jardins, &village.cuma, TODAY, 60), &within)).await
}

/// What a party's summary of the year says of hours given: confirmed, declared, contested minutes.
async fn minutes(world: &World, party: &Party) -> [i64; 3] {
    let summary = world.summary(&format!("structures/{}", party.id), 2026, &party.manager).await;
    let entry = &summary["sides"][0]["by_kind"][0];
    ["confirmed", "declared", "contested"].map(|state| entry[state]["minutes"].as_i64().unwrap_or(0))
}

#[tokio::test]
async fn a_word_taken_back_counts_as_never_said_and_the_one_before_it_counts_again() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let line = an_hour(&world, &village).await;
    let say = |word: &str| world.word(&line, word, &json!({})).by(&cuma.manager);
    let contest = json!({ "reason": "Moins que cela." });
    world.word(&line, "contest", &contest).by(&cuma.manager).await.ok();
    say("confirm").await.ok();
    assert_eq!(minutes(&world, jardins).await, [60, 0, 0]);
    assert_eq!(say("withdraw").await.ok()["state"], "contested");
    assert_eq!(minutes(&world, jardins).await, [0, 0, 60]);
    let withdrawn = say("withdraw").await.ok();
    says(
        &withdrawn,
        &json!({ "state": "declared", "quantities": { "minutes": 60, "item_days": null, "occasions": 1,
                                                                   "participants": null } }),
    );
    let words = withdrawn["words"].as_array().unwrap();
    assert_eq!(each(words, "act"), ["contest", "confirm", "withdraw", "withdraw"]);
    assert_eq!(each(words, "withdrawn"), [true, true, false, false]);
    says(&words[0], &contest);
    assert_eq!(minutes(&world, jardins).await, [0, 60, 0]);
    assert_eq!(say("withdraw").await.refused(409, "wrong-state")["state"], "declared");
    assert_eq!(say("confirm").await.ok()["state"], "confirmed");
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

#[tokio::test]
async fn only_who_said_something_has_something_to_take_back() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let line = an_hour(&world, &village).await;
    world.word(&line, "confirm", &json!({})).by(&cuma.manager).await.ok();
    let withdraw = |said: Value, by| world.word(&line, "withdraw", &said).by(by);
    for nothing_said in [&jardins.manager, &commune.manager] {
        assert_eq!(withdraw(json!({}), nothing_said).await.refused(409, "wrong-state")["state"], "confirmed");
    }
    withdraw(json!({ "structure_id": cuma.id }), &commune.manager).await.refused(403, "forbidden");
    let stranger = world.party(&village.owner, "Ferme des Aulnes", "farm", "aulnes").await;
    let reader = world.colleague(cuma, "reader", "lectrice").await;
    withdraw(json!({ "structure_id": stranger.id }), &cuma.manager)
        .await
        .invalid("/structure_id", "not-your-structure");
    withdraw(json!({}), &reader).await.refused(403, "forbidden");
    withdraw(json!({}), &stranger.manager).await.refused(404, "not-found");
    let helper = world.colleague(cuma, "contributor", "aide").await;
    assert_eq!(withdraw(json!({}), &helper).await.ok()["state"], "declared", "a colleague speaks for the structure");
}

#[tokio::test]
async fn a_settlement_taken_back_leaves_the_objection_standing() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let line = an_hour(&world, &village).await;
    let no = json!({ "reason": "Quarante minutes." });
    world.word(&line, "contest", &no).by(&cuma.manager).await.ok();
    let right = json!({ "minutes": 40, "reason": "Quarante, en effet." });
    let correction = world.word(&line, "correct", &right).by(&jardins.manager).await.created();
    let correction = correction["id"].as_str().unwrap();
    world.word(correction, "confirm", &json!({})).by(&cuma.manager).await.ok();
    // Both parties and who facilitates read what was declared, what was objected, and that it is settled.
    for by in [&jardins.manager, &cuma.manager, &commune.manager] {
        let read = world.contribution(&line, by).await;
        says(
            &read,
            &json!({ "state": "confirmed", "declared_by": jardins.id, "recorded_at": "2026-03-14T09:00:00.000Z" }),
        );
        assert_eq!(read["quantities"]["minutes"], 60);
        says(&read["words"][0], &with(&no, &json!({ "act": "contest", "structure_id": cuma.id })));
        says(
            &read["words"][1],
            &json!({ "act": "correction", "structure_id": jardins.id, "id": correction,
                                         "reason": "Quarante, en effet." }),
        );
        assert_eq!(world.contribution(correction, by).await["state"], "confirmed");
    }
    let stranger = world.party(&village.owner, "Ferme des Aulnes", "farm", "aulnes").await;
    world.membership(commune, &village.cooperation, &stranger.id, TODAY).await;
    for line in [&line, correction] {
        world.get(format!("/v1/contributions/{line}")).by(&stranger.manager).await.refused(404, "not-found");
    }
    world.word(correction, "withdraw", &json!({})).by(&cuma.manager).await.ok();
    assert_eq!(world.contribution(&line, &jardins.manager).await["state"], "contested");
    assert_eq!(minutes(&world, jardins).await, [0, 0, 40]);
    // Without the objection, what was declared and its correction both wait.
    world.word(&line, "withdraw", &json!({})).by(&cuma.manager).await.ok();
    assert_eq!(minutes(&world, jardins).await, [0, 40, 0]);
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

#[tokio::test]
async fn no_withdrawal_brings_what_flowed_below_nothing() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let line = an_hour(&world, &village).await;
    let right = |minutes: i64| json!({ "minutes": minutes, "reason": "Relu." });
    let less = world.word(&line, "correct", &right(10)).by(&jardins.manager).await.created();
    let less = less["id"].as_str().unwrap();
    world.word(less, "contest", &json!({ "reason": "Une heure." })).by(&cuma.manager).await.ok();
    world.word(&line, "correct", &right(5)).by(&jardins.manager).await.created();
    // Fifty fewer and fifty-five fewer together would leave −45.
    let before = world.contents().await;
    let refused = world.word(less, "withdraw", &json!({})).by(&cuma.manager).await;
    assert_eq!(refused.refused(409, "wrong-state")["state"], "corrected");
    assert_eq!(world.contents().await, before);
}
