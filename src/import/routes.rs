//! Imports over HTTP: a form with the file and its mapping.

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, FromRequest as _, Multipart, Request, State};
use sha2::{Digest, Sha256};

use super::Order;
use super::sheet::Sheet;
use crate::App;
use crate::auth::rules::Right;
use crate::auth::{Caller, Whose};
use crate::error::{Error, FieldError};
use crate::http::extract::{Replay, idempotency_key, read_body, require_media};
use crate::http::frame;
use crate::http::limits::{IMPORT_BYTES_MAX, IMPORT_ROWS_MAX};
use crate::http::reply::Reply;

/// The parts of the form.
#[derive(Default)]
struct Form {
    file: Option<Vec<u8>>,
    mapping: Option<String>,
    dry_run: bool,
    atomic: bool,
}

/// `POST /v1/imports`. Its rows name themselves, so sending it again records nothing twice, whatever
/// became of the first answer; the answer itself is kept once all rows are durable.
pub async fn create(State(app): State<App>, caller: Caller, request: Request) -> Result<Reply, Error> {
    let (parts, body) = request.into_parts();
    require_media(&parts.headers, &["multipart/form-data"])?;
    let key = idempotency_key(&parts.headers)?;
    app.see(caller, |act| act.require(Right::Import, Whose::Instance)).await?;
    let language = frame::language(&parts.headers);
    let bytes = read_body(body, IMPORT_BYTES_MAX).await?;
    let form = read_form(Request::from_parts(parts, bytes.into())).await?;
    let (Some(file), Some(mapping)) = (&form.file, &form.mapping) else {
        let missing = if form.file.is_none() { "file" } else { "mapping" };
        return Err(Error::Invalid(vec![FieldError::from_text(missing, "missing-field")]));
    };
    let order = Order { dry_run: form.dry_run, atomic: form.atomic };
    let replay = Replay { keys: key.into_iter().collect(), digest: digest(file, mapping, order) };
    if let Some(given) = app.given_before(caller, &replay).await? {
        return Ok(given);
    }
    let _place = app.door.place().await?;
    let sheet = Arc::new(Sheet::read(file, mapping, IMPORT_ROWS_MAX)?);
    let report = super::record(&app, caller, &sheet, order, |_| {}).await?;
    let reply = Reply::ok(&report.told(language))?;
    app.act(caller, replay, move |_| Ok(reply)).await
}

/// The form's boundary is another each time it is sent, so what it holds is digested and not its bytes.
fn digest(file: &[u8], mapping: &str, order: Order) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in [b"POST /v1/imports".as_slice(), file, mapping.as_bytes(), &[order.dry_run.into(), order.atomic.into()]]
    {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    hasher.finalize().into()
}

async fn read_form(request: Request) -> Result<Form, Error> {
    let unreadable = || Error::Parameter(FieldError::from_text("form", "not-a-form"));
    let invalid = |name: &str, code: &str| Error::Invalid(vec![FieldError::from_text(name, code)]);
    let mut request = request;
    // The body was read with a limit of its own.
    DefaultBodyLimit::disable().apply(&mut request);
    let mut parts = Multipart::from_request(request, &()).await.map_err(|_| unreadable())?;
    let mut form = Form::default();
    let mut seen = Vec::new();
    while let Some(part) = parts.next_field().await.map_err(|_| unreadable())? {
        let name = part.name().unwrap_or_default().to_owned();
        let bytes = part.bytes().await.map_err(|_| unreadable())?;
        let text = || String::from_utf8(bytes.to_vec()).map_err(|_| invalid(&name, "not-text"));
        let flag = || match text()?.trim() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(invalid(&name, "not-boolean")),
        };
        match name.as_str() {
            _ if seen.contains(&name) => return Err(invalid(&name, "twice")),
            "file" => form.file = Some(bytes.to_vec()),
            "mapping" => form.mapping = Some(text()?),
            "dry_run" => form.dry_run = flag()?,
            "atomic" => form.atomic = flag()?,
            _ => return Err(invalid(&name, "unknown-field")),
        }
        seen.push(name);
    }
    Ok(form)
}
