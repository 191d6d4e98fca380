//! Accounts and roles: who is let in, and what each may do.

mod roles;

use serde_json::{Value, json};

use crate::world::{PASSWORD, World};

#[tokio::test]
async fn a_login_is_held_by_one_account() {
    let world = World::new().await;
    let village = world.village().await;
    let make =
        |login: &str| world.post("/v1/accounts", &json!({ "login": login, "password": PASSWORD })).by(&village.owner);
    let refused = make("mairie").await.refused(409, "duplicate");
    assert_eq!(refused["errors"][0]["pointer"], "/login");
    // The same name, composed and decomposed, with blanks around it.
    make(" Zoé ").await.created();
    make("Zoe\u{301}").await.refused(409, "duplicate");
}

#[tokio::test]
async fn accounts_are_made_by_managers_and_the_owner_only() {
    let world = World::new().await;
    let village = world.village().await;
    let contributor = world.colleague(&village.commune, "contributor", "lise").await;
    let body = json!({ "login": "stage", "password": PASSWORD });
    world.post("/v1/accounts", &body).by(&contributor).await.refused(403, "forbidden");
    world.post("/v1/accounts", &body).by(&village.cuma.manager).await.created();
}

#[tokio::test]
async fn a_manager_sees_the_accounts_of_their_own_structure_and_nobody_else() {
    let world = World::new().await;
    let village = world.village().await;
    let colleague = world.colleague(&village.commune, "reader", "lise").await;
    let logins = |items: Vec<Value>| {
        let mut logins: Vec<_> = items.iter().map(|account| account["login"].as_str().unwrap().to_owned()).collect();
        logins.sort();
        logins
    };
    let all = logins(world.get("/v1/accounts").by(&village.owner).await.items());
    assert_eq!(all, ["cuma", "jardins", "lise", "mairie", "owner"]);
    let mine = logins(world.get("/v1/accounts").by(&village.commune.manager).await.items());
    assert_eq!(mine, ["lise", "mairie"]);
    assert_eq!(logins(world.get("/v1/accounts").by(&colleague).await.items()), ["lise"]);
    let other = format!("/v1/accounts/{}", village.cuma.manager.account);
    world.get(&other).by(&village.commune.manager).await.refused(404, "not-found");
    world.get(&other).by(&village.owner).await.ok();
}

#[tokio::test]
async fn an_archived_account_is_out_at_once_and_can_be_brought_back() {
    let world = World::new().await;
    let village = world.village().await;
    let lise = world.colleague(&village.commune, "reader", "lise").await;
    let path = format!("/v1/accounts/{}", lise.account);
    let archive = |archived: bool, version| {
        world.patch(&path, &json!({ "archived": archived })).by(&village.owner).on_version(version)
    };
    world
        .patch(&path, &json!({ "archived": true }))
        .by(&village.commune.manager)
        .on_version(1)
        .await
        .refused(403, "forbidden");
    archive(true, 1).await.ok();
    world.get("/v1/accounts/me").by(&lise).await.refused(401, "unauthorized");
    let log_in = json!({ "login": "lise", "password": PASSWORD });
    world.post("/v1/auth/login", &log_in).await.refused(401, "wrong-credentials");
    let archived = world.get("/v1/accounts?archived=true").by(&village.owner).await.items();
    assert_eq!(archived[0]["login"], "lise");
    archive(false, 2).await.ok();
    // Brought back, the account may log in again; its sessions of before stay over.
    world.get("/v1/accounts/me").by(&lise).await.refused(401, "unauthorized");
    let tokens = world.post("/v1/auth/login", &log_in).await.ok();
    world.get("/v1/accounts/me").token(tokens["access_token"].as_str().unwrap()).await.ok();
}

#[tokio::test]
async fn the_owner_cannot_lock_themself_out() {
    let world = World::new().await;
    let village = world.village().await;
    let path = format!("/v1/accounts/{}", village.owner.account);
    let out = world.patch(path, &json!({ "archived": true })).by(&village.owner).on_version(1).await;
    out.refused(403, "forbidden");
}
