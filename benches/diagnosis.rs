//! The diagnosis and the pictures of a cooperation, the more flows there are between the same structures.
//!
//! `cargo bench --bench diagnosis` prints a table. Each ledger is read in a process of its own, so that its memory is
//! nobody else's. Read ratios within one run; absolute numbers belong to the machine.

#[path = "common/memory.rs"]
mod memory;
#[path = "common/told.rs"]
mod told;

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use memory::kib;
use navette::auth::rules::Of;
use navette::auth::{Act, Caller};
use navette::calendar::rules::{Period, shifted};
use navette::clock::{Clock, Day, Moment};
use navette::error::{Error, Fault};
use navette::http::words::Language;
use navette::id::Id;
use navette::indicator::rules::{Asked, By, Unit};
use navette::picture::page::{self, About};
use navette::picture::rules::Picture;
use navette::store::Store;
use navette::{App, indicator, picture};
use rusqlite::{Connection, named_params};

use told::{grouped, mib};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Structures that give to one another: as many as a wide territory has.
const STRUCTURES: u64 = 200;
/// Their kinds, which are their groups.
const KINDS: [&str; 5] = ["association", "commune", "farm", "cuma", "school"];
/// Flows of each run.
const FLOWS: [u64; 4] = [1_000, 10_000, 100_000, 1_000_000];
/// Days over which they are spread, one after the other, the year before among them.
const DAYS: u64 = 730;
/// Timed so often for each number of flows; the fastest is told.
const TIMES: usize = 3;

fn main() -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [word, file] = words.as_slice()
        && word == "measure"
    {
        return runtime.block_on(measure(Path::new(file)));
    }
    println!("| what | diagnosis | pictures | memory at most |\n| --- | --- | --- | --- |");
    let mut first = None;
    for flows in FLOWS {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("diagnosis.db");
        runtime.block_on(filled(&file, flows))?;
        let [diagnosis, pictures, kib] = measured(&file)?;
        let begun = first.get_or_insert((diagnosis, pictures));
        println!(
            "| {} flows in two years, {STRUCTURES} structures | {} | {} | {} |",
            grouped(flows.into()),
            told(diagnosis, begun.0),
            told(pictures, begun.1),
            mib(kib)
        );
    }
    Ok(())
}

/// Milliseconds, and how many times as much as with the fewest flows.
fn told(micros: u64, first: u64) -> String {
    let ratio = micros * 100 / first.max(1);
    format!("{}.{} ms, × {}.{:02}", micros / 1000, micros / 100 % 10, ratio / 100, ratio % 100)
}

/// What a process of its own tells of a ledger: microseconds of a diagnosis and of pictures, KiB at most.
fn measured(file: &Path) -> Result<[u64; 3], Failure> {
    let own = Command::new(std::env::current_exe()?).arg("measure").arg(file).output()?;
    let numbers =
        String::from_utf8_lossy(&own.stdout).split_whitespace().map(str::parse).collect::<Result<Vec<_>, _>>();
    let numbers = numbers.ok().and_then(|numbers| numbers.try_into().ok());
    Ok(numbers.ok_or_else(|| String::from_utf8_lossy(&own.stderr).into_owned())?)
}

fn clock() -> Clock {
    Clock::fixed(Moment::from_millis(1_770_000_000_000))
}

async fn filled(file: &Path, flows: u64) -> Result<(), Failure> {
    let store = Store::open(file, clock())?;
    store.write(move |db, now| fill(db, now, flows)).await?;
    store.close().await;
    Ok(())
}

