//! The database itself keeps the ledger append-only: no hand changes, removes or skips a line.

use rusqlite::Connection;
use serde_json::json;

use crate::deeds::{given, with};
use crate::world::{TODAY, World};

#[tokio::test]
async fn no_line_is_changed_or_removed_by_hand() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    for minutes in [30, 60] {
        let wish = with(&given(jardins, cuma, TODAY, minutes), &json!({ "note": "Au champ du haut." }));
        world.hours_line(&jardins.manager, &wish).await;
    }
    let before = world.contents().await;
    let db = Connection::open(world.file()).unwrap();
    for by_hand in [
        "update ledger set minutes = 600",
        "update ledger set seq = seq + 10 where seq = 2",
        "update ledger set hash = hash",
        "update or replace ledger set id = randomblob(16) where seq = 1",
        "delete from ledger",
        "delete from ledger where seq = 2",
    ] {
        let refused = db.execute(by_hand, []).unwrap_err();
        assert_eq!(refused.to_string(), "ledger_is_append_only", "{by_hand}");
    }
    db.execute_batch("pragma recursive_triggers = on").unwrap();
    let columns = "id, act, subject, kind, source_kind, source_id, giver_id, receiver_id, cooperation_id, category,
                   occurred_on, occurred_until, minutes, item_days, occasions, participants, provenance,
                   provenance_rule, spoken_for, recorded_by, recorded_at, seal, content, hash, nodes";
    for (first, seq) in [("insert", 2), ("insert", 4), ("insert", 0), ("insert or replace", 1), ("replace", 2)] {
        let sql = format!("{first} into ledger (seq, {columns}) select {seq}, {columns} from ledger where seq = 1");
        assert_eq!(db.execute(&sql, []).unwrap_err().to_string(), "ledger_has_no_gap", "{first} {seq}");
    }
    // A shell fires no delete trigger for what `replace` removes, unless it is told to.
    for (recursive, first) in [("on", "insert"), ("on", "replace"), ("off", "insert"), ("off", "replace")] {
        db.execute_batch(&format!("pragma recursive_triggers = {recursive}")).unwrap();
        let again = format!("{first} into ledger (seq, {columns}) select 3, {columns} from ledger where seq = 1");
        assert_eq!(db.execute(&again, []).unwrap_err().to_string(), "ledger_id_once", "{first}, {recursive}");
    }
    drop(db);
    assert_eq!(world.contents().await, before);
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

#[tokio::test]
async fn a_line_says_what_a_line_can_say_whoever_writes_it() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    world.hours_line(&jardins.manager, &given(jardins, cuma, TODAY, 30)).await;
    let db = Connection::open(world.file()).unwrap();
    db.execute_batch("pragma foreign_keys = on").unwrap();
    let insert = |act: &str, subject: &str, receiver: &str, minutes: &str, rule: &str| {
        let sql = format!(
            "insert into ledger (seq, id, act, subject, kind, source_kind, source_id, giver_id, receiver_id, category,
               occurred_on, minutes, occasions, provenance, provenance_rule, recorded_at, content, hash,
               nodes)
             select 2, randomblob(16), '{act}', {subject}, kind, source_kind, source_id, giver_id, {receiver}, category,
               occurred_on, {minutes}, occasions, provenance, {rule}, recorded_at, content, hash, nodes from ledger"
        );
        db.execute(&sql, []).unwrap_err().to_string()
    };
    for (refused, constraint) in [
        (insert("gift", "null", "receiver_id", "1", "null"), "ledger_act_is_known"),
        (insert("contribution", "1", "receiver_id", "1", "null"), "ledger_subject_is_before"),
        (insert("correction", "null", "receiver_id", "1", "null"), "ledger_subject_is_before"),
        (insert("correction", "2", "receiver_id", "1", "null"), "ledger_subject_is_before"),
        (insert("contribution", "null", "null", "1", "null"), "ledger_flow_is_whole"),
        (insert("contribution", "null", "giver_id", "1", "null"), "ledger_two_ends"),
        (insert("contribution", "null", "receiver_id", "-1", "null"), "ledger_only_corrections_take_away"),
        (insert("contribution", "null", "receiver_id", "1", "'a rule'"), "ledger_rule_is_named"),
        (insert("contribution", "null", "randomblob(16)", "1", "null"), "FOREIGN KEY"),
        (insert("contribution", "null", "receiver_id", "'an hour'", "null"), "cannot store TEXT"),
    ] {
        assert!(refused.contains(constraint), "{refused}, and not {constraint}");
    }
}
