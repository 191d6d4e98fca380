//! History rewritten with patience, so that everything in the file agrees: only a head kept elsewhere tells.

use navette::auth::{Act, Caller};
use navette::ledger::check::check;
use navette::ledger::heads::{self, Kept};
use navette::ledger::proof::{self, Which};
use navette::ledger::rows::{LINE, line};
use navette::ledger::rules::{GENESIS, chain};
use navette::ledger::tree;
use navette::ledger::verify::verify;
use navette::store::values::InOrder;
use rusqlite::{Connection, params};
use serde_json::json;

use super::tampering::tampered;
use crate::world::START;

/// Computes content, hash and nodes of every line anew from its columns.
fn rebuild(db: &Connection) {
    let mut lines = Vec::new();
    let mut statement = db.prepare(&format!("select {LINE} from ledger l order by l.seq")).unwrap();
    let mut rows = statement.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        lines.push(line(&mut InOrder::of(row)).unwrap());
    }
    let mut before = GENESIS;
    for line in lines {
        let content = line.content();
        before = chain(&before, &content);
        let nodes = tree::completed(line.seq.unsigned_abs(), &content, |node| heads::node(db, node)).unwrap();
        let update = "update ledger set content = ?1, hash = ?2, nodes = ?3 where seq = ?4";
        db.execute(update, params![content, before, nodes.as_flattened(), line.seq]).unwrap();
    }
}

fn kept(db: &Connection, seq: i64) -> [Kept; 3] {
    let head = heads::at(db, seq).unwrap().unwrap();
    let hash = navette::ledger::rules::hex(&head.hash);
    [head.written(), format!("{seq}:{hash}"), format!("{seq}:{}", head.by_hand())].map(|text| text.parse().unwrap())
}

#[tokio::test]
async fn a_history_rewritten_so_that_everything_agrees_is_told_by_a_kept_head_and_by_nothing_else() {
    let (_world, db) = tampered().await;
    let heads_before: Vec<_> = (1..=8).flat_map(|seq| kept(&db, seq)).collect();
    let (old_root, [of_four, ..]) = (heads::at(&db, 4).unwrap().unwrap(), kept(&db, 4));
    // One hour is to have been ten.
    db.execute_batch(
        "update ledger set minutes = 600 where seq = 1;
         update tally set minutes = minutes + 540 where state = 'contested' and kind = 'volunteer_hours' and minutes > 0",
    )
    .unwrap();
    assert_ne!(verify(&db).unwrap().faults, [] as [&str; 0]);
    rebuild(&db);
    assert_eq!(verify(&db).unwrap().faults, [] as [&str; 0], "everything in the file agrees");

    for kept in &heads_before {
        let told = heads::still_there(&db, kept).unwrap_err();
        assert!(told.contains("was rewritten since"), "{told}");
    }
    let act = Act::begin(&db, START, Caller::Operator).unwrap();
    let proof = proof::make(&act, Some(Which::Place(1)), None, Some(4)).unwrap();
    let text = json!(proof).to_string();
    assert!(check(&text, &[]).unwrap().holds, "by itself the new history is a history");
    let verdict = check(&text, std::slice::from_ref(&of_four)).unwrap();
    assert!(!verdict.holds);
    assert!(verdict.told.iter().any(|told| told.contains("head 4 of the proof is not the one you gave")));
    // Who passes the old root off as that of the new history has no path between the two.
    let mut forged = json!(proof);
    forged["from"]["root"] = json!(navette::ledger::rules::hex(&old_root.root));
    let verdict = check(&forged.to_string(), &[of_four]).unwrap();
    assert!(!verdict.holds);
    assert!(verdict.told.iter().any(|told| told.contains("does not continue that of head 4")));
}

#[tokio::test]
async fn heads_kept_elsewhere_are_still_there_while_the_ledger_only_grows() {
    let (_world, db) = tampered().await;
    for seq in 1..=8 {
        for kept in kept(&db, seq) {
            assert_eq!(heads::still_there(&db, &kept), Ok(()), "{seq}");
        }
    }
    let [of_eight, ..] = kept(&db, 8);
    db.execute_batch(
        "delete from hours where seq = 8; delete from ledger where seq = 8;
         delete from tally where scope = (select giver_id from ledger where seq = 2) and state = 'declared'",
    )
    .unwrap();
    let told = heads::still_there(&db, &of_eight).unwrap_err();
    assert_eq!(told, "head 8: this ledger ends at line 7: the lines after it are gone");
    for wrong in ["", "4711", "0:00", "x:00", &format!("4:{}", "0".repeat(31)), &format!("4:{}", "g".repeat(64))] {
        assert!(wrong.parse::<Kept>().is_err(), "{wrong}");
    }
}
