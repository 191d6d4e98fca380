//! A hand-over or a return that was recorded by mistake: it stays, marked, and the ledger is corrected.

use serde_json::{Value, json};

use super::Desk;
use crate::deeds::says;

fn mistake() -> Value {
    json!({ "event": "undo", "reason": "Pas celle-là." })
}

#[tokio::test]
async fn a_mistaken_hand_over_leaves_the_promise_as_it_was() {
    let desk = Desk::new().await;
    let trailer = desk.thing(json!({})).await;
    let loan = desk.out(&desk.loan(&trailer, "2026-03-12", "2026-03-20"), "2026-03-13").await;
    let undone = desk.does(&loan, mistake()).await;
    says(&undone, &json!({ "state": "approved", "handed_over_on": null, "handed_over_quantity": 0 }));
    says(&undone["movements"][0], &json!({ "what": "hand_over", "undone_at": "2026-03-14T09:00:00.000Z" }));
    desk.taken(&desk.loan(&trailer, "2026-03-15", "2026-03-16"), "2026-03-12", "2026-03-20", "2026-03-20").await;
    desk.happens(&loan, mistake()).await.refused(409, "wrong-state");
    desk.does(&loan, json!({ "event": "hand_over" })).await;
    says(&desk.does(&loan, json!({ "event": "return" })).await, &json!({ "state": "returned" }));
    assert_eq!(desk.flows(&loan).await, [(1, 1)]);
    desk.holds().await;
}

#[tokio::test]
async fn a_mistaken_return_is_corrected_in_the_ledger_and_the_promise_stands_again() {
    let desk = Desk::new().await;
    let trailer = desk.thing(json!({})).await;
    let loan = desk.out(&desk.loan(&trailer, "2026-03-10", "2026-03-20"), "2026-03-10").await;
    let back = desk.does(&loan, json!({ "event": "return", "on": "2026-03-13" })).await;
    let line = back["contribution_id"].as_str().unwrap();
    let undone = desk.does(&loan, mistake()).await;
    says(&undone, &json!({ "state": "handed_over", "returned_on": null, "contribution_id": null }));
    assert_eq!(undone["movements"][1]["contribution_id"], json!(line), "what was recorded stays");
    says(&desk.given(2026).await, &json!({ "item_days": 0, "occasions": 0 }));
    desk.taken(&desk.loan(&trailer, "2026-03-15", "2026-03-16"), "2026-03-10", "2026-03-20", "2026-03-20").await;
    desk.does(&loan, json!({ "event": "return", "on": "2026-03-14" })).await;
    says(&desk.given(2026).await, &json!({ "item_days": 4, "occasions": 1 }));
    desk.holds().await;
}

#[tokio::test]
async fn a_return_cannot_be_undone_into_the_promise_of_another() {
    let desk = Desk::new().await;
    let trailer = desk.thing(json!({})).await;
    let loan = desk.out(&desk.loan(&trailer, "2026-03-10", "2026-03-20"), "2026-03-10").await;
    desk.does(&loan, json!({ "event": "return", "on": "2026-03-13" })).await;
    let other = desk.promised(&desk.loan(&trailer, "2026-03-14", "2026-03-16")).await;
    let before = desk.world.contents().await;
    let problem = desk.happens(&loan, mistake()).await.refused(409, "already-in-use");
    let expected = json!({ "from": "2026-03-14", "until": "2026-03-16", "next_free_from": "2026-03-16" });
    assert_eq!(problem["conflict"], expected);
    assert_eq!(desk.world.contents().await, before);
    desk.does(&other, json!({ "event": "cancel" })).await;
    says(&desk.does(&loan, mistake()).await, &json!({ "state": "handed_over" }));
    desk.holds().await;
}

