//! The door: what an operator may set about who comes in, and what it takes to be let in.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use axum::extract::Request;
use axum::http::Method;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::address::{Peer, Proxies, household};
use super::cors::Origin;
use super::limits::{COSTLY_PLACES, COSTLY_ROUTES, COSTLY_WAIT_MS, REQUEST_SECONDS_MAX, body_seconds};
use super::rates::{Generosity, Rates, Visit};
use crate::clock::Clock;
use crate::error::Error;

/// What an operator may set.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The proxies whose word is taken.
    pub proxies: Proxies,
    /// Whether requests are counted, and how generously.
    pub generosity: Generosity,
    /// Origins whose pages may use the API from a browser.
    pub origins: Vec<Origin>,
    /// People reach the server over TLS.
    pub https: bool,
    /// The address under which people reach the server, if it was told; links that are handed over begin with it.
    pub public_url: Option<String>,
    /// The SHA-256 of the token that opens the figures of the service; without one nobody sees them.
    pub metrics: Option<[u8; 32]>,
    /// For a request as a whole, its body not counted; [`REQUEST_SECONDS_MAX`] when not set.
    pub time: Option<Duration>,
    /// Connections open at once; [`CONNECTIONS_MAX`](super::limits::CONNECTIONS_MAX) when not set.
    pub connections: Option<usize>,
}

impl Settings {
    /// A link to hand over: whole where the public address is known, else a path on this server.
    #[must_use]
    pub fn link(&self, path: &str) -> String {
        let address = self.public_url.as_deref().unwrap_or_default();
        format!("{}{path}", address.trim_end_matches('/'))
    }
}

/// The settings at work.
pub struct Door {
    /// What was set.
    pub settings: Settings,
    /// The counters, unless they are off.
    pub rates: Option<Rates>,
    places: Semaphore,
}

impl Door {
    /// A door that counts by this clock.
    #[must_use]
    pub fn new(settings: Settings, clock: &Clock) -> Self {
        let rates = Rates::new(settings.generosity, clock);
        Self { settings, rates, places: Semaphore::new(COSTLY_PLACES) }
    }

    /// A request that arrives on this route.
    #[must_use]
    pub fn visit(&self, request: &Request, route: Option<&str>) -> Visit {
        let peer = request.extensions().get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0);
        let address = household(self.settings.proxies.client(peer, request.headers()));
        let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
        let costly = route.is_some_and(|route| COSTLY_ROUTES.contains(&route));
        Visit::new(address, reads, costly)
    }

    /// A place among the few that export, print or import at once.
    ///
    /// # Errors
    /// [`Error::Busy`] when none comes free in a moment.
    pub async fn place(&self) -> Result<SemaphorePermit<'_>, Error> {
        let wait = Duration::from_millis(COSTLY_WAIT_MS);
        match tokio::time::timeout(wait, self.places.acquire()).await {
            Ok(Ok(place)) => Ok(place),
            _ => Err(Error::Busy),
        }
    }

    /// The time for a request whose body has so many bytes.
    #[must_use]
    pub fn time_for(&self, body_bytes: u64) -> Duration {
        let own = self.settings.time.unwrap_or(Duration::from_secs(REQUEST_SECONDS_MAX));
        if body_bytes == 0 { own } else { own + Duration::from_secs(body_seconds(body_bytes)) }
    }
}
