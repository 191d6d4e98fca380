//! Each paper of the accounts, gathered for those who may read it.

use std::collections::BTreeMap;

use super::aid::{Aid, Receiver};
use super::basis::Cited;
use super::budget::Budget;
use super::chart::Chart;
use super::foot::{Foot, Previous, Sums};
use super::loans::{Exchanged, Loans, Stated};
use super::notes::{self, Applied, Notes};
use super::rules::{Totals, Valued};
use super::words::{self, Said};
use super::{Asked, basis, counted, each_line, in_euros, rows, totals};
use crate::auth::Act;
use crate::auth::rules::Right;
use crate::calendar::rules::{Period, Year};
use crate::clock::Day;
use crate::error::{Error, Fault, FieldError};
use crate::grid::smic;
use crate::grid::value::Valuer;
use crate::id::Id;
use crate::ledger::rules::{Kind, SourceKind, State};
use crate::ledger::tally::Side;
use crate::{cooperation, equipment, loan, paper, structure};

/// Whose paper, of which year.
pub type Of = (Id, Year);

pub(super) fn period_of(year: Year) -> Result<Period, Error> {
    year.period().ok_or(Error::NotFound)
}

pub(super) fn maybe_in_euros(act: &Act<'_>, structure: Id, grid: Option<Id>) -> Result<Option<Valuer>, Error> {
    grid.map(|grid| in_euros(act, structure, grid, "grid")).transpose()
}

/// A structure that the caller reads: asked before its grids are looked at, so that nobody learns of those of others.
pub(super) fn require_read(act: &Act<'_>, right: Right, of: Of) -> Result<(), Error> {
    basis(act, right, of, false, None).map(drop)
}

/// What the foot of the income statement is asked with.
#[derive(Debug, Clone, Copy)]
pub struct FootWish {
    /// By which grid.
    pub grid: Option<Id>,
    /// The year before by which other one.
    pub previous_grid: Option<Id>,
    /// In which chart; none: the one of the year.
    pub chart: Option<Chart>,
    /// Only what is confirmed.
    pub confirmed_only: bool,
}

/// The table at the foot of the income statement.
///
/// # Errors
/// [`Error::NotFound`]; [`Fault::Missing`] without a grid; as [`in_euros`]; [`Error::MissingRate`].
pub fn foot(act: &Act<'_>, of: Of, wish: FootWish) -> Result<Foot, Error> {
    require_read(act, Right::ReadRecords, of)?;
    let (structure, year) = of;
    let grid = wish.grid.ok_or_else(|| Error::Parameter(FieldError::new("grid", Fault::Missing)))?;
    let valuer = in_euros(act, structure, grid, "grid")?;
    let basis = basis(act, Right::ReadRecords, of, wish.confirmed_only, Some(&valuer))?;
    let asked = Asked {
        structure,
        side: Side::Received,
        period: period_of(year)?,
        head: basis.ledger.seq,
        states: counted(wish.confirmed_only),
    };
    let sums = Sums::of(&totals(act, asked, Some(&valuer))?);
    let other = wish.previous_grid.map(|grid| in_euros(act, structure, grid, "previous_grid")).transpose()?;
    let by = other.as_ref().unwrap_or(&valuer);
    let previous = match before(act, asked, by) {
        Ok(sums) => Previous::Known(sums, Cited::of(&by.grid)),
        // Whoever named no grid for that year is told that this one does not reach so far.
        Err(Error::MissingRate { kind, day, .. }) if other.is_none() => Previous::NoRate(kind, day),
        Err(error) => return Err(error),
    };
    let chart = wish.chart.unwrap_or_else(|| Chart::of_year(year.number()));
    Ok(Foot::of(basis, chart, &sums, previous))
}

/// The sums of the year before; nothing where the calendar has none.
fn before(act: &Act<'_>, asked: Asked, valuer: &Valuer) -> Result<Sums, Error> {
    let Some(from) = Day::first_of(asked.period.from.year() - 1) else { return Ok(Sums::default()) };
    let period = Period { from, until: asked.period.from };
    Ok(Sums::of(&totals(act, Asked { period, ..asked }, Some(valuer))?))
}

