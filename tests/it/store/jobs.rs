//! Jobs of the writer: each stands or falls alone, all are durable before they are answered, too many are told so.

use std::sync::mpsc;

use futures_util::future::join_all;
use navette::error::Error;
use navette::store::READERS_MAX;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::deeds::{given, with};
use crate::world::{TODAY, World};

/// Jobs that may wait (`store/writer.rs`).
pub const QUEUE_JOBS_MAX: usize = 4096;

/// Writes a need with this name straight into the database.
fn note(db: &Connection, name: &str) -> Result<(), Error> {
    let sql = "insert into skill (id, side, structure_id, name, created_at)
               select randomblob(16), 'need', id, ?1, 0 from structure limit 1";
    db.execute(sql, [name])?;
    Ok(())
}

async fn noted(world: &World) -> Vec<String> {
    let read = world.app.store.read(|db| {
        let mut names = db.prepare("select name from skill order by name")?;
        let names = names.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(names)
    });
    read.await.unwrap()
}

/// Holds the writer in a job until told to go on, so that what follows waits in one batch behind it.
pub fn hold(world: &World) -> (mpsc::Sender<()>, tokio::task::JoinHandle<Result<(), Error>>) {
    let (go_on, told) = mpsc::channel();
    let (began, begun) = mpsc::channel();
    let store = world.app.store.clone();
    let held = tokio::spawn(async move {
        let job = store.write(move |_, _| {
            began.send(()).unwrap();
            told.recv().unwrap();
            Ok(())
        });
        job.await
    });
    tokio::task::block_in_place(|| begun.recv().unwrap());
    (go_on, held)
}

