//! Skills and needs: kept by their structure, seen by those it cooperates with.

use serde_json::{Value, json};

use crate::deeds::{each, id, says, with};
use crate::world::World;

#[tokio::test]
async fn a_skill_and_a_need_are_recorded_read_changed_and_put_away() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    for collection in ["skills", "needs"] {
        let wish = json!({ "structure_id": jardins.id, "name": "Greffe en fente", "description": "Pommiers." });
        let answer = world.post(format!("/v1/{collection}"), &wish).by(&jardins.manager).await;
        let skill = answer.created();
        let path = format!("/v1/{collection}/{}", id(&skill));
        assert_eq!((answer.header("location"), answer.header("etag")), (Some(path.as_str()), Some("\"1\"")));
        says(&skill, &with(&wish, &json!({ "person_id": null, "archived": false, "version": 1 })));
        assert_eq!(world.get(&path).by(&cuma.manager).await.ok(), skill);
        world.get(&path).by(&cuma.manager).header("if-none-match", "\"1\"").await.unchanged();

        let change = json!({ "name": "Greffe en couronne", "description": null });
        let changed = world.patch(&path, &change).by(&jardins.manager).on_version(1).await.ok();
        says(&changed, &json!({ "name": "Greffe en couronne", "description": null, "version": 2 }));
        world.patch(&path, &change).by(&jardins.manager).await.refused(428, "precondition-required");
        world.patch(&path, &change).by(&jardins.manager).on_version(1).await.refused(412, "precondition-failed");
        let moved = json!({ "structure_id": cuma.id });
        world.patch(&path, &moved).by(&jardins.manager).on_version(2).await.invalid("/structure_id", "cannot-change");
        world.patch(&path, &change).by(&cuma.manager).on_version(2).await.refused(403, "forbidden");

        let list = async |query: &str| {
            let found = world.get(format!("/v1/{collection}?{query}")).by(&cuma.manager).await.items();
            found.iter().map(|item| item["version"].as_i64().unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(list("").await, [2]);
        let away = json!({ "archived": true });
        world.patch(&path, &away).by(&jardins.manager).on_version(2).await.ok();
        assert_eq!((list("").await, list("archived=true").await), (vec![], vec![3]));
    }
}

#[tokio::test]
async fn a_need_names_nobody_and_a_skill_somebody_of_its_own_structure() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let (odile, marcel) = (world.person(jardins, "Odile").await, world.person(cuma, "Marcel").await);
    let wish = json!({ "structure_id": jardins.id, "name": "Greffe" });
    let post = |to: &str, more: Value| world.post(format!("/v1/{to}"), &with(&wish, &more)).by(&jardins.manager);
    post("needs", json!({ "person_id": odile })).await.invalid("/person_id", "not-allowed-here");
    post("skills", json!({ "person_id": marcel })).await.invalid("/person_id", "unknown-reference");
    post("skills", json!({ "name": null })).await.invalid("/name", "not-text");
    post("skills", json!({ "name": "a\u{7}b" })).await.invalid("/name", "invisible-character");
    post("skills", json!({ "structure_id": cuma.id })).await.refused(403, "forbidden");
    let reader = world.colleague(jardins, "reader", "lectrice").await;
    world.post("/v1/skills", &wish).by(&reader).await.refused(403, "forbidden");

    let skill = post("skills", json!({ "person_id": odile })).await.created();
    let path = format!("/v1/skills/{}", id(&skill));
    for (by, seen) in [(&reader, json!(odile)), (&cuma.manager, json!(null))] {
        assert_eq!(world.get(&path).by(by).await.ok()["person_id"], seen);
        assert_eq!(world.get("/v1/skills").by(by).await.items()[0]["person_id"], seen);
    }
    // Someone who has left since may stay named; nobody new may be named so.
    let left = json!({ "archived": true });
    world.patch(format!("/v1/people/{odile}"), &left).by(&jardins.manager).on_version(1).await.ok();
    let renamed = json!({ "name": "Greffe d'été" });
    world.patch(&path, &renamed).by(&jardins.manager).on_version(1).await.ok();
    post("skills", json!({ "person_id": odile })).await.invalid("/person_id", "archived");
}

#[tokio::test]
async fn skills_and_needs_are_seen_by_those_who_cooperate_and_found_without_accents() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let stranger = world.party(&village.owner, "Le Foyer rural", "association", "foyer").await;
    let record = async |party: &crate::world::Party, name: &str| {
        let wish = json!({ "structure_id": party.id, "name": name });
        world.app.clock.advance_seconds(1);
        world.post("/v1/skills", &wish).by(&party.manager).await.created_id()
    };
    let grafting = record(jardins, "Élagage et greffe").await;
    let welding = record(cuma, "Soudure").await;
    let sewing = record(&stranger, "Couture").await;
    for (query, by, expected) in [
        ("", &cuma.manager, vec![&grafting, &welding]),
        ("", &stranger.manager, vec![&sewing]),
        ("?q=elagage", &cuma.manager, vec![&grafting]),
        ("?q=SOUD", &jardins.manager, vec![&welding]),
        ("?q=couture", &jardins.manager, vec![]),
        (&format!("?structure_id={}", cuma.id), &jardins.manager, vec![&welding]),
        (&format!("?structure_id={}", stranger.id), &jardins.manager, vec![]),
    ] {
        let found = world.get(format!("/v1/skills{query}")).by(by).await.items();
        let expected: Vec<Value> = expected.into_iter().map(|id| json!(id)).collect();
        assert_eq!(each(&found, "id"), expected.iter().collect::<Vec<_>>(), "{query} by {}", by.login);
    }
    for (skill, by) in [(&sewing, &jardins.manager), (&grafting, &stranger.manager)] {
        world.get(format!("/v1/skills/{skill}")).by(by).await.refused(404, "not-found");
    }
    world.get(format!("/v1/needs/{grafting}")).by(&jardins.manager).await.refused(404, "not-found");
    let change = json!({ "name": "x" });
    let other = world.patch(format!("/v1/needs/{grafting}"), &change).by(&jardins.manager).on_version(1).await;
    other.refused(404, "not-found");
    let page = world.get("/v1/skills?limit=1").by(&cuma.manager).await;
    let next = page.header("link").and_then(|link| link.split(['<', '>']).nth(1)).unwrap().to_owned();
    assert_eq!(world.get(next).by(&cuma.manager).await.items()[0]["id"], json!(welding));
}
