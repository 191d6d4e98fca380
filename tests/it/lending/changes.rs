//! Another period, another quantity, another unit: held against the calendar like a new request.

use serde_json::json;

use super::Desk;
use crate::deeds::{says, with};

#[tokio::test]
async fn a_promise_is_moved_lengthened_and_shortened_where_it_is_free() {
    let desk = Desk::new().await;
    let trailer = desk.thing(json!({})).await;
    let loan = desk.promised(&desk.loan(&trailer, "2026-04-05", "2026-04-08")).await;
    desk.promised(&desk.loan(&trailer, "2026-04-10", "2026-04-12")).await;
    let change = async |more: serde_json::Value| desk.happens(&loan, with(&json!({ "event": "change" }), &more)).await;
    let problem = change(json!({ "until": "2026-04-11" })).await.refused(409, "already-in-use");
    let expected = json!({ "from": "2026-04-10", "until": "2026-04-12", "next_free_from": "2026-04-12" });
    assert_eq!(problem["conflict"], expected);
    change(json!({ "from": "2026-04-09", "until": "2026-04-13" })).await.refused(409, "already-in-use");
    says(&desk.read(&loan).await, &json!({ "from": "2026-04-05", "until": "2026-04-08", "version": 2 }));
    says(&change(json!({ "until": "2026-04-10" })).await.ok(), &json!({ "until": "2026-04-10", "version": 3 }));
    change(json!({ "from": "2026-04-06", "until": "2026-04-07" })).await.ok();
    desk.promised(&desk.loan(&trailer, "2026-04-07", "2026-04-10")).await;
    change(json!({ "from": "2026-04-20", "until": "2026-04-22" })).await.ok();
    desk.promised(&desk.loan(&trailer, "2026-04-06", "2026-04-07")).await;
    for (more, pointer, fault) in [
        (json!({}), "", "nothing-to-change"),
        (json!({ "from": "2026-04-20" }), "", "nothing-to-change"),
        (json!({ "from": "2026-04-22" }), "/until", "end-before-start"),
        (json!({ "quantity": 2 }), "/quantity", "out-of-range"),
        (json!({ "reason": "Bon." }), "/reason", "not-allowed-here"),
        (json!({ "on": "2026-03-14" }), "/on", "not-allowed-here"),
    ] {
        change(more).await.invalid(pointer, fault);
    }
    desk.holds().await;
}

#[tokio::test]
async fn what_is_out_is_kept_longer_or_given_back_sooner_and_nothing_else() {
    let desk = Desk::new().await;
    let trailer = desk.thing(json!({ "buffer_after_days": 1 })).await;
    let loan = desk.out(&desk.loan(&trailer, "2026-03-10", "2026-03-16"), "2026-03-10").await;
    desk.promised(&desk.loan(&trailer, "2026-03-20", "2026-03-22")).await;
    let other = desk.thing(json!({})).await;
    let change = async |more: serde_json::Value| desk.happens(&loan, with(&json!({ "event": "change" }), &more)).await;
    change(json!({ "until": "2026-03-20" })).await.refused(409, "already-in-use");
    change(json!({ "until": "2026-03-19" })).await.ok();
    desk.taken(&desk.loan(&trailer, "2026-03-19", "2026-03-20"), "2026-03-10", "2026-03-23", "2026-03-23").await;
    change(json!({ "until": "2026-03-15" })).await.ok();
    desk.promised(&desk.loan(&trailer, "2026-03-16", "2026-03-19")).await;
    for (more, pointer) in [
        (json!({ "from": "2026-03-11" }), "/from"),
        (json!({ "quantity": 1 }), "/quantity"),
        (json!({ "equipment_id": other }), "/equipment_id"),
    ] {
        change(more).await.invalid(pointer, "not-allowed-here");
    }
    desk.holds().await;
}

