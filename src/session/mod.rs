//! How one comes in and stays in: passwords, second factors, log-in, sessions, tokens and the keys that sign them.

pub(crate) mod entry;
pub(crate) mod factor;
pub mod guessable;
pub mod password;
pub mod reset;
pub(crate) mod routes;
pub mod rows;
pub mod rules;
pub mod secrets;
pub mod throttle;
pub mod token;
pub mod totp;

use std::time::Duration;

use serde::Deserialize;

use crate::App;
use crate::audit;
use crate::audit::rules::{About, Event};
use crate::auth::rules::Right;
use crate::auth::{self, Act, Caller, Whose};
use crate::error::{Error, Fault};
use crate::id::Id;
use rules::KEY_SECONDS_MAX;

/// Time between two looks at the age of the keys.
const WATCH: Duration = Duration::from_hours(1);

/// Makes a new key when the one that signs is old, and forgets those whose last token is over; from time to time.
pub async fn watch_keys(app: App) {
    loop {
        if let Err(error) = keep_keys_young(&app).await {
            tracing::warn!(%error, "the signing keys could not be looked after");
        }
        tokio::time::sleep(WATCH).await;
    }
}

/// Makes a new key when the one that signs is older than [`KEY_SECONDS_MAX`], forgets the keys that no token needs, and
/// signs and verifies from now on with those that the database holds.
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
        rows::list_keys(db)
    });
    app.keys.replace(&kept.await?);
    Ok(())
}

/// Refuses a caller who does not know their own password, and gives their login. Counts as a failure until
/// [`throttle::Throttle::succeeded`] says otherwise.
///
/// # Errors
/// [`Fault::Password`] at `/current_password`, also while the login has to wait.
pub async fn prove(app: &App, caller: Caller, current: String) -> Result<String, Error> {
    let login = app.see(caller, |act| {
        let account = holder(act)?;
        Ok(auth::rows::find_account(act.db, account)?.ok_or(Error::NotFound)?.login)
    });
    let login = login.await?;
    let wrong = || Fault::Password.at("/current_password");
    app.throttle.attempt(&login, app.clock.now()).map_err(|_| wrong())?;
    let wanted = login.clone();
    let hash = app.store.read(move |db| rows::credentials(db, &wanted)).await?.map(|(_, hash)| hash);
    if password::judge(current, hash).await?.right { Ok(login) } else { Err(wrong()) }
}

/// The account whose sessions the caller may keep: their own, and of no program.
///
/// # Errors
/// [`Error::Forbidden`].
pub fn holder(act: &Act<'_>) -> Result<Id, Error> {
    let account = act.account().ok_or(Error::Forbidden)?;
    act.require(Right::KeepSessions, Whose::Account(account))?;
    Ok(account)
}

/// A body without any wish.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}
