//! What a yearly summary shows, and the table it is printed from. Pure.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::export::{Cell as Printed, Table};
use crate::http::words::Language;
use crate::id::Id;
use crate::ledger::accord;
use crate::ledger::rules::{Kind, State};
use crate::ledger::tally::{Cell, Dimension, Key, Side, Sum};

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

/// A yearly summary.
#[derive(Debug, Clone, Serialize)]
pub struct Summary {
    /// Whose.
    pub scope: Scope,
    /// Of which calendar year.
    pub year: i32,
    /// Read at which head.
    pub ledger: Head,
    /// How far the parties agree.
    pub concordance: Concordance,
    /// Given and received, or exchanged.
    pub sides: Vec<SideSummary>,
}

/// One side of a summary, broken down by one dimension at a time.
#[derive(Debug, Clone, Serialize)]
pub struct SideSummary {
    /// Which side.
    pub side: Side,
    /// In all.
    pub by_kind: Vec<Entry>,
    /// By month, `01`–`12`.
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
}

/// What was exchanged of one kind under one key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// What flowed.
    pub kind: Kind,
    /// The value of the dimension; none in all, and for individual volunteers and the commons.
    pub key: Option<String>,
    /// The name of a party.
    pub label: Option<String>,
    /// What every party stands by.
    pub confirmed: Sum,
    /// What one side said.
    pub declared: Sum,
    /// What a party says is wrong; in no total.
    pub contested: Sum,
    /// Confirmed and declared in the year before.
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
    fn of(tallies: &[(Cell, Sum)], delays: &[(i64, i64)], year: i32) -> Self {
        let (median_delay_days, median_delay_lines) = accord::median(delays);
        let mut found = Self { median_delay_days, median_delay_lines, ..Self::default() };
        // Either dimension holds each contribution once, under its giver where that matters.
        let once = |cell: &Cell| cell.year == year && matches!(cell.dimension, Dimension::Partner | Dimension::Giver);
        for (cell, sum) in tallies.iter().filter(|(cell, _)| once(cell)) {
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

type Entries = BTreeMap<(Kind, Key), Entry>;

/// Arranges rollups of a year and the one before; with how many contributions took so many days to be confirmed.
pub fn summary(
    scope: Scope,
    year: i32,
    ledger: Head,
    tallies: &[(Cell, Sum)],
    delays: &[(i64, i64)],
    name: &dyn Fn(Id) -> Option<String>,
) -> Summary {
    let sides = scope.r#type.sides().iter().map(|side| {
        let by = |dimension| entries(tallies, *side, dimension, year, name);
        SideSummary {
            side: *side,
            by_kind: in_all(by(Dimension::Month)),
            by_month: by(Dimension::Month).into_values().collect(),
            by_category: by(Dimension::Category).into_values().collect(),
            by_provenance: by(Dimension::Provenance).into_values().collect(),
            by_partner: by(Dimension::Partner).into_values().collect(),
            by_giver: by(Dimension::Giver).into_values().collect(),
            by_receiver: by(Dimension::Receiver).into_values().collect(),
        }
    });
    let concordance = Concordance::of(tallies, delays, year);
    Summary { sides: sides.collect(), scope, year, ledger, concordance }
}

fn entries(
    tallies: &[(Cell, Sum)],
    side: Side,
    dimension: Dimension,
    year: i32,
    name: &dyn Fn(Id) -> Option<String>,
) -> Entries {
    let mut entries = Entries::new();
    for (cell, sum) in tallies {
        if cell.side != side || cell.dimension != dimension || *sum == Sum::default() {
            continue;
        }
        let entry = entries.entry((cell.kind, cell.key.clone())).or_insert_with(|| empty(cell, name));
        match (cell.year == year, cell.state) {
            (true, State::Confirmed) => entry.confirmed += *sum,
            (true, State::Declared) => entry.declared += *sum,
            (true, State::Contested) => entry.contested += *sum,
            (false, State::Confirmed | State::Declared) => entry.previous += *sum,
            (false, State::Contested) => {}
        }
    }
    entries
}

fn empty(cell: &Cell, name: &dyn Fn(Id) -> Option<String>) -> Entry {
    let (key, label) = match &cell.key {
        Key::Month(month) => (Some(format!("{month:02}")), None),
        Key::Word(word) => (Some(word.clone()), None),
        Key::Party(None) => (None, None),
        Key::Party(Some(party)) => (Some(party.to_string()), name(*party)),
    };
    let zero = Sum::default();
    Entry { kind: cell.kind, key, label, confirmed: zero, declared: zero, contested: zero, previous: zero }
}

/// The sum over all months: the year.
fn in_all(months: Entries) -> Vec<Entry> {
    let mut kinds: BTreeMap<Kind, Entry> = BTreeMap::new();
    for month in months.into_values() {
        match kinds.get_mut(&month.kind) {
            None => {
                kinds.insert(month.kind, Entry { key: None, ..month });
            }
            Some(all) => {
                all.confirmed += month.confirmed;
                all.declared += month.declared;
                all.contested += month.contested;
                all.previous += month.previous;
            }
        }
    }
    kinds.into_values().collect()
}

const HEADINGS_EN: [&str; 11] =
    ["side", "by", "key", "name", "kind", "unit", "confirmed", "declared", "total", "contested", "previous_year_total"];
const HEADINGS_FR: [&str; 11] = [
    "sens",
    "par",
    "clé",
    "nom",
    "nature",
    "unité",
    "confirmé",
    "déclaré",
    "total",
    "contesté",
    "total année précédente",
];

