//! Silos: how far what flows stays within groups, and how far it would if groups meant nothing. Pure.

use super::graph::{Graph, Tie, pairs};
use super::real::Decimal;

/// Random relabellings drawn for a p-value.
pub const DRAWS: u32 = 999;
/// Where they begin: always at the same place, so that the same ledger gives the same bytes.
const SEED: u64 = 1988;
/// Ties looked at in all draws together, at most: about a second.
pub const LOOKS_MAX: usize = 200_000_000;

/// What flows between groups (external) and within them (internal).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Split {
    /// Between groups.
    pub external: i128,
    /// Within one.
    pub internal: i128,
}

impl Split {
    /// The E-I index (Krackhardt & Stern 1988): −1 when all stays within groups, 1 when all crosses.
    #[must_use]
    pub fn index(self) -> Option<Decimal> {
        Decimal::ratio(self.external - self.internal, self.external + self.internal)
    }

    fn add(&mut self, within: bool, quantity: i128) {
        *(if within { &mut self.internal } else { &mut self.external }) += quantity;
    }
}

/// How the quantities split.
#[must_use]
pub fn by_quantity(graph: &Graph) -> Split {
    let mut split = Split::default();
    for arc in graph.arcs() {
        split.add(graph.group()[arc.giver] == graph.group()[arc.receiver], arc.quantity.into());
    }
    split
}

/// How the ties split, each counted once whatever flowed.
#[must_use]
pub fn by_tie(graph: &Graph) -> Split {
    let mut split = Split::default();
    for tie in graph.ties() {
        split.add(graph.group()[tie.one] == graph.group()[tie.other], 1);
    }
    split
}

/// How the quantities of each group split: what touches it, within it or across its edge.
#[must_use]
pub fn of_groups(graph: &Graph) -> Vec<Split> {
    let mut splits = vec![Split::default(); graph.sizes().len()];
    for arc in graph.arcs() {
        let (from, to) = (graph.group()[arc.giver], graph.group()[arc.receiver]);
        splits[from].add(from == to, arc.quantity.into());
        if from != to {
            splits[to].add(false, arc.quantity.into());
        }
    }
    splits
}

/// The mean of the indices of the actors, each counted alike however much flows through it.
#[must_use]
pub fn mean_of_actors(graph: &Graph) -> Option<Decimal> {
    let mut splits = vec![Split::default(); graph.actors().len()];
    for arc in graph.arcs() {
        let within = graph.group()[arc.giver] == graph.group()[arc.receiver];
        splits[arc.giver].add(within, arc.quantity.into());
        splits[arc.receiver].add(within, arc.quantity.into());
    }
    Decimal::mean(&splits.iter().filter_map(|split| split.index()).collect::<Vec<_>>())
}

/// Ordered pairs of actors within a group.
fn within(graph: &Graph) -> i128 {
    graph.sizes().iter().map(|size| pairs(*size)).sum()
}

/// The index that groups of these sizes have by chance: `1 − 2·Σ n_g(n_g − 1)/(n(n − 1))`. The same for quantities and
/// for ties, since every pair of actors is as often within a group as any other.
#[must_use]
pub fn expectation(graph: &Graph) -> Option<Decimal> {
    Decimal::ratio(graph.possible() - 2 * within(graph), graph.possible())
}

/// How often chance brings an index at least as far from its expectation: of quantities, and of ties.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chance {
    /// Of the index on quantities.
    pub quantity: Option<Decimal>,
    /// Of the index on ties.
    pub tie: Option<Decimal>,
}

/// A permutation test: groups are dealt out anew [`DRAWS`] times; p = (1 + draws as far out)/(1 + draws). None for
/// fewer than two groups, and for more ties than [`LOOKS_MAX`] allows.
#[must_use]
pub fn chance(graph: &Graph) -> Option<Chance> {
    let ties = graph.ties();
    let groups = graph.sizes().iter().filter(|size| **size > 0).count();
    if groups < 2 || ties.len().saturating_mul(DRAWS as usize) > LOOKS_MAX {
        return None;
    }
    let (possible, expected) = (graph.possible(), within(graph));
    let (total, count) = (graph.total(), i128::try_from(ties.len()).ok()?);
    // Every sum below is a part of the total.
    let _fits = i64::try_from(total).ok()?;
    let small = |tie: &Tie| Some((tie.one, tie.other, i64::try_from(tie.quantity).ok()?));
    let ties: Vec<(usize, usize, i64)> = ties.iter().map(small).collect::<Option<_>>()?;
    let internal = |group: &[usize]| {
        let mut sums = (0_i64, 0_i64);
        for (one, other, quantity) in &ties {
            // Without a branch: which way it goes is chance, and guessed wrong half of the time.
            let within = i64::from(group[*one] == group[*other]);
            sums = (sums.0 + quantity * within, sums.1 + within);
        }
        (i128::from(sums.0), i128::from(sums.1))
    };
    // How far from what is expected, times W·n(n − 1): compared without any division.
    let far = |sum: i128, of: i128| Some(sum.checked_mul(possible)?.checked_sub(of.checked_mul(expected)?)?.abs());
    let seen = internal(graph.group());
    let (quantity, tie) = (far(seen.0, total)?, far(seen.1, count)?);
    let (mut group, mut dice, mut as_far) = (graph.group().to_vec(), Dice(SEED), (0_u32, 0_u32));
    for _ in 0..DRAWS {
        dice.shuffle(&mut group);
        let drawn = internal(&group);
        as_far.0 += u32::from(far(drawn.0, total)? >= quantity);
        as_far.1 += u32::from(far(drawn.1, count)? >= tie);
    }
    let p = |as_far: u32| Decimal::ratio((1 + as_far).into(), (1 + DRAWS).into());
    Some(Chance { quantity: p(as_far.0), tie: p(as_far.1) })
}

/// Always the same numbers (`SplitMix64`, Steele et al. 2014).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Fisher and Yates. The bias of the remainder is below one in 10¹⁴ for any group we could hold.
    fn shuffle(&mut self, items: &mut [usize]) {
        for last in (1..items.len()).rev() {
            let below = u64::try_from(last + 1).unwrap_or(1);
            items.swap(last, usize::try_from(self.roll() % below).unwrap_or(0));
        }
    }
}

/// How much groups keep to themselves beyond what their sizes in what is given and received explain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mixing {
    /// Newman's assortativity (2003), directed: 1 when all stays within groups, 0 when groups mean nothing.
    pub assortativity: Option<Decimal>,
    /// Newman's modularity, directed: what stays within groups beyond chance, as a share of all.
    pub modularity: Option<Decimal>,
}

/// From the mixing matrix e of the groups: `Q = Σe_gg − Σa_g·b_g`, `r = Q/(1 − Σa_g·b_g)`.
#[must_use]
pub fn mixing(graph: &Graph) -> Mixing {
    let (mut given, mut received) = (vec![0_i128; graph.sizes().len()], vec![0_i128; graph.sizes().len()]);
    for (actor, group) in graph.group().iter().enumerate() {
        given[*group] += graph.given()[actor];
        received[*group] += graph.received()[actor];
    }
    let all = graph.total().checked_mul(graph.total());
    let chance = given.iter().zip(&received).try_fold(0_i128, |sum, (a, b)| sum.checked_add(a.checked_mul(*b)?));
    let inside = graph.total().checked_mul(by_quantity(graph).internal);
    let ratio = |below: i128| Decimal::ratio(inside?.checked_sub(chance?)?, below);
    Mixing {
        assortativity: all.zip(chance).and_then(|(all, chance)| ratio(all - chance)),
        modularity: all.and_then(ratio),
    }
}
