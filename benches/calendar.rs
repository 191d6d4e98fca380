//! The calendar under a crowd: what it promises is held against a plain model, and what a look-up costs
//! is measured against how much was promised before.
//!
//! `cargo bench --bench calendar` prints a table and fails when the two disagree. Read ratios, not numbers.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use navette::auth::{Act, Caller};
use navette::calendar;
use navette::calendar::rows::Within;
use navette::calendar::rules::{Period, conflict, shifted};
use navette::clock::{Clock, Day, Moment};
use navette::cooperation::rules::{MembershipFacts, Part as Role};
use navette::equipment::rules::{Approval, Facts, Part, Quantity, Tracking};
use navette::error::{Error, Fault};
use navette::id::Id;
use navette::loan::rules::{Event, Wish};
use navette::loan::{self, Happening};
use navette::store::{Store, attempt};
use navette::text::{Name, Note};
use navette::{App, cooperation, equipment, ledger, structure};
use rusqlite::{Connection, named_params};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Clients that compete.
const CLIENTS: u64 = 64;
/// What each of them tries.
const TRIES: u64 = 320;
/// Operations of the random history of one pool.
const HISTORY: u64 = 100_000;
/// Days over which they compete: few, so that most collide.
const DAYS: u64 = 400;
/// Pieces of the pool.
const POOL: i64 = 40;
/// Look-ups timed for each number of promises.
const LOOK_UPS: u32 = 2_000;

fn main() -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    println!("| what | figure |\n| --- | --- |");
    runtime.block_on(crowd())?;
    runtime.block_on(history())?;
    runtime.block_on(look_ups())?;
    Ok(())
}

/// A generator that always gives the same numbers (`SplitMix64`), so that a failure can be looked at again.
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

/// A unit, a pool, and a kit of the unit and ten pieces of the pool: all compete for the same things.
#[derive(Clone, Copy)]
struct Things {
    borrower: Id,
    unit: Id,
    pool: Id,
    kit: Id,
}

struct World {
    app: App,
    things: Things,
    _folder: tempfile::TempDir,
}

async fn world() -> Result<World, Failure> {
    let folder = tempfile::tempdir()?;
    let clock = Clock::fixed(Moment::from_millis(1_770_000_000_000));
    let app = App::new(Store::open(&folder.path().join("calendar.db"), clock.clone())?, clock).await?;
    let things = app.store.write(things).await?;
    Ok(World { app, things, _folder: folder })
}

fn things(db: &Connection, now: Moment) -> Result<Things, Error> {
    let name = |text: &str| Name::parse(text).map_err(|fault: Fault| fault.at("/name"));
    let intention = Note::parse("To compete").map_err(|fault| fault.at("/intention"))?;
    let facts = cooperation::rules::Facts {
        name: name("Crowd")?,
        intention,
        territory: None,
        starts_on: None,
        ends_on: None,
        phases: Vec::new(),
        valuation: structure::rules::Valuation::default(),
    };
    let cooperation_id = cooperation::rows::insert(db, Id::fresh(now), &facts, now)?.id;
    let mut parties = Vec::new();
    for text in ["Lender", "Borrower"] {
        let facts = structure::rules::Facts {
            name: name(text)?,
            kind: structure::rules::Kind::Association,
            legal_category: None,
            siren: None,
            siret: None,
            rna: None,
            register: None,
            commune: None,
            contact: None,
            valuation: structure::rules::Valuation::default(),
        };
        let structure_id = structure::rows::insert(db, Id::fresh(now), &facts, None, now)?.id;
        let starts_on = Day::parse("2000-01-01").map_err(|fault| fault.at("/starts_on"))?;
        let membership = MembershipFacts { cooperation_id, structure_id, role: Role::Member, starts_on, ends_on: None };
        cooperation::rows::insert_membership(db, Id::fresh(now), &membership, now)?;
        parties.push(structure_id);
    }
    let (lender, borrower) = (parties[0], parties[1]);
    let plain = |text: &str| -> Result<Facts, Error> {
        Ok(Facts { approval: Approval::Automatic, ..Facts::unit(lender, name(text)?, name("things")?) })
    };
    let pieces = |number: i64| Quantity::try_from(number).map_err(|fault| fault.at("/quantity"));
    let unit = equipment::rows::insert(db, Id::fresh(now), &plain("unit")?, now)?.id;
    let pool = Facts { tracking: Tracking::Pool, quantity: pieces(POOL)?, ..plain("pool")? };
    let pool = equipment::rows::insert(db, Id::fresh(now), &pool, now)?.id;
    let parts = vec![
        Part { equipment_id: unit, quantity: Quantity::default() },
        Part { equipment_id: pool, quantity: pieces(10)? },
    ];
    let kit = Facts { tracking: Tracking::Kit, parts, ..plain("kit")? };
    let kit = equipment::rows::insert(db, Id::fresh(now), &kit, now)?.id;
    Ok(Things { borrower, unit, pool, kit })
}

