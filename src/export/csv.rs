//! The CSV printer: plain (RFC 4180), or as French spreadsheets open it.

use super::{Cell, Table};
use crate::error::Error;

/// Whose habits the file follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// RFC 4180: commas, no byte order mark.
    Plain,
    /// UTF-8 with a byte order mark, semicolons: opened by a double click in France.
    French,
}

/// What a spreadsheet takes for the start of a formula, full-width forms included.
const FORMULA_STARTS: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '＠'];

/// Prints a table.
///
/// # Errors
/// [`Error::Internal`] when the printer fails, which needs more memory than there is.
pub fn print(table: &Table, dialect: Dialect) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let mut builder = csv::WriterBuilder::new();
    builder.terminator(csv::Terminator::CRLF);
    if dialect == Dialect::French {
        bytes.extend_from_slice("\u{feff}".as_bytes());
        builder.delimiter(b';');
    }
    let failed = |error: &dyn std::fmt::Display| Error::Internal(error.to_string());
    let mut writer = builder.from_writer(&mut bytes);
    writer.write_record(&table.headings).map_err(|error| failed(&error))?;
    for row in &table.rows {
        writer.write_record(row.iter().map(|cell| printed(cell, dialect))).map_err(|error| failed(&error))?;
    }
    writer.flush().map_err(|error| failed(&error))?;
    drop(writer);
    Ok(bytes)
}

/// A text that a spreadsheet would run as a formula is shown as text, with an apostrophe before it.
fn printed(cell: &Cell, dialect: Dialect) -> String {
    match cell {
        Cell::Number(number) => number.to_string(),
        Cell::Billionths(billionths) => decimal(*billionths, dialect),
        Cell::Text(text) if text.starts_with(FORMULA_STARTS) => format!("'{text}"),
        Cell::Text(text) => text.clone(),
        Cell::Empty => String::new(),
    }
}

/// As the readers of the dialect write it, without zeros at the end.
fn decimal(billionths: i128, dialect: Dialect) -> String {
    let mark = if dialect == Dialect::French { ',' } else { '.' };
    let (sign, one) = (if billionths < 0 { "-" } else { "" }, 1_000_000_000);
    let (whole, part) = (billionths.unsigned_abs() / one, format!("{:09}", billionths.unsigned_abs() % one));
    match part.trim_end_matches('0') {
        "" => format!("{sign}{whole}"),
        part => format!("{sign}{whole}{mark}{part}"),
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
        assert_eq!(printed(&Cell::Billionths(-10_926_492), Dialect::Plain), "-0.010926492");
        assert_eq!(printed(&Cell::Billionths(33_500_000_000), Dialect::French), "33,5");
    }

    #[test]
    fn each_dialect_is_printed_as_its_readers_expect() {
        let table = Table { headings: vec!["a", "b"], rows: vec![vec![Cell::from("x;\"y\", z"), Cell::from(1500)]] };
        let plain = String::from_utf8(print(&table, Dialect::Plain).unwrap()).unwrap();
        assert_eq!(plain, "a,b\r\n\"x;\"\"y\"\", z\",1500\r\n");
        let french = String::from_utf8(print(&table, Dialect::French).unwrap()).unwrap();
        assert_eq!(french, "\u{feff}a;b\r\n\"x;\"\"y\"\", z\";1500\r\n");
    }
}
