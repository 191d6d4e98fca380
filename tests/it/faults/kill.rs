//! The server is killed (SIGKILL) while clients record hours, and started again: what it acknowledged is there, once.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use navette::clock::Clock;
use navette::ledger::verify;
use navette::session::token::{Bearer, Keys};
use navette::store::open;
use serde_json::json;

use super::random::Random;
use super::{is_long, seed, uncounted};
use crate::world::World;

/// Clients that send side by side.
const CLIENTS: usize = 4;

/// A database file, and what its clients send.
struct Ground {
    _folder: tempfile::TempDir,
    database: PathBuf,
    keys: Arc<Keys>,
    bearer: Bearer,
    giver: String,
    receiver: String,
}

impl Ground {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("navette.db");
        let world = World::on(&database, Clock::System, uncounted()).await.unwrap();
        let village = world.village().await;
        let (giver, receiver) = (village.association.id, village.cuma.id);
        let account = village.association.manager.account;
        world.app.store.close().await;
        let bearer = Bearer { account, session: account };
        Self { _folder: folder, database, keys: Arc::clone(&world.app.keys), bearer, giver, receiver }
    }

    /// The bytes of a request; the number makes its key, its id, and what it says.
    fn request(&self, number: u64) -> String {
        let body = json!({ "id": id(number), "giver_id": self.giver, "receiver_id": self.receiver, "day": "2025-06-01",
                           "minutes": number % 600 + 1, "activity": "entraide" });
        let token = self.keys.issue(self.bearer, Clock::System.now()).unwrap();
        let body = body.to_string();
        format!(
            "POST /v1/hours HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\nidempotency-key: k{number}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
    }

    /// Sends and waits for the status; an error when the server is gone first.
    fn send(&self, stream: &mut BufReader<TcpStream>, number: u64) -> std::io::Result<u16> {
        stream.get_mut().write_all(self.request(number).as_bytes())?;
        let (mut status, mut length) = (None, 0);
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line)? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            let line = line.trim_end().to_ascii_lowercase();
            if status.is_none() {
                status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
            } else if let Some(told) = line.strip_prefix("content-length: ") {
                length = told.parse().unwrap();
            } else if line.is_empty() {
                break;
            }
        }
        stream.read_exact(&mut vec![0; length])?;
        Ok(status.unwrap())
    }
}

fn id(number: u64) -> String {
    format!("01990f3a-7c1e-7000-8000-{number:012x}")
}

/// Starts the server; where it listens.
fn start(database: &Path) -> (Child, SocketAddr) {
    let mut server = Command::new(env!("CARGO_BIN_EXE_navette"))
        .args(["serve", "--listen", "127.0.0.1:0", "--rate-limit", "off", "--log", "warn,navette::http::serve=info"])
        .arg("--database")
        .arg(database)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut log = BufReader::new(server.stderr.take().unwrap());
    let mut told = String::new();
    let address = loop {
        let mut line = String::new();
        assert!(log.read_line(&mut line).unwrap() > 0, "the server did not start: {told}");
        if let Some((_, address)) = line.split_once("address=") {
            break address.trim().parse().unwrap();
        }
        told += &line;
    };
    std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
    (server, address)
}

fn connect(address: SocketAddr) -> BufReader<TcpStream> {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_nodelay(true).unwrap();
    BufReader::new(stream)
}

/// What clients know.
#[derive(Default)]
struct Known {
    acknowledged: BTreeSet<u64>,
    unanswered: BTreeSet<u64>,
}

/// Clients send until the server is killed, after so long.
fn load(ground: &Ground, address: SocketAddr, server: &mut Child, next: &AtomicU64, life: Duration, known: &mut Known) {
    let client = || {
        let (mut stream, mut acknowledged) = (connect(address), Vec::new());
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            match ground.send(&mut stream, number) {
                Ok(201) => acknowledged.push(number),
                Ok(status) => panic!("request {number} was answered {status}"),
                Err(_) => return (acknowledged, number),
            }
        }
    };
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(client)).collect();
        std::thread::sleep(life);
        server.kill().unwrap();
        server.wait().unwrap();
        for client in clients {
            let (acknowledged, unanswered) = client.join().unwrap();
            known.acknowledged.extend(acknowledged);
            known.unanswered.insert(unanswered);
        }
    });
}

/// How many lines of the ledger each of the clients' records has, and that all of it verifies.
fn lines(database: &Path) -> BTreeMap<String, usize> {
    let db = open::copy(database).unwrap();
    let report = verify::verify(&db).unwrap();
    assert_eq!(report.faults, [] as [&str; 0]);
    let mut read = db.prepare("select lower(hex(h.id)) from hours h join ledger l on l.source_id = h.id").unwrap();
    let mut lines = BTreeMap::new();
    for id in read.query_map([], |row| row.get::<_, String>(0)).unwrap() {
        *lines.entry(id.unwrap()).or_default() += 1;
    }
    lines
}

/// Asserts that what was acknowledged is there once, and nothing is there that nobody sent.
fn compare(lines: &BTreeMap<String, usize>, known: &Known) {
    let there = |number: &u64| lines.get(&id(*number).replace('-', "")).copied().unwrap_or_default();
    let lost: Vec<_> = known.acknowledged.iter().filter(|number| there(number) == 0).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    let twice: Vec<_> = lines.iter().filter(|(_, lines)| **lines > 1).collect();
    assert!(twice.is_empty(), "recorded twice: {twice:?}");
    let all = known.acknowledged.union(&known.unanswered).filter(|number| there(number) > 0).count();
    assert_eq!(lines.len(), all, "something is there that nobody sent");
}

#[tokio::test]
async fn a_server_killed_under_load_has_lost_and_doubled_nothing() {
    let ground = Ground::new().await;
    let (cycles, mut random) = (if is_long() { 200 } else { 3 }, Random::new(seed()));
    let (next, mut known, mut resent) = (AtomicU64::new(0), Known::default(), 0);
    for cycle in 0..cycles {
        let (mut server, address) = start(&ground.database);
        let mut stream = connect(address);
        for number in std::mem::take(&mut known.unanswered) {
            assert_eq!(ground.send(&mut stream, number).unwrap(), 201, "sent again in cycle {cycle}");
            known.acknowledged.insert(number);
            resent += 1;
        }
        let life = Duration::from_millis(20 + random.below(300));
        load(&ground, address, &mut server, &next, life, &mut known);
        compare(&lines(&ground.database), &known);
    }
    println!(
        "kills: {cycles} cycles, {} acknowledged and all there, {resent} sent again, none twice",
        known.acknowledged.len()
    );
    assert!(known.acknowledged.len() > cycles);
}
