//! Feeds over HTTP: made and revoked by those who record for a structure, read by whoever has the address.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderMap, HeaderValue, Uri};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};

use super::rows;
use super::rules::{Facts, Feed};
use crate::App;
use crate::auth::rules::Right;
use crate::auth::{Caller, Whose};
use crate::error::{Error, Fault, FieldError};
use crate::http::Listed;
use crate::http::extract::{Change, Command, Create, Known, PathId, Query, keep_fixed};
use crate::http::frame;
use crate::http::limits::PageSize;
use crate::http::reply::{Cursor, Reply};
use crate::id::Id;
use crate::{equipment, secret, structure};

/// A feed, and a place for its address.
#[derive(Serialize)]
struct Made {
    #[serde(flatten)]
    feed: Feed,
    address: Option<String>,
}

/// `POST /v1/feeds`: the address is told once, and not kept.
pub async fn create(State(app): State<App>, command: Command<Create<Facts>>) -> Result<Reply, Error> {
    let Create { id, wish } = command.body;
    let token = secret::token();
    let digest = secret::digest(&token);
    let reply = app
        .act(command.caller, command.replay, move |act| {
            structure::rows::require(act.db, wish.structure_id, "/structure_id")?;
            act.require(Right::Offer, Whose::Structure(wish.structure_id))?;
            if let Some(thing) = wish.equipment_id {
                let own = equipment::rows::find(act.db, thing)?
                    .is_some_and(|equipment| equipment.facts.structure_id == wish.structure_id);
                if !own {
                    return Err(Fault::Unknown.at("/equipment_id"));
                }
            }
            let id = id.unwrap_or_else(|| Id::fresh(act.now));
            let feed = rows::insert(act.db, id, &wish, digest, act.now)?;
            Reply::created(format!("/v1/feeds/{id}"), 1, &Made { feed, address: None })
        })
        .await?;
    reply.telling_once("address", format!("/feeds/{token}.ics"))
}

/// Which feeds to list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeedQuery {
    structure_id: Id,
    archived: Option<Listed>,
    limit: Option<PageSize>,
    cursor: Option<Cursor>,
}

/// `GET /v1/feeds`
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    uri: Uri,
    Query(query): Query<FeedQuery>,
) -> Result<Reply, Error> {
    let after = Cursor::id(query.cursor.as_ref())?;
    let size = query.limit.unwrap_or_default();
    let archived = query.archived.unwrap_or_default().wanted();
    let feeds = app
        .see(caller, move |act| {
            if !act.sees(query.structure_id)? {
                return Err(Error::Parameter(FieldError::new("structure_id", Fault::Unknown)));
            }
            rows::list(act.db, query.structure_id, archived, after, size.items() + 1)
        })
        .await?;
    Reply::page(&uri, feeds, size, |feed| feed.id.to_string())
}

/// `GET /v1/feeds/{id}`
pub async fn read(State(app): State<App>, caller: Caller, PathId(id): PathId, known: Known) -> Result<Reply, Error> {
    let feed = app.see(caller, move |act| super::visible(act, id)).await?;
    Reply::read(&known, feed.version, &feed)
}

/// `PATCH /v1/feeds/{id}`: archiving revokes its address, for ever.
pub async fn change(State(app): State<App>, PathId(id): PathId, command: Command<Change>) -> Result<Reply, Error> {
    let (change, versions) = (command.body, command.versions);
    app.act(command.caller, command.replay, move |act| {
        let before = super::visible(act, id)?;
        act.require(Right::Offer, Whose::Structure(before.facts.structure_id))?;
        versions.check(before.version)?;
        let facts: Facts = change.apply(&before.facts)?;
        keep_fixed([
            ("/structure_id", facts.structure_id == before.facts.structure_id),
            ("/equipment_id", facts.equipment_id == before.facts.equipment_id),
        ])?;
        let archived = change.archived_for_good(before.archived)?;
        let after = Feed { archived, version: before.version + 1, ..before };
        rows::update(act.db, &after)?;
        Reply::versioned(after.version, &after)
    })
    .await
}

/// `GET /feeds/{secret}`: the calendar, in French unless English is preferred.
pub async fn subscribe(
    State(app): State<App>,
    path: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    known: Known,
) -> Result<Response, Error> {
    let Ok(Path(file)) = path else { return Err(Error::NotFound) };
    let digest = secret::digest(file.strip_suffix(".ics").ok_or(Error::NotFound)?);
    let language = frame::page_language(&headers);
    let now = app.clock.now();
    let text = app.store.read(move |db| super::calendar(db, digest, now, language)).await?;
    let mut response = Reply::tagged(&known, "text/calendar; charset=utf-8", text.into_bytes()).into_response();
    // Subscribers may keep it, and ask each time whether it is still the same.
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}
