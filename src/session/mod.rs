//! How one comes in and stays in: passwords, log-in, sessions, tokens and the keys that sign them.

pub(crate) mod entry;
pub mod guessable;
pub mod password;
pub(crate) mod routes;
pub mod rows;
pub mod rules;
pub mod throttle;
pub mod token;

use std::time::Duration;

use crate::App;
use crate::audit;
use crate::audit::rules::{About, Event};
use crate::error::Error;
use rules::KEY_SECONDS_MAX;

/// Time between two looks at the age of the keys.
const WATCH: Duration = Duration::from_secs(3_600);

/// Makes a new key when the one that signs is old, and forgets those whose last token is over; from time to time.
pub async fn watch_keys(app: App) {
    loop {
        if let Err(error) = keep_keys_young(&app).await {
            tracing::warn!(%error, "the signing keys could not be looked after");
        }
        tokio::time::sleep(WATCH).await;
    }
}

/// Makes a new key when the one that signs is older than [`KEY_SECONDS_MAX`], and forgets the keys that no token needs.
///
/// # Errors
/// What the store refuses.
pub async fn keep_keys_young(app: &App) -> Result<(), Error> {
    let kept = app.store.write(|db, now| {
        rows::forget_keys(db, now)?;
        let keys = rows::signing_keys(db, now)?;
        if keys.last().is_some_and(|newest| newest.created_at.plus_seconds(KEY_SECONDS_MAX) <= now) {
            rows::rotate_key(db, now)?;
            audit::rows::append(db, Event::KeyRotated, None, About::default(), now)?;
        }
        Ok(())
    });
    kept.await?;
    take_up_keys(app).await
}

/// Signs and verifies from now on with the keys that the database holds.
async fn take_up_keys(app: &App) -> Result<(), Error> {
    let keys = app.store.read(rows::list_keys).await?;
    app.keys.replace(&keys);
    Ok(())
}
