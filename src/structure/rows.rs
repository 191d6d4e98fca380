//! Structures in the database.

use rusqlite::{Connection, OptionalExtension as _, Row, named_params};

use super::rules::{
    Commune, Contact, Email, Facts, Kind, LegalCategory, Listed, Register, Rna, Siren, Siret, Structure, Valuation,
};
use crate::clock::{Day, Moment};
use crate::error::{Error, Fault};
use crate::id::Id;
use crate::store::values::{Word, optional, required};
use crate::text::Name;

/// Records a structure.
///
/// # Errors
/// [`Error::Duplicate`] when one of its numbers is another's, [`Error::IdTaken`].
pub fn insert(db: &Connection, id: Id, facts: &Facts, created_by: Option<Id>, now: Moment) -> Result<Structure, Error> {
    let mut statement = db.prepare_cached(
        "insert into structure (id, name, kind, legal_category, siren, siret, rna, register_name, register_number,
                                commune, email, phone, address, valuation, created_by, created_at)
         values (:id, :name, :kind, :legal_category, :siren, :siret, :rna, :register_name, :register_number,
                 :commune, :email, :phone, :address, :valuation, :created_by, :created_at)",
    )?;
    let contact = facts.contact.clone().unwrap_or_default();
    statement.execute(named_params! {
        ":id": id, ":name": facts.name.as_str(), ":kind": Word(facts.kind),
        ":legal_category": facts.legal_category.as_ref().map(LegalCategory::as_str),
        ":siren": facts.siren.as_ref().map(Siren::as_str), ":siret": facts.siret.as_ref().map(Siret::as_str),
        ":rna": facts.rna.as_ref().map(Rna::as_str),
        ":register_name": facts.register.as_ref().map(|register| register.name.as_str()),
        ":register_number": facts.register.as_ref().map(|register| register.number.as_str()),
        ":commune": facts.commune.as_ref().map(Commune::as_str),
        ":email": contact.email.as_ref().map(Email::as_str), ":phone": contact.phone.as_ref().map(Name::as_str),
        ":address": contact.address.as_ref().map(Name::as_str), ":valuation": Word(facts.valuation),
        ":created_by": created_by, ":created_at": now,
    })?;
    Ok(Structure { id, facts: facts.clone(), archived: false, version: 1, created_at: now, created_by })
}

/// Changes a structure to what it says now.
///
/// # Errors
/// [`Error::Duplicate`] when one of its numbers is another's.
pub fn update(db: &Connection, structure: &Structure) -> Result<(), Error> {
    let facts = &structure.facts;
    let contact = facts.contact.clone().unwrap_or_default();
    let mut statement = db.prepare_cached(
        "update structure set name = :name, kind = :kind, legal_category = :legal_category, siren = :siren,
           siret = :siret, rna = :rna, register_name = :register_name, register_number = :register_number,
           commune = :commune, email = :email, phone = :phone, address = :address,
           valuation = :valuation, archived = :archived, version = :version
         where id = :id",
    )?;
    statement.execute(named_params! {
        ":id": structure.id, ":name": facts.name.as_str(), ":kind": Word(facts.kind),
        ":legal_category": facts.legal_category.as_ref().map(LegalCategory::as_str),
        ":siren": facts.siren.as_ref().map(Siren::as_str), ":siret": facts.siret.as_ref().map(Siret::as_str),
        ":rna": facts.rna.as_ref().map(Rna::as_str),
        ":register_name": facts.register.as_ref().map(|register| register.name.as_str()),
        ":register_number": facts.register.as_ref().map(|register| register.number.as_str()),
        ":commune": facts.commune.as_ref().map(Commune::as_str),
        ":email": contact.email.as_ref().map(Email::as_str), ":phone": contact.phone.as_ref().map(Name::as_str),
        ":address": contact.address.as_ref().map(Name::as_str), ":valuation": Word(facts.valuation),
        ":archived": structure.archived, ":version": structure.version,
    })?;
    Ok(())
}

/// A structure by its id.
///
/// # Errors
/// What SQLite refuses.
pub fn find(db: &Connection, id: Id) -> Result<Option<Structure>, Error> {
    let mut statement = db.prepare_cached("select * from structure where id = :id")?;
    Ok(statement.query_row(named_params! { ":id": id }, structure).optional()?)
}

/// True when a structure has this id.
///
/// # Errors
/// What SQLite refuses.
pub fn exists(db: &Connection, id: Id) -> Result<bool, Error> {
    Ok(db.prepare_cached("select 1 from structure where id = :id")?.exists(named_params! { ":id": id })?)
}

/// Refuses an id that names no structure in use.
///
/// # Errors
/// [`Fault::Unknown`] or [`Fault::Archived`] at the pointer.
pub fn require(db: &Connection, id: Id, pointer: &str) -> Result<(), Error> {
    let mut statement = db.prepare_cached("select archived from structure where id = :id")?;
    match statement.query_row(named_params! { ":id": id }, |row| row.get(0)).optional()? {
        Some(false) => Ok(()),
        Some(true) => Err(Fault::Archived.at(pointer)),
        None => Err(Fault::Unknown.at(pointer)),
    }
}

