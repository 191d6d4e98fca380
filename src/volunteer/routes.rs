//! Volunteers over HTTP: through their links, through their structure, and for whoever holds a paper to check.

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use serde::{Deserialize, Serialize};

use super::attestation::{self, CHECK_PAGE, Checked};
use super::code::{CODE_LENGTH, Code};
use super::rules::{Attestation, Attested, CheckWish, LINKS_MAX, Timesheet, Wish};
use super::{Making, rows, statement, timesheet};
use crate::App;
use crate::audit;
use crate::audit::rules::{About, Event};
use crate::auth::rules::Right;
use crate::auth::{Caller, Whose};
use crate::calendar::rules::Year;
use crate::clock::Day;
use crate::error::{Error, Fault};
use crate::export::{self, Format};
use crate::http::extract::{Change, Command, Create, Known, PathId, PathTexts, Public, Query};
use crate::http::form::{self, Form};
use crate::http::limits::PageSize;
use crate::http::reply::{Cursor, Reply};
use crate::id::Id;
use crate::{person, privacy, secret};

/// The secrets of a volunteer's links, one for each association that knows them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Links {
    tokens: Vec<String>,
}

/// `POST /v1/me/hours`: a `POST`, so that the secrets stand in no address.
pub async fn own_hours(
    State(app): State<App>,
    headers: HeaderMap,
    Public(Links { tokens }): Public<Links>,
) -> Result<Reply, Error> {
    if !(1..=LINKS_MAX).contains(&tokens.len()) {
        return Err(Fault::Items(1, LINKS_MAX).at("/tokens"));
    }
    let form = form::asked("", &headers)?;
    let now = app.clock.now();
    let (hours, people) = app.store.read(move |db| super::own_hours(db, &tokens, now)).await?;
    let given_out = move |db: &rusqlite::Connection, now| {
        let mut people = people.iter();
        people.try_for_each(|person| audit::rows::append(db, Event::PersonExported, None, privacy::about(person), now))
    };
    app.store.write(given_out).await?;
    let reply = match form.format {
        Format::Json => Reply::ok(&hours)?,
        format => document(format, &statement::document(&hours, form.language))?,
    };
    Ok(Reply { ledger_head: Some(hours.ledger.written()), ..reply })
}

fn document(format: Format, document: &export::Document) -> Result<Reply, Error> {
    Ok(Reply::document(format.media(), export::print(document, format)?))
}

/// A timesheet in the form that was asked for.
fn written(sheet: &Timesheet, form: Form<'_>) -> Result<Reply, Error> {
    let reply = match form.format {
        Format::Json => Reply::ok(sheet)?,
        Format::Html => page(&timesheet::sheet(sheet, form.language)),
        format => document(format, &timesheet::document(sheet, form.language))?,
    };
    Ok(Reply { ledger_head: Some(sheet.ledger.written()), ..reply })
}

fn page(markup: &maud::Markup) -> Reply {
    Reply::document(Format::Html.media(), markup.0.clone().into_bytes())
}

/// `GET /v1/people/{id}/timesheets/{year}`: for those who may read the people of a structure, and for the person. What is
/// no id or year names nothing.
pub async fn timesheet_of_person(
    State(app): State<App>,
    caller: Caller,
    PathTexts((id, year)): PathTexts,
    headers: HeaderMap,
) -> Result<Reply, Error> {
    let id = Id::parse(&id).map_err(|_| Error::NotFound)?;
    let form = form::asked(&year, &headers)?;
    let year = Year::try_from(form.name.to_owned()).map_err(|_| Error::NotFound)?;
    let (sheet, about) = app
        .see(caller, move |act| {
            let person = person::visible(act, id)?;
            Ok((timesheet(act.db, &person, year, act.now)?, privacy::about(&person)))
        })
        .await?;
    audit::exported(&app, caller, about).await?;
    written(&sheet, form)
}

/// A year of one's own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnTimesheet {
    token: String,
    year: i64,
}

/// `POST /v1/me/timesheet`
pub async fn own_timesheet(
    State(app): State<App>,
    headers: HeaderMap,
    Public(OwnTimesheet { token, year }): Public<OwnTimesheet>,
) -> Result<Reply, Error> {
    let year = Year::try_from(year).map_err(|fault| fault.at("/year"))?;
    let form = form::asked("", &headers)?;
    let now = app.clock.now();
    let (sheet, about) = app
        .store
        .read(move |db| {
            let person = privacy::of_link(db, &token, now)?;
            Ok((timesheet(db, &person, year, now)?, privacy::about(&person)))
        })
        .await?;
    app.store.write(move |db, now| audit::rows::append(db, Event::PersonExported, None, about, now)).await?;
    written(&sheet, form)
}

/// An attestation, and places for what is told once.
#[derive(Serialize)]
struct Made<'a> {
    #[serde(flatten)]
    attested: &'a Attested,
    code: Option<&'a str>,
    address: Option<&'a str>,
}

impl<'a> Made<'a> {
    fn untold(attested: &'a Attested) -> Self {
        Self { attested, code: None, address: None }
    }
}

