//! Guessing passwords is slow: after a few failures a login waits, known or not.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

use crate::clock::Moment;
use crate::error::Error;

/// Failures that cost nothing.
const FREE_FAILURES: u32 = 5;
/// Seconds to wait after the first failure beyond; doubled at each further one.
const FIRST_WAIT_SECONDS: i64 = 2;
/// Seconds to wait at most: an attacker cannot lock a member out for long.
const WAIT_SECONDS_MAX: i64 = 300;
/// Logins remembered at once; the stalest is forgotten first.
const LOGINS_MAX: usize = 10_000;

#[derive(Clone, Copy)]
struct Failures {
    count: u32,
    wait_until: Moment,
}

/// Failed log-ins by login, in memory: a restart forgives.
#[derive(Default)]
pub struct Throttle {
    logins: Mutex<HashMap<[u8; 32], Failures>>,
}

impl Throttle {
    /// Lets an attempt pass, and counts it as a failure until [`Throttle::succeeded`] says otherwise,
    /// so that attempts side by side are counted too.
    ///
    /// # Errors
    /// [`Error::TooMany`] with the seconds to wait.
    pub fn attempt(&self, login: &str, now: Moment) -> Result<(), Error> {
        let mut logins = self.logins.lock().unwrap_or_else(PoisonError::into_inner);
        if logins.len() >= LOGINS_MAX
            && let Some(stalest) = logins.iter().min_by_key(|(_, failures)| failures.wait_until).map(|(key, _)| *key)
        {
            logins.remove(&stalest);
        }
        let failures = logins.entry(key(login)).or_insert(Failures { count: 0, wait_until: now });
        if now < failures.wait_until {
            let millis = failures.wait_until.millis() - now.millis();
            return Err(Error::TooMany(u32::try_from((millis + 999) / 1000).unwrap_or(u32::MAX)));
        }
        failures.count = failures.count.saturating_add(1);
        let beyond = failures.count.saturating_sub(FREE_FAILURES);
        let wait = if beyond == 0 { 0 } else { FIRST_WAIT_SECONDS << (beyond - 1).min(20) };
        failures.wait_until = now.plus_seconds(wait.min(WAIT_SECONDS_MAX));
        Ok(())
    }

    /// Forgets the failures of a login whose password was right.
    pub fn succeeded(&self, login: &str) {
        self.logins.lock().unwrap_or_else(PoisonError::into_inner).remove(&key(login));
    }
}

fn key(login: &str) -> [u8; 32] {
    Sha256::digest(login.as_bytes()).into()
}
