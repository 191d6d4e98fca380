//! Which lines of the ledger become entries of a file for the accounts, and what an export of the journal is. Pure.

use serde::{Deserialize, Serialize};
use time::{Date, Month};

use super::entry::Mark;
use crate::accounts::chart::Chart;
use crate::clock::Moment;
use crate::error::Error;
use crate::id::Id;
use crate::ledger::rules::{Flow, State};

/// Entries of one file at most. What is beyond them stands in the next export.
pub const ENTRIES_MAX: usize = 20_000;

/// What is to be exported.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wish {
    /// Of which calendar year.
    pub year: i32,
    /// By which grid it is valued.
    pub grid_id: Id,
    /// On which accounts it stands; those in force for the year when left out.
    pub chart: Option<Chart>,
    /// True: what an earlier export contains as well.
    pub again: Option<bool>,
}

/// One export, as the journal keeps it for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// Its identifier.
    pub id: Id,
    /// In whose accounts it is to go.
    pub structure_id: Id,
    /// Its number among the exports of the structure, from 1.
    pub number: i64,
    /// Of which calendar year.
    pub year: i32,
    /// By which grid it was valued.
    pub grid_id: Id,
    /// On which accounts it stands.
    pub chart: Chart,
    /// True when it may contain what an earlier export contains.
    pub again: bool,
    /// The export that it takes back, of a reversal.
    pub reverses: Option<Id>,
    /// The reversal that takes it back.
    pub reversed_by: Option<Id>,
    /// The SIREN under which it was named.
    pub siren: String,
    /// Lines of the ledger when it was made.
    pub ledger_seq: i64,
    /// How many entries.
    pub entries: i64,
    /// The sum of all debits in cents, and as well of all credits.
    pub cents: i64,
    /// SHA-256 of the file.
    pub digest: [u8; 32],
    /// When it was made.
    pub created_at: Moment,
}

impl Export {
    /// The name that the file has to have: SIREN, `FEC`, last day of the year.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("{}FEC{:04}1231.txt", self.siren, self.year)
    }

    /// What is the same in all its entries.
    #[must_use]
    pub fn mark(&self) -> Mark {
        let reversal = self.reverses.map(|_| self.number);
        Mark { chart: self.chart, made_on: self.created_at.day(), last_day: last_day(self.year), reversal }
    }

    /// Refuses to take back what was taken back, or what takes back another.
    ///
    /// # Errors
    /// [`Error::WrongState`].
    pub fn require_reversible(&self) -> Result<(), Error> {
        let refused = |state: &str| Err(Error::WrongState { state: state.to_owned() });
        match (self.reverses, self.reversed_by) {
            (Some(_), _) => refused("reversal"),
            (None, Some(_)) => refused("reversed"),
            (None, None) => Ok(()),
        }
    }
}

/// The last day of a year.
#[must_use]
pub fn last_day(year: i32) -> Date {
    Date::from_calendar_date(year, Month::December, 31).unwrap_or(Date::MAX)
}

/// How many lines of the year are not in an export, and why.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// An earlier export contains them.
    pub exported_before: i64,
    /// They wait for the word of the other party.
    pub declared: i64,
    /// A party says that they are wrong.
    pub contested: i64,
    /// Nobody measured what the grid counts, or the grid only describes them.
    pub unvalued: i64,
    /// They are worth 0 cents.
    pub worthless: i64,
    /// The file is full: the next export contains them.
    pub beyond: i64,
}

/// True when a line is in the books of who received it: every party stands by it, or it has one party only and nobody
/// contests it.
#[must_use]
pub fn is_settled(flow: &Flow, state: State) -> bool {
    match state {
        State::Confirmed => true,
        State::Declared => flow.giver_id.is_none(),
        State::Contested => false,
    }
}

/// The SIREN of a structure, of its own or at the head of its SIRET.
///
/// # Errors
/// [`Error::NoSiren`].
pub fn siren(siren: Option<&str>, siret: Option<&str>) -> Result<String, Error> {
    siren.or_else(|| siret?.get(..9)).map(str::to_owned).ok_or(Error::NoSiren)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_siren_of_a_structure_stands_at_the_head_of_its_siret() {
        assert_eq!(siren(None, Some("26070001400013")).unwrap(), "260700014");
        assert_eq!(siren(Some("200041465"), Some("26070001400013")).unwrap(), "200041465");
        assert!(matches!(siren(None, None), Err(Error::NoSiren)));
    }
}
