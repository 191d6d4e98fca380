//! The printer of workbooks (ECMA-376): typed cells, headings that stay in sight, ready for A4; whole, or row by row.

use std::io::Write;

use rust_xlsxwriter::{Chart as Drawing, DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::csv::Dialect;
use super::{Cell, Chart, Document, Table, number};
use crate::error::Error;

/// Characters of a sheet's name at most: more, and spreadsheets call the file broken.
const NAME_CHARS_MAX: usize = 31;
/// What a sheet's name may not hold.
const NAME_FORBIDDEN: [char; 7] = [':', '\\', '/', '?', '*', '[', ']'];
/// Characters a column is wide, at least and at most.
const WIDTH_MIN: usize = 8;
const WIDTH_MAX: usize = 48;
/// Rows of a sheet at most, its headings included.
pub const ROWS_MAX: u32 = 1_048_576;
/// A4, in the numbering of spreadsheets.
const A4: u8 = 9;
/// The largest whole number that spreadsheets, which count in floats, keep exactly.
const EXACT_MAX: u64 = 1 << 53;

/// Prints a document: its title and notes on a first sheet, then a sheet for each table.
///
/// # Errors
/// [`Error::Internal`] when the printer fails.
pub fn print(document: &Document) -> Result<Vec<u8>, Error> {
    let mut book = workbook(&document.title)?;
    let mut names = Names::default();
    cover(&mut book, document, &mut names)?;
    for table in &document.tables {
        let name = names.fresh(&table.name);
        sheet(book.add_worksheet(), table, &name).map_err(|error| failed(&error))?;
    }
    book.save_to_buffer().map_err(|error| failed(&error))
}

/// A workbook that says the same of itself whenever it is made.
fn workbook(title: &str) -> Result<Workbook, Error> {
    let mut book = Workbook::new();
    let never = ExcelDateTime::from_ymd(2000, 1, 1).map_err(|error| failed(&error))?;
    book.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&never));
    Ok(book)
}

/// A first sheet of what stands around the tables, if anything does.
fn cover(book: &mut Workbook, document: &Document, names: &mut Names) -> Result<(), Error> {
    if document.prose.is_empty() && document.notes.is_empty() {
        return Ok(());
    }
    let heading = if document.language == crate::http::words::Language::Fr { "Lisez-moi" } else { "Read me" };
    around(book.add_worksheet(), document, &names.fresh(heading)).map_err(|error| failed(&error))
}

fn around(sheet: &mut Worksheet, document: &Document, name: &str) -> Result<(), XlsxError> {
    let (bold, wrapped) = (Format::new().set_bold(), Format::new().set_text_wrap());
    sheet.set_name(name)?.set_column_width(0, 90)?.set_paper_size(A4).set_print_fit_to_pages(1, 0);
    sheet.write_string_with_format(0, 0, &document.title, &bold)?.write_string(1, 0, &document.under)?;
    for (row, text) in (3..).zip(document.prose.iter().chain(&document.notes)) {
        sheet.write_string_with_format(row, 0, text, &wrapped)?;
    }
    Ok(())
}

fn sheet(sheet: &mut Worksheet, table: &Table, name: &str) -> Result<(), XlsxError> {
    sheet.set_name(name)?;
    let styles = Styles::new();
    begin(sheet, &table.headings, &styles)?;
    for (column, width) in (0..).zip(widths(table)) {
        sheet.set_column_width(column, u32::try_from(width).unwrap_or(u32::MAX))?;
    }
    for (row, cells) in (1..).zip(&table.rows) {
        write(sheet, row, cells, &styles)?;
    }
    if let Some(chart) = &table.chart {
        draw(sheet, table, chart, name)?;
    }
    Ok(())
}

