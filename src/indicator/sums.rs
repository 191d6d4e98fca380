//! What a diagnosis sums up of a period, line by line, so that the ledger is read once. Pure.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::rules::{Exchange, Facts, InMonth, OfPerson, Work, item_days_within, year_until};
use crate::calendar::rules::Period;
use crate::clock::Day;
use crate::id::Id;
use crate::ledger::rules::{Kind, State};

/// A contribution or a correction, as a diagnosis reads it.
#[derive(Debug, Clone)]
pub struct Line {
    /// A contribution, and no correction of one.
    pub is_contribution: bool,
    /// Who gave; none: individual volunteers.
    pub giver: Option<Id>,
    /// Who received; none: the commons.
    pub receiver: Option<Id>,
    /// What.
    pub kind: Kind,
    /// Where it stands.
    pub state: State,
    /// The category, activity or skill, by its place in a list of words.
    pub word: usize,
    /// The activity is coordination.
    pub is_coordination: bool,
    /// The day on which it began.
    pub on: Day,
    /// The first day after it.
    pub until: Option<Day>,
    /// Minutes.
    pub minutes: Option<i64>,
    /// Item-days.
    pub item_days: Option<i64>,
    /// Occasions.
    pub occasions: i64,
    /// The person it names, whose identity goes no further than this room.
    pub person: Option<Id>,
    /// Milliseconds until its first confirmation.
    pub delay_ms: Option<i64>,
    /// It is a loan of something that stands in a catalogue.
    pub of_catalogue: bool,
}

impl Line {
    fn counts(&self) -> bool {
        self.state != State::Contested
    }

    fn is_lent(&self) -> bool {
        matches!(self.kind, Kind::Equipment | Kind::Premises)
    }
}

/// Giver, receiver, kind and state.
type Ends = (Option<Id>, Option<Id>, Kind, State);

/// The sums of one period.
#[derive(Debug)]
pub struct Sums {
    period: Period,
    /// The twelve months in which who can do what is looked at.
    year: Period,
    exchanges: HashMap<Ends, Exchange>,
    /// Item-days of loans that begin before the period or end after it.
    straddling: BTreeMap<(Ends, Day, Day), i64>,
    months: BTreeMap<(i32, u8, State), i64>,
    delays_ms: Vec<i64>,
    work: HashMap<(Option<Id>, usize), Work>,
    people: HashMap<Id, OfPerson>,
    used: BTreeMap<(Day, Day), i64>,
    /// Whether it was lent, what, by whom: how often.
    covered: HashMap<(bool, usize, Id), i64>,
    covered_by_people: HashSet<(Kind, usize, Id)>,
    /// Who gave to whom what is confirmed.
    served: HashSet<(Id, Id)>,
}

impl Sums {
    /// Nothing yet.
    #[must_use]
    pub fn of(period: Period) -> Self {
        Self {
            period,
            year: year_until(period.until),
            exchanges: HashMap::new(),
            straddling: BTreeMap::new(),
            months: BTreeMap::new(),
            delays_ms: Vec::new(),
            work: HashMap::new(),
            people: HashMap::new(),
            used: BTreeMap::new(),
            covered: HashMap::new(),
            covered_by_people: HashSet::new(),
            served: HashSet::new(),
        }
    }

    /// The days whose lines it needs.
    #[must_use]
    pub fn needs(&self) -> Period {
        Period { from: self.period.from.min(self.year.from), until: self.period.until }
    }

    /// Adds a line, wherever it belongs.
    pub fn add(&mut self, line: &Line) {
        if self.period.from <= line.on && line.on < self.period.until {
            self.add_exchange(line);
            self.add_words(line);
            self.add_work(line);
        }
        self.add_item_days(line);
        if line.is_contribution
            && line.state == State::Confirmed
            && self.year.from <= line.on
            && line.on < self.year.until
        {
            self.add_domains(line);
        }
    }

    fn exchange(&mut self, (giver, receiver, kind, state): Ends) -> &mut Exchange {
        self.exchanges.entry((giver, receiver, kind, state)).or_insert(Exchange {
            giver,
            receiver,
            kind,
            state,
            lines: 0,
            minutes: 0,
            item_days: 0,
            occasions: 0,
            unmeasured: 0,
        })
    }

    fn add_exchange(&mut self, line: &Line) {
        let measure = if line.is_lent() { line.item_days } else { line.minutes };
        let whole = line.until.is_none_or(|until| until <= self.period.until);
        let sum = self.exchange((line.giver, line.receiver, line.kind, line.state));
        sum.lines += i64::from(line.is_contribution);
        sum.minutes += line.minutes.unwrap_or(0);
        sum.item_days += line.item_days.filter(|_| whole).unwrap_or(0);
        sum.occasions += line.occasions;
        sum.unmeasured += i64::from(line.is_contribution && measure.is_none());
    }

