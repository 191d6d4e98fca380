//! What every answer has in common: a request id, a problem document where it failed, safe headers, a log line.

use std::time::Duration;

use axum::body::HttpBody as _;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{
    ACCEPT, ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::door::Door;
use super::rates::Visit;
use super::words::Language;
use super::{cors, problem};
use crate::App;
use crate::error::Error;
use crate::health::requests::NO_ROUTE;
use crate::secret;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
/// Characters of a client's own request id at most.
const REQUEST_ID_CHARS_MAX: usize = 64;
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                      form-action 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";
/// Our pages need none of these.
const PERMISSIONS: &str = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
/// A year (RFC 6797): sent only where people reach us over TLS.
const TLS_ONLY: &str = "max-age=31536000; includeSubDomains";

/// The outermost layer.
pub async fn frame(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let started = std::time::Instant::now();
    let asked = request.headers().clone();
    let request_id = request_id(&asked);
    let method = request.method().clone();
    // The route, not the path: ids of people's things stay out of the log.
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let visit = app.door.visit(&request, route.as_deref());
    request.extensions_mut().insert(visit.clone());
    let answered = match cors::preflight(&app.door.settings.origins, &method, &asked) {
        Some(preflight) => Ok(preflight),
        None => answer(&app.door, &visit, route.as_deref(), request, next).await,
    };
    let mut response = answered.unwrap_or_else(IntoResponse::into_response);
    if let Some(error) = response.extensions_mut().remove::<Error>() {
        response = problem::document(&error, language(&asked), &request_id);
    }
    let (route, took) = (route.as_deref().unwrap_or(NO_ROUTE), started.elapsed());
    app.requests.count(route, method.as_str(), response.status().as_u16(), took);
    log(&request_id, &method, route, response.status(), took);
    let headers = response.headers_mut();
    visit.tell(headers);
    cors::share(&app.door.settings.origins, &asked, headers);
    seal(headers, &request_id, app.door.settings.https);
    response
}

/// Lets a request in, and gives it its time.
async fn answer(
    door: &Door,
    visit: &Visit,
    route: Option<&str>,
    mut request: Request,
    next: Next,
) -> Result<Response, Error> {
    // Refused as a message, before it came here: it is told so like any other.
    let refused = request.extensions_mut().remove::<Error>();
    if refused.is_some() || !route.is_some_and(|route| route.starts_with("/v1/")) {
        visit.by_address(door.rates.as_ref())?;
    }
    if let Some(error) = refused {
        return Err(error);
    }
    let _place = if visit.costly && visit.reads { Some(door.place().await?) } else { None };
    let time = door.time_for(request.body().size_hint().exact().unwrap_or(u64::MAX));
    let late = if visit.reads { Error::Busy } else { Error::OutcomeUnknown };
    let response = tokio::time::timeout(time, next.run(request)).await.map_err(|_| late)?;
    if visit.is_uncounted() {
        // Refused before anybody asked who it is, as an id that is none is.
        visit.by_address(door.rates.as_ref())?;
    }
    Ok(response)
}

/// One line for each request, and nothing personal in it. What was refused for want of a right, and what failed, is
/// seen at the level of warnings, too.
fn log(request_id: &str, method: &Method, route: &str, status: StatusCode, took: Duration) {
    let status = status.as_u16();
    match status {
        401 | 403 => tracing::warn!(request_id, %method, route, status, ?took, "refused"),
        500.. => tracing::error!(request_id, %method, route, status, ?took, "failed"),
        _ => tracing::info!(request_id, %method, route, status, ?took, "answered"),
    }
}

/// What a panic in a handler becomes: the same document as any other fault of ours.
#[must_use]
pub fn panicked(_payload: Box<dyn std::any::Any + Send>) -> Response {
    Error::Internal("a handler panicked".to_owned()).into_response()
}

/// The headers of every answer.
fn seal(headers: &mut HeaderMap, request_id: &str, https: bool) {
    if let Ok(value) = HeaderValue::try_from(request_id) {
        headers.insert(REQUEST_ID, value);
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if headers.get(CONTENT_TYPE).is_some_and(|media| media.as_bytes().starts_with(b"text/html")) {
        headers.insert(PERMISSIONS_POLICY, HeaderValue::from_static(PERMISSIONS));
        headers.insert(OPENER_POLICY, HeaderValue::from_static("same-origin"));
    }
    if https {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(TLS_ONLY));
    }
}

/// The language a request prefers; English when it says nothing.
#[must_use]
pub fn language(headers: &HeaderMap) -> Language {
    let preferred = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    preferred.map_or(Language::En, Language::preferred)
}

/// The language of a page for people: French, unless the browser prefers English.
#[must_use]
pub fn page_language(headers: &HeaderMap) -> Language {
    let preferred = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    preferred.map_or(Language::Fr, Language::preferred)
}

/// True when a request asks for a table for spreadsheets.
#[must_use]
pub fn accepts_csv(headers: &HeaderMap) -> bool {
    let accepted = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|range| range.trim().to_ascii_lowercase().starts_with("text/csv"))
}

/// The client's own id when it is short and plain, else one of ours.
fn request_id(headers: &HeaderMap) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    headers
        .get(REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .filter(|id| (1..=REQUEST_ID_CHARS_MAX).contains(&id.len()) && id.bytes().all(plain))
        .map_or_else(|| secret::token()[..22].to_owned(), str::to_owned)
}
