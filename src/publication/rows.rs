//! What is published, summed up before it leaves the database.

use rusqlite::{Connection, named_params};

use super::rules::{Key, Member, Sum};
use crate::error::Error;
use crate::id::Id;

/// Each contribution of a cooperation that nobody contests, with its corrections in it, unless they left nothing of it;
/// and whether each structure at its ends chose to publish, through the membership of that day. What has a structure at
/// neither end is published by nobody.
const CONTRIBUTIONS: &str = "with flow as (
    select l.occurred_on as day, l.kind, l.category, l.giver_id, l.receiver_id,
      l.provenance = 'estimated' as estimated, max(ifnull(s.state, 'declared') = 'confirmed' and l.act = 'contribution') as confirmed,
      sum(l.minutes) as minutes, sum(l.item_days) as item_days, sum(l.occasions) as occasions,
      sum(l.participants) as participants
    from ledger l left join standing s on s.seq = l.seq
    where l.cooperation_id = :cooperation and l.kind is not null and ifnull(s.state, 'declared') <> 'contested'
    group by ifnull(l.subject, l.seq)
    having max(ifnull(sum(l.minutes), 0), ifnull(sum(l.item_days), 0), sum(l.occasions), ifnull(sum(l.participants), 0)) > 0
  ), chosen as (
    select structure_id, starts_on, ifnull(ends_on, '9999') as ends_on from membership
    where cooperation_id = :cooperation and publishes = 1
  ), contribution as (
    select *, coalesce(giver_id, receiver_id) is not null
      and (giver_id is null or exists (select 1 from chosen where structure_id = giver_id and starts_on <= day and ends_on > day))
      and (receiver_id is null or exists (select 1 from chosen where structure_id = receiver_id and starts_on <= day and ends_on > day))
      as published
    from flow)";

/// Every cell of what its parties chose to publish, however little it rests on.
///
/// # Errors
/// What SQLite refuses.
pub fn cells(db: &Connection, cooperation: Id) -> Result<Vec<(Key, Sum)>, Error> {
    let mut statement = db.prepare_cached(&format!(
        "{CONTRIBUTIONS}
         select cast(substr(day, 1, 4) as integer), cast(substr(day, 6, 2) as integer), kind, category, count(*),
           sum(confirmed), sum(estimated), sum(iif(kind in ('equipment', 'premises'), item_days, minutes) is null),
           sum(ifnull(minutes, 0)), sum(ifnull(item_days, 0)), sum(occasions), sum(ifnull(participants, 0))
         from contribution where published group by 1, 2, 3, 4"
    ))?;
    let rows = statement.query_map(named_params! { ":cooperation": cooperation }, |row| {
        let key = Key { year: row.get(0)?, month: row.get(1)?, kind: row.get(2)?, category: row.get(3)? };
        let sum = Sum {
            contributions: row.get(4)?,
            confirmed: row.get(5)?,
            estimated: row.get(6)?,
            unmeasured: row.get(7)?,
            minutes: row.get(8)?,
            item_days: row.get(9)?,
            occasions: row.get(10)?,
            participants: row.get(11)?,
        };
        Ok((key, sum))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many contributions there are, published or not.
///
/// # Errors
/// What SQLite refuses.
pub fn contributions(db: &Connection, cooperation: Id) -> Result<i64, Error> {
    let mut statement = db.prepare_cached(&format!("{CONTRIBUTIONS} select count(*) from contribution"))?;
    Ok(statement.query_row(named_params! { ":cooperation": cooperation }, |row| row.get(0))?)
}

/// Each structure that is or was in a cooperation, by name.
///
/// # Errors
/// What SQLite refuses.
pub fn members(db: &Connection, cooperation: Id) -> Result<Vec<Member>, Error> {
    let mut statement = db.prepare_cached(
        "select s.name, max(m.publishes) from membership m join structure s on s.id = m.structure_id
         where m.cooperation_id = :cooperation group by s.id order by s.name, s.id",
    )?;
    let rows = statement.query_map(named_params! { ":cooperation": cooperation }, |row| {
        Ok(Member { name: row.get(0)?, publishes: row.get(1)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
