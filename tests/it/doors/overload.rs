//! More than can be served at once: the rest is told so early, and when to come back; what was accepted is done.

use std::future::Future;
use std::pin::Pin;
use std::sync::mpsc;
use std::task::{Context, Poll};

use futures_util::future::join_all;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use navette::error::Error;
use navette::store::{QUERIES_WAITING_MAX, READERS_MAX, Store};

use crate::ask::Answer;
use crate::deeds::given;
use crate::store::jobs::{QUEUE_JOBS_MAX, hold};
use crate::world::{TODAY, World};

/// Places left in the writer's queue.
const LEFT: usize = 20;
/// Requests that come for them.
const COME: usize = 60;

/// What was told to come back, and when.
#[track_caller]
fn told_to_come_back(answer: &Answer) {
    answer.refused(503, "busy");
    assert_eq!(answer.header("retry-after"), Some("1"));
}

/// Asks everything once, and gives how much of it waits.
async fn waiting<F: Future + Unpin>(asked: &mut [F]) -> usize {
    let poll = |context: &mut Context<'_>| {
        Poll::Ready(asked.iter_mut().filter_map(|one| Pin::new(one).poll(context).is_pending().then_some(())).count())
    };
    std::future::poll_fn(poll).await
}

/// Keeps every reader busy until what is answered is dropped.
fn hold_readers(store: &Store) -> Vec<mpsc::Sender<()>> {
    let hold = |_| {
        let (go_on, told) = mpsc::channel::<()>();
        let (began, begun) = mpsc::channel();
        let store = store.clone();
        tokio::spawn(async move {
            let query = move |_: &rusqlite::Connection| {
                began.send(()).unwrap();
                Ok(told.recv().is_err())
            };
            store.read(query).await
        });
        tokio::task::block_in_place(|| begun.recv().unwrap());
        go_on
    };
    (0..READERS_MAX).map(hold).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_writer_has_no_more_room_the_rest_is_refused_at_once_and_what_was_taken_is_recorded() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let (go_on, held) = hold(&world);
    let store = &world.app.store;
    let mut before: Vec<_> = (0..QUEUE_JOBS_MAX - LEFT).map(|_| Box::pin(store.write(|_, _| Ok(())))).collect();
    assert_eq!(waiting(&mut before).await, QUEUE_JOBS_MAX - LEFT);

    let record = |minutes: usize| {
        let wish = given(jardins, cuma, TODAY, i64::try_from(minutes).unwrap());
        world.post("/v1/hours", &wish).by(&jardins.manager).key(&format!("k{minutes}")).into_future()
    };
    let mut coming: FuturesUnordered<_> = (1..=COME).map(record).collect();
    // The writer stands still, and yet all are answered but those that were taken.
    for _ in LEFT..COME {
        told_to_come_back(&coming.next().await.unwrap());
    }
    // Meanwhile others are served who need no writer.
    world.get(format!("/v1/hours?structure_id={}", cuma.id)).by(&cuma.manager).await.ok();
    world.get("/healthz").await.ok();

    go_on.send(()).unwrap();
    held.await.unwrap().unwrap();
    for done in join_all(before).await {
        done.unwrap();
    }
    let taken: Vec<Answer> = coming.collect().await;
    let minutes: i64 = taken.iter().map(|answer| answer.created()["minutes"].as_i64().unwrap()).sum();
    assert_eq!(taken.len(), LEFT);
    // All come back: nothing is recorded twice, and nothing is missing.
    for answer in join_all((1..=COME).map(record)).await {
        answer.created();
    }
    let report = store.read(navette::ledger::verify::verify).await.unwrap();
    assert_eq!((report.lines, report.faults), (i64::try_from(COME).unwrap(), vec![]));
    assert!(minutes > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn when_all_readers_are_busy_so_many_wait_the_rest_is_refused_at_once_and_writing_goes_on() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let busy = hold_readers(&world.app.store);
    let store = &world.app.store;
    let mut first: Vec<_> = (0..QUERIES_WAITING_MAX).map(|_| Box::pin(store.read(|_| Ok(())))).collect();
    assert_eq!(waiting(&mut first).await, QUERIES_WAITING_MAX);
    assert!(matches!(store.read(|_| Ok(())).await, Err(Error::Busy)));
    let list = || world.get(format!("/v1/hours?structure_id={}", cuma.id)).by(&cuma.manager);
    told_to_come_back(&list().await);
    world.post("/v1/hours", &given(jardins, cuma, TODAY, 60)).by(&jardins.manager).await.created();
    world.get("/healthz").await.ok();

    drop(busy);
    for done in join_all(first).await {
        // On a machine that stood still, some may have waited for too long.
        assert!(matches!(done, Ok(()) | Err(Error::Busy)), "{done:?}");
    }
    assert_eq!(list().await.items().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_a_reader_in_vain_is_told_to_come_back() {
    let world = World::new().await;
    let village = world.village().await;
    let busy = hold_readers(&world.app.store);
    told_to_come_back(&world.get("/v1/structures").by(&village.owner).await);
    drop(busy);
    world.get("/v1/structures").by(&village.owner).await.ok();
}
