//! What every answer says to browsers, whatever it answers.

use axum::http::Method;
use navette::http::door::Settings;
use navette::http::rates::Generosity;

use crate::ask::Answer;
use crate::world::World;

/// One of each sort of answer: a page, a script, a document, a problem, nothing found, a method not taken.
async fn answers(world: &World) -> Vec<Answer> {
    let mut answers = Vec::new();
    for path in ["/setup", "/setup.js", "/setup.css", "/paper.css", "/healthz", "/openapi.yaml", "/problems/gone"] {
        answers.push(world.get(path).await);
    }
    for path in ["/v1/structures", "/v1/nowhere", "/feeds/guessed", "/problems/none"] {
        answers.push(world.get(path).await);
    }
    let person = world.account("lise").await;
    answers.push(world.get("/v1/accounts/me").by(&person).await);
    for method in [Method::DELETE, Method::TRACE, Method::OPTIONS, Method::CONNECT] {
        answers.push(world.raw(method, "/v1/structures", "application/json", "{}").await);
    }
    answers
}

#[tokio::test]
async fn every_answer_is_sealed() {
    let world = World::new().await;
    for answer in answers(&world).await {
        let policy = answer.header("content-security-policy").unwrap();
        for nothing in ["default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
            assert!(policy.split("; ").any(|directive| directive == nothing), "{answer}");
        }
        assert!(!policy.contains("unsafe"), "{answer}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{answer}");
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"), "{answer}");
        assert_eq!(answer.header("cross-origin-resource-policy"), Some("same-origin"), "{answer}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{answer}");
        assert_eq!((answer.header("server"), answer.header("x-powered-by")), (None, None), "{answer}");
        assert!(!answer.text().contains("axum") && !answer.text().contains("hyper"), "{answer}");
        let media = answer.header("content-type").unwrap();
        assert!(!media.starts_with("text/") || media.ends_with("; charset=utf-8"), "{media}");
        let page = media.starts_with("text/html");
        assert_eq!(answer.header("permissions-policy").is_some(), page, "{answer}");
        assert_eq!(answer.header("cross-origin-opener-policy").is_some(), page, "{answer}");
    }
}

#[tokio::test]
async fn tls_is_demanded_for_good_where_people_come_over_tls() {
    let world = World::new().await;
    for answer in answers(&world).await {
        assert_eq!(answer.header("strict-transport-security"), None, "{answer}");
    }
    let settings = Settings { https: true, generosity: Generosity::Off, ..Settings::default() };
    let world = World::behind(settings).await;
    for answer in answers(&world).await {
        let told = answer.header("strict-transport-security");
        assert_eq!(told, Some("max-age=31536000; includeSubDomains"), "{answer}");
    }
}

#[tokio::test]
async fn nothing_is_sent_back_as_it_came() {
    let world = World::new().await;
    for path in ["/v1/structures", "/healthz", "/feeds/guessed", "/v1/imports"] {
        let answer = world.raw(Method::TRACE, path, "text/plain", "told").header("authorization", "secret").await;
        answer.refused(405, "method-not-allowed");
        assert!(!answer.text().contains("secret") && !answer.text().contains("told"), "{answer}");
    }
}
