//! As known at a moment: what the summary said then, whatever was recorded, said or taken back since.

use serde_json::{Value, json};

use crate::deeds::{given, says, with};
use crate::world::{Village, World};

/// The association's summary of 2026, as known when.
async fn known(world: &World, village: &Village, when: &str) -> Value {
    let jardins = &village.association;
    world.get(format!("/v1/structures/{}/summaries/2026{when}", jardins.id)).by(&jardins.manager).await.ok()
}

/// The same but for the instant that was asked for.
fn without_instant(mut summary: Value) -> Value {
    summary["known_at"] = json!(null);
    summary
}

#[tokio::test]
async fn as_known_at_a_moment_a_summary_says_what_it_said_then() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let mut said = Vec::new();
    let mut keep = async |world: &World| {
        let now = world.app.clock.now().to_string();
        said.push((now, known(world, &village, "").await));
        world.advance(1);
    };
    keep(&world).await;
    let within = json!({ "cooperation_id": village.cooperation });
    let line = world.hours_line(&jardins.manager, &with(&given(jardins, cuma, "2026-02-01", 60), &within)).await;
    keep(&world).await;
    world.word(&line, "confirm", &json!({})).by(&cuma.manager).await.ok();
    keep(&world).await;
    world.word(&line, "contest", &json!({ "reason": "Non." })).by(&cuma.manager).await.ok();
    keep(&world).await;
    let right = json!({ "minutes": 40, "reason": "Relu." });
    let correction = world.word(&line, "correct", &right).by(&jardins.manager).await.created();
    keep(&world).await;
    world.word(correction["id"].as_str().unwrap(), "confirm", &json!({})).by(&cuma.manager).await.ok();
    keep(&world).await;
    world.word(correction["id"].as_str().unwrap(), "withdraw", &json!({})).by(&cuma.manager).await.ok();
    keep(&world).await;
    for (instant, then) in &said {
        let again = known(&world, &village, &format!("?known_at={instant}")).await;
        assert_eq!(again["known_at"], json!(instant));
        assert_eq!(without_instant(again), *then, "{instant}");
        let line = then["ledger"]["seq"].as_i64().unwrap();
        if line > 0 {
            assert_eq!(known(&world, &village, &format!("?known_at_line={line}")).await, *then, "line {line}");
        }
    }
    let states: Vec<Value> = said
        .iter()
        .map(|(_, said)| {
            let hours = &said["sides"][0]["by_kind"][0];
            json!(["confirmed", "declared", "contested"].map(|state| hours[state]["minutes"].clone()))
        })
        .collect();
    let expected = json!([[null, null, null], [0, 60, 0], [60, 0, 0], [0, 0, 60], [0, 0, 40], [40, 0, 0], [0, 0, 40]]);
    assert_eq!(json!(states), expected);
}

#[tokio::test]
async fn an_instant_may_have_an_offset_and_the_answer_tells_the_head_of_then() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    world.hours_line(&jardins.manager, &given(jardins, cuma, "2026-02-01", 60)).await;
    let head = world.get("/v1/ledger/head").by(&jardins.manager).await.ok();
    world.advance(1);
    world.hours_line(&jardins.manager, &given(jardins, cuma, "2026-02-02", 30)).await;
    let then = known(&world, &village, "?known_at=2026-03-14T10:00:00%2B01:00").await;
    says(&then, &json!({ "known_at": "2026-03-14T09:00:00.000Z" }));
    assert_eq!(then["ledger"], json!({ "seq": 1, "hash": head["hash"], "root": head["root"] }));
    let before = known(&world, &village, "?known_at=2026-03-14T10:00:00%2B01:01").await;
    assert_eq!((&before["ledger"]["seq"], &before["sides"][0]["by_kind"]), (&json!(0), &json!([])));
    let path = format!("/v1/structures/{}/summaries/2026.csv?known_at_line=1", jardins.id);
    let table = world.get(path).by(&jardins.manager).await;
    let root = head["root"].as_str().unwrap();
    assert_eq!(table.is(200).header("ledger-head"), Some(format!("1:{root}").as_str()));
    assert!(table.text().contains("given,total,,,volunteer_hours,minutes,0,60,60,0,0\r\n"));
}
