//! Counters that many threads bump without waiting for one another: how often, how much in all, and how it spreads.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How many values were at most as large as each bound.
#[derive(Debug)]
pub struct Histogram {
    bounds: &'static [u64],
    /// One for each bound, and one for what is beyond the last.
    counts: Vec<AtomicU64>,
    sum: AtomicU64,
}

/// A histogram at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spread {
    /// Each bound with how many values were at most as large.
    pub within: Vec<(u64, u64)>,
    /// How many values there were.
    pub count: u64,
    /// Their sum.
    pub sum: u64,
}

impl Histogram {
    /// An empty one with these bounds, which rise.
    #[must_use]
    pub fn new(bounds: &'static [u64]) -> Self {
        let counts = (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect();
        Self { bounds, counts, sum: AtomicU64::new(0) }
    }

    /// Counts one value.
    pub fn count(&self, value: u64) {
        let place = self.bounds.iter().position(|bound| value <= *bound).unwrap_or(self.bounds.len());
        if let Some(count) = self.counts.get(place) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        self.sum.fetch_add(value, Ordering::Relaxed);
    }

    /// As it is now.
    #[must_use]
    pub fn spread(&self) -> Spread {
        let mut count = 0;
        let mut so_far = self.counts.iter().map(|place| {
            count += place.load(Ordering::Relaxed);
            count
        });
        let within = self.bounds.iter().zip(so_far.by_ref()).map(|(bound, count)| (*bound, count)).collect();
        so_far.for_each(drop);
        Spread { within, count, sum: self.sum.load(Ordering::Relaxed) }
    }
}

/// A time in whole microseconds.
#[must_use]
pub fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_is_within_every_bound_that_is_not_smaller() {
        let histogram = Histogram::new(&[10, 100]);
        for value in [0, 10, 11, 100, 101, 5000] {
            histogram.count(value);
        }
        let expected = Spread { within: vec![(10, 2), (100, 4)], count: 6, sum: 5222 };
        assert_eq!(histogram.spread(), expected);
    }
}
