//! Inboxes over HTTP.

use axum::extract::State;
use axum::http::Uri;
use serde::{Deserialize, Serialize};

use super::rules::{ConfirmWish, Heading, Outcome};
use crate::App;
use crate::auth::Caller;
use crate::error::Error;
use crate::http::extract::{Command, Plain, Query};
use crate::http::limits::PageSize;
use crate::http::problem::status_and_code;
use crate::http::reply::{Cursor, Reply};
use crate::id::Id;
use crate::ledger;
use crate::ledger::accord::Tray;
use crate::ledger::view::View;

/// Whose inbox, and which of its trays.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InboxQuery {
    structure_id: Id,
    r#box: Option<Tray>,
    limit: Option<PageSize>,
    cursor: Option<Cursor>,
}

/// `GET /v1/inbox`, oldest first.
pub async fn read(
    State(app): State<App>,
    caller: Caller,
    uri: Uri,
    Query(query): Query<InboxQuery>,
) -> Result<Reply, Error> {
    let after = Cursor::seq(query.cursor.as_ref())?;
    let size = query.limit.unwrap_or_default();
    let (counts, found) = app
        .see(caller, move |act| {
            ledger::require_scope(act, Some(query.structure_id), None)?;
            super::page(act, query.structure_id, query.r#box.unwrap_or_default(), after, size.items() + 1)
        })
        .await?;
    let views = found.into_iter().map(|recorded| (recorded.line.seq, View::from(recorded))).collect();
    Reply::page_under(&uri, views, size, Some(Heading { counts }))
}

/// What became of each.
#[derive(Serialize)]
struct Outcomes {
    confirmed: usize,
    outcomes: Vec<Outcome>,
}

/// `POST /v1/inbox/confirm`
pub async fn confirm(State(app): State<App>, command: Command<Plain<ConfirmWish>>) -> Result<Reply, Error> {
    let Plain(wish) = command.body;
    app.act(command.caller, command.replay, move |act| {
        let told = super::confirm(act, &wish)?;
        let mut outcomes = Vec::with_capacity(told.len());
        for (contribution_id, outcome) in told {
            let code = outcome.as_ref().err().map(|error| status_and_code(error).1);
            let now = match outcome {
                Ok(recorded) => Some(recorded),
                Err(_) => ledger::visible(act, contribution_id).ok(),
            };
            let state = now.map(|recorded| recorded.state);
            outcomes.push(Outcome { contribution_id, confirmed: code.is_none(), state, code });
        }
        let confirmed = outcomes.iter().filter(|outcome| outcome.confirmed).count();
        Reply::ok(&Outcomes { confirmed, outcomes })
    })
    .await
}
