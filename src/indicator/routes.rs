//! The diagnosis over HTTP, as JSON and as CSV.

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use serde::Deserialize;

use super::diagnosis::Diagnosis;
use super::rules::{Asked, By, COOPERATIONS_MAX, Unit};
use crate::App;
use crate::auth::Caller;
use crate::calendar::rules::Period;
use crate::clock::Day;
use crate::error::{Error, Fault, FieldError};
use crate::export::csv::{self, Dialect};
use crate::http::extract::{PathId, Query, query_joining};
use crate::http::frame;
use crate::http::reply::Reply;
use crate::id::Id;

/// What is asked of one cooperation.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfOne {
    from: Option<Day>,
    until: Option<Day>,
    #[serde(default)]
    unit: Unit,
    by: Option<By>,
}

/// What is asked of several together.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfSeveral {
    cooperation_id: String,
    from: Option<Day>,
    until: Option<Day>,
    #[serde(default)]
    unit: Unit,
    by: Option<By>,
}

/// `GET /v1/cooperations/{id}/diagnosis`
pub async fn of_one(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
    Query(query): Query<OfOne>,
    headers: HeaderMap,
) -> Result<Reply, Error> {
    let diagnosis = read_one(&app, caller, id, query).await?;
    if frame::accepts_csv(&headers) { table(&diagnosis, &headers) } else { Reply::ok(&diagnosis) }
}

/// `GET /v1/cooperations/{id}/diagnosis.csv`
pub async fn of_one_as_csv(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
    Query(query): Query<OfOne>,
    headers: HeaderMap,
) -> Result<Reply, Error> {
    table(&read_one(&app, caller, id, query).await?, &headers)
}

/// `GET /v1/diagnosis`
pub async fn of_several(State(app): State<App>, caller: Caller, uri: Uri, headers: HeaderMap) -> Result<Reply, Error> {
    let diagnosis = read_several(&app, caller, &uri).await?;
    if frame::accepts_csv(&headers) { table(&diagnosis, &headers) } else { Reply::ok(&diagnosis) }
}

/// `GET /v1/diagnosis.csv`
pub async fn of_several_as_csv(
    State(app): State<App>,
    caller: Caller,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Reply, Error> {
    table(&read_several(&app, caller, &uri).await?, &headers)
}

async fn read_one(app: &App, caller: Caller, id: Id, query: OfOne) -> Result<Diagnosis, Error> {
    let period = period(app, query.from, query.until)?;
    // In one cooperation all would be of one group.
    let by = query.by.unwrap_or(By::Kind);
    let asked = Asked { cooperations: vec![id], period, unit: query.unit, by };
    app.see(caller, move |act| super::of_cooperations(act, asked)).await
}

async fn read_several(app: &App, caller: Caller, uri: &Uri) -> Result<Diagnosis, Error> {
    let query: OfSeveral = query_joining(uri, "cooperation_id")?;
    let refused = |text: &str| Error::Parameter(FieldError::from_text("cooperation_id", text));
    let ids = query.cooperation_id.split(',').map(Id::parse).collect::<Result<Vec<_>, _>>();
    let mut cooperations = ids.map_err(|fault| refused(&fault.to_string()))?;
    cooperations.sort_unstable();
    cooperations.dedup();
    if cooperations.len() > COOPERATIONS_MAX {
        return Err(refused(&Fault::Items(1, COOPERATIONS_MAX).to_string()));
    }
    let period = period(app, query.from, query.until)?;
    let by = query.by.unwrap_or(By::Cooperation);
    let asked = Asked { cooperations, period, unit: query.unit, by };
    app.see(caller, move |act| super::of_cooperations(act, asked)).await
}

/// This calendar year, as far as nothing else is said.
fn period(app: &App, from: Option<Day>, until: Option<Day>) -> Result<Period, Error> {
    let year = app.clock.now().day().year();
    let first = |year| Day::first_of(year).ok_or(Error::Parameter(FieldError::new("from", Fault::DayRange)));
    let from = from.map_or_else(|| first(year), Ok)?;
    let until = until.map_or_else(|| Ok(Day::first_of(from.year() + 1).unwrap_or(from)), Ok::<Day, Error>)?;
    if until <= from {
        return Err(Error::Parameter(FieldError::new("until", Fault::Order)));
    }
    Ok(Period { from, until })
}

fn table(diagnosis: &Diagnosis, headers: &HeaderMap) -> Result<Reply, Error> {
    let language = frame::language(headers);
    let dialect = Dialect::of(language);
    Ok(Reply::document("text/csv; charset=utf-8", csv::print(&diagnosis.table(language), dialect)?))
}
