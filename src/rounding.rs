//! Exact division, rounded once. Pure.

/// The nearest whole number to a fraction with a denominator above zero; a half goes away from zero.
#[must_use]
pub fn nearest(above: i128, below: i128) -> i128 {
    (above.abs() * 2 + below) / (below * 2) * above.signum()
}
