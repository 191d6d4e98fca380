//! What a diagnosis reads of the ledger, summed up before it leaves the database.

use rusqlite::{Connection, OptionalExtension as _, Row, named_params};

use super::diagnosis::Named;
use super::offers::{Offer, Offered, What};
use super::rules::{COORDINATION, Exchange, InMonth, OfPerson, Work, item_days_within};
use crate::calendar::rules::Period;
use crate::clock::Day;
use crate::error::Error;
use crate::id::Id;
use crate::store::values::Word;

/// The flows of one cooperation that begin in a period, and where each stands.
const FLOWS: &str = "ledger l left join standing s on s.seq = l.seq
    where l.cooperation_id = :cooperation and l.occurred_on >= :from and l.occurred_on < :until";
/// Those that nobody contests.
const COUNTS: &str = "ifnull(s.state, 'declared') <> 'contested'";

/// Who gave what to whom in one cooperation: a row for each giver, receiver, kind and state, corrections in it.
/// Item-days fall into the days they cover; everything else into the day on which the act began.
///
/// # Errors
/// What SQLite refuses.
pub fn exchanges(db: &Connection, cooperation: Id, period: Period) -> Result<Vec<Exchange>, Error> {
    let mut statement = db.prepare_cached(&format!(
        "select l.giver_id, l.receiver_id, l.kind, ifnull(s.state, 'declared'), sum(l.act = 'contribution'),
           sum(ifnull(l.minutes, 0)), sum(iif(l.occurred_until > :until, 0, ifnull(l.item_days, 0))), sum(l.occasions),
           sum(l.act = 'contribution' and iif(l.kind in ('equipment', 'premises'), l.item_days, l.minutes) is null)
         from {FLOWS} group by 1, 2, 3, 4"
    ))?;
    let rows = statement.query_map(
        named_params! { ":cooperation": cooperation, ":from": period.from, ":until": period.until },
        exchange,
    )?;
    let mut exchanges = rows.collect::<Result<Vec<_>, _>>()?;
    exchanges.extend(straddling(db, cooperation, period)?);
    Ok(exchanges)
}

fn exchange(row: &Row<'_>) -> rusqlite::Result<Exchange> {
    let (Word(kind), Word(state)) = (row.get(2)?, row.get(3)?);
    Ok(Exchange {
        giver: row.get(0)?,
        receiver: row.get(1)?,
        kind,
        state,
        lines: row.get(4)?,
        minutes: row.get(5)?,
        item_days: row.get(6)?,
        occasions: row.get(7)?,
        unmeasured: row.get(8)?,
    })
}

