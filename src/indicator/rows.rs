//! What a diagnosis reads: the lines of the ledger, once, and what else stands around them.

use std::collections::HashMap;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension as _, Row, named_params};

use super::diagnosis::Named;
use super::offers::{Offer, Offered, What};
use super::rules::COORDINATION;
use super::sums::Line;
use crate::calendar::rules::Period;
use crate::clock::Day;
use crate::error::Error;
use crate::id::Id;
use crate::store::values::Word;
use crate::text::folded;

/// The words of lines (categories, activities, skills), each with one number for all its spellings.
#[derive(Debug, Default)]
pub struct Words {
    /// In one spelling.
    pub folded: Vec<String>,
    places: HashMap<String, usize>,
}

impl Words {
    fn place(&mut self, word: &str) -> usize {
        if let Some(place) = self.places.get(word) {
            return *place;
        }
        let folded = folded(word);
        let place = self.places.get(&folded).copied().unwrap_or(self.folded.len());
        if place == self.folded.len() {
            self.places.insert(folded.clone(), place);
            self.folded.push(folded);
        }
        self.places.insert(word.to_owned(), place);
        place
    }
}

/// Reads the contributions and corrections of one cooperation that begin in a period or reach into it, once, in the
/// order of the days on which they began.
///
/// # Errors
/// What SQLite refuses.
pub fn lines(
    db: &Connection,
    cooperation: Id,
    period: Period,
    words: &mut Words,
    mut each: impl FnMut(&Line),
) -> Result<(), Error> {
    let of = |when: &str| {
        format!(
            "select l.act = 'contribution', l.giver_id, l.receiver_id, l.kind, ifnull(s.state, 'declared'), l.category,
               l.occurred_on, l.occurred_until, l.minutes, l.item_days, l.occasions, p.person_id,
               iif(s.state = 'confirmed' and l.act = 'contribution',
                   (select min(recorded_at) from ledger c where c.subject = l.seq and c.act = 'confirm')
                     - l.recorded_at, null),
               l.item_days is not null
                 and exists (select 1 from loan where id = l.source_id and equipment_id is not null)
             from ledger l left join standing s on s.seq = l.seq
               left join ledger_private p on p.seq = ifnull(l.subject, l.seq)
             where l.cooperation_id = :cooperation and {when}"
        )
    };
    let within = of("l.occurred_on >= :from and l.occurred_on < :until");
    let reaching = of("l.occurred_on < :from and l.occurred_until > :from");
    let mut statement = db.prepare_cached(&format!("{within} union all {reaching}"))?;
    let params = named_params! { ":cooperation": cooperation, ":from": period.from, ":until": period.until };
    let mut rows = statement.query(params)?;
    let mut days = Days::default();
    while let Some(row) = rows.next()? {
        each(&line(row, words, &mut days)?);
    }
    Ok(())
}

fn line(row: &Row<'_>, words: &mut Words, days: &mut Days) -> rusqlite::Result<Line> {
    let (Word(kind), Word(state)) = (row.get(3)?, row.get(4)?);
    let word = words.place(row.get_ref(5)?.as_str()?);
    Ok(Line {
        is_contribution: row.get(0)?,
        giver: row.get(1)?,
        receiver: row.get(2)?,
        kind,
        state,
        word,
        is_coordination: words.folded.get(word).is_some_and(|word| COORDINATION.contains(&word.as_str())),
        on: days.first.read(row, 6)?,
        until: if row.get_ref(7)? == ValueRef::Null { None } else { Some(days.last.read(row, 7)?) },
        minutes: row.get(8)?,
        item_days: row.get(9)?,
        occasions: row.get(10)?,
        person: row.get(11)?,
        delay_ms: row.get(12)?,
        of_catalogue: row.get(13)?,
    })
}

/// The days of the line before: lines come in their order, and reading a day costs more than comparing it.
#[derive(Default)]
struct Days {
    first: LastDay,
    last: LastDay,
}

#[derive(Default)]
struct LastDay {
    text: String,
    day: Option<Day>,
}

impl LastDay {
    fn read(&mut self, row: &Row<'_>, column: usize) -> rusqlite::Result<Day> {
        let text = row.get_ref(column)?.as_str()?;
        if let Some(day) = self.day.filter(|_| self.text == text) {
            return Ok(day);
        }
        let day = row.get(column)?;
        text.clone_into(&mut self.text);
        self.day = Some(day);
        Ok(day)
    }
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
