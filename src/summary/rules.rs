//! What a summary shows, arranged from the cells that rollups keep or a walk adds up. Pure.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;

use super::asked::{Asked, FullTime, Known};
use crate::auth::rules::Of;
use crate::calendar::rules::Period;
use crate::clock::Moment;
use crate::id::Id;
use crate::ledger::accord;
use crate::ledger::rules::{Kind, State};
use crate::ledger::tally::{Cell, Dimension, Key, Side, Sum};
use crate::structure::rules::Listed;

/// People below whom no number of people is told outside their structure.
pub const PEOPLE_MIN: i64 = 5;

/// Whose summary it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ScopeKind {
    /// A structure's.
    Structure,
    /// A cooperation's.
    Cooperation,
}

impl ScopeKind {
    /// From which sides it looks at what flowed.
    #[must_use]
    pub fn sides(self) -> &'static [Side] {
        match self {
            Self::Structure => &[Side::Given, Side::Received],
            Self::Cooperation => &[Side::Exchanged],
        }
    }
}

/// Whose summary it is.
#[derive(Debug, Clone, Serialize)]
pub struct Scope {
    /// A structure or a cooperation.
    pub r#type: ScopeKind,
    /// Its identifier.
    pub id: Id,
    /// Its name.
    pub name: String,
}

impl Scope {
    /// The one or the other.
    #[must_use]
    pub fn of(&self) -> Of {
        match self.r#type {
            ScopeKind::Structure => Of::Structure(self.id),
            ScopeKind::Cooperation => Of::Cooperation(self.id),
        }
    }
}

/// The head of the ledger at which a summary was read.
#[derive(Debug, Clone, Serialize)]
pub struct Head {
    /// Lines in the ledger.
    pub seq: i64,
    /// Hash of the last.
    pub hash: String,
    /// Root of the Merkle tree over all of them.
    pub root: String,
}

/// A summary.
#[derive(Debug, Clone, Serialize)]
pub struct Summary {
    /// Whose.
    pub scope: Scope,
    /// Of which calendar year; none of another period.
    pub year: Option<i32>,
    /// Of which days.
    pub period: Period,
    /// Beside which days, one year earlier; none before Navette records anything.
    pub previous_period: Option<Period>,
    /// As known at which instant, when one was asked for.
    pub known_at: Option<Moment>,
    /// As known at which head.
    pub ledger: Head,
    /// How far the parties agree.
    pub concordance: Concordance,
    /// How many people are named, in all and by kind.
    pub people: Vec<People>,
    /// Given and received, or exchanged.
    pub sides: Vec<SideSummary>,
}

/// One side of a summary, broken down by one dimension at a time.
#[derive(Debug, Clone, Serialize)]
pub struct SideSummary {
    /// Which side.
    pub side: Side,
    /// Human time, confirmed and declared, in full-time jobs.
    pub full_time_equivalents: FullTimeEquivalents,
    /// In all.
    pub by_kind: Vec<Entry>,
    /// By month: of a year `01`–`12`, of another period `YYYY-MM`.
    pub by_month: Vec<Entry>,
    /// By category of equipment, activity, skill.
    pub by_category: Vec<Entry>,
    /// By how the quantity is known.
    pub by_provenance: Vec<Entry>,
    /// By the other party; of a structure only.
    pub by_partner: Vec<Entry>,
    /// By giver; of a cooperation only.
    pub by_giver: Vec<Entry>,
    /// By receiver; of a cooperation only.
    pub by_receiver: Vec<Entry>,
    /// By commune of the other party; of a structure only.
    pub by_commune: Vec<Entry>,
    /// By commune of the giver; of a cooperation only.
    pub by_giver_commune: Vec<Entry>,
    /// By commune of the receiver; of a cooperation only.
    pub by_receiver_commune: Vec<Entry>,
}

/// Human time in full-time jobs of a year; nothing of it is contested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct FullTimeEquivalents {
    /// The hours of one such job: the base.
    pub full_time_hours: i64,
    /// Thousandths of one.
    pub thousandths: i64,
    /// The same one year earlier.
    pub previous_thousandths: i64,
}

/// How many different people lines that nobody contests name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct People {
    /// What they gave; none: whatever it was.
    pub kind: Option<Kind>,
    /// How many.
    pub count: Count,
    /// How many one year earlier.
    pub previous: Count,
}

/// A number of people, or why it is not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Count {
    /// How many.
    pub value: Option<i64>,
    /// Why it is not told.
    pub reason: Option<Untold>,
}

/// Why a number of people is not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Untold {
    /// Fewer than five: said of so few, it would point at them.
    Suppressed,
}

