//! Where each mark of the network stands: on a circle, group by group, its name or number beside it. Pure.

use super::plane::{ONE, Point, TURN, around, share, share_of_area, spread, width, wrapped};
use super::rules::{Graph, Node};
use super::svg::{Anchor, SMALL, WIDTH};
use super::words;
use crate::http::words::Language;

/// Marks that bear their names at most; of more, the largest bear numbers, which a key explains.
const NAMED_MAX: usize = 16;
/// Marks with a number at most.
const NUMBERED_MAX: usize = 20;
/// The radius of a mark, at least and at most, in hundredths.
const RADII: [i64; 2] = [2 * ONE, 11 * ONE];
/// The height of a name of two lines.
const ROOM: i64 = 24 * ONE;
/// Between two marks, and between two groups.
const GAPS: [i64; 2] = [150, 8 * ONE];

/// A circle of marks.
pub struct Circle {
    /// Its centre.
    pub centre: Point,
    /// Its radius.
    pub radius: i64,
    /// The angle and the radius of each mark.
    pub marks: Vec<(i64, i64)>,
    /// Each group that has marks, by its place in the list of groups, with its first and last angle.
    pub groups: Vec<(usize, i64, i64)>,
    /// The radius of the bows around the groups.
    pub ring: i64,
    /// True when marks bear names.
    pub named: bool,
}

/// The name or number of a mark, on its lines, with where a thin line leads from the mark to it.
pub struct Label {
    /// Which mark.
    pub node: usize,
    /// What is written.
    pub lines: Vec<String>,
    /// Where its first line stands.
    pub place: Point,
    /// On which side of that point.
    pub anchor: Anchor,
    /// Where the line ends.
    pub end: Point,
}

/// How much flows through a mark.
#[must_use]
pub fn weight(node: &Node) -> i64 {
    node.given.saturating_add(node.received)
}

/// The group of a mark; those of no group stand behind all groups.
#[must_use]
pub fn group_of(graph: &Graph, node: &Node) -> usize {
    node.group.unwrap_or(graph.groups.len())
}

impl Circle {
    /// The circle of a graph: as much room for each mark as it is wide, and some between groups.
    #[must_use]
    pub fn of(graph: &Graph) -> Self {
        let named = graph.nodes.len() <= NAMED_MAX;
        let radius = if named { 72 * ONE } else { 124 * ONE };
        let largest = graph.nodes.iter().map(weight).max().unwrap_or(0);
        let (mut reached, mut slots, mut groups) = (0, Vec::new(), Vec::<(usize, i64, i64)>::new());
        for node in &graph.nodes {
            let (group, size) =
                (group_of(graph, node), RADII[0] + share_of_area(RADII[1] - RADII[0], weight(node), largest));
            if groups.last().is_none_or(|(last, ..)| *last != group) {
                reached += GAPS[1];
                groups.push((group, reached, reached));
            }
            slots.push((reached + size + GAPS[0] / 2, size));
            reached += 2 * size + GAPS[0];
            if let Some((.., end)) = groups.last_mut() {
                *end = reached;
            }
        }
        let length = radius * 628 / 100;
        let size = |size: i64| if reached > length { share(size, length, reached) } else { size };
        let turned = |place: i64| share(TURN, place, reached);
        let marks: Vec<_> = slots.iter().map(|(place, wide)| (turned(*place), size(*wide))).collect();
        let out = marks.iter().map(|(_, size)| *size).max().unwrap_or(0);
        let ring = radius + out + if named { 5 * ONE } else { 15 * ONE };
        let groups = groups.iter().map(|(group, from, to)| (*group, turned(*from), turned(*to))).collect();
        Self { centre: Point { x: WIDTH / 2, y: ring + 22 * ONE }, radius, marks, groups, ring, named }
    }

    /// Where a mark stands.
    #[must_use]
    pub fn place(&self, node: usize) -> Point {
        self.marks.get(node).map_or(self.centre, |(angle, _)| around(self.centre, self.radius, *angle))
    }

    /// The names or numbers, in the order of the marks, none on another.
    #[must_use]
    pub fn labels(&self, graph: &Graph, language: Language) -> Vec<Label> {
        if !self.named {
            return self.numbers(graph);
        }
        let mut labels = self.names(graph, language, true);
        labels.extend(self.names(graph, language, false));
        labels
    }

    /// The width of a name beside the circle.
    #[must_use]
    pub fn beside(&self) -> i64 {
        self.centre.x - self.ring - 16 * ONE
    }

    /// The names of the marks of one half, in a column from top to bottom.
    fn names(&self, graph: &Graph, language: Language, left: bool) -> Vec<Label> {
        let places = (0..graph.nodes.len()).map(|node| (self.place(node), node));
        let mut side: Vec<(i64, usize)> = places
            .filter(|(place, _)| (place.x < self.centre.x) == left)
            .map(|(place, node)| (place.y, node))
            .collect();
        side.sort_unstable();
        let wanted: Vec<i64> = side.iter().map(|(y, _)| (*y).max(ROOM)).collect();
        let last = (self.centre.y + self.ring).max(ROOM * i64::try_from(side.len()).unwrap_or(0));
        let ys = spread(&wanted, ROOM, last);
        let named = side.into_iter().zip(ys).filter_map(|((_, node), y)| {
            let name = words::name(language, graph.nodes.get(node)?, &graph.groups);
            let lines = wrapped(&name, SMALL, self.beside());
            let wide = lines.iter().map(|line| width(line, SMALL)).max().unwrap_or(0).min(self.beside()) + 2 * ONE;
            let (x, anchor, inward) =
                if left { (2 * ONE, Anchor::Start, wide) } else { (WIDTH - 2 * ONE, Anchor::End, -wide) };
            let higher = if lines.len() > 1 { -150 } else { 300 };
            let (place, end) = (Point { x, y: y + higher }, Point { x: x + inward, y });
            Some(Label { node, lines, place, anchor, end })
        });
        named.collect()
    }

    /// Numbers of the marks through which most flows, around the circle; counted in the order in which they stand.
    fn numbers(&self, graph: &Graph) -> Vec<Label> {
        let mut places: Vec<usize> = (0..graph.nodes.len()).collect();
        places.sort_by_key(|place| (std::cmp::Reverse(graph.nodes.get(*place).map_or(0, weight)), *place));
        places.truncate(NUMBERED_MAX);
        places.sort_unstable();
        let wanted: Vec<i64> = places.iter().map(|node| self.marks.get(*node).map_or(0, |(angle, _)| *angle)).collect();
        // Two digits are as wide as this angle at the distance at which they stand.
        let (distance, gap) = (self.ring - 7 * ONE, 520);
        let angles = spread(&wanted, gap, TURN - gap);
        let numbered = (1_u32..).zip(places).zip(angles).map(|((number, node), angle)| {
            let middle = around(self.centre, distance, angle);
            Label {
                node,
                lines: vec![number.to_string()],
                place: Point { y: middle.y + 300, ..middle },
                anchor: Anchor::Middle,
                end: around(self.centre, distance - 5 * ONE, angle),
            }
        });
        numbered.collect()
    }
}
