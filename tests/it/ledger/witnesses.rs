//! Third parties: a facilitator attests what it saw and records for others, and speaks in nobody's place.

use serde_json::{Value, json};

use crate::deeds::{each, given, lent, says, with};
use crate::world::{Party, TODAY, Village, World};

/// Hours between two members, within their cooperation.
fn within(village: &Village, giver: &Party, receiver: &Party, minutes: i64) -> Value {
    with(&given(giver, receiver, TODAY, minutes), &json!({ "cooperation_id": village.cooperation }))
}

#[tokio::test]
async fn a_facilitator_attests_once_and_changes_no_state() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let line = world.hours_line(&jardins.manager, &within(&village, jardins, cuma, 60)).await;
    let attest = |by| world.word(&line, "attest", &json!({})).by(by);
    let reader = world.colleague(commune, "reader", "lectrice").await;
    for party in [&jardins.manager, &cuma.manager, &reader] {
        attest(party).await.refused(403, "forbidden");
    }
    attest(&village.owner).await.refused(404, "not-found");
    let helper = world.colleague(commune, "contributor", "animateur").await;
    let attested = attest(&helper).await.ok();
    says(&attested, &json!({ "state": "declared", "on_behalf": false }));
    let word = json!({ "act": "attest", "structure_id": commune.id, "reason": null, "withdrawn": false });
    says(&attested["words"][0], &word);
    says(&world.contribution(&line, &cuma.manager).await["words"][0], &word);
    assert_eq!(attest(&commune.manager).await.refused(409, "wrong-state")["state"], "attested");
    assert_eq!(world.word(&line, "confirm", &json!({})).by(&cuma.manager).await.ok()["state"], "confirmed");
    let withdrawn = world.word(&line, "withdraw", &json!({})).by(&commune.manager).await.ok();
    says(&withdrawn, &json!({ "state": "confirmed" }));
    assert_eq!(each(withdrawn["words"].as_array().unwrap(), "withdrawn"), [true, false, false]);
    assert_eq!(attest(&commune.manager).await.refused(409, "wrong-state")["state"], "attested");
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

#[tokio::test]
async fn who_is_an_end_or_declared_it_is_no_witness() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let to_commune = world.hours_line(&jardins.manager, &within(&village, jardins, commune, 60)).await;
    let outside = world.hours_line(&jardins.manager, &given(jardins, commune, TODAY, 60)).await;
    for line in [to_commune, outside] {
        world.word(&line, "attest", &json!({})).by(&commune.manager).await.refused(403, "forbidden");
    }
    let elsewhere = world.hours_line(&jardins.manager, &given(jardins, cuma, TODAY, 60)).await;
    world.word(&elsewhere, "attest", &json!({})).by(&commune.manager).await.refused(404, "not-found");
    let recorded = world.hours_line(&commune.manager, &within(&village, jardins, cuma, 60)).await;
    let attested = world.word(&recorded, "attest", &json!({})).by(&commune.manager).await;
    assert_eq!(attested.refused(409, "wrong-state")["state"], "declared");
}

#[tokio::test]
async fn what_a_facilitator_records_for_two_others_waits_for_both() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let helper = world.colleague(commune, "contributor", "animateur").await;
    let said = with(&within(&village, jardins, cuma, 60), &json!({ "note": "Vu au marché." }));
    let hours = world.hours(&helper, &said).await;
    let line = hours["contribution_id"].as_str().unwrap();
    says(&hours, &json!({ "state": "declared", "note": "Vu au marché." }));
    let read = world.contribution(line, &cuma.manager).await;
    says(&read, &json!({ "declared_by": commune.id, "on_behalf": true, "state": "declared", "note": null }));
    // Who recorded it speaks for neither of them.
    let correction = json!({ "minutes": 30, "reason": "Relu." });
    for (word, said) in
        [("confirm", json!({})), ("contest", json!({ "reason": "Non." })), ("correct", correction.clone())]
    {
        world.word(line, word, &said).by(&commune.manager).await.refused(403, "forbidden");
        let named = with(&said, &json!({ "structure_id": jardins.id }));
        world.word(line, word, &named).by(&commune.manager).await.refused(403, "forbidden");
    }
    let confirmed = world.word(line, "confirm", &json!({})).by(&cuma.manager).await.ok();
    assert_eq!(confirmed["state"], "declared", "the giver has not spoken yet");
    let confirmed = world.word(line, "confirm", &json!({})).by(&jardins.manager).await.ok();
    says(&confirmed, &json!({ "state": "confirmed", "on_behalf": true }));
    // A party's own correction is on nobody's behalf, and waits for the other party.
    let corrected = world.word(line, "correct", &correction).by(&jardins.manager).await.created();
    says(&corrected, &json!({ "on_behalf": false, "declared_by": jardins.id, "state": "declared" }));
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

