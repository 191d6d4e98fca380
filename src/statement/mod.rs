//! Statements: a year is closed once, with the head of the ledger and the grid of that day; what comes later is told
//! apart, and anybody can hold the statement against the ledger years after.

pub mod paper;
pub(crate) mod routes;
pub mod rows;
pub mod rules;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::accounts::basis::Cited;
use crate::accounts::rules::Valued;
use crate::audit::rules::{About, Event};
use crate::auth::rules::Of;
use crate::auth::rules::Right;
use crate::auth::{Act, Whose};
use crate::calendar::rules::Year;
use crate::error::{Error, Fault};
use crate::grid::value::Valuer;
use crate::id::Id;
use crate::ledger::heads::{self, Head};
use crate::ledger::rules::{Deed, Flow, Kind, State, hex};
use crate::ledger::scan::each_family;
use crate::ledger::tally::Side;
use crate::summary::asked::Span;
use crate::summary::rules::{Scope, ScopeKind, Summary};
use crate::{cooperation, grid, structure, summary};
use rules::{Change, FORM, Frozen, Later, Priced, Statement, Verification, Worth, changes, digest, same_figures};

/// A year to close.
#[derive(Debug, Clone, Copy)]
pub struct Wish {
    /// The statement's identifier.
    pub id: Id,
    /// Whose year.
    pub of: Of,
    /// Which one.
    pub year: Year,
    /// By which grid it tells what that is worth; only quantities without one.
    pub grid_id: Option<Id>,
}

/// Closes a year, for those who keep the accounts.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`]; [`Fault::YearNotOver`] at `/year` while it is not over, [`Error::YearClosed`];
/// what [`grid::usable`] refuses, and [`Error::MissingRate`].
pub fn close(act: &Act<'_>, wish: &Wish) -> Result<Statement, Error> {
    let scope = readable(act, wish.of)?;
    act.require(Right::KeepGrids, wish.of.into())?;
    let span = Span::of_year(wish.year).ok_or_else(|| Fault::DayRange.at("/year"))?;
    if span.period().until > act.now.day() {
        return Err(Fault::YearNotOver.at("/year"));
    }
    let earlier = rows::of(act.db, wish.of.id())?;
    if earlier.iter().any(|statement| statement.year == wish.year.number()) {
        return Err(Error::YearClosed);
    }
    let valuer = wish.grid_id.map(|id| usable(act, id, wish.of)).transpose()?;
    let head = heads::head(act.db)?;
    let frozen = Frozen {
        form: FORM,
        closed_at: act.now,
        worth: valuer.map(|valuer| worth(act, &scope, span, &head, &valuer)).transpose()?,
        earlier_years: since(act, &scope, &earlier, &head)?,
        summary: summary::of_year_at(act, scope, span, &head)?,
    };
    let document = serde_json::to_vec(&frozen).map_err(|error| Error::Internal(error.to_string()))?;
    let statement = Statement {
        id: wish.id,
        of: wish.of,
        year: wish.year.number(),
        seq: head.seq,
        root: head.root,
        grid_id: wish.grid_id,
        digest: digest(&document),
        document,
        closed_at: act.now,
    };
    rows::insert(act.db, &statement)?;
    act.audit(Event::YearClosed, about(&statement))?;
    Ok(statement)
}

fn about(statement: &Statement) -> About {
    let (structure_id, cooperation_id) = statement.of.split();
    About { subject_id: Some(statement.id), structure_id, cooperation_id }
}

/// The grid that the wish names; one of others is an unknown one.
fn usable(act: &Act<'_>, id: Id, of: Of) -> Result<Valuer, Error> {
    grid::usable(act, id, of).map_err(|error| error.when_missing(Fault::Unknown.at("/grid_id")))
}

/// Whose year it is, for those who read its summary.
///
/// # Errors
/// [`Error::NotFound`] for everybody else.
pub fn readable(act: &Act<'_>, of: Of) -> Result<Scope, Error> {
    let (right, scope) = (grid::rules::read_by(of), scope(act, of)?);
    if act.may(right, Whose::from(of))? { Ok(scope) } else { Err(Error::NotFound) }
}

