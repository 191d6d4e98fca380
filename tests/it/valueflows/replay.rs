//! A reader of the export that has nothing in common with what writes it: it folds events into what there is, and sums
//! what flowed.

use std::collections::BTreeMap;

use serde_json::Value;

use super::terms::{action_of, nodes};

/// What there is of a thing after each event, and what its node says there is in the end.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Thing {
    pub accounting: Vec<i64>,
    pub onhand: Vec<i64>,
}

/// What flowed, in every unit of a summary.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Sums {
    pub lines: i64,
    pub minutes: i64,
    pub item_days: i64,
    pub occasions: i64,
    pub participants: i64,
    pub unmeasured: i64,
}

/// A flow: who gave, who received, what, how much.
#[derive(Debug, Clone)]
pub struct Flowed {
    pub giver: Option<String>,
    pub receiver: String,
    pub kind: String,
    pub sums: Sums,
}

/// A document, replayed.
#[derive(Debug, Default)]
pub struct Replayed {
    pub things: BTreeMap<String, Thing>,
    pub flows: Vec<Flowed>,
    /// Minutes that trainers worked in sessions.
    pub taught: i64,
}

/// A decimal as a whole number of these parts of one, rounded to the nearest.
fn decimal(measure: &Value, parts: i128) -> i64 {
    let text = measure["hasNumericalValue"].as_str().unwrap();
    let (whole, digits) = text.split_once('.').unwrap_or((text, ""));
    let billionths: i128 = format!("{whole}{digits:0<9}").parse().unwrap();
    let half = if billionths < 0 { -500_000_000 } else { 500_000_000 };
    i64::try_from((billionths * parts + half) / 1_000_000_000).unwrap()
}

/// The day of an event: when it happened, else when it was recorded.
fn day(event: &Value) -> &str {
    let times = ["hasPointInTime", "hasBeginning", "created"];
    &times.iter().find_map(|time| event[*time].as_str()).unwrap()[..10]
}

impl Replayed {
    /// Reads a document; refuses one in which there is ever less than nothing, or more at hand than there is.
    pub fn of(document: &Value) -> Self {
        let nodes = nodes(document);
        let graph = document["@graph"].as_array().unwrap();
        let mut events: Vec<&Value> = graph.iter().filter(|node| node["@type"] == "EconomicEvent").collect();
        events.sort_by_key(|event| day(event));
        let mut replayed = Self::default();
        for event in events {
            if let Some(corrected) = event["corrects"].as_str() {
                assert_eq!(nodes[corrected]["action"], event["action"], "{event}");
                assert!(nodes[corrected].get("corrects").is_none(), "{event}");
                assert!(day(nodes[corrected]) <= day(event), "{event}");
            } else {
                assert!(!event.to_string().contains("\"hasNumericalValue\":\"-"), "{event}");
            }
            replayed.move_things(event);
            replayed.sum_up(event, &nodes);
        }
        for (iri, node) in nodes.iter().filter(|(_, node)| node["@type"] == "EconomicResource") {
            let thing = replayed.things.entry((*iri).to_owned()).or_default();
            let said = ["accountingQuantity", "onhandQuantity"].map(|name| decimal(&node[name], 1));
            let last = [&thing.accounting, &thing.onhand].map(|counts| counts.last().copied().unwrap_or(0));
            assert_eq!(last, said, "{node} after {thing:?}");
        }
        replayed
    }

    fn move_things(&mut self, event: &Value) {
        let action = action_of(event);
        for (name, accounting, onhand) in [
            ("resourceInventoriedAs", action.accounting, action.onhand.0),
            ("toResourceInventoriedAs", 0, action.onhand.1),
        ] {
            let Some(iri) = event[name].as_str().filter(|_| (accounting, onhand) != (0, 0)) else { continue };
            let quantity = decimal(&event["resourceQuantity"], 1);
            let thing = self.things.entry(iri.to_owned()).or_default();
            let there_is = |counts: &[i64]| counts.last().copied().unwrap_or(0);
            thing.accounting.push(there_is(&thing.accounting) + accounting * quantity);
            thing.onhand.push(there_is(&thing.onhand) + onhand * quantity);
            let (owned, at_hand) = (there_is(&thing.accounting), there_is(&thing.onhand));
            assert!(0 <= at_hand && at_hand <= owned, "{at_hand} of {owned} at hand after {event}");
        }
    }

