//! Kits: a set that is lent whole, and only while each of its parts is free.

use serde_json::{Value, json};

use super::Desk;
use crate::deeds::says;

/// A generator, forty chairs, and a kit of the generator and ten chairs.
async fn fair(desk: &Desk) -> (String, String, String) {
    let generator = desk.thing(json!({ "name": "Groupe électrogène" })).await;
    let chairs = desk.chairs(40).await;
    let kit = desk.thing(json!({ "name": "Buvette", "tracking": "kit", "parts": [
        { "equipment_id": generator }, { "equipment_id": chairs, "quantity": 10 }] }));
    let kit = kit.await;
    (generator, chairs, kit)
}

#[tokio::test]
async fn a_kit_is_refused_when_a_part_is_out_and_its_loan_takes_its_parts() {
    let desk = Desk::new().await;
    let (generator, chairs, kit) = fair(&desk).await;
    desk.promised(&desk.loan(&generator, "2026-04-05", "2026-04-08")).await;
    desk.promised(&desk.some(&chairs, 31, "2026-04-20", "2026-04-22")).await;
    desk.taken(&desk.loan(&kit, "2026-04-07", "2026-04-10"), "2026-04-05", "2026-04-08", "2026-04-08").await;
    desk.taken(&desk.loan(&kit, "2026-04-21", "2026-04-23"), "2026-04-20", "2026-04-22", "2026-04-22").await;
    desk.promised(&desk.loan(&kit, "2026-05-01", "2026-05-05")).await;
    desk.taken(&desk.loan(&kit, "2026-05-04", "2026-05-06"), "2026-05-01", "2026-05-05", "2026-05-05").await;
    desk.taken(&desk.loan(&generator, "2026-05-04", "2026-05-06"), "2026-05-01", "2026-05-05", "2026-05-05").await;
    desk.taken(&desk.some(&chairs, 31, "2026-05-01", "2026-05-02"), "2026-05-01", "2026-05-05", "2026-05-05").await;
    desk.promised(&desk.some(&chairs, 30, "2026-05-01", "2026-05-02")).await;
    let two = desk.ask(&desk.some(&kit, 2, "2026-06-01", "2026-06-02")).await;
    two.invalid("/quantity", "out-of-range");
    desk.holds().await;
}

#[tokio::test]
async fn a_kit_leaves_and_comes_back_whole_and_is_one_thing_in_the_ledger() {
    let desk = Desk::new().await;
    let (generator, _, kit) = fair(&desk).await;
    let loan = desk.out(&desk.loan(&kit, "2026-03-10", "2026-03-20"), "2026-03-10").await;
    let other = desk.promised(&desk.loan(&generator, "2026-03-20", "2026-03-25")).await;
    desk.world.advance(7);
    // The generator is still out with the kit, although the kit's promise is over.
    desk.happens(&other, json!({ "event": "hand_over" })).await.refused(409, "already-in-use");
    desk.does(&loan, json!({ "event": "return", "on": "2026-03-18" })).await;
    assert_eq!(desk.flows(&loan).await, [(8, 1)]);
    desk.does(&other, json!({ "event": "hand_over" })).await;
    desk.holds().await;
}

#[tokio::test]
async fn a_kit_keeps_its_parts_while_it_is_promised() {
    let desk = Desk::new().await;
    let (generator, chairs, kit) = fair(&desk).await;
    let fewer = json!({ "parts": [{ "equipment_id": chairs, "quantity": 10 }] });
    let more = json!({ "parts": [{ "equipment_id": generator }, { "equipment_id": chairs, "quantity": 20 }] });
    let loan = desk.promised(&desk.loan(&kit, "2026-04-05", "2026-04-08")).await;
    for change in [&fewer, &more] {
        desk.change(&kit, change.clone()).await.refused(409, "already-in-use");
    }
    let same = json!({ "name": "Buvette complète", "parts": [{ "equipment_id": generator },
                       { "equipment_id": chairs, "quantity": 10 }] });
    says(&desk.change(&kit, same).await.ok(), &json!({ "name": "Buvette complète" }));
    desk.change(&chairs, json!({ "quantity": 9 })).await.refused(409, "already-in-use");
    desk.does(&loan, json!({ "event": "cancel" })).await;
    assert_eq!(desk.change(&kit, fewer).await.ok()["parts"], json!([{ "equipment_id": chairs, "quantity": 10 }]));
    desk.promised(&desk.loan(&generator, "2026-04-05", "2026-04-08")).await;
    desk.promised(&desk.loan(&kit, "2026-04-05", "2026-04-08")).await;
    desk.holds().await;
}

#[tokio::test]
async fn a_kit_is_made_of_units_and_pools_of_its_own_structure() {
    let desk = Desk::new().await;
    let (generator, chairs, kit) = fair(&desk).await;
    let theirs = desk.world.equipment(&desk.village.commune, "Barnum", "barnum").await;
    let unknown = "01990f3a-7c1e-7000-8000-000000000001";
    let kit_of = |parts: Value| {
        let wish = desk.wish(&json!({ "tracking": "kit", "parts": parts }));
        desk.world.post("/v1/equipment", &wish).by(&desk.cuma().manager)
    };
    let first = "/parts/0/equipment_id";
    for (parts, pointer, fault) in [
        (json!([]), "/parts", "wrong-number"),
        (json!(null), "/parts", "wrong-number"),
        (json!([{ "equipment_id": unknown }]), first, "unknown-reference"),
        (json!([{ "equipment_id": theirs }]), first, "not-a-part"),
        (json!([{ "equipment_id": kit }]), first, "not-a-part"),
        (json!([{ "equipment_id": generator, "quantity": 2 }]), first, "not-a-part"),
        (json!([{ "equipment_id": chairs, "quantity": 41 }]), first, "not-a-part"),
        (json!([{ "equipment_id": chairs }, { "equipment_id": chairs }]), "/parts/1/equipment_id", "part-twice"),
    ] {
        kit_of(parts.clone()).await.invalid(pointer, fault);
    }
    let wish = desk.wish(&json!({ "parts": [{ "equipment_id": chairs }] }));
    let unit = desk.world.post("/v1/equipment", &wish).by(&desk.cuma().manager).await;
    unit.invalid("/parts", "not-allowed-here");
    desk.change(&generator, json!({ "tracking": "kit" })).await.invalid("/tracking", "cannot-change");
}
