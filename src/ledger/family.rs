//! A contribution, its corrections and what the parties said: where each stands. Pure.

use super::rules::{Deed, Line, Quantities, State};
use crate::id::Id;

/// A contribution, its corrections, and what the parties said of each, in the order of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Family {
    lines: Vec<Line>,
    /// The places of the words that were taken back.
    withdrawn: Vec<i64>,
}

/// Where a flow of a family stands, and what it adds to the count of unmeasured lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The flow's line.
    pub seq: i64,
    /// Where it stands.
    pub state: State,
    /// 1 for a contribution that nobody measured, −1 for the correction that supplies its measure.
    pub unmeasured: i64,
}

impl Family {
    /// A family of these lines, the contribution first. None when the first is no contribution.
    #[must_use]
    pub fn new(lines: Vec<Line>) -> Option<Self> {
        let withdrawn = withdrawn(&lines);
        lines.first().is_some_and(|line| line.deed == Deed::Contribution).then_some(Self { lines, withdrawn })
    }

    /// The lines, in order.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// True when this word was taken back.
    #[must_use]
    pub fn is_withdrawn(&self, word: &Line) -> bool {
        self.withdrawn.contains(&word.seq)
    }

    /// The words on a flow that were not taken back, in order: confirmations, objections, attestations.
    #[must_use]
    pub fn words(&self, flow: i64) -> impl DoubleEndedIterator<Item = &Line> {
        let stands = move |word: &&Line| word.subject == Some(flow) && is_word(word) && !self.is_withdrawn(word);
        self.lines.iter().filter(stands)
    }

    /// The confirmations and objections on a flow that were not taken back, in order.
    #[must_use]
    pub fn voices(&self, flow: i64) -> impl DoubleEndedIterator<Item = &Line> {
        self.words(flow).filter(|word| word.deed != Deed::Attest)
    }

    /// True while a party's last word on a flow is against it.
    #[must_use]
    pub fn is_objected(&self, flow: &Line) -> bool {
        self.last_words(flow).any(|word| word.deed == Deed::Contest)
    }

    /// The family as it was before its last line; none when there was none.
    #[must_use]
    pub fn before(&self) -> Option<Self> {
        let (_, before) = self.lines.split_last()?;
        Self::new(before.to_vec())
    }

    /// The line by which the contribution came to be confirmed for good. What was taken back was never said.
    #[must_use]
    pub fn confirmed_at(&self) -> Option<&Line> {
        let stands = |line: &&Line| line.deed != Deed::Withdraw && !self.is_withdrawn(line);
        let lines: Vec<&Line> = self.lines.iter().filter(stands).collect();
        let confirmed = |length: &usize| {
            let so_far = Self::new(lines.iter().take(*length).map(|line| (*line).clone()).collect());
            let root = so_far.and_then(|family| family.standings().first().copied());
            root.is_some_and(|root| root.state == State::Confirmed)
        };
        let length = (1..=lines.len()).rev().take_while(confirmed).last()?;
        lines.get(length - 1).copied()
    }

    /// What flowed, after all corrections that no party contests.
    #[must_use]
    pub fn net(&self) -> Quantities {
        let counts = |line: &&Line| line.deed == Deed::Contribution || self.state_of(line, None) != State::Contested;
        let flows = self.lines.iter().filter(counts).filter_map(|line| line.flow.as_ref());
        flows.fold(Quantities::default(), |sum, flow| sum.plus(flow.quantities))
    }

    /// The standing of each flow.
    ///
    /// A flow is contested while a party's last word on it is against it, and confirmed when a party
    /// has confirmed it and all stand by it. A correction that all confirm settles what was contested
    /// before; a correction of what is contested stays apart with it.
    #[must_use]
    pub fn standings(&self) -> Vec<Standing> {
        let Some(root) = self.lines.first() else { return Vec::new() };
        let corrections = || self.lines.iter().filter(|line| line.deed == Deed::Correction);
        let settled_at = corrections().filter_map(|line| self.agreed_at(line)).max();
        let root_state = self.state_of(root, settled_at);
        let mut missing = root.flow.as_ref().is_some_and(|flow| flow.kind.measure(&flow.quantities).is_none());
        let mut standings = vec![Standing { seq: root.seq, state: root_state, unmeasured: i64::from(missing) }];
        for line in corrections() {
            let measures = line.flow.as_ref().is_some_and(|flow| flow.kind.measure(&flow.quantities).is_some());
            let unmeasured = if missing && measures { -1 } else { 0 };
            missing = missing && !measures;
            let own = self.state_of(line, None);
            let state = if root_state == State::Contested { State::Contested } else { own };
            standings.push(Standing { seq: line.seq, state, unmeasured });
        }
        standings
    }

