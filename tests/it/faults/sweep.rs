//! Every call to the disk fails once: in every write operation of the API, in opening and in rewriting the file.
//!
//! The first call fails, then the second, and so on, once and for ever, until the operation passes untouched. Whatever
//! is answered must be true: what is done is there after a restart, what is refused left nothing behind, and the same
//! request sent again under its key has one effect.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Once, PoisonError};

use axum::http::Method;
use navette::privacy::purge;

use super::crowd::{Crowd, Way};
use super::disk::{Disk, Fault, Files, Plan};
use super::stories::checkpoint_every;
use super::{is_long, world_on};
use crate::ask::{Answer, Sent};
use crate::contract::{route, tour};
use crate::world::World;

/// In which ways a call fails.
const WAYS: &[(Fault, bool)] =
    &[(Fault::Device, false), (Fault::Device, true), (Fault::Half, false), (Fault::Full, false), (Fault::Full, true)];
/// Calls of one operation at most: it must pass some time.
const CALLS_MAX: u64 = 20_000;

/// A request, and what was on the disk just before it.
#[derive(Clone)]
struct Scene {
    name: String,
    sent: Sent,
    files: Files,
}

/// Every writing request of the tour of the API, by its operation.
async fn operations() -> Vec<Vec<Scene>> {
    let disk = Disk::new(Files::new());
    let world = world_on(&disk).await.unwrap();
    checkpoint_every(&world, 200).await;
    let scenes = Arc::new(Mutex::new(BTreeMap::<String, Vec<Scene>>::new()));
    let (seen, noted) = (Arc::clone(&disk), Arc::clone(&scenes));
    let witness = move |sent: Sent| {
        if sent.method != Method::GET {
            let name = format!("{} {}", sent.method, route(&sent.method, &sent.path).unwrap_or(&sent.path));
            let scene = Scene { name: name.clone(), sent, files: seen.files() };
            noted.lock().unwrap_or_else(PoisonError::into_inner).entry(name).or_default().push(scene);
        }
    };
    assert!(world.witness.set(Box::new(witness)).is_ok());
    tour::tell(&world).await;
    let scenes = scenes.lock().unwrap_or_else(PoisonError::into_inner).clone();
    assert!(scenes.len() > 60, "{} operations write", scenes.len());
    scenes.into_values().collect()
}

/// How many rows each table has.
async fn counts(world: &World) -> BTreeMap<String, usize> {
    world.contents().await.into_iter().map(|(table, rows)| (table, rows.len())).collect()
}

/// What is answered when nothing fails, and how many rows each table has then.
struct Clean {
    status: u16,
    rows: BTreeMap<String, usize>,
}

/// Panics in this process that no test meant.
fn panics() -> usize {
    static HOOKED: Once = Once::new();
    static PANICS: AtomicUsize = AtomicUsize::new(0);
    HOOKED.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !panic.payload_as_str().is_some_and(|told| told.contains("on purpose")) {
                PANICS.fetch_add(1, Ordering::Relaxed);
            }
            before(panic);
        }));
    });
    PANICS.load(Ordering::Relaxed)
}

impl Scene {
    async fn send(&self, world: &World) -> Answer {
        self.sent.again(world).key("sweep").await
    }

    /// True when an account or program asks, so that a key is remembered for it.
    fn is_keyed(&self) -> bool {
        self.sent.headers.contains_key("authorization")
    }

    /// What the request is answered, and what is there then, when nothing fails; none when it is refused.
    async fn clean(&self, disk: &Arc<Disk>) -> Option<Clean> {
        let world = self.begin(disk).await;
        let status = self.send(&world).await.status;
        let rows = counts(&world).await;
        end(disk, world);
        status.is_success().then_some(Clean { status: status.as_u16(), rows })
    }

    async fn begin(&self, disk: &Arc<Disk>) -> World {
        disk.load(self.files.clone());
        world_on(disk).await.unwrap()
    }

    /// Fails every so manieth call in turn; how many failed.
    async fn sweep(&self, disk: &Arc<Disk>, way: (Fault, bool), step: usize, clean: &Clean) -> u64 {
        in_turn(&self.name, way, step, async |plan| self.try_with(disk, plan, clean).await).await
    }

