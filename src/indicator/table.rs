//! The diagnosis as a table. Pure.

use super::diagnosis::{Departure, Diagnosis, InMonth, Indicator, Text};
use super::real::Decimal;
use crate::export::{Cell, Table};
use crate::http::words::Language;

const HEADINGS_EN: [&str; 11] = [
    "section",
    "code",
    "of",
    "value",
    "measure",
    "reference",
    "chance",
    "previous",
    "contributions",
    "reason",
    "in_words",
];
const HEADINGS_FR: [&str; 11] = [
    "partie",
    "code",
    "de",
    "valeur",
    "mesure",
    "repère",
    "hasard",
    "période d'avant",
    "contributions",
    "raison",
    "en clair",
];

impl Diagnosis {
    /// One row for each figure, structure and month. Codes are the same in every language; sentences are not.
    #[must_use]
    pub fn table(&self, language: Language) -> Table {
        let said = |text: &Text| {
            Cell::Text(match language {
                Language::Fr => text.fr.clone(),
                Language::En => text.en.clone(),
            })
        };
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        rows.extend(self.indicators.iter().map(|figure| self.of_figure(figure, said(&figure.text))));
        rows.extend(self.departures.iter().map(|departure| of_structure(departure, said(&departure.text))));
        rows.extend(self.months.iter().map(of_month));
        let headings = match language {
            Language::Fr => HEADINGS_FR,
            Language::En => HEADINGS_EN,
        };
        let name = match language {
            Language::Fr => "Diagnostic",
            Language::En => "Diagnosis",
        };
        Table::new(name, &headings, rows)
    }

    fn of_figure(&self, figure: &Indicator, text: Cell) -> Vec<Cell> {
        let group = figure.group.and_then(|number| self.groups.get(number));
        let group = group.and_then(|group| group.label.as_deref().or(group.key.as_deref()));
        vec![
            Cell::from("indicator"),
            Cell::from(<&str>::from(figure.code)),
            Cell::from(group),
            number(figure.value),
            Cell::from(<&str>::from(figure.measure)),
            number(figure.reference.as_ref().map(|reference| reference.value)),
            number(figure.chance),
            number(figure.previous),
            Cell::from(figure.flows),
            figure.reason.map_or(Cell::Empty, |reason| Cell::from(<&str>::from(reason))),
            text,
        ]
    }
}

fn of_structure(departure: &Departure, text: Cell) -> Vec<Cell> {
    let mut row = row("departure", "share", Cell::from(departure.structure.name.as_str()), departure.share);
    row[10] = text;
    row
}

fn of_month(month: &InMonth) -> Vec<Cell> {
    let mut row = row("month", "concordance", Cell::from(month.month.as_str()), month.concordance);
    row[8] = Cell::from(month.confirmed + month.declared + month.contested);
    row
}

fn row(section: &str, code: &str, of: Cell, value: Option<Decimal>) -> Vec<Cell> {
    let mut row = vec![Cell::from(section), Cell::from(code), of, number(value), Cell::from("share")];
    row.resize(HEADINGS_EN.len(), Cell::Empty);
    row
}

fn number(value: Option<Decimal>) -> Cell {
    value.map_or(Cell::Empty, |value| Cell::Billionths(value.billionths()))
}