#[tokio::test]
async fn the_last_of_several_parts_is_undone_and_the_others_stay_free() {
    let desk = Desk::new().await;
    let chairs = desk.chairs(10).await;
    let loan = desk.out(&desk.some(&chairs, 10, "2026-03-10", "2026-03-20"), "2026-03-10").await;
    let back = async |quantity: i64| {
        desk.does(&loan, json!({ "event": "return", "on": "2026-03-12", "quantity": quantity })).await
    };
    back(4).await;
    desk.promised(&desk.some(&chairs, 4, "2026-03-14", "2026-03-18")).await;
    back(3).await;
    says(&desk.does(&loan, mistake()).await, &json!({ "returned_quantity": 4, "state": "handed_over" }));
    desk.taken(&desk.some(&chairs, 1, "2026-03-14", "2026-03-15"), "2026-03-14", "2026-03-18", "2026-03-18").await;
    back(5).await;
    desk.promised(&desk.some(&chairs, 5, "2026-03-14", "2026-03-18")).await;
    let all = back(1).await;
    says(&all, &json!({ "state": "returned", "returned_quantity": 10 }));
    assert_eq!(desk.flows(&loan).await, [(8, 1), (6, 0), (10, 0), (2, 0)]);
    says(&desk.given(2026).await, &json!({ "item_days": 20, "occasions": 1 }));
    desk.does(&loan, mistake()).await;
    desk.happens(&loan, mistake()).await.refused(409, "already-in-use");
    desk.holds().await;
}

#[tokio::test]
async fn what_came_back_apart_is_one_promise_again_once_all_is_undone() {
    let desk = Desk::new().await;
    let chairs = desk.chairs(10).await;
    let other = desk.chairs(10).await;
    let loan = desk.out(&desk.some(&chairs, 10, "2026-03-10", "2026-03-20"), "2026-03-10").await;
    for quantity in [6, 3] {
        desk.does(&loan, json!({ "event": "return", "on": "2026-03-12", "quantity": quantity })).await;
    }
    for state in ["handed_over", "handed_over", "approved"] {
        says(&desk.does(&loan, mistake()).await, &json!({ "state": state }));
    }
    desk.does(&loan, json!({ "event": "change", "quantity": 7 })).await;
    desk.promised(&desk.some(&chairs, 3, "2026-03-14", "2026-03-18")).await;
    desk.does(&loan, json!({ "event": "change", "equipment_id": other })).await;
    desk.promised(&desk.some(&chairs, 7, "2026-03-14", "2026-03-18")).await;
    desk.taken(&desk.some(&other, 4, "2026-03-14", "2026-03-18"), "2026-03-10", "2026-03-20", "2026-03-20").await;
    desk.does(&loan, json!({ "event": "cancel" })).await;
    desk.promised(&desk.some(&other, 10, "2026-03-14", "2026-03-18")).await;
    says(&desk.given(2026).await, &json!({ "item_days": 0, "occasions": 0 }));
    desk.holds().await;
}

#[tokio::test]
async fn a_mistaken_loss_and_one_that_was_corrected_before_are_undone() {
    let desk = Desk::new().await;
    let trailer = desk.thing(json!({})).await;
    let loan = desk.out(&desk.loan(&trailer, "2026-03-10", "2026-03-20"), "2026-03-10").await;
    let lose = json!({ "event": "lose", "on": "2026-03-12", "reason": "Introuvable." });
    let lost = desk.does(&loan, lose).await;
    let line = lost["contribution_id"].as_str().unwrap();
    let corrected = json!({ "undo": true, "reason": "Retrouvée." });
    desk.world.word(line, "correct", &corrected).by(&desk.cuma().manager).await.created();
    says(&desk.does(&loan, mistake()).await, &json!({ "state": "handed_over", "lost_quantity": 0 }));
    says(
        &desk.does(&loan, json!({ "event": "return" })).await,
        &json!({ "state": "returned", "returned_quantity": 1 }),
    );
    says(&desk.given(2026).await, &json!({ "item_days": 4, "occasions": 1 }));
    desk.holds().await;
}

#[tokio::test]
async fn what_was_recorded_afterwards_is_corrected_in_the_ledger_and_not_undone() {
    let desk = Desk::new().await;
    let trailer = desk.thing(json!({})).await;
    let over =
        crate::deeds::with(&desk.loan(&trailer, "2026-03-01", "2026-03-03"), &json!({ "recorded_afterwards": true }));
    let loan = desk.asked(&over).await;
    desk.happens(&loan, mistake()).await.refused(409, "wrong-state");
    desk.happens(&loan, json!({ "event": "undo" })).await.refused(409, "wrong-state");
}
