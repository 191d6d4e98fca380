//! People in the database.

use rusqlite::{Connection, OptionalExtension as _, Row, named_params};

use super::rules::{Facts, Person};
use crate::clock::Moment;
use crate::error::Error;
use crate::id::Id;
use crate::store::values::{optional, required};
use crate::text::{Name, Note};

/// Records a person.
///
/// # Errors
/// [`Error::IdTaken`].
pub fn insert(db: &Connection, id: Id, facts: &Facts, now: Moment) -> Result<Person, Error> {
    let mut statement = db.prepare_cached(
        "insert into person (id, structure_id, name, pseudonym, note, created_at)
         values (:id, :structure, :name, :pseudonym, :note, :now)",
    )?;
    statement.execute(named_params! {
        ":id": id, ":structure": facts.structure_id, ":name": facts.name.as_str(), ":pseudonym": facts.pseudonym,
        ":note": facts.note.as_ref().map(Note::as_str), ":now": now,
    })?;
    Ok(Person { id, facts: facts.clone(), archived: false, version: 1, created_at: now })
}

/// Changes a person to what is stated now.
///
/// # Errors
/// What SQLite refuses.
pub fn update(db: &Connection, person: &Person) -> Result<(), Error> {
    let mut statement = db.prepare_cached(
        "update person set name = :name, pseudonym = :pseudonym, note = :note, archived = :archived, version = :version
         where id = :id",
    )?;
    statement.execute(named_params! {
        ":id": person.id, ":name": person.facts.name.as_str(), ":pseudonym": person.facts.pseudonym,
        ":note": person.facts.note.as_ref().map(Note::as_str), ":archived": person.archived, ":version": person.version,
    })?;
    Ok(())
}

/// A person by id.
///
/// # Errors
/// What SQLite refuses.
pub fn find(db: &Connection, id: Id) -> Result<Option<Person>, Error> {
    let mut statement = db.prepare_cached("select * from person where id = :id")?;
    Ok(statement.query_row(named_params! { ":id": id }, person).optional()?)
}

/// The people of a structure who have exactly this name, two at most.
///
/// # Errors
/// What SQLite refuses.
pub fn matching(db: &Connection, structure: Id, name: &str) -> Result<Vec<Id>, Error> {
    let mut statement = db.prepare_cached(
        "select id from person where structure_id = :structure and name = :name and archived = 0 limit 2",
    )?;
    let rows = statement.query_map(named_params! { ":structure": structure, ":name": name }, |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A page of a structure's people, by id.
///
/// # Errors
/// What SQLite refuses.
pub fn list(
    db: &Connection,
    structure: Id,
    q: Option<&str>,
    archived: bool,
    after: Option<Id>,
    limit: i64,
) -> Result<Vec<Person>, Error> {
    let mut statement = db.prepare_cached(
        "select * from person
         where structure_id = :structure and archived = :archived and (:after is null or id > :after)
           and (:q is null or instr(fold(name), fold(:q)) > 0)
         order by id limit :limit",
    )?;
    let rows = statement.query_map(
        named_params! { ":structure": structure, ":archived": archived, ":after": after, ":q": q, ":limit": limit },
        person,
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn person(row: &Row<'_>) -> rusqlite::Result<Person> {
    Ok(Person {
        id: row.get("id")?,
        facts: Facts {
            structure_id: row.get("structure_id")?,
            name: required(row, "name", Name::parse)?,
            pseudonym: row.get("pseudonym")?,
            note: optional(row, "note", Note::parse)?,
        },
        archived: row.get("archived")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
    })
}
