//! The accept loop: slow clients are cut off, connections are counted, and stopping loses no answer.

mod crowd;
mod descriptors;
mod patience;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::CONNECTION;
use axum::response::Response;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::TokioTimer;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tower::ServiceExt as _;

use super::address::Peer;
use super::limits::{BUFFER_BYTES_MAX, CONNECTIONS_MAX, HEADER_BYTES_MAX, HEADER_SECONDS_MAX, SHUTDOWN_SECONDS_MAX};
use super::message;
use crate::App;
use crate::health::requests::Connected;
use crowd::{Crowd, Seat};
use patience::{PatientStream, TimedBody};

/// How long the loop rests when the system gives no connection (no file descriptor left, no memory) or no place came
/// free: trying again at once would burn a core and mend nothing.
const REST: Duration = Duration::from_millis(100);

/// Why serving ended though nobody asked it to.
#[derive(Debug, thiserror::Error)]
#[error(
    "the disk failed while recording, so the server stopped. Check the disk, start the server again, and run \
     `navette verify`: whoever waited for an answer can send the same request again."
)]
pub struct DiskFailed;

/// Serves until `stop` ends or the disk fails, lets requests under way end, then closes the store.
///
/// # Errors
/// [`DiskFailed`]: the process must end, and verify at its next start.
pub async fn serve(listener: TcpListener, app: App, stop: impl Future<Output = ()>) -> Result<(), DiskFailed> {
    let router = super::router(app.clone());
    let places = Places::new(descriptors::room(app.door.settings.connections.unwrap_or(CONNECTIONS_MAX)));
    let connections = GracefulShutdown::new();
    let mut failed = app.store.failed();
    let mut stop = std::pin::pin!(stop);
    if let Ok(address) = listener.local_addr() {
        tracing::info!(%address, "serving");
    }
    let ended = loop {
        tokio::select! {
            (stream, peer, place) = next(&listener, &places) => {
                start(stream, peer, (place, app.requests.connect()), router.clone(), connections.watcher());
            }
            () = &mut stop => break Ok(()),
            () = failure(&mut failed) => break Err(DiskFailed),
        }
    };
    drop(listener);
    tracing::info!(open = connections.count(), "stopping: requests under way may end");
    let patience = Duration::from_secs(SHUTDOWN_SECONDS_MAX);
    if tokio::time::timeout(patience, connections.shutdown()).await.is_err() {
        tracing::warn!("some connections did not end in time and are cut off");
    }
    app.store.close().await;
    tracing::info!("stopped");
    ended
}

/// The address of a listener as a program on the same machine reaches it.
///
/// # Errors
/// When the system does not tell it.
pub fn url(listener: &TcpListener) -> std::io::Result<String> {
    let address = listener.local_addr()?;
    if address.ip().is_unspecified() {
        return Ok(format!("http://localhost:{}", address.port()));
    }
    Ok(format!("http://{address}"))
}

/// Ends when the person at the machine or the system asks the process to: SIGINT, SIGTERM.
pub async fn signal() {
    let interrupt = async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::warn!(%error, "Ctrl-C cannot be heard");
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = interrupt => {}
        () = terminate() => {}
    }
}

#[cfg(unix)]
async fn terminate() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut signals) => {
            signals.recv().await;
        }
        Err(error) => {
            tracing::warn!(%error, "SIGTERM cannot be heard");
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(not(unix))]
async fn terminate() {
    std::future::pending::<()>().await;
}

/// Places for so many connections, and who gives way.
struct Places {
    free: Arc<Semaphore>,
    crowd: Arc<Crowd>,
}

/// One of them, for as long as a connection lives.
struct Place {
    seat: Arc<Seat>,
    // None only of a closed semaphore, and nobody closes this one.
    _slot: Option<OwnedSemaphorePermit>,
}

impl Places {
    fn new(connections: usize) -> Self {
        Self { free: Arc::new(Semaphore::new(connections)), crowd: Arc::default() }
    }

    /// A place for a newcomer. When none is free, whoever has waited longest for its client gives way; while all are
    /// being served, whoever comes waits, and the others with the operating system, where waiting costs us nothing.
    async fn take(&self) -> Place {
        let slot = match Arc::clone(&self.free).try_acquire_owned() {
            Ok(slot) => Some(slot),
            Err(_) => loop {
                self.crowd.give_way();
                let freed = Arc::clone(&self.free).acquire_owned();
                if let Ok(slot) = tokio::time::timeout(REST, freed).await {
                    break slot.ok();
                }
            },
        };
        Place { seat: self.crowd.join(), _slot: slot }
    }
}

/// A connection, from where, and its place.
async fn next(listener: &TcpListener, places: &Places) -> (TcpStream, Peer, Place) {
    loop {
        match listener.accept().await {
            Ok((stream, from)) => return (stream, Peer(from.ip()), places.take().await),
            Err(error) if is_of_the_client(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "no connection can be accepted just now");
                tokio::time::sleep(REST).await;
            }
        }
    }
}

/// A client that went away before it was accepted says nothing about us.
fn is_of_the_client(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// Serves one connection in a task of its own, which holds its place, and its place in the count, for as long.
fn start(stream: TcpStream, peer: Peer, held: (Place, Connected), router: Router, watcher: Watcher) {
    let (place, counted) = held;
    let seat = Arc::clone(&place.seat);
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let request = request.map(|body| TimedBody::new(body, Arc::clone(&seat)));
        answer(router.clone(), request, peer)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(HEADER_SECONDS_MAX))
        .max_header_size(HEADER_BYTES_MAX)
        .max_buf_size(BUFFER_BYTES_MAX)
        .serve_connection(PatientStream::new(stream, Arc::clone(&place.seat)), service);
    tokio::spawn(async move {
        tokio::select! {
            ended = watcher.watch(connection) => if let Err(error) = ended {
                // Clients break off every day: worth a line only to somebody who looks for it.
                tracing::debug!(%error, "a connection broke off");
            },
            () = place.seat.asked_to_leave() => tracing::debug!("a connection gave way to a newcomer"),
        }
        drop((place, counted));
    });
}

/// Answers one request. Behind one that could be read in two ways nothing more is read.
async fn answer(router: Router, mut request: Request<TimedBody>, peer: Peer) -> Result<Response, Infallible> {
    request.extensions_mut().insert(peer);
    let refused = message::check(&request).err();
    let last = refused.is_some();
    if let Some(error) = refused {
        request.extensions_mut().insert(error);
    }
    let mut response = router.oneshot(request).await?;
    if last {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(response)
}

/// Ends when the store can no longer record.
async fn failure(failed: &mut watch::Receiver<bool>) {
    // A writer that is gone without a word has failed as well.
    let _told = failed.wait_for(|failed| *failed).await.is_ok();
}
