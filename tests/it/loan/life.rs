//! From request to return: what may happen when, and by whose hand.

use serde_json::{Value, json};

use crate::deeds::{each, id, loan_of, says, with};
use crate::world::{COOPERATION_STARTS_ON, World};

#[tokio::test]
async fn a_loan_goes_from_request_to_return_and_ends_as_a_contribution() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let tiller = world.equipment(cuma, "Motoculteur", "outillage").await;
    let wish = with(
        &loan_of(&tiller, jardins, "2026-03-16", "2026-03-20"),
        &json!({ "cooperation_id": village.cooperation, "note": "Avec la remorque." }),
    );
    let asked = world.post("/v1/loans", &wish).by(&jardins.manager).await;
    let loan = id(&asked.created()).to_owned();
    assert_eq!(asked.header("location"), Some(format!("/v1/loans/{loan}").as_str()));
    assert_eq!(asked.header("etag"), Some("\"1\""));
    says(
        &asked.created(),
        &json!({ "state": "requested", "lender_id": cuma.id, "category": "outillage", "nature": "thing", "quantity": 1,
                 "recorded_afterwards": false, "contribution_id": null, "version": 1 }),
    );

    let approved = world.happens(&loan, &json!({ "event": "approve" })).by(&cuma.manager).await.ok();
    says(&approved, &json!({ "state": "approved", "version": 2, "contribution_id": null }));
    world.advance(2);
    let left = json!({ "event": "hand_over", "condition": "Plein fait." });
    let left = world.happens(&loan, &left).by(&cuma.manager).await.ok();
    says(&left, &json!({ "state": "handed_over", "handed_over_on": "2026-03-16", "handed_over_quantity": 1 }));
    says(&left["movements"][0], &json!({ "what": "hand_over", "quantity": 1, "condition": "Plein fait." }));
    world.advance(4);
    let back = json!({ "event": "return", "condition": "Un câble à changer." });
    let back = world.happens(&loan, &back).by(&cuma.manager).await.ok();
    says(&back, &json!({ "state": "returned", "returned_on": "2026-03-20", "returned_quantity": 1, "version": 4 }));
    let movement =
        json!({ "what": "return", "condition": "Un câble à changer.", "contribution_id": back["contribution_id"] });
    says(&back["movements"][1], &movement);

    let line = world.contribution(back["contribution_id"].as_str().unwrap(), &jardins.manager).await;
    says(
        &line,
        &json!({
            "act": "contribution", "kind": "equipment", "source": { "kind": "loan", "id": loan },
            "giver_id": cuma.id, "receiver_id": jardins.id, "cooperation_id": village.cooperation,
            "category": "outillage", "occurred_on": "2026-03-16", "occurred_until": "2026-03-20",
            "quantities": { "minutes": null, "item_days": 4, "occasions": 1, "participants": null },
            "provenance": "declared", "state": "declared", "declared_by": cuma.id,
        }),
    );
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

fn event(name: &str) -> Value {
    if name == "decline" { json!({ "event": name, "reason": "En panne." }) } else { json!({ "event": name }) }
}

#[tokio::test]
async fn declining_needs_a_reason_and_each_event_takes_only_what_belongs_to_it() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let tiller = world.equipment(cuma, "Motoculteur", "outillage").await;
    let loan = world.requested(&loan_of(&tiller, jardins, "2026-03-14", "2026-03-20"), jardins).await;
    for (what, pointer, fault) in [
        (json!({ "event": "decline" }), "/reason", "missing-field"),
        (json!({ "event": "decline", "reason": "  " }), "/reason", "empty"),
        (json!({ "event": "decline", "reason": "Non.", "condition": "Neuf." }), "/condition", "not-allowed-here"),
        (json!({ "event": "approve", "reason": "Oui." }), "/reason", "not-allowed-here"),
        (json!({ "event": "approve", "on": "2026-03-14" }), "/on", "not-allowed-here"),
        (json!({ "event": "cancel", "on": "2026-03-14" }), "/on", "not-allowed-here"),
        (json!({ "event": "cancel", "condition": "Neuf." }), "/condition", "not-allowed-here"),
        (json!({ "event": "steal" }), "/event", "not-one-of"),
        (json!({}), "/event", "missing-field"),
    ] {
        world.happens(&loan, &what).by(&cuma.manager).await.invalid(pointer, fault);
    }
    world.happens(&loan, &event("approve")).by(&cuma.manager).await.ok();
    for (what, pointer, fault) in [
        (json!({ "event": "hand_over", "reason": "Tôt." }), "/reason", "not-allowed-here"),
        (json!({ "event": "hand_over", "on": "2026-03-15" }), "/on", "day-in-the-future"),
    ] {
        world.happens(&loan, &what).by(&cuma.manager).await.invalid(pointer, fault);
    }
    let cancelled = json!({ "event": "cancel", "reason": "Il pleut." });
    let cancelled = world.happens(&loan, &cancelled).by(&jardins.manager).await.ok();
    says(&cancelled, &json!({ "state": "cancelled", "reason": "Il pleut.", "contribution_id": null }));
}

