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
