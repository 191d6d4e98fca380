//! Holds and closures in the database.

use rusqlite::{Connection, OptionalExtension as _, Row, named_params};

use super::rules::{Closure, Facts, Hold, Need, Period};
use crate::clock::{Day, Moment};
use crate::equipment::rules::{Quantity, Tracking};
use crate::error::Error;
use crate::id::Id;
use crate::store::values::{Word, optional};
use crate::text::Note;

/// Which holds count: those that touch days from one on, up to another if there is one, but for those of one source.
#[derive(Debug, Clone, Copy)]
pub struct Within {
    /// First day.
    pub from: Day,
    /// First day after; none: to the end of the calendar.
    pub until: Option<Day>,
    /// The loan or closure whose own holds do not count.
    pub but: Option<Id>,
}

/// What lending so many pieces of equipment takes, each with its holds.
///
/// # Errors
/// What SQLite refuses.
pub fn needs(db: &Connection, equipment: Id, pieces: i64, within: Within) -> Result<Vec<Need>, Error> {
    let mut parts = db.prepare_cached(
        "select need.part_id, need.pieces, part.quantity, part.tracking from equipment_part need
         join equipment part on part.id = need.part_id
         where need.whole_id = :equipment order by need.part_id",
    )?;
    let mut rows = parts.query(named_params! { ":equipment": equipment })?;
    let mut needs = Vec::new();
    while let Some(row) = rows.next()? {
        let (equipment_id, each): (Id, i64) = (row.get("part_id")?, row.get("pieces")?);
        let Word(tracking) = row.get("tracking")?;
        let holds = holds(db, equipment_id, tracking, within)?;
        needs.push(Need { equipment_id, capacity: row.get("quantity")?, pieces: each * pieces, holds });
    }
    Ok(needs)
}

