//! Whose word is awaited, and how soon the parties agreed, found by going through all that was said.

use serde_json::{Value, json};

use super::parties::{Model, date};
use super::standing::{Flow, state_among};
use crate::world::World;

/// Asserts that each tray of a party's inbox holds what the model finds, oldest first.
pub async fn assert_inbox(world: &World, model: &Model, party: usize) {
    for tray in ["waiting", "contested", "corrected"] {
        let path = format!("/v1/inbox?structure_id={}&box={tray}&limit=200", model.party(party).id);
        let page = world.get(path).by(&model.party(party).manager).await.ok();
        let told: Vec<&Value> = page["items"].as_array().unwrap().iter().map(|item| &item["id"]).collect();
        let found: Vec<Value> = (0..model.flows().len())
            .filter(|index| lies_in(model, *index, tray, party))
            .map(|index| json!(model.flows()[index].id))
            .collect();
        assert_eq!(told, found.iter().collect::<Vec<_>>(), "{tray} of {party}");
        assert_eq!(page["counts"][tray], found.len(), "{tray} of {party}");
    }
}

fn lies_in(model: &Model, index: usize, tray: &str, party: usize) -> bool {
    let flow = &model.flows()[index];
    let for_commons = flow.within && flow.receiver.is_none() && party == 0 && flow.giver != Some(0);
    let awaited = flow.is_end(party) && !flow.has_spoken(Some(party)) || for_commons && !flow.has_spoken(None);
    match tray {
        "contested" => {
            let concerned = flow.is_end(party) || for_commons;
            concerned && flow.contested_at().is_some() && model.state(index) == "contested"
        }
        tray => awaited && model.state(index) != "confirmed" && flow.corrects.is_some() == (tray == "corrected"),
    }
}

/// What the summary of a party, or of the cooperation, must say of the concordance of a year.
pub fn concordance(model: &Model, scope: Option<usize>, year: i32) -> Value {
    let (mut states, mut single, mut delays) = ([0; 3], 0, Vec::new());
    for (index, flow) in model.flows().iter().enumerate() {
        let seen = scope.map_or(flow.within, |party| flow.is_end(party));
        if flow.corrects.is_some() || !seen || date(flow.from).year() != year {
            continue;
        }
        if flow.giver.is_none() {
            single += 1;
            continue;
        }
        let known = ["confirmed", "declared", "contested"];
        states[known.iter().position(|state| *state == model.state(index)).unwrap()] += 1;
        delays.extend(delay(model, index));
    }
    delays.sort_unstable();
    let median = delays.len().checked_sub(1).map(|last| delays[last / 2]);
    json!({ "confirmed": states[0], "declared": states[1], "contested": states[2], "all": states.iter().sum::<i64>(),
            "single_party": single, "median_delay_days": median, "median_delay_lines": delays.len() })
}

/// The days until the word since which a contribution is confirmed, going back line by line from now.
fn delay(model: &Model, index: usize) -> Option<i32> {
    let recorded = model.flows()[index].told.at;
    let since =
        (recorded..=model.lines()).rev().take_while(|line| state_among(&as_of(model, index, *line), 0) == "confirmed");
    // A line that says nothing of it changes nothing: the first of them all is the word.
    let since = since.last()?;
    Some(model.recorded_on(since) - model.recorded_on(recorded))
}

/// A contribution and its corrections as they were at a line, with those words only that were never taken back.
fn as_of(model: &Model, index: usize, line: i64) -> Vec<Flow> {
    let root = &model.flows()[index];
    let corrections = model.flows().iter().filter(|flow| flow.corrects == Some(index) && flow.told.at <= line);
    let mut flows: Vec<Flow> = std::iter::once(root).chain(corrections).cloned().collect();
    for flow in &mut flows {
        flow.corrects = flow.corrects.map(|_| 0);
        flow.told.words.retain(|word| word.at <= line);
    }
    flows
}
