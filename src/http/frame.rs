//! What every answer has in common: a request id, a problem document where it failed, safe headers, a log line.

use axum::extract::{MatchedPath, Request};
use axum::http::header::{
    ACCEPT, ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::problem;
use super::words::Language;
use crate::error::Error;
use crate::secret;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Characters of a client's own request id at most.
const REQUEST_ID_CHARS_MAX: usize = 64;
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The outermost layer.
pub async fn frame(request: Request, next: Next) -> Response {
    let started = std::time::Instant::now();
    let request_id = request_id(request.headers());
    let language = language(request.headers());
    let method = request.method().clone();
    // The route, not the path: ids of people's things stay out of the log.
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let mut response = next.run(request).await;
    if let Some(error) = response.extensions_mut().remove::<Error>() {
        response = problem::document(&error, language, &request_id);
    }
    let route = route.as_deref().unwrap_or("(none)");
    let took = started.elapsed();
    tracing::info!(request_id, %method, route, status = response.status().as_u16(), ?took, "answered");
    finish(response.headers_mut(), &request_id);
    response
}

/// What a panic in a handler becomes: the same document as any other fault of ours.
#[must_use]
pub fn panicked(_payload: Box<dyn std::any::Any + Send>) -> Response {
    Error::Internal("a handler panicked".to_owned()).into_response()
}

fn finish(headers: &mut HeaderMap, request_id: &str) {
    if let Ok(value) = HeaderValue::try_from(request_id) {
        headers.insert(REQUEST_ID, value);
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
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
