//! On which terms something is asked for, by name or by kind, and who promises it.

use serde_json::{Value, json};

use super::Desk;
use crate::deeds::{says, with};

#[tokio::test]
async fn a_borrower_asks_on_its_owners_terms_and_the_owner_on_its_own() {
    let desk = Desk::new().await;
    // Facts of the thing, what the wish says more, what is refused; the day is 14 March.
    for (facts, more, pointer, fault) in [
        (json!({ "longest_days": 3 }), json!({ "until": "2026-03-20" }), "/until", "too-many-days"),
        (json!({ "notice_days": 3 }), json!({}), "/from", "too-little-notice"),
        (json!({ "notice_days": 365 }), json!({}), "/from", "too-little-notice"),
        (json!({ "training": "CACES" }), json!({}), "/trained", "missing-field"),
        (json!({ "training": "CACES" }), json!({ "trained": false }), "/trained", "missing-field"),
        (json!({ "lends_to": "nobody" }), json!({}), "/equipment_id", "not-lent-to-you"),
    ] {
        let thing = desk.thing(facts.clone()).await;
        let wish = with(&desk.loan(&thing, "2026-03-16", "2026-03-18"), &more);
        desk.ask(&wish).await.invalid(pointer, fault);
        let own = desk.world.post("/v1/loans", &wish).by(&desk.cuma().manager).await;
        assert_eq!(own.created()["state"], "requested", "{facts}");
    }
    for (facts, more) in [
        (json!({ "longest_days": 3 }), json!({ "until": "2026-03-19" })),
        (json!({ "notice_days": 2 }), json!({})),
        (json!({ "training": "CACES" }), json!({ "trained": true })),
        (json!({ "lends_to": "everyone" }), json!({})),
        (json!({}), json!({ "from": "2026-03-01" })),
    ] {
        let thing = desk.thing(facts).await;
        desk.ask(&with(&desk.loan(&thing, "2026-03-16", "2026-03-18"), &more)).await.created();
    }
}

#[tokio::test]
async fn what_is_lent_to_everyone_is_seen_and_borrowed_by_strangers_and_no_longer_when_it_is_not() {
    let desk = Desk::new().await;
    let stranger = desk.world.party(&desk.village.owner, "Le Foyer rural", "association", "foyer").await;
    let thing = desk.thing(json!({ "lends_to": "everyone" })).await;
    let path = format!("/v1/equipment/{thing}");
    let wish = crate::deeds::loan_of(&thing, &stranger, "2026-03-16", "2026-03-18");
    let seen = desk.world.get("/v1/equipment").by(&stranger.manager).await.items();
    assert_eq!(seen.len(), 1);
    desk.world.get(&path).by(&stranger.manager).await.ok();
    desk.world.post("/v1/loans", &wish).by(&stranger.manager).await.created();
    desk.change(&thing, json!({ "lends_to": null })).await.ok();
    desk.world.get(&path).by(&stranger.manager).await.refused(404, "not-found");
    let refused = desk.world.post("/v1/loans", &wish).by(&stranger.manager).await;
    refused.invalid("/equipment_id", "unknown-reference");
}

#[tokio::test]
async fn what_its_owner_leaves_to_the_calendar_is_promised_as_it_is_asked_for() {
    let desk = Desk::new().await;
    let thing = desk.thing(json!({ "approval": "automatic", "longest_days": 5 })).await;
    let wish = desk.loan(&thing, "2026-04-01", "2026-04-04");
    let loan = desk.ask(&wish).await.created();
    says(&loan, &json!({ "state": "approved", "version": 1 }));
    desk.taken(&wish, "2026-04-01", "2026-04-04", "2026-04-04").await;
    let next = desk.asked(&desk.loan(&thing, "2026-04-05", "2026-04-06")).await;
    // Its borrower changes it without asking, as far as the calendar and the terms allow.
    let change = |until: &str| {
        let what = json!({ "event": "change", "until": until });
        desk.world.happens(crate::deeds::id(&loan), &what).by(&desk.jardins().manager)
    };
    change("2026-04-06").await.refused(409, "already-in-use");
    change("2026-04-05").await.ok();
    desk.world.happens(&next, &json!({ "event": "cancel" })).by(&desk.jardins().manager).await.ok();
    change("2026-04-07").await.invalid("/until", "too-many-days");
    change("2026-04-06").await.ok();
    desk.does(crate::deeds::id(&loan), json!({ "event": "change", "until": "2026-04-20" })).await;
    desk.holds().await;
}