    /// One trial; how many calls failed.
    async fn try_with(&self, disk: &Arc<Disk>, plan: Plan, clean: &Clean) -> u64 {
        let (told, done) = (format!("{} with {plan:?}", self.name), clean.status);
        let world = self.begin(disk).await;
        let (before, panicked) = (world.contents().await, panics());
        disk.arm(plan);
        let answer = self.send(&world).await;
        let struck = disk.mend();
        assert_eq!(panics(), panicked, "{told}: a panic");
        let status = answer.status.as_u16();
        let code = if status == done { String::new() } else { answer.json()["code"].as_str().unwrap().to_owned() };
        assert!(status == done || ["busy", "outcome-unknown", "internal"].contains(&code.as_str()), "{told}: {answer}");
        assert!(struck > 0 || status == done, "{told}: {answer}");
        assert!(plan.fault != Fault::Full || matches!(code.as_str(), "" | "busy"), "{told}: {answer}");
        let failed = *world.app.store.failed().borrow();
        assert_eq!(failed, code == "outcome-unknown", "{told}: {answer}");
        // An import is recorded row by row, so some of it may be there.
        if !failed && status != done && !self.name.ends_with("/imports") {
            assert!(world.contents().await == before, "{told}: {answer} left something behind");
        }
        // As when the process ends and starts again.
        end(disk, world);
        let world = world_on(disk).await.unwrap_or_else(|error| panic!("{told}: {error}"));
        if self.is_keyed() || !failed && status != done {
            assert_eq!(self.send(&world).await.status.as_u16(), done, "{told}, and then again");
        }
        if self.is_keyed() || !failed {
            assert_eq!(counts(&world).await, clean.rows, "{told}: {answer}, and then again");
        }
        assert_eq!(world.faults().await, [] as [&str; 0], "{told}");
        end(disk, world);
        struck
    }
}

/// Fails every so manieth call in turn, until what is tried passes untouched; how many failed.
async fn in_turn(tried: &str, way: (Fault, bool), step: usize, mut trial: impl AsyncFnMut(Plan) -> u64) -> u64 {
    let mut struck = 0;
    for after in (0..CALLS_MAX).step_by(step) {
        match trial(Plan { fault: way.0, after, lasting: way.1 }).await {
            0 => return struck,
            more => struck += more,
        }
    }
    panic!("{tried} never passes");
}

/// The process ends.
fn end(disk: &Arc<Disk>, world: World) {
    drop(world);
    disk.settled();
}

/// Sweeps operations one after the other: in every way and wholly in the long run, else here and there.
async fn sweep(operations: Vec<(usize, Vec<Scene>)>) -> u64 {
    let disk = Disk::new(Files::new());
    let mut struck = 0;
    for (number, scenes) in operations {
        for scene in scenes {
            let Some(clean) = scene.clean(&disk).await else { continue };
            let (ways, step) = if is_long() { (WAYS, 1) } else { (&WAYS[number % WAYS.len()..][..1], 19) };
            for way in ways {
                struck += scene.sweep(&disk, *way, step, &clean).await;
            }
            break;
        }
    }
    struck
}

#[tokio::test]
async fn whatever_call_fails_in_whatever_operation_the_answer_is_true() {
    let begun = std::time::Instant::now();
    let some = if is_long() { 1 } else { 4 };
    let operations: Vec<_> = operations().await.into_iter().enumerate().step_by(some).collect();
    let count = operations.len();
    let work = |half| {
        let share = operations.iter().skip(half).step_by(2).cloned().collect();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(sweep(share))
        })
    };
    let workers: Vec<_> = (0..2).map(work).collect();
    let struck: u64 = workers.into_iter().map(|worker| worker.join().unwrap()).sum();
    println!("faults: {struck} calls failed in {count} operations, in {:?}", begun.elapsed());
}

#[tokio::test]
async fn whatever_call_fails_while_a_file_is_opened_it_opens_the_next_time() {
    let (village, _) = Crowd::gathered(Way::Honest).await;
    let disk = Disk::new(Files::new());
    let mut struck = 0;
    let step = if is_long() { 1 } else { 29 };
    for files in [Files::new(), village] {
        for way in WAYS {
            struck += in_turn("opening", *way, step, async |plan| {
                disk.load(files.clone());
                disk.arm(plan);
                let opened = world_on(&disk).await;
                let failed = disk.mend();
                assert!(failed > 0 || opened.is_ok(), "{plan:?}: {:?}", opened.err());
                drop(opened);
                disk.settled();
                let world = world_on(&disk).await.unwrap();
                assert_eq!(world.faults().await, [] as [&str; 0], "{plan:?}");
                end(&disk, world);
                failed
            })
            .await;
        }
    }
    println!("faults: {struck} calls failed in opening a file");
}

#[tokio::test]
async fn whatever_call_fails_while_the_file_is_rewritten_nothing_changes_and_it_can_be_done_again() {
    let (village, _) = Crowd::gathered(Way::Honest).await;
    let disk = Disk::new(Files::new());
    let mut struck = 0;
    let step = if is_long() { 1 } else { 101 };
    for way in WAYS {
        struck += in_turn("rewriting", *way, step, async |plan| {
            disk.load(village.clone());
            let world = world_on(&disk).await.unwrap();
            let before = world.contents().await;
            disk.arm(plan);
            let rewritten = world.app.store.compact().await;
            let failed = disk.mend();
            assert!(failed > 0 || rewritten.is_ok(), "{plan:?}: {rewritten:?}");
            assert!(world.contents().await == before, "{plan:?}");
            purge::rewrite(&world.app).await.unwrap();
            assert_eq!(world.faults().await, [] as [&str; 0], "{plan:?}");
            end(&disk, world);
            failed
        })
        .await;
    }
    println!("faults: {struck} calls failed in rewriting the file");
}
