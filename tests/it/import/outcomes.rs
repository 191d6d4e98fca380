//! What becomes of a file: once, as a trial, all or nothing, or row by row.

use serde_json::{Value, json};

use super::{HOURS, counts, refusals};
use crate::deeds::says;
use crate::world::World;

const TABLE: &str = "de;à;jour;durée;activité\n\
    Les Jardins partagés;CUMA du Vallon;01/03/2026;1h30;labour\n\
    CUMA du Vallon;Les Jardins partagés;02/03/2026;89 min;greffe\n\
    Les Jardins partagés;Commune de Saint-Ferréol;03/03/2026;2 h;fête\n";

/// The table with a bad row in the middle.
fn with_a_bad_row() -> String {
    TABLE.replace("89 min", "89 mim")
}

fn ids(report: &Value) -> Vec<Value> {
    report["rows"].as_array().unwrap().iter().map(|row| row["id"].clone()).collect()
}

#[tokio::test]
async fn a_file_read_twice_is_recorded_once() {
    let world = World::new().await;
    let village = world.village().await;
    let by = &village.association.manager;
    let first = world.imports(HOURS, TABLE, &[]).by(by).await.ok();
    counts(&first, [3, 0, 0]);
    says(&first, &json!({ "dry_run": false, "atomic": false, "recorded": true, "encoding": "utf-8" }));
    let lines: Vec<_> = first["rows"].as_array().unwrap().iter().map(|row| row["line"].clone()).collect();
    assert_eq!(lines, [2, 3, 4]);
    let before = world.contents().await;
    let again = world.imports(HOURS, TABLE, &[]).by(by).await.ok();
    counts(&again, [0, 3, 0]);
    assert_eq!(ids(&again), ids(&first));
    assert_eq!(world.contents().await, before);

    // Another order, one row more: only that one is new.
    let mut rows: Vec<&str> = TABLE.lines().collect();
    rows[1..].reverse();
    let more = rows.join("\r\n") + "\r\nLes Jardins partagés;CUMA du Vallon;04/03/2026;15 min;labour\r\n";
    let more = world.imports(HOURS, more, &[]).by(by).await.ok();
    counts(&more, [1, 3, 0]);
    assert_eq!(ids(&more)[..3], [ids(&first)[2].clone(), ids(&first)[1].clone(), ids(&first)[0].clone()]);
    let entry = world.get(format!("/v1/hours/{}", ids(&first)[1].as_str().unwrap())).by(by).await.ok();
    says(&entry, &json!({ "minutes": 89, "day": "2026-03-02", "activity": "greffe", "state": "declared" }));
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

#[tokio::test]
async fn a_trial_tells_everything_and_keeps_nothing() {
    let world = World::new().await;
    let village = world.village().await;
    let by = &village.association.manager;
    let before = world.contents().await;
    for atomic in ["false", "true"] {
        let trial = [("dry_run", "true"), ("atomic", atomic)];
        let report = world.imports(HOURS, with_a_bad_row(), &trial).by(by).await.ok();
        says(&report, &json!({ "dry_run": true, "atomic": atomic == "true", "recorded": false }));
        counts(&report, [2, 0, 1]);
        assert_eq!(refusals(&report), [(3, "minutes".to_owned(), "unreadable".to_owned())]);
    }
    assert_eq!(world.contents().await, before);
    let trial = world.imports(HOURS, TABLE, &[("dry_run", "true")]).by(by).await.ok();
    let earnest = world.imports(HOURS, TABLE, &[("dry_run", "false")]).by(by).await.ok();
    assert_eq!(ids(&trial), ids(&earnest), "a trial tells the ids that rows will have");
}

#[tokio::test]
async fn all_or_nothing_keeps_nothing_when_a_single_row_is_refused() {
    let world = World::new().await;
    let village = world.village().await;
    let by = &village.association.manager;
    let before = world.contents().await;
    let report = world.imports(HOURS, with_a_bad_row(), &[("atomic", "true")]).by(by).await.ok();
    says(&report, &json!({ "atomic": true, "recorded": false }));
    counts(&report, [2, 0, 1]);
    assert_eq!(world.contents().await, before);
    let report = world.imports(HOURS, TABLE, &[("atomic", "true")]).by(by).await.ok();
    says(&report, &json!({ "atomic": true, "recorded": true }));
    counts(&report, [3, 0, 0]);
    assert_eq!(world.contents().await["hours"].len(), 3);
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

#[tokio::test]
async fn row_by_row_keeps_the_good_ones_and_names_line_field_and_reason_of_the_others() {
    let world = World::new().await;
    let village = world.village().await;
    let by = &village.association.manager;
    let table = "de;à;jour;durée;activité\n\
        Les Jardins partagés;CUMA du Vallon;01/03/2026;1h30;labour\n\
        ;;;;\n\
        Les Jardins partagés;Personne ici;01/03/2026;1h30;labour\n\
        Les Jardins partagés;CUMA du Vallon;31/02/2026;1h30;labour\n\
        Les Jardins partagés;CUMA du Vallon;15/03/2026;1h30;labour\n\
        Les Jardins partagés;CUMA du Vallon;01/03/2026;25 h;labour\n\
        Les Jardins partagés;CUMA du Vallon;01/03/2026;1h30;\n\
        Les Jardins partagés;Les Jardins partagés;01/03/2026;1h30;labour\n\
        Les Jardins partagés;;01/03/2026;1h30;labour\n\
        Les Jardins partagés;CUMA du Vallon;01/03/2026\n\
        \"Les Jardins partagés\";\"CUMA du Vallon\";01/03/2026;20 min;\"labour\nau champ du haut\"\n\
        Les Jardins partagés;CUMA du Vallon;02/03/2026;1h30;labour\n";
    let report = world.imports(HOURS, table, &[]).by(by).await.ok();
    counts(&report, [2, 0, 9]);
    says(&report, &json!({ "recorded": true }));
    let expected = [
        (4, "receiver", "unknown-reference"),
        (5, "day", "no-such-day"),
        (6, "day", "day-in-the-future"),
        (7, "minutes", "out-of-range"),
        (8, "activity", "empty"),
        (9, "receiver", "same-parties"),
        (10, "receiver", "missing-field"),
        (11, "minutes", "empty"),
        (12, "activity", "invisible-character"),
    ];
    let expected = expected.map(|(line, field, code)| (line, field.to_owned(), code.to_owned()));
    assert_eq!(refusals(&report), expected);
    assert_eq!(report["rows"][10]["line"], 14, "a cell of two lines counts two");
    assert_eq!(world.contents().await["hours"].len(), 2);
    let french = world.imports(HOURS, table, &[]).by(by).in_french().await.ok();
    counts(&french, [0, 2, 9]);
    assert_eq!(french["rows"][2]["errors"][0]["message"], "est un jour qu'aucun calendrier ne connaît");
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

#[tokio::test]
async fn rows_that_say_the_same_are_different_things() {
    let world = World::new().await;
    let village = world.village().await;
    let by = &village.association.manager;
    let row = "Les Jardins partagés;CUMA du Vallon;01/03/2026;1h30;labour\n";
    let times = |count: usize| format!("de;à;jour;durée;activité\n{}", row.repeat(count));
    counts(&world.imports(HOURS, times(2), &[]).by(by).await.ok(), [2, 0, 0]);
    counts(&world.imports(HOURS, times(2), &[]).by(by).await.ok(), [0, 2, 0]);
    counts(&world.imports(HOURS, times(3), &[]).by(by).await.ok(), [1, 2, 0]);
    let sum = world.summary(&format!("structures/{}", village.association.id), 2026, by).await;
    assert_eq!(sum["sides"][0]["by_kind"][0]["declared"]["minutes"], 270);
}

#[tokio::test]
async fn a_key_of_its_own_tells_a_row_from_all_others() {
    let world = World::new().await;
    let village = world.village().await;
    let by = &village.association.manager;
    let mapping = HOURS.replace("[fields]", "[fields]\nkey = \"n°\"");
    let head = "n°;de;à;jour;durée;activité\n";
    let first = format!("{head}7;Les Jardins partagés;CUMA du Vallon;01/03/2026;1h30;labour\n");
    counts(&world.imports(&mapping, &first, &[]).by(by).await.ok(), [1, 0, 0]);
    // What is recorded stays as it is: a correction is said in the ledger, not in the file.
    counts(&world.imports(&mapping, first.replace("1h30", "3h00"), &[]).by(by).await.ok(), [0, 1, 0]);
    counts(&world.imports(&mapping, first.replace("7;", "8;"), &[]).by(by).await.ok(), [1, 0, 0]);
    let hours = world.get(format!("/v1/hours?structure_id={}", village.association.id)).by(by).await.items();
    let minutes: Vec<_> = hours.iter().map(|entry| entry["minutes"].clone()).collect();
    assert_eq!(minutes, [90, 90]);
}

#[tokio::test]
async fn a_whole_import_sent_again_with_its_key_is_answered_as_before() {
    let world = World::new().await;
    let village = world.village().await;
    let by = &village.association.manager;
    let first = world.imports(HOURS, TABLE, &[]).by(by).key("spring").await;
    let again = world.imports(HOURS, TABLE, &[]).by(by).key("spring").await;
    assert_eq!((again.ok(), again.header("idempotency-replayed")), (first.ok(), Some("true")));
    counts(&again.ok(), [3, 0, 0]);
    let other = world.imports(HOURS, with_a_bad_row(), &[]).by(by).key("spring").await;
    other.refused(422, "idempotency-key-reused");
    let trial = world.imports(HOURS, TABLE, &[("dry_run", "true")]).by(by).key("spring").await;
    trial.refused(422, "idempotency-key-reused");
}

#[tokio::test]
async fn what_a_refused_row_had_created_is_gone_and_the_next_row_creates_it_anew() {
    let world = World::new().await;
    let village = world.village().await;
    let by = &village.association.manager;
    let mapping = HOURS.replace("[fields]", "create = [\"structures\", \"people\"]\n[fields]\nperson = \"qui\"");
    let row = |minutes: &str| format!("Odile;Les Jardins partagés;Le Foyer rural;01/03/2026;{minutes};labour\n");
    let mut rows = vec!["qui;de;à;jour;durée;activité\n".to_owned(), row("3")];
    // Every fiftieth row is refused, so that what was found by name is forgotten on the way.
    rows.extend((1..=150).map(|number| row(if number % 50 == 0 { "3" } else { "3 min" })));
    for (order, [structures, people]) in
        [([("dry_run", "true")], [3, 0]), ([("atomic", "true")], [3, 0]), ([("atomic", "false")], [4, 1])]
    {
        let report = world.imports(&mapping, rows.concat(), &order).by(by).await.ok();
        counts(&report, [147, 0, 4]);
        let made = world.contents().await;
        assert_eq!([made["structure"].len(), made["person"].len()], [structures, people], "{order:?}");
    }
    let sum = world.summary(&format!("structures/{}", village.association.id), 2026, by).await;
    assert_eq!(sum["sides"][0]["by_kind"][0]["declared"]["minutes"], 147 * 3);
    assert_eq!(world.faults().await, [] as [&str; 0]);
}
