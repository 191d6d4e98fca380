//! Ratios: exact sums of whole quantities, divided last; and the two measures that need real arithmetic. Pure.
#![expect(
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "the one place of the house with real arithmetic: no quantity is ever kept in it, ratios leave it rounded"
)]

use serde::{Serialize, Serializer};

use super::graph::Graph;

/// Parts of one that a ratio is kept in: nine decimals.
const ONE: i128 = 1_000_000_000;
/// Steps that [`centralisation`] may take (actors × arcs): about a second.
pub const STEPS_MAX: usize = 200_000_000;

/// A ratio, or a whole number, in billionths: rounded once, half away from zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decimal(i128);

impl Decimal {
    /// A whole number.
    #[must_use]
    pub fn whole(number: impl Into<i128>) -> Self {
        Self(number.into().saturating_mul(ONE))
    }

    /// A number of things.
    #[must_use]
    pub fn count(things: usize) -> Self {
        Self::whole(i128::try_from(things).unwrap_or(i128::MAX))
    }

    /// One whole number divided by another, exactly, then rounded. None for a denominator of zero, and for numbers
    /// too large to be told exactly (38 digits).
    #[must_use]
    pub fn ratio(above: i128, below: i128) -> Option<Self> {
        let negative = (above < 0) != (below < 0);
        let (above, below) = (above.checked_abs()?, below.checked_abs().filter(|below| *below > 0)?);
        let (mut digits, mut rest) = (above / below, above % below);
        for _ in 0..9 {
            let next = rest.checked_mul(10)?;
            digits = digits.checked_mul(10)?.checked_add(next / below)?;
            rest = next % below;
        }
        let rounded = digits + i128::from(rest >= below - rest);
        Some(Self(if negative { -rounded } else { rounded }))
    }

    /// The mean of several; none of none.
    #[must_use]
    pub fn mean(of: &[Self]) -> Option<Self> {
        let sum = of.iter().try_fold(0_i128, |sum, one| sum.checked_add(one.0))?;
        Self::ratio(sum, i128::try_from(of.len()).ok()?.checked_mul(ONE)?)
    }

    /// In billionths.
    #[must_use]
    pub fn billionths(self) -> i128 {
        self.0
    }

    /// So many times as much.
    #[must_use]
    pub fn times(self, times: i128) -> Self {
        Self(self.0.saturating_mul(times))
    }

    /// As people write it, with so many decimals at most and this mark before them.
    #[must_use]
    pub fn text(self, places: u32, mark: char) -> String {
        let places = places.min(9);
        let step = 10_i128.pow(9 - places);
        let rounded = (self.0.abs() + step / 2) / step;
        let (one, sign) = (10_i128.pow(places), if self.0 < 0 && rounded > 0 { "-" } else { "" });
        let decimals = format!("{:0width$}", rounded % one, width = usize::try_from(places).unwrap_or(0));
        let decimals = if places == 0 { "" } else { decimals.trim_end_matches('0') };
        let mark = if decimals.is_empty() { String::new() } else { mark.to_string() };
        format!("{sign}{}{mark}{decimals}", rounded / one)
    }

    /// From real arithmetic; none for what is no number.
    fn rounded(real: f64) -> Option<Self> {
        let billionths = (real * ONE as f64).round();
        // Written out and read back: a number of the range asked for has at most nineteen digits.
        let text = (billionths.abs() < 1e18).then(|| format!("{billionths:.0}"))?;
        text.parse().ok().map(Self)
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match i64::try_from(self.0 / ONE) {
            Ok(whole) if self.0 % ONE == 0 => serializer.serialize_i64(whole),
            _ => serializer.serialize_f64(self.0 as f64 / ONE as f64),
        }
    }
}

/// How evenly a whole is shared: Shannon's entropy over the logarithm of the number of actors (Pielou 1966). 1: all
/// the same. None for fewer than two actors, or nothing to share.
#[must_use]
pub fn evenness(shares: &[i128]) -> Option<Decimal> {
    let whole: i128 = shares.iter().sum();
    if shares.len() < 2 || whole <= 0 {
        return None;
    }
    let parts = shares.iter().filter(|share| **share > 0).map(|share| *share as f64 / whole as f64);
    let entropy: f64 = parts.map(|part| -part * part.ln()).sum();
    Decimal::rounded(entropy / (shares.len() as f64).ln())
}

