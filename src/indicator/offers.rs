//! What members offer and look for, and on whom that rests. Pure.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::diagnosis::Named;
use super::rules::PEOPLE_MIN;
use crate::id::Id;

/// An offer or a need.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Offer {
    /// Of what sort.
    pub what: What,
    /// What it is called.
    pub name: String,
    /// Whose it is.
    pub structure: Named,
}

/// What can be offered or needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, strum::IntoStaticStr, strum::EnumString)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum What {
    /// Equipment, by its kind, else by its category.
    Equipment,
    /// A skill.
    Skill,
    /// A need.
    Need,
}

/// An offer or a need as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// What, and whose.
    pub offer: Offer,
    /// What it is called, in one spelling.
    pub folded: String,
    /// True when it was ever lent or passed on.
    pub used: bool,
    /// Of a skill: the person who can pass it on, whose identity goes no further than this room.
    pub person: Option<Id>,
}

/// What members offer and look for. For members alone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Offers {
    /// Skills and equipment that one structure alone offers.
    pub of_one_structure: Vec<Offer>,
    /// How many skills one known person alone offers; null below five people.
    pub skills_of_one_person: Option<usize>,
    /// Needs that no other member's skill answers by name.
    pub unanswered: Vec<Offer>,
    /// Skills and equipment that were never lent or passed on.
    pub never_used: Vec<Offer>,
}

/// Sorts out what is offered and needed.
#[must_use]
pub fn offers(read: &[Offered]) -> Offers {
    let offered = || read.iter().filter(|one| one.offer.what != What::Need);
    let mut structures: BTreeMap<(What, &str), BTreeSet<Id>> = BTreeMap::new();
    for one in offered() {
        structures.entry((one.offer.what, &one.folded)).or_default().insert(one.offer.structure.id);
    }
    let alone = |one: &&Offered| structures[&(one.offer.what, one.folded.as_str())].len() == 1;
    let answered = |need: &Offered| {
        let skill = structures.get(&(What::Skill, need.folded.as_str()));
        skill.is_some_and(|offering| offering.iter().any(|structure| *structure != need.offer.structure.id))
    };
    let needs = read.iter().filter(|one| one.offer.what == What::Need);
    Offers {
        of_one_structure: listed(offered().filter(alone)),
        skills_of_one_person: of_one_person(read),
        unanswered: listed(needs.filter(|need| !answered(need))),
        never_used: listed(offered().filter(|one| !one.used)),
    }
}

/// In order of name, each once however many pieces there are.
fn listed<'a>(some: impl Iterator<Item = &'a Offered>) -> Vec<Offer> {
    let once: BTreeMap<_, _> =
        some.map(|one| ((one.offer.what, &one.folded, one.offer.structure.id), &one.offer)).collect();
    once.into_values().cloned().collect()
}

/// Skills that one known person alone can pass on. None when fewer than five people are known to offer anything.
fn of_one_person(read: &[Offered]) -> Option<usize> {
    let mut people: BTreeMap<&str, BTreeSet<Option<Id>>> = BTreeMap::new();
    for one in read.iter().filter(|one| one.offer.what == What::Skill) {
        people.entry(&one.folded).or_default().insert(one.person);
    }
    let known: BTreeSet<Id> = people.values().flatten().filter_map(|person| *person).collect();
    let alone = people.values().filter(|of| of.len() == 1 && !of.contains(&None)).count();
    (known.len() >= PEOPLE_MIN).then_some(alone)
}
