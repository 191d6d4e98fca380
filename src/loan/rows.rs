//! Loans in the database.

use rusqlite::{Connection, OptionalExtension as _, Row, named_params};

use super::rules::{Loan, Promise, State};
use crate::clock::Day;
use crate::equipment::rules::{Quantity, Tracking};
use crate::error::Error;
use crate::id::Id;
use crate::store::values::{Word, optional, required};
use crate::text::{Name, Note};

/// Records a loan.
///
/// # Errors
/// [`Error::InUse`] when the equipment is promised, [`Error::IdTaken`].
pub fn insert(db: &Connection, loan: &Loan) -> Result<(), Error> {
    let mut statement = db.prepare_cached(
        "insert into loan (id, equipment_id, lender_id, borrower_id, cooperation_id, category, nature, quantity,
           starts_on, ends_on, state, recorded_afterwards, handed_over_on, returned_on, note, provenance,
           provenance_rule, created_at)
         values (:id, :equipment, :lender, :borrower, :cooperation, :category, :nature, :quantity,
           :starts_on, :ends_on, :state, :recorded_afterwards, :handed_over_on, :returned_on, :note, :provenance,
           :provenance_rule, :created_at)",
    )?;
    statement.execute(named_params! {
        ":id": loan.id, ":equipment": loan.equipment_id, ":lender": loan.lender_id, ":borrower": loan.borrower_id,
        ":cooperation": loan.cooperation_id, ":category": loan.category.as_str(), ":nature": Word(loan.nature),
        ":quantity": loan.quantity.pieces(), ":starts_on": loan.from, ":ends_on": loan.until,
        ":state": Word(loan.state), ":recorded_afterwards": loan.recorded_afterwards,
        ":handed_over_on": loan.handed_over_on, ":returned_on": loan.returned_on,
        ":note": loan.note.as_ref().map(Note::as_str), ":provenance": Word(loan.provenance),
        ":provenance_rule": loan.provenance_rule.as_ref().map(Name::as_str), ":created_at": loan.created_at,
    })?;
    Ok(())
}

/// Moves a loan on.
///
/// # Errors
/// [`Error::InUse`] when the equipment is promised or still out.
pub fn update(db: &Connection, loan: &Loan) -> Result<(), Error> {
    let mut statement = db.prepare_cached(
        "update loan set starts_on = :starts_on, ends_on = :ends_on, state = :state, handed_over_on = :handed_over_on,
           returned_on = :returned_on, reason = :reason, condition_out = :condition_out, condition_in = :condition_in,
           version = :version
         where id = :id",
    )?;
    statement.execute(named_params! {
        ":id": loan.id, ":starts_on": loan.from, ":ends_on": loan.until, ":state": Word(loan.state),
        ":handed_over_on": loan.handed_over_on, ":returned_on": loan.returned_on,
        ":reason": loan.reason.as_ref().map(Note::as_str),
        ":condition_out": loan.condition_out.as_ref().map(Note::as_str),
        ":condition_in": loan.condition_in.as_ref().map(Note::as_str), ":version": loan.version,
    })?;
    Ok(())
}

/// Each loan with its line in the ledger.
const LOAN: &str =
    "select l.*, (select id from ledger where source_id = l.id and act = 'contribution') as contribution_id
                    from loan l";

/// A loan by id.
///
/// # Errors
/// What SQLite refuses.
pub fn find(db: &Connection, id: Id) -> Result<Option<Loan>, Error> {
    let mut statement = db.prepare_cached(&format!("{LOAN} where l.id = :id"))?;
    Ok(statement.query_row(named_params! { ":id": id }, loan).optional()?)
}

/// The firm promises of equipment that may touch days from this one on, but for one loan's own. The
/// promises of a unit follow one another, so those before the last one that began by then cannot.
///
/// # Errors
/// What SQLite refuses.
pub fn promises(
    db: &Connection,
    equipment: Id,
    tracking: Tracking,
    from: Day,
    but: Option<Id>,
) -> Result<Vec<Promise>, Error> {
    let mut statement = db.prepare_cached(
        "select starts_on, ends_on, quantity from loan
         where equipment_id = :equipment and state in ('approved', 'handed_over', 'returned')
           and starts_on >= iif(:tracking = 'pool', '', ifnull((
             select starts_on from loan
             where equipment_id = :equipment and state in ('approved', 'handed_over', 'returned') and starts_on <= :from
             order by starts_on desc limit 1), ''))
           and ends_on > :from and id is not :but",
    )?;
    let rows = statement.query_map(
        named_params! { ":equipment": equipment, ":tracking": Word(tracking), ":from": from, ":but": but },
        |row| Ok(Promise { from: row.get("starts_on")?, until: row.get("ends_on")?, pieces: row.get("quantity")? }),
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
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
    let narrowed = "(:after is null or l.id > :after) and (:cooperation is null or l.cooperation_id = :cooperation)
        and (:equipment is null or l.equipment_id = :equipment) and (:state is null or l.state = :state)
        and (:from is null or ifnull(l.ends_on, date(l.starts_on, '+1 day')) > :from) and (:until is null or l.starts_on < :until)";
    let sql = if filter.structure_id.is_some() {
        // Each side walks its own index and stops at the limit.
        let side = |own: &str| {
            format!("select * from ({LOAN} where {own} = :structure and {narrowed} order by l.id limit :limit)")
        };
        format!("{} union all {} order by id limit :limit", side("l.lender_id"), side("l.borrower_id"))
    } else {
        format!("{LOAN} where :structure is null and {narrowed} order by l.id limit :limit")
    };
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map(
        named_params! {
            ":structure": filter.structure_id, ":equipment": filter.equipment_id, ":cooperation": filter.cooperation_id,
            ":state": filter.state.map(Word), ":from": filter.from, ":until": filter.until, ":after": after, ":limit": limit,
        },
        loan,
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn loan(row: &Row<'_>) -> rusqlite::Result<Loan> {
    let (Word(nature), Word(state), Word(provenance)) = (row.get("nature")?, row.get("state")?, row.get("provenance")?);
    let pieces: i64 = row.get("quantity")?;
    Ok(Loan {
        id: row.get("id")?,
        equipment_id: row.get("equipment_id")?,
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
        handed_over_on: row.get("handed_over_on")?,
        returned_on: row.get("returned_on")?,
        reason: optional(row, "reason", Note::parse)?,
        condition_out: optional(row, "condition_out", Note::parse)?,
        condition_in: optional(row, "condition_in", Note::parse)?,
        note: optional(row, "note", Note::parse)?,
        provenance,
        provenance_rule: optional(row, "provenance_rule", Name::parse)?,
        contribution_id: row.get("contribution_id")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
    })
}
