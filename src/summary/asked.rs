//! What is asked of a summary: of which days, as known when, on which base. Pure.

use serde::Deserialize;

use crate::calendar::rules::{Period, Year};
use crate::clock::{Day, Moment};
use crate::error::Fault;
use crate::ledger::heads::Place;
use crate::ledger::tally::{Cell, Key};
use crate::rounding::nearest;

/// The days that a summary is of: a calendar year, or any period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    year: Option<i32>,
    period: Period,
}

impl Span {
    /// A calendar year.
    #[must_use]
    pub fn of_year(year: Year) -> Option<Self> {
        Some(Self { year: Some(year.number()), period: year.period()? })
    }

    /// From a day until a day.
    ///
    /// # Errors
    /// [`Fault::Order`] for an end that is not after its start.
    pub fn between(from: Day, until: Day) -> Result<Self, Fault> {
        if from < until { Ok(Self { year: None, period: Period { from, until } }) } else { Err(Fault::Order) }
    }

    /// The calendar year, when it is one.
    #[must_use]
    pub fn year(self) -> Option<i32> {
        self.year
    }

    /// Its days.
    #[must_use]
    pub fn period(self) -> Period {
        self.period
    }

    /// The year before, or the same days one year earlier; none before Navette records anything.
    #[must_use]
    pub fn before(self) -> Option<Period> {
        self.period.a_year_earlier()
    }

    /// Under which month a cell is shown: of a year only its number, of a period with its year, in which what was a
    /// year earlier stands beside. None for what is no month.
    #[must_use]
    pub fn month(self, cell: &Cell, earlier: bool) -> Option<String> {
        let Key::Month(month) = cell.key else { return None };
        Some(match self.year {
            Some(_) => format!("{month:02}"),
            None => format!("{:04}-{month:02}", cell.year + i32::from(earlier)),
        })
    }
}

/// As known when.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Known {
    /// Now.
    #[default]
    Now,
    /// At an instant: by the lines recorded by then.
    At(Moment),
    /// When this line was the last.
    AtLine(Place),
}

/// Hours of one full-time job in a year, by which hours of volunteers are told as full-time equivalents.
///
/// The field uses several: 1,607 (the legal year in France), 1,820 (52 weeks of 35 hours), 1,596, 1,554. So the base is
/// chosen, and told beside the figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct FullTime(i64);

/// The legal year.
const FULL_TIME_DEFAULT: i64 = 1607;
/// Hours that no job goes beyond.
const FULL_TIME_MAX: i64 = 3000;

impl Default for FullTime {
    fn default() -> Self {
        Self(FULL_TIME_DEFAULT)
    }
}

impl TryFrom<String> for FullTime {
    type Error = Fault;
    fn try_from(text: String) -> Result<Self, Fault> {
        let hours = crate::text::number(&text).filter(|hours| (1..=FULL_TIME_MAX).contains(hours));
        hours.map(Self).ok_or(Fault::Range(1, FULL_TIME_MAX))
    }
}

impl FullTime {
    /// Its hours.
    #[must_use]
    pub fn hours(self) -> i64 {
        self.0
    }

    /// How many thousandths of it these minutes are, rounded half away from zero.
    #[must_use]
    pub fn thousandths(self, minutes: i64) -> i64 {
        let jobs = nearest(i128::from(minutes) * 1000, i128::from(self.0) * 60);
        i64::try_from(jobs).unwrap_or(i64::MAX)
    }
}

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// Of which days.
    pub span: Span,
    /// As known when.
    pub known: Known,
    /// On which base full-time equivalents are told.
    pub full_time: FullTime,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_time_equivalents_are_rounded_once_half_away_from_zero() {
        for (hours, minutes, thousandths) in [
            (1607, 0, 0),
            (1607, 1607 * 60, 1000),
            (1607, 48, 0),
            (1607, 49, 1),
            (1607, 60, 1),
            (1, 60, 1000),
            (100, 3, 1), // half a thousandth
            (100, -3, -1),
            (1820, 20 * 1820 * 60, 20_000),
        ] {
            assert_eq!(FullTime(hours).thousandths(minutes), thousandths, "{minutes} minutes of {hours} hours");
        }
        assert_eq!(FullTime::try_from("1820".to_owned()), Ok(FullTime(1820)));
        for wrong in ["0", "3001", "-1", "1607.5", "", "beaucoup"] {
            assert_eq!(FullTime::try_from(wrong.to_owned()), Err(Fault::Range(1, 3000)), "{wrong}");
        }
    }
}
