//! Exports: one neutral document of tables, and its printers. A further format is one file and one line here.

pub mod csv;
pub mod html;
pub mod number;
pub mod stream;
pub mod xlsx;

use std::borrow::Cow;

use csv::Dialect;
use maud::Markup;

use crate::clock::Day;
use crate::error::Error;
use crate::http::words::Language;

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// A whole number.
    Number(i64),
    /// A ratio, in billionths: nine decimals at most.
    Billionths(i128),
    /// Money, or points in hundredths: two decimals always.
    Cents(i64),
    /// A day.
    Day(Day),
    /// A text.
    Text(String),
    /// Nothing to say.
    Empty,
    /// Nothing yet: room to write by hand on paper.
    Room,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<Day> for Cell {
    fn from(day: Day) -> Self {
        Self::Day(day)
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}

/// Headings and rows, before anybody decides how they look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// A word or two: the name of its sheet, the title above it.
    pub name: String,
    /// One heading a column.
    pub headings: Vec<Cow<'static, str>>,
    /// As many cells as headings in each.
    pub rows: Vec<Vec<Cell>>,
    /// What a spreadsheet draws beside it.
    pub chart: Option<Chart>,
}

impl Table {
    /// A table without a chart.
    #[must_use]
    pub fn new(name: impl Into<String>, headings: &[&'static str], rows: Vec<Vec<Cell>>) -> Self {
        let headings = headings.iter().copied().map(Cow::Borrowed).collect();
        Self { name: name.into(), headings, rows, chart: None }
    }
}

/// Bars, one for each of the first rows of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chart {
    /// How many rows are drawn.
    pub rows: usize,
    /// The column of their names.
    pub names: usize,
    /// The column of their numbers.
    pub numbers: usize,
}

/// A drawing with what it shows.
#[derive(Debug, Clone)]
pub struct Figure {
    /// Above it.
    pub title: String,
    /// Under it: the same in words.
    pub said: String,
    /// The drawing (SVG).
    pub drawing: Markup,
}

/// What is printed together.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// Above all.
    pub title: String,
    /// Whose, of when: under the title.
    pub under: String,
    /// The language of its texts.
    pub language: Language,
    /// Paragraphs that explain what follows.
    pub prose: Vec<String>,
    /// The tables; the first is the one that formats of a single table hold.
    pub tables: Vec<Table>,
    /// Drawings.
    pub pictures: Vec<Figure>,
    /// Small print: sources, the head of the ledger.
    pub notes: Vec<String>,
}

/// How something is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For programs: each room writes its own.
    Json,
    /// The first table, for spreadsheets and programs.
    Csv(Dialect),
    /// A workbook with a sheet for each table.
    Xlsx,
    /// A page to print.
    Html,
}

impl Format {
    /// Its media type (RFC 9110 section 8.3).
    #[must_use]
    pub fn media(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv(_) => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Html => "text/html; charset=utf-8",
        }
    }
}

/// Prints a document.
///
/// # Errors
/// [`Error::Internal`] when a printer fails, or for JSON, which is no printer of tables.
pub fn print(document: &Document, format: Format) -> Result<Vec<u8>, Error> {
    match format {
        Format::Json => Err(Error::Internal("a table is not printed as JSON".to_owned())),
        Format::Csv(dialect) => {
            document.tables.first().map_or_else(|| Ok(Vec::new()), |table| csv::print(table, dialect))
        }
        Format::Xlsx => xlsx::print(document),
        Format::Html => Ok(html::print(document).into_string().into_bytes()),
    }
}
