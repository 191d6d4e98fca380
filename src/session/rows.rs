//! Credentials, sessions, refresh tokens, keys and the set-up link in the database.

use rusqlite::{Connection, OptionalExtension as _, named_params};

use super::rules::{ACCESS_SECONDS, IDLE_SECONDS, SESSION_SECONDS_MAX, SESSIONS_MAX, Session, expiry};
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

/// True when the session is this account's and was not ended, and the account may act. What it gave out tells by
/// itself when it is over: access tokens live a quarter of an hour.
///
/// # Errors
/// What SQLite refuses.
pub fn is_live(db: &Connection, session: Id, account: Id) -> Result<bool, Error> {
    let mut statement = db.prepare_cached(
        "select 1 from session s join account a on a.id = s.account_id
         where s.id = :session and s.account_id = :account and s.ended_at is null and a.archived = 0",
    )?;
    Ok(statement.exists(named_params! { ":session": session, ":account": account })?)
}

/// Begins a session. The stalest of the account ends when there are too many; those long over are forgotten.
///
/// # Errors
/// What SQLite refuses.
pub fn insert_session(db: &Connection, id: Id, account: Id, device: Option<&str>, now: Moment) -> Result<(), Error> {
    let before = now.plus_seconds(-SESSION_SECONDS_MAX);
    for forget in [
        "delete from refresh_token where session_id in
           (select id from session where account_id = :account and used_at < :before)",
        "delete from session where account_id = :account and used_at < :before",
    ] {
        db.prepare_cached(forget)?.execute(named_params! { ":account": account, ":before": before })?;
    }
    db.prepare_cached(
        "insert into session (id, account_id, device, created_at, used_at) values (:id, :account, :device, :now, :now)",
    )?
    .execute(named_params! { ":id": id, ":account": account, ":device": device, ":now": now })?;
    let mut stalest = db.prepare_cached(
        "select id from session where account_id = :account and ended_at is null and id <> :id
         order by used_at desc, id desc limit -1 offset :others",
    )?;
    let stalest = stalest
        .query_map(named_params! { ":account": account, ":id": id, ":others": SESSIONS_MAX - 1 }, |row| row.get(0))?;
    for session in stalest.collect::<Result<Vec<Id>, _>>()? {
        end_session(db, session, now)?;
    }
    Ok(())
}

