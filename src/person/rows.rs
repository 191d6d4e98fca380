//! People in the database.

use rusqlite::{Connection, OptionalExtension as _, Row, named_params};

use super::rules::{Consent, Facts, Person, Purpose};
use crate::clock::{Day, Moment};
use crate::error::Error;
use crate::id::Id;
use crate::store::values::{Word, optional, required};
use crate::text::{Name, Note};

/// People who are not erased: their bare row, and what identifies them.
const PERSON: &str = "select p.id, p.structure_id, p.archived, p.version, p.created_at,
      i.name, i.pseudonym, i.minor, i.contact, i.note, i.account_id
    from person p join identity i on i.person_id = p.id";

/// Records a person.
///
/// # Errors
/// [`Error::IdTaken`].
pub fn insert(db: &Connection, id: Id, facts: &Facts, now: Moment) -> Result<Person, Error> {
    let mut bare =
        db.prepare_cached("insert into person (id, structure_id, created_at) values (:id, :structure, :now)")?;
    bare.execute(named_params! { ":id": id, ":structure": facts.structure_id, ":now": now })?;
    let mut identity = db.prepare_cached(
        "insert into identity (person_id, name, pseudonym, minor, contact, note, account_id)
         values (:id, :name, :pseudonym, :minor, :contact, :note, :account)",
    )?;
    identity.execute(named_params! {
        ":id": id, ":name": facts.name.as_str(), ":pseudonym": facts.pseudonym, ":minor": facts.minor,
        ":contact": facts.contact.as_ref().map(Name::as_str), ":note": facts.note.as_ref().map(Note::as_str),
        ":account": facts.account_id,
    })?;
    Ok(Person { id, facts: facts.clone(), consents: Vec::new(), archived: false, version: 1, created_at: now })
}

/// Changes a person to what is stated now.
///
/// # Errors
/// What SQLite refuses.
pub fn update(db: &Connection, person: &Person) -> Result<(), Error> {
    db.prepare_cached("update person set archived = :archived, version = :version where id = :id")?
        .execute(named_params! { ":id": person.id, ":archived": person.archived, ":version": person.version })?;
    let mut identity = db.prepare_cached(
        "update identity set name = :name, pseudonym = :pseudonym, minor = :minor, contact = :contact, note = :note,
           account_id = :account
         where person_id = :id",
    )?;
    identity.execute(named_params! {
        ":id": person.id, ":name": person.facts.name.as_str(), ":pseudonym": person.facts.pseudonym,
        ":minor": person.facts.minor, ":contact": person.facts.contact.as_ref().map(Name::as_str),
        ":note": person.facts.note.as_ref().map(Note::as_str), ":account": person.facts.account_id,
    })?;
    Ok(())
}

/// Erases what identifies a person. Their bare id stays, for ever.
///
/// # Errors
/// What SQLite refuses.
pub fn erase(db: &Connection, id: Id, now: Moment) -> Result<(), Error> {
    for sql in ["delete from consent where person_id = :id", "delete from identity where person_id = :id"] {
        db.prepare_cached(sql)?.execute(named_params! { ":id": id })?;
    }
    db.prepare_cached("update person set archived = 1, version = version + 1, erased_at = :now where id = :id")?
        .execute(named_params! { ":id": id, ":now": now })?;
    Ok(())
}

/// Notes or takes back that a person agreed.
///
/// # Errors
/// What SQLite refuses.
pub fn set_consent(db: &Connection, id: Id, purpose: Purpose, given_on: Option<Day>) -> Result<(), Error> {
    db.prepare_cached("delete from consent where person_id = :id and purpose = :purpose")?
        .execute(named_params! { ":id": id, ":purpose": Word(purpose) })?;
    if let Some(day) = given_on {
        db.prepare_cached("insert into consent (person_id, purpose, given_on) values (:id, :purpose, :day)")?
            .execute(named_params! { ":id": id, ":purpose": Word(purpose), ":day": day })?;
    }
    db.prepare_cached("update person set version = version + 1 where id = :id")?
        .execute(named_params! { ":id": id })?;
    Ok(())
}

