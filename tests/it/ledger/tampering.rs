//! A file rewritten by hand, with every trigger dropped: verification finds each fault, and all of them at once.

use navette::ledger::verify::verify;
use rusqlite::types::{Value as Cell, ValueRef};
use rusqlite::{Connection, params};
use serde_json::json;

use crate::deeds::{given, lent, loan_of, with};
use crate::world::{TODAY, World};

/// What stands on each line of [`tampered`], for the tests that need one.
const HOURS: i64 = 1;
const LOAN: i64 = 2;
const SESSION: i64 = 3;
const CONFIRM: i64 = 5;
const CONTEST: i64 = 6;
const CORRECTION: i64 = 7;

/// A copy of a busy world's file, without triggers, constraints or references to hold a hand back.
pub async fn tampered() -> (World, Connection) {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let odile = world.person(jardins, "Odile").await;
    let within = json!({ "cooperation_id": village.cooperation });
    let told = json!({ "person_id": odile, "note": "Au champ du haut.", "provenance": "estimated",
                       "provenance_rule": "2 h par rang" });
    let hours = with(&with(&given(jardins, cuma, TODAY, 60), &within), &told);
    let hours = world.hours_line(&jardins.manager, &hours).await;
    let loan = with(&lent(cuma, jardins, "2026-03-02", Some("2026-03-05")), &within);
    let loan = world.post("/v1/loans", &loan).by(&cuma.manager).await.created();
    let session = json!({ "giver_id": commune.id, "cooperation_id": village.cooperation, "skill": "Archivage",
        "day": "2026-03-10", "minutes": 90,
        "receivers": [{ "structure_id": cuma.id, "participants": 2 }, { "structure_id": null, "participants": 1 }] });
    world.post("/v1/skill-sessions", &session).by(&commune.manager).await.created();
    let contribution = loan["contribution_id"].as_str().unwrap();
    world.word(contribution, "confirm", &json!({})).by(&jardins.manager).await.ok();
    let reason = json!({ "reason": "Une demi-heure." });
    world.word(&hours, "contest", &reason).by(&cuma.manager).await.ok();
    world.word(&hours, "correct", &with(&reason, &json!({ "minutes": 30 }))).by(&jardins.manager).await.created();
    let tiller = world.equipment(cuma, "Motoculteur", "outillage").await;
    world.promised(&loan_of(&tiller, jardins, "2026-04-01", "2026-04-05"), cuma, jardins).await;
    world.promised(&loan_of(&tiller, jardins, "2026-04-05", "2026-04-09"), cuma, jardins).await;
    world.hours_line(&cuma.manager, &given(cuma, commune, TODAY, 20)).await;
    assert_eq!(world.faults().await, [] as [&str; 0]);

    let copy = world.file().with_extension("copy");
    let original = Connection::open(world.file()).unwrap();
    original.execute("vacuum into ?1", [copy.to_str().unwrap()]).unwrap();
    let db = Connection::open(copy).unwrap();
    db.execute_batch("pragma foreign_keys = off; pragma ignore_check_constraints = on; pragma journal_mode = memory;")
        .unwrap();
    for trigger in texts(&db, "select name from sqlite_schema where type = 'trigger'") {
        db.execute_batch(&format!("drop trigger {trigger}")).unwrap();
    }
    navette::store::digest::fill(&db).unwrap();
    assert_eq!(verify(&db).unwrap().faults, [] as [&str; 0]);
    (world, db)
}

