//! The terms of `ValueFlows` 1.0, copied by hand from its ontology, and whether a document keeps to them.
//!
//! Source: `all_vf.TTL` of the release 1.0.0 (`owl:versionInfo "1.0.0"`, <https://w3id.org/valueflows/ont/1.0.0/vf>),
//! kept at <https://codeberg.org/valueflows>: domain and range of each property, and what each action does.

use std::collections::BTreeMap;

use serde_json::Value;

/// What the ontology says that a property is of, and what its value is.
type Property = (&'static str, &'static [&'static str], Range);

/// What a value is.
#[derive(Clone, Copy)]
pub enum Range {
    Text,
    Flag,
    Time,
    Measure,
    Action,
    /// One of these classes of the same document.
    Of(&'static [&'static str]),
}

const AGENTS: &[&str] = &["Organization", "Person"];
const FLOWS: &[&str] = &["EconomicEvent", "Commitment"];
const PROPERTIES: &[Property] = &[
    ("accountingQuantity", &["EconomicResource"], Range::Measure),
    ("action", FLOWS, Range::Action),
    ("classifiedAs", &["Process", "EconomicResource", "Organization"], Range::Text),
    ("clauseOf", &["Commitment"], Range::Of(&["Agreement"])),
    ("conformsTo", &["EconomicResource"], Range::Of(&["ResourceSpecification"])),
    ("corrects", &["EconomicEvent"], Range::Of(&["EconomicEvent"])),
    ("created", &["Agreement", "Commitment", "EconomicEvent"], Range::Time),
    ("due", &["Commitment"], Range::Time),
    ("effortQuantity", FLOWS, Range::Measure),
    ("finished", &["Commitment", "Process"], Range::Flag),
    ("fulfills", &["EconomicEvent"], Range::Of(&["Commitment"])),
    ("hasBeginning", &["Commitment", "EconomicEvent", "Process"], Range::Time),
    ("hasEnd", &["Commitment", "EconomicEvent", "Process"], Range::Time),
    ("hasPointInTime", FLOWS, Range::Time),
    ("inScopeOf", &["Process"], Range::Of(AGENTS)),
    ("inputOf", FLOWS, Range::Of(&["Process"])),
    (
        "name",
        &["Organization", "Person", "Agreement", "EconomicResource", "Process", "ResourceSpecification"],
        Range::Text,
    ),
    (
        "note",
        &[
            "Organization",
            "Person",
            "Agreement",
            "Commitment",
            "EconomicEvent",
            "EconomicResource",
            "Process",
            "ResourceSpecification",
        ],
        Range::Text,
    ),
    ("onhandQuantity", &["EconomicResource"], Range::Measure),
    ("outputOf", FLOWS, Range::Of(&["Process"])),
    ("primaryAccountable", &["EconomicResource"], Range::Of(AGENTS)),
    ("provider", FLOWS, Range::Of(AGENTS)),
    ("realizationOf", &["EconomicEvent"], Range::Of(&["Agreement"])),
    ("receiver", FLOWS, Range::Of(AGENTS)),
    ("resourceConformsTo", FLOWS, Range::Of(&["ResourceSpecification"])),
    ("resourceInventoriedAs", FLOWS, Range::Of(&["EconomicResource"])),
    ("resourceQuantity", FLOWS, Range::Measure),
    ("state", &["EconomicResource", "EconomicEvent", "Commitment"], Range::Text),
    ("toResourceInventoriedAs", &["EconomicEvent"], Range::Of(&["EconomicResource"])),
    ("trackingIdentifier", &["EconomicResource"], Range::Text),
];

/// What an action may have: effort, resource; to be an input, an output of a process.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a column of the ontology's table")]
pub struct Action {
    pub name: &'static str,
    pub effort: bool,
    pub resource: bool,
    pub input: bool,
    pub output: bool,
    /// Times its quantity: what it adds to the accounting quantity of `resourceInventoriedAs`.
    pub accounting: i64,
    /// To the onhand quantity of `resourceInventoriedAs`, and to that of `toResourceInventoriedAs`.
    pub onhand: (i64, i64),
}

const fn action(name: &'static str, has: [bool; 4], accounting: i64, onhand: (i64, i64)) -> Action {
    let [effort, resource, input, output] = has;
    Action { name, effort, resource, input, output, accounting, onhand }
}

/// The actions that are met here.
pub const ACTIONS: &[Action] = &[
    action("work", [true, false, true, false], 0, (0, 0)),
    action("use", [true, true, true, false], 0, (0, 0)),
    action("deliverService", [false, true, true, true], 0, (0, 0)),
    action("transferCustody", [false, true, false, false], 0, (-1, 1)),
    action("raise", [false, true, false, false], 1, (1, 0)),
    action("lower", [false, true, false, false], -1, (-1, 0)),
];

/// Our own, for which the ontology has no word.
const OWN: [&str; 7] = [
    "navette:kind",
    "navette:occasions",
    "navette:participants",
    "navette:standing",
    "navette:provenance",
    "navette:rule",
    "navette:onBehalfOf",
];

/// The action of an event or a commitment.
pub fn action_of(node: &Value) -> Action {
    let name = node["action"].as_str().unwrap();
    *ACTIONS.iter().find(|action| action.name == name).unwrap_or_else(|| panic!("no action {name}"))
}

/// The nodes of a document by their IRI.
pub fn nodes(document: &Value) -> BTreeMap<&str, &Value> {
    let graph = document["@graph"].as_array().unwrap();
    let nodes: BTreeMap<&str, &Value> = graph.iter().map(|node| (node["@id"].as_str().unwrap(), node)).collect();
    assert_eq!(nodes.len(), graph.len(), "an IRI stands for two things");
    nodes
}

/// Holds a document against the ontology.
pub fn check(document: &Value) {
    let context = &document["@context"];
    assert_eq!(context["@vocab"], "https://w3id.org/valueflows/ont/vf#");
    assert_eq!(context["action"]["@type"], "@vocab");
    assert_eq!(context["hasNumericalValue"]["@type"], "xsd:decimal");
    let nodes = nodes(document);
    for (iri, node) in &nodes {
        assert!(iri.starts_with("urn:uuid:") && iri.len() == 45, "{iri}");
        let class = node["@type"].as_str().unwrap();
        for (name, value) in node.as_object().unwrap() {
            if name.starts_with('@') || OWN.contains(&name.as_str()) {
                continue;
            }
            let (_, domain, range) = PROPERTIES.iter().find(|(known, ..)| known == name).unwrap_or_else(|| {
                panic!("{name} is no term of ValueFlows 1.0 that is known here");
            });
            assert!(domain.contains(&class), "{name} is not of a {class}: {node}");
            check_value(context, &nodes, name, value, *range);
        }
        if FLOWS.contains(&class) {
            check_flow(node);
        }
    }
}

fn check_value(context: &Value, nodes: &BTreeMap<&str, &Value>, name: &str, value: &Value, range: Range) {
    match range {
        Range::Flag => assert!(value.is_boolean(), "{name}: {value}"),
        Range::Text => assert!(value.is_string(), "{name}: {value}"),
        Range::Action => assert!(ACTIONS.iter().any(|action| value == action.name), "{value}"),
        Range::Time => {
            assert_eq!(context[name]["@type"], "xsd:dateTimeStamp", "{name}");
            let text = value.as_str().unwrap();
            assert!(matches!(&text[text.len() - 6..], "+00:00" | "+01:00" | "+02:00"), "{text}");
            assert_eq!(&text[10..11], "T", "{text}");
        }
        Range::Measure => {
            assert_eq!(value["@type"], "Measure");
            let number = value["hasNumericalValue"].as_str().expect("a decimal is a text");
            assert!(number.trim_start_matches('-').chars().all(|c| c.is_ascii_digit() || c == '.'), "{number}");
            assert!(matches!(value["hasUnit"].as_str(), Some("om2:one" | "om2:hour" | "om2:day")), "{value}");
            assert_eq!(context["hasUnit"]["@type"], "@id");
        }
        Range::Of(classes) => {
            assert_eq!(context[name]["@type"], "@id", "{name}");
            let named = nodes.get(value.as_str().unwrap()).unwrap_or_else(|| panic!("{name} {value} is not there"));
            assert!(classes.contains(&named["@type"].as_str().unwrap()), "{name} is no {classes:?}: {named}");
        }
    }
}

fn check_flow(node: &Value) {
    let action = action_of(node);
    let has = |name: &str| node.get(name).is_some();
    assert!(action.effort || !has("effortQuantity"), "{node}");
    assert!(action.resource || !has("resourceQuantity"), "{node}");
    assert!(action.input || !has("inputOf"), "{node}");
    assert!(action.output || !has("outputOf"), "{node}");
    assert!(has("created") && has("provider") && has("receiver"), "{node}");
}
