//! The single writer: a bounded queue, a savepoint for each job, one commit for all that wait, answered once it is durable.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use rusqlite::limits::Limit;
use rusqlite::{Connection, ErrorCode};
use tokio::sync::{mpsc, oneshot};

use super::durable::{Batch, Durable, Reply, Syncer};
use super::figures::Figures;
use super::log::Log;
use super::{OpenError, digest};
use crate::clock::{Clock, Moment};
use crate::error::Error;

/// Jobs that may wait; one more is answered [`Error::Busy`].
pub const QUEUE_JOBS_MAX: usize = 4096;
/// Jobs in one commit at most, so that the first of them does not wait for ever.
pub const BATCH_JOBS_MAX: usize = 512;

/// Runs a job, unless no transaction could begin, and tells whether its effects stay.
type Job = Box<dyn FnOnce(Result<&Connection, Error>, Moment) -> (bool, Reply) + Send>;

enum Message {
    Run(Job),
    Compact(oneshot::Sender<Result<(), Error>>),
    Stop(oneshot::Sender<()>),
}

/// The sending end of the writer's queue.
#[derive(Clone)]
pub struct Writer {
    queue: mpsc::Sender<Message>,
}

/// What the writer's thread works with.
pub struct Desk {
    /// The one connection that writes.
    pub db: Connection,
    /// Its log.
    pub log: Log,
    /// Puts it on the disk.
    pub syncer: Syncer,
    /// How far the disk is.
    pub durable: Arc<Durable>,
    /// The time of each job.
    pub clock: Clock,
    /// Counts what is done.
    pub figures: Arc<Figures>,
}

impl Writer {
    /// Starts the writer thread.
    ///
    /// # Errors
    /// [`OpenError::Thread`] when the system gives no thread.
    pub fn start(desk: Desk) -> Result<Self, OpenError> {
        let (queue, jobs) = mpsc::channel(QUEUE_JOBS_MAX);
        std::thread::Builder::new().name("writer".to_owned()).spawn(move || desk.write_all(jobs))?;
        Ok(Self { queue })
    }

    /// Queues an act and waits for its durable answer.
    pub async fn run<T: Send + 'static>(
        &self,
        act: impl FnOnce(&Connection, Moment) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |db, now| {
            let result = db.and_then(|db| act(db, now));
            let stays = result.is_ok();
            let reply: Reply = Box::new(move |fate| {
                // A caller that went away needs no answer: its act is durable all the same.
                let _gone = answer.send(match fate {
                    Some(error) if stays => Err(error),
                    _ => result,
                });
            });
            (stays, reply)
        });
        self.queue.try_send(Message::Run(job)).map_err(|_| Error::Busy)?;
        answered.await.unwrap_or_else(|_| Err(Error::Internal("a job of the writer panicked".to_owned())))
    }

    /// Rewrites the file after what is queued.
    pub async fn compact(&self) -> Result<(), Error> {
        let (done, finished) = oneshot::channel();
        self.queue.try_send(Message::Compact(done)).map_err(|_| Error::Busy)?;
        finished.await.unwrap_or(Err(Error::Busy))
    }

    /// Stops after what is queued.
    pub async fn close(&self) {
        let (done, finished) = oneshot::channel();
        if self.queue.send(Message::Stop(done)).await.is_ok() {
            let _thread_ended = finished.await;
        }
    }

    /// Jobs that wait, and whether more are taken.
    pub fn queue(&self) -> (usize, bool) {
        (self.queue.max_capacity() - self.queue.capacity(), !self.queue.is_closed())
    }
}

impl Desk {
    fn write_all(self, mut jobs: mpsc::Receiver<Message>) {
        let mut stopped = None;
        while let Some(message) = jobs.blocking_recv() {
            let after = match message {
                Message::Run(job) if self.log.has_room(&self.db) => self.write_batch(job, &mut jobs),
                Message::Run(job) => {
                    refuse(job, Error::Busy, &self.clock);
                    None
                }
                other => Some(other),
            };
            if let Some(Message::Compact(done)) = after {
                let _nobody_waits = done.send(compact(&self.db));
            } else if let Some(Message::Stop(done)) = after {
                if let Err(error) = self.db.execute_batch("pragma optimize; pragma wal_checkpoint(truncate);") {
                    tracing::warn!(%error, "the write-ahead log was not folded in; the next start does it");
                }
                stopped = Some(done);
            }
            if stopped.is_some() || self.durable.has_failed() {
                refuse_all(jobs, &self.clock);
                break;
            }
        }
        self.syncer.end();
        if let Some(done) = stopped {
            let _nobody_waits = done.send(());
        }
    }

