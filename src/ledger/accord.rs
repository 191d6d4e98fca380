//! What waits for whose word, and how long two parties took to agree. Pure.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::family::Family;
use super::rules::{Deed, Flow, Line, State};
use super::tally::Side;
use crate::id::Id;

/// One of the three trays of an inbox.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::IntoStaticStr,
    strum::EnumString,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Tray {
    /// Contributions that others declared and on which its owner has said nothing.
    #[default]
    Waiting,
    /// Flows on which an objection stands, whoever's it is.
    Contested,
    /// Corrections that others made and on which its owner has said nothing.
    Corrected,
}

/// Whose inbox: a structure's own, or that of a cooperation, read by those who facilitate it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// A structure that gave or received.
    Structure(Id),
    /// The commons of a cooperation.
    Commons(Id),
}

/// A flow in a tray.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// In whose inbox.
    pub owner: Owner,
    /// In which tray.
    pub tray: Tray,
    /// The flow's line.
    pub seq: i64,
    /// Who gave to the commons, and does not speak for them; none in a structure's own inbox.
    pub giver_id: Option<Id>,
}

/// Every tray in which a flow of the family lies.
#[must_use]
pub fn places(family: &Family) -> BTreeSet<Place> {
    let mut places = BTreeSet::new();
    for standing in family.standings() {
        let found = family.lines().iter().find(|line| line.seq == standing.seq);
        let Some((line, flow)) = found.and_then(|line| Some((line, line.flow.as_ref()?))) else { continue };
        let contested = standing.state == State::Contested && family.is_objected(line);
        for owner in owners(flow) {
            let giver_id = flow.giver_id.filter(|_| matches!(owner, Owner::Commons(_)));
            let mut put = |tray| places.insert(Place { owner, tray, seq: line.seq, giver_id });
            if contested {
                put(Tray::Contested);
            }
            if standing.state != State::Confirmed && !has_spoken(family, line, flow, owner) {
                put(if line.deed == Deed::Contribution { Tray::Waiting } else { Tray::Corrected });
            }
        }
    }
    places
}

/// Those whose word a flow needs.
fn owners(flow: &Flow) -> impl Iterator<Item = Owner> {
    let commons = flow.cooperation_id.filter(|_| flow.receiver_id.is_none()).map(Owner::Commons);
    flow.giver_id.into_iter().chain(flow.receiver_id).map(Owner::Structure).chain(commons)
}

fn has_spoken(family: &Family, line: &Line, flow: &Flow, owner: Owner) -> bool {
    let speaks = |speaker: Option<Id>| match owner {
        Owner::Structure(structure) => speaker == Some(structure),
        Owner::Commons(_) => speaker.is_some() && speaker != flow.giver_id,
    };
    speaks(line.spoken_for) || family.voices(line.seq).any(|word| speaks(word.spoken_for))
}

/// Milliseconds of a day.
const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// How many whole days a contribution of two parties took to be confirmed, and where that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Delay {
    /// A structure or a cooperation.
    pub scope: Id,
    /// The calendar year in which the act began.
    pub year: i32,
    /// From which side the scope looks at it.
    pub side: Side,
    /// Whole days from the declaration to the word that confirmed it.
    pub days: i64,
}

impl Delay {
    /// Tells that other lines are counted than those that took so long.
    #[must_use]
    pub fn miscounted(&self, stored: i64, right: i64) -> String {
        let (Self { scope, year, side, days }, more) = (self, stored.saturating_sub(right));
        let side: &str = (*side).into();
        format!("delays of {scope} in {year} ({side}, {days} days): {more:+} lines beyond those that took so long")
    }
}

/// The delay of a family's contribution in each scope that sees it; nowhere while it is not confirmed.
///
/// What individual volunteers gave has one party only: it agrees with nobody.
#[must_use]
pub fn delays(family: &Family) -> Vec<Delay> {
    let Some((root, confirmed)) = family.lines().first().zip(family.confirmed_at()) else { return Vec::new() };
    let Some(flow) = root.flow.as_ref().filter(|flow| flow.giver_id.is_some()) else { return Vec::new() };
    // A clock that was set back makes no negative delay.
    let millis = confirmed.recorded_at.millis().saturating_sub(root.recorded_at.millis()).max(0);
    let sides =
        [(flow.giver_id, Side::Given), (flow.receiver_id, Side::Received), (flow.cooperation_id, Side::Exchanged)];
    let seen = sides.into_iter().filter_map(|(scope, side)| Some((scope?, side)));
    seen.map(|(scope, side)| Delay { scope, year: flow.occurred_on.year(), side, days: millis / DAY_MILLIS }).collect()
}

