//! What people may ask of what is kept about them: to see it, to correct it, to erase it; and what is erased by itself.

pub mod purge;
pub mod register;
pub(crate) mod routes;
pub mod rows;
pub mod rules;

use std::collections::BTreeSet;

use rusqlite::Connection;

use crate::audit::rules::{About, Event};
use crate::auth::rules::{Right, Role};
use crate::auth::{Act, Whose};
use crate::clock::Moment;
use crate::error::Error;
use crate::http::replay;
use crate::id::Id;
use crate::ledger::rows::Recorded;
use crate::ledger::rules::{Private, SourceKind};
use crate::person::rules::Person;
use crate::text::{Name, Note};
use crate::{auth, ledger, loan, person, secret, skill, structure, volunteer};
use rules::{Controller, Given, LINES_MAX, Offered, Record};

/// What the audit trail says of an act on a person.
#[must_use]
pub fn about(person: &Person) -> About {
    About { subject_id: Some(person.id), structure_id: Some(person.facts.structure_id), ..About::default() }
}

/// The person, for a manager of their structure or for themself.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`].
pub fn answerable(act: &Act<'_>, id: Id) -> Result<Person, Error> {
    let person = person::visible(act, id)?;
    if !person::is_self(act, &person) {
        act.require(Right::AnswerForPeople, Whose::Structure(person.facts.structure_id))?;
    }
    Ok(person)
}

/// The person, for a manager of their structure.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`].
pub fn managed(act: &Act<'_>, id: Id) -> Result<Person, Error> {
    let person = person::visible(act, id)?;
    act.require(Right::AnswerForPeople, Whose::Structure(person.facts.structure_id))?;
    Ok(person)
}

/// The person whose link has this secret.
///
/// # Errors
/// [`Error::WrongCredentials`] when there is none, or it is over or taken back.
pub fn of_link(db: &Connection, token: &str, now: Moment) -> Result<Person, Error> {
    let id = rows::person_of_link(db, secret::digest(token), now)?.ok_or(Error::WrongCredentials)?;
    person::rows::find(db, id)?.ok_or(Error::WrongCredentials)
}

/// All that is kept about a person.
///
/// # Errors
/// What SQLite refuses.
pub fn record(db: &Connection, person: Person, now: Moment) -> Result<Record, Error> {
    let structure = structure::rows::find(db, person.facts.structure_id)?.ok_or(Error::NotFound)?;
    let limit = i64::try_from(LINES_MAX).unwrap_or(i64::MAX) + 1;
    let mut found = ledger::private::of_person(db, person.id, limit)?;
    let cut = found.len() > LINES_MAX;
    found.truncate(LINES_MAX);
    let lines = found.into_iter().map(|recorded| given(db, recorded)).collect::<Result<_, _>>()?;
    let skills = skill::rows::of_person(db, person.id)?.into_iter();
    let offered = |skill: skill::rules::Skill| Offered {
        id: skill.id,
        name: skill.facts.name,
        description: skill.facts.description,
    };
    Ok(Record {
        made_at: now,
        structure: Controller {
            id: structure.id,
            name: structure.facts.name,
            email: structure.facts.contact.and_then(|contact| contact.email).map(String::from),
        },
        lines,
        cut,
        skills: skills.map(offered).collect(),
        attestations: volunteer::rows::list(db, person.id, None, limit)?,
        kept: rows::retention(db, person.facts.structure_id)?.keeping,
        person,
    })
}

fn given(db: &Connection, recorded: Recorded) -> Result<Given, Error> {
    let Recorded { line, flow, state, corrects, .. } = recorded;
    let called = |id: Option<Id>| -> Result<Option<Name>, Error> {
        let name = id.map(|id| structure::rows::name(db, id)).transpose()?.flatten();
        Ok(name.and_then(|name| Name::parse(&name).ok()))
    };
    let family = ledger::rows::family_of(db, line.seq)?;
    let said = family.lines().iter().filter(|word| word.subject == Some(line.seq) && !word.is_flow());
    let mut words: Vec<Note> = Vec::new();
    for word in said {
        words.extend(ledger::rows::private(db, word.seq)?.text);
    }
    let Private { text: note, .. } = ledger::rows::private(db, line.seq)?;
    Ok(Given {
        id: line.id,
        act: line.deed,
        corrects,
        kind: flow.kind,
        giver: called(flow.giver_id)?,
        receiver: called(flow.receiver_id)?,
        category: flow.category,
        occurred_on: flow.occurred_on,
        quantities: flow.quantities,
        provenance: flow.basis.provenance,
        state,
        note,
        words,
        recorded_at: line.recorded_at,
    })
}