/// What is told of an attestation just made: the code and the address to check it at, or the paper with both.
fn told(app: &App, reply: Reply, attested: &Attested, code: &Code, form: Form<'_>) -> Result<Reply, Error> {
    let settings = &app.door.settings;
    let address = settings.link(&attestation::path(&attested.printed(), code));
    let head = Some(attested.ledger.written());
    if form.format != Format::Html {
        let reply = reply.telling_once("code", code.as_str())?.telling_once("address", address)?;
        return Ok(Reply { ledger_head: head, ..reply });
    }
    let scanned = settings.public_url.is_some().then_some(address);
    let checked = Checked { code, page: settings.link(CHECK_PAGE), scanned };
    let paper = page(&attestation::attestation(attested, &checked, form.language));
    Ok(Reply { body: paper.body, media: paper.media, ledger_head: head, ..reply })
}

/// `POST /v1/people/{id}/attestations`: for those who may name the people of a structure, and for the person. An answer
/// given again is without the code, which is told once.
pub async fn attest(
    State(app): State<App>,
    PathId(id): PathId,
    headers: HeaderMap,
    command: Command<Create<Wish>>,
) -> Result<Reply, Error> {
    let Create { id: chosen, wish } = command.body;
    let period = wish.period()?;
    let form = form::asked("", &headers)?;
    let code = Code::of(secret::bytes::<CODE_LENGTH>());
    let (tell, made) = std::sync::mpsc::channel();
    let under = code.clone();
    let reply = app
        .act(command.caller, command.replay, move |act| {
            let person = super::attestable(act, id)?;
            let id = chosen.unwrap_or_else(|| Id::fresh(act.now));
            let making = Making { id, period, code: under, by: act.account() };
            let attested = super::attest(act.db, &person, &making, act.now)?;
            let reply = Reply::created(format!("/v1/attestations/{id}"), 1, &Made::untold(&attested))?;
            // Nobody listens any more when the client went away.
            let _gone = tell.send(attested);
            Ok(reply)
        })
        .await?;
    match made.try_recv() {
        Ok(attested) => told(&app, reply, &attested, &code, form),
        Err(_) => Ok(reply),
    }
}

/// Over which days, by one's link.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnAttestation {
    token: String,
    from: Day,
    until: Day,
}

/// `POST /v1/me/attestations`
pub async fn attest_own(
    State(app): State<App>,
    headers: HeaderMap,
    Public(OwnAttestation { token, from, until }): Public<OwnAttestation>,
) -> Result<Reply, Error> {
    let period = Wish { from, until }.period()?;
    let form = form::asked("", &headers)?;
    let code = Code::of(secret::bytes::<CODE_LENGTH>());
    let under = code.clone();
    let attested = app
        .store
        .write(move |db, now| {
            let person = privacy::of_link(db, &token, now)?;
            super::attest(db, &person, &Making { id: Id::fresh(now), period, code: under, by: None }, now)
        })
        .await?;
    let location = format!("/v1/attestations/{}", attested.attestation.id);
    let reply = Reply::created(location, 1, &Made::untold(&attested))?;
    told(&app, reply, &attested, &code, form)
}

/// Which attestations to list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttestationQuery {
    limit: Option<PageSize>,
    cursor: Option<Cursor>,
}

/// `GET /v1/people/{id}/attestations`: those of a person, those that were revoked included.
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
    uri: Uri,
    Query(query): Query<AttestationQuery>,
) -> Result<Reply, Error> {
    let after = Cursor::id(query.cursor.as_ref())?;
    let size = query.limit.unwrap_or_default();
    let found = app
        .see(caller, move |act| {
            let person = person::visible(act, id)?;
            rows::list(act.db, person.id, after, size.items() + 1)
        })
        .await?;
    Reply::page(&uri, found, size, |attestation| attestation.id.to_string())
}

/// `GET /v1/attestations/{id}`
pub async fn read(State(app): State<App>, caller: Caller, PathId(id): PathId, known: Known) -> Result<Reply, Error> {
    let attestation = app.see(caller, move |act| super::visible(act, id)).await?;
    Reply::read(&known, attestation.version, &attestation)
}

/// What of an attestation can be changed: nothing but that it is revoked.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fixed {}

/// `PATCH /v1/attestations/{id}`: archiving revokes it, for ever.
pub async fn change(State(app): State<App>, PathId(id): PathId, command: Command<Change>) -> Result<Reply, Error> {
    let (change, versions) = (command.body, command.versions);
    app.act(command.caller, command.replay, move |act| {
        let before = super::visible(act, id)?;
        act.require(Right::NamePeople, Whose::Structure(before.structure_id))?;
        versions.check(before.version)?;
        let Fixed {} = change.apply(&Fixed {})?;
        let archived = change.archived_for_good(before.archived)?;
        let after = Attestation { archived, version: before.version + 1, ..before.clone() };
        rows::update(act.db, &after)?;
        if after.archived && !before.archived {
            let structure_id = Some(after.structure_id);
            act.audit(
                Event::AttestationRevoked,
                About { subject_id: after.person_id, structure_id, ..About::default() },
            )?;
        }
        Reply::versioned(after.version, &after)
    })
    .await
}

/// `POST /v1/attestations/check`: for anybody. Nothing is kept of what was typed.
pub async fn check(State(app): State<App>, Public(wish): Public<CheckWish>) -> Result<Reply, Error> {
    Reply::ok(&app.store.read(move |db| super::check(db, &wish)).await?)
}
