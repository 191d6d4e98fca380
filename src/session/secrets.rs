//! Second factors, recovery codes and links to choose a new password, in the database.

use rusqlite::{Connection, OptionalExtension as _, named_params};

use super::totp::KEY_BYTES;
use crate::clock::Moment;
use crate::error::Error;
use crate::id::Id;

/// A second factor as kept.
pub struct Factor {
    /// The key shared with the authenticator.
    pub key: [u8; KEY_BYTES],
    /// True once a first code was right: from then on log-ins need one.
    pub active: bool,
    /// The step of the last code used.
    pub last_step: Option<i64>,
}

/// The second factor of an account, active or only begun.
///
/// # Errors
/// What SQLite refuses.
pub fn find_factor(db: &Connection, account: Id) -> Result<Option<Factor>, Error> {
    let mut statement = db.prepare_cached("select * from second_factor where account_id = :account")?;
    let found = statement.query_row(named_params! { ":account": account }, |row| {
        Ok(Factor { key: row.get("key")?, active: row.get("active")?, last_step: row.get("last_step")? })
    });
    Ok(found.optional()?)
}

/// Begins a second factor, in the place of one that was only begun.
///
/// # Errors
/// What SQLite refuses.
pub fn begin_factor(db: &Connection, account: Id, key: [u8; KEY_BYTES], now: Moment) -> Result<(), Error> {
    db.prepare_cached("delete from second_factor where account_id = :account and active = 0")?
        .execute(named_params! { ":account": account })?;
    db.prepare_cached("insert into second_factor (account_id, key, created_at) values (:account, :key, :now)")?
        .execute(named_params! { ":account": account, ":key": key, ":now": now })?;
    Ok(())
}

/// Marks a code as used, which makes the factor active.
///
/// # Errors
/// What SQLite refuses.
pub fn use_step(db: &Connection, account: Id, step: i64) -> Result<(), Error> {
    db.prepare_cached("update second_factor set active = 1, last_step = :step where account_id = :account")?
        .execute(named_params! { ":account": account, ":step": step })?;
    Ok(())
}

/// Takes a second factor away, with its recovery codes.
///
/// # Errors
/// What SQLite refuses.
pub fn remove_factor(db: &Connection, account: Id) -> Result<(), Error> {
    for remove in [
        "delete from recovery_code where account_id = :account",
        "delete from second_factor where account_id = :account",
    ] {
        db.prepare_cached(remove)?.execute(named_params! { ":account": account })?;
    }
    Ok(())
}

/// Keeps the digest of a recovery code.
///
/// # Errors
/// What SQLite refuses.
pub fn insert_recovery(db: &Connection, account: Id, digest: [u8; 32]) -> Result<(), Error> {
    db.prepare_cached("insert into recovery_code (digest, account_id) values (:digest, :account)")?
        .execute(named_params! { ":digest": digest, ":account": account })?;
    Ok(())
}

/// Uses up a recovery code. False when the account has none with this digest.
///
/// # Errors
/// What SQLite refuses.
pub fn use_recovery(db: &Connection, account: Id, digest: [u8; 32]) -> Result<bool, Error> {
    let mut used = db.prepare_cached("delete from recovery_code where digest = :digest and account_id = :account")?;
    Ok(used.execute(named_params! { ":digest": digest, ":account": account })? == 1)
}

/// How many recovery codes an account has left.
///
/// # Errors
/// What SQLite refuses.
pub fn recovery_left(db: &Connection, account: Id) -> Result<i64, Error> {
    let mut statement = db.prepare_cached("select count(*) from recovery_code where account_id = :account")?;
    Ok(statement.query_row(named_params! { ":account": account }, |row| row.get(0))?)
}

/// A link to choose a new password, as kept.
pub struct Link {
    /// Whose.
    pub account_id: Id,
    /// What its holder logs in with.
    pub login: String,
    /// True when it takes the second factor away, too.
    pub drops_factor: bool,
}

/// Keeps the digest of a new link; an older one of the account ends.
///
/// # Errors
/// What SQLite refuses.
pub fn set_link(
    db: &Connection,
    account: Id,
    digest: [u8; 32],
    drops_factor: bool,
    expires_at: Moment,
) -> Result<(), Error> {
    end_link(db, account)?;
    let mut insert = db.prepare_cached(
        "insert into reset_link (account_id, digest, drops_factor, expires_at) values (:account, :digest, :drops, :expires)",
    )?;
    insert.execute(named_params! {
        ":account": account, ":digest": digest, ":drops": drops_factor, ":expires": expires_at,
    })?;
    Ok(())
}

/// The link with this digest that is good at this moment, of an account that may act.
///
/// # Errors
/// What SQLite refuses.
pub fn find_link(db: &Connection, digest: [u8; 32], now: Moment) -> Result<Option<Link>, Error> {
    let mut statement = db.prepare_cached(
        "select l.account_id, l.drops_factor, a.login from reset_link l join account a on a.id = l.account_id
         where l.digest = :digest and l.expires_at > :now and a.archived = 0",
    )?;
    let found = statement.query_row(named_params! { ":digest": digest, ":now": now }, |row| {
        Ok(Link {
            account_id: row.get("account_id")?,
            login: row.get("login")?,
            drops_factor: row.get("drops_factor")?,
        })
    });
    Ok(found.optional()?)
}

/// Ends the link of an account, used or not.
///
/// # Errors
/// What SQLite refuses.
pub fn end_link(db: &Connection, account: Id) -> Result<(), Error> {
    db.prepare_cached("delete from reset_link where account_id = :account")?
        .execute(named_params! { ":account": account })?;
    Ok(())
}