impl Count {
    /// As told to those who know the people, or to others: these hear of nobody or of enough.
    #[must_use]
    pub fn of(people: i64, outside: bool) -> Self {
        if outside && (1..PEOPLE_MIN).contains(&people) {
            return Self { value: None, reason: Some(Untold::Suppressed) };
        }
        Self { value: Some(people), reason: None }
    }
}

/// What was exchanged of one kind under one key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// What flowed.
    pub kind: Kind,
    /// The value of the dimension; none in all, and for individual volunteers and the commons.
    pub key: Option<String>,
    /// The name of a party or, if known, of a commune.
    pub label: Option<String>,
    /// What every party stands by.
    pub confirmed: Sum,
    /// What one side said.
    pub declared: Sum,
    /// What a party says is wrong; in no total.
    pub contested: Sum,
    /// Confirmed and declared one year earlier.
    pub previous: Sum,
}

/// How far the parties agree: of the contributions of two parties, how many both stand by, and how soon they did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Concordance {
    /// Contributions that every party stands by: the numerator.
    pub confirmed: i64,
    /// Contributions that one side declared.
    pub declared: i64,
    /// Contributions that a party says are wrong.
    pub contested: i64,
    /// All three: the denominator.
    pub all: i64,
    /// Contributions of individual volunteers, which have one party only, in whatever state; in none of the above.
    pub single_party: i64,
    /// Half of the confirmed ones took so many whole days or fewer from their declaration (of two middles, the lower).
    pub median_delay_days: Option<i64>,
    /// How many contributions that rests on.
    pub median_delay_lines: i64,
}

impl Concordance {
    fn of(counts: &Counts) -> Self {
        let (median_delay_days, median_delay_lines) = accord::median(&counts.delays);
        let mut found = Self { median_delay_days, median_delay_lines, ..Self::default() };
        // Either dimension holds each contribution once, under its giver where that matters.
        let once = |cell: &Cell| matches!(cell.dimension, Dimension::Partner | Dimension::Giver);
        for (cell, sum) in counts.cells.iter().filter(|(cell, _)| once(cell)) {
            let volunteers = cell.key == Key::Party(None) && cell.side != Side::Given;
            let count = match (volunteers, cell.state) {
                (true, _) => &mut found.single_party,
                (_, State::Confirmed) => &mut found.confirmed,
                (_, State::Declared) => &mut found.declared,
                (_, State::Contested) => &mut found.contested,
            };
            *count = count.saturating_add(sum.lines);
        }
        found.all = found.confirmed.saturating_add(found.declared).saturating_add(found.contested);
        found
    }
}

/// How many people, by kind and (none) in all.
pub type Numbers = BTreeMap<Option<Kind>, i64>;

/// What a scope holds in a span, from the rollups or from a walk.
#[derive(Debug, Clone, Default)]
pub struct Counts {
    /// The cells of that scope and no other.
    pub cells: Vec<(Cell, Sum)>,
    /// How many contributions took so many days to be confirmed.
    pub delays: Vec<(i64, i64)>,
    /// How many people.
    pub people: Numbers,
}

/// A summary at work: what there is in the span, what there was one year earlier, and who the parties are.
pub struct Arranging<'a> {
    /// What is asked.
    pub asked: &'a Asked,
    /// In the span.
    pub now: &'a Counts,
    /// One year earlier.
    pub before: &'a Counts,
    /// The parties of the cells.
    pub directory: &'a HashMap<Id, Listed>,
    /// True when those who read it know nobody in it.
    pub outside: bool,
}

/// Month by its year where that is shown, and key; entries of all kinds in their order.
type Entries = BTreeMap<(Kind, Option<String>, Key), Entry>;

