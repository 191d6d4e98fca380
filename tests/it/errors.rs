//! The gallery of errors: one row each, with its status, its code, the field at fault, and nothing changed.

mod hostile;
mod replay;

use std::collections::{BTreeMap, BTreeSet};

use axum::http::Method;
use navette::auth;
use navette::error::{Conflict, Error, Fault, FieldError};
use navette::http::faults;
use navette::http::problem;
use navette::http::words::{Language, PROBLEMS};
use serde_json::{Value, json};

use crate::ask::Request;
use crate::contract::promise::Promise;
use crate::grid::example;
use crate::session::factor;
use crate::world::{PASSWORD, Party, TODAY, Village, World};

/// A request, and the problem it meets: status, code, and the fields at fault with their codes.
type Row<'w> = (Request<'w>, u16, &'static str, &'static [(&'static str, &'static str)]);

/// Problems that no request can bring about at will; their documents are held against the contract all the same.
const BEYOND_REACH: [&str; 1] = ["outcome-unknown"];

/// Every refusal a well-meaning client may meet.
async fn gallery<'w>(world: &'w World, village: &Village) -> Vec<Row<'w>> {
    let mut rows = refusals(world, village).await;
    rows.extend(unvalued(world, village).await);
    rows.extend(not_exported(world, village).await);
    let package = format!("/v1/cooperations/{}/data-package.zip", village.cooperation);
    rows.push((world.get(package).by(&village.commune.manager), 404, "nothing-published", &[]));
    rows
}

async fn refusals<'w>(world: &'w World, village: &Village) -> Vec<Row<'w>> {
    let (mairie, cuma) = (&village.commune.manager, &village.cuma.manager);
    let reader = world.colleague(&village.commune, "reader", "lise").await;
    let tractor = world.equipment(&village.cuma, "Tracteur rouge", "tracteur").await;
    let wish =
        json!({ "equipment_id": tractor, "borrower_id": village.commune.id, "from": TODAY, "until": "2026-03-17" });
    let loan = world.post("/v1/loans", &wish).by(mairie).await.created_id();
    world.post(format!("/v1/loans/{loan}/events"), &json!({ "event": "approve" })).by(cuma).await.ok();
    let farm = json!({ "name": "Ferme des Aulnes", "kind": "farm", "siret": "73282932000074" });
    world.post("/v1/structures", &farm).by(mairie).key("farm").await.created();
    let twin = json!({ "name": "Ferme jumelle", "kind": "farm", "siret": "73282932000074" });
    let taken = json!({ "id": tractor, "structure_id": village.cuma.id, "name": "Remorque", "category": "remorque" });
    let person = json!({ "structure_id": village.commune.id, "name": "Ginette" });
    let commune = format!("/v1/structures/{}", village.commune.id);
    let log_in = json!({ "login": "personne", "password": "guess" });
    factor::set_up(world, &village.association.manager).await;
    let without_code = json!({ "login": "jardins", "password": PASSWORD });
    let change = || world.patch(&commune, &json!({ "commune": "26340" })).by(mairie);
    let set_up = json!({ "token": "spent", "login": "second", "password": PASSWORD });
    vec![
        (world.raw(Method::POST, "/v1/people", "application/json", "{").by(mairie), 400, "malformed-json", &[]),
        (world.get("/v1/structures?limit=0").by(mairie), 400, "malformed-request", &[("limit", "out-of-range")]),
        (
            world.post("/v1/people", &json!({ "name": "Ginette" })).by(mairie),
            422,
            "invalid-fields",
            &[("/structure_id", "missing-field")],
        ),
        (world.get("/v1/structures"), 401, "unauthorized", &[]),
        (world.post("/v1/auth/login", &log_in), 401, "wrong-credentials", &[]),
        (world.post("/v1/auth/login", &without_code), 401, "second-factor-needed", &[]),
        (world.post("/v1/people", &person).by(&reader), 403, "forbidden", &[]),
        (world.get(format!("/v1/people/{tractor}")).by(mairie), 404, "not-found", &[]),
        (world.get("/v1/nowhere").by(mairie), 404, "not-found", &[]),
        (world.raw(Method::DELETE, &commune, "application/json", "").by(mairie), 405, "method-not-allowed", &[]),
        (world.post("/v1/equipment", &taken).by(cuma), 409, "id-taken", &[]),
        (
            world.post(format!("/v1/loans/{loan}/events"), &json!({ "event": "return" })).by(cuma),
            409,
            "wrong-state",
            &[],
        ),
        (world.post("/v1/loans", &wish).by(mairie), 409, "already-in-use", &[]),
        (world.post("/v1/structures", &twin).by(mairie), 409, "duplicate", &[("/siret", "already-there")]),
        (world.post("/v1/setup", &set_up), 410, "gone", &[]),
        (change().on_version(7), 412, "precondition-failed", &[]),
        (change().header("if-match", "W/\"1\""), 412, "precondition-failed", &[]),
        (change(), 428, "precondition-required", &[]),
        (world.post("/v1/people", &json!({ "name": "x".repeat(65_536) })).by(mairie), 413, "body-too-large", &[]),
        (world.raw(Method::POST, "/v1/people", "text/csv", "{}").by(mairie), 415, "unsupported-media-type", &[]),
        (
            world.post("/v1/people", &person).by(mairie).header("content-encoding", "gzip"),
            415,
            "unsupported-media-type",
            &[],
        ),
        (world.post("/v1/structures", &twin).by(mairie).key("farm"), 422, "idempotency-key-reused", &[]),
    ]
}

