//! The network: who shares with whom, in a circle by groups, each group told by its mark and its letter. Pure.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::circle::{Circle, Label, group_of, weight};
use super::page::About;
use super::plane::{ONE, Point, TURN, around, at, between, share_of_area};
use super::rules::{Graph, Node};
use super::svg::{self, Anchor, Drawn, INK, SMALL, SOFT, TEXT, WIDTH};
use super::words;
use crate::paper::words::say;

/// Marks drawn by themselves at most.
pub const DRAWN_MAX: usize = 200;
/// Links drawn at most.
pub const LINKS_MAX: usize = 220;
/// The letter of each group.
const LETTERS: &[u8; 26] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// The picture of a graph, with those that are in no flow.
#[must_use]
pub fn draw(graph: &Graph, about: &About<'_>) -> Drawn {
    let graph = graph.clone().gathered(DRAWN_MAX, DRAWN_MAX);
    let links = links(&graph);
    let shown = links.len().min(LINKS_MAX);
    let circle = Circle::of(&graph);
    let labels = circle.labels(&graph, about.language);
    let (legend, height) = legend(&graph, &circle, &labels, about);
    let title = about.title(say(about.language, "Le réseau", "The network"));
    let said = said(&graph, &links, about);
    let content = html! {
        @if graph.nodes.is_empty() {
            (svg::text(Point { x: WIDTH / 2, y: 20 * ONE }, Anchor::Middle, TEXT, WIDTH, about.nothing()))
        }
        (threads(&graph, &circle, &links[..shown]))
        (beside(&circle, &labels)) (bows(&circle))
        @for (node, mark) in graph.nodes.iter().enumerate() {
            g {
                title { (svg::legible(&format!("{}, {}", words::name(about.language, mark, &graph.groups), through(mark, about)))) }
                (svg::mark(group_of(&graph, mark), circle.place(node), circle.marks.get(node).map_or(0, |(_, size)| *size)))
            }
        }
        (legend)
    };
    Drawn { svg: svg::picture("network", height, &title, &said, &content), table: table(&graph, about), said }
}

/// What flows between two marks in either direction, the largest first.
fn links(graph: &Graph) -> Vec<(usize, usize, i64)> {
    let mut pairs: BTreeMap<(usize, usize), i64> = BTreeMap::new();
    for arc in graph.arcs.iter().filter(|arc| arc.from != arc.to) {
        let sum = pairs.entry((arc.from.min(arc.to), arc.from.max(arc.to))).or_default();
        *sum = sum.saturating_add(arc.amount);
    }
    let mut links: Vec<_> = pairs.into_iter().map(|((one, other), amount)| (one, other, amount)).collect();
    links.sort_by_key(|(one, other, amount)| (std::cmp::Reverse(*amount), *one, *other));
    links
}

fn is_bridge(graph: &Graph, (one, other, _): (usize, usize, i64)) -> bool {
    let group = |place: usize| graph.nodes.get(place).map(|node| node.group);
    group(one) != group(other)
}

/// Links within a group are pale, those between groups dark, as wide as what flows; the widest lie lowest.
fn threads(graph: &Graph, circle: &Circle, links: &[(usize, usize, i64)]) -> Markup {
    let largest = links.first().map_or(0, |(.., amount)| *amount);
    html! {
        g fill="none" stroke-opacity="0.7" {
            @for link in links {
                @let (here, there) = (circle.place(link.0), circle.place(link.1));
                @let bend = between(circle.centre, between(here, there, 50), 40);
                path d=(format!("M{here}Q{bend} {there}")) stroke-width=(at(40 + share_of_area(360, link.2, largest)))
                    stroke=(if is_bridge(graph, *link) { INK } else { "#aaa" }) {}
            }
        }
    }
}

/// The bow around each group, and its letter.
fn bows(circle: &Circle) -> Markup {
    html! {
        g fill="none" stroke=(SOFT) stroke-width="1.5" {
            @for (_, from, to) in &circle.groups {
                @let (start, end) = (around(circle.centre, circle.ring, *from), around(circle.centre, circle.ring, *to));
                path d=(format!("M{start}A{r} {r} 0 {} 1 {end}", i64::from(to - from > TURN / 2), r = at(circle.ring))) {}
            }
        }
        g font-weight="bold" stroke="#fff" stroke-width="2.5" paint-order="stroke" {
            @for (place, (_, from, to)) in circle.groups.iter().enumerate() {
                @let middle = around(circle.centre, circle.ring + 8 * ONE, i64::midpoint(*from, *to));
                (svg::text(Point { y: middle.y + 350, ..middle }, Anchor::Middle, TEXT, WIDTH, &letter(place)))
            }
        }
    }
}

fn letter(place: usize) -> String {
    LETTERS.get(place).map_or_else(String::new, |letter| char::from(*letter).to_string())
}

