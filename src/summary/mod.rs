//! The yearly contribution summary of a structure or a cooperation.

pub mod cli;
pub(crate) mod routes;
pub mod rules;

use crate::auth::rules::Right;
use crate::auth::{Act, Whose};
use crate::error::Error;
use crate::export::csv::{self, Dialect};
use crate::http::words::Language;
use crate::id::Id;
use crate::ledger::rules::hex;
use crate::ledger::tally::{Cell, Key, Sum};
use crate::{cooperation, ledger, structure};
use rules::{Head, Scope, ScopeKind, Summary};

/// How a summary is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For programs.
    Json,
    /// For spreadsheets.
    Csv(Dialect),
}

/// A summary as bytes.
///
/// # Errors
/// [`Error::Internal`] when it cannot be written.
pub fn written(summary: &Summary, format: Format) -> Result<Vec<u8>, Error> {
    let dialect = match format {
        Format::Json => return serde_json::to_vec(summary).map_err(|error| Error::Internal(error.to_string())),
        Format::Csv(dialect) => dialect,
    };
    let language = if dialect == Dialect::French { Language::Fr } else { Language::En };
    csv::print(&summary.table(language), dialect)
}

/// The summary of a structure, for those who see what it records.
///
/// # Errors
/// [`Error::NotFound`].
pub fn of_structure(act: &Act<'_>, id: Id, year: i32) -> Result<Summary, Error> {
    let name = structure::rows::name(act.db, id)?.ok_or(Error::NotFound)?;
    if !act.may(Right::ReadSummary, Whose::Structure(id))? {
        return Err(Error::NotFound);
    }
    summarise(act, Scope { r#type: ScopeKind::Structure, id, name }, year)
}

/// The summary of a cooperation, the same for every member.
///
/// # Errors
/// [`Error::NotFound`].
pub fn of_cooperation(act: &Act<'_>, id: Id, year: i32) -> Result<Summary, Error> {
    let name = cooperation::rows::name(act.db, id)?.ok_or(Error::NotFound)?;
    if !act.may(Right::ReadCommonSummary, Whose::Cooperation(id))? {
        return Err(Error::NotFound);
    }
    summarise(act, Scope { r#type: ScopeKind::Cooperation, id, name }, year)
}

/// Reads the rollups: as many rows as the answer is long, however long the ledger is.
fn summarise(act: &Act<'_>, scope: Scope, year: i32) -> Result<Summary, Error> {
    let head = ledger::heads::head(act.db)?;
    let tallies = ledger::rollups::tallies(act.db, scope.id, year)?;
    let delays = ledger::accord_rows::delays_of(act.db, scope.id, year, scope.r#type.sides())?;
    let names = names(act, &tallies)?;
    let head = Head { seq: head.seq, hash: hex(&head.hash), root: hex(&head.root) };
    Ok(rules::summary(scope, year, head, &tallies, &delays, &|party| names.get(&party).cloned()))
}

fn names(act: &Act<'_>, tallies: &[(Cell, Sum)]) -> Result<std::collections::HashMap<Id, String>, Error> {
    let mut names = std::collections::HashMap::new();
    for (cell, _) in tallies {
        if let Key::Party(Some(party)) = cell.key
            && !names.contains_key(&party)
        {
            names.insert(party, structure::rows::name(act.db, party)?.unwrap_or_default());
        }
    }
    Ok(names)
}
