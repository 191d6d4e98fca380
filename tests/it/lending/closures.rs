//! Buffers around loans, and days on which equipment is closed.

use serde_json::json;

use super::Desk;
use crate::deeds::{each, id, says};

#[tokio::test]
async fn a_thing_is_kept_free_before_and_after_each_loan() {
    let desk = Desk::new().await;
    let tent = desk.thing(json!({ "name": "Barnum", "buffer_before_days": 1, "buffer_after_days": 2 })).await;
    desk.promised(&desk.loan(&tent, "2026-04-05", "2026-04-08")).await;
    for (from, until) in [("2026-04-08", "2026-04-09"), ("2026-04-10", "2026-04-11"), ("2026-04-01", "2026-04-03")] {
        desk.taken(&desk.loan(&tent, from, until), "2026-04-04", "2026-04-10", "2026-04-11").await;
    }
    desk.promised(&desk.loan(&tent, "2026-04-11", "2026-04-12")).await;
    desk.promised(&desk.loan(&tent, "2026-04-01", "2026-04-02")).await;
    // What comes back early is dried first.
    let early = desk.out(&desk.loan(&tent, "2026-03-12", "2026-03-20"), "2026-03-12").await;
    desk.does(&early, json!({ "event": "return", "on": "2026-03-14" })).await;
    desk.taken(&desk.loan(&tent, "2026-03-16", "2026-03-17"), "2026-03-11", "2026-03-16", "2026-03-17").await;
    desk.promised(&desk.loan(&tent, "2026-03-17", "2026-03-18")).await;
    desk.holds().await;
}

#[tokio::test]
async fn nothing_promised_is_closed_over_and_nothing_closed_is_promised() {
    let desk = Desk::new().await;
    let trailer = desk.thing(json!({})).await;
    desk.promised(&desk.loan(&trailer, "2026-04-05", "2026-04-08")).await;
    let waits = desk.asked(&desk.loan(&trailer, "2026-04-21", "2026-04-22")).await;
    let problem = desk.close(&trailer, "2026-04-07", "2026-04-20", &json!({})).await.refused(409, "already-in-use");
    let expected = json!({ "from": "2026-04-05", "until": "2026-04-08", "next_free_from": "2026-04-08" });
    assert_eq!(problem["conflict"], expected);
    let closed = desk.close(&trailer, "2026-04-08", "2026-04-22", &json!({ "note": "Freins" })).await.created();
    says(&closed, &json!({ "reason": "maintenance", "quantity": 1, "note": "Freins", "archived": false }));
    desk.taken(&desk.loan(&trailer, "2026-04-21", "2026-04-23"), "2026-04-08", "2026-04-22", "2026-04-22").await;
    desk.happens(&waits, json!({ "event": "approve" })).await.refused(409, "already-in-use");

    let change = async |change: serde_json::Value| {
        let path = format!("/v1/closures/{}", id(&closed));
        desk.world.patch(path, &change).by(&desk.cuma().manager).header("if-match", "*").await
    };
    change(json!({ "from": "2026-04-07" })).await.refused(409, "already-in-use");
    change(json!({ "until": "2026-04-21" })).await.ok();
    desk.does(&waits, json!({ "event": "approve" })).await;
    change(json!({ "until": "2026-04-22" })).await.refused(409, "already-in-use");
    change(json!({ "archived": true })).await.ok();
    let stands = desk.promised(&desk.loan(&trailer, "2026-04-10", "2026-04-12")).await;
    change(json!({ "archived": false })).await.refused(409, "already-in-use");
    desk.does(&stands, json!({ "event": "cancel" })).await;
    says(&change(json!({ "archived": null })).await.ok(), &json!({ "archived": true }));
    says(&change(json!({ "archived": false })).await.ok(), &json!({ "archived": false, "until": "2026-04-21" }));
    desk.taken(&desk.loan(&trailer, "2026-04-10", "2026-04-12"), "2026-04-08", "2026-04-22", "2026-04-22").await;
    desk.holds().await;
}

