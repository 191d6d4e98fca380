//! What an invitation is, how long it holds, and what has become of it. Pure.

use serde::{Deserialize, Serialize};

use crate::auth::rules::Role;
use crate::clock::Moment;
use crate::error::Fault;
use crate::id::Id;

/// Days an invitation holds at most, and when not said.
pub const DAYS_MAX: i64 = 60;
const DAYS_DEFAULT: i64 = 14;
/// Invitations into one structure that may be open at once.
pub const OPEN_MAX: i64 = 20;

/// How many days an invitation holds: 1–60, 14 when not said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "i64")]
pub struct Days(i64);

impl Days {
    /// The instant so many days later.
    #[must_use]
    pub fn after(self, now: Moment) -> Moment {
        now.plus_seconds(self.0 * 86_400)
    }
}

impl Default for Days {
    fn default() -> Self {
        Self(DAYS_DEFAULT)
    }
}

impl TryFrom<i64> for Days {
    type Error = Fault;
    fn try_from(days: i64) -> Result<Self, Fault> {
        if (1..=DAYS_MAX).contains(&days) { Ok(Self(days)) } else { Err(Fault::Range(1, DAYS_MAX)) }
    }
}

/// Into what somebody is invited. Fixed: another invitation has another secret.
#[derive(Debug, Clone, Serialize)]
pub struct Facts {
    /// Into which structure.
    pub structure_id: Id,
    /// As what: whoever accepts gets this role, and never a higher one.
    pub role: Role,
}

/// What has become of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Whoever holds its link may accept it.
    Open,
    /// It was accepted, once.
    Accepted,
    /// It was taken back.
    Revoked,
    /// Its time is over.
    Expired,
}

/// An invitation as recorded; its secret is not.
#[derive(Debug, Clone, Serialize)]
pub struct Invitation {
    /// Its identifier.
    pub id: Id,
    /// Into what.
    #[serde(flatten)]
    pub facts: Facts,
    /// The account that made it.
    pub invited_by: Id,
    /// The account that accepted it.
    pub accepted_by: Option<Id>,
    /// When it ends.
    pub expires_at: Moment,
    /// True when it was accepted or taken back.
    pub archived: bool,
    /// Grows at each change.
    pub version: i64,
    /// When it was made.
    pub created_at: Moment,
}

impl Invitation {
    /// What has become of it at an instant.
    #[must_use]
    pub fn state(&self, now: Moment) -> State {
        match (self.accepted_by, self.archived) {
            (Some(_), _) => State::Accepted,
            (None, true) => State::Revoked,
            (None, false) if self.expires_at <= now => State::Expired,
            (None, false) => State::Open,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_holds_for_a_day_to_sixty() {
        for (days, sound) in [(0, false), (1, true), (DAYS_MAX, true), (DAYS_MAX + 1, false)] {
            let expected = if sound { Ok(Days(days)) } else { Err(Fault::Range(1, DAYS_MAX)) };
            assert_eq!(Days::try_from(days), expected);
        }
        assert_eq!(Days(2).after(Moment::from_millis(5)), Moment::from_millis(2 * 86_400_000 + 5));
    }
}
