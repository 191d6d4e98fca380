//! Loans in the database.

use rusqlite::{Connection, OptionalExtension as _, Row, named_params};

use super::movement::Movement;
use super::rules::{Loan, State};
use crate::clock::{Day, Moment};
use crate::equipment::rules::Quantity;
use crate::error::Error;
use crate::id::Id;
use crate::store::values::{Word, optional, required};
use crate::text::{Name, Note};

/// Records a loan as asked for; the rest follows by [`update`] once the calendar holds it.
///
/// # Errors
/// [`Error::IdTaken`].
pub fn insert(db: &Connection, loan: &Loan) -> Result<(), Error> {
    let mut statement = db.prepare_cached(
        "insert into loan (id, request_id, equipment_id, kind, lender_id, borrower_id, cooperation_id, category, nature, quantity,
           starts_on, ends_on, state, recorded_afterwards, note, provenance, provenance_rule, created_at)
         values (:id, :request, :equipment, :kind, :lender, :borrower, :cooperation, :category, :nature, :quantity,
           :starts_on, :ends_on, 'requested', :recorded_afterwards, :note, :provenance, :provenance_rule, :created_at)",
    )?;
    statement.execute(named_params! {
        ":id": loan.id, ":request": loan.request_id, ":equipment": loan.equipment_id,
        ":kind": loan.kind.as_ref().map(Name::as_str), ":lender": loan.lender_id, ":borrower": loan.borrower_id,
        ":cooperation": loan.cooperation_id, ":category": loan.category.as_str(), ":nature": Word(loan.nature),
        ":quantity": loan.quantity.pieces(), ":starts_on": loan.from, ":ends_on": loan.until,
        ":recorded_afterwards": loan.recorded_afterwards, ":note": loan.note.as_ref().map(Note::as_str),
        ":provenance": Word(loan.provenance), ":provenance_rule": loan.provenance_rule.as_ref().map(Name::as_str),
        ":created_at": loan.created_at,
    })?;
    Ok(())
}

/// Moves a loan on.
///
/// # Errors
/// [`Error::InUse`] when it is still out with another borrower.
pub fn update(db: &Connection, loan: &Loan) -> Result<(), Error> {
    let mut statement = db.prepare_cached(
        "update loan set equipment_id = :equipment, quantity = :quantity, starts_on = :starts_on, ends_on = :ends_on,
           state = :state, handed_over_quantity = :handed_over, returned_quantity = :returned, lost_quantity = :lost,
           reason = :reason, version = :version
         where id = :id",
    )?;
    statement.execute(named_params! {
        ":id": loan.id, ":equipment": loan.equipment_id, ":quantity": loan.quantity.pieces(), ":starts_on": loan.from,
        ":ends_on": loan.until, ":state": Word(loan.state), ":handed_over": loan.handed_over_quantity,
        ":returned": loan.returned_quantity, ":lost": loan.lost_quantity,
        ":reason": loan.reason.as_ref().map(Note::as_str), ":version": loan.version,
    })?;
    Ok(())
}

/// Keeps a movement of a loan at its place.
///
/// # Errors
/// What SQLite refuses.
pub fn insert_movement(db: &Connection, loan: Id, position: usize, movement: &Movement) -> Result<(), Error> {
    let mut statement = db.prepare_cached(
        "insert into loan_movement (loan_id, position, what, day, pieces, condition, contribution_id, recorded_at)
         values (:loan, :position, :what, :day, :pieces, :condition, :contribution, :recorded_at)",
    )?;
    statement.execute(named_params! {
        ":loan": loan, ":position": i64::try_from(position).unwrap_or(i64::MAX), ":what": Word(movement.what),
        ":day": movement.on, ":pieces": movement.quantity, ":condition": movement.condition.as_ref().map(Note::as_str),
        ":contribution": movement.contribution_id, ":recorded_at": movement.recorded_at,
    })?;
    Ok(())
}

/// Marks a movement as a mistake.
///
/// # Errors
/// What SQLite refuses.
pub fn undo_movement(db: &Connection, loan: Id, position: usize, now: Moment) -> Result<(), Error> {
    let position = i64::try_from(position).unwrap_or(i64::MAX);
    db.prepare_cached("update loan_movement set undone_at = :now where loan_id = :loan and position = :position")?
        .execute(named_params! { ":loan": loan, ":position": position, ":now": now })?;
    Ok(())
}

/// Erases the free text of a loan and of its movements. That a refusal has its reason stays true: it says nothing now.
///
/// # Errors
/// What SQLite refuses.
pub fn erase_notes(db: &Connection, loan: Id) -> Result<(), Error> {
    db.prepare_cached(
        "update loan set note = null, reason = iif(reason is null, null, '…'), version = version + 1 where id = :loan",
    )?
    .execute(named_params! { ":loan": loan })?;
    db.prepare_cached("update loan_movement set condition = null where loan_id = :loan")?
        .execute(named_params! { ":loan": loan })?;
    Ok(())
}

