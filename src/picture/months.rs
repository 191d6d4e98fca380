//! The year by month: a bar for each month, in layers by kind, told apart by patterns that grey print keeps. Pure.

use maud::{Markup, html};

use super::page::About;
use super::plane::{ONE, Point, at, share, step};
use super::rules::{Month, Unit};
use super::svg::{self, Anchor, Drawn, INK, SMALL, SOFT, TEXT, WIDTH};
use super::words::{self, FLOWS};
use crate::ledger::rules::Kind;
use crate::ledger::words as kinds;
use crate::paper::words::say;

/// The edges of the bars: left, right, top, foot.
const EDGES: [i64; 4] = [52 * ONE, WIDTH - 4 * ONE, 18 * ONE, 178 * ONE];
/// Months that bear their names; of more, every third bears its number.
const NAMED_MAX: usize = 12;

/// The picture of some months.
#[must_use]
pub fn draw(months: &[Month], about: &About<'_>) -> Drawn {
    let kinds: Vec<(usize, Kind)> = FLOWS
        .into_iter()
        .enumerate()
        .filter(|(_, kind)| months.iter().any(|month| month.amounts.contains_key(kind)))
        .collect();
    let largest = months.iter().map(Month::total).max().unwrap_or(0);
    let base = if about.unit == Unit::Minutes && largest > 60 { 60 } else { 1 };
    let step = step(largest, base);
    let steps = if largest == 0 { 1 } else { largest.div_euclid(step) + i64::from(largest % step > 0) };
    let top = step.saturating_mul(steps);
    let title = about.title(say(about.language, "Mois par mois", "Month by month"));
    let said = said(months, about);
    let content = html! {
        (svg::fillings("months"))
        (axis(step, steps, about))
        @for (place, month) in months.iter().enumerate() { (bar(months.len(), place, month, top, &kinds, about)) }
        @if largest == 0 {
            (svg::text(Point { x: i64::midpoint(EDGES[0], EDGES[1]), y: i64::midpoint(EDGES[2], EDGES[3]) }, Anchor::Middle, TEXT, WIDTH, about.nothing()))
        }
        (legend(&kinds, about))
    };
    let height = EDGES[3] + 34 * ONE + i64::try_from(kinds.len()).unwrap_or(0) * 15 * ONE;
    Drawn { svg: svg::picture("months", height, &title, &said, &content), table: table(months, &kinds, about), said }
}

/// Level lines with their amounts.
fn axis(step: i64, steps: i64, about: &About<'_>) -> Markup {
    let [left, right, top, foot] = EDGES;
    html! {
        @for number in 0..=steps {
            @let y = foot - share(foot - top, number, steps);
            path d=(format!("M{} {}H{}", at(left), at(y), at(right))) stroke=(if number == 0 { INK } else { "#ccc" }) stroke-width="0.6" {}
            (svg::text(Point { x: left - 4 * ONE, y: y + 300 }, Anchor::End, SMALL, left - 5 * ONE, &about.amount(step.saturating_mul(number))))
        }
    }
}

/// One month: its layers from the foot upwards, what they come to, its name below.
fn bar(months: usize, place: usize, month: &Month, top: i64, kinds: &[(usize, Kind)], about: &About<'_>) -> Markup {
    let [left, right, upper, foot] = EDGES;
    let (count, place_) = (i64::try_from(months).unwrap_or(1), i64::try_from(place).unwrap_or(0));
    let start = left + share(right - left, place_, count);
    let slot = left + share(right - left, place_ + 1, count) - start;
    let (x, wide) = (start + slot / 8, slot - slot / 4);
    let height = |amount| share(foot - upper, amount, top);
    let middle = start + slot / 2;
    let mut reached = 0_i64;
    let layers: Vec<_> = kinds
        .iter()
        .filter_map(|(pattern, kind)| {
            let amount = *month.amounts.get(kind)?;
            let below = height(reached);
            reached = reached.saturating_add(amount);
            Some((*pattern, *kind, amount, foot - height(reached), height(reached) - below))
        })
        .collect();
    html! {
        @for (pattern, kind, amount, y, high) in layers {
            rect x=(at(x)) y=(at(y)) width=(at(wide)) height=(at(high)) fill=(svg::filling("months", pattern)) stroke=(INK) stroke-width="0.6" {
                title { (format!("{}{} {}, {}", named(month, about), about.colon(), kinds::kind(about.language, kind), about.amount(amount))) }
            }
        }
        @if months <= NAMED_MAX && month.total() > 0 {
            (svg::text(Point { x: middle, y: foot - height(month.total()) - 3 * ONE }, Anchor::Middle, 700, slot, &about.amount(month.total())))
        }
        (foot_of(months, place, month, middle, slot, about))
    }
}

