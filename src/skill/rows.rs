//! Skills, needs and sessions in the database.

use rusqlite::{Connection, OptionalExtension as _, Row, named_params};

use super::rules::{Facts, Side, Skill, TaughtBy};
use crate::auth::rows::SEEN_STRUCTURES;
use crate::clock::{Day, Moment};
use crate::error::Error;
use crate::id::Id;
use crate::store::values::{Word, optional, required};
use crate::text::{Name, Note};

/// Skills and needs, and the name of a person who agreed that other structures read it there.
const SKILL: &str = "select skill.*, (
      select identity.name from identity join consent on consent.person_id = identity.person_id
      where identity.person_id = skill.person_id and consent.purpose = 'skills') as person_name
    from skill";

/// Records a skill or a need.
///
/// # Errors
/// [`Error::IdTaken`].
pub fn insert_skill(db: &Connection, id: Id, side: Side, facts: &Facts, now: Moment) -> Result<Skill, Error> {
    let mut statement = db.prepare_cached(
        "insert into skill (id, side, structure_id, person_id, name, description, created_at)
         values (:id, :side, :structure, :person, :name, :description, :now)",
    )?;
    statement.execute(named_params! {
        ":id": id, ":side": Word(side), ":structure": facts.structure_id, ":person": facts.person_id,
        ":name": facts.name.as_str(), ":description": facts.description.as_ref().map(Note::as_str), ":now": now,
    })?;
    find_skill(db, side, id)?.ok_or(Error::NotFound)
}

/// Changes a skill or a need to what is stated now.
///
/// # Errors
/// What SQLite refuses.
pub fn update_skill(db: &Connection, skill: &Skill) -> Result<(), Error> {
    let mut statement = db.prepare_cached(
        "update skill set person_id = :person, name = :name, description = :description, archived = :archived,
           version = :version
         where id = :id",
    )?;
    statement.execute(named_params! {
        ":id": skill.id, ":person": skill.facts.person_id, ":name": skill.facts.name.as_str(),
        ":description": skill.facts.description.as_ref().map(Note::as_str), ":archived": skill.archived,
        ":version": skill.version,
    })?;
    Ok(())
}

