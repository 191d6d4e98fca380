//! What is let in for so long, or so many at once, and no more.

use std::sync::mpsc;
use std::time::Duration;

use navette::http::door::Settings;
use navette::http::limits::COSTLY_PLACES;
use navette::http::rates::Generosity;
use navette::store::READERS_MAX;
use serde_json::json;

use crate::world::World;

/// What a job needs to begin, and more.
const LET_BEGIN: Duration = Duration::from_millis(100);

#[tokio::test]
async fn only_so_many_costly_requests_are_served_at_once() {
    let world = World::new().await;
    let village = world.village().await;
    let (id, by) = (&village.commune.id, &village.commune.manager);
    let summary = || world.get(format!("/v1/structures/{id}/summaries/2026")).by(by);
    let mut held = Vec::new();
    for _ in 0..COSTLY_PLACES {
        held.push(world.app.door.place().await.unwrap());
    }
    let answer = summary().await;
    answer.refused(503, "busy");
    assert_eq!(answer.header("retry-after"), Some("1"));
    // Others find a reader all the same, and so does the next one when a place is free.
    world.get(format!("/v1/structures/{id}")).by(by).await.ok();
    held.pop();
    summary().await.ok();
}

/// Keeps every reader busy until what is answered is dropped.
async fn hold_readers(world: &World) -> Vec<mpsc::Sender<()>> {
    let mut free = Vec::new();
    for _ in 0..READERS_MAX {
        let (end, ended) = mpsc::channel::<()>();
        let store = world.app.store.clone();
        tokio::spawn(async move { store.read(move |_| Ok(ended.recv().is_err())).await });
        free.push(end);
    }
    tokio::time::sleep(LET_BEGIN).await;
    free
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_beyond_its_time_is_answered_and_says_whether_anything_may_have_been_recorded() {
    let time = Some(Duration::from_millis(300));
    let world = World::behind(Settings { generosity: Generosity::Off, time, ..Settings::default() }).await;
    let owner = world.account("proprietaire").await;
    world.sign_in(owner.account).await;

    // Every reader is kept busy, then the writer: what waits for it is recorded once it goes on, so that the answer
    // must not say that nothing was.
    let free = hold_readers(&world).await;
    let late = world.get("/v1/structures").by(&owner).await;
    late.refused(503, "busy");
    assert_eq!(late.header("retry-after"), Some("1"));
    drop(free);
    let (free, told) = mpsc::channel::<()>();
    let store = world.app.store.clone();
    let held = tokio::spawn(async move { store.write(move |_, _| Ok(told.recv().is_err())).await });
    tokio::time::sleep(LET_BEGIN).await;
    let late = world.post("/v1/sessions/end-others", &json!({})).by(&owner).await;
    late.refused(503, "outcome-unknown");
    assert_eq!(late.header("retry-after"), Some("1"));
    drop(free);
    assert!(held.await.unwrap().unwrap());
    // The readers were freed before: they serve again.
    world.get("/v1/structures").by(&owner).await.ok();
}
