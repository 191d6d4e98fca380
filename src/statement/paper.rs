//! A statement as people read and keep it: every figure from the frozen document, with what came after apart. Pure.

use std::borrow::Cow;
use std::str::FromStr as _;

use serde_json::Value;

use super::rules::{Change, Statement, by_hand};
use crate::export::{Cell, Document, Table};
use crate::http::words::Language;
use crate::ledger::rules::Kind;
use crate::ledger::tally::Side;
use crate::ledger::words;
use crate::paper::words::say;

/// The lists of a side, by what each breaks down.
const LISTS: &[(&str, &str, &str)] = &[
    ("by_kind", "ensemble", "in all"),
    ("by_month", "mois", "month"),
    ("by_category", "catégorie", "category"),
    ("by_provenance", "provenance", "provenance"),
    ("by_partner", "partenaire", "partner"),
    ("by_giver", "donneur", "giver"),
    ("by_receiver", "bénéficiaire", "receiver"),
];
/// The units of a sum.
const UNITS: &[(&str, &str, &str)] = &[
    ("lines", "contributions", "contributions"),
    ("minutes", "minutes", "minutes"),
    ("item_days", "jours-matériel", "item-days"),
    ("occasions", "fois", "occasions"),
    ("participants", "participants", "participants"),
    ("unmeasured", "contributions non mesurées", "contributions not measured"),
];

/// The statement, its figures, what they are worth, and what came after.
#[must_use]
pub fn document(statement: &Statement, told: &Value, after: &[Change], language: Language) -> Document {
    let (year, summary) = (statement.year, &told["summary"]);
    let name = summary.pointer("/scope/name").and_then(Value::as_str).unwrap_or_default();
    let mut tables = vec![figures(summary, language)];
    tables.extend(worth(&told["worth"], language));
    let later = say(language, "Noté après la clôture", "Recorded after the closing");
    let after = serde_json::to_value(after).unwrap_or_default();
    tables.extend(changes(later.to_owned(), &after, language));
    for earlier in told["earlier_years"].as_array().into_iter().flatten() {
        let title = say(language, "Repris de", "Carried over from");
        tables.extend(changes(format!("{title} {}", earlier["year"]), &earlier["changes"], language));
    }
    Document {
        title: say(language, format!("Bilan arrêté {year}"), format!("Statement of {year}")),
        under: name.to_owned(),
        language,
        prose: vec![explained(language).to_owned()],
        tables,
        pictures: Vec::new(),
        notes: notes(statement, told, language),
    }
}

fn explained(language: Language) -> &'static str {
    say(
        language,
        "Ce bilan dit ce que le registre contenait le jour de la clôture. Il ne change plus\u{a0}: ce qui est noté ou corrigé \
         après est donné à part, et repris dans le bilan suivant. Les quantités viennent d’abord\u{a0}; ce qui est contesté n’entre \
         dans aucun total.",
        "This statement says what the ledger held on the day of the closing. It changes no more: what is recorded or \
         corrected afterwards stands apart, and in the next statement. Quantities come first; what is contested is in no total.",
    )
}

fn notes(statement: &Statement, told: &Value, language: Language) -> Vec<String> {
    let (digest, seq) = (by_hand(&statement.digest), statement.seq);
    let root = crate::ledger::rules::hex(&statement.root);
    let closed = statement.closed_at;
    let mut notes = vec![
        say(
            language,
            format!("Arrêté le {closed}. Empreinte du bilan (première moitié)\u{a0}: {digest}."),
            format!("Closed on {closed}. Digest of the statement (first half): {digest}."),
        ),
        say(
            language,
            format!("Tête du registre\u{a0}: ligne {seq}, empreinte {root}. Bilan n°\u{a0}{}.", statement.id),
            format!("Head of the ledger: line {seq}, root {root}. Statement {}.", statement.id),
        ),
    ];
    let grid = &told["worth"]["grid"];
    if let (Some(name), Some(body)) = (grid["name"].as_str(), grid.pointer("/approval/body").and_then(Value::as_str)) {
        let text = |pointer: &str| grid.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        let (on, reference, source) = (text("/approval/on"), text("/approval/reference"), text("/source"));
        notes.push(say(
            language,
            format!("Grille de valorisation «\u{a0}{name}\u{a0}», approuvée par\u{a0}: {body}, le {on} ({reference})\u{a0}; source\u{a0}: {source}."),
            format!("Valuation grid “{name}”, approved by: {body}, on {on} ({reference}); source: {source}."),
        ));
    }
    notes
}

