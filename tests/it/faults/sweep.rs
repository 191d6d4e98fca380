//! Every call to the disk fails once: in every write operation of the API, in opening and in rewriting the file.
//!
//! The first call fails, then the second, and so on, once and for ever, until the operation passes untouched. Whatever
//! is answered must be true: what is done is there after a restart, what is refused left nothing behind, and the same
//! request sent again under its key has one effect.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Once, PoisonError};
use std::time::Instant;

use axum::http::Method;
use navette::privacy::purge;

use super::crowd::{self, Crowd};
use super::disk::{Disk, Fault, Files, Plan};
use super::stories::checkpoint_every;
use super::{is_long, world_on};
use crate::ask::{Answer, Sent};
use crate::contract::{route, tour};
use crate::world::World;

/// How a call fails, and whether all later ones do.
pub type Way = (Fault, bool);
/// In which ways a call fails.
pub const WAYS: &[Way] =
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

/// What is answered when nothing fails, what there was before, and how many rows each table has after it.
struct Clean {
    status: u16,
    before: BTreeMap<String, Vec<String>>,
    after: BTreeMap<String, usize>,
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

    /// True when whoever asks again and again is slowed down: without an account, or with a password to prove.
    fn is_slowed(&self) -> bool {
        let proves = |part: &[u8]| part == b"current_password";
        !self.is_keyed() || self.sent.body.windows(b"current_password".len()).any(proves)
    }

    /// True when it is recorded row by row, so that some of it may be there while the answer is none.
    fn is_import(&self) -> bool {
        self.name.ends_with("/imports")
    }

    /// What the request is answered when nothing fails, and what is there before and after; none when it is refused.
    async fn clean(&self, disk: &Arc<Disk>) -> Option<Clean> {
        let world = self.begin(disk).await;
        let before = world.contents().await;
        let status = self.send(&world).await.status;
        let after = counts(&world).await;
        end(disk, world);
        status.is_success().then_some(Clean { status: status.as_u16(), before, after })
    }

    async fn begin(&self, disk: &Arc<Disk>) -> World {
        disk.load(self.files.clone());
        world_on(disk).await.unwrap()
    }

    /// Fails every so manieth call in turn: each time as after a start, when pages have yet to be read, or again and again
    /// in a process that runs on.
    async fn sweep(&self, disk: &Arc<Disk>, way: Way, step: usize, cold: bool, clean: &Clean) -> Tried {
        let mut running = None;
        in_turn(&self.name, way, step, async |plan| {
            let world = match running.take() {
                Some(world) => world,
                None => self.begin(disk).await,
            };
            let (struck, left) = Trial { scene: self, disk, plan, clean }.run(world, cold).await;
            running = left;
            struck
        })
        .await
    }
}

/// How often something failed, and how many calls in all.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tried {
    pub times: u64,
    pub struck: u64,
}

impl Tried {
    /// Adds what was tried elsewhere.
    pub fn add(&mut self, more: Self) {
        self.times += more.times;
        self.struck += more.struck;
    }

    /// Prints what was tried, to be added up.
    pub fn tell(self, what: &str, begun: Instant) {
        let Self { times, struck } = self;
        println!("faults: {what}: {times} injected, {struck} calls failed by them, in {:?}", begun.elapsed());
    }
}

/// One request under one fault.
struct Trial<'a> {
    scene: &'a Scene,
    disk: &'a Arc<Disk>,
    plan: Plan,
    clean: &'a Clean,
}

