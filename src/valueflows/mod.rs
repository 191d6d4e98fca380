//! Loans, hours and sessions as `ValueFlows` 1.0 tells them, in JSON-LD: for programs of others.
//!
//! Checked against the ontology itself (`all_vf.TTL`, version 1.0.0), for what was published beside it contradicts it.

pub mod custody;
pub mod flows;
pub mod node;
pub(crate) mod routes;
pub mod rules;

use std::collections::{BTreeMap, BTreeSet};

use crate::auth::rules::Right;
use crate::auth::{Act, Whose};
use crate::clock::Day;
use crate::error::Error;
use crate::id::Id;
use crate::ledger::rows::Recorded;
use crate::ledger::rules::{SourceKind, State};
use crate::loan::rules::{self as lending, Loan};
use crate::{cooperation, equipment, ledger, loan, person, structure};
use rules::{Given, LINES_MAX, Lent, Material, parties, refuse_too_many};

/// What words and relations mean, the same in each export.
const CONTEXT: &str = include_str!("context.json");

/// Whose lines are told.
#[derive(Debug, Clone, Copy)]
pub enum Of {
    /// A structure's.
    Structure(Id),
    /// A cooperation's.
    Cooperation(Id),
}

impl Of {
    /// The structure, if it is one; the cooperation, if it is one.
    fn ids(self) -> (Option<Id>, Option<Id>) {
        match self {
            Self::Structure(id) => (Some(id), None),
            Self::Cooperation(id) => (None, Some(id)),
        }
    }
}

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// Of whom.
    pub of: Of,
    /// Lines from this day on, and loans that end after it; from the beginning when none.
    pub from: Option<Day>,
    /// Lines and loans that begin before this day; without end when none.
    pub until: Option<Day>,
}

/// The document for those who may read all lines of the structure or cooperation.
///
/// # Errors
/// [`Error::NotFound`]; what [`refuse_too_many`] refuses.
pub fn document(act: &Act<'_>, asked: Asked) -> Result<Vec<u8>, Error> {
    let graph = rules::graph(&material(act, asked)?);
    let graph = serde_json::to_string(&graph).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(format!("{{\"@context\":{},\"@graph\":{graph}}}\n", CONTEXT.trim_end()).into_bytes())
}

/// Reads all that an export is made from, on one snapshot.
fn material(act: &Act<'_>, asked: Asked) -> Result<Material, Error> {
    let (scope, seen) = match asked.of {
        Of::Structure(id) => (id, act.sees(id)?),
        Of::Cooperation(id) => (id, ledger::sees_all_of(act, id)?),
    };
    if !seen {
        return Err(Error::NotFound);
    }
    let lines = lines(act, asked)?;
    let contested = lines.iter().filter(|line| line.state == State::Contested);
    let contested: BTreeSet<Id> = contested.map(|line| line.flow.source_id).collect();
    let mut given = Vec::with_capacity(lines.len());
    for recorded in lines.into_iter().filter(|line| line.state != State::Contested) {
        let person = person_of(act, &recorded, asked.of)?;
        given.push(Given { recorded, person });
    }
    let lent = lent(act, loans(act, asked, &given)?, &contested)?;
    let (structures, cooperations) = parties(&given, &lent);
    let mut agents = BTreeMap::new();
    for id in structures {
        let found = structure::rows::find(act.db, id)?.ok_or(Error::NotFound)?;
        let kind: &str = found.facts.kind.into();
        agents.insert(id, (found.facts.name.as_str().to_owned(), kind.to_owned()));
    }
    for id in cooperations {
        let name = cooperation::rows::name(act.db, id)?.ok_or(Error::NotFound)?;
        agents.insert(id, (name, "cooperation".to_owned()));
    }
    let head = ledger::heads::head(act.db)?.seq;
    Ok(Material { scope, head, given, lent, agents })
}

fn bounded() -> i64 {
    i64::try_from(LINES_MAX).unwrap_or(i64::MAX).saturating_add(1)
}

/// The lines asked for, in the order of the ledger.
fn lines(act: &Act<'_>, asked: Asked) -> Result<Vec<Recorded>, Error> {
    let (structure_id, cooperation_id) = asked.of.ids();
    let (from, until) = (asked.from, asked.until);
    let filter = ledger::rows::Filter { structure_id, cooperation_id, from, until, ..ledger::rows::Filter::default() };
    let mut lines = ledger::rows::list(act.db, &filter, None, bounded())?;
    refuse_too_many(lines.len())?;
    lines.reverse();
    Ok(lines)
}

/// The person of a line's contribution, for their own structure alone.
fn person_of(act: &Act<'_>, recorded: &Recorded, of: Of) -> Result<Option<Id>, Error> {
    let Of::Structure(own) = of else { return Ok(None) };
    let contribution = recorded.line.subject.unwrap_or(recorded.line.seq);
    let Some(id) = ledger::rows::private(act.db, contribution)?.person_id else { return Ok(None) };
    let found = person::rows::find(act.db, id)?;
    Ok(found.filter(|person| person.facts.structure_id == own).map(|_| id))
}

/// Loans that were promised at least, and those whose lines are told.
fn loans(act: &Act<'_>, asked: Asked, given: &[Given]) -> Result<Vec<Loan>, Error> {
    let (structure_id, cooperation_id) = asked.of.ids();
    let (from, until) = (asked.from, asked.until);
    let filter = loan::rows::Filter { structure_id, cooperation_id, from, until, ..loan::rows::Filter::default() };
    let found = loan::rows::list(act.db, &filter, None, bounded())?;
    refuse_too_many(found.len())?;
    let mut loans: BTreeMap<Id, Loan> = found
        .into_iter()
        .filter(|loan| {
            use lending::State::{Cancelled, Declined, Requested};
            !matches!(loan.state, Requested | Declined | Cancelled)
        })
        .map(|loan| (loan.id, loan))
        .collect();
    for flow in given.iter().map(|given| &given.recorded.flow) {
        if flow.source_kind == SourceKind::Loan && !loans.contains_key(&flow.source_id) {
            let loan = loan::rows::find(act.db, flow.source_id)?.ok_or(Error::NotFound)?;
            loans.insert(loan.id, loan);
        }
    }
    Ok(loans.into_values().collect())
}

/// Each loan with what the caller may know of the thing.
fn lent(act: &Act<'_>, loans: Vec<Loan>, contested: &BTreeSet<Id>) -> Result<Vec<Lent>, Error> {
    let mut lent = Vec::with_capacity(loans.len());
    for loan in loans {
        let known = act.may(Right::ReadOffers, Whose::Structure(loan.lender_id))?;
        let thing = match loan.equipment_id.filter(|_| known) {
            Some(id) => equipment::rows::find(act.db, id)?.map(Into::into),
            None => None,
        };
        let custody = !contested.contains(&loan.id);
        lent.push(Lent { loan, thing, custody });
    }
    Ok(lent)
}
