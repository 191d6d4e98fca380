//! What is published of a cooperation: sums that rest on enough contributions, and how much of the whole they are. Pure.

use std::collections::BTreeMap;

use crate::export::{Cell as Field, Table};

/// Contributions on which a published row rests, at least: fewer could tell of one person's afternoon.
pub const CONTRIBUTIONS_MIN: i64 = 5;
/// Coverage is told in steps of so many hundredths: exact, it would tell what the members that do not publish gave.
const COVERAGE_STEP: i64 = 5;

/// What a row is about; the finest that rests on enough contributions.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The calendar year in which the act began.
    pub year: i64,
    /// Its month, 1–12; none: several months together.
    pub month: Option<i64>,
    /// What flowed, as summaries tell it apart; none: several kinds together.
    pub kind: Option<String>,
    /// Category of equipment, activity or skill; none: several together.
    pub category: Option<String>,
}

/// What it comes to, each unit apart, corrections in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sum {
    /// Contributions that nobody contests and that were not taken back.
    pub contributions: i64,
    /// Of these, those that every party stands by.
    pub confirmed: i64,
    /// Of these, those whose quantity follows a rule.
    pub estimated: i64,
    /// Of these, those whose minutes or item-days nobody knows.
    pub unmeasured: i64,
    /// Minutes of human time.
    pub minutes: i64,
    /// Pieces × days.
    pub item_days: i64,
    /// How many times.
    pub occasions: i64,
    /// People who received a skill.
    pub participants: i64,
}

impl std::ops::AddAssign for Sum {
    fn add_assign(&mut self, more: Self) {
        self.contributions += more.contributions;
        self.confirmed += more.confirmed;
        self.estimated += more.estimated;
        self.unmeasured += more.unmeasured;
        self.minutes += more.minutes;
        self.item_days += more.item_days;
        self.occasions += more.occasions;
        self.participants += more.participants;
    }
}

/// A structure that is or was in the cooperation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// What people call it.
    pub name: String,
    /// True when it chose to publish.
    pub publishes: bool,
}

/// How much of the whole a package covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coverage {
    /// Structures that chose to publish.
    pub structures: usize,
    /// Structures that are or were in the cooperation.
    pub of_structures: usize,
    /// Hundredths of all contributions that stand in the table, in steps of five.
    pub percent: i64,
    /// Contributions that may be published, and are too few for a row.
    pub too_few: i64,
}

impl Coverage {
    /// Of rows, of what could not make one, and of all contributions there are.
    #[must_use]
    pub fn of(members: &[Member], rows: &[(Key, Sum)], too_few: i64, all: i64) -> Self {
        let shown: i64 = rows.iter().map(|(_, sum)| sum.contributions).sum();
        let steps = if all == 0 { 0 } else { (shown * 100 / COVERAGE_STEP + all / 2) / all };
        Self {
            structures: members.iter().filter(|member| member.publishes).count(),
            of_structures: members.len(),
            percent: steps * COVERAGE_STEP,
            too_few,
        }
    }
}

/// The rows that rest on enough contributions, in order, and how many contributions stay without one. What is too
/// little for its category is put together within its month and kind, then within its year and kind, then within its
/// year. Each contribution is in one row, so that no row can be taken from another.
#[must_use]
pub fn merged(cells: Vec<(Key, Sum)>) -> (Vec<(Key, Sum)>, i64) {
    let coarser: [fn(Key) -> Key; 3] =
        [|key| Key { category: None, ..key }, |key| Key { month: None, ..key }, |key| Key { kind: None, ..key }];
    let (mut rows, mut few) = enough(cells);
    for coarser in coarser {
        let mut together: BTreeMap<Key, Sum> = BTreeMap::new();
        for (key, sum) in few {
            *together.entry(coarser(key)).or_default() += sum;
        }
        let (more, fewer) = enough(together.into_iter().collect());
        rows.extend(more);
        few = fewer;
    }
    rows.sort_by(|(one, _), (other, _)| one.cmp(other));
    (rows, few.iter().map(|(_, sum)| sum.contributions).sum())
}

type Rows = Vec<(Key, Sum)>;