/// One try: what, how many, and when.
#[derive(Debug, Clone, Copy)]
struct Try {
    equipment: Id,
    pieces: i64,
    period: Period,
}

fn a_try(dice: &mut Dice, things: &Things) -> Result<Try, Error> {
    let first = Day::parse("2026-03-01").map_err(|fault| fault.at("/from"))?;
    let from = shifted(first, i64::try_from(dice.below(DAYS)).unwrap_or(0));
    let until = shifted(from, 1 + i64::try_from(dice.below(6)).unwrap_or(0));
    let (equipment, pieces) = match dice.below(4) {
        0 => (things.unit, 1),
        1 => (things.kit, 1),
        _ => (things.pool, 1 + i64::try_from(dice.below(15)).unwrap_or(0)),
    };
    Ok(Try { equipment, pieces, period: Period { from, until } })
}

fn ask(act: &Act<'_>, things: &Things, one: &Try) -> Result<Id, Error> {
    let wish = Wish {
        equipment_id: Some(one.equipment),
        kind: None,
        lender_id: None,
        borrower_id: things.borrower,
        cooperation_id: None,
        category: None,
        nature: None,
        quantity: Quantity::try_from(one.pieces).map_err(|fault| fault.at("/quantity"))?,
        from: one.period.from,
        until: Some(one.period.until),
        trained: true,
        recorded_afterwards: false,
        provenance: None,
        provenance_rule: None,
        note: None,
    };
    Ok(loan::open(act, Id::fresh(act.now), wish)?.id)
}

/// Pieces taken of the unit and of the pool, day by day: what anybody would do on squared paper.
#[derive(Default)]
struct Paper(HashMap<(Id, Day), i64>);

impl Paper {
    fn needs(things: &Things, one: &Try) -> Vec<(Id, i64, i64)> {
        match one.equipment {
            equipment if equipment == things.unit => vec![(things.unit, 1, 1)],
            equipment if equipment == things.kit => vec![(things.unit, 1, 1), (things.pool, 10, POOL)],
            _ => vec![(things.pool, one.pieces, POOL)],
        }
    }

    fn days(period: Period) -> impl Iterator<Item = Day> {
        (0..period.days()).map(move |days| shifted(period.from, days))
    }

    fn takes(&mut self, things: &Things, one: &Try) -> bool {
        let needs = Self::needs(things, one);
        let free = needs.iter().all(|(part, pieces, capacity)| {
            Self::days(one.period).all(|day| self.0.get(&(*part, day)).unwrap_or(&0) + pieces <= *capacity)
        });
        if free {
            self.moves(things, one, 1);
        }
        free
    }

    fn moves(&mut self, things: &Things, one: &Try, sign: i64) {
        for (part, pieces, _) in Self::needs(things, one) {
            for day in Self::days(one.period) {
                *self.0.entry((part, day)).or_default() += sign * pieces;
            }
        }
    }
}

