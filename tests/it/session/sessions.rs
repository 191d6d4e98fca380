//! Log-in, refresh, log-out, and passwords that change.

use serde_json::{Value, json};

use crate::ask::Request;
use crate::contract::NOTHING;
use crate::world::{Caller, PASSWORD, World};

/// The tokens of a fresh log-in.
async fn log_in(world: &World, caller: &Caller) -> Value {
    world.post("/v1/auth/login", &json!({ "login": caller.login, "password": PASSWORD })).await.ok()
}

fn refresh<'w>(world: &'w World, tokens: &Value) -> Request<'w> {
    world.post("/v1/auth/refresh", &json!({ "refresh_token": tokens["refresh_token"] }))
}

fn attempt<'w>(world: &'w World, login: &str, password: &str) -> Request<'w> {
    world.post("/v1/auth/login", &json!({ "login": login, "password": password })).header("x-request-id", "same")
}

#[tokio::test]
async fn a_log_in_opens_the_door_for_a_quarter_of_an_hour() {
    let world = World::new().await;
    let lise = world.account("lise").await;
    let tokens = log_in(&world, &lise).await;
    assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&json!("Bearer"), &json!(900)));
    assert_eq!(tokens["account_id"], lise.account.to_string());
    let me = || world.get("/v1/accounts/me").token(tokens["access_token"].as_str().unwrap());
    me().await.ok();
    world.app.clock.advance_seconds(899);
    me().await.ok();
    world.app.clock.advance_seconds(1);
    me().await.refused(401, "unauthorized");
}

#[tokio::test]
async fn a_failed_log_in_does_not_tell_what_was_wrong() {
    let world = World::new().await;
    let village = world.village().await;
    let archived = world.account("parti").await;
    let path = format!("/v1/accounts/{}", archived.account);
    world.patch(path, &json!({ "archived": true })).by(&village.owner).on_version(1).await.ok();
    let wrong = attempt(&world, "mairie", "not the password").await;
    wrong.refused(401, "wrong-credentials");
    for (login, password) in [("nobody", PASSWORD), ("parti", PASSWORD), ("mairie", ""), ("MAIRIE", PASSWORD)] {
        assert_eq!(attempt(&world, login, password).await.bytes, wrong.bytes);
    }
}

#[tokio::test]
async fn guessing_is_slowed_down_for_that_login_alone_known_or_not() {
    let world = World::new().await;
    world.account("lise").await;
    world.account("marc").await;
    for login in ["lise", "nobody"] {
        for _ in 0..6 {
            attempt(&world, login, "guess").await.refused(401, "wrong-credentials");
        }
        let answer = attempt(&world, login, PASSWORD).await;
        answer.refused(429, "too-many-requests");
        assert_eq!(answer.header("retry-after"), Some("2"));
    }
    attempt(&world, "marc", PASSWORD).await.ok();
    world.app.clock.advance_seconds(2);
    attempt(&world, "lise", "guess").await.refused(401, "wrong-credentials");
    assert_eq!(attempt(&world, "lise", PASSWORD).await.is(429).header("retry-after"), Some("4"));
    world.app.clock.advance_seconds(4);
    attempt(&world, "lise", PASSWORD).await.ok();
    attempt(&world, "lise", "guess").await.refused(401, "wrong-credentials");
    attempt(&world, "lise", PASSWORD).await.ok();
}

#[tokio::test]
async fn a_refresh_token_works_once_and_its_second_use_ends_the_session() {
    let world = World::new().await;
    let lise = world.account("lise").await;
    let (first, elsewhere) = (log_in(&world, &lise).await, log_in(&world, &lise).await);
    let second = refresh(&world, &first).await.ok();
    let third = refresh(&world, &second).await.ok();
    refresh(&world, &first).await.refused(401, "wrong-credentials");
    refresh(&world, &third).await.refused(401, "wrong-credentials");
    refresh(&world, &elsewhere).await.ok();
}

#[tokio::test]
async fn a_session_ends_when_it_is_left_alone_for_a_month() {
    let world = World::new().await;
    let lise = world.account("lise").await;
    let tokens = log_in(&world, &lise).await;
    world.advance(30);
    let next = refresh(&world, &tokens).await.ok();
    world.advance(30);
    let last = refresh(&world, &next).await.ok();
    world.advance(31);
    refresh(&world, &last).await.refused(401, "wrong-credentials");
}

