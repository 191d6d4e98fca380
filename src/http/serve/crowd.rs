//! Who gives way when every place is taken: the connection that has waited longest for its client.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// The connections whose client has the word: to send a request whole, or to take an answer. Slow clients are many in
/// an attack, and each of them is here; a request that is being served is not.
#[derive(Default)]
pub struct Crowd(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    next: u64,
    /// In the order in which they began to wait.
    since: BTreeMap<u64, Arc<Notify>>,
}

impl Crowd {
    /// A seat for a connection just accepted, whose client has the word.
    pub fn join(self: &Arc<Self>) -> Arc<Seat> {
        let seat = Seat { crowd: Arc::clone(self), leave: Arc::default(), since: Mutex::default() };
        seat.waits();
        Arc::new(seat)
    }

    /// Asks whoever has waited longest to leave.
    pub fn give_way(&self) {
        if let Some((_, longest)) = self.waiting().since.pop_first() {
            longest.notify_one();
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One connection's place in the crowd.
pub struct Seat {
    crowd: Arc<Crowd>,
    leave: Arc<Notify>,
    /// Its number among those who wait.
    since: Mutex<Option<u64>>,
}

impl Seat {
    /// The client has the word, from now on.
    pub fn waits(&self) {
        let mut since = self.since.lock().unwrap_or_else(PoisonError::into_inner);
        let mut waiting = self.crowd.waiting();
        if let Some(before) = since.take() {
            waiting.since.remove(&before);
        }
        waiting.next += 1;
        let number = waiting.next;
        waiting.since.insert(number, Arc::clone(&self.leave));
        *since = Some(number);
    }

    /// The client has said all, and the word is ours.
    pub fn serves(&self) {
        let mut since = self.since.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = since.take() {
            self.crowd.waiting().since.remove(&before);
        }
    }

    /// Ends when the connection has to give way.
    pub async fn asked_to_leave(&self) {
        self.leave.notified().await;
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.serves();
    }
}
