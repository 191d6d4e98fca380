//! Requests are counted by account, or by address for what needs no account; the clock of the app brings them back.

use axum::http::Method;
use navette::http::address::{Proxies, ProxyHeader};
use navette::http::door::Settings;
use navette::http::limits::{COSTLY_ROUTES, POLICY_KEYS_MAX, PUBLIC};
use navette::http::rates::{Generosity, Rates, Visit};
use navette::http::table;
use serde_json::{Value, json};

use crate::contract::promise::Promise;
use crate::world::{PASSWORD, World};

/// A hundredth of what is usual: 12 reads, 6 writes, 3 of the public in a minute, 1 costly in ten.
fn strict() -> Settings {
    Settings { generosity: Generosity::Percent(1), ..Settings::default() }
}

#[tokio::test]
async fn reads_and_writes_of_an_account_are_counted_apart_and_come_back_one_by_one() {
    let world = World::behind(strict()).await;
    let (lise, marcel) = (world.account("lise").await, world.account("marcel").await);
    let read = || world.get("/v1/accounts/me").by(&lise);
    for left in (0..12).rev() {
        let answer = read().await;
        answer.ok();
        assert_eq!(answer.header("ratelimit-policy"), Some("\"reads\";q=12;w=60"));
        assert_eq!(answer.header("ratelimit"), Some(&*format!("\"reads\";r={left};t={}", (12 - left) * 5)));
    }
    let refused = read().await;
    assert!(refused.refused(429, "too-many-requests")["detail"].as_str().unwrap().contains("5 seconds"), "{refused}");
    assert_eq!(refused.header("retry-after"), Some("5"));
    assert_eq!(refused.header("ratelimit"), Some("\"reads\";r=0;t=5"));
    // From any address, with any token; others, and what she records, are not touched.
    read().from("203.0.113.7").await.refused(429, "too-many-requests");
    world.get("/v1/accounts/me").by(&marcel).await.ok();
    let write = || world.post("/v1/skills", &json!({})).by(&lise);
    assert_eq!(write().await.is(422).header("ratelimit"), Some("\"writes\";r=5;t=10"));
    world.app.clock.advance_seconds(5);
    assert_eq!(read().await.is(200).header("ratelimit"), Some("\"reads\";r=0;t=60"));
    read().await.refused(429, "too-many-requests");
    world.app.clock.advance_seconds(60);
    assert_eq!(read().await.is(200).header("ratelimit"), Some("\"reads\";r=11;t=5"));
    for _ in 0..6 {
        write().await;
    }
    write().await.refused(429, "too-many-requests");
}

#[tokio::test]
async fn what_needs_no_account_is_counted_by_address_even_beside_a_token() {
    let world = World::behind(strict()).await;
    let lise = world.account("lise").await;
    let log_in = |login: &str| {
        world.post("/v1/auth/login", &json!({ "login": login, "password": PASSWORD })).from("203.0.113.7")
    };
    log_in("lise").await.ok();
    log_in("nobody").by(&lise).await.refused(401, "wrong-credentials");
    world.get("/setup").from("203.0.113.7").await.is(200);
    let refused = log_in("another").by(&lise).await;
    refused.refused(429, "too-many-requests");
    assert_eq!(refused.header("ratelimit-policy"), Some("\"public\";q=3;w=60"));
    for path in ["/feeds/guessed", "/setup", "/problems/gone", "/v1/nowhere", "/healthz"] {
        world.get(path).from("203.0.113.7").await.refused(429, "too-many-requests");
    }
    // Whoever shows no good token guesses, and is counted as the address they are.
    world.get("/v1/accounts/me").from("203.0.113.7").token("guessed").await.refused(429, "too-many-requests");
    let service_token = format!("{}guessed", navette::program::rules::PREFIX);
    world.get("/v1/loans").from("203.0.113.7").token(&service_token).await.refused(429, "too-many-requests");
    world.get("/v1/accounts/me").from("203.0.113.7").by(&lise).await.ok();
    world.get("/setup").from("203.0.113.8").await.is(200);
}

#[tokio::test]
async fn a_client_cannot_choose_the_address_it_is_counted_by() {
    let trusted = vec!["127.0.0.1/32".parse().unwrap()];
    let proxies = Proxies { trusted, header: ProxyHeader::XForwardedFor };
    let world = World::behind(Settings { proxies, ..strict() }).await;
    let behind_proxy = |appended: &str, number: u32| {
        let lie = format!("198.51.100.{number}, {appended}");
        world.get("/setup").from("127.0.0.1").header("x-forwarded-for", &lie)
    };
    let straight = |number: u32| {
        world.get("/setup").from("203.0.113.9").header("x-forwarded-for", &format!("198.51.100.{number}"))
    };
    for number in 0..3 {
        behind_proxy("203.0.113.7", number).await.is(200);
        straight(number).await.is(200);
    }
    behind_proxy("203.0.113.7", 4).await.refused(429, "too-many-requests");
    straight(4).await.refused(429, "too-many-requests");
    behind_proxy("203.0.113.8", 4).await.is(200);
}

