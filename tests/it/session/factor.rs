//! The second factor: what it asks of log-ins, and what opens without it.

use navette::session::{reset, totp};
use serde_json::{Value, json};

use crate::ask::Request;
use crate::world::{Caller, PASSWORD, World};

/// The bytes of a key in base32.
fn key_of(text: &str) -> [u8; totp::KEY_BYTES] {
    let fives = text.bytes().map(|c| u32::from(if c.is_ascii_uppercase() { c - b'A' } else { c - b'2' + 26 }));
    let bits: Vec<u32> = fives.flat_map(|five| (0..5).rev().map(move |bit| five >> bit & 1)).collect();
    let bytes = bits.chunks(8).map(|bits| u8::try_from(bits.iter().fold(0, |byte, bit| byte << 1 | bit)).unwrap());
    bytes.collect::<Vec<_>>().try_into().unwrap()
}

/// What an authenticator shows now.
pub fn shown(world: &World, key: &str) -> String {
    totp::code(&key_of(key), world.app.clock.now().seconds() / 30)
}

/// Sets a second factor up; its key and the recovery codes.
pub async fn set_up(world: &World, caller: &Caller) -> (String, Vec<String>) {
    let begun = world.post("/v1/second-factor", &json!({ "current_password": PASSWORD })).by(caller).await.ok();
    let key = begun["key"].as_str().unwrap().to_owned();
    let code = json!({ "code": shown(world, &key) });
    let confirmed = world.post("/v1/second-factor/confirm", &code).by(caller).await.ok();
    let codes = confirmed["recovery_codes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned());
    (key, codes.collect())
}

fn log_in<'w>(world: &'w World, password: &str, code: impl Into<Value>) -> Request<'w> {
    world.post("/v1/auth/login", &json!({ "login": "lise", "password": password, "code": code.into() }))
}

#[tokio::test]
async fn a_log_in_needs_a_code_once_the_factor_is_confirmed() {
    let world = World::new().await;
    let lise = world.account("lise").await;
    let wrong = json!({ "current_password": "guess" });
    world.post("/v1/second-factor", &wrong).by(&lise).await.invalid("/current_password", "wrong-password");
    let begun = world.post("/v1/second-factor", &json!({ "current_password": PASSWORD })).by(&lise).await.ok();
    let key = begun["key"].as_str().unwrap().to_owned();
    assert_eq!(begun["uri"], format!("otpauth://totp/Navette:lise?secret={key}&issuer=Navette"));
    log_in(&world, PASSWORD, Value::Null).await.ok();
    let confirm = |code: &str| world.post("/v1/second-factor/confirm", &json!({ "code": code })).by(&lise);
    confirm("000000").await.invalid("/code", "wrong-code");
    confirm(&shown(&world, &key)).await.ok();
    assert_eq!(
        world.get("/v1/second-factor").by(&lise).await.ok(),
        json!({ "active": true, "recovery_codes_left": 10 })
    );
    world.app.clock.advance_seconds(30);
    log_in(&world, PASSWORD, Value::Null).await.refused(401, "second-factor-needed");
    log_in(&world, PASSWORD, "123").await.refused(401, "second-factor-needed");
    log_in(&world, PASSWORD, shown(&world, &key)).await.ok();
}

#[tokio::test]
async fn a_wrong_password_says_nothing_of_the_second_factor() {
    let world = World::new().await;
    let lise = world.account("lise").await;
    world.account("marc").await;
    let (key, _) = set_up(&world, &lise).await;
    world.app.clock.advance_seconds(30);
    let without = json!({ "login": "marc", "password": "guess" });
    let without = world.post("/v1/auth/login", &without).header("x-request-id", "same").await;
    for code in [Value::Null, json!("000000"), json!(shown(&world, &key))] {
        assert_eq!(log_in(&world, "guess", code).header("x-request-id", "same").await.bytes, without.bytes);
    }
    // And a code sent with a wrong password is not used up.
    log_in(&world, PASSWORD, shown(&world, &key)).await.ok();
}

