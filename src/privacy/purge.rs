//! What has outlived its time is erased: every night by the server, or at once by `navette purge`.

use std::collections::BTreeSet;
use std::time::Duration;

use rusqlite::Connection;

use super::rows;
use super::rules::Months;
use crate::App;
use crate::audit::rules::{About, Event};
use crate::clock::Moment;
use crate::error::Error;
use crate::http::limits::REPLAY_DAYS;
use crate::http::replay;
use crate::id::Id;
use crate::store::attempt;
use crate::{audit, ledger, person, session};

/// The hour, in UTC, at which the server erases: nobody records then, in France or overseas.
const CALM_HOUR: i64 = 2;

/// How much was erased, by kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Purged {
    /// People without a line for longer than their structure keeps them.
    pub people: usize,
    /// Free texts of lines older than their structure keeps them.
    pub texts: usize,
    /// Answers kept for a request that may be sent again.
    pub answers: usize,
    /// Sessions that were over.
    pub sessions: usize,
    /// Links of people that were over.
    pub links: usize,
}

/// Erases what has outlived its time. Doing it again finds nothing.
///
/// # Errors
/// What SQLite refuses.
pub fn purge(db: &Connection, now: Moment) -> Result<Purged, Error> {
    let mut purged = Purged {
        answers: replay::purge(db, now.plus_seconds(-REPLAY_DAYS * 86_400))?,
        sessions: session::rows::purge(db, now)?,
        links: rows::purge_links(db, now)?,
        ..Purged::default()
    };
    for structure in rows::structures(db)? {
        let keeping = rows::retention(db, structure)?.keeping;
        let about = About { structure_id: Some(structure), ..About::default() };
        let idle = rows::idle_people(db, structure, keeping.person_months.before(now))?;
        let people = idle.into_iter().filter_map(|id| person::rows::find(db, id).transpose());
        let people = people.collect::<Result<Vec<_>, _>>()?;
        super::erase(db, &people.iter().collect::<Vec<_>>(), now)?;
        for person in &people {
            audit::rows::append(db, Event::PersonErased, None, super::about(person), now)?;
        }
        let texts = erase_texts(db, Some(structure), keeping.text_months.before(now))?;
        if texts > 0 {
            audit::rows::append(db, Event::Purged, None, about, now)?;
        }
        purged.people += people.len();
        purged.texts += texts;
    }
    let of_nobody = erase_texts(db, None, Months::TEXT.before(now))?;
    purged.texts += of_nobody;
    if purged.answers + of_nobody > 0 {
        audit::rows::append(db, Event::Purged, None, About::default(), now)?;
    }
    Ok(purged)
}

fn erase_texts(db: &Connection, structure: Option<Id>, before: Moment) -> Result<usize, Error> {
    let old = ledger::private::texts_before(db, structure, before)?;
    for (seq, _) in &old {
        ledger::private::erase_text(db, *seq)?;
    }
    let ids: BTreeSet<Id> = old.iter().map(|(_, id)| *id).collect();
    if !ids.is_empty() {
        replay::forget(db, &ids, &[], None)?;
    }
    Ok(old.len())
}

/// What [`purge`] would erase. It is done, counted, and undone.
///
/// # Errors
/// What SQLite refuses.
pub fn count(db: &Connection, now: Moment) -> Result<Purged, Error> {
    enum Undone {
        Counted(Purged),
        Failed(Error),
    }
    impl From<rusqlite::Error> for Undone {
        fn from(error: rusqlite::Error) -> Self {
            Self::Failed(error.into())
        }
    }
    let undone = attempt(db, || Err::<(), _>(purge(db, now).map_or_else(Undone::Failed, Undone::Counted)));
    match undone {
        Ok(()) => Ok(Purged::default()),
        Err(Undone::Counted(purged)) => Ok(purged),
        Err(Undone::Failed(error)) => Err(error),
    }
}

/// Rewrites the file, so that no page of it and no page of its write-ahead log still holds what was erased.
///
/// # Errors
/// [`Error::Busy`] while a long reading holds an older state.
pub async fn rewrite(app: &App) -> Result<(), Error> {
    app.store.compact().await?;
    app.store.write(|db, now| audit::rows::append(db, Event::FileRewritten, None, About::default(), now)).await
}

/// Purges each night, and rewrites the file when anything was erased since the last time, for as long as it is let run.
pub async fn keep(app: App) {
    loop {
        tokio::time::sleep(until_calm(app.clock.now())).await;
        if let Err(error) = night(&app).await {
            tracing::warn!(%error, "what has outlived its time could not be erased; trying again tomorrow");
        }
    }
}

async fn night(app: &App) -> Result<(), Error> {
    app.store.write(purge).await?;
    if app.store.read(rows::is_file_stale).await? { rewrite(app).await } else { Ok(()) }
}

fn until_calm(now: Moment) -> Duration {
    let past = (now.seconds() - CALM_HOUR * 3600).rem_euclid(86_400);
    Duration::from_secs(u64::try_from(86_400 - past).unwrap_or(86_400))
}