/// Headings, repeated on every page that is printed, and in sight on the screen.
fn begin(sheet: &mut Worksheet, headings: &[impl AsRef<str>], styles: &Styles) -> Result<(), XlsxError> {
    sheet.set_paper_size(A4).set_landscape().set_print_fit_to_pages(1, 0).set_footer("&L&A&R&P / &N");
    sheet.set_freeze_panes(1, 0)?.set_repeat_rows(0, 0)?;
    for (column, heading) in (0..).zip(headings) {
        sheet.write_string_with_format(0, column, heading.as_ref(), &styles.heading)?;
    }
    Ok(())
}

fn write(sheet: &mut Worksheet, row: u32, cells: &[Cell], styles: &Styles) -> Result<(), XlsxError> {
    for (column, cell) in (0..).zip(cells) {
        match cell {
            Cell::Empty | Cell::Room => {}
            // A typed text is never run as a formula, whatever it begins with.
            Cell::Text(text) => drop(sheet.write_string(row, column, text)?),
            Cell::Day(day) => {
                let (year, month, number) = day.date().to_calendar_date();
                let year = u16::try_from(year).unwrap_or_default();
                let day = ExcelDateTime::from_ymd(year, month.into(), number)?;
                sheet.write_datetime_with_format(row, column, &day, &styles.day)?;
            }
            Cell::Number(number) => {
                let exact = number.unsigned_abs() <= EXACT_MAX;
                figure(sheet, (row, column), &number.to_string(), exact, &styles.number)?;
            }
            Cell::Cents(cents) => {
                let exact = cents.unsigned_abs() <= EXACT_MAX;
                figure(sheet, (row, column), &number::cents(*cents, Dialect::Plain), exact, &styles.cents)?;
            }
            Cell::Billionths(ratio) => {
                figure(sheet, (row, column), &number::billionths(*ratio, Dialect::Plain), true, &styles.ratio)?;
            }
        }
    }
    Ok(())
}

/// A number from its decimal text, so that the file holds the very digits; as text where floats would lose some.
fn figure(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    text: &str,
    exact: bool,
    style: &Format,
) -> Result<(), XlsxError> {
    match text.parse::<f64>() {
        Ok(number) if exact => sheet.write_number_with_format(row, column, number, style)?,
        _ => sheet.write_string(row, column, text)?,
    };
    Ok(())
}

fn draw(sheet: &mut Worksheet, table: &Table, chart: &Chart, name: &str) -> Result<(), XlsxError> {
    let last = u32::try_from(chart.rows.min(table.rows.len())).unwrap_or_default();
    let column = |column: usize| u16::try_from(column).unwrap_or_default();
    if last == 0 {
        return Ok(());
    }
    let mut drawing = Drawing::new_bar();
    let (names, numbers) = (column(chart.names), column(chart.numbers));
    drawing.add_series().set_categories((name, 1, names, last, names)).set_values((name, 1, numbers, last, numbers));
    drawing.title().set_name(table.headings.get(chart.numbers).map_or("", AsRef::as_ref));
    drawing.legend().set_hidden();
    drawing.set_alt_text(&table.name);
    sheet.insert_chart(1, column(table.headings.len() + 1), &drawing)?;
    Ok(())
}

/// How wide each column is, in characters.
fn widths(table: &Table) -> Vec<usize> {
    let length = |cell: Option<&Cell>| match cell {
        Some(Cell::Text(text)) => text.chars().count(),
        Some(Cell::Day(_)) => 10,
        _ => 0,
    };
    let widest = |(column, heading): (usize, &std::borrow::Cow<'_, str>)| {
        let longest = table.rows.iter().map(|row| length(row.get(column))).max().unwrap_or_default();
        (longest.max(heading.chars().count()) + 2).clamp(WIDTH_MIN, WIDTH_MAX)
    };
    table.headings.iter().enumerate().map(widest).collect()
}

struct Styles {
    heading: Format,
    number: Format,
    cents: Format,
    ratio: Format,
    day: Format,
}

impl Styles {
    fn new() -> Self {
        let number = |form| Format::new().set_num_format(form);
        Self {
            heading: Format::new().set_bold().set_text_wrap(),
            number: number("#,##0"),
            cents: number("#,##0.00"),
            ratio: number("0.#########"),
            // Shown as the reader's own spreadsheet writes days.
            day: Format::new().set_num_format_index(14),
        }
    }
}

