//! Rights: the one table of who may do what with whose thing, and what is seen to follow from it.

mod naive;
mod programs;
mod sweep;

use std::collections::BTreeSet;

use navette::auth::rules::{Least, RIGHTS, Rule};

const README: &str = include_str!("../../README.md");

/// A row as the README shows it, without the words for people.
fn row(rule: &Rule) -> String {
    let role = |least: Least| least.map_or("–", |role| <&str>::from(role));
    let mut others = Vec::new();
    for (is, who) in [
        (rule.holder, "the account itself"),
        (rule.recorder, "who recorded it*"),
        (rule.steward, "owner*"),
        (rule.owner, "owner"),
        (rule.anyone, "any account"),
    ] {
        if is {
            others.push(who);
        }
    }
    let others = if others.is_empty() { "–".to_owned() } else { others.join(", ") };
    let token = rule.token.map_or("–", |scope| <&str>::from(scope));
    let right: &str = rule.right.into();
    let roles = [role(rule.own), role(rule.neighbour), role(rule.facilitator), role(rule.anywhere)].join(" | ");
    format!("| `{right}` | {roles} | {others} | {token} |")
}

#[test]
fn the_readme_shows_the_table_of_rights_as_it_is() {
    let table = README.split("<!-- rights -->").nth(1).and_then(|rest| rest.split("<!-- /rights -->").next());
    let told: Vec<String> = table
        .expect("the README has a table of rights")
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            assert!(cells[1].len() > 8, "{line} says nothing to people");
            format!("| {} | {} |", cells[0], cells[2..].join(" | "))
        })
        .collect();
    let right: Vec<String> = RIGHTS.iter().map(row).collect();
    assert_eq!(told, right, "the table of the README would be\n{}", right.join("\n"));
}

#[test]
fn each_right_stands_in_one_row() {
    let rights: BTreeSet<&str> = RIGHTS.iter().map(|rule| <&str>::from(rule.right)).collect();
    assert_eq!(rights.len(), RIGHTS.len());
    // A right that is in no row is nobody's, whoever asks: the enum has no member beyond the rows.
    let last = RIGHTS.iter().map(|rule| rule.right as usize).max();
    assert_eq!(last, Some(RIGHTS.len() - 1), "a right of the enum stands in no row");
}

#[test]
fn the_owner_of_the_instance_has_no_power_over_the_ledger() {
    let ledger = ["read_records", "record", "read_people", "name_people", "read_common_records", "record_for_commons"];
    for rule in RIGHTS.iter().filter(|rule| ledger.contains(&<&str>::from(rule.right))) {
        assert!(!rule.owner && !rule.steward && !rule.recorder && !rule.anyone, "{rule:?}");
    }
}
