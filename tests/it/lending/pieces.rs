//! Pieces that leave and come back in parts, or do not come back: each is free at once, and counted once.

use serde_json::{Value, json};

use super::Desk;
use crate::deeds::says;

#[tokio::test]
async fn pieces_that_come_back_in_parts_are_one_occasion_and_count_their_own_days_in_each_year() {
    let desk = Desk::new().await;
    let chairs = desk.chairs(40).await;
    let loan = desk.out(&desk.some(&chairs, 30, "2025-12-20", "2026-02-01"), "2025-12-20").await;
    let first = desk.does(&loan, json!({ "event": "return", "on": "2026-01-02", "quantity": 12 })).await;
    says(&first, &json!({ "state": "handed_over", "returned_quantity": 12, "returned_on": null }));
    let last = desk.does(&loan, json!({ "event": "return", "on": "2026-01-05" })).await;
    says(&last, &json!({ "state": "returned", "returned_quantity": 30, "returned_on": "2026-01-05" }));
    assert_eq!(desk.flows(&loan).await, [(12 * 13, 1), (18 * 16, 0)]);
    says(&desk.given(2025).await, &json!({ "item_days": 30 * 12, "occasions": 1 }));
    says(&desk.given(2026).await, &json!({ "item_days": 12 + 18 * 4, "occasions": 0 }));
    desk.holds().await;
}

#[tokio::test]
async fn what_left_first_comes_back_first() {
    let desk = Desk::new().await;
    let chairs = desk.chairs(40).await;
    let loan = desk.promised(&desk.some(&chairs, 30, "2026-03-01", "2026-03-20")).await;
    let leaves = |on: &str, quantity: i64| json!({ "event": "hand_over", "on": on, "quantity": quantity });
    let left = desk.does(&loan, leaves("2026-03-01", 10)).await;
    says(&left, &json!({ "state": "handed_over", "handed_over_quantity": 10, "quantity": 30 }));
    desk.does(&loan, leaves("2026-03-03", 15)).await;
    desk.happens(&loan, leaves("2026-03-04", 6)).await.invalid("/quantity", "out-of-range");
    let back = |on: &str, quantity: Value| json!({ "event": "return", "on": on, "quantity": quantity });
    desk.happens(&loan, back("2026-03-05", json!(26))).await.invalid("/quantity", "out-of-range");
    desk.happens(&loan, back("2026-03-02", json!(12))).await.invalid("/on", "end-before-start");
    desk.does(&loan, back("2026-03-05", json!(12))).await;
    desk.does(&loan, leaves("2026-03-06", 5)).await;
    let all = desk.does(&loan, back("2026-03-08", json!(null))).await;
    says(&all, &json!({ "state": "returned", "handed_over_quantity": 30, "returned_quantity": 30 }));
    assert_eq!(desk.flows(&loan).await, [(10 * 4 + 2 * 2, 1), (13 * 5 + 5 * 2, 0)]);
    let kinds: Vec<_> = all["movements"].as_array().unwrap().iter().map(|moved| moved["quantity"].clone()).collect();
    assert_eq!(kinds, [json!(10), json!(15), json!(12), json!(5), json!(18)]);
    desk.holds().await;
}

#[tokio::test]
async fn pieces_that_are_back_are_free_at_once_and_those_that_are_out_are_not() {
    let desk = Desk::new().await;
    let chairs = desk.chairs(40).await;
    let loan = desk.out(&desk.some(&chairs, 30, "2026-03-10", "2026-03-30"), "2026-03-10").await;
    desk.does(&loan, json!({ "event": "return", "on": "2026-03-12", "quantity": 12 })).await;
    desk.taken(&desk.some(&chairs, 23, "2026-03-14", "2026-03-16"), "2026-03-10", "2026-03-30", "2026-03-30").await;
    desk.promised(&desk.some(&chairs, 22, "2026-03-14", "2026-03-16")).await;
    desk.does(&loan, json!({ "event": "return", "on": "2026-03-13", "quantity": 3 })).await;
    desk.promised(&desk.some(&chairs, 3, "2026-03-14", "2026-03-16")).await;
    // What is kept longer is only what is still out.
    desk.promised(&desk.some(&chairs, 25, "2026-03-30", "2026-04-02")).await;
    desk.does(&loan, json!({ "event": "change", "until": "2026-04-01" })).await;
    desk.taken(&desk.some(&chairs, 1, "2026-03-31", "2026-04-01"), "2026-03-30", "2026-04-01", "2026-04-01").await;
    desk.does(&loan, json!({ "event": "return" })).await;
    desk.promised(&desk.some(&chairs, 15, "2026-03-16", "2026-04-01")).await;
    desk.holds().await;
}

#[tokio::test]
async fn what_was_never_fetched_is_free_once_the_rest_is_back() {
    let desk = Desk::new().await;
    let chairs = desk.chairs(40).await;
    let loan = desk.promised(&desk.some(&chairs, 40, "2026-03-10", "2026-03-30")).await;
    desk.does(&loan, json!({ "event": "hand_over", "on": "2026-03-10", "quantity": 6 })).await;
    desk.taken(&desk.some(&chairs, 1, "2026-03-14", "2026-03-15"), "2026-03-10", "2026-03-30", "2026-03-30").await;
    let back = desk.does(&loan, json!({ "event": "return", "on": "2026-03-12" })).await;
    says(&back, &json!({ "state": "returned", "handed_over_quantity": 6, "returned_quantity": 6 }));
    assert_eq!(desk.flows(&loan).await, [(12, 1)]);
    desk.promised(&desk.some(&chairs, 40, "2026-03-14", "2026-03-15")).await;
    desk.holds().await;
}

#[tokio::test]
async fn what_is_lost_is_counted_until_the_day_it_is_known_and_keeps_its_reason() {
    let desk = Desk::new().await;
    let chairs = desk.chairs(40).await;
    let loan = desk.out(&desk.some(&chairs, 10, "2026-03-10", "2026-03-20"), "2026-03-10").await;
    let lose =
        |quantity: i64| json!({ "event": "lose", "on": "2026-03-12", "quantity": quantity, "reason": "Au feu." });
    desk.happens(&loan, lose(11)).await.invalid("/quantity", "out-of-range");
    says(&desk.does(&loan, lose(2)).await, &json!({ "state": "handed_over", "lost_quantity": 2 }));
    let back = desk.does(&loan, json!({ "event": "return", "on": "2026-03-13" })).await;
    says(
        &back,
        &json!({ "state": "returned", "returned_quantity": 8, "lost_quantity": 2, "returned_on": "2026-03-13" }),
    );
    assert_eq!(desk.flows(&loan).await, [(4, 1), (24, 0)]);

    let trailer = desk.thing(json!({})).await;
    let loan = desk.out(&desk.loan(&trailer, "2026-03-10", "2026-03-20"), "2026-03-10").await;
    let lost = desk.does(&loan, json!({ "event": "lose", "on": "2026-03-12", "reason": "Volée." })).await;
    says(&lost, &json!({ "state": "lost", "lost_quantity": 1, "returned_on": null }));
    says(
        &lost["movements"][1],
        &json!({ "what": "loss", "on": "2026-03-12", "contribution_id": lost["contribution_id"] }),
    );
    assert_eq!(desk.flows(&loan).await, [(2, 1)]);
    desk.taken(&desk.loan(&trailer, "2026-03-15", "2026-03-16"), "2026-03-10", "2026-03-20", "2026-03-20").await;
    desk.holds().await;
}
