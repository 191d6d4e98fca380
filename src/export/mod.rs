//! Exports: one neutral table, and its printers.

pub mod csv;

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// A whole number.
    Number(i64),
    /// A ratio, in billionths: nine decimals at most.
    Billionths(i128),
    /// A text.
    Text(String),
    /// Nothing to say.
    Empty,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Number(number)
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
    /// One heading a column.
    pub headings: Vec<&'static str>,
    /// As many cells as headings in each.
    pub rows: Vec<Vec<Cell>>,
}
