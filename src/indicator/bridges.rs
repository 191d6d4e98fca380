//! Bridges: between whom actors stand, and where the network hangs on one of them. Pure.

use super::graph::Graph;

/// How often actors stand between two others who have no direct arc (Gould & Fernandez 1989), by the groups of the
/// three: a gives to v, v to b, and a never to b.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Brokerage {
    /// All three in one group.
    pub coordinator: u64,
    /// The two in one group, the one between in another.
    pub itinerant: u64,
    /// The one between lets in what comes from outside its group.
    pub gatekeeper: u64,
    /// The one between carries out of its group.
    pub representative: u64,
    /// All three in different groups.
    pub liaison: u64,
}

impl Brokerage {
    /// All of them.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.coordinator + self.itinerant + self.gatekeeper + self.representative + self.liaison
    }
}

/// Steps that [`brokerage`] may take: about a second.
pub const STEPS_MAX: usize = 500_000_000;

/// The brokerage of all actors together. None when it would take more than [`STEPS_MAX`] steps.
#[must_use]
pub fn brokerage(graph: &Graph) -> Option<Brokerage> {
    let steps = graph.arcs().iter().map(|arc| graph.receivers(arc.receiver).len());
    if steps.fold(0_usize, usize::saturating_add) > STEPS_MAX {
        return None;
    }
    let group = graph.group();
    let mut found = Brokerage::default();
    // To whom the first gives directly: the last actor who gave them anything.
    let mut direct = vec![usize::MAX; group.len()];
    for a in 0..group.len() {
        for &v in graph.receivers(a) {
            direct[v] = a;
        }
        direct[a] = a;
        for &v in graph.receivers(a) {
            for &b in graph.receivers(v).iter().filter(|b| direct[**b] != a) {
                let count = match (group[a] == group[v], group[v] == group[b], group[a] == group[b]) {
                    (true, true, _) => &mut found.coordinator,
                    (true, false, _) => &mut found.representative,
                    (false, true, _) => &mut found.gatekeeper,
                    (false, false, true) => &mut found.itinerant,
                    (false, false, false) => &mut found.liaison,
                };
                *count += 1;
            }
        }
    }
    Some(found)
}

/// How the network hangs together when directions are forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// Parts between which nothing flows.
    pub parts: usize,
    /// For each actor: how many more parts there are once it is gone. Above 0: an articulation point.
    pub more_without: Vec<usize>,
}

impl Holding {
    /// How many actors the network falls apart without.
    #[must_use]
    pub fn articulation_points(&self) -> usize {
        self.more_without.iter().filter(|more| **more > 0).count()
    }
}

/// Parts and articulation points, in one walk (Hopcroft & Tarjan 1973).
#[must_use]
pub fn holding(graph: &Graph) -> Holding {
    let actors = graph.actors().len();
    let mut neighbours = vec![Vec::new(); actors];
    for tie in graph.ties() {
        neighbours[tie.one].push(tie.other);
        neighbours[tie.other].push(tie.one);
    }
    let mut walk = Walk { neighbours, seen: vec![0; actors], low: vec![0; actors], clock: 0, cut: vec![0; actors] };
    let mut parts = 0;
    for root in 0..actors {
        if walk.seen[root] == 0 {
            parts += 1;
            walk.from(root);
        }
    }
    Holding { parts, more_without: walk.cut }
}

struct Walk {
    neighbours: Vec<Vec<usize>>,
    /// When each actor was reached, from 1; 0: not yet.
    seen: Vec<usize>,
    /// The earliest that is reached from below each without going through it.
    low: Vec<usize>,
    clock: usize,
    /// Parts that each one's leaving cuts off.
    cut: Vec<usize>,
}

impl Walk {
    fn reach(&mut self, actor: usize) {
        self.clock += 1;
        (self.seen[actor], self.low[actor]) = (self.clock, self.clock);
    }

    /// Without recursion: a chain of villages may be longer than a stack is deep.
    fn from(&mut self, root: usize) {
        self.reach(root);
        let mut way = vec![(root, 0)];
        while let Some((actor, next)) = way.pop() {
            if let Some(&other) = self.neighbours[actor].get(next) {
                way.push((actor, next + 1));
                if self.seen[other] == 0 {
                    self.reach(other);
                    way.push((other, 0));
                } else {
                    self.low[actor] = self.low[actor].min(self.seen[other]);
                }
            } else if let Some(&(before, _)) = way.last() {
                self.low[before] = self.low[before].min(self.low[actor]);
                self.cut[before] += usize::from(self.low[actor] >= self.seen[before]);
            }
        }
        // What hangs on the root is one part once it is gone; only the others are more.
        self.cut[root] = self.cut[root].saturating_sub(1);
    }
}
