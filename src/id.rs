//! Identifiers: UUIDs that a client may choose, so that sending something twice creates it once.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::clock::Moment;
use crate::error::Fault;

/// A UUID as clients choose it: any but the nil and the max one. Ours are version 7 (RFC 9562).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "Uuid")]
pub struct Id(Uuid);

impl Id {
    /// Reads the hyphenated form only, so that one identifier has one spelling.
    ///
    /// # Errors
    /// [`Fault::Uuid`] for anything else, and for the nil and max UUID.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let uuid = Uuid::try_parse(text).map_err(|_| Fault::Uuid)?;
        if text.len() != 36 || uuid.is_nil() || uuid.is_max() {
            return Err(Fault::Uuid);
        }
        Ok(Self(uuid))
    }

    /// A new version 7 identifier, ordered by the instant it is made at.
    #[must_use]
    pub fn fresh(now: Moment) -> Self {
        let mut random = [0_u8; 10];
        random.copy_from_slice(&crate::secret::bytes::<10>());
        Self(uuid::Builder::from_unix_timestamp_millis(now.millis_since_1970(), &random).into_uuid())
    }

    /// The identifier that always belongs to these parts (version 8, from their SHA-256). An import
    /// names its rows so: the same file read again finds what it made the first time.
    #[must_use]
    pub fn of(parts: &[&str]) -> Self {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part.as_bytes());
        }
        let mut bytes = [0_u8; 16];
        bytes.copy_from_slice(&hasher.finalize()[..16]);
        Self(Uuid::new_v8(bytes))
    }

    /// The 16 bytes as stored and hashed.
    #[must_use]
    pub fn bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }

    /// Reads back what [`Id::bytes`] gave.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }
}

impl TryFrom<String> for Id {
    type Error = Fault;
    fn try_from(text: String) -> Result<Self, Fault> {
        Self::parse(&text)
    }
}

impl From<Id> for Uuid {
    fn from(id: Id) -> Self {
        id.0
    }
}

impl std::fmt::Display for Id {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}
