//! What is kept about a person: as little as will do.

use serde::{Deserialize, Serialize};

use crate::clock::Moment;
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
    /// For the structure's own use.
    pub note: Option<Note>,
}

/// A person as recorded.
#[derive(Debug, Clone, Serialize)]
pub struct Person {
    /// Its identifier.
    pub id: Id,
    /// What is stated.
    #[serde(flatten)]
    pub facts: Facts,
    /// True when no longer active.
    pub archived: bool,
    /// Grows at each change.
    pub version: i64,
    /// When recorded.
    pub created_at: Moment,
}
