//! What one side of a cooperation proposes to the other, and who answers. Pure.

use serde::{Deserialize, Serialize};

use crate::clock::Moment;
use crate::cooperation::rules::MembershipFacts;
use crate::error::Error;
use crate::id::Id;

/// Days a proposal waits for its answer.
pub const DAYS: i64 = 60;
/// Proposals that one side may have open at once.
pub const OPEN_MAX: i64 = 50;

/// One of the two sides of a membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, strum::IntoStaticStr, strum::EnumString)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Side {
    /// The structure, by its managers.
    Structure,
    /// The cooperation, by those who facilitate it.
    Cooperation,
}

impl Side {
    /// The one that answers when this one asks.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Structure => Self::Cooperation,
            Self::Cooperation => Self::Structure,
        }
    }
}

/// What has become of a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, strum::IntoStaticStr, strum::EnumString)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum State {
    /// It waits for its answer.
    Open,
    /// What it says has begun.
    Accepted,
    /// The other side does not want it.
    Declined,
    /// The side that asked took it back.
    Withdrawn,
    /// Nobody answered in time.
    Expired,
}

/// What happens to a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The other side agrees.
    Accept,
    /// The other side does not want it.
    Decline,
    /// The side that asked takes it back.
    Withdraw,
}

/// A proposal as recorded.
#[derive(Debug, Clone, Serialize)]
pub struct Proposal {
    /// Its identifier.
    pub id: Id,
    /// The membership it is about.
    #[serde(flatten)]
    pub facts: MembershipFacts,
    /// The facilitator's membership that would be handed over; none when a structure is to join.
    pub hands_over_id: Option<Id>,
    /// Which side asks.
    pub asked_by: Side,
    /// The account that asks.
    pub account_id: Id,
    /// What has become of it.
    pub state: State,
    /// When it ends unanswered.
    pub expires_at: Moment,
    /// Grows at each change.
    pub version: i64,
    /// When it was made.
    pub created_at: Moment,
}

impl Proposal {
    /// This, as it stands at an instant: what nobody answered in time has expired.
    #[must_use]
    pub fn at(self, now: Moment) -> Self {
        let over = self.state == State::Open && self.expires_at <= now;
        Self { state: if over { State::Expired } else { self.state }, ..self }
    }

    /// The side that may do this.
    #[must_use]
    pub fn side_of(&self, event: Event) -> Side {
        match event {
            Event::Withdraw => self.asked_by,
            Event::Accept | Event::Decline => self.asked_by.other(),
        }
    }

    /// The state after an event.
    ///
    /// # Errors
    /// [`Error::WrongState`] once it was answered, or its time is over.
    pub fn after(&self, event: Event) -> Result<State, Error> {
        if self.state != State::Open {
            let state: &str = self.state.into();
            return Err(Error::WrongState { state: state.to_owned() });
        }
        Ok(match event {
            Event::Accept => State::Accepted,
            Event::Decline => State::Declined,
            Event::Withdraw => State::Withdrawn,
        })
    }
}
