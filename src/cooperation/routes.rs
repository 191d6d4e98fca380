//! Cooperations and memberships over HTTP: seen by their members, kept by their facilitators.

use axum::extract::State;
use axum::http::Uri;
use serde::Deserialize;

use super::rows::{self, Filter};
use super::rules::{Cooperation, Facts, Membership, MembershipFacts, Part, Phase, in_order};
use super::seen;
use crate::App;
use crate::audit::rules::{About, Event};
use crate::auth::rules::Right;
use crate::auth::{Act, Caller, Whose};
use crate::clock::Day;
use crate::error::{Error, Fault, FieldError};
use crate::http::Listed;
use crate::http::extract::{Change, Command, Create, Known, PathId, Plain, Query, keep_fixed};
use crate::http::limits::PageSize;
use crate::http::reply::{Cursor, Reply};
use crate::id::Id;
use crate::structure::rules::Valuation;
use crate::text::{Name, Note};
use crate::{proposal, structure};

/// A cooperation to found: its facts, and the structure that facilitates it at first.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wish {
    name: Name,
    intention: Note,
    territory: Option<Name>,
    starts_on: Option<Day>,
    ends_on: Option<Day>,
    phases: Option<Vec<Phase>>,
    valuation: Option<Valuation>,
    founder_id: Id,
}

/// `POST /v1/cooperations`
pub async fn create(State(app): State<App>, command: Command<Create<Wish>>) -> Result<Reply, Error> {
    let Create { id, wish } = command.body;
    let Wish { name, intention, territory, starts_on, ends_on, phases, valuation, founder_id } = wish;
    let (phases, valuation) = (phases.unwrap_or_default(), valuation.unwrap_or_default());
    let facts = Facts { name, intention, territory, starts_on, ends_on, phases, valuation };
    facts.judge()?;
    app.act(command.caller, command.replay, move |act| {
        structure::rows::require(act.db, founder_id, "/founder_id")?;
        act.require(Right::FoundCooperation, Whose::Structure(founder_id))?;
        let id = id.unwrap_or_else(|| Id::fresh(act.now));
        let cooperation = rows::insert(act.db, id, &facts, act.now)?;
        // From the start of the cooperation, or from today when it began before or has no start.
        let starts_on = facts.starts_on.map_or(act.now.day(), |start| start.min(act.now.day()));
        let membership = MembershipFacts {
            cooperation_id: id,
            structure_id: founder_id,
            role: Part::Facilitator,
            starts_on,
            ends_on: None,
        };
        let founder = rows::insert_membership(act.db, Id::fresh(act.now), &membership, act.now)?;
        act.audit(Event::MembershipChanged, founder.about())?;
        Reply::created(format!("/v1/cooperations/{id}"), 1, &cooperation)
    })
    .await
}

/// Which cooperations to list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CooperationQuery {
    q: Option<Name>,
    archived: Option<Listed>,
    limit: Option<PageSize>,
    cursor: Option<Cursor>,
}

/// `GET /v1/cooperations`
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    uri: Uri,
    Query(query): Query<CooperationQuery>,
) -> Result<Reply, Error> {
    let after = Cursor::id(query.cursor.as_ref())?;
    let size = query.limit.unwrap_or_default();
    let cooperations = app
        .see(caller, move |act| {
            act.require(Right::ReadDirectory, Whose::Instance)?;
            let filter = Filter {
                q: query.q.map(String::from),
                seen_by: if act.may(Right::ReadCooperation, Whose::Instance)? { None } else { act.account() },
                only: act.only(),
                day: act.now.day(),
                archived: query.archived.unwrap_or_default().wanted(),
            };
            rows::list(act.db, &filter, after, size.items() + 1)
        })
        .await?;
    Reply::page(&uri, cooperations, size, |cooperation| cooperation.id.to_string())
}

/// `GET /v1/cooperations/{id}`
pub async fn read(State(app): State<App>, caller: Caller, PathId(id): PathId, known: Known) -> Result<Reply, Error> {
    let (cooperation, warnings) =
        app.see(caller, move |act| Ok((visible(act, id)?, super::warnings(act, id)?))).await?;
    Ok(Reply::warning(cooperation.version, &warnings, &cooperation)?.unless(&known))
}

fn visible(act: &Act<'_>, id: Id) -> Result<Cooperation, Error> {
    let cooperation = rows::find(act.db, id)?.ok_or(Error::NotFound)?;
    if seen(act, id)? { Ok(cooperation) } else { Err(Error::NotFound) }
}

