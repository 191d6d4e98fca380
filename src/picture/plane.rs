//! The plane on which pictures are drawn, in whole hundredths of a unit: every machine draws the same. Pure.

/// Hundredths in one unit of a picture.
pub const ONE: i64 = 100;
/// Hundredths of a degree in a full turn.
pub const TURN: i64 = 36_000;
/// What [`sine`] answers for one.
const WHOLE: i64 = 1_000_000;
/// Sines of 0° … 90°, in millionths.
const SINES: [i64; 91] = [
    0, 17_452, 34_899, 52_336, 69_756, 87_156, 104_528, 121_869, 139_173, 156_434, 173_648, 190_809, 207_912, 224_951,
    241_922, 258_819, 275_637, 292_372, 309_017, 325_568, 342_020, 358_368, 374_607, 390_731, 406_737, 422_618,
    438_371, 453_990, 469_472, 484_810, 500_000, 515_038, 529_919, 544_639, 559_193, 573_576, 587_785, 601_815,
    615_661, 629_320, 642_788, 656_059, 669_131, 681_998, 694_658, 707_107, 719_340, 731_354, 743_145, 754_710,
    766_044, 777_146, 788_011, 798_636, 809_017, 819_152, 829_038, 838_671, 848_048, 857_167, 866_025, 874_620,
    882_948, 891_007, 898_794, 906_308, 913_545, 920_505, 927_184, 933_580, 939_693, 945_519, 951_057, 956_305,
    961_262, 965_926, 970_296, 974_370, 978_148, 981_627, 984_808, 987_688, 990_268, 992_546, 994_522, 996_195,
    997_564, 998_630, 999_391, 999_848, 1_000_000,
];

/// A point, in hundredths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Point {
    /// From the left.
    pub x: i64,
    /// From the top.
    pub y: i64,
}

impl std::fmt::Display for Point {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} {}", at(self.x), at(self.y))
    }
}

/// Hundredths as SVG writes them, without needless digits.
#[must_use]
pub fn at(hundredths: i64) -> String {
    let (sign, whole, part) = (if hundredths < 0 { "-" } else { "" }, hundredths.abs() / ONE, hundredths.abs() % ONE);
    match part {
        0 => format!("{sign}{whole}"),
        part if part % 10 == 0 => format!("{sign}{whole}.{}", part / 10),
        part => format!("{sign}{whole}.{part:02}"),
    }
}

/// So much of a length as a part is of a whole, rounded down; nothing of an empty whole.
#[must_use]
pub fn share(length: i64, part: i64, whole: i64) -> i64 {
    if whole <= 0 {
        return 0;
    }
    let exact = i128::from(length) * i128::from(part) / i128::from(whole);
    i64::try_from(exact).unwrap_or(length)
}

/// A length that grows as the square root of a share does, so that areas compare.
#[must_use]
pub fn share_of_area(length: i64, part: i64, whole: i64) -> i64 {
    share(WHOLE, part, whole).max(0).isqrt() * length / WHOLE.isqrt()
}

/// The sine of an angle in hundredths of a degree, in millionths.
fn sine(angle: i64) -> i64 {
    let angle = angle.rem_euclid(TURN);
    let half = angle % (TURN / 2);
    let quarter = if half > TURN / 4 { TURN / 2 - half } else { half };
    let known = |degrees: i64| usize::try_from(degrees).ok().and_then(|at| SINES.get(at)).copied().unwrap_or(WHOLE);
    let (degrees, rest) = (quarter / 100, quarter % 100);
    let sine = known(degrees) + (known(degrees + 1) - known(degrees)) * rest / 100;
    if angle >= TURN / 2 { -sine } else { sine }
}

/// The point at this distance from a centre, at an angle from the top, clockwise.
#[must_use]
pub fn around(centre: Point, distance: i64, angle: i64) -> Point {
    Point { x: centre.x + distance * sine(angle) / WHOLE, y: centre.y - distance * sine(angle + TURN / 4) / WHOLE }
}

/// The point so many hundredths of the way from one to another.
#[must_use]
pub fn between(one: Point, other: Point, hundredths: i64) -> Point {
    Point { x: one.x + (other.x - one.x) * hundredths / ONE, y: one.y + (other.y - one.y) * hundredths / ONE }
}

/// Places as near as can be to those wanted, which ascend, no two nearer than the gap, none past the last place.
#[must_use]
pub fn spread(wanted: &[i64], gap: i64, last: i64) -> Vec<i64> {
    let mut places: Vec<i64> = Vec::with_capacity(wanted.len());
    for wish in wanted {
        places.push(places.last().map_or(*wish, |before| (before + gap).max(*wish)));
    }
    let mut limit = last;
    for place in places.iter_mut().rev() {
        *place = (*place).min(limit);
        limit = *place - gap;
    }
    places
}

