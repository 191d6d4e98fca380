//! Statements over HTTP: a year is closed, read in any form, and held against the ledger.

use axum::extract::State;
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::rules::{Change, Statement, Verification, by_hand};
use super::{Wish, paper, rows};
use crate::App;
use crate::audit;
use crate::auth::Caller;
use crate::auth::rules::Of;
use crate::calendar::rules::Year;
use crate::clock::Moment;
use crate::error::Error;
use crate::export::{self, Format};
use crate::http::extract::{Command, Create, PathId, PathTexts};
use crate::http::form;
use crate::http::reply::Reply;
use crate::id::Id;
use crate::ledger::rules::hex;

/// A year to close.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CloseWish {
    year: i64,
    grid_id: Option<Id>,
}

/// A statement in a list.
#[derive(Serialize)]
struct Listed {
    id: Id,
    structure_id: Option<Id>,
    cooperation_id: Option<Id>,
    year: i32,
    digest: String,
    digest_by_hand: String,
    ledger: Closed,
    grid_id: Option<Id>,
    closed_at: Moment,
}

/// The head of the ledger at the closing.
#[derive(Serialize)]
struct Closed {
    seq: i64,
    root: String,
}

impl From<&Statement> for Listed {
    fn from(statement: &Statement) -> Self {
        let (structure_id, cooperation_id) = statement.of.split();
        Self {
            id: statement.id,
            structure_id,
            cooperation_id,
            year: statement.year,
            digest: hex(&statement.digest),
            digest_by_hand: by_hand(&statement.digest),
            ledger: Closed { seq: statement.seq, root: hex(&statement.root) },
            grid_id: statement.grid_id,
            closed_at: statement.closed_at,
        }
    }
}

/// A statement with what it says and what came after.
#[derive(Serialize)]
struct Read<'a> {
    #[serde(flatten)]
    listed: Listed,
    document: &'a Value,
    after_closing: &'a [Change],
}

async fn close(app: App, of: Of, command: Command<Create<CloseWish>>) -> Result<Reply, Error> {
    let Create { id, wish } = command.body;
    let year = Year::try_from(wish.year).map_err(|fault| fault.at("/year"))?;
    app.act(command.caller, command.replay, move |act| {
        let wish = Wish { id: id.unwrap_or_else(|| Id::fresh(act.now)), of, year, grid_id: wish.grid_id };
        let statement = super::close(act, &wish)?;
        Reply::created(format!("/v1/statements/{}", statement.id), 0, &Listed::from(&statement))
    })
    .await
}

/// `POST /v1/structures/{id}/statements`
pub async fn close_of_structure(
    State(app): State<App>,
    PathId(id): PathId,
    command: Command<Create<CloseWish>>,
) -> Result<Reply, Error> {
    close(app, Of::Structure(id), command).await
}

/// `POST /v1/cooperations/{id}/statements`
pub async fn close_of_cooperation(
    State(app): State<App>,
    PathId(id): PathId,
    command: Command<Create<CloseWish>>,
) -> Result<Reply, Error> {
    close(app, Of::Cooperation(id), command).await
}

/// All statements of one: as many as there are years.
#[derive(Serialize)]
struct Items {
    items: Vec<Listed>,
}

async fn list(app: App, caller: Caller, of: Of) -> Result<Reply, Error> {
    let found = app
        .see(caller, move |act| {
            super::readable(act, of)?;
            rows::of(act.db, of.id())
        })
        .await?;
    Reply::ok(&Items { items: found.iter().map(Listed::from).collect() })
}

/// `GET /v1/structures/{id}/statements`
pub async fn list_of_structure(State(app): State<App>, caller: Caller, PathId(id): PathId) -> Result<Reply, Error> {
    list(app, caller, Of::Structure(id)).await
}

/// `GET /v1/cooperations/{id}/statements`
pub async fn list_of_cooperation(State(app): State<App>, caller: Caller, PathId(id): PathId) -> Result<Reply, Error> {
    list(app, caller, Of::Cooperation(id)).await
}

/// `GET /v1/statements/{id}`: what it says, and what came after. What is no id names nothing.
pub async fn read(
    State(app): State<App>,
    caller: Caller,
    PathTexts(name): PathTexts<String>,
    headers: HeaderMap,
) -> Result<Reply, Error> {
    let form = form::asked(&name, &headers)?;
    let id = Id::parse(form.name).map_err(|_| Error::NotFound)?;
    let (statement, after) = app
        .see(caller, move |act| {
            let statement = super::visible(act, id)?;
            let after = super::after_closing(act, &statement)?;
            Ok((statement, after))
        })
        .await?;
    let document: Value =
        serde_json::from_slice(&statement.document).map_err(|error| Error::Internal(error.to_string()))?;
    if form.format == Format::Json {
        return Reply::ok(&Read { listed: Listed::from(&statement), document: &document, after_closing: &after });
    }
    audit::exported(&app, caller, super::about(&statement)).await?;
    let printed = paper::document(&statement, &document, &after, form.language);
    Ok(Reply::document(form.format.media(), export::print(&printed, form.format)?))
}

/// `GET /v1/statements/{id}/document`: the very bytes whose digest is printed.
pub async fn document(State(app): State<App>, caller: Caller, PathId(id): PathId) -> Result<Reply, Error> {
    let statement = app.see(caller, move |act| super::visible(act, id)).await?;
    audit::exported(&app, caller, super::about(&statement)).await?;
    Ok(Reply::document(Format::Json.media(), statement.document))
}

/// What holds, and whether all of it does.
#[derive(Serialize)]
struct Verified {
    holds: bool,
    #[serde(flatten)]
    found: Verification,
    digest: String,
}

/// `GET /v1/statements/{id}/verification`
pub async fn verification(State(app): State<App>, caller: Caller, PathId(id): PathId) -> Result<Reply, Error> {
    let (found, digest) = app
        .see(caller, move |act| {
            let statement = super::visible(act, id)?;
            Ok((super::verify(act, &statement)?, hex(&statement.digest)))
        })
        .await?;
    Reply::ok(&Verified { holds: found.holds(), found, digest })
}
