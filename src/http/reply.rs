//! Answers that are no errors: one thing, a page of things, or nothing to say.

use axum::body::Body;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, ETAG, LINK, LOCATION, RETRY_AFTER, VARY};
use axum::http::{HeaderName, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::extract::Known;
use super::limits::{BUSY_RETRY_SECONDS, PageSize};
use crate::error::{Error, FieldError};
use crate::id::Id;
use crate::text::number;

const JSON: &str = "application/json";
/// Bytes of a digest that make a tag: enough that no two versions of a document ever share one.
const TAG_BYTES: usize = 16;
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
const LEDGER_HEAD: HeaderName = HeaderName::from_static("ledger-head");

/// An answer, in the form in which it can be kept and given again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Its status.
    pub status: StatusCode,
    /// Where what was created stands.
    pub location: Option<String>,
    /// The version of the thing.
    pub etag: Option<String>,
    /// The body, as sent.
    pub body: Vec<u8>,
    /// Media type of the body.
    pub media: &'static str,
    /// The page after this one.
    pub next: Option<String>,
    /// True when the answer was given before.
    pub replayed: bool,
    /// Place and root of the head of the ledger, where the answer appended to it or counts its lines.
    pub ledger_head: Option<String>,
}

impl Reply {
    /// A body without a version.
    ///
    /// # Errors
    /// [`Error::Internal`] when it cannot be written as JSON.
    pub fn ok<T: Serialize>(thing: &T) -> Result<Self, Error> {
        let body = serde_json::to_vec(thing).map_err(|error| Error::Internal(error.to_string()))?;
        Ok(Self::of(StatusCode::OK, JSON, body))
    }

    /// A body that tells why the service cannot do its work just now.
    ///
    /// # Errors
    /// [`Error::Internal`] when it cannot be written as JSON.
    pub fn unavailable<T: Serialize>(thing: &T) -> Result<Self, Error> {
        Ok(Self { status: StatusCode::SERVICE_UNAVAILABLE, ..Self::ok(thing)? })
    }

    /// Something just created, with its address and version (0: it never changes).
    ///
    /// # Errors
    /// [`Error::Internal`] when it cannot be written as JSON.
    pub fn created<T: Serialize>(location: String, version: i64, thing: &T) -> Result<Self, Error> {
        let reply = Self::versioned(version, thing)?;
        Ok(Self { status: StatusCode::CREATED, location: Some(location), ..reply })
    }

    /// A thing with its version (0: it never changes).
    ///
    /// # Errors
    /// [`Error::Internal`] when it cannot be written as JSON.
    pub fn versioned<T: Serialize>(version: i64, thing: &T) -> Result<Self, Error> {
        let etag = (version > 0).then(|| format!("\"{version}\""));
        Ok(Self { etag, ..Self::ok(thing)? })
    }

    /// A thing with its version, or just the news that the caller has it already.
    ///
    /// # Errors
    /// [`Error::Internal`] when it cannot be written as JSON.
    pub fn read<T: Serialize>(known: &Known, version: i64, thing: &T) -> Result<Self, Error> {
        Ok(Self::versioned(version, thing)?.unless(known))
    }

    /// A thing with its version and what is said beside it to those concerned, which changes without the thing: its
    /// tag is of both.
    ///
    /// # Errors
    /// [`Error::Internal`] when it cannot be written as JSON.
    pub fn warning<T: Serialize>(version: i64, beside: &[Warning], thing: &T) -> Result<Self, Error> {
        let warnings: Vec<&str> = beside.iter().map(Into::into).collect();
        let words: Vec<String> = warnings.iter().map(|word| format!(".{word}")).collect();
        let reply = Self::ok(&Warned { thing, warnings })?;
        Ok(Self { etag: Some(format!("\"{version}{}\"", words.concat())), ..reply })
    }

    /// This, or just the news that the caller has it already.
    #[must_use]
    pub fn unless(self, known: &Known) -> Self {
        if self.etag.as_ref().is_some_and(|tag| known.has(tag)) {
            return Self { status: StatusCode::NOT_MODIFIED, body: Vec::new(), ..self };
        }
        self
    }

    /// One page; `items` holds one more than the page when there is a next one.
    ///
    /// # Errors
    /// [`Error::Internal`] when it cannot be written as JSON.
    pub fn page<T: Serialize>(
        uri: &Uri,
        items: Vec<T>,
        size: PageSize,
        key: impl Fn(&T) -> String,
    ) -> Result<Self, Error> {
        Self::page_of(uri, items.into_iter().map(|item| (key(&item), item)).collect(), size)
    }

    /// One page of items that do not hold the key they are ordered by.
    ///
    /// # Errors
    /// [`Error::Internal`] when it cannot be written as JSON.
    pub fn page_of<K: ToString, T: Serialize>(uri: &Uri, items: Vec<(K, T)>, size: PageSize) -> Result<Self, Error> {
        Self::page_under(uri, items, size, None::<()>)
    }

    /// The same, with more said of the whole than its items.
    ///
    /// # Errors
    /// [`Error::Internal`] when it cannot be written as JSON.
    pub fn page_under<K: ToString, T: Serialize, H: Serialize>(
        uri: &Uri,
        mut items: Vec<(K, T)>,
        size: PageSize,
        heading: Option<H>,
    ) -> Result<Self, Error> {
        let size = usize::try_from(size.items()).unwrap_or(usize::MAX);
        let more = items.len() > size;
        items.truncate(size);
        let next = items.last().filter(|_| more).map(|(key, _)| URL_SAFE_NO_PAD.encode(key.to_string()));
        let link = next.as_ref().map(|cursor| link_to(uri, cursor));
        let items = items.into_iter().map(|(_, item)| item).collect();
        Ok(Self { next: link, ..Self::ok(&Page { items, next, heading })? })
    }

