//! Several things asked for at once: all of them, or none.

use serde_json::{Value, json};

use super::Desk;
use crate::ask::Request;
use crate::deeds::{each, id, says, with};
use crate::world::Caller;

/// Two marquees of one kind and forty chairs.
async fn fete(desk: &Desk) -> (Vec<String>, String) {
    let mut tents = Vec::new();
    for name in ["Barnum 1", "Barnum 2"] {
        tents.push(desk.thing(json!({ "name": name, "kind": "Barnum" })).await);
        desk.world.app.clock.advance_seconds(1);
    }
    (tents, desk.chairs(40).await)
}

fn request<'w>(desk: &'w Desk, items: &Value, more: &Value) -> Request<'w> {
    request_by(desk, &desk.jardins().manager, items, more)
}

fn request_by<'w>(desk: &'w Desk, by: &Caller, items: &Value, more: &Value) -> Request<'w> {
    let wish = json!({ "lender_id": desk.cuma().id, "borrower_id": desk.jardins().id, "from": "2026-04-03",
                       "until": "2026-04-06", "items": items });
    desk.world.post("/v1/loan-requests", &with(&wish, more)).by(by)
}

fn events<'w>(desk: &'w Desk, of: &str, what: &Value) -> Request<'w> {
    events_by(desk, &desk.cuma().manager, of, what)
}

fn events_by<'w>(desk: &'w Desk, by: &Caller, of: &str, what: &Value) -> Request<'w> {
    desk.world.post(format!("/v1/loan-requests/{of}/events"), what).by(by)
}

#[tokio::test]
async fn two_marquees_and_forty_chairs_are_asked_for_and_promised_together() {
    let desk = Desk::new().await;
    let (tents, chairs) = fete(&desk).await;
    let items = json!([{ "kind": "Barnum", "quantity": 2 }, { "equipment_id": chairs, "quantity": 40 }]);
    let asked = request(&desk, &items, &json!({ "note": "Pour la fête" })).await;
    let made = asked.created();
    assert_eq!(asked.header("location"), Some(format!("/v1/loan-requests/{}", id(&made)).as_str()));
    let loans = made["loans"].as_array().unwrap();
    let mut things: Vec<_> = loans.iter().map(|loan| loan["equipment_id"].as_str().unwrap().to_owned()).collect();
    things.sort();
    let mut expected = [tents.clone(), vec![chairs.clone()]].concat();
    expected.sort();
    assert_eq!(things, expected);
    for loan in loans {
        says(loan, &json!({ "request_id": id(&made), "state": "requested", "note": "Pour la fête" }));
        assert_eq!(loan["quantity"], if loan["equipment_id"] == json!(chairs) { 40 } else { 1 });
    }
    let approved = events(&desk, id(&made), &json!({ "event": "approve", "state": "requested" })).await.ok();
    assert!(each(approved["loans"].as_array().unwrap(), "state").iter().all(|state| *state == "approved"));
    let read = desk.world.get(format!("/v1/loan-requests/{}", id(&made)));
    let read = read.by(&desk.jardins().manager).await.ok();
    assert_eq!(read, approved);
    let one = id(&loans[0]);
    desk.does(one, json!({ "event": "cancel" })).await;
    events(&desk, id(&made), &json!({ "event": "cancel" })).await.refused(409, "wrong-state");
    desk.holds().await;
}

#[tokio::test]
async fn when_one_thing_is_not_to_be_had_nothing_is_asked_for_and_nothing_promised() {
    let desk = Desk::new().await;
    let (tents, chairs) = fete(&desk).await;
    let items = json!([{ "kind": "Barnum", "quantity": 2 }, { "equipment_id": chairs, "quantity": 40 }]);
    let made = request(&desk, &items, &json!({})).await.created();
    let busy = desk.promised(&desk.some(&chairs, 1, "2026-04-05", "2026-04-08")).await;
    let before = desk.world.contents().await;
    let problem = request(&desk, &items, &json!({})).await.refused(409, "already-in-use");
    assert_eq!(problem["conflict"]["from"], "2026-04-05");
    let approve = json!({ "event": "approve" });
    events(&desk, id(&made), &approve).await.refused(409, "already-in-use");
    assert_eq!(desk.world.contents().await, before);
    desk.does(&busy, json!({ "event": "cancel" })).await;
    desk.promised(&desk.loan(&tents[1], "2026-04-05", "2026-04-08")).await;
    events(&desk, id(&made), &approve).await.refused(409, "already-in-use");
    desk.holds().await;
}

