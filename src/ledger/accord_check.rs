//! Verification of inboxes: what is stored, held against what the lines alone make of it.

use rusqlite::Connection;

use super::accord::{Owner, Place, places};
use super::accord_rows::{each_place, is_there};
use super::family::Family;
use super::rows::family_of;
use crate::error::Error;

/// Places of inboxes that were accounted for so far.
#[derive(Default)]
pub struct Accounted(usize);

impl Accounted {
    /// Accounts for a contribution and all that was said of it.
    ///
    /// # Errors
    /// What SQLite refuses.
    pub fn account_for(&mut self, db: &Connection, family: &Family, faults: &mut Vec<String>) -> Result<(), Error> {
        for place in places(family) {
            if is_there(db, &place)? {
                self.0 += 1;
            } else {
                faults.push(format!("{}, and is not there", told(&place)));
            }
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
        if there != self.0 {
            // Some are there that should not be: only now is it worth finding out which.
            each_place(db, |place| {
                if let Ok(place) = place
                    && !family_of(db, place.seq).is_ok_and(|family| places(&family).contains(&place))
                {
                    faults.push(format!("{}? No word waits there", told(&place)));
                }
            })?;
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
