//! Groups of structures: by cooperation, kind, commune, department or EPCI. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::diagnosis::{Group, Named};
use super::figures::Cast;
use super::rules::{Actor, By, smallest};
use crate::commune::rules::Commune;
use crate::id::Id;

/// The actors and their groups, numbered in the order of their keys; those whose group nobody knows come last.
#[must_use]
pub fn cast(actors: &[Actor], by: By, cooperations: &[Named]) -> (Cast, Vec<Group>) {
    let keys = keys(actors, by, cooperations);
    let labels = labels(actors, by, cooperations);
    let order: BTreeSet<(bool, Option<String>)> = keys.iter().map(|key| (key.is_none(), key.clone())).collect();
    let numbers: BTreeMap<Option<String>, usize> =
        order.into_iter().enumerate().map(|(number, (_, key))| (key, number)).collect();
    let group = |(key, number): (&Option<String>, &usize)| {
        let label = key.as_ref().and_then(|key| labels.get(key)).cloned();
        Group { number: *number, key: key.clone(), label, structures: 0 }
    };
    let mut groups: Vec<Group> = numbers.iter().map(group).collect();
    groups.sort_by_key(|group| group.number);
    let cast = Cast {
        actors: actors.iter().map(|actor| actor.id).collect(),
        groups: keys.iter().map(|key| numbers[key]).collect(),
        members: actors.iter().filter(|actor| !actor.cooperations.is_empty()).count(),
        populations: actors.iter().map(|actor| actor.place.as_ref().map(|place| place.population)).collect(),
        table_of_communes: false,
    };
    (cast, groups)
}

/// What stands for the group of each actor.
fn keys(actors: &[Actor], by: By, cooperations: &[Named]) -> Vec<Option<String>> {
    let members = |id: Id| actors.iter().filter(|actor| actor.cooperations.contains(&id)).count();
    let sizes: BTreeMap<Id, usize> = cooperations.iter().map(|one| (one.id, members(one.id))).collect();
    let key = |actor: &Actor| match by {
        By::Cooperation => {
            let of: Vec<_> = actor.cooperations.iter().filter_map(|id| Some((*id, *sizes.get(id)?))).collect();
            smallest(&of).map(|id| id.to_string())
        }
        By::Kind => Some(actor.kind.clone()),
        By::Commune => actor.commune.clone(),
        By::Department => actor.commune.as_deref().map(department),
        By::Epci => actor.place.as_ref()?.epci.as_ref().map(|epci| epci.siren.as_str().to_owned()),
    };
    actors.iter().map(key).collect()
}

/// What groups are called, where they have a name.
fn labels(actors: &[Actor], by: By, cooperations: &[Named]) -> BTreeMap<String, String> {
    let of_place = |place: &Commune| match (by, &place.epci) {
        (By::Commune, _) => Some((place.code.as_str().to_owned(), place.name.as_str().to_owned())),
        (By::Epci, Some(epci)) => Some((epci.siren.as_str().to_owned(), epci.name.as_str().to_owned())),
        _ => None,
    };
    if by == By::Cooperation {
        return cooperations.iter().map(|one| (one.id.to_string(), one.name.clone())).collect();
    }
    actors.iter().filter_map(|actor| of_place(actor.place.as_ref()?)).collect()
}

/// The department of a commune, by its INSEE code: three characters overseas, two elsewhere.
fn department(commune: &str) -> String {
    commune.chars().take(if commune.starts_with("97") || commune.starts_with("98") { 3 } else { 2 }).collect()
}
