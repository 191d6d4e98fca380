//! The contract: `openapi.yaml` is the promise, and every answer that a test sees is held against it.

mod conflicts;
mod log;
pub mod promise;
mod sweep;
pub mod tour;

use std::collections::BTreeSet;

use axum::http::Method;
use serde_json::Value;

use crate::ask::{Answer, Observation};
use crate::world::World;
use promise::{Promise, escaped};
pub use tour::NOTHING;

/// Statuses any operation may answer without declaring them: a wrong method, too many requests, a fault of ours, a busy
/// server.
const UNDECLARED: [u16; 4] = [405, 429, 500, 503];

/// Holds an answer against the contract, and what was accepted, too; what answered it, if it was an operation.
///
/// # Panics
/// When the answer is not what the contract says, or the service took what the contract does not allow.
pub fn check(method: &Method, path: &str, body: &[u8], answer: &Answer) -> Option<Observation> {
    let status = answer.status.as_u16();
    let to_come_back = matches!(status, 429 | 503);
    assert!(!to_come_back || answer.header("retry-after").is_some(), "nobody is told when to come back: {answer}");
    // What a browser asks before it sends is for no operation.
    if *method == Method::OPTIONS && status == 204 {
        return None;
    }
    let declares = |template: &&str| Promise::get().declares(method, template, status);
    let declared = route(method, path).filter(|template| declares(template) || !UNDECLARED.contains(&status));
    let Some(template) = declared else {
        let problem = "/components/schemas/Problem";
        let held = Promise::get().validate(problem, &answer.json());
        held.unwrap_or_else(|wrong| panic!("not a problem document: {wrong}\n{answer}"));
        return None;
    };
    if let Err(breach) = Promise::get().check(method, template, answer) {
        panic!("breach of contract: {breach}\n{answer}");
    }
    if answer.status.is_success()
        && let Err(breach) = Promise::get().check_request(method, template, path, body)
    {
        panic!("accepted against the contract: {breach}\n{answer}");
    }
    Some((method.to_string(), template.to_owned(), status))
}

/// The path in the route table that takes this request: the most literal one.
pub fn route(method: &Method, path: &str) -> Option<&'static str> {
    let path = path.split('?').next().unwrap_or_default();
    let takes = |template: &str| {
        let pairs = || template.split('/').zip(path.split('/'));
        let as_long = template.split('/').count() == path.split('/').count();
        as_long && pairs().all(|(ours, theirs)| ours == theirs || ours.starts_with('{') && !theirs.is_empty())
    };
    let table = navette::http::table();
    let found = table.iter().filter(|(known, template, _)| known == method && takes(template));
    found.map(|(_, template, _)| *template).min_by_key(|template| template.matches('{').count())
}

#[test]
fn the_contract_declares_the_operations_of_the_route_table_and_no_other() {
    let table = navette::http::table();
    let served: BTreeSet<_> = table.iter().map(|(method, path, _)| (method.to_string(), (*path).to_owned())).collect();
    let declared = Promise::get().operations();
    assert_eq!(declared.difference(&served).collect::<Vec<_>>(), [] as [&(String, String); 0], "declared, not served");
    assert_eq!(served.difference(&declared).collect::<Vec<_>>(), [] as [&(String, String); 0], "served, not declared");
    assert_eq!(table.len(), served.len(), "an operation is in the table twice");
}

#[test]
fn every_example_is_what_its_schema_says() {
    let mut held = 0;
    walk(Promise::get().document(), &mut String::new(), &mut |pointer, node| {
        let examples = node.get("examples").and_then(Value::as_object).into_iter().flatten();
        let several = examples.map(|(name, example)| (name.as_str(), &example["value"]));
        let has_schema = node.get("schema").is_some();
        for (name, example) in node.get("example").map(|example| ("", example)).into_iter().chain(several) {
            assert!(has_schema || pointer.contains("/schemas/"), "an example without schema at {pointer}");
            let schema = if has_schema { format!("{pointer}/schema") } else { pointer.to_owned() };
            let result = Promise::get().validate(&schema, example);
            result.unwrap_or_else(|wrong| panic!("the example {name} at {pointer}: {wrong}"));
            held += 1;
        }
    });
    assert!(held > 100, "only {held} examples found");
}

#[test]
fn no_answer_has_room_for_undeclared_properties() {
    let text = Promise::get().document().to_string();
    walk(Promise::get().document(), &mut String::new(), &mut |pointer, node| {
        let is_object = node.get("type") == Some(&Value::from("object")) && node.get("properties").is_some();
        let closed = ["additionalProperties", "unevaluatedProperties"]
            .iter()
            .any(|word| node.get(word) == Some(&Value::from(false)));
        // A schema that others build on stays open; what is built on it is closed.
        let name = pointer.trim_start_matches("/components/schemas/");
        let built_on = format!("\"allOf\":[{{\"$ref\":\"#/components/schemas/{name}\"}}]");
        assert!(!is_object || closed || text.contains(&built_on), "open to anything: {pointer}");
    });
}

#[tokio::test]
async fn the_contract_is_served_byte_for_byte() {
    let world = World::new().await;
    let answer = world.get("/openapi.yaml").await;
    assert!(answer.is(200).bytes == promise::TEXT.as_bytes(), "not the file of the repository");
}

#[tokio::test]
async fn every_answer_is_sealed_against_browsers_that_guess() {
    let world = World::new().await;
    for path in ["/healthz", "/v1/structures", "/v1/nowhere", "/setup", "/openapi.yaml"] {
        let answer = world.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"), "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        assert!(answer.header("content-security-policy").unwrap().starts_with("default-src 'none'"), "{path}");
    }
}

/// Calls with every object of the document and where it stands.
fn walk(node: &Value, pointer: &mut String, found: &mut impl FnMut(&str, &Value)) {
    let children: Vec<(String, &Value)> = match node {
        Value::Object(members) => {
            found(pointer, node);
            members.iter().map(|(name, child)| (escaped(name), child)).collect()
        }
        Value::Array(items) => items.iter().enumerate().map(|(index, child)| (index.to_string(), child)).collect(),
        _ => return,
    };
    for (name, child) in children {
        if matches!(name.as_str(), "example" | "examples" | "enum" | "default") {
            continue;
        }
        let length = pointer.len();
        pointer.push('/');
        pointer.push_str(&name);
        walk(child, pointer, found);
        pointer.truncate(length);
    }
}
