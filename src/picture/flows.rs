//! Who gave to whom: givers on the left, receivers on the right, bands as wide as what flowed between them. Pure.
//!
//! A Sankey diagram rather than a chord diagram: its names stand level, one under the other, so that they can be read on
//! a telephone and never overlap, and a width can be compared without any colour.

use maud::{Markup, html};

use super::page::About;
use super::plane::{ONE, Point, at, fitted, share, width, wrapped};
use super::rules::{Arc, Graph, Node};
use super::svg::{self, Anchor, Drawn, INK, SMALL, SOFT, TEXT, WIDTH};
use super::words;
use crate::paper::words::say;

/// Structures of which each is drawn by itself, at most.
pub const ALONE_MAX: usize = 20;
/// Of more, as many are drawn by themselves, beside those gathered.
pub const LARGEST: usize = 14;
/// Bands drawn at most.
pub const BANDS_MAX: usize = 100;
/// What all bands together are high, in hundredths.
const ALL: i64 = 240 * ONE;
/// The least height of a name with its amount, in hundredths.
const SLOT: i64 = 24 * ONE;
/// Between two names.
const GAP: i64 = 3 * ONE;
/// Where the first name stands.
const TOP: i64 = 22 * ONE;
/// Width of a bar.
const BAR: i64 = 6 * ONE;
/// The left edge of the left and of the right bar.
const BARS: [i64; 2] = [124 * ONE, WIDTH - 130 * ONE];
/// Width of a name.
const NAME: i64 = 119 * ONE;
/// Shades of neighbouring bands, so that each can be followed.
const SHADES: [&str; 3] = ["#444", "#aaa", "#777"];

/// The picture of a graph without the marks that neither gave nor received.
#[must_use]
pub fn draw(graph: &Graph, about: &About<'_>) -> Drawn {
    let graph = graph.clone().without_idle().gathered(ALONE_MAX, LARGEST);
    let (bands, left, rest) = graph.largest(BANDS_MAX);
    let said = said(&graph, about, left, rest);
    let title = about.title(say(about.language, "Qui a donné à qui", "Who gave to whom"));
    let (given, height) = column(&graph, |node| node.given);
    let (received, other) = column(&graph, |node| node.received);
    let height = height.max(other).max(TOP + SLOT) + 4 * ONE;
    let content = html! {
        (svg::text(Point { x: BARS[0] + BAR, y: 14 * ONE }, Anchor::End, SMALL, NAME, say(about.language, "a donné", "gave")))
        (svg::text(Point { x: BARS[1], y: 14 * ONE }, Anchor::Start, SMALL, NAME, say(about.language, "a reçu", "received")))
        @if graph.arcs.is_empty() {
            (svg::text(Point { x: WIDTH / 2, y: TOP + SLOT }, Anchor::Middle, TEXT, WIDTH, about.nothing()))
        }
        (ribbons(&graph, &bands, &given, &received, about))
        (names(&graph, &given, about, true)) (names(&graph, &received, about, false))
    };
    let svg = svg::picture("flows", height, &title, &said, &content);
    Drawn { svg, table: table(&graph, &bands, (left, rest), about), said }
}

/// A mark on one side: which, what flowed through it there, and the top of its bar and of its place.
struct Slot {
    node: usize,
    amount: i64,
    bar: i64,
    top: i64,
    height: i64,
}

/// The marks of one side, one under the other, and where they end.
fn column(graph: &Graph, amount: fn(&Node) -> i64) -> (Vec<Slot>, i64) {
    let (total, mut top, mut slots) = (graph.total(), TOP, Vec::new());
    for (node, mark) in graph.nodes.iter().enumerate().filter(|(_, mark)| amount(mark) > 0) {
        let thick = share(ALL, amount(mark), total);
        let height = thick.max(SLOT);
        slots.push(Slot { node, amount: amount(mark), bar: top + (height - thick) / 2, top, height });
        top += height + GAP;
    }
    (slots, top)
}

fn ribbons(graph: &Graph, bands: &[Arc], given: &[Slot], received: &[Slot], about: &About<'_>) -> Markup {
    let tops = |slots: &[Slot]| {
        let mut tops = vec![0; graph.nodes.len()];
        for slot in slots {
            tops[slot.node] = slot.bar;
        }
        tops
    };
    let (mut left, mut right, total) = (tops(given), tops(received), graph.total());
    let (from, to) = (BARS[0] + BAR, BARS[1]);
    let middle = i64::midpoint(from, to);
    let mut drawn = Vec::with_capacity(bands.len());
    for band in bands {
        let thick = share(ALL, band.amount, total).max(20);
        let (here, there) = (left[band.from], right[band.to]);
        left[band.from] += share(ALL, band.amount, total);
        right[band.to] += share(ALL, band.amount, total);
        let path = format!(
            "M{from} {here}C{middle} {here} {middle} {there} {to} {there}V{below}C{middle} {below} {middle} {under} {from} {under}Z",
            from = at(from),
            to = at(to),
            middle = at(middle),
            here = at(here),
            there = at(there),
            below = at(there + thick),
            under = at(here + thick),
        );
        let place = given.iter().position(|slot| slot.node == band.from).unwrap_or(0);
        let shade = SHADES.get(place % SHADES.len()).copied().unwrap_or(INK);
        drawn.push((path, shade, *band));
    }
    html! {
        g fill-opacity="0.6" stroke="#fff" stroke-width="0.3" {
            @for (path, shade, band) in &drawn {
                path d=(path) fill=(shade) { title { (svg::legible(&told(graph, band, about))) } }
            }
        }
    }
}

