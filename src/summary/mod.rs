//! The contribution summary of a structure or a cooperation: of a year or of any period, as known at any moment.

pub mod asked;
pub mod cli;
pub mod document;
pub(crate) mod routes;
pub mod rules;
pub mod table;
pub mod walk;

use std::collections::HashMap;

use crate::auth::rules::Right;
use crate::auth::{Act, Whose};
use crate::error::{Error, Fault, FieldError};
use crate::export::{self, Document, Figure, Format};
use crate::http::words::Language;
use crate::id::Id;
use crate::ledger::heads;
use crate::ledger::rules::hex;
use crate::ledger::tally::Key;
use crate::picture::rules::{PERIOD_DAYS_MAX, Picture};
use crate::structure::rules::Listed;
use crate::{cooperation, ledger, picture, structure};
use asked::{Asked, FullTime, Known, Span};
use rules::{Arranging, Counts, Head, Scope, ScopeKind, Summary};

/// A summary as bytes; a page with its pictures.
///
/// # Errors
/// [`Error::Internal`] when it cannot be written.
pub fn written(summary: &Summary, pictures: Vec<Figure>, format: Format, language: Language) -> Result<Vec<u8>, Error> {
    if format == Format::Json {
        return serde_json::to_vec(summary).map_err(|error| Error::Internal(error.to_string()));
    }
    export::print(&Document { pictures, ..summary.document(format, language) }, format)
}

/// The pictures of a page to be shown in a meeting: who gave to whom, and month by month, in the unit of which there is
/// something. None beside a table, of an earlier moment, or of many years.
///
/// # Errors
/// As [`picture::seen`].
pub fn pictures(
    act: &Act<'_>,
    summary: &Summary,
    asked: &Asked,
    (format, language): (Format, Language),
) -> Result<Vec<Figure>, Error> {
    let period = summary.period;
    if format != Format::Html || asked.known != Known::Now || period.days() > PERIOD_DAYS_MAX {
        return Ok(Vec::new());
    }
    let asked =
        picture::Asked { scope: summary.scope.of(), period, unit: summary.unit(), groups: Vec::new(), language };
    let seen = picture::seen(act, &asked)?;
    Ok(picture::page::figures(&[Picture::Flows, Picture::Months], &seen, &asked))
}

/// The summary of a structure, for those who see what it records.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Parameter`] for a moment that the ledger does not know.
pub fn of_structure(act: &Act<'_>, id: Id, asked: &Asked) -> Result<Summary, Error> {
    let name = structure::rows::name(act.db, id)?.ok_or(Error::NotFound)?;
    if !act.may(Right::ReadSummary, Whose::Structure(id))? {
        return Err(Error::NotFound);
    }
    let outside = !act.may(Right::ReadPeople, Whose::Structure(id))?;
    summarise(act, Scope { r#type: ScopeKind::Structure, id, name }, asked, outside)
}

/// The summary of a cooperation, the same for every member: each knows people of one of the others at most.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Parameter`] for a moment that the ledger does not know.
pub fn of_cooperation(act: &Act<'_>, id: Id, asked: &Asked) -> Result<Summary, Error> {
    let name = cooperation::rows::name(act.db, id)?.ok_or(Error::NotFound)?;
    if !act.may(Right::ReadCommonSummary, Whose::Cooperation(id))? {
        return Err(Error::NotFound);
    }
    summarise(act, Scope { r#type: ScopeKind::Cooperation, id, name }, asked, true)
}

fn summarise(act: &Act<'_>, scope: Scope, asked: &Asked, outside: bool) -> Result<Summary, Error> {
    let head = head(act, asked.known)?;
    let (now, before) = if let (Some(year), Known::Now) = (asked.span.year(), asked.known) {
        (kept(act, &scope, year)?, kept(act, &scope, year - 1)?)
    } else {
        let walk = |period| walk::walk(act.db, scope.of(), period, head.seq);
        (walk(asked.span.period())?, asked.span.before().map(walk).transpose()?.unwrap_or_default())
    };
    arranged(act, scope, asked, outside, (&head, &now, &before))
}

/// The summary of a calendar year as it was known at a head, with the people in it as told outside. Who may read it is
/// for whoever asks to judge first.
///
/// # Errors
/// What SQLite refuses.
pub fn of_year_at(act: &Act<'_>, scope: Scope, span: Span, head: &heads::Head) -> Result<Summary, Error> {
    let walk = |period| walk::walk(act.db, scope.of(), period, head.seq);
    let (now, before) = (walk(span.period())?, span.before().map(walk).transpose()?.unwrap_or_default());
    let asked = Asked { span, known: Known::Now, full_time: FullTime::default() };
    arranged(act, scope, &asked, true, (head, &now, &before))
}

fn arranged(
    act: &Act<'_>,
    scope: Scope,
    asked: &Asked,
    outside: bool,
    (head, now, before): (&heads::Head, &Counts, &Counts),
) -> Result<Summary, Error> {
    let directory = &directory(act, [now, before])?;
    let head = Head { seq: head.seq, hash: hex(&head.hash), root: hex(&head.root) };
    Ok(Arranging { asked, now, before, directory, outside }.summary(scope, head))
}

/// The head as known at a moment.
fn head(act: &Act<'_>, known: Known) -> Result<heads::Head, Error> {
    let refused = |name: &str, fault| Error::Parameter(FieldError::new(name, fault));
    match known {
        Known::Now => heads::head(act.db),
        Known::At(instant) if instant > act.now => Err(refused("known_at", Fault::Future)),
        Known::At(instant) => {
            let seq = heads::known_at(act.db, instant)?;
            Ok(heads::at(act.db, seq)?.unwrap_or_else(heads::Head::of_nothing))
        }
        Known::AtLine(place) => {
            let (last, _) = ledger::rows::last(act.db)?;
            heads::at(act.db, place.seq())?.ok_or_else(|| refused("known_at_line", Fault::Range(1, last)))
        }
    }
}

/// What the rollups keep of a year: as many rows as the answer is long, however long the ledger is.
fn kept(act: &Act<'_>, scope: &Scope, year: i32) -> Result<Counts, Error> {
    Ok(Counts {
        cells: ledger::rollups::tallies(act.db, scope.id, year)?,
        delays: ledger::accord_rows::delays_of(act.db, scope.id, year, scope.r#type.sides())?,
        people: ledger::people::numbers(act.db, scope.id, year)?,
    })
}

fn directory(act: &Act<'_>, counts: [&Counts; 2]) -> Result<HashMap<Id, Listed>, Error> {
    let mut directory = HashMap::new();
    for (cell, _) in counts.into_iter().flat_map(|counts| &counts.cells) {
        if let Key::Party(Some(party)) = cell.key
            && !directory.contains_key(&party)
        {
            directory.insert(party, structure::rows::listed(act.db, party)?.unwrap_or_default());
        }
    }
    Ok(directory)
}
