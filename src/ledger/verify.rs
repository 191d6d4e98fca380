//! Verification: re-computes the whole chain, every standing and every total, and tells all that is wrong.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

use super::accord::{Delay, delays};
use super::accord_check::Accounted;
use super::computed::Computed;
use super::family::{Family, Standing};
use super::people::{self, Counted};
use super::rows::{self, LINE};
use super::rules::{GENESIS, Hash, Line, Private, chain, hex};
use super::tally::{Cell, moves};
use super::tree::Regrown;
use super::{rollups, scan};
use crate::error::Error;
use crate::store::values::{InOrder, optional};
use crate::store::{digest, scratch};
use crate::text::{Name, Note};

/// What a verification found.
#[derive(Debug, Clone)]
pub struct Report {
    /// Lines in the ledger.
    pub lines: i64,
    /// The hash of the last, as 64 hexadecimal digits.
    pub head: String,
    /// The root of the tree over all of them, as 64 hexadecimal digits; empty when its nodes are not there.
    pub root: String,
    /// Everything that does not hold, in words; empty when all holds.
    pub faults: Vec<String>,
}

/// Verifies a database on one snapshot. Nothing is written.
///
/// # Errors
/// When the database cannot be read at all; what can be read and is wrong is a fault of the report.
pub fn verify(db: &Connection) -> Result<Report, Error> {
    let mut faults = Vec::new();
    check_file(db, &mut faults)?;
    let walk = walk_chain(db, &mut faults)?;
    check_seals(db, &mut faults)?;
    check_totals(db, &mut faults)?;
    check_records(db, &mut faults)?;
    faults.extend(digest::faults(db)?);
    let root = walk.tree.root().map(|root| hex(&root)).unwrap_or_default();
    Ok(Report { lines: walk.count, head: hex(&walk.before), root, faults })
}

