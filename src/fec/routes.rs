//! Files of accounting entries over HTTP: made, taken back, listed, and handed out.

use axum::extract::State;
use axum::http::header::CONTENT_DISPOSITION;
use axum::http::{HeaderName, Uri};
use serde::{Deserialize, Serialize};

use super::rows;
use super::rules::{Export, LeftOut, Wish};
use crate::App;
use crate::accounts::chart::Chart;
use crate::audit;
use crate::auth::Caller;
use crate::clock::Moment;
use crate::error::Error;
use crate::http::extract::{Command, Create, PathId, Query};
use crate::http::limits::PageSize;
use crate::http::reply::{Cursor, Reply};
use crate::id::Id;
use crate::ledger::rules::hex;

/// An export, as clients read it.
#[derive(Serialize)]
struct View {
    id: Id,
    structure_id: Id,
    number: i64,
    year: i32,
    grid_id: Id,
    chart: Chart,
    again: bool,
    reverses: Option<Id>,
    reversed_by: Option<Id>,
    file_name: String,
    entries: i64,
    debit_cents: i64,
    credit_cents: i64,
    sha256: String,
    ledger_seq: i64,
    created_at: Moment,
}

impl From<Export> for View {
    fn from(export: Export) -> Self {
        Self {
            file_name: export.file_name(),
            id: export.id,
            structure_id: export.structure_id,
            number: export.number,
            year: export.year,
            grid_id: export.grid_id,
            chart: export.chart,
            again: export.again,
            reverses: export.reverses,
            reversed_by: export.reversed_by,
            entries: export.entries,
            debit_cents: export.cents,
            credit_cents: export.cents,
            sha256: hex(&export.digest),
            ledger_seq: export.ledger_seq,
            created_at: export.created_at,
        }
    }
}

/// An export just made, with what is not in it.
#[derive(Serialize)]
struct Made {
    #[serde(flatten)]
    view: View,
    left_out: LeftOut,
}

/// `POST /v1/structures/{id}/fec-exports`
pub async fn create(
    State(app): State<App>,
    PathId(structure): PathId,
    command: Command<Create<Wish>>,
) -> Result<Reply, Error> {
    let Create { id, wish } = command.body;
    app.act(command.caller, command.replay, move |act| {
        let (export, left_out) = super::export(act, id.unwrap_or_else(|| Id::fresh(act.now)), structure, &wish)?;
        Reply::created(format!("/v1/fec-exports/{}", export.id), 0, &Made { view: export.into(), left_out })
    })
    .await
}

/// A page of the journal.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    limit: Option<PageSize>,
    cursor: Option<Cursor>,
}

/// `GET /v1/structures/{id}/fec-exports`, newest first.
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    uri: Uri,
    PathId(structure): PathId,
    Query(page): Query<Page>,
) -> Result<Reply, Error> {
    let before = Cursor::seq(page.cursor.as_ref())?;
    let size = page.limit.unwrap_or_default();
    let exports = app
        .see(caller, move |act| {
            if !act.sees(structure)? {
                return Err(Error::NotFound);
            }
            rows::list(act.db, structure, before, size.items() + 1)
        })
        .await?;
    let views = exports.into_iter().map(View::from).collect();
    Reply::page(&uri, views, size, |view: &View| view.number.to_string())
}

/// `GET /v1/fec-exports/{id}`
pub async fn read(State(app): State<App>, caller: Caller, PathId(id): PathId) -> Result<Reply, Error> {
    let export = app.see(caller, move |act| super::visible(act, id)).await?;
    Reply::ok(&View::from(export))
}

/// `GET /v1/fec-exports/{id}/file`
pub async fn file(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
) -> Result<([(HeaderName, String); 1], Reply), Error> {
    let (export, file) = app.see(caller, move |act| super::file(act, id)).await?;
    audit::exported(&app, caller, super::about(&export)).await?;
    let named = format!("attachment; filename=\"{}\"", export.file_name());
    Ok(([(CONTENT_DISPOSITION, named)], Reply::document("text/plain; charset=utf-8", file.bytes)))
}

/// Nothing but an id, perhaps.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// `POST /v1/fec-exports/{id}/reversal`
pub async fn reverse(
    State(app): State<App>,
    PathId(of): PathId,
    command: Command<Create<Nothing>>,
) -> Result<Reply, Error> {
    let Create { id, wish: Nothing {} } = command.body;
    app.act(command.caller, command.replay, move |act| {
        let export = super::reverse(act, id.unwrap_or_else(|| Id::fresh(act.now)), of)?;
        Reply::created(format!("/v1/fec-exports/{}", export.id), 0, &View::from(export))
    })
    .await
}
