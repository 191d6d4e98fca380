//! How many requests a client may send: counted by account, or by address for what needs none.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use governor::middleware::StateInformationMiddleware;
use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::{Quota, RateLimiter};

use super::limits::{COSTLY, POLICY_KEYS_MAX, PUBLIC, READS, WRITES};
use crate::auth::Caller;
use crate::clock::Clock;
use crate::error::Error;

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// So many requests in so many seconds. All of them may come at once; they come back one by one, evenly.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// What it is called in the headers.
    pub name: &'static str,
    /// Requests.
    pub quota: u32,
    /// Seconds in which they come back.
    pub window_seconds: u32,
}

/// Whether requests are counted, and how generously.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Generosity {
    /// They are not counted.
    Off,
    /// This many hundredths of what `limits` says.
    Percent(u32),
}

impl Default for Generosity {
    fn default() -> Self {
        Self::Percent(100)
    }
}

impl std::str::FromStr for Generosity {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "on" => Ok(Self::default()),
            "off" => Ok(Self::Off),
            other => other
                .strip_suffix('%')
                .and_then(|percent| percent.parse().ok())
                .filter(|percent| (1..=100_000).contains(percent))
                .map(Self::Percent)
                .ok_or("say on, off, or a percentage from 1% to 100000%"),
        }
    }
}

/// The counters of all policies.
pub struct Rates {
    reads: Counter<Caller>,
    writes: Counter<Caller>,
    costly: Counter<Caller>,
    public: Counter<IpAddr>,
}

impl Rates {
    /// Counters that run by this clock; none when nothing is to be counted.
    #[must_use]
    pub fn new(generosity: Generosity, clock: &Clock) -> Option<Self> {
        let Generosity::Percent(percent) = generosity else { return None };
        Some(Self {
            reads: Counter::new(READS, percent, clock)?,
            writes: Counter::new(WRITES, percent, clock)?,
            costly: Counter::new(COSTLY, percent, clock)?,
            public: Counter::new(PUBLIC, percent, clock)?,
        })
    }
}

/// One request at the door: whose it is, and what was counted of it.
#[derive(Clone)]
pub struct Visit {
    /// The client's address, its household only: never logged.
    pub address: IpAddr,
    /// It only reads.
    pub reads: bool,
    /// What it asks for takes long.
    pub costly: bool,
    counted: Arc<Mutex<Vec<Standing>>>,
}

impl Visit {
    /// A request of which nothing is counted yet.
    #[must_use]
    pub fn new(address: IpAddr, reads: bool, costly: bool) -> Self {
        Self { address, reads, costly, counted: Arc::default() }
    }

    /// Counts the request for its caller. Whether a service token is good is known only later, so programs are counted
    /// by address: else each guess would have a quota of its own.
    ///
    /// # Errors
    /// [`Error::TooMany`].
    pub fn by_caller(&self, rates: Option<&Rates>, caller: Caller) -> Result<(), Error> {
        let Some(rates) = rates else { return Ok(()) };
        // By account: a further session brings no further quota.
        let caller = caller.whole();
        match caller {
            Caller::Account { .. } if self.reads => self.count(&rates.reads, &caller)?,
            Caller::Account { .. } => self.count(&rates.writes, &caller)?,
            Caller::Program(_) | Caller::Operator => self.count(&rates.public, &self.address)?,
        }
        if self.costly { self.count(&rates.costly, &caller) } else { Ok(()) }
    }

    /// Counts the request for the address it came from.
    ///
    /// # Errors
    /// [`Error::TooMany`].
    pub fn by_address(&self, rates: Option<&Rates>) -> Result<(), Error> {
        rates.map_or(Ok(()), |rates| self.count(&rates.public, &self.address))
    }