    /// Runs one job and all that wait behind it in one transaction, then has them all answered. What came behind them
    /// and is no job is given back.
    fn write_batch(&self, first: Job, jobs: &mut mpsc::Receiver<Message>) -> Option<Message> {
        let Self { db, clock, .. } = self;
        let mut replies = Vec::new();
        let mut after = None;
        if let Err(error) = db.execute_batch("begin immediate") {
            refuse(first, error.into(), clock);
            return None;
        }
        self.figures.begin();
        replies.extend(run_in_savepoint(db, first, clock.now()));
        // Those who come while this batch is written make the next one: else all would wait together, and the writer
        // for them.
        let waiting = jobs.len();
        for _ in 0..waiting.min(BATCH_JOBS_MAX - 1) {
            if db.is_autocommit() {
                break;
            }
            match jobs.try_recv() {
                Ok(Message::Run(job)) => replies.extend(run_in_savepoint(db, job, clock.now())),
                Ok(other) => {
                    after = Some(other);
                    break;
                }
                Err(_) => break,
            }
        }
        let (number, since) = (self.durable.begin(), Instant::now());
        let fate = if db.is_autocommit() {
            // A job met a full or failing disk, upon which SQLite takes back the whole transaction, the jobs before
            // included.
            Some(Error::Busy)
        } else {
            db.execute_batch("commit").err().map(|error| self.fate_of(&error))
        };
        self.figures.committed();
        self.syncer.take(Batch { number, replies, fate, since });
        after
    }

    /// What a failed commit means: nothing recorded (full disk, lock), or unknown (the disk failed).
    fn fate_of(&self, error: &rusqlite::Error) -> Error {
        tracing::error!(%error, "a batch was not committed");
        if !self.db.is_autocommit()
            && let Err(error) = self.db.execute_batch("rollback")
        {
            tracing::error!(%error, "the batch could not be rolled back");
        }
        if let Some(ErrorCode::DiskFull | ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) =
            error.sqlite_error_code()
        {
            return Error::Busy;
        }
        self.durable.fail();
        Error::OutcomeUnknown
    }
}

/// The writer ends: nothing of what still waits was begun, so that all of it may be sent again.
fn refuse_all(mut jobs: mpsc::Receiver<Message>, clock: &Clock) {
    jobs.close();
    while let Ok(message) = jobs.try_recv() {
        if let Message::Run(job) = message {
            refuse(job, Error::Busy, clock);
        }
    }
}

/// Rewrites the file and empties the write-ahead log. `secure_delete` overwrites what is deleted, but balancing a tree
/// leaves copies of rows in the free space of pages, and the log keeps pages as they were: only a rewritten file and an
/// empty log hold nothing of either.
fn compact(db: &Connection) -> Result<(), Error> {
    // The rewriting attaches a file of its own, in the folder for temporary files: it may be larger than the memory.
    db.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 1)?;
    let rewritten = db.execute_batch("pragma temp_store = file; vacuum;");
    db.execute_batch("pragma temp_store = memory;")?;
    // Each change of that setting drops whatever was temporary.
    digest::keep(db)?;
    db.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    rewritten?;
    let busy: bool = db.query_row("pragma wal_checkpoint(truncate)", [], |row| row.get(0))?;
    if busy { Err(Error::Busy) } else { Ok(()) }
}

/// Answers a job that cannot be run.
fn refuse(job: Job, why: Error, clock: &Clock) {
    let (_, reply) = job(Err(why), clock.now());
    reply(None);
}

/// A job in its own savepoint. One that fails rolls back alone and is answered with the others: a
/// refusal, too, rests on what the batch read. One that panics is answered by its dropped sender. When no transaction
/// is left afterwards, nothing of the batch is recorded.
fn run_in_savepoint(db: &Connection, job: Job, now: Moment) -> Option<Reply> {
    let step = |sql: &str| db.prepare_cached(sql).and_then(|mut statement| statement.execute([]));
    if let Err(error) = step("savepoint job") {
        let (_, reply) = job(Err(error.into()), now);
        return Some(reply);
    }
    let outcome = catch_unwind(AssertUnwindSafe(|| job(Ok(db), now)));
    let stays = matches!(outcome, Ok((true, _)));
    let ended = if stays { Ok(0) } else { step("rollback to job") }.and_then(|_| step("release job"));
    if let Err(error) = ended {
        tracing::error!(%error, "a job could not be ended by itself: its whole batch is taken back");
        // Half a job must not stay. Most often SQLite has taken everything back already.
        if !db.is_autocommit()
            && let Err(error) = db.execute_batch("rollback")
        {
            tracing::error!(%error, "the batch could not be rolled back");
        }
    }
    outcome.ok().map(|(_, reply)| reply)
}