/// A page of the sessions of an account that live.
///
/// # Errors
/// What SQLite refuses.
pub fn list_sessions(
    db: &Connection,
    account: Id,
    current: Option<Id>,
    now: Moment,
    after: Option<Id>,
    limit: i64,
) -> Result<Vec<Session>, Error> {
    let mut statement = db.prepare_cached(
        "select * from session where account_id = :account and ended_at is null
           and used_at > :idle and created_at > :oldest and id > ifnull(:after, x'') order by id limit :limit",
    )?;
    let rows = statement.query_map(
        named_params! {
            ":account": account, ":idle": now.plus_seconds(-IDLE_SECONDS),
            ":oldest": now.plus_seconds(-SESSION_SECONDS_MAX), ":after": after, ":limit": limit,
        },
        |row| {
            let (id, created_at, used_at) = (row.get("id")?, row.get("created_at")?, row.get("used_at")?);
            let expires_at = expiry(created_at, used_at);
            Ok(Session {
                id,
                device: row.get("device")?,
                created_at,
                used_at,
                expires_at,
                current: current == Some(id),
            })
        },
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Whose a session is, if it is known.
///
/// # Errors
/// What SQLite refuses.
pub fn holder(db: &Connection, session: Id) -> Result<Option<Id>, Error> {
    let mut statement = db.prepare_cached("select account_id from session where id = :id")?;
    Ok(statement.query_row(named_params! { ":id": session }, |row| row.get(0)).optional()?)
}

/// Ends a session and what can prolong it. False when it was over.
///
/// # Errors
/// What SQLite refuses.
pub fn end_session(db: &Connection, session: Id, now: Moment) -> Result<bool, Error> {
    db.prepare_cached("delete from refresh_token where session_id = :id")?.execute(named_params! { ":id": session })?;
    let ended = db
        .prepare_cached("update session set ended_at = :now where id = :id and ended_at is null")?
        .execute(named_params! { ":id": session, ":now": now })?;
    Ok(ended == 1)
}

/// Ends every session of an account, but for one. Gives how many lived.
///
/// # Errors
/// What SQLite refuses.
pub fn end_sessions(db: &Connection, account: Id, but: Option<Id>, now: Moment) -> Result<usize, Error> {
    db.prepare_cached(
        "delete from refresh_token where session_id in
           (select id from session where account_id = :account and id is not :but)",
    )?
    .execute(named_params! { ":account": account, ":but": but })?;
    let mut end = db.prepare_cached(
        "update session set ended_at = :now where account_id = :account and id is not :but and ended_at is null",
    )?;
    Ok(end.execute(named_params! { ":account": account, ":but": but, ":now": now })?)
}

/// A refresh token as kept.
pub struct Refresh {
    /// The session it prolongs.
    pub session: Id,
    /// Whose.
    pub account_id: Id,
    /// When its session began.
    pub begun_at: Moment,
    /// When its session ends.
    pub expires_at: Moment,
    /// True when it was exchanged already.
    pub spent: bool,
}

/// Keeps the digest of a new refresh token of a session, which is thereby used.
///
/// # Errors
/// What SQLite refuses.
pub fn insert_refresh(db: &Connection, digest: [u8; 32], session: Id, now: Moment) -> Result<(), Error> {
    db.prepare_cached("update session set used_at = :now where id = :session")?
        .execute(named_params! { ":session": session, ":now": now })?;
    // One that old would be refused for its age, spent or not.
    db.prepare_cached("delete from refresh_token where session_id = :session and issued_at < :before")?
        .execute(named_params! { ":session": session, ":before": now.plus_seconds(-IDLE_SECONDS) })?;
    db.prepare_cached("insert into refresh_token (digest, session_id, issued_at) values (:digest, :session, :now)")?
        .execute(named_params! { ":digest": digest, ":session": session, ":now": now })?;
    Ok(())
}

/// The refresh token with this digest, whose account may act.
///
/// # Errors
/// What SQLite refuses.
pub fn find_refresh(db: &Connection, digest: [u8; 32]) -> Result<Option<Refresh>, Error> {
    let mut statement = db.prepare_cached(
        "select t.session_id, t.spent_at, s.account_id, s.created_at, s.used_at
         from refresh_token t join session s on s.id = t.session_id join account a on a.id = s.account_id
         where t.digest = :digest and s.ended_at is null and a.archived = 0",
    )?;
    let found = statement.query_row(named_params! { ":digest": digest }, |row| {
        let spent: Option<i64> = row.get("spent_at")?;
        Ok(Refresh {
            session: row.get("session_id")?,
            account_id: row.get("account_id")?,
            begun_at: row.get("created_at")?,
            expires_at: expiry(row.get("created_at")?, row.get("used_at")?),
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

/// Forgets an account that is erased: where it was logged in, and on what it called which device.
///
/// # Errors
/// What SQLite refuses.
pub fn forget_account(db: &Connection, account: Id) -> Result<(), Error> {
    for forget in [
        "delete from refresh_token where session_id in (select id from session where account_id = :account)",
        "delete from session where account_id = :account",
    ] {
        db.prepare_cached(forget)?.execute(named_params! { ":account": account })?;
    }
    Ok(())
}

/// Forgets the sessions that are long over; how many there were.
///
/// # Errors
/// What SQLite refuses.
pub fn purge(db: &Connection, now: Moment) -> Result<usize, Error> {
    let before = now.plus_seconds(-SESSION_SECONDS_MAX);
    db.prepare_cached(
        "delete from refresh_token where session_id in (select id from session where used_at < :before)",
    )?
    .execute(named_params! { ":before": before })?;
    let mut statement = db.prepare_cached("delete from session where used_at < :before")?;
    Ok(statement.execute(named_params! { ":before": before })?)
}

/// As [`list_keys`]; a first one is made when there is none.
///
/// # Errors
/// What SQLite refuses.
pub fn signing_keys(db: &Connection, now: Moment) -> Result<Vec<Key>, Error> {
    if !db.prepare_cached("select 1 from signing_key")?.exists([])? {
        insert_key(db, now)?;
    }
    list_keys(db)
}

/// Makes the key that signs from now on, and forgets those whose last token is over.
///
/// # Errors
/// What SQLite refuses.
pub fn rotate_key(db: &Connection, now: Moment) -> Result<Vec<Key>, Error> {
    insert_key(db, now)?;
    forget_keys(db, now)?;
    list_keys(db)
}

/// Forgets the keys whose last token is over: a newer one has signed for as long as a token lives, twice over so that
/// no clock's slip counts.
///
/// # Errors
/// What SQLite refuses.
pub fn forget_keys(db: &Connection, now: Moment) -> Result<usize, Error> {
    let mut forget = db.prepare_cached(
        "delete from signing_key where exists (
           select 1 from signing_key newer where newer.created_at > signing_key.created_at and newer.created_at < :before)",
    )?;
    Ok(forget.execute(named_params! { ":before": now.plus_seconds(-2 * ACCESS_SECONDS) })?)
}

fn insert_key(db: &Connection, now: Moment) -> Result<(), Error> {
    let mut statement =
        db.prepare_cached("insert into signing_key (key_id, secret, created_at) values (:id, :secret, :now)")?;
    statement.execute(named_params! {
        ":id": Id::fresh(now).to_string(), ":secret": crate::secret::bytes::<32>(), ":now": now,
    })?;
    Ok(())
}

/// The keys of access tokens, oldest first.
///
/// # Errors
/// What SQLite refuses.
pub fn list_keys(db: &Connection) -> Result<Vec<Key>, Error> {
    let mut statement = db.prepare_cached("select * from signing_key order by created_at, key_id")?;
    let rows = statement.query_map([], |row| {
        Ok(Key { id: row.get("key_id")?, secret: row.get("secret")?, created_at: row.get("created_at")? })
    })?;
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