#[tokio::test]
async fn of_a_kind_any_free_unit_is_promised_and_another_stands_in_when_the_first_has_gone() {
    let desk = Desk::new().await;
    let mut tents = Vec::new();
    for name in ["Barnum 1", "Barnum 2"] {
        tents.push(desk.thing(json!({ "name": name, "kind": "Barnum 6 m" })).await);
        desk.world.app.clock.advance_seconds(1);
    }
    desk.thing(json!({ "name": "Barnum privé", "kind": "Barnum 6 m", "lends_to": "nobody" })).await;
    let wish = |more: Value| {
        let wish = json!({ "kind": "Barnum 6 m", "lender_id": desk.cuma().id, "borrower_id": desk.jardins().id,
                           "from": "2026-04-01", "until": "2026-04-05" });
        with(&wish, &more)
    };
    let mut loans = Vec::new();
    for _ in 0..3 {
        let asked = desk.ask(&wish(json!({}))).await.created();
        says(&asked, &json!({ "kind": "Barnum 6 m", "equipment_id": tents[0], "state": "requested" }));
        loans.push(crate::deeds::id(&asked).to_owned());
    }
    let later = desk.promised(&desk.loan(&tents[1], "2026-04-05", "2026-04-09")).await;
    for (loan, tent) in loans.iter().zip(&tents) {
        says(
            &desk.does(loan, json!({ "event": "approve" })).await,
            &json!({ "equipment_id": tent, "state": "approved" }),
        );
    }
    let problem = desk.happens(&loans[2], json!({ "event": "approve" })).await.refused(409, "already-in-use");
    let expected = json!({ "from": "2026-04-01", "until": "2026-04-05", "next_free_from": "2026-04-05" });
    assert_eq!(problem["conflict"], expected, "of the one that is free first");
    desk.does(&later, json!({ "event": "cancel" })).await;
    let asked = desk.ask(&wish(json!({ "from": "2026-04-05", "until": "2026-04-06" }))).await.created();
    assert_eq!(asked["equipment_id"], json!(tents[0]));
    for (more, pointer, fault) in [
        (json!({ "kind": "Barnum 12 m" }), "/kind", "unknown-reference"),
        (json!({ "lender_id": null }), "/lender_id", "missing-field"),
        (json!({ "equipment_id": tents[0] }), "/kind", "not-allowed-here"),
        (json!({ "quantity": 2 }), "/quantity", "out-of-range"),
        (json!({ "category": "barnum" }), "/category", "not-allowed-here"),
        (json!({ "nature": "thing" }), "/nature", "not-allowed-here"),
        (json!({ "until": null }), "/until", "missing-field"),
    ] {
        desk.ask(&wish(more)).await.invalid(pointer, fault);
    }
    desk.holds().await;
}

#[tokio::test]
async fn of_two_pending_requests_that_together_exceed_a_pool_only_one_is_approved() {
    let desk = Desk::new().await;
    let chairs = desk.chairs(40).await;
    let first = desk.asked(&desk.some(&chairs, 25, "2026-04-01", "2026-04-05")).await;
    let second = desk.asked(&desk.some(&chairs, 25, "2026-04-04", "2026-04-06")).await;
    desk.does(&second, json!({ "event": "approve" })).await;
    desk.happens(&first, json!({ "event": "approve" })).await.refused(409, "already-in-use");
    desk.does(&first, json!({ "event": "change", "quantity": 15 })).await;
    desk.does(&first, json!({ "event": "approve" })).await;
    desk.holds().await;
}
