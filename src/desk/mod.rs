//! The loan desk: what waits there, what is late, and what the parties are told of it.

pub(crate) mod routes;
pub mod rows;
pub mod rules;

use std::time::Duration;

use rusqlite::Connection;

use crate::App;
use crate::auth::Act;
use crate::clock::Moment;
use crate::error::Error;
use crate::id::Id;
use crate::loan;
use rules::{DUE_SOON_DAYS, Days, Desk, Kind, LOANS_MAX, Queue, Waiting};

/// Loans noted as late, or as due soon, in one job of the writer at most: others wait for it.
pub const NOTED_AT_ONCE: i64 = 200;

/// How long the watch rests between two rounds.
const REST: Duration = Duration::from_mins(5);

/// Notes what is late and reminds of what is due, now and every few minutes, for as long as it is let run.
pub async fn watch(app: App) {
    loop {
        match app.store.write(note_overdue).await {
            Ok(noted) if noted >= NOTED_AT_ONCE => continue,
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "late loans could not be noted; trying again later"),
        }
        tokio::time::sleep(REST).await;
    }
}

/// All that waits at a structure's desk today and within so many days.
///
/// # Errors
/// What SQLite refuses.
pub fn desk(act: &Act<'_>, structure: Id, days: Days) -> Result<Desk, Error> {
    let today = act.now.day();
    let waiting = |queue: &Queue| -> Result<Waiting, Error> {
        let mut ids = rows::waiting(act.db, structure, queue, i64::try_from(LOANS_MAX).unwrap_or(i64::MAX) + 1)?;
        let cut = ids.len() > LOANS_MAX;
        ids.truncate(LOANS_MAX);
        let loans = ids.into_iter().filter_map(|id| loan::rows::find(act.db, id).transpose());
        Ok(Waiting { items: loans.collect::<Result<_, _>>()?, cut })
    };
    let (late, bring_back) = (waiting(&Queue::overdue(today))?, waiting(&Queue::to_bring_back(today, days))?);
    let mut overdue_facts = Vec::new();
    for loan in late.items.iter().chain(&bring_back.items) {
        overdue_facts.extend(rows::overdue_of(act.db, loan.id)?);
    }
    Ok(Desk {
        structure_id: structure,
        day: today,
        days,
        to_answer: waiting(&Queue::to_answer())?,
        to_prepare: waiting(&Queue::to_prepare(today, days))?,
        to_hand_over: waiting(&Queue::to_hand_over(today))?,
        to_take_back: waiting(&Queue::to_take_back(today, days))?,
        overdue: late,
        to_fetch: waiting(&Queue::to_fetch(today, days))?,
        to_bring_back: bring_back,
        overdue_facts,
    })
}

/// Notes each loan that is out past its end as late, once for each end, and tells its parties; tells them,
/// too, of loans that are due soon. Gives how many were noted: when it is [`NOTED_AT_ONCE`] or more, there may
/// be others.
///
/// # Errors
/// What SQLite refuses.
pub fn note_overdue(db: &Connection, now: Moment) -> Result<i64, Error> {
    let mut noted = 0;
    for (id, since) in rows::late(db, now.day(), NOTED_AT_ONCE)? {
        let Some(loan) = loan::rows::find(db, id)? else { continue };
        rows::insert_overdue(db, id, since, now)?;
        rows::tell(db, Kind::Overdue, &loan, now)?;
        noted += 1;
    }
    let soon = crate::calendar::rules::shifted(now.day(), DUE_SOON_DAYS);
    for id in rows::due_untold(db, now.day(), soon, NOTED_AT_ONCE)? {
        let Some(loan) = loan::rows::find(db, id)? else { continue };
        rows::tell(db, Kind::DueSoon, &loan, now)?;
        noted += 1;
    }
    Ok(noted)
}
