//! Reciprocity: how much of what is given is answered, by the same or by something else. Pure.

use std::collections::BTreeSet;

use super::graph::Graph;
use super::real::Decimal;

/// How gifts are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reciprocity {
    /// Arcs that have an arc back, of all.
    pub answered: Option<Decimal>,
    /// The same beyond chance (Garlaschelli & Loffredo 2004): (r − ā)/(1 − ā), ā the share of possible arcs there are.
    pub beyond_chance: Option<Decimal>,
    /// The part of what flows that flows back between the same two: `Σ min(w_ij, w_ji)/W`.
    pub by_quantity: Option<Decimal>,
    /// What stays when each actor's giving and receiving are set off: Σ|given − received|/2W.
    pub net_over_gross: Option<Decimal>,
}

/// Of a network.
#[must_use]
pub fn reciprocity(graph: &Graph) -> Reciprocity {
    let (mut answered, mut returned) = (0_i128, 0_i128);
    for arc in graph.arcs() {
        let back = graph.quantity(arc.receiver, arc.giver);
        answered += i128::from(back > 0);
        returned += i128::from(back.min(arc.quantity));
    }
    let arcs = i128::try_from(graph.arcs().len()).unwrap_or(0);
    let (possible, total) = (graph.possible(), graph.total());
    let net = graph.given().iter().zip(graph.received()).map(|(given, received)| (given - received).abs()).sum();
    Reciprocity {
        answered: Decimal::ratio(answered, arcs),
        beyond_chance: Decimal::ratio(answered * possible - arcs * arcs, arcs * (possible - arcs)),
        by_quantity: Decimal::ratio(returned, total),
        net_over_gross: Decimal::ratio(net, 2 * total),
    }
}

/// What kind of thing flowed from whom to whom: (giver, receiver, kind), each once. The share that was answered by a
/// thing of another kind: a loan by hours, hours by a skill.
#[must_use]
pub fn across_kinds(gifts: &BTreeSet<(usize, usize, u8)>) -> Option<Decimal> {
    let answered = gifts.iter().filter(|(giver, receiver, kind)| {
        let mut back = gifts.range((*receiver, *giver, 0)..=(*receiver, *giver, u8::MAX));
        back.any(|(_, _, other)| other != kind)
    });
    let answered = i128::try_from(answered.count()).unwrap_or(0);
    Decimal::ratio(answered, i128::try_from(gifts.len()).unwrap_or(0))
}