/// What SQLite itself can tell: broken pages, indexes that disagree with their tables, lost references.
fn check_file(db: &Connection, faults: &mut Vec<String>) -> Result<(), Error> {
    let mut integrity = db.prepare("pragma integrity_check")?;
    let told = integrity.query_map([], |row| row.get::<_, String>(0))?;
    for told in told {
        match told {
            Ok(told) if told == "ok" => {}
            Ok(told) => faults.push(format!("file: {told}")),
            Err(error) => faults.push(format!("file: {error}")),
        }
    }
    let mut references =
        db.prepare("select \"table\", parent, count(*) from pragma_foreign_key_check group by 1, 2")?;
    let lost = references.query_map([], |row| {
        let (table, parent, count): (String, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(format!("{table}: {count} rows refer to a {parent} that is not there"))
    })?;
    for lost in lost {
        faults.push(lost?);
    }
    Ok(())
}

/// How far the chain was walked.
struct Walk {
    count: i64,
    before: Hash,
    tree: Regrown,
}

/// Walks the chain from the first line to the last.
fn walk_chain(db: &Connection, faults: &mut Vec<String>) -> Result<Walk, Error> {
    let mut statement =
        db.prepare(&format!("select l.content, l.hash, {LINE}, l.nodes from ledger l order by l.seq"))?;
    let mut rows = statement.query([])?;
    let mut walk = Walk { count: 0, before: GENESIS, tree: Regrown::default() };
    let mut expected = 1;
    while let Some(row) = rows.next()? {
        let seq: i64 = row.get("seq")?;
        if seq != expected {
            faults.push(format!("line {expected}: missing; the next one is {seq}"));
        }
        expected = seq + 1;
        walk.count += 1;
        let [content, nodes]: [Vec<u8>; 2] = ["content", "nodes"].map(|column| row.get(column).unwrap_or_default());
        if !walk.tree.grows(seq.unsigned_abs(), &content, &nodes) {
            faults.push(format!("line {seq}: its nodes of the tree are not those of its content and the lines before"));
        }
        match check_line(row, &walk.before) {
            Ok((hash, wrong)) => {
                faults.extend(wrong.into_iter().map(|wrong| format!("line {seq}: {wrong}")));
                walk.before = hash;
            }
            Err(error) => {
                faults.push(format!("line {seq}: cannot be read: {error}"));
                walk.before = row.get("hash").unwrap_or(walk.before);
            }
        }
    }
    Ok(walk)
}

/// Holds one line against its own bytes and the hash before it.
fn check_line(row: &Row<'_>, before: &Hash) -> rusqlite::Result<(Hash, Vec<&'static str>)> {
    let mut columns = InOrder::of(row);
    let (content, hash): (Vec<u8>, Hash) = (columns.get()?, columns.get()?);
    let line = rows::line(&mut columns)?;
    let mut wrong = Vec::new();
    if chain(before, &content) != hash {
        wrong.push("its hash is not that of the line before and its content");
    }
    if line.content() != content || !says_no_more(row, &line)? {
        wrong.push("its columns say something other than the content that was hashed");
    }
    Ok((hash, wrong))
}

/// What a flow fills, and a party's word leaves empty.
const OF_A_FLOW: [&str; 15] = [
    "kind",
    "source_kind",
    "source_id",
    "giver_id",
    "receiver_id",
    "cooperation_id",
    "category",
    "occurred_on",
    "occurred_until",
    "minutes",
    "item_days",
    "occasions",
    "participants",
    "provenance",
    "provenance_rule",
];

/// True when the columns hold nothing beyond what was read of them: no text that reading cleaned, and
/// no flow on a line that has none.
fn says_no_more(row: &Row<'_>, line: &Line) -> rusqlite::Result<bool> {
    let Some(flow) = &line.flow else {
        for column in OF_A_FLOW {
            if row.get_ref(column)? != ValueRef::Null {
                return Ok(false);
            }
        }
        return Ok(true);
    };
    let text = |column| row.get::<_, Option<String>>(column);
    let rule = flow.basis.rule.as_ref().map(Name::as_str);
    Ok(text("category")?.as_deref() == Some(flow.category.as_str()) && text("provenance_rule")?.as_deref() == rule)
}

/// Holds people and free text against their seals. An erased one is no fault: the seal outlives it.
fn check_seals(db: &Connection, faults: &mut Vec<String>) -> Result<(), Error> {
    let mut statement = db.prepare(
        "select p.seq, p.salt, p.person_id, p.text, l.seal from ledger_private p left join ledger l on l.seq = p.seq order by p.seq",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let seq: i64 = row.get("seq")?;
        let sealed = || -> rusqlite::Result<bool> {
            let text = optional(row, "text", Note::parse)?;
            let private = Private { person_id: row.get("person_id")?, text };
            let (salt, seal): (Option<[u8; 16]>, Option<Hash>) = (row.get("salt")?, row.get("seal")?);
            let Some(salt) = salt else { return Ok(seal.is_some() && private.text.is_none()) };
            // Reading cleans a text, so what was read is held against what stands there, too.
            let as_it_stands: Option<String> = row.get("text")?;
            let clean = as_it_stands.as_deref() == private.text.as_ref().map(Note::as_str);
            Ok(clean && seal == Some(private.seal(&salt)))
        };
        match sealed() {
            Ok(true) => {}
            Ok(false) => faults.push(format!("line {seq}: its person or text is not what was sealed")),
            Err(error) => faults.push(format!("line {seq}: its person or text cannot be read: {error}")),
        }
    }
    Ok(())
}

/// Re-computes every standing and every sum from the lines alone.
fn check_totals(db: &Connection, faults: &mut Vec<String>) -> Result<(), Error> {
    let file = scratch()?;
    let mut right = Totals {
        tallies: Computed::new(db, &file)?,
        delays: Computed::new(db, &file)?,
        people: Computed::new(db, &file)?,
        inboxes: Accounted::default(),
    };
    let mut statement = db.prepare(&format!(
        "select {LINE}, exists (select 1 from ledger later where later.subject = l.seq) from ledger l
         where l.act = 'contribution' order by l.seq"
    ))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let mut columns = InOrder::of(row);
        // What cannot be read was told when the chain was walked.
        let Ok(line) = rows::line(&mut columns) else { continue };
        let seq = line.seq;
        let later = if columns.get()? { scan::said_of(db, seq)? } else { Vec::new() };
        let Some(family) = Family::new([vec![line], later].concat()) else { continue };
        right.count(db, &family, faults)?;
    }
    check_standings(db, faults)?;
    right.compare(db, faults)
}

