//! What the log tells: requests, and nobody's secrets.

use std::io::Write;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::tour;
use crate::world::{PASSWORD, World};

/// What was written to the log of this thread, in which every handler of a test runs.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The texts under names of secrets, however deep.
fn secrets(json: &Value, found: &mut Vec<String>) {
    match json {
        Value::Object(members) => members.iter().for_each(|(name, value)| match value {
            Value::String(text)
                if ["password", "current_password", "refresh_token", "token", "code"].contains(&name.as_str()) =>
            {
                // Six digits stand in any moment's fraction.
                found.extend(Some(text.clone()).filter(|text| text.len() > 6));
            }
            inner => secrets(inner, found),
        }),
        Value::Array(items) => items.iter().for_each(|item| secrets(item, found)),
        _ => {}
    }
}

impl Log {
    /// The lines so far.
    fn lines(&self) -> Vec<String> {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap().lines().map(str::to_owned).collect()
    }
}

#[tokio::test]
async fn no_secret_reaches_the_log() {
    let log = Log::default();
    let writer = log.clone();
    let told = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone());
    let _until_the_end = tracing::subscriber::set_default(told.finish());
    let world = World::new().await;
    let story = tour::tell(&world).await;
    let mut found = vec![PASSWORD.to_owned(), "prudente".to_owned(), "guess of a guesser".to_owned()];
    story.steps.iter().for_each(|step| secrets(&step.body, &mut found));
    let guess = json!({ "login": "prudente", "password": "guess of a guesser", "code": "135790" });
    world.post("/v1/auth/login", &guess).await.refused(401, "wrong-credentials");
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("/v1/auth/login") && log.contains("a log-in failed"), "the log tells of requests");
    // Access tokens, service tokens, hashes of passwords; and what the story said in confidence.
    for mark in ["eyJ", "nvt_", "$argon2"].map(str::to_owned).iter().chain(&found) {
        assert!(!log.contains(mark.as_str()), "{mark} is in the log");
    }
    assert!(found.len() > 10, "{found:?}");
}

#[tokio::test]
async fn each_request_is_one_line_that_says_when_what_and_how_it_ended() {
    let log = Log::default();
    let writer = log.clone();
    let told =
        tracing_subscriber::fmt().json().with_max_level(tracing::Level::INFO).with_writer(move || writer.clone());
    let _until_the_end = tracing::subscriber::set_default(told.finish());
    let world = World::new().await;
    let village = world.village().await;
    let path = format!("/v1/accounts/{}/end-sessions", village.cuma.manager.account);
    let owns = &village.owner;
    let asks = |id: &str| world.get("/v1/accounts/me").header("x-request-id", id);
    asks("answered").by(owns).await.ok();
    asks("unknown").await.refused(401, "unauthorized");
    let end = world.post(&path, &json!({})).by(&village.cuma.manager).header("x-request-id", "refused");
    end.await.refused(403, "forbidden");
    asks("two\twords {\"level\":\"ERROR\"}").by(owns).await.ok();
    world.app.store.close().await;
    asks("failed").by(owns).await.refused(503, "busy");
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for (id, level, route, status) in [
        ("answered", "INFO", "/v1/accounts/me", 200),
        ("unknown", "WARN", "/v1/accounts/me", 401),
        ("refused", "WARN", "/v1/accounts/{id}/end-sessions", 403),
        ("failed", "ERROR", "/v1/accounts/me", 503),
    ] {
        let of: Vec<_> = lines.iter().filter(|line| line["fields"]["request_id"] == id).collect();
        assert_eq!(of.len(), 1, "{of:?}");
        let line = (&of[0]["level"], &of[0]["fields"]["route"], &of[0]["fields"]["status"]);
        assert_eq!(line, (&json!(level), &json!(route), &json!(status)));
        assert!(of[0]["timestamp"].as_str().unwrap().ends_with('Z'), "instants are UTC");
    }
    assert!(!log.contains("words"), "what a client says of itself is written only when it is plain");
}