fn with_movements(db: &Connection, mut loan: Loan) -> Result<Loan, Error> {
    let mut statement = db.prepare_cached("select * from loan_movement where loan_id = :loan order by position")?;
    let rows = statement.query_map(named_params! { ":loan": loan.id }, |row| {
        let Word(what) = row.get("what")?;
        Ok(Movement {
            what,
            on: row.get("day")?,
            quantity: row.get("pieces")?,
            condition: optional(row, "condition", Note::parse)?,
            contribution_id: row.get("contribution_id")?,
            recorded_at: row.get("recorded_at")?,
            undone_at: row.get("undone_at")?,
        })
    })?;
    loan.movements = rows.collect::<Result<_, _>>()?;
    Ok(loan.counted())
}

/// A loan by id.
///
/// # Errors
/// What SQLite refuses.
pub fn find(db: &Connection, id: Id) -> Result<Option<Loan>, Error> {
    let mut statement = db.prepare_cached("select * from loan where id = :id")?;
    let found = statement.query_row(named_params! { ":id": id }, loan).optional()?;
    found.map(|loan| with_movements(db, loan)).transpose()
}

/// Records that several things are asked for at once.
///
/// # Errors
/// [`Error::IdTaken`].
pub fn insert_request(db: &Connection, id: Id, lender: Id, borrower: Id, now: Moment) -> Result<(), Error> {
    let mut statement = db.prepare_cached(
        "insert into loan_request (id, lender_id, borrower_id, created_at) values (:id, :lender, :borrower, :now)",
    )?;
    statement.execute(named_params! { ":id": id, ":lender": lender, ":borrower": borrower, ":now": now })?;
    Ok(())
}

/// The loans of a request, by id.
///
/// # Errors
/// What SQLite refuses.
pub fn of_request(db: &Connection, request: Id) -> Result<Vec<Loan>, Error> {
    let mut statement = db.prepare_cached("select * from loan where request_id = :request order by id")?;
    let rows = statement.query_map(named_params! { ":request": request }, loan)?;
    let found = rows.collect::<Result<Vec<_>, _>>()?;
    found.into_iter().map(|loan| with_movements(db, loan)).collect()
}

/// Which loans a list is to hold.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only those in which this structure lends or borrows.
    pub structure_id: Option<Id>,
    /// Only of this equipment.
    pub equipment_id: Option<Id>,
    /// Only of this cooperation.
    pub cooperation_id: Option<Id>,
    /// Only those that stand so.
    pub state: Option<State>,
    /// Only those whose period ends after this day.
    pub from: Option<Day>,
    /// Only those whose period begins before this day.
    pub until: Option<Day>,
}

/// A page of loans, by id.
///
/// # Errors
/// What SQLite refuses.
pub fn list(db: &Connection, filter: &Filter, after: Option<Id>, limit: i64) -> Result<Vec<Loan>, Error> {
    let narrowed = "l.id > ifnull(:after, x'') and (:cooperation is null or l.cooperation_id = :cooperation)
        and (:equipment is null or l.equipment_id = :equipment) and (:state is null or l.state = :state)
        and (:from is null or ifnull(l.ends_on, date(l.starts_on, '+1 day')) > :from) and (:until is null or l.starts_on < :until)";
    let sql = if filter.structure_id.is_some() {
        // Each side walks its own index and stops at the limit.
        let side = |own: &str| {
            format!(
                "select * from (select * from loan l where {own} = :structure and {narrowed} order by l.id limit :limit)"
            )
        };
        format!("{} union all {} order by id limit :limit", side("l.lender_id"), side("l.borrower_id"))
    } else {
        format!("select * from loan l where :structure is null and {narrowed} order by l.id limit :limit")
    };
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map(
        named_params! {
            ":structure": filter.structure_id, ":equipment": filter.equipment_id, ":cooperation": filter.cooperation_id,
            ":state": filter.state.map(Word), ":from": filter.from, ":until": filter.until, ":after": after, ":limit": limit,
        },
        loan,
    )?;
    let found = rows.collect::<Result<Vec<_>, _>>()?;
    found.into_iter().map(|loan| with_movements(db, loan)).collect()
}

fn loan(row: &Row<'_>) -> rusqlite::Result<Loan> {
    let (Word(nature), Word(state), Word(provenance)) = (row.get("nature")?, row.get("state")?, row.get("provenance")?);
    let pieces: i64 = row.get("quantity")?;
    Ok(Loan {
        id: row.get("id")?,
        request_id: row.get("request_id")?,
        equipment_id: row.get("equipment_id")?,
        kind: optional(row, "kind", Name::parse)?,
        lender_id: row.get("lender_id")?,
        borrower_id: row.get("borrower_id")?,
        cooperation_id: row.get("cooperation_id")?,
        category: required(row, "category", Name::parse)?,
        nature,
        quantity: Quantity::try_from(pieces).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(0, pieces))?,
        from: row.get("starts_on")?,
        until: row.get("ends_on")?,
        state,
        recorded_afterwards: row.get("recorded_afterwards")?,
        handed_over_on: None,
        returned_on: None,
        handed_over_quantity: row.get("handed_over_quantity")?,
        returned_quantity: row.get("returned_quantity")?,
        lost_quantity: row.get("lost_quantity")?,
        movements: Vec::new(),
        reason: optional(row, "reason", Note::parse)?,
        note: optional(row, "note", Note::parse)?,
        provenance,
        provenance_rule: optional(row, "provenance_rule", Name::parse)?,
        contribution_id: None,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
    })
}
