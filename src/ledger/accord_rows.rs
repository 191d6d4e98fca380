//! Inboxes and delays in the database, kept in the transaction of each append.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension as _, Row, named_params};

use super::accord::{Delay, Owner, Place, delays, places};
use super::computed::Key;
use super::family::Family;
use super::tally::Side;
use crate::error::Error;
use crate::id::Id;
use crate::store::values::Word;

/// Brings inboxes and delays from what a family was, if it was, to what it is.
///
/// # Errors
/// What SQLite refuses.
pub fn follow(db: &Connection, before: Option<&Family>, after: &Family) -> Result<(), Error> {
    let (old, new) = (before.map(places).unwrap_or_default(), places(after));
    for place in old.difference(&new) {
        take_out(db, place)?;
    }
    for place in new.difference(&old) {
        put_in(db, place)?;
    }
    let of = |family: &Family| delays(family).into_iter().collect::<BTreeSet<Delay>>();
    let (old, new) = (before.map(of).unwrap_or_default(), of(after));
    old.difference(&new).try_for_each(|delay| count(db, delay, -1))?;
    new.difference(&old).try_for_each(|delay| count(db, delay, 1))
}

/// The owner as it is stored: its id, and whether it is a cooperation.
#[must_use]
pub fn stored(owner: Owner) -> (Id, bool) {
    match owner {
        Owner::Structure(structure) => (structure, false),
        Owner::Commons(cooperation) => (cooperation, true),
    }
}

fn put_in(db: &Connection, place: &Place) -> Result<(), Error> {
    let (owner, commons) = stored(place.owner);
    db.prepare_cached(
        "insert into inbox (owner_id, commons, tray, seq, giver_id) values (:owner, :commons, :tray, :seq, :giver)",
    )?
    .execute(named_params! {
        ":owner": owner, ":commons": commons, ":tray": Word(place.tray), ":seq": place.seq, ":giver": place.giver_id,
    })?;
    Ok(())
}

fn take_out(db: &Connection, place: &Place) -> Result<(), Error> {
    let (owner, commons) = stored(place.owner);
    db.prepare_cached(
        "delete from inbox where owner_id = :owner and commons = :commons and tray = :tray and seq = :seq",
    )?
    .execute(named_params! { ":owner": owner, ":commons": commons, ":tray": Word(place.tray), ":seq": place.seq })?;
    Ok(())
}

fn count(db: &Connection, delay: &Delay, lines: i64) -> Result<(), Error> {
    db.prepare_cached(
        "insert into delay (scope, year, side, days, lines) values (:scope, :year, :side, :days, :lines)
         on conflict do update set lines = lines + excluded.lines",
    )?
    .execute(named_params! {
        ":scope": delay.scope, ":year": delay.year, ":side": Word(delay.side), ":days": delay.days, ":lines": lines,
    })?;
    Ok(())
}

/// How many contributions of a scope and year took so many days to be confirmed: days, contributions.
///
/// # Errors
/// What SQLite refuses.
pub fn delays_of(db: &Connection, scope: Id, year: i32, sides: &[Side]) -> Result<Vec<(i64, i64)>, Error> {
    let mut found = Vec::new();
    let mut statement =
        db.prepare_cached("select days, lines from delay where scope = :scope and year = :year and side = :side")?;
    for side in sides {
        let rows = statement
            .query_map(named_params! { ":scope": scope, ":year": year, ":side": Word(*side) }, |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
        found.extend(rows.collect::<Result<Vec<_>, _>>()?);
    }
    Ok(found)
}

/// True when the inboxes hold this place.
///
/// # Errors
/// What SQLite refuses.
pub fn is_there(db: &Connection, place: &Place) -> Result<bool, Error> {
    let (owner, commons) = stored(place.owner);
    let mut statement = db.prepare_cached(
        "select 1 from inbox where owner_id = :owner and commons = :commons and tray = :tray and seq = :seq
           and giver_id is :giver",
    )?;
    Ok(statement.exists(named_params! {
        ":owner": owner, ":commons": commons, ":tray": Word(place.tray), ":seq": place.seq, ":giver": place.giver_id,
    })?)
}

/// Hands every place of the inboxes to a visitor, or why it cannot be read.
///
/// # Errors
/// What SQLite refuses.
pub fn each_place(db: &Connection, mut visit: impl FnMut(rusqlite::Result<Place>)) -> Result<(), Error> {
    let mut statement = db.prepare("select * from inbox")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        visit(place(row));
    }
    Ok(())
}

fn place(row: &Row<'_>) -> rusqlite::Result<Place> {
    let (id, Word(tray)) = (row.get("owner_id")?, row.get("tray")?);
    let owner = if row.get("commons")? { Owner::Commons(id) } else { Owner::Structure(id) };
    Ok(Place { owner, tray, seq: row.get("seq")?, giver_id: row.get("giver_id")? })
}

impl Key for Delay {
    type Sum = i64;
    const TABLE: &'static str = "delay";

    fn find(&self, db: &Connection) -> Result<Option<i64>, Error> {
        let mut statement = db.prepare_cached(
            "select lines from delay where scope = :scope and year = :year and side = :side and days = :days",
        )?;
        let place = named_params! {
            ":scope": self.scope, ":year": self.year, ":side": Word(self.side), ":days": self.days,
        };
        Ok(statement.query_row(place, |row| row.get(0)).optional()?)
    }

    fn put(&self, db: &Connection, lines: i64) -> Result<(), Error> {
        db.prepare_cached(
            "replace into delay (scope, year, side, days, lines) values (:scope, :year, :side, :days, :lines)",
        )?
        .execute(named_params! {
            ":scope": self.scope, ":year": self.year, ":side": Word(self.side), ":days": self.days, ":lines": lines,
        })?;
        Ok(())
    }

    fn each(
        db: &Connection,
        mut visit: impl FnMut(rusqlite::Result<(Self, i64)>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut statement = db.prepare("select * from delay")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            visit(delay(row))?;
        }
        Ok(())
    }
}

fn delay(row: &Row<'_>) -> rusqlite::Result<(Delay, i64)> {
    let Word(side) = row.get("side")?;
    let delay = Delay { scope: row.get("scope")?, year: row.get("year")?, side, days: row.get("days")? };
    Ok((delay, row.get("lines")?))
}