/// The budget: realised against planned.
///
/// # Errors
/// As [`foot`].
pub fn budget(act: &Act<'_>, of: Of, grid: Option<Id>, confirmed_only: bool) -> Result<Budget, Error> {
    require_read(act, Right::ReadRecords, of)?;
    let (structure, year) = of;
    let grid = grid.ok_or_else(|| Error::Parameter(FieldError::new("grid", Fault::Missing)))?;
    let valuer = in_euros(act, structure, grid, "grid")?;
    let basis = basis(act, Right::ReadRecords, of, confirmed_only, Some(&valuer))?;
    let (side, period, head) = (Side::Received, period_of(year)?, basis.ledger.seq);
    let asked = Asked { structure, side, period, head, states: counted(confirmed_only) };
    let sums = Sums::of(&totals(act, asked, Some(&valuer))?);
    let plan = rows::find(act.db, structure, year.number())?;
    Ok(Budget::of(basis, &sums, plan.as_ref().map(|plan| &plan.planned)))
}

/// Aid in kind that a structure gave.
///
/// # Errors
/// [`Error::NotFound`]; as [`in_euros`]; [`Error::MissingRate`].
pub fn aid(act: &Act<'_>, of: Of, grid: Option<Id>, confirmed_only: bool) -> Result<Aid, Error> {
    require_read(act, Right::ReadSummary, of)?;
    let (structure, year) = of;
    let valuer = maybe_in_euros(act, structure, grid)?;
    let basis = basis(act, Right::ReadSummary, of, confirmed_only, valuer.as_ref())?;
    let (side, period, head) = (Side::Given, period_of(year)?, basis.ledger.seq);
    let asked = Asked { structure, side, period, head, states: counted(confirmed_only) };
    let given = totals(act, asked, valuer.as_ref())?;
    let named = given.by(Receiver::of).into_keys().flatten().map(|receiver| {
        let name = match receiver {
            Receiver::Structure(id) => structure::rows::name(act.db, id)?,
            Receiver::Commons(id) => cooperation::rows::name(act.db, id)?,
        };
        Ok((receiver, name.unwrap_or_default()))
    });
    Ok(Aid::of(basis, &given, &named.collect::<Result<_, Error>>()?))
}

/// The loans of a year, given and received, with what the grid makes of them.
///
/// # Errors
/// [`Error::NotFound`]; as [`in_euros`].
pub fn loans(act: &Act<'_>, of: Of, grid: Option<Id>) -> Result<Loans, Error> {
    require_read(act, Right::ReadRecords, of)?;
    let valuer = maybe_in_euros(act, of.0, grid)?;
    let basis = basis(act, Right::ReadRecords, of, false, valuer.as_ref())?;
    let loans = stated(act, of, basis.ledger.seq, valuer.as_ref())?;
    Ok(Loans { basis, loans })
}

fn stated(act: &Act<'_>, of: Of, head: i64, valuer: Option<&Valuer>) -> Result<Vec<Stated>, Error> {
    let (structure, year) = of;
    let period = period_of(year)?;
    let mut counted: BTreeMap<Id, (Option<i64>, Option<i64>)> = BTreeMap::new();
    for side in [Side::Given, Side::Received] {
        let asked = Asked { structure, side, period, head, states: super::counted(false) };
        each_line(act, asked, None, |line| {
            if line.flow.source_kind != SourceKind::Loan {
                return Ok(());
            }
            let (item_days, cents) = counted.entry(line.flow.source_id).or_default();
            *item_days = plus(*item_days, line.flow.quantities.item_days);
            // A loan without a rate is in the list without a value.
            *cents = plus(*cents, valuer.and_then(|valuer| line.by(valuer).ok()?.cents));
            Ok(())
        })?;
    }
    let loans = exchanged(act, structure, period)?.into_iter().map(|loan| {
        let rate = valuer.and_then(|valuer| rate_of(&loan, period, valuer));
        let (counted_item_days, cents) = counted.get(&loan.loan).copied().unwrap_or_default();
        Stated { loan, rate, counted_item_days, cents }
    });
    Ok(loans.collect())
}

