//! Credentials, refresh tokens, keys and the set-up link in the database.

use rusqlite::{Connection, OptionalExtension as _, named_params};

use super::rules::REFRESH_SECONDS;
use super::token::Key;
use crate::clock::Moment;
use crate::error::Error;
use crate::id::Id;

/// The login and password hash of an account that may act, found by login.
///
/// # Errors
/// What SQLite refuses.
pub fn credentials(db: &Connection, login: &str) -> Result<Option<(Id, String)>, Error> {
    let mut statement =
        db.prepare_cached("select id, password_hash from account where login = :login and archived = 0")?;
    Ok(statement.query_row(named_params! { ":login": login }, |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

/// Ends every session of an account.
///
/// # Errors
/// What SQLite refuses.
pub fn end_sessions(db: &Connection, account: Id) -> Result<(), Error> {
    db.prepare_cached("delete from refresh_token where account_id = :account")?
        .execute(named_params! { ":account": account })?;
    Ok(())
}

/// A refresh token as kept.
pub struct Refresh {
    /// Tokens rotated from one log-in.
    pub family: Id,
    /// Whose.
    pub account_id: Id,
    /// When it ends.
    pub expires_at: Moment,
    /// True when it was exchanged already.
    pub spent: bool,
}

/// Keeps the digest of a new refresh token.
///
/// # Errors
/// What SQLite refuses.
pub fn insert_refresh(db: &Connection, digest: [u8; 32], family: Id, account: Id, now: Moment) -> Result<(), Error> {
    let mut statement = db.prepare_cached(
        "insert into refresh_token (digest, family, account_id, issued_at, expires_at)
         values (:digest, :family, :account, :now, :expires)",
    )?;
    statement.execute(named_params! {
        ":digest": digest, ":family": family, ":account": account, ":now": now,
        ":expires": now.plus_seconds(REFRESH_SECONDS),
    })?;
    Ok(())
}

/// The refresh token with this digest, whose account may act.
///
/// # Errors
/// What SQLite refuses.
pub fn find_refresh(db: &Connection, digest: [u8; 32]) -> Result<Option<Refresh>, Error> {
    let mut statement = db.prepare_cached(
        "select t.* from refresh_token t join account a on a.id = t.account_id where t.digest = :digest and a.archived = 0",
    )?;
    let found = statement.query_row(named_params! { ":digest": digest }, |row| {
        let spent: Option<i64> = row.get("spent_at")?;
        Ok(Refresh {
            family: row.get("family")?,
            account_id: row.get("account_id")?,
            expires_at: row.get("expires_at")?,
            spent: spent.is_some(),
        })
    });
    Ok(found.optional()?)
}

/// Marks a refresh token as exchanged.
///
/// # Errors
/// What SQLite refuses.
pub fn spend_refresh(db: &Connection, digest: [u8; 32], now: Moment) -> Result<(), Error> {
    db.prepare_cached("update refresh_token set spent_at = :now where digest = :digest")?
        .execute(named_params! { ":digest": digest, ":now": now })?;
    Ok(())
}

/// Ends every token of a family.
///
/// # Errors
/// What SQLite refuses.
pub fn revoke_family(db: &Connection, family: Id) -> Result<(), Error> {
    db.prepare_cached("delete from refresh_token where family = :family")?
        .execute(named_params! { ":family": family })?;
    Ok(())
}

/// The keys that sign access tokens, oldest first; a first one is made when there is none.
///
/// # Errors
/// What SQLite refuses.
pub fn signing_keys(db: &Connection, now: Moment) -> Result<Vec<Key>, Error> {
    db.prepare_cached(
        "insert into signing_key (key_id, secret, created_at)
         select :id, :secret, :now where not exists (select 1 from signing_key)",
    )?
    .execute(named_params! {
        ":id": Id::fresh(now).to_string(), ":secret": crate::secret::bytes::<32>(), ":now": now,
    })?;
    let mut statement = db.prepare_cached("select key_id, secret from signing_key order by created_at, key_id")?;
    let rows = statement.query_map([], |row| Ok(Key { id: row.get(0)?, secret: row.get(1)? }))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Replaces the secret of the set-up link.
///
/// # Errors
/// What SQLite refuses.
pub fn set_setup_token(db: &Connection, digest: [u8; 32], now: Moment) -> Result<(), Error> {
    db.execute("delete from setup_token", [])?;
    db.execute(
        "insert into setup_token (digest, created_at) values (:digest, :now)",
        named_params! { ":digest": digest, ":now": now },
    )?;
    Ok(())
}

/// Uses up the set-up link. False when this is not its secret.
///
/// # Errors
/// What SQLite refuses.
pub fn use_setup_token(db: &Connection, digest: [u8; 32]) -> Result<bool, Error> {
    let used = db.execute("delete from setup_token where digest = :digest", named_params! { ":digest": digest })?;
    Ok(used == 1)
}
