//! Set-up, log-in and log-out over HTTP: what needs no access token.

use axum::extract::State;
use serde::{Deserialize, Serialize};

use super::rules::{ACCESS_SECONDS, Password, expiry};
use super::token::Bearer;
use super::{factor, password, reset, rows};
use crate::App;
use crate::audit::rules::{About, Event};
use crate::auth::rules::{GrantWish, Role};
use crate::clock::Moment;
use crate::error::Error;
use crate::http::extract::Public;
use crate::http::reply::Reply;
use crate::id::Id;
use crate::secret;
use crate::structure;
use crate::text::Name;
use crate::{audit, auth};

/// The first account, and the structure it manages.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetUp {
    token: String,
    login: Name,
    password: Password,
    structure: Option<structure::rules::Facts>,
}

/// `POST /v1/setup`
pub async fn set_up(State(app): State<App>, Public(body): Public<SetUp>) -> Result<Reply, Error> {
    let name = body.structure.as_ref().map_or("", |facts| facts.name.as_str());
    body.password.check(&[body.login.as_str(), name]).map_err(|fault| fault.at("/password"))?;
    if let Some(facts) = &body.structure {
        facts.judge().map_err(|error| error.under("/structure"))?;
    }
    let token = secret::digest(&body.token);
    // Before the costly hash: most of the time the set-up is long done.
    if !app.store.read(auth::rows::is_empty).await? {
        return Err(Error::Gone);
    }
    let hash = password::hash(body.password).await?;
    app.store
        .write(move |db, now| {
            if !auth::rows::is_empty(db)? {
                return Err(Error::Gone);
            }
            if !rows::use_setup_token(db, token)? {
                return Err(Error::WrongCredentials);
            }
            let account = Id::fresh(now);
            auth::rows::insert_account(db, account, body.login.as_str(), &hash, true, now)?;
            if let Some(facts) = &body.structure {
                let structure = structure::rows::insert(db, Id::fresh(now), facts, Some(account), now);
                let structure = structure.map_err(|error| error.under("/structure"))?;
                let wish = GrantWish { account_id: account, structure_id: structure.id, role: Role::Manager };
                auth::rows::insert_grant(db, Id::fresh(now), &wish, now)?;
            }
            auth::created(auth::rows::find_account(db, account)?)
        })
        .await
}

/// A login and its password.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogIn {
    login: Name,
    /// Unchecked: what was legal when it was chosen may not be now.
    password: String,
    /// Of the second factor, when the account has one.
    code: Option<String>,
    /// What the client calls the device.
    device: Option<Name>,
}

/// Tokens of a session.
#[derive(Serialize)]
struct Tokens {
    access_token: String,
    token_type: &'static str,
    expires_in: i64,
    refresh_token: String,
    refresh_expires_in: i64,
    account_id: Id,
    session_id: Id,
}

/// What a session gives out next.
struct Given {
    bearer: Bearer,
    refresh_token: String,
    expires_at: Moment,
    now: Moment,
}

/// `POST /v1/auth/login`
pub async fn log_in(State(app): State<App>, Public(body): Public<LogIn>) -> Result<Reply, Error> {
    let login = body.login.as_str().to_owned();
    app.throttle.attempt(&login, app.clock.now())?;
    let wanted = login.clone();
    let found = app.store.read(move |db| rows::credentials(db, &wanted)).await?;
    let (account, hash) = found.unzip();
    let verdict = password::judge(body.password, hash).await?;
    let Some(account) = account.filter(|_| verdict.right) else {
        note_failure(&app, account);
        return Err(Error::WrongCredentials);
    };
    let refresh_token = secret::token();
    let digest = secret::digest(&refresh_token);
    let given = app.store.write(move |db, now| {
        if !auth::rows::is_active(db, account)? {
            return Err(Error::WrongCredentials);
        }
        if !factor::pass(db, account, body.code.as_deref(), now)? {
            reset::refused_code(db, account, body.code.is_some(), now)?;
            return Ok(None);
        }
        if let Some(hash) = verdict.anew {
            auth::rows::renew_hash(db, account, &hash)?;
        }
        let session = Id::fresh(now);
        rows::insert_session(db, session, account, body.device.as_ref().map(Name::as_str), now)?;
        rows::insert_refresh(db, digest, session, now)?;
        audit::rows::append(db, Event::LoggedIn, Some(account), About::only(account), now)?;
        Ok(Some(Given { bearer: Bearer { account, session }, refresh_token, expires_at: expiry(now, now), now }))
    });
    let given = given.await?.ok_or(Error::SecondFactorNeeded)?;
    app.throttle.succeeded(&login);
    tokens(&app, given)
}

/// Notes a failed log-in to an account there is. Off the path of the answer, which must take as long for none.
fn note_failure(app: &App, account: Option<Id>) {
    tracing::warn!("a log-in failed");
    let store = app.store.clone();
    tokio::spawn(async move {
        let Some(account) = account else { return };
        let about = About::only(account);
        let noted = store.write(move |db, now| audit::rows::append(db, Event::LoginFailed, None, about, now)).await;
        if let Err(error) = noted {
            tracing::warn!(%error, "a failed log-in is missing from the audit trail");
        }
    });
}

fn tokens(app: &App, given: Given) -> Result<Reply, Error> {
    Reply::ok(&Tokens {
        access_token: app.keys.issue(given.bearer, given.now)?,
        token_type: "Bearer",
        expires_in: ACCESS_SECONDS,
        refresh_token: given.refresh_token,
        refresh_expires_in: given.expires_at.seconds() - given.now.seconds(),
        account_id: given.bearer.account,
        session_id: given.bearer.session,
    })
}

/// A refresh token.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    refresh_token: String,
}

/// `POST /v1/auth/refresh`: exchanges a refresh token for new tokens. One that was exchanged before
/// has been copied: its whole session ends (RFC 9700, 4.14.2).
pub async fn refresh(State(app): State<App>, Public(body): Public<Refresh>) -> Result<Reply, Error> {
    let digest = secret::digest(&body.refresh_token);
    let next = secret::token();
    let next_digest = secret::digest(&next);
    let exchanged = app.store.write(move |db, now| {
        let Some(token) = rows::find_refresh(db, digest)? else { return Ok(None) };
        let bearer = Bearer { account: token.account_id, session: token.session };
        if token.expires_at <= now {
            rows::end_session(db, token.session, now)?;
            return Ok(None);
        }
        if token.spent {
            rows::end_session(db, token.session, now)?;
            let about = About::only(token.account_id);
            audit::rows::append(db, Event::RefreshReused, None, about, now)?;
            return Ok(None);
        }
        rows::spend_refresh(db, digest, now)?;
        rows::insert_refresh(db, next_digest, token.session, now)?;
        let expires_at = expiry(token.begun_at, now);
        Ok(Some(Given { bearer, refresh_token: next, expires_at, now }))
    });
    // Refused only here: the session's end must be recorded, and an error would undo it.
    tokens(&app, exchanged.await?.ok_or(Error::WrongCredentials)?)
}

/// `POST /v1/auth/logout`: ends the session of this refresh token; says nothing about unknown ones.
pub async fn log_out(State(app): State<App>, Public(body): Public<Refresh>) -> Result<Reply, Error> {
    let digest = secret::digest(&body.refresh_token);
    app.store
        .write(move |db, now| {
            let Some(token) = rows::find_refresh(db, digest)? else { return Ok(()) };
            rows::end_session(db, token.session, now)?;
            let about = About::only(token.account_id);
            audit::rows::append(db, Event::SessionEnded, Some(token.account_id), about, now)
        })
        .await?;
    Ok(Reply::nothing())
}