#[tokio::test]
async fn a_thing_comes_back_after_it_left_and_leaves_before_its_promise_is_over() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let tiller = world.equipment(cuma, "Motoculteur", "outillage").await;
    let loan = world.promised(&loan_of(&tiller, jardins, "2026-03-08", "2026-03-12"), cuma, jardins).await;
    let leave = |on: &str| world.happens(&loan, &json!({ "event": "hand_over", "on": on })).by(&cuma.manager);
    leave("2026-03-12").await.invalid("/on", "end-before-start");
    leave("2026-03-11").await.ok();
    let back = |on: &str| world.happens(&loan, &json!({ "event": "return", "on": on })).by(&cuma.manager);
    back("2026-03-10").await.invalid("/on", "end-before-start");
    says(&back("2026-03-11").await.ok(), &json!({ "handed_over_on": "2026-03-11", "returned_on": "2026-03-11" }));
}

#[tokio::test]
async fn only_the_lender_promises_and_both_parties_move_the_thing() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let reader = world.colleague(cuma, "reader", "lectrice").await;
    let contributor = world.colleague(jardins, "contributor", "jardinier").await;
    let stranger = world.party(&village.owner, "Le Foyer rural", "association", "foyer").await;
    let tiller = world.equipment(cuma, "Motoculteur", "outillage").await;
    let wish =
        with(&loan_of(&tiller, jardins, "2026-03-14", "2026-03-20"), &json!({ "cooperation_id": village.cooperation }));
    for nobody in [&reader, &village.commune.manager, &village.owner] {
        let answer = world.post("/v1/loans", &wish).by(nobody).await;
        assert!([403, 422].contains(&answer.status.as_u16()), "{answer}");
    }
    let loan = world.post("/v1/loans", &wish).by(&contributor).await.created_id();

    let may = async |by, name: &str| world.happens(&loan, &event(name)).by(by).await;
    for name in ["approve", "decline", "cancel"] {
        may(&reader, name).await.refused(403, "forbidden");
        may(&village.commune.manager, name).await.refused(403, "forbidden");
        may(&stranger.manager, name).await.refused(404, "not-found");
        may(&village.owner, name).await.refused(404, "not-found");
    }
    may(&contributor, "approve").await.refused(403, "forbidden");
    may(&contributor, "decline").await.refused(403, "forbidden");
    may(&cuma.manager, "approve").await.ok();
    may(&reader, "hand_over").await.refused(403, "forbidden");
    may(&contributor, "hand_over").await.ok();
    may(&village.commune.manager, "return").await.refused(403, "forbidden");
    let back = may(&contributor, "return").await.ok();
    let line = world.contribution(back["contribution_id"].as_str().unwrap(), &reader).await;
    assert_eq!(line["declared_by"], json!(jardins.id), "who brings it back declares it");
}

#[tokio::test]
async fn a_loan_is_seen_by_its_parties_and_by_those_who_facilitate_its_cooperation() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let tiller = world.equipment(cuma, "Motoculteur", "outillage").await;
    let wish = loan_of(&tiller, jardins, "2026-03-14", "2026-03-15");
    let apart = world.requested(&wish, jardins).await;
    let within = with(&wish, &json!({ "cooperation_id": village.cooperation }));
    let within = world.requested(&within, jardins).await;
    let member = world.party(&village.owner, "Le Foyer rural", "association", "foyer").await;
    world.membership(commune, &village.cooperation, &member.id, COOPERATION_STARTS_ON).await;
    let reads = async |loan: &str, by| world.get(format!("/v1/loans/{loan}")).by(by).await;
    for loan in [&apart, &within] {
        for party in [cuma, jardins] {
            reads(loan, &party.manager).await.ok();
        }
        reads(loan, &member.manager).await.refused(404, "not-found");
        reads(loan, &village.owner).await.refused(404, "not-found");
    }
    reads(&apart, &commune.manager).await.refused(404, "not-found");
    let read = reads(&within, &commune.manager).await;
    assert_eq!(id(&read.ok()), within);
    let known = world.get(format!("/v1/loans/{within}")).by(&commune.manager).header("if-none-match", "\"1\"").await;
    known.unchanged();
}

