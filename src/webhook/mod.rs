//! Webhooks: a structure's messages sent to its own programs, signed, sent again until they are taken.

pub mod courier;
pub(crate) mod routes;
pub mod rows;
pub mod rules;

use std::time::Duration;

use crate::App;
use crate::auth::rules::Right;
use crate::auth::{Act, Whose};
use crate::desk;
use crate::error::Error;
use crate::id::Id;
use courier::Courier;
use rules::{Webhook, wait_seconds};

/// Messages sent side by side at most.
pub const PARCELS_MAX: usize = 16;
/// How long the sender rests when nothing waits.
const REST: Duration = Duration::from_secs(5);

/// The webhook, for the managers of its structure.
///
/// # Errors
/// [`Error::NotFound`] for those who have no role there, [`Error::Forbidden`] for the others.
pub fn visible(act: &Act<'_>, id: Id) -> Result<Webhook, Error> {
    let webhook = rows::find(act.db, id)?.ok_or(Error::NotFound)?;
    if !act.sees(webhook.facts.structure_id)? {
        return Err(Error::NotFound);
    }
    act.require(Right::ManagePrograms, Whose::Structure(webhook.facts.structure_id))?;
    Ok(webhook)
}

/// Sends messages as their time comes, for as long as it is let run. What is cut off is sent again later, with
/// the same id.
pub async fn run(app: App, courier: Courier) {
    loop {
        match send_due(&app, &courier).await {
            Ok(sent) if sent >= PARCELS_MAX => {}
            Ok(_) => tokio::time::sleep(REST).await,
            Err(error) => {
                tracing::warn!(%error, "messages to webhooks could not be read or recorded; trying again later");
                tokio::time::sleep(REST).await;
            }
        }
    }
}

/// Sends the messages whose time has come, each once, and records what became of them; how many they were.
///
/// # Errors
/// What the store refuses.
pub async fn send_due(app: &App, courier: &Courier) -> Result<usize, Error> {
    let now = app.clock.now();
    let most = i64::try_from(PARCELS_MAX).unwrap_or(i64::MAX);
    let parcels = app.store.read(move |db| rows::due(db, now, most)).await?;
    let sent = futures_util::future::join_all(parcels.iter().map(|parcel| courier.send(parcel, now))).await;
    for (parcel, outcome) in parcels.iter().zip(sent) {
        let (seq, tries) = (parcel.seq, parcel.tries + 1);
        if let Err(failure) = &outcome {
            tracing::info!(message = %parcel.id, tries, %failure, "a webhook did not take a message");
        }
        let taken = outcome.is_ok();
        app.store
            .write(move |db, now| match wait_seconds(tries) {
                _ if taken => desk::rows::mark_delivered(db, seq, now),
                Some(seconds) => desk::rows::mark_tried(db, seq, now.plus_seconds(seconds)),
                None => desk::rows::mark_given_up(db, seq, now),
            })
            .await?;
    }
    Ok(parcels.len())
}
