//! Reading the ledger: who sees which line, how lines are found, and the head that commits to all of them.

use serde_json::{Value, json};

use crate::deeds::{each, given, lent, says, with};
use crate::world::{TODAY, Village, World};

/// The root of a tree without leaves: SHA-256 of nothing.
const NO_LINES: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// Lines of every kind, oldest first: hours, a loan, two receivers of a session, hours of another year, a correction.
pub async fn lines(world: &World, village: &Village) -> Vec<String> {
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let within = json!({ "cooperation_id": village.cooperation });
    let mut lines = Vec::new();
    lines.push(world.hours_line(&jardins.manager, &with(&given(jardins, cuma, "2026-03-01", 60), &within)).await);
    let loan = lent(cuma, jardins, "2026-03-02", Some("2026-03-05"));
    let loan = world.post("/v1/loans", &loan).by(&cuma.manager).await.created();
    lines.push(loan["contribution_id"].as_str().unwrap().to_owned());
    let session = json!({ "giver_id": commune.id, "cooperation_id": village.cooperation, "skill": "Archivage",
        "taught_by": "staff", "day": "2026-03-10", "minutes": 90,
        "receivers": [{ "structure_id": cuma.id, "participants": 2 }, { "structure_id": null, "participants": 1 }] });
    let session = world.post("/v1/skill-sessions", &session).by(&commune.manager).await.created();
    for receiver in session["receivers"].as_array().unwrap() {
        lines.push(receiver["contribution_id"].as_str().unwrap().to_owned());
    }
    lines.push(world.hours_line(&cuma.manager, &given(cuma, jardins, "2025-12-31", 30)).await);
    let correction = json!({ "minutes": 75, "reason": "Relu." });
    let correction = world.word(&lines[0], "correct", &correction).by(&jardins.manager).await.created();
    lines.push(correction["id"].as_str().unwrap().to_owned());
    world.word(&lines[1], "confirm", &json!({})).by(&jardins.manager).await.ok();
    lines
}

#[tokio::test]
async fn contributions_are_found_by_party_side_partner_kind_state_category_source_and_day() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let lines = lines(&world, &village).await;
    let (of_cuma, of_jardins) = (format!("structure_id={}", cuma.id), format!("structure_id={}", jardins.id));
    let of_all = format!("cooperation_id={}", village.cooperation);
    let source = world.contribution(&lines[2], &cuma.manager).await["source"]["id"].as_str().unwrap().to_owned();
    for (query, by, expected) in [
        (of_cuma.clone(), &cuma.manager, vec![5, 4, 2, 1, 0]),
        (of_jardins.clone(), &jardins.manager, vec![5, 4, 1, 0]),
        (of_all.clone(), &commune.manager, vec![5, 3, 2, 0]),
        (format!("{of_cuma}&side=given"), &cuma.manager, vec![4, 1]),
        (format!("{of_cuma}&side=received"), &cuma.manager, vec![5, 2, 0]),
        (format!("{of_cuma}&partner_id={}", commune.id), &cuma.manager, vec![2]),
        (format!("{of_cuma}&side=given&partner_id={}", jardins.id), &cuma.manager, vec![4, 1]),
        (format!("{of_cuma}&{of_all}"), &cuma.manager, vec![5, 2, 0]),
        (format!("{of_all}&partner_id={}", cuma.id), &commune.manager, vec![5, 2, 0]),
        (format!("{of_cuma}&kind=skill_by_staff"), &cuma.manager, vec![2]),
        (format!("{of_cuma}&kind=equipment"), &cuma.manager, vec![1]),
        (format!("{of_cuma}&kind=premises"), &cuma.manager, vec![]),
        (format!("{of_cuma}&state=confirmed"), &cuma.manager, vec![1]),
        (format!("{of_cuma}&state=declared"), &cuma.manager, vec![5, 4, 2, 0]),
        (format!("{of_cuma}&state=contested"), &cuma.manager, vec![]),
        (format!("{of_cuma}&category=Archivage"), &cuma.manager, vec![2]),
        (format!("{of_all}&source_id={source}"), &commune.manager, vec![3, 2]),
        (format!("{of_cuma}&source_id={source}"), &cuma.manager, vec![2]),
        (format!("{of_cuma}&from=2026-03-02"), &cuma.manager, vec![2, 1]),
        (format!("{of_cuma}&from=2026-01-01&until=2026-03-10"), &cuma.manager, vec![5, 1, 0]),
        (format!("{of_cuma}&until=2026-01-01"), &cuma.manager, vec![4]),
    ] {
        let found = world.get(format!("/v1/contributions?{query}")).by(by).await.items();
        let expected: Vec<Value> = expected.into_iter().map(|index: usize| json!(lines[index])).collect();
        assert_eq!(each(&found, "id"), expected.iter().collect::<Vec<_>>(), "{query}");
    }
    let first = world.get(format!("/v1/contributions?{of_cuma}&limit=3")).by(&cuma.manager).await;
    let next = first.header("link").and_then(|link| link.split(['<', '>']).nth(1)).unwrap().to_owned();
    let rest = world.get(next).by(&cuma.manager).await;
    assert_eq!(each(&rest.items(), "id"), [&json!(lines[1]), &json!(lines[0])]);
    let list = |query: &str| world.get(format!("/v1/contributions?{query}")).by(&jardins.manager);
    list("").await.unreadable("structure_id", "missing-field");
    list("side=given").await.unreadable("structure_id", "missing-field");
    list(&of_cuma).await.unreadable("structure_id", "unknown-reference");
    list(&of_all).await.unreadable("cooperation_id", "unknown-reference");
    list(&format!("{of_jardins}&kind=money")).await.unreadable("kind", "not-one-of");
    list(&format!("{of_jardins}&side=both")).await.unreadable("side", "not-one-of");
}

