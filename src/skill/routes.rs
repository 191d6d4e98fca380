//! Skills, needs and skill sessions over HTTP. A need is a skill looked for: both share one shape.

use axum::extract::State as Shared;
use axum::http::Uri;
use serde::Deserialize;

use super::rows::{self, Filter, SessionFilter};
use super::rules::{Facts, Side, Skill, Wish};
use crate::App;
use crate::auth::rules::Right;
use crate::auth::{Act, Caller, Whose};
use crate::clock::Day;
use crate::error::{Error, Fault};
use crate::http::Listed;
use crate::http::extract::{Change, Command, Create, Known, PathId, Query};
use crate::http::limits::PageSize;
use crate::http::reply::{Cursor, Reply};
use crate::id::Id;
use crate::text::Name;
use crate::{ledger, structure};

/// `POST /v1/skills`
pub async fn create_skill(Shared(app): Shared<App>, command: Command<Create<Facts>>) -> Result<Reply, Error> {
    create(app, command, Side::Offer).await
}

/// `POST /v1/needs`
pub async fn create_need(Shared(app): Shared<App>, command: Command<Create<Facts>>) -> Result<Reply, Error> {
    create(app, command, Side::Need).await
}

async fn create(app: App, command: Command<Create<Facts>>, side: Side) -> Result<Reply, Error> {
    let Create { id, wish } = command.body;
    app.act(command.caller, command.replay, move |act| {
        structure::rows::require(act.db, wish.structure_id, "/structure_id")?;
        act.require(Right::Offer, Whose::Structure(wish.structure_id))?;
        judge(act, side, &wish)?;
        let id = id.unwrap_or_else(|| Id::fresh(act.now));
        let skill = rows::insert_skill(act.db, id, side, &wish, act.now)?;
        Reply::created(format!("/v1/{}/{id}", collection(side)), 1, &skill)
    })
    .await
}

fn collection(side: Side) -> &'static str {
    match side {
        Side::Offer => "skills",
        Side::Need => "needs",
    }
}

/// A need names nobody; a skill names a person of its own structure.
fn judge(act: &Act<'_>, side: Side, facts: &Facts) -> Result<(), Error> {
    if side == Side::Need && facts.person_id.is_some() {
        return Err(Fault::NotAllowed.at("/person_id"));
    }
    ledger::judge_person(act, facts.person_id, Some(facts.structure_id))
}

/// Which skills or needs to list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SkillQuery {
    structure_id: Option<Id>,
    q: Option<Name>,
    archived: Option<Listed>,
    limit: Option<PageSize>,
    cursor: Option<Cursor>,
}

/// `GET /v1/skills`
pub async fn list_skills(
    Shared(app): Shared<App>,
    caller: Caller,
    uri: Uri,
    Query(query): Query<SkillQuery>,
) -> Result<Reply, Error> {
    list(app, caller, uri, query, Side::Offer).await
}

/// `GET /v1/needs`
pub async fn list_needs(
    Shared(app): Shared<App>,
    caller: Caller,
    uri: Uri,
    Query(query): Query<SkillQuery>,
) -> Result<Reply, Error> {
    list(app, caller, uri, query, Side::Need).await
}

async fn list(app: App, caller: Caller, uri: Uri, query: SkillQuery, side: Side) -> Result<Reply, Error> {
    let after = Cursor::id(query.cursor.as_ref())?;
    let size = query.limit.unwrap_or_default();
    let skills = app
        .see(caller, move |act| {
            act.require(Right::ReadDirectory, Whose::Instance)?;
            let filter = Filter {
                side,
                structure_id: query.structure_id,
                q: query.q.map(String::from),
                seen_by: act.account(),
                only: act.only(),
                day: act.now.day(),
                archived: query.archived.unwrap_or_default().wanted(),
            };
            let found = rows::list_skills(act.db, &filter, after, size.items() + 1)?;
            found.into_iter().map(|skill| as_seen(act, skill)).collect::<Result<Vec<_>, _>>()
        })
        .await?;
    Reply::page(&uri, skills, size, |skill| skill.id.to_string())
}

/// `GET /v1/skills/{id}`
pub async fn read_skill(
    Shared(app): Shared<App>,
    caller: Caller,
    PathId(id): PathId,
    known: Known,
) -> Result<Reply, Error> {
    read(app, caller, id, known, Side::Offer).await
}

/// `GET /v1/needs/{id}`
pub async fn read_need(
    Shared(app): Shared<App>,
    caller: Caller,
    PathId(id): PathId,
    known: Known,
) -> Result<Reply, Error> {
    read(app, caller, id, known, Side::Need).await
}

