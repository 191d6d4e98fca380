//! The caller of a request, from its one `Authorization` header.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

use super::rates::Visit;
use crate::App;
use crate::auth::Caller;
use crate::error::Error;
use crate::{program, secret};

/// The caller of a request: a valid access token, or [`Error::UnknownCaller`].
impl FromRequestParts<App> for Caller {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        caller(parts, app)
    }
}

/// The caller of a request, who is counted: by account whoever shows a good access token, anybody else by address.
///
/// # Errors
/// [`Error::UnknownCaller`]; [`Error::TooMany`].
pub fn caller(parts: &Parts, app: &App) -> Result<Caller, Error> {
    let named = named(&parts.headers, app);
    let Some(visit) = parts.extensions.get::<Visit>() else { return named };
    let rates = app.door.rates.as_ref();
    match &named {
        Ok(caller) => visit.by_caller(rates, *caller)?,
        Err(_) => visit.by_address(rates)?,
    }
    named
}

/// Counts a request that needs no account, whatever token it shows.
///
/// # Errors
/// [`Error::TooMany`].
pub fn of_nobody(parts: &Parts, app: &App) -> Result<(), Error> {
    parts.extensions.get::<Visit>().map_or(Ok(()), |visit| visit.by_address(app.door.rates.as_ref()))
}

fn named(headers: &HeaderMap, app: &App) -> Result<Caller, Error> {
    let token = token(headers).ok_or(Error::UnknownCaller)?;
    if token.starts_with(program::rules::PREFIX) {
        return Ok(Caller::Program(secret::digest(token)));
    }
    let bearer = app.keys.verify(token, app.clock.now())?;
    Ok(Caller::Account { id: bearer.account, session: bearer.session })
}

/// What a request shows as its bearer's token, in its one `Authorization` header.
#[must_use]
pub fn token(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    // Blanks may stand between (RFC 6750, 2.1), and nothing else.
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim_matches(' '))
}
