//! Hand-overs: a role goes from one to another in one moment, and nobody is left without.

use serde_json::{Value, json};

use crate::deeds::says;
use crate::world::{Caller, Party, World};

/// The address of the role that an account holds first.
pub async fn role_of(world: &World, caller: &Caller) -> String {
    let me = world.get("/v1/accounts/me").by(caller).await.ok();
    format!("/v1/roles/{}", me["roles"][0]["id"].as_str().unwrap())
}

async fn roles_in(world: &World, party: &Party, by: &Caller) -> Vec<(Value, Value)> {
    let roles = world.get(format!("/v1/roles?structure_id={}", party.id)).by(by).await.items();
    let mut roles: Vec<_> = roles.iter().map(|role| (role["account_id"].clone(), role["role"].clone())).collect();
    roles.sort_by_key(|(_, role)| role.to_string());
    roles
}

#[tokio::test]
async fn a_manager_hands_over_and_stays_as_contributor() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, old) = (&village.cuma, &village.cuma.manager);
    let jeanne = world.colleague(cuma, "reader", "jeanne").await;
    let path = format!("{}/hand-over", role_of(&world, old).await);
    let to = json!({ "account_id": jeanne.account.to_string() });
    let request = world.post(&path, &to).by(old).key("k");
    says(&request.clone().await.ok(), &json!({ "role": "contributor", "archived": false, "version": 2 }));
    let roles = roles_in(&world, cuma, old).await;
    assert_eq!(
        roles,
        [(json!(old.account.to_string()), json!("contributor")), (to["account_id"].clone(), json!("manager"))]
    );
    let again = request.await;
    assert_eq!((again.ok()["version"].clone(), again.header("idempotency-replayed")), (json!(2), Some("true")));
    assert_eq!(world.post(&path, &to).by(old).await.refused(409, "wrong-state")["state"], "not_manager");
}

#[tokio::test]
async fn a_manager_hands_over_and_leaves() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, old) = (&village.cuma, &village.cuma.manager);
    let jeanne = world.colleague(cuma, "contributor", "jeanne").await;
    let path = format!("{}/hand-over", role_of(&world, old).await);
    let to = json!({ "account_id": jeanne.account.to_string(), "leave": true });
    says(&world.post(&path, &to).by(old).await.ok(), &json!({ "role": "manager", "archived": true }));
    assert_eq!(roles_in(&world, cuma, &jeanne).await, [(to["account_id"].clone(), json!("manager"))]);
    world.get(format!("/v1/roles?structure_id={}", cuma.id)).by(old).await.is(400);
}

#[tokio::test]
async fn nobody_hands_over_what_is_not_theirs_or_to_somebody_who_is_not_there() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, old) = (&village.cuma, &village.cuma.manager);
    let (jeanne, deputy) =
        (world.colleague(cuma, "contributor", "jeanne").await, world.colleague(cuma, "manager", "adjoint").await);
    let gone = world.colleague(cuma, "contributor", "partie").await;
    world.patch(role_of(&world, &gone).await, &json!({ "archived": true })).by(old).on_version(1).await.ok();
    let path = format!("{}/hand-over", role_of(&world, old).await);
    let before = world.contents().await;
    let to = |caller: &Caller| json!({ "account_id": caller.account.to_string() });
    for other in [&jeanne, &deputy] {
        world.post(&path, &to(&jeanne)).by(other).await.refused(403, "forbidden");
    }
    world.post(&path, &to(&jeanne)).by(&village.commune.manager).await.refused(404, "not-found");
    for absent in [&village.commune.manager, &gone, old] {
        world.post(&path, &to(absent)).by(old).await.invalid("/account_id", "no-role-there");
    }
    assert_eq!(world.contents().await, before.clone());
    let archived = format!("/v1/accounts/{}", jeanne.account);
    world.patch(archived, &json!({ "archived": true })).by(&village.owner).on_version(1).await.ok();
    world.post(&path, &to(&jeanne)).by(old).await.invalid("/account_id", "no-role-there");
}

#[tokio::test]
async fn a_hand_over_leaves_a_trace() {
    let world = World::new().await;
    let village = world.village().await;
    let jeanne = world.colleague(&village.cuma, "contributor", "jeanne").await;
    let path = format!("{}/hand-over", role_of(&world, &village.cuma.manager).await);
    world.post(path, &json!({ "account_id": jeanne.account.to_string() })).by(&village.cuma.manager).await.ok();
    assert_eq!(world.trail().await.last().unwrap(), "manager_handed_over");
}
