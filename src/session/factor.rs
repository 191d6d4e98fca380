//! The second factor: set up, asked for, taken away.

use axum::extract::State;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::rules::FACTOR_STATE;
use super::{holder, prove, secrets, totp};
use crate::App;
use crate::audit;
use crate::audit::rules::{About, Event};
use crate::auth::Caller;
use crate::clock::Moment;
use crate::error::{Error, Fault};
use crate::http::extract::{Command, Plain};
use crate::http::reply::Reply;
use crate::id::Id;
use crate::secret;

/// Recovery codes given out with a second factor.
const RECOVERY_CODES: usize = 10;
/// Bytes of a recovery code: 128 bits, so that its digest needs no salt (OWASP ASVS 6.5.2).
const RECOVERY_BYTES: usize = 16;
/// Characters after which a recovery code has a dash, for the eye.
const GROUP_CHARS: usize = 5;

/// Uses up a code of the account's second factor, or a recovery code. True when there is no factor to ask for, and
/// when the code is right; false when it is wrong, was used before, or is missing.
///
/// # Errors
/// What SQLite refuses.
pub fn pass(db: &Connection, account: Id, code: Option<&str>, now: Moment) -> Result<bool, Error> {
    let Some(factor) = secrets::find_factor(db, account)?.filter(|factor| factor.active) else { return Ok(true) };
    let Some(code) = code else { return Ok(false) };
    if let Some(step) = totp::step_of(&factor.key, code, now.seconds(), factor.last_step) {
        secrets::use_step(db, account, step)?;
        return Ok(true);
    }
    let recovered = secrets::use_recovery(db, account, recovery_digest(code))?;
    if recovered {
        audit::rows::append(db, Event::RecoveryCodeUsed, Some(account), About::only(account), now)?;
    }
    Ok(recovered)
}

/// The digest of a recovery code, however it was typed.
fn recovery_digest(code: &str) -> [u8; 32] {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    secret::digest(&plain.to_ascii_uppercase())
}

fn recovery_code() -> String {
    let code = totp::base32(&secret::bytes::<RECOVERY_BYTES>());
    let characters: Vec<char> = code.chars().collect();
    let groups: Vec<String> = characters.chunks(GROUP_CHARS).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

/// What there is of a second factor.
#[derive(Serialize)]
struct Standing {
    active: bool,
    recovery_codes_left: i64,
}

/// `GET /v1/second-factor`
pub async fn read(State(app): State<App>, caller: Caller) -> Result<Reply, Error> {
    let state = app
        .see(caller, |act| {
            let account = holder(act)?;
            let active = secrets::find_factor(act.db, account)?.is_some_and(|factor| factor.active);
            Ok(Standing { active, recovery_codes_left: secrets::recovery_left(act.db, account)? })
        })
        .await?;
    Reply::ok(&state)
}

/// The present password.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    current_password: String,
}

/// What an authenticator needs; told once.
#[derive(Serialize)]
struct Begun {
    key: Option<String>,
    uri: Option<String>,
}

/// `POST /v1/second-factor`: begins one. Nothing is asked of log-ins before a first code was right.
pub async fn begin(State(app): State<App>, command: Command<Plain<Proof>>) -> Result<Reply, Error> {
    let (caller, Plain(proof)) = (command.caller, command.body);
    if let Some(given) = app.given_before(caller, &command.replay).await? {
        return Ok(given);
    }
    let login = prove(&app, caller, proof.current_password).await?;
    app.throttle.succeeded(&login);
    let key = secret::bytes::<{ totp::KEY_BYTES }>();
    let begun = app.act(caller, command.replay, move |act| {
        let account = holder(act)?;
        if secrets::find_factor(act.db, account)?.is_some_and(|factor| factor.active) {
            return Err(Error::WrongState { state: FACTOR_STATE[1].to_owned() });
        }
        secrets::begin_factor(act.db, account, key, act.now)?;
        Reply::ok(&Begun { key: None, uri: None })
    });
    begun.await?.telling_once("key", totp::base32(&key))?.telling_once("uri", totp::uri(&login, &key))
}

/// A code of the authenticator.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    code: String,
}

/// The recovery codes; told once.
#[derive(Serialize)]
struct Recovery {
    recovery_codes: Option<Vec<String>>,
}

/// `POST /v1/second-factor/confirm`: a first right code makes it active.
pub async fn confirm(State(app): State<App>, command: Command<Plain<Code>>) -> Result<Reply, Error> {
    let Plain(given) = command.body;
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| recovery_code()).collect();
    let digests: Vec<[u8; 32]> = codes.iter().map(|code| recovery_digest(code)).collect();
    let confirmed = app.act(command.caller, command.replay, move |act| {
        let account = holder(act)?;
        let factor = match secrets::find_factor(act.db, account)? {
            Some(factor) if !factor.active => factor,
            found => return Err(Error::WrongState { state: FACTOR_STATE[usize::from(found.is_some())].to_owned() }),
        };
        let step = totp::step_of(&factor.key, &given.code, act.now.seconds(), factor.last_step);
        secrets::use_step(act.db, account, step.ok_or_else(|| Fault::Code.at("/code"))?)?;
        for digest in digests {
            secrets::insert_recovery(act.db, account, digest)?;
        }
        act.audit(Event::SecondFactorAdded, About::only(account))?;
        Reply::ok(&Recovery { recovery_codes: None })
    });
    confirmed.await?.telling_once("recovery_codes", json!(codes))
}

/// The present password and a code.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Removal {
    current_password: String,
    code: String,
}

/// `POST /v1/second-factor/remove`: needs both factors once more.
pub async fn remove(State(app): State<App>, command: Command<Plain<Removal>>) -> Result<Reply, Error> {
    let (caller, Plain(removal)) = (command.caller, command.body);
    if let Some(given) = app.given_before(caller, &command.replay).await? {
        return Ok(given);
    }
    let login = prove(&app, caller, removal.current_password).await?;
    let removed = app.act(caller, command.replay, move |act| {
        let account = holder(act)?;
        if !secrets::find_factor(act.db, account)?.is_some_and(|factor| factor.active) {
            return Err(Error::WrongState { state: FACTOR_STATE[0].to_owned() });
        }
        if !pass(act.db, account, Some(&removal.code), act.now)? {
            return Err(Fault::Code.at("/code"));
        }
        secrets::remove_factor(act.db, account)?;
        act.audit(Event::SecondFactorRemoved, About::only(account))?;
        Ok(Reply::nothing())
    });
    let removed = removed.await?;
    // Only now: a guesser of codes who has the password is slowed down like one of passwords.
    app.throttle.succeeded(&login);
    Ok(removed)
}
