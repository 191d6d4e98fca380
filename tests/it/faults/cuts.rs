//! Cutting the power after every call of a story, and holding what is left against what was promised.
//!
//! SQLite recovers what is left; the database must then be, byte for byte, as it was after one of the commits of the
//! story, and none older than the last that was acknowledged. Whether those commits themselves are sound is asked of
//! production code: it opens them and verifies them whole, and every so many survivors, too.

use std::collections::BTreeSet;
use std::sync::Arc;

use navette::ledger::verify;
use rusqlite::Connection;

use super::crowd::{Crowd, Promise};
use super::disk::{Call, Disk, Files, Part};
use super::power::{Luck, Platter};
use super::random::Random;
use super::world_on;

/// Threads that look at survivors side by side.
const WORKERS: usize = 2;
/// What stands before each page in a write-ahead log (SQLite file format, 4.1).
const FRAME_HEADER_BYTES: usize = 24;

/// A story that was told on a disk.
#[derive(Default)]
pub struct Told {
    /// What was on the disk when it began.
    pub start: Files,
    /// What was asked of the disk.
    pub log: Vec<Call>,
    /// Positions at which all that was done before was acknowledged: of stories told one request after the other.
    pub marks: Vec<usize>,
    /// Parts whose syncs the disk answers and does not do.
    pub lies: Vec<Part>,
    /// The file is of an earlier version.
    pub upgrades: bool,
    /// Requests acknowledged one by one: of a crowd.
    pub promises: Vec<Promise>,
    /// Who sends every request again, and how many requests there were.
    pub crowd: Option<(Crowd, u32)>,
}

/// How closely a story is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Care {
    /// Where the random numbers begin.
    pub seed: u64,
    /// Every so manieth call is a point at which the power goes.
    pub points: usize,
    /// Survivors looked at for each such point.
    pub variants: u64,
    /// Every so manieth commit and survivor is opened and verified by production code.
    pub whole: usize,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Found {
    /// States looked at.
    pub states: usize,
    /// Commits of the story.
    pub commits: usize,
    /// States opened and verified by production code.
    pub verified: usize,
    /// States in which something acknowledged was not there.
    pub lost: usize,
    /// States from which sending everything again recorded something twice.
    pub twice: usize,
    /// States that were none of the story, or did not verify.
    pub corrupt: usize,
    /// The first few of all these, in words.
    pub told: Vec<String>,
}

impl Found {
    /// Tells the first few of each kind.
    fn tell(&mut self, count: usize, what: impl FnOnce() -> String) {
        if count <= 3 {
            self.told.push(what());
        }
    }

    /// Adds what others found.
    pub fn add(&mut self, other: Self) {
        self.states += other.states;
        self.commits += other.commits;
        self.verified += other.verified;
        self.lost += other.lost;
        self.twice += other.twice;
        self.corrupt += other.corrupt;
        self.told.extend(other.told);
    }
}

/// A state of the database that a commit made.
struct Commit {
    /// How many calls had been made when it was first there.
    position: usize,
    image: Option<Arc<Vec<u8>>>,
    keys: BTreeSet<[u8; 32]>,
}

/// Cuts the power all along a story.
pub fn cut(told: &Told, care: Care) -> Found {
    let history = history(told);
    let required = required(told, &history);
    let mut found = Found { commits: history.len(), ..Found::default() };
    let workers = std::thread::scope(|scope| {
        let work = |worker| (worker, &history, &required);
        let started = (0..WORKERS).map(work).map(|(worker, history, required)| {
            scope.spawn(move || Worker::new(told, care, history, required, worker).work())
        });
        started.collect::<Vec<_>>().into_iter().map(|worker| worker.join().expect("a worker")).collect::<Vec<_>>()
    });
    for part in workers {
        found.add(part);
    }
    found
}

