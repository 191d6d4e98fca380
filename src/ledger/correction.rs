//! What a correction says is right, and the difference that its line holds. Pure.

use serde::Deserialize;

use super::rules::{Kind, Quantities};
use crate::error::{Error, Fault};
use crate::id::Id;
use crate::text::Note;

/// What a correction says is right; what it leaves out was right already.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CorrectionWish {
    /// Why.
    pub reason: Note,
    /// For which structure the caller speaks.
    pub structure_id: Option<Id>,
    /// True: none of it happened.
    pub undo: Option<bool>,
    /// Minutes in all.
    pub minutes: Option<Amount>,
    /// Item-days in all.
    pub item_days: Option<Amount>,
    /// Occasions in all.
    pub occasions: Option<Amount>,
    /// Participants in all.
    pub participants: Option<Amount>,
}

/// A quantity that people may state in a correction: 0 … 100,000,000,000.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "i64")]
pub struct Amount(i64);

/// Of one line, in any unit; a million pieces over the whole calendar stay below.
const AMOUNT_MAX: i64 = 100_000_000_000;

impl TryFrom<i64> for Amount {
    type Error = Fault;
    fn try_from(amount: i64) -> Result<Self, Fault> {
        if (0..=AMOUNT_MAX).contains(&amount) { Ok(Self(amount)) } else { Err(Fault::Range(0, AMOUNT_MAX)) }
    }
}

impl CorrectionWish {
    /// None of it happened.
    #[must_use]
    pub fn undo(reason: Note) -> Self {
        let structure_id = None;
        Self {
            reason,
            structure_id,
            undo: Some(true),
            minutes: None,
            item_days: None,
            occasions: None,
            participants: None,
        }
    }

