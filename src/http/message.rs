//! What a request must be before anybody reads it (RFC 9112): for one host, and with one end.

use axum::http::header::{HOST, TRANSFER_ENCODING};
use axum::http::uri::Authority;
use axum::http::{HeaderName, HeaderValue, Request, Version};

use crate::error::{Error, FieldError};

/// Refuses what two readers could read in two ways. Lengths that contradict each other are refused by the parser; of a
/// length beside chunks it reads the chunks, and closes the connection behind them (6.3).
///
/// # Errors
/// [`Error::Parameter`] with the header.
pub fn check<B>(request: &Request<B>) -> Result<(), Error> {
    let wrong = |name: &HeaderName, fault| Err(Error::Parameter(FieldError::from_text(name.as_str(), fault)));
    let mut hosts = request.headers().get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (None, _) if request.version() == Version::HTTP_10 => {}
        (None, _) => return wrong(&HOST, "missing-field"),
        (Some(_), Some(_)) => return wrong(&HOST, "twice"),
        (Some(host), None) if is_host(host.as_bytes()) => {}
        (Some(_), None) => return wrong(&HOST, "unreadable"),
    }
    // An absolute target names its host, too, and without credentials (RFC 9110, 4.2.4).
    if request.uri().authority().is_some_and(|target| !is_host(target.as_str().as_bytes())) {
        return wrong(&HOST, "unreadable");
    }
    let mut codings = request.headers().get_all(TRANSFER_ENCODING).iter();
    let chunked = |value: &HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"chunked");
    match (codings.next(), codings.next()) {
        (None, _) => Ok(()),
        (Some(coding), None) if chunked(coding) => Ok(()),
        _ => wrong(&TRANSFER_ENCODING, "unreadable"),
    }
}

/// A host and perhaps a port (RFC 9110, 7.2).
fn is_host(text: &[u8]) -> bool {
    let Ok(authority) = Authority::try_from(text) else { return false };
    let Some(rest) = authority.as_str().strip_prefix(authority.host()) else { return false };
    let port = rest.strip_prefix(':').unwrap_or(rest);
    let is_port = port.bytes().all(|byte| byte.is_ascii_digit()) && (port.is_empty() || port.parse::<u16>().is_ok());
    !authority.host().is_empty() && is_port
}
