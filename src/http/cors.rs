//! Pages of other origins (CORS, as the Fetch standard has it): none is let in unless the operator names it.

use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse as _, Response};

const METHODS: &str = "GET, POST, PATCH";
const HEADERS: &str =
    "Accept, Accept-Language, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Request-Id";
const EXPOSED: &str = "Content-Language, ETag, Idempotency-Replayed, Link, Location, RateLimit, RateLimit-Policy, \
                       Retry-After, WWW-Authenticate, X-Request-Id";
/// Seconds for which a browser need not ask again.
const MAX_AGE: &str = "600";

/// An origin as browsers write it: `https://app.example.org`, with a port if it is not the usual one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(HeaderValue);

impl std::str::FromStr for Origin {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = "an origin is a scheme, a host and perhaps a port, such as https://app.example.org";
        let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).ok_or(refused)?;
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-:[]".contains(&byte);
        // Compared byte by byte, so it has to be what a browser sends: small letters, no path, no star.
        if host.is_empty() || !host.bytes().all(plain) {
            return Err(refused);
        }
        HeaderValue::from_str(text).map(Self).map_err(|_| refused)
    }
}

/// The one origin of a request, if it is among those named.
fn named<'a>(origins: &'a [Origin], headers: &HeaderMap) -> Option<&'a HeaderValue> {
    let mut sent = headers.get_all(ORIGIN).iter();
    let (Some(origin), None) = (sent.next(), sent.next()) else { return None };
    origins.iter().map(|Origin(known)| known).find(|known| *known == origin)
}

/// The answer to a browser that asks before it sends; none to anything else, or to an origin not named.
#[must_use]
pub fn preflight(origins: &[Origin], method: &Method, headers: &HeaderMap) -> Option<Response> {
    let asks = method == Method::OPTIONS && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    if !asks || named(origins, headers).is_none() {
        return None;
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    let allowed = response.headers_mut();
    allowed.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(METHODS));
    allowed.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(HEADERS));
    allowed.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static(MAX_AGE));
    Some(response)
}

/// Lets the page of a named origin read the answer. Cookies and other credentials of browsers never count here.
pub fn share(origins: &[Origin], asked: &HeaderMap, answer: &mut HeaderMap) {
    if origins.is_empty() {
        return;
    }
    answer.append(VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = named(origins, asked) {
        answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        answer.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
    }
}
