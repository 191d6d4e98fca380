//! Sessions: taught once, received by several, each minute counted once.

use serde_json::{Value, json};

use crate::deeds::{each, id, says, with};
use crate::world::{Party, TODAY, Village, World};

/// A session that the CUMA gives to these structures with so many participants each.
fn session(village: &Village, minutes: Option<i64>, receivers: &[(Option<&Party>, i64)]) -> Value {
    let receivers: Vec<Value> = receivers
        .iter()
        .map(|(party, people)| json!({ "structure_id": party.map(|party| &party.id), "participants": people }))
        .collect();
    json!({ "giver_id": village.cuma.id, "cooperation_id": village.cooperation, "skill": "Soudure", "day": TODAY,
            "minutes": minutes, "receivers": receivers })
}

#[tokio::test]
async fn the_minutes_of_a_session_are_shared_by_participants_and_add_up() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let wish = session(&village, Some(100), &[(Some(commune), 1), (Some(jardins), 1), (None, 1)]);
    let answer = world.post("/v1/skill-sessions", &wish).by(&cuma.manager).await;
    let made = answer.created();
    assert_eq!(answer.header("location"), Some(format!("/v1/skill-sessions/{}", id(&made)).as_str()));
    says(
        &made,
        &json!({ "giver_id": cuma.id, "skill": "Soudure", "skill_id": null, "taught_by": "volunteer",
                 "minutes": 100, "provenance": "declared", "note": null, "person_id": null }),
    );
    let receivers = made["receivers"].as_array().unwrap();
    assert_eq!(each(receivers, "structure_id"), [&json!(commune.id), &json!(jardins.id), &json!(null)]);
    assert_eq!(each(receivers, "minutes"), [33, 33, 34]);
    assert_eq!(each(receivers, "participants"), [1, 1, 1]);
    for (receiver, minutes) in receivers.iter().zip([33, 33, 34]) {
        let line = world.contribution(receiver["contribution_id"].as_str().unwrap(), &cuma.manager).await;
        says(
            &line,
            &json!({ "kind": "skill_by_volunteer", "category": "Soudure", "occurred_on": TODAY,
                     "giver_id": cuma.id, "receiver_id": receiver["structure_id"],
                     "quantities": { "minutes": minutes, "item_days": null, "occasions": 1, "participants": 1 },
                     "source": { "kind": "session", "id": made["id"] } }),
        );
    }
    let sum = world.summary(&format!("structures/{}", cuma.id), 2026, &cuma.manager).await;
    says(
        &sum["sides"][0]["by_kind"][0]["declared"],
        &json!({ "lines": 3, "minutes": 100, "occasions": 3, "participants": 3 }),
    );
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

#[tokio::test]
async fn a_lesson_by_staff_is_another_kind_than_one_by_a_volunteer() {
    let world = World::new().await;
    let village = world.village().await;
    let cuma = &village.cuma;
    for (taught_by, kind) in [
        (json!("volunteer"), "skill_by_volunteer"),
        (json!("staff"), "skill_by_staff"),
        (json!(null), "skill_by_volunteer"),
    ] {
        let wish = session(&village, Some(60), &[(Some(&village.association), 6)]);
        let wish = with(&wish, &json!({ "taught_by": taught_by }));
        let made = world.post("/v1/skill-sessions", &wish).by(&cuma.manager).await.created();
        let line = made["receivers"][0]["contribution_id"].as_str().unwrap();
        assert_eq!(world.contribution(line, &cuma.manager).await["kind"], kind);
    }
    let sum = world.summary(&format!("structures/{}", cuma.id), 2026, &cuma.manager).await;
    let kinds = sum["sides"][0]["by_kind"].as_array().unwrap().clone();
    assert_eq!(each(&kinds, "kind"), ["skill_by_volunteer", "skill_by_staff"]);
}

#[tokio::test]
async fn a_session_that_nobody_timed_counts_its_occasion_and_is_unmeasured() {
    let world = World::new().await;
    let village = world.village().await;
    let cuma = &village.cuma;
    let wish = session(&village, None, &[(Some(&village.association), 6), (Some(&village.commune), 2)]);
    let made = world.post("/v1/skill-sessions", &wish).by(&cuma.manager).await.created();
    assert_eq!(each(made["receivers"].as_array().unwrap(), "minutes"), [&json!(null), &json!(null)]);
    let sum = world.summary(&format!("structures/{}", cuma.id), 2026, &cuma.manager).await;
    says(
        &sum["sides"][0]["by_kind"][0]["declared"],
        &json!({ "lines": 2, "minutes": 0, "occasions": 2, "participants": 8, "unmeasured": 2 }),
    );
}

