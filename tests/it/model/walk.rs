//! A walk through the lines as known at some line finds what the rollups said when that line was the last.

use std::collections::BTreeMap;

use navette::calendar::rules::Year;
use navette::clock::Day;
use navette::id::Id;
use navette::ledger::scan::{Scope, each_flow};
use navette::ledger::tally::{Cell, Sum, moves};
use navette::ledger::{heads, rollups};

use super::parties::Model;
use crate::world::World;

/// What the rollups said of a scope at a line.
pub struct Said {
    scope: Scope,
    head: i64,
    sums: BTreeMap<Cell, Sum>,
}

/// The scopes of a model: its parties and their cooperation.
pub fn scopes(model: &Model) -> Vec<Scope> {
    let id = |text: &str| Id::parse(text).unwrap();
    let parties = (0..4).map(|party| Scope::Structure(id(&model.party(party).id)));
    parties.chain([Scope::Cooperation(id(&model.cooperation))]).collect()
}

/// What the rollups say now, of the two years of the model.
pub async fn said(world: &World, scope: Scope) -> Said {
    let read = world.app.store.read(move |db| Ok((heads::head(db)?.seq, rollups::tallies(db, scope.id(), 2026)?)));
    let (head, tallies) = read.await.unwrap();
    let sums = tallies.into_iter().filter(|(_, sum)| *sum != Sum::default()).collect();
    Said { scope, head, sums }
}

/// Asserts that a walk made now finds the same.
pub async fn assert_found(world: &World, then: &Said) {
    let Said { scope, head, sums } = then;
    let mut found: BTreeMap<Cell, Sum> = BTreeMap::new();
    for number in [2025, 2026] {
        let (scope, head) = (*scope, *head);
        let period = Year::of(Day::first_of(number).unwrap()).period().unwrap();
        let read = world.app.store.read(move |db| {
            let mut found: BTreeMap<Cell, Sum> = BTreeMap::new();
            each_flow(db, scope, period, head, |line, _, standing| {
                let seen = |cell: &Cell| cell.scope == scope.id() && cell.year == number;
                for (cell, sum) in moves(line, &standing).into_iter().filter(|(cell, _)| seen(cell)) {
                    *found.entry(cell).or_default() += sum;
                }
                Ok(())
            })?;
            Ok(found)
        });
        found.extend(read.await.unwrap());
    }
    found.retain(|_, sum| *sum != Sum::default());
    assert_eq!(found, *sums, "{scope:?} at line {head}");
}
