//! Invitations over HTTP: made and revoked by those who may, accepted by whoever holds the link.

use axum::extract::State;
use axum::http::Uri;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::rows;
use super::rules::{Days, Facts, Invitation, State as Standing};
use crate::App;
use crate::auth::rules::{Right, Role};
use crate::auth::{self, Act, Caller, Whose};
use crate::clock::Moment;
use crate::error::{Error, FieldError};
use crate::http::Listed;
use crate::http::extract::{Change, Command, Create, PathId, Plain, Public, Query};
use crate::http::limits::PageSize;
use crate::http::reply::{Cursor, Reply};
use crate::id::Id;
use crate::session::password;
use crate::session::rules::Password;
use crate::text::Name;
use crate::{secret, structure};

/// An invitation to make.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wish {
    structure_id: Id,
    role: Role,
    days: Option<Days>,
}

/// An invitation, and what has become of it.
#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    invitation: Invitation,
    state: Standing,
}

/// An invitation just made, and a place for its link.
#[derive(Serialize)]
struct Made {
    #[serde(flatten)]
    shown: Shown,
    link: Option<String>,
}

fn shown(invitation: Invitation, now: Moment) -> Shown {
    Shown { state: invitation.state(now), invitation }
}

/// `POST /v1/invitations`: the link is told once, and not kept.
pub async fn create(State(app): State<App>, command: Command<Create<Wish>>) -> Result<Reply, Error> {
    let Create { id, wish } = command.body;
    let token = secret::token();
    let digest = secret::digest(&token);
    let reply = app
        .act(command.caller, command.replay, move |act| {
            let id = id.unwrap_or_else(|| Id::fresh(act.now));
            let facts = Facts { structure_id: wish.structure_id, role: wish.role };
            let invitation = super::invite(act, id, facts, wish.days.unwrap_or_default(), digest)?;
            let made = Made { shown: shown(invitation, act.now), link: None };
            Reply::created(format!("/v1/invitations/{id}"), 1, &made)
        })
        .await?;
    reply.telling_once("link", app.door.settings.link(&format!("/invitation#token={token}")))
}

/// Which invitations to list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvitationQuery {
    structure_id: Id,
    archived: Option<Listed>,
    limit: Option<PageSize>,
    cursor: Option<Cursor>,
}

/// `GET /v1/invitations`: all for the structure's managers, else those that the caller made.
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    uri: Uri,
    Query(query): Query<InvitationQuery>,
) -> Result<Reply, Error> {
    let after = Cursor::id(query.cursor.as_ref())?;
    let size = query.limit.unwrap_or_default();
    let archived = query.archived.unwrap_or_default().wanted();
    let invitations = app
        .see(caller, move |act| {
            act.require(Right::UseInvitations, Whose::Instance)?;
            let by = if super::manages(act, query.structure_id)? { None } else { act.account() };
            let found = rows::list(act.db, query.structure_id, by, archived, after, size.items() + 1)?;
            Ok(found.into_iter().map(|invitation| shown(invitation, act.now)).collect::<Vec<_>>())
        })
        .await?;
    Reply::page(&uri, invitations, size, |shown| shown.invitation.id.to_string())
}

/// `GET /v1/invitations/{id}`
pub async fn read(State(app): State<App>, caller: Caller, PathId(id): PathId) -> Result<Reply, Error> {
    let shown = app.see(caller, move |act| Ok(shown(super::visible(act, id)?, act.now))).await?;
    Reply::versioned(shown.invitation.version, &shown)
}

/// `PATCH /v1/invitations/{id}`: archiving takes it back, for ever.
pub async fn change(State(app): State<App>, PathId(id): PathId, command: Command<Change>) -> Result<Reply, Error> {
    let (change, versions) = (command.body, command.versions);
    let _nothing_else: Nothing = change.apply(&Nothing {})?;
    app.act(command.caller, command.replay, move |act| {
        let before = super::visible(act, id)?;
        versions.check(before.version)?;
        if change.archived != Some(true) {
            return Err(Error::Invalid(vec![FieldError::from_text("/archived", "nothing-to-change")]));
        }
        let after = super::revoke(act, before)?;
        Reply::versioned(after.version, &shown(after, act.now))
    })
    .await
}

/// What can be changed of an invitation but its end.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// The secret of a link.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secret {
    token: String,
}

/// What a link tells whoever holds it.
#[derive(Serialize)]
struct Told {
    structure: String,
    role: Role,
    expires_at: Moment,
}

/// `POST /v1/invitations/read`
pub async fn read_by_secret(State(app): State<App>, Public(body): Public<Secret>) -> Result<Reply, Error> {
    let (digest, now) = (secret::digest(&body.token), app.clock.now());
    Reply::ok(&app.store.read(move |db| told(db, now, digest)).await?)
}

fn told(db: &Connection, now: Moment, digest: [u8; 32]) -> Result<Told, Error> {
    let invitation = super::opened(db, now, digest)?;
    let structure = structure::rows::name(db, invitation.facts.structure_id)?.ok_or(Error::Gone)?;
    Ok(Told { structure, role: invitation.facts.role, expires_at: invitation.expires_at })
}

/// The secret of a link, and the account to make.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    token: String,
    login: Name,
    password: Password,
}

/// `POST /v1/invitations/accept`: with a new account.
pub async fn accept(State(app): State<App>, Public(body): Public<Acceptance>) -> Result<Reply, Error> {
    let (digest, now) = (secret::digest(&body.token), app.clock.now());
    // Before the costly hash: nobody without a link makes us compute.
    let told = app.store.read(move |db| told(db, now, digest)).await?;
    body.password.check(&[body.login.as_str(), &told.structure]).map_err(|fault| fault.at("/password"))?;
    let hash = password::hash(body.password).await?;
    app.store
        .write(move |db, now| {
            let invitation = super::opened(db, now, digest)?;
            let account = Id::fresh(now);
            auth::rows::insert_account(db, account, body.login.as_str(), &hash, false, now)?;
            let act = Act::for_account(db, now, account)?;
            super::accept(&act, invitation, account)?;
            auth::created(auth::rows::find_account(db, account)?)
        })
        .await
}

/// `POST /v1/invitations/join`: with the account that asks.
pub async fn join(State(app): State<App>, command: Command<Plain<Secret>>) -> Result<Reply, Error> {
    let digest = secret::digest(&command.body.0.token);
    app.act(command.caller, command.replay, move |act| {
        act.require(Right::UseInvitations, Whose::Instance)?;
        let account = act.account().ok_or(Error::Forbidden)?;
        let grant = super::accept(act, super::opened(act.db, act.now, digest)?, account)?;
        Reply::versioned(grant.version, &grant)
    })
    .await
}
