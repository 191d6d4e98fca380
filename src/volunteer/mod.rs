//! For volunteers: their own hours, the compte d'engagement citoyen, attestations that can be checked, timesheets.

pub mod attestation;
pub mod cec;
pub mod code;
pub(crate) mod routes;
pub mod rows;
pub mod rules;
pub mod statement;
pub mod timesheet;

use std::collections::BTreeMap;

use rusqlite::Connection;
use subtle::ConstantTimeEq as _;

use crate::audit::rules::Event;
use crate::auth::Act;
use crate::auth::Whose;
use crate::auth::rules::Right;
use crate::calendar::rules::{Period, Year};
use crate::clock::Moment;
use crate::error::Error;
use crate::id::Id;
use crate::ledger::heads;
use crate::person::rules::Person;
use crate::structure::rules::Structure;
use crate::{audit, person, privacy, secret, structure};
use code::Code;
use rows::Digests;
use rules::{Attestation, Attested, CheckWish, Entry, Given, OwnHours, Party, Timesheet, Verdict, years};

fn structure_of(db: &Connection, person: &Person) -> Result<Structure, Error> {
    structure::rows::find(db, person.facts.structure_id)?.ok_or(Error::NotFound)
}

/// What the people behind some links gave, who are one volunteer; and who they are.
///
/// # Errors
/// [`Error::WrongCredentials`] when a link is not right, or over, or taken back.
pub fn own_hours(db: &Connection, tokens: &[String], now: Moment) -> Result<(OwnHours, Vec<Person>), Error> {
    let mut people: BTreeMap<Id, Person> = BTreeMap::new();
    let mut of: Vec<(Party, Vec<Entry>)> = Vec::new();
    for token in tokens {
        let person = privacy::of_link(db, token, now)?;
        if people.contains_key(&person.id) {
            continue;
        }
        let entries = rows::entries(db, person.id, None)?;
        // Somebody whom one structure recorded twice is in one association.
        match of.iter_mut().find(|(party, _)| party.structure_id == person.facts.structure_id) {
            Some((_, more)) => more.extend(entries),
            None => of.push((Party::from(&structure_of(db, &person)?), entries)),
        }
        people.insert(person.id, person);
    }
    let structures = of.iter().map(|(party, _)| party.clone()).collect();
    let hours = OwnHours { made_at: now, structures, years: years(&of), ledger: heads::head(db)? };
    Ok((hours, people.into_values().collect()))
}

/// The timesheet of a person and a year.
///
/// # Errors
/// [`Error::NotFound`] for a year that is not in the calendar.
pub fn timesheet(db: &Connection, person: &Person, year: Year, now: Moment) -> Result<Timesheet, Error> {
    let entries = rows::entries(db, person.id, Some(year.period().ok_or(Error::NotFound)?))?;
    Ok(Timesheet {
        person_id: person.id,
        name: person.facts.name.clone(),
        structure_id: person.facts.structure_id,
        structure: structure_of(db, person)?.facts.name,
        year: year.number(),
        minutes: entries.iter().map(|entry| entry.minutes).sum(),
        contested_minutes: entries.iter().map(|entry| entry.contested_minutes).sum(),
        entries,
        ledger: heads::head(db)?,
        printed_on: now.day(),
    })
}

/// What an attestation is made with.
pub struct Making {
    /// Its identifier.
    pub id: Id,
    /// Over which days.
    pub period: Period,
    /// Under which code.
    pub code: Code,
    /// By which account; none through the person's own link.
    pub by: Option<Id>,
}

/// Attests what a person gave, as the ledger stands; nothing but digests is kept of what is printed.
///
/// # Errors
/// [`Error::IdTaken`].
pub fn attest(db: &Connection, person: &Person, making: &Making, now: Moment) -> Result<Attested, Error> {
    let structure = structure_of(db, person)?;
    let attestation = Attestation {
        id: making.id,
        structure_id: structure.id,
        person_id: Some(person.id),
        from: Some(making.period.from),
        until: Some(making.period.until),
        archived: false,
        version: 1,
        created_at: now,
    };
    let attested = Attested {
        attestation,
        name: person.facts.name.clone(),
        structure: structure.facts.name.clone(),
        given: Given::of(&rows::entries(db, person.id, Some(making.period))?).standing(),
        period: making.period,
        party: Party::from(&structure),
        ledger: heads::head(db)?,
    };
    let code = making.code.as_str();
    let digests = Digests { code: secret::digest(code), facts: attested.printed().digest(code) };
    rows::insert(db, &attested.attestation, &digests)?;
    audit::rows::append(db, Event::AttestationMade, making.by, privacy::about(person), now)?;
    Ok(attested)
}

/// The person, for themself and for those who may name people in their structure.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`].
pub fn attestable(act: &Act<'_>, id: Id) -> Result<Person, Error> {
    let person = person::visible(act, id)?;
    if !person::is_self(act, &person) {
        act.require(Right::NamePeople, Whose::Structure(person.facts.structure_id))?;
    }
    Ok(person)
}

/// The attestation, for those who may read the people of its structure.
///
/// # Errors
/// [`Error::NotFound`].
pub fn visible(act: &Act<'_>, id: Id) -> Result<Attestation, Error> {
    let attestation = rows::find(act.db, id)?.ok_or(Error::NotFound)?;
    let sees = act.may(Right::ReadPeople, Whose::Structure(attestation.structure_id))?;
    if sees { Ok(attestation) } else { Err(Error::NotFound) }
}

/// Whether a code stands for an attestation, and whether what was typed beside it is what was printed. The same work
/// whatever was typed, and the same answer for a code that was revoked, for one that never was, and for what is none.
///
/// # Errors
/// [`CheckWish::printed`]; what SQLite refuses.
pub fn check(db: &Connection, wish: &CheckWish) -> Result<Verdict, Error> {
    let printed = wish.printed()?;
    let typed = wish.code.as_str();
    let code = Code::parse(typed).map_or_else(|| typed.to_owned(), |code| code.as_str().to_owned());
    let found = rows::facts_of(db, secret::digest(&code))?;
    let is_same = |facts: [u8; 32]| bool::from(found.unwrap_or_default().ct_eq(&facts));
    let matches = printed.map(|printed| is_same(printed.digest(&code)) && found.is_some());
    Ok(Verdict { valid: found.is_some(), matches })
}