fn enough(cells: Rows) -> (Rows, Rows) {
    cells.into_iter().partition(|(_, sum)| sum.contributions >= CONTRIBUTIONS_MIN)
}

/// The headings of the table, in their order.
pub const HEADINGS: [&str; 12] = [
    "year",
    "month",
    "kind",
    "category",
    "contributions",
    "confirmed",
    "estimated",
    "unmeasured",
    "minutes",
    "item_days",
    "occasions",
    "participants",
];

/// The rows as a table.
#[must_use]
pub fn table(rows: &[(Key, Sum)]) -> Table {
    let row = |(key, sum): &(Key, Sum)| {
        let mut fields =
            vec![Field::from(key.year), key.month.into(), key.kind.as_deref().into(), key.category.as_deref().into()];
        let counted = [sum.contributions, sum.confirmed, sum.estimated, sum.unmeasured];
        let measured = [sum.minutes, sum.item_days, sum.occasions, sum.participants];
        fields.extend(counted.into_iter().chain(measured).map(Field::from));
        fields
    };
    Table::new("contributions", &HEADINGS, rows.iter().map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(month: i64, kind: &str, category: &str, contributions: i64) -> (Key, Sum) {
        let (kind, category) = (Some(kind.to_owned()), Some(category.to_owned()));
        let sum = Sum { contributions, minutes: contributions * 10, ..Sum::default() };
        (Key { year: 2026, month: Some(month), kind, category }, sum)
    }

    /// Month, kind, category, contributions of each row; `-` for what is several.
    fn told(rows: &[(Key, Sum)]) -> Vec<String> {
        let row = |(key, sum): &(Key, Sum)| {
            let month = key.month.map_or("-".to_owned(), |month| month.to_string());
            let words = [&key.kind, &key.category].map(|word| word.as_deref().unwrap_or("-"));
            format!("{month} {} {} {}", words[0], words[1], sum.contributions)
        };
        rows.iter().map(row).collect()
    }

    #[test]
    fn what_is_too_little_is_put_together_until_it_is_enough() {
        let cells = vec![
            cell(1, "hours", "a", 5),
            cell(1, "hours", "b", 4),
            cell(1, "hours", "c", 1),
            cell(2, "hours", "a", 3),
            cell(3, "hours", "a", 2),
            cell(3, "loan", "d", 4),
            cell(4, "skill", "e", 1),
        ];
        let (rows, too_few) = merged(cells);
        let expected = ["- - - 5", "- hours - 5", "1 hours - 5", "1 hours a 5"];
        assert_eq!(told(&rows), expected);
        assert_eq!(too_few, 0);
        let (rows, too_few) = merged(vec![cell(1, "hours", "a", 4)]);
        assert_eq!((rows.len(), too_few), (0, 4));
    }

    #[test]
    fn coverage_is_told_in_steps_of_five() {
        let percent = |shown, all| Coverage::of(&[], &[cell(1, "hours", "a", shown)], 0, all).percent;
        assert_eq!(
            [percent(0, 0), percent(1, 3), percent(2, 3), percent(99, 100), percent(7, 7)],
            [0, 35, 65, 100, 100]
        );
        assert_eq!(percent(98, 100), 100);
        assert_eq!(percent(97, 100), 95);
    }

    #[test]
    fn what_is_put_together_keeps_each_sum() {
        let of = |contributions: i64| Sum {
            contributions,
            confirmed: contributions - 1,
            estimated: 2,
            unmeasured: 1,
            minutes: contributions * 10,
            item_days: contributions * 3,
            occasions: contributions * 2,
            participants: contributions * 4,
        };
        let (rows, _) = merged(vec![(cell(1, "hours", "a", 3).0, of(3)), (cell(1, "hours", "b", 2).0, of(2))]);
        let expected = Sum {
            contributions: 5,
            confirmed: 3,
            estimated: 4,
            unmeasured: 2,
            minutes: 50,
            item_days: 15,
            occasions: 10,
            participants: 20,
        };
        assert_eq!(rows.iter().map(|(_, sum)| *sum).collect::<Vec<_>>(), [expected]);
    }
}
