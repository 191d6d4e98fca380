//! Heads of the ledger: the last, earlier ones, and those that people kept elsewhere.

use std::str::FromStr;

use rusqlite::{Connection, OptionalExtension as _, named_params};
use serde::Deserialize;

use super::rows;
use super::rules::{GENESIS, Hash, hex};
use super::tree::{self, Node};
use crate::clock::Moment;
use crate::error::{Error, Fault};

/// Digits of a kept head at least: half a SHA-256. With fewer, whoever has the file could make two ledgers that
/// share them.
pub const DIGITS_MIN: usize = 32;

/// The largest number that every reader of JSON keeps exactly.
const PLACE_MAX: i64 = 9_007_199_254_740_991;

/// The place of a line, as a query writes it: from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Place(i64);

impl Place {
    /// Its number.
    #[must_use]
    pub fn seq(self) -> i64 {
        self.0
    }
}

impl TryFrom<String> for Place {
    type Error = Fault;
    fn try_from(text: String) -> Result<Self, Fault> {
        crate::text::number(&text)
            .filter(|place| (1..=PLACE_MAX).contains(place))
            .map(Self)
            .ok_or(Fault::Range(1, PLACE_MAX))
    }
}

/// How far the ledger went at some moment, and what commits to all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The number of lines.
    pub seq: i64,
    /// The hash of the last in the chain, or of nothing.
    pub hash: Hash,
    /// The root of the Merkle tree over all of them.
    pub root: Hash,
    /// When the last was recorded.
    pub recorded_at: Option<Moment>,
}

impl Head {
    /// The head before the first line.
    #[must_use]
    pub fn of_nothing() -> Self {
        Self { seq: 0, hash: GENESIS, root: tree::empty(), recorded_at: None }
    }

    /// Place and root, as the header `Ledger-Head` and `--head` write them.
    #[must_use]
    pub fn written(&self) -> String {
        format!("{}:{}", self.seq, hex(&self.root))
    }

    /// The first half of the root in groups of four digits, to be copied by hand; enough for `--head`.
    #[must_use]
    pub fn by_hand(&self) -> String {
        let digits = hex(&self.root);
        let groups: Vec<&str> = (0..DIGITS_MIN / 4).filter_map(|group| digits.get(group * 4..group * 4 + 4)).collect();
        groups.join(" ")
    }
}

/// The present head.
///
/// # Errors
/// What SQLite refuses.
pub fn head(db: &Connection) -> Result<Head, Error> {
    let (seq, _) = rows::last(db)?;
    Ok(at(db, seq)?.unwrap_or_else(Head::of_nothing))
}

/// The head when this line was the last; none when there is no such line.
///
/// # Errors
/// What SQLite refuses.
pub fn at(db: &Connection, seq: i64) -> Result<Option<Head>, Error> {
    let mut statement = db.prepare_cached("select hash, recorded_at from ledger where seq = :seq")?;
    let found = statement
        .query_row(named_params! { ":seq": seq }, |row| Ok((row.get("hash")?, row.get("recorded_at")?)))
        .optional()?;
    let Some((hash, recorded_at)) = found else { return Ok(None) };
    let root = tree::root(seq.unsigned_abs(), |wanted| node(db, wanted))?;
    Ok(Some(Head { seq, hash, root, recorded_at: Some(recorded_at) }))
}

/// The place of the last line that was recorded by an instant; 0 when none was. Where the machine's clock was set
/// back in between, which one is left open: a place itself is exact.
///
/// # Errors
/// What SQLite refuses.
pub fn known_at(db: &Connection, instant: Moment) -> Result<i64, Error> {
    let mut statement = db.prepare_cached("select recorded_at from ledger where seq = :seq")?;
    // All lines up to `known` were recorded by then; no line after `last` was.
    let (mut known, (mut last, _)) = (0, rows::last(db)?);
    while known < last {
        let middle = last - (last - known) / 2;
        let recorded_at: Moment = statement.query_row(named_params! { ":seq": middle }, |row| row.get(0))?;
        if recorded_at <= instant {
            known = middle;
        } else {
            last = middle - 1;
        }
    }
    Ok(known)
}

/// A node of the tree, as the line that completed it keeps it.
///
/// # Errors
/// What SQLite refuses, also when there is no such node.
pub fn node(db: &Connection, node: Node) -> Result<Hash, Error> {
    let mut statement = db.prepare_cached("select substr(nodes, 1 + 32 * :height, 32) from ledger where seq = :end")?;
    let end = i64::try_from(node.end).map_err(|_| Error::NotFound)?;
    Ok(statement.query_row(named_params! { ":height": node.height, ":end": end }, |row| row.get(0))?)
}

/// A head that somebody kept: a place, and the digits of its hash or of its root, the first half at least.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The place of its last line.
    pub seq: i64,
    digits: String,
}

impl Kept {
    /// True when these are the digits of this hash.
    #[must_use]
    pub fn is(&self, hash: &Hash) -> bool {
        hex(hash).starts_with(&self.digits)
    }
}

impl FromStr for Kept {
    type Err = String;
    /// Reads `SEQ:DIGITS`; the digits may stand in groups, as they do on paper.
    fn from_str(text: &str) -> Result<Self, String> {
        let (seq, digits) = text.split_once(':').ok_or("write it as SEQ:DIGITS, such as 4711:9f2c…")?;
        let seq = seq.trim().parse().ok().filter(|seq| *seq > 0).ok_or("the place is a number from 1")?;
        let digits: String = digits.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) || !(DIGITS_MIN..=64).contains(&digits.len()) {
            return Err(format!("the hash or root has {DIGITS_MIN} to 64 hexadecimal digits"));
        }
        Ok(Self { seq, digits })
    }
}

/// Whether a database still contains a head that was kept elsewhere.
///
/// # Errors
/// When it does not, or cannot tell: why, in words.
pub fn still_there(db: &Connection, kept: &Kept) -> Result<(), String> {
    let unreadable = |error: Error| format!("head {}: cannot be compared: {error}", kept.seq);
    let (last, _) = rows::last(db).map_err(unreadable)?;
    match at(db, kept.seq).map_err(unreadable)? {
        Some(head) if kept.is(&head.root) || kept.is(&head.hash) => Ok(()),
        Some(_) => Err(format!(
            "head {}: not the head of this ledger at line {}: a line up to there was rewritten since, or the head is of another ledger",
            kept.seq, kept.seq
        )),
        None => Err(format!("head {}: this ledger ends at line {last}: the lines after it are gone", kept.seq)),
    }
}
