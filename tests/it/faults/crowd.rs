//! A crowd that records hours all at once, each under a key, and remembers which of them were acknowledged, and when.

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::{join, join_all};
use navette::auth::{Act, Caller};
use navette::clock::Moment;
use navette::error::Error;
use navette::http::extract::Replay;
use navette::http::replay;
use navette::http::reply::Reply;
use navette::id::Id;
use navette::{hours, secret};
use rusqlite::Connection;
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use super::disk::{Disk, Files};
use super::world_on;
use crate::world::{Caller as Asker, TODAY, Village, World};

/// How often somebody looks while a crowd records.
const LOOKS: u32 = 3;

/// How hours are recorded: by production code, or by code with a bug that must be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// By the API.
    Honest,
    /// Planted: acknowledged before the commit.
    TooEarly,
    /// Planted: the key is kept in a transaction of its own.
    KeyApart,
}

/// An acknowledged request.
#[derive(Debug, Clone, Copy)]
pub struct Promise {
    /// How many calls the disk had seen when it was acknowledged.
    pub position: usize,
    /// The digest under which its key is kept.
    pub key: [u8; 32],
}

/// Who gives hours to whom, and what was promised to them.
#[derive(Clone)]
pub struct Crowd {
    pub way: Way,
    giver: String,
    receiver: String,
    manager: Asker,
    promises: Arc<Mutex<Vec<Promise>>>,
}

impl Crowd {
    /// A disk with a village on it, and its crowd. The village is the same for all.
    pub async fn gathered(way: Way) -> (Files, Self) {
        static GATHERED: OnceCell<(Files, Village)> = OnceCell::const_new();
        let (files, village) = GATHERED.get_or_init(settle).await;
        let (giver, receiver) = (village.association.id.clone(), village.cuma.id.clone());
        let manager = village.association.manager.clone();
        (files.clone(), Self { way, giver, receiver, manager, promises: Arc::default() })
    }

    /// What was acknowledged so far.
    pub fn promises(&self) -> Vec<Promise> {
        self.promises.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// So many of them record hours at once, and each waits for its answer, while somebody looks at what is there.
    pub async fn gives(&self, world: &World, disk: &Arc<Disk>, numbers: std::ops::Range<u32>) {
        let all = numbers.map(|number| async move {
            let done = self.give(world, disk, number).await;
            assert!(done.is_ok(), "{done:?}");
            self.acknowledge(disk, number);
        });
        join(join_all(all), self.looks(world, disk)).await;
    }

    /// Looks a few times at what is there: what was shown is promised like what was acknowledged.
    async fn looks(&self, world: &World, disk: &Disk) {
        for _ in 0..LOOKS {
            let keys = |db: &Connection| {
                let mut kept = db.prepare("select key from idempotency where length(key) = 32")?;
                let keys = kept.query_map([], |row| row.get(0))?.collect::<Result<Vec<[u8; 32]>, _>>()?;
                Ok(keys)
            };
            let shown = world.app.store.read(keys).await.expect("whoever only reads is answered");
            let promise = |key| Promise { position: disk.position(), key };
            self.promises.lock().unwrap_or_else(PoisonError::into_inner).extend(shown.into_iter().map(promise));
        }
    }

    fn acknowledge(&self, disk: &Disk, number: u32) {
        let promise = Promise { position: disk.position(), key: secret::digest(&format!("key:{}", key(number))) };
        self.promises.lock().unwrap_or_else(PoisonError::into_inner).push(promise);
    }

    /// One of them records hours, or sends the same request again.
    pub async fn give(&self, world: &World, disk: &Arc<Disk>, number: u32) -> Result<(), String> {
        let wish = json!({ "giver_id": self.giver, "receiver_id": self.receiver, "day": TODAY,
                           "minutes": number % 600 + 1, "activity": "entraide", "note": "Merci à tous" });
        let told = |error: Error| error.to_string();
        match self.way {
            Way::Honest => {
                let token = world.token_of(&self.manager);
                let answer = world.post("/v1/hours", &wish).token(&token).key(&key(number)).await;
                if answer.status == 201 { Ok(()) } else { Err(answer.to_string()) }
            }
            Way::TooEarly => {
                let (crowd, disk) = (self.clone(), Arc::clone(disk));
                let job = move |db: &Connection, now| {
                    if crowd.kept(db, number)?.is_none() {
                        crowd.record(db, now, wish)?;
                        crowd.keep(db, now, number)?;
                    }
                    crowd.acknowledge(&disk, number);
                    Ok(())
                };
                world.app.store.write(job).await.map_err(told)
            }
            Way::KeyApart => {
                let (first, second) = (self.clone(), self.clone());
                let effect = move |db: &Connection, now| match first.kept(db, number)? {
                    None => first.record(db, now, wish).map(|()| true),
                    Some(_) => Ok(false),
                };
                if world.app.store.write(effect).await.map_err(told)? {
                    let keep = move |db: &Connection, now| second.keep(db, now, number);
                    world.app.store.write(keep).await.map_err(told)?;
                }
                Ok(())
            }
        }
    }

    fn replay(number: u32) -> Replay {
        Replay { keys: vec![format!("key:{}", key(number))], digest: secret::digest(&number.to_string()) }
    }

    fn kept(&self, db: &Connection, number: u32) -> Result<Option<Reply>, Error> {
        replay::find(db, self.manager.account, &Self::replay(number))
    }

    fn keep(&self, db: &Connection, now: Moment, number: u32) -> Result<(), Error> {
        replay::keep(db, self.manager.account, &Self::replay(number), &Reply::ok(&json!({}))?, now)
    }

    fn record(&self, db: &Connection, now: Moment, wish: Value) -> Result<(), Error> {
        let act = Act::begin(db, now, Caller::account(self.manager.account))?;
        let wish = serde_json::from_value(wish).map_err(|error| Error::Malformed(error.to_string()))?;
        hours::record(&act, Id::fresh(now), wish).map(drop)
    }
}

/// A disk with a village on it.
async fn settle() -> (Files, Village) {
    let disk = Disk::new(Files::new());
    let world = world_on(&disk).await.expect("a new database");
    let village = world.village().await;
    world.app.store.close().await;
    drop(world);
    disk.settled();
    (disk.files(), village)
}

fn key(number: u32) -> String {
    format!("request-{number}")
}
