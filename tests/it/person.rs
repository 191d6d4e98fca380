//! People: known to their own structure, and to nobody else.

use serde_json::json;

use crate::world::{TODAY, World};

#[tokio::test]
async fn names_never_leave_the_structure() {
    let world = World::new().await;
    let village = world.village().await;
    let (jardins, mairie) = (&village.association, &village.commune.manager);
    let ginette = world.person(jardins, "Ginette Faure").await;
    let hours = json!({ "giver_id": jardins.id, "receiver_id": village.commune.id, "cooperation_id": village.cooperation,
                        "person_id": ginette, "day": TODAY, "minutes": 60, "activity": "Fauche", "note": "Avec sa faux" });
    let hours = world.post("/v1/hours", &hours).by(&jardins.manager).await.created();
    assert_eq!(hours["person_id"], ginette);
    let skill = json!({ "structure_id": jardins.id, "name": "Greffe", "person_id": ginette });
    let skill = world.post("/v1/skills", &skill).by(&jardins.manager).await.created_id();
    let session = json!({ "giver_id": jardins.id, "skill_id": skill, "person_id": ginette, "day": TODAY, "minutes": 90,
                          "receivers": [{ "structure_id": village.commune.id, "participants": 6 }] });
    let session = world.post("/v1/skill-sessions", &session).by(&jardins.manager).await.created_id();
    let line = hours["contribution_id"].as_str().unwrap();
    let seen_by_the_commune = [
        format!("/v1/hours/{}", hours["id"].as_str().unwrap()),
        format!("/v1/hours?structure_id={}", village.commune.id),
        format!("/v1/contributions/{line}"),
        format!("/v1/contributions?structure_id={}", village.commune.id),
        format!("/v1/contributions?cooperation_id={}", village.cooperation),
        format!("/v1/skills/{skill}"),
        "/v1/skills".to_owned(),
        format!("/v1/skill-sessions/{session}"),
        format!("/v1/skill-sessions?structure_id={}", village.commune.id),
        format!("/v1/structures/{}/summaries/2026", village.commune.id),
        format!("/v1/cooperations/{}/summaries/2026", village.cooperation),
        format!("/v1/cooperations/{}/summaries/2026.csv", village.cooperation),
    ];
    for path in seen_by_the_commune {
        let answer = world.get(&path).by(mairie).await;
        let told = answer.is(200).text();
        assert!(!told.contains(&ginette) && !told.contains("Ginette") && !told.contains("faux"), "{answer}");
    }
    world.get(format!("/v1/people/{ginette}")).by(mairie).await.refused(404, "not-found");
    world
        .get(format!("/v1/people?structure_id={}", jardins.id))
        .by(mairie)
        .await
        .unreadable("structure_id", "unknown-reference");
    let of_ginette = format!("/v1/hours?structure_id={}&person_id={ginette}", village.commune.id);
    world.get(of_ginette).by(mairie).await.unreadable("person_id", "unknown-reference");
}

#[tokio::test]
async fn nobody_names_a_person_of_another_structure() {
    let world = World::new().await;
    let village = world.village().await;
    let ginette = world.person(&village.association, "Ginette").await;
    let hours = json!({ "giver_id": village.association.id, "receiver_id": village.commune.id, "person_id": ginette,
                        "day": TODAY, "minutes": 60, "activity": "Fauche" });
    let mairie = &village.commune.manager;
    world.post("/v1/hours", &hours).by(mairie).await.invalid("/person_id", "unknown-reference");
    let skill = json!({ "structure_id": village.commune.id, "name": "Greffe", "person_id": ginette });
    world.post("/v1/skills", &skill).by(mairie).await.invalid("/person_id", "unknown-reference");
}

#[tokio::test]
async fn people_are_recorded_by_contributors_and_read_by_readers_of_their_structure() {
    let world = World::new().await;
    let village = world.village().await;
    let commune = &village.commune;
    let (reader, contributor) =
        (world.colleague(commune, "reader", "lise").await, world.colleague(commune, "contributor", "marc").await);
    let body = json!({ "structure_id": commune.id, "name": "Ginette", "note": "Appeler\nle soir" });
    world.post("/v1/people", &body).by(&reader).await.refused(403, "forbidden");
    world.post("/v1/people", &body).by(&village.cuma.manager).await.refused(403, "forbidden");
    let ginette = world.post("/v1/people", &body).by(&contributor).await.created();
    assert_eq!((&ginette["pseudonym"], &ginette["note"]), (&json!(false), &json!("Appeler\nle soir")));
    let path = format!("/v1/people/{}", ginette["id"].as_str().unwrap());
    assert_eq!(world.get(&path).by(&reader).await.ok(), ginette);
    let change = json!({ "name": "La Dame aux poules", "pseudonym": true, "note": null });
    world.patch(&path, &change).by(&reader).on_version(1).await.refused(403, "forbidden");
    let changed = world.patch(&path, &change).by(&contributor).on_version(1).await.ok();
    assert_eq!((&changed["pseudonym"], &changed["note"], &changed["version"]), (&json!(true), &json!(null), &json!(2)));
}

#[tokio::test]
async fn a_person_stays_with_the_structure_that_knows_them() {
    let world = World::new().await;
    let village = world.village().await;
    let path = format!("/v1/people/{}", world.person(&village.commune, "Ginette").await);
    let moved = json!({ "structure_id": village.cuma.id });
    world
        .patch(&path, &moved)
        .by(&village.commune.manager)
        .on_version(1)
        .await
        .invalid("/structure_id", "cannot-change");
    let same = json!({ "structure_id": village.commune.id, "name": "Ginette F." });
    world.patch(&path, &same).by(&village.commune.manager).on_version(1).await.ok();
}

#[tokio::test]
async fn who_is_no_longer_there_is_not_listed_and_gives_no_hours() {
    let world = World::new().await;
    let village = world.village().await;
    let commune = &village.commune;
    let (ginette, _marcel) = (world.person(commune, "Ginette").await, world.person(commune, "Marcel").await);
    let archive = json!({ "archived": true });
    world.patch(format!("/v1/people/{ginette}"), &archive).by(&commune.manager).on_version(1).await.ok();
    let list = async |query: &str| {
        let path = format!("/v1/people?structure_id={}{query}", commune.id);
        let items = world.get(path).by(&commune.manager).await.items();
        items.iter().map(|person| person["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(list("").await, ["Marcel"]);
    assert_eq!(list("&archived=true").await, ["Ginette"]);
    assert_eq!(list("&q=mar").await, ["Marcel"]);
    assert_eq!(list("&q=gin").await, [] as [&str; 0]);
    let hours =
        json!({ "receiver_id": commune.id, "person_id": ginette, "day": TODAY, "minutes": 60, "activity": "Fauche" });
    world.post("/v1/hours", &hours).by(&commune.manager).await.invalid("/person_id", "archived");
    world
        .patch(format!("/v1/people/{ginette}"), &json!({ "archived": false }))
        .by(&commune.manager)
        .on_version(2)
        .await
        .ok();
    world.post("/v1/hours", &hours).by(&commune.manager).await.created();
}