/// Sixty-four clients at once; then the same tries on paper, in the order in which they came.
async fn crowd() -> Result<(), Failure> {
    let World { app, things, _folder } = world().await?;
    let log: Arc<Mutex<Vec<(Try, bool)>>> = Arc::default();
    let started = Instant::now();
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let (app, log) = (app.clone(), Arc::clone(&log));
            tokio::spawn(async move {
                let mut dice = Dice(client);
                for _ in 0..TRIES {
                    let one = a_try(&mut dice, &things)?;
                    let log = Arc::clone(&log);
                    let job = move |db: &Connection, now| {
                        let act = Act::begin(db, now, Caller::Operator)?;
                        let accepted = match attempt(db, || ask(&act, &things, &one)) {
                            Ok(_) => true,
                            Err(Error::InUse(Some(_))) => false,
                            Err(other) => return Err(other),
                        };
                        log.lock().unwrap_or_else(PoisonError::into_inner).push((one, accepted));
                        Ok(())
                    };
                    app.store.write(job).await?;
                }
                Ok::<(), Error>(())
            })
        })
        .collect();
    for client in clients {
        client.await??;
    }
    let took = started.elapsed();
    let log = std::mem::take(&mut *log.lock().unwrap_or_else(PoisonError::into_inner));
    let mut paper = Paper::default();
    for (position, (one, accepted)) in log.iter().enumerate() {
        assert_eq!(paper.takes(&things, one), *accepted, "try {position} of {}: {one:?}", log.len());
    }
    let promised = log.iter().filter(|(_, accepted)| *accepted).count();
    assert!(promised > 0, "nothing was promised");
    let rate = log.len() as u128 * 1_000_000 / took.as_micros().max(1);
    println!(
        "| {CLIENTS} clients compete for a unit, a pool and a kit | {} tries, {promised} promised, none twice; {rate}/s |",
        log.len()
    );
    verified(&app).await
}

async fn verified(app: &App) -> Result<(), Failure> {
    let report = app.store.read(ledger::verify::verify).await?;
    assert!(report.faults.is_empty(), "the records do not hold: {:?}", report.faults);
    Ok(())
}

/// One long history of asking, changing and calling off, each step held against the paper.
async fn history() -> Result<(), Failure> {
    let World { app, things, _folder } = world().await?;
    let started = Instant::now();
    let job = move |db: &Connection, now| {
        let act = Act::begin(db, now, Caller::Operator)?;
        let (mut dice, mut paper) = (Dice(7), Paper::default());
        let mut open: Vec<(Id, Try)> = Vec::new();
        for step in 0..HISTORY {
            let one = a_try(&mut dice, &things)?;
            let victim = usize::try_from(dice.below(u64::try_from(open.len()).unwrap_or(0).max(1))).unwrap_or(0);
            match (dice.below(10), open.get(victim).copied()) {
                (0..=1, Some((id, was))) => {
                    attempt(db, || loan::happen(&act, id, happening(Event::Cancel, None)))?;
                    paper.moves(&things, &was, -1);
                    open.swap_remove(victim);
                }
                (2..=4, Some((id, was))) if was.period != one.period => {
                    let moved = Try { period: one.period, ..was };
                    let event = happening(Event::Change, Some(one.period));
                    let accepted = judged(attempt(db, || loan::happen(&act, id, event)))?;
                    paper.moves(&things, &was, -1);
                    assert_eq!(paper.takes(&things, &moved), accepted, "step {step}: {was:?} to {moved:?}");
                    if accepted {
                        open[victim].1 = moved;
                    } else {
                        paper.moves(&things, &was, 1);
                    }
                }
                _ => {
                    let asked = attempt(db, || ask(&act, &things, &one));
                    let id = asked.as_ref().ok().copied();
                    assert_eq!(paper.takes(&things, &one), judged(asked)?, "step {step}: {one:?}");
                    open.extend(id.map(|id| (id, one)));
                }
            }
        }
        Ok(open.len())
    };
    // Many small jobs in the wild; one here, since only the steps' order matters.
    let left = app.store.write(job).await?;
    let rate = u128::from(HISTORY) * 1_000_000 / started.elapsed().as_micros().max(1);
    println!(
        "| a random history of asking, changing and calling off | {HISTORY} steps as on paper, {left} promises left; {rate}/s |"
    );
    verified(&app).await
}

