//! Proposals over HTTP: made by joining and handing over, answered by the other side.

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use serde::Deserialize;

use super::rules::{Event, Proposal};
use super::{Joined, rows};
use crate::App;
use crate::auth::rules::Right;
use crate::auth::{Caller, Whose};
use crate::cooperation;
use crate::cooperation::rules::{MembershipFacts, in_order};
use crate::error::{Error, Fault, FieldError};
use crate::http::extract::{Command, Create, PathId, Plain, Query};
use crate::http::limits::PageSize;
use crate::http::reply::{Cursor, Reply};
use crate::id::Id;

/// `POST /v1/memberships`: begins one, or asks the other side for it.
pub async fn create_membership(
    State(app): State<App>,
    command: Command<Create<MembershipFacts>>,
) -> Result<Reply, Error> {
    let Create { id, wish } = command.body;
    in_order(Some(wish.starts_on), wish.ends_on).map_err(|fault| fault.at("/ends_on"))?;
    app.act(command.caller, command.replay, move |act| {
        let id = id.unwrap_or_else(|| Id::fresh(act.now));
        match super::join(act, id, &wish)? {
            Joined::Member(membership) => Reply::created(format!("/v1/memberships/{id}"), 1, &membership),
            Joined::Asked(proposal) => {
                let asked = created(&proposal)?;
                Ok(Reply { status: StatusCode::ACCEPTED, ..asked })
            }
        }
    })
    .await
}

fn created(proposal: &Proposal) -> Result<Reply, Error> {
    Reply::created(format!("/v1/proposals/{}", proposal.id), proposal.version, proposal)
}

/// Which member is to facilitate.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandOver {
    structure_id: Id,
}

/// `POST /v1/memberships/{id}/hand-over`
pub async fn hand_over(
    State(app): State<App>,
    PathId(id): PathId,
    command: Command<Plain<HandOver>>,
) -> Result<Reply, Error> {
    let to = command.body.0.structure_id;
    app.act(command.caller, command.replay, move |act| {
        let giver = cooperation::visible_membership(act, id)?;
        created(&super::hand_over(act, &giver, to)?)
    })
    .await
}

/// Which proposals to list: of a cooperation, of a structure, or both.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProposalQuery {
    cooperation_id: Option<Id>,
    structure_id: Option<Id>,
    limit: Option<PageSize>,
    cursor: Option<Cursor>,
}

/// `GET /v1/proposals`
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    uri: Uri,
    Query(query): Query<ProposalQuery>,
) -> Result<Reply, Error> {
    let after = Cursor::id(query.cursor.as_ref())?;
    let size = query.limit.unwrap_or_default();
    let (wanted, structure) = (query.cooperation_id, query.structure_id);
    let refused = |name: &str, fault| Err(Error::Parameter(FieldError::new(name, fault)));
    let proposals = app
        .see(caller, move |act| {
            let reads = |structure| act.may(Right::ReadMemberships, Whose::Structure(structure));
            let own = structure.map_or(Ok(false), reads)?;
            match (wanted, structure) {
                (None, None) => return refused("structure_id", Fault::Missing),
                (None, Some(_)) if !own => return refused("structure_id", Fault::Unknown),
                (Some(cooperation), _) if !own && !cooperation::seen(act, cooperation)? => {
                    return refused("cooperation_id", Fault::Unknown);
                }
                _ => {}
            }
            let found = rows::list(act.db, wanted, structure, after, size.items() + 1)?;
            Ok(found.into_iter().map(|proposal| proposal.at(act.now)).collect())
        })
        .await?;
    Reply::page(&uri, proposals, size, |proposal: &Proposal| proposal.id.to_string())
}

/// `GET /v1/proposals/{id}`
pub async fn read(State(app): State<App>, caller: Caller, PathId(id): PathId) -> Result<Reply, Error> {
    let proposal = app.see(caller, move |act| super::visible(act, id)).await?;
    Reply::versioned(proposal.version, &proposal)
}

/// What happens to a proposal.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    event: Event,
}

/// `POST /v1/proposals/{id}/events`
pub async fn record_event(
    State(app): State<App>,
    PathId(id): PathId,
    command: Command<Plain<Answer>>,
) -> Result<Reply, Error> {
    let event = command.body.0.event;
    app.act(command.caller, command.replay, move |act| {
        let after = super::record(act, super::visible(act, id)?, event)?;
        Reply::versioned(after.version, &after)
    })
    .await
}