/// Figures in euros that cannot be made.
async fn unvalued<'w>(world: &'w World, village: &Village) -> Vec<Row<'w>> {
    let (commune, cuma) = (&village.commune, &village.cuma);
    let draft = world.drafted(commune, &json!({})).await;
    let approved = world.approved(commune, &json!({})).await;
    let declined = world.approved(cuma, &json!({})).await;
    let none = json!({ "valuation": "none" });
    world.patch(format!("/v1/structures/{}", cuma.id), &none).by(&cuma.manager).on_version(1).await.ok();
    let value = |grid: &str, day: &str| world.get(example(grid, "volunteer_hours", day, "minutes=60"));
    let closes = |by| world.post(format!("/v1/structures/{}/statements", commune.id), &json!({ "year": 2025 })).by(by);
    closes(&commune.manager).await.created();
    vec![
        (closes(&commune.manager), 409, "year-closed", &[]),
        (value(&draft, TODAY).by(&commune.manager), 409, "grid-not-approved", &[]),
        (value(&declined, TODAY).by(&cuma.manager), 409, "no-valuation", &[]),
        (value(&approved, "2018-12-31").by(&commune.manager), 409, "missing-rate", &[]),
    ]
}

/// Files for the accounts that cannot be made.
async fn not_exported<'w>(world: &'w World, village: &Village) -> Vec<Row<'w>> {
    let (commune, jardins) = (&village.commune, &village.association);
    world.named(commune).await;
    let (grid, other) = (world.approved(commune, &json!({})).await, world.approved(jardins, &json!({})).await);
    let export = |party: &Party, grid: &str| {
        let path = format!("/v1/structures/{}/fec-exports", party.id);
        world.post(path, &json!({ "year": 2020, "grid_id": grid })).by(&party.manager)
    };
    vec![(export(jardins, &other), 409, "no-siren", &[]), (export(commune, &grid), 409, "nothing-to-export", &[])]
}

#[tokio::test]
async fn every_refusal_has_its_status_its_code_and_its_field_and_changes_nothing() {
    let world = World::new().await;
    let village = world.village().await;
    let mut met = BTreeSet::new();
    for (request, status, code, faults) in gallery(&world, &village).await {
        let before = world.contents().await;
        let answer = request.await;
        let problem = answer.refused(status, code);
        assert_eq!(faults_of(&problem), faults, "{answer}");
        assert_eq!(problem["type"], format!("/problems/{code}"));
        assert_eq!(problem["status"], status);
        assert_eq!(problem["request_id"].as_str(), answer.header("x-request-id"));
        assert_eq!(world.contents().await, before, "{answer} changed something");
        world.get(format!("/problems/{code}")).await.is(200);
        met.insert(code);
    }
    met.insert(too_many(&world).await);
    met.extend(ours(&world).await);
    met.extend(BEYOND_REACH);
    let known: BTreeSet<_> = PROBLEMS.iter().map(|(code, ..)| *code).collect();
    assert_eq!(met, known, "each problem has its row");
}

fn faults_of(problem: &Value) -> Vec<(&str, &str)> {
    let errors = problem["errors"].as_array().into_iter().flatten();
    errors.map(|error| (error["pointer"].as_str().unwrap(), error["code"].as_str().unwrap())).collect()
}

