//! Every operation, asked by nobody, by a caller of yesterday, and by a stranger.

use axum::http::Method;
use navette::clock::Moment;
use navette::session::token::Bearer;
use serde_json::Value;

use super::promise::Promise;
use super::tour::{self, Step};
use crate::world::{START, World};

/// What a stranger may ask: the directory, the head of the ledger, what is published, what is their own; lists that turn
/// out empty.
const OPEN: &[&str] = &[
    "/v1/sessions",
    "/v1/sessions/end-others",
    "/v1/accounts",
    "/v1/accounts/me",
    "/v1/structures",
    "/v1/structures/{id}",
    "/v1/cooperations",
    "/v1/equipment",
    "/v1/skills",
    "/v1/invitations",
    "/v1/needs",
    "/v1/ledger/head",
    "/v1/smic",
    "/v1/cooperations/{id}/data-package.zip",
];
/// Words of the story that are nobody's business outside the structures concerned.
const PRIVATE: [&str; 14] = [
    "Ginette",
    "Appeler le soir",
    "secret@mairie.example",
    "04 75",
    "aulnes@example.org",
    "Fête du pain",
    "Tracteur rouge",
    "Hangar",
    "Vidange",
    "Pour le marché",
    "Taille des pommiers",
    "Greffe",
    "Comptabilité",
    "mairie\"",
];

fn needs_an_account(step: &Step) -> bool {
    let operation = format!("/paths/{}/{}", super::escaped(step.template()), step.method.as_str().to_lowercase());
    Promise::get().at(&operation).1.get("security") != Some(&Value::Array(Vec::new()))
}

#[tokio::test]
async fn nobody_gets_in_without_a_token_or_with_an_expired_one() {
    let world = World::new().await;
    let story = tour::tell(&world).await;
    let before = world.contents().await;
    for step in story.steps.iter().filter(|step| needs_an_account(step)) {
        let request = || step.request(&world, &step.path, &step.body).header("if-match", "*");
        request().await.refused(401, "unauthorized");
        let caller = step.by.as_ref().unwrap();
        let an_hour_ago = Moment::from_millis(START.millis() - 3_600_000);
        let bearer = Bearer { account: caller.account, session: caller.account };
        let expired = world.app.keys.issue(bearer, an_hour_ago).unwrap();
        request().token(&expired).await.refused(401, "unauthorized");
    }
    assert_eq!(world.contents().await, before);
}

#[tokio::test]
async fn a_stranger_learns_nothing_and_changes_nothing() {
    let world = World::new().await;
    let story = tour::tell(&world).await;
    let stranger = world.account("passant").await;
    let elsewhere = world.party(&story.village.owner, "Commune d'Ailleurs", "commune", "ailleurs").await;
    let before = world.contents().await;
    for caller in [&stranger, &elsewhere.manager] {
        for step in story.steps.iter().filter(|step| needs_an_account(step)) {
            // A stranger who knows their own password sets up their own second factor; that is another test's.
            if step.path.starts_with("/v1/second-factor") {
                continue;
            }
            let answer = step.by(&world, caller).await;
            let (template, status) = (step.template(), answer.status.as_u16());
            let asks = step.method == Method::GET || caller.login == "ailleurs" && template == "/v1/imports";
            match status {
                204 => assert!(OPEN.contains(&template), "{answer}"),
                200 => assert!(asks && (OPEN.contains(&template) || template == "/v1/imports"), "{answer}"),
                400 | 403 | 404 | 422 => {}
                // Who manages a structure elsewhere may record others; the ids of the story are taken.
                410 => assert_eq!(template, "/v1/invitations/join", "{answer}"),
                409 => assert!(caller.login == "ailleurs", "{answer}"),
                _ => panic!("{answer}"),
            }
            let told = String::from_utf8_lossy(&answer.bytes);
            let leaked: Vec<_> = PRIVATE.iter().filter(|word| told.contains(**word)).collect();
            assert!(leaked.is_empty(), "{leaked:?} in {answer}");
        }
    }
    assert_eq!(world.contents().await, before);
}
