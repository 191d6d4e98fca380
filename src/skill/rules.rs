//! What a skill, a need and a skill session say.

use serde::{Deserialize, Serialize};

use crate::clock::{DAY_MINUTES, Day, Moment};
use crate::error::{Error, Fault};
use crate::id::Id;
use crate::ledger::rules::{Basis, Kind, Provenance, State};
use crate::text::{Name, Note};

/// Receiving structures of one session at most.
pub const RECEIVERS_MAX: usize = 100;
/// Participants of one receiver at most.
const PARTICIPANTS_MAX: i64 = 10_000;

/// What can be passed on, or what is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr, strum::EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum Side {
    /// A skill: an offer.
    Offer,
    /// A need: its mirror.
    Need,
}

/// The facts about a skill or a need that its structure states and changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// Whose it is. Fixed.
    pub structure_id: Id,
    /// Who can pass it on; shown inside the structure only. Of a skill only.
    pub person_id: Option<Id>,
    /// What people call it.
    pub name: Name,
    /// More about it.
    pub description: Option<Note>,
}

/// A skill or a need as recorded.
#[derive(Debug, Clone, Serialize)]
pub struct Skill {
    /// Its identifier.
    pub id: Id,
    /// What is stated.
    #[serde(flatten)]
    pub facts: Facts,
    /// The name of who can pass it on, if they agreed that it is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person_name: Option<Name>,
    /// True when it is no longer offered or looked for.
    pub archived: bool,
    /// Grows at each change.
    pub version: i64,
    /// When recorded.
    pub created_at: Moment,
}

/// Who taught: French accounting tells a volunteer's time (864/875) from a structure's paid work (862/871).
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, strum::EnumString,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum TaughtBy {
    /// A volunteer.
    #[default]
    Volunteer,
    /// Paid staff of the giving structure.
    Staff,
}

impl From<TaughtBy> for Kind {
    fn from(taught_by: TaughtBy) -> Self {
        match taught_by {
            TaughtBy::Volunteer => Self::SkillByVolunteer,
            TaughtBy::Staff => Self::SkillByStaff,
        }
    }
}

/// How many people of one receiver took part: 1–10,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "i64")]
pub struct Participants(i64);

impl Participants {
    /// The number of people.
    #[must_use]
    pub fn people(self) -> i64 {
        self.0
    }
}

impl TryFrom<i64> for Participants {
    type Error = Fault;
    fn try_from(people: i64) -> Result<Self, Fault> {
        let legal = (1..=PARTICIPANTS_MAX).contains(&people);
        if legal { Ok(Self(people)) } else { Err(Fault::Range(1, PARTICIPANTS_MAX)) }
    }
}

/// A structure that received, or the commons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiverWish {
    /// The structure; none: the commons of the cooperation.
    pub structure_id: Option<Id>,
    /// How many of its people took part.
    pub participants: Participants,
}

/// A session to record.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wish {
    /// The structure that passed something on.
    pub giver_id: Id,
    /// In which cooperation.
    pub cooperation_id: Option<Id>,
    /// A skill of the giver's.
    pub skill_id: Option<Id>,
    /// What was passed on, when it is no recorded skill.
    pub skill: Option<Name>,
    /// Who taught.
    #[serde(default, deserialize_with = "crate::text::or_default")]
    pub taught_by: TaughtBy,
    /// Which person, known to the giver.
    pub person_id: Option<Id>,
    /// When.
    pub day: Day,
    /// Minutes taught; none: nobody measured them.
    pub minutes: Option<i64>,
    /// Who received it.
    pub receivers: Vec<ReceiverWish>,
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
    /// [`Fault::Range`], [`Fault::Twice`], [`Fault::Missing`], [`Fault::NotAllowed`] at their fields.
    pub fn judge(&self) -> Result<Basis, Error> {
        if self.minutes.is_some_and(|minutes| !(1..=DAY_MINUTES).contains(&minutes)) {
            return Err(Fault::Range(1, DAY_MINUTES).at("/minutes"));
        }
        match (&self.skill_id, &self.skill) {
            (None, None) => return Err(Fault::Missing.at("/skill")),
            (Some(_), Some(_)) => return Err(Fault::NotAllowed.at("/skill")),
            _ => {}
        }
        if self.receivers.is_empty() || self.receivers.len() > RECEIVERS_MAX {
            return Err(Fault::Items(1, RECEIVERS_MAX).at("/receivers"));
        }
        for (position, receiver) in self.receivers.iter().enumerate() {
            if self.receivers[..position].iter().any(|other| other.structure_id == receiver.structure_id) {
                return Err(Fault::Twice.at(&format!("/receivers/{position}/structure_id")));
            }
        }
        Basis::of(self.provenance, self.provenance_rule.clone())
    }
}

/// The minutes of a session shared among its receivers by their participants, in whole minutes that add
/// up: differences of one rounded-down running total. What was taught once is counted once.
#[must_use]
pub fn shares(minutes: i64, participants: &[i64]) -> Vec<i64> {
    let all: i64 = participants.iter().sum::<i64>().max(1);
    let (mut people, mut counted) = (0, 0);
    participants
        .iter()
        .map(|of_one| {
            people += of_one;
            let so_far = minutes * people / all;
            let share = so_far - counted;
            counted = so_far;
            share
        })
        .collect()
}

