//! What opens a session and how long it lasts: passwords, lifetimes.

use serde::{Deserialize, Serialize};

use super::guessable::is_guessable;
use crate::clock::Moment;
use crate::error::Fault;
use crate::id::Id;

/// Characters (code points) of a password: at least, at most. NIST SP 800-63B-4, 3.1.1.2: fifteen where the password is
/// the only factor, and nothing asked of their kinds. One rule for all, so that a second factor can be taken away again.
pub const PASSWORD_CHARS: (usize, usize) = (15, 256);
/// Seconds an access token lives.
pub const ACCESS_SECONDS: i64 = 15 * 60;
/// Seconds a session lives unused: a phone may be off for a month.
pub const IDLE_SECONDS: i64 = 31 * 86_400;
/// Seconds a session lives at most; then its holder logs in again.
pub const SESSION_SECONDS_MAX: i64 = 180 * 86_400;
/// Sessions of an account that live at once; a further one ends the stalest.
pub const SESSIONS_MAX: i64 = 20;
/// Seconds a link to choose a new password is good for.
pub const LINK_SECONDS: i64 = 86_400;
/// How a second factor stands in a refusal: there is none, or there is one.
pub const FACTOR_STATE: [&str; 2] = ["no_second_factor", "second_factor"];
/// Seconds a key signs access tokens before a new one takes over by itself.
pub const KEY_SECONDS_MAX: i64 = 90 * 86_400;

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

    /// Refuses the passwords that anyone would guess who knows the account: its login, its structures.
    ///
    /// # Errors
    /// [`Fault::Guessable`].
    pub fn check(&self, known: &[&str]) -> Result<(), Fault> {
        if is_guessable(&self.0, known) { Err(Fault::Guessable) } else { Ok(()) }
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

/// A session as its holder sees it.
#[derive(Debug, Clone, Serialize)]
pub struct Session {
    /// Its identifier.
    pub id: Id,
    /// What the client called the device.
    pub device: Option<String>,
    /// When its holder logged in.
    pub created_at: Moment,
    /// When it last gave out tokens.
    pub used_at: Moment,
    /// When it ends if it is not used before.
    pub expires_at: Moment,
    /// True for the session of the request itself.
    pub current: bool,
}

/// When a session ends that was begun and last used at these moments.
#[must_use]
pub fn expiry(created_at: Moment, used_at: Moment) -> Moment {
    used_at.plus_seconds(IDLE_SECONDS).min(created_at.plus_seconds(SESSION_SECONDS_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_has_fifteen_characters_at_least_and_256_at_most_however_many_bytes() {
        let (min, max) = PASSWORD_CHARS;
        let fault = |length: usize| Password::try_from("é".repeat(length)).err();
        assert_eq!([min, max].map(fault), [None, None]);
        assert_eq!([min - 1, max + 1].map(fault), [Some(Fault::TooShort(min)), Some(Fault::TooLong(max))]);
    }

    #[test]
    fn a_session_ends_a_month_after_it_was_used_and_half_a_year_after_it_began() {
        let day = |number: i64| Moment::from_millis(number * 86_400_000);
        assert_eq!(expiry(day(0), day(10)), day(41));
        assert_eq!(expiry(day(0), day(149)), day(180));
        assert_eq!(expiry(day(0), day(170)), day(180));
    }
}
