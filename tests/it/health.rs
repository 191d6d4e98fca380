//! How the service is: ready or not in words, and figures that name nobody.

use std::collections::BTreeMap;

use navette::http::door::Settings;
use serde_json::json;

use crate::contract::tour;
use crate::deeds::given;
use crate::world::{METRICS_TOKEN, TODAY, World};

/// The figures: each row with its value.
async fn figures(world: &World) -> BTreeMap<String, String> {
    let answer = world.get("/metrics").token(METRICS_TOKEN).await;
    assert_eq!(answer.is(200).header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    let text = answer.text();
    let mut rows = BTreeMap::new();
    let mut named = "";
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("# TYPE ") {
            named = name.split(' ').next().unwrap();
        } else if !line.starts_with("# HELP ") {
            let (row, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("{line}"));
            assert!(row.starts_with(named), "{row} stands under {named}");
            assert!(value.parse::<f64>().is_ok(), "{line}");
            assert_eq!(rows.insert(row.to_owned(), value.to_owned()), None, "{row} twice");
        }
    }
    rows
}

#[tokio::test]
async fn only_the_operators_token_opens_the_figures() {
    let world = World::new().await;
    let village = world.village().await;
    world.get("/metrics").await.refused(404, "not-found");
    world.get("/metrics").by(&village.owner).await.refused(404, "not-found");
    for token in ["", "a", "a token for the figures, long enougH", "a token for the figures, long enough and more"] {
        world.get("/metrics").token(token).await.refused(404, "not-found");
    }
    world.get("/metrics").header("authorization", METRICS_TOKEN).await.refused(404, "not-found");
    // A proxy on the same machine is no operator: whence it comes opens nothing.
    world.get("/metrics").from("127.0.0.1").await.refused(404, "not-found");
    world.get("/metrics").token(METRICS_TOKEN).await.is(200);

    let closed = World::behind(Settings::default()).await;
    for token in ["", METRICS_TOKEN] {
        closed.get("/metrics").token(token).await.refused(404, "not-found");
    }
}

#[tokio::test]
async fn figures_count_what_was_asked_and_recorded() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let before = figures(&world).await;
    for minutes in 1..=3 {
        world.hours(&jardins.manager, &given(jardins, cuma, TODAY, minutes)).await;
    }
    world.post("/v1/hours", &json!({})).by(&jardins.manager).await.is(422);
    world.get("/v1/nowhere/at/all").await.is(404);
    let after = figures(&world).await;
    let number = |rows: &BTreeMap<String, String>, row: &str| -> u64 {
        rows.get(row).map_or(0, |value| value.parse().unwrap_or_else(|_| panic!("{row} is {value}")))
    };
    let more = |row: &str| number(&after, row) - number(&before, row);
    let answered = |route, method, status| {
        more(&format!("navette_http_requests_total{{route=\"{route}\",method=\"{method}\",status=\"{status}\"}}"))
    };
    assert_eq!(answered("/v1/hours", "POST", "2xx"), 3);
    assert_eq!(answered("/v1/hours", "POST", "4xx"), 1);
    assert_eq!(answered("(none)", "GET", "4xx"), 1);
    assert_eq!(answered("/metrics", "GET", "2xx"), 1);
    assert_eq!(more("navette_http_request_duration_seconds_count{route=\"/v1/hours\"}"), 4);
    assert_eq!(more("navette_http_request_duration_seconds_bucket{route=\"/v1/hours\",le=\"+Inf\"}"), 4);
    assert!(more("navette_writer_batch_jobs_count") >= 3);
    assert_eq!(more("navette_writer_batch_jobs_count"), more("navette_writer_commit_seconds_count"));
    assert_eq!(more("navette_writer_failed_commits_total"), 0);
    for (row, least) in [
        ("navette_writer_up", 1),
        ("navette_readers", 1),
        ("navette_database_bytes", 4096),
        ("navette_wal_bytes", 4096),
        ("navette_info{version=\"0.1.0\"}", 1),
    ] {
        assert!(number(&after, row) >= least, "{row}: {after:?}");
    }
    for row in ["navette_writer_queue_jobs", "navette_readers_waiting", "navette_http_too_many_total"] {
        assert_eq!(after.get(row).map(String::as_str), Some("0"), "{row}");
    }
    if cfg!(target_os = "linux") {
        assert!(number(&after, "process_resident_memory_bytes") > 1_000_000);
        assert!(number(&after, "navette_disk_free_bytes") > 0);
    }
}

#[tokio::test]
async fn figures_name_nobody_and_no_id() {
    let world = World::new().await;
    let story = tour::tell(&world).await;
    let rows = figures(&world).await;
    assert!(rows.len() > 500, "{}", rows.len());
    for (row, _) in rows {
        let ids = [&story.loan, &story.contribution, &story.village.cooperation, &story.village.commune.id];
        let told = ids.iter().any(|id| row.contains(id.as_str()));
        assert!(!told && !row.contains("mairie") && !row.contains("0199") && !row.contains("019c"), "{row}");
    }
}

#[tokio::test]
async fn a_service_says_in_words_whether_it_is_ready() {
    let world = World::new().await;
    world.village().await;
    let told = world.get("/readyz").await.ok();
    assert_eq!(told["status"], "ready");
    assert_eq!(told["writer"], json!({ "state": "ok", "told": "Whatever is sent is recorded." }));
    assert_eq!(told["log"]["state"], "ok");
    assert!(["ok", "low"].contains(&told["disk"]["state"].as_str().unwrap()), "{told}");
    let told = world.get("/readyz").in_french().await.ok();
    assert_eq!(told["writer"]["told"], "Ce qui est envoyé est enregistré.");

    world.app.store.close().await;
    let told = world.get("/readyz").in_french().await;
    let told = told.is(503).json();
    let stopped = "Plus rien n’est enregistré\u{a0}: le serveur s’arrête, ou doit être relancé.";
    assert_eq!(
        (&told["status"], &told["writer"]),
        (&json!("not_ready"), &json!({ "state": "stopped", "told": stopped }))
    );
}
