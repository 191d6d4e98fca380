//! One walk through the lines of a structure or a cooperation: those of a period, as known at some line.

use rusqlite::{Connection, named_params};

use super::family::{Family, Standing};
use super::rows::{LINE, line};
use super::rules::{Flow, Line};
use crate::auth::rules::Of;
use crate::calendar::rules::Period;
use crate::error::Error;
use crate::store::values::InOrder;

/// Hands each contribution of a scope that touches a period to a visitor, in the order of the ledger, with its
/// corrections and all that was said of either up to the line `head`: as it was known when that line was the last.
/// One family is in memory at a time.
///
/// A contribution touches a period when its day, or one of its days, lies in it.
///
/// # Errors
/// What the visitor answers, which ends the walk; what SQLite refuses.
pub fn each_family(
    db: &Connection,
    scope: Of,
    period: Period,
    head: i64,
    mut visit: impl FnMut(&Family) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut contributions = db.prepare_cached(&contributions_of(scope))?;
    let mut said = db.prepare_cached(&said())?;
    let mut rows = contributions.query(named_params! {
        ":scope": scope.id(), ":from": period.from, ":until": period.until, ":head": head,
    })?;
    while let Some(row) = rows.next()? {
        let mut columns = InOrder::of(row);
        let (mut lines, is_spoken_of) = (vec![line(&mut columns)?], columns.get()?);
        if is_spoken_of {
            let about = named_params! { ":root": lines[0].seq, ":head": head };
            let later = said.query_map(about, |row| line(&mut InOrder::of(row)))?.collect::<Result<Vec<_>, _>>()?;
            lines.extend(later);
        }
        if let Some(family) = Family::new(lines) {
            visit(&family)?;
        }
    }
    Ok(())
}

/// The family of a contribution as it was known when the line `head` was the last.
///
/// # Errors
/// [`Error::NotFound`] when no contribution stands there; what SQLite refuses.
pub fn family_at(db: &Connection, root: i64, head: i64) -> Result<Family, Error> {
    let mut statement =
        db.prepare_cached(&format!("select {LINE} from ledger l where l.seq = :root union all {}", said()))?;
    let of = named_params! { ":root": root, ":head": head };
    let lines = statement.query_map(of, |row| line(&mut InOrder::of(row)))?;
    Family::new(lines.collect::<Result<_, _>>()?).ok_or(Error::NotFound)
}

/// What was said of a contribution and of its corrections, but for what cannot be read.
///
/// # Errors
/// What SQLite refuses.
pub(super) fn said_of(db: &Connection, root: i64) -> Result<Vec<Line>, Error> {
    let mut said = db.prepare_cached(&said())?;
    let lines =
        said.query_map(named_params! { ":root": root, ":head": i64::MAX }, |row| line(&mut InOrder::of(row)))?;
    Ok(lines.filter_map(Result::ok).collect())
}

/// A word is about a contribution or about one of its corrections.
fn said() -> String {
    format!(
        "select {LINE} from ledger l
         where (l.subject = :root or l.subject in (select seq from ledger where subject = :root)) and l.seq <= :head
         order by seq"
    )
}

/// The same flow by flow: each contribution, followed by its corrections, with where it stood.
///
/// # Errors
/// As [`each_family`].
pub fn each_flow(
    db: &Connection,
    scope: Of,
    period: Period,
    head: i64,
    mut visit: impl FnMut(&Line, &Flow, Standing) -> Result<(), Error>,
) -> Result<(), Error> {
    each_family(db, scope, period, head, |family| {
        let flows = family.lines().iter().filter_map(|line| Some((line, line.flow.as_ref()?)));
        flows.zip(family.standings()).try_for_each(|((line, flow), standing)| visit(line, flow, standing))
    })
}

/// Walks an index that holds a scope's lines in their order, so that nothing is sorted or kept.
fn contributions_of(scope: Of) -> String {
    let of = |index: &str, end: &str| {
        format!(
            "select {LINE}, exists (select 1 from ledger later where later.subject = l.seq and later.seq <= :head)
             from ledger l indexed by {index}
             where {end} = :scope and l.act = 'contribution' and l.seq <= :head
               and l.occurred_on < :until and (l.occurred_on >= :from or l.occurred_until > :from)"
        )
    };
    match scope {
        Of::Cooperation(_) => {
            format!("{} order by l.seq", of("ledger_by_cooperation", "l.cooperation_id"))
        }
        // Nobody gives to themselves: no line is in both.
        Of::Structure(_) => {
            let (given, received) = (of("ledger_by_giver", "l.giver_id"), of("ledger_by_receiver", "l.receiver_id"));
            format!("{given} union all {received} order by seq")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Id;

    #[test]
    fn a_walk_sorts_nothing() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(include_str!("../../schema.sql")).unwrap();
        let id = Id::of(&["a scope"]);
        for scope in [Of::Structure(id), Of::Cooperation(id)] {
            let mut statement = db.prepare(&format!("explain query plan {}", contributions_of(scope))).unwrap();
            let mut plan = statement.raw_query();
            while let Some(step) = plan.next().unwrap() {
                let step: String = step.get("detail").unwrap();
                assert!(!step.contains("TEMP"), "{step}");
            }
        }
    }
}
