//! Retention: what has outlived its time goes by itself, and nothing else does.

use navette::privacy::purge::{Purged, count};
use serde_json::json;

use crate::deeds::given;
use crate::world::{TODAY, World};

#[tokio::test]
async fn people_without_a_line_for_long_are_erased_and_others_stay() {
    let world = World::new().await;
    let village = world.village().await;
    let jardins = &village.association;
    world.person(jardins, "Ancienne").await;
    let active = world.person(jardins, "Active").await;
    let teaching = world.person(jardins, "Enseignante").await;
    let skill = json!({ "structure_id": jardins.id, "name": "Greffe", "person_id": teaching });
    world.post("/v1/skills", &skill).by(&jardins.manager).await.created();
    world.advance(700);
    let mut hours = given(jardins, &village.commune, TODAY, 60);
    hours["person_id"] = json!(active);
    world.hours(&jardins.manager, &hours).await;
    world.advance(400);
    world.person(jardins, "Nouvelle").await;
    let before = world.facts().await;
    assert_eq!(world.night().await.people, 1);
    assert_eq!(world.names(jardins).await, ["Active", "Enseignante", "Nouvelle"]);
    assert_eq!(world.night().await, Purged::default(), "once more finds nothing");
    assert_eq!(world.facts().await, before);
    assert_eq!(world.found_in_files(&["Ancienne".to_owned()]), [] as [&str; 0]);
}

#[tokio::test]
async fn old_texts_are_erased_after_the_months_that_their_structure_set() {
    let world = World::new().await;
    let village = world.village().await;
    let (jardins, cuma) = (&village.association, &village.cuma);
    for (party, note) in [(jardins, "Note des jardins"), (cuma, "Note de la CUMA")] {
        let mut hours = given(party, &village.commune, TODAY, 60);
        hours["note"] = json!(note);
        world.post("/v1/hours", &hours).by(&party.manager).key("h").await.created();
    }
    let path = format!("/v1/structures/{}/retention", jardins.id);
    let reader = world.colleague(jardins, "reader", "lise").await;
    let kept = world.get(&path).by(&reader).await.ok();
    assert_eq!((&kept["person_months"], &kept["text_months"]), (&json!(36), &json!(24)));
    let shorter = json!({ "text_months": 6 });
    world.patch(&path, &shorter).by(&reader).on_version(1).await.refused(403, "forbidden");
    world.patch(&path, &shorter).by(&cuma.manager).on_version(1).await.refused(404, "not-found");
    for wrong in [0, 121] {
        let wrong = json!({ "text_months": wrong });
        world.patch(&path, &wrong).by(&jardins.manager).on_version(1).await.invalid("/text_months", "out-of-range");
    }
    world.patch(&path, &shorter).by(&jardins.manager).on_version(1).await.ok();
    world.advance(300);
    assert_eq!(world.night().await.texts, 1);
    assert_eq!(world.found_in_files(&["Note des jardins".to_owned()]), [] as [&str; 0]);
    assert_eq!(world.found_in_files(&["Note de la CUMA".to_owned()]).len(), 1);
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

#[tokio::test]
async fn a_dry_run_counts_what_would_go_and_keeps_it() {
    let world = World::new().await;
    let village = world.village().await;
    let jardins = &village.association;
    world.volunteer(jardins, &village, "Ginette").await;
    let marcel = world.person(jardins, "Marcel").await;
    world.link_of(&marcel, jardins).await;
    world.advance(2000);
    let before = world.contents().await;
    let counted = world.app.store.write(count).await.unwrap();
    assert_eq!(world.contents().await, before);
    assert_eq!((counted.people, counted.links), (1, 2), "{counted:?}: who offers a skill stays");
    assert!(counted.texts > 0 && counted.answers > 0, "{counted:?}");
    assert_eq!(world.night().await, counted);
}
