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
pub mod table;
pub mod words;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

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
use rules::{Actor, Asked, Facts, OfPerson, before, year_until};

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
    let facts = facts(act, &asked.cooperations, asked.period, &mut actors)?;
    let before = match before(asked.period) {
        None => None,
        Some(period) => Some((period, self::facts(act, &asked.cooperations, period, &mut actors)?)),
    };
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

/// The facts of a period over all cooperations. Parties that are no members are added to the actors.
fn facts(act: &Act<'_>, cooperations: &[Id], period: Period, actors: &mut BTreeMap<Id, Actor>) -> Result<Facts, Error> {
    let (db, year) = (act.db, year_until(period.until));
    let mut facts = Facts::default();
    let (mut domains, mut of_people, mut people) = (Vec::new(), Vec::new(), BTreeMap::new());
    for id in cooperations {
        facts.exchanges.extend(rows::exchanges(db, *id, period)?);
        facts.months.extend(rows::months(db, *id, period)?);
        facts.delays_ms.extend(rows::delays_ms(db, *id, period)?);
        facts.work.extend(rows::work(db, *id, period)?);
        facts.item_days_used += rows::item_days_used(db, *id, period)?;
        domains.extend(rows::domains(db, *id, year)?);
        of_people.extend(rows::domains_of_people(db, *id, year)?);
        for one in rows::people(db, *id, period)? {
            let empty = OfPerson { person: one.person, minutes: 0, coordination: 0, lines: 0 };
            let sum = people.entry(one.person).or_insert(empty);
            sum.minutes += one.minutes;
            sum.coordination += one.coordination;
            sum.lines += one.lines;
        }
    }
    facts.people = people.into_values().collect();
    facts.domain_lines = domains.iter().map(|(_, _, lines)| lines).sum();
    facts.domains = covered(domains);
    facts.domains_of_people = covered(of_people);
    let ends: BTreeSet<Id> =
        facts.exchanges.iter().flat_map(|exchange| [exchange.giver, exchange.receiver]).flatten().collect();
    for id in ends {
        if let Entry::Vacant(place) = actors.entry(id) {
            place.insert(actor(db, rows::structure(db, id)?.ok_or(Error::NotFound)?)?);
        }
    }
    for member in actors.values().filter(|actor| !actor.cooperations.is_empty()) {
        // Days that have not come yet are no days on which anything could have been lent.
        let until = period.until.min(act.now.day().next()).max(period.from);
        facts.item_days_offered += rows::item_days_offered(db, member.id, Period { from: period.from, until })?;
    }
    Ok(facts)
}

/// Who covers each domain, each once.
fn covered(rows: Vec<rows::Covered>) -> Vec<Vec<Id>> {
    let mut domains: BTreeMap<String, BTreeSet<Id>> = BTreeMap::new();
    for (domain, by, _) in rows {
        domains.entry(domain).or_default().insert(by);
    }
    domains.into_values().map(|by| by.into_iter().collect()).collect()
}