/// `PATCH /v1/cooperations/{id}`
pub async fn change(State(app): State<App>, PathId(id): PathId, command: Command<Change>) -> Result<Reply, Error> {
    let (change, versions) = (command.body, command.versions);
    app.act(command.caller, command.replay, move |act| {
        let before = visible(act, id)?;
        act.require(Right::ChangeCooperation, Whose::Cooperation(id))?;
        versions.check(before.version)?;
        let facts: Facts = change.apply(&before.facts)?;
        facts.judge()?;
        let declared = Valuation::event(before.facts.valuation, facts.valuation);
        let archived = change.archived.unwrap_or(before.archived);
        let after = Cooperation { facts, archived, version: before.version + 1, ..before };
        rows::update(act.db, &after)?;
        if let Some(event) = declared {
            act.audit(event, About { cooperation_id: Some(id), ..About::only(id) })?;
        }
        Reply::warning(after.version, &super::warnings(act, id)?, &after)
    })
    .await
}

/// Which memberships to list: of a cooperation, of a structure, or both.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MembershipQuery {
    cooperation_id: Option<Id>,
    structure_id: Option<Id>,
    limit: Option<PageSize>,
    cursor: Option<Cursor>,
}

/// `GET /v1/memberships`
pub async fn list_memberships(
    State(app): State<App>,
    caller: Caller,
    uri: Uri,
    Query(query): Query<MembershipQuery>,
) -> Result<Reply, Error> {
    let after = Cursor::id(query.cursor.as_ref())?;
    let size = query.limit.unwrap_or_default();
    let (cooperation, structure) = (query.cooperation_id, query.structure_id);
    let refused = |name: &str, fault| Err(Error::Parameter(FieldError::new(name, fault)));
    let memberships = app
        .see(caller, move |act| {
            match (cooperation, structure) {
                (Some(cooperation), _) if !seen(act, cooperation)? => {
                    return refused("cooperation_id", Fault::Unknown);
                }
                (None, Some(structure)) if !act.may(Right::ReadMemberships, Whose::Structure(structure))? => {
                    return refused("structure_id", Fault::Unknown);
                }
                (None, None) => return refused("cooperation_id", Fault::Missing),
                _ => {}
            }
            rows::list_memberships(act.db, cooperation, structure, after, size.items() + 1)
        })
        .await?;
    Reply::page(&uri, memberships, size, |membership| membership.id.to_string())
}

/// `GET /v1/memberships/{id}`
pub async fn read_membership(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
    known: Known,
) -> Result<Reply, Error> {
    let membership = app.see(caller, move |act| super::visible_membership(act, id)).await?;
    Reply::read(&known, membership.version, &membership)
}

/// `PATCH /v1/memberships/{id}`: by a facilitator; a structure's own manager may end it.
pub async fn change_membership(
    State(app): State<App>,
    PathId(id): PathId,
    command: Command<Change>,
) -> Result<Reply, Error> {
    let (change, versions) = (command.body, command.versions);
    change.without_archived()?;
    app.act(command.caller, command.replay, move |act| {
        let before = super::visible_membership(act, id)?;
        let facilitates = act.may(Right::ChangeCooperation, Whose::Cooperation(before.facts.cooperation_id))?;
        if !facilitates {
            act.require(Right::LeaveCooperation, Whose::Structure(before.facts.structure_id))?;
        }
        versions.check(before.version)?;
        let facts: MembershipFacts = change.apply(&before.facts)?;
        keep_fixed([
            ("/cooperation_id", facts.cooperation_id == before.facts.cooperation_id),
            ("/structure_id", facts.structure_id == before.facts.structure_id),
        ])?;
        in_order(Some(facts.starts_on), facts.ends_on).map_err(|fault| fault.at("/ends_on"))?;
        if !facilitates && (facts.role, facts.starts_on) != (before.facts.role, before.facts.starts_on) {
            return Err(Error::Forbidden);
        }
        // Who has left comes back with a yes from both sides, which is asked for anew.
        let alone = proposal::may_take_in(act, facts.cooperation_id, facts.structure_id)?;
        if !alone && !before.facts.contains(&facts) {
            return Err(Error::Forbidden);
        }
        let after = Membership { facts, version: before.version + 1, ..before };
        rows::update_membership(act.db, &after)?;
        if facilitates {
            super::keep_facilitated(act, &after.facts)?;
        }
        act.audit(Event::MembershipChanged, after.about())?;
        Reply::versioned(after.version, &after)
    })
    .await
}

/// What a structure chooses.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    publishes: bool,
}

/// `POST /v1/memberships/{id}/publication`
pub async fn choose_publication(
    State(app): State<App>,
    PathId(id): PathId,
    command: Command<Plain<Choice>>,
) -> Result<Reply, Error> {
    let Plain(Choice { publishes }) = command.body;
    app.act(command.caller, command.replay, move |act| {
        let membership = super::choose_publication(act, id, publishes)?;
        Reply::versioned(membership.version, &membership)
    })
    .await
}
