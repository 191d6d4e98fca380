//! Random secrets and their digests: the one place that asks the system for randomness.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// Bytes of a token handed to a person or a client: 256 bits.
const TOKEN_BYTES: usize = 32;

/// Random bytes from the operating system.
///
/// A system that cannot give randomness cannot keep secrets: the process stops rather than go on.
#[must_use]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0_u8; N];
    if getrandom::fill(&mut bytes).is_err() {
        tracing::error!("the operating system gives no random bytes; stopping");
        std::process::abort();
    }
    bytes
}

/// A new secret of 256 bits in URL-safe text.
#[must_use]
pub fn token() -> String {
    URL_SAFE_NO_PAD.encode(bytes::<TOKEN_BYTES>())
}

/// What is kept of a token: its SHA-256. A token is random enough to need no salt.
#[must_use]
pub fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
