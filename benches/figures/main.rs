//! The figures of the README: the server as people run it, on ledgers of realistic shape, beside what the machine can do.
//!
//! `cargo bench --bench figures` fills ledgers of 10,000 and 1,000,000 contributions and prints a table;
//! `-- --quick` takes small ones, `-- --largest` one of 10,000,000, too; `-- --entries` only records entries. Read ratios within one run; absolute numbers
//! belong to the machine.

mod client;
mod filled;
mod limits;
#[path = "../common/memory.rs"]
mod memory;
mod server;
#[path = "../common/told.rs"]
mod told;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use navette::App;
use navette::clock::Clock;
use navette::session::token::Bearer;
use navette::store::Store;

use client::{Ask, Took, many};
use filled::{MEMBERS, Shape, YEAR, account, commons, member, unit};
use server::Server;
use told::{grouped, mib};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Contributions of the ledgers: usually, in a hurry, and what is added on request.
const USUAL: [u64; 2] = [10_000, 1_000_000];
const QUICK: [u64; 2] = [1_000, 10_000];
const LARGEST: u64 = 10_000_000;
/// Clients that record at the same time.
const CLIENTS: [usize; 4] = [1, 16, 64, 256];
/// A member that is not among the busiest tenth.
const USUAL_MEMBER: u64 = MEMBERS / 2;
/// Clients of the figure that is held against the limits.
const MAIN: usize = 64;

/// How much is asked.
#[derive(Debug, Clone, Copy)]
struct Effort {
    /// Entries of each number of clients; one client alone records a tenth.
    entries: usize,
    /// Reads of each kind.
    reads: usize,
    /// Rows of the imported file.
    imported: usize,
    /// Nothing but entries.
    only_entries: bool,
}

fn main() -> Result<(), Failure> {
    let given: Vec<String> = std::env::args().collect();
    let asked = |option: &str| given.iter().any(|argument| argument == option);
    let quick = asked("--quick");
    let mut sizes = if quick { QUICK } else { USUAL }.to_vec();
    sizes.extend(asked("--largest").then_some(LARGEST));
    let only_entries = asked("--entries");
    let effort = if quick && !only_entries {
        Effort { entries: 3_000, reads: 200, imported: 2_000, only_entries }
    } else {
        Effort { entries: 30_000, reads: 1_000, imported: 100_000, only_entries }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(measure(&sizes, effort))
}

async fn measure(sizes: &[u64], effort: Effort) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let mut first = None;
    println!("| what | figure | memory at most |\n| --- | --- | --- |");
    for (position, contributions) in sizes.iter().enumerate() {
        let file = folder.path().join(format!("{contributions}.db"));
        let bench = Bench::fill(file, Shape::of(*contributions)).await?;
        if !effort.only_entries {
            let reads = bench.reads(effort, first.as_ref()).await?;
            first.get_or_insert(reads);
            bench.verify()?;
        }
        if position + 1 == sizes.len().min(2) {
            bench.writes(effort, folder.path()).await?;
        }
        if !effort.only_entries {
            bench.import(effort, folder.path())?;
        }
        std::fs::remove_file(&bench.file)?;
    }
    Ok(())
}

fn tell(what: &str, figure: &str, peak_kib: Option<u64>) {
    let memory = peak_kib.map_or_else(String::new, mib);
    println!("| {what} | {figure} | {memory} |");
}

