//! The same request sent again, as a phone without network does: one effect, and the first answer once more.

use axum::http::Method;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::ask::{Answer, Request};
use crate::world::{TODAY, World};

const CHOSEN: &str = "01990f3a-7c1e-7000-8000-00000000a001";

/// Sends twice; the second answer is the first, and says that it is.
async fn twice(world: &World, request: Request<'_>) -> (Answer, Answer) {
    let first = request.clone().await;
    assert!(first.status.is_success() && first.header("idempotency-replayed").is_none(), "{first}");
    let before = world.contents().await;
    let second = request.await;
    assert_eq!(second.header("idempotency-replayed"), Some("true"), "{second}");
    assert_eq!((first.status, &first.bytes), (second.status, &second.bytes));
    for name in ["etag", "location", "content-type"] {
        assert_eq!(first.header(name), second.header(name), "{name}");
    }
    assert_eq!(world.contents().await, before);
    (first, second)
}

#[tokio::test]
async fn what_is_sent_twice_is_recorded_once() {
    let world = World::new().await;
    let village = world.village().await;
    let by = &village.commune.manager;
    let hours =
        json!({ "id": CHOSEN, "receiver_id": village.commune.id, "day": TODAY, "minutes": 60, "activity": "Fauche" });
    twice(&world, world.post("/v1/hours", &hours).by(by)).await;
    let person = json!({ "structure_id": village.commune.id, "name": "Ginette" });
    twice(&world, world.post("/v1/people", &person).by(by).key("person")).await;
    let change = json!({ "commune": "26340" });
    let path = format!("/v1/structures/{}", village.commune.id);
    twice(&world, world.patch(path, &change).by(by).on_version(1).key("change")).await;
    let form = [
        ("file", "Nom\nMarcel\n"),
        ("mapping", "records = \"people\"\n[fields]\nstructure = { value = \"CUMA du Vallon\" }\nname = \"Nom\"\n"),
    ];
    twice(&world, world.form("/v1/imports", &form).by(&village.cuma.manager).key("import")).await;
}

#[tokio::test]
async fn the_order_of_members_makes_no_other_request() {
    let world = World::new().await;
    let village = world.village().await;
    let by = &village.commune.manager;
    let id = &village.commune.id;
    let one = format!("{{\"structure_id\":\"{id}\",\"name\":\"Ginette\",\"pseudonym\":true}}");
    let other = format!("{{ \"pseudonym\": true, \"name\": \"Ginette\", \"structure_id\": \"{id}\" }}");
    let send = |body: String| world.raw(Method::POST, "/v1/people", "application/json", body).by(by).key("k");
    let first = send(one).await.created();
    assert_eq!(send(other).await.created(), first);
}

#[tokio::test]
async fn a_key_or_an_id_serves_one_request_only() {
    let world = World::new().await;
    let village = world.village().await;
    let by = &village.commune.manager;
    let person = |id: Value, name: &str| {
        let body = json!({ "id": id, "structure_id": village.commune.id, "name": name });
        world.post("/v1/people", &body).by(by)
    };
    person(json!(CHOSEN), "Ginette").key("k").await.created();
    let other = world.person(&village.commune, "Lise").await;
    let before = world.contents().await;
    person(json!(null), "Marcel").key("k").await.refused(422, "idempotency-key-reused");
    person(json!(CHOSEN), "Marcel").await.refused(409, "id-taken");
    person(json!(CHOSEN), "Marcel").key("other").await.refused(409, "id-taken");
    let change = world.patch(format!("/v1/people/{CHOSEN}"), &json!({ "name": "Marcel" })).by(by).on_version(1);
    change.key("k").await.refused(422, "idempotency-key-reused");
    assert_eq!(world.contents().await, before);
    let archive = |id: &str| world.patch(format!("/v1/people/{id}"), &json!({ "archived": true })).by(by).key("away");
    archive(CHOSEN).on_version(1).await.ok();
    archive(&other).on_version(1).await.refused(422, "idempotency-key-reused");
    let before = world.contents().await;
    let need = json!({ "id": CHOSEN, "structure_id": village.commune.id, "name": "Marcel" });
    world.post("/v1/needs", &need).by(by).await.refused(409, "id-taken");
    assert_eq!(world.contents().await, before);
}