/// Erases people of one structure: identity, consents, link, the free text and salts of the lines about them, their name
/// on skills and attestations, the kept answers that hold any of it. Their lines stay, with nobody on them: no quantity, hash or total
/// changes.
///
/// # Errors
/// What SQLite refuses.
pub fn erase(db: &Connection, people: &[&Person], now: Moment) -> Result<(), Error> {
    let (mut ids, mut texts) = (BTreeSet::new(), Vec::new());
    for person in people {
        ids.extend(ledger::private::erase_person(db, person.id)?);
        ids.insert(person.id);
        texts.push(person.facts.name.as_str());
        texts.extend(person.facts.contact.as_ref().map(Name::as_str));
        texts.extend(person.facts.note.as_ref().map(Note::as_str));
        skill::rows::renew_of_person(db, person.id, true)?;
        rows::drop_link(db, person.id)?;
        volunteer::rows::forget_person(db, person.id)?;
        person::rows::erase(db, person.id, now)?;
    }
    match people.first() {
        Some(first) => replay::forget(db, &ids, &texts, Some(first.facts.structure_id)),
        None => Ok(()),
    }
}

/// Erases an account, for its holder and the owner of the instance. Who manages a structure alone hands it over first;
/// the owner may leave it without a manager, and give it another.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`]; [`Error::WrongState`] for the owner's own account and for a last manager.
pub fn erase_account(act: &Act<'_>, id: Id) -> Result<(), Error> {
    let account = auth::rows::find_account(act.db, id)?.ok_or(Error::NotFound)?;
    if !act.may(Right::ReadAccount, Whose::Account(id))? {
        return Err(Error::NotFound);
    }
    act.require(Right::EraseAccount, Whose::Account(id))?;
    if account.owner {
        return Err(Error::WrongState { state: "owner".to_owned() });
    }
    auth::rows::erase_account(act.db, id, act.now)?;
    for held in account.roles.iter().filter(|held| held.role == Role::Manager && act.account() == Some(id)) {
        if auth::rows::managers(act.db, held.structure_id)? == 0 {
            return Err(Error::WrongState { state: "last_manager".to_owned() });
        }
    }
    person::rows::forget_account(act.db, id)?;
    replay::forget(act.db, &BTreeSet::from([id]), &[], None)?;
    replay::forget_account(act.db, id)?;
    act.audit(Event::AccountErased, About { subject_id: Some(id), ..About::default() })
}

/// Erases the free text of a line, for a manager of the structure that wrote it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`].
pub fn erase_note(act: &Act<'_>, id: Id) -> Result<(), Error> {
    let line = ledger::rows::line_of(act.db, id)?.ok_or(Error::NotFound)?;
    let root = ledger::rows::family_of(act.db, line.seq)?.lines().first().map(|line| line.id).ok_or(Error::NotFound)?;
    let seen = ledger::visible(act, root)?;
    // What nobody's structure wrote was entered at the machine: the giver's or the receiver's manager may erase it.
    let ends = seen.flow.giver_id.into_iter().chain(seen.flow.receiver_id);
    let writers: Vec<Id> = line.spoken_for.map_or_else(|| ends.collect(), |writer| vec![writer]);
    let writer = manages(act, &writers)?;
    let mut ids = BTreeSet::from([id, root, seen.flow.source_id]);
    ledger::private::erase_text(act.db, line.seq)?;
    // A session keeps its one note on the line of each receiver.
    if id == root && seen.flow.source_kind == SourceKind::Session {
        for other in ledger::rows::of_source(act.db, seen.flow.source_id)? {
            ledger::private::erase_text(act.db, other.line.seq)?;
            ids.insert(other.line.id);
        }
    }
    replay::forget(act.db, &ids, &[], Some(writer))?;
    act.audit(Event::TextErased, About { subject_id: Some(id), structure_id: Some(writer), ..About::default() })
}

/// Erases the free text of a loan, of its movements and of its lines, for a manager of either party.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`].
pub fn erase_notes_of_loan(act: &Act<'_>, id: Id) -> Result<(), Error> {
    let loan = loan::visible(act, id)?;
    let writer = manages(act, &[loan.lender_id, loan.borrower_id])?;
    loan::rows::erase_notes(act.db, id)?;
    let mut ids = BTreeSet::from([id]);
    ids.extend(loan.request_id);
    for recorded in ledger::rows::of_source(act.db, id)? {
        for line in ledger::rows::family_of(act.db, recorded.line.seq)?.lines() {
            ledger::private::erase_text(act.db, line.seq)?;
            ids.insert(line.id);
        }
    }
    replay::forget(act.db, &ids, &[], Some(writer))?;
    act.audit(Event::TextErased, About { subject_id: Some(id), structure_id: Some(writer), ..About::default() })
}

/// The first of these structures that the caller manages.
fn manages(act: &Act<'_>, structures: &[Id]) -> Result<Id, Error> {
    for structure in structures {
        if act.may(Right::AnswerForPeople, Whose::Structure(*structure))? {
            return Ok(*structure);
        }
    }
    Err(Error::Forbidden)
}
