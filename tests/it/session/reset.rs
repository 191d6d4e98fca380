//! A forgotten password: who makes a link, and what it opens.

use serde_json::{Value, json};

use crate::ask::Request;
use crate::world::{Caller, PASSWORD, World};

fn make<'w>(world: &'w World, of: &Caller, by: &Caller) -> Request<'w> {
    world.post(format!("/v1/accounts/{}/reset-link", of.account), &json!({})).by(by)
}

/// The secret of a link just made.
fn token(made: &Value) -> String {
    made["link"].as_str().unwrap().strip_prefix("/reset#token=").unwrap().to_owned()
}

fn reset<'w>(world: &'w World, token: &str, password: &str) -> Request<'w> {
    world.post("/v1/auth/reset", &json!({ "token": token, "password": password }))
}

fn log_in<'w>(world: &'w World, login: &str, password: &str) -> Request<'w> {
    world.post("/v1/auth/login", &json!({ "login": login, "password": password }))
}

#[tokio::test]
async fn a_link_gives_a_new_password_once_and_ends_every_session() {
    let world = World::new().await;
    let village = world.village().await;
    let lise = world.colleague(&village.commune, "reader", "lise").await;
    let before = log_in(&world, "lise", PASSWORD).await.ok();
    let made = make(&world, &lise, &village.commune.manager).await.ok();
    assert_eq!(made["expires_at"], "2026-03-15T09:00:00.000Z");
    let token = token(&made);
    assert!(!format!("{:?}", world.contents().await).contains(&token), "a link is kept as a digest");
    reset(&world, &token, "trop court").await.invalid("/password", "too-short");
    reset(&world, &token, "Saint-Ferréol lise").await.invalid("/password", "guessable-password");
    reset(&world, &token, "une phrase toute neuve").await.nothing();
    reset(&world, &token, "encore une autre phrase").await.refused(401, "wrong-credentials");
    log_in(&world, "lise", PASSWORD).await.refused(401, "wrong-credentials");
    log_in(&world, "lise", "une phrase toute neuve").await.ok();
    let me = world.get("/v1/accounts/me").token(before["access_token"].as_str().unwrap()).await;
    me.refused(401, "unauthorized");
    let refresh = json!({ "refresh_token": before["refresh_token"] });
    world.post("/v1/auth/refresh", &refresh).await.refused(401, "wrong-credentials");
}

#[tokio::test]
async fn a_link_is_good_for_a_day_and_the_newest_only() {
    let world = World::new().await;
    let village = world.village().await;
    let lise = world.colleague(&village.commune, "reader", "lise").await;
    let first = token(&make(&world, &lise, &village.owner).await.ok());
    let second = token(&make(&world, &lise, &village.owner).await.ok());
    reset(&world, &first, "une phrase toute neuve").await.refused(401, "wrong-credentials");
    reset(&world, "guessed", "une phrase toute neuve").await.refused(401, "wrong-credentials");
    world.advance(1);
    reset(&world, &second, "une phrase toute neuve").await.refused(401, "wrong-credentials");
    log_in(&world, "lise", PASSWORD).await.ok();
}

#[tokio::test]
async fn a_manager_answers_only_for_accounts_without_any_role_elsewhere() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma) = (&village.commune, &village.cuma);
    let lise = world.colleague(commune, "reader", "lise").await;
    make(&world, &lise, &commune.manager).await.ok();
    make(&world, &lise, &lise).await.refused(403, "forbidden");
    make(&world, &lise, &cuma.manager).await.refused(404, "not-found");
    let grant = |structure: &str, account: &Caller| json!({ "account_id": account.account.to_string(), "structure_id": structure, "role": "reader" });
    world.post("/v1/roles", &grant(&cuma.id, &lise)).by(&cuma.manager).await.created();
    for manager in [&commune.manager, &cuma.manager] {
        make(&world, &lise, manager).await.refused(403, "forbidden");
    }
    make(&world, &lise, &village.owner).await.ok();
    // Nor for the owner of the instance, whatever role they take.
    world.post("/v1/roles", &grant(&commune.id, &village.owner)).by(&commune.manager).await.created();
    make(&world, &village.owner, &commune.manager).await.refused(403, "forbidden");
    make(&world, &village.owner, &village.owner).await.ok();
}

#[tokio::test]
async fn an_archived_account_has_no_way_back_through_a_link() {
    let world = World::new().await;
    let village = world.village().await;
    let lise = world.colleague(&village.commune, "reader", "lise").await;
    let token = token(&make(&world, &lise, &village.owner).await.ok());
    let archive = world.patch(format!("/v1/accounts/{}", lise.account), &json!({ "archived": true }));
    archive.by(&village.owner).on_version(1).await.ok();
    reset(&world, &token, "une phrase toute neuve").await.refused(401, "wrong-credentials");
    make(&world, &lise, &village.owner).await.refused(409, "wrong-state");
}

#[tokio::test]
async fn a_changed_password_ends_a_link_that_was_not_used() {
    let world = World::new().await;
    let village = world.village().await;
    let lise = world.colleague(&village.commune, "reader", "lise").await;
    let token = token(&make(&world, &lise, &village.owner).await.ok());
    let change = json!({ "password": "une phrase toute neuve", "current_password": PASSWORD });
    world.patch(format!("/v1/accounts/{}", lise.account), &change).by(&lise).on_version(1).await.ok();
    reset(&world, &token, "une phrase bien à moi").await.refused(401, "wrong-credentials");
}

#[tokio::test]
async fn the_person_at_the_machine_makes_a_link_for_an_account_there_is() {
    let world = World::new().await;
    let lise = world.account("lise").await;
    let link = async |login: &str| {
        navette::session::reset::link_at_the_machine(&world.app, login.to_owned(), false).await.unwrap()
    };
    assert_eq!(link("nobody").await, None);
    let token = link(&lise.login).await.unwrap();
    reset(&world, &token, "une phrase toute neuve").await.nothing();
    log_in(&world, "lise", "une phrase toute neuve").await.ok();
}
