//! The figures of the README: a server on a database of its own, driven over real connections.
//!
//! `cargo bench` prints them as a table. Read ratios within one run; absolute numbers belong to the machine.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use navette::auth::rules::{GrantWish, Role};
use navette::auth::{self, Caller};
use navette::clock::Clock;
use navette::http::door::Settings;
use navette::http::rates::Generosity;
use navette::http::serve;
use navette::id::Id;
use navette::import::sheet::Sheet;
use navette::import::{self, Order};
use navette::session::{self, token::Bearer};
use navette::store::Store;
use navette::text::Name;
use navette::{App, ledger, structure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Rows of the imported file.
const IMPORTED_ROWS: usize = 20_000;
/// Structures that lend to one another in it.
const STRUCTURES: usize = 100;
/// Requests of one client alone.
const ALONE: usize = 1_000;
/// Requests of many clients together.
const TOGETHER: usize = 16_000;
/// Clients together.
const CLIENTS: usize = 64;
/// Reads of each kind.
const READS: usize = 1_000;

const MAPPING: &str = r#"
    records = "loans"
    create = ["structures", "cooperations", "memberships"]
    [fields]
    giver = "lender"
    receiver = "borrower"
    cooperation = { value = "Bench" }
    category = "category"
    from = "from"
    until = "until"
"#;

fn main() -> Result<(), Failure> {
    let runtime = tokio::runtime::Runtime::new()?;
    let folder = tempfile::tempdir()?;
    let table = runtime.block_on(measure(&folder.path().join("bench.db")))?;
    println!("{table}");
    Ok(())
}

async fn measure(file: &std::path::Path) -> Result<String, Failure> {
    // What is measured is the work, not how soon a single client is told to wait.
    let door = Settings { generosity: Generosity::Off, ..Settings::default() };
    let app = App::new(Store::open(file, Clock::System)?, Clock::System).await?.behind(door);
    let mut table = "| what | figure |\n| --- | --- |\n".to_owned();
    let (account, own) = people(&app).await?;
    let token = app.keys.issue(Bearer { account, session: account }, app.clock.now())?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = tokio::spawn(serve::serve(listener, app.clone(), async {
        let _either_way = stopped.await;
    }));
    let job = Job { address, token, own };

    let (alone, latency) = job.many(1, ALONE, Ask::Hours).await?;
    writeln!(table, "| durable POST of hours, 1 client | {}/s, p99 {} µs |", per_second(ALONE, alone), latency.p99)?;
    let (_, small) = job.many(1, READS, Ask::Summary).await?;
    let few = lines(&app).await?;
    let took = imported(&app).await?;
    writeln!(table, "| loans imported from CSV, row by row, durable | {} rows/s |", per_second(IMPORTED_ROWS, took))?;
    let took = imported(&app).await?;
    writeln!(table, "| the same file again, which creates nothing | {} rows/s |", per_second(IMPORTED_ROWS, took))?;
    let (together, latency) = job.many(CLIENTS, TOGETHER, Ask::Hours).await?;
    let rate = per_second(TOGETHER, together);
    writeln!(table, "| durable POST of hours, {CLIENTS} clients | {rate}/s, p99 {} µs |", latency.p99)?;
    let gain = rate * 10 / per_second(ALONE, alone).max(1);
    writeln!(table, "| … gained by committing what waits together | × {}.{} |", gain / 10, gain % 10)?;
    let (_, large) = job.many(1, READS, Ask::Summary).await?;
    let lines = lines(&app).await?;
    writeln!(
        table,
        "| yearly summary, ledger of {lines} lines, 1 client | p50 {} µs, p99 {} µs |",
        large.p50, large.p99
    )?;
    let ratio = large.p50 * 100 / small.p50.max(1);
    writeln!(
        table,
        "| … against the same summary when the ledger had {few} lines | × {}.{:02} |",
        ratio / 100,
        ratio % 100
    )?;
    let (_, newest) = job.many(1, READS, Ask::Newest).await?;
    writeln!(
        table,
        "| newest 50 contributions of a structure, 1 client | p50 {} µs, p99 {} µs |",
        newest.p50, newest.p99
    )?;
    let started = Instant::now();
    let report = app.store.read(ledger::verify::verify).await?;
    writeln!(
        table,
        "| verification of the whole ledger | {} lines/s |",
        per_second(usize::try_from(report.lines)?, started.elapsed())
    )?;
    assert!(report.faults.is_empty(), "the ledger does not hold: {:?}", report.faults);

    let _server_waits = stop.send(());
    server.await??;
    Ok(table)
}

async fn lines(app: &App) -> Result<i64, Failure> {
    Ok(app.see(Caller::Operator, |act| ledger::rows::last(act.db)).await?.0)
}

/// An account, and the structure it manages.
async fn people(app: &App) -> Result<(Id, Id), Failure> {
    let made = app.store.write(|db, now| {
        let account = Id::fresh(now);
        auth::rows::insert_account(db, account, "bench", "no password opens this", false, now)?;
        session::rows::insert_session(db, account, account, None, now)?;
        let facts = structure::rules::Facts {
            name: Name::parse("Bench").map_err(|fault| fault.at("/name"))?,
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
        let wish = GrantWish { account_id: account, structure_id, role: Role::Manager };
        auth::rows::insert_grant(db, Id::fresh(now), &wish, now)?;
        Ok((account, structure_id))
    });
    Ok(made.await?)
}

/// Imports the same invented loans: between neighbours, of ten categories, over some years.
async fn imported(app: &App) -> Result<Duration, Failure> {
    let mut csv = "lender,borrower,category,from,until\n".to_owned();
    for row in 0..IMPORTED_ROWS {
        let (lender, borrower) = (row % STRUCTURES, (row * 7 + 1 + row / STRUCTURES) % STRUCTURES);
        let borrower = if lender == borrower { (borrower + 1) % STRUCTURES } else { borrower };
        let (year, month, day) = (2018 + row % 7, 1 + row % 12, 1 + row % 25);
        writeln!(
            csv,
            "Structure {lender},Structure {borrower},Category {},{year}-{month:02}-{day:02},{year}-{month:02}-{:02}",
            row % 10,
            day + 2
        )?;
    }
    let sheet = Arc::new(Sheet::read(csv.as_bytes(), MAPPING, IMPORTED_ROWS)?);
    let started = Instant::now();
    let order = Order { dry_run: false, atomic: false };
    let report = import::record(app, Caller::Operator, &sheet, order, |_| {}).await?;
    let took = started.elapsed();
    assert_eq!(report.count(import::report::Became::Refused), 0, "a row was refused");
    Ok(took)
}

/// What a client asks for.
#[derive(Clone, Copy)]
enum Ask {
    Hours,
    Summary,
    Newest,
}

/// Microseconds of one request: the median, and what one in a hundred exceeds.
struct Latency {
    p50: u128,
    p99: u128,
}

#[derive(Clone)]
struct Job {
    address: String,
    token: String,
    own: Id,
}

impl Job {
    /// So many clients share so many requests, each on a connection of its own.
    async fn many(&self, clients: usize, requests: usize, ask: Ask) -> Result<(Duration, Latency), Failure> {
        let started = Instant::now();
        let tasks: Vec<_> = (0..clients).map(|_| tokio::spawn(self.clone().client(requests / clients, ask))).collect();
        let mut micros = Vec::with_capacity(requests);
        for task in tasks {
            micros.extend(task.await??);
        }
        let took = started.elapsed();
        micros.sort_unstable();
        let at = |hundredths: usize| micros[(micros.len() - 1) * hundredths / 100];
        Ok((took, Latency { p50: at(50), p99: at(99) }))
    }

    async fn client(self, requests: usize, ask: Ask) -> Result<Vec<u128>, Failure> {
        let mut stream = TcpStream::connect(&self.address).await?;
        stream.set_nodelay(true)?;
        let request = self.request(ask);
        let mut micros = Vec::with_capacity(requests);
        for _ in 0..requests {
            let started = Instant::now();
            stream.write_all(request.as_bytes()).await?;
            answer(&mut stream).await?;
            micros.push(started.elapsed().as_micros());
        }
        Ok(micros)
    }

    fn request(&self, ask: Ask) -> String {
        let (method, path, body) = match ask {
            Ask::Hours => {
                let body =
                    format!(r#"{{"receiver_id":"{}","day":"2026-02-03","minutes":90,"activity":"accueil"}}"#, self.own);
                ("POST", "/v1/hours".to_owned(), body)
            }
            Ask::Summary => ("GET", format!("/v1/structures/{}/summaries/2026", self.own), String::new()),
            Ask::Newest => ("GET", format!("/v1/contributions?structure_id={}", self.own), String::new()),
        };
        format!(
            "{method} {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.token,
            body.len()
        )
    }
}

/// Reads one answer whole; anything but a success ends the run.
async fn answer(stream: &mut TcpStream) -> Result<(), Failure> {
    let mut bytes = Vec::with_capacity(4096);
    let (body_from, length) = loop {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err("the server closed the connection".into());
        }
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
            if !head.starts_with("http/1.1 2") {
                return Err(format!("the server refused: {head}").into());
            }
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            break (end + 4, length.ok_or("no content-length")?.parse::<usize>()?);
        }
    };
    while bytes.len() < body_from + length {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err("the answer broke off".into());
        }
    }
    Ok(())
}

fn per_second(count: usize, took: Duration) -> u128 {
    count as u128 * 1_000_000 / took.as_micros().max(1)
}
