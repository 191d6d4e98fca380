//! How many people the lines name, by structure or cooperation, year and kind: counted in the transaction of each append.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension as _, Row, named_params};

use super::computed::Key;
use super::rules::{Deed, Kind, Line, State};
use crate::auth::rules::Of;
use crate::error::Error;
use crate::id::Id;
use crate::store::values::Word;

/// A person whom a line names, and the structure that knows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named {
    /// The person.
    pub person: Id,
    /// The structure that knows them.
    pub known_to: Id,
}

impl Named {
    /// True when a scope that sees the line counts this person: in their own structure, and in a cooperation. What a
    /// structure received from people of others tells it nothing of them.
    #[must_use]
    pub fn is_counted_in(self, scope: Of) -> bool {
        matches!(scope, Of::Cooperation(_)) || scope == Of::Structure(self.known_to)
    }
}

/// One person in one scope, year and kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Counted {
    /// The structure that knows them, or a cooperation.
    pub scope: Id,
    /// The calendar year in which the acts began.
    pub year: i32,
    /// What they gave; none: whatever it was.
    pub kind: Option<Kind>,
    /// Who.
    pub person: Id,
}

/// How `person_tally` writes that a row stands for all kinds.
const ANY: &str = "any";

/// True when the person of a line that stands so is counted: of a contribution that nobody contests.
#[must_use]
pub fn counts(line: &Line, state: State) -> bool {
    line.deed == Deed::Contribution && state != State::Contested
}

/// Where the person of a line is counted: in their own structure, and in the cooperation of the line.
fn places(line: &Line, named: Named) -> Vec<Counted> {
    let Some(flow) = &line.flow else { return Vec::new() };
    let scopes = [Some(named.known_to), flow.cooperation_id].into_iter().flatten();
    let kinds = [Some(flow.kind), None];
    let year = flow.occurred_on.year();
    scopes.flat_map(|scope| kinds.map(|kind| Counted { scope, year, kind, person: named.person })).collect()
}

/// The person whom a line names; none when it names nobody, or they were erased.
///
/// # Errors
/// What SQLite refuses.
pub fn named(db: &Connection, line: &Line) -> Result<Option<Named>, Error> {
    // What names somebody is sealed.
    if line.seal.is_none() {
        return Ok(None);
    }
    let mut statement = db.prepare_cached(
        "select o.id, o.structure_id from ledger_private p join person o on o.id = p.person_id where p.seq = :seq",
    )?;
    let row = |row: &Row<'_>| Ok(Named { person: row.get(0)?, known_to: row.get(1)? });
    Ok(statement.query_row(named_params! { ":seq": line.seq }, row).optional()?)
}

/// Brings the counts from where a line stood, if it did, to where it stands.
///
/// # Errors
/// What SQLite refuses.
pub fn follow(db: &Connection, line: &Line, before: Option<State>, after: State) -> Result<(), Error> {
    let (counted, counted_now) = (before.is_some_and(|before| counts(line, before)), counts(line, after));
    if counted == counted_now {
        return Ok(());
    }
    let Some(named) = named(db, line)? else { return Ok(()) };
    let step = if counted_now { once_more } else { once_less };
    places(line, named).iter().try_for_each(|place| step(db, place))
}

fn once_more(db: &Connection, place: &Counted) -> Result<(), Error> {
    let one = named_params! {
        ":scope": place.scope, ":year": place.year, ":kind": written(place.kind), ":person": place.person,
    };
    let begun = db
        .prepare_cached(
            "insert into person_tally (scope, year, kind, person_id, lines) values (:scope, :year, :kind, :person, 1)
             on conflict do nothing",
        )?
        .execute(one)?;
    if begun > 0 {
        return people(db, place.scope, place.year, written(place.kind), 1);
    }
    db.prepare_cached(&format!("update person_tally set lines = lines + 1 {ONE}"))?.execute(one)?;
    Ok(())
}

fn once_less(db: &Connection, place: &Counted) -> Result<(), Error> {
    let one = named_params! {
        ":scope": place.scope, ":year": place.year, ":kind": written(place.kind), ":person": place.person,
    };
    if db.prepare_cached(&format!("delete from person_tally {ONE} and lines = 1"))?.execute(one)? > 0 {
        return people(db, place.scope, place.year, written(place.kind), -1);
    }
    db.prepare_cached(&format!("update person_tally set lines = lines - 1 {ONE}"))?.execute(one)?;
    Ok(())
}

const ONE: &str = "where scope = :scope and year = :year and kind = :kind and person_id = :person";

/// So many people more.
fn people(db: &Connection, scope: Id, year: i32, kind: &str, more: i64) -> Result<(), Error> {
    db.prepare_cached(
        "insert into people_count (scope, year, kind, people) values (:scope, :year, :kind, :more)
         on conflict do update set people = people + excluded.people",
    )?
    .execute(named_params! { ":scope": scope, ":year": year, ":kind": kind, ":more": more })?;
    Ok(())
}