/// The names or numbers, and the thin lines that lead to them.
fn beside(circle: &Circle, labels: &[Label]) -> Markup {
    let wide = if circle.named { circle.beside() } else { WIDTH };
    html! {
        g fill="none" stroke=(SOFT) stroke-width="0.4" {
            @for label in labels {
                @let (angle, size) = circle.marks.get(label.node).copied().unwrap_or_default();
                @let edge = around(circle.centre, circle.radius + size, angle);
                @let bend = around(circle.centre, circle.ring - 2 * ONE, angle);
                polyline points=(if circle.named { format!("{edge} {bend} {}", label.end) } else { format!("{edge} {}", label.end) }) {}
            }
        }
        @for label in labels {
            @for (line, said) in (0_i64..).zip(&label.lines) {
                (svg::text(Point { y: label.place.y + line * 9 * ONE, ..label.place }, label.anchor, SMALL, wide, said))
            }
        }
    }
}

/// What the letters and numbers mean, below the circle; and where all of it ends.
fn legend(graph: &Graph, circle: &Circle, labels: &[Label], about: &About<'_>) -> (Markup, i64) {
    let lowest = labels.iter().map(|label| label.place.y + 12 * ONE).max().unwrap_or(0);
    let top = lowest.max(circle.centre.y + circle.ring + 18 * ONE) + 14 * ONE;
    let row = |number: usize| top + i64::try_from(number).unwrap_or(0) * 14 * ONE;
    let groups = circle.groups.len();
    let size = |group: usize| graph.nodes.iter().filter(move |node| group_of(graph, node) == group);
    let numbered = if circle.named { &[] } else { labels };
    let drawn = html! {
        @for (place, (group, ..)) in circle.groups.iter().enumerate() {
            @let y = row(place);
            g font-weight="bold" { (svg::text(Point { x: 6 * ONE, y }, Anchor::Start, TEXT, WIDTH, &letter(place))) }
            (svg::mark(*group, Point { x: 26 * ONE, y: y - 350 }, 4 * ONE))
            @let name = graph.groups.get(*group).map_or_else(|| say(about.language, "de tous les groupes", "of all groups"), String::as_str);
            @let parties = size(*group).map(|node| node.parties).sum();
            (svg::text(Point { x: 36 * ONE, y }, Anchor::Start, TEXT, WIDTH - 40 * ONE, &format!("{name} ({})", words::number(about.language, parties))))
        }
        @for (place, label) in numbered.iter().enumerate() {
            @let y = row(groups + place) + 6 * ONE;
            @if let (Some(node), Some(number)) = (graph.nodes.get(label.node), label.lines.first()) {
                (svg::text(Point { x: 20 * ONE, y }, Anchor::End, TEXT, WIDTH, number))
                (svg::text(Point { x: 26 * ONE, y }, Anchor::Start, TEXT, WIDTH - 30 * ONE, &words::name(about.language, node, &graph.groups)))
            }
        }
    };
    let rows = groups + numbered.len();
    (drawn, if rows == 0 { top } else { row(rows) })
}

/// What flows through a mark, in words.
fn through(node: &Node, about: &About<'_>) -> String {
    let (given, received) = (about.amount(node.given), about.amount(node.received));
    say(
        about.language,
        format!("donné\u{a0}: {given}, reçu\u{a0}: {received}"),
        format!("gave {given}, received {received}"),
    )
}

fn said(graph: &Graph, links: &[(usize, usize, i64)], about: &About<'_>) -> String {
    let language = about.language;
    let bridges = links.iter().filter(|link| is_bridge(graph, **link)).count();
    let idle: usize = graph.nodes.iter().filter(|node| weight(node) == 0).map(|node| node.parties).sum();
    let number = |number| words::number(language, number);
    let mut said = say(
        language,
        format!(
            "Chaque signe est d’autant plus grand qu’il passe plus par lui\u{a0}; sa forme et sa lettre disent son groupe. Traits \
             foncés\u{a0}: {} liens entre groupes\u{a0}; traits clairs\u{a0}: {} liens à l’intérieur d’un groupe.",
            number(bridges),
            number(links.len() - bridges)
        ),
        format!(
            "Each mark is the larger the more flows through it; its form and letter tell its group. Dark lines: {} links \
             between groups; pale lines: {} links within a group.",
            number(bridges),
            number(links.len() - bridges)
        ),
    );
    if links.len() > LINKS_MAX {
        said += &say(
            language,
            format!(" Seuls les {LINKS_MAX} liens les plus forts sont dessinés."),
            format!(" Only the {LINKS_MAX} strongest links are drawn."),
        );
    }
    if idle > 0 {
        said += &say(
            language,
            format!(" Sans aucun flux dans la période\u{a0}: {}.", number(idle)),
            format!(" Without any flow in the period: {}.", number(idle)),
        );
    }
    format!("{said} {}", about.left_out())
}

fn table(graph: &Graph, about: &About<'_>) -> Markup {
    let language = about.language;
    html! {
        table.figures {
            thead { tr {
                th { (say(language, "Structure", "Structure")) } th { (say(language, "Groupe", "Group")) }
                th.sum { (say(language, "Donné", "Gave")) } th.sum { (say(language, "Reçu", "Received")) }
                th.sum { (say(language, "Partenaires", "Partners")) }
            } }
            tbody {
                @for node in &graph.nodes {
                    tr {
                        td { (words::name(language, node, &graph.groups)) }
                        td { (node.group.and_then(|group| graph.groups.get(group)).map_or("—", String::as_str)) }
                        td.sum { (about.amount(node.given)) } td.sum { (about.amount(node.received)) }
                        td.sum { (words::number(language, node.partners)) }
                    }
                }
            }
        }
    }
}
