//! Navette: a shared ledger of what structures lend, give and teach one another without money.
//!
//! # A tour of the house
//!
//! One folder per concept; in each the same files. `rules` holds types and law: pure, no HTTP, no SQL,
//! no clock, no randomness. `rows` holds SQL on a borrowed connection. `routes` holds HTTP. Where a
//! concept acts, `mod` holds the act itself: authorise, judge, write, append. Know one room and you know all.
//!
//! | room | what it holds |
//! | --- | --- |
//! | [`structure`] | associations, communes, farms and all others that give or receive |
//! | [`person`] | volunteers and trainers, known to their own structure only |
//! | [`cooperation`] | common undertakings, and who is in them from when to when |
//! | [`audit`] | who logged in, gave rights, exported, erased: append-only, for those concerned |
//! | [`auth`] | accounts, roles, what a caller may do |
//! | [`session`] | passwords, second factors, log-in, sessions, tokens and the keys that sign them |
//! | [`program`] | service tokens: programs that speak for a structure, funders that read summaries |
//! | [`invitation`] | links that work once and give a role in a structure |
//! | [`proposal`] | who asks whom to join a cooperation, or to facilitate it; nobody is taken in unasked |
//! | [`commune`] | communes with their EPCI and populations, loaded at the machine |
//! | [`equipment`] | things and places that can be lent |
//! | [`calendar`] | what is taken when, by loans and closures, and what is free |
//! | [`ledger`] | the append-only, hash-chained lines and the tree over them; confirm, contest, correct; rollups; proofs, verification |
//! | [`inbox`] | what waits for a structure's word, what is contested, what was corrected |
//! | [`loan`] | from request to return, never two at once |
//! | [`desk`] | what waits at a loan desk, what is late, and what parties are told |
//! | [`webhook`] | messages of the desk sent to a structure's own programs |
//! | [`feed`] | calendars of loans behind secret addresses |
//! | [`paper`] | agreements, hand-over sheets, labels, the insurer's list: pages to print |
//! | [`hours`] | volunteer hours |
//! | [`volunteer`] | what volunteers see of their own hours, attestations that can be checked, timesheets |
//! | [`skill`] | skills, needs, and the sessions on which a skill is passed on |
//! | [`grid`] | valuation grids: dated rates, approved, and what flows are worth by them |
//! | [`picture`] | who gave to whom, the network, the year by month, drawn as SVG |
//! | [`summary`] | the yearly summary of a structure or a cooperation |
//! | [`accounts`] | contributions in kind as French accounting wants them: class 8, notes, budget, time sheet, aid |
//! | [`fec`] | files of accounting entries, their checker, and the journal by which nothing is exported twice |
//! | [`statement`] | closed years: frozen, never changed, held against the ledger |
//! | [`publication`] | what members of a cooperation chose to publish: sums as open data |
//! | [`valueflows`] | loans, hours and sessions in the words of `ValueFlows`, for programs of others |
//! | [`privacy`] | what people see, correct and erase of what is kept about them; retention; the register |
//! | [`indicator`] | the diagnosis: silos, bridges and dependence made visible |
//! | [`backup`] | copies that were proven, and the way back from one |
//! | [`import`] | tables of other tools, read row by row, none dropped |
//! | [`export`] | one neutral table, and its printers |
//! | [`health`] | whether the service is ready, in words; its figures for monitoring |
//!
//! Around them: [`store`] (one writer, group commit, a disk that is waited for beside it, query-only readers), [`http`]
//! (route table, problem documents, extractors, limits), [`web`] (the few pages), [`error`], [`clock`], [`id`], [`text`],
//! [`rounding`], [`histogram`].
//!
//! # How one request travels (`POST /v1/loans`)
//!
//! The route table gives it to `loan/routes.rs`, which extracts the caller and the body; a wish that
//! exists is legal. [`App::act`] sends a job to the single writer. Inside, in one savepoint: was this
//! request answered before? May the caller do this? Is the thing free? Write the loan, append to the
//! ledger, move the rollups, keep the answer. All jobs that wait are committed together; the answers
//! leave once the disk has them, and meanwhile the writer is at the next.
//!
//! # Laws
//!
//! 1. `rules.rs` knows neither axum nor rusqlite; `rows.rs` knows no axum; only the route table names a `routes.rs`.
//! 2. Only [`store`] begins or commits.
//! 3. A table is written by its own `rows.rs` only; the ledger grows through [`ledger::rows::append`] only.
//! 4. One instant per command, taken when it starts.
//! 5. A value that exists is legal: types are made by parsing.
//! 6. Hash exact bytes once, length-prefixed, and keep them.
//! 7. The same request twice has one effect and the same answer.
//! 8. One error enum without HTTP in it; every constraint of the schema is named and mapped by hand.
//! 9. Every queue, page, body, batch and text has a named limit with its unit.
//! 10. Readers cannot write, and wait for no writer. Nothing is acknowledged or shown before it is on the disk.
//! 11. Whole numbers only: minutes, item-days, occasions, participants. No float touches a quantity; ratios are exact
//!     sums divided last, in [`indicator::real`].
#![forbid(unsafe_code)]