/// The commits of a story, as the files show them when nothing is ever lost.
fn history(told: &Told) -> Vec<Commit> {
    let mut history = History { disk: Disk::new(Files::new()), keyed: !told.promises.is_empty(), commits: Vec::new() };
    let mut platter = Platter::new(&told.start);
    history.look(&platter, 0);
    // Where in the log the page of a commit is to be written next.
    let mut page = None;
    for (index, call) in told.log.iter().enumerate() {
        let is_page = matches!(call, Call::Write { part: Part::Log, at, .. } if Some(*at) == page);
        // Whatever is not told by the log alone is there before a sync at the latest.
        if page.is_some() && !is_page || matches!(call, Call::Sync { .. }) {
            history.look(&platter, index);
        }
        platter.follow(call);
        // Without a log, a commit ends by removing or cutting the journal.
        if is_page || matches!(call, Call::Remove { .. } | Call::Truncate { .. }) {
            history.look(&platter, index + 1);
        }
        page = page_of_a_commit(call);
    }
    history.look(&platter, told.log.len());
    history.commits
}

/// Where the page follows, when this writes the header of the last frame of a commit to the log: several commits may be
/// written before one sync, and each of them may be what is left. Such a header is the only one that tells how large
/// the database is afterwards (SQLite file format, 4.1).
fn page_of_a_commit(call: &Call) -> Option<usize> {
    match call {
        Call::Write { part: Part::Log, at, bytes } if bytes.len() == FRAME_HEADER_BYTES => {
            bytes[4..8].iter().any(|byte| *byte != 0).then_some(at + FRAME_HEADER_BYTES)
        }
        _ => None,
    }
}

/// The commits found so far.
struct History {
    disk: Arc<Disk>,
    keyed: bool,
    commits: Vec<Commit>,
}

impl History {
    /// Notes what is there after so many calls, if it is new.
    fn look(&mut self, platter: &Platter, position: usize) {
        let files = platter.survivors(Luck::All, &mut Random::new(0));
        let image = recovered(&self.disk, files).expect("what nobody cut can be opened");
        if self.commits.last().is_none_or(|last| last.image != image) {
            let keys = if self.keyed { keys(&self.disk) } else { BTreeSet::new() };
            self.commits.push(Commit { position, image, keys });
        }
    }
}

/// For each position, the oldest commit that may be left: that of the last acknowledgement.
fn required(told: &Told, history: &[Commit]) -> Vec<usize> {
    let mut required = vec![0; told.log.len() + 1];
    let mut at_least = |position: usize, commit: usize| required[position] = commit.max(required[position]);
    for &mark in &told.marks {
        at_least(mark, history.iter().rposition(|commit| commit.position <= mark).unwrap_or_default());
    }
    for promise in &told.promises {
        let first = history.iter().position(|commit| commit.keys.contains(&promise.key));
        at_least(promise.position, first.expect("what was acknowledged is there in the end"));
    }
    for position in 1..required.len() {
        required[position] = required[position].max(required[position - 1]);
    }
    required
}

/// Lets SQLite recover and fold in what is left; the one file that there is then.
fn recovered(disk: &Arc<Disk>, files: Files) -> rusqlite::Result<Option<Arc<Vec<u8>>>> {
    disk.load(files);
    let db = Connection::open(&disk.path)?;
    db.query_row("pragma schema_version", [], |row| row.get::<_, i64>(0))?;
    db.close().map_err(|(_, error)| error)?;
    Ok(disk.files().remove(&Part::Main).filter(|bytes| !bytes.is_empty()))
}

/// Keys under which answers are kept in what was just recovered.
fn keys(disk: &Disk) -> BTreeSet<[u8; 32]> {
    let read = || -> rusqlite::Result<BTreeSet<[u8; 32]>> {
        let db = Connection::open(&disk.path)?;
        let mut kept = db.prepare("select key from idempotency where length(key) = 32")?;
        kept.query_map([], |row| row.get(0))?.collect()
    };
    // Before there is a schema there is no key.
    read().unwrap_or_default()
}

/// Looks at its share of the points.
struct Worker<'a> {
    told: &'a Told,
    care: Care,
    history: &'a [Commit],
    required: &'a [usize],
    number: usize,
    disk: Arc<Disk>,
    runtime: tokio::runtime::Runtime,
    found: Found,
}

impl<'a> Worker<'a> {
    fn new(told: &'a Told, care: Care, history: &'a [Commit], required: &'a [usize], number: usize) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let disk = Disk::new(Files::new());
        Self { told, care, history, required, number, disk, runtime, found: Found::default() }
    }

