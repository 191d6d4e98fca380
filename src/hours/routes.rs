//! Volunteer hours over HTTP.

use axum::extract::State as Shared;
use axum::http::Uri;
use serde::Deserialize;

use super::rows::{self, Filter};
use super::rules::{HeadCount, Wish};
use crate::App;
use crate::auth::Caller;
use crate::clock::Day;
use crate::error::{Error, Fault, FieldError};
use crate::http::extract::{Command, Create, PathId, Query};
use crate::http::limits::PageSize;
use crate::http::reply::{Cursor, Reply};
use crate::id::Id;
use crate::text::Name;
use crate::{ledger, person};

/// `POST /v1/hours`
pub async fn create(Shared(app): Shared<App>, command: Command<Create<Wish>>) -> Result<Reply, Error> {
    let Create { id, wish } = command.body;
    app.act(command.caller, command.replay, move |act| {
        let hours = super::record(act, id.unwrap_or_else(|| Id::fresh(act.now)), wish)?;
        Reply::created(format!("/v1/hours/{}", hours.id), 0, &hours)
    })
    .await
}

/// Which hours to list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HoursQuery {
    structure_id: Option<Id>,
    cooperation_id: Option<Id>,
    person_id: Option<Id>,
    activity: Option<Name>,
    from: Option<Day>,
    until: Option<Day>,
    limit: Option<PageSize>,
    cursor: Option<Cursor>,
}

/// `GET /v1/hours`, newest first.
pub async fn list(
    Shared(app): Shared<App>,
    caller: Caller,
    uri: Uri,
    Query(query): Query<HoursQuery>,
) -> Result<Reply, Error> {
    let before = Cursor::seq(query.cursor.as_ref())?;
    let size = query.limit.unwrap_or_default();
    let filter = Filter {
        structure_id: query.structure_id,
        cooperation_id: query.cooperation_id,
        person_id: query.person_id,
        activity: query.activity.map(String::from),
        from: query.from,
        until: query.until,
    };
    let hours = app
        .see(caller, move |act| {
            ledger::require_scope(act, filter.structure_id, filter.cooperation_id)?;
            if let Some(person) = filter.person_id {
                let found = person::rows::find(act.db, person)?;
                if !found.map_or(Ok(false), |found| act.sees(found.facts.structure_id))? {
                    return Err(Error::Parameter(FieldError::new("person_id", Fault::Unknown)));
                }
            }
            let found = rows::list(act.db, &filter, before, size.items() + 1)?;
            let shown = found.into_iter().map(|(id, contribution, head_count, seq)| {
                let head_count = HeadCount::try_from(head_count).unwrap_or_default();
                Ok((seq, super::shown(act, id, contribution, head_count)?))
            });
            shown.collect::<Result<Vec<_>, Error>>()
        })
        .await?;
    Reply::page_of(&uri, hours, size)
}

/// `GET /v1/hours/{id}`
pub async fn read(Shared(app): Shared<App>, caller: Caller, PathId(id): PathId) -> Result<Reply, Error> {
    let hours = app.see(caller, move |act| super::find(act, id)).await?;
    Reply::ok(&hours)
}