/// The holds of equipment that count. Those of a unit follow one another, so none
/// before the last one that began by then can: the cost does not grow with its history.
fn holds(db: &Connection, equipment: Id, tracking: Tracking, within: Within) -> Result<Vec<Hold>, Error> {
    let mut statement = db.prepare_cached(
        "select starts_on, ends_on, pieces from hold
         where equipment_id = :equipment
           and starts_on >= iif(:tracking = 'pool', '', ifnull((
             select starts_on from hold where equipment_id = :equipment and starts_on <= :from
             order by starts_on desc limit 1), ''))
           and starts_on < ifnull(:until, '9999') and ends_on > :from and source_id is not :but",
    )?;
    let rows = statement.query_map(
        named_params! { ":equipment": equipment, ":tracking": Word(tracking), ":from": within.from,
        ":until": within.until, ":but": within.but },
        |row| {
            let period = Period { from: row.get("starts_on")?, until: row.get("ends_on")? };
            Ok(Hold { period, pieces: row.get("pieces")? })
        },
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Takes what is needed over a period.
///
/// # Errors
/// [`Error::InUse`] when somebody else has it.
pub fn hold(db: &Connection, source: Id, needs: &[Need], period: Period) -> Result<(), Error> {
    let mut statement = db.prepare_cached(
        "insert into hold (equipment_id, source_id, position, starts_on, ends_on, pieces)
         values (:equipment, :source, 0, :from, :until, :pieces)",
    )?;
    for need in needs {
        statement.execute(named_params! {
            ":equipment": need.equipment_id, ":source": source, ":from": period.from, ":until": period.until,
            ":pieces": need.pieces,
        })?;
    }
    Ok(())
}

/// Moves the first day of all that a source holds.
///
/// # Errors
/// [`Error::InUse`] when somebody else has it then.
pub fn begin(db: &Connection, source: Id, from: Day) -> Result<(), Error> {
    db.prepare_cached("update hold set starts_on = :from where source_id = :source")?
        .execute(named_params! { ":source": source, ":from": from })?;
    Ok(())
}

/// Moves the first day after of all that a source holds, and puts together what had come back apart.
///
/// # Errors
/// [`Error::InUse`] when somebody else has it then.
pub fn end_all(db: &Connection, source: Id, until: Day) -> Result<(), Error> {
    db.prepare_cached("update hold set ends_on = :until where source_id = :source")?
        .execute(named_params! { ":source": source, ":until": until })?;
    let mut apart =
        db.prepare_cached("select ifnull(sum(pieces), 0) from hold where source_id = :source and position > 0")?;
    let apart: i64 = apart.query_row(named_params! { ":source": source }, |row| row.get(0))?;
    if apart > 0 {
        // Emptied first: for a moment, no piece is held twice.
        db.prepare_cached("update hold set pieces = 0 where source_id = :source and position > 0")?
            .execute(named_params! { ":source": source })?;
        db.prepare_cached("update hold set pieces = pieces + :apart where source_id = :source and position = 0")?
            .execute(named_params! { ":source": source, ":apart": apart })?;
        db.prepare_cached("delete from hold where source_id = :source and pieces = 0")?
            .execute(named_params! { ":source": source })?;
    }
    Ok(())
}

/// Makes a source hold other pieces, another unit, or another period.
///
/// # Errors
/// [`Error::InUse`] when somebody else has it.
pub fn rehold(db: &Connection, source: Id, needs: &[Need], period: Period) -> Result<(), Error> {
    let whole = needs.len() == 1;
    let mut statement = db.prepare_cached(
        "update hold set equipment_id = :equipment, starts_on = :from, ends_on = :until, pieces = :pieces
         where source_id = :source and position = 0 and (:whole or equipment_id = :equipment)",
    )?;
    for need in needs {
        statement.execute(named_params! {
            ":source": source, ":equipment": need.equipment_id, ":from": period.from, ":until": period.until,
            ":pieces": need.pieces, ":whole": whole,
        })?;
    }
    Ok(())
}

/// Ends all that a source holds on a day, if it would go on.
///
/// # Errors
/// What SQLite refuses.
pub fn shorten(db: &Connection, source: Id, until: Day) -> Result<(), Error> {
    db.prepare_cached("update hold set ends_on = :until where source_id = :source and ends_on > :until")?
        .execute(named_params! { ":source": source, ":until": until })?;
    Ok(())
}

/// Moves the first day after of so many pieces that a source holds of a pool, those that it holds longest;
/// the others stay.
///
/// # Errors
/// [`Error::InUse`] when somebody else has them then.
pub fn end_some(db: &Connection, source: Id, pieces: i64, until: Day) -> Result<(), Error> {
    let mut held = db.prepare_cached(
        "select position, pieces from hold where source_id = :source order by ends_on desc, position",
    )?;
    let rows = held.query_map(named_params! { ":source": source }, |row| Ok((row.get(0)?, row.get(1)?)))?;
    let (held, mut left): (Vec<(i64, i64)>, i64) = (rows.collect::<Result<_, _>>()?, pieces);
    for (position, pieces) in held {
        let taken = left.min(pieces);
        left -= taken;
        if taken == pieces {
            db.prepare_cached("update hold set ends_on = :until where source_id = :source and position = :position")?
                .execute(named_params! { ":source": source, ":position": position, ":until": until })?;
        } else if taken > 0 {
            split(db, source, position, taken, until)?;
        }
    }
    Ok(())
}

fn split(db: &Connection, source: Id, position: i64, pieces: i64, until: Day) -> Result<(), Error> {
    db.prepare_cached("update hold set pieces = pieces - :pieces where source_id = :source and position = :position")?
        .execute(named_params! { ":source": source, ":position": position, ":pieces": pieces })?;
    db.prepare_cached(
        "insert into hold (equipment_id, source_id, position, starts_on, ends_on, pieces)
         select equipment_id, source_id, (select max(position) + 1 from hold where source_id = :source),
           starts_on, :until, :pieces
         from hold where source_id = :source and position = :position",
    )?
    .execute(named_params! { ":source": source, ":position": position, ":pieces": pieces, ":until": until })?;
    Ok(())
}

/// The first day after all that a source holds.
///
/// # Errors
/// What SQLite refuses.
pub fn last_end(db: &Connection, source: Id) -> Result<Option<Day>, Error> {
    let mut statement = db.prepare_cached("select max(ends_on) from hold where source_id = :source")?;
    Ok(statement.query_row(named_params! { ":source": source }, |row| row.get(0))?)
}

/// Lets go of all that a source holds.
///
/// # Errors
/// [`Error::InUse`] while it is promised.
pub fn release(db: &Connection, source: Id) -> Result<(), Error> {
    db.prepare_cached("delete from hold where source_id = :source")?.execute(named_params! { ":source": source })?;
    Ok(())
}

/// Records a closure.
///
/// # Errors
/// [`Error::IdTaken`].
pub fn insert_closure(db: &Connection, id: Id, facts: &Facts, pieces: i64, now: Moment) -> Result<Closure, Error> {
    let mut statement = db.prepare_cached(
        "insert into closure (id, equipment_id, reason, starts_on, ends_on, pieces, note, created_at)
         values (:id, :equipment, :reason, :from, :until, :pieces, :note, :now)",
    )?;
    statement.execute(named_params! {
        ":id": id, ":equipment": facts.equipment_id, ":reason": Word(facts.reason), ":from": facts.from,
        ":until": facts.until, ":pieces": pieces, ":note": facts.note.as_ref().map(Note::as_str), ":now": now,
    })?;
    Ok(Closure { id, facts: facts.clone(), archived: false, version: 1, created_at: now })
}

/// Changes a closure to what is stated now.
///
/// # Errors
/// What SQLite refuses.
pub fn update_closure(db: &Connection, closure: &Closure, pieces: i64) -> Result<(), Error> {
    let facts = &closure.facts;
    db.prepare_cached(
        "update closure set reason = :reason, starts_on = :from, ends_on = :until, pieces = :pieces, note = :note,
           archived = :archived, version = :version
         where id = :id",
    )?
    .execute(named_params! {
        ":id": closure.id, ":reason": Word(facts.reason), ":from": facts.from, ":until": facts.until,
        ":pieces": pieces, ":note": facts.note.as_ref().map(Note::as_str), ":archived": closure.archived,
        ":version": closure.version,
    })?;
    Ok(())
}

/// A closure by id.
///
/// # Errors
/// What SQLite refuses.
pub fn find_closure(db: &Connection, id: Id) -> Result<Option<Closure>, Error> {
    let mut statement = db.prepare_cached("select * from closure where id = :id")?;
    Ok(statement.query_row(named_params! { ":id": id }, closure).optional()?)
}

/// A page of the closures of equipment, by id.
///
/// # Errors
/// What SQLite refuses.
pub fn list_closures(
    db: &Connection,
    equipment: Id,
    archived: bool,
    after: Option<Id>,
    limit: i64,
) -> Result<Vec<Closure>, Error> {
    let mut statement = db.prepare_cached(
        "select * from closure where equipment_id = :equipment and archived = :archived and id > ifnull(:after, x'')
         order by id limit :limit",
    )?;
    let rows = statement.query_map(
        named_params! { ":equipment": equipment, ":archived": archived, ":after": after, ":limit": limit },
        closure,
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn closure(row: &Row<'_>) -> rusqlite::Result<Closure> {
    let Word(reason) = row.get("reason")?;
    let pieces: i64 = row.get("pieces")?;
    Ok(Closure {
        id: row.get("id")?,
        facts: Facts {
            equipment_id: row.get("equipment_id")?,
            reason,
            from: row.get("starts_on")?,
            until: row.get("ends_on")?,
            quantity: Quantity::try_from(pieces).ok(),
            note: optional(row, "note", Note::parse)?,
        },
        archived: row.get("archived")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
    })
}
