//! Requests that read like sentences, and answers that are taken apart by asserting.

use std::future::IntoFuture;
use std::net::IpAddr;
use std::pin::Pin;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use navette::http::address::Peer;
use navette::id::Id;
use serde_json::Value;
use tower::ServiceExt as _;

use crate::contract;
use crate::world::{Caller, World};

/// What an operation was seen to answer: method, path of the route table, status.
pub type Observation = (String, String, u16);

/// A request on its way; `.await` sends it. A clone is the same request once more.
#[derive(Clone)]
#[must_use = "a request is sent by awaiting it"]
pub struct Request<'w> {
    world: &'w World,
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Vec<u8>,
    peer: Option<IpAddr>,
    by: Option<Id>,
}

impl<'w> Request<'w> {
    /// A request without body or caller.
    pub fn new(world: &'w World, method: Method, path: String) -> Self {
        Self { world, method, path, headers: HeaderMap::new(), body: Vec::new(), peer: None, by: None }
    }

    /// Over a connection from this address.
    pub fn from(mut self, peer: &str) -> Self {
        self.peer = Some(peer.parse().unwrap());
        self
    }

    /// With this body.
    pub fn body(mut self, body: Vec<u8>) -> Self {
        self.body = body;
        self
    }

    /// Sent by this account.
    pub fn by(mut self, caller: &Caller) -> Self {
        let token = self.world.token_of(caller);
        self.by = Some(caller.account);
        self.token(&token)
    }

    /// Sent with this access token, whatever it is.
    pub fn token(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// With one header more; a name that is already there is said twice, except `content-type`.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::try_from(name).unwrap();
        let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
        if name == "content-type" {
            self.headers.insert(name, value);
        } else {
            self.headers.append(name, value);
        }
        self
    }

    /// A change made on this version.
    pub fn on_version(self, version: i64) -> Self {
        self.header("if-match", &format!("\"{version}\""))
    }

    /// With an `Idempotency-Key`.
    pub fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    /// To be answered in French.
    pub fn in_french(self) -> Self {
        self.header("accept-language", "fr")
    }

    async fn send(self) -> Answer {
        if let Some(account) = self.by {
            self.world.sign_in(account).await;
        }
        if let Some(witness) = self.world.witness.get() {
            let Self { method, path, headers, body, .. } = self.clone();
            witness(Sent { method, path, headers, body });
        }
        let mut request = axum::http::Request::builder().method(&self.method).uri(&self.path);
        *request.headers_mut().unwrap() = self.headers;
        if let Some(peer) = self.peer {
            request = request.extension(Peer(peer));
        }
        let response = self.world.router().oneshot(request.body(Body::from(self.body.clone())).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let asked = format!("{} {}", self.method, self.path);
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec();
        let answer = Answer { status: parts.status, headers: parts.headers, bytes, asked };
        if let Some(observation) = contract::check(&self.method, &self.path, &self.body, &answer) {
            self.world.observe(observation);
        }
        answer
    }
}

impl<'w> IntoFuture for Request<'w> {
    type Output = Answer;
    type IntoFuture = Pin<Box<dyn Future<Output = Answer> + 'w>>;
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

/// A request as it was sent, without its world.
#[derive(Debug, Clone)]
pub struct Sent {
    /// `GET`, `POST` or `PATCH`.
    pub method: Method,
    /// With its query.
    pub path: String,
    /// Its caller's token among them.
    pub headers: HeaderMap,
    /// As it was sent.
    pub body: Vec<u8>,
}

impl Sent {
    /// The same request in another world, which must know its caller's session.
    pub fn again<'w>(&self, world: &'w World) -> Request<'w> {
        let Self { method, path, headers, body } = self.clone();
        Request { headers, body, ..Request::new(world, method, path) }
    }
}

/// What came back, already held against the contract.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub bytes: Vec<u8>,
    /// What was asked, for the message of a failed assertion.
    asked: String,
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{self} is no JSON: {error}"))
    }

    /// A header, if there.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Asserts a status.
    #[track_caller]
    pub fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{self}");
        self
    }

    /// Asserts 200.
    #[track_caller]
    pub fn ok(&self) -> Value {
        self.is(200).json()
    }

    /// Asserts 201.
    #[track_caller]
    pub fn created(&self) -> Value {
        self.is(201).json()
    }

    /// Asserts 201 and gives the id of what was created.
    #[track_caller]
    pub fn created_id(&self) -> String {
        self.created()["id"].as_str().unwrap().to_owned()
    }

    /// Asserts 204 without a body.
    #[track_caller]
    pub fn nothing(&self) {
        assert_eq!((self.status.as_u16(), self.bytes.len()), (204, 0), "{self}");
    }

    /// Asserts 304 without a body.
    #[track_caller]
    pub fn unchanged(&self) {
        assert_eq!((self.status.as_u16(), self.bytes.len()), (304, 0), "{self}");
    }

    /// Asserts 200 and gives the items of a page.
    #[track_caller]
    pub fn items(&self) -> Vec<Value> {
        self.ok()["items"].as_array().unwrap().clone()
    }

    /// Asserts a problem of this status and code.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) -> Value {
        let problem = self.is(status).json();
        assert_eq!(problem["code"], code, "{self}");
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self}");
        problem
    }

    /// Asserts 422 with one wrong field.
    #[track_caller]
    pub fn invalid(&self, pointer: &str, fault: &str) -> Value {
        self.wrong(422, "invalid-fields", pointer, fault)
    }

    /// Asserts 400 with one wrong parameter or header.
    #[track_caller]
    pub fn unreadable(&self, name: &str, fault: &str) -> Value {
        self.wrong(400, "malformed-request", name, fault)
    }

    #[track_caller]
    fn wrong(&self, status: u16, code: &str, pointer: &str, fault: &str) -> Value {
        let problem = self.refused(status, code);
        let errors = problem["errors"].as_array().unwrap();
        let found: Vec<_> = errors.iter().map(|error| (error["pointer"].as_str(), error["code"].as_str())).collect();
        assert_eq!(found, [(Some(pointer), Some(fault))], "{self}");
        problem
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} → {} {}", self.asked, self.status.as_u16(), String::from_utf8_lossy(&self.bytes))
    }
}
