//! The packet itself: what it says it holds is what it holds, and the same ledger gives the same bytes.

use navette::ledger::rules::hex;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::published;
use crate::world::World;

/// A name, as Frictionless wants one.
fn is_a_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-._/".contains(c))
}

/// Holds a text of a cell against its field.
fn check_cell(field: &Value, text: &str) {
    let constraints = &field["constraints"];
    if text.is_empty() {
        assert_ne!(constraints["required"], true, "{field} is empty");
        return;
    }
    match field["type"].as_str().unwrap() {
        "integer" => {
            let number: i64 = text.parse().unwrap_or_else(|_| panic!("{text} is no {field}"));
            assert!(constraints["minimum"].as_i64().is_none_or(|least| number >= least), "{number} {field}");
            assert!(constraints["maximum"].as_i64().is_none_or(|most| number <= most), "{number} {field}");
        }
        "string" => {
            let words = constraints["enum"].as_array();
            assert!(words.is_none_or(|words| words.iter().any(|word| word == text)), "{text} {field}");
        }
        other => panic!("{other} is no type that is used here"),
    }
}

#[tokio::test]
async fn the_description_is_true_of_the_table() {
    let world = World::new().await;
    let village = published(&world).await;
    let files = world.package(&village.cooperation, &village.cuma.manager).await;
    let told: Value = serde_json::from_str(files.file("datapackage.json")).unwrap();
    assert!(is_a_name(told["name"].as_str().unwrap()));
    let licence = &told["licenses"][0];
    assert!(licence["name"] == "etalab-2.0" && licence["path"].as_str().unwrap().starts_with("https://"));
    let resource = &told["resources"][0];
    assert!(is_a_name(resource["name"].as_str().unwrap()));
    let table = files.file(resource["path"].as_str().unwrap());
    assert_eq!(resource["bytes"], table.len());
    assert_eq!(resource["hash"], format!("sha256:{}", hex(&Sha256::digest(table))));
    assert_eq!(table.matches("\r\n").count(), table.matches('\n').count(), "lines end as RFC 4180 says");
    let fields = resource["schema"]["fields"].as_array().unwrap();
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let names: Vec<&str> = fields.iter().map(|field| field["name"].as_str().unwrap()).collect();
    assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>(), names);
    let mut rows = 0;
    for row in reader.records().map(Result::unwrap) {
        fields.iter().zip(row.iter()).for_each(|(field, text)| check_cell(field, text));
        rows += 1;
    }
    assert_eq!(rows, 2);
    for field in fields {
        let told = field["description"].as_str().unwrap();
        assert!(told.contains(" / "), "{field} is told in French and in English");
        assert!(files.file("README.md").contains(told), "{field}");
    }
}

#[tokio::test]
async fn the_description_is_the_one_in_the_file() {
    let world = World::new().await;
    let village = published(&world).await;
    let files = world.package(&village.cooperation, &village.cuma.manager).await;
    let (told, expected) = (files.file("datapackage.json"), include_str!("datapackage.json"));
    assert_eq!(told.lines().collect::<Vec<_>>(), expected.lines().collect::<Vec<_>>(), "it is now\n{told}");
}

#[tokio::test]
async fn the_same_ledger_gives_the_same_bytes_whenever_and_to_whomever() {
    let world = World::new().await;
    let village = published(&world).await;
    let path = format!("/v1/cooperations/{}/data-package.zip", village.cooperation);
    let first = world.get(&path).by(&village.cuma.manager).await.is(200).bytes.clone();
    world.advance(2);
    let passer_by = world.account("passant").await;
    assert!(world.get(&path).by(&passer_by).await.is(200).bytes == first);
}

#[tokio::test]
async fn no_person_is_in_it() {
    let world = World::new().await;
    let village = published(&world).await;
    let ginette = world.person(&village.association, "Ginette Faure").await;
    let files = world.package(&village.cooperation, &village.cuma.manager).await;
    for name in ["datapackage.json", "contributions.csv", "README.md", "LICENCE.md"] {
        let text = files.file(name);
        assert!(!text.contains("Ginette") && !text.contains(&ginette), "{name}");
    }
}