/// The words of a printed summary that stand for codes: code, then French.
const WORDS_FR: &[(&str, &str)] = &[
    ("given", "donné"),
    ("received", "reçu"),
    ("exchanged", "échangé"),
    ("total", "ensemble"),
    ("month", "mois"),
    ("category", "catégorie"),
    ("provenance", "provenance"),
    ("partner", "partenaire"),
    ("giver", "donneur"),
    ("receiver", "bénéficiaire"),
    ("equipment", "prêt de matériel"),
    ("premises", "prêt de locaux"),
    ("volunteer_hours", "heures de bénévolat"),
    ("skill_by_volunteer", "compétence transmise par un bénévole"),
    ("skill_by_staff", "compétence transmise par un salarié"),
    ("measured", "mesuré"),
    ("declared", "déclaré"),
    ("estimated", "estimé"),
    ("contributions", "contributions"),
    ("minutes", "minutes"),
    ("item_days", "jours-matériel"),
    ("occasions", "fois"),
    ("participants", "participants"),
    ("unmeasured", "contributions non mesurées"),
    ("individual volunteers", "bénévoles individuels"),
    ("the commons", "le commun de la démarche"),
    ("concordance", "concordance"),
    ("single_party", "une seule partie"),
    ("median_delay", "délai médian de confirmation"),
    ("days", "jours"),
];

impl Summary {
    /// The summary as a table: one row for each unit, so that no unit is ever added to another.
    #[must_use]
    pub fn table(&self, language: Language) -> Table {
        let mut rows = Vec::new();
        for side in &self.sides {
            let SideSummary { side, by_kind, by_month, by_category, by_provenance, by_partner, by_giver, by_receiver } =
                side;
            let dimensions = [
                ("total", by_kind),
                ("month", by_month),
                ("category", by_category),
                ("provenance", by_provenance),
                ("partner", by_partner),
                ("giver", by_giver),
                ("receiver", by_receiver),
            ];
            for (dimension, entries) in dimensions {
                rows.extend(entries.iter().flat_map(|entry| printed(*side, dimension, entry, language)));
            }
        }
        rows.extend(self.concordance.printed(language));
        let (name, headings) = match language {
            Language::En => ("Summary", HEADINGS_EN),
            Language::Fr => ("Synthèse", HEADINGS_FR),
        };
        Table::new(name, &headings, rows)
    }
}

/// The units of a printed summary, in the order of [`by_unit`].
const UNITS: [&str; 6] = ["contributions", "minutes", "item_days", "occasions", "participants", "unmeasured"];

fn by_unit(sum: &Sum) -> [i64; 6] {
    [sum.lines, sum.minutes, sum.item_days, sum.occasions, sum.participants, sum.unmeasured]
}

/// A word that stands for a code.
fn said(word: &str, language: Language) -> String {
    match language {
        Language::En => word.to_owned(),
        Language::Fr => WORDS_FR.iter().find(|(code, _)| *code == word).map_or(word, |(_, french)| french).to_owned(),
    }
}

impl Concordance {
    /// Its rows, in the columns of the states where there are such; nothing of nothing.
    fn printed(&self, language: Language) -> Vec<Vec<Printed>> {
        let row = |by: &str, unit: &str, numbers: [Option<i64>; 4]| {
            let nothing = || std::iter::repeat_n(Printed::Empty, 3);
            let mut row = vec![Printed::Empty, Printed::Text(said(by, language))];
            row.extend(nothing());
            row.push(Printed::Text(said(unit, language)));
            row.extend(numbers.map(Printed::from));
            row.push(Printed::Empty);
            row
        };
        let (confirmed, declared, contested) = (self.confirmed, self.declared, self.contested);
        let states = [Some(confirmed), Some(declared), Some(confirmed.saturating_add(declared)), Some(contested)];
        let mut rows = Vec::new();
        if self.all > 0 {
            rows.push(row("concordance", "contributions", states));
        }
        if self.single_party > 0 {
            rows.push(row("single_party", "contributions", [None, None, Some(self.single_party), None]));
        }
        if let Some(days) = self.median_delay_days {
            rows.push(row("median_delay", "days", [Some(days), None, None, None]));
            rows.push(row("median_delay", "contributions", [Some(self.median_delay_lines), None, None, None]));
        }
        rows
    }
}

/// The rows of one entry, without the units in which nothing was ever counted.
fn printed(side: Side, dimension: &str, entry: &Entry, language: Language) -> Vec<Vec<Printed>> {
    let say = |word: &str| said(word, language);
    let nobody = match (dimension, side) {
        ("partner", Side::Given) | ("receiver", _) => Some("the commons"),
        ("partner" | "giver", _) => Some("individual volunteers"),
        _ => None,
    };
    let label = match (&entry.key, &entry.label) {
        (_, Some(label)) => Some(label.clone()),
        (None, None) => nobody.map(say),
        (Some(key), None) if dimension == "provenance" => Some(say(key)),
        _ => None,
    };
    let (side, kind): (&str, &str) = (side.into(), entry.kind.into());
    let [confirmed, declared, contested, previous] =
        [&entry.confirmed, &entry.declared, &entry.contested, &entry.previous].map(by_unit);
    let mut rows = Vec::new();
    for (position, unit) in UNITS.iter().enumerate() {
        let [confirmed, declared, contested, previous] =
            [confirmed[position], declared[position], contested[position], previous[position]];
        if [confirmed, declared, contested, previous] == [0; 4] {
            continue;
        }
        rows.push(vec![
            Printed::Text(say(side)),
            Printed::Text(say(dimension)),
            Printed::from(entry.key.as_deref()),
            Printed::from(label.as_deref()),
            Printed::Text(say(kind)),
            Printed::Text(say(unit)),
            Printed::Number(confirmed),
            Printed::Number(declared),
            Printed::Number(confirmed + declared),
            Printed::Number(contested),
            Printed::Number(previous),
        ]);
    }
    rows
}
