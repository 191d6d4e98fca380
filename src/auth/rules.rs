//! What an account is and may hold: logins, roles.

use serde::{Deserialize, Serialize};

use crate::clock::Moment;
use crate::id::Id;

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
