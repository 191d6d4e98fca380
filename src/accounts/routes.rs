//! Accounts over HTTP: each paper as JSON, CSV, workbook or page, by the extension of its address or by `Accept`.

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};

use super::budget::Planned;
use super::chart::Chart;
use super::papers::{self, FootWish};
use super::sheets::{self, Laid, Leaving, SheetWish};
use crate::App;
use crate::audit;
use crate::audit::rules::About;
use crate::auth::Caller;
use crate::calendar::rules::Year;
use crate::clock::Day;
use crate::error::Error;
use crate::export::{self, Document, Format, stream};
use crate::http::extract::{Change, Command, Known, PathTexts, Plain, Query, query_of};
use crate::http::form::{self, Form};
use crate::http::reply::{Reply, Streamed};
use crate::http::words::Language;
use crate::id::Id;
use crate::summary::rules::Head;

/// Whether only what every party stands by counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Flag {
    True,
    #[default]
    False,
}

impl Flag {
    fn is_set(self) -> bool {
        self == Self::True
    }
}

/// What is no id or year names nothing.
fn of(id: &str, year: &str) -> Result<(Id, Year), Error> {
    let id = Id::parse(id).map_err(|_| Error::NotFound)?;
    let year = Year::try_from(year.to_owned()).map_err(|_| Error::NotFound)?;
    Ok((id, year))
}

/// A paper in the form asked for; the audit trail notes what leaves as a file or a page.
async fn given_out<T: Serialize>(
    (app, caller, structure): (&App, Caller, Id),
    form: Form<'_>,
    head: &Head,
    paper: &T,
    print: impl FnOnce(Language) -> Document,
) -> Result<Reply, Error> {
    let reply = if form.format == Format::Json {
        Reply::ok(paper)?
    } else {
        audit::exported(app, caller, About { structure_id: Some(structure), ..About::default() }).await?;
        Reply::document(form.format.media(), export::print(&print(form.language), form.format)?)
    };
    Ok(Reply { ledger_head: Some(written(head)), ..reply })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FootQuery {
    grid: Option<Id>,
    previous_grid: Option<Id>,
    chart: Option<Chart>,
    #[serde(default)]
    confirmed_only: Flag,
}

/// By which grid, and whether only what is confirmed counts.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlainQuery {
    grid: Option<Id>,
    #[serde(default)]
    confirmed_only: Flag,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SheetQuery {
    grid: Option<Id>,
    #[serde(default)]
    confirmed_only: Flag,
    from: Option<Day>,
    until: Option<Day>,
    cooperation_id: Option<Id>,
    person_id: Option<Id>,
}

/// `GET /v1/structures/{id}/accounts/{year}/{paper}`: the foot of the income statement, the notes, the budget, the time
/// sheet.
pub async fn paper(
    State(app): State<App>,
    caller: Caller,
    PathTexts((id, year, name)): PathTexts<(String, String, String)>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let (of, form) = (of(&id, &year)?, form::asked(&name, &headers)?);
    let to = (&app, caller, of.0);
    let reply = match form.name {
        "cvn" => {
            let FootQuery { grid, previous_grid, chart, confirmed_only } = query_of(&uri)?;
            let wish = FootWish { grid, previous_grid, chart, confirmed_only: confirmed_only.is_set() };
            let foot = app.see(caller, move |act| papers::foot(act, of, wish)).await?;
            given_out(to, form, &foot.basis.ledger, &foot, |language| foot.document(language)).await?
        }
        "notes" => {
            let PlainQuery { grid, confirmed_only } = query_of(&uri)?;
            let notes = app.see(caller, move |act| papers::notes(act, of, grid, confirmed_only.is_set())).await?;
            given_out(to, form, &notes.basis.ledger, &notes, |language| notes.document(language)).await?
        }
        "budget" => {
            let PlainQuery { grid, confirmed_only } = query_of(&uri)?;
            let budget = app.see(caller, move |act| papers::budget(act, of, grid, confirmed_only.is_set())).await?;
            given_out(to, form, &budget.basis.ledger, &budget, |language| budget.document(language)).await?
        }
        "timesheet" => {
            let wish = sheet_wish(&query_of(&uri)?);
            if form.format == Format::Json || form.format == Format::Html {
                let sheet = app.see(caller, move |act| sheets::lay_out(act, of, wish)?.whole(act)).await?;
                given_out(to, form, &sheet.basis.ledger, &sheet, |language| sheet.document(language)).await?
            } else {
                let laid = app.see(caller, move |act| sheets::lay_out(act, of, wish)).await?;
                return Ok(sheet((app, caller, of), laid, form).await?.into_response());
            }
        }
        _ => return Err(Error::NotFound),
    };
    Ok(reply.into_response())
}

/// A time sheet as a table, which leaves row by row.
async fn sheet((app, caller, of): (App, Caller, papers::Of), laid: Laid, form: Form<'_>) -> Result<Streamed, Error> {
    audit::exported(&app, caller, About { structure_id: Some(of.0), ..About::default() }).await?;
    let head = written(&laid.sheet.basis.ledger);
    let leaving = Leaving::new(app, caller, of, laid, form.language);
    let document = leaving.document();
    match form.format {
        Format::Csv(dialect) => stream::as_csv(leaving, &document, dialect, head).await,
        _ => stream::as_workbook(leaving, &document, head).await,
    }
}

fn written(head: &Head) -> String {
    format!("{}:{}", head.seq, head.root)
}

fn sheet_wish(query: &SheetQuery) -> SheetWish {
    SheetWish {
        grid: query.grid,
        confirmed_only: query.confirmed_only.is_set(),
        from: query.from,
        until: query.until,
        cooperation: query.cooperation_id,
        person: query.person_id,
    }
}

/// `GET /v1/structures/{id}/aid/{year}`: aid in kind, by who received it.
pub async fn aid(
    State(app): State<App>,
    caller: Caller,
    PathTexts((id, name)): PathTexts,
    Query(PlainQuery { grid, confirmed_only }): Query<PlainQuery>,
    headers: HeaderMap,
) -> Result<Reply, Error> {
    let form = form::asked(&name, &headers)?;
    let of = of(&id, form.name)?;
    let aid = app.see(caller, move |act| papers::aid(act, of, grid, confirmed_only.is_set())).await?;
    given_out((&app, caller, of.0), form, &aid.basis.ledger, &aid, |language| aid.document(language)).await
}

/// What the list of loans is asked with.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoansQuery {
    grid: Option<Id>,
}

