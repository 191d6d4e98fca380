//! Dependence: on how few actors what flows, and what can be asked for, rests. Pure.

use super::real::{Decimal, evenness};

/// How much of a whole rests on few.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Concentration {
    /// Actors that carry anything.
    pub carriers: usize,
    /// Herfindahl and Hirschman: Σ(s/S)²; 1 when one carries all.
    pub hhi: Option<Decimal>,
    /// 1/HHI: so many actors, carrying alike, would be as concentrated.
    pub effective: Option<Decimal>,
    /// The fewest actors that carry more than half.
    pub half: Option<usize>,
    /// Gini's index over all actors, those who carry nothing included. Never shown alone: of one actor it is 0.
    pub gini: Option<Decimal>,
    /// How evenly all actors carry.
    pub evenness: Option<Decimal>,
}

/// Of what each actor carries.
#[must_use]
pub fn concentration(shares: &[i128]) -> Concentration {
    let mut sorted: Vec<i128> = shares.iter().map(|share| (*share).max(0)).collect();
    sorted.sort_unstable();
    let whole: i128 = sorted.iter().sum();
    let squares = sorted.iter().try_fold(0_i128, |sum, share| sum.checked_add(share.checked_mul(*share)?));
    let square = whole.checked_mul(whole);
    let count = i128::try_from(sorted.len()).unwrap_or(0);
    let ranked = sorted.iter().zip(1_i128..).try_fold(0_i128, |sum, (share, rank)| sum.checked_add(share * rank));
    let ratio = |above: Option<i128>, below: Option<i128>| Decimal::ratio(above?, below?);
    Concentration {
        carriers: sorted.iter().filter(|share| **share > 0).count(),
        hhi: ratio(squares, square),
        effective: ratio(square, squares),
        half: half(&sorted, whole),
        gini: ratio(ranked.map(|ranked| 2 * ranked - (count + 1) * whole), count.checked_mul(whole)),
        evenness: evenness(&sorted),
    }
}

fn half(sorted: &[i128], whole: i128) -> Option<usize> {
    let mut carried = 0;
    let mut largest = sorted.iter().rev();
    let enough = largest.position(|share| {
        carried += share;
        2 * carried > whole
    });
    enough.map(|position| position + 1)
}

/// The truck factor (Avelino et al. 2016, greedy): how many actors have to stop, always the one who covers most of
/// what is left, until more than half of the domains have nobody. Each domain is the list of those who cover it, by
/// their numbers. None without domains that anybody covers.
#[must_use]
pub fn truck_factor(domains: &[Vec<usize>]) -> Option<usize> {
    let mut left: Vec<Vec<usize>> = domains.iter().filter(|domain| !domain.is_empty()).cloned().collect();
    for domain in &mut left {
        domain.sort_unstable();
        domain.dedup();
    }
    let domains = left.len();
    let mut gone = 0;
    while 2 * (domains - left.len()) <= domains {
        let actors = left.iter().flatten().max()? + 1;
        let mut covers = vec![0_usize; actors];
        left.iter().flatten().for_each(|actor| covers[*actor] += 1);
        // The first of those who cover most.
        let most = (0..actors).rev().max_by_key(|actor| covers[*actor])?;
        left.retain_mut(|domain| {
            domain.retain(|actor| *actor != most);
            !domain.is_empty()
        });
        gone += 1;
    }
    Some(gone)
}

/// How many of these domains each actor covers alone.
#[must_use]
pub fn alone(domains: &[Vec<usize>], actors: usize) -> Vec<usize> {
    let mut alone = vec![0; actors];
    for domain in domains {
        if let Some(first) = domain.first().filter(|first| domain.iter().all(|actor| actor == *first))
            && let Some(count) = alone.get_mut(*first)
        {
            *count += 1;
        }
    }
    alone
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_who_carries_all_is_told_whatever_gini_says() {
        let one = concentration(&[7]);
        assert_eq!((one.hhi, one.effective, one.half), (Some(Decimal::whole(1)), Some(Decimal::whole(1)), Some(1)));
        assert_eq!((one.gini, one.evenness), (Some(Decimal::whole(0)), None));
        let nothing = concentration(&[]);
        assert_eq!((nothing.hhi, nothing.effective, nothing.half, nothing.gini), (None, None, None, None));
    }

    #[test]
    fn half_means_more_than_half() {
        for (shares, half) in [(vec![1, 1], 2), (vec![2, 1], 1), (vec![1, 1, 1, 1], 3), (vec![5, 3, 2], 2)] {
            assert_eq!(concentration(&shares).half, Some(half), "{shares:?}");
        }
    }

    #[test]
    fn the_truck_factor_is_as_in_the_paper() {
        for (domains, factor) in [
            (vec![], None),
            (vec![vec![]], None),
            (vec![vec![0], vec![0], vec![0]], Some(1)),
            (vec![vec![0], vec![1]], Some(2)),
            (vec![vec![0, 1], vec![0, 1], vec![0, 1]], Some(2)),
            (vec![vec![0], vec![0], vec![1], vec![2]], Some(2)),
            (vec![vec![3, 3]], Some(1)),
        ] {
            assert_eq!(truck_factor(&domains), factor, "{domains:?}");
        }
        assert_eq!(alone(&[vec![0], vec![1, 0], vec![2, 2]], 3), [1, 0, 1]);
    }
}