fn named(list: &[(&'static str, &'static str, &'static str)], code: &str, language: Language) -> Cell {
    let found = list.iter().find(|(word, ..)| *word == code);
    Cell::from(found.map_or("", |(_, french, english)| say(language, french, english)))
}

fn side(code: &Value, language: Language) -> Cell {
    let side = code.as_str().and_then(|code| Side::from_str(code).ok());
    Cell::from(side.map(|side| words::side(language, side)))
}

fn kind(code: &Value, language: Language) -> Cell {
    let kind = code.as_str().and_then(|code| Kind::from_str(code).ok());
    Cell::from(kind.map(|kind| words::kind(language, kind)))
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_default()
}

fn headings(language: Language, pairs: &[(&'static str, &'static str)]) -> Vec<Cow<'static, str>> {
    pairs.iter().map(|(french, english)| Cow::Borrowed(say(language, *french, *english))).collect()
}

/// One row for each unit of each entry, so that no unit is ever added to another.
fn figures(summary: &Value, language: Language) -> Table {
    let mut rows = Vec::new();
    for of_side in summary["sides"].as_array().into_iter().flatten() {
        for (list, ..) in LISTS {
            for entry in of_side[*list].as_array().into_iter().flatten() {
                for (unit, ..) in UNITS {
                    let [confirmed, declared, contested, previous] =
                        ["confirmed", "declared", "contested", "previous"].map(|state| number(&entry[state][*unit]));
                    if [confirmed, declared, contested, previous] == [0; 4] {
                        continue;
                    }
                    let label = entry["label"].as_str().or(entry["key"].as_str());
                    rows.push(vec![
                        side(&of_side["side"], language),
                        named(LISTS, list, language),
                        Cell::from(label),
                        kind(&entry["kind"], language),
                        named(UNITS, unit, language),
                        Cell::from(confirmed),
                        Cell::from(declared),
                        Cell::from(confirmed.saturating_add(declared)),
                        Cell::from(contested),
                        Cell::from(previous),
                    ]);
                }
            }
        }
    }
    let headings = headings(
        language,
        &[
            ("sens", "side"),
            ("par", "by"),
            ("de", "of"),
            ("nature", "kind"),
            ("unité", "unit"),
            ("confirmé", "confirmed"),
            ("déclaré", "declared"),
            ("total", "total"),
            ("contesté", "contested"),
            ("année précédente", "previous_year"),
        ],
    );
    Table { name: say(language, "Quantités", "Quantities").to_owned(), headings, rows, chart: None }
}

fn worth(worth: &Value, language: Language) -> Option<Table> {
    let entries = worth["entries"].as_array()?;
    let rows = entries.iter().map(|entry| {
        vec![
            side(&entry["side"], language),
            kind(&entry["kind"], language),
            Cell::Cents(number(&entry["amount"])),
            Cell::from(number(&entry["not_valued"])),
        ]
    });
    let headings = headings(
        language,
        &[
            ("sens", "side"),
            ("nature", "kind"),
            ("valeur selon la grille", "value_by_the_grid"),
            ("contributions non valorisées", "contributions_not_valued"),
        ],
    );
    let name = say(language, "Valorisation", "Valuation").to_owned();
    Some(Table { name, headings, rows: rows.collect(), chart: None })
}

/// What changed, one row for each unit; nothing of nothing.
fn changes(name: String, changes: &Value, language: Language) -> Option<Table> {
    let mut rows = Vec::new();
    for change in changes.as_array()? {
        for (unit, ..) in UNITS {
            let states = ["confirmed", "declared", "contested"].map(|state| number(&change[state][*unit]));
            if states != [0; 3] {
                let mut row = vec![side(&change["side"], language), kind(&change["kind"], language)];
                row.push(named(UNITS, unit, language));
                row.extend(states.map(Cell::from));
                rows.push(row);
            }
        }
    }
    let headings = headings(
        language,
        &[
            ("sens", "side"),
            ("nature", "kind"),
            ("unité", "unit"),
            ("confirmé", "confirmed"),
            ("déclaré", "declared"),
            ("contesté", "contested"),
        ],
    );
    (!rows.is_empty()).then_some(Table { name, headings, rows, chart: None })
}