#[tokio::test]
async fn a_loan_names_things_and_parties_that_go_together() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let tiller = world.equipment(cuma, "Motoculteur", "outillage").await;
    let old = world.equipment(cuma, "Vieux treuil", "outillage").await;
    world
        .patch(format!("/v1/equipment/{old}"), &json!({ "archived": true }))
        .by(&cuma.manager)
        .on_version(1)
        .await
        .ok();
    let stranger = world.party(&village.owner, "Le Foyer rural", "association", "foyer").await;
    let wish = loan_of(&tiller, jardins, "2026-03-16", "2026-03-20");
    let unknown = "01990f3a-7c1e-7000-8000-000000000001";
    for (more, pointer, fault) in [
        (json!({ "equipment_id": unknown }), "/equipment_id", "unknown-reference"),
        (json!({ "equipment_id": old }), "/equipment_id", "archived"),
        (json!({ "equipment_id": null }), "/equipment_id", "missing-field"),
        (json!({ "borrower_id": unknown }), "/borrower_id", "unknown-reference"),
        (json!({ "borrower_id": cuma.id }), "/borrower_id", "same-parties"),
        (json!({ "cooperation_id": unknown }), "/cooperation_id", "unknown-reference"),
        (json!({ "lender_id": cuma.id }), "/lender_id", "not-allowed-here"),
        (json!({ "category": "outillage" }), "/category", "not-allowed-here"),
        (json!({ "nature": "thing" }), "/nature", "not-allowed-here"),
        (json!({ "quantity": 2 }), "/quantity", "out-of-range"),
        (json!({ "quantity": 0 }), "/quantity", "out-of-range"),
        (json!({ "until": null }), "/until", "missing-field"),
        (json!({ "until": "2026-03-16" }), "/until", "end-before-start"),
        (json!({ "from": "2026-02-30" }), "/from", "not-a-day"),
        (json!({ "until": "2101-01-01" }), "/until", "day-out-of-range"),
        (json!({ "provenance": "estimated" }), "/provenance_rule", "missing-field"),
        (json!({ "provenance_rule": "au doigt mouillé" }), "/provenance_rule", "not-allowed-here"),
        (json!({ "price_cents": 4000 }), "/price_cents", "unknown-field"),
    ] {
        let answer = world.post("/v1/loans", &with(&wish, &more)).by(&jardins.manager).await;
        answer.invalid(pointer, fault);
    }
    let theirs = loan_of(&tiller, &stranger, "2026-03-16", "2026-03-20");
    let answer = world.post("/v1/loans", &theirs).by(&stranger.manager).await;
    answer.invalid("/equipment_id", "unknown-reference");
    let within = with(&theirs, &json!({ "cooperation_id": village.cooperation }));
    world.post("/v1/loans", &within).by(&cuma.manager).await.invalid("/borrower_id", "not-a-member");
    world.post("/v1/loans", &theirs).by(&cuma.manager).await.created();
}

