//! Imports: tables of other tools, every row answered, none dropped, none recorded twice.

mod kinds;
mod outcomes;
mod rights;
mod tables;

use std::sync::Arc;

use axum::http::Method;
use navette::auth::Caller;
use navette::import::report::Report;
use navette::import::sheet::Sheet;
use navette::import::{self, Order};
use serde_json::Value;

use crate::ask::Request;
use crate::world::World;

/// Hours as a French spreadsheet lists them.
pub const HOURS: &str = r#"
records = "hours"
[fields]
giver = "de"
receiver = "à"
day = "jour"
minutes = "durée"
activity = "activité"
"#;

/// Keep the good rows.
pub const ROW_BY_ROW: Order = Order { dry_run: false, atomic: false };

/// Asserts how many rows were created, already there, and refused.
#[track_caller]
fn counts(report: &Value, expected: [u64; 3]) {
    let found = ["created", "already_there", "refused"].map(|name| report[name].as_u64().unwrap());
    assert_eq!(found, expected, "{report}");
}

/// Each refused row: line, field, code.
fn refusals(report: &Value) -> Vec<(u64, String, String)> {
    let rows = report["rows"].as_array().unwrap().iter();
    let refused = rows.filter(|row| row["outcome"] == "refused").flat_map(|row| {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let errors = row["errors"].as_array().unwrap().iter();
        errors.map(move |error| (row["line"].as_u64().unwrap(), text(&error["field"]), text(&error["code"])))
    });
    refused.collect()
}

impl World {
    /// An import over HTTP.
    fn imports(&self, mapping: &str, table: impl AsRef<[u8]>, flags: &[(&str, &str)]) -> Request<'_> {
        let mut body = Vec::new();
        let mut part = |head: &str, bytes: &[u8]| {
            body.extend_from_slice(format!("--seam\r\nContent-Disposition: form-data; {head}\r\n\r\n").as_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        };
        part("name=\"file\"; filename=\"table.csv\"", table.as_ref());
        part("name=\"mapping\"", mapping.as_bytes());
        for (name, value) in flags {
            part(&format!("name=\"{name}\""), value.as_bytes());
        }
        body.extend_from_slice(b"--seam--\r\n");
        self.raw(Method::POST, "/v1/imports", "multipart/form-data; boundary=seam", body)
    }

    /// An import by the person at the machine.
    pub async fn operator_imports(&self, mapping: &str, table: &str, order: Order) -> Report {
        let sheet = Arc::new(Sheet::read(table.as_bytes(), mapping, 1_000_000).unwrap());
        import::record(&self.app, Caller::Operator, &sheet, order, |_| {}).await.unwrap()
    }
}
