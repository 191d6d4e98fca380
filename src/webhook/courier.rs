//! Carries one message to one address: over TLS or not, only where it may go, and never for long.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use hyper::header::{CONTENT_TYPE, HOST, USER_AGENT};
use hyper::{Request, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};

use super::rows::Parcel;
use super::rules::{is_public, signature};
use crate::clock::Moment;

/// How long a message may take in all: finding the address, connecting, sending, and the first line of the answer.
const SENDING_MAX: Duration = Duration::from_secs(10);
/// Bytes of an answer's head at most; its body is not read.
const ANSWER_HEAD_BYTES_MAX: usize = 16 * 1024;
/// Addresses of one name that are tried at most.
const ADDRESSES_MAX: usize = 4;

/// Which addresses messages may be sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Those of the public internet: who sets a webhook cannot look into the networks of the machine.
    Public,
    /// Any, those of the machine itself and its networks included.
    Anywhere,
}

/// Why a message was not taken. Without its address, which may hold a password.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The address cannot be read.
    #[error("its address cannot be read")]
    Address,
    /// The name leads to no address that may be reached.
    #[error("its name leads to no address that may be reached")]
    OutOfReach,
    /// No connection, or it broke off.
    #[error("no connection: {0}")]
    Connection(#[from] std::io::Error),
    /// What came back is no answer.
    #[error("no answer: {0}")]
    Answer(#[from] hyper::Error),
    /// It took longer than [`SENDING_MAX`].
    #[error("too slow")]
    Slow,
    /// Anything but success. A redirection is not followed: it would lead where nobody looked.
    #[error("answered {0}")]
    Status(StatusCode),
}

/// Carries messages.
#[derive(Clone)]
pub struct Courier {
    reach: Reach,
    tls: TlsConnector,
}

impl Courier {
    /// A courier that trusts the authorities that browsers trust.
    ///
    /// # Errors
    /// When the system's TLS library refuses its own settings.
    pub fn new(reach: Reach) -> Result<Self, tokio_rustls::rustls::Error> {
        Self::trusting(reach, RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() })
    }

    /// A courier that trusts these authorities.
    ///
    /// # Errors
    /// When the TLS library refuses its own settings.
    pub fn trusting(reach: Reach, roots: RootCertStore) -> Result<Self, tokio_rustls::rustls::Error> {
        let config = ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { reach, tls: TlsConnector::from(Arc::new(config)) })
    }

    /// Sends a message once.
    ///
    /// # Errors
    /// [`Failure`], when it was not taken or nobody knows.
    pub async fn send(&self, parcel: &Parcel, now: Moment) -> Result<(), Failure> {
        tokio::time::timeout(SENDING_MAX, self.carry(parcel, now)).await.unwrap_or(Err(Failure::Slow))
    }

    async fn carry(&self, parcel: &Parcel, now: Moment) -> Result<(), Failure> {
        let uri: Uri = parcel.url.parse().map_err(|_| Failure::Address)?;
        let host = uri.host().ok_or(Failure::Address)?.trim_matches(['[', ']']).to_owned();
        let secure = uri.scheme_str() == Some("https");
        let port = uri.port_u16().unwrap_or(if secure { 443 } else { 80 });
        let request = request(&uri, parcel, now)?;
        let stream = self.connect(&host, port).await?;
        let status = if secure {
            let name = ServerName::try_from(host).map_err(|_| Failure::Address)?;
            exchange(self.tls.connect(name, stream).await?, request).await?
        } else {
            exchange(stream, request).await?
        };
        if status.is_success() { Ok(()) } else { Err(Failure::Status(status)) }
    }

    /// Connects to the very address that was looked at: a name that says something else a moment later
    /// leads nowhere else.
    async fn connect(&self, host: &str, port: u16) -> Result<TcpStream, Failure> {
        let found = tokio::net::lookup_host((host, port)).await?;
        let allowed = found.filter(|address| self.reach == Reach::Anywhere || is_public(address.ip()));
        let mut last = Failure::OutOfReach;
        for address in allowed.take(ADDRESSES_MAX).collect::<Vec<SocketAddr>>() {
            match TcpStream::connect(address).await {
                Ok(stream) => return Ok(stream),
                Err(error) => last = error.into(),
            }
        }
        Err(last)
    }
}

fn request(uri: &Uri, parcel: &Parcel, now: Moment) -> Result<Request<Body>, Failure> {
    let authority = uri.authority().ok_or(Failure::Address)?.as_str();
    let (id, seconds) = (parcel.id.to_string(), now.seconds());
    let signature = signature(&parcel.key, &id, seconds, &parcel.payload);
    Request::post(uri.path_and_query().map_or("/", |path| path.as_str()))
        .header(HOST, authority.rsplit('@').next().unwrap_or_default())
        .header(USER_AGENT, concat!("navette/", env!("CARGO_PKG_VERSION")))
        .header(CONTENT_TYPE, "application/json")
        .header("webhook-id", id)
        .header("webhook-timestamp", seconds)
        .header("webhook-signature", signature)
        .body(Body::from(parcel.payload.clone()))
        .map_err(|_| Failure::Address)
}

/// Sends a request and reads the head of its answer; the rest is cut off.
async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Request<Body>,
) -> Result<StatusCode, Failure> {
    let mut builder = hyper::client::conn::http1::Builder::new();
    let (mut sender, connection) = builder.max_buf_size(ANSWER_HEAD_BYTES_MAX).handshake(TokioIo::new(stream)).await?;
    // Ends with this set, whatever happens: an answer that goes on for ever is not waited for.
    let mut connections = JoinSet::new();
    connections.spawn(connection);
    Ok(sender.send_request(request).await?.status())
}
