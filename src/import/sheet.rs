//! A file and its mapping, read into items: one row, or the rows of one session.

use std::collections::HashMap;

use csv::StringRecord;

use super::cells::{self, Encoding};
use super::mapping::{Bound, Mapping, MappingError, Records};
use crate::error::{Error, FieldError};
use crate::id::Id;

/// What is recorded as one thing.
#[derive(Debug, Clone)]
pub struct Item {
    /// The identifier it always has, so that the same file read again finds it.
    pub id: Id,
    /// Its rows, with their lines in the file.
    pub rows: Vec<(u64, StringRecord)>,
}

/// A file that its mapping fits.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// How to read it.
    pub mapping: Mapping,
    /// Where its fields are.
    pub bound: Bound,
    /// How its bytes were read.
    pub encoding: Encoding,
    /// What it holds.
    pub items: Vec<Item>,
}

/// Why a file cannot be read at all, in plain words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// The mapping makes no sense, or does not fit the file.
    #[error(transparent)]
    Mapping(#[from] MappingError),
    /// The file is no table.
    #[error("the file cannot be read as CSV: {0}")]
    Table(String),
    /// The file is too long.
    #[error("the file has more than {0} rows")]
    TooManyRows(usize),
}

impl From<SheetError> for Error {
    fn from(error: SheetError) -> Self {
        let (part, text) = match error {
            SheetError::Mapping(error) => ("mapping", format!("{}|{}", error.code(), bare(&error.to_string()))),
            SheetError::Table(error) => ("file", format!("not-a-table|{}", bare(&error))),
            SheetError::TooManyRows(most) => ("file", format!("too-many-rows|{most}")),
        };
        Self::Invalid(vec![FieldError::from_text(part, &text)])
    }
}

/// A text that can be an argument of a fault: the bar separates arguments.
fn bare(text: &str) -> String {
    text.replace('|', "¦")
}

impl Sheet {
    /// Reads a mapping and a file of at most so many rows.
    ///
    /// # Errors
    /// A [`SheetError`]; what is wrong in single rows is told later, row by row.
    pub fn read(file: &[u8], mapping: &str, rows_max: usize) -> Result<Self, SheetError> {
        let mapping = Mapping::parse(mapping)?;
        let (text, encoding) = cells::decode(file);
        let delimiter = mapping.delimiter.unwrap_or_else(|| cells::delimiter(&text));
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
        let unreadable = |error: csv::Error| SheetError::Table(error.to_string());
        let bound = mapping.bind(reader.headers().map_err(unreadable)?)?;
        let mut rows = Vec::new();
        for row in reader.records() {
            let row = row.map_err(unreadable)?;
            // A line of separators only, as spreadsheets leave them at the end, holds no row.
            if row.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            if rows.len() == rows_max {
                return Err(SheetError::TooManyRows(rows_max));
            }
            rows.push((row.position().map_or(0, csv::Position::line), row));
        }
        let items = items(&mapping, &bound, rows);
        Ok(Self { mapping, bound, encoding, items })
    }
}

/// Each row with its identifier, or the rows of a session together.
fn items(mapping: &Mapping, bound: &Bound, rows: Vec<(u64, StringRecord)>) -> Vec<Item> {
    // By the digest of what makes a row what it is: a long file would hardly fit a second time.
    let mut seen: HashMap<Id, usize> = HashMap::new();
    let mut items: Vec<Item> = Vec::new();
    for (line, row) in rows {
        let identity = identity(mapping, bound, &row);
        let mut parts: Vec<&str> = identity.iter().map(String::as_str).collect();
        let same = Id::of(&parts);
        let known = seen.get(&same).copied();
        if let (true, Some(position)) = (mapping.group, known) {
            items[position].rows.push((line, row));
            continue;
        }
        // Rows that say the same are different things, unless they carry a key of their own.
        let occurrence = if mapping.group { 0 } else { known.unwrap_or(0) };
        let count = occurrence.to_string();
        parts.push(&count);
        seen.insert(same, if mapping.group { items.len() } else { occurrence + 1 });
        items.push(Item { id: Id::of(&parts), rows: vec![(line, row)] });
    }
    items
}

/// What makes a row what it is: its key, its session, or all that is read of it.
fn identity(mapping: &Mapping, bound: &Bound, row: &StringRecord) -> Vec<String> {
    let of_session = ["giver", "day", "skill", "cooperation"];
    let fields: Vec<&str> = match bound.get(row, "key") {
        Some(_) => vec!["key"],
        None if mapping.group => of_session.to_vec(),
        None => mapping.records.fields().iter().copied().filter(|field| bound.has(field)).collect(),
    };
    let said = |field: &&str| [(*field).to_owned(), bound.get(row, field).unwrap_or_default().to_owned()];
    let kind = ["import".to_owned(), Records::word(mapping.records).to_owned()];
    kind.into_iter().chain(fields.iter().flat_map(said)).collect()
}
