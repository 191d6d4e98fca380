//! The insurer's list: what a structure has, what it is worth, where it is, and when it is lent. Pure.

use maud::{Markup, html};

use super::page::page;
use super::rules::{Insured, InsuredItem, Lent};
use super::words::{self, say};
use crate::equipment::rules::Tracking;
use crate::export::{Cell, Table};
use crate::http::words::Language;
use crate::loan::rules::State;

/// The list as a page.
#[must_use]
pub fn insured(list: &Insured, language: Language) -> Markup {
    let title = say(language, "Liste pour l’assureur", "List for the insurer");
    let year = list.year;
    let content = html! {
        header {
            h1 { (title) }
            p.under {
                strong { (list.structure.as_str()) }
                " · " (say(language, "prêts de l’année ", "loans of the year ")) (year)
                (say(language, " · imprimé le ", " · printed on ")) (words::day(language, list.printed_on))
            }
        }
        table.stacked.insured {
            thead { tr {
                th { (say(language, "Désignation", "Item")) }
                th { (say(language, "Repères", "Marks")) }
                th { (say(language, "Lieu", "Place")) }
                th.sum { (say(language, "Valeur", "Value")) }
                th { (say(language, "Prêté", "Lent")) " " (year) }
            } }
            tbody { @for item in &list.items { (row(language, item)) } }
        }
        (total(language, list))
    };
    page(language, "insured", title, &content)
}

fn row(language: Language, item: &InsuredItem) -> Markup {
    let labels = say(language, ["Repères", "Lieu", "Valeur", "Prêté"], ["Marks", "Place", "Value", "Lent"]);
    html! {
        tr {
            td {
                strong { (item.name) }
                @if item.pieces > 1 { " × " (item.pieces) }
                div.small { (item.category) (remark(language, item)) }
            }
            td.none[item.code.is_none()] data-label=(labels[0]) {
                @if let Some(identifier) = &item.identifier { span.mark { (identifier) } }
                @if let Some(code) = &item.code { span.mark.code { (code) } } @else { "—" }
            }
            td.none[item.place.is_none()] data-label=(labels[1]) { @if let Some(place) = &item.place { (place) } @else { "—" } }
            td.sum.none[item.value_cents.is_none()] data-label=(labels[2]) {
                @if let Some(cents) = item.value_cents { (words::money(language, cents)) } @else { "—" }
            }
            td.none[item.periods.is_empty()] data-label=(labels[3]) {
                @if item.periods.is_empty() { "—" }
                @for lent in &item.periods { div.period { (period(language, lent, item.pieces > 1)) } }
            }
        }
    }
}

fn remark(language: Language, item: &InsuredItem) -> &'static str {
    match (item.tracking, item.archived) {
        (None, _) => say(language, " · hors catalogue", " · not in the catalogue"),
        (_, true) => say(language, " · n’est plus en service", " · no longer in use"),
        (Some(Tracking::Kit), _) => say(language, " · ensemble", " · kit"),
        _ => "",
    }
}

/// When something was away, with whom, as one text for page and table alike.
fn period(language: Language, lent: &Lent, counted: bool) -> String {
    let from = words::short_day(language, lent.from);
    let days = match (lent.back, lent.state) {
        (_, State::Lost) => say(language, format!("{from}, perdu"), format!("{from}, lost")),
        (Some(back), _) => format!("{from} – {}", words::short_day(language, back)),
        (None, _) => say(language, format!("{from}, retour inconnu"), format!("{from}, return unknown")),
    };
    let pieces = if counted { format!(" × {}", lent.pieces) } else { String::new() };
    let late = if lent.overdue { say(language, ", toujours dehors", ", still out") } else { "" };
    format!("{days}{pieces} ({}{late})", lent.borrower)
}

fn total(language: Language, list: &Insured) -> Markup {
    html! {
        p.total {
            (say(language, "Valeurs déclarées en tout : ", "Declared values in all: "))
            strong { (words::money(language, list.value_cents())) }
            @if list.unvalued() > 0 {
                (say(language, " ; sans valeur déclarée : ", "; without a declared value: ")) (list.unvalued())
            }
            "."
        }
        p.small { (say(
            language,
            "Un ensemble est fait d’éléments déjà listés : il n’entre pas dans le total, ni ce qui n’est plus en service. Un \
             prêt va du jour où la chose part à celui où elle revient.",
            "A kit is made of what is listed already, and is no part of the sum, nor is what is no longer in use. A loan runs \
             from the day the thing leaves to the day it is back.",
        )) }
    }
}

/// The list as a table: one row for each item, its loans in one cell.
#[must_use]
pub fn table(list: &Insured, language: Language) -> Table {
    let headings = say(
        language,
        ["désignation", "code", "catégorie", "nature", "repère", "lieu", "pièces", "valeur (€)", "prêts", "prêté"],
        ["item", "code", "category", "nature", "identifier", "place", "pieces", "value_eur", "loans", "lent"],
    );
    let rows = list.items.iter().map(|item| {
        let periods: Vec<String> = item.periods.iter().map(|lent| period(language, lent, item.pieces > 1)).collect();
        vec![
            Cell::Text(item.name.clone()),
            Cell::from(item.code.as_deref()),
            Cell::Text(item.category.clone()),
            Cell::from(words::nature(language, item.nature)),
            Cell::from(item.identifier.as_deref()),
            Cell::from(item.place.as_deref()),
            Cell::Number(item.pieces),
            Cell::from(item.value_cents.map(Cell::Cents)),
            Cell::Number(i64::try_from(item.periods.len()).unwrap_or(i64::MAX)),
            if periods.is_empty() { Cell::Empty } else { Cell::Text(periods.join(" ; ")) },
        ]
    });
    Table::new(say(language, "Biens prêtés", "Things lent"), &headings, rows.collect())
}