/// The part of item-days that falls into the period, of loans that begin before it or end after it.
fn straddling(db: &Connection, cooperation: Id, period: Period) -> Result<Vec<Exchange>, Error> {
    let mut statement = db.prepare_cached(
        "select l.giver_id, l.receiver_id, l.kind, ifnull(s.state, 'declared'), 0, 0, sum(l.item_days), 0, 0,
           l.occurred_on, l.occurred_until
         from ledger l left join standing s on s.seq = l.seq
         where l.cooperation_id = :cooperation and l.occurred_on < :until and l.occurred_until > :from
           and (l.occurred_on < :from or l.occurred_until > :until) and l.item_days is not null
         group by 1, 2, 3, 4, 10, 11",
    )?;
    let rows = statement.query_map(
        named_params! { ":cooperation": cooperation, ":from": period.from, ":until": period.until },
        |row| {
            let (part, from, until): (Exchange, Day, Day) = (exchange(row)?, row.get(9)?, row.get(10)?);
            let item_days = item_days_within(part.item_days, Period { from, until }, period);
            Ok(Exchange { item_days, ..part })
        },
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The contributions of one cooperation, month by month.
///
/// # Errors
/// What SQLite refuses.
pub fn months(db: &Connection, cooperation: Id, period: Period) -> Result<Vec<InMonth>, Error> {
    let mut statement = db.prepare_cached(&format!(
        "select substr(l.occurred_on, 1, 7), ifnull(s.state, 'declared'), count(*)
         from {FLOWS} and l.act = 'contribution' group by 1, 2"
    ))?;
    let rows = statement.query_map(
        named_params! { ":cooperation": cooperation, ":from": period.from, ":until": period.until },
        |row| {
            let Word(state) = row.get(1)?;
            Ok(InMonth { month: row.get(0)?, state, lines: row.get(2)? })
        },
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Milliseconds from each confirmed contribution to the first word that confirmed it.
///
/// # Errors
/// What SQLite refuses.
pub fn delays_ms(db: &Connection, cooperation: Id, period: Period) -> Result<Vec<i64>, Error> {
    let mut statement = db.prepare_cached(&format!(
        "select (select min(recorded_at) from ledger c where c.subject = l.seq and c.act = 'confirm') - l.recorded_at
           as delay
         from {FLOWS} and l.act = 'contribution' and s.state = 'confirmed'"
    ))?;
    let rows = statement.query_map(
        named_params! { ":cooperation": cooperation, ":from": period.from, ":until": period.until },
        |row| row.get::<_, Option<i64>>(0),
    )?;
    Ok(rows.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

/// Volunteer hours by giver and activity.
///
/// # Errors
/// What SQLite refuses.
pub fn work(db: &Connection, cooperation: Id, period: Period) -> Result<Vec<Work>, Error> {
    let mut statement = db.prepare_cached(&format!(
        "select l.giver_id, fold(l.category), sum(ifnull(l.minutes, 0)), sum(l.act = 'contribution')
         from {FLOWS} and l.kind = 'volunteer_hours' and {COUNTS} group by 1, 2"
    ))?;
    let rows = statement.query_map(
        named_params! { ":cooperation": cooperation, ":from": period.from, ":until": period.until },
        |row| Ok(Work { giver: row.get(0)?, activity: row.get(1)?, minutes: row.get(2)?, lines: row.get(3)? }),
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Minutes of each person who is named in a line, and still known.
///
/// # Errors
/// What SQLite refuses.
pub fn people(db: &Connection, cooperation: Id, period: Period) -> Result<Vec<OfPerson>, Error> {
    let mut statement = db.prepare_cached(&format!(
        "select p.person_id, sum(ifnull(l.minutes, 0)),
           sum(iif(l.kind = 'volunteer_hours' and fold(l.category) = :coordination, ifnull(l.minutes, 0), 0)),
           sum(l.act = 'contribution')
         from (
           select l.seq as named, l.seq from {FLOWS} and l.act = 'contribution' and {COUNTS}
           union all
           select l.subject, l.seq from {FLOWS} and l.act = 'correction' and {COUNTS}) flow
         join ledger_private p on p.seq = flow.named join ledger l on l.seq = flow.seq
         where p.person_id is not null group by 1"
    ))?;
    let [coordination] = COORDINATION;
    let rows = statement.query_map(
        named_params! {
            ":cooperation": cooperation, ":from": period.from, ":until": period.until, ":coordination": coordination,
        },
        |row| Ok(OfPerson { person: row.get(0)?, minutes: row.get(1)?, coordination: row.get(2)?, lines: row.get(3)? }),
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A domain, one who covers it, and the confirmed acts that say so.
pub type Covered = (String, Id, i64);

/// Which skills, kinds of equipment and communes of receivers each structure covered with a confirmed act.
///
/// # Errors
/// What SQLite refuses.
pub fn domains(db: &Connection, cooperation: Id, period: Period) -> Result<Vec<Covered>, Error> {
    let of_category = "iif(l.kind in ('equipment', 'premises'), 'equipment ', 'skill ') || fold(l.category)";
    let sql = format!(
        "select {of_category}, l.giver_id, count(*) from {FLOWS} and l.act = 'contribution'
           and s.state = 'confirmed' and l.kind <> 'volunteer_hours' and l.giver_id is not null group by 1, 2
         union all
         select 'commune ' || r.commune, l.giver_id, 0
         from (select l.giver_id, l.receiver_id from {FLOWS} and l.act = 'contribution' and s.state = 'confirmed') l
         join structure r on r.id = l.receiver_id
         where r.commune is not null and l.giver_id is not null group by 1, 2"
    );
    covered(db, &sql, cooperation, period)
}

/// The same by person, of skills and equipment.
///
/// # Errors
/// What SQLite refuses.
pub fn domains_of_people(db: &Connection, cooperation: Id, period: Period) -> Result<Vec<Covered>, Error> {
    let sql = format!(
        "select l.kind || ' ' || fold(l.category), p.person_id, count(*)
         from (select l.seq, l.kind, l.category from {FLOWS} and l.act = 'contribution' and s.state = 'confirmed'
               and l.kind <> 'volunteer_hours') l
         join ledger_private p on p.seq = l.seq where p.person_id is not null group by 1, 2"
    );
    covered(db, &sql, cooperation, period)
}

fn covered(db: &Connection, sql: &str, cooperation: Id, period: Period) -> Result<Vec<Covered>, Error> {
    let mut statement = db.prepare_cached(sql)?;
    let rows = statement.query_map(
        named_params! { ":cooperation": cooperation, ":from": period.from, ":until": period.until },
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Item-days lent in the period of equipment that stands in a catalogue.
///
/// # Errors
/// What SQLite refuses.
pub fn item_days_used(db: &Connection, cooperation: Id, period: Period) -> Result<i64, Error> {
    let mut statement = db.prepare_cached(
        "select l.occurred_on, l.occurred_until, sum(l.item_days)
         from ledger l left join standing s on s.seq = l.seq
         where l.cooperation_id = :cooperation and l.occurred_on < :until and l.occurred_until > :from
           and l.item_days is not null and ifnull(s.state, 'declared') <> 'contested'
           and exists (select 1 from loan where id = l.source_id and equipment_id is not null)
         group by 1, 2",
    )?;
    let rows = statement.query_map(
        named_params! { ":cooperation": cooperation, ":from": period.from, ":until": period.until },
        |row| {
            let (from, until, total) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(item_days_within(total, Period { from, until }, period))
        },
    )?;
    rows.map(|days| Ok(days?)).sum()
}

/// A member, or a party of a flow that is none.
pub struct Party {
    /// The structure.
    pub named: Named,
    /// Its kind.
    pub kind: String,
    /// Its commune.
    pub commune: Option<String>,
}

fn party(row: &Row<'_>) -> rusqlite::Result<Party> {
    let named = Named { id: row.get("id")?, name: row.get("name")? };
    Ok(Party { named, kind: row.get("kind")?, commune: row.get("commune")? })
}

/// The structures that are in a cooperation on some day of the period.
///
/// # Errors
/// What SQLite refuses.
pub fn members(db: &Connection, cooperation: Id, period: Period) -> Result<Vec<Party>, Error> {
    let mut statement = db.prepare_cached(
        "select id, name, kind, commune from structure where id in (
           select structure_id from membership
           where cooperation_id = :cooperation and starts_on < :until and ifnull(ends_on, '9999') > :from)
         order by id",
    )?;
    let rows = statement.query_map(
        named_params! { ":cooperation": cooperation, ":from": period.from, ":until": period.until },
        party,
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One structure.
///
/// # Errors
/// What SQLite refuses.
pub fn structure(db: &Connection, id: Id) -> Result<Option<Party>, Error> {
    let mut statement = db.prepare_cached("select id, name, kind, commune from structure where id = :id")?;
    Ok(statement.query_row(named_params! { ":id": id }, party).optional()?)
}

/// Item-days for which a structure's equipment in use could be lent in the period: its pieces on every day, less what
/// is closed. Kits are their parts.
///
/// # Errors
/// What SQLite refuses.
pub fn item_days_offered(db: &Connection, structure: Id, period: Period) -> Result<i64, Error> {
    let mut statement = db.prepare_cached(
        "select ifnull(sum(e.quantity), 0) * :days - ifnull(sum((
           select sum(min(c.pieces, e.quantity) * (unixepoch(min(c.ends_on, :until)) - unixepoch(max(c.starts_on, :from)))
                      / 86400)
           from closure c where c.equipment_id = e.id and c.archived = 0 and c.starts_on < :until and c.ends_on > :from)), 0)
         from equipment e
         where e.structure_id = :structure and e.archived = 0 and e.lends_to <> 'nobody' and e.tracking <> 'kit'",
    )?;
    let days = period.days().max(0);
    let params = named_params! {
        ":structure": structure, ":from": period.from, ":until": period.until, ":days": days,
    };
    Ok(statement.query_row(params, |row| row.get(0))?)
}

/// What a structure offers and looks for, and whether that was ever lent or passed on.
///
/// # Errors
/// What SQLite refuses.
pub fn offered(db: &Connection, structure: &Named) -> Result<Vec<Offered>, Error> {
    let mut statement = db.prepare_cached(
        "select 'equipment', ifnull(e.kind, e.category) as called, fold(ifnull(e.kind, e.category)),
           max(exists (select 1 from loan where equipment_id = e.id and state in ('handed_over', 'returned', 'lost'))),
           null
         from equipment e where e.structure_id = :structure and e.archived = 0 and e.lends_to <> 'nobody' group by 3
         union all
         select iif(k.side = 'offer', 'skill', 'need'), k.name, fold(k.name),
           exists (select 1 from skill_session where skill_id = k.id and giver_id = :structure), k.person_id
         from skill k where k.structure_id = :structure and k.archived = 0",
    )?;
    let rows = statement.query_map(named_params! { ":structure": structure.id }, |row| {
        let Word::<What>(what) = row.get(0)?;
        let offer = Offer { what, name: row.get(1)?, structure: structure.clone() };
        Ok(Offered { offer, folded: row.get(2)?, used: row.get(3)?, person: row.get(4)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