#[tokio::test]
async fn some_pieces_of_a_pool_and_all_parts_of_a_kit_are_closed() {
    let desk = Desk::new().await;
    let chairs = desk.chairs(40).await;
    let stove = desk.thing(json!({ "name": "Réchaud" })).await;
    let kit = json!({ "name": "Buvette", "tracking": "kit", "parts": [{ "equipment_id": stove },
                      { "equipment_id": chairs, "quantity": 10 }] });
    let kit = desk.thing(kit).await;
    let some = desk.close(&chairs, "2026-04-01", "2026-04-10", &json!({ "quantity": 15, "reason": "blackout" })).await;
    says(&some.created(), &json!({ "quantity": 15, "reason": "blackout" }));
    desk.taken(&desk.some(&chairs, 26, "2026-04-02", "2026-04-03"), "2026-04-01", "2026-04-10", "2026-04-10").await;
    desk.promised(&desk.some(&chairs, 25, "2026-04-02", "2026-04-03")).await;
    desk.close(&chairs, "2026-04-02", "2026-04-03", &json!({ "quantity": 1 })).await.refused(409, "already-in-use");
    says(&desk.close(&chairs, "2026-06-01", "2026-06-02", &json!({})).await.created(), &json!({ "quantity": 40 }));
    desk.close(&kit, "2026-05-01", "2026-05-05", &json!({})).await.created();
    desk.taken(&desk.loan(&stove, "2026-05-04", "2026-05-05"), "2026-05-01", "2026-05-05", "2026-05-05").await;
    desk.promised(&desk.some(&chairs, 30, "2026-05-04", "2026-05-05")).await;
    desk.change(&kit, json!({ "parts": [{ "equipment_id": stove }] })).await.ok();
    desk.holds().await;
}

#[tokio::test]
async fn equipment_is_closed_by_its_structure_and_seen_closed_by_its_neighbours() {
    let desk = Desk::new().await;
    let trailer = desk.thing(json!({})).await;
    let chairs = desk.chairs(40).await;
    let unknown = "01990f3a-7c1e-7000-8000-000000000001";
    let close = |more| desk.close(&trailer, "2026-04-08", "2026-04-22", &more);
    for (more, pointer, fault) in [
        (json!({ "equipment_id": unknown }), "/equipment_id", "unknown-reference"),
        (json!({ "until": "2026-04-08" }), "/until", "end-before-start"),
        (json!({ "until": "2026-04-01" }), "/until", "end-before-start"),
        (json!({ "reason": "holiday" }), "/reason", "not-one-of"),
        (json!({ "quantity": 2 }), "/quantity", "out-of-range"),
        (json!({ "equipment_id": chairs, "quantity": 41 }), "/quantity", "out-of-range"),
        (json!({ "until": null }), "/until", "not-text"),
    ] {
        close(more).await.invalid(pointer, fault);
    }
    let close_by = |who| {
        let wish =
            json!({ "equipment_id": trailer, "reason": "blackout", "from": "2026-04-08", "until": "2026-04-22" });
        desk.world.post("/v1/closures", &wish).by(who)
    };
    close_by(&desk.jardins().manager).await.refused(403, "forbidden");
    let stranger = desk.world.party(&desk.village.owner, "Le Foyer rural", "association", "foyer").await;
    close_by(&stranger.manager).await.invalid("/equipment_id", "unknown-reference");
    let closed = close(json!({})).await.created_id();
    let path = format!("/v1/closures/{closed}");
    let list = format!("/v1/closures?equipment_id={trailer}");
    let seen = desk.world.get(&list).by(&desk.jardins().manager).await.items();
    assert_eq!(each(&seen, "id"), [&json!(closed)]);
    desk.world.get(&path).by(&desk.jardins().manager).await.ok();
    desk.world.get(&path).by(&stranger.manager).await.refused(404, "not-found");
    desk.world.get(&list).by(&stranger.manager).await.unreadable("equipment_id", "unknown-reference");
    let change = |what| desk.world.patch(&path, &what).header("if-match", "*");
    change(json!({ "note": "Non." })).by(&desk.jardins().manager).await.refused(403, "forbidden");
    change(json!({ "note": "Non." })).by(&stranger.manager).await.refused(404, "not-found");
    for (what, pointer, fault) in [
        (json!({ "equipment_id": chairs }), "/equipment_id", "cannot-change"),
        (json!({ "until": "2026-04-08" }), "/until", "end-before-start"),
        (json!({ "quantity": 2 }), "/quantity", "out-of-range"),
    ] {
        change(what).by(&desk.cuma().manager).await.invalid(pointer, fault);
    }
}
