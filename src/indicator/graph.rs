//! The network of a period: who gave how much to whom, in one unit, and in which group each actor is. Pure.

use std::collections::BTreeMap;

/// What one actor gave another. Actors are numbers here: nothing below depends on who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// Who gave.
    pub giver: usize,
    /// Who received.
    pub receiver: usize,
    /// How much, in one unit; corrections are below zero.
    pub quantity: i64,
}

/// The actors that gave or received something, and the arcs between them. What an actor gave itself is no arc, nor is
/// what corrections brought to zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Graph {
    actors: Vec<usize>,
    group: Vec<usize>,
    arcs: Vec<Edge>,
    receivers: Vec<Vec<usize>>,
    given: Vec<i128>,
    received: Vec<i128>,
}

impl Graph {
    /// Sums up edges. `groups` holds the group of every actor there might be; edges of others are left out.
    #[must_use]
    pub fn new(groups: &[usize], edges: impl IntoIterator<Item = Edge>) -> Self {
        let mut sums: BTreeMap<(usize, usize), i64> = BTreeMap::new();
        for Edge { giver, receiver, quantity } in edges {
            if giver != receiver && giver.max(receiver) < groups.len() {
                let sum = sums.entry((giver, receiver)).or_default();
                *sum = sum.saturating_add(quantity);
            }
        }
        sums.retain(|_, quantity| *quantity > 0);
        let mut actors: Vec<usize> = sums.keys().flat_map(|(giver, receiver)| [*giver, *receiver]).collect();
        actors.sort_unstable();
        actors.dedup();
        let place: BTreeMap<usize, usize> = actors.iter().enumerate().map(|(place, actor)| (*actor, place)).collect();
        let mut graph = Self {
            group: actors.iter().map(|actor| groups[*actor]).collect(),
            receivers: vec![Vec::new(); actors.len()],
            given: vec![0; actors.len()],
            received: vec![0; actors.len()],
            arcs: Vec::with_capacity(sums.len()),
            actors,
        };
        for ((giver, receiver), quantity) in sums {
            let (giver, receiver) = (place[&giver], place[&receiver]);
            graph.receivers[giver].push(receiver);
            graph.given[giver] += i128::from(quantity);
            graph.received[receiver] += i128::from(quantity);
            graph.arcs.push(Edge { giver, receiver, quantity });
        }
        graph
    }

    /// The actors, each by its number outside.
    #[must_use]
    pub fn actors(&self) -> &[usize] {
        &self.actors
    }

    /// The group of each actor.
    #[must_use]
    pub fn group(&self) -> &[usize] {
        &self.group
    }

    /// The arcs, by giver and receiver; both by their places in [`Graph::actors`].
    #[must_use]
    pub fn arcs(&self) -> &[Edge] {
        &self.arcs
    }

    /// To whom an actor gave, in order.
    #[must_use]
    pub fn receivers(&self, giver: usize) -> &[usize] {
        &self.receivers[giver]
    }

    /// What each actor gave.
    #[must_use]
    pub fn given(&self) -> &[i128] {
        &self.given
    }

    /// What each actor received.
    #[must_use]
    pub fn received(&self) -> &[i128] {
        &self.received
    }

    /// What was given in all.
    #[must_use]
    pub fn total(&self) -> i128 {
        self.given.iter().sum()
    }

    /// Ordered pairs of actors: n(n − 1).
    #[must_use]
    pub fn possible(&self) -> i128 {
        pairs(self.actors.len())
    }

    /// The quantity of an arc; 0 where there is none.
    #[must_use]
    pub fn quantity(&self, giver: usize, receiver: usize) -> i64 {
        let found = self.arcs.binary_search_by_key(&(giver, receiver), |arc| (arc.giver, arc.receiver));
        found.map_or(0, |at| self.arcs[at].quantity)
    }

    /// The ties: each two actors between whom something flowed, in either direction, and how much in both.
    #[must_use]
    pub fn ties(&self) -> Vec<(usize, usize, i128)> {
        let mut ties: BTreeMap<(usize, usize), i128> = BTreeMap::new();
        for arc in &self.arcs {
            let ends = (arc.giver.min(arc.receiver), arc.giver.max(arc.receiver));
            *ties.entry(ends).or_default() += i128::from(arc.quantity);
        }
        ties.into_iter().map(|((one, other), quantity)| (one, other, quantity)).collect()
    }

    /// How many actors each group has, by the number of the group.
    #[must_use]
    pub fn sizes(&self) -> Vec<usize> {
        let mut sizes = vec![0; self.group.iter().max().map_or(0, |last| last + 1)];
        for group in &self.group {
            sizes[*group] += 1;
        }
        sizes
    }
}

/// Ordered pairs of so many things.
#[must_use]
pub fn pairs(things: usize) -> i128 {
    let things = i128::try_from(things).unwrap_or(0);
    things * (things - 1).max(0)
}
