//! Imports: tables of other tools, read row by row; every row is answered, none is dropped.

pub mod cells;
pub mod file;
pub mod mapping;
mod names;
mod records;
pub mod report;
pub(crate) mod routes;
pub mod sheet;

use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;

use crate::App;
use crate::audit::rules::{About, Event};
use crate::auth::{Act, Caller};
use crate::error::Error;
use crate::store::attempt;
use names::Names;
use records::Outcome;
use report::{Became, Report, RowReport};
use sheet::{Item, Sheet};

/// Items recorded in one job of the writer. Few, so that others are not kept waiting, and because each
/// release of a savepoint within a job walks through all pages that the job has touched.
const ITEMS_AT_ONCE: usize = 8;
/// Jobs sent before the first is answered: the writer commits those that wait together.
const JOBS_AT_ONCE: usize = 128;

/// What is to be done with the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// Try everything, keep nothing.
    pub dry_run: bool,
    /// Keep nothing when a single row is refused.
    pub atomic: bool,
}

/// Records a sheet as ordered. That it was read in is told in the audit trail together with the first rows it records:
/// rows are never there untold, whatever becomes of the rest.
///
/// # Errors
/// [`Error::UnknownCaller`], and what is no fault of a row: a full disk, a fault of ours.
pub async fn record(
    app: &App,
    caller: Caller,
    sheet: &Arc<Sheet>,
    order: Order,
    progress: impl Fn(usize) + Clone + Send + 'static,
) -> Result<Report, Error> {
    let (recorded, rows) = if order.dry_run || order.atomic {
        let sheet = Arc::clone(sheet);
        app.store.write(move |db, now| whole(&Act::begin(db, now, caller)?, &sheet, order, &progress)).await?
    } else {
        (true, row_by_row(app, caller, sheet, &progress).await?)
    };
    Ok(Report::new(order, recorded, sheet.encoding, rows))
}

async fn row_by_row(
    app: &App,
    caller: Caller,
    sheet: &Arc<Sheet>,
    progress: &(impl Fn(usize) + Clone + Send + 'static),
) -> Result<Vec<RowReport>, Error> {
    // What one job finds or creates the next ones know; a refused row makes all of it doubtful.
    let names = Arc::new(Mutex::new(Names::default()));
    let starts: Vec<usize> = (0..sheet.items.len()).step_by(ITEMS_AT_ONCE).collect();
    let (mut rows, mut starts, mut is_told) = (Vec::with_capacity(sheet.items.len()), starts.as_slice(), false);
    while !starts.is_empty() {
        // One by one until one has recorded something and told so: who goes on may then rely on it.
        let (some, rest) = starts.split_at(if is_told { starts.len().min(JOBS_AT_ONCE) } else { 1 });
        let jobs = some.iter().map(|&start| {
            let (sheet, names, progress) = (Arc::clone(sheet), Arc::clone(&names), progress.clone());
            app.store.write(move |db: &Connection, now| {
                let act = Act::begin(db, now, caller)?;
                let end = sheet.items.len().min(start + ITEMS_AT_ONCE);
                let items = &sheet.items[start..end];
                let mut names = names.lock().unwrap_or_else(PoisonError::into_inner);
                let rows = run(&act, &sheet, items, &mut names, &progress, |work| attempt(db, work))?;
                Ok((is_told || tell(&act, &rows)?, rows))
            })
        });
        for done in futures_util::future::join_all(jobs).await {
            let (told, more) = done?;
            is_told = told;
            rows.extend(more);
        }
        starts = rest;
    }
    Ok(rows)
}

/// Tells in the audit trail that a table was read in, if any of these rows is new; true when it did.
fn tell(act: &Act<'_>, rows: &[RowReport]) -> Result<bool, Error> {
    let is_new = rows.iter().any(|row| row.became == Became::Created);
    if is_new {
        act.audit(Event::Imported, About::default())?;
    }
    Ok(is_new)
}

/// Records items one after the other; `part` runs each, and decides what a refused one leaves behind.
fn run(
    act: &Act<'_>,
    sheet: &Sheet,
    items: &[Item],
    names: &mut Names,
    progress: &dyn Fn(usize),
    part: impl Fn(&mut dyn FnMut() -> Result<Outcome, Error>) -> Result<Outcome, Error>,
) -> Result<Vec<RowReport>, Error> {
    let mut reports = Vec::with_capacity(items.len());
    let mut reader = sheet.rows();
    for item in items {
        let rows = reader.of(item)?;
        let done = part(&mut || records::record(act, sheet, item.id, &rows, names));
        let (became, id, errors) = match done {
            Ok(Outcome::Created(id)) => (Became::Created, Some(id), Vec::new()),
            Ok(Outcome::AlreadyThere(id)) => (Became::AlreadyThere, Some(id), Vec::new()),
            Err(error) => {
                // What the refused row had created may be gone, so nothing remembered can be trusted.
                *names = Names::default();
                (Became::Refused, None, report::refusals(error)?)
            }
        };
        reports.extend(item.lines().map(|line| RowReport { line, became, id, errors: errors.clone() }));
    }
    progress(items.len());
    Ok(reports)
}

/// Why a run left nothing behind.
enum Undone {
    /// As ordered: a trial, or all or nothing.
    AsOrdered(Vec<RowReport>),
    /// Something broke.
    Failed(Error),
}

impl From<rusqlite::Error> for Undone {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// Records all items in one part, and takes everything back when it was a trial, or when all or nothing
/// was ordered and a row was refused. True: it was kept.
fn whole(
    act: &Act<'_>,
    sheet: &Sheet,
    order: Order,
    progress: &dyn Fn(usize),
) -> Result<(bool, Vec<RowReport>), Error> {
    let done = attempt(act.db, || {
        let (mut names, mut reports) = (Names::default(), Vec::with_capacity(sheet.items.len()));
        for items in sheet.items.chunks(ITEMS_AT_ONCE) {
            // A refused row needs no part of its own: with it, everything is taken back.
            reports.extend(run(act, sheet, items, &mut names, progress, |work| work()).map_err(Undone::Failed)?);
        }
        let refused = reports.iter().any(|report| report.became == Became::Refused);
        if order.dry_run || refused {
            return Err(Undone::AsOrdered(reports));
        }
        tell(act, &reports).map_err(Undone::Failed)?;
        Ok(reports)
    });
    match done {
        Ok(reports) => Ok((true, reports)),
        Err(Undone::AsOrdered(reports)) => Ok((false, reports)),
        Err(Undone::Failed(error)) => Err(error),
    }
}
