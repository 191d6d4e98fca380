//! A file and its mapping, read into items: one row, or the rows of one session.

use std::collections::HashMap;
use std::io::Cursor;

use csv::{Position, Reader, StringRecord};

use super::cells::{self, Encoding};
use super::mapping::{Bound, Mapping, MappingError, Records};
use crate::error::{Error, FieldError};
use crate::id::Id;

/// What is recorded as one thing: where its rows stand in the file, of which there may be a million.
#[derive(Debug, Clone)]
pub struct Item {
    /// The identifier it always has, so that the same file read again finds it.
    pub id: Id,
    first: Position,
    /// Those of a session after its first.
    more: Vec<Position>,
}

impl Item {
    fn places(&self) -> impl Iterator<Item = &Position> {
        std::iter::once(&self.first).chain(&self.more)
    }

    /// The lines of its rows in the file, the heading being line 1.
    pub fn lines(&self) -> impl Iterator<Item = u64> {
        self.places().map(Position::line)
    }
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
    text: String,
    delimiter: u8,
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

impl From<csv::Error> for SheetError {
    fn from(error: csv::Error) -> Self {
        Self::Table(error.to_string())
    }
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
        let mut reader = reader(&text, delimiter, true);
        let bound = mapping.bind(reader.headers()?)?;
        let items = items(&mapping, &bound, &mut reader, rows_max)?;
        Ok(Self { mapping, bound, encoding, items, text: text.into_owned(), delimiter })
    }

    /// A reader of rows.
    #[must_use]
    pub fn rows(&self) -> Rows<'_> {
        Rows(reader(&self.text, self.delimiter, false))
    }
}

/// The rows of a sheet, read again where they stand.
pub struct Rows<'a>(Reader<Cursor<&'a str>>);

impl Rows<'_> {
    /// The rows of an item.
    ///
    /// # Errors
    /// [`Error::Internal`] when one is no longer there.
    pub fn of(&mut self, item: &Item) -> Result<Vec<StringRecord>, Error> {
        let gone = |error: csv::Error| Error::Internal(error.to_string());
        let read = |position: &Position| {
            self.0.seek(position.clone()).map_err(gone)?;
            let mut row = StringRecord::new();
            self.0.read_record(&mut row).map_err(gone)?;
            Ok(row)
        };
        item.places().map(read).collect()
    }
}

fn reader(text: &str, delimiter: u8, headings: bool) -> Reader<Cursor<&str>> {
    csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(headings).from_reader(Cursor::new(text))
}

/// Each row with its identifier, or the rows of a session together.
fn items(
    mapping: &Mapping,
    bound: &Bound,
    reader: &mut Reader<Cursor<&str>>,
    rows_max: usize,
) -> Result<Vec<Item>, SheetError> {
    // By the digest of what makes a row what it is: a long file would hardly fit a second time.
    let mut seen: HashMap<Id, usize> = HashMap::new();
    let mut items: Vec<Item> = Vec::new();
    let (mut row, mut rows) = (StringRecord::new(), 0);
    while reader.read_record(&mut row)? {
        // A line of separators only, as spreadsheets leave them at the end, holds no row.
        if row.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if rows == rows_max {
            return Err(SheetError::TooManyRows(rows_max));
        }
        rows += 1;
        let place = row.position().cloned().unwrap_or_else(Position::new);
        let identity = identity(mapping, bound, &row);
        let mut parts: Vec<&str> = identity.iter().map(String::as_str).collect();
        let same = Id::of(&parts);
        let known = seen.get(&same).copied();
        if let (true, Some(position)) = (mapping.group, known) {
            items[position].more.push(place);
            continue;
        }
        // Rows that say the same are different things, unless they carry a key of their own.
        let occurrence = if mapping.group { 0 } else { known.unwrap_or(0) };
        let count = occurrence.to_string();
        parts.push(&count);
        seen.insert(same, if mapping.group { items.len() } else { occurrence + 1 });
        items.push(Item { id: Id::of(&parts), first: place, more: Vec::new() });
    }
    Ok(items)
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
