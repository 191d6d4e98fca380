//! A node of the export: the terms it may hold, and how quantities, times and names of things are written. Pure.

use serde::Serialize;
use serde_json::{Map, Value, json};
use time::{Date, Month};

use crate::clock::{Day, Moment};
use crate::id::Id;

/// Minutes of an hour.
const HOUR_MINUTES: i128 = 60;
/// Hours are written with nine decimals: times sixty, and rounded, they are the minutes again.
const BILLION: i128 = 1_000_000_000;

/// Every term that a node may hold: of `ValueFlows` 1.0, and of our own where it has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "camelCase")]
#[expect(missing_docs, reason = "the ontology says what each of its terms means")]
pub enum Term {
    AccountingQuantity,
    Action,
    ClassifiedAs,
    ClauseOf,
    ConformsTo,
    Corrects,
    Created,
    Due,
    EffortQuantity,
    Finished,
    Fulfills,
    HasBeginning,
    HasEnd,
    HasPointInTime,
    InputOf,
    InScopeOf,
    Name,
    Note,
    OnhandQuantity,
    OutputOf,
    PrimaryAccountable,
    Provider,
    RealizationOf,
    Receiver,
    ResourceConformsTo,
    ResourceInventoriedAs,
    ResourceQuantity,
    State,
    ToResourceInventoriedAs,
    TrackingIdentifier,
    /// What flowed, as summaries tell it apart.
    #[strum(serialize = "navette:kind")]
    Kind,
    /// How many times, of a correction the difference.
    #[strum(serialize = "navette:occasions")]
    Occasions,
    /// People who received a skill.
    #[strum(serialize = "navette:participants")]
    Participants,
    /// Declared or confirmed.
    #[strum(serialize = "navette:standing")]
    Standing,
    /// How the quantity is known.
    #[strum(serialize = "navette:provenance")]
    Provenance,
    /// The rule of an estimate.
    #[strum(serialize = "navette:rule")]
    Rule,
    /// The structure for which a person worked.
    #[strum(serialize = "navette:onBehalfOf")]
    OnBehalfOf,
}

/// One thing of the graph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Node(Map<String, Value>);

impl Node {
    /// A thing of this class.
    #[must_use]
    pub fn new(iri: &str, class: &str) -> Self {
        Self(Map::from_iter([("@id".to_owned(), json!(iri)), ("@type".to_owned(), json!(class))]))
    }

    /// The same with one term more.
    #[must_use]
    pub fn with(mut self, term: Term, value: impl Into<Value>) -> Self {
        let name: &str = term.into();
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// The same with one term more, if there is anything to say.
    #[must_use]
    pub fn maybe(self, term: Term, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(term, value),
            None => self,
        }
    }
}

/// The IRI of something that has an id.
#[must_use]
pub fn urn(id: Id) -> String {
    format!("urn:uuid:{id}")
}

/// The IRI of something that has no id of its own: always the same for the same parts.
#[must_use]
pub fn derived(parts: &[&str]) -> String {
    urn(Id::of(&[&["valueflows"], parts].concat()))
}

/// So many pieces.
#[must_use]
pub fn pieces(count: i64) -> Value {
    measure(&count.to_string(), "om2:one")
}

/// So many days.
#[must_use]
pub fn days(count: i64) -> Value {
    measure(&count.to_string(), "om2:day")
}

/// So many minutes, in hours.
#[must_use]
pub fn hours(minutes: i64) -> Value {
    let billionths = i128::from(minutes.abs()) * BILLION;
    let rounded = (billionths + HOUR_MINUTES / 2) / HOUR_MINUTES;
    let (whole, part) = (rounded / BILLION, format!("{:09}", rounded % BILLION));
    let sign = if minutes < 0 { "-" } else { "" };
    let text = match part.trim_end_matches('0') {
        "" => format!("{sign}{whole}"),
        part => format!("{sign}{whole}.{part}"),
    };
    measure(&text, "om2:hour")
}

/// A number as text: a JSON number would be read as a float.
fn measure(number: &str, unit: &str) -> Value {
    json!({ "@type": "Measure", "hasNumericalValue": number, "hasUnit": unit })
}

/// The midnight with which a day begins in mainland France, where nothing says otherwise.
#[must_use]
pub fn midnight(day: Day) -> String {
    format!("{day}T00:00:00{}", if is_summer(day.date()) { "+02:00" } else { "+01:00" })
}

/// Clocks are turned after the midnight of the last Sundays of March and October (directive 2000/84/EC).
fn is_summer(day: Date) -> bool {
    let last_sunday = |month: Month| {
        let last = Date::from_calendar_date(day.year(), month, 31).unwrap_or(day);
        let back = i64::from(last.weekday().number_days_from_sunday());
        last.saturating_sub(time::Duration::days(back))
    };
    last_sunday(Month::March) < day && day <= last_sunday(Month::October)
}

/// An instant, in UTC.
#[must_use]
pub fn instant(moment: Moment) -> String {
    format!("{}+00:00", moment.to_string().trim_end_matches('Z'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_give_their_minutes_back() {
        let said = |minutes| hours(minutes)["hasNumericalValue"].as_str().unwrap().to_owned();
        assert_eq!(["3", "0.5", "-1.5", "0"], [180, 30, -90, 0].map(said).each_ref().map(String::as_str));
        assert_eq!(said(50), "0.833333333");
        assert_eq!(said(-1), "-0.016666667");
    }

    #[test]
    fn clocks_are_turned_on_the_last_sundays_of_march_and_october() {
        for (day, offset) in [
            ("2026-01-01", "+01:00"),
            ("2026-03-29", "+01:00"),
            ("2026-03-30", "+02:00"),
            ("2026-10-25", "+02:00"),
            ("2026-10-26", "+01:00"),
            ("2024-03-31", "+01:00"),
            ("2024-04-01", "+02:00"),
        ] {
            assert_eq!(midnight(Day::parse(day).unwrap()), format!("{day}T00:00:00{offset}"));
        }
        assert_eq!(instant(Moment::from_millis(0)), "1970-01-01T00:00:00.000+00:00");
    }
}
