//! The file written by hand, past the service: the schema itself refuses what was promised twice.

use rusqlite::Connection;
use serde_json::json;

use super::Desk;

/// A hold of the first equipment with this tracking, for nobody in particular.
fn hold(db: &Connection, tracking: &str, from: &str, until: &str, pieces: i64) -> Result<usize, String> {
    db.execute(
        "insert into hold (equipment_id, source_id, position, starts_on, ends_on, pieces)
         select id, randomblob(16), 0, ?2, ?3, ?4 from equipment where tracking = ?1 limit 1",
        (tracking, from, until, pieces),
    )
    .map_err(|refusal| refusal.to_string())
}

#[tokio::test]
async fn no_hand_holds_a_unit_twice_or_more_pieces_than_there_are() {
    let desk = Desk::new().await;
    let trailer = desk.thing(json!({})).await;
    let chairs = desk.chairs(40).await;
    let parts = json!([{ "equipment_id": trailer }]);
    desk.thing(json!({ "name": "Kit", "tracking": "kit", "parts": parts })).await;
    desk.promised(&desk.loan(&trailer, "2026-04-05", "2026-04-08")).await;
    desk.promised(&desk.some(&chairs, 25, "2026-04-01", "2026-04-10")).await;
    desk.promised(&desk.some(&chairs, 15, "2026-04-05", "2026-04-08")).await;
    let db = Connection::open(desk.world.file()).unwrap();
    let refused = Err("hold_overlap".to_owned());
    for (tracking, from, until, pieces) in [
        ("unit", "2026-04-05", "2026-04-08", 1),
        ("unit", "2026-04-01", "2026-04-06", 1),
        ("unit", "2026-04-07", "2026-04-10", 1),
        ("unit", "2026-04-06", "2026-04-07", 1),
        ("unit", "2026-04-01", "2026-04-20", 1),
        ("pool", "2026-04-07", "2026-04-09", 1),
        ("pool", "2026-03-01", "2026-05-01", 1),
        ("pool", "2026-04-01", "2026-04-02", 16),
        ("pool", "2026-06-01", "2026-06-02", 41),
    ] {
        assert_eq!(hold(&db, tracking, from, until, pieces), refused, "{tracking} {pieces} from {from} to {until}");
    }
    assert_eq!(hold(&db, "kit", "2026-05-01", "2026-05-02", 1), Err("hold_is_of_no_kit".to_owned()));
    for (tracking, from, until, pieces) in [
        ("unit", "2026-04-01", "2026-04-05", 1),
        ("unit", "2026-04-08", "2026-04-10", 1),
        ("pool", "2026-04-08", "2026-04-10", 15),
        ("pool", "2026-06-01", "2026-06-02", 40),
    ] {
        assert_eq!(hold(&db, tracking, from, until, pieces), Ok(1), "{tracking} {pieces} from {from} to {until}");
    }
    for change in [
        "update hold set ends_on = '2026-04-06' where starts_on = '2026-04-01' and pieces = 1",
        "update hold set starts_on = '2026-04-07' where starts_on = '2026-04-08' and pieces = 1",
        "update hold set pieces = 16 where starts_on = '2026-04-08' and pieces = 15",
        "update hold set starts_on = '2026-04-07' where starts_on = '2026-04-08' and pieces = 15",
    ] {
        assert_eq!(db.execute(change, []).unwrap_err().to_string(), "hold_overlap", "{change}");
    }
    let fewer = db.execute("update equipment set quantity = 39 where tracking = 'pool'", []);
    assert_eq!(fewer.unwrap_err().to_string(), "equipment_keeps_promises");
}

