//! The ledger in the database. [`append`] is the only way in.

use rusqlite::{Connection, OptionalExtension as _, Row, named_params};

use super::family::Family;
use super::rules::{Basis, Deed, Flow, GENESIS, Hash, Kind, Line, Private, Provenance, Quantities, State, chain};
use super::tally::Side;
use super::{heads, private, rollups, tree};
use crate::auth::Act;
use crate::clock::Day;
use crate::error::Error;
use crate::id::Id;
use crate::secret;
use crate::store::values::{InOrder, Word, optional};
use crate::text::{Name, Note};

/// Place and hash of the last line; of nothing, when there is none.
///
/// # Errors
/// What SQLite refuses.
pub fn last(db: &Connection) -> Result<(i64, Hash), Error> {
    let mut statement = db.prepare_cached("select seq, hash from ledger order by seq desc limit 1")?;
    let last = statement.query_row([], |row| Ok((row.get("seq")?, row.get("hash")?))).optional()?;
    Ok(last.unwrap_or((0, GENESIS)))
}

/// A line to append.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Its identifier.
    pub id: Id,
    /// What it does.
    pub deed: Deed,
    /// The line it is about; none for a contribution.
    pub subject: Option<i64>,
    /// What flowed; none for a party's word.
    pub flow: Option<Flow>,
    /// The structure that speaks.
    pub spoken_for: Option<Id>,
    /// The person and the free text.
    pub private: Private,
}

/// Appends a line: chains it, grows the tree, seals what is private, moves the rollups. All in the caller's transaction.
///
/// # Errors
/// [`Error::IdTaken`]; [`Error::WrongState`] when too much was said about one contribution.
pub fn append(act: &Act<'_>, draft: Draft) -> Result<Line, Error> {
    let (seq, before) = last(act.db)?;
    let salt = (!draft.private.is_empty()).then(secret::bytes::<16>);
    let line = Line {
        seq: seq + 1,
        id: draft.id,
        deed: draft.deed,
        subject: draft.subject,
        flow: draft.flow,
        spoken_for: draft.spoken_for,
        recorded_by: act.account(),
        recorded_at: act.now,
        seal: salt.map(|salt| draft.private.seal(&salt)),
    };
    let content = line.content();
    insert(act.db, &line, &content, &chain(&before, &content))?;
    if let Some(salt) = salt {
        private::insert(act.db, line.seq, &salt, &draft.private)?;
    }
    rollups::settle(act.db, &line)?;
    Ok(line)
}

fn insert(db: &Connection, line: &Line, content: &[u8], hash: &Hash) -> Result<(), Error> {
    let nodes = tree::completed(line.seq.unsigned_abs(), content, |node| heads::node(db, node))?;
    let mut statement = db.prepare_cached(
        "insert into ledger (seq, id, act, subject, kind, source_kind, source_id, giver_id, receiver_id, cooperation_id,
           category, occurred_on, occurred_until, minutes, item_days, occasions, participants, provenance,
           provenance_rule, spoken_for, recorded_by, recorded_at, seal, content, hash, nodes)
         values (:seq, :id, :act, :subject, :kind, :source_kind, :source_id, :giver, :receiver, :cooperation,
           :category, :occurred_on, :occurred_until, :minutes, :item_days, :occasions, :participants, :provenance,
           :provenance_rule, :spoken_for, :recorded_by, :recorded_at, :seal, :content, :hash, :nodes)",
    )?;
    let flow = line.flow.as_ref();
    statement.execute(named_params! {
        ":seq": line.seq, ":id": line.id, ":act": Word(line.deed), ":subject": line.subject,
        ":kind": flow.map(|flow| Word(flow.kind)), ":source_kind": flow.map(|flow| Word(flow.source_kind)),
        ":source_id": flow.map(|flow| flow.source_id), ":giver": flow.and_then(|flow| flow.giver_id),
        ":receiver": flow.and_then(|flow| flow.receiver_id), ":cooperation": flow.and_then(|flow| flow.cooperation_id),
        ":category": flow.map(|flow| flow.category.as_str()), ":occurred_on": flow.map(|flow| flow.occurred_on),
        ":occurred_until": flow.and_then(|flow| flow.occurred_until),
        ":minutes": flow.and_then(|flow| flow.quantities.minutes),
        ":item_days": flow.and_then(|flow| flow.quantities.item_days),
        ":occasions": flow.map(|flow| flow.quantities.occasions),
        ":participants": flow.and_then(|flow| flow.quantities.participants),
        ":provenance": flow.map(|flow| Word(flow.basis.provenance)),
        ":provenance_rule": flow.and_then(|flow| flow.basis.rule.as_ref()).map(Name::as_str),
        ":spoken_for": line.spoken_for, ":recorded_by": line.recorded_by, ":recorded_at": line.recorded_at,
        ":seal": line.seal, ":content": content, ":hash": hash, ":nodes": nodes.as_flattened(),
    })?;
    Ok(())
}

