//! Summaries over HTTP, as JSON and as CSV.

use axum::extract::State;
use axum::http::HeaderMap;
use serde::Deserialize;

use super::Format;
use super::asked::{Asked, FullTime, Known, Span};
use super::rules::Summary;
use crate::App;
use crate::audit;
use crate::audit::rules::About;
use crate::auth::Caller;
use crate::calendar::rules::Year;
use crate::clock::{Day, Moment};
use crate::error::{Error, Fault, FieldError};
use crate::export::csv::Dialect;
use crate::http::extract::{PathTexts, Query};
use crate::http::frame;
use crate::http::reply::Reply;
use crate::http::words::Language;
use crate::id::Id;
use crate::ledger::heads::Place;

/// What stands in the path in place of a year when `from` and `until` say the days.
const PERIOD: &str = "period";

/// What is asked beside the year.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SummaryQuery {
    from: Option<Day>,
    until: Option<Day>,
    known_at: Option<Moment>,
    known_at_line: Option<Place>,
    full_time_hours: Option<FullTime>,
}

impl SummaryQuery {
    fn asked(&self, name: &str) -> Result<Asked, Error> {
        let known = match (self.known_at, self.known_at_line) {
            (Some(_), Some(_)) => return Err(wrong("known_at_line", Fault::NotAllowed)),
            (Some(instant), None) => Known::At(instant),
            (None, Some(place)) => Known::AtLine(place),
            (None, None) => Known::Now,
        };
        Ok(Asked { span: self.span(name)?, known, full_time: self.full_time_hours.unwrap_or_default() })
    }

    /// What is neither a year nor a period names nothing; a year that Navette does not record is told so.
    fn span(&self, name: &str) -> Result<Span, Error> {
        if name == PERIOD {
            let from = self.from.ok_or_else(|| wrong("from", Fault::Missing))?;
            let until = self.until.ok_or_else(|| wrong("until", Fault::Missing))?;
            return Span::between(from, until).map_err(|fault| wrong("until", fault));
        }
        if name.len() != 4 || !name.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Error::NotFound);
        }
        if let Some((beside, _)) =
            [("from", self.from), ("until", self.until)].into_iter().find(|(_, day)| day.is_some())
        {
            return Err(wrong(beside, Fault::NotAllowed));
        }
        let year = Year::try_from(name.to_owned()).map_err(|fault| wrong(PERIOD, fault))?;
        Span::of_year(year).ok_or(Error::NotFound)
    }
}

fn wrong(parameter: &str, fault: Fault) -> Error {
    Error::Parameter(FieldError::new(parameter, fault))
}

/// `GET /v1/structures/{id}/summaries/{period}`
pub async fn of_structure(
    State(app): State<App>,
    caller: Caller,
    PathTexts((id, name)): PathTexts,
    Query(query): Query<SummaryQuery>,
    headers: HeaderMap,
) -> Result<Reply, Error> {
    let (id, asked, format) = asked(&id, &name, &query, &headers)?;
    let summary = app.see(caller, move |act| super::of_structure(act, id, &asked)).await?;
    if format != Format::Json {
        audit::exported(&app, caller, About { structure_id: Some(id), ..About::default() }).await?;
    }
    reply(&summary, format)
}

/// `GET /v1/cooperations/{id}/summaries/{period}`
pub async fn of_cooperation(
    State(app): State<App>,
    caller: Caller,
    PathTexts((id, name)): PathTexts,
    Query(query): Query<SummaryQuery>,
    headers: HeaderMap,
) -> Result<Reply, Error> {
    let (id, asked, format) = asked(&id, &name, &query, &headers)?;
    let summary = app.see(caller, move |act| super::of_cooperation(act, id, &asked)).await?;
    if format != Format::Json {
        audit::exported(&app, caller, About { cooperation_id: Some(id), ..About::default() }).await?;
    }
    reply(&summary, format)
}

/// An extension decides the format; without one the `Accept` header does. What is no id names nothing.
fn asked(id: &str, name: &str, query: &SummaryQuery, headers: &HeaderMap) -> Result<(Id, Asked, Format), Error> {
    let id = Id::parse(id).map_err(|_| Error::NotFound)?;
    let dialect = match frame::language(headers) {
        Language::En => Dialect::Plain,
        Language::Fr => Dialect::French,
    };
    let (name, format) = match name.split_once('.') {
        None if frame::accepts_csv(headers) => (name, Format::Csv(dialect)),
        None => (name, Format::Json),
        Some((name, "json")) => (name, Format::Json),
        Some((name, "csv")) => (name, Format::Csv(dialect)),
        Some(_) => return Err(Error::NotFound),
    };
    Ok((id, query.asked(name)?, format))
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
