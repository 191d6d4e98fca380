//! What a yearly summary must say, added up line by line and day by day.

use std::collections::BTreeMap;

use serde_json::Value;

use super::accord;
use super::parties::{Model, date};
use super::standing::Flow;
use crate::world::World;

/// Lines, minutes, item-days, occasions, participants, unmeasured.
type Sum = [i64; 6];
/// Side, list, kind and key of an entry, and what it says: confirmed, declared, contested, the year before.
type Entries = BTreeMap<(String, String, String, Option<String>), [Sum; 4]>;

const UNITS: [&str; 6] = ["lines", "minutes", "item_days", "occasions", "participants", "unmeasured"];
const LISTS: [&str; 7] =
    ["by_kind", "by_month", "by_category", "by_provenance", "by_partner", "by_giver", "by_receiver"];

/// Asserts that the summary of a party, or of the cooperation, is what the model adds up.
pub async fn assert_summary(world: &World, model: &Model, scope: Option<usize>, year: i32) {
    let (of, by) = match scope {
        Some(party) => (format!("structures/{}", model.party(party).id), party),
        None => (format!("cooperations/{}", model.cooperation), 1),
    };
    let summary = world.summary(&of, year, &model.party(by).manager).await;
    assert_eq!(told(&summary), added_up(model, scope, year), "{of} in {year}");
    assert_eq!(summary["concordance"], accord::concordance(model, scope, year), "{of} in {year}");
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

fn added_up(model: &Model, scope: Option<usize>, year: i32) -> Entries {
    let mut entries = Entries::new();
    for (index, flow) in model.flows().iter().enumerate() {
        let state = model.state(index);
        for (month, sum) in by_month(model, index) {
            let column = match (month.0 == year, month.0 == year - 1, state) {
                (true, _, "confirmed") => 0,
                (true, _, "declared") => 1,
                (true, _, _) => 2,
                (_, true, "confirmed" | "declared") => 3,
                _ => continue,
            };
            for (side, list, key) in views(model, scope, flow, month.1) {
                let key = (side.to_owned(), list.to_owned(), flow.kind.to_owned(), key);
                let entry = &mut entries.entry(key).or_insert([[0; 6]; 4])[column];
                for (total, part) in entry.iter_mut().zip(sum) {
                    *total += part;
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
    month: u8,
) -> Vec<(&'static str, &'static str, Option<String>)> {
    let name = |party: Option<usize>| party.map(|party| model.party(party).id.clone());
    let shared = |side| {
        vec![
            (side, "by_kind", None),
            (side, "by_month", Some(format!("{month:02}"))),
            (side, "by_category", Some(flow.category.to_owned())),
            (side, "by_provenance", Some("declared".to_owned())),
        ]
    };
    match scope {
        None if flow.within => {
            let mut views = shared("exchanged");
            views.push(("exchanged", "by_giver", name(flow.giver)));
            views.push(("exchanged", "by_receiver", name(flow.receiver)));
            views
        }
        Some(party) if flow.giver == Some(party) => {
            let mut views = shared("given");
            views.push(("given", "by_partner", name(flow.receiver)));
            views
        }
        Some(party) if flow.receiver == Some(party) => {
            let mut views = shared("received");
            views.push(("received", "by_partner", name(flow.giver)));
            views
        }
        _ => Vec::new(),
    }
}

/// What a flow counts in each year and month: its item-days where they fall, all else where it begins.
fn by_month(model: &Model, index: usize) -> BTreeMap<(i32, u8), Sum> {
    let flow = &model.flows()[index];
    let month = |offset: i32| (date(offset).year(), u8::from(date(offset).month()));
    let mut months: BTreeMap<(i32, u8), Sum> = BTreeMap::new();
    let amounts = flow.amounts;
    let (line, unmeasured) = (i64::from(flow.corrects.is_none()), model.unmeasured(index));
    let first =
        [line, amounts.minutes.unwrap_or(0), 0, amounts.occasions, amounts.participants.unwrap_or(0), unmeasured];
    months.insert(month(flow.from), first);
    let length = i64::from(flow.until.unwrap_or(flow.from + 1) - flow.from);
    let item_days = amounts.item_days.unwrap_or(0);
    // Day by day, so that the days add up to the whole however it divides.
    let until_then = |days: i64| (item_days * days).div_euclid(length);
    for (offset, days) in (flow.from..).zip(1..=length) {
        months.entry(month(offset)).or_insert([0; 6])[2] += until_then(days) - until_then(days - 1);
    }
    months
}
