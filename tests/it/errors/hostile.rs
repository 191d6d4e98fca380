//! Input made to hurt: each is refused with a problem document that names the field, and nothing changes.

use axum::http::Method;
use serde_json::{Value, json};

use crate::world::{TODAY, Village, World};

fn hours(village: &Village) -> Value {
    json!({ "receiver_id": village.commune.id, "day": TODAY, "minutes": 60, "activity": "Débroussaillage" })
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_refused() {
    let world = World::new().await;
    let village = world.village().await;
    let before = world.contents().await;
    let deep = [vec![b'['; 20_000], vec![b']'; 20_000]].concat();
    let table: [(&[u8], u16, &str); 12] = [
        (b"", 400, "malformed-json"),
        (b"{", 400, "malformed-json"),
        (b"{\"a\":1}}", 400, "malformed-json"),
        (b"{'a':1}", 400, "malformed-json"),
        (b"{\"minutes\":NaN}", 400, "malformed-json"),
        (b"{\"minutes\":01}", 400, "malformed-json"),
        (b"{\"activity\":\"\\ud800\"}", 400, "malformed-json"),
        (b"{\"activity\":\"\xff\"}", 400, "malformed-json"),
        (b"\xef\xbb\xbf{}", 400, "malformed-json"),
        (&deep, 400, "malformed-json"),
        (b"[]", 422, "invalid-fields"),
        (b"null", 422, "invalid-fields"),
    ];
    for (body, status, code) in table {
        let sent = world.raw(Method::POST, "/v1/hours", "application/json", body).by(&village.commune.manager);
        sent.await.refused(status, code);
    }
    assert_eq!(world.contents().await, before);
}

/// Sends hours with one field spoilt, row by row: the field, its value, and the fault found.
async fn spoil(table: &[(&str, Value, &str)]) {
    let world = World::new().await;
    let village = world.village().await;
    let before = world.contents().await;
    for (field, value, fault) in table {
        let mut body = hours(&village);
        body[field] = value.clone();
        let pointer = format!("/{}", field.replace('~', "~0").replace('/', "~1"));
        world.post("/v1/hours", &body).by(&village.commune.manager).await.invalid(&pointer, fault);
    }
    assert_eq!(world.contents().await, before);
}

#[tokio::test]
async fn a_number_or_a_day_that_cannot_be_is_named() {
    spoil(&[
        ("minutes", json!(0), "out-of-range"),
        ("minutes", json!(-1), "out-of-range"),
        ("minutes", json!(1441), "out-of-range"),
        ("minutes", json!(i64::MAX), "out-of-range"),
        ("minutes", json!(1.5), "not-whole-number"),
        ("minutes", json!(60.0), "not-whole-number"),
        ("minutes", json!(9_223_372_036_854_775_808_u64), "not-whole-number"),
        ("minutes", json!(1e300), "not-whole-number"),
        ("minutes", json!("60"), "not-whole-number"),
        ("minutes", json!(true), "not-whole-number"),
        ("minutes", json!(null), "not-whole-number"),
        ("head_count", json!(0), "out-of-range"),
        ("head_count", json!(10_001), "out-of-range"),
        ("day", json!("2026-02-30"), "not-a-day"),
        ("day", json!("2026-13-01"), "not-a-day"),
        ("day", json!("2025-02-29"), "not-a-day"),
        ("day", json!("14/03/2026"), "not-a-day"),
        ("day", json!("2026-3-14"), "not-a-day"),
        ("day", json!("+026-03-14"), "not-a-day"),
        ("day", json!(" 2026-03-1"), "not-a-day"),
        ("day", json!("2026-03-14T09:00:00Z"), "not-a-day"),
        ("day", json!(""), "not-a-day"),
        ("day", json!("1999-12-31"), "day-out-of-range"),
        ("day", json!("2101-01-01"), "day-out-of-range"),
        ("day", json!("2026-03-15"), "day-in-the-future"),
        ("day", json!(20_260_314), "not-text"),
    ])
    .await;
}

#[tokio::test]
async fn a_text_or_an_id_that_cannot_be_is_named() {
    spoil(&[
        ("activity", json!(""), "empty"),
        ("activity", json!(" \n\t "), "empty"),
        ("activity", json!("a\u{0}b"), "invisible-character"),
        ("activity", json!("a\u{202e}b"), "invisible-character"),
        ("activity", json!("a\u{200b}b"), "invisible-character"),
        ("activity", json!("a\nb"), "invisible-character"),
        ("activity", json!("é".repeat(201)), "too-long"),
        ("activity", json!(["Taille"]), "not-text"),
        ("activity", json!({ "a": 1 }), "not-text"),
        ("note", json!("é".repeat(2001)), "too-long"),
        ("receiver_id", json!("1"), "not-a-uuid"),
        ("receiver_id", json!("00000000-0000-0000-0000-000000000000"), "not-a-uuid"),
        ("receiver_id", json!("ffffffff-ffff-ffff-ffff-ffffffffffff"), "not-a-uuid"),
        ("receiver_id", json!("01990f3a7c1e70008000000000000001"), "not-a-uuid"),
        ("receiver_id", json!("{01990f3a-7c1e-7000-8000-000000000001}"), "not-a-uuid"),
        ("receiver_id", json!("urn:uuid:01990f3a-7c1e-7000-8000-000000000001"), "not-a-uuid"),
        ("receiver_id", json!("01990f3a-7c1e-7000-8000-00000000ffff"), "unknown-reference"),
        ("id", json!(7), "not-text"),
        ("id", json!("seven"), "not-a-uuid"),
        ("provenance", json!("guessed"), "not-one-of"),
        ("provenance", json!(1), "not-text"),
        ("Minutes", json!(60), "unknown-field"),
        ("a/b~c", json!(60), "unknown-field"),
        ("a`b", json!(60), "unknown-field"),
        ("", json!(60), "unknown-field"),
    ])
    .await;
}

#[tokio::test]
async fn a_fault_deep_in_the_body_is_pointed_at() {
    let world = World::new().await;
    let village = world.village().await;
    let session = |receivers: Value| {
        let body = json!({ "giver_id": village.cuma.id, "skill": "Soudure", "day": TODAY, "receivers": receivers });
        world.post("/v1/skill-sessions", &body).by(&village.cuma.manager)
    };
    let commune = &village.commune.id;
    session(json!([])).await.invalid("/receivers", "wrong-number");
    session(json!(7)).await.invalid("/receivers", "not-list");
    session(json!([7])).await.invalid("/receivers/0", "not-object");
    session(json!([{ "structure_id": commune }])).await.invalid("/receivers/0/participants", "missing-field");
    session(json!([{ "structure_id": commune, "participants": 0 }]))
        .await
        .invalid("/receivers/0/participants", "out-of-range");
    session(json!([{ "structure_id": commune, "participants": 1 }, { "structure_id": commune, "participants": 2 }]))
        .await
        .invalid("/receivers/1/structure_id", "named-twice");
    let many: Vec<Value> = (0..101).map(|_| json!({ "participants": 1 })).collect();
    session(json!(many)).await.invalid("/receivers", "wrong-number");
}

#[tokio::test]
async fn ten_megabytes_of_text_are_refused_at_the_door() {
    let world = World::new().await;
    let village = world.village().await;
    let mut body = hours(&village);
    body["note"] = json!("x".repeat(10_000_000));
    let refused = world.post("/v1/hours", &body).by(&village.commune.manager).await.refused(413, "body-too-large");
    assert!(refused["detail"].as_str().unwrap().contains("65536"));
    let long = format!("/v1/structures?q={}", "x".repeat(10_000));
    world.get(long).by(&village.commune.manager).await.unreadable("q", "too-long");
}

#[tokio::test]
async fn a_query_is_known_word_by_word() {
    let world = World::new().await;
    let village = world.village().await;
    let of_commune = format!("structure_id={}", village.commune.id);
    let table = [
        ("/v1/structures?limit=0", "limit", "out-of-range"),
        ("/v1/structures?limit=201", "limit", "out-of-range"),
        ("/v1/structures?limit=-1", "limit", "out-of-range"),
        ("/v1/structures?limit=1.5", "limit", "out-of-range"),
        ("/v1/structures?limit=ten", "limit", "out-of-range"),
        ("/v1/structures?limit=", "limit", "out-of-range"),
        ("/v1/structures?limit=1&limit=2", "limit", "twice"),
        ("/v1/structures?offset=1", "offset", "unknown-field"),
        ("/v1/structures?archived=maybe", "archived", "not-one-of"),
        ("/v1/structures?kind=tribe", "kind", "not-one-of"),
        ("/v1/structures?siren=123", "siren", "not-a-siren"),
        ("/v1/structures?q=a%00b", "q", "invisible-character"),
        ("/v1/structures?cursor=0", "cursor", "not-a-cursor"),
        ("/v1/structures?cursor=MTIz", "cursor", "not-a-cursor"),
        ("/v1/structures?cursor=", "cursor", "not-a-cursor"),
        ("/v1/people?structure_id=1", "structure_id", "not-a-uuid"),
        ("/v1/hours", "structure_id", "missing-field"),
        ("/v1/hours?{of}&from=2026-02-30", "from", "not-a-day"),
        ("/v1/hours?{of}&cursor=MDE5OTBmM2EtN2MxZS03MDAwLTgwMDAtMDAwMDAwMDAwMDAx", "cursor", "not-a-cursor"),
        ("/v1/contributions?{of}&state=lost", "state", "not-one-of"),
        ("/v1/contributions?{of}&side=both", "side", "not-one-of"),
    ];
    for (path, name, fault) in table {
        let path = path.replace("{of}", &of_commune);
        world.get(path).by(&village.commune.manager).await.unreadable(name, fault);
    }
}

#[tokio::test]
async fn a_path_that_names_nothing_answers_like_one_that_names_what_is_hidden() {
    let world = World::new().await;
    let village = world.village().await;
    let person = world.person(&village.cuma, "Marcel").await;
    let by = &village.commune.manager;
    let hidden = world.get(format!("/v1/people/{person}")).by(by).header("x-request-id", "same").await;
    hidden.refused(404, "not-found");
    let shouted = person.to_uppercase();
    for word in
        ["1", "me", "%00", "%FF", "..", "%2e%2e%2f", "a%2Fb", &"x".repeat(5000), &shouted, crate::contract::NOTHING]
    {
        let answer = world.get(format!("/v1/people/{word}")).by(by).header("x-request-id", "same").await;
        answer.refused(404, "not-found");
        assert_eq!(answer.bytes, hidden.bytes);
    }
    for path in ["/", "/v1", "/v1/", "/v1/people/", "//v1/people", "/v1/structures/1/summaries/", "/v2/structures"] {
        world.get(path).by(by).await.refused(404, "not-found");
    }
}

#[tokio::test]
async fn a_header_that_cannot_be_meant_is_refused() {
    let world = World::new().await;
    let village = world.village().await;
    let by = &village.commune.manager;
    let body = hours(&village);
    let before = world.contents().await;
    let sent = || world.post("/v1/hours", &body).by(by);
    for key in ["", "two words", "clé", &"k".repeat(129)] {
        sent().key(key).await.unreadable("Idempotency-Key", "not-a-key");
    }
    sent().key("one").key("two").await.unreadable("Idempotency-Key", "not-a-key");
    for media in [
        "",
        "text/plain",
        "application/json-patch+json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ] {
        sent().header("content-type", media).await.refused(415, "unsupported-media-type");
    }
    for encoding in ["gzip", "br", "identity, gzip"] {
        sent().header("content-encoding", encoding).await.refused(415, "unsupported-media-type");
    }
    assert_eq!(world.contents().await, before);
    sent()
        .header("content-type", "Application/JSON; charset=utf-8")
        .header("content-encoding", "identity")
        .await
        .created();
}

#[tokio::test]
async fn a_method_that_an_address_does_not_take_is_told_which_it_takes() {
    let world = World::new().await;
    let village = world.village().await;
    let path = format!("/v1/structures/{}", village.commune.id);
    for method in [Method::DELETE, Method::PUT, Method::POST, Method::OPTIONS] {
        let answer = world.raw(method, &path, "application/json", "{}").by(&village.commune.manager).await;
        answer.refused(405, "method-not-allowed");
        let allow = answer.header("allow").unwrap();
        assert!(allow.contains("GET") && allow.contains("PATCH") && !allow.contains("POST"), "{allow}");
    }
}

#[tokio::test]
async fn a_request_id_is_kept_when_it_is_plain_and_made_when_it_is_not() {
    let world = World::new().await;
    let kept = world.get("/healthz").header("x-request-id", "phone-7.retry_2").await;
    assert_eq!(kept.header("x-request-id"), Some("phone-7.retry_2"));
    for id in ["", "two words", "<script>", &"x".repeat(65)] {
        let answer = world.get("/v1/nowhere").header("x-request-id", id).await;
        let problem = answer.refused(404, "not-found");
        assert_eq!(answer.header("x-request-id").unwrap().len(), 22);
        assert_eq!(problem["request_id"].as_str(), answer.header("x-request-id"));
    }
}
