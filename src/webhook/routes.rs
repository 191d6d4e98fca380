//! Webhooks over HTTP, for the managers of a structure.

use axum::extract::State;
use axum::http::Uri;
use serde::{Deserialize, Serialize};

use super::rows;
use super::rules::{Facts, Webhook, shown};
use crate::App;
use crate::auth::rules::Right;
use crate::auth::{Caller, Whose};
use crate::error::{Error, Fault, FieldError};
use crate::http::Listed;
use crate::http::extract::{Change, Command, Create, Known, PathId, Query, keep_fixed};
use crate::http::limits::PageSize;
use crate::http::reply::{Cursor, Reply};
use crate::id::Id;
use crate::{desk, secret, structure};

/// A webhook, and a place for its secret.
#[derive(Serialize)]
struct Made {
    #[serde(flatten)]
    webhook: Webhook,
    secret: Option<String>,
}

/// `POST /v1/webhooks`: the secret is told once.
pub async fn create(State(app): State<App>, command: Command<Create<Facts>>) -> Result<Reply, Error> {
    let Create { id, wish } = command.body;
    let key = secret::bytes::<32>();
    let reply = app
        .act(command.caller, command.replay, move |act| {
            structure::rows::require(act.db, wish.structure_id, "/structure_id")?;
            act.require(Right::ManagePrograms, Whose::Structure(wish.structure_id))?;
            judge(&wish)?;
            let id = id.unwrap_or_else(|| Id::fresh(act.now));
            let webhook = rows::insert(act.db, id, &wish, key, act.now)?;
            Reply::created(format!("/v1/webhooks/{id}"), 1, &Made { webhook, secret: None })
        })
        .await?;
    reply.telling_once("secret", shown(&key))
}

/// An address as the courier reads it, without a name and password in it, which would be shown in lists.
fn judge(wish: &Facts) -> Result<(), Error> {
    let uri: Uri = wish.url.as_str().parse().map_err(|_| Fault::Url.at("/url"))?;
    let plain = uri.host().is_some_and(|host| !host.is_empty())
        && uri.authority().is_some_and(|authority| !authority.as_str().contains('@'));
    if plain { Ok(()) } else { Err(Fault::Url.at("/url")) }
}

/// Which webhooks to list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookQuery {
    structure_id: Id,
    archived: Option<Listed>,
    limit: Option<PageSize>,
    cursor: Option<Cursor>,
}

/// `GET /v1/webhooks`
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    uri: Uri,
    Query(query): Query<WebhookQuery>,
) -> Result<Reply, Error> {
    let after = Cursor::id(query.cursor.as_ref())?;
    let size = query.limit.unwrap_or_default();
    let archived = query.archived.unwrap_or_default().wanted();
    let webhooks = app
        .see(caller, move |act| {
            if !act.sees(query.structure_id)? {
                return Err(Error::Parameter(FieldError::new("structure_id", Fault::Unknown)));
            }
            act.require(Right::ManagePrograms, Whose::Structure(query.structure_id))?;
            rows::list(act.db, query.structure_id, archived, after, size.items() + 1)
        })
        .await?;
    Reply::page(&uri, webhooks, size, |webhook| webhook.id.to_string())
}

/// `GET /v1/webhooks/{id}`
pub async fn read(State(app): State<App>, caller: Caller, PathId(id): PathId, known: Known) -> Result<Reply, Error> {
    let webhook = app.see(caller, move |act| super::visible(act, id)).await?;
    Reply::read(&known, webhook.version, &webhook)
}

/// `PATCH /v1/webhooks/{id}`: archiving ends it for ever, and what still waited for it stays in the list.
pub async fn change(State(app): State<App>, PathId(id): PathId, command: Command<Change>) -> Result<Reply, Error> {
    let (change, versions) = (command.body, command.versions);
    app.act(command.caller, command.replay, move |act| {
        let before = super::visible(act, id)?;
        versions.check(before.version)?;
        let facts: Facts = change.apply(&before.facts)?;
        keep_fixed([
            ("/structure_id", facts.structure_id == before.facts.structure_id),
            ("/url", facts.url == before.facts.url),
        ])?;
        let archived = change.archived_for_good(before.archived)?;
        if archived && !before.archived {
            desk::rows::stop_sending(act.db, before.facts.structure_id)?;
        }
        let after = Webhook { archived, version: before.version + 1, ..before };
        rows::update(act.db, &after)?;
        Reply::versioned(after.version, &after)
    })
    .await
}