/// The texts that a query gives.
fn texts(db: &Connection, query: &str) -> Vec<String> {
    let mut query = db.prepare(query).unwrap();
    query.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

/// What a verification finds after these changes, which are taken back.
fn found(db: &Connection, changes: &str) -> Vec<String> {
    db.execute_batch("begin").unwrap();
    db.execute_batch(changes).unwrap_or_else(|error| panic!("{changes}: {error}"));
    let report = verify(db).unwrap_or_else(|error| panic!("{changes}: nothing told but {error}"));
    db.execute_batch("rollback").unwrap();
    report.faults
}

/// Asserts that these changes are found, and told in these words.
#[track_caller]
pub fn assert_found(db: &Connection, changes: &str, told: &str) {
    let faults = found(db, changes);
    assert!(faults.iter().any(|fault| fault.contains(told)), "{changes}: {told} is not among {faults:#?}");
}

/// The value with one bit of one byte flipped; an absent one is there now.
fn flipped(value: ValueRef<'_>, column: &str, last: bool) -> Cell {
    let flip = |bytes: &[u8]| {
        let mut bytes = bytes.to_vec();
        let at = if last { bytes.len() - 1 } else { 0 };
        bytes[at] ^= 1;
        bytes
    };
    match value {
        ValueRef::Integer(number) => Cell::Integer(number ^ 64),
        ValueRef::Text(text) => Cell::Text(String::from_utf8(flip(text)).unwrap()),
        ValueRef::Blob(bytes) => Cell::Blob(flip(bytes)),
        ValueRef::Null => match column {
            "subject" | "minutes" | "item_days" | "occasions" | "participants" => Cell::Integer(1),
            "seal" => Cell::Blob(vec![7; 32]),
            name if name.ends_with("_id") || matches!(name, "spoken_for" | "recorded_by") => Cell::Blob(vec![7; 16]),
            "occurred_on" | "occurred_until" => Cell::Text("2026-03-28".to_owned()),
            "kind" => Cell::Text("equipment".to_owned()),
            "source_kind" => Cell::Text("loan".to_owned()),
            "provenance" => Cell::Text("declared".to_owned()),
            _ => Cell::Text("x".to_owned()),
        },
        ValueRef::Real(_) => panic!("a float in {column}"),
    }
}

#[tokio::test]
async fn one_bit_flipped_in_any_column_of_any_line_is_found() {
    let (_world, db) = tampered().await;
    let columns = texts(&db, "select name from pragma_table_info('ledger')");
    assert_eq!(columns.len(), 26);
    for line in [HOURS, LOAN, SESSION, CONFIRM, CONTEST, CORRECTION, 8] {
        for column in &columns {
            for last in [false, true] {
                let select = format!("select {column} from ledger where seq = ?1");
                let value = db.query_row(&select, [line], |row| Ok(flipped(row.get_ref(0)?, column, last))).unwrap();
                db.execute_batch("begin").unwrap();
                let update = format!("update ledger set {column} = ?1 where seq = ?2");
                assert_eq!(db.execute(&update, params![value, line]).unwrap(), 1);
                let faults = verify(&db).unwrap_or_else(|error| panic!("{column} of line {line}: {error}")).faults;
                db.execute_batch("rollback").unwrap();
                let of_the_line = faults.iter().any(|fault| fault.starts_with(&format!("line {line}: ")));
                assert!(of_the_line, "{column} of line {line} became {value:?}: {faults:#?}");
            }
        }
    }
    assert_eq!(verify(&db).unwrap().faults, [] as [&str; 0]);
}

#[tokio::test]
async fn a_line_removed_swapped_or_put_in_between_is_found() {
    let (_world, db) = tampered().await;
    for (changes, told) in [
        ("delete from ledger where seq = 3", "line 3: missing; the next one is 4"),
        ("delete from ledger where seq between 2 and 4", "line 2: missing; the next one is 5"),
        ("delete from ledger where seq = 1", "line 1: missing; the next one is 2"),
        ("delete from ledger where seq = 8", "hours without their line"),
        ("delete from ledger where seq >= 6", "recorded as contested"),
        ("delete from ledger where seq = 3; update ledger set seq = seq - 1 where seq > 3", "line 3: its hash is not"),
        (
            "update ledger set seq = 99 where seq = 3; update ledger set seq = 3 where seq = 4;
          update ledger set seq = 4 where seq = 99",
            "line 3: its hash is not",
        ),
        (
            "update ledger set content = (select content from ledger where seq = 4) where seq = 3",
            "line 3: its hash is not",
        ),
        ("update ledger set hash = (select hash from ledger where seq = 4) where seq = 3", "line 4: its hash is not"),
        ("update ledger set seq = seq + 1 where seq = 8", "line 8: missing; the next one is 9"),
        ("delete from ledger", "contribution"),
    ] {
        let told_of_nothing = "delete from ledger" == changes;
        if told_of_nothing {
            assert_found(&db, changes, "loan whose contributions and movements differ in number");
            assert_found(&db, changes, "but the lines add up to");
        } else {
            assert_found(&db, changes, told);
        }
    }
}

#[tokio::test]
async fn a_node_of_the_tree_that_does_not_follow_from_the_lines_is_found_and_told_once() {
    let (_world, db) = tampered().await;
    let wrong = |line: i64| format!("line {line}: its nodes of the tree are not those of its content");
    // Lines 2, 4 and 8 complete 1, 2 and 3 nodes beside their own leaf.
    for (line, heights) in [(1, 0..1), (2, 0..2), (4, 0..3), (7, 0..1), (8, 0..4)] {
        for height in heights {
            let changes = format!(
                "update ledger set nodes = cast(substr(nodes, 1, 32 * {height}) || zeroblob(32)
                   || substr(nodes, 33 + 32 * {height}) as blob) where seq = {line}"
            );
            assert_found(&db, &changes, &wrong(line));
        }
    }
    for (changes, line) in [
        ("update ledger set nodes = (select nodes from ledger where seq = 6) where seq = 4", 4),
        ("update ledger set nodes = substr(nodes, 1, 32) where seq = 8", 8),
        ("update ledger set nodes = cast(nodes || zeroblob(32) as blob) where seq = 3", 3),
        ("update ledger set nodes = cast(nodes || x'00' as blob) where seq = 3", 3),
        ("update ledger set nodes = x'' where seq = 5", 5),
    ] {
        assert_found(&db, changes, &wrong(line));
    }
    let of_a_leaf = "update ledger set nodes = zeroblob(32) where seq = 7";
    let told: Vec<_> = found(&db, of_a_leaf).into_iter().filter(|fault| fault.contains("nodes")).collect();
    assert_eq!(told.len(), 2, "the line, and the one that builds on it: {told:?}");
}

