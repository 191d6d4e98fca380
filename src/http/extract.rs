//! What handlers receive, each failing in our own format: ids of the path, queries, bodies of unsafe requests.

use axum::RequestPartsExt as _;
use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE, IF_MATCH, IF_NONE_MATCH};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Uri};
use http_body_util::BodyExt as _;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::bearer::{self, caller};
use super::json::{self, decode};
use super::limits::{BODY_BYTES_MAX, IDEMPOTENCY_KEY_CHARS_MAX};
use crate::App;
use crate::auth::Caller;
use crate::error::{Error, Fault, FieldError};
use crate::id::Id;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The id in the path. What is no id names nothing.
pub struct PathId(pub Id);

impl<S: Send + Sync> FromRequestParts<S> for PathId {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Error> {
        let Path(text) = parts.extract::<Path<String>>().await.map_err(|_| Error::NotFound)?;
        Id::parse(&text).map(Self).map_err(|_| Error::NotFound)
    }
}

/// The texts of a path with several parts. What cannot be read names nothing.
pub struct PathTexts<T = (String, String)>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send + 'static> FromRequestParts<S> for PathTexts<T> {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Error> {
        parts.extract::<Path<T>>().await.map(|Path(texts)| Self(texts)).map_err(|_| Error::NotFound)
    }
}

/// The query of a list, every parameter known and given once.
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Error> {
        query(&parts.uri, None).map(Self)
    }
}

/// The query of an address, for a route whose parameters depend on its path.
///
/// # Errors
/// [`Error::Parameter`].
pub fn query_of<T: DeserializeOwned>(uri: &Uri) -> Result<T, Error> {
    query(uri, None)
}

/// The query of an address in which one parameter may be given several times: its values arrive as one, with commas
/// between them, as if they had been given so.
///
/// # Errors
/// [`Error::Parameter`].
pub fn query_joining<T: DeserializeOwned>(uri: &Uri, several: &str) -> Result<T, Error> {
    query(uri, Some(several))
}

fn query<T: DeserializeOwned>(uri: &Uri, several: Option<&str>) -> Result<T, Error> {
    let unreadable = |_| Error::Parameter(FieldError::from_text("query", "not-text"));
    let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(uri).map_err(unreadable)?.0;
    let mut members = Map::new();
    for (name, value) in pairs {
        // What stands for bytes that are no text is no text either.
        if value.contains(char::REPLACEMENT_CHARACTER) {
            return Err(Error::Parameter(FieldError::from_text(&name, "not-text")));
        }
        let before = members.get(&name).and_then(Value::as_str).map(str::to_owned);
        let value = match before {
            None => value,
            Some(before) if several == Some(&name) => format!("{before},{value}"),
            Some(_) => return Err(Error::Parameter(FieldError::from_text(&name, "twice"))),
        };
        members.insert(name, Value::String(value));
    }
    decode(Value::Object(members)).map_err(|mut field| {
        field.pointer = field.pointer.trim_start_matches('/').to_owned();
        Error::Parameter(field)
    })
}

/// The versions a conditional read already has (`If-None-Match`).
pub struct Known(Vec<String>);

