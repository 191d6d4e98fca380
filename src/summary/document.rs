//! A summary as a page or a workbook: a table for each way of breaking it down. Pure.

use std::collections::BTreeMap;

use super::rules::{SideSummary, Summary};
use crate::clock::Day;
use crate::export::csv::Dialect;
use crate::export::{Cell, Chart, Document, Format, Table, number};
use crate::http::words::Language;
use crate::ledger::tally::{Side, Sum};
use crate::ledger::words;
use crate::paper::words::{count, day, say};
use crate::picture::rules::Unit;

/// Columns of the sums in a row of [`Summary::table`], after kind and unit.
const KIND: usize = 4;
/// The column of the key, before that of its name.
const KEY: usize = 2;

impl Summary {
    /// What is printed: for a table reader the one table, for a workbook that and each breakdown, for a page the
    /// breakdowns.
    #[must_use]
    pub fn document(&self, format: Format, language: Language) -> Document {
        let mut tables = if format == Format::Html { Vec::new() } else { vec![self.table(language)] };
        if !matches!(format, Format::Csv(_)) {
            tables.extend(self.sides.iter().flat_map(|side| Self::sections(side, language)));
        }
        if format == Format::Xlsx {
            tables.extend(self.sides.iter().filter_map(|side| months(side, language)));
        }
        Document {
            title: say(language, "Contributions volontaires en nature", "Contributions in kind").to_owned(),
            under: format!("{} — {}", self.scope.name, self.when(language)),
            language,
            prose: self.prose(language),
            tables,
            pictures: Vec::new(),
            notes: self.notes(language),
        }
    }

    /// The unit that its pictures are drawn in: time where some was given, else things lent, else times.
    #[must_use]
    pub fn unit(&self) -> Unit {
        let any = |of: fn(Sum) -> i64| {
            let entries = self.sides.iter().flat_map(|side| &side.by_kind);
            entries.into_iter().any(|entry| of(entry.confirmed + entry.declared) > 0)
        };
        match (any(|sum| sum.minutes), any(|sum| sum.item_days)) {
            (true, _) => Unit::Minutes,
            (false, true) => Unit::ItemDays,
            (false, false) => Unit::Occasions,
        }
    }

    fn when(&self, language: Language) -> String {
        if let Some(year) = self.year {
            return year.to_string();
        }
        let (from, until) = (self.period.from, self.period.until);
        let last = until.date().previous_day().and_then(|last| Day::new(last).ok()).unwrap_or(until);
        let (from, last) = (day(language, from), day(language, last));
        say(language, format!("du {from} au {last}"), format!("{from} to {last}"))
    }

    fn sections(side: &SideSummary, language: Language) -> Vec<Table> {
        let sections = side.dimensions().filter(|(_, entries)| !entries.is_empty());
        sections
            .map(|(by, entries)| {
                let rows = entries.iter().flat_map(|entry| super::table::printed(side.side, by, entry, language));
                let rows = rows.map(|row| section_row(row, by)).collect();
                Table::new(named(side.side, by, language), &headings(by, language), rows)
            })
            .collect()
    }

    fn prose(&self, language: Language) -> Vec<String> {
        let mut prose = vec![
            say(
                language,
                "Ce que la structure ou la démarche a donné, reçu ou échangé sans argent. Les unités ne s’additionnent \
                 jamais entre elles. «\u{a0}Confirmé\u{a0}»\u{a0}: toutes les parties le disent\u{a0}; «\u{a0}déclaré\u{a0}»\u{a0}: une seule l’a dit\u{a0}; \
                 «\u{a0}contesté\u{a0}»\u{a0}: une partie dit que c’est faux, et ce n’est dans aucun total.",
                "What the structure or the cooperation gave, received or exchanged without money. Units are never added to \
                 one another. “Confirmed”: all parties say so; “declared”: one of them said so; “contested”: a party \
                 says that it is wrong, and it is in no total.",
            )
            .to_owned(),
        ];
        prose.extend(self.sides.iter().filter_map(|side| full_time(side, language)));
        prose.push(self.people_in_words(language));
        let agreed = &self.concordance;
        prose.push(say(
            language,
            format!(
                "Concordance\u{a0}: {} contributions à deux parties confirmées sur {}.",
                agreed.confirmed, agreed.all
            ),
            format!("Concordance: {} of {} contributions of two parties are confirmed.", agreed.confirmed, agreed.all),
        ));
        prose
    }