#[tokio::test]
async fn a_name_or_a_text_that_is_not_what_was_sealed_is_found_and_an_erased_one_is_no_fault() {
    let (_world, db) = tampered().await;
    for changes in [
        "update ledger_private set text = 'Au champ du bas.' where seq = 1",
        "update ledger_private set text = null where seq = 1",
        "update ledger_private set person_id = null where seq = 1",
        "update ledger_private set person_id = randomblob(16) where seq = 1",
        "update ledger_private set salt = randomblob(16) where seq = 1",
        "update ledger_private set text = text || ' ' where seq = 1",
    ] {
        assert_found(&db, changes, "line 1: its person or text");
    }
    let changes = "insert into ledger_private (seq, salt, text) values (2, randomblob(16), 'De plus.')";
    assert_found(&db, changes, "line 2: its person or text is not what was sealed");
    let changes =
        "update ledger_private set text = (select text || '!' from ledger_private where seq = 6) where seq = 6";
    assert_found(&db, changes, "line 6: its person or text is not what was sealed");
    assert_eq!(found(&db, "delete from ledger_private"), [] as [&str; 0], "erasure leaves the chain whole");
}

#[tokio::test]
async fn a_standing_that_the_words_do_not_bear_out_is_found() {
    let (_world, db) = tampered().await;
    for (changes, told) in [
        ("update standing set state = 'declared' where seq = 2", "line 2: recorded as declared, but"),
        ("update standing set state = 'contested' where seq = 2", "line 2: recorded as contested, but"),
        (
            "delete from standing where seq = 1",
            "line 1: recorded as declared, but the parties' words make it contested",
        ),
        ("delete from standing where seq = 7", "line 7: recorded as declared"),
        ("insert into standing values (8, 'confirmed')", "line 8: recorded as confirmed"),
        ("insert into standing values (5, 'confirmed')", "line 5: has a standing"),
        ("insert into standing values (77, 'confirmed')", "line 77: has a standing"),
        ("update standing set state = 'agreed' where seq = 2", "line 2: "),
    ] {
        assert_found(&db, changes, told);
    }
}

#[tokio::test]
async fn a_total_that_the_lines_do_not_add_up_to_is_found() {
    let (_world, db) = tampered().await;
    for number in ["lines", "minutes", "item_days", "occasions", "participants", "unmeasured"] {
        let changes = format!("update tally set {number} = {number} + 1 where rowid_of = 1");
        let one = "(scope, year, side, dimension, key, kind, state) =
                   (select scope, year, side, dimension, key, kind, state from tally limit 1 offset 3)";
        assert_found(&db, &changes.replace("rowid_of = 1", one), "but the lines add up to");
    }
    let cells: i64 = db.query_row("select count(*) from tally", [], |row| row.get(0)).unwrap();
    for cell in 0..cells {
        let one = format!("(select scope, year, side, dimension, key, kind, state from tally limit 1 offset {cell})");
        let changes = format!(
            "delete from tally where (scope, year, side, dimension, key, kind, state) = {one}
               and (lines, minutes, item_days, occasions, participants, unmeasured) <> (0, 0, 0, 0, 0, 0)"
        );
        let was_zero = format!(
            "select lines = 0 and minutes = 0 and item_days = 0 and occasions = 0 and participants = 0
               and unmeasured = 0 from tally limit 1 offset {cell}"
        );
        if !db.query_row(&was_zero, [], |row| row.get::<_, bool>(0)).unwrap() {
            assert_found(&db, &changes, "but the lines add up to");
        }
    }
    for changes in [
        "delete from tally",
        "update tally set year = 2025",
        "update tally set scope = randomblob(16)",
        "update or replace tally set side = 'received' where side = 'given'",
        "update or replace tally set state = 'confirmed' where state = 'declared' and kind = 'skill_by_volunteer'",
        "update or replace tally set key = 4 where dimension = 'month'",
        "update or replace tally set key = 'labour' where dimension = 'category'",
        "update or replace tally set key = x'' where dimension = 'partner'",
        "insert into tally select randomblob(16), year, side, dimension, key, kind, state, 1, 1, 1, 1, 1, 1 from tally limit 1",
        "update or replace tally set dimension = 'colour' where dimension = 'category'",
        "update or replace tally set key = 3.5 where dimension = 'month'",
    ] {
        assert_found(&db, changes, "total");
    }
}

