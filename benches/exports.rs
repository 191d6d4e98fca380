//! The exports of a year, the more lines it has: how much memory each takes, and what a writer beside them loses.
//!
//! `cargo bench --bench exports` prints two tables; `-- --quick` leaves the longest year out. Each export is taken in a
//! process of its own, so that its memory is nobody else's. Read ratios within one run; absolute numbers belong to the
//! machine.

#[path = "common/memory.rs"]
mod memory;
#[path = "common/told.rs"]
mod told;

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{Request, header};
use http_body_util::BodyExt as _;
use navette::App;
use navette::auth::rules::{GrantWish, Role};
use navette::calendar::rules::shifted;
use navette::clock::{Clock, Day, Moment};
use navette::error::{Error, Fault};
use navette::http::door::Settings;
use navette::http::rates::Generosity;
use navette::id::Id;
use navette::session::token::Bearer;
use navette::store::Store;
use navette::{auth, session};
use rusqlite::{Connection, named_params};
use tower::ServiceExt as _;

use memory::kib;
use told::{grouped, mib};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Lines of the years that are exported; the last is left out in a hurry.
const YEARS: [u64; 3] = [10_000, 100_000, 1_000_000];
/// Lines that are recorded in one transaction while a year is filled.
const FILLED_AT_ONCE: u64 = 20_000;
/// Activities among them.
const ACTIVITIES: [&str; 4] = ["accueil", "entretien", "coordination", "transport"];
/// How long the writer records alone, and then beside an export ...
const ROUND: Duration = Duration::from_secs(3);
/// ... and how often in turns.
const ROUNDS: u32 = 3;
/// The lines of the year.
const CSV: &str = "/v1/contributions.csv?structure_id=STRUCTURE&from=2026-01-01&until=2027-01-01";

/// A thing to ask for; `STRUCTURE`, `GRID` and `FEC` stand for identifiers.
struct Export {
    what: &'static str,
    /// Lines of the longest year of which it is asked.
    longest: u64,
    path: &'static str,
    /// Of a command; nothing of a question.
    body: &'static str,
}

const fn export(what: &'static str, longest: u64, path: &'static str) -> Export {
    Export { what, longest, path, body: "" }
}

const EXPORTS: [Export; 11] = [
    export("lines, CSV", 1_000_000, CSV),
    export(
        "lines, workbook",
        100_000,
        "/v1/contributions.xlsx?structure_id=STRUCTURE&from=2026-01-01&until=2027-01-01",
    ),
    export("summary, page", 100_000, "/v1/structures/STRUCTURE/summaries/2026.html"),
    export("class 8, workbook", 1_000_000, "/v1/structures/STRUCTURE/accounts/2026/cvn.xlsx?grid=GRID"),
    export("notes, page", 100_000, "/v1/structures/STRUCTURE/accounts/2026/notes.html?grid=GRID"),
    export("time sheet, CSV", 1_000_000, "/v1/structures/STRUCTURE/accounts/2026/timesheet.csv?grid=GRID"),
    export("time sheet, workbook", 100_000, "/v1/structures/STRUCTURE/accounts/2026/timesheet.xlsx?grid=GRID"),
    export(
        "time sheet, page (10,000 rows at most)",
        10_000,
        "/v1/structures/STRUCTURE/accounts/2026/timesheet.html?grid=GRID",
    ),
    export(
        "time sheet, JSON (10,000 rows at most)",
        10_000,
        "/v1/structures/STRUCTURE/accounts/2026/timesheet?grid=GRID",
    ),
    Export {
        what: "entries (FEC, 20,000 at most), made",
        longest: 100_000,
        path: "/v1/structures/STRUCTURE/fec-exports",
        body: r#"{"id":"FEC","year":2026,"grid_id":"GRID"}"#,
    },
    export("entries (FEC), taken", 100_000, "/v1/fec-exports/FEC/file"),
];

