//! The caller of a request, from its one `Authorization` header.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

use crate::App;
use crate::auth::Caller;
use crate::error::Error;
use crate::{program, secret};

/// The caller of a request: a valid access token, or [`Error::UnknownCaller`].
impl FromRequestParts<App> for Caller {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        caller(&parts.headers, app)
    }
}

/// The caller whom the headers name.
///
/// # Errors
/// [`Error::UnknownCaller`].
pub fn caller(headers: &HeaderMap, app: &App) -> Result<Caller, Error> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return Err(Error::UnknownCaller) };
    let text = value.to_str().map_err(|_| Error::UnknownCaller)?;
    let (scheme, token) = text.split_once(' ').ok_or(Error::UnknownCaller)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Error::UnknownCaller);
    }
    let token = token.trim();
    if token.starts_with(program::rules::PREFIX) {
        return Ok(Caller::Program(secret::digest(token)));
    }
    app.keys.verify(token, app.clock.now()).map(Caller::Account)
}
