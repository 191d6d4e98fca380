//! What a yearly summary must say, added up line by line and day by day.

use std::collections::BTreeMap;

use serde_json::Value;
use time::Date;

use super::accord;
use super::parties::{Model, date, day};
use super::standing::Flow;
use crate::world::World;

/// Lines, minutes, item-days, occasions, participants, unmeasured.
type Sum = [i64; 6];
/// Side, list, kind and key of an entry, and what it says: confirmed, declared, contested, the year before.
type Entries = BTreeMap<(String, String, String, Option<String>), [Sum; 4]>;

const UNITS: [&str; 6] = ["lines", "minutes", "item_days", "occasions", "participants", "unmeasured"];
const LISTS: [&str; 10] = [
    "by_kind",
    "by_month",
    "by_category",
    "by_provenance",
    "by_partner",
    "by_giver",
    "by_receiver",
    "by_commune",
    "by_giver_commune",
    "by_receiver_commune",
];

/// Periods, in days from the first one: across the new year, within a month, of one day, around today, of more than a
/// year, so that what is a year earlier is in it, too.
pub const PERIODS: [(i32, i32); 6] = [(-20, 15), (3, 70), (13, 14), (60, 90), (-400, 100), (8, 380)];

/// The path of a party, or of the cooperation, and who reads its summary.
pub fn of(model: &Model, scope: Option<usize>) -> (String, usize) {
    match scope {
        Some(party) => (format!("structures/{}", model.party(party).id), party),
        None => (format!("cooperations/{}", model.cooperation), 1),
    }
}

/// Asserts that the summary of a party, or of the cooperation, is what the model adds up; the summary.
pub async fn assert_summary(world: &World, model: &Model, scope: Option<usize>, year: i32) -> Value {
    let (of, by) = of(model, scope);
    let summary = world.summary(&of, year, &model.party(by).manager).await;
    let expected = added_up(model, scope, &|day| {
        let month = format!("{:02}", u8::from(day.month()));
        [(0, year), (1, year - 1)]
            .into_iter()
            .filter(|(_, of)| day.year() == *of)
            .map(|(at, _)| (at, month.clone()))
            .collect()
    });
    assert_eq!(told(&summary), expected, "{of} in {year}");
    assert_eq!(summary["concordance"], accord::concordance(model, scope, year), "{of} in {year}");
    summary
}

/// The same of a period.
pub async fn assert_period(world: &World, model: &Model, scope: Option<usize>, from: i32, until: i32) {
    let (of, by) = of(model, scope);
    let days = format!("from={}&until={}", day(from), day(until));
    let path = format!("/v1/{of}/summaries/period?{days}");
    let summary = world.get(&path).by(&model.party(by).manager).await.ok();
    let expected = added_up(model, scope, &|day| {
        let shown = |day: Date| format!("{}-{:02}", day.year(), u8::from(day.month()));
        let within = |day: Date| (date(from)..date(until)).contains(&day);
        let a_year_later = day.replace_year(day.year() + 1).unwrap();
        let places = [(0, day), (1, a_year_later)].into_iter().filter(|(_, day)| within(*day));
        places.map(|(at, day)| (at, shown(day))).collect()
    });
    assert_eq!(told(&summary), expected, "{of} {days}");
}

/// The entries of a summary in which anything is counted.
fn told(summary: &Value) -> Entries {
    let mut entries = Entries::new();
    for side in summary["sides"].as_array().unwrap() {
        for list in LISTS {
            for entry in side[list].as_array().unwrap() {
                let text = |value: &Value| value.as_str().map(str::to_owned);
                let key =
                    (text(&side["side"]).unwrap(), list.to_owned(), text(&entry["kind"]).unwrap(), text(&entry["key"]));
                let sums = ["confirmed", "declared", "contested", "previous"]
                    .map(|state| UNITS.map(|unit| entry[state][unit].as_i64().unwrap()));
                assert!(entries.insert(key, sums).is_none(), "twice: {entry}");
            }
        }
    }
    entries.retain(|_, sums| *sums != [[0; 6]; 4]);
    entries
}

/// Where a day counts: in the span (0) or one year earlier (1), and under which month.
type Places = Vec<(usize, String)>;

fn added_up(model: &Model, scope: Option<usize>, places: &dyn Fn(Date) -> Places) -> Entries {
    let mut entries = Entries::new();
    for (index, flow) in model.flows().iter().enumerate() {
        let state = model.state(index);
        for (day, sum) in by_day(model, index) {
            for (at, month) in places(day) {
                let column = match (at, state) {
                    (0, "confirmed") => 0,
                    (0, "declared") => 1,
                    (0, _) => 2,
                    (_, "confirmed" | "declared") => 3,
                    _ => continue,
                };
                for (side, list, key) in views(model, scope, flow, &month) {
                    let key = (side.to_owned(), list.to_owned(), flow.kind.to_owned(), key);
                    let entry = &mut entries.entry(key).or_insert([[0; 6]; 4])[column];
                    for (total, part) in entry.iter_mut().zip(sum) {
                        *total += part;
                    }
                }
            }
        }
    }
    entries.retain(|_, sums| *sums != [[0; 6]; 4]);
    entries
}

/// Under which side, list and key a scope counts a flow.
fn views(
    model: &Model,
    scope: Option<usize>,
    flow: &Flow,
    month: &str,
) -> Vec<(&'static str, &'static str, Option<String>)> {
    let name = |party: Option<usize>| party.map(|party| model.party(party).id.clone());
    let shared = |side| {
        vec![
            (side, "by_kind", None),
            (side, "by_month", Some(month.to_owned())),
            (side, "by_category", Some(flow.category.to_owned())),
            (side, "by_provenance", Some("declared".to_owned())),
        ]
    };
    match scope {
        None if flow.within => {
            let mut views = shared("exchanged");
            views.push(("exchanged", "by_giver", name(flow.giver)));
            views.push(("exchanged", "by_receiver", name(flow.receiver)));
            // No commune is known of any party.
            views.extend([("exchanged", "by_giver_commune", None), ("exchanged", "by_receiver_commune", None)]);
            views
        }
        Some(party) if flow.giver == Some(party) => {
            let mut views = shared("given");
            views.extend([("given", "by_partner", name(flow.receiver)), ("given", "by_commune", None)]);
            views
        }
        Some(party) if flow.receiver == Some(party) => {
            let mut views = shared("received");
            views.extend([("received", "by_partner", name(flow.giver)), ("received", "by_commune", None)]);
            views
        }
        _ => Vec::new(),
    }
}

/// What a flow counts on each day: its item-days where they fall, all else where it begins.
fn by_day(model: &Model, index: usize) -> Vec<(Date, Sum)> {
    let flow = &model.flows()[index];
    let amounts = flow.amounts;
    let (line, unmeasured) = (i64::from(flow.corrects.is_none()), model.unmeasured(index));
    let first =
        [line, amounts.minutes.unwrap_or(0), 0, amounts.occasions, amounts.participants.unwrap_or(0), unmeasured];
    let length = i64::from(flow.until.unwrap_or(flow.from + 1) - flow.from);
    let item_days = amounts.item_days.unwrap_or(0);
    // Day by day, so that the days add up to the whole however it divides.
    let until_then = |days: i64| (item_days * days).div_euclid(length);
    let shares = (flow.from..).zip(1..=length);
    let shares = shares.map(|(offset, days)| (date(offset), [0, 0, until_then(days) - until_then(days - 1), 0, 0, 0]));
    [(date(flow.from), first)].into_iter().chain(shares).collect()
}