async fn read(app: App, caller: Caller, id: Id, known: Known, side: Side) -> Result<Reply, Error> {
    let skill = app.see(caller, move |act| as_seen(act, visible(act, side, id)?)).await?;
    Reply::read(&known, skill.version, &skill)
}

fn visible(act: &Act<'_>, side: Side, id: Id) -> Result<Skill, Error> {
    let skill = rows::find_skill(act.db, side, id)?.ok_or(Error::NotFound)?;
    if act.may(Right::ReadOffers, Whose::Structure(skill.facts.structure_id))? {
        Ok(skill)
    } else {
        Err(Error::NotFound)
    }
}

/// A skill without its person, unless the caller is of the structure that knows them.
fn as_seen(act: &Act<'_>, mut skill: Skill) -> Result<Skill, Error> {
    if !act.may(Right::ReadPeople, Whose::Structure(skill.facts.structure_id))? {
        skill.facts.person_id = None;
    }
    Ok(skill)
}

/// `PATCH /v1/skills/{id}`
pub async fn change_skill(
    Shared(app): Shared<App>,
    PathId(id): PathId,
    command: Command<Change>,
) -> Result<Reply, Error> {
    change(app, id, command, Side::Offer).await
}

/// `PATCH /v1/needs/{id}`
pub async fn change_need(
    Shared(app): Shared<App>,
    PathId(id): PathId,
    command: Command<Change>,
) -> Result<Reply, Error> {
    change(app, id, command, Side::Need).await
}

async fn change(app: App, id: Id, command: Command<Change>, side: Side) -> Result<Reply, Error> {
    let (change, versions) = (command.body, command.versions);
    app.act(command.caller, command.replay, move |act| {
        let before = visible(act, side, id)?;
        act.require(Right::Offer, Whose::Structure(before.facts.structure_id))?;
        versions.check(before.version)?;
        let facts: Facts = change.apply(&before.facts)?;
        if facts.structure_id != before.facts.structure_id {
            return Err(Fault::Fixed.at("/structure_id"));
        }
        // A person who has since left may stay named; another one has to be known.
        if facts.person_id != before.facts.person_id {
            judge(act, side, &facts)?;
        }
        let archived = change.archived.unwrap_or(before.archived);
        let after = Skill { facts, archived, version: before.version + 1, ..before };
        rows::update_skill(act.db, &after)?;
        let after = rows::find_skill(act.db, side, id)?.ok_or(Error::NotFound)?;
        Reply::versioned(after.version, &after)
    })
    .await
}

/// `POST /v1/skill-sessions`
pub async fn create_session(Shared(app): Shared<App>, command: Command<Create<Wish>>) -> Result<Reply, Error> {
    let Create { id, wish } = command.body;
    app.act(command.caller, command.replay, move |act| {
        let session = super::record(act, id.unwrap_or_else(|| Id::fresh(act.now)), &wish)?;
        Reply::created(format!("/v1/skill-sessions/{}", session.id), 0, &session)
    })
    .await
}

/// Which sessions to list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionQuery {
    structure_id: Option<Id>,
    cooperation_id: Option<Id>,
    skill: Option<Name>,
    from: Option<Day>,
    until: Option<Day>,
    limit: Option<PageSize>,
    cursor: Option<Cursor>,
}

/// `GET /v1/skill-sessions`
pub async fn list_sessions(
    Shared(app): Shared<App>,
    caller: Caller,
    uri: Uri,
    Query(query): Query<SessionQuery>,
) -> Result<Reply, Error> {
    let after = Cursor::id(query.cursor.as_ref())?;
    let size = query.limit.unwrap_or_default();
    let filter = SessionFilter {
        structure_id: query.structure_id,
        cooperation_id: query.cooperation_id,
        skill: query.skill.map(String::from),
        from: query.from,
        until: query.until,
    };
    let sessions = app
        .see(caller, move |act| {
            ledger::require_scope(act, filter.structure_id, filter.cooperation_id)?;
            let found = rows::list_sessions(act.db, &filter, after, size.items() + 1)?;
            found.into_iter().map(|session| super::shown(act, session)).collect::<Result<Vec<_>, _>>()
        })
        .await?;
    Reply::page(&uri, sessions, size, |session| session.id.to_string())
}

/// `GET /v1/skill-sessions/{id}`
pub async fn read_session(Shared(app): Shared<App>, caller: Caller, PathId(id): PathId) -> Result<Reply, Error> {
    let found =
        app.see(caller, move |act| super::shown(act, rows::find_session(act.db, id)?.ok_or(Error::NotFound)?)).await?;
    Reply::ok(&found)
}
