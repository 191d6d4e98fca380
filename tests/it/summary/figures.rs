//! What is counted where: states apart, units apart, the year before beside.

use serde_json::{Value, json};

use crate::deeds::{each, given, lent, says, with};
use crate::world::{TODAY, World};

/// The one entry of a list with this kind and key.
#[track_caller]
fn entry(side: &Value, list: &str, kind: &str, key: &Value) -> Value {
    let entries = side[list].as_array().unwrap();
    let found: Vec<_> = entries.iter().filter(|entry| entry["kind"] == kind && &entry["key"] == key).collect();
    assert_eq!(found.len(), 1, "{kind} {key} in {list} of {side}");
    found[0].clone()
}

fn minutes(entry: &Value) -> [i64; 4] {
    ["confirmed", "declared", "contested", "previous"].map(|state| entry[state]["minutes"].as_i64().unwrap())
}

#[tokio::test]
async fn a_structure_reads_what_it_gave_and_received_with_each_state_apart() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let record = async |day: &str, minutes: i64, more: Value| {
        world.hours_line(&jardins.manager, &with(&given(jardins, cuma, day, minutes), &more)).await
    };
    let confirmed = record("2026-01-31", 60, json!({})).await;
    world.word(&confirmed, "confirm", &json!({})).by(&cuma.manager).await.ok();
    let contested = record("2026-02-01", 45, json!({})).await;
    world.word(&contested, "contest", &json!({ "reason": "Non." })).by(&cuma.manager).await.ok();
    record("2026-02-28", 30, json!({ "activity": "coordination" })).await;
    record(TODAY, 15, json!({ "receiver_id": commune.id, "provenance": "measured" })).await;
    let last_year = record("2025-12-31", 100, json!({})).await;
    world.word(&last_year, "confirm", &json!({})).by(&cuma.manager).await.ok();
    let wrong = record("2025-06-01", 7, json!({})).await;
    world.word(&wrong, "contest", &json!({ "reason": "Non." })).by(&cuma.manager).await.ok();
    world.hours_line(&cuma.manager, &given(cuma, jardins, TODAY, 20)).await;

    let summary = world.summary(&format!("structures/{}", jardins.id), 2026, &jardins.manager).await;
    let name = "Les Jardins partagés";
    assert_eq!(summary["scope"], json!({ "type": "structure", "id": jardins.id, "name": name }));
    assert_eq!((&summary["year"], &summary["ledger"]["seq"]), (&json!(2026), &json!(11)));
    let sides = summary["sides"].as_array().unwrap();
    assert_eq!(each(sides, "side"), ["given", "received"]);
    let (gave, received) = (&sides[0], &sides[1]);
    let hours = |list: &str, key: Value| minutes(&entry(gave, list, "volunteer_hours", &key));
    assert_eq!(hours("by_kind", json!(null)), [60, 45, 45, 100]);
    assert_eq!(hours("by_month", json!("01")), [60, 0, 0, 0]);
    assert_eq!(hours("by_month", json!("02")), [0, 30, 45, 0]);
    assert_eq!(hours("by_month", json!("03")), [0, 15, 0, 0]);
    assert_eq!(hours("by_month", json!("12")), [0, 0, 0, 100]);
    assert_eq!(hours("by_category", json!("entraide")), [60, 15, 45, 100]);
    assert_eq!(hours("by_category", json!("coordination")), [0, 30, 0, 0]);
    assert_eq!(hours("by_provenance", json!("declared")), [60, 30, 45, 100]);
    assert_eq!(hours("by_provenance", json!("measured")), [0, 15, 0, 0]);
    assert_eq!(hours("by_partner", json!(cuma.id)), [60, 30, 45, 100]);
    assert_eq!(hours("by_partner", json!(commune.id)), [0, 15, 0, 0]);
    says(&entry(gave, "by_partner", "volunteer_hours", &json!(cuma.id)), &json!({ "label": "CUMA du Vallon" }));
    assert_eq!((&gave["by_giver"], &gave["by_receiver"]), (&json!([]), &json!([])));
    assert_eq!(minutes(&entry(received, "by_kind", "volunteer_hours", &json!(null))), [0, 20, 0, 0]);
    let all = entry(gave, "by_kind", "volunteer_hours", &json!(null));
    says(&all["declared"], &json!({ "lines": 2, "occasions": 2, "item_days": 0, "participants": 0, "unmeasured": 0 }));
}

