//! What is kept about a person: as little as will do.

use serde::{Deserialize, Serialize};

use crate::clock::{Day, Moment};
use crate::id::Id;
use crate::text::{Name, Note, or_default};

/// The facts about a person that their structure states and changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// The structure that knows the person. Fixed.
    pub structure_id: Id,
    /// A name or a pseudonym.
    pub name: Name,
    /// True when the name is not a civil name.
    #[serde(default, deserialize_with = "or_default")]
    pub pseudonym: bool,
    /// True for a minor. No birthday is ever asked.
    #[serde(default, deserialize_with = "or_default")]
    pub minor: bool,
    /// How to reach them, if that is needed.
    pub contact: Option<Name>,
    /// For the structure's own use.
    pub note: Option<Note>,
    /// The account that is this person, who reads and corrects through it what is kept about them.
    pub account_id: Option<Id>,
}

impl Facts {
    /// A person of whom nothing is known but what they are called.
    #[must_use]
    pub fn named(structure_id: Id, name: Name) -> Self {
        Self { structure_id, name, pseudonym: false, minor: false, contact: None, note: None, account_id: None }
    }

    /// True when a change touches only what a person may correct of themself: what they are called, how to reach them.
    #[must_use]
    pub fn is_own_correction(&self, after: &Self) -> bool {
        let own = Self {
            name: after.name.clone(),
            pseudonym: after.pseudonym,
            contact: after.contact.clone(),
            ..self.clone()
        };
        own == *after
    }
}

/// What a person may agree to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, strum::EnumString)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Purpose {
    /// That other structures read their name beside the skills that they offer.
    Skills,
}

/// That a person agreed, as their structure noted it (GDPR, articles 4(11) and 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Consent {
    /// To what.
    pub purpose: Purpose,
    /// Since which day.
    pub given_on: Day,
}

/// A person as recorded.
#[derive(Debug, Clone, Serialize)]
pub struct Person {
    /// Its identifier.
    pub id: Id,
    /// What is stated.
    #[serde(flatten)]
    pub facts: Facts,
    /// To what they agreed.
    pub consents: Vec<Consent>,
    /// True when no longer active.
    pub archived: bool,
    /// Grows at each change.
    pub version: i64,
    /// When recorded.
    pub created_at: Moment,
}