fn judged<T>(done: Result<T, Error>) -> Result<bool, Error> {
    match done {
        Ok(_) => Ok(true),
        Err(Error::InUse(Some(_))) => Ok(false),
        Err(other) => Err(other),
    }
}

fn happening(event: Event, to: Option<Period>) -> Happening {
    Happening {
        event,
        state: None,
        on: None,
        quantity: None,
        from: to.map(|period| period.from),
        until: to.map(|period| period.until),
        equipment_id: None,
        reason: None,
        condition: None,
    }
}

/// Why a request left nothing behind: it was to leave nothing, or it failed.
struct TakenBack(Option<Error>);

impl From<rusqlite::Error> for TakenBack {
    fn from(error: rusqlite::Error) -> Self {
        Self(Some(error.into()))
    }
}

/// Nanoseconds of a request that is promised at once, each taken back for the next.
fn asked(act: &Act<'_>, things: &Things, free: Day) -> Result<u128, Error> {
    let one = Try { equipment: things.unit, pieces: 1, period: Period { from: free, until: shifted(free, 1) } };
    let mut nanos = 0;
    for _ in 0..LOOK_UPS {
        let started = Instant::now();
        let done = attempt(act.db, || Err::<(), TakenBack>(TakenBack(ask(act, things, &one).err())));
        nanos += started.elapsed().as_nanos();
        if let Err(TakenBack(Some(error))) = done {
            return Err(error);
        }
    }
    Ok(nanos / u128::from(LOOK_UPS))
}

/// What it costs to ask whether a unit is free, the more was promised before and after. A unit of a
/// calendar of days has room for 36,000 promises of a day, which is all there are from 2000 to 2100.
async fn look_ups() -> Result<(), Failure> {
    let mut first = None;
    for promises in [1_000_i64, 10_000, 36_000] {
        let World { app, things, _folder } = world().await?;
        let fill = move |db: &Connection, _now| {
            let day = Day::parse("2000-01-02").map_err(|fault| fault.at("/from"))?;
            let mut statement = db.prepare(
                "insert into hold (equipment_id, source_id, position, starts_on, ends_on, pieces)
                 values (:unit, :source, 0, :from, :until, 1)",
            )?;
            for number in 0..promises {
                // The days in the middle stay free, to be asked for.
                let at = number + if number * 2 >= promises { 4 } else { 0 };
                statement.execute(named_params! {
                    ":unit": things.unit, ":source": Id::of(&["promise", &number.to_string()]),
                    ":from": shifted(day, at), ":until": shifted(day, at + 1),
                })?;
            }
            Ok(shifted(day, promises / 2 + 1))
        };
        let free = app.store.write(fill).await?;
        let look = move |db: &Connection| {
            let wanted = Period { from: free, until: shifted(free, 1) };
            let within = Within { from: wanted.from, until: Some(wanted.until), but: None };
            let started = Instant::now();
            for _ in 0..LOOK_UPS {
                let needs = calendar::rows::needs(db, things.unit, 1, within)?;
                assert_eq!(conflict(&needs, wanted), None, "the day in the middle is free");
            }
            Ok(started.elapsed().as_nanos() / u128::from(LOOK_UPS))
        };
        let nanos = app.store.read(look).await?;
        let request = move |db: &Connection, now| asked(&Act::begin(db, now, Caller::Operator)?, &things, free);
        let request = app.store.write(request).await?;
        let (look_up, whole) = *first.get_or_insert((nanos, request));
        let told = |what: &str, nanos: u128, first: u128| {
            let ratio = nanos * 100 / first.max(1);
            println!(
                "| {what}, with {promises} promises | {} µs, × {}.{:02} |",
                nanos / 1000,
                ratio / 100,
                ratio % 100
            );
        };
        told("is a unit free", nanos, look_up);
        told("a request for it, promised at once", request, whole);
    }
    Ok(())
}
