//! The printer of pages: read on a phone, printed on A4. Pure.

use maud::{Markup, html};

use super::csv::Dialect;
use super::{Cell, Document, Table, number};
use crate::http::words::Language;
use crate::paper;
use crate::paper::words::{grouped, say, short_day};

/// Columns that an upright sheet holds; a document with a wider table is printed on its side.
const UPRIGHT_COLUMNS_MAX: usize = 8;
/// Bytes of a word that a column holds; longer ones (identifiers, digits of a hash) may break anywhere.
const WORD_BYTES_MAX: usize = 30;

/// A document as a page.
#[must_use]
pub fn print(document: &Document) -> Markup {
    let language = document.language;
    let content = html! {
        header {
            h1 { (document.title) }
            p.name { (document.under) }
        }
        @for paragraph in &document.prose { p { (paragraph) } }
        @for picture in &document.pictures {
            section.drawn {
                h2 { (picture.title) }
                figure { (picture.drawing) figcaption.small { (picture.said) } }
            }
        }
        @for table in &document.tables { (section(table, language)) }
        footer {
            @for note in &document.notes { p { (note) } }
        }
    };
    let wide = document.tables.iter().any(|table| table.headings.len() > UPRIGHT_COLUMNS_MAX);
    paper::page::page(language, if wide { "report wide" } else { "report" }, &document.title, &content)
}

fn section(table: &Table, language: Language) -> Markup {
    html! {
        section {
            h2 { (table.name) }
            table.figures.stacked {
                thead { tr { @for (column, heading) in table.headings.iter().enumerate() {
                    th.sum[is_numeric(table, column)] scope="col" { (heading) }
                } } }
                tbody {
                    @for row in &table.rows {
                        tr { @for (cell, heading) in row.iter().zip(&table.headings) { (printed(cell, heading, language)) } }
                    }
                }
            }
        }
    }
}

/// True when a column holds numbers and nothing else.
fn is_numeric(table: &Table, column: usize) -> bool {
    let cells = || table.rows.iter().filter_map(|row| row.get(column));
    cells().all(|cell| !matches!(cell, Cell::Text(_) | Cell::Day(_) | Cell::Room))
        && cells().any(|cell| *cell != Cell::Empty)
}

fn printed(cell: &Cell, heading: &str, language: Language) -> Markup {
    let said = said(cell, language);
    let kind = match cell {
        Cell::Text(_) if said.split_whitespace().any(|word| word.len() > WORD_BYTES_MAX) => Some("long"),
        Cell::Text(_) => None,
        Cell::Day(_) => Some("day"),
        Cell::Empty => Some("none"),
        Cell::Room => Some("room"),
        Cell::Number(_) | Cell::Billionths(_) | Cell::Cents(_) => Some("sum"),
    };
    html! { td class=[kind] data-label=(heading) { (said) } }
}

/// A cell as people read it.
#[must_use]
pub fn said(cell: &Cell, language: Language) -> String {
    match cell {
        Cell::Number(number) => thousands(&number.to_string(), language),
        Cell::Billionths(ratio) => thousands(&number::billionths(*ratio, Dialect::of(language)), language),
        Cell::Cents(cents) => thousands(&number::cents(*cents, Dialect::of(language)), language),
        Cell::Day(day) => short_day(language, *day),
        Cell::Text(text) => text.clone(),
        Cell::Empty | Cell::Room => String::new(),
    }
}

/// The whole part of a number, its thousands apart.
fn thousands(text: &str, language: Language) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("\u{2212}", digits));
    let end = digits.find([',', '.']).unwrap_or(digits.len());
    let (whole, rest) = digits.split_at(end);
    let whole = whole.parse().map_or_else(|_| whole.to_owned(), |whole| grouped(whole, say(language, "\u{202f}", ",")));
    format!("{sign}{whole}{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_set_as_people_read_them() {
        assert_eq!(said(&Cell::Cents(-123_456_789), Language::Fr), "\u{2212}1\u{202f}234\u{202f}567,89");
        assert_eq!(said(&Cell::Number(1234), Language::En), "1,234");
        assert_eq!(said(&Cell::Billionths(500_000_000), Language::Fr), "0,5");
    }

    #[test]
    fn what_people_wrote_is_never_markup() {
        let rows = vec![vec![Cell::from("<script>alert(1)</script>"), Cell::from(7)]];
        let document = Document { tables: vec![Table::new("<b>", &["a", "b"], rows)], ..Document::default() };
        let page = print(&document).into_string();
        assert!(page.contains("&lt;script&gt;") && page.contains("&lt;b&gt;") && !page.contains("<script"), "{page}");
    }
}
