//! Pictures: who gave to whom, the network with its groups, the year by month. Drawn here, the same for everybody.

pub mod circle;
pub mod flows;
pub mod months;
pub mod network;
pub mod page;
pub mod plane;
pub(crate) mod routes;
pub mod rows;
pub mod rules;
pub mod svg;
pub mod words;

use std::collections::BTreeSet;

use crate::auth::rules::{Of, Right};
use crate::auth::{Act, Whose};
use crate::calendar::rules::Period;
use crate::error::{Error, Fault, FieldError};
use crate::http::words::Language;
use crate::id::Id;
use crate::{cooperation, structure};
use rules::{Graph, Member, Month, Party, Unit};
use words::Marks;

/// What is to be drawn.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Whose pictures.
    pub scope: Of,
    /// Of which days.
    pub period: Period,
    /// In which unit.
    pub unit: Unit,
    /// The cooperations by whose members structures are grouped; by kind when there are none.
    pub groups: Vec<Id>,
    /// In which language.
    pub language: Language,
}

/// All that pictures are drawn from.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The name of the structure or the cooperation.
    pub name: String,
    /// Who gave how much to whom; of a cooperation with those of its members that did neither.
    pub graph: Graph,
    /// Month by month.
    pub months: Vec<Month>,
    /// Contributions that nobody measured in the unit.
    pub unmeasured: i64,
}

/// What the pictures of a cooperation or a structure are drawn from, for those who may read its summary.
///
/// # Errors
/// [`Error::NotFound`]; [`Fault::Unknown`] at `groups` for a cooperation that the caller may not read.
pub fn seen(act: &Act<'_>, asked: &Asked) -> Result<Seen, Error> {
    let (name, right, whose) = match asked.scope {
        Of::Structure(id) => (structure::rows::name(act.db, id)?, Right::ReadSummary, Whose::Structure(id)),
        Of::Cooperation(id) => (cooperation::rows::name(act.db, id)?, Right::ReadCommonSummary, Whose::Cooperation(id)),
    };
    let name = name.ok_or(Error::NotFound)?;
    if !act.may(right, whose)? {
        return Err(Error::NotFound);
    }
    Ok(Seen {
        name,
        graph: graph(act, asked)?,
        months: months(act, asked)?,
        unmeasured: rows::unmeasured(act.db, asked.scope, asked.period, asked.unit)?,
    })
}

fn graph(act: &Act<'_>, asked: &Asked) -> Result<Graph, Error> {
    let flows = rows::flows(act.db, asked.scope, asked.period, asked.unit)?;
    let mut parties: BTreeSet<Party> = flows.iter().flat_map(|flow| [flow.giver, flow.receiver]).collect();
    if let Of::Cooperation(id) = asked.scope {
        parties.extend(rows::members(act.db, id, asked.period)?.into_iter().map(Party::Structure));
    }
    let marks = if asked.groups.is_empty() { Marks::by_kind(asked.language) } else { by_cooperation(act, asked)? };
    let mut members = Vec::with_capacity(parties.len());
    for party in parties {
        let found = match party {
            Party::Structure(id) => structure::rows::find(act.db, id)?,
            Party::Volunteers | Party::Commons => None,
        };
        members.push(match found {
            Some(found) => {
                let group = marks.group_of(found.id, found.facts.kind);
                Member { party, name: found.facts.name.as_str().to_owned(), group }
            }
            None => Member { party, name: words::nobody(asked.language, party).to_owned(), group: marks.nobody() },
        });
    }
    members.sort_by_cached_key(|member| (member.group, crate::text::folded(&member.name), member.party));
    Ok(Graph::new(marks.names, &members, &flows))
}

/// The groups of structures that belong to these cooperations. Who is in a cooperation is told to those alone who may
/// read it.
fn by_cooperation(act: &Act<'_>, asked: &Asked) -> Result<Marks, Error> {
    let unknown = || Error::Parameter(FieldError::new("groups", Fault::Unknown));
    let mut groups = Vec::with_capacity(asked.groups.len());
    for id in &asked.groups {
        let name = cooperation::rows::name(act.db, *id)?.ok_or_else(unknown)?;
        if !act.may(Right::ReadCooperation, Whose::Cooperation(*id))? {
            return Err(unknown());
        }
        groups.push((name, rows::members(act.db, *id, asked.period)?.into_iter().collect()));
    }
    Ok(Marks::by_members(asked.language, groups))
}

/// Whole months come from the rollups; the first and the last, where the period cuts them, from the ledger.
fn months(act: &Act<'_>, asked: &Asked) -> Result<Vec<Month>, Error> {
    let (period, unit) = (asked.period, asked.unit);
    let mut months = rules::months(period.from, period.until);
    let kept = rows::months(act.db, asked.scope, period.from.year(), period.until.year(), unit)?;
    for month in &mut months {
        let (year, number) = (month.from.year(), month.from.month());
        let found: Vec<_> = if month.is_whole() {
            let same = kept.iter().filter(|(of, key, ..)| (*of, *key) == (year, number));
            same.map(|(_, _, kind, amount)| (*kind, *amount)).collect()
        } else {
            rows::kinds(act.db, asked.scope, Period { from: month.from, until: month.until }, unit)?
        };
        month.amounts = found.into_iter().filter(|(_, amount)| *amount > 0).collect();
    }
    Ok(months)
}
