//! What a picture is made of: who gave how much to whom, in groups, in one unit. Pure.

use std::collections::BTreeMap;

use crate::clock::Day;
use crate::id::Id;
use crate::ledger::rules::Kind;

pub use crate::indicator::rules::Unit;

/// Days of a period shown at most: three years, one of them a leap year.
pub const PERIOD_DAYS_MAX: i64 = 1_096;
/// Cooperations by which structures are grouped, at most: more marks than that cannot be told apart in grey.
pub const GROUPS_MAX: usize = 12;
/// Groups among which those not drawn by themselves are shared, at most; of more, they become one.
const GATHERED_GROUPS_MAX: usize = 8;

/// Which picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr, strum::EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum Picture {
    /// Who gave to whom.
    Flows,
    /// The network, with its groups.
    Network,
    /// Month after month, by kind.
    Months,
}

/// An end of a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Party {
    /// A structure.
    Structure(Id),
    /// Individual volunteers, who have no name here.
    Volunteers,
    /// The commons of the cooperation.
    Commons,
}

/// What one party gave another in the period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flow {
    /// Who gave.
    pub giver: Party,
    /// Who received.
    pub receiver: Party,
    /// How much.
    pub amount: i64,
}

/// A party with its name and its group, before it is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Which.
    pub party: Party,
    /// Its name.
    pub name: String,
    /// Its group, by its place in the list of groups.
    pub group: usize,
}

/// A mark in a picture: a party, or several that are too small to be drawn by themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its name; of several, what they are called together is for the words.
    pub name: String,
    /// Its group; none for several of different groups.
    pub group: Option<usize>,
    /// How many parties it stands for.
    pub parties: usize,
    /// What it gave.
    pub given: i64,
    /// What it received.
    pub received: i64,
    /// With how many others it shares a flow.
    pub partners: usize,
}

/// A flow between two marks, by their places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arc {
    /// From which.
    pub from: usize,
    /// To which.
    pub to: usize,
    /// How much.
    pub amount: i64,
}

/// Who gave how much to whom, ready to be drawn: marks by group and name, flows in the order of their marks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Graph {
    /// The names of the groups.
    pub groups: Vec<String>,
    /// The marks.
    pub nodes: Vec<Node>,
    /// The flows, each pair once in each direction.
    pub arcs: Vec<Arc>,
}

impl Graph {
    /// The graph of these members, in their order, and what flowed between them. What came to nothing is no flow.
    #[must_use]
    pub fn new(groups: Vec<String>, members: &[Member], flows: &[Flow]) -> Self {
        let places: BTreeMap<Party, usize> =
            members.iter().enumerate().map(|(place, member)| (member.party, place)).collect();
        let place = |party| places.get(&party).copied();
        let arcs = flows
            .iter()
            .filter(|flow| flow.amount > 0)
            .filter_map(|flow| Some(Arc { from: place(flow.giver)?, to: place(flow.receiver)?, amount: flow.amount }));
        let node = |member: &Member| Node {
            name: member.name.clone(),
            group: Some(member.group),
            parties: 1,
            given: 0,
            received: 0,
            partners: 0,
        };
        Self { groups, nodes: members.iter().map(node).collect(), arcs: arcs.collect() }.counted()
    }

    /// What flowed in all.
    #[must_use]
    pub fn total(&self) -> i64 {
        self.arcs.iter().fold(0, |sum, arc| sum.saturating_add(arc.amount))
    }

    /// Adds up the flows of each mark.
    fn counted(mut self) -> Self {
        self.arcs.sort_unstable_by_key(|arc| (arc.from, arc.to));
        let mut partners = vec![std::collections::BTreeSet::new(); self.nodes.len()];
        for arc in &self.arcs {
            if let Some(giver) = self.nodes.get_mut(arc.from) {
                giver.given = giver.given.saturating_add(arc.amount);
            }
            if let Some(receiver) = self.nodes.get_mut(arc.to) {
                receiver.received = receiver.received.saturating_add(arc.amount);
            }
            if arc.from != arc.to {
                partners[arc.from].insert(arc.to);
                partners[arc.to].insert(arc.from);
            }
        }
        for (node, partners) in self.nodes.iter_mut().zip(partners) {
            node.partners = partners.len();
        }
        self
    }

    /// Without the marks that neither gave nor received.
    #[must_use]
    pub fn without_idle(self) -> Self {
        let mut next = 0;
        let places: Vec<Option<usize>> = self
            .nodes
            .iter()
            .map(|node| {
                let place = (node.given > 0 || node.received > 0).then_some(next);
                next += usize::from(place.is_some());
                place
            })
            .collect();
        let arcs = self
            .arcs
            .iter()
            .filter_map(|arc| Some(Arc { from: places[arc.from]?, to: places[arc.to]?, amount: arc.amount }));
        let arcs = arcs.collect();
        let kept = self.nodes.into_iter().zip(&places).filter(|(_, place)| place.is_some());
        Self { groups: self.groups, nodes: kept.map(|(node, _)| node).collect(), arcs }
    }