/// The median of a histogram, the lower of the two middles, and how many it rests on; none of nothing.
#[must_use]
pub fn median(histogram: &[(i64, i64)]) -> (Option<i64>, i64) {
    let mut ordered = histogram.to_vec();
    ordered.sort_unstable();
    let all = ordered.iter().fold(0_i64, |all, (_, lines)| all.saturating_add(*lines));
    let mut so_far = 0_i64;
    let middle = ordered.iter().find(|(_, lines)| {
        so_far = so_far.saturating_add(*lines);
        so_far > 0 && so_far >= all.saturating_sub(so_far)
    });
    (middle.map(|(days, _)| *days), all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Moment;
    use crate::ledger::family::tests::{Word, family, told};
    use crate::ledger::rules::tests::{flow, line};

    #[test]
    fn the_median_is_the_lower_of_the_two_middles() {
        for (histogram, expected) in [
            (vec![], (None, 0)),
            (vec![(3, 0)], (None, 0)),
            (vec![(3, 1)], (Some(3), 1)),
            (vec![(0, 1), (9, 1)], (Some(0), 2)),
            (vec![(9, 2), (0, 1)], (Some(9), 3)),
            (vec![(0, 2), (1, 1), (7, 3)], (Some(1), 6)),
            (vec![(0, 3), (1, 1), (7, 2)], (Some(0), 6)),
            (vec![(0, 0), (2, 1), (7, 0), (8, 2)], (Some(8), 3)),
        ] {
            assert_eq!(median(&histogram), expected, "{histogram:?}");
        }
    }

    /// In whose inbox a line lies, and in which tray.
    type Lies = (Owner, Tray, i64);

    fn trays(family: &Family) -> Vec<Lies> {
        places(family).into_iter().map(|place| (place.owner, place.tray, place.seq)).collect()
    }

    #[test]
    fn a_flow_waits_for_the_word_of_those_who_have_not_spoken() {
        use Deed::{Confirm, Contest, Correction};
        let [a, b] = ["a", "b"].map(|name| Owner::Structure(Id::of(&[name])));
        let mut stories: Vec<(&[Word], Vec<Lies>)> = vec![
            (&[], vec![(b, Tray::Waiting, 1)]),
            (&[(Confirm, 1, "b")], vec![]),
            (&[(Contest, 1, "b")], vec![(a, Tray::Contested, 1), (b, Tray::Contested, 1)]),
            (&[(Correction, 1, "a")], vec![(b, Tray::Waiting, 1), (b, Tray::Corrected, 2)]),
            (&[(Confirm, 1, "b"), (Correction, 1, "b")], vec![(a, Tray::Corrected, 3)]),
            (
                &[(Contest, 1, "b"), (Correction, 1, "a")],
                vec![(a, Tray::Contested, 1), (b, Tray::Contested, 1), (b, Tray::Corrected, 3)],
            ),
        ];
        for (story, expected) in &mut stories {
            expected.sort_unstable();
            assert_eq!(trays(&family(story)), *expected, "{story:?}");
        }
        let root = |by| line(1, Deed::Contribution, None, Some(by), Some(flow(Some("a"), Some("b"), Some(90))));
        let mut both = vec![(a, Tray::Waiting, 1), (b, Tray::Waiting, 1)];
        both.sort_unstable();
        assert_eq!(trays(&told(&root("c"), &[])), both, "a third party speaks for neither");
    }

    #[test]
    fn what_the_commons_received_waits_for_another_than_the_giver() {
        let commons = Owner::Commons(Id::of(&["valley"]));
        let root = |by| line(1, Deed::Contribution, None, by, Some(flow(Some("a"), None, Some(90))));
        let of_a = Some(Id::of(&["a"]));
        let waiting = Place { owner: commons, tray: Tray::Waiting, seq: 1, giver_id: of_a };
        assert_eq!(places(&told(&root(Some("a")), &[])), BTreeSet::from([waiting]));
        let own = Place { owner: Owner::Structure(Id::of(&["a"])), giver_id: None, ..waiting };
        assert_eq!(places(&told(&root(Some("c")), &[])), BTreeSet::from([own]));
        assert_eq!(places(&told(&root(None), &[])), BTreeSet::from([own, waiting]));
        let outside = Flow { cooperation_id: None, ..flow(Some("a"), None, Some(90)) };
        let outside = line(1, Deed::Contribution, None, Some("a"), Some(outside));
        assert!(places(&told(&outside, &[])).is_empty());
    }

    #[test]
    fn a_delay_is_of_whole_days_and_counts_for_every_side() {
        let root =
            |giver, receiver| line(1, Deed::Contribution, None, Some("a"), Some(flow(giver, receiver, Some(90))));
        let confirmed_after = |millis: i64| {
            let mut lines = told(&root(Some("a"), Some("b")), &[(Deed::Confirm, 1, "b")]).lines().to_vec();
            lines[1].recorded_at = Moment::from_millis(lines[0].recorded_at.millis() + millis);
            delays(&Family::new(lines).unwrap())
        };
        let delay = |scope, side, days| Delay { scope: Id::of(&[scope]), year: 2026, side, days };
        for (millis, days) in [(-1, 0), (0, 0), (86_399_999, 0), (86_400_000, 1), (3 * 86_400_000, 3)] {
            let sides = [("a", Side::Given), ("b", Side::Received), ("valley", Side::Exchanged)];
            assert_eq!(confirmed_after(millis), sides.map(|(scope, side)| delay(scope, side, days)), "{millis}");
        }
        assert!(delays(&family(&[])).is_empty());
        assert!(delays(&told(&root(None, Some("b")), &[(Deed::Confirm, 1, "b")])).is_empty(), "who would agree?");
    }

    #[test]
    fn a_wrong_delay_is_told_with_how_many_lines_are_too_many() {
        let delay = Delay { scope: Id::of(&["a"]), year: 2026, side: Side::Given, days: 3 };
        let told = |stored, right| delay.miscounted(stored, right);
        assert!(told(5, 2).ends_with("in 2026 (given, 3 days): +3 lines beyond those that took so long"));
        assert!(told(2, 5).contains(": -3 lines"));
    }
}
