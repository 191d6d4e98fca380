//! The network of a period: who gave how much to whom, in one unit, and in which group each actor is. Pure.

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

/// Two actors between whom something flowed, in either direction; the lower place first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tie {
    /// One of them.
    pub one: usize,
    /// The other.
    pub other: usize,
    /// How much flowed, both ways together.
    pub quantity: i128,
}

/// The actors that gave or received something, and the arcs between them. What an actor gave itself is no arc, nor is
/// what corrections brought to zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Graph {
    actors: Vec<usize>,
    group: Vec<usize>,
    arcs: Vec<Edge>,
    ties: Vec<Tie>,
    receivers: Vec<Vec<usize>>,
    given: Vec<i128>,
    received: Vec<i128>,
}

impl Graph {
    /// Sums up edges. `groups` holds the group of every actor there might be; edges of others are left out.
    #[must_use]
    pub fn new(groups: &[usize], edges: impl IntoIterator<Item = Edge>) -> Self {
        let within = |edge: &Edge| edge.giver != edge.receiver && edge.giver.max(edge.receiver) < groups.len();
        let mut sums: Vec<Edge> = edges.into_iter().filter(within).collect();
        sums.sort_by_key(|edge| (edge.giver, edge.receiver));
        sums.dedup_by(|next, sum| {
            let same = (next.giver, next.receiver) == (sum.giver, sum.receiver);
            sum.quantity = if same { sum.quantity.saturating_add(next.quantity) } else { sum.quantity };
            same
        });
        sums.retain(|edge| edge.quantity > 0);
        let mut actors: Vec<usize> = sums.iter().flat_map(|edge| [edge.giver, edge.receiver]).collect();
        actors.sort_unstable();
        actors.dedup();
        let mut place = vec![0; groups.len()];
        for (number, actor) in actors.iter().enumerate() {
            place[*actor] = number;
        }
        let mut graph = Self {
            group: actors.iter().map(|actor| groups[*actor]).collect(),
            receivers: vec![Vec::new(); actors.len()],
            given: vec![0; actors.len()],
            received: vec![0; actors.len()],
            arcs: Vec::with_capacity(sums.len()),
            ties: Vec::new(),
            actors,
        };
        for Edge { giver, receiver, quantity } in sums {
            let (giver, receiver) = (place[giver], place[receiver]);
            graph.receivers[giver].push(receiver);
            graph.given[giver] += i128::from(quantity);
            graph.received[receiver] += i128::from(quantity);
            graph.arcs.push(Edge { giver, receiver, quantity });
        }
        graph.ties = ties(&graph.arcs);
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

    /// The ties, in order.
    #[must_use]
    pub fn ties(&self) -> &[Tie] {
        &self.ties
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

fn ties(arcs: &[Edge]) -> Vec<Tie> {
    let tie = |arc: &Edge| Tie {
        one: arc.giver.min(arc.receiver),
        other: arc.giver.max(arc.receiver),
        quantity: arc.quantity.into(),
    };
    let mut ties: Vec<Tie> = arcs.iter().map(tie).collect();
    ties.sort_by_key(|tie| (tie.one, tie.other));
    ties.dedup_by(|next, sum| {
        let same = (next.one, next.other) == (sum.one, sum.other);
        sum.quantity += if same { next.quantity } else { 0 };
        same
    });
    ties
}

/// Ordered pairs of so many things.
#[must_use]
pub fn pairs(things: usize) -> i128 {
    let things = i128::try_from(things).unwrap_or(0);
    things * (things - 1).max(0)
}
