//! Decimal numbers as text, made from whole ones. Pure.

use super::csv::Dialect;

const BILLION: u128 = 1_000_000_000;

/// Billionths, without zeros at the end.
#[must_use]
pub fn billionths(billionths: i128, dialect: Dialect) -> String {
    let (whole, part) = (billionths.unsigned_abs() / BILLION, format!("{:09}", billionths.unsigned_abs() % BILLION));
    match part.trim_end_matches('0') {
        "" => format!("{}{whole}", sign(billionths)),
        part => format!("{}{whole}{}{part}", sign(billionths), mark(dialect)),
    }
}

/// Hundredths, always both digits of them.
#[must_use]
pub fn cents(cents: i64, dialect: Dialect) -> String {
    let (whole, part) = (cents.unsigned_abs() / 100, cents.unsigned_abs() % 100);
    format!("{}{whole}{}{part:02}", sign(i128::from(cents)), mark(dialect))
}

fn sign(number: i128) -> &'static str {
    if number < 0 { "-" } else { "" }
}

fn mark(dialect: Dialect) -> char {
    if dialect == Dialect::French { ',' } else { '.' }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_their_readers_expect() {
        assert_eq!(billionths(-10_926_492, Dialect::Plain), "-0.010926492");
        assert_eq!(billionths(33_500_000_000, Dialect::French), "33,5");
        assert_eq!(billionths(2_000_000_000, Dialect::French), "2");
        assert_eq!(cents(-5, Dialect::Plain), "-0.05");
        assert_eq!(cents(444_936, Dialect::French), "4449,36");
        assert_eq!(cents(i64::MIN, Dialect::Plain), "-92233720368547758.08");
    }
}
