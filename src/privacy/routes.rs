//! People's rights over HTTP: for managers of their structure, through their account, or through their link.

use axum::extract::State;
use serde::{Deserialize, Serialize};

use super::rules::{Keeping, LINK_SECONDS, Record, Retention, Trace, words_of};
use super::{about, answerable, managed, of_link, rows};
use crate::App;
use crate::audit;
use crate::audit::rules::{About, Event};
use crate::auth::rules::Right;
use crate::auth::{Caller, Whose};
use crate::clock::{Day, Moment};
use crate::error::{Error, Fault};
use crate::http::extract::{Change, Command, Known, PathId, Plain, Public};
use crate::http::reply::Reply;
use crate::id::Id;
use crate::person::rules::Purpose;
use crate::text::{Name, or_default};
use crate::{person, secret, skill, structure};

/// `GET /v1/people/{id}/record`: for the person, and for a manager who hands it to them.
pub async fn read_record(State(app): State<App>, caller: Caller, PathId(id): PathId) -> Result<Reply, Error> {
    let (record, about, by) = app
        .see(caller, move |act| {
            let person = answerable(act, id)?;
            let about = about(&person);
            Ok((super::record(act.db, person, act.now)?, about, act.account()))
        })
        .await?;
    app.store.write(move |db, now| audit::rows::append(db, Event::PersonExported, by, about, now)).await?;
    Reply::ok(&record)
}

#[derive(Serialize)]
struct Traces {
    items: Vec<Trace>,
}

/// `GET /v1/people/{id}/traces`: where else the name may stand, for a manager to look at before erasing.
pub async fn list_traces(State(app): State<App>, caller: Caller, PathId(id): PathId) -> Result<Reply, Error> {
    let items = app
        .see(caller, move |act| {
            let person = managed(act, id)?;
            rows::traces(act.db, person.facts.structure_id, id, &words_of(person.facts.name.as_str()))
        })
        .await?;
    Reply::ok(&Traces { items })
}

/// That a person agreed, or no longer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentWish {
    purpose: Purpose,
    given_on: Option<Day>,
}

/// `POST /v1/people/{id}/consents`
pub async fn set_consent(
    State(app): State<App>,
    PathId(id): PathId,
    command: Command<Plain<ConsentWish>>,
) -> Result<Reply, Error> {
    let Plain(wish) = command.body;
    app.act(command.caller, command.replay, move |act| {
        let person = answerable(act, id)?;
        if wish.given_on.is_some_and(|day| day > act.now.latest_day()) {
            return Err(Fault::Future.at("/given_on"));
        }
        person::rows::set_consent(act.db, id, wish.purpose, wish.given_on)?;
        skill::rows::renew_of_person(act.db, id, false)?;
        act.audit(Event::ConsentChanged, about(&person))?;
        let person = person::rows::find(act.db, id)?.ok_or(Error::NotFound)?;
        Reply::versioned(person.version, &person)
    })
    .await
}

/// A link to make, or to take back.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkWish {
    #[serde(default, deserialize_with = "or_default")]
    revoke: bool,
}

#[derive(Serialize)]
struct Link {
    person_id: Id,
    expires_at: Option<Moment>,
    address: Option<String>,
}

/// `POST /v1/people/{id}/link`: a link for the person, in the place of the one before; its address is told once.
pub async fn make_link(
    State(app): State<App>,
    PathId(id): PathId,
    command: Command<Plain<LinkWish>>,
) -> Result<Reply, Error> {
    let Plain(LinkWish { revoke }) = command.body;
    let token = secret::token();
    let digest = secret::digest(&token);
    let reply = app
        .act(command.caller, command.replay, move |act| {
            let person = managed(act, id)?;
            if revoke {
                rows::drop_link(act.db, id)?;
                return Reply::ok(&Link { person_id: id, expires_at: None, address: None });
            }
            let expires = act.now.plus_seconds(LINK_SECONDS);
            rows::set_link(act.db, id, digest, act.now, expires)?;
            act.audit(Event::PersonLinkMade, about(&person))?;
            Reply::ok(&Link { person_id: id, expires_at: Some(expires), address: None })
        })
        .await?;
    if revoke {
        return Ok(reply);
    }
    reply.telling_once("address", app.door.settings.link(&format!("/me#token={token}")))
}

/// What cannot be undone is said twice.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirmed {
    confirm: bool,
}

impl Confirmed {
    fn require(&self) -> Result<(), Error> {
        if self.confirm { Ok(()) } else { Err(Fault::Missing.at("/confirm")) }
    }
}

/// `POST /v1/people/{id}/erase`
pub async fn erase_person(
    State(app): State<App>,
    PathId(id): PathId,
    command: Command<Plain<Confirmed>>,
) -> Result<Reply, Error> {
    command.body.0.require()?;
    app.act(command.caller, command.replay, move |act| {
        let person = answerable(act, id)?;
        super::erase(act.db, &[&person], act.now)?;
        act.audit(Event::PersonErased, about(&person))?;
        Ok(Reply::nothing())
    })
    .await
}