/// What the lines add up to.
struct Totals<'a> {
    tallies: Computed<'a, Cell>,
    delays: Computed<'a, Delay>,
    people: Computed<'a, Counted>,
    inboxes: Accounted,
}

impl Totals<'_> {
    fn count(&mut self, db: &Connection, family: &Family, faults: &mut Vec<String>) -> Result<(), Error> {
        if !family.net().is_possible() {
            let root = family.lines().first().map_or(0, |line| line.seq);
            faults.push(format!("line {root}: its corrections take away more than there was"));
        }
        self.inboxes.account_for(db, family, faults)?;
        delays(family).into_iter().try_for_each(|delay| self.delays.add(delay, 1))?;
        for standing in family.standings() {
            check_standing(db, standing, faults);
            let Some(flow) = family.lines().iter().find(|line| line.seq == standing.seq) else { continue };
            let counted = people::counted(db, flow, standing.state)?;
            counted.into_iter().try_for_each(|counted| self.people.add(counted, 1))?;
            moves(flow, &standing).into_iter().try_for_each(|(cell, sum)| self.tallies.add(cell, sum))?;
        }
        Ok(())
    }

    fn compare(self, db: &Connection, faults: &mut Vec<String>) -> Result<(), Error> {
        self.inboxes.finish(db, faults)?;
        self.delays.differences(db, |wrong| {
            faults.push(match wrong {
                Ok((delay, stored, right)) => delay.miscounted(stored, right),
                Err(error) => format!("delay: one cannot be read: {error}"),
            });
        })?;
        self.people.differences(db, |wrong| {
            faults.push(match wrong {
                Ok((counted, stored, right)) => counted.miscounted(stored, right),
                Err(error) => format!("people: a count cannot be read: {error}"),
            });
        })?;
        people::check_numbers(db, faults)?;
        self.tallies.differences(db, |wrong| {
            faults.push(match wrong {
                Ok((cell, stored, right)) => cell.missummed(stored, right),
                Err(error) => format!("total: one cannot be read: {error}"),
            });
        })
    }
}

/// Holds where a flow is said to stand against where the parties' words put it.
fn check_standing(db: &Connection, Standing { seq, state: right, .. }: Standing, faults: &mut Vec<String>) {
    match rollups::state(db, seq) {
        Ok(stored) if stored == right => {}
        Ok(stored) => {
            let (stored, right): (&str, &str) = (stored.into(), right.into());
            faults.push(format!("line {seq}: recorded as {stored}, but the parties' words make it {right}"));
        }
        Err(error) => faults.push(format!("line {seq}: its standing cannot be read: {error}")),
    }
}

/// Tells standings of what stands nowhere.
fn check_standings(db: &Connection, faults: &mut Vec<String>) -> Result<(), Error> {
    let mut statement = db.prepare(
        "select seq from standing s where not exists (
           select 1 from ledger l where l.seq = s.seq and l.act in ('contribution', 'correction')) order by seq",
    )?;
    for seq in statement.query_map([], |row| row.get::<_, i64>(0))? {
        faults.push(format!("line {}: has a standing but is no contribution", seq?));
    }
    Ok(())
}

