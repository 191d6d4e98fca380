//! The loans of a year as lender and borrower both state them in their notes (ANC 2018-06, article 431-11). Pure.

use super::rules::Exchanged;
use super::words::{self, say};
use crate::export::{Cell, Table};
use crate::http::words::Language;
use crate::ledger::tally::Side;

const HEADINGS_FR: [&str; 14] = [
    "sens",
    "partenaire",
    "désignation",
    "catégorie",
    "nature",
    "début",
    "retour",
    "durée (jours)",
    "jours dans l’année",
    "pièces",
    "jours-matériel",
    "valeur déclarée (€)",
    "état",
    "prêt",
];
const HEADINGS_EN: [&str; 14] = [
    "side",
    "partner",
    "item",
    "category",
    "nature",
    "from",
    "returned",
    "days",
    "days_in_year",
    "pieces",
    "item_days",
    "value_eur",
    "state",
    "loan",
];

/// The list as a table: one row for each loan.
#[must_use]
pub fn table(loans: &[Exchanged], language: Language) -> Table {
    let rows = loans.iter().map(|one| row(one, language)).collect();
    Table::new(
        say(language, "Prêts donnés et reçus", "Loans given and received"),
        &say(language, HEADINGS_FR, HEADINGS_EN),
        rows,
    )
}

fn row(one: &Exchanged, language: Language) -> Vec<Cell> {
    vec![
        Cell::from(match one.side {
            Side::Received => say(language, "reçu", "received"),
            Side::Given | Side::Exchanged => say(language, "donné", "given"),
        }),
        Cell::Text(one.partner.clone()),
        Cell::Text(one.name.clone()),
        Cell::Text(one.category.clone()),
        Cell::from(words::nature(language, one.nature)),
        Cell::Day(one.from),
        Cell::from(one.returned),
        Cell::from(one.days),
        Cell::from(one.days_in_year),
        Cell::Number(one.pieces),
        Cell::from(one.item_days),
        Cell::from(one.value_cents.map(Cell::Cents)),
        Cell::from(words::state(language, one.state)),
        Cell::Text(one.loan.to_string()),
    ]
}