/// A line by its id, a party's word included.
///
/// # Errors
/// What SQLite refuses.
pub fn line_of(db: &Connection, id: Id) -> Result<Option<Line>, Error> {
    let mut statement = db.prepare_cached(&format!("select {LINE} from ledger l where l.id = :id"))?;
    Ok(statement.query_row(named_params! { ":id": id }, |row| line(&mut InOrder::of(row))).optional()?)
}

/// The contribution that a line is, corrects or speaks of, with all that was said of it.
///
/// # Errors
/// [`Error::NotFound`] when there is no such line.
pub fn family_of(db: &Connection, seq: i64) -> Result<Family, Error> {
    let mut root = seq;
    let mut up = db.prepare_cached("select subject from ledger where seq = :seq")?;
    while let Some(subject) = up.query_row(named_params! { ":seq": root }, |row| row.get(0))? {
        root = subject;
    }
    let mut statement = db.prepare_cached(&format!(
        "select {LINE} from ledger l where l.seq = :root or l.subject = :root
           or l.subject in (select seq from ledger where subject = :root)
         order by l.seq"
    ))?;
    let lines = statement.query_map(named_params! { ":root": root }, |row| line(&mut InOrder::of(row)))?;
    Family::new(lines.collect::<Result<_, _>>()?).ok_or(Error::NotFound)
}

/// A contribution or correction as it stands.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// The line.
    pub line: Line,
    /// What it does with which flow.
    pub flow: Flow,
    /// Where it stands.
    pub state: State,
    /// The contribution that a correction corrects.
    pub corrects: Option<Id>,
    /// Its hash in the chain.
    pub hash: Hash,
}

/// The columns of a line, in the order in which [`line`] reads them; the ledger goes by the name `l`.
pub const LINE: &str = "l.seq, l.id, l.act, l.subject, l.spoken_for, l.recorded_by, l.recorded_at, l.seal,
    l.kind, l.source_kind, l.source_id, l.giver_id, l.receiver_id, l.cooperation_id, l.category, l.occurred_on,
    l.occurred_until, l.minutes, l.item_days, l.occasions, l.participants, l.provenance, l.provenance_rule";

/// Each flow with its hash, its standing, and the contribution a correction is about.
pub(super) fn recorded_where(condition: &str) -> String {
    format!(
        "select {LINE}, l.hash, s.state as standing, c.id as corrects from ledger l
         left join standing s on s.seq = l.seq left join ledger c on c.seq = l.subject
         where {condition}"
    )
}

/// A contribution or correction by its id.
///
/// # Errors
/// What SQLite refuses.
pub fn find(db: &Connection, id: Id) -> Result<Option<Recorded>, Error> {
    let mut statement = db.prepare_cached(&recorded_where("l.id = :id and l.act in ('contribution', 'correction')"))?;
    Ok(statement.query_row(named_params! { ":id": id }, recorded).optional()?)
}

/// A contribution or correction by its place.
///
/// # Errors
/// What SQLite refuses.
pub fn at(db: &Connection, seq: i64) -> Result<Option<Recorded>, Error> {
    let mut statement =
        db.prepare_cached(&recorded_where("l.seq = :seq and l.act in ('contribution', 'correction')"))?;
    Ok(statement.query_row(named_params! { ":seq": seq }, recorded).optional()?)
}

/// The contributions that come from a loan, an entry of hours or a session, in order; no corrections.
///
/// # Errors
/// What SQLite refuses.
pub fn of_source(db: &Connection, source: Id) -> Result<Vec<Recorded>, Error> {
    let sql = recorded_where("l.source_id = :source and l.act = 'contribution' order by l.seq");
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map(named_params! { ":source": source }, recorded)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Which contributions a list is to hold.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only this structure's.
    pub structure_id: Option<Id>,
    /// Only what it gave, or received.
    pub side: Option<Side>,
    /// Only with this partner.
    pub partner_id: Option<Id>,
    /// Only of this cooperation.
    pub cooperation_id: Option<Id>,
    /// Only of this kind.
    pub kind: Option<Kind>,
    /// Only those that stand so.
    pub state: Option<State>,
    /// Only of this category.
    pub category: Option<Name>,
    /// Only from this loan, entry or session.
    pub source_id: Option<Id>,
    /// Only those that occurred on this day or later.
    pub from: Option<Day>,
    /// Only those that occurred before this day.
    pub until: Option<Day>,
}

