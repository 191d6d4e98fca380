//! What a yearly summary shows, and the table it is printed from. Pure.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::export::{Cell as Printed, Table};
use crate::http::words::Language;
use crate::id::Id;
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

type Entries = BTreeMap<(Kind, Key), Entry>;

/// Arranges rollups of a year and the one before.
pub fn summary(
    scope: Scope,
    year: i32,
    ledger: Head,
    tallies: &[(Cell, Sum)],
    name: &dyn Fn(Id) -> Option<String>,
) -> Summary {
    let sides: &[Side] = match scope.r#type {
        ScopeKind::Structure => &[Side::Given, Side::Received],
        ScopeKind::Cooperation => &[Side::Exchanged],
    };
    let sides = sides.iter().map(|side| {
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
    Summary { sides: sides.collect(), scope, year, ledger }
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
        let headings = match language {
            Language::En => HEADINGS_EN,
            Language::Fr => HEADINGS_FR,
        };
        Table { headings: headings.to_vec(), rows }
    }
}

/// The units of a printed summary, in the order of [`by_unit`].
const UNITS: [&str; 6] = ["contributions", "minutes", "item_days", "occasions", "participants", "unmeasured"];

fn by_unit(sum: &Sum) -> [i64; 6] {
    [sum.lines, sum.minutes, sum.item_days, sum.occasions, sum.participants, sum.unmeasured]
}

/// The rows of one entry, without the units in which nothing was ever counted.
fn printed(side: Side, dimension: &str, entry: &Entry, language: Language) -> Vec<Vec<Printed>> {
    let say = |word: &str| match language {
        Language::En => word.to_owned(),
        Language::Fr => WORDS_FR.iter().find(|(code, _)| *code == word).map_or(word, |(_, french)| french).to_owned(),
    };
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
