//! The diagnosis: silos, bridges and dependence made visible, to all members alike.

pub mod bridges;
pub mod dependence;
pub mod diagnosis;
pub mod figures;
pub mod graph;
pub mod groups;
pub mod offers;
pub mod real;
pub mod reciprocity;
pub(crate) mod routes;
pub mod rows;
pub mod rules;
pub mod silos;
pub mod sums;
pub mod table;
pub mod words;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::iter;

use rusqlite::Connection;

use crate::auth::rules::Right;
use crate::auth::{Act, Whose};
use crate::calendar::rules::Period;
use crate::error::Error;
use crate::id::Id;
use crate::ledger::rules::hex;
use crate::summary::rules::Head;
use crate::{commune, cooperation, ledger};
use diagnosis::{Diagnosis, Material, Named, diagnosis};
use offers::Offered;
use rules::{Actor, Asked, Facts, before};
use sums::Sums;

/// The diagnosis of cooperations, for those who may read the common summary of each. What members offer and look for
/// is told to those alone who may read the cooperations themselves: not to a funder's program.
///
/// # Errors
/// [`Error::NotFound`] when one of them is not there for the caller.
pub fn of_cooperations(act: &Act<'_>, asked: Asked) -> Result<Diagnosis, Error> {
    let mut cooperations = Vec::new();
    let mut is_member = true;
    for id in &asked.cooperations {
        let name = cooperation::rows::name(act.db, *id)?.ok_or(Error::NotFound)?;
        if !act.may(Right::ReadCommonSummary, Whose::Cooperation(*id))? {
            return Err(Error::NotFound);
        }
        is_member &= act.may(Right::ReadCooperation, Whose::Cooperation(*id))?;
        cooperations.push(Named { id: *id, name });
    }
    Ok(diagnosis(material(act, asked, cooperations, is_member)?))
}

/// Reads all that a diagnosis is made from, on one snapshot.
///
/// # Errors
/// What SQLite refuses.
pub fn material(act: &Act<'_>, asked: Asked, cooperations: Vec<Named>, is_member: bool) -> Result<Material, Error> {
    let head = ledger::heads::head(act.db)?;
    let mut actors = BTreeMap::new();
    for cooperation in &cooperations {
        for party in rows::members(act.db, cooperation.id, asked.period)? {
            let actor = match actors.entry(party.named.id) {
                Entry::Occupied(there) => there.into_mut(),
                Entry::Vacant(place) => place.insert(actor(act.db, party)?),
            };
            actor.cooperations.push(cooperation.id);
        }
    }
    let offered = if is_member { Some(offered(act, &actors)?) } else { None };
    let earlier = before(asked.period);
    let periods: Vec<Period> = iter::once(asked.period).chain(earlier).collect();
    let mut all = facts(act, &asked, &periods, &mut actors)?;
    for (facts, period) in all.iter_mut().zip(&periods) {
        facts.item_days_offered = item_days_offered(act, *period, &actors)?;
    }
    let before = earlier.zip(if periods.len() > 1 { all.pop() } else { None });
    let facts = all.pop().unwrap_or_default();
    let head = Head { seq: head.seq, hash: hex(&head.hash), root: hex(&head.root) };
    let actors = actors.into_values().collect();
    let table_of_communes = commune::rows::count(act.db)? > 0;
    Ok(Material { asked, cooperations, head, actors, facts, before, table_of_communes, offered })
}

fn actor(db: &Connection, party: rows::Party) -> Result<Actor, Error> {
    let Named { id, name } = party.named;
    let place = party.commune.as_deref().map(|code| commune::rows::find(db, code)).transpose()?.flatten();
    Ok(Actor { id, name, kind: party.kind, commune: party.commune, place, cooperations: Vec::new() })
}

fn offered(act: &Act<'_>, actors: &BTreeMap<Id, Actor>) -> Result<Vec<Offered>, Error> {
    let mut offered = Vec::new();
    for actor in actors.values() {
        offered.extend(rows::offered(act.db, &Named { id: actor.id, name: actor.name.clone() })?);
    }
    Ok(offered)
}

/// The facts of each period over all cooperations, from one walk through the ledger. Parties that are no members are
/// added to the actors.
fn facts(
    act: &Act<'_>,
    asked: &Asked,
    periods: &[Period],
    actors: &mut BTreeMap<Id, Actor>,
) -> Result<Vec<Facts>, Error> {
    let (db, mut words) = (act.db, rows::Words::default());
    let mut sums: Vec<Sums> = periods.iter().map(|period| Sums::of(*period)).collect();
    let needed = sums
        .iter()
        .map(Sums::needs)
        .reduce(|one, other| Period { from: one.from.min(other.from), until: one.until.max(other.until) });
    for (id, needed) in asked.cooperations.iter().filter_map(|id| Some((id, needed?))) {
        rows::lines(db, *id, needed, &mut words, |line| sums.iter_mut().for_each(|sums| sums.add(line)))?;
    }
    let mut communes = BTreeMap::new();
    for id in sums.iter().flat_map(Sums::receivers).collect::<BTreeSet<_>>() {
        let commune = match actors.get(&id) {
            Some(actor) => actor.commune.clone(),
            None => rows::structure(db, id)?.and_then(|party| party.commune),
        };
        communes.extend(commune.map(|commune| (id, commune)));
    }
    let facts: Vec<Facts> = sums.into_iter().map(|sums| sums.facts(&words.folded, &communes)).collect();
    for exchange in facts.iter().flat_map(|facts| &facts.exchanges) {
        for id in [exchange.giver, exchange.receiver].into_iter().flatten() {
            if let Entry::Vacant(place) = actors.entry(id) {
                place.insert(actor(db, rows::structure(db, id)?.ok_or(Error::NotFound)?)?);
            }
        }
    }
    Ok(facts)
}

/// Item-days for which the members' equipment could be lent. Days that have not come yet are no days on which anything
/// could have been lent.
fn item_days_offered(act: &Act<'_>, period: Period, actors: &BTreeMap<Id, Actor>) -> Result<i64, Error> {
    let until = period.until.min(act.now.day().next()).max(period.from);
    let members = actors.values().filter(|actor| !actor.cooperations.is_empty());
    members.map(|member| rows::item_days_offered(act.db, member.id, Period { from: period.from, until })).sum()
}