    /// The same if it has so many marks at most. Of more, some are drawn by themselves, those through which most flows;
    /// the others are gathered by group, or into one where there are many groups. The order of those drawn stays: it
    /// ranks nobody.
    #[must_use]
    pub fn gathered(self, alone_max: usize, largest: usize) -> Self {
        if self.nodes.len() <= alone_max {
            return self;
        }
        let weight = |place: &usize| self.nodes.get(*place).map_or(0, |node| node.given.saturating_add(node.received));
        let mut places: Vec<usize> = (0..self.nodes.len()).collect();
        places.sort_by_key(|place| (std::cmp::Reverse(weight(place)), *place));
        let mut drawn = vec![false; self.nodes.len()];
        places.iter().take(largest).for_each(|place| drawn[*place] = true);
        let apart: std::collections::BTreeSet<Option<usize>> =
            self.nodes.iter().zip(&drawn).filter(|(_, drawn)| !**drawn).map(|(node, _)| node.group).collect();
        let by_group = apart.len() <= GATHERED_GROUPS_MAX;
        let key = |place: usize| match (drawn[place], self.nodes[place].group.filter(|_| by_group)) {
            // Within a group those gathered stand last; those gathered from all groups stand after all.
            (true, _) => (self.nodes[place].group.unwrap_or(usize::MAX), place),
            (false, group) => (group.unwrap_or(usize::MAX), usize::MAX),
        };
        let mut nodes: BTreeMap<(usize, usize), Node> = BTreeMap::new();
        for (place, node) in self.nodes.iter().enumerate() {
            let group = if drawn[place] || by_group { node.group } else { None };
            let fresh = Node { group, parties: 0, given: 0, received: 0, partners: 0, ..node.clone() };
            nodes.entry(key(place)).or_insert(fresh).parties += node.parties;
        }
        let order: BTreeMap<(usize, usize), usize> =
            nodes.keys().enumerate().map(|(place, key)| (*key, place)).collect();
        let mut arcs: BTreeMap<(usize, usize), i64> = BTreeMap::new();
        for arc in &self.arcs {
            let sum = arcs.entry((order[&key(arc.from)], order[&key(arc.to)])).or_default();
            *sum = sum.saturating_add(arc.amount);
        }
        let arcs = arcs.into_iter().map(|((from, to), amount)| Arc { from, to, amount }).collect();
        Self { groups: self.groups, nodes: nodes.into_values().collect(), arcs }.counted()
    }

    /// The flows that are drawn, at most so many, the largest, in the order of their marks; and of the others how many
    /// there are and what they come to.
    #[must_use]
    pub fn largest(&self, drawn_max: usize) -> (Vec<Arc>, usize, i64) {
        let mut arcs = self.arcs.clone();
        arcs.sort_by_key(|arc| (std::cmp::Reverse(arc.amount), arc.from, arc.to));
        let rest = arcs.split_off(arcs.len().min(drawn_max));
        arcs.sort_unstable_by_key(|arc| (arc.from, arc.to));
        let sum = rest.iter().fold(0_i64, |sum, arc| sum.saturating_add(arc.amount));
        (arcs, rest.len(), sum)
    }
}

/// A month of a period, and what flowed in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Month {
    /// Its first day in the period.
    pub from: Day,
    /// The first day after it, or after the period.
    pub until: Day,
    /// How much of each kind; only what is more than nothing.
    pub amounts: BTreeMap<Kind, i64>,
}

impl Month {
    /// What flowed of all kinds.
    #[must_use]
    pub fn total(&self) -> i64 {
        self.amounts.values().fold(0, |sum, amount| sum.saturating_add(*amount))
    }

    /// True when it is a whole month of the calendar.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.from.date().day() == 1 && self.until.date().day() == 1
    }
}

/// The months of a period, empty, the first and the last cut where the period is.
#[must_use]
pub fn months(from: Day, until: Day) -> Vec<Month> {
    let (mut months, mut start) = (Vec::new(), from);
    while start < until {
        let (year, month) = if start.month() == 12 { (start.year() + 1, 1) } else { (start.year(), start.month() + 1) };
        let next = Day::parse(&format!("{year:04}-{month:02}-01")).unwrap_or(until).min(until);
        months.push(Month { from: start, until: next, amounts: BTreeMap::new() });
        start = next;
    }
    months
}

#[cfg(test)]
mod tests {
    use super::*;

    fn party(name: &str) -> Party {
        Party::Structure(Id::of(&["party", name]))
    }

    /// Parties by name and group; who gave how much to whom.
    fn graph(members: &[(&str, usize)], flows: &[(&str, &str, i64)]) -> Graph {
        let member = |(name, group): &(&str, usize)| Member { party: party(name), name: (*name).into(), group: *group };
        let flow = |(giver, receiver, amount): &(&str, &str, i64)| Flow {
            giver: party(giver),
            receiver: party(receiver),
            amount: *amount,
        };
        let groups = vec!["Vallée".to_owned(), "Plateau".to_owned()];
        let members: Vec<Member> = members.iter().map(member).collect();
        Graph::new(groups, &members, &flows.iter().map(flow).collect::<Vec<_>>())
    }

