//! A forgotten password: a link that works once, made by whoever answers for the account's holder.

use axum::extract::State;
use serde::{Deserialize, Serialize};

use super::rules::{LINK_SECONDS, Password};
use super::{Nothing, factor, password, rows, secrets};
use crate::App;
use crate::audit::rules::{About, Event};
use crate::auth::rules::{Account, Right};
use crate::auth::{self, Act, Whose};
use crate::clock::Moment;
use crate::error::Error;
use crate::http::extract::{Command, PathId, Plain, Public};
use crate::http::reply::Reply;
use crate::id::Id;
use crate::{audit, secret};

/// A link, and a place for its secret part.
#[derive(Serialize)]
struct Made {
    link: Option<String>,
    expires_at: Moment,
}

/// `POST /v1/accounts/{id}/reset-link`: the link is told once, and its secret is kept as a digest.
///
/// # Errors
/// [`Error::Forbidden`] for who does not answer for the account.
pub async fn make_link(
    State(app): State<App>,
    PathId(id): PathId,
    command: Command<Plain<Nothing>>,
) -> Result<Reply, Error> {
    let token = secret::token();
    let digest = secret::digest(&token);
    let made = app.act(command.caller, command.replay, move |act| {
        let account = auth::visible_account(act, id)?;
        answer_for(act, &account)?;
        if account.archived {
            return Err(Error::WrongState { state: "archived".to_owned() });
        }
        let expires_at = act.now.plus_seconds(LINK_SECONDS);
        secrets::set_link(act.db, id, digest, false, expires_at)?;
        act.audit(Event::ResetLinkMade, About::only(id))?;
        Reply::ok(&Made { link: None, expires_at })
    });
    made.await?.telling_once("link", app.door.settings.link(&path(&token)))
}

/// The path of a link. The secret is in the fragment, which no browser sends and no log keeps.
#[must_use]
pub fn path(token: &str) -> String {
    format!("/reset#token={token}")
}

/// Refuses who could take an account over that opens more than what they manage: a manager answers for an account all
/// of whose roles are in structures they manage; for the owner of the instance, only that owner.
fn answer_for(act: &Act<'_>, account: &Account) -> Result<(), Error> {
    act.require(Right::MakeResetLink, Whose::Account(account.id))?;
    if act.may(Right::MakeResetLink, Whose::Instance)? {
        return Ok(());
    }
    let manages_all = match act.account() {
        Some(manager) => auth::rows::manages_all_of(act.db, manager, account.id)?,
        None => true,
    };
    if manages_all && !account.owner { Ok(()) } else { Err(Error::Forbidden) }
}

/// A link at the machine, for the account with this login. Its secret, or none when there is no such account.
///
/// # Errors
/// What the store refuses.
pub async fn link_at_the_machine(app: &App, login: String, drops_factor: bool) -> Result<Option<String>, Error> {
    let token = secret::token();
    let digest = secret::digest(&token);
    let made = app.store.write(move |db, now| {
        let Some((account, _)) = rows::credentials(db, &login)? else { return Ok(false) };
        secrets::set_link(db, account, digest, drops_factor, now.plus_seconds(LINK_SECONDS))?;
        audit::rows::append(db, Event::ResetLinkMade, None, About::only(account), now)?;
        Ok(true)
    });
    Ok(made.await?.then_some(token))
}

/// The secret of a link, and what is chosen through it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reset {
    token: String,
    password: Password,
    /// Of the second factor, when the account has one.
    code: Option<String>,
}

/// `POST /v1/auth/reset`: a new password through a link, which is thereby used up. Ends all sessions.
///
/// # Errors
/// [`Error::WrongCredentials`] without a good link, [`Error::SecondFactorNeeded`] without a good code.
pub async fn reset(State(app): State<App>, Public(body): Public<Reset>) -> Result<Reply, Error> {
    let (digest, now) = (secret::digest(&body.token), app.clock.now());
    let found = app.store.read(move |db| {
        let Some(link) = secrets::find_link(db, digest, now)? else { return Ok(None) };
        let structures = auth::rows::structure_names(db, link.account_id)?;
        Ok(Some((link, structures)))
    });
    let (link, structures) = found.await?.ok_or(Error::WrongCredentials)?;
    let known: Vec<&str> = structures.iter().map(String::as_str).chain([link.login.as_str()]).collect();
    body.password.check(&known).map_err(|fault| fault.at("/password"))?;
    // Codes are guessed no faster here than at the log-in.
    app.throttle.attempt(&link.login, now)?;
    let hash = password::hash(body.password).await?;
    let done = app.store.write(move |db, now| {
        let link = secrets::find_link(db, digest, now)?.ok_or(Error::WrongCredentials)?;
        let account = link.account_id;
        if link.drops_factor {
            secrets::remove_factor(db, account)?;
        } else if !factor::pass(db, account, body.code.as_deref(), now)? {
            return refused_code(db, account, body.code.is_some(), now);
        }
        secrets::end_link(db, account)?;
        auth::rows::set_password(db, account, &hash)?;
        rows::end_sessions(db, account, None, now)?;
        audit::rows::append(db, Event::PasswordReset, Some(account), About::only(account), now)?;
        Ok(true)
    });
    if !done.await? {
        return Err(Error::SecondFactorNeeded);
    }
    app.throttle.succeeded(&link.login);
    Ok(Reply::nothing())
}

/// Notes a wrong code; a missing one is only not there yet.
///
/// # Errors
/// What SQLite refuses.
pub fn refused_code(db: &rusqlite::Connection, account: Id, given: bool, now: Moment) -> Result<bool, Error> {
    if given {
        audit::rows::append(db, Event::LoginFailed, None, About::only(account), now)?;
    }
    Ok(false)
}
