//! Pictures over HTTP: each as SVG, all three as a page to print.

use std::str::FromStr as _;

use axum::extract::State;
use axum::http::HeaderMap;
use serde::Deserialize;

use super::page::{self, About};
use super::rules::{GROUPS_MAX, PERIOD_DAYS_MAX, Picture, Unit};
use super::{Asked, Seen};
use crate::App;
use crate::auth::Caller;
use crate::auth::rules::Of;
use crate::calendar::rules::{Period, Year};
use crate::clock::Day;
use crate::error::{Error, Fault, FieldError};
use crate::http::extract::{PathId, PathTexts, Query};
use crate::http::frame;
use crate::http::reply::Reply;
use crate::id::Id;

/// What pictures are asked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PictureQuery {
    year: Option<Year>,
    from: Option<Day>,
    until: Option<Day>,
    unit: Option<Unit>,
    groups: Option<String>,
}

impl PictureQuery {
    /// A year, or from a day until a day; this year when nothing is said.
    fn period(&self, today: Day) -> Result<Period, Error> {
        let wrong = |name: &str, fault| Err(Error::Parameter(FieldError::new(name, fault)));
        let period = match (&self.year, self.from, self.until) {
            (Some(_), Some(_), _) => return wrong("from", Fault::NotAllowed),
            (Some(_), None, Some(_)) => return wrong("until", Fault::NotAllowed),
            (Some(year), None, None) => year.period(),
            (None, None, None) => Year::of(today).period(),
            (None, None, Some(_)) => return wrong("from", Fault::Missing),
            (None, Some(from), Some(until)) => Some(Period { from, until }),
            (None, Some(from), None) => Year::of(from).period().map(|year| Period { from, ..year }),
        };
        match period {
            None => Err(Error::NotFound),
            Some(period) if period.days() <= 0 => wrong("until", Fault::Order),
            Some(period) if period.days() > PERIOD_DAYS_MAX => wrong("until", Fault::LongPeriod(PERIOD_DAYS_MAX)),
            Some(period) => Ok(period),
        }
    }

    fn groups(&self) -> Result<Vec<Id>, Error> {
        let wrong = |fault| Error::Parameter(FieldError::new("groups", fault));
        let texts = self.groups.iter().flat_map(|text| text.split(','));
        let groups = texts.map(|text| Id::parse(text).map_err(wrong)).collect::<Result<Vec<_>, _>>()?;
        if groups.len() > GROUPS_MAX { Err(wrong(Fault::Items(0, GROUPS_MAX))) } else { Ok(groups) }
    }
}

/// What is asked for, and what there is to draw.
async fn seen(
    app: &App,
    caller: Caller,
    scope: Of,
    query: &PictureQuery,
    headers: &HeaderMap,
) -> Result<(Seen, Asked), Error> {
    let asked = Asked {
        scope,
        period: query.period(app.clock.now().day())?,
        unit: query.unit.unwrap_or_default(),
        groups: query.groups()?,
        language: frame::page_language(headers),
    };
    let wanted = asked.clone();
    let seen = app.see(caller, move |act| super::seen(act, &wanted)).await?;
    Ok((seen, asked))
}

async fn picture(
    app: &App,
    caller: Caller,
    (scope, name): (fn(Id) -> Of, (String, String)),
    query: &PictureQuery,
    headers: &HeaderMap,
) -> Result<Reply, Error> {
    let id = Id::parse(&name.0).map_err(|_| Error::NotFound)?;
    let picture = name.1.strip_suffix(".svg").and_then(|name| Picture::from_str(name).ok()).ok_or(Error::NotFound)?;
    let (seen, asked) = seen(app, caller, scope(id), query, headers).await?;
    let drawn = page::drawn(picture, &seen, &About::of(&seen, &asked));
    Ok(Reply::document("image/svg+xml", drawn.svg.into_string().into_bytes()))
}

async fn page(app: &App, caller: Caller, scope: Of, query: &PictureQuery, headers: &HeaderMap) -> Result<Reply, Error> {
    let (seen, asked) = seen(app, caller, scope, query, headers).await?;
    Ok(Reply::document("text/html; charset=utf-8", page::page(&seen, &asked).into_string().into_bytes()))
}

/// `GET /v1/cooperations/{id}/pictures/{picture}`. What is no id or picture names nothing.
pub async fn of_cooperation(
    State(app): State<App>,
    caller: Caller,
    PathTexts(name): PathTexts,
    Query(query): Query<PictureQuery>,
    headers: HeaderMap,
) -> Result<Reply, Error> {
    picture(&app, caller, (Of::Cooperation, name), &query, &headers).await
}

/// `GET /v1/cooperations/{id}/pictures`
pub async fn page_of_cooperation(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
    Query(query): Query<PictureQuery>,
    headers: HeaderMap,
) -> Result<Reply, Error> {
    page(&app, caller, Of::Cooperation(id), &query, &headers).await
}

/// `GET /v1/structures/{id}/pictures/{picture}`. What is no id or picture names nothing.
pub async fn of_structure(
    State(app): State<App>,
    caller: Caller,
    PathTexts(name): PathTexts,
    Query(query): Query<PictureQuery>,
    headers: HeaderMap,
) -> Result<Reply, Error> {
    picture(&app, caller, (Of::Structure, name), &query, &headers).await
}

/// `GET /v1/structures/{id}/pictures`
pub async fn page_of_structure(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
    Query(query): Query<PictureQuery>,
    headers: HeaderMap,
) -> Result<Reply, Error> {
    page(&app, caller, Of::Structure(id), &query, &headers).await
}