fn main() -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [word, file, lines, number] = words.as_slice()
        && word == "measure"
    {
        let export = EXPORTS.get(number.parse::<usize>()?).ok_or("no such export")?;
        return runtime.block_on(measure(Path::new(file), lines.parse()?, export));
    }
    let years = if words.iter().any(|word| word == "--quick") { &YEARS[..2] } else { &YEARS };
    let mut rows = Vec::new();
    for (place, lines) in years.iter().enumerate() {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("exports.db");
        runtime.block_on(fill(&file, *lines))?;
        for (number, _) in EXPORTS.iter().enumerate().filter(|(_, export)| *lines <= export.longest) {
            rows.push((number, measured(&file, *lines, number)?));
        }
        if place + 1 == years.len() {
            tell(&mut rows);
            runtime.block_on(beside(&file, *lines))?;
        }
    }
    Ok(())
}

fn tell(rows: &mut [(usize, String)]) {
    // Each export from the shortest year to the longest.
    rows.sort_by_key(|(number, _)| *number);
    println!("| what | lines of the year | bytes | seconds | lines a second | memory grown | memory at most |");
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    for (_, row) in rows {
        println!("{row}");
    }
}

/// The row of an export that a process of its own takes.
fn measured(file: &Path, lines: u64, number: usize) -> Result<String, Failure> {
    let own = Command::new(std::env::current_exe()?)
        .arg("measure")
        .arg(file)
        .args([lines.to_string(), number.to_string()])
        .output()?;
    if !own.status.success() {
        return Err(String::from_utf8_lossy(&own.stderr).into());
    }
    Ok(String::from_utf8(own.stdout)?.trim_end().to_owned())
}

/// Takes an export whole, and prints its row.
async fn measure(file: &Path, lines: u64, export: &Export) -> Result<(), Failure> {
    let desk = Desk::open(file).await?;
    desk.whole(&addressed("/v1/contributions?structure_id=STRUCTURE&limit=1"), "").await?;
    let before = Memory::begin();
    let started = Instant::now();
    let taken = desk.whole(&addressed(export.path), &addressed(export.body)).await?;
    let took = started.elapsed();
    let (grown, most) = before.told();
    if export.path == CSV {
        assert_eq!(taken.lines, lines + 1, "a line is missing, or the headings");
    }
    let hundredths = took.as_millis() / 10;
    println!(
        "| {} | {} | {} | {}.{:02} | {} | {grown} | {most} |",
        export.what,
        grouped(lines.into()),
        grouped(taken.bytes.into()),
        hundredths / 100,
        hundredths % 100,
        grouped(u128::from(lines) * 1_000_000 / took.as_micros().max(1)),
    );
    Ok(())
}

/// What the system says of this process's memory, in KiB: nothing where it does not tell.
struct Memory {
    before: Option<u64>,
}

impl Memory {
    /// Forgets the peak so far.
    fn begin() -> Self {
        let forgotten = std::fs::write("/proc/self/clear_refs", "5");
        Self { before: forgotten.ok().and_then(|()| kib("self", "VmRSS")) }
    }

    /// How much more was held since then than at the beginning, and how much in all, at the peak.
    fn told(&self) -> (String, String) {
        let (Some(before), Some(peak)) = (self.before, kib("self", "VmHWM")) else {
            return ("not told by this system".to_owned(), "not told by this system".to_owned());
        };
        (mib(peak.saturating_sub(before)), mib(peak))
    }
}

/// Entries of hours one after the other, alone and while the lines are exported again and again.
async fn beside(file: &Path, lines: u64) -> Result<(), Failure> {
    let desk = Arc::new(Desk::open(file).await?);
    let (mut alone, mut together, mut sent) = (0, 0, 0);
    for _ in 0..ROUNDS {
        alone += desk.entries().await?;
        let exported = Arc::new(AtomicU64::new(0));
        let export = tokio::spawn(Arc::clone(&desk).exporting(Arc::clone(&exported)));
        together += desk.entries().await?;
        let failed = export.is_finished();
        export.abort();
        if failed {
            export.await??;
        }
        sent += exported.load(Ordering::Relaxed);
    }
    let seconds = u64::from(ROUNDS) * ROUND.as_secs();
    let hundredths = alone * 100 / together.max(1);
    println!("\n| hours recorded one after the other, each durable | entries a second |\n| --- | --- |");
    println!("| alone | {} |", grouped(u128::from(alone / seconds)));
    println!(
        "| while a year of {} lines is exported again and again, {} lines a second | {} |",
        grouped(lines.into()),
        grouped(u128::from(sent / seconds)),
        grouped(u128::from(together / seconds))
    );
    println!("| slower by | × {}.{:02} |", hundredths / 100, hundredths % 100);
    Ok(())
}