impl Arranging<'_> {
    /// The summary.
    #[must_use]
    pub fn summary(&self, scope: Scope, ledger: Head) -> Summary {
        let span = self.asked.span;
        Summary {
            sides: scope.r#type.sides().iter().map(|side| self.side(*side)).collect(),
            scope,
            year: span.year(),
            period: span.period(),
            previous_period: span.before(),
            known_at: match self.asked.known {
                Known::At(instant) => Some(instant),
                Known::Now | Known::AtLine(_) => None,
            },
            ledger,
            concordance: Concordance::of(self.now),
            people: self.people(),
        }
    }

    fn side(&self, side: Side) -> SideSummary {
        let by = |dimension| self.entries(side, dimension);
        let (months, partners, givers, receivers) =
            (by(Dimension::Month), by(Dimension::Partner), by(Dimension::Giver), by(Dimension::Receiver));
        let by_kind = merged(&months, |_| (None, None));
        let by_commune = |parties: &Entries| merged(parties, |key| self.commune(key));
        SideSummary {
            side,
            full_time_equivalents: FullTimeEquivalents::of(&by_kind, self.asked.full_time),
            by_commune: by_commune(&partners),
            by_giver_commune: by_commune(&givers),
            by_receiver_commune: by_commune(&receivers),
            by_kind,
            by_month: months.into_values().collect(),
            by_category: by(Dimension::Category).into_values().collect(),
            by_provenance: by(Dimension::Provenance).into_values().collect(),
            by_partner: partners.into_values().collect(),
            by_giver: givers.into_values().collect(),
            by_receiver: receivers.into_values().collect(),
        }
    }

    fn entries(&self, side: Side, dimension: Dimension) -> Entries {
        let mut entries = Entries::new();
        for (counts, earlier) in [(self.now, false), (self.before, true)] {
            for (cell, sum) in &counts.cells {
                if cell.side != side || cell.dimension != dimension || *sum == Sum::default() {
                    continue;
                }
                let place = (cell.kind, self.asked.span.month(cell, earlier), cell.key.clone());
                let entry = entries.entry(place).or_insert_with_key(|place| self.empty(place));
                match (earlier, cell.state) {
                    (false, State::Confirmed) => entry.confirmed += *sum,
                    (false, State::Declared) => entry.declared += *sum,
                    (false, State::Contested) => entry.contested += *sum,
                    (true, State::Confirmed | State::Declared) => entry.previous += *sum,
                    (true, State::Contested) => {}
                }
            }
        }
        entries
    }

    fn empty(&self, (kind, month, key): &(Kind, Option<String>, Key)) -> Entry {
        let (key, label) = match key {
            Key::Month(_) => (month.clone(), None),
            Key::Word(word) => (Some(word.clone()), None),
            Key::Party(None) => (None, None),
            Key::Party(Some(party)) => {
                (Some(party.to_string()), self.directory.get(party).map(|listed| listed.name.clone()))
            }
        };
        Entry::of(*kind, key, label)
    }

    /// The code and the name of a party's commune.
    fn commune(&self, key: &Key) -> (Option<String>, Option<String>) {
        let listed = if let Key::Party(Some(party)) = key { self.directory.get(party) } else { None };
        listed.map(|listed| (listed.commune.clone(), listed.commune_name.clone())).unwrap_or_default()
    }

    /// In all first, then by kind.
    fn people(&self) -> Vec<People> {
        let kinds = self.now.people.keys().chain(self.before.people.keys()).chain([&None]);
        let kinds: BTreeSet<Option<Kind>> = kinds.copied().collect();
        let told = |numbers: &Numbers, kind| Count::of(numbers.get(&kind).copied().unwrap_or(0), self.outside);
        let of = |kind| People { kind, count: told(&self.now.people, kind), previous: told(&self.before.people, kind) };
        kinds.into_iter().map(of).collect()
    }
}

/// Entries under a coarser key and its label, each kind apart.
fn merged(entries: &Entries, coarser: impl Fn(&Key) -> (Option<String>, Option<String>)) -> Vec<Entry> {
    let mut merged: BTreeMap<(Kind, Option<String>), Entry> = BTreeMap::new();
    for ((kind, _, key), entry) in entries {
        let (key, label) = coarser(key);
        merged.entry((*kind, key.clone())).or_insert_with(|| Entry::of(*kind, key, label)).add(entry);
    }
    merged.into_values().collect()
}

impl Entry {
    fn of(kind: Kind, key: Option<String>, label: Option<String>) -> Self {
        let zero = Sum::default();
        Self { kind, key, label, confirmed: zero, declared: zero, contested: zero, previous: zero }
    }

    fn add(&mut self, other: &Self) {
        self.confirmed += other.confirmed;
        self.declared += other.declared;
        self.contested += other.contested;
        self.previous += other.previous;
    }
}

impl FullTimeEquivalents {
    fn of(by_kind: &[Entry], full_time: FullTime) -> Self {
        let minutes = |of: fn(&Entry) -> i64| by_kind.iter().fold(0, |sum: i64, entry| sum.saturating_add(of(entry)));
        Self {
            full_time_hours: full_time.hours(),
            thousandths: full_time.thousandths(minutes(|entry| (entry.confirmed + entry.declared).minutes)),
            previous_thousandths: full_time.thousandths(minutes(|entry| entry.previous.minutes)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outside_nobody_hears_of_so_few_people_that_they_could_be_known() {
        let told = |people, outside| Count::of(people, outside).value;
        assert_eq!([0, 1, 4, 5].map(|people| told(people, true)), [Some(0), None, None, Some(5)]);
        assert_eq!([0, 1, 4, 5].map(|people| told(people, false)), [Some(0), Some(1), Some(4), Some(5)]);
        assert_eq!(Count::of(4, true).reason, Some(Untold::Suppressed));
    }
}
