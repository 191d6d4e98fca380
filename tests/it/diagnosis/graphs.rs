//! The measures against what anybody would compute by hand, on random small networks.

use std::collections::BTreeSet;

use navette::indicator::bridges::{Brokerage, brokerage, holding};
use navette::indicator::dependence::concentration;
use navette::indicator::graph::{Edge, Graph};
use navette::indicator::real::{Decimal, centralisation};
use navette::indicator::reciprocity::{across_kinds, reciprocity};
use navette::indicator::silos::{by_quantity, by_tie, chance, expectation, mean_of_actors, mixing, of_groups};
use proptest::prelude::*;

/// The group of each actor, and what flowed.
type Drawn = (Vec<usize>, Vec<(usize, usize, i64)>);

fn networks(actors: std::ops::Range<usize>) -> impl Strategy<Value = Drawn> {
    actors.prop_flat_map(|actors| {
        let groups = prop::collection::vec(0..3_usize, actors);
        let edges = prop::collection::vec((0..actors, 0..actors, -2..12_i64), 0..30);
        (groups, edges)
    })
}

fn graph((groups, edges): &Drawn) -> Graph {
    let edge = |(giver, receiver, quantity): &(usize, usize, i64)| Edge {
        giver: *giver,
        receiver: *receiver,
        quantity: *quantity,
    };
    Graph::new(groups, edges.iter().map(edge))
}

/// The matrix of what flowed, self-loops and what came to nothing left out; and the group of each actor in it.
fn matrix((groups, edges): &Drawn) -> (Vec<Vec<i64>>, Vec<usize>) {
    let mut all = vec![vec![0; groups.len()]; groups.len()];
    for (giver, receiver, quantity) in edges.iter().filter(|(giver, receiver, _)| giver != receiver) {
        all[*giver][*receiver] += quantity;
    }
    let flows = |one: usize, other: usize| all[one][other].max(0);
    let takes_part = |one: &usize| (0..groups.len()).any(|other| flows(*one, other) + flows(other, *one) > 0);
    let taking: Vec<usize> = (0..groups.len()).filter(takes_part).collect();
    let row = |one: &usize| taking.iter().map(|other| flows(*one, *other)).collect();
    (taking.iter().map(row).collect(), taking.iter().map(|one| groups[*one]).collect())
}

