//! The same unsafe request sent twice: one effect, the same answer (Idempotency-Key, IETF draft).

use axum::http::StatusCode;
use rusqlite::{Connection, OptionalExtension as _, named_params};

use super::extract::Replay;
use super::limits::REPLAY_DAYS;
use super::reply::Reply;
use crate::clock::Moment;
use crate::error::Error;
use crate::id::Id;

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
            "select request_digest, status, location, etag, body from idempotency where account_id = :account and key = :key",
        )?;
        let kept = statement
            .query_row(named_params! { ":account": account, ":key": key }, |row| {
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
            })
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
            ":account": account, ":key": key, ":digest": replay.digest, ":status": reply.status.as_u16(),
            ":location": reply.location, ":etag": reply.etag, ":body": reply.body, ":now": now,
        })?;
    }
    let mut forget = db.prepare_cached(
        "delete from idempotency where (account_id, key) in
           (select account_id, key from idempotency where created_at < :before order by created_at limit :few)",
    )?;
    let before = now.plus_seconds(-REPLAY_DAYS * 86_400);
    forget.execute(named_params! { ":before": before, ":few": FORGOTTEN_AT_ONCE })?;
    Ok(())
}
