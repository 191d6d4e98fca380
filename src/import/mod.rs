//! Imports: tables of other tools, read row by row; every row is answered, none is dropped.

pub mod cells;
pub mod file;
pub mod mapping;
mod names;
mod records;
pub mod report;
pub mod routes;
pub mod sheet;

use crate::auth::Act;
use crate::error::Error;
use crate::store::attempt;
use names::Names;
use records::Outcome;
use report::{Became, RowReport};
use sheet::{Item, Sheet};

/// Records each item in a part of its own: one that is refused leaves nothing behind and stops no other.
///
/// # Errors
/// What is no fault of a row: a full disk, a fault of ours.
pub fn run(act: &Act<'_>, sheet: &Sheet, items: &[Item], progress: &dyn Fn()) -> Result<Vec<RowReport>, Error> {
    let mut names = Names::default();
    let mut reports = Vec::with_capacity(items.len());
    for item in items {
        let done = attempt(act.db, || records::record(act, sheet, item, &mut names));
        let (became, id, errors) = match done {
            Ok(Outcome::Created(id)) => (Became::Created, Some(id), Vec::new()),
            Ok(Outcome::AlreadyThere(id)) => (Became::AlreadyThere, Some(id), Vec::new()),
            Err(error) => {
                // What the refused row had created is gone, so nothing remembered can be trusted.
                names = Names::default();
                (Became::Refused, None, records::refusals(error)?)
            }
        };
        for (line, _) in &item.rows {
            reports.push(RowReport { line: *line, became, id, errors: errors.clone() });
        }
        progress();
    }
    Ok(reports)
}

/// Why a run left nothing behind.
enum Undone {
    /// As asked: a trial, or all or nothing.
    AsAsked(Vec<RowReport>),
    /// Something broke.
    Failed(Error),
}

impl From<rusqlite::Error> for Undone {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// Records all items, and takes everything back when it was a trial, or when all or nothing was asked
/// for and a row was refused. True: it was kept.
///
/// # Errors
/// As [`run`].
pub fn run_whole(
    act: &Act<'_>,
    sheet: &Sheet,
    dry_run: bool,
    atomic: bool,
    progress: &dyn Fn(),
) -> Result<(bool, Vec<RowReport>), Error> {
    let done = attempt(act.db, || {
        let reports = run(act, sheet, &sheet.items, progress).map_err(Undone::Failed)?;
        let refused = reports.iter().any(|report| report.became == Became::Refused);
        if dry_run || (atomic && refused) { Err(Undone::AsAsked(reports)) } else { Ok(reports) }
    });
    match done {
        Ok(reports) => Ok((true, reports)),
        Err(Undone::AsAsked(reports)) => Ok((false, reports)),
        Err(Undone::Failed(error)) => Err(error),
    }
}
