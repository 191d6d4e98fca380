//! The desk and its messages over HTTP, for those of the structure.

use axum::extract::State;
use axum::http::Uri;
use serde::Deserialize;

use super::rows;
use super::rules::Days;
use crate::App;
use crate::auth::{Act, Caller};
use crate::error::{Error, Fault, FieldError};
use crate::http::extract::Query;
use crate::http::limits::PageSize;
use crate::http::reply::{Cursor, Reply};
use crate::id::Id;

/// Whose desk, and how far ahead.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeskQuery {
    structure_id: Id,
    days: Option<Days>,
}

/// `GET /v1/desk`
pub async fn read(State(app): State<App>, caller: Caller, Query(query): Query<DeskQuery>) -> Result<Reply, Error> {
    let desk = app
        .see(caller, move |act| {
            require_sight(act, query.structure_id)?;
            super::desk(act, query.structure_id, query.days.unwrap_or_default())
        })
        .await?;
    Reply::ok(&desk)
}

fn require_sight(act: &Act<'_>, structure: Id) -> Result<(), Error> {
    if act.sees(structure)? {
        return Ok(());
    }
    Err(Error::Parameter(FieldError::new("structure_id", Fault::Unknown)))
}

/// Whose messages to list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageQuery {
    structure_id: Id,
    limit: Option<PageSize>,
    cursor: Option<Cursor>,
}

/// `GET /v1/messages`
pub async fn list_messages(
    State(app): State<App>,
    caller: Caller,
    uri: Uri,
    Query(query): Query<MessageQuery>,
) -> Result<Reply, Error> {
    let after = Cursor::seq(query.cursor.as_ref())?;
    let size = query.limit.unwrap_or_default();
    let messages = app
        .see(caller, move |act| {
            require_sight(act, query.structure_id)?;
            rows::messages(act.db, query.structure_id, after, size.items() + 1)
        })
        .await?;
    Reply::page_of(&uri, messages, size)
}
