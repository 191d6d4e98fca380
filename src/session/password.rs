//! Password hashes: Argon2id, a few at a time, in threads that may block.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use tokio::sync::Semaphore;

use super::rules::Password;
use crate::error::Error;

/// Hashes computed side by side: each takes 19 MiB and tens of milliseconds of one core.
const HASHES_AT_ONCE: usize = 2;
/// How long a log-in waits for its turn.
const TURN_WAIT: std::time::Duration = std::time::Duration::from_secs(2);
/// OWASP's first choice of parameters for Argon2id (Password Storage Cheat Sheet): memory KiB, passes, lanes.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);

static TURNS: Semaphore = Semaphore::const_new(HASHES_AT_ONCE);

fn hasher() -> Result<Argon2<'static>, Error> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The hash of a password, at once. For the command line, which has no other work.
///
/// # Errors
/// [`Error::Internal`] when the hash cannot be made.
pub fn hash_now(password: &Password) -> Result<String, Error> {
    hash_of(password.as_str())
}

fn hash_of(password: &str) -> Result<String, Error> {
    let hash = hasher()?.hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|error| Error::Internal(error.to_string()))
}

/// The hash of a password, in PHC form.
///
/// # Errors
/// [`Error::Busy`] when too many are being hashed.
pub async fn hash(password: Password) -> Result<String, Error> {
    in_turn(move || hash_now(&password)).await
}

/// What a hash says of a password.
pub struct Verdict {
    /// True when the password is the one hashed.
    pub right: bool,
    /// Its hash made anew, when it is right and the hash was made with parameters that are no longer ours.
    pub anew: Option<String>,
}

/// Holds a password against a hash. Without a hash, as long a time is spent to say no.
///
/// # Errors
/// [`Error::Busy`] when too many are being hashed.
pub async fn judge(password: String, hash: Option<String>) -> Result<Verdict, Error> {
    in_turn(move || {
        let hasher = hasher()?;
        let Some(hash) = hash else {
            let _same_time = hasher.hash_password(password.as_bytes());
            return Ok(Verdict { right: false, anew: None });
        };
        let hash = PasswordHash::new(&hash).map_err(|error| Error::Internal(error.to_string()))?;
        let right = hasher.verify_password(password.as_bytes(), &hash).is_ok();
        let ours = Params::try_from(&hash).is_ok_and(|made| cost(&made) == COST);
        let anew = if right && !ours { Some(hash_of(&password)?) } else { None };
        Ok(Verdict { right, anew })
    })
    .await
}

fn cost(params: &Params) -> (u32, u32, u32) {
    (params.m_cost(), params.t_cost(), params.p_cost())
}

async fn in_turn<T: Send + 'static>(work: impl FnOnce() -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
    let turn = tokio::time::timeout(TURN_WAIT, TURNS.acquire()).await;
    let Ok(Ok(permit)) = turn else { return Err(Error::Busy) };
    let done = tokio::task::spawn_blocking(move || {
        // The permit lives as long as the work, even when the caller goes away.
        let _permit = permit;
        work()
    });
    done.await.unwrap_or_else(|_| Err(Error::Internal("hashing a password panicked".to_owned())))
}
