//! What an account is and may hold: logins, passwords, roles.

use serde::{Deserialize, Serialize};

use crate::clock::Moment;
use crate::error::Fault;
use crate::id::Id;
use crate::text::Name;

/// Characters of a password: at least, at most (NIST SP 800-63B asks no composition, only length).
pub const PASSWORD_CHARS: (usize, usize) = (12, 256);
/// Seconds an access token lives.
pub const ACCESS_SECONDS: i64 = 15 * 60;
/// Seconds a refresh token lives unused: a phone may be off for a month.
pub const REFRESH_SECONDS: i64 = 31 * 86_400;

/// What an account may do in a structure; each may do all that the ones before it may.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, strum::IntoStaticStr, strum::EnumString,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Role {
    /// Sees what the structure records.
    Reader,
    /// Records loans, hours, sessions; confirms and contests.
    Contributor,
    /// Changes the structure, gives and takes roles.
    Manager,
}

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

/// An account as others see it: never its password.
#[derive(Debug, Clone, Serialize)]
pub struct Account {
    /// Its identifier.
    pub id: Id,
    /// What one types to log in.
    pub login: String,
    /// True for the owner of the instance.
    pub owner: bool,
    /// True when it can no longer log in.
    pub archived: bool,
    /// Grows at each change.
    pub version: i64,
    /// When it was made.
    pub created_at: Moment,
    /// Its present roles.
    pub roles: Vec<Held>,
}

/// A role an account holds.
#[derive(Debug, Clone, Serialize)]
pub struct Held {
    /// The grant's identifier.
    pub id: Id,
    /// Where.
    pub structure_id: Id,
    /// What.
    pub role: Role,
}

/// A role to give.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantWish {
    /// To whom.
    pub account_id: Id,
    /// Where.
    pub structure_id: Id,
    /// What.
    pub role: Role,
}

/// A role given.
#[derive(Debug, Clone, Serialize)]
pub struct Grant {
    /// Its identifier.
    pub id: Id,
    /// To whom, where, what.
    #[serde(flatten)]
    pub wish: GrantWish,
    /// True when it was taken back.
    pub archived: bool,
    /// Grows at each change.
    pub version: i64,
}
