//! What a service token is: for whom, how far, until when. Pure.

use serde::{Deserialize, Serialize};

use crate::auth::rules::{Of, Scope};
use crate::clock::{Day, Moment};
use crate::error::{Error, Fault};
use crate::id::Id;
use crate::text::Name;

/// Days that a service token lives at most: what nobody renews, nobody needs.
pub const DAYS_MAX: i64 = 366;
/// What every service token begins with, so that one that leaks is recognised for what it is.
pub const PREFIX: &str = "nvt_";

/// A program that asks with a live token.
#[derive(Debug, Clone, Copy)]
pub struct Program {
    /// The token's identifier.
    pub id: Id,
    /// The account that made the token: what it may no longer give out, the token no longer opens.
    pub made_by: Id,
    /// Of what the token is the key.
    pub of: Of,
    /// How far it goes.
    pub scope: Scope,
}

/// A service token to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// For whom it is, in words: "Conseil départemental, subvention 2026".
    pub name: Name,
    /// The structure it is for ...
    pub structure_id: Option<Id>,
    /// ... or the cooperation.
    pub cooperation_id: Option<Id>,
    /// How far it goes.
    pub scope: Scope,
    /// The first day on which it no longer opens anything.
    pub until: Day,
}

impl Facts {
    /// Of what it is the key.
    ///
    /// # Errors
    /// [`Fault::Missing`] without either, [`Fault::NotAllowed`] with both, or for a cooperation beyond its summaries:
    /// its records are its members'.
    pub fn of(&self) -> Result<Of, Error> {
        match (self.structure_id, self.cooperation_id) {
            (Some(structure), None) => Ok(Of::Structure(structure)),
            (None, Some(cooperation)) if self.scope == Scope::Aggregates => Ok(Of::Cooperation(cooperation)),
            (None, Some(_)) => Err(Fault::NotAllowed.at("/scope")),
            (Some(_), Some(_)) => Err(Fault::NotAllowed.at("/cooperation_id")),
            (None, None) => Err(Fault::Missing.at("/structure_id")),
        }
    }
}

/// A service token as recorded; its secret is not.
#[derive(Debug, Clone, Serialize)]
pub struct Kept {
    /// Its identifier.
    pub id: Id,
    /// For whom, how far, until when.
    #[serde(flatten)]
    pub facts: Facts,
    /// The account that made it.
    pub made_by: Id,
    /// True when it is revoked.
    pub archived: bool,
    /// Grows at each change.
    pub version: i64,
    /// When it was made.
    pub created_at: Moment,
}