#[tokio::test]
async fn an_inbox_or_a_delay_that_the_words_do_not_bear_out_is_found() {
    let (_world, db) = tampered().await;
    let places: i64 = db.query_row("select count(*) from inbox", [], |row| row.get(0)).unwrap();
    assert!(places > 5, "{places}");
    for place in 0..places {
        let one = format!("(select owner_id, commons, tray, seq from inbox limit 1 offset {place})");
        let of_one = format!("where (owner_id, commons, tray, seq) = {one}");
        assert_found(&db, &format!("delete from inbox {of_one}"), "and is not there");
        for change in
            ["tray = 'corrected'", "tray = 'lost'", "seq = 2", "owner_id = randomblob(16)", "commons = 1 - commons"]
        {
            let faults = found(&db, &format!("update or replace inbox set {change} {of_one}"));
            let same = change == "tray = 'corrected'" && faults.is_empty();
            assert!(same || faults.iter().any(|fault| fault.contains("inbox")), "{change} of {place}: {faults:#?}");
        }
    }
    assert_found(&db, "insert into inbox values (randomblob(16), 0, 'waiting', 2, null)", "No word waits there");
    for changes in [
        "delete from delay",
        "update delay set days = days + 1",
        "update delay set lines = 2",
        "update delay set year = 2025",
        "update delay set side = 'given' where side = 'exchanged'",
        "update delay set scope = randomblob(16)",
        "update delay set lines = -9223372036854775808",
        "update delay set side = 'taken'",
        "insert into delay values (randomblob(16), 2026, 'given', 3, 1)",
    ] {
        assert_found(&db, changes, "delay");
    }
    assert_eq!(found(&db, "insert into delay values (randomblob(16), 2026, 'given', 3, 0)"), [] as [&str; 0]);
}

#[tokio::test]
async fn a_number_beyond_all_measure_is_found_like_any_other() {
    let (_world, db) = tampered().await;
    for number in [i64::MAX, i64::MIN] {
        for column in ["minutes", "item_days", "occasions", "participants"] {
            let changes = format!("update ledger set {column} = {number} where act <> 'contest'");
            assert_found(&db, &changes, "line 7: its columns say something other");
            assert_found(&db, &changes, "line 8: its columns say something other");
            assert_found(&db, &format!("update tally set {column} = {number}"), "but the lines add up to");
        }
    }
}

#[tokio::test]
async fn several_faults_at_once_are_all_told() {
    let (_world, db) = tampered().await;
    let planted = [
        ("delete from ledger where seq = 4", "line 4: missing"),
        ("update ledger set minutes = 600 where seq = 1", "line 1: its columns say something other"),
        ("update ledger set kind = 'money' where seq = 3", "line 3: cannot be read"),
        ("update ledger_private set text = 'Autre.' where seq = 6", "line 6: its person or text is not"),
        ("update standing set state = 'contested' where seq = 2", "line 2: recorded as contested"),
        ("update standing set state = 'agreed' where seq = 7", "line 7: "),
        ("delete from tally where dimension = 'giver'", "by giver"),
        ("update tally set minutes = minutes + 5 where dimension = 'receiver'", "by receiver"),
        ("update tally set side = 'taken' where dimension = 'provenance'", "total"),
        ("update loan set starts_on = '2026-04-04' where starts_on = '2026-04-05'", "the calendar does not hold"),
        ("update hours set seq = 5 where seq = 8", "hours without their line"),
    ];
    let all: Vec<&str> = planted.iter().map(|(changes, _)| *changes).collect();
    let faults = found(&db, &all.join(";\n"));
    for (changes, told) in planted {
        assert!(faults.iter().any(|fault| fault.contains(told)), "{changes}: {told} is not among {faults:#?}");
    }
}

#[tokio::test]
async fn a_copy_is_verified_as_it_lies_and_a_truncated_file_is_no_success() {
    let (world, db) = tampered().await;
    drop(db);
    let copy = world.file().with_extension("copy");
    let whole = verify(&navette::store::open::copy(&copy).unwrap()).unwrap();
    assert_eq!((whole.lines, whole.faults.len()), (8, 0));
    let bytes = std::fs::read(&copy).unwrap();
    std::fs::write(&copy, &bytes[..bytes.len() / 2]).unwrap();
    let told = navette::store::open::copy(&copy).map(|db| verify(&db));
    let silent = matches!(&told, Ok(Ok(report)) if report.faults.is_empty());
    assert!(!silent, "half a file was found whole");
}
