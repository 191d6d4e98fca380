//! A digest of the rows of each table that the ledger does not prove, so that a changed bit, or a row changed by
//! another program, shows in `navette verify`.
//!
//! A digest is the sum of the SHA-256 of all rows: a multiset hash by addition (Bellare and Micciancio, *A new paradigm
//! for collision-free hashing*, 1997, `AdHash`; Clarke et al., *Incremental multiset hash functions*, 2003), here in four
//! lanes modulo 2^64. It knows no order, and one row more, less or other is one addition, whatever the table's length.
//! Temporary triggers of the one connection that writes keep it, so nobody has to think of it, and what another program
//! writes is not counted in. It tells accidents and careless hands. It is no proof against whoever means to deceive: they
//! could write the sum anew, or find rows with the same one. The chain, and heads kept elsewhere, are for that.

use std::collections::BTreeMap;

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, params};
use sha2::{Digest as _, Sha256};

/// Tables without a digest. What is in the first nine is proven otherwise: by the chain and its seals, or by computing it
/// again from the lines. The last two are written with every entry of hours, where a digest each would take a tenth of the
/// time: rows of `hours` are held against their lines, all but the head-count; `idempotency` holds answers to be given
/// again, and no fact that is not elsewhere.
const LEFT_OUT: &[&str] = &[
    "ledger",
    "ledger_private",
    "standing",
    "inbox",
    "delay",
    "tally",
    "person_tally",
    "people_count",
    "table_digest",
    "hours",
    "idempotency",
];
/// The name under which the schema itself is digested.
const SCHEMA_NAME: &str = "sqlite_schema";
/// What of the schema is: all but the pages, which move.
const SCHEMA_ROWS: &str = "select type, name, tbl_name, sql from sqlite_schema where name not like 'sqlite_%'";
const LANES: usize = 4;
const LANE_BYTES: usize = 8;

/// A sum of hashes of rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Sum([u64; LANES]);

impl Sum {
    fn read(bytes: &[u8]) -> Option<Self> {
        let bytes = <&[u8; LANES * LANE_BYTES]>::try_from(bytes).ok()?;
        let (lanes, _) = bytes.as_chunks::<LANE_BYTES>();
        Some(Self(std::array::from_fn(|lane| u64::from_be_bytes(lanes[lane]))))
    }

    fn bytes(self) -> Vec<u8> {
        self.0.iter().flat_map(|lane| lane.to_be_bytes()).collect()
    }

    fn with(self, row: Self) -> Self {
        Self(std::array::from_fn(|lane| self.0[lane].wrapping_add(row.0[lane])))
    }

    fn without(self, row: Self) -> Self {
        Self(std::array::from_fn(|lane| self.0[lane].wrapping_sub(row.0[lane])))
    }

