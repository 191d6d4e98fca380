//! The data package over HTTP.

use axum::extract::State;

use super::package::packet;
use crate::App;
use crate::auth::Caller;
use crate::error::Error;
use crate::http::extract::PathId;
use crate::http::reply::Reply;

/// `GET /v1/cooperations/{id}/data-package.zip`. What is for everybody is no export of one caller's, and not noted so.
pub async fn of_cooperation(State(app): State<App>, caller: Caller, PathId(id): PathId) -> Result<Reply, Error> {
    let published = app.see(caller, move |act| super::of_cooperation(act, id)).await?;
    let packet = packet(&published)?;
    Ok(Reply { ledger_head: Some(published.head), ..Reply::document("application/zip", packet) })
}