#[tokio::test]
async fn loans_are_listed_by_party_thing_cooperation_state_and_period() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let tiller = world.equipment(cuma, "Motoculteur", "outillage").await;
    let marquee = world.equipment(commune, "Barnum", "barnum").await;
    let mut loans = Vec::new();
    for (thing, from, until) in [
        (&tiller, "2026-03-16", "2026-03-20"),
        (&tiller, "2026-03-20", "2026-03-22"),
        (&marquee, "2026-04-01", "2026-04-03"),
        (&marquee, "2026-12-30", "2027-01-02"),
    ] {
        loans.push(world.requested(&loan_of(thing, jardins, from, until), jardins).await);
        world.app.clock.advance_seconds(1);
    }
    let within = json!({ "cooperation_id": village.cooperation });
    let wish = with(&loan_of(&tiller, commune, "2026-05-01", "2026-05-02"), &within);
    loans.push(world.requested(&wish, commune).await);
    world.happens(&loans[0], &event("approve")).by(&cuma.manager).await.ok();
    let lists = [
        (format!("structure_id={}", jardins.id), &jardins.manager, vec![0, 1, 2, 3]),
        (format!("structure_id={}", cuma.id), &cuma.manager, vec![0, 1, 4]),
        (format!("structure_id={}", commune.id), &commune.manager, vec![2, 3, 4]),
        (format!("equipment_id={marquee}"), &commune.manager, vec![2, 3]),
        (format!("structure_id={}&equipment_id={tiller}", jardins.id), &jardins.manager, vec![0, 1]),
        (format!("cooperation_id={}", village.cooperation), &commune.manager, vec![4]),
        (format!("structure_id={}&state=approved", jardins.id), &jardins.manager, vec![0]),
        (format!("structure_id={}&from=2026-03-20&until=2026-04-02", jardins.id), &jardins.manager, vec![1, 2]),
        (format!("structure_id={}&from=2027-01-01", jardins.id), &jardins.manager, vec![3]),
    ];
    for (query, by, expected) in lists {
        let found = world.get(format!("/v1/loans?{query}")).by(by).await.items();
        let expected: Vec<_> = expected.into_iter().map(|index: usize| json!(loans[index])).collect();
        assert_eq!(each(&found, "id"), expected.iter().collect::<Vec<_>>(), "{query}");
    }
    let list = |query: String| world.get(format!("/v1/loans?{query}")).by(&jardins.manager);
    list(String::new()).await.unreadable("structure_id", "missing-field");
    list(format!("structure_id={}", cuma.id)).await.unreadable("structure_id", "unknown-reference");
    list(format!("equipment_id={tiller}")).await.unreadable("equipment_id", "unknown-reference");
    list(format!("cooperation_id={}", village.cooperation)).await.unreadable("cooperation_id", "unknown-reference");

    let first = list(format!("structure_id={}&limit=3", jardins.id)).await;
    let next = first.header("link").and_then(|link| link.split(['<', '>']).nth(1)).unwrap().to_owned();
    let last = world.get(next).by(&jardins.manager).await;
    assert_eq!((first.items().len(), each(&last.items(), "id")), (3, vec![&json!(loans[3])]));
    assert_eq!((last.ok()["next"].clone(), last.header("link")), (json!(null), None));
}

#[tokio::test]
async fn a_phone_that_was_offline_sends_everything_again_and_creates_one_loan() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let tiller = world.equipment(cuma, "Motoculteur", "outillage").await;
    let chosen = "01990f3a-7c1e-7000-8000-00000000000a";
    let wish = with(&loan_of(&tiller, jardins, "2026-03-14", "2026-03-20"), &json!({ "id": chosen }));
    let first = world.post("/v1/loans", &wish).by(&jardins.manager).await;
    assert_eq!((id(&first.created()), first.header("idempotency-replayed")), (chosen, None));
    world.happens(chosen, &event("approve")).by(&cuma.manager).key("approve-1").await.ok();
    world.advance(7);
    let again = world.post("/v1/loans", &wish).by(&jardins.manager).await;
    assert_eq!((again.created(), again.header("idempotency-replayed")), (first.created(), Some("true")));
    assert_eq!((again.header("location"), again.header("etag")), (first.header("location"), first.header("etag")));
    let approved = world.happens(chosen, &event("approve")).by(&cuma.manager).key("approve-1").await;
    assert_eq!((approved.ok()["version"].clone(), approved.header("idempotency-replayed")), (json!(2), Some("true")));

    let other = with(&wish, &json!({ "until": "2026-03-21" }));
    world.post("/v1/loans", &other).by(&jardins.manager).await.refused(409, "id-taken");
    world.post("/v1/loans", &wish).by(&cuma.manager).await.refused(409, "id-taken");
    let reused = world.happens(chosen, &event("cancel")).by(&cuma.manager).key("approve-1").await;
    reused.refused(422, "idempotency-key-reused");
    let list = world.get(format!("/v1/loans?structure_id={}", jardins.id)).by(&jardins.manager).await;
    assert_eq!(list.items().len(), 1);
}
