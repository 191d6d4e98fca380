//! The state machine as one table: every event in every state; then whose refusal comes first.

use serde_json::{Value, json};

use super::Desk;
use crate::ask::Answer;
use crate::deeds::with;

/// State, event by the lender, answer: the state after, or the refusal.
const TABLE: [(&str, &str, &str); 56] = [
    ("requested", "approve", "approved"),
    ("requested", "decline", "declined"),
    ("requested", "cancel", "cancelled"),
    ("requested", "hand_over", "409 wrong-state requested"),
    ("requested", "return", "409 wrong-state requested"),
    ("requested", "lose", "409 wrong-state requested"),
    ("requested", "change", "requested"),
    ("requested", "undo", "409 wrong-state requested"),
    ("approved", "approve", "409 wrong-state approved"),
    ("approved", "decline", "409 wrong-state approved"),
    ("approved", "cancel", "cancelled"),
    ("approved", "hand_over", "handed_over"),
    ("approved", "return", "409 wrong-state approved"),
    ("approved", "lose", "409 wrong-state approved"),
    ("approved", "change", "approved"),
    ("approved", "undo", "409 wrong-state approved"),
    ("handed_over", "approve", "409 wrong-state handed_over"),
    ("handed_over", "decline", "409 wrong-state handed_over"),
    ("handed_over", "cancel", "409 wrong-state handed_over"),
    ("handed_over", "hand_over", "409 wrong-state handed_over"),
    ("handed_over", "return", "returned"),
    ("handed_over", "lose", "lost"),
    ("handed_over", "change", "handed_over"),
    ("handed_over", "undo", "approved"),
    ("returned", "approve", "409 wrong-state returned"),
    ("returned", "decline", "409 wrong-state returned"),
    ("returned", "cancel", "409 wrong-state returned"),
    ("returned", "hand_over", "409 wrong-state returned"),
    ("returned", "return", "409 wrong-state returned"),
    ("returned", "lose", "409 wrong-state returned"),
    ("returned", "change", "409 wrong-state returned"),
    ("returned", "undo", "handed_over"),
    ("lost", "approve", "409 wrong-state lost"),
    ("lost", "decline", "409 wrong-state lost"),
    ("lost", "cancel", "409 wrong-state lost"),
    ("lost", "hand_over", "409 wrong-state lost"),
    ("lost", "return", "409 wrong-state lost"),
    ("lost", "lose", "409 wrong-state lost"),
    ("lost", "change", "409 wrong-state lost"),
    ("lost", "undo", "handed_over"),
    ("declined", "approve", "409 wrong-state declined"),
    ("declined", "decline", "409 wrong-state declined"),
    ("declined", "cancel", "409 wrong-state declined"),
    ("declined", "hand_over", "409 wrong-state declined"),
    ("declined", "return", "409 wrong-state declined"),
    ("declined", "lose", "409 wrong-state declined"),
    ("declined", "change", "409 wrong-state declined"),
    ("declined", "undo", "409 wrong-state declined"),
    ("cancelled", "approve", "409 wrong-state cancelled"),
    ("cancelled", "decline", "409 wrong-state cancelled"),
    ("cancelled", "cancel", "409 wrong-state cancelled"),
    ("cancelled", "hand_over", "409 wrong-state cancelled"),
    ("cancelled", "return", "409 wrong-state cancelled"),
    ("cancelled", "lose", "409 wrong-state cancelled"),
    ("cancelled", "change", "409 wrong-state cancelled"),
    ("cancelled", "undo", "409 wrong-state cancelled"),
];

/// What leads to a state.
const PATHS: [(&str, &[&str]); 7] = [
    ("requested", &[]),
    ("approved", &["approve"]),
    ("handed_over", &["approve", "hand_over"]),
    ("returned", &["approve", "hand_over", "return"]),
    ("lost", &["approve", "hand_over", "lose"]),
    ("declined", &["decline"]),
    ("cancelled", &["cancel"]),
];

fn event(name: &str) -> Value {
    let more = match name {
        "decline" | "lose" | "undo" => json!({ "reason": "C'est ainsi." }),
        "change" => json!({ "until": "2026-03-25" }),
        _ => json!({}),
    };
    with(&json!({ "event": name }), &more)
}

/// A loan of a unit of its own from 10 to 20 March, today being the 14th, in this state.
async fn loan_in(desk: &Desk, state: &str) -> String {
    let thing = desk.thing(json!({})).await;
    let wish =
        with(&desk.loan(&thing, "2026-03-10", "2026-03-20"), &json!({ "cooperation_id": desk.village.cooperation }));
    let loan = desk.asked(&wish).await;
    let (_, path) = PATHS.iter().find(|(name, _)| *name == state).unwrap();
    for name in *path {
        desk.does(&loan, event(name)).await;
    }
    loan
}

/// An answer in the words of the tables.
fn told(answer: &Answer) -> String {
    let body = answer.json();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    match answer.status.as_u16() {
        200 => text(&body["state"]),
        status => {
            let wrong = &body["errors"][0];
            let words = [text(&body["code"]), text(&body["state"]), text(&wrong["pointer"]), text(&wrong["code"])];
            let words: Vec<_> = words.into_iter().filter(|word| !word.is_empty() && word != "invalid-fields").collect();
            format!("{status} {}", words.join(" "))
        }
    }
}

#[tokio::test]
async fn every_event_in_every_state_is_taken_or_refused_with_the_actual_state() {
    let desk = Desk::new().await;
    for (state, name, expected) in TABLE {
        let loan = loan_in(&desk, state).await;
        let before = desk.read(&loan).await;
        assert_eq!(before["state"], state);
        let answer = desk.happens(&loan, event(name)).await;
        assert_eq!(told(&answer), expected, "{name} when {state}: {answer}");
        let now = desk.read(&loan).await;
        assert_eq!(now, if answer.status == 200 { answer.json() } else { before }, "{name} when {state}");
    }
    desk.holds().await;
}