    /// True while the request is counted for nobody.
    #[must_use]
    pub fn is_uncounted(&self) -> bool {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    fn count<K: Hash + Eq + Clone>(&self, counter: &Counter<K>, key: &K) -> Result<(), Error> {
        let standing = counter.count(key);
        self.counted.lock().unwrap_or_else(PoisonError::into_inner).push(standing);
        if standing.refused { Err(Error::TooMany(standing.seconds)) } else { Ok(()) }
    }

    /// Says in an answer's headers what was counted (draft-ietf-httpapi-ratelimit-headers-10).
    pub fn tell(&self, headers: &mut HeaderMap) {
        let counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let list = |told: fn(&Standing) -> String| counted.iter().map(told).collect::<Vec<_>>().join(", ");
        let policies = list(|Standing { policy: Policy { name, quota, window_seconds }, .. }| {
            format!("\"{name}\";q={quota};w={window_seconds}")
        });
        let left = list(|standing| format!("\"{}\";r={};t={}", standing.policy.name, standing.left, standing.seconds));
        for (name, text) in [(RATE_LIMIT_POLICY, policies), (RATE_LIMIT, left)] {
            if let Some(value) = HeaderValue::try_from(text).ok().filter(|value| !value.is_empty()) {
                headers.insert(name, value);
            }
        }
    }
}

/// Where a client stands after a request.
#[derive(Debug, Clone, Copy)]
struct Standing {
    policy: Policy,
    /// Requests left.
    left: u32,
    /// Seconds until the whole quota is back; for a refused request, until it may come again.
    seconds: u32,
    refused: bool,
}

/// One policy, and how far each client has used it up.
struct Counter<K: Hash + Eq + Clone> {
    policy: Policy,
    clock: Clock,
    limiter: RateLimiter<K, Memory<K>, Clock, StateInformationMiddleware>,
}

impl<K: Hash + Eq + Clone> Counter<K> {
    fn new(policy: Policy, percent: u32, clock: &Clock) -> Option<Self> {
        let quota = NonZeroU32::new((policy.quota.saturating_mul(percent) / 100).max(1))?;
        let policy = Policy { quota: quota.get(), ..policy };
        let period = Duration::from_secs(policy.window_seconds.into()) / quota.get();
        let rate = Quota::with_period(period)?.allow_burst(quota);
        let limiter = RateLimiter::new(rate, Memory::default(), clock.clone());
        Some(Self { policy, clock: clock.clone(), limiter })
    }

    fn count(&self, key: &K) -> Standing {
        let policy = self.policy;
        match self.limiter.check_key(key) {
            Ok(state) => {
                let left = state.remaining_burst_capacity();
                let used = policy.quota.saturating_sub(left);
                let seconds = seconds(state.quota().replenish_interval() * used);
                Standing { policy, left, seconds, refused: false }
            }
            Err(until) => {
                let wait = until.wait_time_from(governor::clock::Clock::now(&self.clock));
                Standing { policy, left: 0, seconds: seconds(wait).max(1), refused: true }
            }
        }
    }
}

/// Whole seconds, rounded up.
fn seconds(duration: Duration) -> u32 {
    let begun = u64::from(duration.subsec_nanos() > 0);
    u32::try_from(duration.as_secs() + begun).unwrap_or(u32::MAX)
}

/// When each client's quota is whole again, for so many clients at most.
struct Memory<K> {
    clients: Mutex<HashMap<K, Nanos>>,
}

impl<K> Default for Memory<K> {
    fn default() -> Self {
        Self { clients: Mutex::default() }
    }
}

impl<K: Hash + Eq + Clone> StateStore for Memory<K> {
    type Key = K;
    fn measure_and_replace<T, F, E>(&self, key: &K, judge: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let (judged, whole_at) = judge(clients.get(key).copied())?;
        if clients.len() >= POLICY_KEYS_MAX && !clients.contains_key(key) {
            forget_stalest(&mut clients);
        }
        clients.insert(key.clone(), whole_at);
        Ok(judged)
    }
}

/// Forgets the half whose quota is whole first: they used the least. A half, so that it is seldom done.
fn forget_stalest<K: Hash + Eq>(clients: &mut HashMap<K, Nanos>) {
    let mut ages: Vec<Nanos> = clients.values().copied().collect();
    let middle = ages.len() / 2;
    let (_, median, _) = ages.select_nth_unstable(middle);
    let median = *median;
    clients.retain(|_, whole_at| *whole_at > median);
}

impl governor::clock::Clock for Clock {
    type Instant = Duration;
    fn now(&self) -> Duration {
        Duration::from_millis(u64::try_from(Clock::now(self).millis()).unwrap_or(0))
    }
}
