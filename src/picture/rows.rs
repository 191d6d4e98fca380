//! What flowed in a period, added up as it is read: as many rows as the answer is long. Contested lines are left out.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row, named_params};

use super::rules::{Flow, Party, Unit};
use crate::auth::rules::Of;
use crate::calendar::rules::Period;
use crate::error::Error;
use crate::id::Id;
use crate::ledger::rules::Kind;
use crate::ledger::tally::Key;
use crate::store::values::Word;

/// The condition that keeps the lines of a structure or a cooperation.
fn lines(scope: Of) -> &'static str {
    match scope {
        Of::Structure(_) => "(giver_id = :scope or receiver_id = :scope)",
        Of::Cooperation(_) => "cooperation_id = :scope",
    }
}

/// What each giver gave each receiver in a period.
///
/// # Errors
/// What SQLite refuses.
pub fn flows(db: &Connection, scope: Of, period: Period, unit: Unit) -> Result<Vec<Flow>, Error> {
    let sums = summed(db, scope, period, unit, "giver_id, receiver_id", |row| Ok((row.get(0)?, row.get(1)?)))?;
    let party = |id: Option<Id>, nobody| id.map_or(nobody, Party::Structure);
    let flow = |((giver, receiver), amount)| Flow {
        giver: party(giver, Party::Volunteers),
        receiver: party(receiver, Party::Commons),
        amount,
    };
    Ok(sums.into_iter().map(flow).collect())
}

/// What flowed of each kind in a period.
///
/// # Errors
/// What SQLite refuses.
pub fn kinds(db: &Connection, scope: Of, period: Period, unit: Unit) -> Result<Vec<(Kind, i64)>, Error> {
    let sums = summed(db, scope, period, unit, "kind", |row| {
        let Word(kind) = row.get(0)?;
        Ok(kind)
    })?;
    let mut kinds: Vec<(Kind, i64)> = sums.into_iter().collect();
    kinds.sort_unstable_by_key(|(kind, _)| <&str>::from(*kind));
    Ok(kinds)
}

/// Sums the lines that touch a period. A loan counts the item-days that fall into it, as the rollups count them: by the
/// difference of a running total rounded down. Everything else counts on the day on which it began. They are added up as
/// they are read: there are few sums, and SQLite would sort all lines in memory first.
fn summed<K: Ord>(
    db: &Connection,
    scope: Of,
    period: Period,
    unit: Unit,
    by: &str,
    key: fn(&Row<'_>) -> rusqlite::Result<K>,
) -> Result<BTreeMap<K, i64>, Error> {
    let (lines, ends) = (lines(scope), "ifnull(occurred_until, date(occurred_on, '+1 day'))");
    let whole: &str = unit.into();
    let (touches, amount) = if unit == Unit::ItemDays {
        (format!("{ends} > :from"), format!("{} - {}", part_until("reached"), part_until("before")))
    } else {
        ("occurred_on >= :from".to_owned(), "whole".to_owned())
    };
    let mut statement = db.prepare_cached(&format!(
        "with line as (
           select giver_id, receiver_id, kind, {whole} as whole,
                  cast(julianday({ends}) - julianday(occurred_on) as integer) as days,
                  cast(julianday(max(occurred_on, :from)) - julianday(occurred_on) as integer) as before,
                  cast(julianday(min({ends}, :until)) - julianday(occurred_on) as integer) as reached
           from ledger left join standing using (seq)
           where {lines} and act in ('contribution', 'correction') and ifnull(state, 'declared') <> 'contested'
             and occurred_on < :until and {touches})
         select {by}, {amount} as amount from line where whole is not null"
    ))?;
    let within = named_params! { ":scope": scope.id(), ":from": period.from, ":until": period.until };
    let mut rows = statement.query(within)?;
    let mut sums: BTreeMap<K, i64> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let sum = sums.entry(key(row)?).or_default();
        *sum = sum.saturating_add(row.get("amount")?);
    }
    sums.retain(|_, amount| *amount != 0);
    Ok(sums)
}

/// The part of a line's item-days until so many of its days have passed, rounded down, below zero too.
fn part_until(passed: &str) -> String {
    let so_far = format!("whole * {passed}");
    format!("({so_far} - ({so_far} % days + days) % days) / days")
}

/// How many contributions of a period nobody has measured in this unit, though it is theirs.
///
/// # Errors
/// What SQLite refuses.
pub fn unmeasured(db: &Connection, scope: Of, period: Period, unit: Unit) -> Result<i64, Error> {
    let kinds = match unit {
        Unit::Minutes => "'volunteer_hours', 'skill_by_volunteer', 'skill_by_staff'",
        Unit::ItemDays => "'equipment', 'premises'",
        Unit::Occasions => return Ok(0),
    };
    let (lines, whole) = (lines(scope), <&str>::from(unit));
    let mut statement = db.prepare_cached(&format!(
        "select count(*) from ledger as line left join standing using (seq)
         where {lines} and act = 'contribution' and kind in ({kinds}) and {whole} is null
           and ifnull(state, 'declared') <> 'contested' and occurred_on >= :from and occurred_on < :until
           and not exists (select 1 from ledger as later
                           where later.subject = line.seq and later.act = 'correction' and later.{whole} is not null)"
    ))?;
    let within = named_params! { ":scope": scope.id(), ":from": period.from, ":until": period.until };
    Ok(statement.query_row(within, |row| row.get(0))?)
}

/// One month of the rollups: year, month, kind, amount.
pub type InMonth = (i32, u8, Kind, i64);

/// What flowed of each kind in each month of some years, from the rollups.
///
/// # Errors
/// What SQLite refuses.
pub fn months(db: &Connection, scope: Of, first: i32, last: i32, unit: Unit) -> Result<Vec<InMonth>, Error> {
    let whole: &str = unit.into();
    let mut statement = db.prepare_cached(&format!(
        "select year, key, kind, sum({whole}) from tally
         where scope = :scope and year between :first and :last and dimension = 'month' and state <> 'contested'
         group by year, key, kind order by year, key, kind"
    ))?;
    let rows = statement.query_map(named_params! { ":scope": scope.id(), ":first": first, ":last": last }, |row| {
        let (key, Word(kind)) = (row.get(1)?, row.get(2)?);
        let month = if let Key::Month(month) = key { month } else { 0 };
        Ok((row.get(0)?, month, kind, row.get(3)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The structures that belong to a cooperation on some day of a period.
///
/// # Errors
/// What SQLite refuses.
pub fn members(db: &Connection, cooperation: Id, period: Period) -> Result<Vec<Id>, Error> {
    let mut statement = db.prepare_cached(
        "select distinct structure_id from membership
         where cooperation_id = :cooperation and starts_on < :until and ifnull(ends_on, '9999') > :from
         order by structure_id",
    )?;
    let within = named_params! { ":cooperation": cooperation, ":from": period.from, ":until": period.until };
    let rows = statement.query_map(within, |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