#[tokio::test]
async fn a_household_cannot_multiply_by_its_ipv6_addresses() {
    let world = World::behind(strict()).await;
    for number in 0..3 {
        world.get("/setup").from(&format!("2001:db8:1:2::{number}")).await.is(200);
    }
    world.get("/setup").from("2001:db8:1:2:ffff::1").await.refused(429, "too-many-requests");
    world.get("/setup").from("2001:db8:1:3::1").await.is(200);
}

#[tokio::test]
async fn what_takes_long_is_counted_once_more() {
    let world = World::behind(Settings { generosity: Generosity::Percent(2), ..Settings::default() }).await;
    let lise = world.account("lise").await;
    let summary = || world.get("/v1/structures/01990f3a-7c1e-7000-8000-00000000ffff/summaries/2026").by(&lise);
    let first = summary().await;
    first.refused(404, "not-found");
    assert_eq!(first.header("ratelimit-policy"), Some("\"reads\";q=24;w=60, \"costly\";q=2;w=600"));
    assert_eq!(first.header("ratelimit"), Some("\"reads\";r=23;t=3, \"costly\";r=1;t=300"));
    summary().await.refused(404, "not-found");
    let refused = summary().await;
    refused.refused(429, "too-many-requests");
    assert_eq!(refused.header("retry-after"), Some("300"));
    world.get("/v1/accounts/me").by(&lise).await.ok();
    world.form("/v1/imports", &[]).by(&lise).await.refused(429, "too-many-requests");
}

#[tokio::test]
async fn a_replay_is_a_request_too_and_a_refused_one_records_nothing() {
    let world = World::behind(strict()).await;
    let lise = world.account("lise").await;
    let before = world.contents().await;
    let skill = || world.post("/v1/skills", &json!({ "name": "Greffe" })).by(&lise).key("one");
    for _ in 0..6 {
        skill().await;
    }
    skill().await.refused(429, "too-many-requests");
    assert_eq!(world.contents().await["skill"], before["skill"]);
}

#[test]
fn what_is_remembered_of_clients_is_bounded_and_the_stalest_are_forgotten() {
    let clock = navette::clock::Clock::fixed(crate::world::START);
    let rates = Rates::new(Generosity::Percent(1), &clock).unwrap();
    let ask = |address: u32| Visit::new(std::net::Ipv4Addr::from(address).into(), true, false).by_address(Some(&rates));
    for _ in 0..3 {
        ask(0).unwrap();
    }
    assert!(ask(0).is_err());
    for address in 1..=u32::try_from(POLICY_KEYS_MAX).unwrap() * 3 {
        ask(address).unwrap();
    }
    // The one that had used its quota up is still known among all that asked once.
    assert!(ask(0).is_err());
}

#[tokio::test]
async fn when_they_are_off_nothing_is_counted_and_nothing_said() {
    let world = World::new().await;
    for _ in 0..=PUBLIC.quota {
        let answer = world.get("/problems/gone").await;
        assert_eq!((answer.is(200).header("ratelimit"), answer.header("ratelimit-policy")), (None, None));
    }
}

/// Whatever needs no account is counted by address, and whatever takes long is in the route table.
#[tokio::test]
async fn no_operation_escapes_its_count() {
    let world = World::behind(Settings::default()).await;
    for (method, path, _) in table() {
        let operation =
            format!("/paths/{}/{}", crate::contract::promise::escaped(path), method.as_str().to_lowercase());
        let open = Promise::get().at(&operation).1.get("security") == Some(&Value::Array(Vec::new()));
        let body = if method == Method::GET { "" } else { "{}" };
        let answer = world.raw(method.clone(), path, "application/json", body).await;
        let told = answer.header("ratelimit-policy").unwrap_or_else(|| panic!("{method} {path} is not counted"));
        assert!(told.starts_with("\"public\"") || !open, "{method} {path}: {told}");
    }
    for route in COSTLY_ROUTES {
        assert!(table().iter().any(|(_, path, _)| path == route), "{route}");
    }
}

#[test]
fn a_percentage_is_what_an_operator_can_say() {
    let table = [
        ("on", Some(Generosity::Percent(100))),
        ("off", Some(Generosity::Off)),
        ("50%", Some(Generosity::Percent(50))),
        ("1000%", Some(Generosity::Percent(1000))),
        ("0%", None),
        ("", None),
        ("5", None),
        ("-5%", None),
        ("200000%", None),
    ];
    for (said, meant) in table {
        assert_eq!(said.parse::<Generosity>().ok(), meant, "{said}");
    }
}
