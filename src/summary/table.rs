//! The table that a summary is printed from. Pure.

use std::str::FromStr as _;

use super::rules::{Concordance, Count, Entry, FullTimeEquivalents, People, SideSummary, Summary};
use crate::export::{Cell as Printed, Table};
use crate::http::words::Language;
use crate::ledger::rules::{Kind, Provenance};
use crate::ledger::tally::{Side, Sum};
use crate::ledger::words;

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
    ("total", "ensemble"),
    ("month", "mois"),
    ("category", "catégorie"),
    ("provenance", "provenance"),
    ("partner", "partenaire"),
    ("giver", "donneur"),
    ("receiver", "bénéficiaire"),
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
    ("commune", "commune"),
    ("giver_commune", "commune du donneur"),
    ("receiver_commune", "commune du bénéficiaire"),
    ("full_time_equivalents", "équivalents temps plein"),
    ("people", "personnes"),
    ("unknown", "inconnue"),
    ("fewer than five", "moins de cinq"),
];

impl Summary {
    /// The summary as a table: one row for each unit, so that no unit is ever added to another.
    #[must_use]
    pub fn table(&self, language: Language) -> Table {
        let mut rows = Vec::new();
        for side in &self.sides {
            for (dimension, entries) in side.dimensions() {
                rows.extend(entries.iter().flat_map(|entry| printed(side.side, dimension, entry, language)));
            }
            rows.extend(side.full_time_equivalents.printed(side.side, language));
        }
        rows.extend(self.people.iter().filter_map(|people| people.printed(language)));
        rows.extend(self.concordance.printed(language));
        let (name, headings) = match language {
            Language::En => ("Summary", HEADINGS_EN),
            Language::Fr => ("Synthèse", HEADINGS_FR),
        };
        Table::new(name, &headings, rows)
    }
}

impl SideSummary {
    /// Its lists, by what each breaks down.
    pub(super) fn dimensions(&self) -> impl Iterator<Item = (&'static str, &[Entry])> {
        let lists: Vec<(&str, &[Entry])> = vec![
            ("total", &self.by_kind),
            ("month", &self.by_month),
            ("category", &self.by_category),
            ("provenance", &self.by_provenance),
            ("partner", &self.by_partner),
            ("giver", &self.by_giver),
            ("receiver", &self.by_receiver),
            ("commune", &self.by_commune),
            ("giver_commune", &self.by_giver_commune),
            ("receiver_commune", &self.by_receiver_commune),
        ];
        lists.into_iter()
    }
}

impl FullTimeEquivalents {
    /// Its row, with the base as its key; nothing of nothing.
    fn printed(&self, side: Side, language: Language) -> Option<Vec<Printed>> {
        let thousandths = |thousandths: i64| Printed::Billionths(i128::from(thousandths) * 1_000_000);
        (self.thousandths != 0 || self.previous_thousandths != 0).then(|| {
            let what = Printed::Text(said("full_time_equivalents", language));
            let base = Printed::Text(self.full_time_hours.to_string());
            let side = Printed::from(words::side(language, side));
            let (now, before) = (thousandths(self.thousandths), thousandths(self.previous_thousandths));
            let nothing = || Printed::Empty;
            vec![side, what.clone(), base, nothing(), nothing(), what, nothing(), nothing(), now, nothing(), before]
        })
    }
}

impl People {
    /// Its row; nothing of nobody. A number that is not told is empty, and the name says why.
    fn printed(&self, language: Language) -> Option<Vec<Printed>> {
        let nobody = |count: &Count| count.value == Some(0);
        if nobody(&self.count) && nobody(&self.previous) {
            return None;
        }
        let untold = self.count.reason.or(self.previous.reason);
        let why = untold.map(|_| said("fewer than five", language));
        let kind = self.kind.map(|kind| kind_said(kind, language));
        let what = Printed::Text(said("people", language));
        let nothing = || Printed::Empty;
        Some(vec![
            nothing(),
            what.clone(),
            nothing(),
            Printed::from(why.as_deref()),
            Printed::from(kind),
            what,
            nothing(),
            nothing(),
            Printed::from(self.count.value),
            nothing(),
            Printed::from(self.previous.value),
        ])
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

/// What flowed: as the API writes it, or in French words.
fn kind_said(kind: Kind, language: Language) -> &'static str {
    match language {
        Language::En => kind.into(),
        Language::Fr => words::kind(language, kind),
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
pub(super) fn printed(side: Side, dimension: &str, entry: &Entry, language: Language) -> Vec<Vec<Printed>> {
    let say = |word: &str| said(word, language);
    let nobody = match (dimension, side) {
        ("partner", Side::Given) | ("receiver", _) => Some("the commons"),
        ("partner" | "giver", _) => Some("individual volunteers"),
        ("commune" | "giver_commune" | "receiver_commune", _) => Some("unknown"),
        _ => None,
    };
    let label = match (&entry.key, &entry.label) {
        (_, Some(label)) => Some(label.clone()),
        (None, None) => nobody.map(say),
        (Some(key), None) if dimension == "provenance" => {
            Provenance::from_str(key).ok().map(|provenance| words::provenance(language, provenance).to_owned())
        }
        _ => None,
    };
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
            Printed::from(words::side(language, side)),
            Printed::Text(say(dimension)),
            Printed::from(entry.key.as_deref()),
            Printed::from(label.as_deref()),
            Printed::from(kind_said(entry.kind, language)),
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