/// `POST /v1/accounts/{id}/erase`
pub async fn erase_account(
    State(app): State<App>,
    PathId(id): PathId,
    command: Command<Plain<Confirmed>>,
) -> Result<Reply, Error> {
    command.body.0.require()?;
    let Command { caller, mut replay, .. } = command;
    // No answer is kept for an account that is no more.
    if matches!(caller, Caller::Account { id: own, .. } if own == id) {
        replay.keys.clear();
    }
    app.act(caller, replay, move |act| super::erase_account(act, id).map(|()| Reply::nothing())).await
}

/// `POST /v1/contributions/{id}/erase-note`
pub async fn erase_note(
    State(app): State<App>,
    PathId(id): PathId,
    command: Command<Plain<Confirmed>>,
) -> Result<Reply, Error> {
    command.body.0.require()?;
    app.act(command.caller, command.replay, move |act| super::erase_note(act, id).map(|()| Reply::nothing())).await
}

/// `POST /v1/loans/{id}/erase-notes`
pub async fn erase_notes_of_loan(
    State(app): State<App>,
    PathId(id): PathId,
    command: Command<Plain<Confirmed>>,
) -> Result<Reply, Error> {
    command.body.0.require()?;
    let run = move |act: &crate::auth::Act<'_>| super::erase_notes_of_loan(act, id).map(|()| Reply::nothing());
    app.act(command.caller, command.replay, run).await
}

/// `GET /v1/structures/{id}/retention`
pub async fn read_retention(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
    known: Known,
) -> Result<Reply, Error> {
    let retention = app
        .see(caller, move |act| {
            structure::rows::find(act.db, id)?.ok_or(Error::NotFound)?;
            let reads = act.may(Right::ReadPeople, Whose::Structure(id))?;
            if reads { rows::retention(act.db, id) } else { Err(Error::NotFound) }
        })
        .await?;
    Reply::read(&known, retention.version, &retention)
}

/// `PATCH /v1/structures/{id}/retention`
pub async fn change_retention(
    State(app): State<App>,
    PathId(id): PathId,
    command: Command<Change>,
) -> Result<Reply, Error> {
    let (change, versions) = (command.body, command.versions);
    app.act(command.caller, command.replay, move |act| {
        if !act.may(Right::ReadPeople, Whose::Structure(id))? {
            return Err(Error::NotFound);
        }
        act.require(Right::AnswerForPeople, Whose::Structure(id))?;
        let before = rows::retention(act.db, id)?;
        versions.check(before.version)?;
        let keeping: Keeping = change.without_archived()?.apply(&before.keeping)?;
        let after = Retention { structure_id: id, keeping, version: before.version + 1 };
        rows::set_retention(act.db, &after)?;
        Reply::versioned(after.version, &after)
    })
    .await
}

/// What a link's page sends: the secret of the link.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnRecord {
    token: String,
}

/// `POST /v1/me/record`: a `POST`, so that the secret stands in no address.
pub async fn read_own(State(app): State<App>, Public(body): Public<OwnRecord>) -> Result<Reply, Error> {
    let record = app
        .store
        .write(move |db, now| {
            let person = of_link(db, &body.token, now)?;
            audit::rows::append(db, Event::PersonExported, None, about(&person), now)?;
            super::record(db, person, now)
        })
        .await?;
    Reply::ok(&record)
}

/// What a person corrects of themself.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnCorrection {
    token: String,
    name: Name,
    #[serde(default, deserialize_with = "or_default")]
    pseudonym: bool,
    contact: Option<Name>,
}

/// `POST /v1/me/correct`: at once; what one is called is one's own.
pub async fn correct_own(State(app): State<App>, Public(body): Public<OwnCorrection>) -> Result<Reply, Error> {
    let record = app
        .store
        .write(move |db, now| {
            let mut person = of_link(db, &body.token, now)?;
            person.facts.name = body.name;
            person.facts.pseudonym = body.pseudonym;
            person.facts.contact = body.contact;
            person.version += 1;
            person::rows::update(db, &person)?;
            skill::rows::renew_of_person(db, person.id, false)?;
            audit::rows::append(db, Event::PersonCorrected, None, about(&person), now)?;
            super::record(db, person, now)
        })
        .await?;
    Reply::ok::<Record>(&record)
}

/// That a person erases themself.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnErasure {
    token: String,
    confirm: bool,
}

/// `POST /v1/me/erase`: at once; the right is theirs.
pub async fn erase_own(State(app): State<App>, Public(body): Public<OwnErasure>) -> Result<Reply, Error> {
    Confirmed { confirm: body.confirm }.require()?;
    app.store
        .write(move |db, now| {
            let person = of_link(db, &body.token, now)?;
            super::erase(db, &[&person], now)?;
            let about: About = about(&person);
            audit::rows::append(db, Event::PersonErased, None, about, now)
        })
        .await?;
    Ok(Reply::nothing())
}
