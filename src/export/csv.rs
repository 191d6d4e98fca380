//! The CSV printer: plain (RFC 4180), or as French spreadsheets open it; a whole table, or row by row.

use super::{Cell, Table, number};
use crate::error::Error;
use crate::http::words::Language;
use crate::paper::words::short_day;

/// Whose habits the file follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// RFC 4180: commas, points, no byte order mark.
    Plain,
    /// UTF-8 with a byte order mark, semicolons, decimal commas: opened by a double click in France.
    French,
}

impl Dialect {
    /// The one that readers of a language expect.
    #[must_use]
    pub fn of(language: Language) -> Self {
        match language {
            Language::En => Self::Plain,
            Language::Fr => Self::French,
        }
    }
}

/// What a spreadsheet takes for the start of a formula, full-width forms included.
const FORMULA_STARTS: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '＠'];

/// Prints a table.
///
/// # Errors
/// [`Error::Internal`] when the printer fails, which needs more memory than there is.
pub fn print(table: &Table, dialect: Dialect) -> Result<Vec<u8>, Error> {
    let mut printer = Printer::begin(&table.headings, dialect)?;
    table.rows.iter().try_for_each(|row| printer.row(row))?;
    printer.take()
}

/// A table on its way out: what is printed of it may be taken at any time.
pub struct Printer {
    writer: csv::Writer<Vec<u8>>,
    dialect: Dialect,
}

impl Printer {
    /// A table with these headings.
    ///
    /// # Errors
    /// As [`print`].
    pub fn begin(headings: &[impl AsRef<str>], dialect: Dialect) -> Result<Self, Error> {
        let start = if dialect == Dialect::French { "\u{feff}" } else { "" };
        let mut printer = Self { writer: writer(dialect, start.as_bytes().to_vec()), dialect };
        printer.writer.write_record(headings.iter().map(AsRef::as_ref)).map_err(|error| failed(&error))?;
        Ok(printer)
    }

    /// One row more.
    ///
    /// # Errors
    /// As [`print`].
    pub fn row(&mut self, row: &[Cell]) -> Result<(), Error> {
        let dialect = self.dialect;
        self.writer.write_record(row.iter().map(|cell| printed(cell, dialect))).map_err(|error| failed(&error))
    }

    /// What is printed and was not taken yet.
    ///
    /// # Errors
    /// As [`print`].
    pub fn take(&mut self) -> Result<Vec<u8>, Error> {
        let full = std::mem::replace(&mut self.writer, writer(self.dialect, Vec::new()));
        full.into_inner().map_err(|error| failed(&error))
    }
}

fn writer(dialect: Dialect, start: Vec<u8>) -> csv::Writer<Vec<u8>> {
    let mut builder = csv::WriterBuilder::new();
    builder.terminator(csv::Terminator::CRLF);
    if dialect == Dialect::French {
        builder.delimiter(b';');
    }
    builder.from_writer(start)
}

fn failed(error: &dyn std::fmt::Display) -> Error {
    Error::Internal(error.to_string())
}

/// A text that a spreadsheet would run as a formula is shown as text, with an apostrophe before it.
fn printed(cell: &Cell, dialect: Dialect) -> String {
    match cell {
        Cell::Number(number) => number.to_string(),
        Cell::Billionths(billionths) => number::billionths(*billionths, dialect),
        Cell::Cents(cents) => number::cents(*cents, dialect),
        Cell::Day(day) if dialect == Dialect::French => short_day(Language::Fr, *day),
        Cell::Day(day) => day.to_string(),
        Cell::Text(text) if text.starts_with(FORMULA_STARTS) => format!("'{text}"),
        Cell::Text(text) => text.clone(),
        Cell::Empty | Cell::Room => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_never_run_as_a_formula() {
        for text in ["=1+1", "+33 4", "-1", "@SUM(A1)", "\tx", "＝1"] {
            assert_eq!(printed(&Cell::from(text), Dialect::Plain), format!("'{text}"));
        }
        assert_eq!(printed(&Cell::from("barnum - 6 m"), Dialect::Plain), "barnum - 6 m");
        assert_eq!(printed(&Cell::from(-3), Dialect::Plain), "-3", "a number is no text");
    }

    #[test]
    fn each_dialect_is_printed_as_its_readers_expect() {
        let rows = vec![vec![Cell::from("x;\"y\", z"), Cell::Cents(150_050)]];
        let table = Table::new("t", &["a", "b"], rows);
        let plain = String::from_utf8(print(&table, Dialect::Plain).unwrap()).unwrap();
        assert_eq!(plain, "a,b\r\n\"x;\"\"y\"\", z\",1500.50\r\n");
        let french = String::from_utf8(print(&table, Dialect::French).unwrap()).unwrap();
        assert_eq!(french, "\u{feff}a;b\r\n\"x;\"\"y\"\", z\";1500,50\r\n");
    }

    #[test]
    fn a_table_may_leave_in_pieces() {
        let mut printer = Printer::begin(&["a"], Dialect::French).unwrap();
        assert_eq!(printer.take().unwrap(), "\u{feff}a\r\n".as_bytes());
        printer.row(&[Cell::from(1)]).unwrap();
        assert_eq!(printer.take().unwrap(), b"1\r\n");
        assert_eq!(printer.take().unwrap(), b"", "nothing is given twice");
    }
}