/// The person's name, if they agreed that it is shown for this purpose.
///
/// # Errors
/// What SQLite refuses.
pub fn name_agreed(db: &Connection, id: Id, purpose: Purpose) -> Result<Option<Name>, Error> {
    let mut statement = db.prepare_cached(
        "select i.name from identity i join consent c on c.person_id = i.person_id
         where i.person_id = :id and c.purpose = :purpose",
    )?;
    let found = statement
        .query_row(named_params! { ":id": id, ":purpose": Word(purpose) }, |row| required(row, "name", Name::parse));
    Ok(found.optional()?)
}

/// Takes an account that is erased off the people it was.
///
/// # Errors
/// What SQLite refuses.
pub fn forget_account(db: &Connection, account: Id) -> Result<(), Error> {
    db.prepare_cached("update identity set account_id = null where account_id = :account")?
        .execute(named_params! { ":account": account })?;
    Ok(())
}

/// A person by id; none once erased.
///
/// # Errors
/// What SQLite refuses.
pub fn find(db: &Connection, id: Id) -> Result<Option<Person>, Error> {
    let mut statement = db.prepare_cached(&format!("{PERSON} where p.id = :id"))?;
    let found = statement.query_row(named_params! { ":id": id }, person).optional()?;
    found.map(|found| with_consents(db, found)).transpose()
}

/// The people that an account is.
///
/// # Errors
/// What SQLite refuses.
pub fn of_account(db: &Connection, account: Id, after: Option<Id>, limit: i64) -> Result<Vec<Person>, Error> {
    let mut statement = db.prepare_cached(&format!(
        "{PERSON} where i.account_id = :account and p.id > ifnull(:after, x'') order by p.id limit :limit"
    ))?;
    let rows = statement.query_map(named_params! { ":account": account, ":after": after, ":limit": limit }, person)?;
    rows.map(|found| with_consents(db, found?)).collect()
}

/// The people of a structure who have exactly this name, two at most.
///
/// # Errors
/// What SQLite refuses.
pub fn matching(db: &Connection, structure: Id, name: &str) -> Result<Vec<Id>, Error> {
    let mut statement = db.prepare_cached(
        "select p.id from person p join identity i on i.person_id = p.id
         where p.structure_id = :structure and i.name = :name and p.archived = 0 limit 2",
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
    let mut statement = db.prepare_cached(&format!(
        "{PERSON} where p.structure_id = :structure and p.archived = :archived and p.id > ifnull(:after, x'')
           and (:q is null or instr(fold(i.name), fold(:q)) > 0)
         order by p.id limit :limit"
    ))?;
    let rows = statement.query_map(
        named_params! { ":structure": structure, ":archived": archived, ":after": after, ":q": q, ":limit": limit },
        person,
    )?;
    rows.map(|found| with_consents(db, found?)).collect()
}

fn with_consents(db: &Connection, person: Person) -> Result<Person, Error> {
    let mut statement =
        db.prepare_cached("select purpose, given_on from consent where person_id = :id order by purpose")?;
    let rows = statement.query_map(named_params! { ":id": person.id }, |row| {
        let Word(purpose) = row.get("purpose")?;
        Ok(Consent { purpose, given_on: row.get("given_on")? })
    })?;
    Ok(Person { consents: rows.collect::<Result<_, _>>()?, ..person })
}

fn person(row: &Row<'_>) -> rusqlite::Result<Person> {
    Ok(Person {
        id: row.get("id")?,
        facts: Facts {
            structure_id: row.get("structure_id")?,
            name: required(row, "name", Name::parse)?,
            pseudonym: row.get("pseudonym")?,
            minor: row.get("minor")?,
            contact: optional(row, "contact", Name::parse)?,
            note: optional(row, "note", Note::parse)?,
            account_id: row.get("account_id")?,
        },
        consents: Vec::new(),
        archived: row.get("archived")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
    })
}
