//! Standings and rollups in the database, kept in the transaction of each append.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, OptionalExtension as _, Row, Statement, ToSql, named_params};

use super::family::{Family, Standing};
use super::rows::family_of;
use super::rules::{Deed, Line, State};
use super::tally::{Cell, Dimension, Key, Side, Sum, moves};
use super::{accord_rows, computed, people};
use crate::error::Error;
use crate::id::Id;
use crate::store::values::{InOrder, Word};

/// Lines of one contribution, its corrections and words at most: a quarrel this long is not settled here.
pub const FAMILY_LINES_MAX: usize = 100;

/// Brings standings and rollups in line with a line just appended.
///
/// # Errors
/// [`Error::WrongState`] when too much was said about one contribution.
pub fn settle(db: &Connection, line: &Line) -> Result<(), Error> {
    if line.deed == Deed::Contribution {
        let Some(family) = Family::new(vec![line.clone()]) else { return Ok(()) };
        for standing in family.standings() {
            tally(db, line, &standing, 1)?;
            people::follow(db, line, None, standing.state)?;
        }
        return accord_rows::follow(db, None, &family);
    }
    let family = family_of(db, line.seq)?;
    if family.lines().len() > FAMILY_LINES_MAX {
        return Err(Error::WrongState { state: "settled".to_owned() });
    }
    for standing in family.standings() {
        let Some(flow) = family.lines().iter().find(|flow| flow.seq == standing.seq) else { continue };
        let before = if flow.seq == line.seq { None } else { Some(state(db, flow.seq)?) };
        if before == Some(standing.state) {
            continue;
        }
        if let Some(before) = before {
            tally(db, flow, &Standing { state: before, ..standing }, -1)?;
        }
        tally(db, flow, &standing, 1)?;
        people::follow(db, flow, before, standing.state)?;
        set_state(db, standing)?;
    }
    accord_rows::follow(db, family.before().as_ref(), &family)
}

/// Adds a flow to the rollups, or takes it out (−1).
fn tally(db: &Connection, line: &Line, standing: &Standing, sign: i64) -> Result<(), Error> {
    let mut statement = db.prepare_cached(
        "insert into tally (scope, year, side, dimension, key, kind, state,
                            lines, minutes, item_days, occasions, participants, unmeasured)
         values (:scope, :year, :side, :dimension, :key, :kind, :state,
                 :lines, :minutes, :item_days, :occasions, :participants, :unmeasured)
         on conflict do update set
           lines = lines + excluded.lines, minutes = minutes + excluded.minutes,
           item_days = item_days + excluded.item_days, occasions = occasions + excluded.occasions,
           participants = participants + excluded.participants, unmeasured = unmeasured + excluded.unmeasured",
    )?;
    for (cell, sum) in moves(line, standing) {
        add(&mut statement, &cell, if sign < 0 { -sum } else { sum })?;
    }
    Ok(())
}

fn add(statement: &mut Statement<'_>, cell: &Cell, sum: Sum) -> Result<(), Error> {
    statement.execute(named_params! {
        ":scope": cell.scope, ":year": cell.year, ":side": Word(cell.side), ":dimension": Word(cell.dimension),
        ":key": cell.key, ":kind": Word(cell.kind), ":state": Word(cell.state), ":lines": sum.lines,
        ":minutes": sum.minutes, ":item_days": sum.item_days, ":occasions": sum.occasions,
        ":participants": sum.participants, ":unmeasured": sum.unmeasured,
    })?;
    Ok(())
}

impl computed::Key for Cell {
    type Sum = Sum;
    const TABLE: &'static str = "tally";