#[tokio::test]
async fn no_hand_promises_without_the_calendar_jumps_a_state_or_lets_go_of_a_promise() {
    let desk = Desk::new().await;
    let trailer = desk.thing(json!({})).await;
    let waits = desk.asked(&desk.loan(&trailer, "2026-03-10", "2026-03-12")).await;
    desk.promised(&desk.loan(&trailer, "2026-04-05", "2026-04-08")).await;
    let out = desk.out(&desk.loan(&trailer, "2026-03-12", "2026-03-20"), "2026-03-12").await;
    desk.close(&trailer, "2026-05-01", "2026-05-05", &json!({})).await.created();
    let declined = desk.asked(&desk.loan(&trailer, "2026-06-01", "2026-06-02")).await;
    desk.does(&declined, json!({ "event": "decline", "reason": "Non." })).await;
    let db = Connection::open(desk.world.file()).unwrap();
    let moved = |from: &str, to: &str| format!("update loan set {to} where state = '{from}'");
    let counted = "handed_over_quantity = 1, returned_quantity = 1";
    for (change, refusal) in [
        (moved("requested", "state = 'approved'"), "loan_is_held"),
        (moved("requested", "state = 'handed_over', handed_over_quantity = 1"), "loan_moves_forward"),
        (moved("requested", &format!("state = 'returned', {counted}")), "loan_moves_forward"),
        (moved("approved", "state = 'requested'"), "loan_moves_forward"),
        (moved("approved", "state = 'declined', reason = 'Non.'"), "loan_moves_forward"),
        (moved("approved", &format!("state = 'returned', {counted}")), "loan_moves_forward"),
        (moved("approved", "state = 'handed_over', handed_over_quantity = 1"), "loan_overlap"),
        (moved("approved", "ends_on = '2026-04-09'"), "loan_is_held"),
        (moved("approved", "starts_on = '2026-04-04'"), "loan_is_held"),
        (moved("approved", "quantity = 2"), "loan_is_held"),
        (moved("handed_over", "state = 'cancelled', handed_over_quantity = 0"), "loan_moves_forward"),
        (moved("handed_over", "state = 'returned'"), "loan_back_is_counted"),
        (moved("handed_over", "returned_quantity = 2"), "loan_pieces_add_up"),
        (moved("handed_over", "handed_over_quantity = 0"), "loan_out_is_counted"),
        (moved("declined", "state = 'approved'"), "loan_moves_forward"),
        (moved("declined", "reason = null"), "loan_decline_has_reason"),
        (moved("approved", "ends_on = null"), "loan_end_is_known"),
        ("delete from hold where starts_on = '2026-04-05'".to_owned(), "hold_keeps_promises"),
        ("delete from hold where starts_on = '2026-05-01'".to_owned(), "hold_keeps_promises"),
        ("delete from loan_movement".to_owned(), "movement_is_kept"),
        ("delete from loan where state = 'handed_over'".to_owned(), "FOREIGN KEY"),
    ] {
        let refused = db.execute(&change, []).unwrap_err().to_string();
        assert!(refused.contains(refusal), "{change}: {refused}");
    }
    let born = db.execute(
        "insert into loan (id, equipment_id, lender_id, borrower_id, category, nature, quantity, starts_on, ends_on,
           state, provenance, created_at)
         select randomblob(16), equipment_id, lender_id, borrower_id, category, nature, quantity, '2026-07-01',
           '2026-07-02', 'approved', provenance, created_at from loan limit 1",
        [],
    );
    assert_eq!(born.unwrap_err().to_string(), "loan_begins_unpromised");
    drop(db);
    assert_eq!(desk.read(&waits).await["state"], "requested");
    assert_eq!(desk.read(&out).await["state"], "handed_over");
    desk.holds().await;
}

#[tokio::test]
async fn no_hand_changes_a_kit_while_it_is_promised_or_makes_one_of_kits() {
    let desk = Desk::new().await;
    let trailer = desk.thing(json!({})).await;
    let chairs = desk.chairs(40).await;
    let parts = json!([{ "equipment_id": trailer }, { "equipment_id": chairs, "quantity": 10 }]);
    let kit = desk.thing(json!({ "name": "Kit", "tracking": "kit", "parts": parts })).await;
    let loan = desk.promised(&desk.loan(&kit, "2026-04-05", "2026-04-08")).await;
    let db = Connection::open(desk.world.file()).unwrap();
    let kit_and = |part: &str| {
        format!(
            "insert into kit_part (kit_id, part_id, pieces)
             select kit.id, part.id, 1 from equipment kit join equipment part on part.{part} where kit.tracking = 'kit'"
        )
    };
    let changes = ["update kit_part set pieces = 9 where pieces = 10", "delete from kit_part where pieces = 1"];
    for change in changes {
        assert_eq!(db.execute(change, []).unwrap_err().to_string(), "kit_keeps_promises", "{change}");
    }
    let more = db.execute(&kit_and("tracking = 'unit'"), []).unwrap_err().to_string();
    assert!(["kit_keeps_promises", "kit_part_is_no_kit"].contains(&more.as_str()), "{more}");
    drop(db);
    desk.does(&loan, json!({ "event": "cancel" })).await;
    let db = Connection::open(desk.world.file()).unwrap();
    let nested = db.execute(&kit_and("tracking = 'kit'"), []).unwrap_err().to_string();
    assert_eq!(nested, "kit_part_is_no_kit");
    for change in changes {
        assert_eq!(db.execute(change, []), Ok(1), "{change}");
    }
}
