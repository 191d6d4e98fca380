//! Links of people, retention of structures, and where a name may stand, in the database.

use rusqlite::{Connection, OptionalExtension as _, named_params};

use super::rules::{Keeping, Months, Retention, TRACES_MAX, Trace};
use crate::clock::Moment;
use crate::error::{Error, Fault};
use crate::id::Id;

/// Keeps the digest of a person's link, in the place of the one before.
///
/// # Errors
/// What SQLite refuses.
pub fn set_link(db: &Connection, person: Id, digest: [u8; 32], now: Moment, expires: Moment) -> Result<(), Error> {
    drop_link(db, person)?;
    db.prepare_cached(
        "insert into person_link (person_id, digest, created_at, expires_at) values (:person, :digest, :now, :expires)",
    )?
    .execute(named_params! { ":person": person, ":digest": digest, ":now": now, ":expires": expires })?;
    Ok(())
}

/// Revokes a person's link.
///
/// # Errors
/// What SQLite refuses.
pub fn drop_link(db: &Connection, person: Id) -> Result<(), Error> {
    db.prepare_cached("delete from person_link where person_id = :person")?
        .execute(named_params! { ":person": person })?;
    Ok(())
}

/// The person whose link has this digest and is not over. How long the look-up takes tells nothing of a secret: it
/// depends on a digest, which nobody can steer.
///
/// # Errors
/// What SQLite refuses.
pub fn person_of_link(db: &Connection, digest: [u8; 32], now: Moment) -> Result<Option<Id>, Error> {
    let mut statement =
        db.prepare_cached("select person_id from person_link where digest = :digest and expires_at > :now")?;
    Ok(statement.query_row(named_params! { ":digest": digest, ":now": now }, |row| row.get(0)).optional()?)
}

/// Drops the links that were over at an instant; how many there were.
///
/// # Errors
/// What SQLite refuses.
pub fn purge_links(db: &Connection, now: Moment) -> Result<usize, Error> {
    let mut statement = db.prepare_cached("delete from person_link where expires_at <= :now")?;
    Ok(statement.execute(named_params! { ":now": now })?)
}

/// How long a structure keeps what it knows about people.
///
/// # Errors
/// What SQLite refuses.
pub fn retention(db: &Connection, structure: Id) -> Result<Retention, Error> {
    let mut statement = db.prepare_cached("select * from retention where structure_id = :structure")?;
    let kept = statement.query_row(named_params! { ":structure": structure }, |row| {
        Ok((row.get::<_, i64>("person_months")?, row.get::<_, i64>("text_months")?, row.get("version")?))
    });
    let Some((person, text, version)) = kept.optional()? else {
        return Ok(Retention { structure_id: structure, keeping: Keeping::default(), version: 1 });
    };
    let months = |count| Months::try_from(count).map_err(|fault: Fault| Error::Internal(fault.to_string()));
    let keeping = Keeping { person_months: months(person)?, text_months: months(text)? };
    Ok(Retention { structure_id: structure, keeping, version })
}

/// Sets it.
///
/// # Errors
/// What SQLite refuses.
pub fn set_retention(db: &Connection, retention: &Retention) -> Result<(), Error> {
    db.prepare_cached(
        "insert into retention (structure_id, person_months, text_months, version)
         values (:structure, :person, :text, :version)
         on conflict do update set person_months = :person, text_months = :text, version = :version",
    )?
    .execute(named_params! {
        ":structure": retention.structure_id, ":person": retention.keeping.person_months.count(),
        ":text": retention.keeping.text_months.count(), ":version": retention.version,
    })?;
    Ok(())
}

