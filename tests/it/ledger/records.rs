//! Loans, hours and sessions changed behind the ledger's back, and what is told of each.

use super::tampering::{assert_found, tampered};

#[tokio::test]
async fn a_record_at_odds_with_its_line_or_with_another_is_found() {
    let (_world, db) = tampered().await;
    for (changes, told) in [
        ("update loan set starts_on = '2026-04-04' where starts_on = '2026-04-05'", "loan that the calendar does not"),
        (
            "update loan set ends_on = '2026-04-06' where starts_on = '2026-04-01'",
            "loan that the calendar does not hold",
        ),
        ("update loan set quantity = 2 where state = 'approved'", "loan that the calendar does not hold"),
        ("delete from hold", "loan that the calendar does not hold"),
        ("update hold set ends_on = '2026-04-06' where starts_on = '2026-04-01'", "unit that is taken twice"),
        (
            "update equipment set tracking = 'pool'; update hold set starts_on = '2026-04-04' where starts_on = '2026-04-05'",
            "pool that gives more than it has",
        ),
        ("update loan set state = 'returned' where starts_on = '2026-04-01'", "loan whose state is not that of its"),
        ("update loan set state = 'handed_over' where state = 'returned'", "loan whose state is not that of its"),
        ("update loan set state = 'approved' where state = 'returned'", "loan whose state is not that of its"),
        ("update loan set lost_quantity = 1", "loan whose pieces are not those of its movements"),
        (
            "update loan_movement set pieces = 2 where what = 'return'",
            "loan whose pieces are not those of its movements",
        ),
        ("update loan_movement set undone_at = 0", "loan whose pieces are not those of its movements"),
        ("delete from loan_movement where what = 'return'", "loan whose contributions and movements differ"),
        (
            "update loan_movement set contribution_id = randomblob(16) where what = 'return'",
            "loan movement without its",
        ),
        ("update loan set borrower_id = lender_id", "loan at odds with a contribution"),
        ("update loan set category = 'bétonnière'", "loan at odds with a contribution"),
        ("update loan set cooperation_id = null", "loan at odds with a contribution"),
        ("update loan set nature = 'premises'", "loan at odds with a contribution"),
        ("delete from loan where state = 'returned'", "contribution without its loan"),
        ("delete from hours", "contribution without its hours"),
        ("update hours set seq = 2 where seq = 1", "hours without their line"),
        ("delete from skill_session", "contribution without its session"),
        ("update skill_session set id = randomblob(16)", "session without a contribution"),
        ("update skill_session set skill = 'Couture'", "session at odds with"),
        ("update skill_session set day = '2026-03-11'", "session at odds with"),
        ("update skill_session set taught_by = 'staff'", "session at odds with"),
        ("update skill_session set minutes = 900", "session at odds with"),
        ("update skill_session set minutes = null", "session at odds with"),
        ("delete from structure", "refer to a structure that is not there"),
        ("delete from person", "refer to a person that is not there"),
    ] {
        assert_found(&db, changes, told);
    }
}
