//! Files of accounting entries (FEC): contributions in kind as accountants import them, and the journal of exports by
//! which nothing goes into the accounts twice.

pub mod check;
pub mod entry;
pub mod findings;
pub(crate) mod routes;
pub mod rows;
pub mod rules;
pub mod write;

use rusqlite::Connection;

use crate::accounts::chart::Chart;
use crate::accounts::rules::Valued;
use crate::audit::rules::{About, Event};
use crate::auth::rules::Of;
use crate::auth::rules::Right;
use crate::auth::{Act, Whose};
use crate::calendar::rules::{Period, Year};
use crate::error::{Error, Fault};
use crate::grid::rules::Unit;
use crate::grid::value::Valuer;
use crate::id::Id;
use crate::ledger::family::Standing;
use crate::ledger::rows::Recorded;
use crate::ledger::rules::State;
use crate::ledger::scan;
use crate::structure::rules::{Siren, Siret};
use crate::{grid, ledger, structure};
use rules::{ENTRIES_MAX, Export, LeftOut, Wish};
use write::{File, Writer};

/// An export, for those who read the records of its structure.
///
/// # Errors
/// [`Error::NotFound`].
pub fn visible(act: &Act<'_>, id: Id) -> Result<Export, Error> {
    let export = rows::find(act.db, id)?.ok_or(Error::NotFound)?;
    if act.sees(export.structure_id)? { Ok(export) } else { Err(Error::NotFound) }
}

/// Makes an export of what a structure received in a year and no export contains, and how much is left out of it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`]; [`Error::NoSiren`], [`Error::NothingToExport`]; what [`grid::usable`] says
/// of the grid; [`Fault::Range`], [`Fault::NotAllowed`], [`Fault::Unknown`] at the fields.
pub fn export(act: &Act<'_>, id: Id, structure: Id, wish: &Wish) -> Result<(Export, LeftOut), Error> {
    let siren = named(act, structure)?;
    let valuer = grid::usable(act, wish.grid_id, Of::Structure(structure));
    let valuer = valuer.map_err(|error| error.when_missing(Fault::Unknown.at("/grid_id")))?;
    if valuer.grid.facts.unit != Unit::Euro {
        // There are no points in accounts.
        return Err(Fault::NotAllowed.at("/grid_id"));
    }
    let (ledger_seq, _) = ledger::rows::last(act.db)?;
    let mut export = Export {
        id,
        structure_id: structure,
        number: rows::next_number(act.db, structure)?,
        year: wish.year,
        grid_id: wish.grid_id,
        chart: wish.chart.unwrap_or(Chart::of_year(wish.year)),
        again: wish.again.unwrap_or(false),
        reverses: None,
        reversed_by: None,
        siren,
        ledger_seq,
        entries: 0,
        cents: 0,
        digest: [0; 32],
        created_at: act.now,
    };
    let Gathered { lines, left_out } = gather(act, &export, &valuer)?;
    if lines.is_empty() {
        return Err(Error::NothingToExport);
    }
    record(act, &mut export, &valuer, &lines)?;
    rows::insert_lines(act.db, export.id, &lines)?;
    Ok((export, left_out))
}

/// Makes the export that takes another back, entry by entry, after which its lines may be exported again.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`]; [`Error::WrongState`] when it was taken back, or takes another back.
pub fn reverse(act: &Act<'_>, id: Id, of: Id) -> Result<Export, Error> {
    let before = visible(act, of)?;
    act.require(Right::KeepBooks, Whose::Structure(before.structure_id))?;
    before.require_reversible()?;
    let (ledger_seq, _) = ledger::rows::last(act.db)?;
    let mut export = Export {
        id,
        number: rows::next_number(act.db, before.structure_id)?,
        again: false,
        reverses: Some(before.id),
        ledger_seq,
        created_at: act.now,
        ..before
    };
    let lines = rows::lines_of(act.db, &export)?;
    let valuer = valuer_of(act.db, &export)?;
    record(act, &mut export, &valuer, &lines)?;
    Ok(export)
}

/// The file of an export: the same bytes each time, made of the ledger and the grid, which do not change.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Internal`] when the bytes are not those that were exported.
pub fn file(act: &Act<'_>, id: Id) -> Result<(Export, File), Error> {
    let export = visible(act, id)?;
    let file = written(act.db, &export, &valuer_of(act.db, &export)?, &rows::lines_of(act.db, &export)?)?;
    if file.digest() != export.digest {
        return Err(Error::Internal(format!("the file of export {id} is not what it was")));
    }
    refuse_faulty(&export, &file)?;
    Ok((export, file))
}

