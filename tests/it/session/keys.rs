//! Keys that sign access tokens, and how a new one takes over without logging anyone out.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use navette::session;
use serde_json::{Value, json};

use crate::world::World;

/// The id of the key that signed a token.
fn kid(token: &str) -> String {
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
    serde_json::from_slice::<Value>(&header).unwrap()["kid"].as_str().unwrap().to_owned()
}

async fn keys(world: &World) -> Vec<String> {
    world.app.store.read(session::rows::list_keys).await.unwrap().into_iter().map(|key| key.id).collect()
}

#[tokio::test]
async fn a_new_key_takes_over_at_once_and_nobody_is_logged_out() {
    let world = World::new().await;
    let village = world.village().await;
    let mairie = &village.commune.manager;
    let before = world.token_of(mairie);
    world.app.clock.advance_seconds(60);
    let made = world.post("/v1/signing-keys", &json!({})).by(&village.owner).await.ok();
    let after = world.token_of(mairie);
    assert_eq!(made["kid"], kid(&after));
    assert_ne!(kid(&before), kid(&after));
    for token in [&before, &after] {
        world.get("/v1/accounts/me").token(token).await.ok();
    }
    assert!(!world.post("/v1/signing-keys", &json!({})).by(mairie).await.status.is_success());
}

#[tokio::test]
async fn an_old_key_goes_when_the_last_token_it_signed_is_over() {
    let world = World::new().await;
    let village = world.village().await;
    let first = keys(&world).await;
    world.app.clock.advance_seconds(60);
    world.post("/v1/signing-keys", &json!({})).by(&village.owner).await.ok();
    world.app.clock.advance_seconds(900);
    session::keep_keys_young(&world.app).await.unwrap();
    assert_eq!(keys(&world).await.len(), 2);
    world.app.clock.advance_seconds(1_800);
    session::keep_keys_young(&world.app).await.unwrap();
    let left = keys(&world).await;
    assert_eq!((left.len(), left.contains(&first[0])), (1, false));
    world.get("/v1/accounts/me").by(&village.owner).await.ok();
}

#[tokio::test]
async fn a_key_of_ninety_days_is_replaced_by_itself() {
    let world = World::new().await;
    let lise = world.account("lise").await;
    let first = kid(&world.token_of(&lise));
    world.advance(89);
    session::keep_keys_young(&world.app).await.unwrap();
    assert_eq!(kid(&world.token_of(&lise)), first);
    world.advance(1);
    session::keep_keys_young(&world.app).await.unwrap();
    assert_ne!(kid(&world.token_of(&lise)), first);
    world.get("/v1/accounts/me").by(&lise).await.ok();
}

#[tokio::test]
async fn the_secret_of_a_key_is_never_told() {
    let world = World::new().await;
    let village = world.village().await;
    let answer = world.post("/v1/signing-keys", &json!({})).by(&village.owner).await;
    let secrets = world.app.store.read(session::rows::list_keys).await.unwrap();
    for key in secrets {
        assert!(!answer.text().contains(&URL_SAFE_NO_PAD.encode(key.secret)));
    }
}