/// A ratio with two decimals.
fn ratio(one: u128, other: u128) -> String {
    let hundredths = one * 100 / other.max(1);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

fn millis(micros: u128) -> String {
    format!("{}.{:02} ms", micros / 1000, micros % 1000 / 10)
}

fn seconds(took: Duration) -> String {
    format!("{}.{:02} s", took.as_secs(), took.subsec_millis() / 10)
}

/// One filled ledger.
struct Bench {
    file: PathBuf,
    shape: Shape,
}

impl Bench {
    async fn fill(file: PathBuf, shape: Shape) -> Result<Self, Failure> {
        let app = App::new(Store::open(&file, Clock::System)?, Clock::System).await?;
        let begun = Instant::now();
        filled::fill(&app, shape).await?;
        let rate = u128::from(shape.contributions) * 1000 / begun.elapsed().as_millis().max(1);
        app.store.close().await;
        let what =
            format!("**{} contributions**, recorded by the acts of production", grouped(shape.contributions.into()));
        tell(&what, &format!("{} a second", grouped(rate)), None);
        Ok(Self { file, shape })
    }

    /// A token for whoever manages each member of the first cooperation: good for a quarter of an hour.
    async fn tokens(&self) -> Result<Vec<String>, Failure> {
        let app = App::new(Store::open(&self.file, Clock::System)?, Clock::System).await?;
        let issue = |account| app.keys.issue(Bearer { account, session: account }, Clock::System.now());
        let tokens = (0..MEMBERS).map(account).map(issue).collect::<Result<_, _>>()?;
        app.store.close().await;
        Ok(tokens)
    }

    /// Reads by one client: the medians, held against those of a smaller ledger.
    async fn reads(&self, effort: Effort, smaller: Option<&Vec<u128>>) -> Result<Vec<u128>, Failure> {
        let tokens = self.tokens().await?;
        let server = Server::start(&self.file).await?;
        tell("start until the first answer", &millis(server.started_in.as_micros()), server.peak_kib());
        let (busy, usual, commons, unit) = (member(0, 0), member(0, USUAL_MEMBER), commons(0), unit(0, 0));
        // The first year: beside it stands no other, however many there are.
        let (first, coming) = (self.shape.first_year(), YEAR + 1);
        let mut questions = vec![
            ("newest 50 lines of a structure", format!("/v1/contributions?structure_id={busy}"), 1),
            ("yearly summary of a structure", format!("/v1/structures/{usual}/summaries/{first}"), 1),
            ("yearly summary of one of the busiest tenth", format!("/v1/structures/{busy}/summaries/{first}"), 1),
            ("yearly summary of a cooperation of 200", format!("/v1/cooperations/{commons}/summaries/{first}"), 1),
            (
                "a year's availability of a thing",
                format!("/v1/availability?equipment_id={unit}&from={coming}-01-01&until={coming}-12-31"),
                1,
            ),
            (
                "diagnosis of a cooperation of 200",
                format!("/v1/cooperations/{commons}/diagnosis?from={first}-01-01&until={}-01-01", first + 1),
                100,
            ),
        ];
        if first < YEAR {
            let last = YEAR - 1;
            questions.extend([
                (
                    "yearly summary of a structure, beside the year before",
                    format!("/v1/structures/{usual}/summaries/{last}"),
                    1,
                ),
                (
                    "yearly summary of the cooperation, beside the year before",
                    format!("/v1/cooperations/{commons}/summaries/{last}"),
                    1,
                ),
            ]);
        }
        let mut medians = Vec::new();
        for (position, (what, path, dearer)) in questions.into_iter().enumerate() {
            server.forget_peak();
            // Whoever manages a structure reads its summary; any member reads all the rest.
            let token = &tokens[if path.contains(&usual.to_string()) { usize::try_from(USUAL_MEMBER)? } else { 0 }];
            let took = many(&server.address, vec![Ask::get(&path, token)], (effort.reads / dearer).max(5)).await?;
            let than = smaller.and_then(|smaller| smaller.get(position));
            let than =
                than.map_or_else(String::new, |than| format!("; × {} of the smaller ledger", ratio(took.p50, *than)));
            tell(what, &format!("p50 {}, p99 {}{than}", millis(took.p50), millis(took.p99)), server.peak_kib());
            medians.push(took.p50);
        }
        self.export(&server, &tokens[0]).await?;
        Ok(medians)
    }

    /// All lines of a cooperation, up to 100,000.
    async fn export(&self, server: &Server, token: &str) -> Result<(), Failure> {
        server.forget_peak();
        let path = format!(
            "/v1/contributions.csv?cooperation_id={}&from={}-01-01&until={}-01-01",
            commons(0),
            self.shape.first_year(),
            YEAR + 1
        );
        let begun = Instant::now();
        let bytes = client::Client::connect(&server.address)
            .await?
            .ask(&Ask::get(&path, token).written(Clock::System.now()))
            .await?;
        let what = format!("CSV of all lines of a cooperation ({} MB)", bytes / 1_000_000);
        tell(&what, &seconds(begun.elapsed()), server.peak_kib());
        Ok(())
    }

    fn verify(&self) -> Result<(), Failure> {
        let (took, peak) = server::command(&["verify"], &self.file)?;
        let rate = u128::from(self.shape.contributions) * 1000 / took.as_millis().max(1);
        tell("`navette verify`", &format!("{}, {} contributions a second", seconds(took), grouped(rate)), peak);
        Ok(())
    }

    /// Loans between structures that the file itself makes.
    fn import(&self, effort: Effort, folder: &Path) -> Result<(), Failure> {
        use std::fmt::Write as _;
        let mut csv = "lender,borrower,category,from,until\n".to_owned();
        for row in 0..effort.imported {
            let (lender, step) = (row % 100, 1 + row / 100 % 99);
            let (year, month, day) = (2018 + row % 7, 1 + row % 12, 1 + row % 25);
            writeln!(
                csv,
                "Village {lender},Village {},Category {},{year}-{month:02}-{day:02},{year}-{month:02}-{:02}",
                (lender + step) % 100,
                row % 10,
                day + 2
            )?;
        }
        let (table, mapping) = (folder.join("loans.csv"), folder.join("mapping.toml"));
        std::fs::write(&table, csv)?;
        std::fs::write(&mapping, MAPPING)?;
        let arguments = ["import", "--mapping", &mapping.display().to_string(), &table.display().to_string()];
        let (took, peak) = server::command(&arguments, &self.file)?;
        let rate = effort.imported as u128 * 1000 / took.as_millis().max(1);
        let what = format!("`navette import` of {} loans, each durable", grouped(effort.imported as u128));
        tell(&what, &format!("{}, {} rows a second", seconds(took), grouped(rate)), peak);
        Ok(())
    }

    /// Durable entries of many clients, beside the limits of the machine.
    async fn writes(&self, effort: Effort, folder: &Path) -> Result<(), Failure> {
        let asks = entries(&self.tokens().await?);
        let server = Server::start(&self.file).await?;
        let mut main = None;
        for clients in CLIENTS {
            server.forget_peak();
            let requests = if clients == 1 { effort.entries / 10 } else { effort.entries };
            let took = many(&server.address, some(&asks, clients), requests).await?;
            let what = format!("durable `POST /v1/hours`, {clients} clients");
            tell(&what, &told(took), server.peak_kib());
            if clients == MAIN {
                main = Some(took.per_second());
            }
        }
        drop(server);
        let (main, asks) = (main.unwrap_or_default(), some(&asks, MAIN));
        let bare = limits::bare_route(asks.clone(), effort.entries).await?;
        let (durable, not) = limits::durable_and_not(&self.file, &asks, effort.entries / 10).await?;
        let raw = limits::raw_inserts(&self.file)?;
        tell("limit: one page onto the disk (fdatasync)", &millis(limits::sync(folder)?), None);
        tell("limit: a bare route, 64 clients", &told(bare), None);
        tell("limit: SQLite alone, one thread, 64 entries a commit", &format!("{} a second", grouped(raw)), None);
        tell("64 clients, of the bare route", &format!("× {}", ratio(main, bare.per_second())), None);
        tell("64 clients, of SQLite alone", &format!("× {}", ratio(main, raw)), None);
        tell("64 clients, of the same with `synchronous=NORMAL`", &format!("× {}", ratio(durable, not)), None);
        Ok(())
    }
}

const MAPPING: &str = r#"
    records = "loans"
    create = ["structures", "cooperations", "memberships"]
    [fields]
    giver = "lender"
    receiver = "borrower"
    cooperation = { value = "Villages" }
    category = "category"
    from = "from"
    until = "until"
"#;

fn told(took: Took) -> String {
    format!("{} a second, p50 {}, p99 {}", grouped(took.per_second()), millis(took.p50), millis(took.p99))
}

/// What each client records: hours for the structure it manages, under an identifier of its own.
fn entries(tokens: &[String]) -> Vec<Ask> {
    let entry = |(number, token): (u64, &String)| {
        let structure = member(0, number);
        let body = format!(
            r#"{{"id":"ID","receiver_id":"{structure}","day":"2026-02-03","minutes":90,"activity":"accueil"}}"#
        );
        Ask { what: "POST /v1/hours".to_owned(), token: token.clone(), body }
    };
    (0..).zip(tokens).map(entry).collect()
}

fn some(asks: &[Ask], clients: usize) -> Vec<Ask> {
    asks.iter().cycle().take(clients).cloned().collect()
}
