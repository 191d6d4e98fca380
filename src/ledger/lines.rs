//! Contributions line by line, as a table: read and sent page by page, so that a long year takes no more memory than a
//! short one, and nobody who records waits for it.

use std::collections::HashMap;

use axum::body::{Body, Bytes};
use futures_util::stream;

use super::heads;
use super::rows::{self, Filter, Recorded};
use super::words;
use crate::App;
use crate::auth::{Act, Caller};
use crate::error::{Error, Fault, FieldError};
use crate::export::csv::{Dialect, Printer};
use crate::export::xlsx::{Book, ROWS_MAX};
use crate::export::{Cell, Format};
use crate::http::reply::Streamed;
use crate::http::words::Language;
use crate::id::Id;
use crate::paper::words::say;
use crate::structure;

/// Lines that are read at once: a few milliseconds of a reader.
const PAGE_LINES: i64 = 500;
/// Bytes of a finished workbook that are sent at once.
const PIECE_BYTES: usize = 64 * 1024;

const HEADINGS_FR: [&str; 21] = [
    "ligne",
    "acte",
    "corrige",
    "du",
    "jusqu’au (exclu)",
    "nature",
    "catégorie",
    "donneur",
    "bénéficiaire",
    "minutes",
    "jours-matériel",
    "fois",
    "participants",
    "provenance",
    "règle d’estimation",
    "état",
    "déclaré par",
    "enregistré le",
    "identifiant",
    "identifiant du donneur",
    "identifiant du bénéficiaire",
];
const HEADINGS_EN: [&str; 21] = [
    "line",
    "act",
    "corrects",
    "from",
    "until",
    "kind",
    "category",
    "giver",
    "receiver",
    "minutes",
    "item_days",
    "occasions",
    "participants",
    "provenance",
    "provenance_rule",
    "state",
    "declared_by",
    "recorded_at",
    "id",
    "giver_id",
    "receiver_id",
];

/// Which lines are on their way out, and how far they are.
pub struct Lines {
    app: App,
    caller: Caller,
    filter: Filter,
    language: Language,
    /// The line before which the next page begins; none once all are sent.
    before: Option<i64>,
    names: HashMap<Id, String>,
}

impl Lines {
    /// The lines that a filter finds, newest first, as far as the ledger goes now; and its head.
    ///
    /// # Errors
    /// As [`super::require_scope`].
    pub async fn new(app: App, caller: Caller, filter: Filter, language: Language) -> Result<(Self, String), Error> {
        let (structure, cooperation) = (filter.structure_id, filter.cooperation_id);
        let question = move |act: &Act<'_>| {
            super::require_scope(act, structure, cooperation)?;
            heads::head(act.db)
        };
        let head = app.see(caller, question).await?;
        let before = Some(head.seq.saturating_add(1));
        Ok((Self { app, caller, filter, language, before, names: HashMap::new() }, head.written()))
    }

    /// Prints the next page into something, and gives that back; what the caller may see is asked again each time.
    async fn page<T: Send + 'static>(
        &mut self,
        mut into: T,
        print: fn(&mut T, &[Cell]) -> Result<(), Error>,
    ) -> Result<T, Error> {
        let (before, filter, language) = (self.before, self.filter.clone(), self.language);
        let mut names = std::mem::take(&mut self.names);
        let question = move |act: &Act<'_>| {
            super::require_scope(act, filter.structure_id, filter.cooperation_id)?;
            let found = rows::list(act.db, &filter, before, PAGE_LINES)?;
            for line in &found {
                print(&mut into, &row(act, line, language, &mut names)?)?;
            }
            let full = i64::try_from(found.len()) == Ok(PAGE_LINES);
            let last = found.last().filter(|_| full).map(|line| line.line.seq);
            Ok((into, names, last))
        };
        let (into, names, last) = self.app.see(self.caller, question).await?;
        (self.names, self.before) = (names, last);
        Ok(into)
    }
}