/// The name of a month below its bar, and the year below the first of each.
fn foot_of(months: usize, place: usize, month: &Month, middle: i64, slot: i64, about: &About<'_>) -> Markup {
    let (number, year) = (month.from.month(), month.from.year().to_string());
    let y = EDGES[3] + 10 * ONE;
    let wide = 3 * slot;
    html! {
        @if months <= NAMED_MAX {
            (svg::text(Point { x: middle, y }, Anchor::Middle, 750, slot.max(24 * ONE), words::month(about.language, number)))
        } @else if number % 3 == 1 {
            (svg::text(Point { x: middle, y }, Anchor::Middle, 750, wide, &number.to_string()))
        }
        @if place == 0 && number < 11 || number == 1 {
            g fill=(SOFT) { (svg::text(Point { x: middle, y: y + 10 * ONE }, Anchor::Middle, SMALL, 30 * ONE, &year)) }
        }
    }
}

fn legend(kinds: &[(usize, Kind)], about: &About<'_>) -> Markup {
    html! {
        @for (row, (pattern, kind)) in (1_i64..).zip(kinds) {
            @let y = EDGES[3] + 24 * ONE + row * 15 * ONE;
            rect x=(at(EDGES[0])) y=(at(y - 9 * ONE)) width="14" height="10" fill=(svg::filling("months", *pattern)) stroke=(INK) stroke-width="0.6" {}
            (svg::text(Point { x: EDGES[0] + 20 * ONE, y }, Anchor::Start, TEXT, WIDTH - EDGES[0] - 24 * ONE, kinds::kind(about.language, *kind)))
        }
    }
}

/// A month with its year.
fn named(month: &Month, about: &About<'_>) -> String {
    format!("{}\u{a0}{}", words::month(about.language, month.from.month()), month.from.year())
}

fn said(months: &[Month], about: &About<'_>) -> String {
    let total = months.iter().fold(0_i64, |sum, month| sum.saturating_add(month.total()));
    if total == 0 {
        return format!("{} {}", about.nothing(), about.left_out());
    }
    let (language, total) = (about.language, about.so_much(total));
    let idle = months.iter().filter(|month| month.total() == 0).count();
    let mut said = say(
        language,
        format!("Une barre par mois, en couches par nature\u{a0}: {total} en tout."),
        format!("A bar for each month, in layers by kind: {total} in all."),
    );
    if idle > 0 {
        let idle = words::count(
            language,
            idle,
            say(language, ["mois est vide", "mois sont vides"], ["month is empty", "months are empty"]),
        );
        said = format!("{said} {idle}.");
    }
    format!("{said} {}", about.left_out())
}

fn table(months: &[Month], kinds: &[(usize, Kind)], about: &About<'_>) -> Markup {
    let language = about.language;
    let all = |kind: &Kind| {
        months.iter().filter_map(|month| month.amounts.get(kind)).fold(0_i64, |sum, amount| sum.saturating_add(*amount))
    };
    let total = months.iter().fold(0_i64, |sum, month| sum.saturating_add(month.total()));
    html! {
        table.figures {
            thead { tr {
                th { (say(language, "Mois", "Month")) }
                @for (_, kind) in kinds { th.sum { (kinds::kind(language, *kind)) } }
                th.sum { (say(language, "Ensemble", "In all")) }
            } }
            tbody {
                @for month in months {
                    tr { td { (named(month, about)) }
                        @for (_, kind) in kinds { td.sum { (about.amount(month.amounts.get(kind).copied().unwrap_or(0))) } }
                        td.sum { (about.amount(month.total())) } }
                }
                tr.all { th { (say(language, "Ensemble", "In all")) }
                    @for (_, kind) in kinds { th.sum { (about.amount(all(kind))) } }
                    th.sum { (about.amount(total)) } }
            }
        }
    }
}
