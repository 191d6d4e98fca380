//! Exact division, rounded once. Pure.

/// The nearest whole number to a fraction with a denominator above zero; a half goes away from zero.
#[must_use]
pub fn nearest(above: i128, below: i128) -> i128 {
    (above.abs() * 2 + below) / (below * 2) * above.signum()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_half_goes_away_from_zero_and_less_than_half_towards_it() {
        for (above, below, expected) in [
            (0, 7, 0),
            (1, 2, 1),
            (-1, 2, -1),
            (1, 3, 0),
            (-1, 3, 0),
            (2, 3, 1),
            (-2, 3, -1),
            (5, 2, 3),
            (-5, 2, -3),
            (149, 100, 1),
            (150, 100, 2),
            (7, 1, 7),
        ] {
            assert_eq!(nearest(above, below), expected, "{above}/{below}");
        }
    }
}
