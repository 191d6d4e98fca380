//! What an inbox holds, and what is confirmed from it at once.

use serde::{Deserialize, Serialize};

use crate::error::Fault;
use crate::id::Id;
use crate::ledger::rules::State;

/// Contributions confirmed in one request at most.
pub const CONFIRMED_AT_ONCE_MAX: usize = 200;
/// Counting of a tray stops here: whoever has so many lines waiting does not need to know the last digit.
pub const COUNTED_MAX: i64 = 10_000;

/// How much lies in each tray; [`COUNTED_MAX`] is that many or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Contributions without the structure's word.
    pub waiting: i64,
    /// Flows with an objection.
    pub contested: i64,
    /// Corrections without the structure's word.
    pub corrected: i64,
}

/// What stands above a page of an inbox.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Heading {
    /// How much lies in each tray.
    pub counts: Counts,
}

/// Contributions to confirm: 1–200.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Vec<Id>")]
pub struct Several(pub Vec<Id>);

impl TryFrom<Vec<Id>> for Several {
    type Error = Fault;
    fn try_from(ids: Vec<Id>) -> Result<Self, Fault> {
        if (1..=CONFIRMED_AT_ONCE_MAX).contains(&ids.len()) {
            Ok(Self(ids))
        } else {
            Err(Fault::Items(1, CONFIRMED_AT_ONCE_MAX))
        }
    }
}

/// Several contributions to confirm for one structure.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfirmWish {
    /// For whom.
    pub structure_id: Id,
    /// Which.
    pub contribution_ids: Several,
}

/// What became of one of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// Which.
    pub contribution_id: Id,
    /// True when it was confirmed now.
    pub confirmed: bool,
    /// Where it stands now; none when the caller may not see it.
    pub state: Option<State>,
    /// Why it was not confirmed: the code of the problem that it alone would have been answered.
    pub code: Option<&'static str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_contribution_is_confirmed_at_once_or_200_at_most() {
        for (count, sound) in [(0, false), (1, true), (CONFIRMED_AT_ONCE_MAX, true), (CONFIRMED_AT_ONCE_MAX + 1, false)]
        {
            let taken = Several::try_from(vec![Id::of(&["contribution"]); count]).map(|several| several.0.len());
            assert_eq!(taken, if sound { Ok(count) } else { Err(Fault::Items(1, CONFIRMED_AT_ONCE_MAX)) });
        }
    }
}