/// Counts an erased person nowhere any more.
///
/// # Errors
/// What SQLite refuses.
pub fn forget(db: &Connection, person: Id) -> Result<(), Error> {
    let mut forget =
        db.prepare_cached("delete from person_tally where person_id = :person returning scope, year, kind")?;
    let gone = forget.query_map(named_params! { ":person": person }, |row| {
        Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?))
    })?;
    for (scope, year, kind) in gone.collect::<Result<Vec<_>, _>>()? {
        people(db, scope, year, &kind, -1)?;
    }
    Ok(())
}

/// How many people a scope counts in a year, by kind and (none) in all.
///
/// # Errors
/// What SQLite refuses.
pub fn numbers(db: &Connection, scope: Id, year: i32) -> Result<BTreeMap<Option<Kind>, i64>, Error> {
    let mut statement = db
        .prepare_cached("select kind, people from people_count where scope = :scope and year = :year and people > 0")?;
    let rows =
        statement.query_map(named_params! { ":scope": scope, ":year": year }, |row| Ok((kind(row)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn written(kind: Option<Kind>) -> &'static str {
    kind.map_or(ANY, Into::into)
}

fn kind(row: &Row<'_>) -> rusqlite::Result<Option<Kind>> {
    if row.get_ref("kind")?.as_str() == Ok(ANY) {
        return Ok(None);
    }
    let Word(kind) = row.get("kind")?;
    Ok(Some(kind))
}

/// Tells each number of people that is not that of the people counted. Both tables are read in the order in which they
/// stand, so that nothing is sorted or kept.
///
/// # Errors
/// What SQLite refuses.
pub fn check_numbers(db: &Connection, faults: &mut Vec<String>) -> Result<(), Error> {
    let mut statement = db.prepare(
        "select hex(p.scope), p.year, p.kind, ifnull(c.people, 0) - p.people from (
           select scope, year, kind, count(*) as people from person_tally group by scope, year, kind) p
         left join people_count c on c.scope = p.scope and c.year = p.year and c.kind = p.kind
         where c.people is not p.people
         union all
         select hex(scope), year, kind, people from people_count c
         where people <> 0 and not exists (
           select 1 from person_tally p where p.scope = c.scope and p.year = c.year and p.kind = c.kind)",
    )?;
    let wrong = statement.query_map([], |row| {
        let (scope, year, kind, more): (String, i32, String, i64) =
            (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        Ok(format!("people of {} in {year} ({kind}): {more:+} beyond those who are counted", scope.to_lowercase()))
    })?;
    for wrong in wrong {
        faults.push(wrong?);
    }
    Ok(())
}

/// In which counts the person of a line that stands so has a part.
///
/// # Errors
/// What SQLite refuses.
pub fn counted(db: &Connection, line: &Line, state: State) -> Result<Vec<Counted>, Error> {
    let named = if counts(line, state) { named(db, line)? } else { None };
    Ok(named.map_or_else(Vec::new, |named| places(line, named)))
}

impl Key for Counted {
    /// Lines that name the person.
    type Sum = i64;
    const TABLE: &'static str = "person_tally";

    fn find(&self, db: &Connection) -> Result<Option<i64>, Error> {
        let mut statement = db.prepare_cached(&format!("select lines from person_tally {ONE}"))?;
        let one = named_params! {
            ":scope": self.scope, ":year": self.year, ":kind": written(self.kind), ":person": self.person,
        };
        Ok(statement.query_row(one, |row| row.get(0)).optional()?)
    }

    fn put(&self, db: &Connection, lines: i64) -> Result<(), Error> {
        db.prepare_cached(
            "replace into person_tally (scope, year, kind, person_id, lines)
             values (:scope, :year, :kind, :person, :lines)",
        )?
        .execute(named_params! {
            ":scope": self.scope, ":year": self.year, ":kind": written(self.kind), ":person": self.person,
            ":lines": lines,
        })?;
        Ok(())
    }

    fn each(
        db: &Connection,
        mut visit: impl FnMut(rusqlite::Result<(Self, i64)>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut statement = db.prepare("select * from person_tally")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            visit(counted_in(row))?;
        }
        Ok(())
    }
}

fn counted_in(row: &Row<'_>) -> rusqlite::Result<(Counted, i64)> {
    let (scope, year, kind) = (row.get("scope")?, row.get("year")?, kind(row)?);
    Ok((Counted { scope, year, kind, person: row.get("person_id")? }, row.get("lines")?))
}

impl Counted {
    /// Tells that other lines are counted than those that name the person.
    #[must_use]
    pub fn miscounted(&self, stored: i64, right: i64) -> String {
        let (Self { scope, year, kind, person }, more) = (self, stored.saturating_sub(right));
        let kind = written(*kind);
        format!("people of {scope} in {year} ({kind}): person {person} has {more:+} lines beyond those that name them")
    }
}