    fn work(mut self) -> Found {
        for index in (self.number..self.history.len()).step_by(WORKERS).step_by(self.care.whole) {
            let image = self.history[index].image.clone();
            let files = image.map(|image| (Part::Main, image)).into_iter().collect();
            self.verify(files, &format!("commit {index}"));
        }
        let mut platter = Platter::new(&self.told.start);
        for position in 0..=self.told.log.len() {
            if let Some(call) = position.checked_sub(1).and_then(|index| self.told.log.get(index))
                && !matches!(call, Call::Sync { part, .. } if self.told.lies.contains(part))
            {
                platter.follow(call);
            }
            if position % self.care.points == 0 && position / self.care.points % WORKERS == self.number {
                self.cut_at(&platter, position);
            }
        }
        self.found
    }

    fn cut_at(&mut self, platter: &Platter, position: usize) {
        let variants = if platter.is_settled() { 1 } else { self.care.variants };
        for variant in 0..variants {
            let luck = match variant {
                0 => Luck::Nothing,
                1 => Luck::All,
                _ => Luck::Mixed,
            };
            let seed = self.care.seed ^ (position as u64) << 20 ^ variant;
            let files = platter.survivors(luck, &mut Random::new(seed));
            self.found.states += 1;
            let name = format!("{luck:?} after call {position}, seed {:#x}, variant {variant}", self.care.seed);
            self.judge(&files, position, &name);
            if self.found.states.is_multiple_of(self.care.whole * 50) {
                self.verify(files, &name);
            }
        }
    }

    /// Which commit is it, and is that late enough?
    fn judge(&mut self, files: &Files, position: usize, name: &str) {
        let image = match recovered(&self.disk, files.clone()) {
            Ok(image) => image,
            Err(error) => {
                self.found.corrupt += 1;
                return self.found.tell(self.found.corrupt, || format!("{name}: cannot be opened: {error}"));
            }
        };
        let made = self.history.partition_point(|commit| commit.position <= position);
        let Some(commit) = self.history[..made].iter().rposition(|commit| commit.image == image) else {
            self.found.corrupt += 1;
            return self
                .found
                .tell(self.found.corrupt, || format!("{name}: no commit of the story left the database so"));
        };
        let required = self.required[position];
        if commit < required {
            self.found.lost += 1;
            self.found.tell(self.found.lost, || {
                format!("{name}: commit {commit} is left, commit {required} was acknowledged")
            });
        }
    }

    /// Opens it as the server would, verifies all of it, and sends every request of a crowd again.
    fn verify(&mut self, files: Files, name: &str) {
        self.found.verified += 1;
        self.disk.load(files);
        let (disk, crowd) = (Arc::clone(&self.disk), self.told.crowd.clone());
        let checked: Result<bool, String> = self.runtime.block_on(async {
            if self.told.upgrades {
                // As the server does when it starts.
                navette::store::upgrade(&disk.path).map_err(|error| error.to_string())?;
            }
            let world = world_on(&disk).await?;
            let report = world.app.store.read(verify::verify).await.map_err(|error| error.to_string())?;
            let mut twice = false;
            if let Some((crowd, requests)) = crowd {
                for number in 0..requests {
                    crowd.give(&world, &disk, number).await?;
                }
                let count = |db: &Connection| Ok(db.query_row("select count(*) from hours", [], |row| row.get(0))?);
                let hours: u32 = world.app.store.read(count).await.map_err(|error| error.to_string())?;
                twice = hours != requests;
            }
            world.app.store.close().await;
            if report.faults.is_empty() { Ok(twice) } else { Err(report.faults.join("; ")) }
        });
        drop(disk);
        self.disk.settled();
        match checked {
            Ok(false) => {}
            Ok(true) => {
                self.found.twice += 1;
                self.found
                    .tell(self.found.twice, || format!("{name}: a request that was sent again was recorded again"));
            }
            Err(error) => {
                self.found.corrupt += 1;
                self.found.tell(self.found.corrupt, || format!("{name}: {error}"));
            }
        }
    }
}
