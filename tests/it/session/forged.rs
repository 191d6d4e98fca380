//! Tokens that are not ours, or not for this: each is refused like no token at all.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use navette::clock::Clock;
use navette::store::Store;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::contract::NOTHING;
use crate::world::{PASSWORD, START, World};

/// Signs like the service does.
fn sign(header: &Value, claims: &Value, secret: &[u8]) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let mac = Hmac::<Sha256>::new_from_slice(secret).unwrap().chain_update(&message).finalize().into_bytes();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(mac))
}

/// The value with one member more, changed or (null) taken away.
fn with(value: &Value, name: &str, member: Value) -> Value {
    let mut value = value.clone();
    if member.is_null() {
        value.as_object_mut().unwrap().remove(name);
    } else {
        value[name] = member;
    }
    value
}

/// The secret that signs, its header, and the claims of a good token.
async fn workshop(world: &World) -> ([u8; 32], Value, Value) {
    let lise = world.account("lise").await;
    let keys = world.app.store.write(navette::session::rows::signing_keys).await.unwrap();
    let header = json!({ "typ": "at+jwt", "alg": "HS256", "kid": keys[0].id });
    let now = START.seconds();
    let claims = json!({ "iss": "navette", "aud": "navette/access", "sub": lise.account.to_string(),
                         "sid": lise.account.to_string(), "iat": now,
                         "nbf": now, "exp": now + 900, "jti": NOTHING });
    (keys[0].secret, header, claims)
}

#[tokio::test]
async fn a_forged_token_opens_nothing() {
    let world = World::new().await;
    let (secret, header, claims) = workshop(&world).await;
    let now = START.seconds();
    let good = sign(&header, &claims, &secret);
    world.get("/v1/accounts/me").token(&good).await.ok();
    let headers = [
        ("alg", json!("none")),
        ("alg", json!("HS512")),
        ("alg", json!("RS256")),
        ("alg", json!(null)),
        ("typ", json!("JWT")),
        ("typ", json!(null)),
        ("kid", json!("another")),
        ("kid", json!(null)),
        ("crit", json!(["exp"])),
    ];
    for (name, value) in headers {
        let forged = sign(&with(&header, name, value), &claims, &secret);
        world.get("/v1/accounts/me").token(&forged).await.refused(401, "unauthorized");
    }
    let bodies = [
        ("exp", json!(now)),
        ("exp", json!(now - 1)),
        ("exp", json!(null)),
        ("exp", json!("tomorrow")),
        ("nbf", json!(now + 6)),
        ("nbf", json!(null)),
        ("iat", json!(now + 6)),
        ("iss", json!("another")),
        ("aud", json!("navette/refresh")),
        ("aud", json!(null)),
        ("sub", json!(NOTHING)),
        ("sub", json!("lise")),
        ("jti", json!(null)),
        ("role", json!("manager")),
    ];
    for (name, value) in bodies {
        let forged = sign(&header, &with(&claims, name, value), &secret);
        world.get("/v1/accounts/me").token(&forged).await.refused(401, "unauthorized");
    }
    world.get("/v1/accounts/me").token(&sign(&header, &with(&claims, "nbf", json!(now + 5)), &secret)).await.ok();
}

#[tokio::test]
async fn a_token_that_is_not_whole_opens_nothing() {
    let world = World::new().await;
    let (secret, header, claims) = workshop(&world).await;
    let good = sign(&header, &claims, &secret);
    let parts: Vec<&str> = good.split('.').collect();
    let unsigned = format!("{}.{}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"at+jwt"}"#), parts[1]);
    let table = [
        String::new(),
        "x".to_owned(),
        "a.b.c".to_owned(),
        unsigned,
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}", parts[0], parts[1]),
        format!("{good}x"),
        format!("{good}.{}", parts[2]),
        good[..good.len() - 2].to_owned(),
        sign(&header, &claims, &[0; 32]),
        sign(&header, &with(&claims, "pad", json!("x".repeat(3000))), &secret),
    ];
    for forged in table {
        world.get("/v1/accounts/me").token(&forged).await.refused(401, "unauthorized");
    }
    let refresh = world.post("/v1/auth/login", &json!({ "login": "lise", "password": PASSWORD })).await.ok();
    world.get("/v1/accounts/me").token(refresh["refresh_token"].as_str().unwrap()).await.refused(401, "unauthorized");
}

#[tokio::test]
async fn a_caller_says_who_they_are_once_and_as_bearer() {
    let world = World::new().await;
    let (secret, header, claims) = workshop(&world).await;
    let good = sign(&header, &claims, &secret);
    let ask = |value: &str| world.get("/v1/accounts/me").header("authorization", value);
    for value in [good.clone(), format!("Basic {good}"), format!("Bearer{good}"), "Bearer".to_owned(), String::new()] {
        let answer = ask(&value).await;
        answer.refused(401, "unauthorized");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
    }
    ask(&format!("Bearer {good}"))
        .header("authorization", &format!("Bearer {good}"))
        .await
        .refused(401, "unauthorized");
    ask(&format!("bearer {good}")).await.ok();
}

#[tokio::test]
async fn tokens_outlive_a_restart() {
    let world = World::new().await;
    let lise = world.account("lise").await;
    let token = world.token_of(&lise);
    world.app.store.close().await;
    let clock = Clock::fixed(START);
    let store = Store::open(&world.file(), clock.clone()).unwrap();
    let app = navette::App::new(store, clock).await.unwrap();
    assert_eq!(app.keys.verify(&token, START).unwrap().account, lise.account);
    let elsewhere = World::new().await;
    elsewhere.get("/v1/accounts/me").token(&token).await.refused(401, "unauthorized");
}

#[tokio::test]
async fn a_token_signed_with_one_key_under_the_name_of_another_opens_nothing() {
    let world = World::new().await;
    let (_, header, claims) = workshop(&world).await;
    world.app.clock.advance_seconds(1);
    let keys = world.app.store.write(navette::session::rows::rotate_key).await.unwrap();
    world.app.keys.replace(&keys);
    let sign_as =
        |name: usize, key: usize| sign(&with(&header, "kid", json!(keys[name].id)), &claims, &keys[key].secret);
    for (name, key) in [(0, 1), (1, 0)] {
        world.get("/v1/accounts/me").token(&sign_as(name, key)).await.refused(401, "unauthorized");
        world.get("/v1/accounts/me").token(&sign_as(key, key)).await.ok();
    }
}
