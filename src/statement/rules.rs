//! What a statement freezes of a closed year, and what came after. Pure.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::accounts::basis::Cited;
use crate::auth::rules::Of;
use crate::clock::Moment;
use crate::id::Id;
use crate::ledger::rules::{Hash, Kind, hex};
use crate::ledger::tally::{Side, Sum};
use crate::summary::rules::Summary;

/// Names the form of the document; another form would have another name.
pub const FORM: &str = "navette.statement.1";
/// What a later reading may tell otherwise although nothing in the ledger changed: names, where people live, and people
/// who were erased since.
const TOLD_ANEW: &[&str] =
    &["name", "label", "people", "known_at", "by_commune", "by_giver_commune", "by_receiver_commune"];

/// A year that was closed.
#[derive(Debug, Clone)]
pub struct Statement {
    /// Its identifier.
    pub id: Id,
    /// Whose year.
    pub of: Of,
    /// Which calendar year.
    pub year: i32,
    /// Lines of the ledger when it was closed.
    pub seq: i64,
    /// Root of the Merkle tree over them.
    pub root: Hash,
    /// The grid by which it tells euros or points, if it does.
    pub grid_id: Option<Id>,
    /// SHA-256 of the document.
    pub digest: Hash,
    /// The exact bytes that were frozen: JSON of [`Frozen`].
    pub document: Vec<u8>,
    /// When it was closed.
    pub closed_at: Moment,
}

/// What is frozen.
#[derive(Debug, Serialize)]
pub struct Frozen {
    /// [`FORM`].
    pub form: &'static str,
    /// When.
    pub closed_at: Moment,
    /// The summary of the year, as known then.
    pub summary: Summary,
    /// What that is worth by a grid, where one was named.
    pub worth: Option<Worth>,
    /// What was recorded since the statement before of years that were closed earlier.
    pub earlier_years: Vec<Later>,
}

/// What a year is worth by a grid.
#[derive(Debug, Clone, Serialize)]
pub struct Worth {
    /// The grid.
    pub grid: Cited,
    /// Each side and kind.
    pub entries: Vec<Priced>,
}

/// What one side of one kind is worth; confirmed and declared, never contested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Priced {
    /// Which side.
    pub side: Side,
    /// What flowed.
    pub kind: Kind,
    /// Cents, or hundredths of points.
    pub amount: i64,
    /// Contributions without a value: nobody measured them, or the grid only describes.
    pub not_valued: i64,
}

/// What changed in a closed year after its closing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Later {
    /// The year.
    pub year: i32,
    /// Each side and kind of which something changed.
    pub changes: Vec<Change>,
}

/// By how much a side and kind grew, or shrank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Which side.
    pub side: Side,
    /// What flowed.
    pub kind: Kind,
    /// What every party stands by.
    pub confirmed: Sum,
    /// What one side said.
    pub declared: Sum,
    /// What a party says is wrong.
    pub contested: Sum,
}

/// What holds of a statement, years later.
#[derive(Debug, Clone, Copy, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is one thing that was looked at")]
pub struct Verification {
    /// The document is the one whose digest was printed.
    pub document_holds: bool,
    /// The ledger still begins with the lines that were there.
    pub ledger_holds: bool,
    /// These lines still sum up to the figures of the document.
    pub figures_hold: bool,
    /// The grid is the one that was cited, and gives the same amounts.
    pub worth_holds: bool,
}

impl Verification {
    /// True when all of it holds.
    #[must_use]
    pub fn holds(self) -> bool {
        self.document_holds && self.ledger_holds && self.figures_hold && self.worth_holds
    }
}

/// The digest of a document.
#[must_use]
pub fn digest(document: &[u8]) -> Hash {
    Sha256::digest(document).into()
}

/// The first half of a digest in groups of four digits, to be copied by hand.
#[must_use]
pub fn by_hand(digest: &Hash) -> String {
    let digits = hex(digest);
    let groups: Vec<&str> = (0..8).filter_map(|group| digits.get(group * 4..group * 4 + 4)).collect();
    groups.join(" ")
}

/// What a year holds now and did not hold then, by side and kind; nothing of what is the same.
#[must_use]
pub fn changes(then: &Summary, now: &Summary) -> Vec<Change> {
    let mut moved: BTreeMap<(Side, Kind), Change> = BTreeMap::new();
    for (summary, sign) in [(then, -1), (now, 1)] {
        for side in &summary.sides {
            for entry in &side.by_kind {
                let zero = Sum::default();
                let empty =
                    Change { side: side.side, kind: entry.kind, confirmed: zero, declared: zero, contested: zero };
                let change = moved.entry((side.side, entry.kind)).or_insert(empty);
                let signed = |sum: Sum| if sign < 0 { -sum } else { sum };
                change.confirmed += signed(entry.confirmed);
                change.declared += signed(entry.declared);
                change.contested += signed(entry.contested);
            }
        }
    }
    let same = |change: &Change| [change.confirmed, change.declared, change.contested] == [Sum::default(); 3];
    moved.into_values().filter(|change| !same(change)).collect()
}

/// True when two readings of a summary tell the same quantities.
#[must_use]
pub fn same_figures(one: &Value, other: &Value) -> bool {
    bare(one.clone()) == bare(other.clone())
}

/// A value without what may be told anew.
fn bare(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.into_iter().filter(|(name, _)| !TOLD_ANEW.contains(&name.as_str()));
            Value::Object(kept.map(|(name, value)| (name, bare(value))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(bare).collect()),
        value => value,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_new_name_is_no_other_figure_and_a_minute_more_is() {
        let said = |name: &str, minutes: i64| json!({ "scope": { "name": name }, "sides": [{ "minutes": minutes }] });
        assert!(same_figures(&said("Le comité", 60), &said("Le comité des fêtes", 60)));
        assert!(!same_figures(&said("Le comité", 60), &said("Le comité", 61)));
    }

    #[test]
    fn a_statement_holds_when_all_of_it_does() {
        let all = Verification { document_holds: true, ledger_holds: true, figures_hold: true, worth_holds: true };
        assert!(all.holds());
        for one_fails in [
            Verification { document_holds: false, ..all },
            Verification { ledger_holds: false, ..all },
            Verification { figures_hold: false, ..all },
            Verification { worth_holds: false, ..all },
        ] {
            assert!(!one_fails.holds(), "{one_fails:?}");
        }
    }

    #[test]
    fn half_a_digest_is_copied_by_hand_in_groups_of_four() {
        let hash: Hash = std::array::from_fn(|place| u8::try_from(place).unwrap());
        assert_eq!(by_hand(&hash), "0001 0203 0405 0607 0809 0a0b 0c0d 0e0f");
    }
}