/// The step of an axis that reaches a largest amount in at most five steps: 1, 2 or 5 with noughts behind, times a base.
#[must_use]
pub fn step(largest: i64, base: i64) -> i64 {
    let mut tens = base.max(1);
    loop {
        for times in [1, 2, 5] {
            let step = tens.saturating_mul(times);
            if step.saturating_mul(5) >= largest {
                return step;
            }
        }
        tens = tens.saturating_mul(10);
    }
}

/// The width of a text in a size, in hundredths, on the generous side: no font is at hand to ask.
#[must_use]
pub fn width(text: &str, size: i64) -> i64 {
    let per_thousand: i64 = text.chars().map(advance).sum();
    per_thousand * size / 1000
}

/// How far a character moves the pen, in thousandths of the size of the type.
fn advance(c: char) -> i64 {
    match c {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '’' | '|' | '!' | 'ı' => 300,
        'f' | 't' | 'I' | ' ' | '\u{a0}' | '\u{202f}' | '(' | ')' | '/' | '-' => 400,
        'm' | 'w' | 'M' | 'W' | '…' | '→' | '%' | '@' | 'œ' | 'Œ' => 1000,
        'a'..='z' | '0'..='9' | 'à'..='ÿ' => 620,
        c if c.is_ascii() || ('À'..='Þ').contains(&c) => 760,
        _ => 1050,
    }
}

/// The text, or as much of its beginning as fits into a width, with an ellipsis.
#[must_use]
pub fn fitted(text: &str, size: i64, width_max: i64) -> String {
    if width(text, size) <= width_max {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = width("…", size);
    for c in text.chars() {
        used += advance(c) * size / 1000;
        if used > width_max {
            break;
        }
        kept.push(c);
    }
    format!("{}…", kept.trim_end())
}

/// A text in two lines at most, broken between words where the first is full.
#[must_use]
pub fn wrapped(text: &str, size: i64, width_max: i64) -> Vec<String> {
    if width(text, size) <= width_max {
        return vec![text.to_owned()];
    }
    let breaks = text.match_indices(' ').map(|(at, _)| text.split_at(at));
    match breaks.take_while(|(first, _)| width(first, size) <= width_max).last() {
        Some((first, rest)) => vec![first.to_owned(), rest.trim_start().to_owned()],
        None => vec![text.to_owned()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_without_needless_digits() {
        let written = [0, 100, 150, 105, -5, -250].map(at);
        assert_eq!(written, ["0", "1", "1.5", "1.05", "-0.05", "-2.5"]);
    }

    #[test]
    fn a_turn_comes_back_to_where_it_began() {
        let centre = Point { x: 0, y: 0 };
        let points = [0, 9_000, 18_000, 27_000, 36_000].map(|angle| around(centre, 1_000, angle));
        let [up, right, down, left] = [(0, -1_000), (1_000, 0), (0, 1_000), (-1_000, 0)].map(|(x, y)| Point { x, y });
        assert_eq!(points, [up, right, down, left, up]);
        assert_eq!(around(centre, 1_000_000, 3_000), Point { x: 500_000, y: -866_025 });
        assert_eq!(around(centre, 1_000_000, 4_550).x, 713_223, "half way between two known angles");
    }

    #[test]
    fn places_that_are_too_near_are_moved_apart() {
        assert_eq!(spread(&[0, 1, 2, 90], 10, 100), [0, 10, 20, 90]);
        assert_eq!(spread(&[90, 95, 99], 10, 100), [80, 90, 100]);
        assert_eq!(spread(&[], 10, 100), [0_i64; 0]);
    }

    #[test]
    fn an_axis_has_round_steps() {
        let steps = [(0, 1), (5, 1), (6, 1), (37, 1), (1_000, 1)].map(|(largest, base)| step(largest, base));
        assert_eq!(steps, [1, 1, 2, 10, 200]);
        assert_eq!(step(600, 60), 120);
        assert!(step(i64::MAX, 60) > 0);
    }

    #[test]
    fn a_long_name_is_cut_where_it_no_longer_fits() {
        assert_eq!(fitted("Le Foyer", 1_000, 10_000), "Le Foyer");
        let cut = fitted(&"W".repeat(200), 1_000, 10_000);
        assert_eq!(cut, format!("{}…", "W".repeat(9)));
        assert!(width(&cut, 1_000) <= 10_000);
    }

    #[test]
    fn a_long_name_is_broken_between_words() {
        assert_eq!(wrapped("Le Foyer rural", 1_000, 6_000), ["Le Foyer", "rural"]);
        assert_eq!(wrapped("Le Foyer", 1_000, 6_000), ["Le Foyer"]);
        assert_eq!(wrapped("WWWWWWWWWW", 1_000, 6_000), ["WWWWWWWWWW"]);
    }

    #[test]
    fn shares_never_overflow() {
        assert_eq!(share(30_000, i64::MAX, i64::MAX), 30_000);
        assert_eq!(share(30_000, 1, 3), 10_000);
        assert_eq!(share(30_000, 1, 0), 0);
        assert_eq!(share_of_area(1_000, 1, 4), 500);
    }
}
