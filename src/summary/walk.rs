//! What a walk through the ledger adds up: the cells that the rollups keep, of any period and as known at any line.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rusqlite::Connection;

use super::rules::{Counts, Numbers};
use crate::auth::rules::Of;
use crate::calendar::rules::Period;
use crate::error::Error;
use crate::id::Id;
use crate::ledger::accord::delays;
use crate::ledger::family::Family;
use crate::ledger::people;
use crate::ledger::rules::Kind;
use crate::ledger::scan::each_family;
use crate::ledger::tally::{Cell, Sum, moves_within};

/// What was found so far: as much as the answer is long, and each person once.
#[derive(Default)]
struct Found {
    cells: HashMap<Cell, Sum>,
    delays: BTreeMap<i64, i64>,
    people: BTreeSet<(Option<Kind>, Id)>,
}

/// Adds up a period of a scope as it was known when the line `head` was the last.
///
/// # Errors
/// What SQLite refuses.
pub fn walk(db: &Connection, scope: Of, period: Period, head: i64) -> Result<Counts, Error> {
    let mut found = Found::default();
    each_family(db, scope, period, head, |family| found.add(db, scope, period, family))?;
    let mut people = Numbers::new();
    for (kind, _) in &found.people {
        *people.entry(*kind).or_default() += 1;
    }
    Ok(Counts { cells: found.cells.into_iter().collect(), delays: found.delays.into_iter().collect(), people })
}

impl Found {
    fn add(&mut self, db: &Connection, scope: Of, period: Period, family: &Family) -> Result<(), Error> {
        let standings = family.standings();
        let flows = family.lines().iter().filter(|line| line.is_flow());
        for (line, standing) in flows.zip(&standings) {
            for (cell, sum) in moves_within(line, standing, period, scope.id()) {
                *self.cells.entry(cell).or_default() += sum;
            }
        }
        let (Some(root), Some(standing)) = (family.lines().first(), standings.first()) else { return Ok(()) };
        let Some(flow) = root.flow.as_ref().filter(|flow| period.holds(flow.occurred_on)) else { return Ok(()) };
        for delay in delays(family).into_iter().filter(|delay| delay.scope == scope.id()) {
            *self.delays.entry(delay.days).or_default() += 1;
        }
        if people::counts(root, standing.state)
            && let Some(named) = people::named(db, root)?
            && named.is_counted_in(scope)
        {
            self.people.extend([(Some(flow.kind), named.person), (None, named.person)]);
        }
        Ok(())
    }
}