/// The SIREN of a structure whose books the caller keeps.
fn named(act: &Act<'_>, structure: Id) -> Result<String, Error> {
    let found = structure::rows::find(act.db, structure)?.ok_or(Error::NotFound)?;
    if !act.sees(structure)? {
        return Err(Error::NotFound);
    }
    act.require(Right::KeepBooks, Whose::Structure(structure))?;
    rules::siren(found.facts.siren.as_ref().map(Siren::as_str), found.facts.siret.as_ref().map(Siret::as_str))
}

/// The places of the lines that an export is to contain, and what it does not contain.
#[derive(Default)]
struct Gathered {
    lines: Vec<i64>,
    left_out: LeftOut,
}

fn gather(act: &Act<'_>, export: &Export, valuer: &Valuer) -> Result<Gathered, Error> {
    let (structure, period) = (export.structure_id, days_of(export.year)?);
    let mut gathered = Gathered::default();
    scan::each_flow(act.db, Of::Structure(structure), period, export.ledger_seq, |line, flow, standing| {
        match Valued::within(period, line, flow, standing) {
            Some(part) if flow.receiver_id == Some(structure) => gathered.add(act.db, export, part, valuer),
            _ => Ok(()),
        }
    })?;
    // Contributions come with their corrections behind them; the file goes by the order of the ledger.
    gathered.lines.sort_unstable();
    Ok(gathered)
}

impl Gathered {
    fn add(&mut self, db: &Connection, export: &Export, part: Valued, valuer: &Valuer) -> Result<(), Error> {
        let left_out = &mut self.left_out;
        let count = if part.state == State::Contested {
            &mut left_out.contested
        } else if !rules::is_settled(&part.flow, part.state) {
            &mut left_out.declared
        } else if !export.again && rows::contains(db, export.structure_id, export.year, part.seq)? {
            &mut left_out.exported_before
        } else {
            let (seq, part) = (part.seq, part.by(valuer)?);
            match part.cents {
                None => &mut left_out.unvalued,
                Some(0) => &mut left_out.worthless,
                Some(_) if self.lines.len() >= ENTRIES_MAX => &mut left_out.beyond,
                Some(_) => {
                    self.lines.push(seq);
                    return Ok(());
                }
            }
        };
        *count += 1;
        Ok(())
    }
}

/// Writes, checks and records an export, and notes it in the audit trail.
fn record(act: &Act<'_>, export: &mut Export, valuer: &Valuer, lines: &[i64]) -> Result<(), Error> {
    let file = written(act.db, export, valuer, lines)?;
    (export.entries, export.cents, export.digest) = (file.entries, file.cents, file.digest());
    refuse_faulty(export, &file)?;
    rows::insert(act.db, export)?;
    act.audit(Event::Exported, about(export))
}

/// What values the lines of an export: its own grid, whatever became of that since.
fn valuer_of(db: &Connection, export: &Export) -> Result<Valuer, Error> {
    Ok(Valuer::new(grid::rows::find(db, export.grid_id)?.ok_or_else(|| lost(export))?))
}

fn lost(export: &Export) -> Error {
    Error::Internal(format!("export {} has lost its grid or a line", export.id))
}

/// The file of the lines at these places: one after the other, so that none but the last is in memory.
fn written(db: &Connection, export: &Export, valuer: &Valuer, lines: &[i64]) -> Result<File, Error> {
    let (mark, period) = (export.mark(), days_of(export.year)?);
    let mut writer = Writer::begin();
    for seq in lines {
        let Recorded { line, flow, .. } = ledger::rows::at(db, *seq)?.ok_or_else(|| lost(export))?;
        let standing = Standing { seq: *seq, state: State::Confirmed, unmeasured: 0 };
        let part = Valued::within(period, &line, &flow, standing).ok_or_else(|| lost(export))?.by(valuer)?;
        let cents = part.cents.ok_or_else(|| lost(export))?;
        writer.entry(&mark.entry(&part, cents))?;
    }
    writer.finish()
}

/// Refuses to hand out what our own checker refuses.
fn refuse_faulty(export: &Export, file: &File) -> Result<(), Error> {
    match check::check(&file.bytes, &export.file_name()).first() {
        None => Ok(()),
        Some(finding) => Err(Error::Internal(format!("export {}: {finding:?}", export.id))),
    }
}

fn days_of(year: i32) -> Result<Period, Error> {
    let year = Year::try_from(i64::from(year)).map_err(|fault| fault.at("/year"))?;
    year.period().ok_or_else(|| Error::Internal("a year without days".to_owned()))
}

/// As the audit trail speaks of an export.
#[must_use]
pub fn about(export: &Export) -> About {
    About { subject_id: Some(export.id), structure_id: Some(export.structure_id), cooperation_id: None }
}
