//! Webhooks in the database, and what is to be sent to them now.

use rusqlite::{Connection, OptionalExtension as _, Row, named_params};

use super::rules::{Facts, Webhook};
use crate::clock::Moment;
use crate::equipment::rules::Url;
use crate::error::Error;
use crate::id::Id;
use crate::store::values::required;

/// Records a webhook with its key.
///
/// # Errors
/// [`Error::Duplicate`] when the structure has one already, [`Error::IdTaken`].
pub fn insert(db: &Connection, id: Id, facts: &Facts, key: [u8; 32], now: Moment) -> Result<Webhook, Error> {
    let mut statement = db.prepare_cached(
        "insert into webhook (id, structure_id, url, key, created_at) values (:id, :structure, :url, :key, :now)",
    )?;
    statement.execute(named_params! {
        ":id": id, ":structure": facts.structure_id, ":url": facts.url.as_str(), ":key": key, ":now": now,
    })?;
    Ok(Webhook { id, facts: facts.clone(), archived: false, version: 1, created_at: now })
}

/// Archives a webhook, which forgets its key, or counts a change that changes nothing.
///
/// # Errors
/// What SQLite refuses.
pub fn update(db: &Connection, webhook: &Webhook) -> Result<(), Error> {
    db.prepare_cached(
        "update webhook set archived = :archived, version = :version, key = iif(:archived, zeroblob(32), key)
         where id = :id",
    )?
    .execute(named_params! { ":id": webhook.id, ":archived": webhook.archived, ":version": webhook.version })?;
    Ok(())
}

/// A webhook by id.
///
/// # Errors
/// What SQLite refuses.
pub fn find(db: &Connection, id: Id) -> Result<Option<Webhook>, Error> {
    let mut statement = db.prepare_cached("select * from webhook where id = :id")?;
    Ok(statement.query_row(named_params! { ":id": id }, webhook).optional()?)
}

/// A page of a structure's webhooks, by id.
///
/// # Errors
/// What SQLite refuses.
pub fn list(
    db: &Connection,
    structure: Id,
    archived: bool,
    after: Option<Id>,
    limit: i64,
) -> Result<Vec<Webhook>, Error> {
    let mut statement = db.prepare_cached(
        "select * from webhook where structure_id = :structure and archived = :archived
           and id > ifnull(:after, x'') order by id limit :limit",
    )?;
    let rows = statement.query_map(
        named_params! { ":structure": structure, ":archived": archived, ":after": after, ":limit": limit },
        webhook,
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn webhook(row: &Row<'_>) -> rusqlite::Result<Webhook> {
    Ok(Webhook {
        id: row.get("id")?,
        facts: Facts { structure_id: row.get("structure_id")?, url: required(row, "url", Url::parse)? },
        archived: row.get("archived")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
    })
}

/// A message on its way. It holds a key, so it is never shown.
pub struct Parcel {
    /// Its place among all messages.
    pub seq: i64,
    /// Its identifier.
    pub id: Id,
    /// How often it was sent.
    pub tries: i64,
    /// What is sent, byte for byte.
    pub payload: String,
    /// Where to.
    pub url: String,
    /// What signs it.
    pub key: [u8; 32],
}

/// The messages whose time has come, those that waited longest first.
///
/// # Errors
/// What SQLite refuses.
pub fn due(db: &Connection, now: Moment, limit: i64) -> Result<Vec<Parcel>, Error> {
    let mut statement = db.prepare_cached(
        "select o.seq, o.id, o.tries, o.payload, w.url, w.key from outbox o
         join webhook w on w.structure_id = o.structure_id and w.archived = 0
         where o.next_try_at is not null and o.next_try_at <= :now order by o.next_try_at, o.seq limit :limit",
    )?;
    let rows = statement.query_map(named_params! { ":now": now, ":limit": limit }, |row| {
        Ok(Parcel {
            seq: row.get("seq")?,
            id: row.get("id")?,
            tries: row.get("tries")?,
            payload: row.get("payload")?,
            url: row.get("url")?,
            key: row.get("key")?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