    fn sum_up(&mut self, event: &Value, nodes: &BTreeMap<&str, &Value>) {
        let name = if event["action"] == "deliverService" { "resourceQuantity" } else { "effortQuantity" };
        let measure = event.get(name);
        let unit = measure.and_then(|measure| measure["hasUnit"].as_str());
        let minutes = measure.filter(|_| unit == Some("om2:hour")).map_or(0, |hours| decimal(hours, 60));
        let Some(kind) = event["navette:kind"].as_str() else {
            // The work of a trainer stands beside what is delivered, which is what is counted.
            self.taught += if event["action"] == "work" { minutes } else { 0 };
            return;
        };
        let root = event["corrects"].as_str().map(|iri| nodes[iri]);
        let supplies = root.is_some_and(|root| root.get(name).is_none()) && measure.is_some();
        let number = |name: &str| event[name].as_i64().unwrap_or(0);
        let sums = Sums {
            lines: i64::from(root.is_none()),
            minutes,
            item_days: measure.filter(|_| unit == Some("om2:day")).map_or(0, |days| decimal(days, 1)),
            occasions: number("navette:occasions"),
            participants: number("navette:participants"),
            unmeasured: i64::from(root.is_none() && measure.is_none()) - i64::from(supplies),
        };
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let provider = text(&event["provider"]).filter(|iri| nodes[iri.as_str()]["@type"] == "Organization");
        let giver = text(&event["navette:onBehalfOf"]).or(provider);
        let receiver = text(&event["receiver"]).unwrap();
        self.flows.push(Flowed { giver, receiver, kind: kind.to_owned(), sums });
    }

    /// Sums by kind of the flows that are wanted.
    pub fn sums(&self, wanted: impl Fn(&Flowed) -> bool) -> BTreeMap<String, Sums> {
        let mut all: BTreeMap<String, Sums> = BTreeMap::new();
        for flowed in self.flows.iter().filter(|flowed| wanted(flowed)) {
            let (sum, more) = (all.entry(flowed.kind.clone()).or_default(), flowed.sums);
            *sum = sum.plus(more);
        }
        all
    }
}

impl Sums {
    /// Both, unit by unit.
    pub fn plus(self, more: Self) -> Self {
        Self {
            lines: self.lines + more.lines,
            minutes: self.minutes + more.minutes,
            item_days: self.item_days + more.item_days,
            occasions: self.occasions + more.occasions,
            participants: self.participants + more.participants,
            unmeasured: self.unmeasured + more.unmeasured,
        }
    }

    /// What a summary says.
    fn said(sum: &Value) -> Self {
        let number = |name: &str| sum[name].as_i64().unwrap();
        Self {
            lines: number("lines"),
            minutes: number("minutes"),
            item_days: number("item_days"),
            occasions: number("occasions"),
            participants: number("participants"),
            unmeasured: number("unmeasured"),
        }
    }
}

/// The totals of one side of a summary by kind: what is confirmed and what is declared, together.
pub fn totals(side: &Value) -> BTreeMap<String, Sums> {
    let entries = side["by_kind"].as_array().unwrap().iter();
    let total = |entry: &Value| Sums::said(&entry["confirmed"]).plus(Sums::said(&entry["declared"]));
    let all = entries.map(|entry| (entry["kind"].as_str().unwrap().to_owned(), total(entry)));
    all.filter(|(_, sums)| *sums != Sums::default()).collect()
}
