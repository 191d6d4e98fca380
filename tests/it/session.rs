//! Set-up, passwords, log-in, tokens: how one comes in and stays in.

pub mod factor;
mod forged;
mod keys;
mod living;
mod reset;
mod sessions;

use serde_json::json;

use crate::world::{PASSWORD, World};

#[tokio::test]
async fn the_first_account_owns_the_instance_and_may_bring_its_structure() {
    let world = World::new().await;
    let commune = json!({ "name": "Commune de Saint-Ferréol", "kind": "commune", "commune": "26310" });
    let account = world.set_up(&json!({ "login": "Odile", "structure": commune })).await;
    assert_eq!((&account["owner"], &account["login"]), (&json!(true), &json!("Odile")));
    assert_eq!(account["roles"][0]["role"], "manager");
    let tokens = world.post("/v1/auth/login", &json!({ "login": "Odile", "password": PASSWORD })).await.ok();
    let structure = format!("/v1/structures/{}", account["roles"][0]["structure_id"].as_str().unwrap());
    let read = world.get(structure).token(tokens["access_token"].as_str().unwrap()).await.ok();
    assert_eq!(read["commune"], "26310");
}

#[tokio::test]
async fn the_set_up_link_works_once_and_a_slip_does_not_use_it_up() {
    let world = World::new().await;
    let body = |token: &str, password: &str| json!({ "token": token, "login": "Odile", "password": password });
    world.post("/v1/setup", &body("the secret of the link", PASSWORD)).await.refused(401, "wrong-credentials");
    world.lay_link("the secret of the link").await;
    world.post("/v1/setup", &body("another", PASSWORD)).await.refused(401, "wrong-credentials");
    world.post("/v1/setup", &body("the secret of the link", "too short")).await.invalid("/password", "too-short");
    let mut unreal = body("the secret of the link", PASSWORD);
    unreal["structure"] = json!({ "name": "Commune", "kind": "commune", "siren": "123456789" });
    world.post("/v1/setup", &unreal).await.invalid("/structure/siren", "not-a-siren");
    world.post("/v1/setup", &body("the secret of the link", PASSWORD)).await.created();
    world.lay_link("a second link").await;
    world.post("/v1/setup", &body("a second link", PASSWORD)).await.refused(410, "gone");
}

#[tokio::test]
async fn a_password_is_long_and_hard_to_guess_and_nothing_else_is_asked_of_it() {
    let world = World::new().await;
    let village = world.village().await;
    let make = |login: &str, password: &str| {
        let body = json!({ "login": login, "password": password });
        world.post("/v1/accounts", &body).by(&village.owner)
    };
    make("lise", "quatorze signe").await.invalid("/password", "too-short");
    make("lise", &"é".repeat(257)).await.invalid("/password", "too-long");
    for guessable in
        ["navette de Lise", "lise.lise.lise.", "aaaaaaaaaaaaaaaa", "Qwertyuiopasdfghjkl", "azertyuiopqsdfghj"]
    {
        make("lise", guessable).await.invalid("/password", "guessable-password");
        make("LISE", guessable).await.invalid("/password", "guessable-password");
    }
    make("lise", "🌾🌾🌾🌾🌾🌾 🐄 🌾🌾 🐑 🌾🌾").await.created();
}

#[tokio::test]
async fn the_name_of_ones_structure_is_no_password() {
    let world = World::new().await;
    let village = world.village().await;
    let mairie = &village.commune.manager;
    let path = format!("/v1/accounts/{}", mairie.account);
    let change = json!({ "password": "Saint-Ferréol 26310", "current_password": PASSWORD });
    world.patch(path, &change).by(mairie).on_version(1).await.invalid("/password", "guessable-password");
}

#[tokio::test]
async fn a_password_counts_exactly_as_it_was_typed() {
    let world = World::new().await;
    let village = world.village().await;
    let typed = "  Été à la ferme\u{301} 🌾  ";
    world.post("/v1/accounts", &json!({ "login": "lise", "password": typed })).by(&village.owner).await.created();
    let log_in = |password: &str| world.post("/v1/auth/login", &json!({ "login": "lise", "password": password }));
    log_in(typed).await.ok();
    for other in [typed.trim(), &typed.to_lowercase(), &typed.replace("e\u{301}", "é"), typed.trim_start()] {
        log_in(other).await.refused(401, "wrong-credentials");
    }
}