fn near(told: Option<Decimal>, expected: f64) {
    match told {
        None => assert!(!expected.is_finite(), "no answer, where {expected} was expected"),
        Some(told) => {
            let told: f64 = told.text(9, '.').parse().unwrap();
            assert!((told - expected).abs() < 1e-8, "{told}, where {expected} was expected");
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn real(number: i64) -> f64 {
    number as f64
}

fn count(things: usize) -> f64 {
    real(i64::try_from(things).unwrap())
}

/// Parts of a network when directions are forgotten and one actor is left out.
fn parts(flows: &[Vec<i64>], without: Option<usize>) -> usize {
    let mut left: BTreeSet<usize> = (0..flows.len()).filter(|one| Some(*one) != without).collect();
    let mut parts = 0;
    while let Some(first) = left.pop_first() {
        parts += 1;
        let mut reached = vec![first];
        while let Some(one) = reached.pop() {
            let near: Vec<usize> =
                left.iter().copied().filter(|other| flows[one][*other] + flows[*other][one] > 0).collect();
            left.retain(|other| !near.contains(other));
            reached.extend(near);
        }
    }
    parts
}

fn brokerage_by_hand(flows: &[Vec<i64>], group: &[usize]) -> Brokerage {
    let mut found = Brokerage::default();
    let all = 0..flows.len();
    for (a, v, b) in all.clone().flat_map(|a| all.clone().flat_map(move |v| (0..flows.len()).map(move |b| (a, v, b)))) {
        if a == b || flows[a][v] == 0 || flows[v][b] == 0 || flows[a][b] > 0 {
            continue;
        }
        let kind = if group[a] == group[v] && group[v] == group[b] {
            &mut found.coordinator
        } else if group[a] == group[b] {
            &mut found.itinerant
        } else if group[v] == group[b] {
            &mut found.gatekeeper
        } else if group[a] == group[v] {
            &mut found.representative
        } else {
            &mut found.liaison
        };
        *kind += 1;
    }
    found
}

/// Shortest ways and their number between all pairs, by walking every length in turn.
fn centralisation_by_hand(flows: &[Vec<i64>]) -> f64 {
    let actors = flows.len();
    let (mut length, mut ways) = (vec![vec![0; actors]; actors], vec![vec![0.0; actors]; actors]);
    for source in 0..actors {
        let mut step = vec![0.0; actors];
        step[source] = 1.0;
        ways[source][source] = 1.0;
        for steps in 1..actors {
            let mut next = vec![0.0; actors];
            for one in (0..actors).filter(|one| step[*one] > 0.0) {
                for other in (0..actors).filter(|other| flows[one][*other] > 0 && ways[source][*other] == 0.0) {
                    next[other] += step[one];
                }
            }
            for other in (0..actors).filter(|other| next[*other] > 0.0) {
                (length[source][other], ways[source][other]) = (steps, next[other]);
            }
            step = next;
        }
    }
    let between = |v: usize| -> f64 {
        let mut sum = 0.0;
        for s in (0..actors).filter(|s| *s != v) {
            for t in (0..actors).filter(|t| *t != v && *t != s && ways[s][*t] > 0.0) {
                if ways[s][v] > 0.0 && ways[v][t] > 0.0 && length[s][v] + length[v][t] == length[s][t] {
                    sum += ways[s][v] * ways[v][t] / ways[s][t];
                }
            }
        }
        sum / count((actors - 1) * (actors - 2))
    };
    let all: Vec<f64> = (0..actors).map(between).collect();
    let most = all.iter().copied().fold(0.0, f64::max);
    all.iter().map(|one| most - one).sum::<f64>() / count(actors - 1)
}

fn sum(flows: &[Vec<i64>], wanted: impl Fn(usize, usize) -> bool) -> f64 {
    let all = (0..flows.len()).flat_map(|a| (0..flows.len()).map(move |b| (a, b)));
    real(all.filter(|(a, b)| wanted(*a, *b)).map(|(a, b)| flows[a][b]).sum())
}

/// All that can be said of a network whoever its actors are, and in whichever order they come.
fn said(graph: &Graph) -> String {
    let mut groups: Vec<_> = of_groups(graph).iter().map(|split| split.index()).collect();
    groups.sort();
    let mut without = holding(graph).more_without;
    without.sort_unstable();
    let silos = (by_quantity(graph).index(), by_tie(graph).index(), mean_of_actors(graph), expectation(graph), groups);
    format!(
        "{silos:?} {:?} {:?} {:?} {without:?} {:?}",
        mixing(graph),
        concentration(graph.given()),
        reciprocity(graph),
        brokerage(graph)
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn each_measure_is_what_one_computes_by_hand(drawn in networks(1..9)) {
        let (graph, (flows, group)) = (graph(&drawn), matrix(&drawn));
        let actors = flows.len();
        prop_assert_eq!(graph.actors().len(), actors);
        let total = sum(&flows, |_, _| true);
        let inside = sum(&flows, |a, b| group[a] == group[b]);
        near(by_quantity(&graph).index(), (total - 2.0 * inside) / total);
        let ties = |within: Option<bool>| {
            let tie = |a: usize, b: usize| flows[a][b] + flows[b][a] > 0;
            let all = (0..actors).flat_map(|b| (0..b).map(move |a| (a, b)));
            count(all.filter(|(a, b)| tie(*a, *b) && within.is_none_or(|w| w == (group[*a] == group[*b]))).count())
        };
        near(by_tie(&graph).index(), (ties(Some(false)) - ties(Some(true))) / ties(None));
        let alike: f64 = (0..3).map(|g| {
            let of: Vec<f64> = [sum(&flows, |a, _| group[a] == g), sum(&flows, |_, b| group[b] == g)].into();
            of[0] * of[1] / total / total
        }).sum();
        near(mixing(&graph).modularity, inside / total - alike);
        if (1.0 - alike).abs() > 1e-9 {
            near(mixing(&graph).assortativity, (inside / total - alike) / (1.0 - alike));
        }
        let squares: f64 = (0..actors).map(|one| (sum(&flows, |a, _| a == one) / total).powi(2)).sum();
        near(concentration(graph.given()).hhi, if total > 0.0 { squares } else { f64::NAN });
        let arcs = |wanted: &dyn Fn(usize, usize) -> bool| {
            let all = (0..actors).flat_map(|a| (0..actors).map(move |b| (a, b)));
            count(all.filter(|(a, b)| flows[*a][*b] > 0 && wanted(*a, *b)).count())
        };
        let answered = arcs(&|a, b| flows[b][a] > 0) / arcs(&|_, _| true);
        let dense = arcs(&|_, _| true) / (count(actors) * (count(actors) - 1.0));
        near(reciprocity(&graph).answered, answered);
        if dense < 1.0 {
            near(reciprocity(&graph).beyond_chance, (answered - dense) / (1.0 - dense));
        }
        prop_assert_eq!(brokerage(&graph), Some(brokerage_by_hand(&flows, &group)));
        let holding = holding(&graph);
        prop_assert_eq!(holding.parts, parts(&flows, None));
        for (one, more) in holding.more_without.iter().enumerate() {
            prop_assert_eq!(*more, parts(&flows, Some(one)).saturating_sub(holding.parts), "without {}", one);
        }
        if actors >= 3 {
            near(centralisation(&graph), centralisation_by_hand(&flows));
        } else {
            prop_assert_eq!(centralisation(&graph), None);
        }
    }

    #[test]
    fn other_names_change_nothing(drawn in networks(2..12), turn in 0..1000_usize) {
        let (groups, edges) = &drawn;
        let place = |one: usize| (one * 7919 + turn) % groups.len();
        // 7919 is prime: every actor gets a place of its own.
        let mut turned = (vec![0; groups.len()], Vec::new());
        for (one, group) in groups.iter().enumerate() {
            turned.0[place(one)] = *group;
        }
        turned.1 = edges.iter().rev().map(|(a, b, quantity)| (place(*a), place(*b), *quantity)).collect();
        let (straight, turned) = (graph(&drawn), graph(&turned));
        prop_assert_eq!(said(&straight), said(&turned));
        if let (Some(one), Some(other)) = (centralisation(&straight), centralisation(&turned)) {
            // Real sums differ with their order, in the last of nine decimals at most.
            prop_assert!((one.billionths() - other.billionths()).abs() <= 2);
        }
    }

    #[test]
    fn giving_back_all_that_was_received_leaves_groups_and_bridges_as_they_are(drawn in networks(2..12)) {
        let reversed = (drawn.0.clone(), drawn.1.iter().map(|(a, b, quantity)| (*b, *a, *quantity)).collect());
        let (one, other) = (graph(&drawn), graph(&reversed));
        prop_assert_eq!(by_quantity(&one), by_quantity(&other));
        prop_assert_eq!(by_tie(&one), by_tie(&other));
        prop_assert_eq!(of_groups(&one), of_groups(&other));
        prop_assert_eq!(expectation(&one), expectation(&other));
        prop_assert_eq!(chance(&one), chance(&other));
        prop_assert_eq!(mixing(&one), mixing(&other));
        prop_assert_eq!(reciprocity(&one), reciprocity(&other));
        prop_assert_eq!(holding(&one), holding(&other));
        prop_assert_eq!(concentration(one.given()), concentration(other.received()));
        let back = brokerage(&other).unwrap();
        let back = Brokerage { gatekeeper: back.representative, representative: back.gatekeeper, ..back };
        prop_assert_eq!(brokerage(&one), Some(back));
    }

    #[test]
    fn the_silo_index_expected_is_the_mean_over_all_relabellings(drawn in networks(2..7)) {
        let straight = graph(&drawn);
        let group = straight.group().to_vec();
        let ends = straight.arcs().to_vec();
        let mut seen = [(0_i128, 0_i128); 2];
        permute(&mut group.clone(), 0, &mut |dealt| {
            let dealt = Graph::new(dealt, ends.iter().copied());
            for (seen, split) in seen.iter_mut().zip([by_quantity(&dealt), by_tie(&dealt)]) {
                *seen = (seen.0 + split.external - split.internal, seen.1 + split.external + split.internal);
            }
        });
        for (above, below) in seen.into_iter().filter(|(_, below)| *below > 0) {
            prop_assert_eq!(expectation(&straight), Decimal::ratio(above, below));
        }
    }
}

/// Every order of these, by exchanging.
fn permute(items: &mut [usize], from: usize, seen: &mut impl FnMut(&[usize])) {
    if from == items.len() {
        return seen(items);
    }
    for other in from..items.len() {
        items.swap(from, other);
        permute(items, from + 1, seen);
        items.swap(from, other);
    }
}

#[test]
fn chance_is_drawn_alike_every_time_and_knows_a_silo_from_a_crowd() {
    let within = (0..12).flat_map(|a| (0..12).map(move |b| (a, b, 5))).filter(|(a, b, _)| a % 2 == b % 2);
    let silos = graph(&((0..12).map(|one| one % 2).collect(), within.collect()));
    let found = chance(&silos).unwrap();
    assert_eq!(chance(&silos), Some(found));
    assert!(found.quantity < Decimal::ratio(1, 50), "{found:?}");
    let all = (0..12).flat_map(|a| (0..12).map(move |b| (a, b, 5)));
    let crowd = graph(&((0..12).map(|one| one % 2).collect(), all.collect()));
    assert_eq!(chance(&crowd).unwrap().tie, Some(Decimal::whole(1)), "every dealing is as far");
    assert_eq!(chance(&graph(&(vec![0; 4], vec![(0, 1, 1), (2, 3, 1)]))), None, "one group");
}

#[test]
fn what_one_gives_oneself_and_what_comes_to_nothing_is_no_flow() {
    let drawn = (vec![0, 1, 1], vec![(0, 0, 9), (0, 1, 5), (0, 1, -5), (1, 2, -1)]);
    let nothing = graph(&drawn);
    assert_eq!((nothing.actors().len(), nothing.arcs().len(), nothing.total()), (0, 0, 0));
    assert_eq!((by_quantity(&nothing).index(), expectation(&nothing), chance(&nothing)), (None, None, None));
    assert_eq!((holding(&nothing).parts, brokerage(&nothing)), (0, Some(Brokerage::default())));
}

#[test]
fn a_loan_is_answered_by_hours() {
    let gifts = |all: &[(usize, usize, u8)]| across_kinds(&all.iter().copied().collect());
    assert_eq!(gifts(&[]), None);
    assert_eq!(gifts(&[(0, 1, 0), (1, 0, 0)]), Some(Decimal::whole(0)), "by the same");
    assert_eq!(gifts(&[(0, 1, 0), (1, 0, 1)]), Some(Decimal::whole(1)));
    assert_eq!(gifts(&[(0, 1, 0), (1, 0, 1), (0, 2, 0), (3, 0, 2)]), Decimal::ratio(1, 2));
}