pub mod accounts;
pub mod audit;
pub mod auth;
pub mod backup;
pub mod calendar;
pub mod clock;
pub mod commune;
pub mod config;
pub mod cooperation;
pub mod demo;
pub mod desk;
pub mod equipment;
pub mod error;
pub mod export;
pub mod fec;
pub mod feed;
pub mod grid;
pub mod health;
pub mod histogram;
pub mod hours;
pub mod http;
pub mod id;
pub mod import;
pub mod inbox;
pub mod indicator;
pub mod invitation;
pub mod ledger;
pub mod loan;
pub mod paper;
pub mod person;
pub mod picture;
pub mod privacy;
pub mod program;
pub mod proposal;
pub mod publication;
pub mod rounding;
pub mod secret;
pub mod session;
pub mod skill;
pub mod statement;
pub mod store;
pub mod structure;
pub mod summary;
pub mod text;
pub mod valueflows;
pub mod volunteer;
pub mod web;
pub mod webhook;

use std::sync::Arc;

use auth::{Act, Caller};
use clock::Clock;
use error::Error;
use health::requests::Requests;
use http::door::{Door, Settings};
use http::extract::Replay;
use http::reply::Reply;
use session::throttle::Throttle;
use session::token::Keys;
use store::Store;

/// What every request shares.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub store: Store,
    /// The time.
    pub clock: Clock,
    /// Keys of access tokens.
    pub keys: Arc<Keys>,
    /// Failed log-ins.
    pub throttle: Arc<Throttle>,
    /// Who comes in, and how often.
    pub door: Arc<Door>,
    /// What was asked and answered, counted.
    pub requests: Arc<Requests>,
}

impl App {
    /// An app on an open store.
    ///
    /// # Errors
    /// What the store refuses while the signing keys are read.
    pub async fn new(store: Store, clock: Clock) -> Result<Self, Error> {
        let keys = store.write(session::rows::signing_keys).await?;
        let keys = Keys::new(&keys).ok_or_else(|| Error::Internal("no signing key".to_owned()))?;
        let door = Arc::new(Door::new(Settings::default(), &clock));
        let requests = Arc::new(Requests::new(http::table().iter().map(|(_, path, _)| *path)));
        Ok(Self { store, clock, keys: Arc::new(keys), throttle: Arc::default(), door, requests })
    }

    /// The same app behind a door that an operator has set.
    #[must_use]
    pub fn behind(self, settings: Settings) -> Self {
        let door = Arc::new(Door::new(settings, &self.clock));
        Self { door, ..self }
    }

    /// Runs a command once, whatever how often it is sent, and answers when it is durable.
    ///
    /// # Errors
    /// What the command answers, or the store.
    pub async fn act(
        &self,
        caller: Caller,
        replay: Replay,
        command: impl FnOnce(&Act<'_>) -> Result<Reply, Error> + Send + 'static,
    ) -> Result<Reply, Error> {
        let run = move |db: &rusqlite::Connection, now| {
            let act = Act::begin(db, now, caller)?;
            let Some(asker) = act.asker() else { return command(&act) };
            if let Some(given) = http::replay::find(db, asker, &replay)? {
                return Ok(given);
            }
            let reply = command(&act)?;
            http::replay::keep(db, asker, &replay, &reply, now)?;
            Ok(reply)
        };
        self.store.write(run).await
    }

    /// The answer given to this request before, if it was: for commands with costly preparations.
    ///
    /// # Errors
    /// As [`http::replay::find`].
    pub async fn given_before(&self, caller: Caller, replay: &Replay) -> Result<Option<Reply>, Error> {
        let replay = replay.clone();
        self.see(caller, move |act| match act.asker() {
            Some(asker) => http::replay::find(act.db, asker, &replay),
            None => Ok(None),
        })
        .await
    }

    /// Answers a question on one snapshot.
    ///
    /// # Errors
    /// What the question answers, or the store.
    pub async fn see<T: Send + 'static>(
        &self,
        caller: Caller,
        question: impl FnOnce(&Act<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let now = self.clock.now();
        self.store.read(move |db| question(&Act::begin(db, now, caller)?)).await
    }
}