/// Bytes and ends of lines of an answer.
#[derive(Debug, Clone, Copy, Default)]
struct Taken {
    bytes: u64,
    lines: u64,
}

impl Taken {
    fn add(&mut self, piece: &Bytes) {
        self.bytes += piece.len() as u64;
        self.lines += piece.iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
    }
}

/// The whole service, and whoever keeps the books of the structure.
struct Desk {
    router: Router,
    token: String,
}

impl Desk {
    async fn open(file: &Path) -> Result<Self, Failure> {
        let clock = after_the_year()?;
        // What is measured is the work, not how soon a single client is told to wait.
        let door = Settings { generosity: Generosity::Off, ..Settings::default() };
        let app = App::new(Store::open(file, clock.clone())?, clock).await?.behind(door);
        let token = app.keys.issue(Bearer { account: account(), session: account() }, app.clock.now())?;
        Ok(Self { router: navette::http::router(app), token })
    }

    /// The answer to a question, or to a command when it has a body; anything but a success ends the run.
    async fn ask(&self, path: &str, body: &str) -> Result<Body, Failure> {
        let request = Request::builder()
            .method(if body.is_empty() { "GET" } else { "POST" })
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_owned()))?;
        let response = self.router.clone().oneshot(request).await?;
        let (status, body) = (response.status(), response.into_body());
        if status.is_success() {
            return Ok(body);
        }
        let words = body.collect().await?.to_bytes();
        Err(format!("{path}: {status}: {}", String::from_utf8_lossy(&words)).into())
    }

    /// Takes an answer piece by piece and keeps none.
    async fn whole(&self, path: &str, body: &str) -> Result<Taken, Failure> {
        let mut body = self.ask(path, body).await?;
        let mut taken = Taken::default();
        while let Some(frame) = body.frame().await {
            taken.add(&frame?.into_data().unwrap_or_default());
        }
        Ok(taken)
    }

    /// How many entries of hours are recorded in a round.
    async fn entries(&self) -> Result<u64, Failure> {
        let body = addressed(r#"{"receiver_id":"STRUCTURE","day":"2026-02-03","minutes":90,"activity":"accueil"}"#);
        let started = Instant::now();
        let mut entries = 0;
        while started.elapsed() < ROUND {
            self.whole("/v1/hours", &body).await?;
            entries += 1;
        }
        Ok(entries)
    }

    /// Exports the lines until it is stopped, and counts them.
    async fn exporting(self: Arc<Self>, lines: Arc<AtomicU64>) -> Result<(), Failure> {
        loop {
            let mut body = self.ask(&addressed(CSV), "").await?;
            while let Some(frame) = body.frame().await {
                let mut taken = Taken::default();
                taken.add(&frame?.into_data().unwrap_or_default());
                lines.fetch_add(taken.lines, Ordering::Relaxed);
            }
        }
    }
}

fn after_the_year() -> Result<Clock, Error> {
    Ok(Clock::fixed(Moment::parse("2027-01-15T12:00:00Z").map_err(|fault: Fault| fault.at("/now"))?))
}

fn account() -> Id {
    Id::of(&["account"])
}

fn structure() -> Id {
    Id::of(&["structure"])
}

/// A path or body with the identifiers in their places.
fn addressed(text: &str) -> String {
    let (grid, fec) = (Id::of(&["grid"]).to_string(), Id::of(&["fec"]).to_string());
    text.replace("STRUCTURE", &structure().to_string()).replace("GRID", &grid).replace("FEC", &fec)
}

