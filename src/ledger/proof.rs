//! Proofs that a line is in the ledger, and that nothing before a kept head was rewritten; `check.rs` checks them.

use rusqlite::named_params;
use serde::{Deserialize, Serialize};

use super::heads::{self, Head};
use super::rules::{Hash, hex};
use super::{rows, tree};
use crate::auth::rules::Right;
use crate::auth::{Act, Whose};
use crate::error::{Error, Fault, FieldError};
use crate::id::Id;

/// A proof, as clients read it and hand it on.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// The head to whose root the proof leads.
    pub head: HeadView,
    /// The line that is in it.
    pub line: Option<Proven>,
    /// A head before it.
    pub from: Option<HeadView>,
    /// The path that shows that `head` continues `from`.
    pub consistency: Option<Vec<String>>,
}

/// A head, as clients read it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeadView {
    /// How many lines there are.
    pub seq: i64,
    /// The hash of the last in the chain.
    pub hash: String,
    /// The root of the tree over all of them.
    pub root: String,
    /// When the last was recorded.
    pub recorded_at: Option<String>,
}

impl From<Head> for HeadView {
    fn from(head: Head) -> Self {
        let recorded_at = head.recorded_at.map(|moment| moment.to_string());
        Self { seq: head.seq, hash: hex(&head.hash), root: hex(&head.root), recorded_at }
    }
}

/// A line with its path up to a root.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proven {
    /// Its place.
    pub seq: i64,
    /// The exact bytes that were hashed, as hexadecimal digits.
    pub content: String,
    /// What it is hashed with on the way up.
    pub path: Vec<String>,
}

/// Which line a proof is about.
#[derive(Debug, Clone, Copy)]
pub enum Which {
    /// The contribution or correction with this id.
    Contribution(Id),
    /// The line at this place, whatever it does.
    Place(i64),
}

/// Makes a proof: of a line that the caller may see, of two heads, or of both.
///
/// # Errors
/// [`Error::NotFound`] for a line that the caller may not see; [`Error::Parameter`] for a head that never was, and
/// when nothing is to be proven.
pub fn make(act: &Act<'_>, which: Option<Which>, at: Option<i64>, from: Option<i64>) -> Result<Proof, Error> {
    act.require(Right::ReadHead, Whose::Instance)?;
    let refused = |name: &str, fault| Error::Parameter(FieldError::new(name, fault));
    let line = which.map(|which| visible(act, which)).transpose()?;
    if line.is_none() && from.is_none() {
        return Err(refused("contribution_id", Fault::Missing));
    }
    let (last, _) = rows::last(act.db)?;
    let head = match at {
        Some(seq) => heads::at(act.db, seq)?.ok_or_else(|| refused("at", Fault::Range(1, last)))?,
        None => heads::head(act.db)?,
    };
    let earlier = from.map(|seq| match heads::at(act.db, seq)? {
        Some(earlier) if seq <= head.seq => Ok(earlier),
        _ => Err(refused("from", Fault::Range(1, head.seq))),
    });
    let earlier = earlier.transpose()?;
    let size = head.seq.unsigned_abs();
    let node = |node| heads::node(act.db, node);
    let hexes = |path: Vec<Hash>| path.iter().map(|hash| hex(hash)).collect::<Vec<_>>();
    let line = match line {
        Some((seq, _)) if seq > head.seq => return Err(refused("at", Fault::Range(seq, last))),
        Some((seq, content)) => {
            let path = hexes(tree::inclusion(seq.unsigned_abs(), size, node)?);
            Some(Proven { seq, content: hex(&content), path })
        }
        None => None,
    };
    let consistency = earlier.map(|earlier| tree::consistency(earlier.seq.unsigned_abs(), size, node).map(hexes));
    Ok(Proof { head: head.into(), line, from: earlier.map(HeadView::from), consistency: consistency.transpose()? })
}

/// Place and content of a line; a party's word is seen by those who see what it is about.
fn visible(act: &Act<'_>, which: Which) -> Result<(i64, Vec<u8>), Error> {
    let seq = match which {
        Which::Contribution(id) => super::visible(act, id)?.line.seq,
        Which::Place(seq) => seq,
    };
    let missing = |error| match error {
        rusqlite::Error::QueryReturnedNoRows => Error::NotFound,
        other => other.into(),
    };
    let mut statement = act.db.prepare_cached("select content from ledger where seq = :seq")?;
    let content = statement.query_row(named_params! { ":seq": seq }, |row| row.get(0)).map_err(missing)?;
    let family = rows::family_of(act.db, seq)?;
    let flow = family.lines().first().and_then(|line| line.flow.as_ref()).ok_or(Error::NotFound)?;
    if super::is_seen(act, flow)? { Ok((seq, content)) } else { Err(Error::NotFound) }
}
