//! French accounting: a year's contributions in kind on accounts of class 8, in notes, budgets and time sheets.

pub mod aid;
pub mod basis;
pub mod budget;
pub mod chart;
pub mod foot;
pub mod loans;
pub mod notes;
pub mod papers;
pub(crate) mod routes;
pub mod rows;
pub mod rules;
pub mod sheets;
pub mod timesheet;
pub mod words;

use crate::auth::rules::Of;
use crate::auth::rules::Right;
use crate::auth::{Act, Whose};
use crate::calendar::rules::{Period, Year};
use crate::error::{Error, Fault, FieldError};
use crate::grid::rules::Unit;
use crate::grid::value::Valuer;
use crate::id::Id;
use crate::ledger::family::Standing;
use crate::ledger::heads;
use crate::ledger::rules::{Flow, Line, State, hex};
use crate::ledger::scan::each_flow;
use crate::ledger::tally::Side;
use crate::summary::rules::Head;
use crate::{grid, structure};
use basis::{Basis, Cited};
use budget::{Plan, Planned};
use rules::{Totals, Valued};

/// Which lines go into accounts.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// Whose.
    pub structure: Id,
    /// What it received, which is what its class 8 holds; or what it gave.
    pub side: Side,
    /// The year, or days of it.
    pub period: Period,
    /// As known when this was the last line of the ledger.
    pub head: i64,
    /// Which lines, by where they stand.
    pub states: &'static [State],
}

/// What counts in accounts: never what a party contests; what one side alone declared, unless only what is confirmed
/// is asked for.
#[must_use]
pub fn counted(confirmed_only: bool) -> &'static [State] {
    if confirmed_only { &[State::Confirmed] } else { &[State::Confirmed, State::Declared] }
}

/// Hands the lines to a visitor, in the order of the ledger, each with its value where there is a grid. Whether the caller
/// may read them is for whoever asks to judge first.
///
/// # Errors
/// [`Error::MissingRate`]; what SQLite refuses, or the visitor.
pub fn each_line(
    act: &Act<'_>,
    asked: Asked,
    valuer: Option<&Valuer>,
    mut visit: impl FnMut(Valued) -> Result<(), Error>,
) -> Result<(), Error> {
    each_flow(act.db, Of::Structure(asked.structure), asked.period, asked.head, |line, flow, standing| {
        let Some(part) = asked.part(line, flow, standing) else { return Ok(()) };
        visit(match valuer {
            Some(valuer) => part.by(valuer)?,
            None => part,
        })
    })
}

/// The sums of the lines.
///
/// # Errors
/// As [`each_line`].
pub fn totals(act: &Act<'_>, asked: Asked, valuer: Option<&Valuer>) -> Result<Totals, Error> {
    let mut totals = Totals::default();
    each_line(act, asked, valuer, |line| {
        totals.add(&line);
        Ok(())
    })?;
    Ok(totals)
}

impl Asked {
    /// As much of a flow as goes into the accounts, not valued yet.
    fn part(self, line: &Line, flow: &Flow, standing: Standing) -> Option<Valued> {
        let end = if self.side == Side::Received { flow.receiver_id } else { flow.giver_id };
        let counts = end == Some(self.structure) && self.states.contains(&standing.state);
        Valued::within(self.period, line, flow, standing).filter(|_| counts)
    }
}

/// The grid that a parameter names, if what this structure received can be valued by it in euros.
///
/// # Errors
/// As [`grid::usable`], where a grid of others is an unknown one; [`Fault::NotInEuros`].
pub fn in_euros(act: &Act<'_>, structure: Id, grid: Id, parameter: &str) -> Result<Valuer, Error> {
    let refused = |fault| Error::Parameter(FieldError::new(parameter, fault));
    let usable = grid::usable(act, grid, Of::Structure(structure));
    let valuer = usable.map_err(|error| error.when_missing(refused(Fault::Unknown)))?;
    if valuer.grid.facts.unit == Unit::Euro { Ok(valuer) } else { Err(refused(Fault::NotInEuros)) }
}

/// What a paper of a structure rests on, for whoever has the right to it.
///
/// # Errors
/// [`Error::NotFound`] for everybody else.
pub fn basis(
    act: &Act<'_>,
    right: Right,
    (structure, year): (Id, Year),
    confirmed_only: bool,
    valuer: Option<&Valuer>,
) -> Result<Basis, Error> {
    let name = structure::rows::name(act.db, structure)?.ok_or(Error::NotFound)?;
    if !act.may(right, Whose::Structure(structure))? {
        return Err(Error::NotFound);
    }
    let head = heads::head(act.db)?;
    Ok(Basis {
        structure_id: structure,
        structure: name,
        year: year.number(),
        ledger: Head { seq: head.seq, hash: hex(&head.hash), root: hex(&head.root) },
        confirmed_only,
        grid: valuer.map(|valuer| Cited::of(&valuer.grid)),
    })
}

/// Records what a structure plans for a year.
///
/// # Errors
/// [`Fault::Unbalanced`], [`Error::Duplicate`].
pub fn plan(act: &Act<'_>, structure: Id, year: Year, planned: &Planned) -> Result<Plan, Error> {
    require_planner(act, structure)?;
    planned.judge()?;
    rows::insert(act.db, structure, year.number(), planned)
}

/// The plan of a structure and year, for those who read its sums.
///
/// # Errors
/// [`Error::NotFound`].
pub fn planned(act: &Act<'_>, structure: Id, year: Year) -> Result<Plan, Error> {
    if !act.may(Right::ReadSummary, Whose::Structure(structure))? {
        return Err(Error::NotFound);
    }
    rows::find(act.db, structure, year.number())?.ok_or(Error::NotFound)
}

/// Changes a plan.
///
/// # Errors
/// [`Fault::Unbalanced`].
pub fn replan(act: &Act<'_>, before: &Plan, planned: Planned) -> Result<Plan, Error> {
    require_planner(act, before.structure_id)?;
    planned.judge()?;
    let plan = Plan { planned, version: before.version + 1, ..before.clone() };
    rows::update(act.db, &plan)?;
    Ok(plan)
}

/// Who keeps the grids plans the year.
fn require_planner(act: &Act<'_>, structure: Id) -> Result<(), Error> {
    if !act.may(Right::ReadSummary, Whose::Structure(structure))? {
        return Err(Error::NotFound);
    }
    act.require(Right::KeepGrids, Whose::Structure(structure))
}
