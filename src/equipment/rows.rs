//! Equipment in the database.

use rusqlite::{Connection, OptionalExtension as _, Row, named_params};

use super::rules::{Equipment, Facts, Nature, Quantity};
use crate::clock::{Day, Moment};
use crate::error::Error;
use crate::id::Id;
use crate::store::values::{Word, optional, required};
use crate::text::{Name, Note};

/// Records equipment.
///
/// # Errors
/// [`Error::IdTaken`].
pub fn insert(db: &Connection, id: Id, facts: &Facts, now: Moment) -> Result<Equipment, Error> {
    let mut statement = db.prepare_cached(
        "insert into equipment (id, structure_id, name, category, nature, tracking, quantity, identifier, place, note, created_at)
         values (:id, :structure, :name, :category, :nature, :tracking, :quantity, :identifier, :place, :note, :now)",
    )?;
    statement.execute(named_params! {
        ":id": id, ":structure": facts.structure_id, ":name": facts.name.as_str(), ":category": facts.category.as_str(),
        ":nature": Word(facts.nature), ":tracking": Word(facts.tracking), ":quantity": facts.quantity.pieces(),
        ":identifier": facts.identifier.as_ref().map(Name::as_str), ":place": facts.place.as_ref().map(Name::as_str),
        ":note": facts.note.as_ref().map(Note::as_str), ":now": now,
    })?;
    Ok(Equipment { id, facts: facts.clone(), archived: false, version: 1, created_at: now })
}

/// Changes equipment to what is stated now.
///
/// # Errors
/// [`Error::InUse`] when more pieces are promised than would be left.
pub fn update(db: &Connection, equipment: &Equipment) -> Result<(), Error> {
    let facts = &equipment.facts;
    let mut statement = db.prepare_cached(
        "update equipment set name = :name, category = :category, nature = :nature, quantity = :quantity,
           identifier = :identifier, place = :place, note = :note, archived = :archived, version = :version
         where id = :id",
    )?;
    statement.execute(named_params! {
        ":id": equipment.id, ":name": facts.name.as_str(), ":category": facts.category.as_str(),
        ":nature": Word(facts.nature), ":quantity": facts.quantity.pieces(),
        ":identifier": facts.identifier.as_ref().map(Name::as_str), ":place": facts.place.as_ref().map(Name::as_str),
        ":note": facts.note.as_ref().map(Note::as_str), ":archived": equipment.archived, ":version": equipment.version,
    })?;
    Ok(())
}

/// Equipment by id.
///
/// # Errors
/// What SQLite refuses.
pub fn find(db: &Connection, id: Id) -> Result<Option<Equipment>, Error> {
    let mut statement = db.prepare_cached("select * from equipment where id = :id")?;
    Ok(statement.query_row(named_params! { ":id": id }, equipment).optional()?)
}

/// The equipment of a structure with exactly this name or identifier, two at most.
///
/// # Errors
/// What SQLite refuses.
pub fn matching(db: &Connection, structure: Id, text: &str) -> Result<Vec<Id>, Error> {
    let mut statement = db.prepare_cached(
        "select id from equipment where structure_id = :structure and archived = 0
           and (name = :text or identifier = :text) limit 2",
    )?;
    let rows = statement.query_map(named_params! { ":structure": structure, ":text": text }, |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Which equipment a list is to hold.
pub struct Filter {
    /// Part of the name, category or identifier, in any case.
    pub q: Option<String>,
    /// Only this structure's.
    pub structure_id: Option<Id>,
    /// Only this category.
    pub category: Option<String>,
    /// Only this nature.
    pub nature: Option<Nature>,
    /// Only what this account may see on `day`; all when none.
    pub seen_by: Option<Id>,
    /// The day.
    pub day: Day,
    /// Archived ones instead of those in use.
    pub archived: bool,
}

/// A page of equipment, by id.
///
/// # Errors
/// What SQLite refuses.
pub fn list(db: &Connection, filter: &Filter, after: Option<Id>, limit: i64) -> Result<Vec<Equipment>, Error> {
    let mut statement = db.prepare_cached(
        "select * from equipment
         where archived = :archived and (:after is null or id > :after)
           and (:structure is null or structure_id = :structure)
           and (:category is null or category = :category)
           and (:nature is null or nature = :nature)
           and (:q is null or instr(fold(name || char(10) || category || char(10) || ifnull(identifier, '')), fold(:q)) > 0)
           and (:account is null or structure_id in (
             select structure_id from account_role where account_id = :account and archived = 0
             union
             select theirs.structure_id from account_role r
             join membership mine on mine.structure_id = r.structure_id
             join membership theirs on theirs.cooperation_id = mine.cooperation_id
             where r.account_id = :account and r.archived = 0
               and mine.starts_on <= :day and ifnull(mine.ends_on, '9999') > :day
               and theirs.starts_on <= :day and ifnull(theirs.ends_on, '9999') > :day))
         order by id limit :limit",
    )?;
    let rows = statement.query_map(
        named_params! {
            ":archived": filter.archived, ":after": after, ":structure": filter.structure_id, ":category": filter.category,
            ":nature": filter.nature.map(Word), ":q": filter.q, ":account": filter.seen_by, ":day": filter.day, ":limit": limit,
        },
        equipment,
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn equipment(row: &Row<'_>) -> rusqlite::Result<Equipment> {
    let (Word(nature), Word(tracking)) = (row.get("nature")?, row.get("tracking")?);
    let pieces: i64 = row.get("quantity")?;
    Ok(Equipment {
        id: row.get("id")?,
        facts: Facts {
            structure_id: row.get("structure_id")?,
            name: required(row, "name", Name::parse)?,
            category: required(row, "category", Name::parse)?,
            nature,
            tracking,
            quantity: Quantity::try_from(pieces).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(0, pieces))?,
            identifier: optional(row, "identifier", Name::parse)?,
            place: optional(row, "place", Name::parse)?,
            note: optional(row, "note", Note::parse)?,
        },
        archived: row.get("archived")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
    })
}
