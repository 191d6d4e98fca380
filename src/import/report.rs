//! What became of each row.

use serde::Serialize;

use super::Order;
use super::cells::Encoding;
use crate::error::{Error, FieldError};
use crate::export::Cell;
use crate::http::faults;
use crate::http::words::Language;
use crate::id::Id;

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, strum::IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Became {
    /// It was recorded.
    Created,
    /// It had been recorded before.
    AlreadyThere,
    /// It cannot be recorded as it is.
    Refused,
}

/// One row's answer.
#[derive(Debug, Clone)]
pub struct RowReport {
    /// Its line in the file, the heading being line 1.
    pub line: u64,
    /// What became of it.
    pub became: Became,
    /// What it is recorded as.
    pub id: Option<Id>,
    /// Why it was refused.
    pub errors: Vec<FieldError>,
}

/// What became of a file.
#[derive(Debug, Clone)]
pub struct Report {
    /// What was ordered.
    pub order: Order,
    /// What was created was kept.
    pub recorded: bool,
    /// How the bytes of the file were read.
    pub encoding: Encoding,
    /// Each row, in the order of its item.
    pub rows: Vec<RowReport>,
}

/// A report in a language.
#[derive(Serialize)]
pub struct Told<'a> {
    dry_run: bool,
    atomic: bool,
    recorded: bool,
    encoding: Encoding,
    created: usize,
    already_there: usize,
    refused: usize,
    rows: Vec<ToldRow<'a>>,
}

#[derive(Serialize)]
struct ToldRow<'a> {
    line: u64,
    outcome: Became,
    id: Option<Id>,
    errors: Vec<ToldError<'a>>,
}

#[derive(Serialize)]
struct ToldError<'a> {
    field: &'a str,
    code: &'a str,
    message: String,
}

impl Report {
    /// A report whose rows stand in the order of the file.
    #[must_use]
    pub fn new(order: Order, recorded: bool, encoding: Encoding, mut rows: Vec<RowReport>) -> Self {
        rows.sort_by_key(|row| row.line);
        Self { order, recorded, encoding, rows }
    }

    /// How many rows became this.
    #[must_use]
    pub fn count(&self, became: Became) -> usize {
        self.rows.iter().filter(|row| row.became == became).count()
    }

    /// The report in a language.
    #[must_use]
    pub fn told(&self, language: Language) -> Told<'_> {
        let rows = self.rows.iter().map(|row| ToldRow {
            line: row.line,
            outcome: row.became,
            id: row.id,
            errors: row.errors.iter().map(|error| told(error, language)).collect(),
        });
        Told {
            dry_run: self.order.dry_run,
            atomic: self.order.atomic,
            recorded: self.recorded,
            encoding: self.encoding,
            created: self.count(Became::Created),
            already_there: self.count(Became::AlreadyThere),
            refused: self.count(Became::Refused),
            rows: rows.collect(),
        }
    }
}

/// Above the columns of the report as a table: one row for each row of the file.
pub const HEADINGS: [&str; 6] = ["line", "outcome", "id", "field", "code", "reason"];

impl RowReport {
    /// The row as it stands in the table.
    #[must_use]
    pub fn cells(&self) -> [Cell; 6] {
        let outcome: &str = self.became.into();
        let first = self.errors.first();
        [
            Cell::from(i64::try_from(self.line).unwrap_or(i64::MAX)),
            Cell::from(outcome),
            Cell::from(self.id.map(|id| id.to_string()).as_deref()),
            Cell::from(first.map(|error| error.pointer.as_str())),
            Cell::from(first.map(|error| error.code.as_str())),
            Cell::from(first.map(|error| faults::fault(error, Language::En)).as_deref()),
        ]
    }
}

fn told(error: &FieldError, language: Language) -> ToldError<'_> {
    ToldError { field: &error.pointer, code: &error.code, message: faults::fault(error, language) }
}

/// Why a row was refused, field by field.
///
/// # Errors
/// What is no fault of the row.
pub fn refusals(error: Error) -> Result<Vec<FieldError>, Error> {
    let whole = |code: &str| Ok(vec![FieldError::from_text("row", code)]);
    match error {
        Error::Invalid(fields) => Ok(fields.into_iter().map(in_words_of_the_mapping).collect()),
        Error::Duplicate(pointer) => Ok(vec![FieldError::from_text(pointer.trim_start_matches('/'), "already-there")]),
        Error::InUse(_) => whole("already-in-use"),
        Error::Forbidden => whole("forbidden"),
        Error::NotFound => whole("unknown-reference"),
        other => Err(other),
    }
}

/// The API's `/giver_id` or `/lender_id` is the mapping's `giver`.
fn in_words_of_the_mapping(mut error: FieldError) -> FieldError {
    let field = error.pointer.trim_start_matches('/').split('/').next().unwrap_or_default();
    let field = field.strip_suffix("_id").unwrap_or(field);
    error.pointer = match field {
        "lender" => "giver".to_owned(),
        "borrower" | "receivers" => "receiver".to_owned(),
        other => other.to_owned(),
    };
    error
}
