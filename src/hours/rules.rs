//! What an entry of volunteer hours says.

use serde::{Deserialize, Serialize};

use crate::clock::{DAY_MINUTES, Day, Moment};
use crate::error::{Error, Fault};
use crate::id::Id;
use crate::ledger::rules::{Basis, Provenance, State};
use crate::text::{Name, Note, or_default};

/// People in one entry at most.
const HEAD_COUNT_MAX: i64 = 10_000;

/// How many people gave the time: 1–10,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct HeadCount(i64);

impl HeadCount {
    /// The number of people.
    #[must_use]
    pub fn people(self) -> i64 {
        self.0
    }
}

impl Default for HeadCount {
    fn default() -> Self {
        Self(1)
    }
}

impl TryFrom<i64> for HeadCount {
    type Error = Fault;
    fn try_from(people: i64) -> Result<Self, Fault> {
        if (1..=HEAD_COUNT_MAX).contains(&people) { Ok(Self(people)) } else { Err(Fault::Range(1, HEAD_COUNT_MAX)) }
    }
}

impl From<HeadCount> for i64 {
    fn from(count: HeadCount) -> Self {
        count.0
    }
}

/// Hours to record.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wish {
    /// The structure whose members gave; none: individual volunteers.
    pub giver_id: Option<Id>,
    /// The structure that received; none: the commons of the cooperation.
    pub receiver_id: Option<Id>,
    /// In which cooperation.
    pub cooperation_id: Option<Id>,
    /// Who gave, if one person known to the giver, or without giver to the receiver.
    pub person_id: Option<Id>,
    /// How many people gave.
    #[serde(default, deserialize_with = "or_default")]
    pub head_count: HeadCount,
    /// When.
    pub day: Day,
    /// Minutes of all of them together.
    pub minutes: i64,
    /// What they did; `coordination` is an activity like any other.
    pub activity: Name,
    /// How the minutes are known.
    pub provenance: Option<Provenance>,
    /// The rule of an estimate.
    pub provenance_rule: Option<Name>,
    /// For the declaring structure's own use.
    pub note: Option<Note>,
}

impl Wish {
    /// Holds the fields against one another.
    ///
    /// # Errors
    /// [`Fault::Range`] for minutes beyond 24 hours a head, [`Fault::NotAllowed`] for a person among several.
    pub fn judge(&self) -> Result<Basis, Error> {
        let most = DAY_MINUTES * self.head_count.people();
        if !(1..=most).contains(&self.minutes) {
            return Err(Fault::Range(1, most).at("/minutes"));
        }
        if self.person_id.is_some() && self.head_count.people() != 1 {
            return Err(Fault::NotAllowed.at("/person_id"));
        }
        Basis::of(self.provenance, self.provenance_rule.clone())
    }
}

/// Hours as recorded.
#[derive(Debug, Clone, Serialize)]
pub struct Hours {
    /// Their identifier.
    pub id: Id,
    /// The structure whose members gave.
    pub giver_id: Option<Id>,
    /// The structure that received.
    pub receiver_id: Option<Id>,
    /// In which cooperation.
    pub cooperation_id: Option<Id>,
    /// Who gave; shown inside the person's own structure only.
    pub person_id: Option<Id>,
    /// How many people gave.
    pub head_count: i64,
    /// When.
    pub day: Day,
    /// Minutes of all of them together, as declared.
    pub minutes: i64,
    /// What they did.
    pub activity: Name,
    /// How the minutes are known.
    pub provenance: Provenance,
    /// The rule of an estimate.
    pub provenance_rule: Option<Name>,
    /// Shown inside the declaring structure only.
    pub note: Option<Note>,
    /// Their line in the ledger.
    pub contribution_id: Id,
    /// Where that stands.
    pub state: State,
    /// When recorded.
    pub created_at: Moment,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{FieldError, tests::wrong};

    #[test]
    fn one_person_gives_or_ten_thousand_at_most() {
        for (people, sound) in [(0, false), (1, true), (HEAD_COUNT_MAX, true), (HEAD_COUNT_MAX + 1, false)] {
            let expected = if sound { Ok(HeadCount(people)) } else { Err(Fault::Range(1, HEAD_COUNT_MAX)) };
            assert_eq!(HeadCount::try_from(people), expected);
        }
    }

    #[test]
    fn a_day_has_24_hours_for_each_head_and_a_person_is_one() {
        let judged = |people, minutes, person_id| {
            let wish = Wish {
                giver_id: None,
                receiver_id: None,
                cooperation_id: None,
                person_id,
                head_count: HeadCount(people),
                day: Day::parse("2026-03-14").unwrap(),
                minutes,
                activity: Name::parse("Fauche").unwrap(),
                provenance: None,
                provenance_rule: None,
                note: None,
            };
            wrong(wish.judge().map(drop))
        };
        for (people, minutes, sound) in
            [(1, 0, false), (1, 1, true), (1, 1440, true), (1, 1441, false), (3, 4320, true), (3, 4321, false)]
        {
            let refused = FieldError::new("/minutes", Fault::Range(1, people * 1440));
            assert_eq!(judged(people, minutes, None), (!sound).then_some(refused), "{people} {minutes}");
        }
        let somebody = Some(Id::of(&["person"]));
        assert_eq!(judged(1, 60, somebody), None);
        assert_eq!(judged(2, 60, somebody), Some(FieldError::new("/person_id", Fault::NotAllowed)));
    }
}