    /// In all; kind by kind it stands in the table.
    fn people_in_words(&self, language: Language) -> String {
        let all = self.people.iter().find(|people| people.kind.is_none());
        match all.and_then(|all| all.count.value) {
            Some(0) => say(language, "Les lignes ne nomment personne.", "The lines name nobody.").to_owned(),
            Some(people) => {
                let people = count(language, people, say(language, ["personne", "personnes"], ["person", "people"]));
                say(
                    language,
                    format!("Les lignes nomment {people}, chacune comptée une fois."),
                    format!("The lines name {people}, each counted once."),
                )
            }
            None => say(
                language,
                "Les lignes nomment moins de cinq personnes\u{a0}: leur nombre n’est pas dit hors de leur structure.",
                "The lines name fewer than five people: their number is not told outside their structure.",
            )
            .to_owned(),
        }
    }

    fn notes(&self, language: Language) -> Vec<String> {
        let (seq, root) = (self.ledger.seq, &self.ledger.root);
        let mut notes = vec![say(
            language,
            format!("Registre connu jusqu’à la ligne {seq}, racine {root}."),
            format!("The ledger as known up to line {seq}, root {root}."),
        )];
        if let Some(instant) = self.known_at {
            notes.push(say(language, format!("Tel que connu le {instant}."), format!("As known at {instant}.")));
        }
        notes
    }
}

/// Confirmed and declared, all kinds together: a row for each month, a column for each unit; minutes are drawn.
fn months(side: &SideSummary, language: Language) -> Option<Table> {
    let mut sums: BTreeMap<&str, Sum> = BTreeMap::new();
    for entry in &side.by_month {
        *sums.entry(entry.key.as_deref().unwrap_or_default()).or_default() += entry.confirmed + entry.declared;
    }
    let rows: Vec<Vec<Cell>> = sums
        .into_iter()
        .map(|(month, sum)| {
            let numbers = [sum.minutes, sum.item_days, sum.occasions, sum.lines].map(Cell::from);
            std::iter::once(Cell::from(month)).chain(numbers).collect()
        })
        .collect();
    let headings = say(
        language,
        ["mois", "minutes", "jours-matériel", "fois", "contributions"],
        ["month", "minutes", "item_days", "occasions", "contributions"],
    );
    let name = format!("{} {}", capital(side.side, language), say(language, "au fil des mois", "over the months"));
    let chart = Some(Chart { rows: rows.len(), names: 0, numbers: 1 });
    (!rows.is_empty()).then(|| Table { chart, ..Table::new(name, &headings, rows) })
}

fn full_time(side: &SideSummary, language: Language) -> Option<String> {
    let told = side.full_time_equivalents;
    (told.thousandths != 0).then(|| {
        let jobs = number::billionths(i128::from(told.thousandths) * 1_000_000, Dialect::of(language));
        let (what, hours) = (words::side(language, side.side), told.full_time_hours);
        say(
            language,
            format!("Temps humain {what}\u{a0}: {jobs} équivalent temps plein, sur une base de {hours} heures par an."),
            format!("Human time {what}: {jobs} full-time equivalents, on a base of {hours} hours a year."),
        )
    })
}

fn named(side: Side, by: &str, language: Language) -> String {
    let by = match by {
        "total" => say(language, "en tout", "in all"),
        "month" => say(language, "par mois", "by month"),
        "category" => say(language, "par catégorie", "by category"),
        "provenance" => say(language, "par provenance", "by provenance"),
        "partner" => say(language, "par partenaire", "by partner"),
        "giver" => say(language, "par donneur", "by giver"),
        "receiver" => say(language, "par bénéficiaire", "by receiver"),
        "giver_commune" => say(language, "par commune donneuse", "by giver’s commune"),
        "receiver_commune" => say(language, "par commune bénéficiaire", "by receiver’s commune"),
        _ => say(language, "par commune", "by commune"),
    };
    format!("{} {by}", capital(side, language))
}

fn capital(side: Side, language: Language) -> &'static str {
    match side {
        Side::Given => say(language, "Donné", "Given"),
        Side::Received => say(language, "Reçu", "Received"),
        Side::Exchanged => say(language, "Échangé", "Exchanged"),
    }
}

fn headings(by: &str, language: Language) -> Vec<&'static str> {
    let sums = say(
        language,
        ["nature", "unité", "confirmé", "déclaré", "total", "contesté", "un an plus tôt"],
        ["kind", "unit", "confirmed", "declared", "total", "contested", "one year earlier"],
    );
    let what = (by != "total").then(|| say(language, "quoi", "what"));
    what.into_iter().chain(sums).collect()
}

/// The name of what a row is of, or its key where it has none; then kind, unit and sums.
fn section_row(mut row: Vec<Cell>, by: &str) -> Vec<Cell> {
    let sums = row.split_off(KIND);
    let what = row.into_iter().skip(KEY).rfind(|cell| *cell != Cell::Empty).unwrap_or(Cell::Empty);
    let what = (by != "total").then_some(what);
    what.into_iter().chain(sums).collect()
}
