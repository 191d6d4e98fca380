//! The calendar of equipment: what is taken when, by loans and closures, and what is free.

pub(crate) mod routes;
pub mod rows;
pub mod rules;

use crate::auth::Act;
use crate::clock::Day;
use crate::equipment::rules::Equipment;
use crate::error::{Conflict, Error};
use crate::id::Id;
use rules::{Need, Period, conflict, shifted};

/// What a loan of equipment over a period takes: the pieces needed, and the days, buffers included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taking {
    /// What is needed.
    pub needs: Vec<Need>,
    /// The days of the loan with its buffers.
    pub period: Period,
    before: i64,
}

/// What lending so many pieces over a period would take, one source's own holds left out.
///
/// # Errors
/// What SQLite refuses.
pub fn taking(
    act: &Act<'_>,
    equipment: &Equipment,
    pieces: i64,
    lent: Period,
    but: Option<Id>,
) -> Result<Taking, Error> {
    let facts = &equipment.facts;
    let (before, after) = (facts.buffer_before_days.count(), facts.buffer_after_days.count());
    let period = lent.widened(before, after);
    let needs = rows::needs(act.db, equipment.id, pieces, period.from, but)?;
    Ok(Taking { needs, period, before })
}

impl Taking {
    /// What is in the way, and the first day from which a loan as long would fit.
    #[must_use]
    pub fn conflict(&self) -> Option<Conflict> {
        let found = conflict(&self.needs, self.period)?;
        let next_free_from = found.next_free_from.map(|day| shifted(day, self.before));
        Some(Conflict { next_free_from, ..found })
    }

    /// Refuses what is taken, kindly; the triggers of the schema refuse it too, and cannot explain.
    ///
    /// # Errors
    /// [`Error::InUse`] with the stretch in the way.
    pub fn refuse_conflict(&self) -> Result<(), Error> {
        self.conflict().map_or(Ok(()), |conflict| Err(Error::InUse(Some(conflict))))
    }
}

/// Whether the caller may see the calendar of equipment: as they may see the equipment.
///
/// # Errors
/// [`Error::NotFound`].
pub fn visible(act: &Act<'_>, equipment: Id) -> Result<Equipment, Error> {
    let found = crate::equipment::rows::find(act.db, equipment)?.ok_or(Error::NotFound)?;
    if crate::equipment::is_seen(act, &found)? { Ok(found) } else { Err(Error::NotFound) }
}

/// The first of these units that is free over a period, or what is in the way of the one that is free first.
///
/// # Errors
/// [`Error::InUse`] when none is.
pub fn first_free(act: &Act<'_>, units: Vec<Equipment>, lent: Period) -> Result<Equipment, Error> {
    let mut soonest: Option<Conflict> = None;
    for unit in units {
        let Some(conflict) = taking(act, &unit, 1, lent, None)?.conflict() else { return Ok(unit) };
        let last = Day::new(crate::clock::DAY_MAX).ok();
        let free = |conflict: &Conflict| conflict.next_free_from.or(last);
        if soonest.as_ref().is_none_or(|other| free(&conflict) < free(other)) {
            soonest = Some(conflict);
        }
    }
    Err(Error::InUse(soonest))
}
