//! People in the export: a pseudonym for their own structure alone, and nobody anywhere else.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::terms::nodes;
use crate::deeds::{given, with};
use crate::world::{TODAY, World};

fn persons(document: &Value) -> BTreeSet<&str> {
    let all = nodes(document);
    all.iter().filter(|(_, node)| node["@type"] == "Person").map(|(iri, _)| *iri).collect()
}

#[tokio::test]
async fn a_person_goes_by_a_pseudonym_that_holds_for_one_export_of_their_own_structure() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, jardins) = (&village.commune, &village.association);
    let (ginette, marcel) =
        (world.person(jardins, "Ginette Faure").await, world.person(jardins, "Marcel Astier").await);
    for (person, day) in [(&ginette, "2026-03-01"), (&ginette, "2026-03-02"), (&marcel, "2026-03-03")] {
        let more = json!({ "person_id": person, "cooperation_id": village.cooperation, "note": "Avec Ginette" });
        world.hours_line(&jardins.manager, &with(&given(jardins, commune, day, 60), &more)).await;
    }
    let own = format!("structures/{}", jardins.id);
    let first = world.valueflows(&own, "", &jardins.manager).await;
    let all = nodes(&first);
    let workers: Vec<&Value> = all.values().filter(|node| node["action"] == "work").copied().collect();
    let providers: BTreeSet<&str> = workers.iter().map(|work| work["provider"].as_str().unwrap()).collect();
    assert_eq!(providers, persons(&first));
    assert_eq!(providers.len(), 2, "two persons gave three times");
    let behalf = json!(format!("urn:uuid:{}", jardins.id));
    assert!(workers.iter().all(|work| work["navette:onBehalfOf"] == behalf), "{workers:?}");
    let theirs = world.valueflows(&format!("structures/{}", commune.id), "", &commune.manager).await;
    let common = world.valueflows(&format!("cooperations/{}", village.cooperation), "", &commune.manager).await;
    for document in [&theirs, &common] {
        assert_eq!(persons(document), BTreeSet::new(), "who gave is the structure");
    }
    for word in [&ginette, &marcel, "Ginette", "Marcel", "Faure"] {
        assert!([&first, &theirs, &common].iter().all(|document| !document.to_string().contains(word)), "{word}");
    }
    world.hours_line(&jardins.manager, &given(jardins, commune, TODAY, 5)).await;
    let second = world.valueflows(&own, "", &jardins.manager).await;
    assert!(persons(&second).is_disjoint(&persons(&first)), "the pseudonyms of two exports cannot be put together");
    world.erase(&ginette, jardins).await;
    let third = world.valueflows(&own, "", &jardins.manager).await;
    assert_eq!(persons(&third).len(), 1, "who was erased is the structure's like all others");
}

#[tokio::test]
async fn volunteers_of_no_structure_are_one_anonymous_person_for_each_that_received() {
    let world = World::new().await;
    let village = world.village().await;
    for (party, day) in [(&village.commune, "2026-03-01"), (&village.commune, "2026-03-02"), (&village.cuma, TODAY)] {
        let wish = json!({ "receiver_id": party.id, "day": day, "minutes": 30, "activity": "entraide",
                           "cooperation_id": village.cooperation, "head_count": 3 });
        world.hours_line(&party.manager, &wish).await;
    }
    let of = format!("cooperations/{}", village.cooperation);
    let document = world.valueflows(&of, "", &village.commune.manager).await;
    assert_eq!(persons(&document).len(), 2, "{document}");
}