/// What records may not be: each query names what is wrong, then the record.
const WRONG_RECORDS: &[&str] = &[
    "select 'loan movement without its contribution', hex(loan_id) from loan_movement
     where what <> 'hand_over'
       and not exists (select 1 from ledger where id = contribution_id and source_id = loan_id and act = 'contribution')",
    "select 'loan whose contributions and movements differ in number', hex(id) from loan
     where (select count(*) from ledger where source_id = loan.id and act = 'contribution')
        <> (select count(*) from loan_movement where loan_id = loan.id and what <> 'hand_over')",
    "select 'loan whose pieces are not those of its movements', hex(id) from loan
     where handed_over_quantity <> (select ifnull(sum(pieces), 0) from loan_movement where loan_id = loan.id and what = 'hand_over' and undone_at is null)
        or returned_quantity <> (select ifnull(sum(pieces), 0) from loan_movement where loan_id = loan.id and what = 'return' and undone_at is null)
        or lost_quantity <> (select ifnull(sum(pieces), 0) from loan_movement where loan_id = loan.id and what = 'loss' and undone_at is null)",
    "select 'loan whose state is not that of its pieces', hex(id) from loan
     where (state in ('handed_over', 'returned', 'lost')) <> (handed_over_quantity > 0)
        or (handed_over_quantity > 0 and (state = 'handed_over') <> (returned_quantity + lost_quantity < handed_over_quantity))",
    "select 'loan at odds with a contribution', hex(loan.id) from loan
     join ledger on source_id = loan.id and act = 'contribution'
     where giver_id is not lender_id or receiver_id is not borrower_id
        or ledger.cooperation_id is not loan.cooperation_id or ledger.category is not loan.category
        or ledger.kind is not iif(nature = 'thing', 'equipment', 'premises')
     group by loan.id",
    "select 'loan that the calendar does not hold', hex(loan_id) from loan_unheld
     where state in ('approved', 'handed_over', 'returned', 'lost') group by loan_id",
    "select 'hours without their line', hex(id) from hours
     where not exists (select 1 from ledger where seq = hours.seq and source_id = hours.id and act = 'contribution')",
    "select 'session without a contribution', hex(id) from skill_session
     where not exists (select 1 from ledger where source_id = skill_session.id and act = 'contribution')",
    "select 'session at odds with a contribution', hex(s.id) from skill_session s
     join ledger l on l.source_id = s.id and l.act = 'contribution'
     where l.giver_id is not s.giver_id or l.cooperation_id is not s.cooperation_id or l.category is not s.skill
        or l.occurred_on is not s.day or l.kind is not 'skill_by_' || s.taught_by
     group by s.id",
    "select 'session at odds with the minutes of its contributions', hex(id) from skill_session
     where minutes is not (select sum(minutes) from ledger where source_id = skill_session.id and act = 'contribution')",
    "select 'contribution without its ' || source_kind, hex(id) from ledger
     where act = 'contribution' and not exists (select 1 from loan where loan.id = source_id)
       and not exists (select 1 from hours where hours.id = source_id)
       and not exists (select 1 from skill_session where skill_session.id = source_id)",
    "select 'unit that is taken twice', hex(equipment_id) from (
       select equipment_id, starts_on, lag(ends_on) over (partition by equipment_id order by starts_on) as busy_until
       from hold join equipment on equipment.id = equipment_id where tracking = 'unit')
     where busy_until > starts_on group by equipment_id",
    "select 'pool that gives more than it has', hex(e.id) from equipment e join hold peak on peak.equipment_id = e.id
     where tracking = 'pool'
       and (select sum(pieces) from hold where equipment_id = e.id
              and starts_on <= peak.starts_on and ends_on > peak.starts_on) > e.quantity
     group by e.id",
];

/// Holds loans, hours and sessions against their lines, and loans against one another.
fn check_records(db: &Connection, faults: &mut Vec<String>) -> Result<(), Error> {
    for sql in WRONG_RECORDS {
        let mut statement = db.prepare(sql)?;
        let found = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
        for found in found {
            faults.push(match found {
                Ok((wrong, record)) => format!("{}: {wrong}", record.to_lowercase()),
                Err(error) => format!("records: some cannot be compared: {error}"),
            });
        }
    }
    Ok(())
}
