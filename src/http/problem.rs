//! Errors as answers (RFC 9457): the only place that gives an error its HTTP status.

use axum::http::header::{CONTENT_LANGUAGE, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::faults;
use super::limits::BUSY_RETRY_SECONDS;
use super::words::{self, Language};
use crate::error::{Conflict, Error, FieldError};

/// A problem document, before its language and request id are known.
#[derive(Serialize)]
struct Problem<'a> {
    r#type: String,
    title: &'static str,
    status: u16,
    detail: String,
    code: &'static str,
    request_id: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Wrong<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conflict: Option<&'a Conflict>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'a str>,
}

/// One wrong field in a problem document.
#[derive(Serialize)]
struct Wrong<'a> {
    pointer: &'a str,
    code: &'a str,
    message: String,
}

/// The status and the stable code of every error.
#[must_use]
pub fn status_and_code(error: &Error) -> (StatusCode, &'static str) {
    match error {
        Error::Malformed(_) => (StatusCode::BAD_REQUEST, "malformed-json"),
        Error::Parameter(_) => (StatusCode::BAD_REQUEST, "malformed-request"),
        Error::Invalid(_) => (StatusCode::UNPROCESSABLE_ENTITY, "invalid-fields"),
        Error::UnknownCaller => (StatusCode::UNAUTHORIZED, "unauthorized"),
        Error::WrongCredentials => (StatusCode::UNAUTHORIZED, "wrong-credentials"),
        Error::SecondFactorNeeded => (StatusCode::UNAUTHORIZED, "second-factor-needed"),
        Error::Forbidden => (StatusCode::FORBIDDEN, "forbidden"),
        Error::NotFound => (StatusCode::NOT_FOUND, "not-found"),
        Error::NothingPublished => (StatusCode::NOT_FOUND, "nothing-published"),
        Error::Method => (StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed"),
        Error::IdTaken => (StatusCode::CONFLICT, "id-taken"),
        Error::WrongState { .. } => (StatusCode::CONFLICT, "wrong-state"),
        Error::InUse(_) => (StatusCode::CONFLICT, "already-in-use"),
        Error::Duplicate(_) => (StatusCode::CONFLICT, "duplicate"),
        Error::YearClosed => (StatusCode::CONFLICT, "year-closed"),
        Error::GridNotApproved => (StatusCode::CONFLICT, "grid-not-approved"),
        Error::NoValuation => (StatusCode::CONFLICT, "no-valuation"),
        Error::MissingRate { .. } => (StatusCode::CONFLICT, "missing-rate"),
        Error::NoSiren => (StatusCode::CONFLICT, "no-siren"),
        Error::NothingToExport => (StatusCode::CONFLICT, "nothing-to-export"),
        Error::Gone => (StatusCode::GONE, "gone"),
        Error::Stale => (StatusCode::PRECONDITION_FAILED, "precondition-failed"),
        Error::VersionNeeded => (StatusCode::PRECONDITION_REQUIRED, "precondition-required"),
        Error::BodyTooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, "body-too-large"),
        Error::MediaType => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type"),
        Error::KeyReused => (StatusCode::UNPROCESSABLE_ENTITY, "idempotency-key-reused"),
        Error::TooMany(_) => (StatusCode::TOO_MANY_REQUESTS, "too-many-requests"),
        Error::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
        Error::OutcomeUnknown => (StatusCode::SERVICE_UNAVAILABLE, "outcome-unknown"),
        Error::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
    }
}

/// An error on its way out. The outermost layer, which knows the request, writes the document.
impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = status_and_code(&self).0.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Writes the problem document of an error in the caller's language.
#[must_use]
pub fn document(error: &Error, language: Language, request_id: &str) -> Response {
    let (status, code) = status_and_code(error);
    if let Error::Internal(inside) = error {
        tracing::error!(request_id, inside, "a fault of ours");
    }
    let (title, detail) = words::problem(code, language);
    let problem = Problem {
        r#type: format!("/problems/{code}"),
        title,
        status: status.as_u16(),
        detail: words::detail(detail, error),
        code,
        request_id,
        errors: wrong_fields(error, language),
        conflict: if let Error::InUse(conflict) = error { conflict.as_ref() } else { None },
        state: if let Error::WrongState { state } = error { Some(state) } else { None },
    };
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.into()));
    add_headers(error, headers);
    response
}

fn wrong_fields(error: &Error, language: Language) -> Vec<Wrong<'_>> {
    let say = |field: &'_ FieldError| faults::fault(field, language);
    match error {
        Error::Invalid(fields) => fields
            .iter()
            .map(|field| Wrong { pointer: &field.pointer, code: &field.code, message: say(field) })
            .collect(),
        Error::Parameter(field) => vec![Wrong { pointer: &field.pointer, code: &field.code, message: say(field) }],
        Error::Duplicate(pointer) => {
            let message = faults::fault(&FieldError::from_text(pointer, "already-there"), language);
            vec![Wrong { pointer, code: "already-there", message }]
        }
        _ => Vec::new(),
    }
}

fn add_headers(error: &Error, headers: &mut HeaderMap) {
    match error {
        Error::UnknownCaller | Error::WrongCredentials | Error::SecondFactorNeeded => {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        Error::TooMany(seconds) => {
            headers.insert(RETRY_AFTER, HeaderValue::from(*seconds));
        }
        Error::Busy | Error::OutcomeUnknown => {
            headers.insert(RETRY_AFTER, HeaderValue::from(BUSY_RETRY_SECONDS));
        }
        _ => {}
    }
}
