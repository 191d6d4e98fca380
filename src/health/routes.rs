//! Whether the service is ready, for everybody; its figures, for whoever has the operator's token.

use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;

use super::rules::{DiskState, Health, LogState, WriterState};
use super::{exposition, words};
use crate::error::Error;
use crate::http::reply::Reply;
use crate::http::{bearer, frame};
use crate::{App, secret};

#[derive(Serialize)]
struct Readiness {
    status: &'static str,
    disk: Part<DiskState>,
    writer: Part<WriterState>,
    log: Part<LogState>,
}

#[derive(Serialize)]
struct Part<T> {
    state: T,
    told: &'static str,
}

/// `GET /readyz`
///
/// # Errors
/// [`Error::Internal`] when the answer cannot be written.
pub async fn ready(State(app): State<App>, headers: HeaderMap) -> Result<Reply, Error> {
    let health = Health::of(&app.store.work());
    let language = frame::language(&headers);
    let ready = health.is_ready();
    let told = Readiness {
        status: if ready { "ready" } else { "not_ready" },
        disk: Part { state: health.disk, told: words::disk(health.disk, language) },
        writer: Part { state: health.writer, told: words::writer(health.writer, language) },
        log: Part { state: health.log, told: words::log(health.log, language) },
    };
    if ready { Reply::ok(&told) } else { Reply::unavailable(&told) }
}

/// `GET /metrics`. To whoever has not the operator's token there is no such thing.
///
/// # Errors
/// [`Error::NotFound`]
pub async fn metrics(State(app): State<App>, headers: HeaderMap) -> Result<Reply, Error> {
    // Digests are compared, so that the time it takes tells nothing of the token.
    let digest = bearer::token(&headers).map(secret::digest);
    if digest.is_none() || digest != app.door.settings.metrics {
        return Err(Error::NotFound);
    }
    let page = exposition::print(&app.requests, &app.store.work());
    Ok(Reply::document(exposition::MEDIA, page.into_bytes()))
}
