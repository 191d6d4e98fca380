//! People over HTTP: seen and recorded inside their structure only.

use axum::extract::State;
use axum::http::Uri;
use serde::Deserialize;

use super::rows;
use super::rules::{Facts, Person};
use crate::App;
use crate::audit::rules::{About, Event};
use crate::auth::rules::Right;
use crate::auth::{Act, Caller, Whose};
use crate::error::{Error, Fault, FieldError};
use crate::http::Listed;
use crate::http::extract::{Change, Command, Create, Known, PathId, Query};
use crate::http::limits::PageSize;
use crate::http::reply::{Cursor, Reply};
use crate::id::Id;
use crate::text::Name;
use crate::{auth, structure};

/// `POST /v1/people`
pub async fn create(State(app): State<App>, command: Command<Create<Facts>>) -> Result<Reply, Error> {
    let Create { id, wish } = command.body;
    app.act(command.caller, command.replay, move |act| {
        structure::rows::require(act.db, wish.structure_id, "/structure_id")?;
        act.require(Right::NamePeople, Whose::Structure(wish.structure_id))?;
        judge_account(act, &wish, None)?;
        let id = id.unwrap_or_else(|| Id::fresh(act.now));
        let person = rows::insert(act.db, id, &wish, act.now)?;
        Reply::created(format!("/v1/people/{id}"), 1, &person)
    })
    .await
}

/// Which people to list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonQuery {
    structure_id: Option<Id>,
    q: Option<Name>,
    archived: Option<Listed>,
    limit: Option<PageSize>,
    cursor: Option<Cursor>,
}

/// `GET /v1/people`: of a structure; without one, those that the caller is.
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    uri: Uri,
    Query(query): Query<PersonQuery>,
) -> Result<Reply, Error> {
    let after = Cursor::id(query.cursor.as_ref())?;
    let size = query.limit.unwrap_or_default();
    let people = app
        .see(caller, move |act| {
            let Some(structure) = query.structure_id else {
                let Caller::Account { id: me, .. } = act.caller else { return Ok(Vec::new()) };
                return rows::of_account(act.db, me, after, size.items() + 1);
            };
            if !act.may(Right::ReadPeople, Whose::Structure(structure))? {
                return Err(Error::Parameter(FieldError::new("structure_id", Fault::Unknown)));
            }
            let archived = query.archived.unwrap_or_default().wanted();
            rows::list(act.db, structure, query.q.as_ref().map(Name::as_str), archived, after, size.items() + 1)
        })
        .await?;
    Reply::page(&uri, people, size, |person| person.id.to_string())
}

/// `GET /v1/people/{id}`
pub async fn read(State(app): State<App>, caller: Caller, PathId(id): PathId, known: Known) -> Result<Reply, Error> {
    let person = app.see(caller, move |act| visible(act, id)).await?;
    Reply::read(&known, person.version, &person)
}

fn visible(act: &Act<'_>, id: Id) -> Result<Person, Error> {
    super::visible(act, id)
}

/// A manager says which account a person is: it will read all that is kept about them, and may erase it.
fn judge_account(act: &Act<'_>, facts: &Facts, before: Option<Id>) -> Result<(), Error> {
    let Some(account) = facts.account_id.filter(|account| Some(*account) != before) else { return Ok(()) };
    act.require(Right::AnswerForPeople, Whose::Structure(facts.structure_id))?;
    if auth::rows::is_active(act.db, account)? { Ok(()) } else { Err(Fault::Unknown.at("/account_id")) }
}

/// `PATCH /v1/people/{id}`: by contributors; what they are called, by the person too.
pub async fn change(State(app): State<App>, PathId(id): PathId, command: Command<Change>) -> Result<Reply, Error> {
    let (change, versions) = (command.body, command.versions);
    app.act(command.caller, command.replay, move |act| {
        let before = visible(act, id)?;
        versions.check(before.version)?;
        let facts: Facts = change.apply(&before.facts)?;
        let own = super::is_self(act, &before) && before.facts.is_own_correction(&facts) && change.archived.is_none();
        if !own {
            act.require(Right::NamePeople, Whose::Structure(before.facts.structure_id))?;
        }
        if facts.structure_id != before.facts.structure_id {
            return Err(Fault::Fixed.at("/structure_id"));
        }
        judge_account(act, &facts, before.facts.account_id)?;
        let archived = change.archived.unwrap_or(before.archived);
        let after = Person { facts, archived, version: before.version + 1, ..before };
        rows::update(act.db, &after)?;
        let about = About { subject_id: Some(id), structure_id: Some(after.facts.structure_id), ..About::default() };
        if own {
            act.audit(Event::PersonCorrected, about)?;
        } else if after.facts.account_id.is_some() && after.facts.account_id != before.facts.account_id {
            act.audit(Event::PersonLinkMade, about)?;
        }
        Reply::versioned(after.version, &after)
    })
    .await
}
