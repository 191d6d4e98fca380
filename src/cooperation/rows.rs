//! Cooperations and memberships in the database.

use rusqlite::{Connection, OptionalExtension as _, Row, named_params};

use super::rules::{Cooperation, Facts, Membership, MembershipFacts, Phase};
use crate::clock::{Day, Moment};
use crate::error::Error;
use crate::id::Id;
use crate::store::values::{Word, optional, required};
use crate::structure::rules::Valuation;
use crate::text::{Name, Note};

/// Records a cooperation.
///
/// # Errors
/// [`Error::IdTaken`].
pub fn insert(db: &Connection, id: Id, facts: &Facts, now: Moment) -> Result<Cooperation, Error> {
    let mut statement = db.prepare_cached(
        "insert into cooperation (id, name, intention, territory, starts_on, ends_on, valuation, created_at)
         values (:id, :name, :intention, :territory, :starts_on, :ends_on, :valuation, :now)",
    )?;
    statement.execute(named_params! {
        ":id": id, ":name": facts.name.as_str(), ":intention": facts.intention.as_str(),
        ":territory": facts.territory.as_ref().map(Name::as_str), ":starts_on": facts.starts_on,
        ":ends_on": facts.ends_on, ":valuation": Word(facts.valuation), ":now": now,
    })?;
    insert_phases(db, id, &facts.phases)?;
    Ok(Cooperation { id, facts: facts.clone(), archived: false, version: 1, created_at: now })
}

/// Changes a cooperation to what is stated now.
///
/// # Errors
/// What SQLite refuses.
pub fn update(db: &Connection, cooperation: &Cooperation) -> Result<(), Error> {
    let facts = &cooperation.facts;
    let mut statement = db.prepare_cached(
        "update cooperation set name = :name, intention = :intention, territory = :territory, starts_on = :starts_on,
           ends_on = :ends_on, valuation = :valuation, archived = :archived, version = :version
         where id = :id",
    )?;
    statement.execute(named_params! {
        ":id": cooperation.id, ":name": facts.name.as_str(), ":intention": facts.intention.as_str(),
        ":territory": facts.territory.as_ref().map(Name::as_str), ":starts_on": facts.starts_on,
        ":ends_on": facts.ends_on, ":valuation": Word(facts.valuation), ":archived": cooperation.archived,
        ":version": cooperation.version,
    })?;
    db.prepare_cached("delete from cooperation_phase where cooperation_id = :id")?
        .execute(named_params! { ":id": cooperation.id })?;
    insert_phases(db, cooperation.id, &facts.phases)
}

fn insert_phases(db: &Connection, id: Id, phases: &[Phase]) -> Result<(), Error> {
    let mut statement = db.prepare_cached(
        "insert into cooperation_phase (cooperation_id, position, name, starts_on, ends_on)
         values (:id, :position, :name, :starts_on, :ends_on)",
    )?;
    for (position, phase) in phases.iter().enumerate() {
        statement.execute(named_params! {
            ":id": id, ":position": i64::try_from(position).unwrap_or(i64::MAX), ":name": phase.name.as_str(),
            ":starts_on": phase.starts_on, ":ends_on": phase.ends_on,
        })?;
    }
    Ok(())
}

/// A cooperation by id.
///
/// # Errors
/// What SQLite refuses.
pub fn find(db: &Connection, id: Id) -> Result<Option<Cooperation>, Error> {
    let mut statement = db.prepare_cached("select * from cooperation where id = :id")?;
    let found = statement.query_row(named_params! { ":id": id }, cooperation).optional()?;
    found.map(|cooperation| with_phases(db, cooperation)).transpose()
}

/// True when a cooperation has this id and is not archived.
///
/// # Errors
/// What SQLite refuses.
pub fn is_open(db: &Connection, id: Id) -> Result<bool, Error> {
    let mut statement = db.prepare_cached("select 1 from cooperation where id = :id and archived = 0")?;
    Ok(statement.exists(named_params! { ":id": id })?)
}

/// Whether a cooperation lets itself be valued.
///
/// # Errors
/// What SQLite refuses.
pub fn valuation(db: &Connection, id: Id) -> Result<Option<Valuation>, Error> {
    let mut statement = db.prepare_cached("select valuation from cooperation where id = :id")?;
    let found = statement.query_row(named_params! { ":id": id }, |row| row.get(0)).optional()?;
    Ok(found.map(|Word(valuation)| valuation))
}

/// The name of a cooperation.
///
/// # Errors
/// What SQLite refuses.
pub fn name(db: &Connection, id: Id) -> Result<Option<String>, Error> {
    let mut statement = db.prepare_cached("select name from cooperation where id = :id")?;
    Ok(statement.query_row(named_params! { ":id": id }, |row| row.get(0)).optional()?)
}