#[tokio::test]
async fn a_key_belongs_to_the_account_that_sends_it() {
    let world = World::new().await;
    let village = world.village().await;
    let colleague = world.colleague(&village.commune, "contributor", "lise").await;
    let person = json!({ "structure_id": village.commune.id, "name": "Ginette" });
    let send = || world.post("/v1/people", &person).key("k");
    let first = send().by(&village.commune.manager).await.created();
    let second = send().by(&colleague).await.created();
    assert_ne!(first["id"], second["id"]);
}

#[tokio::test]
async fn a_refusal_is_not_kept() {
    let world = World::new().await;
    let village = world.village().await;
    let reader = world.colleague(&village.commune, "reader", "lise").await;
    let person = json!({ "id": CHOSEN, "structure_id": village.commune.id, "name": "Ginette" });
    let send = || world.post("/v1/people", &person).by(&reader).key("k");
    send().await.refused(403, "forbidden");
    let roles = world.get(format!("/v1/roles?structure_id={}", village.commune.id)).by(&reader).await.items();
    let own = roles.iter().find(|role| role["account_id"] == reader.account.to_string()).unwrap();
    let path = format!("/v1/roles/{}", own["id"].as_str().unwrap());
    world.patch(path, &json!({ "role": "contributor" })).by(&village.commune.manager).on_version(1).await.ok();
    assert_eq!(send().await.header("idempotency-replayed"), None);
}

#[tokio::test]
async fn a_replay_still_needs_a_caller_who_may_come_in() {
    let world = World::new().await;
    let village = world.village().await;
    let colleague = world.colleague(&village.commune, "contributor", "lise").await;
    let person = json!({ "structure_id": village.commune.id, "name": "Ginette" });
    let send = || world.post("/v1/people", &person).by(&colleague).key("k");
    send().await.created();
    let path = format!("/v1/accounts/{}", colleague.account);
    world.patch(path, &json!({ "archived": true })).by(&village.owner).on_version(1).await.ok();
    send().await.refused(401, "unauthorized");
}

#[tokio::test]
async fn a_phone_may_have_been_off_for_a_year() {
    let world = World::new().await;
    let village = world.village().await;
    let person = json!({ "id": CHOSEN, "structure_id": village.commune.id, "name": "Ginette" });
    let send = || world.post("/v1/people", &person).by(&village.commune.manager);
    send().await.created();
    world.advance(365);
    assert_eq!(send().await.header("idempotency-replayed"), Some("true"));
    let password = json!({ "login": "stage", "password": "les pommes sont mûres" });
    let account = world.post("/v1/accounts", &password).by(&village.owner).key("account").await.created();
    let again = json!({ "login": "stage", "password": "another altogether" });
    assert_eq!(world.post("/v1/accounts", &again).by(&village.owner).key("account").await.created(), account);
}

#[tokio::test]
async fn what_was_kept_under_the_digest_of_an_id_before_schema_2_is_given_again() {
    let world = World::new().await;
    let village = world.village().await;
    let by = &village.commune.manager;
    let hours =
        json!({ "id": CHOSEN, "receiver_id": village.commune.id, "day": TODAY, "minutes": 60, "activity": "Fauche" });
    world.post("/v1/hours", &hours).by(by).await.created();
    let before: [u8; 32] = Sha256::digest(format!("id:{CHOSEN}")).into();
    let kept = world.app.store.write(move |db, _| {
        Ok(db.execute(
            "update idempotency set key = ?1 where hex(key) = ?2",
            (before, CHOSEN.replace('-', "").to_uppercase()),
        )?)
    });
    assert_eq!(kept.await.unwrap(), 1);
    let again = world.post("/v1/hours", &hours).by(by).await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"), "{again}");
}
