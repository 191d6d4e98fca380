//! What a feed is, which days it shows, and what it says of each loan and closure. Pure.

use serde::{Deserialize, Serialize};

use crate::calendar::rules::{Closure, Period, Reason};
use crate::clock::{Day, Moment};
use crate::http::words::Language;
use crate::id::Id;
use crate::loan::rules::State;

/// Loans of a feed at most; the oldest are left out first. No subscriber scrolls further.
pub const ENTRIES_MAX: usize = 10_000;

/// Of what a feed tells. Fixed: another feed has another address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// The structure whose loans it shows.
    pub structure_id: Id,
    /// Only of this equipment of its.
    pub equipment_id: Option<Id>,
}

/// A feed as recorded; its secret is not.
#[derive(Debug, Clone, Serialize)]
pub struct Feed {
    /// Its identifier.
    pub id: Id,
    /// Of what it tells.
    #[serde(flatten)]
    pub facts: Facts,
    /// True when it is revoked.
    pub archived: bool,
    /// Grows at each change.
    pub version: i64,
    /// When recorded.
    pub created_at: Moment,
}

/// The days a feed shows: from the first of last year to the last of the second year to come.
#[must_use]
pub fn window(today: Day) -> Period {
    let first = |year: i32| Day::first_of(year).unwrap_or(today);
    let until = Day::first_of(today.year() + 3).or_else(|| Day::new(crate::clock::DAY_MAX).ok()).unwrap_or(today);
    Period { from: first(today.year() - 1), until }
}

/// How firm an entry is (`STATUS` of RFC 5545).
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "UPPERCASE")]
pub enum Standing {
    /// Asked for.
    Tentative,
    /// Promised, out, or over.
    Confirmed,
    /// Called off: subscribers take it away.
    Cancelled,
}

impl From<State> for Standing {
    fn from(state: State) -> Self {
        match state {
            State::Requested => Self::Tentative,
            State::Approved | State::HandedOver | State::Returned | State::Lost => Self::Confirmed,
            State::Declined | State::Cancelled => Self::Cancelled,
        }
    }
}

/// One entry of a calendar: whole days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Names it for ever.
    pub uid: String,
    /// Grows at each change.
    pub version: i64,
    /// When it was last known to change.
    pub changed_at: Moment,
    /// Its days.
    pub period: Period,
    /// How firm it is.
    pub standing: Standing,
    /// What it says.
    pub summary: String,
}

/// A loan as a feed shows it: things and parties, no person's name, no free text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lent {
    /// The loan.
    pub id: Id,
    /// What is lent, by the name of its catalogue, or its category.
    pub thing: String,
    /// Pieces.
    pub pieces: i64,
    /// Who lends.
    pub lender_id: Id,
    /// The lender's name.
    pub lender: String,
    /// The borrower's name.
    pub borrower: String,
    /// First day.
    pub from: Day,
    /// First day after; none when nobody knows.
    pub until: Option<Day>,
    /// Where it stands.
    pub state: State,
    /// Grows at each change.
    pub version: i64,
    /// When it was last known to change.
    pub changed_at: Moment,
}

impl Lent {
    /// What the feed of a structure says of it: `40 × Chaises → Les Jardins`, lent; `←`, borrowed.
    #[must_use]
    pub fn entry(&self, own: Id, language: Language) -> Entry {
        let pieces = if self.pieces > 1 { format!("{} × ", self.pieces) } else { String::new() };
        let (way, other) = if self.lender_id == own { ("→", &self.borrower) } else { ("←", &self.lender) };
        let standing = match (self.state, language) {
            (State::Requested, Language::Fr) => " (demandé)",
            (State::Requested, Language::En) => " (requested)",
            (State::Declined, Language::Fr) => " (refusé)",
            (State::Declined, Language::En) => " (declined)",
            (State::Cancelled, Language::Fr) => " (annulé)",
            (State::Cancelled, Language::En) => " (cancelled)",
            _ => "",
        };
        Entry {
            uid: format!("loan-{}@navette", self.id),
            version: self.version,
            changed_at: self.changed_at,
            period: Period { from: self.from, until: self.until.unwrap_or_else(|| self.from.next()) },
            standing: self.state.into(),
            summary: format!("{pieces}{} {way} {other}{standing}", self.thing),
        }
    }
}

impl Closure {
    /// What the feed of its equipment says of it.
    #[must_use]
    pub fn entry(&self, thing: &str, language: Language) -> Entry {
        let why = match (self.facts.reason, language) {
            (Reason::Maintenance, Language::Fr) => " : entretien",
            (Reason::Maintenance, Language::En) => ": maintenance",
            (Reason::Blackout, Language::Fr) => " : indisponible",
            (Reason::Blackout, Language::En) => ": not available",
        };
        Entry {
            uid: format!("closure-{}@navette", self.id),
            version: self.version,
            changed_at: self.created_at,
            period: Period { from: self.facts.from, until: self.facts.until },
            standing: if self.archived { Standing::Cancelled } else { Standing::Confirmed },
            summary: format!("{thing}{why}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feed_shows_last_year_to_the_end_of_the_second_year_to_come() {
        let shown = |today: &str| {
            let period = window(Day::parse(today).unwrap());
            (period.from.to_string(), period.until.to_string())
        };
        assert_eq!(shown("2026-03-14"), ("2025-01-01".to_owned(), "2029-01-01".to_owned()));
        assert_eq!(shown("2026-12-31"), ("2025-01-01".to_owned(), "2029-01-01".to_owned()));
        assert_eq!(shown("2100-12-31"), ("2099-01-01".to_owned(), "2100-12-31".to_owned()));
    }

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn several_pieces_are_counted_and_one_is_not() {
        let said = |pieces| {
            let lent = Lent {
                id: Id::of(&["loan"]),
                thing: "Chaises".to_owned(),
                pieces,
                lender_id: Id::of(&["lender"]),
                lender: "Mairie".to_owned(),
                borrower: "Jardins".to_owned(),
                from: day("2026-03-14"),
                until: None,
                state: State::Approved,
                version: 1,
                changed_at: Moment::from_millis(0),
            };
            lent.entry(lent.lender_id, Language::Fr).summary
        };
        assert_eq!([1, 2].map(said), ["Chaises → Jardins", "2 × Chaises → Jardins"]);
    }

    #[test]
    fn a_closure_stands_until_it_is_lifted() {
        let standing = |archived| {
            let facts = crate::calendar::rules::Facts {
                equipment_id: Id::of(&["equipment"]),
                from: day("2026-03-14"),
                until: day("2026-03-16"),
                reason: Reason::Maintenance,
                quantity: None,
                note: None,
            };
            let closure =
                Closure { id: Id::of(&["closure"]), facts, archived, version: 1, created_at: Moment::from_millis(0) };
            closure.entry("Barnum", Language::Fr).standing
        };
        assert_eq!([false, true].map(standing), [Standing::Confirmed, Standing::Cancelled]);
    }
}