fn scope(act: &Act<'_>, of: Of) -> Result<Scope, Error> {
    let (r#type, name) = match of {
        Of::Structure(id) => (ScopeKind::Structure, structure::rows::name(act.db, id)?),
        Of::Cooperation(id) => (ScopeKind::Cooperation, cooperation::rows::name(act.db, id)?),
    };
    Ok(Scope { r#type, id: of.id(), name: name.ok_or(Error::NotFound)? })
}

/// A statement, for those who read the summary of whose it is.
///
/// # Errors
/// [`Error::NotFound`] for everybody else.
pub fn visible(act: &Act<'_>, id: Id) -> Result<Statement, Error> {
    let statement = rows::find(act.db, id)?.ok_or(Error::NotFound)?;
    readable(act, statement.of)?;
    Ok(statement)
}

/// What its year holds now and did not hold when it was closed.
///
/// # Errors
/// What SQLite refuses.
pub fn after_closing(act: &Act<'_>, statement: &Statement) -> Result<Vec<Change>, Error> {
    changed(act, &scope(act, statement.of)?, statement.year, statement.seq, &heads::head(act.db)?)
}

/// What was recorded of closed years since the last statement: each change stands in one statement.
fn since(act: &Act<'_>, scope: &Scope, earlier: &[Statement], head: &Head) -> Result<Vec<Later>, Error> {
    let last = earlier.iter().map(|statement| statement.seq).max().unwrap_or_default();
    let later = earlier.iter().map(|statement| {
        let year = statement.year;
        Ok(Later { year, changes: changed(act, scope, year, last.max(statement.seq), head)? })
    });
    let later = later.collect::<Result<Vec<_>, Error>>()?;
    Ok(later.into_iter().filter(|later| !later.changes.is_empty()).collect())
}

fn changed(act: &Act<'_>, scope: &Scope, year: i32, seq: i64, now: &Head) -> Result<Vec<Change>, Error> {
    let then = at(act, seq)?;
    Ok(changes(&of_year(act, scope, year, &then)?, &of_year(act, scope, year, now)?))
}

fn of_year(act: &Act<'_>, scope: &Scope, year: i32, head: &Head) -> Result<Summary, Error> {
    summary::of_year_at(act, scope.clone(), span(year)?, head)
}

/// The days of a year that was closed, and so is one that Navette records.
fn span(year: i32) -> Result<Span, Error> {
    let year = Year::try_from(i64::from(year)).ok().and_then(Span::of_year);
    year.ok_or_else(|| Error::Internal("a closed year without days".to_owned()))
}

fn at(act: &Act<'_>, seq: i64) -> Result<Head, Error> {
    Ok(heads::at(act.db, seq)?.unwrap_or_else(Head::of_nothing))
}

/// What a year is worth by a grid, side by side and kind by kind.
fn worth(act: &Act<'_>, scope: &Scope, span: Span, head: &Head, valuer: &Valuer) -> Result<Worth, Error> {
    let mut entries: BTreeMap<(Side, Kind), Priced> = BTreeMap::new();
    each_family(act.db, scope.of(), span.period(), head.seq, |family| {
        let (mut side, mut cents, mut known) = (None, 0_i64, false);
        let flows = family.lines().iter().filter_map(|line| Some((line, line.flow.as_ref()?)));
        for ((line, flow), standing) in flows.zip(family.standings()) {
            let part = Valued::within(span.period(), line, flow, standing);
            let Some(part) = part.filter(|_| standing.state != State::Contested) else { continue };
            let part = part.by(valuer)?;
            side = Some((side_of(scope, flow), flow.kind));
            cents = cents.saturating_add(part.cents.unwrap_or_default());
            known |= part.cents.is_some() || line.deed != Deed::Contribution;
        }
        if let Some((side, kind)) = side {
            let empty = Priced { side, kind, amount: 0, not_valued: 0 };
            let entry = entries.entry((side, kind)).or_insert(empty);
            entry.amount = entry.amount.saturating_add(cents);
            entry.not_valued += i64::from(!known);
        }
        Ok(())
    })?;
    Ok(Worth { grid: Cited::of(&valuer.grid), entries: entries.into_values().collect() })
}

fn side_of(scope: &Scope, flow: &Flow) -> Side {
    match scope.r#type {
        ScopeKind::Cooperation => Side::Exchanged,
        ScopeKind::Structure if flow.giver_id == Some(scope.id) => Side::Given,
        ScopeKind::Structure => Side::Received,
    }
}

/// Holds a statement against itself, the ledger and its grid.
///
/// # Errors
/// What SQLite refuses.
pub fn verify(act: &Act<'_>, statement: &Statement) -> Result<Verification, Error> {
    let told: Value = serde_json::from_slice(&statement.document).unwrap_or_default();
    let (scope, head) = (scope(act, statement.of)?, at(act, statement.seq)?);
    let summary = of_year(act, &scope, statement.year, &head)?;
    let read_again = serde_json::to_value(&summary).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(Verification {
        document_holds: digest(&statement.document) == statement.digest,
        ledger_holds: head.root == statement.root && head.seq == statement.seq,
        figures_hold: same_figures(told.get("summary").unwrap_or(&Value::Null), &read_again),
        worth_holds: worth_holds(act, statement, &scope, &head, told.get("worth").unwrap_or(&Value::Null))?,
    })
}

fn worth_holds(act: &Act<'_>, of: &Statement, scope: &Scope, head: &Head, told: &Value) -> Result<bool, Error> {
    let Some(grid) = of.grid_id else { return Ok(told.is_null()) };
    let Some(grid) = grid::rows::find(act.db, grid)? else { return Ok(false) };
    let cited = told.pointer("/grid/digest").and_then(Value::as_str).map(str::to_owned);
    let same_grid = cited == Some(hex(&digest(&grid.content())));
    let worth = worth(act, scope, span(of.year)?, head, &Valuer::new(grid))?;
    let entries = serde_json::to_value(&worth.entries).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(same_grid && told.get("entries") == Some(&entries))
}

/// Why statements do not hold, each in a sentence.
///
/// # Errors
/// What SQLite refuses.
pub fn faults(act: &Act<'_>) -> Result<Vec<String>, Error> {
    let mut faults = Vec::new();
    rows::each(act.db, |statement| {
        let found = verify(act, &statement)?;
        if !found.holds() {
            let (id, year) = (statement.id, statement.year);
            let looked_at = [
                (found.document_holds, "its document is not the one that was frozen"),
                (found.ledger_holds, "the ledger no longer begins with its lines"),
                (found.figures_hold, "the ledger sums up to other figures"),
                (found.worth_holds, "its grid gives other amounts"),
            ];
            let why: Vec<&str> = looked_at.iter().filter(|(holds, _)| !holds).map(|(_, why)| *why).collect();
            faults.push(format!("statement {id} of {year}: {}", why.join("; ")));
        }
        Ok(())
    })?;
    Ok(faults)
}