#[tokio::test]
async fn a_line_is_for_its_parties_and_for_those_who_facilitate_its_cooperation() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let lines = lines(&world, &village).await;
    let reader = world.colleague(cuma, "reader", "lectrice").await;
    let nobody = world.account("personne").await;
    let seen = [
        (&commune.manager, [true, false, true, true, false, true]),
        (&cuma.manager, [true, true, true, false, true, true]),
        (&reader, [true, true, true, false, true, true]),
        (&jardins.manager, [true, true, false, false, true, true]),
        (&village.owner, [false; 6]),
        (&nobody, [false; 6]),
    ];
    for (by, expected) in seen {
        for (line, expected) in lines.iter().zip(expected) {
            let answer = world.get(format!("/v1/contributions/{line}")).by(by).await;
            if expected {
                answer.ok()
            } else {
                answer.refused(404, "not-found")
            };
        }
    }
    let of_member = world.get(format!("/v1/contributions?cooperation_id={}", village.cooperation));
    of_member.by(&cuma.manager).await.unreadable("cooperation_id", "unknown-reference");
}

#[tokio::test]
async fn a_correction_and_a_confirmation_are_words_on_the_contribution_and_no_contribution_themselves() {
    let world = World::new().await;
    let village = world.village().await;
    let lines = lines(&world, &village).await;
    let by = &village.association.manager;
    let corrected = world.contribution(&lines[0], by).await;
    says(&corrected["words"][0], &json!({ "act": "correction", "id": lines[5], "reason": "Relu." }));
    says(&world.contribution(&lines[5], by).await, &json!({ "act": "correction", "corrects": lines[0], "words": [] }));
    let confirmed = world.contribution(&lines[1], by).await;
    let word = confirmed["words"][0]["id"].as_str().unwrap();
    world.get(format!("/v1/contributions/{word}")).by(by).await.refused(404, "not-found");
    world.word(word, "confirm", &json!({})).by(by).await.refused(404, "not-found");
}

#[tokio::test]
async fn the_head_of_the_ledger_moves_with_each_line_and_says_nothing_of_it() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let nobody = world.account("personne").await;
    let head = async || world.get("/v1/ledger/head").by(&nobody).await.ok();
    assert_eq!(head().await, json!({ "seq": 0, "hash": "0".repeat(64), "root": NO_LINES, "recorded_at": null }));
    let line = world.hours_line(&jardins.manager, &given(jardins, cuma, TODAY, 60)).await;
    let hash = world.contribution(&line, &cuma.manager).await["hash"].clone();
    let first = head().await;
    says(&first, &json!({ "seq": 1, "hash": hash, "recorded_at": "2026-03-14T09:00:00.000Z" }));
    let refused = given(jardins, cuma, TODAY, 0);
    world.post("/v1/hours", &refused).by(&jardins.manager).await.is(422);
    assert_eq!(head().await["seq"], 1);
    world.advance(1);
    world.word(&line, "confirm", &json!({})).by(&cuma.manager).await.ok();
    let last = head().await;
    says(&last, &json!({ "seq": 2, "recorded_at": "2026-03-15T09:00:00.000Z" }));
    assert!(last["hash"] != hash && last["root"] != first["root"], "{last}");
    let of_the_whole = world.app.store.read(navette::ledger::verify::verify).await.unwrap();
    assert_eq!((of_the_whole.lines, json!(of_the_whole.head)), (2, last["hash"].clone()));
    assert_eq!(json!(of_the_whole.root), last["root"]);
    world.get("/v1/ledger/head").await.refused(401, "unauthorized");
}