#[tokio::test]
async fn a_facilitator_records_sessions_and_loans_that_are_over_for_others_too() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let other = world.party(&village.owner, "Ferme des Aulnes", "farm", "aulnes").await;
    world.membership(commune, &village.cooperation, &other.id, "2025-01-01").await;
    let cooperation = json!({ "cooperation_id": village.cooperation });
    let receivers = json!([{ "structure_id": cuma.id, "participants": 2 },
                           { "structure_id": other.id, "participants": 3 }]);
    let session = json!({ "giver_id": jardins.id, "cooperation_id": village.cooperation, "skill": "Greffe",
                          "day": TODAY, "minutes": 90, "receivers": receivers });
    let taught = world.post("/v1/skill-sessions", &session).by(&commune.manager).await.created();
    let loan = with(&lent(cuma, jardins, "2026-03-02", Some("2026-03-05")), &cooperation);
    let loan = world.post("/v1/loans", &loan).by(&commune.manager).await.created();
    let mut lines: Vec<(&Value, [&Party; 2])> = vec![(&loan["contribution_id"], [cuma, jardins])];
    for (told, receiver) in taught["receivers"].as_array().unwrap().iter().zip([cuma, &other]) {
        lines.push((&told["contribution_id"], [receiver, jardins]));
    }
    for (line, ends) in lines {
        let line = line.as_str().unwrap();
        for (end, state) in ends.iter().zip(["declared", "confirmed"]) {
            let confirmed = world.word(line, "confirm", &json!({})).by(&end.manager).await.ok();
            says(&confirmed, &json!({ "on_behalf": true, "declared_by": commune.id, "state": state }));
        }
    }
    let mut commons = session.clone();
    commons["receivers"][0]["structure_id"] = Value::Null;
    let mut itself = session.clone();
    itself["receivers"][0]["structure_id"] = json!(commune.id);
    for session in [commons, itself, with(&session, &json!({ "cooperation_id": null }))] {
        world.post("/v1/skill-sessions", &session).by(&commune.manager).await.refused(403, "forbidden");
    }
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

#[tokio::test]
async fn nobody_records_for_others_but_a_facilitator_among_members_of_that_day() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let hours = within(&village, jardins, cuma, 60);
    let reader = world.colleague(commune, "reader", "lectrice").await;
    let member = world.party(&village.owner, "Ferme des Aulnes", "farm", "aulnes").await;
    world.membership(commune, &village.cooperation, &member.id, "2026-03-10").await;
    for by in [&reader, &member.manager, &village.owner] {
        world.post("/v1/hours", &hours).by(by).await.refused(403, "forbidden");
    }
    // Without their cooperation, or of individual volunteers or for the commons, there is nothing to record for others.
    for (field, value) in [("cooperation_id", json!(null)), ("giver_id", json!(null)), ("receiver_id", json!(null))] {
        let hours = with(&hours, &json!({ field: value }));
        world.post("/v1/hours", &hours).by(&commune.manager).await.refused(403, "forbidden");
    }
    let before_it_came = with(&within(&village, jardins, &member, 60), &json!({ "day": "2026-03-09" }));
    world.post("/v1/hours", &before_it_came).by(&commune.manager).await.invalid("/receiver_id", "not-a-member");
    let to_come = with(&lent(cuma, jardins, TODAY, Some("2026-03-20")), &json!({ "recorded_afterwards": false }));
    let to_come = with(
        &to_come,
        &json!({ "cooperation_id": village.cooperation, "category": null,
        "equipment_id": world.equipment(cuma, "Motoculteur", "outillage").await, "lender_id": null }),
    );
    world.post("/v1/loans", &to_come).by(&commune.manager).await.refused(403, "forbidden");
}

#[tokio::test]
async fn a_facilitator_names_and_sees_nobody_of_another_structure() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let odile = world.person(jardins, "Odile").await;
    let hours = with(&within(&village, jardins, cuma, 60), &json!({ "person_id": odile }));
    let nobody = "01990f3a-7c1e-7000-8000-00000000ffff";
    for person in [odile.as_str(), nobody] {
        let named = with(&hours, &json!({ "person_id": person }));
        world.post("/v1/hours", &named).by(&commune.manager).await.invalid("/person_id", "unknown-reference");
    }
    let session = json!({ "giver_id": jardins.id, "cooperation_id": village.cooperation, "skill": "Greffe",
        "day": TODAY, "person_id": odile, "receivers": [{ "structure_id": cuma.id, "participants": 2 }] });
    let refused = world.post("/v1/skill-sessions", &session).by(&commune.manager).await;
    refused.invalid("/person_id", "unknown-reference");
    let line = world.hours_line(&jardins.manager, &hours).await;
    let attested = world.word(&line, "attest", &json!({})).by(&commune.manager).await.ok();
    says(&attested, &json!({ "person_id": null }));
    assert_eq!(world.contribution(&line, &jardins.manager).await["person_id"], json!(odile));
}
