//! Equipment over HTTP: recorded by its structure, seen by those it cooperates with.

use axum::extract::State;
use axum::http::Uri;
use serde::Deserialize;

use super::rows::{self, Filter};
use super::rules::{Code, Equipment, Facts, Nature};
use crate::App;
use crate::auth::rules::Right;
use crate::auth::{Caller, Whose};
use crate::clock::Day;
use crate::error::{Error, Fault, FieldError};
use crate::http::Listed;
use crate::http::extract::{Change, Command, Create, Known, PathId, Query, keep_fixed};
use crate::http::limits::PageSize;
use crate::http::reply::{Cursor, Reply};
use crate::id::Id;
use crate::structure;
use crate::text::Name;

/// `POST /v1/equipment`
pub async fn create(State(app): State<App>, command: Command<Create<Facts>>) -> Result<Reply, Error> {
    let Create { id, wish } = command.body;
    wish.judge()?;
    app.act(command.caller, command.replay, move |act| {
        structure::rows::require(act.db, wish.structure_id, "/structure_id")?;
        act.require(Right::Offer, Whose::Structure(wish.structure_id))?;
        let id = id.unwrap_or_else(|| Id::fresh(act.now));
        let equipment = rows::insert(act.db, id, &wish, act.now)?;
        Reply::created(format!("/v1/equipment/{id}"), 1, &equipment)
    })
    .await
}

/// Which equipment to list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EquipmentQuery {
    q: Option<Name>,
    structure_id: Option<Id>,
    category: Option<Name>,
    kind: Option<Name>,
    place: Option<Name>,
    code: Option<Name>,
    free_from: Option<Day>,
    free_until: Option<Day>,
    nature: Option<Nature>,
    archived: Option<Listed>,
    limit: Option<PageSize>,
    cursor: Option<Cursor>,
}

/// `GET /v1/equipment`
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    uri: Uri,
    Query(query): Query<EquipmentQuery>,
) -> Result<Reply, Error> {
    let after = Cursor::id(query.cursor.as_ref())?;
    let size = query.limit.unwrap_or_default();
    let code = query
        .code
        .as_ref()
        .map(|text| {
            Code::parse(text.as_str()).ok_or_else(|| Error::Parameter(FieldError::from_text("code", "not-a-code")))
        })
        .transpose()?;
    let free = match (query.free_from, query.free_until) {
        (Some(from), Some(until)) if from < until => Some((from, until)),
        (None, None) => None,
        (Some(_), Some(_)) => return Err(Error::Parameter(FieldError::new("free_until", Fault::Order))),
        (Some(_), None) => return Err(Error::Parameter(FieldError::new("free_until", Fault::Missing))),
        (None, Some(_)) => return Err(Error::Parameter(FieldError::new("free_from", Fault::Missing))),
    };
    let equipment = app
        .see(caller, move |act| {
            act.require(Right::ReadDirectory, Whose::Instance)?;
            let filter = Filter {
                q: query.q.map(String::from),
                structure_id: query.structure_id,
                category: query.category.map(String::from),
                kind: query.kind.map(String::from),
                place: query.place.map(String::from),
                code,
                nature: query.nature,
                seen_by: act.account(),
                only: act.only(),
                day: act.now.day(),
                archived: query.archived.unwrap_or_default().wanted(),
            };
            rows::list(act.db, &filter, free, after, size.items() + 1)
        })
        .await?;
    Reply::page(&uri, equipment, size, |equipment| equipment.id.to_string())
}

/// `GET /v1/equipment/{id}`
pub async fn read(State(app): State<App>, caller: Caller, PathId(id): PathId, known: Known) -> Result<Reply, Error> {
    let equipment = app.see(caller, move |act| super::visible(act, id)).await?;
    Reply::read(&known, equipment.version, &equipment)
}

/// `PATCH /v1/equipment/{id}`
pub async fn change(State(app): State<App>, PathId(id): PathId, command: Command<Change>) -> Result<Reply, Error> {
    let (change, versions) = (command.body, command.versions);
    app.act(command.caller, command.replay, move |act| {
        let before = super::visible(act, id)?;
        act.require(Right::Offer, Whose::Structure(before.facts.structure_id))?;
        versions.check(before.version)?;
        let facts: Facts = change.apply(&before.facts)?;
        keep_fixed([
            ("/structure_id", facts.structure_id == before.facts.structure_id),
            ("/tracking", facts.tracking == before.facts.tracking),
        ])?;
        facts.judge()?;
        let (archived, before_facts) = (change.archived.unwrap_or(before.archived), before.facts.clone());
        let after = Equipment { facts, archived, version: before.version + 1, ..before };
        rows::update(act.db, &before_facts, &after)?;
        let after = Equipment { facts: after.facts.in_order(), ..after };
        Reply::versioned(after.version, &after)
    })
    .await
}