/// The people of a structure who are named by no line recorded since an instant, nor were recorded since, nor offer a
/// skill.
///
/// # Errors
/// What SQLite refuses.
pub fn idle_people(db: &Connection, structure: Id, since: Moment) -> Result<Vec<Id>, Error> {
    let mut statement = db.prepare_cached(
        "select p.id from person p
         where p.structure_id = :structure and p.erased_at is null and p.created_at < :since
           and not exists (select 1 from ledger_private t join ledger l on l.seq = t.seq
                           where t.person_id = p.id and l.recorded_at >= :since)
           and not exists (select 1 from skill where person_id = p.id and archived = 0)
         order by p.id",
    )?;
    let rows = statement.query_map(named_params! { ":structure": structure, ":since": since }, |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Every structure's id.
///
/// # Errors
/// What SQLite refuses.
pub fn structures(db: &Connection) -> Result<Vec<Id>, Error> {
    let mut statement = db.prepare_cached("select id from structure order by id")?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Where a structure writes free text: place, field, and the address that changes or erases it. Each query gives the id
/// of a thing and the text.
const PLACES: &[(&str, &str, Option<&str>, &str)] = &[
    (
        "contribution",
        "note",
        Some("/v1/contributions/{id}/erase-note"),
        "select l.id, t.text from ledger_private t join ledger l on l.seq = t.seq where l.spoken_for = :structure",
    ),
    (
        "contribution",
        "category",
        None,
        "select id, category from ledger where spoken_for = :structure and kind not in ('equipment', 'premises')",
    ),
    ("contribution", "provenance_rule", None, "select id, provenance_rule from ledger where spoken_for = :structure"),
    (
        "loan",
        "note",
        Some("/v1/loans/{id}/erase-notes"),
        "select id, note from loan where :structure in (lender_id, borrower_id)",
    ),
    (
        "loan",
        "reason",
        Some("/v1/loans/{id}/erase-notes"),
        "select id, reason from loan where :structure in (lender_id, borrower_id)",
    ),
    (
        "loan",
        "condition",
        Some("/v1/loans/{id}/erase-notes"),
        "select id, condition from loan join loan_movement on loan_id = id where :structure in (lender_id, borrower_id)",
    ),
    ("equipment", "name", Some("/v1/equipment/{id}"), "select id, name from equipment where structure_id = :structure"),
    (
        "equipment",
        "place",
        Some("/v1/equipment/{id}"),
        "select id, place from equipment where structure_id = :structure",
    ),
    (
        "equipment",
        "pick_up",
        Some("/v1/equipment/{id}"),
        "select id, pick_up from equipment where structure_id = :structure",
    ),
    (
        "equipment",
        "condition",
        Some("/v1/equipment/{id}"),
        "select id, condition from equipment where structure_id = :structure",
    ),
    ("equipment", "note", Some("/v1/equipment/{id}"), "select id, note from equipment where structure_id = :structure"),
    (
        "closure",
        "note",
        Some("/v1/closures/{id}"),
        "select c.id, c.note from closure c join equipment e on e.id = c.equipment_id where e.structure_id = :structure",
    ),
    (
        "skill",
        "name",
        Some("/v1/skills/{id}"),
        "select id, name from skill where structure_id = :structure and side = 'offer'",
    ),
    (
        "skill",
        "description",
        Some("/v1/skills/{id}"),
        "select id, description from skill where structure_id = :structure and side = 'offer'",
    ),
    (
        "need",
        "description",
        Some("/v1/needs/{id}"),
        "select id, description from skill where structure_id = :structure and side = 'need'",
    ),
    (
        "person",
        "note",
        Some("/v1/people/{id}"),
        "select p.id, i.note from person p join identity i on i.person_id = p.id where p.structure_id = :structure",
    ),
    ("structure", "email", Some("/v1/structures/{id}"), "select id, email from structure where id = :structure"),
    ("structure", "address", Some("/v1/structures/{id}"), "select id, address from structure where id = :structure"),
];

/// Where one of these words stands in what a structure wrote, outside what is erased with the person.
///
/// # Errors
/// What SQLite refuses.
pub fn traces(db: &Connection, structure: Id, person: Id, words: &[String]) -> Result<Vec<Trace>, Error> {
    let words = serde_json::to_string(words).map_err(|error| Error::Internal(error.to_string()))?;
    let mut traces = Vec::new();
    for (place, field, address, sql) in PLACES {
        let mut statement = db.prepare_cached(&format!(
            "select id, text from (select column1 as id, column2 as text from (values (null, null)) union all {sql})
             where text is not null and id <> :person
               and exists (select 1 from json_each(:words) word where instr(fold(text), word.value) > 0)
             limit :limit"
        ))?;
        let left = TRACES_MAX - i64::try_from(traces.len()).unwrap_or(TRACES_MAX);
        let rows = statement.query_map(
            named_params! { ":structure": structure, ":person": person, ":words": words, ":limit": left },
            |row| {
                let id: Id = row.get(0)?;
                let address = address.map(|address| address.replace("{id}", &id.to_string()));
                Ok(Trace { place: (*place).to_owned(), id, field: (*field).to_owned(), text: row.get(1)?, address })
            },
        )?;
        for trace in rows {
            traces.push(trace?);
        }
    }
    Ok(traces)
}

/// True when something was erased since the file was last rewritten.
///
/// # Errors
/// What SQLite refuses.
pub fn is_file_stale(db: &Connection) -> Result<bool, Error> {
    let mut statement = db.prepare_cached(
        "select 1 from audit
         where event in ('person_erased', 'text_erased', 'account_erased', 'purged')
           and seq > (select ifnull(max(seq), 0) from audit where event = 'file_rewritten')",
    )?;
    Ok(statement.exists([])?)
}