/// Names of sheets that spreadsheets accept, each once.
#[derive(Default)]
struct Names(Vec<String>);

impl Names {
    fn fresh(&mut self, wanted: &str) -> String {
        let plain: String = wanted.replace(NAME_FORBIDDEN, " ").trim().trim_matches('\'').to_owned();
        let plain = if plain.is_empty() { "1".to_owned() } else { plain };
        let cut = |text: &str, chars: usize| text.chars().take(chars).collect::<String>();
        let mut name = cut(&plain, NAME_CHARS_MAX);
        let mut number = 2;
        while self.0.iter().any(|taken| taken.to_lowercase() == name.to_lowercase()) {
            let suffix = format!(" {number}");
            name = cut(&plain, NAME_CHARS_MAX - suffix.chars().count()) + &suffix;
            number += 1;
        }
        self.0.push(name.clone());
        name
    }
}

/// A sheet that grows row by row in a file of its own, however long it becomes.
pub struct Book {
    inner: Workbook,
    styles: Styles,
    /// Of the sheet that grows.
    place: usize,
    rows: u32,
}

impl Book {
    /// A workbook of a document, whose first table grows.
    ///
    /// # Errors
    /// [`Error::Internal`] when the disk does not take a temporary file.
    pub fn begin(document: &Document) -> Result<Self, Error> {
        let (mut book, styles, mut names) = (workbook(&document.title)?, Styles::new(), Names::default());
        cover(&mut book, document, &mut names)?;
        let (name, headings) =
            document.tables.first().map_or(("", &[][..]), |table| (table.name.as_str(), &table.headings));
        let place = book.worksheets().len();
        let sheet = book.add_worksheet_with_constant_memory().map_err(|error| failed(&error))?;
        let widths = |sheet: &mut Worksheet| {
            for (column, heading) in (0..).zip(headings) {
                let width = (heading.chars().count() + 2).clamp(12, WIDTH_MAX);
                sheet.set_column_width(column, u32::try_from(width).unwrap_or(u32::MAX))?;
            }
            Ok::<_, XlsxError>(())
        };
        let begun = sheet.set_name(names.fresh(name)).map(|_| ()).and_then(|()| widths(sheet));
        begun.and_then(|()| begin(sheet, headings, &styles)).map_err(|error| failed(&error))?;
        Ok(Self { inner: book, styles, place, rows: 1 })
    }

    /// One row more.
    ///
    /// # Errors
    /// [`Error::Internal`] beyond [`ROWS_MAX`], or when the disk is full.
    pub fn row(&mut self, cells: &[Cell]) -> Result<(), Error> {
        let sheet = self.inner.worksheet_from_index(self.place).map_err(|error| failed(&error))?;
        write(sheet, self.rows, cells, &self.styles).map_err(|error| failed(&error))?;
        self.rows += 1;
        Ok(())
    }

    /// The rows so far, headings included.
    #[must_use]
    pub fn rows(&self) -> u32 {
        self.rows
    }

    /// Writes the whole.
    ///
    /// # Errors
    /// [`Error::Internal`] when it cannot be written.
    pub fn finish(mut self, out: impl Write + Send) -> Result<(), Error> {
        self.inner.save_to_writer(out).map_err(|error| failed(&error))
    }
}

fn failed(error: &XlsxError) -> Error {
    Error::Internal(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_has_a_name_that_spreadsheets_accept() {
        let mut names = Names::default();
        assert_eq!(names.fresh("Prêts 2026/2027 [essai]"), "Prêts 2026 2027  essai");
        assert_eq!(names.fresh("'"), "1");
        let long = "a".repeat(40);
        assert_eq!(names.fresh(&long), "a".repeat(31));
        assert_eq!(names.fresh(&long), format!("{} 2", "a".repeat(29)), "each name stands once");
    }
}