    fn find(&self, db: &Connection) -> Result<Option<Sum>, Error> {
        let mut statement = db.prepare_cached(&format!(
            "select {CELL} from tally where scope = :scope and year = :year and side = :side and kind = :kind
               and state = :state and dimension = :dimension and key = :key"
        ))?;
        let place = named_params! {
            ":scope": self.scope, ":year": self.year, ":side": Word(self.side), ":kind": Word(self.kind),
            ":state": Word(self.state), ":dimension": Word(self.dimension), ":key": self.key,
        };
        Ok(statement.query_row(place, cell).optional()?.map(|(_, sum)| sum))
    }

    fn put(&self, db: &Connection, sum: Sum) -> Result<(), Error> {
        let mut statement = db.prepare_cached(&format!(
            "replace into tally ({CELL}) values (:scope, :year, :side, :dimension, :key, :kind, :state,
               :lines, :minutes, :item_days, :occasions, :participants, :unmeasured)"
        ))?;
        add(&mut statement, self, sum)
    }

    fn each(
        db: &Connection,
        mut visit: impl FnMut(rusqlite::Result<(Self, Sum)>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut statement = db.prepare(&format!("select {CELL} from tally"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            visit(cell(row))?;
        }
        Ok(())
    }
}

impl ToSql for Key {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Month(month) => ToSqlOutput::from(i64::from(*month)),
            Self::Word(word) => ToSqlOutput::from(word.as_str()),
            Self::Party(party) => {
                ToSqlOutput::Owned(Value::Blob(party.map_or_else(Vec::new, |id| id.bytes().to_vec())))
            }
        })
    }
}

impl FromSql for Key {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value {
            ValueRef::Integer(month) => {
                u8::try_from(month).map(Self::Month).map_err(|_| FromSqlError::OutOfRange(month))
            }
            ValueRef::Blob([]) => Ok(Self::Party(None)),
            ValueRef::Blob(_) => Id::column_result(value).map(|id| Self::Party(Some(id))),
            _ => value.as_str().map(|word| Self::Word(word.to_owned())),
        }
    }
}

fn set_state(db: &Connection, standing: Standing) -> Result<(), Error> {
    let mut statement = db.prepare_cached(
        "insert into standing (seq, state) values (:seq, :state) on conflict do update set state = excluded.state",
    )?;
    statement.execute(named_params! { ":seq": standing.seq, ":state": Word(standing.state) })?;
    Ok(())
}

/// Where a flow stands.
///
/// # Errors
/// What SQLite refuses.
pub fn state(db: &Connection, seq: i64) -> Result<State, Error> {
    let mut statement = db.prepare_cached("select state from standing where seq = :seq")?;
    let state = statement.query_row(named_params! { ":seq": seq }, |row| row.get(0)).optional()?;
    Ok(state.map_or(State::Declared, |Word(state)| state))
}

/// The rollups of a scope in a year.
///
/// # Errors
/// What SQLite refuses.
pub fn tallies(db: &Connection, scope: Id, year: i32) -> Result<Vec<(Cell, Sum)>, Error> {
    let mut statement = db.prepare_cached("select * from tally where scope = :scope and year = :year")?;
    let rows = statement.query_map(named_params! { ":scope": scope, ":year": year }, cell)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The columns of a cell, in the order in which [`cell`] reads them.
const CELL: &str = "scope, year, side, dimension, key, kind, state, lines, minutes, item_days, occasions, participants,
    unmeasured";

fn cell(row: &Row<'_>) -> rusqlite::Result<(Cell, Sum)> {
    let mut columns = InOrder::of(row);
    let (scope, year) = (columns.get()?, columns.get()?);
    let (Word::<Side>(side), Word::<Dimension>(dimension)) = (columns.get()?, columns.get()?);
    let (key, Word(kind), Word(state)) = (columns.get()?, columns.get()?, columns.get()?);
    let sum = Sum {
        lines: columns.get()?,
        minutes: columns.get()?,
        item_days: columns.get()?,
        occasions: columns.get()?,
        participants: columns.get()?,
        unmeasured: columns.get()?,
    };
    Ok((Cell { scope, year, side, dimension, key, kind, state }, sum))
}
