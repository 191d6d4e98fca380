//! The diagnosis of a cooperation, the more flows there are between the same structures: reading them, and all figures.
//!
//! `cargo bench --bench diagnosis` prints a table. Read ratios within one run; absolute numbers belong to the machine.

use std::time::Instant;

use navette::App;
use navette::auth::{Act, Caller};
use navette::calendar::rules::{Period, shifted};
use navette::clock::{Clock, Day, Moment};
use navette::error::{Error, Fault};
use navette::id::Id;
use navette::indicator;
use navette::indicator::rules::{Asked, By, Unit};
use navette::store::Store;
use rusqlite::{Connection, named_params};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Structures that give to one another: as many as a wide territory has.
const STRUCTURES: u64 = 200;
/// Their kinds, which are their groups.
const KINDS: [&str; 5] = ["association", "commune", "farm", "cuma", "school"];
/// Flows of each run.
const FLOWS: [u64; 4] = [1_000, 10_000, 100_000, 1_000_000];
/// Days over which they are spread, the year before among them.
const DAYS: u64 = 730;
/// Diagnoses timed for each number of flows; the fastest is told.
const TIMES: usize = 3;

fn main() -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    println!("| what | figure |\n| --- | --- |");
    let mut first = None;
    for flows in FLOWS {
        let micros = runtime.block_on(measured(flows))?;
        let ratio = micros * 100 / *first.get_or_insert(micros);
        println!(
            "| a year's diagnosis, {flows} flows in two years between {STRUCTURES} structures | {}.{:01} ms, × {}.{:02} |",
            micros / 1000,
            micros / 100 % 10,
            ratio / 100,
            ratio % 100
        );
    }
    Ok(())
}

/// Microseconds of a diagnosis, its year and the one before.
async fn measured(flows: u64) -> Result<u128, Failure> {
    let folder = tempfile::tempdir()?;
    let clock = Clock::fixed(Moment::from_millis(1_770_000_000_000));
    let app = App::new(Store::open(&folder.path().join("diagnosis.db"), clock.clone())?, clock).await?;
    app.store.write(move |db, now| fill(db, now, flows)).await?;
    let first = |year| Day::first_of(year).ok_or("no such year");
    let asked = Asked {
        cooperations: vec![cooperation()],
        period: Period { from: first(2025)?, until: first(2026)? },
        unit: Unit::Occasions,
        by: By::Kind,
    };
    let mut best = u128::MAX;
    for _ in 0..TIMES {
        let asked = asked.clone();
        let started = Instant::now();
        let diagnosis = app.see(Caller::Operator, move |act: &Act<'_>| indicator::of_cooperations(act, asked)).await?;
        let took = started.elapsed().as_micros();
        assert_eq!(diagnosis.groups.len(), KINDS.len());
        assert!(!diagnosis.departures.is_empty());
        best = best.min(took);
    }
    Ok(best)
}

fn cooperation() -> Id {
    Id::of(&["cooperation"])
}

/// Lines as they stand in the ledger. Nothing is hashed: a diagnosis reads no hash.
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
           occurred_on, occasions, provenance, recorded_at, content, hash)
         values (:seq, :id, 'contribution', 'equipment', 'loan', :id, :giver, :receiver, :cooperation, 'barnum',
           :day, 1, 'declared', :now, zeroblob(300), zeroblob(32))",
    )?;
    for number in 1..=flows {
        let giver = dice.below(STRUCTURES);
        let receiver = (giver + 1 + dice.below(STRUCTURES - 1)) % STRUCTURES;
        let of = |one: u64| usize::try_from(one).ok().and_then(|place| structures.get(place)).copied();
        let day = shifted(begin, i64::try_from(dice.below(DAYS)).unwrap_or(0));
        statement.execute(named_params! {
            ":seq": i64::try_from(number).unwrap_or(i64::MAX), ":id": Id::of(&["line", &number.to_string()]),
            ":giver": of(giver), ":receiver": of(receiver), ":cooperation": cooperation(), ":day": day, ":now": now,
        })?;
    }
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
