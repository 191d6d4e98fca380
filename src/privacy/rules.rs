//! What a person may ask of what is kept about them, and for how long it is kept.

use serde::{Deserialize, Serialize};

use crate::clock::{Day, Moment};
use crate::error::Fault;
use crate::id::Id;
use crate::ledger::rules::{Deed, Kind, Provenance, Quantities, State};
use crate::person::rules::Person;
use crate::text::{Name, Note, folded};
use crate::volunteer::rules::Attestation;

/// Seconds for which a person's link serves.
pub const LINK_SECONDS: i64 = 7 * 86_400;
/// Lines in one record at most, the latest: a line a day for 27 years.
pub const LINES_MAX: usize = 10_000;
/// Traces of a name listed at once at most.
pub const TRACES_MAX: i64 = 200;
/// Letters of a word at least that is looked for by itself: shorter ones stand in every text.
const WORD_LETTERS_MIN: usize = 3;

/// Months that something is kept: 1–120.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Months(i64);

impl Months {
    /// Who has given nothing for three years is no longer a volunteer of the structure: the time that the CNIL gives for
    /// people with whom there is no contact any more.
    pub const PERSON: Self = Self(36);
    /// A note serves while the line may still be discussed: until the accounts of the year after it are approved.
    pub const TEXT: Self = Self(24);
    const MOST: i64 = 120;

    /// How many.
    #[must_use]
    pub fn count(self) -> i64 {
        self.0
    }

    /// The instant before which things are that old: a month is 30 days and a half.
    #[must_use]
    pub fn before(self, now: Moment) -> Moment {
        now.plus_seconds(-self.0 * 2_635_200)
    }
}

impl TryFrom<i64> for Months {
    type Error = Fault;
    fn try_from(months: i64) -> Result<Self, Fault> {
        if (1..=Self::MOST).contains(&months) { Ok(Self(months)) } else { Err(Fault::Range(1, Self::MOST)) }
    }
}

impl From<Months> for i64 {
    fn from(months: Months) -> Self {
        months.0
    }
}

/// How long a structure keeps what it knows about people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keeping {
    /// A person without any line for so long is erased.
    pub person_months: Months,
    /// The free text of a line that was recorded so long ago is erased.
    pub text_months: Months,
}

impl Default for Keeping {
    fn default() -> Self {
        Self { person_months: Months::PERSON, text_months: Months::TEXT }
    }
}

/// The same, as a structure set it.
#[derive(Debug, Clone, Serialize)]
pub struct Retention {
    /// Whose.
    pub structure_id: Id,
    /// How long.
    #[serde(flatten)]
    pub keeping: Keeping,
    /// Grows at each change.
    pub version: i64,
}

/// All that is kept about a person, for the person (GDPR, articles 15 and 20).
#[derive(Debug, Serialize)]
pub struct Record {
    /// When it was put together.
    pub made_at: Moment,
    /// Who answers for it: name and e-mail address of the structure.
    pub structure: Controller,
    /// What identifies them.
    pub person: Person,
    /// Every contribution that names them and every correction of one, the latest first.
    pub lines: Vec<Given>,
    /// True when there are more lines than [`LINES_MAX`].
    pub cut: bool,
    /// The skills that they offer.
    pub skills: Vec<Offered>,
    /// The attestations of what they gave.
    pub attestations: Vec<Attestation>,
    /// How long it is kept.
    pub kept: Keeping,
}

/// The structure that keeps it.
#[derive(Debug, Serialize)]
pub struct Controller {
    /// Its identifier.
    pub id: Id,
    /// Its name.
    pub name: Name,
    /// Where it can be asked.
    pub email: Option<String>,
}

/// A line about a person.
#[derive(Debug, Serialize)]
pub struct Given {
    /// Its identifier.
    pub id: Id,
    /// A contribution, or a correction of one.
    pub act: Deed,
    /// Of which.
    pub corrects: Option<Id>,
    /// What flowed.
    pub kind: Kind,
    /// The structure that gave.
    pub giver: Option<Name>,
    /// The structure that received.
    pub receiver: Option<Name>,
    /// Activity or skill.
    pub category: Name,
    /// When.
    pub occurred_on: Day,
    /// How much.
    pub quantities: Quantities,
    /// How that is known.
    pub provenance: Provenance,
    /// Where it stands.
    pub state: State,
    /// The note, or the reason of a correction.
    pub note: Option<Note>,
    /// What was said of it.
    pub words: Vec<Note>,
    /// When recorded.
    pub recorded_at: Moment,
}

/// A skill that a person offers.
#[derive(Debug, Serialize)]
pub struct Offered {
    /// Its identifier.
    pub id: Id,
    /// What it is called.
    pub name: Name,
    /// More about it.
    pub description: Option<Note>,
}

/// A place where a person may be named in free text.
#[derive(Debug, Serialize)]
pub struct Trace {
    /// What it is in: a table of the schema.
    pub place: String,
    /// Of which thing.
    pub id: Id,
    /// Which of its fields.
    pub field: String,
    /// What stands there.
    pub text: String,
    /// The address that erases or changes it; none for what a line of the ledger says for ever.
    pub address: Option<String>,
}

/// What a name is looked for by: its words, without accents, in lower case.
#[must_use]
pub fn words_of(name: &str) -> Vec<String> {
    let whole = folded(name);
    let long = |word: &&str| word.chars().filter(|letter| letter.is_alphanumeric()).count() >= WORD_LETTERS_MIN;
    let words: Vec<String> = whole.split_whitespace().filter(long).map(str::to_owned).collect();
    if words.is_empty() { vec![whole] } else { words }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_looked_for_by_its_words() {
        assert_eq!(words_of("Zoé de La Fère"), ["zoe", "fere"]);
        assert_eq!(words_of("Jo"), ["jo"]);
    }

    #[test]
    fn something_is_kept_a_month_to_ten_years_and_a_month_is_30_days_and_a_half() {
        for (months, sound) in [(0, false), (1, true), (Months::MOST, true), (Months::MOST + 1, false)] {
            let taken = Months::try_from(months).map(Months::count);
            assert_eq!(taken, if sound { Ok(months) } else { Err(Fault::Range(1, Months::MOST)) });
        }
        let days_61 = Moment::from_millis(61 * 86_400_000 + 5);
        assert_eq!(Months(2).before(days_61), Moment::from_millis(5));
    }
}
