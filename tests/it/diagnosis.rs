//! The diagnosis: what it says of a network, to whom, and when it says nothing.
#![expect(clippy::float_arithmetic, reason = "ratios are held against what one computes by hand")]

mod communes;
mod edges;
mod graphs;
mod people;
mod readers;
mod several;

use serde_json::Value;

use crate::world::{Caller, World};

impl World {
    /// The diagnosis of a cooperation, with what the query says.
    pub async fn diagnosis(&self, cooperation: &str, query: &str, by: &Caller) -> Value {
        self.get(format!("/v1/cooperations/{cooperation}/diagnosis{query}")).by(by).await.ok()
    }
}

/// The one indicator of all that goes by this code.
#[track_caller]
fn indicator<'a>(diagnosis: &'a Value, code: &str) -> &'a Value {
    let all = diagnosis["indicators"].as_array().unwrap();
    let found: Vec<_> = all.iter().filter(|one| one["code"] == code).collect();
    assert_eq!(found.len(), 1, "{code} of {diagnosis}");
    found[0]
}

/// Asserts that an indicator has this value.
#[track_caller]
fn is(diagnosis: &Value, code: &str, value: f64) {
    let said = indicator(diagnosis, code);
    let told = said["value"].as_f64().unwrap_or_else(|| panic!("no value in {said}"));
    assert!((told - value).abs() < 1e-8, "{code}: {said}");
    assert_eq!(said["reason"], Value::Null, "{said}");
}

/// Asserts that these indicators have no value, and why.
#[track_caller]
fn are_missing(diagnosis: &Value, reason: &str, codes: &[&str]) {
    for code in codes {
        let said = indicator(diagnosis, code);
        assert_eq!((&said["value"], said["reason"].as_str()), (&Value::Null, Some(reason)), "{said}");
    }
}
