//! Structures over HTTP. The directory is open to every signed-in account; contacts are not.

use axum::extract::State;
use axum::http::Uri;
use serde::Deserialize;

use super::rows::{self, Filter};
use super::rules::{Commune, Facts, Kind, Siren, Structure, Valuation};
use crate::App;
use crate::audit::rules::About;
use crate::auth::rules::Right;
use crate::auth::{Caller, Whose};
use crate::error::Error;
use crate::http::Listed;
use crate::http::extract::{Change, Command, Create, Known, PathId, Query};
use crate::http::limits::PageSize;
use crate::http::reply::{Cursor, Reply};
use crate::id::Id;
use crate::text::Name;

/// `POST /v1/structures`: by anyone who may record somewhere, so that a borrower without an account
/// can be named. The creator gets no role by it.
pub async fn create(State(app): State<App>, command: Command<Create<Facts>>) -> Result<Reply, Error> {
    let Create { id, wish } = command.body;
    wish.judge()?;
    app.act(command.caller, command.replay, move |act| {
        act.require(Right::AddStructure, Whose::Instance)?;
        let id = id.unwrap_or_else(|| Id::fresh(act.now));
        let structure = rows::insert(act.db, id, &wish, act.account(), act.now)?;
        Reply::created(format!("/v1/structures/{id}"), 1, &structure)
    })
    .await
}

/// Which structures to list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StructureQuery {
    q: Option<Name>,
    kind: Option<Kind>,
    commune: Option<Commune>,
    siren: Option<Siren>,
    cooperation_id: Option<Id>,
    archived: Option<Listed>,
    limit: Option<PageSize>,
    cursor: Option<Cursor>,
}

/// `GET /v1/structures`
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    uri: Uri,
    Query(query): Query<StructureQuery>,
) -> Result<Reply, Error> {
    let after = Cursor::id(query.cursor.as_ref())?;
    let size = query.limit.unwrap_or_default();
    let filter = Filter {
        q: query.q.map(String::from),
        kind: query.kind,
        commune: query.commune,
        siren: query.siren,
        cooperation_id: query.cooperation_id,
        archived: query.archived.unwrap_or_default().wanted(),
    };
    let structures = app
        .see(caller, move |act| {
            act.require(Right::ReadDirectory, Whose::Instance)?;
            if let Some(cooperation) = filter.cooperation_id
                && !act.may(Right::ReadCooperation, Whose::Cooperation(cooperation))?
            {
                return Ok(Vec::new());
            }
            let found = rows::list(act.db, &filter, act.now.day(), after, size.items() + 1)?;
            found.into_iter().map(|structure| super::as_seen(act, structure)).collect::<Result<Vec<_>, _>>()
        })
        .await?;
    Reply::page(&uri, structures, size, |structure| structure.id.to_string())
}

/// `GET /v1/structures/{id}`
pub async fn read(State(app): State<App>, caller: Caller, PathId(id): PathId, known: Known) -> Result<Reply, Error> {
    let (structure, warnings) = app
        .see(caller, move |act| {
            act.require(Right::ReadDirectory, Whose::Structure(id))?;
            let structure = super::as_seen(act, rows::find(act.db, id)?.ok_or(Error::NotFound)?)?;
            Ok((structure, super::warnings(act, id)?))
        })
        .await?;
    Ok(Reply::warning(structure.version, &warnings, &structure)?.unless(&known))
}

/// `PATCH /v1/structures/{id}`
pub async fn change(State(app): State<App>, PathId(id): PathId, command: Command<Change>) -> Result<Reply, Error> {
    let (change, versions) = (command.body, command.versions);
    app.act(command.caller, command.replay, move |act| {
        let before = rows::find(act.db, id)?.ok_or(Error::NotFound)?;
        act.require(Right::ChangeStructure, Whose::Structure(id))?;
        versions.check(before.version)?;
        let facts: Facts = change.apply(&before.facts)?;
        let declared = Valuation::event(before.facts.valuation, facts.valuation);
        let after = Structure {
            facts,
            archived: change.archived.unwrap_or(before.archived),
            version: before.version + 1,
            ..before
        };
        after.facts.judge()?;
        rows::update(act.db, &after)?;
        if let Some(event) = declared {
            act.audit(event, About { structure_id: Some(id), ..About::only(id) })?;
        }
        Reply::warning(after.version, &super::warnings(act, id)?, &after)
    })
    .await
}