/// One band in words.
fn told(graph: &Graph, band: &Arc, about: &About<'_>) -> String {
    let name = |place: usize| graph.nodes.get(place).map(|node| words::name(about.language, node, &graph.groups));
    let (from, to) = (name(band.from).unwrap_or_default(), name(band.to).unwrap_or_default());
    format!("{from} → {to}{} {}", about.colon(), about.amount(band.amount))
}

fn names(graph: &Graph, slots: &[Slot], about: &About<'_>, left: bool) -> Markup {
    let total = graph.total();
    let (bar, anchor, x) = if left {
        (BARS[0], Anchor::End, BARS[0] - 4 * ONE)
    } else {
        (BARS[1], Anchor::Start, BARS[1] + BAR + 4 * ONE)
    };
    html! {
        @for slot in slots {
            @let middle = slot.top + slot.height / 2;
            rect x=(at(bar)) y=(at(slot.bar)) width=(at(BAR)) height=(at(share(ALL, slot.amount, total).max(40))) fill=(INK) {}
            @let name = graph.nodes.get(slot.node).map(|node| words::name(about.language, node, &graph.groups)).unwrap_or_default();
            @let (first, second) = lines(&name, &about.amount(slot.amount));
            (svg::text(Point { x, y: middle - ONE }, anchor, TEXT, NAME, &first))
            g fill=(SOFT) { (svg::text(Point { x, y: middle + 9 * ONE }, anchor, SMALL, NAME, &second)) }
        }
    }
}

/// A name and an amount in two lines; what the first cannot hold of the name stands before the amount.
fn lines(name: &str, amount: &str) -> (String, String) {
    let mut lines = wrapped(&svg::legible(name), TEXT, NAME).into_iter();
    let first = lines.next().unwrap_or_default();
    let Some(rest) = lines.next() else { return (first, amount.to_owned()) };
    let behind = format!(" · {amount}");
    (first, fitted(&rest, SMALL, NAME - width(&behind, SMALL)) + &behind)
}

fn said(graph: &Graph, about: &About<'_>, left: usize, rest: i64) -> String {
    if graph.arcs.is_empty() {
        return format!("{} {}", about.nothing(), about.left_out());
    }
    let (language, total) = (about.language, about.so_much(graph.total()));
    let arcs = words::count(language, graph.arcs.len(), say(language, ["flux", "flux"], ["flow", "flows"]));
    let mut said = say(
        language,
        format!("À gauche qui donne, à droite qui reçoit\u{a0}: {total} en tout, en {arcs}."),
        format!("On the left who gives, on the right who receives: {total} in all, in {arcs}."),
    );
    let gathered: usize = graph.nodes.iter().filter(|node| node.parties > 1).map(|node| node.parties).sum();
    if gathered > 0 {
        let number = words::number(language, gathered);
        said += &say(
            language,
            format!(" Les {LARGEST} par qui il passe le plus sont dessinés, les {number} autres sont réunis."),
            format!(" The {LARGEST} through which most flows are drawn, the other {number} are gathered."),
        );
    }
    if left > 0 {
        let number = words::number(language, left);
        let rest = about.so_much(rest);
        said += &say(
            language,
            format!(" {number} flux plus petits, {rest} ensemble, ne sont pas dessinés."),
            format!(" {number} smaller flows, {rest} together, are not drawn."),
        );
    }
    format!("{said} {}", about.left_out())
}

fn table(graph: &Graph, bands: &[Arc], (left, rest): (usize, i64), about: &About<'_>) -> Markup {
    let language = about.language;
    let name = |place: usize| graph.nodes.get(place).map(|node| words::name(language, node, &graph.groups));
    html! {
        table.figures {
            thead { tr {
                th { (say(language, "Qui donne", "Who gives")) } th { (say(language, "Qui reçoit", "Who receives")) }
                th.sum { (about.heading()) }
            } }
            tbody {
                @for band in bands {
                    tr { td { (name(band.from).unwrap_or_default()) } td { (name(band.to).unwrap_or_default()) }
                        td.sum { (about.amount(band.amount)) } }
                }
                @if left > 0 {
                    tr { td colspan="2" { (say(language, "Flux plus petits\u{a0}: ", "Smaller flows: ")) (words::number(language, left)) }
                        td.sum { (about.amount(rest)) } }
                }
                tr.all { th colspan="2" { (say(language, "Ensemble", "In all")) } th.sum { (about.amount(graph.total())) } }
            }
        }
    }
}