#[tokio::test]
async fn each_code_works_once_and_for_its_own_time() {
    let world = World::new().await;
    let lise = world.account("lise").await;
    let (key, _) = set_up(&world, &lise).await;
    log_in(&world, PASSWORD, shown(&world, &key)).await.refused(401, "second-factor-needed");
    world.app.clock.advance_seconds(30);
    let code = shown(&world, &key);
    log_in(&world, PASSWORD, code.clone()).await.ok();
    log_in(&world, PASSWORD, code).await.refused(401, "second-factor-needed");
    world.app.clock.advance_seconds(60);
    let old = shown(&world, &key);
    world.app.clock.advance_seconds(60);
    log_in(&world, PASSWORD, old).await.refused(401, "second-factor-needed");
    log_in(&world, PASSWORD, shown(&world, &key)).await.ok();
}

#[tokio::test]
async fn guessing_codes_is_slowed_down_like_guessing_passwords() {
    let world = World::new().await;
    let lise = world.account("lise").await;
    let (key, _) = set_up(&world, &lise).await;
    world.app.clock.advance_seconds(30);
    for _ in 0..6 {
        log_in(&world, PASSWORD, "000000").await.refused(401, "second-factor-needed");
    }
    log_in(&world, PASSWORD, shown(&world, &key)).await.refused(429, "too-many-requests");
    world.app.clock.advance_seconds(2);
    let remove = |code: &str| {
        world.post("/v1/second-factor/remove", &json!({ "current_password": PASSWORD, "code": code })).by(&lise)
    };
    remove("000000").await.invalid("/code", "wrong-code");
    remove("000000").await.invalid("/current_password", "wrong-password");
}

#[tokio::test]
async fn a_recovery_code_stands_in_once_however_it_is_typed() {
    let world = World::new().await;
    let lise = world.account("lise").await;
    let (_, codes) = set_up(&world, &lise).await;
    assert_eq!(codes.len(), 10);
    let kept = format!("{:?}", world.contents().await);
    assert!(codes.iter().all(|code| !kept.contains(code.as_str())), "recovery codes are kept as digests");
    log_in(&world, PASSWORD, codes[0].clone()).await.ok();
    log_in(&world, PASSWORD, codes[0].clone()).await.refused(401, "second-factor-needed");
    log_in(&world, PASSWORD, format!(" {} ", codes[1].replace('-', "").to_lowercase())).await.ok();
    let left = world.get("/v1/second-factor").by(&lise).await.ok();
    assert_eq!(left["recovery_codes_left"], 8);
}

#[tokio::test]
async fn a_second_factor_goes_only_with_both_factors() {
    let world = World::new().await;
    let lise = world.account("lise").await;
    let (key, codes) = set_up(&world, &lise).await;
    let begin = json!({ "current_password": PASSWORD });
    world.post("/v1/second-factor", &begin).by(&lise).await.refused(409, "wrong-state");
    let remove = |password: &str, code: &str| {
        world.post("/v1/second-factor/remove", &json!({ "current_password": password, "code": code })).by(&lise)
    };
    remove("guess", &codes[0]).await.invalid("/current_password", "wrong-password");
    remove(PASSWORD, &shown(&world, &key)).await.invalid("/code", "wrong-code");
    remove(PASSWORD, &codes[0]).await.nothing();
    remove(PASSWORD, &codes[1]).await.refused(409, "wrong-state");
    log_in(&world, PASSWORD, Value::Null).await.ok();
}

#[tokio::test]
async fn a_link_does_not_go_round_the_second_factor() {
    let world = World::new().await;
    let lise = world.account("lise").await;
    let (key, _) = set_up(&world, &lise).await;
    world.app.clock.advance_seconds(30);
    let link = async |drops| reset::link_at_the_machine(&world.app, "lise".to_owned(), drops).await.unwrap().unwrap();
    let reset = |token: &str, code: Value| {
        let body = json!({ "token": token, "password": "une phrase toute neuve", "code": code });
        world.post("/v1/auth/reset", &body)
    };
    let token = link(false).await;
    reset(&token, Value::Null).await.refused(401, "second-factor-needed");
    reset(&token, json!("000000")).await.refused(401, "second-factor-needed");
    log_in(&world, "une phrase toute neuve", Value::Null).await.refused(401, "wrong-credentials");
    reset(&token, json!(shown(&world, &key))).await.nothing();
    log_in(&world, "une phrase toute neuve", Value::Null).await.refused(401, "second-factor-needed");
    // Only the person at the machine can say that authenticator and recovery codes are lost.
    reset(&link(true).await, Value::Null).await.nothing();
    log_in(&world, "une phrase toute neuve", Value::Null).await.ok();
}
