//! Proposals in the database.

use rusqlite::{Connection, OptionalExtension as _, Row, named_params};

use super::rules::{Proposal, Side};
use crate::clock::Moment;
use crate::cooperation::rows::membership_facts;
use crate::cooperation::rules::MembershipFacts;
use crate::error::Error;
use crate::id::Id;
use crate::store::values::Word;

/// Records a proposal.
///
/// # Errors
/// [`Error::Duplicate`] when one about the same is open, [`Error::IdTaken`].
pub fn insert(db: &Connection, proposal: &Proposal) -> Result<(), Error> {
    let facts = &proposal.facts;
    // What nobody answered in time makes room for another.
    db.prepare_cached(
        "update proposal set state = 'expired', version = version + 1
         where cooperation_id = :cooperation and structure_id = :structure and state = 'open' and expires_at <= :now",
    )?
    .execute(named_params! {
        ":cooperation": facts.cooperation_id, ":structure": facts.structure_id, ":now": proposal.created_at,
    })?;
    let mut statement = db.prepare_cached(
        "insert into proposal (id, cooperation_id, structure_id, role, starts_on, ends_on, hands_over_id, asked_by,
                               account_id, state, expires_at, created_at)
         values (:id, :cooperation, :structure, :role, :starts_on, :ends_on, :hands_over, :asked_by,
                 :account, :state, :expires, :now)",
    )?;
    statement.execute(named_params! {
        ":id": proposal.id, ":cooperation": facts.cooperation_id, ":structure": facts.structure_id,
        ":role": Word(facts.role), ":starts_on": facts.starts_on, ":ends_on": facts.ends_on,
        ":hands_over": proposal.hands_over_id, ":asked_by": Word(proposal.asked_by), ":account": proposal.account_id,
        ":state": Word(proposal.state), ":expires": proposal.expires_at, ":now": proposal.created_at,
    })?;
    Ok(())
}

/// Records what became of a proposal.
///
/// # Errors
/// What SQLite refuses.
pub fn update(db: &Connection, proposal: &Proposal) -> Result<(), Error> {
    db.prepare_cached("update proposal set state = :state, version = :version where id = :id")?
        .execute(named_params! { ":id": proposal.id, ":state": Word(proposal.state), ":version": proposal.version })?;
    Ok(())
}

/// A proposal by id.
///
/// # Errors
/// What SQLite refuses.
pub fn find(db: &Connection, id: Id) -> Result<Option<Proposal>, Error> {
    let mut statement = db.prepare_cached("select * from proposal where id = :id")?;
    Ok(statement.query_row(named_params! { ":id": id }, proposal).optional()?)
}

/// How many proposals one side has open: the structure's own, or those of the cooperation.
///
/// # Errors
/// What SQLite refuses.
pub fn open(db: &Connection, facts: &MembershipFacts, side: Side, now: Moment) -> Result<i64, Error> {
    let mut statement = db.prepare_cached(
        "select count(*) from proposal
         where asked_by = :side and state = 'open' and expires_at > :now
           and iif(:side = 'structure', structure_id = :structure, cooperation_id = :cooperation)",
    )?;
    let count = statement.query_row(
        named_params! {
            ":side": Word(side), ":now": now, ":structure": facts.structure_id, ":cooperation": facts.cooperation_id,
        },
        |row| row.get(0),
    )?;
    Ok(count)
}

/// A page of the proposals to and from a structure, or a cooperation, by id.
///
/// # Errors
/// What SQLite refuses.
pub fn list(
    db: &Connection,
    cooperation: Option<Id>,
    structure: Option<Id>,
    after: Option<Id>,
    limit: i64,
) -> Result<Vec<Proposal>, Error> {
    let mut statement = db.prepare_cached(
        "select * from proposal
         where (:cooperation is null or cooperation_id = :cooperation)
           and (:structure is null or structure_id = :structure) and id > ifnull(:after, x'')
         order by id limit :limit",
    )?;
    let rows = statement.query_map(
        named_params! { ":cooperation": cooperation, ":structure": structure, ":after": after, ":limit": limit },
        proposal,
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn proposal(row: &Row<'_>) -> rusqlite::Result<Proposal> {
    let (Word(asked_by), Word(state)) = (row.get("asked_by")?, row.get("state")?);
    Ok(Proposal {
        id: row.get("id")?,
        facts: membership_facts(row)?,
        hands_over_id: row.get("hands_over_id")?,
        asked_by,
        account_id: row.get("account_id")?,
        state,
        expires_at: row.get("expires_at")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
    })
}