#[tokio::test]
async fn each_receiver_sees_its_own_part_and_the_giver_all_of_it() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let marcel = world.person(cuma, "Marcel").await;
    let stranger = world.party(&village.owner, "Le Foyer rural", "association", "foyer").await;
    let apart = json!({ "giver_id": cuma.id, "skill": "Soudure", "day": TODAY, "minutes": 90, "person_id": marcel,
        "note": "Prévoir des gants.",
        "receivers": [{ "structure_id": jardins.id, "participants": 2 },
                      { "structure_id": stranger.id, "participants": 1 }] });
    let made = world.post("/v1/skill-sessions", &apart).by(&cuma.manager).await.created();
    let path = format!("/v1/skill-sessions/{}", id(&made));
    let seen = async |by| {
        let session = world.get(&path).by(by).await.ok();
        let receivers = session["receivers"].as_array().unwrap().clone();
        (receivers.iter().map(|one| one["structure_id"].clone()).collect::<Vec<_>>(), session)
    };
    let (all, own) = seen(&cuma.manager).await;
    assert_eq!(all, [json!(jardins.id), json!(stranger.id)]);
    says(&own, &json!({ "person_id": marcel, "note": "Prévoir des gants.", "minutes": 90 }));
    for party in [jardins, &stranger] {
        let (parts, session) = seen(&party.manager).await;
        assert_eq!(parts, [json!(party.id)]);
        says(&session, &json!({ "person_id": null, "note": null, "minutes": 90 }));
        let list = world.get(format!("/v1/skill-sessions?structure_id={}", party.id)).by(&party.manager).await;
        assert_eq!(list.items(), [session]);
    }
    for nobody in [&commune.manager, &village.owner] {
        world.get(&path).by(nobody).await.refused(404, "not-found");
    }
    let shared = session(&village, Some(60), &[(Some(jardins), 1), (None, 1)]);
    let shared = world.post("/v1/skill-sessions", &shared).by(&cuma.manager).await.created_id();
    let seen = world.get(format!("/v1/skill-sessions/{shared}")).by(&commune.manager).await.ok();
    assert_eq!(seen["receivers"].as_array().unwrap().len(), 2, "who facilitates sees the whole");
}

#[tokio::test]
async fn the_giver_declares_and_a_receiver_may_when_it_alone_received() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let alone = session(&village, Some(60), &[(Some(jardins), 6)]);
    let both = session(&village, Some(60), &[(Some(jardins), 6), (Some(commune), 1)]);
    let commons = session(&village, Some(60), &[(None, 6)]);
    let post = |wish: &Value, by| world.post("/v1/skill-sessions", wish).by(by);
    for (by, declarer) in [(&cuma.manager, cuma), (&jardins.manager, jardins)] {
        let made = post(&alone, by).await.created();
        let line = made["receivers"][0]["contribution_id"].as_str().unwrap();
        assert_eq!(world.contribution(line, by).await["declared_by"], json!(declarer.id));
    }
    let elsewhere = with(&alone, &json!({ "cooperation_id": null }));
    post(&elsewhere, &commune.manager).await.refused(403, "forbidden");
    post(&both, &jardins.manager).await.refused(403, "forbidden");
    post(&commons, &commune.manager).await.refused(403, "forbidden");
    // A name that only the giver knows is not for the receiver to give.
    let marcel = world.person(cuma, "Marcel").await;
    let named = with(&alone, &json!({ "person_id": marcel }));
    post(&named, &jardins.manager).await.invalid("/person_id", "unknown-reference");
    post(&named, &cuma.manager).await.created();
}

