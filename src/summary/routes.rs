//! Yearly summaries over HTTP, as JSON and as CSV.

use axum::extract::State;
use axum::http::HeaderMap;

use super::Format;
use super::rules::Summary;
use crate::App;
use crate::audit;
use crate::audit::rules::About;
use crate::auth::Caller;
use crate::clock::Day;
use crate::error::Error;
use crate::export::csv::Dialect;
use crate::http::extract::PathTexts;
use crate::http::frame;
use crate::http::reply::Reply;
use crate::http::words::Language;
use crate::id::Id;

/// `GET /v1/structures/{id}/summaries/{year}`
pub async fn of_structure(
    State(app): State<App>,
    caller: Caller,
    PathTexts((id, year)): PathTexts,
    headers: HeaderMap,
) -> Result<Reply, Error> {
    let (id, year, format) = asked(&id, &year, &headers)?;
    let summary = app.see(caller, move |act| super::of_structure(act, id, year)).await?;
    if format != Format::Json {
        audit::exported(&app, caller, About { structure_id: Some(id), ..About::default() }).await?;
    }
    reply(&summary, format)
}

/// `GET /v1/cooperations/{id}/summaries/{year}`
pub async fn of_cooperation(
    State(app): State<App>,
    caller: Caller,
    PathTexts((id, year)): PathTexts,
    headers: HeaderMap,
) -> Result<Reply, Error> {
    let (id, year, format) = asked(&id, &year, &headers)?;
    let summary = app.see(caller, move |act| super::of_cooperation(act, id, year)).await?;
    if format != Format::Json {
        audit::exported(&app, caller, About { cooperation_id: Some(id), ..About::default() }).await?;
    }
    reply(&summary, format)
}

/// An extension decides the format; without one the `Accept` header does. What is no id or year names nothing.
fn asked(id: &str, year: &str, headers: &HeaderMap) -> Result<(Id, i32, Format), Error> {
    let id = Id::parse(id).map_err(|_| Error::NotFound)?;
    let dialect = match frame::language(headers) {
        Language::En => Dialect::Plain,
        Language::Fr => Dialect::French,
    };
    let (year, format) = match year.split_once('.') {
        None if frame::accepts_csv(headers) => (year, Format::Csv(dialect)),
        None | Some((_, "json")) => (year.trim_end_matches(".json"), Format::Json),
        Some((year, "csv")) => (year, Format::Csv(dialect)),
        Some(_) => return Err(Error::NotFound),
    };
    let whole = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
    let first = year.parse().ok().filter(|_| whole).and_then(Day::first_of).ok_or(Error::NotFound)?;
    Ok((id, first.year(), format))
}

fn reply(summary: &Summary, format: Format) -> Result<Reply, Error> {
    let media = match format {
        Format::Json => "application/json",
        Format::Csv(_) => "text/csv; charset=utf-8",
    };
    // A table has no place for the head beside its rows.
    let head = format!("{}:{}", summary.ledger.seq, summary.ledger.root);
    Ok(Reply { ledger_head: Some(head), ..Reply::document(media, super::written(summary, format)?) })
}
