//! The list of one's sessions, and what ends them: an ended one is out at once.

use serde_json::{Value, json};

use crate::ask::Request;
use crate::deeds::each;
use crate::world::{Caller, PASSWORD, World};

async fn log_in(world: &World, caller: &Caller, device: &str) -> Value {
    let body = json!({ "login": caller.login, "password": PASSWORD, "device": device });
    world.post("/v1/auth/login", &body).await.ok()
}

/// A request that any session may make.
fn me<'w>(world: &'w World, tokens: &Value) -> Request<'w> {
    world.get("/v1/accounts/me").token(tokens["access_token"].as_str().unwrap())
}

fn ask<'w>(world: &'w World, path: impl Into<String>, tokens: &Value) -> Request<'w> {
    world.post(path, &json!({})).token(tokens["access_token"].as_str().unwrap())
}

fn refresh<'w>(world: &'w World, tokens: &Value) -> Request<'w> {
    world.post("/v1/auth/refresh", &json!({ "refresh_token": tokens["refresh_token"] }))
}

async fn devices(world: &World, tokens: &Value) -> Vec<Value> {
    world.get("/v1/sessions").token(tokens["access_token"].as_str().unwrap()).await.items()
}

/// How often the trail says this of an account.
async fn noted(world: &World, event: &str, caller: &Caller) -> usize {
    let (event, account) = (event.to_owned(), caller.account);
    let count = world.app.store.read(move |db| {
        let sql = "select count(*) from audit where event = ?1 and subject_id = ?2";
        Ok(db.query_row(sql, (event, account), |row| row.get::<_, i64>(0))?)
    });
    usize::try_from(count.await.unwrap()).unwrap()
}

#[tokio::test]
async fn one_sees_where_one_is_logged_in_and_since_when() {
    let world = World::new().await;
    let lise = world.account("lise").await;
    let phone = log_in(&world, &lise, "Téléphone").await;
    world.app.clock.advance_seconds(60);
    let desk = log_in(&world, &lise, "Mairie").await;
    world.app.clock.advance_seconds(60);
    let phone = refresh(&world, &phone).await.ok();
    let own: Vec<_> = devices(&world, &desk).await.into_iter().filter(|session| !session["device"].is_null()).collect();
    assert_eq!(each(&own, "device"), ["Téléphone", "Mairie"]);
    assert_eq!(each(&own, "current"), [false, true]);
    assert_eq!(each(&own, "created_at"), ["2026-03-14T09:00:00.000Z", "2026-03-14T09:01:00.000Z"]);
    assert_eq!(each(&own, "used_at"), ["2026-03-14T09:02:00.000Z", "2026-03-14T09:01:00.000Z"]);
    assert_eq!(each(&own, "expires_at"), ["2026-04-14T09:02:00.000Z", "2026-04-14T09:01:00.000Z"]);
    assert_eq!(own[0]["id"], phone["session_id"]);
    let marc = world.account("marc").await;
    let of_marc = devices(&world, &log_in(&world, &marc, "Ferme").await).await;
    assert!(of_marc.iter().all(|session| session["device"] != "Téléphone"), "{of_marc:?}");
}

#[tokio::test]
async fn an_ended_session_is_out_at_once() {
    let world = World::new().await;
    let lise = world.account("lise").await;
    let (here, lost) = (log_in(&world, &lise, "ici").await, log_in(&world, &lise, "perdu").await);
    let end = format!("/v1/sessions/{}/end", lost["session_id"].as_str().unwrap());
    ask(&world, &end, &here).await.nothing();
    me(&world, &lost).await.refused(401, "unauthorized");
    refresh(&world, &lost).await.refused(401, "wrong-credentials");
    me(&world, &here).await.ok();
    assert!(devices(&world, &here).await.iter().all(|session| session["device"] != "perdu"));
    assert_eq!(noted(&world, "session_ended", &lise).await, 1);
    // Once more does no harm and is no event.
    ask(&world, &end, &here).await.nothing();
    assert_eq!(noted(&world, "session_ended", &lise).await, 1);
    ask(&world, format!("/v1/sessions/{}/end", here["session_id"].as_str().unwrap()), &here).await.nothing();
    me(&world, &here).await.refused(401, "unauthorized");
}

#[tokio::test]
async fn a_log_out_ends_the_access_token_too() {
    let world = World::new().await;
    let lise = world.account("lise").await;
    let tokens = log_in(&world, &lise, "ici").await;
    world.post("/v1/auth/logout", &json!({ "refresh_token": tokens["refresh_token"] })).await.nothing();
    me(&world, &tokens).await.refused(401, "unauthorized");
}