#[tokio::test]
async fn another_unit_stands_in_for_the_first() {
    let desk = Desk::new().await;
    let (first, second) = (desk.thing(json!({})).await, desk.thing(json!({})).await);
    let chairs = desk.chairs(10).await;
    let kit = json!({ "tracking": "kit", "parts": [{ "equipment_id": chairs }] });
    let kit = desk.thing(kit).await;
    let theirs = desk.world.equipment(&desk.village.commune, "Barnum", "barnum").await;
    let old = desk.thing(json!({})).await;
    desk.change(&old, json!({ "archived": true })).await.ok();
    let loan = desk.promised(&desk.loan(&first, "2026-04-05", "2026-04-08")).await;
    let busy = desk.promised(&desk.loan(&second, "2026-04-07", "2026-04-09")).await;
    let to = async |thing: &str| desk.happens(&loan, json!({ "event": "change", "equipment_id": thing })).await;
    to(&second).await.refused(409, "already-in-use");
    desk.does(&busy, json!({ "event": "cancel" })).await;
    for (thing, fault) in [
        (theirs.as_str(), "unknown-reference"),
        ("01990f3a-7c1e-7000-8000-000000000001", "unknown-reference"),
        (old.as_str(), "archived"),
        (kit.as_str(), "not-allowed-here"),
    ] {
        to(thing).await.invalid("/equipment_id", fault);
    }
    says(&to(&second).await.ok(), &json!({ "equipment_id": second }));
    desk.promised(&desk.loan(&first, "2026-04-05", "2026-04-08")).await;
    desk.taken(&desk.loan(&second, "2026-04-05", "2026-04-08"), "2026-04-05", "2026-04-08", "2026-04-08").await;
    to(&first).await.refused(409, "already-in-use");
    to(&chairs).await.ok();
    desk.promised(&desk.loan(&second, "2026-04-05", "2026-04-08")).await;
    desk.holds().await;
}

#[tokio::test]
async fn a_quantity_grows_as_far_as_the_pool_reaches() {
    let desk = Desk::new().await;
    let chairs = desk.chairs(40).await;
    let loan = desk.promised(&desk.some(&chairs, 10, "2026-04-05", "2026-04-08")).await;
    desk.promised(&desk.some(&chairs, 25, "2026-04-07", "2026-04-12")).await;
    let change = async |quantity: i64| desk.happens(&loan, json!({ "event": "change", "quantity": quantity })).await;
    change(16).await.refused(409, "already-in-use");
    change(41).await.invalid("/quantity", "out-of-range");
    says(&change(15).await.ok(), &json!({ "quantity": 15 }));
    desk.taken(&desk.some(&chairs, 1, "2026-04-07", "2026-04-08"), "2026-04-07", "2026-04-08", "2026-04-08").await;
    change(5).await.ok();
    desk.promised(&desk.some(&chairs, 10, "2026-04-07", "2026-04-08")).await;
    desk.change(&chairs, json!({ "quantity": 39 })).await.refused(409, "already-in-use");
    desk.holds().await;
}

#[tokio::test]
async fn a_promise_is_changed_by_its_lender_and_a_request_by_either() {
    let desk = Desk::new().await;
    let trailer = desk.thing(json!({ "longest_days": 3, "notice_days": 5 })).await;
    let loan = desk.asked(&desk.loan(&trailer, "2026-04-05", "2026-04-08")).await;
    let by = |who, more| desk.world.happens(&loan, &with(&json!({ "event": "change" }), &more)).by(who);
    let (cuma, jardins) = (&desk.cuma().manager, &desk.jardins().manager);
    by(jardins, json!({ "until": "2026-04-09" })).await.invalid("/until", "too-many-days");
    let soon = json!({ "from": "2026-03-18", "until": "2026-03-20" });
    by(jardins, soon.clone()).await.invalid("/from", "too-little-notice");
    by(jardins, json!({ "until": "2026-04-07" })).await.ok();
    by(cuma, json!({ "until": "2026-04-20" })).await.ok();
    desk.does(&loan, json!({ "event": "approve" })).await;
    by(jardins, json!({ "until": "2026-04-07" })).await.refused(403, "forbidden");
    by(cuma, soon).await.ok();
}
