//! The calendar of equipment: what is taken when, by loans and closures, and what is free.

pub(crate) mod routes;
pub mod rows;
pub mod rules;

use crate::auth::Act;
use crate::clock::Day;
use crate::equipment::rules::Equipment;
use crate::error::{Conflict, Error};
use crate::id::Id;
use rows::Within;
use rules::{Need, Period, conflict, shifted};

/// What a loan of equipment over a period takes: the pieces needed, and the days, buffers included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taking {
    equipment_id: Id,
    pieces: i64,
    but: Option<Id>,
    /// What is needed, with what is taken of it over the period.
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
    let within = Within { from: period.from, until: Some(period.until), but };
    let needs = rows::needs(act.db, equipment.id, pieces, within)?;
    Ok(Taking { equipment_id: equipment.id, pieces, but, needs, period, before })
}

impl Taking {
    /// What is in the way, and the first day from which a loan as long would fit. What is promised later is
    /// read only when something is, so that a free day costs the same however much is promised.
    ///
    /// # Errors
    /// What SQLite refuses.
    pub fn conflict(&self, act: &Act<'_>) -> Result<Option<Conflict>, Error> {
        if conflict(&self.needs, self.period).is_none() {
            return Ok(None);
        }
        let within = Within { from: self.period.from, until: None, but: self.but };
        let needs = rows::needs(act.db, self.equipment_id, self.pieces, within)?;
        let found = conflict(&needs, self.period);
        Ok(found.map(|found| {
            let next_free_from = found.next_free_from.map(|day| shifted(day, self.before));
            Conflict { next_free_from, ..found }
        }))
    }

    /// Refuses what is taken, kindly; the triggers of the schema refuse it too, and cannot explain.
    ///
    /// # Errors
    /// [`Error::InUse`] with the stretch in the way.
    pub fn refuse_conflict(&self, act: &Act<'_>) -> Result<(), Error> {
        self.conflict(act)?.map_or(Ok(()), |conflict| Err(Error::InUse(Some(conflict))))
    }
}

/// The first of these units that is free over a period, or what is in the way of the one that is free first.
///
/// # Errors
/// [`Error::InUse`] when none is.
pub fn first_free(act: &Act<'_>, units: Vec<Equipment>, lent: Period) -> Result<Equipment, Error> {
    let mut soonest: Option<Conflict> = None;
    for unit in units {
        let Some(conflict) = taking(act, &unit, 1, lent, None)?.conflict(act)? else { return Ok(unit) };
        let last = Day::new(crate::clock::DAY_MAX).ok();
        let free = |conflict: &Conflict| conflict.next_free_from.or(last);
        if soonest.as_ref().is_none_or(|other| free(&conflict) < free(other)) {
            soonest = Some(conflict);
        }
    }
    Err(Error::InUse(soonest))
}