    /// The hash of one row: of its table's name and of each value in the order of the columns, with its type, and with its
    /// length where that varies.
    fn of_row<'a>(table: &str, values: impl Iterator<Item = ValueRef<'a>>) -> Self {
        let mut hash = Sha256::new();
        let mut put = |kind: u8, bytes: &[u8]| {
            hash.update([kind]);
            hash.update((bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
        };
        put(3, table.as_bytes());
        for value in values {
            match value {
                ValueRef::Null => put(0, &[]),
                ValueRef::Integer(number) => put(1, &number.to_be_bytes()),
                ValueRef::Real(number) => put(2, &number.to_bits().to_be_bytes()),
                ValueRef::Text(text) => put(3, text),
                ValueRef::Blob(bytes) => put(4, bytes),
            }
        }
        Self::read(&hash.finalize()).unwrap_or_default()
    }
}

/// From now on, whatever this connection writes is counted in.
///
/// # Errors
/// What SQLite refuses.
pub fn keep(db: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    db.create_scalar_function("digest_with", -1, flags, |call| moved(call, Sum::with))?;
    db.create_scalar_function("digest_without", -1, flags, |call| moved(call, Sum::without))?;
    for (table, columns) in tables(db)? {
        let row = |of: &str| columns.iter().map(|name| format!(", {of}.\"{name}\"")).collect::<Vec<_>>().concat();
        let (old, new) = (row("old"), row("new"));
        for (act, sum) in [
            ("insert", format!("digest_with(sum, name{new})")),
            ("delete", format!("digest_without(sum, name{old})")),
            ("update", format!("digest_with(digest_without(sum, name{old}), name{new})")),
        ] {
            db.execute_batch(&format!(
                "create temp trigger digest_{table}_{act} after {act} on main.{table}
                 begin update table_digest set sum = {sum} where name = '{table}'; end;"
            ))?;
        }
    }
    Ok(())
}

/// A sum, a table, and a row of it: the sum with or without the row.
fn moved(call: &Context<'_>, step: fn(Sum, Sum) -> Sum) -> rusqlite::Result<Vec<u8>> {
    let sum = Sum::read(call.get_raw(0).as_blob()?).unwrap_or_default();
    let row = Sum::of_row(call.get_raw(1).as_str()?, (2..call.len()).map(|column| call.get_raw(column)));
    Ok(step(sum, row).bytes())
}

/// Takes the rows as they are for right: in a new file, and once its schema was upgraded.
///
/// # Errors
/// What SQLite refuses.
pub fn fill(db: &Connection) -> rusqlite::Result<()> {
    db.execute("delete from table_digest", [])?;
    let mut insert = db.prepare("insert into table_digest (name, sum) values (?1, ?2)")?;
    for name in names(db)? {
        insert.execute(params![name, computed(db, &name)?.bytes()])?;
    }
    Ok(())
}

/// Every table whose rows are not those that were written through Navette, in words.
///
/// # Errors
/// When the schema or the digests cannot be read at all.
pub fn faults(db: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut faults = Vec::new();
    let mut stored = BTreeMap::new();
    let mut statement = db.prepare("select name, sum from table_digest")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        stored.insert(row.get::<_, String>("name")?, Sum::read(row.get_ref("sum")?.as_blob()?));
    }
    for name in names(db)? {
        match (computed(db, &name), stored.remove(&name).flatten()) {
            (Ok(sum), Some(kept)) if sum == kept => {}
            (Ok(_), Some(_)) => faults.push(format!(
                "table {name}: its digest is another; a row was changed, added or taken away past Navette, or damaged"
            )),
            (Ok(_), None) => faults.push(format!("table {name}: its digest is not there")),
            (Err(error), _) => faults.push(format!("table {name}: cannot be read: {error}")),
        }
    }
    faults.extend(stored.into_keys().map(|name| format!("table {name}: has a digest, and is none that should")));
    Ok(faults)
}

/// The tables that have a digest, with their columns.
fn tables(db: &Connection) -> rusqlite::Result<BTreeMap<String, Vec<String>>> {
    let mut statement = db.prepare(
        "select t.name, c.name from main.sqlite_schema t join pragma_table_info(t.name, 'main') c
         where t.type = 'table' and t.name not like 'sqlite_%' order by t.name, c.cid",
    )?;
    let mut tables = BTreeMap::<String, Vec<String>>::new();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (table, column): (String, String) = (row.get(0)?, row.get(1)?);
        if !LEFT_OUT.contains(&table.as_str()) {
            tables.entry(table).or_default().push(column);
        }
    }
    Ok(tables)
}

/// All that has a digest.
fn names(db: &Connection) -> rusqlite::Result<Vec<String>> {
    Ok(tables(db)?.into_keys().chain([SCHEMA_NAME.to_owned()]).collect())
}

/// The sum over the rows that are there.
fn computed(db: &Connection, name: &str) -> rusqlite::Result<Sum> {
    let query = if name == SCHEMA_NAME { SCHEMA_ROWS.to_owned() } else { format!("select * from main.\"{name}\"") };
    let mut statement = db.prepare(&query)?;
    let columns = statement.column_count();
    let mut rows = statement.query([])?;
    let mut sum = Sum::default();
    while let Some(row) = rows.next()? {
        let values = (0..columns).map(|column| row.get_ref(column)).collect::<rusqlite::Result<Vec<_>>>()?;
        sum = sum.with(Sum::of_row(name, values.into_iter()));
    }
    Ok(sum)
}