/// `GET /v1/structures/{id}/loans-given-and-received/{year}`
pub async fn loans(
    State(app): State<App>,
    caller: Caller,
    PathTexts((id, name)): PathTexts,
    Query(query): Query<LoansQuery>,
    headers: HeaderMap,
) -> Result<Reply, Error> {
    let form = form::asked(&name, &headers)?;
    let of = of(&id, form.name)?;
    let loans = app.see(caller, move |act| papers::loans(act, of, query.grid)).await?;
    given_out((&app, caller, of.0), form, &loans.basis.ledger, &loans, |language| loans.document(language)).await
}

/// `POST /v1/structures/{id}/budgets/{year}`: what is planned.
pub async fn plan(
    State(app): State<App>,
    PathTexts((id, year)): PathTexts,
    command: Command<Plain<Planned>>,
) -> Result<Reply, Error> {
    let (structure, year) = of(&id, &year)?;
    let Plain(planned) = command.body;
    app.act(command.caller, command.replay, move |act| {
        let plan = super::plan(act, structure, year, &planned)?;
        Reply::created(format!("/v1/structures/{structure}/budgets/{}", plan.year), plan.version, &plan)
    })
    .await
}

/// `GET /v1/structures/{id}/budgets/{year}`
pub async fn planned(
    State(app): State<App>,
    caller: Caller,
    PathTexts((id, year)): PathTexts,
    known: Known,
) -> Result<Reply, Error> {
    let (structure, year) = of(&id, &year)?;
    let plan = app.see(caller, move |act| super::planned(act, structure, year)).await?;
    Reply::read(&known, plan.version, &plan)
}

/// `PATCH /v1/structures/{id}/budgets/{year}`
pub async fn replan(
    State(app): State<App>,
    PathTexts((id, year)): PathTexts,
    command: Command<Change>,
) -> Result<Reply, Error> {
    let (structure, year) = of(&id, &year)?;
    let (change, versions) = (command.body, command.versions);
    app.act(command.caller, command.replay, move |act| {
        let before = super::planned(act, structure, year)?;
        versions.check(before.version)?;
        let planned = change.without_archived()?.apply(&before.planned)?;
        let plan = super::replan(act, &before, planned)?;
        Reply::versioned(plan.version, &plan)
    })
    .await
}
