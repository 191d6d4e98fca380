//! Papers over HTTP: pages in French unless the browser prefers English, and the insurer's list as CSV.

use axum::extract::State;
use axum::http::HeaderMap;
use maud::Markup;
use serde::Deserialize;

use super::rules::Dossier;
use super::{Wanted, agreement, insured, labels, sheet};
use crate::App;
use crate::audit;
use crate::audit::rules::About;
use crate::auth::{Act, Caller};
use crate::calendar::rules::Year;
use crate::equipment::rules::Code;
use crate::error::{Error, FieldError};
use crate::export::Table;
use crate::export::csv::{self, Dialect};
use crate::http::extract::{PathId, Query};
use crate::http::frame;
use crate::http::reply::Reply;
use crate::http::words::Language;
use crate::id::Id;
use crate::text::Name;

const STYLE: &str = include_str!("paper.css");

/// `GET /paper.css`
pub async fn style() -> Reply {
    Reply::document("text/css; charset=utf-8", STYLE.as_bytes().to_vec())
}

fn page(markup: Markup) -> Reply {
    Reply::document("text/html; charset=utf-8", markup.into_string().into_bytes())
}

/// What is gathered of a loan or a request, on the page that shows it.
async fn printed(
    app: &App,
    caller: Caller,
    id: Id,
    headers: &HeaderMap,
    gather: fn(&Act<'_>, Id) -> Result<Dossier, Error>,
    print: fn(&Dossier, Language) -> Markup,
) -> Result<Reply, Error> {
    let dossier = app.see(caller, move |act| gather(act, id)).await?;
    Ok(page(print(&dossier, frame::page_language(headers))))
}

/// `GET /v1/loans/{id}/agreement`
pub async fn agreement_of_loan(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
    headers: HeaderMap,
) -> Result<Reply, Error> {
    printed(&app, caller, id, &headers, super::of_loan, agreement::agreement).await
}

/// `GET /v1/loan-requests/{id}/agreement`
pub async fn agreement_of_request(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
    headers: HeaderMap,
) -> Result<Reply, Error> {
    printed(&app, caller, id, &headers, super::of_request, agreement::agreement).await
}

/// `GET /v1/loans/{id}/sheet`
pub async fn sheet_of_loan(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
    headers: HeaderMap,
) -> Result<Reply, Error> {
    printed(&app, caller, id, &headers, super::of_loan, sheet::sheet).await
}

/// `GET /v1/loan-requests/{id}/sheet`
pub async fn sheet_of_request(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
    headers: HeaderMap,
) -> Result<Reply, Error> {
    printed(&app, caller, id, &headers, super::of_request, sheet::sheet).await
}

/// Which labels to print.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelQuery {
    category: Option<Name>,
    place: Option<Name>,
    code: Option<Name>,
}

/// `GET /v1/structures/{id}/labels`
pub async fn labels_of_structure(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
    Query(query): Query<LabelQuery>,
    headers: HeaderMap,
) -> Result<Reply, Error> {
    let parsed = |text: Name| {
        Code::parse(text.as_str()).ok_or_else(|| Error::Parameter(FieldError::from_text("code", "not-a-code")))
    };
    let wanted = Wanted {
        category: query.category.map(String::from),
        place: query.place.map(String::from),
        code: query.code.map(parsed).transpose()?,
    };
    let found = app.see(caller, move |act| super::labels_of(act, id, wanted)).await?;
    Ok(page(labels::labels(&found, frame::page_language(&headers))))
}

/// Loans of which year the insurer's list shows.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InsuredQuery {
    year: Option<Year>,
}

/// `GET /v1/structures/{id}/insured`: a page, or CSV for whoever accepts that.
pub async fn insured_of_structure(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
    Query(query): Query<InsuredQuery>,
    headers: HeaderMap,
) -> Result<Reply, Error> {
    if frame::accepts_csv(&headers) {
        return spreadsheet(&app, caller, id, query, &headers).await;
    }
    let list = app.see(caller, move |act| super::insured_of(act, id, query.year.map(Year::number))).await?;
    given_out(&app, caller, id).await?;
    Ok(page(insured::insured(&list, frame::page_language(&headers))))
}

/// `GET /v1/structures/{id}/insured.csv`
pub async fn insured_as_csv(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
    Query(query): Query<InsuredQuery>,
    headers: HeaderMap,
) -> Result<Reply, Error> {
    spreadsheet(&app, caller, id, query, &headers).await
}

/// Notes in the audit trail that a whole structure's list was given out.
async fn given_out(app: &App, caller: Caller, structure: Id) -> Result<(), Error> {
    audit::exported(app, caller, About { structure_id: Some(structure), ..About::default() }).await
}

async fn spreadsheet(
    app: &App,
    caller: Caller,
    id: Id,
    query: InsuredQuery,
    headers: &HeaderMap,
) -> Result<Reply, Error> {
    let list = app.see(caller, move |act| super::insured_of(act, id, query.year.map(Year::number))).await?;
    given_out(app, caller, id).await?;
    table(headers, |language| insured::table(&list, language))
}

/// A table as a spreadsheet opens it where the caller lives.
fn table(headers: &HeaderMap, printed: impl FnOnce(Language) -> Table) -> Result<Reply, Error> {
    let language = frame::language(headers);
    let dialect = Dialect::of(language);
    Ok(Reply::document("text/csv; charset=utf-8", csv::print(&printed(language), dialect)?))
}