/// A session as recorded.
#[derive(Debug, Clone, Serialize)]
pub struct Session {
    /// Its identifier.
    pub id: Id,
    /// The structure that passed something on.
    pub giver_id: Id,
    /// In which cooperation.
    pub cooperation_id: Option<Id>,
    /// The recorded skill.
    pub skill_id: Option<Id>,
    /// What was passed on.
    pub skill: Name,
    /// Who taught.
    pub taught_by: TaughtBy,
    /// Which person; shown inside the person's own structure only.
    pub person_id: Option<Id>,
    /// When.
    pub day: Day,
    /// Minutes taught, as declared.
    pub minutes: Option<i64>,
    /// How they are known.
    pub provenance: Provenance,
    /// The rule of an estimate.
    pub provenance_rule: Option<Name>,
    /// Shown inside the declaring structure only.
    pub note: Option<Note>,
    /// Who received it.
    pub receivers: Vec<Receiver>,
    /// When recorded.
    pub created_at: Moment,
}

/// A receiver of a session, and its contribution.
#[derive(Debug, Clone, Serialize)]
pub struct Receiver {
    /// The structure; none: the commons of the cooperation.
    pub structure_id: Option<Id>,
    /// How many of its people took part.
    pub participants: i64,
    /// Its share of the minutes.
    pub minutes: Option<i64>,
    /// Its line in the ledger.
    pub contribution_id: Id,
    /// Where that stands.
    pub state: State,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{FieldError, tests::wrong};

    #[test]
    fn shared_minutes_add_up_to_what_was_taught() {
        let table: &[(i64, &[i64], &[i64])] = &[
            (90, &[6], &[90]),
            (90, &[1], &[90]),
            (90, &[1, 1], &[45, 45]),
            (89, &[1, 1], &[44, 45]),
            (100, &[1, 1, 1], &[33, 33, 34]),
            (1, &[5, 5, 5], &[0, 0, 1]),
            (60, &[10, 2], &[50, 10]),
        ];
        for (minutes, participants, expected) in table {
            assert_eq!(shares(*minutes, participants), *expected, "{minutes} among {participants:?}");
        }
    }

    #[test]
    fn one_takes_part_or_ten_thousand_at_most() {
        for (people, sound) in [(0, false), (1, true), (PARTICIPANTS_MAX, true), (PARTICIPANTS_MAX + 1, false)] {
            let expected = if sound { Ok(Participants(people)) } else { Err(Fault::Range(1, PARTICIPANTS_MAX)) };
            assert_eq!(Participants::try_from(people), expected);
        }
    }

    #[test]
    fn a_session_lasts_a_day_at_most_and_is_for_a_hundred_structures_at_most_each_named_once() {
        let receivers = |count: usize| {
            let receiver = |number: usize| ReceiverWish {
                structure_id: (number > 0).then(|| Id::of(&[&number.to_string()])),
                participants: Participants(1),
            };
            (0..count).map(receiver).collect::<Vec<_>>()
        };
        let judged = |minutes, skill: Option<&str>, skill_id, receivers| {
            let wish = Wish {
                giver_id: Id::of(&["giver"]),
                cooperation_id: None,
                skill_id,
                skill: skill.map(|skill| Name::parse(skill).unwrap()),
                taught_by: TaughtBy::Volunteer,
                person_id: None,
                day: Day::parse("2026-03-14").unwrap(),
                minutes,
                receivers,
                provenance: None,
                provenance_rule: None,
                note: None,
            };
            wrong(wish.judge().map(drop))
        };
        for (minutes, sound) in [(0, false), (1, true), (1440, true), (1441, false)] {
            let refused = FieldError::new("/minutes", Fault::Range(1, 1440));
            assert_eq!(judged(Some(minutes), Some("Greffe"), None, receivers(1)), (!sound).then_some(refused));
        }
        for (count, sound) in [(0, false), (1, true), (RECEIVERS_MAX, true), (RECEIVERS_MAX + 1, false)] {
            let refused = FieldError::new("/receivers", Fault::Items(1, RECEIVERS_MAX));
            assert_eq!(judged(None, Some("Greffe"), None, receivers(count)), (!sound).then_some(refused));
        }
        let twice = [receivers(3), receivers(2)].concat();
        let refused = FieldError::new("/receivers/3/structure_id", Fault::Twice);
        assert_eq!(judged(None, Some("Greffe"), None, twice), Some(refused));
        let at_skill = |fault| Some(FieldError::new("/skill", fault));
        assert_eq!(judged(None, None, None, receivers(1)), at_skill(Fault::Missing));
        let recorded = Some(Id::of(&["skill"]));
        assert_eq!(judged(None, Some("Greffe"), recorded, receivers(1)), at_skill(Fault::NotAllowed));
        assert_eq!(judged(None, None, recorded, receivers(1)), None);
    }
}
