//! Loans over HTTP.

use axum::extract::State as Shared;
use axum::http::Uri;
use serde::Deserialize;

use super::Happening;
use super::rows::{self, Filter};
use super::rules::{State, Wish};
use crate::App;
use crate::auth::Caller;
use crate::clock::Day;
use crate::error::{Error, Fault, FieldError};
use crate::http::extract::{Command, Create, Known, PathId, Plain, Query};
use crate::http::limits::PageSize;
use crate::http::reply::{Cursor, Reply};
use crate::id::Id;
use crate::ledger;

/// `POST /v1/loans`
pub async fn create(Shared(app): Shared<App>, command: Command<Create<Wish>>) -> Result<Reply, Error> {
    let Create { id, wish } = command.body;
    app.act(command.caller, command.replay, move |act| {
        let loan = super::open(act, id.unwrap_or_else(|| Id::fresh(act.now)), wish)?;
        Reply::created(format!("/v1/loans/{}", loan.id), loan.version, &loan)
    })
    .await
}

/// Which loans to list: of a structure, of equipment one lends, or of a cooperation one facilitates.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoanQuery {
    structure_id: Option<Id>,
    equipment_id: Option<Id>,
    cooperation_id: Option<Id>,
    state: Option<State>,
    from: Option<Day>,
    until: Option<Day>,
    limit: Option<PageSize>,
    cursor: Option<Cursor>,
}

/// `GET /v1/loans`
pub async fn list(
    Shared(app): Shared<App>,
    caller: Caller,
    uri: Uri,
    Query(query): Query<LoanQuery>,
) -> Result<Reply, Error> {
    let after = Cursor::id(query.cursor.as_ref())?;
    let size = query.limit.unwrap_or_default();
    let filter = Filter {
        structure_id: query.structure_id,
        equipment_id: query.equipment_id,
        cooperation_id: query.cooperation_id,
        state: query.state,
        from: query.from,
        until: query.until,
    };
    let loans = app
        .see(caller, move |act| {
            match filter.equipment_id {
                Some(equipment) if filter.structure_id.is_none() => {
                    let found = crate::equipment::rows::find(act.db, equipment)?;
                    let lends = found.map_or(Ok(false), |found| act.sees(found.facts.structure_id))?;
                    if !lends {
                        return Err(Error::Parameter(FieldError::new("equipment_id", Fault::Unknown)));
                    }
                }
                _ => ledger::require_scope(act, filter.structure_id, filter.cooperation_id)?,
            }
            rows::list(act.db, &filter, after, size.items() + 1)
        })
        .await?;
    Reply::page(&uri, loans, size, |loan| loan.id.to_string())
}

/// `GET /v1/loans/{id}`
pub async fn read(Shared(app): Shared<App>, caller: Caller, PathId(id): PathId, known: Known) -> Result<Reply, Error> {
    let loan = app.see(caller, move |act| super::visible(act, id)).await?;
    Reply::read(&known, loan.version, &loan)
}

/// `POST /v1/loans/{id}/events`
pub async fn record_event(
    Shared(app): Shared<App>,
    PathId(id): PathId,
    command: Command<Plain<Happening>>,
) -> Result<Reply, Error> {
    let Plain(happening) = command.body;
    app.act(command.caller, command.replay, move |act| {
        let loan = super::happen(act, id, happening)?;
        Reply::versioned(loan.version, &loan)
    })
    .await
}
