//! Roles: deny by default, and what is taken back is gone at once.

use serde_json::{Value, json};

use crate::contract::NOTHING;
use crate::world::{Caller, Party, TODAY, World};

/// The id and version of the role an account holds in a structure.
async fn role_of(world: &World, party: &Party, caller: &Caller) -> (String, i64) {
    let roles = world.get(format!("/v1/roles?structure_id={}", party.id)).by(&party.manager).await.items();
    let held = roles.iter().find(|role| role["account_id"] == caller.account.to_string()).unwrap();
    (format!("/v1/roles/{}", held["id"].as_str().unwrap()), held["version"].as_i64().unwrap())
}

#[tokio::test]
async fn each_role_may_do_what_the_ones_before_it_may() {
    let world = World::new().await;
    let village = world.village().await;
    let commune = &village.commune;
    let person = world.person(commune, "Ginette").await;
    // Reads a person, records one, gives a role: in order of rank.
    let table = [("reader", [200, 403, 403]), ("contributor", [200, 201, 403]), ("manager", [200, 201, 201])];
    for (role, expected) in table {
        let caller = world.colleague(commune, role, role).await;
        let other = world.account(&format!("friend of the {role}")).await;
        let grant = json!({ "account_id": other.account.to_string(), "structure_id": commune.id, "role": "reader" });
        let found = [
            world.get(format!("/v1/people/{person}")).by(&caller).await.status.as_u16(),
            world
                .post("/v1/people", &json!({ "structure_id": commune.id, "name": "Marcel" }))
                .by(&caller)
                .await
                .status
                .as_u16(),
            world.post("/v1/roles", &grant).by(&caller).await.status.as_u16(),
        ];
        assert_eq!(found, expected, "{role}");
    }
}

#[tokio::test]
async fn a_role_that_changes_has_immediate_effect() {
    let world = World::new().await;
    let village = world.village().await;
    let lise = world.colleague(&village.commune, "contributor", "lise").await;
    let hours = json!({ "receiver_id": village.commune.id, "day": TODAY, "minutes": 60, "activity": "Fauche" });
    // One token, signed while the role was held: roles are not in it.
    let token = world.token_of(&lise);
    let entry = world.post("/v1/hours", &hours).token(&token).await.created_id();
    let (path, version) = role_of(&world, &village.commune, &lise).await;
    let change = |body: Value, version| world.patch(&path, &body).by(&village.commune.manager).on_version(version);
    change(json!({ "role": "reader" }), version).await.ok();
    world.post("/v1/hours", &hours).token(&token).await.refused(403, "forbidden");
    world.get(format!("/v1/hours/{entry}")).token(&token).await.ok();
    change(json!({ "archived": true }), 2).await.ok();
    world.get(format!("/v1/hours/{entry}")).token(&token).await.refused(404, "not-found");
    change(json!({ "archived": false }), 3).await.ok();
    world.get(format!("/v1/hours/{entry}")).token(&token).await.ok();
}

#[tokio::test]
async fn a_structure_keeps_its_last_manager() {
    let world = World::new().await;
    let village = world.village().await;
    let commune = &village.commune;
    let (own, _) = role_of(&world, commune, &commune.manager).await;
    for change in [json!({ "archived": true }), json!({ "role": "contributor" })] {
        let refused = world.patch(&own, &change).by(&commune.manager).on_version(1).await.refused(409, "wrong-state");
        assert_eq!(refused["state"], "last_manager");
    }
    world.colleague(commune, "manager", "lise").await;
    world.patch(&own, &json!({ "archived": true })).by(&commune.manager).on_version(1).await.ok();
    world.get(&own).by(&commune.manager).await.refused(404, "not-found");
}

#[tokio::test]
async fn the_owner_of_the_machine_has_no_power_over_what_structures_record() {
    let world = World::new().await;
    let village = world.village().await;
    let (owner, commune) = (&village.owner, &village.commune);
    let person = world.person(commune, "Ginette").await;
    world.get(format!("/v1/people/{person}")).by(owner).await.refused(404, "not-found");
    world
        .get(format!("/v1/people?structure_id={}", commune.id))
        .by(owner)
        .await
        .unreadable("structure_id", "unknown-reference");
    world
        .get(format!("/v1/hours?structure_id={}", commune.id))
        .by(owner)
        .await
        .unreadable("structure_id", "unknown-reference");
    world.get(format!("/v1/structures/{}/summaries/2026", commune.id)).by(owner).await.refused(404, "not-found");
    let own = json!({ "account_id": owner.account.to_string(), "structure_id": commune.id, "role": "manager" });
    world.post("/v1/roles", &own).by(owner).await.refused(403, "forbidden");
    let name = json!({ "name": "Ma commune" });
    world
        .patch(format!("/v1/structures/{}", commune.id), &name)
        .by(owner)
        .on_version(1)
        .await
        .refused(403, "forbidden");
}

#[tokio::test]
async fn a_role_is_given_to_an_account_there_is_and_once() {
    let world = World::new().await;
    let village = world.village().await;
    let lise = world.account("lise").await;
    let give = |account: &str, structure: &str, role: &str| {
        let body = json!({ "account_id": account, "structure_id": structure, "role": role });
        world.post("/v1/roles", &body).by(&village.commune.manager)
    };
    let (account, commune) = (lise.account.to_string(), &village.commune.id);
    give(NOTHING, commune, "reader").await.invalid("/account_id", "unknown-reference");
    give(&account, NOTHING, "reader").await.invalid("/structure_id", "unknown-reference");
    give(&account, commune, "king").await.invalid("/role", "not-one-of");
    give(&account, &village.cuma.id, "reader").await.refused(403, "forbidden");
    let first = give(&account, commune, "reader").await.created_id();
    give(&account, commune, "manager").await.refused(409, "duplicate");
    let path = format!("/v1/roles/{first}");
    let change = |body: Value, version| world.patch(&path, &body).by(&village.commune.manager).on_version(version);
    change(json!({ "structure_id": village.cuma.id }), 1).await.invalid("/structure_id", "cannot-change");
    change(json!({ "account_id": village.owner.account.to_string() }), 1).await.invalid("/account_id", "cannot-change");
    change(json!({ "archived": true }), 1).await.ok();
    give(&account, commune, "contributor").await.created();
    // The old role cannot come back beside the new one.
    change(json!({ "archived": false }), 2).await.refused(409, "duplicate");
    let gone =
        world.get(format!("/v1/roles?structure_id={commune}&archived=true")).by(&village.commune.manager).await.items();
    assert_eq!((gone.len(), &gone[0]["id"]), (1, &json!(first)));
}

#[tokio::test]
async fn roles_are_seen_inside_their_structure_only() {
    let world = World::new().await;
    let village = world.village().await;
    let reader = world.colleague(&village.commune, "reader", "lise").await;
    let (path, _) = role_of(&world, &village.commune, &reader).await;
    world.get(&path).by(&reader).await.ok();
    world.get(&path).by(&village.owner).await.ok();
    world.get(&path).by(&village.cuma.manager).await.refused(404, "not-found");
    let list = format!("/v1/roles?structure_id={}", village.commune.id);
    assert_eq!(world.get(&list).by(&reader).await.items().len(), 2);
    world.get(&list).by(&village.cuma.manager).await.unreadable("structure_id", "unknown-reference");
}