/// A structure whose volunteers gave their time all year long, with a grid that its assembly approved.
async fn fill(file: &Path, lines: u64) -> Result<(), Failure> {
    let store = Store::open(file, after_the_year()?)?;
    store.write(people).await?;
    let mut first = 1;
    while first <= lines {
        let last = lines.min(first + FILLED_AT_ONCE - 1);
        store.write(move |db, now| record(db, now, first..=last, lines)).await?;
        first = last + 1;
    }
    store.write(|db, _| sums(db)).await?;
    store.close().await;
    let desk = Desk::open(file).await?;
    let grid = r#"{"id":"GRID","structure_id":"STRUCTURE","name":"Bench","unit":"euro","method":"replacement_cost",
        "source":"Bench","rates":[{"kind":"volunteer_hours","from":"2020-01-01","per":"hour","amount":1500}]}"#;
    desk.whole("/v1/grids", &addressed(grid)).await?;
    let approval = r#"{"body":"Assembly","on":"2026-01-07","reference":"Minutes of 7 January 2026"}"#;
    desk.whole(&addressed("/v1/grids/GRID/approve"), approval).await?;
    Ok(())
}

fn people(db: &Connection, now: Moment) -> Result<(), Error> {
    auth::rows::insert_account(db, account(), "bench", "no password opens this", false, now)?;
    session::rows::insert_session(db, account(), account(), None, now)?;
    db.prepare(
        "insert into structure (id, name, kind, siren, created_at) values (:id, 'Bench', 'association', '732829320', :now)",
    )?
    .execute(named_params! { ":id": structure(), ":now": now })?;
    let wish = GrantWish { account_id: account(), structure_id: structure(), role: Role::Manager };
    auth::rows::insert_grant(db, Id::fresh(now), &wish, now)?;
    Ok(())
}

/// Lines as they stand in the ledger. Nothing is hashed: an export reads no hash but the root's.
fn record(db: &Connection, now: Moment, numbers: std::ops::RangeInclusive<u64>, lines: u64) -> Result<(), Error> {
    let begin = Day::parse("2026-01-01").map_err(|fault: Fault| fault.at("/from"))?;
    let mut statement = db.prepare_cached(
        "insert into ledger (seq, id, act, kind, source_kind, source_id, receiver_id, category, occurred_on, minutes,
           occasions, provenance, spoken_for, recorded_by, recorded_at, content, hash, nodes)
         values (:seq, :id, 'contribution', 'volunteer_hours', 'hours', :id, :structure, :activity, :day, :minutes,
           1, 'declared', :structure, :account, :now, zeroblob(300), zeroblob(32), zeroblob(:nodes))",
    )?;
    for (number, activity) in numbers.zip(ACTIVITIES.iter().cycle()) {
        let day = shifted(begin, i64::try_from(number * 365 / (lines + 1)).unwrap_or(0));
        statement.execute(named_params! {
            // Ids grow as ours do (version 7): with scattered ones a long transaction touches the whole of each index.
            ":seq": i64::try_from(number).unwrap_or(i64::MAX), ":id": Id::from_bytes(u128::from(number).to_be_bytes()),
            ":structure": structure(), ":account": account(), ":activity": activity, ":day": day,
            ":minutes": i64::try_from(30 + number % 400).unwrap_or(0), ":now": now,
            // One for each subtree that ends with the line.
            ":nodes": 32 * (1 + number.trailing_zeros()),
        })?;
    }
    Ok(())
}

/// The sums that the yearly summary reads.
fn sums(db: &Connection) -> Result<(), Error> {
    let dimensions = [
        ("month", "cast(substr(occurred_on, 6, 2) as integer)"),
        ("category", "category"),
        ("provenance", "provenance"),
        ("partner", "x''"),
    ];
    for (dimension, key) in dimensions {
        db.execute(
            &format!(
                "insert into tally (scope, year, side, dimension, key, kind, state, lines, minutes, item_days, occasions,
                   participants, unmeasured)
                 select receiver_id, 2026, 'received', '{dimension}', {key}, kind, 'declared', count(*), sum(minutes), 0,
                   sum(occasions), 0, 0
                 from ledger group by receiver_id, {key}, kind"
            ),
            [],
        )?;
    }
    Ok(())
}
