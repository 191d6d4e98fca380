//! Verification of inboxes and delays: what is stored, held against what the lines alone make of it.

use std::collections::{BTreeSet, HashMap};

use rusqlite::Connection;

use super::accord::{Delay, Owner, Place, delays, places};
use super::accord_rows::{each_delay, each_place};
use super::family::Family;
use crate::error::Error;

/// What is stored, less what was accounted for so far.
pub struct Unaccounted {
    places: BTreeSet<Place>,
    delays: HashMap<Delay, i64>,
}

impl Unaccounted {
    /// All that is stored.
    ///
    /// # Errors
    /// What SQLite refuses; what cannot be read is a fault.
    pub fn read(db: &Connection, faults: &mut Vec<String>) -> Result<Self, Error> {
        let mut all = Self { places: BTreeSet::new(), delays: HashMap::new() };
        each_place(db, |place| match place {
            Ok(place) => drop(all.places.insert(place)),
            Err(error) => faults.push(format!("inbox: a line of one cannot be read: {error}")),
        })?;
        each_delay(db, |delay| match delay {
            Ok((delay, lines)) => drop(all.delays.insert(delay, lines)),
            Err(error) => faults.push(format!("delay: one cannot be read: {error}")),
        })?;
        Ok(all)
    }

    /// Accounts for a contribution and all that was said of it.
    pub fn account_for(&mut self, family: &Family, faults: &mut Vec<String>) {
        for place in places(family) {
            if !self.places.remove(&place) {
                faults.push(format!("{}, and is not there", told(&place)));
            }
        }
        for delay in delays(family) {
            let left = self.delays.entry(delay).or_default();
            *left = left.saturating_sub(1);
        }
    }

    /// Tells what is left over, or was never there.
    pub fn finish(self, faults: &mut Vec<String>) {
        faults.extend(self.places.iter().map(|place| format!("{}? No word waits there", told(place))));
        let mut wrong: Vec<_> = self.delays.into_iter().filter(|(_, lines)| *lines != 0).collect();
        wrong.sort_unstable();
        for (Delay { scope, year, side, days }, more) in wrong {
            let side: &str = side.into();
            faults.push(format!(
                "delays of {scope} in {year} ({side}, {days} days): {more:+} lines beyond those that took so long"
            ));
        }
    }
}

fn told(place: &Place) -> String {
    let tray: &str = place.tray.into();
    let (of, id) = match place.owner {
        Owner::Structure(id) => ("structure", id),
        Owner::Commons(id) => ("commons of", id),
    };
    format!("line {}: belongs in the inbox ({tray}) of {of} {id}", place.seq)
}