    /// Months, and how soon words came.
    fn add_words(&mut self, line: &Line) {
        if line.is_contribution {
            *self.months.entry((line.on.year(), line.on.month(), line.state)).or_default() += 1;
            self.delays_ms.extend(line.delay_ms.filter(|_| line.state == State::Confirmed));
        }
    }

    fn add_work(&mut self, line: &Line) {
        if !line.counts() {
            return;
        }
        let (minutes, lines) = (line.minutes.unwrap_or(0), i64::from(line.is_contribution));
        let is_hours = line.kind == Kind::VolunteerHours;
        if is_hours {
            let empty = Work { giver: line.giver, activity: String::new(), minutes: 0, lines: 0 };
            let work = self.work.entry((line.giver, line.word)).or_insert(empty);
            work.minutes += minutes;
            work.lines += lines;
        }
        if let Some(person) = line.person {
            let empty = OfPerson { person, minutes: 0, coordination: 0, lines: 0 };
            let sum = self.people.entry(person).or_insert(empty);
            sum.minutes += minutes;
            sum.coordination += if is_hours && line.is_coordination { minutes } else { 0 };
            sum.lines += lines;
        }
    }

    fn add_item_days(&mut self, line: &Line) {
        let Some((item_days, until)) = line.item_days.zip(line.until) else { return };
        if line.on >= self.period.until || until <= self.period.from {
            return;
        }
        if line.on < self.period.from || until > self.period.until {
            let ends = (line.giver, line.receiver, line.kind, line.state);
            *self.straddling.entry((ends, line.on, until)).or_default() += item_days;
        }
        if line.of_catalogue && line.counts() {
            *self.used.entry((line.on, until)).or_default() += item_days;
        }
    }

    fn add_domains(&mut self, line: &Line) {
        if let Some((giver, receiver)) = line.giver.zip(line.receiver) {
            self.served.insert((giver, receiver));
        }
        if line.kind == Kind::VolunteerHours {
            return;
        }
        if let Some(giver) = line.giver {
            *self.covered.entry((line.is_lent(), line.word, giver)).or_default() += 1;
        }
        if let Some(person) = line.person {
            self.covered_by_people.insert((line.kind, line.word, person));
        }
    }

    /// Who received what is confirmed in the twelve months.
    #[must_use]
    pub fn receivers(&self) -> BTreeSet<Id> {
        self.served.iter().map(|(_, receiver)| *receiver).collect()
    }

    /// What it all comes to, with the words that lines speak of in one spelling, and the communes of receivers.
    #[must_use]
    pub fn facts(mut self, words: &[String], communes: &BTreeMap<Id, String>) -> Facts {
        let word = |place: usize| words.get(place).cloned().unwrap_or_default();
        for ((ends, on, until), total) in std::mem::take(&mut self.straddling) {
            let part = item_days_within(total, Period { from: on, until }, self.period);
            self.exchange(ends).item_days += part;
        }
        let mut domains: BTreeMap<(u8, String), BTreeSet<Id>> = BTreeMap::new();
        for (lent, place, giver) in self.covered.keys() {
            domains.entry((u8::from(*lent), word(*place))).or_default().insert(*giver);
        }
        for (giver, receiver) in &self.served {
            if let Some(commune) = communes.get(receiver) {
                domains.entry((2, commune.clone())).or_default().insert(*giver);
            }
        }
        let mut of_people: BTreeMap<(Kind, String), BTreeSet<Id>> = BTreeMap::new();
        for (kind, place, person) in &self.covered_by_people {
            of_people.entry((*kind, word(*place))).or_default().insert(*person);
        }
        let month = |((year, month, state), lines)| InMonth { month: format!("{year:04}-{month:02}"), state, lines };
        let used = self
            .used
            .iter()
            .map(|((from, until), total)| item_days_within(*total, Period { from: *from, until: *until }, self.period));
        let mut facts = Facts {
            item_days_used: used.sum(),
            domain_lines: self.covered.values().sum(),
            domains: listed(domains),
            domains_of_people: listed(of_people),
            months: self.months.into_iter().map(month).collect(),
            delays_ms: self.delays_ms,
            work: self.work.into_iter().map(|((_, place), work)| Work { activity: word(place), ..work }).collect(),
            people: self.people.into_values().collect(),
            exchanges: self.exchanges.into_values().collect(),
            item_days_offered: 0,
        };
        // In one order, whatever the order of a hash.
        facts.exchanges.sort_unstable_by_key(|one| (one.giver, one.receiver, one.kind, one.state));
        facts.work.sort_unstable_by(|a, b| (a.giver, &a.activity).cmp(&(b.giver, &b.activity)));
        facts.people.sort_unstable_by_key(|one| one.person);
        facts
    }
}

fn listed<T>(domains: BTreeMap<T, BTreeSet<Id>>) -> Vec<Vec<Id>> {
    domains.into_values().map(|by| by.into_iter().collect()).collect()
}