#[tokio::test(flavor = "multi_thread")]
async fn of_jobs_in_one_batch_those_that_fail_or_panic_leave_nothing_and_the_others_stay() {
    let world = World::new().await;
    world.village().await;
    let (go_on, held) = hold(&world);
    let store = &world.app.store;
    let jobs = async {
        tokio::join!(
            store.write(|db, _| note(db, "one")),
            store.write(|db, _| note(db, "refused").and(Err::<(), _>(Error::Forbidden))),
            store.write(|db, _| note(db, "two")),
            store.write(|db, _| {
                note(db, "broken").unwrap();
                if db.is_autocommit() { Ok(()) } else { panic!("on purpose, in a test") }
            }),
            store.write(|db, _| note(db, "three")),
            store.write(|db, _| {
                note(db, "at odds with the schema")?;
                Ok(db.execute("update skill set archived = 7", [])?)
            }),
            async { go_on.send(()).unwrap() },
        )
    };
    let (one, refused, two, broken, three, by_the_schema, ()) = jobs.await;
    held.await.unwrap().unwrap();
    assert!(one.is_ok() && two.is_ok() && three.is_ok());
    assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
    assert!(matches!(broken, Err(Error::Internal(_))), "{broken:?}");
    assert!(matches!(by_the_schema, Err(Error::Internal(_))), "{by_the_schema:?}");
    assert_eq!(noted(&world).await, ["one", "three", "two"]);

    // The writer lives on, and so does the service.
    store.write(|db, _| note(db, "after")).await.unwrap();
    assert!(noted(&world).await.contains(&"after".to_owned()));
    world.get("/healthz").await.ok();
    assert!(!*store.failed().borrow());
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

#[tokio::test]
async fn a_job_that_the_schema_refuses_is_told_so_and_takes_its_own_work_back() {
    let world = World::new().await;
    world.village().await;
    let refused = world.app.store.write(|db, _| {
        note(db, "half")?;
        db.execute("update skill set archived = 7", [])?;
        Ok(())
    });
    assert!(matches!(refused.await, Err(Error::Internal(told)) if told.contains("skill_archived_is_flag")));
    let doubled = world.app.store.write(|db, _| {
        note(db, "half")?;
        db.execute("insert into skill select * from skill", [])?;
        Ok(())
    });
    assert!(matches!(doubled.await, Err(Error::IdTaken)));
    assert_eq!(noted(&world).await, [] as [&str; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_says_busy_and_what_waits_in_it_is_done() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let (go_on, held) = hold(&world);
    let store = &world.app.store;
    let mut waiting: Vec<_> = (0..QUEUE_JOBS_MAX).map(|_| Box::pin(store.write(|_, _| Ok(1)))).collect();
    let queued = std::future::poll_fn(|context| {
        use std::future::Future as _;
        let pending = waiting.iter_mut().filter_map(|job| job.as_mut().poll(context).is_pending().then_some(()));
        std::task::Poll::Ready(pending.count())
    });
    assert_eq!(queued.await, QUEUE_JOBS_MAX);
    let one_more = store.write(|_, _| Ok(()));
    assert!(matches!(one_more.await, Err(Error::Busy)));
    let wish = given(jardins, cuma, TODAY, 60);
    let answer = world.post("/v1/hours", &wish).by(&jardins.manager).await;
    answer.refused(503, "busy");
    assert_eq!(answer.header("retry-after"), Some("1"));
    // Readers wait for no writer.
    world.get(format!("/v1/hours?structure_id={}", cuma.id)).by(&cuma.manager).await.ok();

    go_on.send(()).unwrap();
    held.await.unwrap().unwrap();
    let done: usize = join_all(waiting).await.into_iter().map(Result::unwrap).sum();
    assert_eq!(done, QUEUE_JOBS_MAX);
    world.post("/v1/hours", &wish).by(&jardins.manager).await.created();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_duplicates_of_one_request_make_one_row_and_equal_answers() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let chosen = json!({ "id": "01990f3a-7c1e-7000-8000-0000000000c8" });
    let wish = with(&given(jardins, cuma, TODAY, 60), &chosen);
    let answers = join_all((0..200).map(|_| world.post("/v1/hours", &wish).by(&jardins.manager).into_future())).await;
    let bodies: Vec<Value> = answers.iter().map(|answer| answer.created()).collect();
    assert!(bodies.iter().all(|body| *body == bodies[0]));
    let fresh = answers.iter().filter(|answer| answer.header("idempotency-replayed").is_none());
    assert_eq!(fresh.count(), 1);
    let contents = world.contents().await;
    assert_eq!((contents["hours"].len(), contents["ledger"].len(), contents["idempotency"].len()), (1, 1, 1));
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_many_say_at_once_is_all_recorded_in_one_chain() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let answers = join_all((1..=100).map(|minutes| {
        let (giver, receiver) = if minutes % 2 == 0 { (jardins, cuma) } else { (cuma, jardins) };
        world.post("/v1/hours", &given(giver, receiver, TODAY, minutes)).by(&giver.manager).into_future()
    }));
    let told: i64 = answers.await.iter().map(|answer| answer.created()["minutes"].as_i64().unwrap()).sum();
    assert_eq!(told, 5050);
    let report = world.app.store.read(navette::ledger::verify::verify).await.unwrap();
    assert_eq!((report.lines, report.faults), (100, vec![]));
}

#[tokio::test]
async fn a_reader_cannot_write_and_sees_one_moment() {
    let world = World::new().await;
    world.village().await;
    for sql in [
        "insert into structure (id, name, kind, created_at) values (randomblob(16), 'x', 'other', 0)",
        "update structure set name = 'x'",
        "delete from structure",
        "drop table ledger",
        "create table more (id integer)",
        "attach ':memory:' as more",
        "vacuum",
    ] {
        let refused = world.app.store.read(move |db| Ok(db.execute(sql, [])?)).await;
        assert!(refused.is_err(), "{sql}");
    }
    let before = world.contents().await;
    let nested = world.app.store.read(|db| {
        let count = |db: &Connection| db.query_row("select count(*) from skill", [], |row| row.get::<_, i64>(0));
        let first = count(db)?;
        let path = db.path().unwrap().to_owned();
        Connection::open(path).unwrap().execute(
            "insert into skill (id, side, structure_id, name, created_at)
             select randomblob(16), 'need', id, 'meanwhile', 0 from structure limit 1",
            [],
        )?;
        Ok((first, count(db)?))
    });
    assert_eq!(nested.await.unwrap(), (0, 0));
    assert_eq!(world.contents().await["skill"].len(), before["skill"].len() + 1);
}

#[tokio::test]
async fn a_question_that_panics_costs_no_reader() {
    let world = World::new().await;
    for _ in 0..=READERS_MAX {
        let asked =
            world.app.store.read(|db| if db.is_autocommit() { Ok(()) } else { panic!("on purpose, in a test") });
        assert!(matches!(asked.await, Err(Error::Internal(_))));
    }
    world.get("/healthz").await.ok();
}

#[tokio::test]
async fn a_query_that_nobody_waits_for_any_more_is_interrupted() {
    let world = World::new().await;
    let endless = "with recursive count(n) as (select 1 union all select n + 1 from count) select max(n) from count";
    let moment = std::time::Duration::from_millis(20);
    // More than there are readers: they are found free again, one after the other.
    for _ in 0..=READERS_MAX {
        let query = world.app.store.read(move |db| Ok(db.query_row(endless, [], |row| row.get::<_, i64>(0))?));
        assert!(tokio::time::timeout(moment, query).await.is_err());
    }
    world.get("/healthz").await.ok();
}
