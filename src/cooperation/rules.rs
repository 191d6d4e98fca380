//! What a cooperation says of itself, and how long a structure belongs to it.

use serde::{Deserialize, Serialize};

use crate::audit::rules::About;
use crate::clock::{Day, Moment};
use crate::error::{Error, Fault};
use crate::id::Id;
use crate::structure::rules::Valuation;
use crate::text::{Name, Note, or_default};

/// Phases of a cooperation at most.
pub const PHASES_MAX: usize = 50;

/// The facts about a cooperation that its facilitators state and change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// What people call it.
    pub name: Name,
    /// Why, for whom, until when.
    pub intention: Note,
    /// Where.
    pub territory: Option<Name>,
    /// Its first day.
    pub starts_on: Option<Day>,
    /// The first day after it.
    pub ends_on: Option<Day>,
    /// Its phases, in order.
    #[serde(default, deserialize_with = "or_default")]
    pub phases: Vec<Phase>,
    /// Whether it lets itself be valued.
    #[serde(default, deserialize_with = "or_default")]
    pub valuation: Valuation,
}

/// A named stretch of a cooperation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phase {
    /// What people call it.
    pub name: Name,
    /// Its first day.
    pub starts_on: Option<Day>,
    /// The first day after it.
    pub ends_on: Option<Day>,
}

impl Facts {
    /// Holds the days against one another.
    ///
    /// # Errors
    /// [`Fault::Order`], [`Fault::Range`] for too many phases.
    pub fn judge(&self) -> Result<(), Error> {
        in_order(self.starts_on, self.ends_on).map_err(|fault| fault.at("/ends_on"))?;
        if self.phases.len() > PHASES_MAX {
            return Err(Fault::Items(0, PHASES_MAX).at("/phases"));
        }
        for (position, phase) in self.phases.iter().enumerate() {
            in_order(phase.starts_on, phase.ends_on)
                .map_err(|fault| fault.at(&format!("/phases/{position}/ends_on")))?;
        }
        Ok(())
    }
}

/// Refuses an end that is not after its start. What has no end, or no start, is in order.
///
/// # Errors
/// [`Fault::Order`].
pub fn in_order(from: Option<Day>, until: Option<Day>) -> Result<(), Fault> {
    match (from, until) {
        (Some(from), Some(until)) if until <= from => Err(Fault::Order),
        _ => Ok(()),
    }
}

/// A cooperation as recorded.
#[derive(Debug, Clone, Serialize)]
pub struct Cooperation {
    /// Its identifier.
    pub id: Id,
    /// What is stated.
    #[serde(flatten)]
    pub facts: Facts,
    /// True when it is over and put away.
    pub archived: bool,
    /// Grows at each change.
    pub version: i64,
    /// When recorded.
    pub created_at: Moment,
}

/// What a structure is in a cooperation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, strum::EnumString)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Part {
    /// Takes part.
    Member,
    /// Takes part, invites, and keeps the cooperation's own facts; decides nothing for others.
    Facilitator,
}

/// A structure in a cooperation from a day to a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MembershipFacts {
    /// In which cooperation. Fixed.
    pub cooperation_id: Id,
    /// Which structure. Fixed.
    pub structure_id: Id,
    /// As what.
    pub role: Part,
    /// First day of belonging.
    pub starts_on: Day,
    /// First day of not belonging any more.
    pub ends_on: Option<Day>,
}

/// A membership as recorded.
#[derive(Debug, Clone, Serialize)]
pub struct Membership {
    /// Its identifier.
    pub id: Id,
    /// What is stated.
    #[serde(flatten)]
    pub facts: MembershipFacts,
    /// True when the structure chose that sums of what it took part in meanwhile are open data.
    pub publishes: bool,
    /// Grows at each change.
    pub version: i64,
    /// When recorded.
    pub created_at: Moment,
}

impl MembershipFacts {
    /// True when the structure belongs on that day.
    #[must_use]
    pub fn covers(&self, day: Day) -> bool {
        self.starts_on <= day && self.ends_on.is_none_or(|end| day < end)
    }