#[tokio::test]
async fn a_session_names_a_skill_of_the_giver_or_says_what_was_taught() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let offer = async |party: &Party, name: &str| {
        let wish = json!({ "structure_id": party.id, "name": name });
        world.post("/v1/skills", &wish).by(&party.manager).await.created_id()
    };
    let (welding, grafting) = (offer(cuma, "Soudure à l'arc").await, offer(jardins, "Greffe").await);
    let wish = session(&village, Some(60), &[(Some(jardins), 6)]);
    let named = with(&wish, &json!({ "skill": null, "skill_id": welding }));
    let made = world.post("/v1/skill-sessions", &named).by(&cuma.manager).await.created();
    says(&made, &json!({ "skill": "Soudure à l'arc", "skill_id": welding }));
    let receivers = |receivers: Value| json!({ "receivers": receivers });
    let one = json!({ "structure_id": jardins.id, "participants": 1 });
    for (more, pointer, fault) in [
        (json!({ "skill": null }), "/skill", "missing-field"),
        (json!({ "skill_id": welding }), "/skill", "not-allowed-here"),
        (json!({ "skill": null, "skill_id": grafting }), "/skill_id", "unknown-reference"),
        (json!({ "minutes": 0 }), "/minutes", "out-of-range"),
        (json!({ "minutes": 1441 }), "/minutes", "out-of-range"),
        (json!({ "day": "2026-03-15" }), "/day", "day-in-the-future"),
        (json!({ "taught_by": "parrot" }), "/taught_by", "not-one-of"),
        (json!({ "provenance": "estimated" }), "/provenance_rule", "missing-field"),
        (receivers(json!([])), "/receivers", "wrong-number"),
        (receivers(json!({})), "/receivers", "not-list"),
        (receivers(json!([one, one])), "/receivers/1/structure_id", "named-twice"),
        (receivers(json!([one, {"participants": 1}, {"participants": 1}])), "/receivers/2/structure_id", "named-twice"),
        (receivers(json!([{ "structure_id": jardins.id }])), "/receivers/0/participants", "missing-field"),
        (
            receivers(json!([{ "structure_id": jardins.id, "participants": 0 }])),
            "/receivers/0/participants",
            "out-of-range",
        ),
        (
            receivers(json!([{ "structure_id": cuma.id, "participants": 1 }])),
            "/receivers/0/structure_id",
            "same-parties",
        ),
        (
            json!({ "cooperation_id": null, "receivers": [one, { "participants": 1 }] }),
            "/receivers/1/structure_id",
            "missing-field",
        ),
        (json!({ "day": "2023-12-31" }), "/giver_id", "not-a-member"),
    ] {
        world.post("/v1/skill-sessions", &with(&wish, &more)).by(&cuma.manager).await.invalid(pointer, fault);
    }
    let many: Vec<Value> = (0..101)
        .map(|n| {
            json!({ "structure_id": format!("01990f3a-7c1e-7000-8000-{n:012x}"),
                                                    "participants": 1 })
        })
        .collect();
    let crowd = with(&wish, &receivers(json!(many)));
    world.post("/v1/skill-sessions", &crowd).by(&cuma.manager).await.invalid("/receivers", "wrong-number");
}

#[tokio::test]
async fn sessions_are_listed_by_party_cooperation_skill_and_day() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let mut made = Vec::new();
    for (receiver, more) in [
        (Some(jardins), json!({ "day": "2026-03-01" })),
        (Some(commune), json!({ "day": "2026-03-02", "skill": "Greffe" })),
        (None, json!({ "day": "2026-03-03" })),
        (Some(jardins), json!({ "day": "2026-03-04", "cooperation_id": null })),
    ] {
        let wish = with(&session(&village, Some(60), &[(receiver, 1)]), &more);
        made.push(world.post("/v1/skill-sessions", &wish).by(&cuma.manager).await.created_id());
        world.app.clock.advance_seconds(1);
    }
    let cooperation = &village.cooperation;
    for (query, by, expected) in [
        (format!("structure_id={}", cuma.id), &cuma.manager, vec![0, 1, 2, 3]),
        (format!("structure_id={}", jardins.id), &jardins.manager, vec![0, 3]),
        (format!("cooperation_id={cooperation}"), &commune.manager, vec![0, 1, 2]),
        (format!("structure_id={}&skill=Greffe", cuma.id), &cuma.manager, vec![1]),
        (format!("structure_id={}&from=2026-03-02&until=2026-03-04", cuma.id), &cuma.manager, vec![1, 2]),
    ] {
        let found = world.get(format!("/v1/skill-sessions?{query}")).by(by).await.items();
        let expected: Vec<Value> = expected.into_iter().map(|index: usize| json!(made[index])).collect();
        assert_eq!(each(&found, "id"), expected.iter().collect::<Vec<_>>(), "{query}");
    }
    let first = world.get(format!("/v1/skill-sessions?structure_id={}&limit=3", cuma.id)).by(&cuma.manager).await;
    let next = first.header("link").and_then(|link| link.split(['<', '>']).nth(1)).unwrap().to_owned();
    assert_eq!(each(&world.get(next).by(&cuma.manager).await.items(), "id"), [&json!(made[3])]);
    let list = |query: String| world.get(format!("/v1/skill-sessions?{query}")).by(&jardins.manager);
    list(String::new()).await.unreadable("structure_id", "missing-field");
    list(format!("structure_id={}", cuma.id)).await.unreadable("structure_id", "unknown-reference");
    list(format!("cooperation_id={cooperation}")).await.unreadable("cooperation_id", "unknown-reference");
}