/// Prints the numbers of the fastest: of a year's diagnosis with the year before, and of the three pictures of a year.
async fn measure(file: &Path) -> Result<(), Failure> {
    let app = App::new(Store::open(file, clock())?, clock()).await?;
    let first = |year| Day::first_of(year).ok_or("no such year");
    let period = Period { from: first(2025)?, until: first(2026)? };
    let (mut diagnosed, mut drawn) = (u128::MAX, u128::MAX);
    for _ in 0..TIMES {
        let asked = Asked { cooperations: vec![cooperation()], period, unit: Unit::Occasions, by: By::Kind };
        let started = Instant::now();
        let diagnosis = app.see(Caller::Operator, move |act: &Act<'_>| indicator::of_cooperations(act, asked)).await?;
        diagnosed = diagnosed.min(started.elapsed().as_micros());
        assert_eq!(diagnosis.groups.len(), KINDS.len());
        assert!(!diagnosis.departures.is_empty());
        let started = Instant::now();
        let bytes = draw(&app, period).await?;
        drawn = drawn.min(started.elapsed().as_micros());
        assert!(bytes > 1_000, "nothing is drawn");
    }
    // 0 where the system does not tell.
    println!("{diagnosed} {drawn} {}", kib("self", "VmHWM").unwrap_or(0));
    Ok(())
}

/// Draws the three pictures; how many bytes they have.
async fn draw(app: &App, period: Period) -> Result<usize, Failure> {
    let asked = picture::Asked {
        scope: Of::Cooperation(cooperation()),
        period,
        unit: Unit::Occasions,
        groups: Vec::new(),
        language: Language::Fr,
    };
    let wanted = asked.clone();
    let seen = app.see(Caller::Operator, move |act: &Act<'_>| picture::seen(act, &wanted)).await?;
    let about = About::of(&seen, &asked);
    let pictures = [Picture::Flows, Picture::Network, Picture::Months];
    Ok(pictures.map(|picture| page::drawn(picture, &seen, &about).svg.into_string().len()).iter().sum())
}

fn cooperation() -> Id {
    Id::of(&["cooperation"])
}

/// Lines as they stand in the ledger, recorded as they happened, and the sums by month that pictures read. Nothing is
/// hashed: a diagnosis reads no hash.
fn fill(db: &Connection, now: Moment, flows: u64) -> Result<(), Error> {
    db.prepare(
        "insert into cooperation (id, name, intention, created_at) values (:id, 'Bench', 'To be measured', :now)",
    )?
    .execute(named_params! { ":id": cooperation(), ":now": now })?;
    let structures: Vec<Id> = (0..STRUCTURES).map(|number| Id::of(&["structure", &number.to_string()])).collect();
    for (number, structure) in structures.iter().enumerate() {
        db.prepare_cached("insert into structure (id, name, kind, created_at) values (:id, :name, :kind, :now)")?
            .execute(named_params! {
                ":id": structure, ":name": format!("Structure {number}"), ":kind": KINDS[number % KINDS.len()], ":now": now,
            })?;
        db.prepare_cached(
            "insert into membership (id, cooperation_id, structure_id, role, starts_on, created_at)
             values (:id, :cooperation, :structure, 'member', '2020-01-01', :now)",
        )?
        .execute(named_params! {
            ":id": Id::of(&["membership", &number.to_string()]), ":cooperation": cooperation(), ":structure": structure,
            ":now": now,
        })?;
    }
    let begin = Day::parse("2024-01-01").map_err(|fault: Fault| fault.at("/from"))?;
    let mut dice = Dice(7);
    let mut statement = db.prepare(
        "insert into ledger (seq, id, act, kind, source_kind, source_id, giver_id, receiver_id, cooperation_id, category,
           occurred_on, occasions, provenance, recorded_at, content, hash, nodes)
         values (:seq, :id, 'contribution', 'equipment', 'loan', :id, :giver, :receiver, :cooperation, 'barnum',
           :day, 1, 'declared', :now, zeroblob(300), zeroblob(32), zeroblob(:nodes))",
    )?;
    for number in 1..=flows {
        let giver = dice.below(STRUCTURES);
        let receiver = (giver + 1 + dice.below(STRUCTURES - 1)) % STRUCTURES;
        let of = |one: u64| usize::try_from(one).ok().and_then(|place| structures.get(place)).copied();
        let day = shifted(begin, i64::try_from(number * DAYS / (flows + 1)).unwrap_or(0));
        statement.execute(named_params! {
            ":seq": i64::try_from(number).unwrap_or(i64::MAX), ":id": Id::of(&["line", &number.to_string()]),
            ":giver": of(giver), ":receiver": of(receiver), ":cooperation": cooperation(), ":day": day, ":now": now,
            // One for each subtree that ends with the line.
            ":nodes": 32 * (1 + number.trailing_zeros()),
        })?;
    }
    db.execute(
        "insert into tally (scope, year, side, dimension, key, kind, state, lines, minutes, item_days, occasions,
           participants, unmeasured)
         select cooperation_id, cast(substr(occurred_on, 1, 4) as integer), 'exchanged', 'month',
           cast(substr(occurred_on, 6, 2) as integer), kind, 'declared', count(*), 0, 0, sum(occasions), 0, count(*)
         from ledger group by 1, 2, 5, 6",
        [],
    )?;
    Ok(())
}

/// A generator that always gives the same numbers (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }
}
