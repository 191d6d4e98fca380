//! The export over HTTP.

use axum::extract::State;
use serde::Deserialize;

use super::{Asked, Of};
use crate::App;
use crate::audit;
use crate::audit::rules::About;
use crate::auth::Caller;
use crate::clock::Day;
use crate::cooperation::rules::in_order;
use crate::error::{Error, FieldError};
use crate::http::extract::{PathId, Query};
use crate::http::reply::Reply;
use crate::ledger;

/// Which period.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeriodQuery {
    from: Option<Day>,
    until: Option<Day>,
}

/// `GET /v1/structures/{id}/valueflows`
pub async fn of_structure(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
    Query(query): Query<PeriodQuery>,
) -> Result<Reply, Error> {
    let about = About { structure_id: Some(id), ..About::default() };
    export(&app, caller, Of::Structure(id), query, about).await
}

/// `GET /v1/cooperations/{id}/valueflows`
pub async fn of_cooperation(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
    Query(query): Query<PeriodQuery>,
) -> Result<Reply, Error> {
    let about = About { cooperation_id: Some(id), ..About::default() };
    export(&app, caller, Of::Cooperation(id), query, about).await
}

async fn export(app: &App, caller: Caller, of: Of, query: PeriodQuery, about: About) -> Result<Reply, Error> {
    let PeriodQuery { from, until } = query;
    in_order(from, until).map_err(|fault| Error::Parameter(FieldError::new("until", fault)))?;
    let read = app.see(caller, move |act| {
        let document = super::document(act, Asked { of, from, until })?;
        Ok((document, ledger::heads::head(act.db)?.written()))
    });
    let (document, head) = read.await?;
    audit::exported(app, caller, about).await?;
    Ok(Reply { ledger_head: Some(head), ..Reply::document("application/ld+json", document) })
}