    /// Group, parties, given, received and partners of each mark.
    fn marks(graph: &Graph) -> Vec<(Option<usize>, usize, i64, i64, usize)> {
        let mark = |node: &Node| (node.group, node.parties, node.given, node.received, node.partners);
        graph.nodes.iter().map(mark).collect()
    }

    /// From, to and amount of each flow.
    fn bands(arcs: &[Arc]) -> Vec<(usize, usize, i64)> {
        arcs.iter().map(|arc| (arc.from, arc.to, arc.amount)).collect()
    }

    fn village() -> Graph {
        let members = [("a", 0), ("b", 0), ("c", 0), ("d", 1), ("e", 1)];
        graph(&members, &[("a", "d", 50), ("d", "a", 20), ("b", "d", 3), ("c", "b", 2), ("b", "b", 1), ("e", "a", 0)])
    }

    #[test]
    fn a_mark_adds_up_its_flows_and_counts_others_once() {
        let village = village();
        let expected = [(Some(0), 1, 50, 20, 1), (Some(0), 1, 4, 3, 2), (Some(0), 1, 2, 0, 1), (Some(1), 1, 20, 53, 2)];
        assert_eq!(marks(&village)[..4], expected);
        assert_eq!(marks(&village)[4], (Some(1), 1, 0, 0, 0), "what came to nothing is no flow");
        assert_eq!(village.total(), 76);
    }

    #[test]
    fn who_neither_gave_nor_received_is_left_out_and_the_others_keep_their_flows() {
        let members = [("idle", 0), ("a", 0), ("idle too", 1), ("b", 1)];
        let left = graph(&members, &[("a", "b", 1)]).without_idle();
        assert_eq!(left.nodes.iter().map(|node| node.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(bands(&left.arcs), [(0, 1, 1)]);
    }

    #[test]
    fn the_largest_are_drawn_and_the_others_stand_last_in_their_group() {
        assert_eq!(village().gathered(5, 2), village(), "as many as may be are left as they are");
        let gathered = village().gathered(4, 2);
        // a; b and c, what they gave one another with them; d; e, which is gathered alone.
        let expected = [(Some(0), 1, 50, 20, 1), (Some(0), 2, 6, 3, 1), (Some(1), 1, 20, 53, 2), (Some(1), 1, 0, 0, 0)];
        assert_eq!(marks(&gathered), expected);
        assert_eq!(bands(&gathered.arcs), [(0, 2, 50), (1, 1, 3), (1, 2, 3), (2, 0, 20)]);
    }

    #[test]
    fn of_two_that_weigh_as_much_the_first_is_drawn() {
        let gathered = graph(&[("a", 0), ("b", 0), ("c", 0)], &[("a", "c", 1), ("b", "c", 1)]).gathered(2, 2);
        assert_eq!(gathered.nodes.iter().map(|node| node.name.as_str()).collect::<Vec<_>>(), ["a", "c", "b"]);
    }

    #[test]
    fn of_too_many_flows_the_largest_are_drawn_and_the_rest_is_summed() {
        let (drawn, left, rest) = village().largest(2);
        assert_eq!((bands(&drawn), left, rest), (vec![(0, 3, 50), (3, 0, 20)], 3, 6));
        let (drawn, left, rest) = village().largest(5);
        assert_eq!((drawn.len(), left, rest), (5, 0, 0));
    }

    #[test]
    fn months_are_cut_where_the_period_is() {
        let day = |text| Day::parse(text).unwrap();
        let shown = months(day("2026-11-15"), day("2027-02-01"));
        let found: Vec<(String, bool)> = shown.iter().map(|month| (month.from.to_string(), month.is_whole())).collect();
        let expected = [("2026-11-15", false), ("2026-12-01", true), ("2027-01-01", true)];
        assert_eq!(found, expected.map(|(from, whole)| (from.to_owned(), whole)));
        assert_eq!(shown.last().map(|month| month.until), Some(day("2027-02-01")));
        assert!(!months(day("2026-11-01"), day("2026-11-29")).iter().any(Month::is_whole));
        assert!(months(day("2026-11-01"), day("2026-11-01")).is_empty());
    }

    #[test]
    fn of_many_groups_those_gathered_become_one() {
        let drawn = |structures: usize| {
            let names: Vec<String> = (0..structures).map(|number| number.to_string()).collect();
            let members: Vec<(&str, usize)> = names.iter().map(String::as_str).zip(0..).collect();
            let gathered = graph(&members, &[("0", "1", 2), ("0", "2", 1)]).gathered(5, 1);
            gathered.nodes.iter().map(|node| (node.group, node.parties)).collect::<Vec<_>>()
        };
        assert_eq!(drawn(9), (0..9).map(|group| (Some(group), 1)).collect::<Vec<_>>());
        assert_eq!(drawn(10), [(Some(0), 1), (None, 9)]);
    }
}