/// Guessing a password is slowed down.
async fn too_many(world: &World) -> &'static str {
    let guess = json!({ "login": "nobody", "password": "guess" });
    for _ in 0..6 {
        world.post("/v1/auth/login", &guess).await.refused(401, "wrong-credentials");
    }
    let answer = world.post("/v1/auth/login", &guess).await;
    answer.refused(429, "too-many-requests");
    assert!((1..=3).contains(&answer.header("retry-after").unwrap().parse::<u32>().unwrap()));
    "too-many-requests"
}

/// A fault of ours tells nothing of the inside; a server that ends is busy, and says when to come back.
async fn ours(world: &World) -> [&'static str; 2] {
    let broken = world.account("abîmé").await.account;
    world.app.store.write(move |db, _| auth::rows::renew_hash(db, broken, "no hash at all")).await.unwrap();
    let answer = world.post("/v1/auth/login", &json!({ "login": "abîmé", "password": PASSWORD })).await;
    answer.refused(500, "internal");
    assert!(!answer.text().contains("hash"), "{answer}");
    world.app.store.close().await;
    let answer = world.post("/v1/auth/login", &json!({ "login": "abîmé", "password": PASSWORD })).await;
    answer.refused(503, "busy");
    assert_eq!(answer.header("retry-after"), Some("1"));
    ["internal", "busy"]
}

#[tokio::test]
async fn every_refusal_speaks_french() {
    let world = World::new().await;
    let village = world.village().await;
    for (request, status, code, _) in gallery(&world, &village).await {
        let (english, french) = (request.clone().await, request.in_french().await);
        let (problem, probleme) = (english.refused(status, code), french.refused(status, code));
        assert_eq!((english.header("content-language"), french.header("content-language")), (Some("en"), Some("fr")));
        let (_, [title, _], [titre, _]) = PROBLEMS.iter().find(|(known, ..)| *known == code).unwrap();
        assert_eq!((&problem["title"], &probleme["title"]), (&json!(title), &json!(titre)));
        assert_ne!(problem["detail"], probleme["detail"]);
        let messages = |problem: &Value| {
            problem["errors"].as_array().into_iter().flatten().map(|e| e["message"].to_string()).collect::<Vec<_>>()
        };
        assert!(messages(&problem).iter().zip(messages(&probleme)).all(|(said, dit)| *said != dit), "{french}");
    }
}

/// What cannot be as things stand.
fn conflicts() -> [Error; 11] {
    [
        Error::IdTaken,
        Error::WrongState { state: "returned".to_owned() },
        Error::InUse(Some(Conflict { from: day("2026-05-01"), until: day("2026-05-03"), next_free_from: None })),
        Error::Duplicate("/login".to_owned()),
        Error::YearClosed,
        Error::GridNotApproved,
        Error::NoValuation,
        Error::MissingRate { kind: "equipment".into(), category: "barnum".into(), day: day("2026-05-01") },
        Error::NoSiren,
        Error::NothingToExport,
        Error::NothingPublished,
    ]
}

/// One of each variant of the error enum: a new one does not compile until it has its place here.
fn one_of_each() -> Vec<Error> {
    let mut all = vec![
        Error::Malformed("expected value".to_owned()),
        Error::Parameter(FieldError::new("limit", Fault::Range(1, 200))),
        Fault::Missing.at("/minutes"),
        Error::WrongCredentials,
        Error::SecondFactorNeeded,
        Error::UnknownCaller,
        Error::Forbidden,
        Error::NotFound,
        Error::Method,
        Error::Gone,
        Error::Stale,
        Error::VersionNeeded,
        Error::BodyTooLarge(65_536),
        Error::MediaType,
        Error::KeyReused,
        Error::TooMany(3),
        Error::Busy,
        Error::OutcomeUnknown,
        Error::Internal("disk I/O error at sector 7".to_owned()),
    ];
    all.extend(conflicts());
    for error in &all {
        match error {
            Error::Malformed(_)
            | Error::Parameter(_)
            | Error::Invalid(_)
            | Error::WrongCredentials
            | Error::SecondFactorNeeded
            | Error::UnknownCaller
            | Error::Forbidden
            | Error::NotFound
            | Error::NothingPublished
            | Error::Method
            | Error::IdTaken
            | Error::WrongState { .. }
            | Error::InUse(_)
            | Error::Duplicate(_)
            | Error::YearClosed
            | Error::GridNotApproved
            | Error::NoValuation
            | Error::MissingRate { .. }
            | Error::NoSiren
            | Error::NothingToExport
            | Error::Gone
            | Error::Stale
            | Error::VersionNeeded
            | Error::BodyTooLarge(_)
            | Error::MediaType
            | Error::KeyReused
            | Error::TooMany(_)
            | Error::Busy
            | Error::OutcomeUnknown
            | Error::Internal(_) => {}
        }
    }
    all
}