impl Known {
    /// True when the caller has what goes by this tag.
    #[must_use]
    pub fn has(&self, etag: &str) -> bool {
        self.0.iter().any(|known| known == "*" || known.trim_start_matches("W/") == etag)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Known {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Error> {
        Ok(Self(tags(&parts.headers, &IF_NONE_MATCH)))
    }
}

fn tags(headers: &HeaderMap, name: &HeaderName) -> Vec<String> {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(|tag| tag.trim().to_owned()).collect()
}

/// How an unsafe request's JSON object becomes what a handler takes.
pub trait FromObject: Sized {
    /// Reads the object; what it refuses names the field.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    fn from_object(object: Map<String, Value>) -> Result<Self, Error>;
    /// The id the client chose for what it creates.
    fn chosen_id(&self) -> Option<Id> {
        None
    }
}

/// A plain body.
pub struct Plain<T>(pub T);

impl<T: DeserializeOwned> FromObject for Plain<T> {
    fn from_object(object: Map<String, Value>) -> Result<Self, Error> {
        decode(Value::Object(object)).map(Self).map_err(|field| Error::Invalid(vec![field]))
    }
}

/// Something to create, with the id the client chose, if it did.
pub struct Create<T> {
    /// The client's id.
    pub id: Option<Id>,
    /// What is wished.
    pub wish: T,
}

impl<T: DeserializeOwned> FromObject for Create<T> {
    fn from_object(mut object: Map<String, Value>) -> Result<Self, Error> {
        let id = take(&mut object, "id")?;
        let Plain(wish) = Plain::from_object(object)?;
        Ok(Self { id, wish })
    }

    fn chosen_id(&self) -> Option<Id> {
        self.id
    }
}

/// Refuses a change of what stays as it was recorded: each field, and whether it is still the same.
///
/// # Errors
/// [`Fault::Fixed`] at the first field that is not.
pub fn keep_fixed<const N: usize>(fields: [(&str, bool); N]) -> Result<(), Error> {
    match fields.into_iter().find(|(_, same)| !same) {
        Some((pointer, _)) => Err(Fault::Fixed.at(pointer)),
        None => Ok(()),
    }
}

/// A JSON merge patch (RFC 7396), with `archived` apart because it is not one of the facts.
pub struct Change {
    /// Archive, bring back, or leave as it is.
    pub archived: Option<bool>,
    patch: Map<String, Value>,
}

impl FromObject for Change {
    fn from_object(mut patch: Map<String, Value>) -> Result<Self, Error> {
        let archived = take(&mut patch, "archived")?;
        Ok(Self { archived, patch })
    }
}

impl Change {
    /// The facts after the patch, judged as a creation would be.
    ///
    /// # Errors
    /// [`Error::Invalid`] with the field.
    pub fn apply<T: serde::Serialize + DeserializeOwned>(&self, present: &T) -> Result<T, Error> {
        let mut value = serde_json::to_value(present).map_err(|error| Error::Internal(error.to_string()))?;
        merge(&mut value, &self.patch);
        decode(value).map_err(|field| Error::Invalid(vec![field]))
    }

    /// Whether it is archived after the change, for what stays archived once it is.
    ///
    /// # Errors
    /// [`Error::WrongState`] when it is to be brought back.
    pub fn archived_for_good(&self, before: bool) -> Result<bool, Error> {
        match self.archived {
            Some(false) if before => Err(Error::WrongState { state: "archived".to_owned() }),
            after => Ok(after.unwrap_or(before)),
        }
    }

    /// For what cannot be archived.
    ///
    /// # Errors
    /// [`Error::Invalid`] when `archived` is in the patch.
    pub fn without_archived(&self) -> Result<&Self, Error> {
        match self.archived {
            None => Ok(self),
            Some(_) => Err(Error::Invalid(vec![FieldError::from_text("/archived", "unknown-field")])),
        }
    }
}

/// RFC 7396: null removes, objects merge, everything else replaces.
fn merge(target: &mut Value, patch: &Map<String, Value>) {
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Some(members) = target.as_object_mut() else { return };
    for (name, value) in patch {
        match value {
            Value::Null => {
                members.remove(name);
            }
            Value::Object(inner) => merge(members.entry(name.clone()).or_insert(Value::Null), inner),
            other => {
                members.insert(name.clone(), other.clone());
            }
        }
    }
}

fn take<T: DeserializeOwned>(object: &mut Map<String, Value>, name: &str) -> Result<Option<T>, Error> {
    let Some(value) = object.remove(name).filter(|value| !value.is_null()) else { return Ok(None) };
    decode(value).map_err(|mut field| {
        field.pointer = format!("/{name}");
        Error::Invalid(vec![field])
    })
}

/// An unsafe request, authenticated and read whole, ready to be run once.
pub struct Command<T> {
    /// Who asks.
    pub caller: Caller,
    /// How a second sending is recognised.
    pub replay: Replay,
    /// The versions named in `If-Match`.
    pub versions: Versions,
    /// The body.
    pub body: T,
}

/// What makes a request the same as one before.
#[derive(Clone)]
pub struct Replay {
    /// `key:…` from the header and `id:…` from a chosen id.
    pub keys: Vec<String>,
    /// SHA-256 of method, path and canonical body.
    pub digest: [u8; 32],
}

/// The versions a change may be made on.
pub struct Versions(Vec<String>);

impl Versions {
    /// Holds a change against the present version (RFC 9110, 13.1.1: strong comparison).
    ///
    /// # Errors
    /// [`Error::VersionNeeded`] without `If-Match`, [`Error::Stale`] when it names another version.
    pub fn check(&self, version: i64) -> Result<(), Error> {
        let etag = format!("\"{version}\"");
        // What is said beside a thing, and not of it, stands behind a point: no reason to refuse a change.
        let beside = format!("\"{version}.");
        match self.0.as_slice() {
            [] => Err(Error::VersionNeeded),
            tags if tags.iter().any(|tag| tag == "*" || *tag == etag || tag.starts_with(&beside)) => Ok(()),
            _ => Err(Error::Stale),
        }
    }
}

impl<T: FromObject> FromRequest<App> for Command<T> {
    type Rejection = Error;
    async fn from_request(request: Request, app: &App) -> Result<Self, Error> {
        let (parts, body) = request.into_parts();
        let caller = caller(&parts, app)?;
        let header_key = idempotency_key(&parts.headers)?;
        let object = object(&parts.headers, body).await?;
        let digest = request_digest(&parts, &object);
        let body = T::from_object(object)?;
        let chosen = body.chosen_id().map(|id| format!("id:{id}"));
        let keys = header_key.into_iter().chain(chosen).collect();
        let versions = Versions(tags(&parts.headers, &IF_MATCH));
        Ok(Self { caller, replay: Replay { keys, digest }, versions, body })
    }
}

/// A body of an unsafe request that needs no caller and is never kept: log-in and set-up.
pub struct Public<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Public<T> {
    type Rejection = Error;
    async fn from_request(request: Request, app: &App) -> Result<Self, Error> {
        let (parts, body) = request.into_parts();
        bearer::of_nobody(&parts, app)?;
        let Plain(body) = Plain::from_object(object(&parts.headers, body).await?)?;
        Ok(Self(body))
    }
}

/// The key of `Idempotency-Key`, if the header is there.
///
/// # Errors
/// [`Error::Parameter`] when it is not 1–128 visible ASCII characters, or is there twice.
pub fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Error> {
    let wrong = || Error::Parameter(FieldError::from_text("Idempotency-Key", "not-a-key"));
    let mut values = headers.get_all(IDEMPOTENCY_KEY).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let key = value.to_str().map_err(|_| wrong())?;
    let legal = (1..=IDEMPOTENCY_KEY_CHARS_MAX).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    if legal && values.next().is_none() { Ok(Some(format!("key:{key}"))) } else { Err(wrong()) }
}

/// Members left out of a request's digest: a fast digest of a password would help to guess it.
const SECRET_MEMBERS: &[&str] = &["password", "current_password", "code"];

/// SHA-256 of method, path with query, and the body with its members in order.
fn request_digest(parts: &Parts, object: &Map<String, Value>) -> [u8; 32] {
    let mut object = object.clone();
    object.retain(|name, _| !SECRET_MEMBERS.contains(&name.as_str()));
    let mut hasher = Sha256::new();
    hasher.update(parts.method.as_str());
    hasher.update([0]);
    hasher.update(parts.uri.path_and_query().map_or("", |path| path.as_str()));
    hasher.update([0]);
    // Maps of serde_json are sorted, so the same members in another order are the same request.
    hasher.update(serde_json::to_vec(&object).unwrap_or_default());
    hasher.finalize().into()
}

async fn object(headers: &HeaderMap, body: Body) -> Result<Map<String, Value>, Error> {
    require_media(headers, &["application/json", "application/merge-patch+json"])?;
    let bytes = read_body(body, BODY_BYTES_MAX).await?;
    match json::read(&bytes)? {
        Value::Object(object) => Ok(object),
        _ => Err(Error::Invalid(vec![FieldError::from_text("", "not-object")])),
    }
}

/// Refuses another media type, or two, another set of letters than UTF-8, and any content encoding.
///
/// # Errors
/// [`Error::MediaType`].
pub fn require_media(headers: &HeaderMap, accepted: &[&str]) -> Result<(), Error> {
    let plain = headers.get_all(CONTENT_ENCODING).iter().all(|value| value == "identity");
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let (Some(media), None) = (values.next(), values.next()) else { return Err(Error::MediaType) };
    let media = media.to_str().map_err(|_| Error::MediaType)?.to_ascii_lowercase();
    let mut parts = media.split(';').map(str::trim);
    let known = parts.next().is_some_and(|essence| accepted.contains(&essence));
    let utf_8 = parts.filter_map(|part| part.strip_prefix("charset=")).all(|name| name.trim_matches('"') == "utf-8");
    if plain && known && utf_8 { Ok(()) } else { Err(Error::MediaType) }
}

/// Reads a body of at most so many bytes.
///
/// # Errors
/// [`Error::BodyTooLarge`]; [`Error::Malformed`] when the connection broke off.
pub async fn read_body(body: Body, bytes_max: usize) -> Result<Bytes, Error> {
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > bytes_max {
        return Err(Error::BodyTooLarge(bytes_max));
    }
    // Copied piece by piece: kept as they came, pieces of one byte would take many times their size.
    let mut body = body;
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Error::Malformed("the body broke off".to_owned()))?;
        let data = frame.into_data().unwrap_or_default();
        if bytes.len() + data.len() > bytes_max {
            return Err(Error::BodyTooLarge(bytes_max));
        }
        bytes.extend_from_slice(&data);
    }
    Ok(bytes.into())
}
