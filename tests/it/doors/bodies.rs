//! What could be read in two ways is not read: names given twice, lists where an object is declared.

use axum::http::Method;
use serde_json::json;

use crate::world::{TODAY, World};

#[tokio::test]
async fn a_member_given_twice_is_named_however_deep_it_lies() {
    let world = World::new().await;
    let village = world.village().await;
    let by = &village.commune.manager;
    let before = world.contents().await;
    let table = [
        ("/v1/people", r#"{"structure_id":"x","name":"Lise","name":"Marcel"}"#, "/name"),
        ("/v1/people", r#"{"name":"Lise","n\u0061me":"Lise"}"#, "/name"),
        ("/v1/people", r#"{"id":"a","id":"b"}"#, "/id"),
        ("/v1/people", r#"{"a/b":1,"a/b":2}"#, "/a~1b"),
        ("/v1/structures", r#"{"name":"Ferme","contact":{"email":"a@b.fr","email":"c@d.fr"}}"#, "/contact/email"),
        ("/v1/loan-requests", r#"{"items":[{},{"quantity":1,"quantity":2}]}"#, "/items/1/quantity"),
        ("/v1/auth/login", r#"{"login":"mairie","password":"a","login":"cuma"}"#, "/login"),
        ("/v1/auth/refresh", r#"{"refresh_token":"a","refresh_token":"b"}"#, "/refresh_token"),
    ];
    for (path, body, pointer) in table {
        world.raw(Method::POST, path, "application/json", body).by(by).await.invalid(pointer, "twice");
    }
    let own = format!("/v1/structures/{}", village.commune.id);
    let patch = world.raw(Method::PATCH, &own, "application/json", r#"{"archived":false,"archived":true}"#);
    patch.by(by).on_version(1).await.invalid("/archived", "twice");
    assert_eq!(world.contents().await, before);
}

#[tokio::test]
async fn the_same_name_in_two_objects_is_no_name_twice() {
    let world = World::new().await;
    let village = world.village().await;
    let session = json!({ "giver_id": village.cuma.id, "skill": "Soudure", "day": TODAY, "minutes": 60, "receivers": [
        { "structure_id": village.commune.id, "participants": 1 },
        { "structure_id": village.association.id, "participants": 1 },
    ] });
    world.post("/v1/skill-sessions", &session).by(&village.cuma.manager).await.created();
}

#[tokio::test]
async fn a_list_is_not_taken_for_an_object_however_deep_it_lies() {
    let world = World::new().await;
    let village = world.village().await;
    let by = &village.commune.manager;
    let before = world.contents().await;
    let contact = json!({ "name": "Ferme", "kind": "farm", "contact": ["a@b.fr", null, null] });
    world.post("/v1/structures", &contact).by(by).await.invalid("/contact", "not-object");
    let receivers = json!([[village.association.id, 3]]);
    let session = json!({ "giver_id": village.commune.id, "skill": "Soudure", "day": TODAY, "minutes": 60,
                          "receivers": receivers });
    world.post("/v1/skill-sessions", &session).by(by).await.invalid("/receivers/0", "not-object");
    let own = format!("/v1/structures/{}", village.commune.id);
    let patch = world.patch(&own, &json!({ "contact": ["a@b.fr"] })).by(by).on_version(1).await;
    patch.invalid("/contact", "not-object");
    let set_up = json!({ "token": "guessed", "login": "owner", "password": "a", "structure": ["Ferme", "farm"] });
    world.raw(Method::POST, "/v1/setup", "application/json", set_up.to_string()).await.is(422);
    assert_eq!(world.contents().await, before);
}

#[tokio::test]
async fn a_parameter_given_twice_is_named_on_every_list() {
    let world = World::new().await;
    let village = world.village().await;
    for list in ["structures", "people", "cooperations", "loans", "hours", "contributions", "accounts"] {
        for pair in ["limit=1&limit=2", "limit=1&%6Cimit=2"] {
            let answer = world.get(format!("/v1/{list}?{pair}")).by(&village.commune.manager).await;
            answer.unreadable("limit", "twice");
        }
    }
}
