//! The loans of a year as lender and borrower both state them in their notes (ANC 2018-06, article 431-11). Pure.

use serde::Serialize;

use super::basis::Basis;
use super::words::Said;
use crate::calendar::rules::Period;
use crate::clock::Day;
use crate::equipment::rules::{Equipment, Nature};
use crate::export::{Cell, Document, Table};
use crate::http::words::Language;
use crate::id::Id;
use crate::ledger;
use crate::ledger::tally::Side;
use crate::loan::movement::{Movement, What, item_days, matched, standing};
use crate::loan::rules::{Loan, State};
use crate::paper::words::{self, say};

/// A loan as one of its parties states it in the notes to its accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Exchanged {
    /// Given or received.
    pub side: Side,
    /// The other party.
    pub partner: String,
    /// What was lent.
    pub name: String,
    /// What it counts as.
    pub category: String,
    /// A thing or premises.
    pub nature: Nature,
    /// The day the first piece left.
    pub from: Day,
    /// The day the last piece came back.
    pub returned: Option<Day>,
    /// From one to the other; none while it is out, or when nobody knows.
    pub days: Option<i64>,
    /// Those of the year.
    pub days_in_year: Option<i64>,
    /// Pieces that left.
    pub pieces: i64,
    /// Pieces times days, of those that are back or lost; none while nothing is known.
    pub item_days: Option<i64>,
    /// The value its owner declares, in cents.
    pub value_cents: Option<i64>,
    /// Where it stands.
    pub state: State,
    /// Which loan.
    #[serde(rename = "loan_id")]
    pub loan: Id,
}

impl Exchanged {
    /// A loan in the year that begins on this day, as the structure on one side of it states it.
    #[must_use]
    pub fn of(loan: &Loan, side: Side, partner: String, thing: Option<&Equipment>, year: Period) -> Self {
        let from = loan.handed_over_on.unwrap_or(loan.from);
        let returned = loan.returned_on;
        let away = returned.map(|back| Period { from, until: back.max(from.next()) });
        let within = |away: Period| Period { from: away.from.max(year.from), until: away.until.min(year.until) };
        Self {
            side,
            partner,
            name: thing.map_or(&loan.category, |thing| &thing.facts.name).as_str().to_owned(),
            category: loan.category.as_str().to_owned(),
            nature: loan.nature,
            from,
            returned,
            days: away.map(Period::days),
            days_in_year: away.map(|away| within(away).days().max(0)),
            pieces: loan.handed_over_quantity,
            item_days: item_days_of(&loan.movements),
            value_cents: thing.and_then(|thing| thing.facts.value_cents),
            state: loan.state,
            loan: loan.id,
        }
    }
}

/// Item-days of all that is back or lost, as the ledger counts them.
fn item_days_of(movements: &[Movement]) -> Option<i64> {
    let standing: Vec<Movement> = standing(movements).cloned().collect();
    let mut counted = None;
    for (position, back) in standing.iter().enumerate().filter(|(_, movement)| movement.what != What::HandOver) {
        let on = back.on?;
        let left = matched(&standing[..position], back.quantity);
        counted = Some(counted.unwrap_or(0) + item_days(&left, on));
    }
    counted
}

/// A loan of the list, with what the grid makes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stated {
    /// What both parties state.
    #[serde(flatten)]
    pub loan: Exchanged,
    /// The rate of the first day of the loan that lies in the year, in words.
    pub rate: Option<Said>,
    /// Item-days of the year as the ledger counts them, corrections included and what is contested left out; none while
    /// nothing of it is known.
    pub counted_item_days: Option<i64>,
    /// What those are worth; none without grid or rate.
    pub cents: Option<i64>,
}

/// The list of a structure and a year.
#[derive(Debug, Clone, Serialize)]
pub struct Loans {
    /// Whose, of when, by which grid.
    #[serde(flatten)]
    pub basis: Basis,
    /// Given and received, by the day they were to begin.
    pub loans: Vec<Stated>,
}

impl Loans {
    /// As a document of one table.
    #[must_use]
    pub fn document(&self, language: Language) -> Document {
        let title = say(language, "Prêts donnés et reçus", "Loans given and received");
        let tables = vec![table(&self.loans, language)];
        Document { tables, ..self.basis.document(language, title) }
    }
}

const HEADINGS_FR: [&str; 17] = [
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
    "comptés dans l’année",
    "valeur déclarée (€)",
    "tarif",
    "valorisation (€)",
    "état",
    "prêt",
];
const HEADINGS_EN: [&str; 17] = [
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
    "counted_in_year",
    "value_eur",
    "rate",
    "valued_at_eur",
    "state",
    "loan",
];

/// The list as a table: one row for each loan.
#[must_use]
pub fn table(loans: &[Stated], language: Language) -> Table {
    let rows = loans.iter().map(|one| row(one, language)).collect();
    Table::new(
        say(language, "Prêts donnés et reçus", "Loans given and received"),
        &say(language, HEADINGS_FR, HEADINGS_EN),
        rows,
    )
}

fn row(stated: &Stated, language: Language) -> Vec<Cell> {
    let one = &stated.loan;
    vec![
        Cell::from(ledger::words::side(language, one.side)),
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
        Cell::from(stated.counted_item_days),
        Cell::from(one.value_cents.map(Cell::Cents)),
        Cell::from(stated.rate.as_ref().map(|rate| rate.text(language))),
        Cell::from(stated.cents.map(Cell::Cents)),
        Cell::from(words::state(language, one.state)),
        Cell::Text(one.loan.to_string()),
    ]
}
