//! What SECURITY.md says of the tests is true: each test it names is there, and no requirement is passed over.

use std::collections::{BTreeMap, BTreeSet};

use crate::tidy;

const SECURITY: &str = include_str!("../../SECURITY.md");
/// Requirements of levels 1 and 2 of the OWASP ASVS 5.0.0 that apply to Navette: each section with its numbers.
const REQUIREMENTS: &[(&str, &[u32])] = &[
    ("1.1", &[1, 2]),
    ("1.2", &[1, 2, 3, 4, 5, 9]),
    ("1.3", &[2, 3, 6, 7, 10, 11]),
    ("1.4", &[1, 2, 3]),
    ("1.5", &[1, 2]),
    ("2.1", &[1, 2, 3]),
    ("2.2", &[1, 2, 3]),
    ("2.3", &[1, 2, 3, 4]),
    ("2.4", &[1]),
    ("3.2", &[1, 2]),
    ("3.3", &[1, 2, 3, 4]),
    ("3.4", &[1, 2, 3, 4, 5, 6]),
    ("3.5", &[1, 2, 3, 4]),
    ("3.7", &[1, 2]),
    ("4.1", &[1, 2, 3]),
    ("4.2", &[1]),
    ("5.1", &[1]),
    ("5.2", &[1, 2, 3]),
    ("5.3", &[1, 2]),
    ("5.4", &[1, 2, 3]),
    ("6.1", &[1, 2, 3]),
    ("6.2", &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
    ("6.3", &[1, 2, 3, 4]),
    ("6.4", &[1, 2, 3, 4]),
    ("6.5", &[1, 2, 3, 4, 5]),
    ("6.6", &[2, 3]),
    ("6.8", &[2]),
    ("7.1", &[1, 2]),
    ("7.2", &[1, 2, 3, 4]),
    ("7.3", &[1, 2]),
    ("7.4", &[1, 2, 3, 4, 5]),
    ("7.5", &[1, 2]),
    ("8.1", &[1, 2]),
    ("8.2", &[1, 2, 3]),
    ("8.3", &[1]),
    ("8.4", &[1]),
    ("9.1", &[1, 2, 3]),
    ("9.2", &[1, 2, 3, 4]),
    ("11.1", &[1, 2]),
    ("11.2", &[1, 2, 3]),
    ("11.3", &[1, 2, 3]),
    ("11.4", &[1, 2, 3, 4]),
    ("11.5", &[1]),
    ("11.6", &[1]),
    ("12.1", &[1, 2]),
    ("12.2", &[1, 2]),
    ("12.3", &[1, 2, 3, 4]),
    ("13.1", &[1]),
    ("13.2", &[2, 3, 4, 5]),
    ("13.3", &[1, 2]),
    ("13.4", &[1, 2, 3, 4, 5]),
    ("14.1", &[1, 2]),
    ("14.2", &[1, 2, 3, 4]),
    ("14.3", &[1, 2, 3]),
    ("15.1", &[1, 2, 3]),
    ("15.2", &[1, 2, 3]),
    ("15.3", &[1, 2, 3, 4, 5, 6, 7]),
    ("16.1", &[1]),
    ("16.2", &[1, 2, 3, 4, 5]),
    ("16.3", &[1, 2, 3, 4]),
    ("16.4", &[1, 2, 3]),
    ("16.5", &[1, 2, 3]),
];
/// What may be said of a requirement.
const STATUSES: [&str; 4] = ["shown", "by design", "open", "not yet applicable"];

/// The cells of each row of a table whose first cell begins like this.
fn rows(begins: impl Fn(&str) -> bool) -> Vec<Vec<&'static str>> {
    let lines = SECURITY.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    lines.map(|line| line.split(" | ").map(str::trim).collect()).filter(|cells: &Vec<&str>| begins(cells[0])).collect()
}

/// The rows of the tables of requirements. What is not applicable has two cells.
fn requirements() -> Vec<Vec<&'static str>> {
    let all = rows(|first| first.starts_with(|c: char| c.is_ascii_digit()) && first.matches('.').count() == 2);
    all.into_iter().filter(|cells| cells.len() > 2).collect()
}

/// The tests that a text names, between backquotes.
fn named(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).filter(|word| word.contains("::")).collect()
}

/// Every test there is, as `cargo test` names it.
fn tests() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (folder, inner) in [("tests/it", ""), ("src", "tests::")] {
        for source in tidy::files(folder) {
            let Some(path) = source.path[folder.len() + 1..].strip_suffix(".rs") else { continue };
            let module = path.trim_end_matches("/mod").replace('/', "::");
            let mut is_test = false;
            for line in source.text.lines().map(str::trim) {
                is_test |= line == "#[test]" || line.starts_with("#[tokio::test");
                let signature = line.strip_prefix("async ").unwrap_or(line).strip_prefix("fn ");
                if let Some(signature) = signature.filter(|_| is_test) {
                    let name = signature.split('(').next().unwrap();
                    found.insert(format!("{module}::{inner}{name}"));
                    is_test = false;
                }
            }
        }
    }
    found
}

#[test]
fn every_test_that_is_named_exists() {
    let tests = tests();
    assert!(tests.contains("security::every_test_that_is_named_exists"), "{tests:?}");
    let named = named(SECURITY);
    let missing: Vec<_> = named.iter().filter(|name| !tests.contains(**name)).collect();
    assert!(missing.is_empty(), "no such test: {missing:#?}");
    assert!(named.len() > 100, "only {} tests are named", named.len());
}

#[test]
fn every_requirement_stands_in_one_row() {
    let numbers: Vec<String> = requirements().iter().map(|cells| cells[0].to_owned()).collect();
    let expected: Vec<String> = REQUIREMENTS
        .iter()
        .flat_map(|(section, numbers)| numbers.iter().map(move |number| format!("{section}.{number}")))
        .collect();
    assert_eq!(expected.len(), 193);
    assert_eq!(numbers, expected);
}

#[test]
fn every_requirement_has_a_status_that_is_borne_out() {
    let mut counts = BTreeMap::from(STATUSES.map(|status| (status, 0)));
    for cells in requirements() {
        let [number, level, what, status, how] = cells[..] else { panic!("five cells: {cells:?}") };
        assert!(["1", "2"].contains(&level) && what.len() > 3, "{number}: {level}, {what}");
        let count = counts.get_mut(status).unwrap_or_else(|| panic!("{number}: {status} is no status"));
        *count += 1;
        assert!(status != "shown" || !named(how).is_empty(), "{number} is shown by no test");
        assert!(how.len() > 10, "{number} says nothing");
    }
    let told: Vec<_> = counts.iter().map(|(status, count)| format!("{count} {status}")).collect();
    assert!(SECURITY.contains(&told.join(", ")), "the sum would be: {}", told.join(", "));
}

#[test]
fn every_risk_of_apis_has_an_answer() {
    let risks: Vec<_> = rows(|first| first.starts_with("API"));
    let numbers: Vec<&str> = risks.iter().map(|cells| cells[0]).collect();
    assert_eq!(numbers, ["API1", "API2", "API3", "API4", "API5", "API6", "API7", "API8", "API9", "API10"]);
    for cells in risks {
        assert!(!named(cells[3]).is_empty(), "{} is shown by nothing", cells[0]);
    }
}