    /// The difference between what is right and what stands.
    ///
    /// # Errors
    /// [`Fault::NotAllowed`] for a unit that is not of this kind or a figure beside `undo`,
    /// [`Fault::Nothing`] when nothing would change.
    pub fn difference(&self, kind: Kind, net: &Quantities) -> Result<Quantities, Error> {
        let undo = self.undo.unwrap_or(false);
        let stated = [("/minutes", self.minutes), ("/item_days", self.item_days), ("/participants", self.participants)];
        let lent = matches!(kind, Kind::Equipment | Kind::Premises);
        let taught = matches!(kind, Kind::SkillByVolunteer | Kind::SkillByStaff);
        for ((pointer, amount), of_this_kind) in stated.into_iter().zip([!lent, lent, taught]) {
            if amount.is_some() && (undo || !of_this_kind) {
                return Err(Fault::NotAllowed.at(pointer));
            }
        }
        if undo && self.occasions.is_some() {
            return Err(Fault::NotAllowed.at("/occasions"));
        }
        let unit = |of_this_kind: bool, stated: Option<Amount>, net: Option<i64>| match stated {
            _ if undo && of_this_kind => Some(-net.unwrap_or(0)),
            Some(Amount(right)) => Some(right - net.unwrap_or(0)),
            None => None,
        };
        let difference = Quantities {
            minutes: unit(!lent, self.minutes, net.minutes),
            item_days: unit(lent, self.item_days, net.item_days),
            occasions: unit(true, self.occasions, Some(net.occasions)).unwrap_or(0),
            participants: unit(taught, self.participants, net.participants),
        };
        let Quantities { minutes, item_days, occasions, participants } = difference;
        let supplies = kind.measure(net).is_none() && kind.measure(&difference).is_some() && !undo;
        let changes = [minutes, item_days, Some(occasions), participants].into_iter().flatten().any(|n| n != 0);
        if changes || supplies { Ok(difference) } else { Err(Fault::Nothing.at("")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{FieldError, tests::wrong};

    #[test]
    fn what_is_right_is_nothing_or_more_and_within_all_measure() {
        for (amount, sound) in [(-1, false), (0, true), (AMOUNT_MAX, true), (AMOUNT_MAX + 1, false)] {
            let taken = Amount::try_from(amount).map(|Amount(amount)| amount);
            assert_eq!(taken, if sound { Ok(amount) } else { Err(Fault::Range(0, AMOUNT_MAX)) });
        }
    }

    const LENT: Quantities = Quantities { minutes: None, item_days: Some(40), occasions: 1, participants: None };
    const GIVEN: Quantities = Quantities { minutes: Some(90), item_days: None, occasions: 1, participants: None };
    const TAUGHT: Quantities = Quantities { participants: Some(4), ..GIVEN };
    const NONE: Quantities = Quantities { minutes: None, item_days: None, occasions: 0, participants: None };

    fn corrected() -> CorrectionWish {
        CorrectionWish { undo: None, ..CorrectionWish::undo(Note::parse("Erreur de saisie").unwrap()) }
    }

    #[test]
    fn a_correction_holds_the_difference_between_what_is_right_and_what_stands() {
        let right = |amount| Some(Amount(amount));
        let undone = || CorrectionWish { undo: Some(true), ..corrected() };
        let table = [
            (
                Kind::Equipment,
                LENT,
                CorrectionWish { item_days: right(30), ..corrected() },
                Quantities { item_days: Some(-10), ..NONE },
            ),
            (
                Kind::Premises,
                LENT,
                CorrectionWish { occasions: right(3), ..corrected() },
                Quantities { occasions: 2, ..NONE },
            ),
            (
                Kind::VolunteerHours,
                GIVEN,
                CorrectionWish { minutes: right(95), ..corrected() },
                Quantities { minutes: Some(5), ..NONE },
            ),
            (
                Kind::SkillByStaff,
                TAUGHT,
                CorrectionWish { participants: right(5), ..corrected() },
                Quantities { participants: Some(1), ..NONE },
            ),
            (Kind::Equipment, LENT, undone(), Quantities { item_days: Some(-40), occasions: -1, ..NONE }),
            (Kind::VolunteerHours, GIVEN, undone(), Quantities { minutes: Some(-90), occasions: -1, ..NONE }),
            (
                Kind::SkillByVolunteer,
                TAUGHT,
                undone(),
                Quantities { minutes: Some(-90), occasions: -1, participants: Some(-4), ..NONE },
            ),
            (
                Kind::Equipment,
                Quantities { occasions: 1, ..NONE },
                CorrectionWish { item_days: right(0), ..corrected() },
                Quantities { item_days: Some(0), ..NONE },
            ),
            (
                Kind::VolunteerHours,
                Quantities { occasions: 1, ..NONE },
                CorrectionWish { minutes: right(60), ..corrected() },
                Quantities { minutes: Some(60), ..NONE },
            ),
        ];
        for (kind, net, wish, expected) in table {
            assert_eq!(wish.difference(kind, &net).unwrap(), expected, "{kind:?} {wish:?}");
        }
    }

    #[test]
    fn a_correction_states_units_of_its_kind_alone_and_changes_something() {
        let right = Some(Amount(7));
        let undone = || CorrectionWish { undo: Some(true), ..corrected() };
        let at = |field: &str| FieldError::new(field, Fault::NotAllowed);
        let nothing = FieldError::new("", Fault::Nothing);
        let table = [
            (Kind::Equipment, LENT, CorrectionWish { minutes: right, ..corrected() }, at("/minutes")),
            (Kind::Premises, LENT, CorrectionWish { participants: right, ..corrected() }, at("/participants")),
            (Kind::VolunteerHours, GIVEN, CorrectionWish { item_days: right, ..corrected() }, at("/item_days")),
            (Kind::VolunteerHours, GIVEN, CorrectionWish { participants: right, ..corrected() }, at("/participants")),
            (Kind::SkillByStaff, TAUGHT, CorrectionWish { item_days: right, ..corrected() }, at("/item_days")),
            (Kind::Equipment, LENT, CorrectionWish { item_days: right, ..undone() }, at("/item_days")),
            (Kind::VolunteerHours, GIVEN, CorrectionWish { minutes: right, ..undone() }, at("/minutes")),
            (Kind::VolunteerHours, GIVEN, CorrectionWish { occasions: right, ..undone() }, at("/occasions")),
            (Kind::Equipment, LENT, corrected(), nothing.clone()),
            (Kind::Equipment, LENT, CorrectionWish { item_days: Some(Amount(40)), ..corrected() }, nothing.clone()),
            (
                Kind::VolunteerHours,
                GIVEN,
                CorrectionWish { occasions: Some(Amount(1)), ..corrected() },
                nothing.clone(),
            ),
            (Kind::VolunteerHours, NONE, undone(), nothing.clone()),
            (Kind::Equipment, Quantities { item_days: Some(0), ..NONE }, undone(), nothing),
        ];
        for (kind, net, wish, expected) in table {
            assert_eq!(wrong(wish.difference(kind, &net).map(drop)), Some(expected), "{kind:?} {wish:?}");
        }
    }
}
