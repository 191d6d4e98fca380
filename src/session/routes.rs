//! One's sessions, and the keys behind them, over HTTP.

use axum::extract::State;
use axum::http::Uri;
use serde::{Deserialize, Serialize};

use super::{Nothing, holder, rows};
use crate::App;
use crate::audit::rules::{About, Event};
use crate::auth::rules::Right;
use crate::auth::{self, Act, Caller, Whose};
use crate::clock::Moment;
use crate::error::Error;
use crate::http::extract::{Command, PathId, Plain, Query};
use crate::http::limits::PageSize;
use crate::http::reply::{Cursor, Reply};
use crate::id::Id;

/// Which page of one's sessions.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionQuery {
    limit: Option<PageSize>,
    cursor: Option<Cursor>,
}

/// `GET /v1/sessions`: one's own that live.
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    uri: Uri,
    Query(query): Query<SessionQuery>,
) -> Result<Reply, Error> {
    let after = Cursor::id(query.cursor.as_ref())?;
    let size = query.limit.unwrap_or_default();
    let sessions = app
        .see(caller, move |act| {
            let account = holder(act)?;
            rows::list_sessions(act.db, account, act.session(), act.now, after, size.items() + 1)
        })
        .await?;
    Reply::page(&uri, sessions, size, |session| session.id.to_string())
}

/// `POST /v1/sessions/{id}/end`: one of one's own.
pub async fn end(State(app): State<App>, PathId(id): PathId, command: Command<Plain<Nothing>>) -> Result<Reply, Error> {
    app.act(command.caller, command.replay, move |act| {
        let account = holder(act)?;
        if rows::holder(act.db, id)? != Some(account) {
            return Err(Error::NotFound);
        }
        let ended = usize::from(rows::end_session(act.db, id, act.now)?);
        note_end(act, account, ended)?;
        Ok(Reply::nothing())
    })
    .await
}

/// `POST /v1/sessions/end-others`: all of one's own but the one that is used.
pub async fn end_others(State(app): State<App>, command: Command<Plain<Nothing>>) -> Result<Reply, Error> {
    app.act(command.caller, command.replay, |act| {
        let account = holder(act)?;
        let ended = rows::end_sessions(act.db, account, act.session(), act.now)?;
        note_end(act, account, ended)?;
        Ok(Reply::nothing())
    })
    .await
}

/// `POST /v1/accounts/{id}/end-sessions`: all of an account, by the owner of the instance.
pub async fn end_all(
    State(app): State<App>,
    PathId(id): PathId,
    command: Command<Plain<Nothing>>,
) -> Result<Reply, Error> {
    app.act(command.caller, command.replay, move |act| {
        auth::visible_account(act, id)?;
        act.require(Right::EndSessions, Whose::Account(id))?;
        let ended = rows::end_sessions(act.db, id, None, act.now)?;
        note_end(act, id, ended)?;
        Ok(Reply::nothing())
    })
    .await
}

/// One entry of the trail, however many ended at once.
fn note_end(act: &Act<'_>, of: Id, ended: usize) -> Result<(), Error> {
    if ended == 0 { Ok(()) } else { act.audit(Event::SessionEnded, About::only(of)) }
}

/// The key that signs now, without its secret.
#[derive(Serialize)]
struct Signing {
    kid: String,
    created_at: Moment,
}

/// `POST /v1/signing-keys`: a new key signs from now on, by the owner of the instance. Nobody is logged out.
pub async fn rotate_key(State(app): State<App>, command: Command<Plain<Nothing>>) -> Result<Reply, Error> {
    let (tell, made) = std::sync::mpsc::channel();
    let rotated = app
        .act(command.caller, command.replay, move |act| {
            act.require(Right::RotateKeys, Whose::Instance)?;
            let keys = rows::rotate_key(act.db, act.now)?;
            act.audit(Event::KeyRotated, About::default())?;
            let newest = keys.last().ok_or_else(|| Error::Internal("no signing key".to_owned()))?;
            let reply = Reply::ok(&Signing { kid: newest.id.clone(), created_at: newest.created_at })?;
            // Nobody listens any more when the client went away: the keys are taken up when they are next looked after.
            let _gone = tell.send(keys);
            Ok(reply)
        })
        .await?;
    // Only now: nothing but what is durable may sign. An answer given again has nothing new to take up.
    if let Ok(keys) = made.try_recv() {
        app.keys.replace(&keys);
    }
    Ok(rotated)
}
