//! What opens a session and how long it lasts: passwords, lifetimes.

use serde::Deserialize;

use crate::error::Fault;
use crate::text::Name;

/// Characters of a password: at least, at most (NIST SP 800-63B asks no composition, only length).
pub const PASSWORD_CHARS: (usize, usize) = (12, 256);
/// Seconds an access token lives.
pub const ACCESS_SECONDS: i64 = 15 * 60;
/// Seconds a refresh token lives unused: a phone may be off for a month.
pub const REFRESH_SECONDS: i64 = 31 * 86_400;

/// A password as it came: never changed, never shown, never logged.
#[derive(Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct Password(String);

impl Password {
    /// The password, for the hash alone.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Refuses the passwords that hold the login, or one character over and over.
    ///
    /// # Errors
    /// [`Fault::Guessable`].
    pub fn check(&self, login: &Name) -> Result<(), Fault> {
        let lower = self.0.to_lowercase();
        let mut characters = lower.chars();
        let first = characters.next();
        if lower.contains(&login.as_str().to_lowercase()) || characters.all(|c| Some(c) == first) {
            return Err(Fault::Guessable);
        }
        Ok(())
    }
}

impl TryFrom<String> for Password {
    type Error = Fault;
    fn try_from(text: String) -> Result<Self, Fault> {
        let chars = text.chars().count();
        let (min, max) = PASSWORD_CHARS;
        match chars {
            _ if chars < min => Err(Fault::TooShort(min)),
            _ if chars > max => Err(Fault::TooLong(max)),
            _ => Ok(Self(text)),
        }
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Password(…)")
    }
}
