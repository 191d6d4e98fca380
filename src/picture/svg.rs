//! The frame of a picture, its letters, marks and patterns: no script, no style, no colour that means something. Pure.

use maud::{Markup, html};

use super::plane::{ONE, Point, at, fitted};

/// Width of every picture, in hundredths: one unit is one pixel of a narrow telephone.
pub const WIDTH: i64 = 360 * ONE;
/// Size of names and numbers, in hundredths.
pub const TEXT: i64 = 1_000;
/// Size of what is said beside, in hundredths.
pub const SMALL: i64 = 850;
/// What lines and letters are drawn with.
pub const INK: &str = "#111";
/// What stands back.
pub const SOFT: &str = "#555";
/// Fonts as the papers have them; each falls back on what a machine has.
const FONTS: &str = "Liberation Sans, Arial, Helvetica, sans-serif";

/// A picture, with the table that holds the same figures.
#[derive(Debug, Clone)]
pub struct Drawn {
    /// The picture, whole by itself.
    pub svg: Markup,
    /// What it says in words: the same as its description.
    pub said: String,
    /// The same figures.
    pub table: Markup,
}

/// A picture with its title and description; `name` keeps ids apart where several stand on one page.
#[must_use]
pub fn picture(name: &str, height: i64, title: &str, description: &str, content: &Markup) -> Markup {
    let (titled, described) = (format!("{name}-title"), format!("{name}-description"));
    html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox=(format!("0 0 {} {}", at(WIDTH), at(height)))
            role="img" aria-labelledby=(titled) aria-describedby=(described) font-family=(FONTS) font-size=(at(TEXT)) fill=(INK) {
            title id=(titled) { (legible(title)) }
            desc id=(described) { (legible(description)) }
            rect width=(at(WIDTH)) height=(at(height)) fill="#fff" {}
            (content)
        }
    }
}

/// Where a text stands on its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// It begins there.
    Start,
    /// Its middle is there.
    Middle,
    /// It ends there.
    End,
}

/// A text on its base line, cut where it no longer fits.
#[must_use]
pub fn text(place: Point, anchor: Anchor, size: i64, width_max: i64, said: &str) -> Markup {
    let anchor = match anchor {
        Anchor::Start => "start",
        Anchor::Middle => "middle",
        Anchor::End => "end",
    };
    let shown = fitted(&legible(said), size, width_max);
    html! { text x=(at(place.x)) y=(at(place.y)) font-size=(at(size)) text-anchor=(anchor) { (shown) } }
}

/// The text without the two characters that no XML may hold, whatever else it holds.
#[must_use]
pub fn legible(text: &str) -> String {
    text.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

/// How marks differ: five forms, three fillings, fifteen marks before one comes back.
#[must_use]
pub fn mark(group: usize, centre: Point, radius: i64) -> Markup {
    let fill = ["#222", "#fff", "#999"].get(group % 3).copied().unwrap_or("#fff");
    let (x, y, r) = (centre.x, centre.y, radius);
    // Forms of about one area, so that none looks larger for its form alone.
    let (side, long) = (r * 89 / 100, r * 125 / 100);
    let corners: &[(i64, i64)] = match group % 5 {
        0 => &[],
        1 => &[(-side, -side), (side, -side), (side, side), (-side, side)],
        2 => &[(0, -r * 140 / 100), (r * 125 / 100, r * 80 / 100), (-r * 125 / 100, r * 80 / 100)],
        3 => &[(0, -long), (long, 0), (0, long), (-long, 0)],
        _ => &[(-r * 125 / 100, -r * 80 / 100), (r * 125 / 100, -r * 80 / 100), (0, r * 140 / 100)],
    };
    if corners.is_empty() {
        return html! { circle cx=(at(x)) cy=(at(y)) r=(at(r)) fill=(fill) stroke=(INK) stroke-width="0.8" {} };
    }
    let corners: Vec<String> = corners.iter().map(|(dx, dy)| Point { x: x + dx, y: y + dy }.to_string()).collect();
    html! { polygon points=(corners.join(" ")) fill=(fill) stroke=(INK) stroke-width="0.8" {} }
}

/// The fillings of bars, told apart without any colour: full, striped, grey, dotted, crossed.
#[must_use]
pub fn fillings(name: &str) -> Markup {
    html! {
        defs {
            pattern id=(format!("{name}-striped")) width="4" height="4" patternUnits="userSpaceOnUse" {
                rect width="4" height="4" fill="#fff" {}
                path d="M-1 1L1 -1M0 4L4 0M3 5L5 3" stroke=(INK) stroke-width="1" {}
            }
            pattern id=(format!("{name}-dotted")) width="4" height="4" patternUnits="userSpaceOnUse" {
                rect width="4" height="4" fill="#fff" {}
                circle cx="2" cy="2" r="0.9" {}
            }
            pattern id=(format!("{name}-crossed")) width="5" height="5" patternUnits="userSpaceOnUse" {
                rect width="5" height="5" fill="#fff" {}
                path d="M0 2.5H5M2.5 0V5" stroke=(INK) stroke-width="0.8" {}
            }
        }
    }
}

/// The filling of the bars of a kind, by its place.
#[must_use]
pub fn filling(name: &str, place: usize) -> String {
    match place {
        0 => "#333".to_owned(),
        1 => format!("url(#{name}-striped)"),
        2 => "#bbb".to_owned(),
        3 => format!("url(#{name}-dotted)"),
        _ => format!("url(#{name}-crossed)"),
    }
}