#[tokio::test]
async fn a_cooperation_reads_what_its_members_exchanged_in_it_and_nothing_else() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let within = json!({ "cooperation_id": village.cooperation });
    world.hours_line(&jardins.manager, &given(jardins, cuma, TODAY, 1)).await;
    world.hours_line(&jardins.manager, &with(&given(jardins, cuma, TODAY, 60), &within)).await;
    let commons = with(&within, &json!({ "receiver_id": null }));
    world.hours_line(&cuma.manager, &with(&given(cuma, jardins, TODAY, 30), &commons)).await;
    let volunteers = with(&within, &json!({ "giver_id": null }));
    world.hours_line(&cuma.manager, &with(&given(jardins, cuma, TODAY, 20), &volunteers)).await;
    let loan = with(&lent(commune, cuma, "2026-03-01", Some("2026-03-04")), &within);
    world.post("/v1/loans", &loan).by(&commune.manager).await.created();

    let summary = world.summary(&format!("cooperations/{}", village.cooperation), 2026, &cuma.manager).await;
    says(&summary["scope"], &json!({ "type": "cooperation", "name": "Vallée partagée" }));
    assert_eq!(summary["sides"].as_array().unwrap().len(), 1);
    let side = &summary["sides"][0];
    says(side, &json!({ "side": "exchanged", "by_partner": [] }));
    let hours = |list: &str, key: Value| minutes(&entry(side, list, "volunteer_hours", &key));
    assert_eq!(hours("by_kind", json!(null)), [0, 110, 0, 0]);
    assert_eq!(hours("by_giver", json!(jardins.id)), [0, 60, 0, 0]);
    assert_eq!(hours("by_giver", json!(cuma.id)), [0, 30, 0, 0]);
    assert_eq!(hours("by_giver", json!(null)), [0, 20, 0, 0]);
    assert_eq!(hours("by_receiver", json!(cuma.id)), [0, 80, 0, 0]);
    assert_eq!(hours("by_receiver", json!(null)), [0, 30, 0, 0]);
    assert_eq!(entry(side, "by_giver", "volunteer_hours", &json!(null))["label"], json!(null));
    let things = entry(side, "by_kind", "equipment", &json!(null));
    says(&things["declared"], &json!({ "lines": 1, "item_days": 3, "minutes": 0 }));
    says(&entry(side, "by_giver", "equipment", &json!(commune.id)), &json!({ "label": "Commune de Saint-Ferréol" }));
}

#[tokio::test]
async fn a_year_without_anything_is_empty_and_a_year_after_one_shows_it_beside() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    world.hours_line(&jardins.manager, &given(jardins, cuma, TODAY, 60)).await;
    let of = format!("structures/{}", jardins.id);
    for year in [2000, 2025, 2028, 2100] {
        let summary = world.summary(&of, year, &jardins.manager).await;
        for side in summary["sides"].as_array().unwrap() {
            assert_eq!(side["by_kind"], json!([]), "{year}");
        }
    }
    let after = world.summary(&of, 2027, &jardins.manager).await;
    let hours = entry(&after["sides"][0], "by_kind", "volunteer_hours", &json!(null));
    assert_eq!(minutes(&hours), [0, 0, 0, 60]);
}

#[tokio::test]
async fn a_summary_tells_the_head_of_the_ledger_it_was_read_at() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let of = format!("structures/{}", jardins.id);
    for seq in [1, 2] {
        world.hours_line(&jardins.manager, &given(jardins, cuma, TODAY, 60)).await;
        let head = world.get("/v1/ledger/head").by(&jardins.manager).await.ok();
        let read = world.summary(&of, 2026, &jardins.manager).await["ledger"].clone();
        assert_eq!(read, json!({ "seq": seq, "hash": head["hash"], "root": head["root"] }));
    }
}

#[tokio::test]
async fn a_contested_correction_takes_nothing_from_the_totals() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let line = world.hours_line(&jardins.manager, &given(jardins, cuma, TODAY, 60)).await;
    let less = json!({ "minutes": 10, "reason": "Dix." });
    let less = world.word(&line, "correct", &less).by(&cuma.manager).await.created();
    let of = format!("structures/{}", jardins.id);
    let hours = async || {
        let summary = world.summary(&of, 2026, &jardins.manager).await;
        minutes(&entry(&summary["sides"][0], "by_kind", "volunteer_hours", &json!(null)))
    };
    assert_eq!(hours().await, [0, 10, 0, 0]);
    let no = json!({ "reason": "Soixante." });
    world.word(less["id"].as_str().unwrap(), "contest", &no).by(&jardins.manager).await.ok();
    assert_eq!(hours().await, [0, 60, -50, 0]);
}