impl Trial<'_> {
    /// How many calls failed; and the world as it was before, when nothing was recorded and nothing more is asked of it.
    async fn run(&self, world: World, closely: bool) -> (u64, Option<World>) {
        let Self { scene, disk, plan, clean } = self;
        let (told, panicked) = (format!("{} with {plan:?}", scene.name), panics());
        disk.arm(*plan);
        let answer = scene.send(&world).await;
        let struck = disk.mend();
        assert_eq!(panics(), panicked, "{told}: a panic");
        let done = answer.status.as_u16() == clean.status;
        let code = if done { String::new() } else { answer.json()["code"].as_str().unwrap().to_owned() };
        assert!(["", "busy", "outcome-unknown", "internal"].contains(&code.as_str()), "{told}: {answer}");
        assert!(struck > 0 || done, "{told}: {answer}");
        assert!(plan.fault != Fault::Full || matches!(code.as_str(), "" | "busy"), "{told}: {answer}");
        let failed = *world.app.store.failed().borrow();
        // A disk that goes on failing fails under the sync after a refusal, too.
        let is_unknown = code == "outcome-unknown";
        assert!(failed == is_unknown || failed && plan.lasting && code == "internal", "{told}: {answer}");
        if !failed && !done && !scene.is_import() {
            assert!(world.contents().await == clean.before, "{told}: {answer} left something behind");
            if !closely {
                return (struck, Some(world));
            }
        }
        end(disk, world);
        self.after_a_restart(&format!("{told}: {answer}"), done, failed).await;
        (struck, None)
    }

    /// What was done is there, and what was not is done when it is sent again.
    async fn after_a_restart(&self, told: &str, done: bool, failed: bool) {
        let Self { scene, disk, clean, .. } = self;
        let world = world_on(disk).await.unwrap_or_else(|error| panic!("{told}: {error}"));
        if scene.is_keyed() || !failed && !done {
            assert_eq!(scene.send(&world).await.status.as_u16(), clean.status, "{told}, and then again");
        }
        if scene.is_keyed() || !failed {
            assert_eq!(counts(&world).await, clean.after, "{told}, and then again");
        }
        assert_eq!(world.faults().await, [] as [&str; 0], "{told}");
        end(disk, world);
    }
}

/// Fails every so manieth call in turn, until what is tried passes untouched.
pub async fn in_turn(tried: &str, way: Way, step: usize, mut trial: impl AsyncFnMut(Plan) -> u64) -> Tried {
    let mut all = Tried::default();
    for after in (0..CALLS_MAX).step_by(step) {
        match trial(Plan { fault: way.0, after, lasting: way.1 }).await {
            0 => return all,
            struck => all.add(Tried { times: 1, struck }),
        }
    }
    panic!("{tried} never passes");
}

/// The process ends.
pub fn end(disk: &Arc<Disk>, world: World) {
    drop(world);
    disk.settled();
}

/// Sweeps operations one after the other: in every way and wholly in the long run, else here and there.
async fn sweep(operations: Vec<(usize, Vec<Scene>)>) -> Tried {
    let disk = Disk::new(Files::new());
    let mut tried = Tried::default();
    for (number, scenes) in operations {
        for scene in scenes {
            let Some(clean) = scene.clean(&disk).await else { continue };
            let (ways, [warm, cold]) =
                if is_long() { (WAYS, [1, 1]) } else { (&WAYS[number % WAYS.len()..][..1], [11, 61]) };
            for way in ways {
                tried.add(scene.sweep(&disk, *way, cold, true, &clean).await);
                if !scene.is_slowed() {
                    tried.add(scene.sweep(&disk, *way, warm, false, &clean).await);
                }
            }
            break;
        }
    }
    tried
}

#[tokio::test]
async fn whatever_call_fails_in_whatever_operation_the_answer_is_true() {
    let begun = Instant::now();
    let some = if is_long() { 1 } else { 4 };
    let is_tried = |number: usize, scenes: &[Scene]| number.is_multiple_of(some) || scenes[0].is_import();
    let operations = operations().await.into_iter().enumerate();
    let operations: Vec<_> = operations.filter(|(number, scenes)| is_tried(*number, scenes)).collect();
    let count = operations.len();
    let work = |half| {
        let share = operations.iter().skip(half).step_by(2).cloned().collect();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(sweep(share))
        })
    };
    let workers: Vec<_> = (0..2).map(work).collect();
    let mut tried = Tried::default();
    for worker in workers {
        tried.add(worker.join().unwrap());
    }
    tried.tell(&format!("{count} operations of the API"), begun);
}

#[tokio::test]
async fn whatever_call_fails_while_a_file_is_opened_it_opens_the_next_time() {
    let (village, _) = Crowd::gathered(crowd::Way::Honest).await;
    let disk = Disk::new(Files::new());
    let (mut tried, begun) = (Tried::default(), Instant::now());
    let step = if is_long() { 1 } else { 131 };
    for files in [Files::new(), village] {
        for way in WAYS {
            let more = in_turn("opening", *way, step, async |plan| {
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
            tried.add(more);
        }
    }
    tried.tell("opening a file", begun);
}

#[tokio::test]
async fn whatever_call_fails_while_the_file_is_rewritten_nothing_changes_and_it_can_be_done_again() {
    let (village, _) = Crowd::gathered(crowd::Way::Honest).await;
    let disk = Disk::new(Files::new());
    let (mut tried, begun) = (Tried::default(), Instant::now());
    let step = if is_long() { 1 } else { 151 };
    for way in WAYS {
        let more = in_turn("rewriting", *way, step, async |plan| {
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
        tried.add(more);
    }
    tried.tell("rewriting the file", begun);
}
