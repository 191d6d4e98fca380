//! What hangs on one person is said to those concerned, and to nobody else.

use serde_json::{Value, json};

use crate::world::{Caller, World};

async fn warned(world: &World, path: &str, by: &Caller) -> Value {
    world.get(path).by(by).await.ok()["warnings"].clone()
}

#[tokio::test]
async fn a_structure_with_one_manager_is_told_so_until_there_are_two() {
    let world = World::new().await;
    let village = world.village().await;
    let reader = world.colleague(&village.cuma, "reader", "lise").await;
    let path = format!("/v1/structures/{}", village.cuma.id);
    for own in [&village.cuma.manager, &reader] {
        assert_eq!(warned(&world, &path, own).await, json!(["single_manager"]));
    }
    for other in [&village.commune.manager, &village.owner, &world.account("passant").await] {
        assert_eq!(warned(&world, &path, other).await, json!(null));
    }
    let list = world.get("/v1/structures").by(&reader).await.text();
    assert!(!list.contains("warnings"));
    world.colleague(&village.cuma, "manager", "adjoint").await;
    assert_eq!(warned(&world, &path, &reader).await, json!(null));
}

#[tokio::test]
async fn a_warning_changes_the_tag_of_what_is_read_and_never_stands_in_the_way_of_a_change() {
    let world = World::new().await;
    let village = world.village().await;
    let (path, manager) = (format!("/v1/structures/{}", village.cuma.id), &village.cuma.manager);
    let first = world.get(&path).by(manager).await;
    let tag = first.header("etag").unwrap().to_owned();
    assert_eq!(tag, "\"1.single_manager\"");
    world.get(&path).by(manager).header("if-none-match", &tag).await.unchanged();
    world.colleague(&village.cuma, "manager", "adjoint").await;
    let second = world.get(&path).by(manager).header("if-none-match", &tag).await;
    assert_eq!((second.ok()["warnings"].clone(), second.header("etag")), (json!(null), Some("\"1\"")));
    let change = world.patch(&path, &json!({ "name": "CUMA du Haut Vallon" })).by(manager);
    change.header("if-match", &tag).await.ok();
    let again = world.patch(&path, &json!({ "name": "CUMA" })).by(manager);
    again.header("if-match", &tag).await.refused(412, "precondition-failed");
}

#[tokio::test]
async fn a_cooperation_with_one_facilitating_account_tells_its_members() {
    let world = World::new().await;
    let village = world.village().await;
    let path = format!("/v1/cooperations/{}", village.cooperation);
    for member in [&village.commune.manager, &village.cuma.manager] {
        assert_eq!(warned(&world, &path, member).await, json!(["single_facilitator"]));
    }
    assert_eq!(warned(&world, &path, &village.owner).await, json!(null));
    world.colleague(&village.commune, "manager", "adjointe").await;
    assert_eq!(warned(&world, &path, &village.cuma.manager).await, json!(null));
}
