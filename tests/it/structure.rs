//! Structures: the directory is open to every account, contacts are for neighbours.

use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn a_group_without_any_number_counts_as_much_as_a_town() {
    let world = World::new().await;
    let village = world.village().await;
    let group = world.structure(&village.cuma.manager, "Le café du hameau", "informal").await;
    let read = world.get(format!("/v1/structures/{group}")).by(&village.commune.manager).await.ok();
    assert_eq!((&read["name"], &read["siren"]), (&json!("Le café du hameau"), &json!(null)));
}