/// The cooperations in use with exactly this name, two at most.
///
/// # Errors
/// What SQLite refuses.
pub fn matching(db: &Connection, name: &str) -> Result<Vec<Id>, Error> {
    let mut statement = db.prepare_cached("select id from cooperation where archived = 0 and name = :name limit 2")?;
    let rows = statement.query_map(named_params! { ":name": name }, |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Which cooperations a list is to hold.
pub struct Filter {
    /// Part of the name, in any case.
    pub q: Option<String>,
    /// Only those in which this account has a structure on `day`; all when none.
    pub seen_by: Option<Id>,
    /// Of the account's structures, only this one counts.
    pub only: Option<Id>,
    /// The day.
    pub day: Day,
    /// Archived ones instead of those in use.
    pub archived: bool,
}

/// A page of cooperations, by id.
///
/// # Errors
/// What SQLite refuses.
pub fn list(db: &Connection, filter: &Filter, after: Option<Id>, limit: i64) -> Result<Vec<Cooperation>, Error> {
    let mut statement = db.prepare_cached(
        "select * from cooperation
         where archived = :archived and id > ifnull(:after, x'')
           and (:q is null or instr(fold(name), fold(:q)) > 0)
           and (:account is null or id in (
             select m.cooperation_id from membership m
             join account_role r on r.structure_id = m.structure_id
             where r.account_id = :account and r.archived = 0 and (:only is null or r.structure_id = :only)
               and m.starts_on <= :day and ifnull(m.ends_on, '9999') > :day))
         order by id limit :limit",
    )?;
    let rows = statement.query_map(
        named_params! {
            ":archived": filter.archived, ":after": after, ":q": filter.q, ":account": filter.seen_by,
            ":only": filter.only, ":day": filter.day, ":limit": limit,
        },
        cooperation,
    )?;
    let found = rows.collect::<Result<Vec<_>, _>>()?;
    found.into_iter().map(|cooperation| with_phases(db, cooperation)).collect()
}

fn cooperation(row: &Row<'_>) -> rusqlite::Result<Cooperation> {
    let Word(valuation) = row.get("valuation")?;
    Ok(Cooperation {
        id: row.get("id")?,
        facts: Facts {
            name: required(row, "name", Name::parse)?,
            intention: required(row, "intention", Note::parse)?,
            territory: optional(row, "territory", Name::parse)?,
            starts_on: row.get("starts_on")?,
            ends_on: row.get("ends_on")?,
            phases: Vec::new(),
            valuation,
        },
        archived: row.get("archived")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
    })
}

fn with_phases(db: &Connection, mut cooperation: Cooperation) -> Result<Cooperation, Error> {
    let mut statement =
        db.prepare_cached("select * from cooperation_phase where cooperation_id = :id order by position")?;
    let rows = statement.query_map(named_params! { ":id": cooperation.id }, |row| {
        Ok(Phase {
            name: required(row, "name", Name::parse)?,
            starts_on: row.get("starts_on")?,
            ends_on: row.get("ends_on")?,
        })
    })?;
    cooperation.facts.phases = rows.collect::<Result<_, _>>()?;
    Ok(cooperation)
}

/// Records a membership.
///
/// # Errors
/// [`Error::Duplicate`] when the structure already belongs in that period, [`Error::IdTaken`].
pub fn insert_membership(db: &Connection, id: Id, facts: &MembershipFacts, now: Moment) -> Result<Membership, Error> {
    let mut statement = db.prepare_cached(
        "insert into membership (id, cooperation_id, structure_id, role, starts_on, ends_on, created_at)
         values (:id, :cooperation, :structure, :role, :starts_on, :ends_on, :now)",
    )?;
    statement.execute(named_params! {
        ":id": id, ":cooperation": facts.cooperation_id, ":structure": facts.structure_id, ":role": Word(facts.role),
        ":starts_on": facts.starts_on, ":ends_on": facts.ends_on, ":now": now,
    })?;
    Ok(Membership { id, facts: facts.clone(), publishes: false, version: 1, created_at: now })
}

/// Changes a membership to what is stated now.
///
/// # Errors
/// [`Error::Duplicate`] when the structure already belongs in that period.
pub fn update_membership(db: &Connection, membership: &Membership) -> Result<(), Error> {
    let facts = &membership.facts;
    db.prepare_cached(
        "update membership set role = :role, starts_on = :starts_on, ends_on = :ends_on, publishes = :publishes,
           version = :version
         where id = :id",
    )?
    .execute(named_params! {
        ":id": membership.id, ":role": Word(facts.role), ":starts_on": facts.starts_on, ":ends_on": facts.ends_on,
        ":publishes": membership.publishes, ":version": membership.version,
    })?;
    Ok(())
}

/// A membership by id.
///
/// # Errors
/// What SQLite refuses.
pub fn find_membership(db: &Connection, id: Id) -> Result<Option<Membership>, Error> {
    let mut statement = db.prepare_cached("select * from membership where id = :id")?;
    Ok(statement.query_row(named_params! { ":id": id }, membership).optional()?)
}

/// A page of the memberships of a cooperation, of a structure, or of a structure in a cooperation.
///
/// # Errors
/// What SQLite refuses.
pub fn list_memberships(
    db: &Connection,
    cooperation: Option<Id>,
    structure: Option<Id>,
    after: Option<Id>,
    limit: i64,
) -> Result<Vec<Membership>, Error> {
    let mut statement = db.prepare_cached(
        "select * from membership
         where (:cooperation is null or cooperation_id = :cooperation)
           and (:structure is null or structure_id = :structure) and id > ifnull(:after, x'')
         order by id limit :limit",
    )?;
    let rows = statement.query_map(
        named_params! { ":cooperation": cooperation, ":structure": structure, ":after": after, ":limit": limit },
        membership,
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Every membership of a structure in a cooperation: never more than a few, found by their index.
///
/// # Errors
/// What SQLite refuses.
pub fn memberships_of(db: &Connection, structure: Id, cooperation: Id) -> Result<Vec<Membership>, Error> {
    let mut statement = db.prepare_cached(
        "select * from membership where structure_id = :structure and cooperation_id = :cooperation order by id",
    )?;
    let rows =
        statement.query_map(named_params! { ":structure": structure, ":cooperation": cooperation }, membership)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// True when the structure is in the cooperation on that day.
///
/// # Errors
/// What SQLite refuses.
pub fn belongs(db: &Connection, cooperation: Id, structure: Id, day: Day) -> Result<bool, Error> {
    let mut statement = db.prepare_cached(
        "select 1 from membership where structure_id = :structure and cooperation_id = :cooperation
           and starts_on <= :day and ifnull(ends_on, '9999') > :day",
    )?;
    Ok(statement.exists(named_params! { ":structure": structure, ":cooperation": cooperation, ":day": day })?)
}

/// True when both structures are in one cooperation on that day.
///
/// # Errors
/// What SQLite refuses.
pub fn share(db: &Connection, one: Id, other: Id, day: Day) -> Result<bool, Error> {
    let mut statement = db.prepare_cached(
        "select 1 from membership mine join membership theirs on theirs.cooperation_id = mine.cooperation_id
         where mine.structure_id = :one and theirs.structure_id = :other
           and mine.starts_on <= :day and ifnull(mine.ends_on, '9999') > :day
           and theirs.starts_on <= :day and ifnull(theirs.ends_on, '9999') > :day",
    )?;
    Ok(statement.exists(named_params! { ":one": one, ":other": other, ":day": day })?)
}

/// The structures that facilitate a cooperation on that day.
///
/// # Errors
/// What SQLite refuses.
pub fn facilitators(db: &Connection, cooperation: Id, day: Day) -> Result<Vec<Id>, Error> {
    let mut statement = db.prepare_cached(
        "select structure_id from membership where cooperation_id = :cooperation and role = 'facilitator'
           and starts_on <= :day and ifnull(ends_on, '9999') > :day",
    )?;
    let rows = statement.query_map(named_params! { ":cooperation": cooperation, ":day": day }, |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many accounts that can still log in manage a structure that facilitates the cooperation on that day.
///
/// # Errors
/// What SQLite refuses.
pub fn facilitating_accounts(db: &Connection, cooperation: Id, day: Day) -> Result<i64, Error> {
    let mut statement = db.prepare_cached(
        "select count(distinct a.id) from membership m
         join account_role r on r.structure_id = m.structure_id and r.role = 'manager' and r.archived = 0
         join account a on a.id = r.account_id and a.archived = 0
         where m.cooperation_id = :cooperation and m.role = 'facilitator'
           and m.starts_on <= :day and ifnull(m.ends_on, '9999') > :day",
    )?;
    Ok(statement.query_row(named_params! { ":cooperation": cooperation, ":day": day }, |row| row.get(0))?)
}

/// The cooperations that a structure facilitates on that day.
///
/// # Errors
/// What SQLite refuses.
pub fn facilitated_by(db: &Connection, structure: Id, day: Day) -> Result<Vec<Id>, Error> {
    let mut statement = db.prepare_cached(
        "select cooperation_id from membership where structure_id = :structure and role = 'facilitator'
           and starts_on <= :day and ifnull(ends_on, '9999') > :day",
    )?;
    let rows = statement.query_map(named_params! { ":structure": structure, ":day": day }, |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What the columns of a membership, or of a proposal of one, say of it.
///
/// # Errors
/// When a column holds what its type refuses.
pub fn membership_facts(row: &Row<'_>) -> rusqlite::Result<MembershipFacts> {
    let Word(role) = row.get("role")?;
    Ok(MembershipFacts {
        cooperation_id: row.get("cooperation_id")?,
        structure_id: row.get("structure_id")?,
        role,
        starts_on: row.get("starts_on")?,
        ends_on: row.get("ends_on")?,
    })
}

fn membership(row: &Row<'_>) -> rusqlite::Result<Membership> {
    let facts = membership_facts(row)?;
    Ok(Membership {
        id: row.get("id")?,
        facts,
        publishes: row.get("publishes")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
    })
}
