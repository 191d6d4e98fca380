//! Invitations in the database, each known by the digest of its secret.

use rusqlite::{Connection, OptionalExtension as _, Row, named_params};

use super::rules::{Facts, Invitation};
use crate::clock::{Day, Moment};
use crate::error::Error;
use crate::id::Id;
use crate::store::values::Word;

/// Records an invitation by the digest of its secret.
///
/// # Errors
/// [`Error::IdTaken`].
pub fn insert(db: &Connection, invitation: &Invitation, digest: [u8; 32]) -> Result<(), Error> {
    let mut statement = db.prepare_cached(
        "insert into invitation (id, structure_id, role, digest, invited_by, expires_at, created_at)
         values (:id, :structure, :role, :digest, :by, :expires, :now)",
    )?;
    let facts = &invitation.facts;
    statement.execute(named_params! {
        ":id": invitation.id, ":structure": facts.structure_id, ":role": Word(facts.role), ":digest": digest,
        ":by": invitation.invited_by, ":expires": invitation.expires_at, ":now": invitation.created_at,
    })?;
    Ok(())
}

/// Ends an invitation, or counts a change that changes nothing.
///
/// # Errors
/// What SQLite refuses.
pub fn update(db: &Connection, invitation: &Invitation) -> Result<(), Error> {
    db.prepare_cached(
        "update invitation set accepted_by = :accepted_by, archived = :archived, version = :version where id = :id",
    )?
    .execute(named_params! {
        ":id": invitation.id, ":accepted_by": invitation.accepted_by, ":archived": invitation.archived,
        ":version": invitation.version,
    })?;
    Ok(())
}

/// An invitation by id.
///
/// # Errors
/// What SQLite refuses.
pub fn find(db: &Connection, id: Id) -> Result<Option<Invitation>, Error> {
    let mut statement = db.prepare_cached("select * from invitation where id = :id")?;
    Ok(statement.query_row(named_params! { ":id": id }, invitation).optional()?)
}

/// The invitation whose secret has this digest, unless it has ended. How long the look-up takes tells nothing of
/// a secret: it depends on a digest, which nobody can steer.
///
/// # Errors
/// What SQLite refuses.
pub fn find_open(db: &Connection, digest: [u8; 32], now: Moment) -> Result<Option<Invitation>, Error> {
    let mut statement =
        db.prepare_cached("select * from invitation where digest = :digest and archived = 0 and expires_at > :now")?;
    Ok(statement.query_row(named_params! { ":digest": digest, ":now": now }, invitation).optional()?)
}

/// How many invitations into a structure are open.
///
/// # Errors
/// What SQLite refuses.
pub fn open(db: &Connection, structure: Id, now: Moment) -> Result<i64, Error> {
    let mut statement = db.prepare_cached(
        "select count(*) from invitation where structure_id = :structure and archived = 0 and expires_at > :now",
    )?;
    Ok(statement.query_row(named_params! { ":structure": structure, ":now": now }, |row| row.get(0))?)
}

/// A page of the invitations into a structure, by id; only those that one account made, if it is given.
///
/// # Errors
/// What SQLite refuses.
pub fn list(
    db: &Connection,
    structure: Id,
    made_by: Option<Id>,
    archived: bool,
    after: Option<Id>,
    limit: i64,
) -> Result<Vec<Invitation>, Error> {
    let mut statement = db.prepare_cached(
        "select * from invitation where structure_id = :structure and archived = :archived
           and (:by is null or invited_by = :by) and id > ifnull(:after, x'')
         order by id limit :limit",
    )?;
    let rows = statement.query_map(
        named_params! {
            ":structure": structure, ":by": made_by, ":archived": archived, ":after": after, ":limit": limit,
        },
        invitation,
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// True when the account manages a structure in which whoever recorded `structure` had a role by then and has it still,
/// and which facilitates, on `today`, a cooperation that `structure` is in. A role given later proves nothing: any
/// manager gives one to anybody.
///
/// # Errors
/// What SQLite refuses.
pub fn brought_in(db: &Connection, structure: Id, account: Id, today: Day) -> Result<bool, Error> {
    let mut statement = db.prepare_cached(
        "select 1 from structure s
         join account_role recorder on recorder.account_id = s.created_by and recorder.archived = 0
           and recorder.created_at <= s.created_at
         join account_role manager on manager.structure_id = recorder.structure_id and manager.archived = 0
           and manager.account_id = :account and manager.role = 'manager'
         join membership f on f.structure_id = manager.structure_id and f.role = 'facilitator'
           and f.starts_on <= :today and ifnull(f.ends_on, '9999') > :today
         join membership m on m.cooperation_id = f.cooperation_id and m.structure_id = s.id
           and m.starts_on <= :today and ifnull(m.ends_on, '9999') > :today
         where s.id = :structure",
    )?;
    let by = named_params! { ":structure": structure, ":account": account, ":today": today };
    Ok(statement.exists(by)?)
}

fn invitation(row: &Row<'_>) -> rusqlite::Result<Invitation> {
    let Word(role) = row.get("role")?;
    Ok(Invitation {
        id: row.get("id")?,
        facts: Facts { structure_id: row.get("structure_id")?, role },
        invited_by: row.get("invited_by")?,
        accepted_by: row.get("accepted_by")?,
        expires_at: row.get("expires_at")?,
        archived: row.get("archived")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
    })
}
