//! Feeds: calendars of loans that other programs subscribe to, behind secret addresses that can be revoked.

pub mod ics;
pub(crate) mod routes;
pub mod rows;
pub mod rules;

use rusqlite::Connection;

use crate::auth::Act;
use crate::clock::Moment;
use crate::error::Error;
use crate::http::words::Language;
use crate::id::Id;
use crate::{equipment, structure};
use rules::{ENTRIES_MAX, Feed, window};

/// The calendar of the feed whose secret has this digest, as it stands at an instant.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or it was revoked.
pub fn calendar(db: &Connection, digest: [u8; 32], now: Moment, language: Language) -> Result<String, Error> {
    let feed = rows::find_live(db, digest)?.ok_or(Error::NotFound)?;
    let period = window(now.day());
    let mut entries = Vec::new();
    let mut name = structure::rows::name(db, feed.facts.structure_id)?.ok_or(Error::NotFound)?;
    if let Some(thing) = feed.facts.equipment_id {
        let thing = equipment::rows::find(db, thing)?.ok_or(Error::NotFound)?;
        name = String::from(thing.facts.name);
        let closures = rows::closures(db, thing.id, period)?;
        entries.extend(closures.iter().map(|closure| closure.entry(&name, language)));
    }
    let loans = rows::loans(db, &feed.facts, period)?;
    entries.extend(loans.iter().map(|loan| loan.entry(feed.facts.structure_id, language)));
    if loans.len() >= ENTRIES_MAX {
        tracing::warn!(feed = %feed.id, "a feed holds its most entries: older loans are left out of it");
    }
    Ok(ics::calendar(&name, &entries))
}

/// The feed, if the caller may see what its structure records.
///
/// # Errors
/// [`Error::NotFound`].
pub fn visible(act: &Act<'_>, id: Id) -> Result<Feed, Error> {
    let feed = rows::find(act.db, id)?.ok_or(Error::NotFound)?;
    if act.sees(feed.facts.structure_id)? { Ok(feed) } else { Err(Error::NotFound) }
}
