//! What can be lent: one identified unit, or a pool with a quantity.

use serde::{Deserialize, Serialize};

use crate::clock::Moment;
use crate::error::{Error, Fault};
use crate::id::Id;
use crate::text::{Name, Note};

/// Pieces of a pool at most.
pub const QUANTITY_MAX: i64 = 1_000_000;

/// A thing or a place: French accounting tells them apart (accounts 8612 and 8611).
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, strum::EnumString,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Nature {
    /// Something movable.
    #[default]
    Thing,
    /// A room, a field, a building.
    Premises,
}

/// One thing, or many alike.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, strum::EnumString,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Tracking {
    /// One identified unit: its loans never overlap.
    #[default]
    Unit,
    /// Pieces alike: no more are out than there are.
    Pool,
}

/// How many pieces: 1–1,000,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Quantity(i64);

impl Quantity {
    /// The number of pieces.
    #[must_use]
    pub fn pieces(self) -> i64 {
        self.0
    }
}

impl Default for Quantity {
    fn default() -> Self {
        Self(1)
    }
}

impl TryFrom<i64> for Quantity {
    type Error = Fault;
    fn try_from(pieces: i64) -> Result<Self, Fault> {
        if (1..=QUANTITY_MAX).contains(&pieces) { Ok(Self(pieces)) } else { Err(Fault::Range(1, QUANTITY_MAX)) }
    }
}

impl From<Quantity> for i64 {
    fn from(quantity: Quantity) -> Self {
        quantity.0
    }
}

/// The facts about equipment that its structure states and changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// Whose it is. Fixed.
    pub structure_id: Id,
    /// What people call it.
    pub name: Name,
    /// What it counts as in summaries.
    pub category: Name,
    /// A thing or premises.
    #[serde(default, deserialize_with = "crate::text::or_default")]
    pub nature: Nature,
    /// A unit or a pool. Fixed.
    #[serde(default, deserialize_with = "crate::text::or_default")]
    pub tracking: Tracking,
    /// Pieces; 1 for a unit.
    #[serde(default, deserialize_with = "crate::text::or_default")]
    pub quantity: Quantity,
    /// Serial number, number plate, inventory label.
    pub identifier: Option<Name>,
    /// Where it is kept.
    pub place: Option<Name>,
    /// What a borrower should know.
    pub note: Option<Note>,
}

impl Facts {
    /// Holds tracking and quantity against one another.
    ///
    /// # Errors
    /// [`Fault::Range`] for a unit of several pieces.
    pub fn judge(&self) -> Result<(), Error> {
        if self.tracking == Tracking::Unit && self.quantity.pieces() != 1 {
            return Err(Fault::Range(1, 1).at("/quantity"));
        }
        Ok(())
    }
}

/// Equipment as recorded.
#[derive(Debug, Clone, Serialize)]
pub struct Equipment {
    /// Its identifier.
    pub id: Id,
    /// What is stated.
    #[serde(flatten)]
    pub facts: Facts,
    /// True when it is no longer lent.
    pub archived: bool,
    /// Grows at each change.
    pub version: i64,
    /// When recorded.
    pub created_at: Moment,
}
