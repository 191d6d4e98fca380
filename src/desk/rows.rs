//! What waits at a desk, what was late, and the messages to parties, in the database.

use rusqlite::{Connection, Row, named_params};

use super::rules::{Due, Kind, Message, Overdue, Payload, Queue, Side};
use crate::clock::{Day, Moment};
use crate::error::Error;
use crate::id::Id;
use crate::loan::rules::Loan;
use crate::store::values::Word;

/// The loans that wait in one list of a structure's desk, what is due first before the others.
///
/// # Errors
/// What SQLite refuses.
pub fn waiting(db: &Connection, structure: Id, queue: &Queue, limit: i64) -> Result<Vec<Id>, Error> {
    let side = match queue.side {
        Side::Lender => "lender_id",
        Side::Borrower => "borrower_id",
    };
    let due = match queue.due {
        Due::From => "starts_on",
        Due::Until => "ends_on",
    };
    let mut statement = db.prepare_cached(&format!(
        "select id from loan where {side} = :structure and state = :state
           and (:first is null or {due} >= :first) and (:last is null or {due} <= :last)
         order by {due}, id limit :limit",
    ))?;
    let rows = statement.query_map(
        named_params! {
            ":structure": structure, ":state": Word(queue.state), ":first": queue.first, ":last": queue.last,
            ":limit": limit,
        },
        |row| row.get(0),
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Loans that are out past their end and not noted as late since then, and the first day they were late.
///
/// # Errors
/// What SQLite refuses.
pub fn late(db: &Connection, today: Day, limit: i64) -> Result<Vec<(Id, Day)>, Error> {
    let mut statement = db.prepare_cached(
        "select id, date(ends_on, '+1 day') as since from loan
         where state = 'handed_over' and ends_on < :today and not exists (
           select 1 from overdue where loan_id = loan.id and since = date(loan.ends_on, '+1 day'))
         order by ends_on limit :limit",
    )?;
    let rows = statement
        .query_map(named_params! { ":today": today, ":limit": limit }, |row| Ok((row.get("id")?, row.get("since")?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Loans that are out and end between two days, both included, of which nobody was reminded for that end.
///
/// # Errors
/// What SQLite refuses.
pub fn due_untold(db: &Connection, today: Day, last: Day, limit: i64) -> Result<Vec<Id>, Error> {
    let mut statement = db.prepare_cached(
        "select id from loan
         where state = 'handed_over' and ends_on >= :today and ends_on <= :last and not exists (
           select 1 from outbox where loan_id = loan.id and kind = 'loan.due_soon'
             and json_extract(payload, '$.data.until') = loan.ends_on)
         order by ends_on limit :limit",
    )?;
    let rows =
        statement.query_map(named_params! { ":today": today, ":last": last, ":limit": limit }, |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Notes that a loan is late since a day.
///
/// # Errors
/// What SQLite refuses.
pub fn insert_overdue(db: &Connection, loan: Id, since: Day, now: Moment) -> Result<(), Error> {
    db.prepare_cached("insert into overdue (loan_id, since, noted_at) values (:loan, :since, :now)")?
        .execute(named_params! { ":loan": loan, ":since": since, ":now": now })?;
    Ok(())
}

/// Each time a loan was noted as late.
///
/// # Errors
/// What SQLite refuses.
pub fn overdue_of(db: &Connection, loan: Id) -> Result<Vec<Overdue>, Error> {
    let mut statement = db.prepare_cached("select * from overdue where loan_id = :loan order by since")?;
    let rows = statement.query_map(named_params! { ":loan": loan }, |row| {
        Ok(Overdue { loan_id: row.get("loan_id")?, since: row.get("since")?, noted_at: row.get("noted_at")? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Tells both parties what happened to a loan, in the transaction in which it happens: once for each kind and
/// version of the loan. Of what was over when it was recorded, nobody has to do anything.
///
/// # Errors
/// What SQLite refuses.
pub fn tell(db: &Connection, kind: Kind, loan: &Loan, now: Moment) -> Result<(), Error> {
    if loan.recorded_afterwards {
        return Ok(());
    }
    let payload =
        serde_json::to_string(&Payload::of(kind, loan, now)).map_err(|error| Error::Internal(error.to_string()))?;
    let mut statement = db.prepare_cached(
        "insert into outbox (id, structure_id, loan_id, kind, version, payload, created_at, next_try_at)
         values (:id, :structure, :loan, :kind, :version, :payload, :now,
           iif(exists (select 1 from webhook where structure_id = :structure and archived = 0), :now, null))
         on conflict (structure_id, loan_id, kind, version) do nothing",
    )?;
    for structure in [loan.lender_id, loan.borrower_id] {
        statement.execute(named_params! {
            ":id": Id::fresh(now), ":structure": structure, ":loan": loan.id, ":kind": Word(kind),
            ":version": loan.version, ":payload": payload, ":now": now,
        })?;
    }
    Ok(())
}

/// A page of a structure's messages, each with its place, in the order in which they were written.
///
/// # Errors
/// What SQLite refuses.
pub fn messages(db: &Connection, structure: Id, after: Option<i64>, limit: i64) -> Result<Vec<(i64, Message)>, Error> {
    let mut statement = db.prepare_cached(
        "select * from outbox where structure_id = :structure and seq > ifnull(:after, 0)
         order by seq limit :limit",
    )?;
    let rows = statement
        .query_map(named_params! { ":structure": structure, ":after": after, ":limit": limit }, |row| {
            Ok((row.get("seq")?, message(row)?))
        })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn message(row: &Row<'_>) -> rusqlite::Result<Message> {
    let Word(kind) = row.get("kind")?;
    let payload: String = row.get("payload")?;
    let unreadable = |error: serde_json::Error| {
        rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error))
    };
    Ok(Message {
        id: row.get("id")?,
        structure_id: row.get("structure_id")?,
        loan_id: row.get("loan_id")?,
        kind,
        payload: serde_json::from_str(&payload).map_err(unreadable)?,
        created_at: row.get("created_at")?,
        tries: row.get("tries")?,
        next_try_at: row.get("next_try_at")?,
        delivered_at: row.get("delivered_at")?,
        given_up_at: row.get("given_up_at")?,
    })
}

/// Records that a message was taken.
///
/// # Errors
/// What SQLite refuses.
pub fn mark_delivered(db: &Connection, seq: i64, now: Moment) -> Result<(), Error> {
    db.prepare_cached(
        "update outbox set tries = tries + 1, next_try_at = null, delivered_at = :now
         where seq = :seq and given_up_at is null and delivered_at is null",
    )?
    .execute(named_params! { ":seq": seq, ":now": now })?;
    Ok(())
}

/// Records that a message was not taken, and when it is sent again, unless sending was stopped meanwhile.
///
/// # Errors
/// What SQLite refuses.
pub fn mark_tried(db: &Connection, seq: i64, again_at: Moment) -> Result<(), Error> {
    db.prepare_cached(
        "update outbox set tries = tries + 1, next_try_at = iif(next_try_at is null, null, :again) where seq = :seq",
    )?
    .execute(named_params! { ":seq": seq, ":again": again_at })?;
    Ok(())
}

/// Records that a message is given up.
///
/// # Errors
/// What SQLite refuses.
pub fn mark_given_up(db: &Connection, seq: i64, now: Moment) -> Result<(), Error> {
    db.prepare_cached(
        "update outbox set tries = tries + 1, next_try_at = null, given_up_at = :now
         where seq = :seq and delivered_at is null",
    )?
    .execute(named_params! { ":seq": seq, ":now": now })?;
    Ok(())
}

/// Sends none of a structure's messages any more.
///
/// # Errors
/// What SQLite refuses.
pub fn stop_sending(db: &Connection, structure: Id) -> Result<(), Error> {
    db.prepare_cached(
        "update outbox set next_try_at = null where structure_id = :structure and next_try_at is not null",
    )?
    .execute(named_params! { ":structure": structure })?;
    Ok(())
}
