//! Tables that leave row by row: read page by page as the client takes them, so that a long one takes no more memory than
//! a short one, and nobody who records waits for it.

use axum::body::{Body, Bytes};
use futures_util::stream;

use super::csv::{Dialect, Printer};
use super::xlsx::{Book, ROWS_MAX};
use super::{Cell, Document, Format};
use crate::error::{Error, Fault, FieldError};
use crate::http::reply::Streamed;

/// Bytes of a finished workbook that are sent at once.
const PIECE_BYTES: usize = 64 * 1024;

/// Prints one row into something.
pub type Print<T> = fn(&mut T, &[Cell]) -> Result<(), Error>;

/// The rows of a table, some at a time.
pub trait Pages: Send + Sized + 'static {
    /// Rows of a page at most.
    const ROWS_MAX: u32;

    /// Prints the next page into something, and gives that back.
    ///
    /// # Errors
    /// What reading answers, or printing.
    fn page<T: Send + 'static>(&mut self, into: T, print: Print<T>) -> impl Future<Output = Result<T, Error>> + Send;

    /// True once the last page was printed.
    fn is_over(&self) -> bool;
}

/// A table as CSV, under the headings of a document's first: the first page before anything is sent, so that what cannot
/// be read is still answered in words.
///
/// # Errors
/// What reading answers, or printing.
pub async fn as_csv<P: Pages>(
    mut pages: P,
    document: &Document,
    dialect: Dialect,
    ledger_head: String,
) -> Result<Streamed, Error> {
    let headings = document.tables.first().map_or(&[][..], |table| &table.headings);
    let mut printer = pages.page(Printer::begin(headings, dialect)?, Printer::row).await?;
    let first = printer.take()?;
    let rest = stream::try_unfold((pages, printer, Some(first)), |(mut pages, mut printer, ready)| async move {
        if let Some(first) = ready {
            return Ok::<_, Error>(Some((Bytes::from(first), (pages, printer, None))));
        }
        if pages.is_over() {
            return Ok(None);
        }
        printer = pages.page(printer, Printer::row).await?;
        let piece = Bytes::from(printer.take()?);
        Ok(Some((piece, (pages, printer, None))))
    });
    Ok(Streamed { media: Format::Csv(dialect).media(), ledger_head, body: Body::from_stream(rest) })
}

/// A table as a workbook, under the headings of a document's first, which is made on the disk before it is sent.
///
/// # Errors
/// What reading answers, or printing; [`Fault::Items`] at `from` for more rows than a sheet holds.
pub async fn as_workbook<P: Pages>(mut pages: P, document: &Document, ledger_head: String) -> Result<Streamed, Error> {
    let mut book = Book::begin(document)?;
    while !pages.is_over() {
        if ROWS_MAX - book.rows() < P::ROWS_MAX {
            let max = usize::try_from(ROWS_MAX).unwrap_or(usize::MAX);
            return Err(Error::Parameter(FieldError::new("from", Fault::Items(0, max))));
        }
        book = pages.page(book, Book::row).await?;
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
    Ok(Streamed { media: Format::Xlsx.media(), ledger_head, body: Body::from_stream(pieces) })
}

async fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(failed(&error)))
}

fn failed(error: &dyn std::fmt::Display) -> Error {
    Error::Internal(error.to_string())
}