    fn state_of(&self, line: &Line, settled_at: Option<i64>) -> State {
        let last_contest = self.last_words(line).filter(|word| word.deed == Deed::Contest).map(|word| word.seq).max();
        match (last_contest, settled_at) {
            (contest, Some(settled)) if contest.is_none_or(|contest| contest < settled) => State::Confirmed,
            (Some(_), _) => State::Contested,
            (None, _) if self.agreed_at(line).is_some() => State::Confirmed,
            (None, _) => State::Declared,
        }
    }

    /// The last word of each party on a line.
    fn last_words<'a>(&'a self, line: &'a Line) -> impl Iterator<Item = &'a Line> {
        self.voices(line.seq).filter(move |word| {
            !self.voices(line.seq).any(|later| later.seq > word.seq && later.spoken_for == word.spoken_for)
        })
    }

    /// The last confirmation of a line by which all parties came to stand by it.
    fn agreed_at(&self, line: &Line) -> Option<i64> {
        let confirms: Vec<&Line> = self.last_words(line).filter(|word| word.deed == Deed::Confirm).collect();
        let flow = line.flow.as_ref()?;
        let stands =
            |party: Id| line.spoken_for == Some(party) || confirms.iter().any(|word| word.spoken_for == Some(party));
        // The commons stand by it when a structure other than the giver speaks for them.
        let for_commons = |speaker: Option<Id>| speaker.is_some() && speaker != flow.giver_id;
        let received = flow.receiver_id.map_or_else(
            || for_commons(line.spoken_for) || confirms.iter().any(|word| for_commons(word.spoken_for)),
            stands,
        );
        let all = received && flow.giver_id.is_none_or(stands) && !self.is_objected(line);
        if all { confirms.iter().map(|word| word.seq).max() } else { None }
    }
}

fn is_word(line: &Line) -> bool {
    matches!(line.deed, Deed::Confirm | Deed::Contest | Deed::Attest)
}