fn row(
    act: &Act<'_>,
    recorded: &Recorded,
    language: Language,
    names: &mut HashMap<Id, String>,
) -> Result<Vec<Cell>, Error> {
    let mut name = |id: Option<Id>| -> Result<Cell, Error> {
        let Some(id) = id else { return Ok(Cell::Empty) };
        if let Some(known) = names.get(&id) {
            return Ok(Cell::from(known.as_str()));
        }
        let found = structure::rows::name(act.db, id)?.unwrap_or_default();
        names.insert(id, found.clone());
        Ok(Cell::Text(found))
    };
    let Recorded { line, flow, state, corrects, .. } = recorded;
    let id = |id: Option<Id>| Cell::from(id.map(|id| id.to_string()));
    let quantities = flow.quantities;
    Ok(vec![
        Cell::from(line.seq),
        Cell::from(words::deed(language, line.deed)),
        id(*corrects),
        Cell::from(flow.occurred_on),
        Cell::from(flow.occurred_until),
        Cell::from(words::kind(language, flow.kind)),
        Cell::from(flow.category.as_str()),
        name(flow.giver_id)?,
        name(flow.receiver_id)?,
        Cell::from(quantities.minutes),
        Cell::from(quantities.item_days),
        Cell::from(quantities.occasions),
        Cell::from(quantities.participants),
        Cell::from(words::provenance(language, flow.basis.provenance)),
        Cell::from(flow.basis.rule.as_ref().map(|rule| rule.as_str().to_owned())),
        Cell::from(words::state(language, *state)),
        name(line.spoken_for)?,
        Cell::from(line.recorded_at.to_string()),
        id(Some(line.id)),
        id(flow.giver_id),
        id(flow.receiver_id),
    ])
}

/// The lines as CSV: the first page before anything is sent, so that what cannot be read is still answered in words.
///
/// # Errors
/// As [`Lines::new`].
pub async fn as_csv(mut lines: Lines, head: String) -> Result<Streamed, Error> {
    let dialect = Dialect::of(lines.language);
    let printer = Printer::begin(&say(lines.language, HEADINGS_FR, HEADINGS_EN), dialect)?;
    let mut printer = lines.page(printer, Printer::row).await?;
    let first = printer.take()?;
    let rest = stream::try_unfold((lines, printer, Some(first)), |(mut lines, mut printer, ready)| async move {
        if let Some(first) = ready {
            return Ok::<_, Error>(Some((Bytes::from(first), (lines, printer, None))));
        }
        if lines.before.is_none() {
            return Ok(None);
        }
        printer = lines.page(printer, Printer::row).await?;
        let piece = Bytes::from(printer.take()?);
        Ok(Some((piece, (lines, printer, None))))
    });
    Ok(Streamed { media: Format::Csv(dialect).media(), ledger_head: head, body: Body::from_stream(rest) })
}

/// The lines as a workbook, which is made on the disk before it is sent.
///
/// # Errors
/// As [`Lines::new`]; [`Fault::Items`] at `from` for more lines than a sheet holds.
pub async fn as_workbook(mut lines: Lines, head: String) -> Result<Streamed, Error> {
    let mut book = Book::begin("Contributions", &say(lines.language, HEADINGS_FR, HEADINGS_EN))?;
    while lines.before.is_some() {
        if i64::from(ROWS_MAX - book.rows()) < PAGE_LINES {
            let max = usize::try_from(ROWS_MAX).unwrap_or(usize::MAX);
            return Err(Error::Parameter(FieldError::new("from", Fault::Items(0, max))));
        }
        book = lines.page(book, Book::row).await?;
    }
    let file = on_a_thread(move || {
        let mut file = tempfile::tempfile().map_err(|error| failed(&error))?;
        book.finish(&mut file)?;
        std::io::Seek::rewind(&mut file).map_err(|error| failed(&error))?;
        Ok(file)
    })
    .await?;
    let pieces = stream::try_unfold(file, |mut file| async move {
        let (file, piece) = on_a_thread(move || {
            let mut piece = Vec::with_capacity(PIECE_BYTES);
            let mut part = std::io::Read::take(&mut file, PIECE_BYTES as u64);
            std::io::Read::read_to_end(&mut part, &mut piece).map_err(|error| failed(&error))?;
            Ok((file, piece))
        })
        .await?;
        Ok::<_, Error>((!piece.is_empty()).then(|| (Bytes::from(piece), file)))
    });
    Ok(Streamed { media: Format::Xlsx.media(), ledger_head: head, body: Body::from_stream(pieces) })
}

async fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(failed(&error)))
}

fn failed(error: &dyn std::fmt::Display) -> Error {
    Error::Internal(error.to_string())
}