/// A page of contributions and corrections, newest first, before a line when one is given.
///
/// # Errors
/// What SQLite refuses.
pub fn list(db: &Connection, filter: &Filter, before: Option<i64>, limit: i64) -> Result<Vec<Recorded>, Error> {
    // A page begins where the last ended, by the index: a condition that might not apply would walk there each time.
    let narrowed = "l.act in ('contribution', 'correction') and l.seq < :before
        and (:cooperation is null or l.cooperation_id = :cooperation)
        and (:kind is null or l.kind = :kind) and (:state is null or ifnull(s.state, 'declared') = :state)
        and (:category is null or l.category = :category) and (:source is null or l.source_id = :source)
        and (:from is null or l.occurred_on >= :from) and (:until is null or l.occurred_on < :until)";
    // Each side walks its own index backwards and stops at the limit, however long the ledger is.
    let side = |own: &str, other: &str| {
        let sided = format!("{own} = :structure and (:partner is null or {other} = :partner) and {narrowed}");
        format!("select * from ({} order by l.seq desc limit :limit)", recorded_where(&sided))
    };
    let (given, received) = (side("l.giver_id", "l.receiver_id"), side("l.receiver_id", "l.giver_id"));
    let sql = match (filter.structure_id, filter.side) {
        (Some(_), Some(Side::Given)) => given,
        (Some(_), Some(Side::Received)) => received,
        (Some(_), _) => format!("{given} union all {received} order by seq desc limit :limit"),
        (None, _) => recorded_where(&format!(
            "{narrowed} and (:structure is null)
               and (:partner is null or l.giver_id = :partner or l.receiver_id = :partner)
             order by l.seq desc limit :limit"
        )),
    };
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map(
        named_params! {
            ":structure": filter.structure_id, ":partner": filter.partner_id, ":cooperation": filter.cooperation_id,
            ":kind": filter.kind.map(Word), ":state": filter.state.map(Word),
            ":category": filter.category.as_ref().map(Name::as_str), ":source": filter.source_id,
            ":from": filter.from, ":until": filter.until, ":before": before.unwrap_or(i64::MAX), ":limit": limit,
        },
        recorded,
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The person and the free text of a line; nothing once erased.
///
/// # Errors
/// What SQLite refuses.
pub fn private(db: &Connection, seq: i64) -> Result<Private, Error> {
    let mut statement = db.prepare_cached("select person_id, text from ledger_private where seq = :seq")?;
    let kept = statement.query_row(named_params! { ":seq": seq }, |row| {
        Ok(Private { person_id: row.get("person_id")?, text: optional(row, "text", Note::parse)? })
    });
    Ok(kept.optional()?.unwrap_or_default())
}

/// The minutes that a person gave on a day, after corrections.
///
/// # Errors
/// What SQLite refuses.
pub fn minutes_of_person(db: &Connection, person: Id, day: Day) -> Result<i64, Error> {
    let mut statement = db.prepare_cached(
        "select ifnull(sum(l.minutes), 0) from ledger_private p join ledger l on l.seq = p.seq or l.subject = p.seq
         where p.person_id = :person and l.occurred_on = :day",
    )?;
    Ok(statement.query_row(named_params! { ":person": person, ":day": day }, |row| row.get(0))?)
}

pub(super) fn recorded(row: &Row<'_>) -> rusqlite::Result<Recorded> {
    let mut columns = InOrder::of(row);
    let mut line = line(&mut columns)?;
    let (hash, standing): (Hash, Option<Word<State>>) = (columns.get()?, columns.get()?);
    Ok(Recorded {
        flow: line.flow.take().ok_or(rusqlite::Error::InvalidQuery)?,
        line,
        state: standing.map_or(State::Declared, |Word(state)| state),
        corrects: columns.get()?,
        hash,
    })
}

/// A row of the ledger as a line, from the columns [`LINE`] in their order; those of a flow, which stand
/// last, are read of a flow only.
///
/// # Errors
/// When a column holds what its type refuses.
pub fn line(columns: &mut InOrder<'_, '_>) -> rusqlite::Result<Line> {
    let (seq, id, Word(deed), subject) = (columns.get()?, columns.get()?, columns.get()?, columns.get()?);
    let (spoken_for, recorded_by, recorded_at) = (columns.get()?, columns.get()?, columns.get()?);
    let seal = columns.get()?;
    let is_flow = matches!(deed, Deed::Contribution | Deed::Correction);
    let flow = if is_flow { Some(flow(columns)?) } else { None };
    Ok(Line { seq, id, deed, subject, flow, spoken_for, recorded_by, recorded_at, seal })
}

fn flow(columns: &mut InOrder<'_, '_>) -> rusqlite::Result<Flow> {
    let (Word(kind), Word(source_kind)) = (columns.get()?, columns.get()?);
    let (source_id, giver_id, receiver_id) = (columns.get()?, columns.get()?, columns.get()?);
    let cooperation_id = columns.get()?;
    let category = columns.parsed(Name::parse)?.ok_or(rusqlite::Error::InvalidQuery)?;
    let (occurred_on, occurred_until) = (columns.get()?, columns.get()?);
    let (minutes, item_days) = (columns.get()?, columns.get()?);
    let quantities = Quantities { minutes, item_days, occasions: columns.get()?, participants: columns.get()? };
    let Word::<Provenance>(provenance) = columns.get()?;
    let basis = Basis { provenance, rule: columns.parsed(Name::parse)? };
    Ok(Flow {
        kind,
        source_kind,
        source_id,
        giver_id,
        receiver_id,
        cooperation_id,
        category,
        occurred_on,
        occurred_until,
        quantities,
        basis,
    })
}
