//! The same unsafe request sent twice: one effect, the same answer (Idempotency-Key, IETF draft).

use std::collections::BTreeSet;

use axum::http::StatusCode;
use rusqlite::{Connection, OptionalExtension as _, named_params};

use super::extract::Replay;
use super::limits::REPLAY_DAYS;
use super::reply::Reply;
use crate::clock::Moment;
use crate::error::Error;
use crate::id::Id;
use crate::secret;

/// Answers dropped for their age at each new one: a few, so that no request pays for many.
const FORGOTTEN_AT_ONCE: i64 = 2;

/// The answer given to this request before, if it was.
///
/// # Errors
/// [`Error::KeyReused`] when the header's key came with another request, [`Error::IdTaken`] when a
/// chosen id did.
pub fn find(db: &Connection, account: Id, replay: &Replay) -> Result<Option<Reply>, Error> {
    for key in &replay.keys {
        let mut statement = db.prepare_cached(
            "select request_digest, status, location, etag, body from idempotency
             where account_id = :account and key in (:key, :digest)",
        )?;
        let kept = statement
            .query_row(
                named_params! { ":account": account, ":key": kept_key(key), ":digest": secret::digest(key) },
                |row| {
                    let digest: Vec<u8> = row.get("request_digest")?;
                    let status: u16 = row.get("status")?;
                    let reply = Reply {
                        status: StatusCode::from_u16(status).unwrap_or(StatusCode::OK),
                        location: row.get("location")?,
                        etag: row.get("etag")?,
                        replayed: true,
                        ..Reply::document("application/json", row.get("body")?)
                    };
                    Ok((digest, reply))
                },
            )
            .optional()?;
        match kept {
            Some((digest, reply)) if digest == replay.digest => return Ok(Some(reply)),
            Some(_) if key.starts_with("id:") => return Err(Error::IdTaken),
            Some(_) => return Err(Error::KeyReused),
            None => {}
        }
    }
    Ok(None)
}

/// Keeps an answer under each of its request's keys, in the transaction of its effect.
///
/// # Errors
/// What SQLite refuses.
pub fn keep(db: &Connection, account: Id, replay: &Replay, reply: &Reply, now: Moment) -> Result<(), Error> {
    if replay.keys.is_empty() {
        return Ok(());
    }
    let mut insert = db.prepare_cached(
        "insert into idempotency (account_id, key, request_digest, status, location, etag, body, created_at)
         values (:account, :key, :digest, :status, :location, :etag, :body, :now)",
    )?;
    for key in &replay.keys {
        insert.execute(named_params! {
            ":account": account, ":key": kept_key(key), ":digest": replay.digest, ":status": reply.status.as_u16(),
            ":location": reply.location, ":etag": reply.etag, ":body": reply.body, ":now": now,
        })?;
    }
    let mut forget = db.prepare_cached(
        "delete from idempotency where created_at < :before
           and rowid in (select rowid from idempotency order by rowid limit :few)",
    )?;
    let before = now.plus_seconds(-REPLAY_DAYS * 86_400);
    forget.execute(named_params! { ":before": before, ":few": FORGOTTEN_AT_ONCE })?;
    Ok(())
}

/// A key as it is kept: an id as it is, for ids made one after the other then stand together; anything else as its
/// digest, for a client may have made it of a name. Before schema 2 that of an id was kept, too.
fn kept_key(key: &str) -> Vec<u8> {
    match key.strip_prefix("id:").map(Id::parse) {
        Some(Ok(id)) => id.bytes().to_vec(),
        _ => secret::digest(key).to_vec(),
    }
}

/// Takes out of the kept answers what is erased: all that name one of these ids, and among those of the accounts that
/// work in this structure all that hold one of these texts. A row stays in their place, so that the same request sent
/// again is refused and makes nothing anew.
///
/// # Errors
/// What SQLite refuses.
pub fn forget(db: &Connection, ids: &BTreeSet<Id>, texts: &[&str], structure: Option<Id>) -> Result<(), Error> {
    let texts: Vec<String> = texts.iter().filter_map(|text| serde_json::to_string(text).ok()).collect();
    let mut holding = db.prepare_cached(
        "select account_id, key, body, account_id in (select account_id from account_role where structure_id = :structure)
         from idempotency where status <> 410",
    )?;
    let mut rows = holding.query(named_params! { ":structure": structure })?;
    let mut found: Vec<(Id, Vec<u8>)> = Vec::new();
    while let Some(row) = rows.next()? {
        let body = String::from_utf8_lossy(row.get_ref(2)?.as_blob().unwrap_or_default());
        let works_there: bool = row.get(3)?;
        let named = body.split('"').any(|word| word.len() == 36 && Id::parse(word).is_ok_and(|id| ids.contains(&id)));
        if named || works_there && texts.iter().any(|text| body.contains(text.trim_matches('"'))) {
            found.push((row.get(0)?, row.get(1)?));
        }
    }
    let mut empty = db.prepare_cached(
        "update idempotency set request_digest = zeroblob(32), status = 410, location = null, etag = null, body = x''
         where account_id = :account and key = :key",
    )?;
    for (account, key) in found {
        empty.execute(named_params! { ":account": account, ":key": key })?;
    }
    Ok(())
}

/// Drops the answers given to an account that is erased.
///
/// # Errors
/// What SQLite refuses.
pub fn forget_account(db: &Connection, account: Id) -> Result<(), Error> {
    let mut statement = db.prepare_cached("delete from idempotency where account_id = :account")?;
    statement.execute(named_params! { ":account": account })?;
    Ok(())
}

/// Drops the answers given before an instant; how many there were.
///
/// # Errors
/// What SQLite refuses.
pub fn purge(db: &Connection, before: Moment) -> Result<usize, Error> {
    let mut statement = db.prepare_cached("delete from idempotency where created_at < :before")?;
    Ok(statement.execute(named_params! { ":before": before })?)
}
