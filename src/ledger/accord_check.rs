//! Verification of inboxes and delays: what is stored, held against what the lines alone make of it.

use std::collections::HashMap;

use rusqlite::Connection;

use super::accord::{Delay, Owner, Place, delays, places};
use super::accord_rows::{each_delay, each_place, is_there};
use super::family::Family;
use super::rows::family_of;
use crate::error::Error;

/// What is stored, less what was accounted for so far.
pub struct Unaccounted {
    /// Places of inboxes that were accounted for.
    places: usize,
    delays: HashMap<Delay, i64>,
}

impl Unaccounted {
    /// All that is stored.
    ///
    /// # Errors
    /// What SQLite refuses; what cannot be read is a fault.
    pub fn read(db: &Connection, faults: &mut Vec<String>) -> Result<Self, Error> {
        let mut all = Self { places: 0, delays: HashMap::new() };
        each_delay(db, |delay| match delay {
            Ok((delay, lines)) => drop(all.delays.insert(delay, lines)),
            Err(error) => faults.push(format!("delay: one cannot be read: {error}")),
        })?;
        Ok(all)
    }

    /// Accounts for a contribution and all that was said of it.
    ///
    /// # Errors
    /// What SQLite refuses.
    pub fn account_for(&mut self, db: &Connection, family: &Family, faults: &mut Vec<String>) -> Result<(), Error> {
        for place in places(family) {
            if is_there(db, &place)? {
                self.places += 1;
            } else {
                faults.push(format!("{}, and is not there", told(&place)));
            }
        }
        for delay in delays(family) {
            let left = self.delays.entry(delay).or_default();
            *left = left.saturating_sub(1);
        }
        Ok(())
    }

    /// Tells what is left over, or was never there.
    ///
    /// # Errors
    /// What SQLite refuses.
    pub fn finish(self, db: &Connection, faults: &mut Vec<String>) -> Result<(), Error> {
        let mut there = 0;
        each_place(db, |place| match place {
            Ok(_) => there += 1,
            Err(error) => faults.push(format!("inbox: a line of one cannot be read: {error}")),
        })?;
        if there != self.places {
            // Some are there that should not be: only now is it worth finding out which.
            each_place(db, |place| {
                if let Ok(place) = place
                    && !family_of(db, place.seq).is_ok_and(|family| places(&family).contains(&place))
                {
                    faults.push(format!("{}? No word waits there", told(&place)));
                }
            })?;
        }
        let mut wrong: Vec<_> = self.delays.into_iter().filter(|(_, lines)| *lines != 0).collect();
        wrong.sort_unstable();
        for (Delay { scope, year, side, days }, more) in wrong {
            let side: &str = side.into();
            faults.push(format!(
                "delays of {scope} in {year} ({side}, {days} days): {more:+} lines beyond those that took so long"
            ));
        }
        Ok(())
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