/// How much the shortest ways run through few actors: betweenness of each (Brandes 2001; directed, each arc as long
/// as any other, normalised by (n−1)(n−2)), and how far the others stay behind the first: Σ(max − c)/(n − 1)
/// (Freeman 1979). None for fewer than three actors, or more than [`STEPS_MAX`] allows.
#[must_use]
pub fn centralisation(graph: &Graph) -> Option<Decimal> {
    let actors = graph.actors().len();
    if actors < 3 || actors.saturating_mul(graph.arcs().len()) > STEPS_MAX {
        return None;
    }
    let all = betweenness(graph);
    let most = all.iter().copied().fold(0.0, f64::max);
    let behind: f64 = all.iter().map(|one| most - one).sum();
    Decimal::rounded(behind / (actors - 1) as f64)
}

/// The betweenness of each actor, normalised.
fn betweenness(graph: &Graph) -> Vec<f64> {
    let actors = graph.actors().len();
    let mut through = vec![0.0; actors];
    for source in 0..actors {
        accumulate(graph, source, &mut through);
    }
    let ways = ((actors - 1) * (actors - 2)) as f64;
    through.iter().map(|ways_through| ways_through / ways).collect()
}

/// Adds what runs from one source through each other actor.
fn accumulate(graph: &Graph, source: usize, through: &mut [f64]) {
    let actors = through.len();
    let (mut ways, mut distance) = (vec![0.0; actors], vec![usize::MAX; actors]);
    let mut order = Vec::with_capacity(actors);
    (ways[source], distance[source]) = (1.0, 0);
    order.push(source);
    let mut next = 0;
    while let Some(&actor) = order.get(next) {
        next += 1;
        for &other in graph.receivers(actor) {
            if distance[other] == usize::MAX {
                distance[other] = distance[actor] + 1;
                order.push(other);
            }
            if distance[other] == distance[actor] + 1 {
                ways[other] += ways[actor];
            }
        }
    }
    let mut share = vec![0.0; actors];
    for &actor in order.iter().rev() {
        for &other in graph.receivers(actor) {
            if distance[other] == distance[actor] + 1 {
                share[actor] += ways[actor] / ways[other] * (1.0 + share[other]);
            }
        }
        if actor != source {
            through[actor] += share[actor];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_rounded_once_half_away_from_zero() {
        for (above, below, text) in [
            (1, 3, "0.333333333"),
            (2, 3, "0.666666667"),
            (-2, 3, "-0.666666667"),
            (-1, -2, "0.5"),
            (1, 2_000_000_000, "0.000000001"),
            (1, 2_000_000_001, "0"),
            (-1, 2_000_000_001, "0"),
            (i128::MAX / 100, i128::MAX / 100, "1"),
            (7, 1, "7"),
        ] {
            assert_eq!(Decimal::ratio(above, below).unwrap().text(9, '.'), text, "{above}/{below}");
        }
        assert_eq!(Decimal::ratio(1, 0), None);
        assert_eq!(Decimal::ratio(i128::MAX, 2), None, "too large to be told exactly");
        assert_eq!(Decimal::ratio(1, 8).unwrap().text(2, ','), "0,13");
        assert_eq!(Decimal::ratio(-1, 1000).unwrap().text(2, ','), "0");
        assert_eq!(Decimal::ratio(5, 2).unwrap().text(0, ','), "3");
    }

    #[test]
    fn a_whole_number_is_written_without_a_point() {
        let json = |decimal: Decimal| serde_json::to_string(&decimal).unwrap();
        assert_eq!(json(Decimal::whole(33)), "33");
        assert_eq!(json(Decimal::ratio(-1, 4).unwrap()), "-0.25");
        assert_eq!(json(Decimal::ratio(405_672_249, 1_000_000_000).unwrap()), "0.405672249");
    }

    #[test]
    fn what_is_shared_alike_is_even() {
        assert_eq!(evenness(&[5, 5, 5]), Some(Decimal::whole(1)));
        assert_eq!(evenness(&[5, 0]), Some(Decimal::whole(0)));
        assert_eq!((evenness(&[5]), evenness(&[0, 0]), evenness(&[])), (None, None, None));
    }
}