fn day(text: &str) -> navette::clock::Day {
    navette::clock::Day::parse(text).unwrap()
}

#[tokio::test]
async fn every_error_is_written_as_the_contract_says_in_both_languages() {
    let mut codes = BTreeSet::new();
    for error in one_of_each() {
        for (language, name) in [(Language::En, "en"), (Language::Fr, "fr")] {
            let response = problem::document(&error, language, "abc");
            let (status, code) = problem::status_and_code(&error);
            assert_eq!((response.status(), response.headers()["content-language"].to_str().unwrap()), (status, name));
            let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
            let document: Value = serde_json::from_slice(&bytes).unwrap();
            Promise::get().validate("/components/schemas/Problem", &document).unwrap();
            let told = document.to_string();
            assert!(!told.contains("{0}") && !told.contains("sector 7"), "{told}");
            codes.insert(code);
        }
    }
    let known: Vec<_> = PROBLEMS.iter().map(|(code, ..)| *code).collect();
    assert_eq!(codes, known.iter().copied().collect());
    assert_eq!(codes.len(), known.len(), "a problem is listed twice");
}

/// Words in the sources that look like codes of faults and are none.
const NO_CODES: &[&str] = &[
    "x-forwarded-for",
    "ratelimit-policy",
    "cross-origin-resource-policy",
    "cross-origin-opener-policy",
    "permissions-policy",
    "same-origin",
    "idempotency-key",
    "idempotency-replayed",
    "ledger-head",
    "x-request-id",
    "kebab-case",
    "no-referrer",
    "no-store",
    "webhook-id",
    "webhook-timestamp",
    "webhook-signature",
    "co-operative",
    "label-sheets",
    "item-day",
    "item-days",
    "navette-contributions",
    "tabular-data-package",
    "tabular-data-resource",
];

#[test]
fn every_fault_has_french_and_english_words() {
    let mut codes: BTreeMap<String, String> = BTreeMap::new();
    for single in ["empty", "archived", "twice", "unreadable"] {
        codes.insert(single.to_owned(), "src/error.rs".to_owned());
    }
    // What is wrong with a mapping is told by `not-a-mapping` and a sentence of its own.
    for source in crate::tidy::sources().into_iter().filter(|source| source.path != "src/import/mapping.rs") {
        let literals =
            source.product().split('"').skip(1).step_by(2).map(|text| text.split('|').next().unwrap_or_default());
        let kebab = |text: &&str| {
            text.contains('-')
                && text.split('-').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase()))
        };
        codes.extend(literals.filter(kebab).map(|code| (code.to_owned(), source.path.clone())));
    }
    let problem = |code: &str| PROBLEMS.iter().any(|(known, ..)| *known == code);
    codes.retain(|code, _| !problem(code) && !NO_CODES.contains(&code.as_str()));
    let said = |code: &str, language| faults::fault(&FieldError::from_text("/field", code), language);
    let unsaid: Vec<_> = codes.iter().filter(|(code, _)| said(code, Language::En) == code.replace('-', " ")).collect();
    assert!(unsaid.is_empty(), "codes without words: {unsaid:?}");
    let one_language: Vec<_> =
        codes.keys().filter(|code| said(code, Language::En) == said(code, Language::Fr)).collect();
    assert!(one_language.is_empty(), "said in one language only: {one_language:?}");
    assert!(codes.len() > 50, "{codes:?}");
}

#[tokio::test]
async fn a_refusal_speaks_the_language_that_is_preferred() {
    let world = World::new().await;
    let table = [
        ("fr", "fr"),
        ("fr-CH, fr;q=0.9, en;q=0.8", "fr"),
        ("en;q=0.8, fr;q=0.9", "fr"),
        ("en, fr", "en"),
        ("fr;q=0.5, en;q=0.8", "en"),
        ("fr;q=0", "en"),
        ("de, oc", "en"),
        ("de, FR;q=0.1", "fr"),
        ("fr;q=high", "en"),
        ("*", "en"),
        ("", "en"),
    ];
    for (preferred, spoken) in table {
        let answer = world.get("/v1/structures").header("accept-language", preferred).await;
        answer.refused(401, "unauthorized");
        assert_eq!(answer.header("content-language"), Some(spoken), "{preferred}");
    }
}