#[tokio::test]
async fn whoever_believes_the_loan_elsewhere_is_told_where_it_is() {
    let desk = Desk::new().await;
    for (state, _) in PATHS {
        let loan = loan_in(&desk, state).await;
        for (believed, _) in PATHS {
            let name = if state == "requested" { "approve" } else { "undo" };
            let answer = desk.happens(&loan, with(&event(name), &json!({ "state": believed }))).await;
            if believed == state {
                let expected = TABLE.iter().find(|row| (row.0, row.1) == (state, name)).unwrap().2;
                assert_eq!(told(&answer), expected);
                break;
            }
            assert_eq!(answer.refused(409, "wrong-state")["state"], state, "believed {believed}");
        }
    }
}

/// State, who, what, answer: of all that is wrong at once, the first in the order of the refusals.
const PRECEDENCE: [(&str, &str, &str, &str); 22] = [
    ("returned", "stranger", r#"{"event": "approve", "state": "lost", "on": "2026-03-14"}"#, "404 not-found"),
    ("requested", "stranger", r#"{"event": "approve"}"#, "404 not-found"),
    ("returned", "reader", r#"{"event": "approve", "state": "lost", "on": "2026-03-14"}"#, "403 forbidden"),
    ("requested", "facilitator", r#"{"event": "cancel"}"#, "403 forbidden"),
    ("returned", "borrower", r#"{"event": "approve", "on": "2026-03-14"}"#, "403 forbidden"),
    ("requested", "borrower", r#"{"event": "decline"}"#, "403 forbidden"),
    ("approved", "borrower", r#"{"event": "change", "until": "2026-03-09"}"#, "403 forbidden"),
    ("handed_over", "borrower", r#"{"event": "change", "state": "lost"}"#, "403 forbidden"),
    ("returned", "lender", r#"{"event": "approve", "on": "2026-03-14"}"#, "409 wrong-state returned"),
    ("requested", "lender", r#"{"event": "decline", "state": "approved"}"#, "409 wrong-state requested"),
    ("handed_over", "lender", r#"{"event": "hand_over", "on": "2027-01-01"}"#, "409 wrong-state handed_over"),
    ("requested", "lender", r#"{"event": "decline"}"#, "422 /reason missing-field"),
    ("requested", "lender", r#"{"event": "approve", "quantity": 1}"#, "422 /quantity not-allowed-here"),
    ("approved", "lender", r#"{"event": "hand_over", "until": "2026-03-30"}"#, "422 /until not-allowed-here"),
    ("approved", "lender", r#"{"event": "hand_over", "quantity": 2}"#, "422 /quantity out-of-range"),
    ("approved", "lender", r#"{"event": "hand_over", "on": "2026-03-16"}"#, "422 /on day-in-the-future"),
    ("approved", "lender", r#"{"event": "change"}"#, "422 nothing-to-change"),
    ("approved", "lender", r#"{"event": "change", "until": "2026-03-10"}"#, "422 /until end-before-start"),
    ("handed_over", "lender", r#"{"event": "lose"}"#, "422 /reason missing-field"),
    ("handed_over", "lender", r#"{"event": "return", "quantity": 2}"#, "422 /quantity out-of-range"),
    ("handed_over", "lender", r#"{"event": "change", "from": "2026-03-09"}"#, "422 /from not-allowed-here"),
    ("returned", "lender", r#"{"event": "undo"}"#, "422 /reason missing-field"),
];

#[tokio::test]
async fn of_several_refusals_the_first_is_told() {
    let desk = Desk::new().await;
    let reader = desk.world.colleague(desk.cuma(), "reader", "lectrice").await;
    let stranger = desk.world.party(&desk.village.owner, "Le Foyer rural", "association", "foyer").await;
    for (state, who, what, expected) in PRECEDENCE {
        let loan = loan_in(&desk, state).await;
        let by = match who {
            "stranger" => &stranger.manager,
            "reader" => &reader,
            "facilitator" => &desk.village.commune.manager,
            "borrower" => &desk.jardins().manager,
            _ => &desk.cuma().manager,
        };
        let what: Value = serde_json::from_str(what).unwrap();
        let answer = desk.world.happens(&loan, &what).by(by).await;
        assert_eq!(told(&answer), expected, "{who}, {state}: {answer}");
        assert_eq!(desk.read(&loan).await["state"], state);
    }
}

#[tokio::test]
async fn what_is_promised_to_another_is_refused_last() {
    let desk = Desk::new().await;
    let thing = desk.thing(json!({})).await;
    let waits = desk.asked(&desk.loan(&thing, "2026-04-01", "2026-04-05")).await;
    desk.promised(&desk.loan(&thing, "2026-04-04", "2026-04-08")).await;
    let early = desk.promised(&desk.loan(&thing, "2026-04-08", "2026-04-10")).await;
    for (loan, what, expected) in [
        (&waits, json!({ "event": "approve", "state": "approved" }), "409 wrong-state requested"),
        (&waits, json!({ "event": "approve", "reason": "Oui." }), "422 /reason not-allowed-here"),
        (&waits, json!({ "event": "approve" }), "409 already-in-use"),
        (&waits, json!({ "event": "change", "until": "2026-04-06" }), "409 already-in-use"),
        (&early, json!({ "event": "change", "from": "2026-04-07" }), "409 already-in-use"),
        (&waits, json!({ "event": "change", "until": "2026-04-04" }), "requested"),
        (&waits, json!({ "event": "approve" }), "approved"),
    ] {
        assert_eq!(told(&desk.happens(loan, what.clone()).await), expected, "{what}");
    }
}
