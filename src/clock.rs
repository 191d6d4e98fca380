//! Days and instants: the two clocks of the ledger, and the one place that asks for the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde::{Deserialize, Serialize, Serializer};
use time::format_description::well_known::Rfc3339;
use time::macros::{date, format_description};
use time::{Date, OffsetDateTime};

use crate::error::Fault;

/// The first day Navette records.
pub const DAY_MIN: Date = date!(2000 - 01 - 01);
/// The last day Navette records.
pub const DAY_MAX: Date = date!(2100 - 12 - 31);
/// Minutes of a day: nobody gives more.
pub const DAY_MINUTES: i64 = 24 * 60;
/// Hours by which the local day of a territory may run ahead of UTC (Kiribati: UTC+14).
const HOURS_AHEAD_MAX: i64 = 14;

/// A local day of the territory, between [`DAY_MIN`] and [`DAY_MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(Date);

impl Day {
    /// Reads `YYYY-MM-DD`.
    ///
    /// # Errors
    /// [`Fault::Day`] for another form or a day that does not exist, [`Fault::DayRange`] outside 2000–2100.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let form = format_description!("[year]-[month]-[day]");
        if text.len() != 10 {
            return Err(Fault::Day);
        }
        Self::new(Date::parse(text, form).map_err(|_| Fault::Day)?)
    }

    /// A day of the calendar, if Navette records it.
    ///
    /// # Errors
    /// [`Fault::DayRange`] outside 2000–2100.
    pub fn new(day: Date) -> Result<Self, Fault> {
        if (DAY_MIN..=DAY_MAX).contains(&day) { Ok(Self(day)) } else { Err(Fault::DayRange) }
    }

    /// The first day of a year. None outside 2000–2100.
    #[must_use]
    pub fn first_of(year: i32) -> Option<Self> {
        Self::new(Date::from_calendar_date(year, time::Month::January, 1).ok()?).ok()
    }

    /// The calendar's own day.
    #[must_use]
    pub fn date(self) -> Date {
        self.0
    }

    /// The calendar year.
    #[must_use]
    pub fn year(self) -> i32 {
        self.0.year()
    }

    /// The month, 1–12.
    #[must_use]
    pub fn month(self) -> u8 {
        self.0.month().into()
    }

    /// The day after, or the same at the end of the calendar.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.next_day().unwrap_or(self.0))
    }

    /// Days from this one to another; negative when the other is earlier.
    #[must_use]
    pub fn days_until(self, other: Self) -> i64 {
        i64::from(other.0.to_julian_day()) - i64::from(self.0.to_julian_day())
    }
}

impl TryFrom<String> for Day {
    type Error = Fault;
    fn try_from(text: String) -> Result<Self, Fault> {
        Self::parse(&text)
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:04}-{:02}-{:02}", self.0.year(), u8::from(self.0.month()), self.0.day())
    }
}

/// An instant, in whole milliseconds since 1970 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Moment(i64);

impl Moment {
    /// Reads an instant with its offset from UTC (RFC 3339); a part of a millisecond is dropped.
    ///
    /// # Errors
    /// [`Fault::Instant`] for another form.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let instant = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| Fault::Instant)?;
        let millis = instant.unix_timestamp_nanos().div_euclid(1_000_000);
        i64::try_from(millis).map(Self).map_err(|_| Fault::Instant)
    }

    /// The instant this many milliseconds after 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970, as stored.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Milliseconds since 1970 as an identifier of version 7 counts them; 0 before 1970.
    #[must_use]
    pub fn millis_since_1970(self) -> u64 {
        u64::try_from(self.0).unwrap_or(0)
    }

    /// Whole seconds since 1970, as tokens count them.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// The instant so many seconds later.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    /// The day in UTC; the nearest recorded day when the clock stands outside 2000–2100.
    #[must_use]
    pub fn day(self) -> Day {
        let day = OffsetDateTime::from_unix_timestamp(self.seconds()).map_or(DAY_MIN, OffsetDateTime::date);
        Day(day.clamp(DAY_MIN, DAY_MAX))
    }

    /// The latest day that has begun anywhere on earth: a fact dated after it lies in the future.
    #[must_use]
    pub fn latest_day(self) -> Day {
        self.plus_seconds(HOURS_AHEAD_MAX * 3600).day()
    }
}

impl TryFrom<String> for Moment {
    type Error = Fault;
    fn try_from(text: String) -> Result<Self, Fault> {
        Self::parse(&text)
    }
}

impl std::fmt::Display for Moment {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let form = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
        let text = OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000)
            .ok()
            .and_then(|instant| instant.format(form).ok());
        formatter.write_str(text.as_deref().unwrap_or("1970-01-01T00:00:00.000Z"))
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Where "now" comes from: the machine, or a hand that tests turn.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's own clock.
    System,
    /// Stands still at these milliseconds until it is moved.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at this instant.
    #[must_use]
    pub fn fixed(at: Moment) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(at.0)))
    }

    /// The present instant.
    #[must_use]
    pub fn now(&self) -> Moment {
        match self {
            Self::System => {
                let nanos = OffsetDateTime::now_utc().unix_timestamp_nanos();
                Moment(i64::try_from(nanos.div_euclid(1_000_000)).unwrap_or(i64::MAX))
            }
            Self::Fixed(millis) => Moment(millis.load(Ordering::SeqCst)),
        }
    }

    /// Moves a fixed clock on; the machine's own cannot be moved.
    pub fn advance_seconds(&self, seconds: i64) {
        if let Self::Fixed(millis) = self {
            millis.fetch_add(seconds * 1000, Ordering::SeqCst);
        }
    }
}