/// Whether a structure lets itself be valued.
///
/// # Errors
/// What SQLite refuses.
pub fn valuation(db: &Connection, id: Id) -> Result<Option<Valuation>, Error> {
    let mut statement = db.prepare_cached("select valuation from structure where id = :id")?;
    let found = statement.query_row(named_params! { ":id": id }, |row| row.get(0)).optional()?;
    Ok(found.map(|Word(valuation)| valuation))
}

/// The account that recorded a structure.
///
/// # Errors
/// What SQLite refuses.
pub fn recorded_by(db: &Connection, id: Id) -> Result<Option<Id>, Error> {
    let mut statement = db.prepare_cached("select created_by from structure where id = :id")?;
    Ok(statement.query_row(named_params! { ":id": id }, |row| row.get(0)).optional()?.flatten())
}

/// The name of a structure.
///
/// # Errors
/// What SQLite refuses.
pub fn name(db: &Connection, id: Id) -> Result<Option<String>, Error> {
    let mut statement = db.prepare_cached("select name from structure where id = :id")?;
    Ok(statement.query_row(named_params! { ":id": id }, |row| row.get(0)).optional()?)
}

/// The name and the commune of a structure.
///
/// # Errors
/// What SQLite refuses.
pub fn listed(db: &Connection, id: Id) -> Result<Option<Listed>, Error> {
    let mut statement = db.prepare_cached(
        "select s.name, s.commune, c.name from structure s left join commune c on c.code = s.commune where s.id = :id",
    )?;
    let listed = |row: &Row<'_>| Ok(Listed { name: row.get(0)?, commune: row.get(1)?, commune_name: row.get(2)? });
    Ok(statement.query_row(named_params! { ":id": id }, listed).optional()?)
}

/// Which structures a list is to hold.
#[derive(Default)]
pub struct Filter {
    /// Part of the name, in any case.
    pub q: Option<String>,
    /// Only this kind.
    pub kind: Option<Kind>,
    /// Only in this commune.
    pub commune: Option<Commune>,
    /// Only with this SIREN.
    pub siren: Option<Siren>,
    /// Only in this cooperation on `day`.
    pub cooperation_id: Option<Id>,
    /// Archived ones instead of those in use.
    pub archived: bool,
}

/// A page of structures, by id.
///
/// # Errors
/// What SQLite refuses.
pub fn list(
    db: &Connection,
    filter: &Filter,
    day: Day,
    after: Option<Id>,
    limit: i64,
) -> Result<Vec<Structure>, Error> {
    let mut statement = db.prepare_cached(
        "select * from structure
         where archived = :archived and id > ifnull(:after, x'')
           and (:q is null or instr(fold(name), fold(:q)) > 0)
           and (:kind is null or kind = :kind)
           and (:commune is null or commune = :commune)
           and (:siren is null or siren = :siren)
           and (:cooperation is null or id in (
             select structure_id from membership where cooperation_id = :cooperation
               and starts_on <= :day and ifnull(ends_on, '9999') > :day))
         order by id limit :limit",
    )?;
    let rows = statement.query_map(
        named_params! {
            ":archived": filter.archived, ":after": after, ":q": filter.q, ":kind": filter.kind.map(Word),
            ":commune": filter.commune.as_ref().map(Commune::as_str), ":siren": filter.siren.as_ref().map(Siren::as_str),
            ":cooperation": filter.cooperation_id, ":day": day, ":limit": limit,
        },
        structure,
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The structures in use that have this name, or this number in one of their registers.
///
/// # Errors
/// What SQLite refuses.
pub fn matching(db: &Connection, text: &str) -> Result<Vec<Id>, Error> {
    let mut statement = db.prepare_cached(
        "select id from structure where archived = 0 and name = :text
         union select id from structure where archived = 0 and siren = :text
         union select id from structure where archived = 0 and siret = :text
         union select id from structure where archived = 0 and rna = :text
         limit 2",
    )?;
    let rows = statement.query_map(named_params! { ":text": text }, |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn structure(row: &Row<'_>) -> rusqlite::Result<Structure> {
    let (Word(kind), Word(valuation)) = (row.get("kind")?, row.get("valuation")?);
    let contact = Contact {
        email: optional(row, "email", Email::parse)?,
        phone: optional(row, "phone", Name::parse)?,
        address: optional(row, "address", Name::parse)?,
    };
    let register = match (optional(row, "register_name", Name::parse)?, optional(row, "register_number", Name::parse)?)
    {
        (Some(name), Some(number)) => Some(Register { name, number }),
        _ => None,
    };
    let facts = Facts {
        name: required(row, "name", Name::parse)?,
        kind,
        legal_category: optional(row, "legal_category", LegalCategory::parse)?,
        siren: optional(row, "siren", Siren::parse)?,
        siret: optional(row, "siret", Siret::parse)?,
        rna: optional(row, "rna", Rna::parse)?,
        register,
        commune: optional(row, "commune", Commune::parse)?,
        contact: (contact != Contact::default()).then_some(contact),
        valuation,
    };
    Ok(Structure {
        id: row.get("id")?,
        facts,
        archived: row.get("archived")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
        created_by: row.get("created_by")?,
    })
}