    /// A document that is not JSON.
    #[must_use]
    pub fn document(media: &'static str, body: Vec<u8>) -> Self {
        Self::of(StatusCode::OK, media, body)
    }

    /// The answer with a secret in it that is told this once: it is not kept, so a replay says null in its place.
    ///
    /// # Errors
    /// [`Error::Internal`] when the answer is no JSON object.
    pub fn telling_once(self, member: &str, secret: impl Into<Value>) -> Result<Self, Error> {
        if self.replayed {
            return Ok(self);
        }
        let unreadable = |error: serde_json::Error| Error::Internal(error.to_string());
        let mut members: Map<String, Value> = serde_json::from_slice(&self.body).map_err(unreadable)?;
        members.insert(member.to_owned(), secret.into());
        Ok(Self { body: serde_json::to_vec(&members).map_err(unreadable)?, ..self })
    }

    /// A document that changes with what it is made of: its tag is made of its bytes.
    #[must_use]
    pub fn tagged(known: &Known, media: &'static str, body: Vec<u8>) -> Self {
        let digest = Sha256::digest(&body);
        let digits: Vec<String> = digest.iter().take(TAG_BYTES).map(|byte| format!("{byte:02x}")).collect();
        let tag = format!("\"{}\"", digits.concat());
        let (status, body) =
            if known.has(&tag) { (StatusCode::NOT_MODIFIED, Vec::new()) } else { (StatusCode::OK, body) };
        Self { etag: Some(tag), ..Self::of(status, media, body) }
    }

    /// Done, and nothing to say.
    #[must_use]
    pub fn nothing() -> Self {
        Self::of(StatusCode::NO_CONTENT, JSON, Vec::new())
    }

    fn of(status: StatusCode, media: &'static str, body: Vec<u8>) -> Self {
        Self { status, location: None, etag: None, body, media, next: None, replayed: false, ledger_head: None }
    }
}

/// What hangs by a thread, told to those concerned and to nobody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Warning {
    /// The structure has one manager: when that person is gone, nobody gives roles any more.
    SingleManager,
    /// One account facilitates the cooperation: when that person is gone, nobody takes others in.
    SingleFacilitator,
}

#[derive(Serialize)]
struct Warned<'a, T> {
    #[serde(flatten)]
    thing: &'a T,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<&'a str>,
}

#[derive(Serialize)]
struct Page<T, H> {
    items: Vec<T>,
    next: Option<String>,
    #[serde(flatten)]
    heading: Option<H>,
}

fn link_to(uri: &Uri, cursor: &str) -> String {
    let kept =
        uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="));
    let query: Vec<&str> = kept.collect();
    let separator = if query.is_empty() { "" } else { "&" };
    format!("<{}?{}{separator}cursor={cursor}>; rel=\"next\"", uri.path(), query.join("&"))
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let bodiless = matches!(self.status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
        let mut response = (self.status, self.body).into_response();
        let headers = response.headers_mut();
        headers.remove(CONTENT_TYPE);
        if !bodiless {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.media));
        }
        let mut put = |name: HeaderName, value: Option<String>| {
            // All of these are made of ids, numbers and what the URI already held.
            if let Some(value) = value.and_then(|text| HeaderValue::try_from(text).ok()) {
                headers.insert(name, value);
            }
        };
        put(LOCATION, self.location);
        put(ETAG, self.etag);
        put(LINK, self.next);
        put(LEDGER_HEAD, self.ledger_head);
        put(REPLAYED, self.replayed.then(|| "true".to_owned()));
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(RETRY_AFTER, HeaderValue::from(BUSY_RETRY_SECONDS));
        }
        headers.insert(VARY, HeaderValue::from_static("accept, accept-language, authorization"));
        response
    }
}

/// An answer too long to be held at once.
pub struct Streamed {
    /// Media type of the body.
    pub media: &'static str,
    /// Place and root of the head of the ledger up to which it was read.
    pub ledger_head: String,
    /// The body, made as the client takes it.
    pub body: Body,
}

impl IntoResponse for Streamed {
    fn into_response(self) -> Response {
        let reply = Reply { ledger_head: Some(self.ledger_head), ..Reply::document(self.media, Vec::new()) };
        let mut response = reply.into_response();
        *response.body_mut() = self.body;
        response.headers_mut().remove(CONTENT_LENGTH);
        response
    }
}

/// Where a page begins: the key of the last item before it, in a form clients do not read.
#[derive(Debug, Clone, Deserialize)]
pub struct Cursor(String);

impl Cursor {
    /// The id it stands for.
    ///
    /// # Errors
    /// [`Error::Parameter`] for anything this list did not give.
    pub fn id(this: Option<&Self>) -> Result<Option<Id>, Error> {
        this.map(|cursor| cursor.text().and_then(|text| Id::parse(&text).ok()).ok_or_else(not_a_cursor)).transpose()
    }

    /// The ledger line it stands for.
    ///
    /// # Errors
    /// [`Error::Parameter`] for anything this list did not give.
    pub fn seq(this: Option<&Self>) -> Result<Option<i64>, Error> {
        this.map(|cursor| cursor.text().and_then(|text| number(&text)).ok_or_else(not_a_cursor)).transpose()
    }

    fn text(&self) -> Option<String> {
        String::from_utf8(URL_SAFE_NO_PAD.decode(&self.0).ok()?).ok()
    }
}

fn not_a_cursor() -> Error {
    Error::Parameter(FieldError::from_text("cursor", "not-a-cursor"))
}
