//! Pieces alike: no more are promised on any day than there are.

use serde_json::{Value, json};

use crate::deeds::{loan_of, says, with};
use crate::world::{Village, World};

/// A world in which the commune lends forty chairs.
async fn hall() -> (World, Village, String) {
    let world = World::new().await;
    let village = world.village().await;
    let chairs = json!({ "structure_id": village.commune.id, "name": "Chaises", "category": "chaises",
                         "tracking": "pool", "quantity": 40 });
    let chairs = world.post("/v1/equipment", &chairs).by(&village.commune.manager).await.created_id();
    (world, village, chairs)
}

fn pieces(wish: &Value, quantity: i64) -> Value {
    with(wish, &json!({ "quantity": quantity }))
}

#[tokio::test]
async fn a_pool_never_promises_more_than_it_has_on_any_day() {
    let (world, village, chairs) = hall().await;
    let (commune, jardins, cuma) = (&village.commune, &village.association, &village.cuma);
    for (borrower, from, until, quantity) in
        [(jardins, "2026-04-01", "2026-04-10", 25), (cuma, "2026-04-05", "2026-04-08", 15)]
    {
        let wish = pieces(&loan_of(&chairs, borrower, from, until), quantity);
        says(&world.post("/v1/loans", &wish).by(&borrower.manager).await.created(), &json!({ "quantity": quantity }));
        world.promised(&wish, commune, borrower).await;
    }
    for ((from, until, quantity), [busy_from, busy_until, free]) in [
        (("2026-04-03", "2026-04-06", 10), ["2026-04-05", "2026-04-08", "2026-04-08"]),
        (("2026-04-07", "2026-04-08", 1), ["2026-04-05", "2026-04-08", "2026-04-08"]),
        (("2026-04-01", "2026-04-02", 16), ["2026-04-01", "2026-04-10", "2026-04-10"]),
        (("2026-03-01", "2026-05-01", 40), ["2026-04-01", "2026-04-10", "2026-04-10"]),
    ] {
        let wish = pieces(&loan_of(&chairs, jardins, from, until), quantity);
        let problem = world.post("/v1/loans", &wish).by(&jardins.manager).await.refused(409, "already-in-use");
        let expected = json!({ "from": busy_from, "until": busy_until, "next_free_from": free });
        assert_eq!(problem["conflict"], expected, "{quantity} from {from} to {until}");
    }
    for (from, until, quantity) in
        [("2026-04-01", "2026-04-05", 15), ("2026-04-08", "2026-04-10", 15), ("2026-04-10", "2026-04-11", 40)]
    {
        world.promised(&pieces(&loan_of(&chairs, jardins, from, until), quantity), commune, jardins).await;
    }
    let all = pieces(&loan_of(&chairs, jardins, "2026-06-01", "2026-06-02"), 41);
    world.post("/v1/loans", &all).by(&jardins.manager).await.invalid("/quantity", "out-of-range");
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

#[tokio::test]
async fn a_pool_shrinks_only_as_far_as_its_promises_allow() {
    let (world, village, chairs) = hall().await;
    let (commune, jardins) = (&village.commune, &village.association);
    let keep = async |quantity: i64, version: i64| {
        let change = json!({ "quantity": quantity });
        world.patch(format!("/v1/equipment/{chairs}"), &change).by(&commune.manager).on_version(version).await
    };
    let early = pieces(&loan_of(&chairs, jardins, "2026-04-01", "2026-04-10"), 20);
    let early = world.promised(&early, commune, jardins).await;
    let late = pieces(&loan_of(&chairs, jardins, "2026-04-09", "2026-04-12"), 12);
    world.promised(&late, commune, jardins).await;
    keep(31, 1).await.refused(409, "already-in-use");
    keep(32, 1).await.ok();
    keep(60, 2).await.ok();
    world.happens(&early, &json!({ "event": "cancel" })).by(&commune.manager).await.ok();
    keep(11, 3).await.refused(409, "already-in-use");
    keep(12, 3).await.ok();
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

#[tokio::test]
async fn a_request_for_more_than_a_shrunken_pool_has_left_is_not_approved() {
    let (world, village, chairs) = hall().await;
    let (commune, jardins) = (&village.commune, &village.association);
    let wish = pieces(&loan_of(&chairs, jardins, "2026-04-01", "2026-04-10"), 30);
    let loan = world.requested(&wish, jardins).await;
    let change = json!({ "quantity": 20 });
    world.patch(format!("/v1/equipment/{chairs}"), &change).by(&commune.manager).on_version(1).await.ok();
    let answer = world.happens(&loan, &json!({ "event": "approve" })).by(&commune.manager).await;
    answer.refused(409, "already-in-use");
}

#[tokio::test]
async fn pieces_come_back_one_loan_after_the_other_and_each_is_free_at_once() {
    let (world, village, chairs) = hall().await;
    let (commune, jardins, cuma) = (&village.commune, &village.association, &village.cuma);
    let most = pieces(&loan_of(&chairs, jardins, "2026-03-10", "2026-03-30"), 30);
    let most = world.out(&most, commune, jardins, "2026-03-10").await;
    // Other pieces of the pool leave while the first are out.
    let rest = pieces(&loan_of(&chairs, cuma, "2026-03-12", "2026-03-30"), 10);
    world.out(&rest, commune, cuma, "2026-03-12").await;
    let more = pieces(&loan_of(&chairs, cuma, "2026-03-14", "2026-03-20"), 30);
    world.post("/v1/loans", &more).by(&cuma.manager).await.refused(409, "already-in-use");
    let back = world.happens(&most, &json!({ "event": "return" })).by(&commune.manager).await.ok();
    world.promised(&more, commune, cuma).await;
    let line = world.contribution(back["contribution_id"].as_str().unwrap(), &commune.manager).await;
    assert_eq!(line["quantities"]["item_days"], 30 * 4);
}