/// A log for programs at its usual level.
fn json_log() -> (Log, tracing::subscriber::DefaultGuard) {
    let log = Log::default();
    let writer = log.clone();
    let told =
        tracing_subscriber::fmt().json().with_max_level(tracing::Level::INFO).with_writer(move || writer.clone());
    (log, tracing::subscriber::set_default(told.finish()))
}

#[tokio::test]
async fn whatever_a_client_sends_is_one_line_of_the_log_and_none_of_its_own() {
    let world = World::new().await;
    let village = world.village().await;
    let (log, _until_the_end) = json_log();
    let forged = "%0A%7B%22level%22:%22INFO%22,%22forged%22:1%7D%0D%0A%1B%5B31mforged%E2%80%A8forged";
    // A tab is the one control character that a header may hold at all.
    let header = "forged\tforged\u{9b}31m";
    let login = json!({ "login": "forged\n{\"level\":\"INFO\"}\u{1b}[31m", "password": "forged\r\nforged" });
    let (mairie, from) = (&village.commune.manager, "198.51.100.7");
    for (request, lines) in [
        (world.get(format!("/v1/structures/{forged}")).by(mairie), 1),
        (world.get(format!("/{forged}")), 1),
        (world.get(format!("/v1/structures?q={forged}")).by(mairie), 1),
        (world.get("/healthz").header("x-request-id", header).header("user-agent", header), 1),
        (world.get("/healthz").header("x-forwarded-for", header).header("origin", header).from(from), 1),
        (world.post("/v1/invitations", &json!({ "structure_id": "forged\nforged" })).by(mairie).key("forged\tkey"), 1),
        (world.post("/v1/auth/login", &login), 2),
    ] {
        let before = log.lines().len();
        let answer = request.await;
        let told = &log.lines()[before..];
        assert!((1..=lines).contains(&told.len()), "{answer}: {told:#?}");
        for line in told {
            let line: Value = serde_json::from_str(line).unwrap();
            assert!(!line.to_string().contains("forged"), "{line}");
            assert!(line.to_string().chars().all(|sign| !sign.is_control()), "{line}");
        }
    }
}

#[tokio::test]
async fn a_refusal_is_one_line_with_its_route_and_nobody_in_it() {
    let world = World::new().await;
    let village = world.village().await;
    let lise = world.person(&village.commune, "Lise Martin").await;
    let (log, _until_the_end) = json_log();
    let wish = json!({ "structure_id": village.commune.id, "role": "manager" });
    let stranger = &village.association.manager;
    world.post("/v1/invitations", &wish).by(stranger).header("x-request-id", "asked-1").await.refused(403, "forbidden");
    let path = format!("/v1/people/{lise}");
    world.get(&path).header("x-request-id", "asked-2").await.refused(401, "unauthorized");
    let expected = [("POST", "/v1/invitations", 403, "asked-1"), ("GET", "/v1/people/{id}", 401, "asked-2")];
    let lines = log.lines();
    assert_eq!(lines.len(), expected.len(), "{lines:#?}");
    for (line, (method, route, status, id)) in lines.iter().zip(expected) {
        let line: Value = serde_json::from_str(line).unwrap();
        let said = &line["fields"];
        assert_eq!(line["level"], "WARN");
        assert_eq!(
            (&said["message"], &said["method"], &said["route"], &said["status"], &said["request_id"]),
            (&json!("refused"), &json!(method), &json!(route), &json!(status), &json!(id)),
        );
        let mut names: Vec<&str> = said.as_object().unwrap().keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["message", "method", "request_id", "route", "status", "took"]);
        let account = stranger.account.to_string();
        for personal in [lise.as_str(), "Lise", account.as_str(), "jardins", village.commune.id.as_str()] {
            assert!(!line.to_string().contains(personal), "{line}");
        }
    }
}
