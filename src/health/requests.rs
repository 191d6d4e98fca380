//! What the service counts of its requests: by route, never by path, address or account.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::histogram::{Histogram, Spread, micros};

/// What has no route.
pub const NO_ROUTE: &str = "(none)";
/// The methods that are told apart; any other counts as the last.
const METHODS: [&str; 5] = ["GET", "HEAD", "POST", "PATCH", "OTHER"];
/// The first digits of statuses.
const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];
/// Bounds of what an answer takes, in microseconds.
const MICROS: &[u64] = &[500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000, 10_000_000];

/// The counters of all routes.
#[derive(Debug)]
pub struct Requests {
    routes: HashMap<&'static str, Route>,
    connections: AtomicU64,
    too_many: AtomicU64,
}

#[derive(Debug)]
struct Route {
    answered: [[AtomicU64; CLASSES.len()]; METHODS.len()],
    took: Histogram,
}

/// One row: the route, the method, the class of the status, and how often.
pub type Answered = (&'static str, &'static str, &'static str, u64);

impl Requests {
    /// Counters for these routes.
    #[must_use]
    pub fn new(routes: impl Iterator<Item = &'static str>) -> Self {
        let route =
            |path| (path, Route { answered: std::array::from_fn(|_| <_>::default()), took: Histogram::new(MICROS) });
        let routes = routes.chain([NO_ROUTE]).map(route).collect();
        Self { routes, connections: AtomicU64::new(0), too_many: AtomicU64::new(0) }
    }

    /// Counts an answer that took so long.
    pub fn count(&self, route: &str, method: &str, status: u16, took: Duration) {
        let Some(route) = self.routes.get(route) else { return };
        let method = METHODS.iter().position(|known| *known == method).unwrap_or(METHODS.len() - 1);
        let class = usize::from(status / 100).saturating_sub(1);
        if let Some(count) = route.answered.get(method).and_then(|classes| classes.get(class)) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        route.took.count(micros(took));
        if status == 429 {
            self.too_many.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// A connection is open, for as long as this lives.
    #[must_use]
    pub fn connect(self: &std::sync::Arc<Self>) -> Connected {
        self.connections.fetch_add(1, Ordering::Relaxed);
        Connected(std::sync::Arc::clone(self))
    }

    /// Connections that are open.
    #[must_use]
    pub fn connections(&self) -> u64 {
        self.connections.load(Ordering::Relaxed)
    }

    /// Requests that were refused because there were too many.
    #[must_use]
    pub fn too_many(&self) -> u64 {
        self.too_many.load(Ordering::Relaxed)
    }

    /// How often each route answered, in the order of their names; what never happened is left out.
    #[must_use]
    pub fn answered(&self) -> Vec<Answered> {
        let mut rows = Vec::new();
        for (path, route) in &self.routes {
            for (method, classes) in METHODS.iter().zip(&route.answered) {
                let counts = CLASSES.iter().zip(classes).map(|(class, count)| (class, count.load(Ordering::Relaxed)));
                rows.extend(
                    counts.filter(|(_, count)| *count > 0).map(|(class, count)| (*path, *method, *class, count)),
                );
            }
        }
        rows.sort_unstable();
        rows
    }

    /// How long answers took, by route, in microseconds; what was never asked for is left out.
    #[must_use]
    pub fn took(&self) -> Vec<(&'static str, Spread)> {
        let mut rows: Vec<_> = self.routes.iter().map(|(path, route)| (*path, route.took.spread())).collect();
        rows.retain(|(_, spread)| spread.count > 0);
        rows.sort_unstable_by_key(|(path, _)| *path);
        rows
    }
}

/// An open connection.
pub struct Connected(std::sync::Arc<Requests>);

impl Drop for Connected {
    fn drop(&mut self) {
        self.0.connections.fetch_sub(1, Ordering::Relaxed);
    }
}