#[tokio::test]
async fn a_session_ends_after_180_days_however_much_it_is_used() {
    let world = World::new().await;
    let lise = world.account("lise").await;
    let mut tokens = log_in(&world, &lise).await;
    for _ in 0..8 {
        world.advance(20);
        tokens = refresh(&world, &tokens).await.ok();
    }
    assert_eq!(tokens["refresh_expires_in"], 20 * 86_400);
    world.advance(19);
    tokens = refresh(&world, &tokens).await.ok();
    assert_eq!(tokens["refresh_expires_in"], 86_400);
    world.advance(1);
    refresh(&world, &tokens).await.refused(401, "wrong-credentials");
}

#[tokio::test]
async fn a_log_out_ends_the_session_and_tells_nothing_of_others() {
    let world = World::new().await;
    let lise = world.account("lise").await;
    let (here, there) = (log_in(&world, &lise).await, log_in(&world, &lise).await);
    let out = |token: &Value| world.post("/v1/auth/logout", &json!({ "refresh_token": token }));
    out(&here["refresh_token"]).await.nothing();
    out(&here["refresh_token"]).await.nothing();
    out(&json!(NOTHING)).await.nothing();
    refresh(&world, &here).await.refused(401, "wrong-credentials");
    refresh(&world, &there).await.ok();
}

#[tokio::test]
async fn a_new_password_needs_the_present_one_and_replaces_it() {
    let world = World::new().await;
    let lise = world.account("lise").await;
    let path = format!("/v1/accounts/{}", lise.account);
    let change = |body: Value| world.patch(&path, &body).by(&lise).on_version(1);
    let tokens = log_in(&world, &lise).await;
    change(json!({ "password": "la nouvelle phrase" })).await.invalid("/current_password", "missing-field");
    change(json!({ "password": "la nouvelle phrase", "current_password": "guess" }))
        .await
        .invalid("/current_password", "wrong-password");
    change(json!({ "password": "court", "current_password": PASSWORD })).await.invalid("/password", "too-short");
    change(json!({ "password": "lise, ma navette", "current_password": PASSWORD }))
        .await
        .invalid("/password", "guessable-password");
    refresh(&world, &tokens).await.ok();
    let changed = change(json!({ "password": "la nouvelle phrase", "current_password": PASSWORD })).await;
    assert_eq!((changed.ok()["version"].as_i64(), changed.header("etag")), (Some(2), Some("\"2\"")));
    refresh(&world, &tokens).await.refused(401, "wrong-credentials");
    attempt(&world, "lise", PASSWORD).await.refused(401, "wrong-credentials");
    let tokens = attempt(&world, "lise", "la nouvelle phrase").await.ok();
    refresh(&world, &tokens).await.ok();
}

#[tokio::test]
async fn nobody_sets_the_password_of_another() {
    let world = World::new().await;
    let village = world.village().await;
    let lise = world.colleague(&village.commune, "reader", "lise").await;
    let body = json!({ "password": "la nouvelle phrase", "current_password": PASSWORD });
    for caller in [&village.owner, &village.commune.manager] {
        let path = format!("/v1/accounts/{}", lise.account);
        world.patch(path, &body).by(caller).on_version(1).await.refused(403, "forbidden");
    }
}

#[tokio::test]
async fn a_password_is_kept_as_a_slow_hash_and_a_refresh_token_as_a_digest() {
    let world = World::new().await;
    let lise = world.account("lise").await;
    let tokens = log_in(&world, &lise).await;
    let contents = world.contents().await;
    let all = format!("{contents:?}");
    assert!(!all.contains(PASSWORD) && !all.contains(tokens["refresh_token"].as_str().unwrap()));
    let hash = world.app.store.read(|db| navette::session::rows::credentials(db, "lise")).await.unwrap().unwrap().1;
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
}

#[tokio::test]
async fn a_hash_made_when_less_was_asked_is_made_anew_at_the_next_log_in() {
    let world = World::new().await;
    let lise = world.account("lise").await;
    let weak = argon2::Params::new(8 * 1024, 1, 1, None).unwrap();
    let weak = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, weak);
    let weak = argon2::PasswordHasher::hash_password(&weak, PASSWORD.as_bytes()).unwrap().to_string();
    let account = lise.account;
    world.app.store.write(move |db, _| navette::auth::rows::renew_hash(db, account, &weak)).await.unwrap();
    let hash = async || {
        let kept = world.app.store.read(|db| navette::session::rows::credentials(db, "lise")).await;
        kept.unwrap().unwrap().1
    };
    attempt(&world, "lise", "guess").await.refused(401, "wrong-credentials");
    assert!(hash().await.starts_with("$argon2id$v=19$m=8192,t=1,p=1$"));
    log_in(&world, &lise).await;
    assert!(hash().await.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    log_in(&world, &lise).await;
}