    /// True when both have a day in common.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        let begins_before_end = |one: &Self, two: &Self| two.ends_on.is_none_or(|end| one.starts_on < end);
        begins_before_end(self, other) && begins_before_end(other, self)
    }

    /// As the audit trail speaks of a membership, or of what is asked about it.
    #[must_use]
    pub fn about(&self, id: Id) -> About {
        About { subject_id: Some(id), structure_id: Some(self.structure_id), cooperation_id: Some(self.cooperation_id) }
    }

    /// True when the other lasts no longer on either side.
    #[must_use]
    pub fn contains(&self, other: &Self) -> bool {
        let ends = self.ends_on.is_none_or(|end| other.ends_on.is_some_and(|other| other <= end));
        self.starts_on <= other.starts_on && ends
    }
}

impl Membership {
    /// As the audit trail speaks of it.
    #[must_use]
    pub fn about(&self) -> About {
        self.facts.about(self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{FieldError, tests::wrong};

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn belongs(from: &str, until: Option<&str>) -> MembershipFacts {
        MembershipFacts {
            cooperation_id: Id::of(&["cooperation"]),
            structure_id: Id::of(&["structure"]),
            role: Part::Member,
            starts_on: day(from),
            ends_on: until.map(day),
        }
    }

    #[test]
    fn a_structure_belongs_from_its_first_day_to_the_last_before_the_end() {
        let march = belongs("2026-03-02", Some("2026-03-05"));
        let covered = ["01", "02", "04", "05"].map(|date| march.covers(day(&format!("2026-03-{date}"))));
        assert_eq!(covered, [false, true, true, false]);
        assert!(belongs("2026-03-02", None).covers(day("2099-01-01")));
    }

    #[test]
    fn memberships_overlap_when_they_have_a_day_in_common() {
        let march = belongs("2026-03-02", Some("2026-03-05"));
        for (from, until, meets) in [
            ("2026-02-01", Some("2026-03-02"), false),
            ("2026-02-01", Some("2026-03-03"), true),
            ("2026-02-01", None, true),
            ("2026-03-03", Some("2026-03-04"), true),
            ("2026-03-04", None, true),
            ("2026-03-05", None, false),
            ("2026-03-05", Some("2026-03-06"), false),
        ] {
            let other = belongs(from, until);
            assert_eq!([march.overlaps(&other), other.overlaps(&march)], [meets, meets], "{from} {until:?}");
        }
    }

    #[test]
    fn a_membership_contains_what_lasts_no_longer_on_either_side() {
        let march = belongs("2026-03-02", Some("2026-03-05"));
        for (from, until, inside) in [
            ("2026-03-02", Some("2026-03-05"), true),
            ("2026-03-03", Some("2026-03-04"), true),
            ("2026-03-01", Some("2026-03-05"), false),
            ("2026-03-02", Some("2026-03-06"), false),
            ("2026-03-02", None, false),
        ] {
            assert_eq!(march.contains(&belongs(from, until)), inside, "{from} {until:?}");
        }
        let endless = belongs("2026-03-02", None);
        assert!(endless.contains(&march) && endless.contains(&endless) && !march.contains(&endless));
    }

    #[test]
    fn phases_end_after_they_begin_and_are_so_many_at_most() {
        let phase = |until| Phase {
            name: Name::parse("Phase").unwrap(),
            starts_on: Some(day("2026-03-02")),
            ends_on: Some(day(until)),
        };
        let judged = |phases| {
            wrong(
                Facts {
                    name: Name::parse("Vallée").unwrap(),
                    intention: Note::parse("Partager").unwrap(),
                    territory: None,
                    starts_on: None,
                    ends_on: None,
                    phases,
                    valuation: Valuation::default(),
                }
                .judge(),
            )
        };
        let sound = phase("2026-03-03");
        assert_eq!(judged(vec![sound.clone(); PHASES_MAX]), None);
        let too_many = Some(FieldError::new("/phases", Fault::Items(0, PHASES_MAX)));
        assert_eq!(judged(vec![sound.clone(); PHASES_MAX + 1]), too_many);
        let misplaced = Some(FieldError::new("/phases/1/ends_on", Fault::Order));
        assert_eq!(judged(vec![sound, phase("2026-03-02")]), misplaced);
    }
}
