//! What left, what came back, and for how many days: matched first out, first back. Pure.

use serde::Serialize;

use crate::clock::{Day, Moment};
use crate::id::Id;
use crate::text::Note;

/// What pieces did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, strum::IntoStaticStr, strum::EnumString)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum What {
    /// They left.
    HandOver,
    /// They came back.
    Return,
    /// They will not come back.
    Loss,
}

/// Pieces that moved on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Movement {
    /// What they did.
    pub what: What,
    /// When; none of a past return whose day nobody knows.
    pub on: Option<Day>,
    /// How many.
    pub quantity: i64,
    /// Their condition then.
    pub condition: Option<Note>,
    /// The line of the ledger that a return or a loss became.
    pub contribution_id: Option<Id>,
    /// When it was recorded.
    pub recorded_at: Moment,
    /// When it turned out to be a mistake.
    pub undone_at: Option<Moment>,
}

/// Pieces in all that moved so, mistakes left out.
#[must_use]
pub fn pieces(movements: &[Movement], what: What) -> i64 {
    standing(movements).filter(|movement| movement.what == what).map(|movement| movement.quantity).sum()
}

/// The movements that are no mistakes.
#[must_use]
pub fn standing(movements: &[Movement]) -> impl DoubleEndedIterator<Item = &Movement> {
    movements.iter().filter(|movement| movement.undone_at.is_none())
}

/// Days on which these pieces left, for so many that come back now: those that left first come back first.
#[must_use]
pub fn matched(movements: &[Movement], coming_back: i64) -> Vec<(Day, i64)> {
    let mut gone = pieces(movements, What::Return) + pieces(movements, What::Loss);
    let mut wanted = coming_back;
    let mut matched = Vec::new();
    for out in standing(movements).filter(|movement| movement.what == What::HandOver) {
        let before = gone.min(out.quantity);
        gone -= before;
        let taken = wanted.min(out.quantity - before);
        wanted -= taken;
        if let (Some(day), true) = (out.on, taken > 0) {
            matched.push((day, taken));
        }
    }
    matched
}

/// Item-days of pieces that left on these days and are back on this one, which is not counted unless
/// they left on it.
#[must_use]
pub fn item_days(matched: &[(Day, i64)], back: Day) -> i64 {
    matched.iter().map(|(left, pieces)| left.days_until(back.max(left.next())) * pieces).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(&format!("2026-05-{text}")).unwrap()
    }

    fn movement(what: What, on: &str, quantity: i64) -> Movement {
        Movement {
            what,
            on: Some(day(on)),
            quantity,
            condition: None,
            contribution_id: None,
            recorded_at: Moment::from_millis(0),
            undone_at: None,
        }
    }

    #[test]
    fn what_left_first_comes_back_first() {
        let mut movements = vec![movement(What::HandOver, "01", 10), movement(What::HandOver, "03", 20)];
        assert_eq!(matched(&movements, 12), [(day("01"), 10), (day("03"), 2)]);
        assert_eq!(item_days(&matched(&movements, 12), day("05")), 10 * 4 + 2 * 2);
        movements.push(movement(What::Return, "05", 12));
        assert_eq!(matched(&movements, 18), [(day("03"), 18)]);
        movements.push(Movement { undone_at: Some(Moment::from_millis(1)), ..movement(What::Return, "06", 5) });
        assert_eq!(matched(&movements, 18), [(day("03"), 18)], "a mistake counts for nothing");
        assert_eq!(item_days(&[(day("03"), 2)], day("03")), 2, "back on the day it left is one day");
    }
}
