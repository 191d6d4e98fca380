//! Set-up, passwords, log-in, tokens: how one comes in and stays in.

mod forged;
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
    make("lise", "onze lettre").await.invalid("/password", "too-short");
    make("lise", &"é".repeat(257)).await.invalid("/password", "too-long");
    make("lise", "ma lise à moi seule").await.invalid("/password", "guessable-password");
    make("LISE", "ma lise à moi seule").await.invalid("/password", "guessable-password");
    make("lise", "aaaaaaaaaaaaaaaa").await.invalid("/password", "guessable-password");
    make("lise", "🌾🌾🌾🌾🌾🌾 🌾🌾🌾🌾🌾").await.created();
}