/// The skills that a person offers.
///
/// # Errors
/// What SQLite refuses.
pub fn of_person(db: &Connection, person: Id) -> Result<Vec<Skill>, Error> {
    let mut statement = db.prepare_cached(&format!("{SKILL} where person_id = :person order by id"))?;
    let rows = statement.query_map(named_params! { ":person": person }, skill)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Takes a person who is erased off the skills that they offered, or counts that what is shown of them is another now.
///
/// # Errors
/// What SQLite refuses.
pub fn renew_of_person(db: &Connection, person: Id, erased: bool) -> Result<(), Error> {
    db.prepare_cached(
        "update skill set person_id = iif(:erased, null, person_id), version = version + 1 where person_id = :person",
    )?
    .execute(named_params! { ":erased": erased, ":person": person })?;
    Ok(())
}

/// A skill or a need by id.
///
/// # Errors
/// What SQLite refuses.
pub fn find_skill(db: &Connection, side: Side, id: Id) -> Result<Option<Skill>, Error> {
    let mut statement = db.prepare_cached(&format!("{SKILL} where id = :id and side = :side"))?;
    Ok(statement.query_row(named_params! { ":id": id, ":side": Word(side) }, skill).optional()?)
}

/// Which skills or needs a list is to hold.
pub struct Filter {
    /// Skills or needs.
    pub side: Side,
    /// Only this structure's.
    pub structure_id: Option<Id>,
    /// Part of the name, in any case.
    pub q: Option<String>,
    /// Only what this account may see on `day`; all when none.
    pub seen_by: Option<Id>,
    /// Of the account's structures, only this one counts.
    pub only: Option<Id>,
    /// The day.
    pub day: Day,
    /// Archived ones instead of those in use.
    pub archived: bool,
}

/// A page of skills or needs, by id.
///
/// # Errors
/// What SQLite refuses.
pub fn list_skills(db: &Connection, filter: &Filter, after: Option<Id>, limit: i64) -> Result<Vec<Skill>, Error> {
    let mut statement = db.prepare_cached(&format!(
        "{SKILL}
         where side = :side and archived = :archived and id > ifnull(:after, x'')
           and (:structure is null or structure_id = :structure)
           and (:q is null or instr(fold(name), fold(:q)) > 0)
           and (:account is null or structure_id in (
{SEEN_STRUCTURES}))
         order by id limit :limit"
    ))?;
    let rows = statement.query_map(
        named_params! {
            ":side": Word(filter.side), ":archived": filter.archived, ":after": after, ":structure": filter.structure_id,
            ":q": filter.q, ":account": filter.seen_by, ":only": filter.only, ":day": filter.day, ":limit": limit,
        },
        skill,
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn skill(row: &Row<'_>) -> rusqlite::Result<Skill> {
    Ok(Skill {
        id: row.get("id")?,
        facts: Facts {
            structure_id: row.get("structure_id")?,
            person_id: row.get("person_id")?,
            name: required(row, "name", Name::parse)?,
            description: optional(row, "description", Note::parse)?,
        },
        person_name: optional(row, "person_name", Name::parse)?,
        archived: row.get("archived")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
    })
}

/// What a session itself keeps; its receivers are its lines of the ledger.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Its identifier.
    pub id: Id,
    /// The structure that passed something on.
    pub giver_id: Id,
    /// In which cooperation.
    pub cooperation_id: Option<Id>,
    /// The recorded skill.
    pub skill_id: Option<Id>,
    /// What was passed on.
    pub skill: Name,
    /// Who taught.
    pub taught_by: TaughtBy,
    /// When.
    pub day: Day,
    /// Minutes taught.
    pub minutes: Option<i64>,
    /// When recorded.
    pub created_at: Moment,
}

/// Records a session.
///
/// # Errors
/// [`Error::IdTaken`].
pub fn insert_session(db: &Connection, session: &Kept) -> Result<(), Error> {
    let mut statement = db.prepare_cached(
        "insert into skill_session (id, giver_id, cooperation_id, skill_id, skill, taught_by, day, minutes, created_at)
         values (:id, :giver, :cooperation, :skill_id, :skill, :taught_by, :day, :minutes, :now)",
    )?;
    statement.execute(named_params! {
        ":id": session.id, ":giver": session.giver_id, ":cooperation": session.cooperation_id,
        ":skill_id": session.skill_id, ":skill": session.skill.as_str(), ":taught_by": Word(session.taught_by),
        ":day": session.day, ":minutes": session.minutes, ":now": session.created_at,
    })?;
    Ok(())
}

/// A session by id.
///
/// # Errors
/// What SQLite refuses.
pub fn find_session(db: &Connection, id: Id) -> Result<Option<Kept>, Error> {
    let mut statement = db.prepare_cached("select * from skill_session where id = :id")?;
    Ok(statement.query_row(named_params! { ":id": id }, session).optional()?)
}

/// Which sessions a list is to hold.
#[derive(Debug, Clone, Default)]
pub struct SessionFilter {
    /// Only those that this structure gave or received.
    pub structure_id: Option<Id>,
    /// Only of this cooperation.
    pub cooperation_id: Option<Id>,
    /// Only of this skill.
    pub skill: Option<String>,
    /// Only on this day or later.
    pub from: Option<Day>,
    /// Only before this day.
    pub until: Option<Day>,
}

/// A page of sessions, by id.
///
/// # Errors
/// What SQLite refuses.
pub fn list_sessions(
    db: &Connection,
    filter: &SessionFilter,
    after: Option<Id>,
    limit: i64,
) -> Result<Vec<Kept>, Error> {
    let mut statement = db.prepare_cached(
        "select * from skill_session
         where id > ifnull(:after, x'') and (:cooperation is null or cooperation_id = :cooperation)
           and (:structure is null or giver_id = :structure or id in (
             select source_id from ledger where receiver_id = :structure and source_kind = 'session'))
           and (:skill is null or skill = :skill)
           and (:from is null or day >= :from) and (:until is null or day < :until)
         order by id limit :limit",
    )?;
    let rows = statement.query_map(
        named_params! {
            ":structure": filter.structure_id, ":cooperation": filter.cooperation_id, ":skill": filter.skill,
            ":from": filter.from, ":until": filter.until, ":after": after, ":limit": limit,
        },
        session,
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn session(row: &Row<'_>) -> rusqlite::Result<Kept> {
    let Word(taught_by) = row.get("taught_by")?;
    Ok(Kept {
        id: row.get("id")?,
        giver_id: row.get("giver_id")?,
        cooperation_id: row.get("cooperation_id")?,
        skill_id: row.get("skill_id")?,
        skill: required(row, "skill", Name::parse)?,
        taught_by,
        day: row.get("day")?,
        minutes: row.get("minutes")?,
        created_at: row.get("created_at")?,
    })
}
