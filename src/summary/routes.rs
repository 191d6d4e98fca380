//! Summaries over HTTP, as JSON, as a table, as a workbook and as a page.

use axum::extract::State;
use axum::http::HeaderMap;
use serde::Deserialize;

use super::asked::{Asked, FullTime, Known, Span};
use crate::App;
use crate::audit;
use crate::audit::rules::About;
use crate::auth::Caller;
use crate::auth::rules::Of;
use crate::calendar::rules::Year;
use crate::clock::{Day, Moment};
use crate::error::{Error, Fault, FieldError};
use crate::export::Format;
use crate::http::extract::{PathTexts, Query};
use crate::http::form::{self, Form};
use crate::http::reply::Reply;
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

/// `GET /v1/structures/{id}/summaries/{period}`. What is no id names nothing.
pub async fn of_structure(
    State(app): State<App>,
    caller: Caller,
    PathTexts((id, name)): PathTexts,
    Query(query): Query<SummaryQuery>,
    headers: HeaderMap,
) -> Result<Reply, Error> {
    let of = Of::Structure(Id::parse(&id).map_err(|_| Error::NotFound)?);
    written(&app, caller, of, &query, form::asked(&name, &headers)?).await
}

/// `GET /v1/cooperations/{id}/summaries/{period}`. What is no id names nothing.
pub async fn of_cooperation(
    State(app): State<App>,
    caller: Caller,
    PathTexts((id, name)): PathTexts,
    Query(query): Query<SummaryQuery>,
    headers: HeaderMap,
) -> Result<Reply, Error> {
    let of = Of::Cooperation(Id::parse(&id).map_err(|_| Error::NotFound)?);
    written(&app, caller, of, &query, form::asked(&name, &headers)?).await
}

/// The summary in the form asked for; the audit trail notes what leaves as a file or a page.
async fn written(app: &App, caller: Caller, of: Of, query: &SummaryQuery, form: Form<'_>) -> Result<Reply, Error> {
    let (asked, format, language) = (query.asked(form.name)?, form.format, form.language);
    let (summary, pictures) = app
        .see(caller, move |act| {
            let summary = match of {
                Of::Structure(id) => super::of_structure(act, id, &asked)?,
                Of::Cooperation(id) => super::of_cooperation(act, id, &asked)?,
            };
            let pictures = super::pictures(act, &summary, &asked, (format, language))?;
            Ok((summary, pictures))
        })
        .await?;
    if format != Format::Json {
        let (structure_id, cooperation_id) = of.split();
        audit::exported(app, caller, About { structure_id, cooperation_id, ..About::default() }).await?;
    }
    // A table has no place for the head beside its rows.
    let head = format!("{}:{}", summary.ledger.seq, summary.ledger.root);
    let document = Reply::document(format.media(), super::written(&summary, pictures, format, language)?);
    Ok(Reply { ledger_head: Some(head), ..document })
}