#[tokio::test]
async fn what_is_wrong_with_one_item_is_said_of_its_place() {
    let desk = Desk::new().await;
    let (tents, chairs) = fete(&desk).await;
    let theirs = desk.world.equipment(&desk.village.commune, "Barnum", "barnum").await;
    let unknown = "01990f3a-7c1e-7000-8000-000000000001";
    let before = desk.world.contents().await;
    let tent = json!({ "equipment_id": tents[0] });
    for (items, more, pointer, fault) in [
        (json!([]), json!({}), "/items", "wrong-number"),
        (json!([tent, { "equipment_id": unknown }]), json!({}), "/items/1/equipment_id", "unknown-reference"),
        (json!([tent, { "equipment_id": theirs }]), json!({}), "/items/1/equipment_id", "unknown-reference"),
        (json!([tent, { "kind": "Sono" }]), json!({}), "/items/1/kind", "unknown-reference"),
        (json!([tent, { "equipment_id": chairs, "kind": "Barnum" }]), json!({}), "/items/1/kind", "not-allowed-here"),
        (json!([tent, {}]), json!({}), "/items/1/equipment_id", "missing-field"),
        (json!([{ "equipment_id": chairs, "quantity": 41 }]), json!({}), "/items/0/quantity", "out-of-range"),
        (json!([{ "equipment_id": chairs, "quantity": 0 }]), json!({}), "/items/0/quantity", "out-of-range"),
        (json!([{ "kind": "Barnum", "quantity": 101 }]), json!({}), "/items/0/quantity", "out-of-range"),
        (json!([tent]), json!({ "until": "2026-04-03" }), "/until", "end-before-start"),
        (json!([tent]), json!({ "lender_id": unknown }), "/lender_id", "unknown-reference"),
        (json!([tent]), json!({ "borrower_id": unknown }), "/borrower_id", "unknown-reference"),
        (json!([tent]), json!({ "cooperation_id": unknown }), "/cooperation_id", "unknown-reference"),
    ] {
        request(&desk, &items, &more).await.invalid(pointer, fault);
    }
    let three = json!([{ "kind": "Barnum", "quantity": 3 }]);
    assert!([409, 422].contains(&request(&desk, &three, &json!({})).await.status.as_u16()), "there are two");
    assert_eq!(desk.world.contents().await, before);
}

#[tokio::test]
async fn a_request_is_its_parties_business_and_is_sent_again_without_harm() {
    let desk = Desk::new().await;
    let (tents, _) = fete(&desk).await;
    let chosen = json!({ "id": "01990f3a-7c1e-7000-8000-00000000000a" });
    let items = json!([{ "equipment_id": tents[0] }]);
    let first = request(&desk, &items, &chosen).await;
    let again = request(&desk, &items, &chosen).await;
    assert_eq!((again.created(), again.header("idempotency-replayed")), (first.created(), Some("true")));
    request(&desk, &json!([{ "equipment_id": tents[1] }]), &chosen).await.refused(409, "id-taken");
    let path = format!("/v1/loan-requests/{}", id(&chosen));
    let stranger = desk.world.party(&desk.village.owner, "Le Foyer rural", "association", "foyer").await;
    let cancel = json!({ "event": "cancel" });
    for other in [&stranger.manager, &desk.village.commune.manager] {
        desk.world.get(&path).by(other).await.refused(404, "not-found");
        events_by(&desk, other, id(&chosen), &cancel).await.refused(404, "not-found");
        request_by(&desk, other, &items, &json!({})).await.refused(403, "forbidden");
        request_by(&desk, other, &items, &chosen).await.refused(403, "forbidden");
    }
    let approve = json!({ "event": "approve" });
    events_by(&desk, &desk.jardins().manager, id(&chosen), &approve).await.refused(403, "forbidden");
    let refused = events(&desk, id(&chosen), &json!({ "event": "decline" })).await;
    refused.invalid("/reason", "missing-field");
    let no = json!({ "event": "decline", "reason": "Réservés aux écoles." });
    says(&events(&desk, id(&chosen), &no).await.ok()["loans"][0], &json!({ "state": "declined" }));
}