#[tokio::test]
async fn a_refresh_token_used_twice_ends_its_session_at_once_and_leaves_a_trace() {
    let world = World::new().await;
    let lise = world.account("lise").await;
    let (first, elsewhere) = (log_in(&world, &lise, "copié").await, log_in(&world, &lise, "ailleurs").await);
    let second = refresh(&world, &first).await.ok();
    me(&world, &second).await.ok();
    refresh(&world, &first).await.refused(401, "wrong-credentials");
    for tokens in [&first, &second] {
        me(&world, tokens).await.refused(401, "unauthorized");
    }
    refresh(&world, &second).await.refused(401, "wrong-credentials");
    me(&world, &elsewhere).await.ok();
    assert_eq!(noted(&world, "refresh_reused", &lise).await, 1);
}

#[tokio::test]
async fn one_ends_all_ones_other_sessions() {
    let world = World::new().await;
    let (lise, marc) = (world.account("lise").await, world.account("marc").await);
    let (here, there) = (log_in(&world, &lise, "ici").await, log_in(&world, &lise, "là").await);
    let other = log_in(&world, &marc, "ferme").await;
    ask(&world, "/v1/sessions/end-others", &here).await.nothing();
    me(&world, &there).await.refused(401, "unauthorized");
    me(&world, &here).await.ok();
    me(&world, &other).await.ok();
    assert_eq!(each(&devices(&world, &here).await, "device"), ["ici"]);
}

#[tokio::test]
async fn nobody_ends_the_session_of_another_but_the_owner_all_of_an_account() {
    let world = World::new().await;
    let village = world.village().await;
    let lise = world.colleague(&village.commune, "reader", "lise").await;
    let tokens = log_in(&world, &lise, "ici").await;
    let end = format!("/v1/sessions/{}/end", tokens["session_id"].as_str().unwrap());
    for caller in [&village.owner, &village.commune.manager] {
        world.post(&end, &json!({})).by(caller).await.refused(404, "not-found");
    }
    let all = |caller| world.post(format!("/v1/accounts/{}/end-sessions", lise.account), &json!({})).by(caller);
    all(&village.commune.manager).await.refused(403, "forbidden");
    all(&village.cuma.manager).await.refused(404, "not-found");
    me(&world, &tokens).await.ok();
    all(&village.owner).await.nothing();
    me(&world, &tokens).await.refused(401, "unauthorized");
    assert_eq!(noted(&world, "session_ended", &lise).await, 1);
    me(&world, &log_in(&world, &lise, "de nouveau").await).await.ok();
}

#[tokio::test]
async fn twenty_sessions_live_at_once_and_the_stalest_ends() {
    let world = World::new().await;
    let lise = world.account("lise").await;
    let mut all = Vec::new();
    for number in 0..20 {
        world.app.clock.advance_seconds(1);
        all.push(log_in(&world, &lise, &number.to_string()).await);
    }
    // The first is used again; the world's own session and the second are the stalest now.
    world.app.clock.advance_seconds(1);
    all[0] = refresh(&world, &all[0]).await.ok();
    let last = log_in(&world, &lise, "20").await;
    assert_eq!(devices(&world, &last).await.len(), 20);
    me(&world, &all[1]).await.refused(401, "unauthorized");
    for live in [&all[0], &all[2], &last] {
        me(&world, live).await.ok();
    }
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions_unless_one_says_no() {
    let world = World::new().await;
    let lise = world.account("lise").await;
    let (here, there) = (log_in(&world, &lise, "ici").await, log_in(&world, &lise, "là").await);
    let change = |body: Value, version| {
        let request = world.patch(format!("/v1/accounts/{}", lise.account), &body).on_version(version);
        request.token(here["access_token"].as_str().unwrap())
    };
    let keep = json!({ "password": "la deuxième phrase", "current_password": PASSWORD, "end_other_sessions": false });
    change(keep, 1).await.ok();
    me(&world, &there).await.ok();
    change(json!({ "password": "la troisième phrase", "current_password": "la deuxième phrase" }), 2).await.ok();
    me(&world, &there).await.refused(401, "unauthorized");
    me(&world, &here).await.ok();
    refresh(&world, &here).await.ok();
    assert_eq!(noted(&world, "password_changed", &lise).await, 2);
}

#[tokio::test]
async fn log_ins_that_fail_and_that_succeed_are_in_the_trail_of_the_account_there_is() {
    let world = World::new().await;
    let lise = world.account("lise").await;
    for login in ["lise", "nobody"] {
        let guess = json!({ "login": login, "password": "guess" });
        world.post("/v1/auth/login", &guess).await.refused(401, "wrong-credentials");
    }
    log_in(&world, &lise, "ici").await;
    // The failure is noted off the answer's path.
    while noted(&world, "login_failed", &lise).await == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(noted(&world, "logged_in", &lise).await, 1);
    let all = world.app.store.read(|db| {
        Ok(db.query_row("select count(*) from audit where event = 'login_failed'", [], |row| row.get::<_, i64>(0))?)
    });
    assert_eq!(all.await.unwrap(), 1, "nothing is noted of an account there is not");
}
