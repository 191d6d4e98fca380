//! What this machine can do at most: the disk, SQLite and the HTTP server, each alone.

use std::fs::File;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::post;
use navette::App;
use navette::clock::Clock;
use navette::http::door::Settings;
use navette::http::rates::Generosity;
use navette::http::serve;
use navette::id::Id;
use navette::store::{Store, sync_log};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, named_params};

use crate::Failure;
use crate::client::{Ask, Took, many};
use crate::filled::member;

/// Pages written one by one to the disk.
const SYNCS: u32 = 200;
/// Entries in one commit: as many as there are clients in the main figure.
const ENTRIES_AT_ONCE: i64 = 64;
/// Commits of them.
const COMMITS: i64 = 300;
/// Turns of each of two ways.
const TURNS: u32 = 20;

/// Microseconds until a page of 4 KiB is on the disk, the median.
pub fn sync(folder: &Path) -> Result<u128, Failure> {
    let mut file = File::create(folder.join("sync"))?;
    let mut micros = Vec::new();
    for _ in 0..SYNCS {
        let begun = Instant::now();
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        micros.push(begun.elapsed().as_micros());
    }
    micros.sort_unstable();
    Ok(micros[micros.len() / 2])
}

/// A route that does nothing, asked as the entries are.
pub async fn bare_route(asks: Vec<Ask>, requests: usize) -> Result<Took, Failure> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    let routes = Router::new().route("/v1/hours", post(async |body: String| body));
    let server = tokio::spawn(async move { axum::serve(listener, routes).await });
    let took = many(&address, asks, requests).await?;
    server.abort();
    Ok(took)
}

/// Entries a second that SQLite alone takes in on one thread, durably, 64 to a commit: the rows of one entry in the
/// tables of the schema with their indexes, and nothing of what decides whether they may be there.
pub fn raw_inserts(database: &Path) -> Result<u128, Failure> {
    let db = Connection::open(database)?;
    db.set_prepared_statement_cache_capacity(64);
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    db.execute_batch(
        "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma cache_size = -32768;
         pragma wal_autocheckpoint = 4096; pragma secure_delete = on;",
    )?;
    let mut seq: i64 = db.query_row("select max(seq) from ledger", [], |row| row.get(0))?;
    let now = Clock::System.now();
    let begun = Instant::now();
    for _ in 0..COMMITS {
        db.execute_batch("begin immediate")?;
        for _ in 0..ENTRIES_AT_ONCE {
            seq += 1;
            raw_entry(&db, seq, Id::fresh(now))?;
        }
        db.execute_batch("commit")?;
    }
    let entries = u128::try_from(COMMITS * ENTRIES_AT_ONCE)?;
    Ok(entries * 1_000_000 / begun.elapsed().as_micros().max(1))
}

fn raw_entry(db: &Connection, seq: i64, id: Id) -> Result<(), Failure> {
    let structure = member(0, seq.unsigned_abs() % 64);
    db.prepare_cached(
        "insert into ledger (seq, id, act, kind, source_kind, source_id, receiver_id, category, occurred_on, minutes,
           occasions, provenance, spoken_for, recorded_by, recorded_at, content, hash, nodes)
         values (:seq, :id, 'contribution', 'volunteer_hours', 'hours', :source, :structure, 'accueil', '2026-02-03', 90,
           1, 'declared', :structure, null, 1770000000000, zeroblob(260), zeroblob(32), zeroblob(:nodes))",
    )?
    .execute(named_params! {
        ":seq": seq, ":id": Id::fresh(Clock::System.now()), ":source": id, ":structure": structure,
        ":nodes": 32 * (1 + seq.trailing_zeros()),
    })?;
    for (dimension, key) in [("month", "2"), ("category", "accueil"), ("provenance", "declared"), ("partner", "")] {
        db.prepare_cached(
            "insert into tally (scope, year, side, dimension, key, kind, state,
                                lines, minutes, item_days, occasions, participants, unmeasured)
             values (:scope, 2026, 'received', :dimension, :key, 'volunteer_hours', 'declared', 1, 90, 0, 1, 0, 0)
             on conflict do update set lines = lines + 1, minutes = minutes + 90, occasions = occasions + 1",
        )?
        .execute(named_params! { ":scope": structure, ":dimension": dimension, ":key": key })?;
    }
    db.prepare_cached("insert into hours (id, seq, head_count) values (:id, :seq, 1)")?
        .execute(named_params! { ":id": id, ":seq": seq })?;
    db.prepare_cached(
        "insert into idempotency (account_id, key, request_digest, status, location, body, created_at)
         values (:structure, :id, zeroblob(32), 201, 'a path of the usual length', zeroblob(600), 1)",
    )?
    .execute(named_params! { ":structure": structure, ":id": id })?;
    Ok(())
}

/// Entries a second with every commit on the disk before its answer, and as with `synchronous=NORMAL`, which answers
/// before: in short turns on one server, all turns of each together, so that both fold the log as often.
pub async fn durable_and_not(database: &Path, asks: &[Ask], requests: usize) -> Result<(u128, u128), Failure> {
    let door = Settings { generosity: Generosity::Off, ..Settings::default() };
    let is_durable = Arc::new(AtomicBool::new(true));
    let (mut on_the_disk, waits) = (sync_log(database), Arc::clone(&is_durable));
    let sync = move || if waits.load(Ordering::Relaxed) { on_the_disk() } else { Ok(()) };
    let store = Store::open_syncing(database, Clock::System, Box::new(sync))?;
    let app = App::new(store, Clock::System).await?.behind(door);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = tokio::spawn(serve::serve(listener, app.clone(), async {
        let _either_way = stopped.await;
    }));
    let (mut durable, mut not) = (Duration::ZERO, Duration::ZERO);
    for turn in 0..TURNS {
        // Each goes first as often as the other.
        for waits in [turn % 2 == 0, turn % 2 != 0] {
            is_durable.store(waits, Ordering::Relaxed);
            *(if waits { &mut durable } else { &mut not }) += many(&address, asks.to_vec(), requests).await?.whole;
        }
    }
    let _server_waits = stop.send(());
    server.await??;
    let rate = |took: Duration| requests as u128 * u128::from(TURNS) * 1_000_000 / took.as_micros().max(1);
    Ok((rate(durable), rate(not)))
}