/// The words that were taken back: each withdrawal takes the last one that its structure still stood by.
fn withdrawn(lines: &[Line]) -> Vec<i64> {
    let mut withdrawn = Vec::new();
    for (position, line) in lines.iter().enumerate().filter(|(_, line)| line.deed == Deed::Withdraw) {
        let taken = lines.iter().take(position).rev().find(|word| {
            let own = word.subject == line.subject && word.spoken_for == line.spoken_for;
            own && is_word(word) && !withdrawn.contains(&word.seq)
        });
        withdrawn.extend(taken.map(|word| word.seq));
    }
    withdrawn
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::ledger::rules::tests::{flow, line};
    use Deed::{Attest, Confirm, Contest, Contribution, Correction, Withdraw};
    use State::{Confirmed, Contested, Declared};

    /// A deed on a line, by a structure.
    pub(crate) type Word = (Deed, i64, &'static str);

    /// What a gave b, and what was said of it since, one line after the other; corrections add 30 minutes.
    pub(crate) fn family(story: &[Word]) -> Family {
        told(&line(1, Contribution, None, Some("a"), Some(flow(Some("a"), Some("b"), Some(90)))), story)
    }

    /// A contribution, and what was said of it since.
    pub(crate) fn told(root: &Line, story: &[Word]) -> Family {
        let corrected = root.flow.clone().map(|mut flow| {
            flow.quantities = Quantities { minutes: Some(30), ..Quantities::default() };
            flow
        });
        let said = (2..).zip(story).map(|(seq, (deed, subject, by))| {
            line(seq, *deed, Some(*subject), Some(by), corrected.clone().filter(|_| *deed == Correction))
        });
        Family::new(std::iter::once(root.clone()).chain(said).collect()).unwrap()
    }

    /// Giver and receiver; none: volunteers, the commons.
    type Parties = (Option<&'static str>, Option<&'static str>);

    fn states(family: &Family) -> Vec<State> {
        family.standings().iter().map(|standing| standing.state).collect()
    }

    #[test]
    fn a_family_begins_with_a_contribution() {
        assert!(Family::new(Vec::new()).is_none());
        assert!(Family::new(vec![line(1, Confirm, Some(1), Some("a"), None)]).is_none());
        assert!(family(&[]).before().is_none());
        let longer = family(&[(Confirm, 1, "b"), (Contest, 1, "b")]);
        assert_eq!(longer.before(), Some(family(&[(Confirm, 1, "b")])));
    }

    #[test]
    fn what_one_says_stands_as_the_other_last_spoke_of_it() {
        let stories: &[(&[Word], &[State])] = &[
            (&[], &[Declared]),
            (&[(Confirm, 1, "b")], &[Confirmed]),
            (&[(Confirm, 1, "c")], &[Declared]),
            (&[(Confirm, 1, "a")], &[Declared]),
            (&[(Attest, 1, "c")], &[Declared]),
            (&[(Contest, 1, "b")], &[Contested]),
            (&[(Contest, 1, "a"), (Confirm, 1, "b")], &[Contested]),
            (&[(Contest, 1, "b"), (Confirm, 1, "b")], &[Confirmed]),
            (&[(Confirm, 1, "b"), (Contest, 1, "b")], &[Contested]),
            (&[(Confirm, 1, "b"), (Contest, 1, "b"), (Attest, 1, "b")], &[Contested]),
        ];
        for (story, expected) in stories {
            assert_eq!(states(&family(story)), *expected, "{story:?}");
        }
    }

    #[test]
    fn who_takes_a_word_back_says_again_what_was_said_before() {
        let stories: &[(&[Word], &[State])] = &[
            (&[(Contest, 1, "b"), (Withdraw, 1, "b")], &[Declared]),
            (&[(Confirm, 1, "b"), (Withdraw, 1, "b")], &[Declared]),
            (&[(Contest, 1, "b"), (Withdraw, 1, "a")], &[Contested]),
            (&[(Confirm, 1, "b"), (Contest, 1, "b"), (Withdraw, 1, "b")], &[Confirmed]),
            (&[(Confirm, 1, "b"), (Contest, 1, "b"), (Withdraw, 1, "b"), (Withdraw, 1, "b")], &[Declared]),
            (&[(Contest, 1, "b"), (Withdraw, 1, "b"), (Contest, 1, "b")], &[Contested]),
            (&[(Correction, 1, "a"), (Contest, 2, "b"), (Withdraw, 1, "b")], &[Declared, Contested]),
        ];
        for (story, expected) in stories {
            assert_eq!(states(&family(story)), *expected, "{story:?}");
        }
        let withdrawn = family(&[(Contest, 1, "b"), (Withdraw, 1, "b")]);
        let taken_back: Vec<bool> = withdrawn.lines().iter().map(|line| withdrawn.is_withdrawn(line)).collect();
        assert_eq!(taken_back, [false, true, false]);
    }

    #[test]
    fn a_correction_that_both_confirm_settles_what_was_contested_before() {
        let stories: &[(&[Word], &[State])] = &[
            (&[(Correction, 1, "a")], &[Declared, Declared]),
            (&[(Correction, 1, "a"), (Contest, 2, "b")], &[Declared, Contested]),
            (&[(Confirm, 1, "b"), (Correction, 1, "a"), (Contest, 3, "b")], &[Confirmed, Contested]),
            (&[(Contest, 1, "b"), (Correction, 1, "a")], &[Contested, Contested]),
            (&[(Contest, 1, "b"), (Correction, 1, "a"), (Confirm, 3, "b")], &[Confirmed, Confirmed]),
            (&[(Correction, 1, "a"), (Confirm, 2, "b")], &[Confirmed, Confirmed]),
            (&[(Correction, 1, "a"), (Confirm, 2, "b"), (Contest, 1, "b")], &[Contested, Contested]),
        ];
        for (story, expected) in stories {
            assert_eq!(states(&family(story)), *expected, "{story:?}");
        }
    }

    #[test]
    fn every_party_stands_by_what_is_confirmed_and_another_than_the_giver_speaks_for_the_commons() {
        let table: &[(Parties, &str, &[Word], State)] = &[
            ((Some("a"), Some("b")), "c", &[(Confirm, 1, "a")], Declared),
            ((Some("a"), Some("b")), "c", &[(Confirm, 1, "b")], Declared),
            ((Some("a"), Some("b")), "c", &[(Confirm, 1, "a"), (Confirm, 1, "b")], Confirmed),
            ((Some("a"), None), "a", &[(Confirm, 1, "a")], Declared),
            ((Some("a"), None), "a", &[(Confirm, 1, "c")], Confirmed),
            ((Some("a"), None), "c", &[(Confirm, 1, "c")], Declared),
            ((Some("a"), None), "c", &[(Confirm, 1, "a")], Confirmed),
            ((None, Some("b")), "b", &[], Declared),
            ((None, Some("b")), "b", &[(Contest, 1, "b")], Contested),
        ];
        for ((giver, receiver), by, story, expected) in table {
            let root = line(1, Contribution, None, Some(by), Some(flow(*giver, *receiver, Some(90))));
            assert_eq!(states(&told(&root, story)), [*expected], "{giver:?} {receiver:?} {by} {story:?}");
        }
    }

    #[test]
    fn what_flowed_is_what_was_declared_with_the_corrections_that_nobody_contests() {
        let minutes = |story: &[Word]| family(story).net().minutes;
        assert_eq!(minutes(&[]), Some(90));
        assert_eq!(minutes(&[(Contest, 1, "b")]), Some(90));
        assert_eq!(minutes(&[(Correction, 1, "a")]), Some(120));
        assert_eq!(minutes(&[(Correction, 1, "a"), (Contest, 2, "b")]), Some(90));
        assert_eq!(minutes(&[(Correction, 1, "a"), (Correction, 1, "b")]), Some(150));
    }

    #[test]
    fn the_first_correction_that_measures_supplies_what_nobody_had_measured() {
        let unmeasured = |measured: Option<i64>, story: &[Word]| {
            let root = line(1, Contribution, None, Some("a"), Some(flow(Some("a"), Some("b"), measured)));
            told(&root, story).standings().iter().map(|standing| standing.unmeasured).collect::<Vec<_>>()
        };
        let twice = [(Correction, 1, "a"), (Correction, 1, "a")];
        assert_eq!(unmeasured(Some(90), &twice), [0, 0, 0]);
        assert_eq!(unmeasured(None, &[]), [1]);
        assert_eq!(unmeasured(None, &twice), [1, -1, 0]);
        let mut lines = family(&twice).lines().to_vec();
        for line in &mut lines[..2] {
            line.flow.as_mut().unwrap().quantities.minutes = None;
        }
        let late = Family::new(lines).unwrap().standings();
        assert_eq!(late.iter().map(|standing| standing.unmeasured).collect::<Vec<_>>(), [1, 0, -1]);
    }

    #[test]
    fn the_line_is_found_by_which_it_came_to_be_confirmed_for_good() {
        let stories: &[(&[Word], Option<i64>)] = &[
            (&[], None),
            (&[(Contest, 1, "b")], None),
            (&[(Confirm, 1, "b")], Some(2)),
            (&[(Confirm, 1, "b"), (Attest, 1, "c")], Some(2)),
            (&[(Contest, 1, "b"), (Confirm, 1, "b")], Some(3)),
            (&[(Confirm, 1, "b"), (Contest, 1, "b"), (Confirm, 1, "b")], Some(4)),
            (&[(Confirm, 1, "b"), (Contest, 1, "b"), (Withdraw, 1, "b")], Some(2)),
            (&[(Attest, 1, "c"), (Contest, 1, "b"), (Withdraw, 1, "b"), (Confirm, 1, "b")], Some(5)),
        ];
        for (story, expected) in stories {
            assert_eq!(family(story).confirmed_at().map(|line| line.seq), *expected, "{story:?}");
        }
    }

    #[test]
    fn words_are_told_in_order_and_an_attestation_is_no_voice() {
        let family = family(&[(Attest, 1, "c"), (Confirm, 1, "b"), (Correction, 1, "a"), (Confirm, 4, "b")]);
        let places = |words: Vec<&Line>| words.iter().map(|word| word.seq).collect::<Vec<_>>();
        assert_eq!(places(family.words(1).collect()), [2, 3]);
        assert_eq!(places(family.voices(1).collect()), [3]);
        assert_eq!(places(family.words(4).collect()), [5]);
    }
}
