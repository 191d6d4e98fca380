//! People over HTTP: seen and recorded inside their structure only.

use axum::extract::State;
use axum::http::Uri;
use serde::Deserialize;

use super::rows;
use super::rules::{Facts, Person};
use crate::App;
use crate::auth::rules::Right;
use crate::auth::{Act, Caller, Whose};
use crate::error::{Error, Fault, FieldError};
use crate::http::Listed;
use crate::http::extract::{Change, Command, Create, Known, PathId, Query};
use crate::http::limits::PageSize;
use crate::http::reply::{Cursor, Reply};
use crate::id::Id;
use crate::structure;
use crate::text::Name;

/// `POST /v1/people`
pub async fn create(State(app): State<App>, command: Command<Create<Facts>>) -> Result<Reply, Error> {
    let Create { id, wish } = command.body;
    app.act(command.caller, command.replay, move |act| {
        structure::rows::require(act.db, wish.structure_id, "/structure_id")?;
        act.require(Right::NamePeople, Whose::Structure(wish.structure_id))?;
        let id = id.unwrap_or_else(|| Id::fresh(act.now));
        let person = rows::insert(act.db, id, &wish, act.now)?;
        Reply::created(format!("/v1/people/{id}"), 1, &person)
    })
    .await
}

/// Which people to list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonQuery {
    structure_id: Id,
    q: Option<Name>,
    archived: Option<Listed>,
    limit: Option<PageSize>,
    cursor: Option<Cursor>,
}

/// `GET /v1/people`
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    uri: Uri,
    Query(query): Query<PersonQuery>,
) -> Result<Reply, Error> {
    let after = Cursor::id(query.cursor.as_ref())?;
    let size = query.limit.unwrap_or_default();
    let people = app
        .see(caller, move |act| {
            if !act.may(Right::ReadPeople, Whose::Structure(query.structure_id))? {
                return Err(Error::Parameter(FieldError::new("structure_id", Fault::Unknown)));
            }
            let archived = query.archived.unwrap_or_default().wanted();
            rows::list(
                act.db,
                query.structure_id,
                query.q.as_ref().map(Name::as_str),
                archived,
                after,
                size.items() + 1,
            )
        })
        .await?;
    Reply::page(&uri, people, size, |person| person.id.to_string())
}

/// `GET /v1/people/{id}`
pub async fn read(State(app): State<App>, caller: Caller, PathId(id): PathId, known: Known) -> Result<Reply, Error> {
    let person = app.see(caller, move |act| visible(act, id)).await?;
    Reply::read(&known, person.version, &person)
}

fn visible(act: &Act<'_>, id: Id) -> Result<Person, Error> {
    let person = rows::find(act.db, id)?.ok_or(Error::NotFound)?;
    if act.may(Right::ReadPeople, Whose::Structure(person.facts.structure_id))? {
        Ok(person)
    } else {
        Err(Error::NotFound)
    }
}

/// `PATCH /v1/people/{id}`
pub async fn change(State(app): State<App>, PathId(id): PathId, command: Command<Change>) -> Result<Reply, Error> {
    let (change, versions) = (command.body, command.versions);
    app.act(command.caller, command.replay, move |act| {
        let before = visible(act, id)?;
        act.require(Right::NamePeople, Whose::Structure(before.facts.structure_id))?;
        versions.check(before.version)?;
        let facts: Facts = change.apply(&before.facts)?;
        if facts.structure_id != before.facts.structure_id {
            return Err(Fault::Fixed.at("/structure_id"));
        }
        let archived = change.archived.unwrap_or(before.archived);
        let after = Person { facts, archived, version: before.version + 1, ..before };
        rows::update(act.db, &after)?;
        Reply::versioned(after.version, &after)
    })
    .await
}
