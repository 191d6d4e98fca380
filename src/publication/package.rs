//! A Frictionless data package: its description, its table, its words for people, in one packet of files. Pure.

use std::io::{Cursor, Write as _};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::rules::{CONTRIBUTIONS_MIN, Coverage, HEADINGS, Key, Member, Sum, table};
use super::words;
use crate::clock::Moment;
use crate::error::Error;
use crate::export::csv::{self, Dialect};
use crate::ledger::rules::hex;

/// The kinds of what flows, as the table writes them.
const KINDS: [&str; 5] = ["equipment", "premises", "volunteer_hours", "skill_by_volunteer", "skill_by_staff"];
/// Where the licence is.
const LICENCE: &str = "https://spdx.org/licenses/etalab-2.0.html";

/// All that a package says.
#[derive(Debug, Clone)]
pub struct Published {
    /// The cooperation's name.
    pub cooperation: String,
    /// Its structures, by name.
    pub members: Vec<Member>,
    /// The rows of the table.
    pub rows: Vec<(Key, Sum)>,
    /// How much of the whole that is.
    pub coverage: Coverage,
    /// Place and root of the ledger's head.
    pub head: String,
    /// When the last line of the ledger was recorded: the same ledger and the same choices give the same bytes.
    pub created: Moment,
}

/// The packet.
///
/// # Errors
/// [`Error::Internal`] when there is not memory enough.
pub fn packet(published: &Published) -> Result<Vec<u8>, Error> {
    let table = csv::print(&table(&published.rows), Dialect::Plain)?;
    let description = format!("{:#}\n", description(published, &table));
    let mut packet = ZipWriter::new(Cursor::new(Vec::new()));
    let failed = |error: &dyn std::fmt::Display| Error::Internal(error.to_string());
    for (name, bytes) in [
        ("datapackage.json", description.as_bytes()),
        ("contributions.csv", table.as_slice()),
        ("README.md", words::readme(published).as_bytes()),
        ("LICENCE.md", words::LICENCE.as_bytes()),
    ] {
        // The moment of packing is no part of what is published.
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::DEFAULT)
            .unix_permissions(0o644);
        packet.start_file(name, options).map_err(|error| failed(&error))?;
        packet.write_all(bytes).map_err(|error| failed(&error))?;
    }
    Ok(packet.finish().map_err(|error| failed(&error))?.into_inner())
}

/// What is in the packet, for programs (Data Package 2.0; the `profile` is for those that know version 1).
fn description(published: &Published, table: &[u8]) -> Value {
    let members = published.members.iter().filter(|member| member.publishes);
    let contributors: Vec<Value> =
        members.map(|member| json!({ "title": member.name, "roles": ["contributor"] })).collect();
    let coverage = published.coverage;
    json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "profile": "tabular-data-package",
        "name": "navette-contributions",
        "title": words::title(&published.cooperation),
        "description": words::DESCRIPTION,
        "created": published.created.to_string(),
        "keywords": ["contributions volontaires en nature", "contributions in kind"],
        "licenses": [{
            "name": "etalab-2.0",
            "title": "Licence Ouverte 2.0 / Open Licence 2.0 (Etalab)",
            "path": LICENCE,
        }],
        "sources": [{ "title": words::source(published) }],
        "contributors": contributors,
        "coverage": {
            "structures": coverage.structures,
            "structures_of": coverage.of_structures,
            "contributions_percent": coverage.percent,
            "contributions_too_few_for_a_row": coverage.too_few,
        },
        "resources": [{
            "$schema": "https://datapackage.org/profiles/2.0/dataresource.json",
            "profile": "tabular-data-resource",
            "type": "table",
            "name": "contributions",
            "path": "contributions.csv",
            "title": words::TABLE,
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "bytes": table.len(),
            "hash": format!("sha256:{}", hex(&Sha256::digest(table))),
            "dialect": { "delimiter": ",", "lineTerminator": "\r\n", "header": true },
            "schema": {
                "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
                "fields": HEADINGS.map(field),
                "missingValues": [""],
            },
        }],
    })
}

fn field(name: &str) -> Value {
    let (kind, constraints) = match name {
        "year" => ("integer", json!({ "required": true, "minimum": 2000, "maximum": 2100 })),
        "month" => ("integer", json!({ "minimum": 1, "maximum": 12 })),
        "kind" => ("string", json!({ "enum": KINDS })),
        "category" => ("string", json!({})),
        "contributions" => ("integer", json!({ "required": true, "minimum": CONTRIBUTIONS_MIN })),
        _ => ("integer", json!({ "required": true, "minimum": 0 })),
    };
    json!({ "name": name, "type": kind, "description": words::field(name), "constraints": constraints })
}
