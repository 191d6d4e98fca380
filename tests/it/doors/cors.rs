//! Pages of other origins are kept out, except those that the operator names, to the letter.

use axum::http::Method;
use navette::http::cors::Origin;
use navette::http::door::Settings;
use navette::http::rates::Generosity;

use crate::ask::{Answer, Request};
use crate::world::World;

const APP: &str = "https://app.example.org";

async fn shared_with_app() -> World {
    let origins = vec![APP.parse().unwrap(), "http://localhost:5173".parse().unwrap()];
    World::behind(Settings { generosity: Generosity::Off, origins, ..Settings::default() }).await
}

fn preflight<'w>(world: &'w World, origin: &str) -> Request<'w> {
    let asked = world.raw(Method::OPTIONS, "/v1/loans", "text/plain", "").header("origin", origin);
    asked.header("access-control-request-method", "POST").header("access-control-request-headers", "authorization")
}

fn granted(answer: &Answer) -> Option<&str> {
    assert_eq!(answer.header("access-control-allow-credentials"), None, "{answer}");
    answer.header("access-control-allow-origin")
}

#[tokio::test]
async fn by_default_no_page_of_another_origin_reads_an_answer() {
    let world = World::new().await;
    let answer = preflight(&world, APP).await;
    answer.refused(405, "method-not-allowed");
    assert_eq!(granted(&answer), None);
    assert_eq!(granted(&world.get("/healthz").header("origin", APP).await), None);
}

#[tokio::test]
async fn a_named_origin_is_let_in_before_it_shows_a_token() {
    let world = shared_with_app().await;
    for origin in [APP, "http://localhost:5173"] {
        let answer = preflight(&world, origin).await;
        answer.nothing();
        assert_eq!(granted(&answer), Some(origin));
        assert_eq!(answer.header("access-control-allow-methods"), Some("GET, POST, PATCH"));
        let headers = answer.header("access-control-allow-headers").unwrap();
        for needed in ["Authorization", "Content-Type", "Idempotency-Key", "If-Match"] {
            assert!(headers.split(", ").any(|name| name == needed), "{headers}");
        }
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    }
    let refused = world.get("/v1/structures").header("origin", APP).await;
    refused.refused(401, "unauthorized");
    assert_eq!(granted(&refused), Some(APP));
    assert!(refused.headers.get_all("vary").iter().any(|value| value == "origin"), "{refused}");
    let exposed = refused.header("access-control-expose-headers").unwrap();
    for needed in ["ETag", "Link", "Location", "Retry-After", "RateLimit", "X-Request-Id"] {
        assert!(exposed.split(", ").any(|name| name == needed), "{exposed}");
    }
}

#[tokio::test]
async fn an_origin_that_only_looks_alike_is_kept_out() {
    let world = shared_with_app().await;
    let alike = [
        "null",
        "*",
        "",
        "http://app.example.org",
        "https://app.example.org:8443",
        "https://app.example.org.evil.example",
        "https://evil.example/https://app.example.org",
        "https://APP.example.org",
        "https://app.example.org/",
    ];
    for origin in alike {
        let answer = preflight(&world, origin).await;
        answer.refused(405, "method-not-allowed");
        assert_eq!(granted(&answer), None, "{origin}");
        assert_eq!(granted(&world.get("/healthz").header("origin", origin).await), None, "{origin}");
    }
    let twice = world.get("/healthz").header("origin", APP).header("origin", "https://evil.example").await;
    assert_eq!(granted(&twice), None);
    let unasked = world.raw(Method::OPTIONS, "/v1/loans", "text/plain", "").header("origin", APP).await;
    unasked.refused(405, "method-not-allowed");
}

#[test]
fn an_origin_is_named_to_the_letter_or_not_at_all() {
    for named in [APP, "http://localhost:5173", "https://[2001:db8::7]:8443"] {
        assert!(named.parse::<Origin>().is_ok(), "{named}");
    }
    for refused in ["", "*", "null", "app.example.org", "https://", "https://*.example.org", "https://app.example.org/"]
    {
        assert!(refused.parse::<Origin>().is_err(), "{refused}");
    }
}
