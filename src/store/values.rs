//! How our values stand in columns: identifiers as 16 bytes, days as text, instants as milliseconds.

use std::str::FromStr;

use rusqlite::Row;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

use crate::clock::{Day, Moment};
use crate::error::Fault;
use crate::id::Id;

impl ToSql for Id {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(&self.bytes()[..]))
    }
}

impl FromSql for Id {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let bytes = <[u8; 16]>::try_from(value.as_blob()?).map_err(|_| FromSqlError::InvalidType)?;
        Ok(Self::from_bytes(bytes))
    }
}

impl ToSql for Day {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.to_string()))
    }
}

impl FromSql for Day {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Self::parse(value.as_str()?).map_err(|fault| FromSqlError::Other(Box::new(fault)))
    }
}

impl ToSql for Moment {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.millis()))
    }
}

impl FromSql for Moment {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_i64().map(Self::from_millis)
    }
}

/// A word of a closed list, as text in its column.
#[derive(Debug, Clone, Copy)]
pub struct Word<T>(pub T);

impl<T: Into<&'static str> + Copy> ToSql for Word<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.0.into()))
    }
}

impl<T: FromStr<Err: std::error::Error + Send + Sync + 'static>> FromSql for Word<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str()?.parse().map(Self).map_err(|error| FromSqlError::Other(Box::new(error)))
    }
}

/// A text column read back into its type.
///
/// # Errors
/// When the column holds what its type refuses.
pub fn required<T>(row: &Row<'_>, column: &str, parse: fn(&str) -> Result<T, Fault>) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    parse(&text).map_err(|fault| unreadable(column, fault))
}

/// A text column that may be null, read back into its type.
///
/// # Errors
/// When the column holds what its type refuses.
pub fn optional<T>(row: &Row<'_>, column: &str, parse: fn(&str) -> Result<T, Fault>) -> rusqlite::Result<Option<T>> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| parse(&text)).transpose().map_err(|fault| unreadable(column, fault))
}

fn unreadable(column: &str, fault: Fault) -> rusqlite::Error {
    let told = format!("{column}: {fault}").into();
    rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, told)
}

/// The columns of a row, one after the other. Finding a column by its name costs more than reading it:
/// worth it for the rows that are read by the thousand.
pub struct InOrder<'a, 'b> {
    row: &'a Row<'b>,
    next: usize,
}

impl<'a, 'b> InOrder<'a, 'b> {
    /// Begins with the first column.
    #[must_use]
    pub fn of(row: &'a Row<'b>) -> Self {
        Self { row, next: 0 }
    }

    /// The next column.
    ///
    /// # Errors
    /// When it holds what its type refuses.
    pub fn get<T: FromSql>(&mut self) -> rusqlite::Result<T> {
        let value = self.row.get(self.next)?;
        self.next += 1;
        Ok(value)
    }

    /// The next column, a text that may be null, read back into its type.
    ///
    /// # Errors
    /// When it holds what its type refuses.
    pub fn parsed<T>(&mut self, parse: fn(&str) -> Result<T, Fault>) -> rusqlite::Result<Option<T>> {
        let (column, text) = (self.next, self.get::<Option<String>>()?);
        text.map(|text| parse(&text)).transpose().map_err(|fault| unreadable(&format!("column {column}"), fault))
    }
}