/// The sum of what is known; nothing when nothing is.
fn plus(one: Option<i64>, other: Option<i64>) -> Option<i64> {
    match (one, other) {
        (None, None) => None,
        (one, other) => Some(one.unwrap_or(0).saturating_add(other.unwrap_or(0))),
    }
}

fn rate_of(loan: &Exchanged, period: Period, valuer: &Valuer) -> Option<Said> {
    let kind = match loan.nature {
        equipment::rules::Nature::Thing => Kind::Equipment,
        equipment::rules::Nature::Premises => Kind::Premises,
    };
    let rate = valuer.rate(kind, &loan.category, loan.from.max(period.from))?;
    Some(Said::by(|language| words::rate(language, &valuer.grid.facts, rate, None)))
}

/// The loans that were out in a year, given and received.
fn exchanged(act: &Act<'_>, structure: Id, year: Period) -> Result<Vec<Exchanged>, Error> {
    let found = paper::rows::exchanged_in(act.db, structure, year.from)?;
    let stated = found.into_iter().map(|id| {
        let loan = loan::rows::find(act.db, id)?.ok_or(Error::NotFound)?;
        let given = loan.lender_id == structure;
        let (side, partner) = if given { (Side::Given, loan.borrower_id) } else { (Side::Received, loan.lender_id) };
        let partner = structure::rows::name(act.db, partner)?.unwrap_or_default();
        let thing = loan.equipment_id.map(|id| equipment::rows::find(act.db, id)).transpose()?.flatten();
        Ok(Exchanged::of(&loan, side, partner, thing.as_ref(), year))
    });
    stated.collect()
}

/// The notes.
///
/// # Errors
/// [`Error::NotFound`]; as [`in_euros`]; [`Error::MissingRate`] for what was received.
pub fn notes(act: &Act<'_>, of: Of, grid: Option<Id>, confirmed_only: bool) -> Result<Notes, Error> {
    require_read(act, Right::ReadRecords, of)?;
    let (structure, year) = of;
    let valuer = maybe_in_euros(act, structure, grid)?;
    let basis = basis(act, Right::ReadRecords, of, confirmed_only, valuer.as_ref())?;
    let (side, period, head) = (Side::Received, period_of(year)?, basis.ledger.seq);
    let asked = Asked { structure, side, period, head, states: counted(confirmed_only) };
    let (mut counting, mut rates) = (Totals::default(), BTreeMap::new());
    each_line(act, asked, valuer.as_ref(), |line| {
        counting.add(&line);
        if let Some(valuer) = &valuer {
            apply(&mut rates, &line, valuer);
        }
        Ok(())
    })?;
    let contested = totals(act, Asked { states: &[State::Contested], ..asked }, None)?;
    let received = notes::received(&counting, &contested, valuer.is_some());
    let rates = rates.into_values().collect();
    let loans = stated(act, of, head, valuer.as_ref())?;
    Ok(Notes::of(basis, received, rates, loans))
}

/// Keeps the rate by which a line was valued, each once: by its place in the grid, and the SMIC that it is a part of.
fn apply(used: &mut BTreeMap<(usize, Option<i64>), Applied>, line: &Valued, valuer: &Valuer) {
    let facts = &valuer.grid.facts;
    let Some(rate) = valuer.rate(line.flow.kind, line.flow.category.as_str(), line.day) else { return };
    // A rate by the SMIC is as many as the SMIC was in the year.
    let smic = if facts.is_by_wage(rate) { smic::on(line.day) } else { None };
    let Some(place) = facts.rates.iter().position(|one| one == rate) else { return };
    used.entry((place, smic)).or_insert_with(|| Applied {
        kind: rate.kind,
        category: rate.category.as_ref().map(|category| category.as_str().to_owned()),
        rate: Said::by(|language| words::rate(language, facts, rate, smic)),
        method: facts.method_of(rate),
        source: words::source(facts, rate),
    });
}
