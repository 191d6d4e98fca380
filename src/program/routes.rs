//! Service tokens over HTTP: made and revoked by those who manage what they open.

use axum::extract::State;
use axum::http::Uri;
use serde::{Deserialize, Serialize};

use super::rows;
use super::rules::{DAYS_MAX, Facts, Kept, PREFIX};
use crate::App;
use crate::audit::rules::{About, Event};
use crate::auth::rules::Of;
use crate::auth::{Act, Caller};
use crate::error::{Error, Fault, FieldError};
use crate::http::Listed;
use crate::http::extract::{Change, Command, Create, Known, PathId, Query, keep_fixed};
use crate::http::limits::PageSize;
use crate::http::reply::{Cursor, Reply};
use crate::id::Id;
use crate::{cooperation, secret, structure};

/// A service token, and a place for its secret.
#[derive(Serialize)]
struct Made {
    #[serde(flatten)]
    kept: Kept,
    token: Option<String>,
}

/// `POST /v1/service-tokens`: the token is told once, and not kept.
pub async fn create(State(app): State<App>, command: Command<Create<Facts>>) -> Result<Reply, Error> {
    let Create { id, wish } = command.body;
    let token = format!("{PREFIX}{}", secret::token());
    let digest = secret::digest(&token);
    let of = wish.of()?;
    let reply = app
        .act(command.caller, command.replay, move |act| {
            judge(act, of, &wish)?;
            let made_by = act.account().ok_or(Error::Forbidden)?;
            let id = id.unwrap_or_else(|| Id::fresh(act.now));
            let kept = Kept { id, facts: wish, made_by, archived: false, version: 1, created_at: act.now };
            rows::insert(act.db, &kept, digest)?;
            act.audit(Event::ServiceTokenMade, about(&kept))?;
            Reply::created(format!("/v1/service-tokens/{id}"), 1, &Made { kept, token: None })
        })
        .await?;
    reply.telling_once("token", token)
}

fn judge(act: &Act<'_>, of: Of, facts: &Facts) -> Result<(), Error> {
    match of {
        Of::Structure(id) => structure::rows::require(act.db, id, "/structure_id")?,
        Of::Cooperation(id) if cooperation::seen(act, id)? && cooperation::rows::is_open(act.db, id)? => {}
        Of::Cooperation(_) => return Err(Fault::Unknown.at("/cooperation_id")),
    }
    act.require(of.managed_by(), of.into())?;
    let latest = act.now.plus_seconds(DAYS_MAX * 86_400).day();
    if facts.until <= act.now.day() || facts.until > latest {
        return Err(Fault::DaysAhead(DAYS_MAX).at("/until"));
    }
    Ok(())
}

fn about(kept: &Kept) -> About {
    let (structure_id, cooperation_id) = (kept.facts.structure_id, kept.facts.cooperation_id);
    About { subject_id: Some(kept.id), structure_id, cooperation_id }
}

/// Whose service tokens to list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenQuery {
    structure_id: Option<Id>,
    cooperation_id: Option<Id>,
    archived: Option<Listed>,
    limit: Option<PageSize>,
    cursor: Option<Cursor>,
}

/// `GET /v1/service-tokens`
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    uri: Uri,
    Query(query): Query<TokenQuery>,
) -> Result<Reply, Error> {
    let after = Cursor::id(query.cursor.as_ref())?;
    let size = query.limit.unwrap_or_default();
    let archived = query.archived.unwrap_or_default().wanted();
    let (of, name) = Of::asked(query.structure_id, query.cooperation_id)?;
    let tokens = app
        .see(caller, move |act| {
            if !act.may(of.managed_by(), of.into())? {
                return Err(Error::Parameter(FieldError::new(name, Fault::Unknown)));
            }
            rows::list(act.db, of.id(), archived, after, size.items() + 1)
        })
        .await?;
    Reply::page(&uri, tokens, size, |kept| kept.id.to_string())
}

/// `GET /v1/service-tokens/{id}`
pub async fn read(State(app): State<App>, caller: Caller, PathId(id): PathId, known: Known) -> Result<Reply, Error> {
    let kept = app.see(caller, move |act| super::visible(act, id)).await?;
    Reply::read(&known, kept.version, &kept)
}

/// `PATCH /v1/service-tokens/{id}`: another name; archiving revokes it, for ever.
pub async fn change(State(app): State<App>, PathId(id): PathId, command: Command<Change>) -> Result<Reply, Error> {
    let (change, versions) = (command.body, command.versions);
    app.act(command.caller, command.replay, move |act| {
        let before = super::visible(act, id)?;
        versions.check(before.version)?;
        let facts: Facts = change.apply(&before.facts)?;
        keep_fixed([
            ("/structure_id", facts.structure_id == before.facts.structure_id),
            ("/cooperation_id", facts.cooperation_id == before.facts.cooperation_id),
            ("/scope", facts.scope == before.facts.scope),
            ("/until", facts.until == before.facts.until),
        ])?;
        let archived = change.archived_for_good(before.archived)?;
        let after = Kept { facts, archived, version: before.version + 1, ..before };
        rows::update(act.db, &after)?;
        if archived && !before.archived {
            act.audit(Event::ServiceTokenRevoked, about(&after))?;
        }
        Reply::versioned(after.version, &after)
    })
    .await
}
