//! The audit trail over HTTP: to read, never to write.

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use serde::{Deserialize, Serialize};

use super::rows;
use super::rules::{Entry, Event, Of};
use crate::App;
use crate::auth::rules::Right;
use crate::auth::{Act, Caller, Whose};
use crate::error::{Error, Fault, FieldError};
use crate::http::extract::Query;
use crate::http::frame;
use crate::http::limits::PageSize;
use crate::http::reply::{Cursor, Reply};
use crate::id::Id;

/// Which entries to list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditQuery {
    structure_id: Option<Id>,
    cooperation_id: Option<Id>,
    event: Option<Event>,
    limit: Option<PageSize>,
    cursor: Option<Cursor>,
}

/// An entry, and what it says.
#[derive(Serialize)]
struct Told {
    #[serde(flatten)]
    entry: Entry,
    sentence: &'static str,
}

/// `GET /v1/audit`: what concerns the caller's account, a structure they manage, a cooperation they facilitate.
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    uri: Uri,
    Query(query): Query<AuditQuery>,
    headers: HeaderMap,
) -> Result<Reply, Error> {
    let before = Cursor::seq(query.cursor.as_ref())?;
    let (size, event) = (query.limit.unwrap_or_default(), query.event);
    let (structure, cooperation) = (query.structure_id, query.cooperation_id);
    let entries = app
        .see(caller, move |act| {
            let of = asked(act, structure, cooperation)?;
            rows::list(act.db, of, event, before, size.items() + 1)
        })
        .await?;
    let language = frame::language(&headers);
    let told = entries.into_iter().map(|entry| {
        let sentence = entry.event.sentence(language);
        (entry.seq, Told { entry, sentence })
    });
    Reply::page_of(&uri, told.collect(), size)
}

/// Whose entries the caller asks for, if they may read them.
fn asked(act: &Act<'_>, structure: Option<Id>, cooperation: Option<Id>) -> Result<Of, Error> {
    let refused = |name: &str, fault| Err(Error::Parameter(FieldError::new(name, fault)));
    match (structure, cooperation) {
        (Some(_), Some(_)) => refused("cooperation_id", Fault::NotAllowed),
        (Some(structure), None) => {
            let whose = Whose::Structure(structure);
            if !act.may(Right::ReadRoles, whose)? {
                return refused("structure_id", Fault::Unknown);
            }
            act.require(Right::ReadAudit, whose).map(|()| Of::Structure(structure))
        }
        (None, Some(cooperation)) => {
            let whose = Whose::Cooperation(cooperation);
            if !act.may(Right::ReadCooperation, whose)? {
                return refused("cooperation_id", Fault::Unknown);
            }
            act.require(Right::ReadAudit, whose).map(|()| Of::Cooperation(cooperation))
        }
        (None, None) => {
            let account = act.account().ok_or(Error::NotFound)?;
            act.require(Right::ReadAudit, Whose::Account(account))?;
            let instance = act.may(Right::ReadInstanceAudit, Whose::Instance)?;
            Ok(Of::Account { account, instance })
        }
    }
}
