//! The table of communes in the database.

use rusqlite::{Connection, OptionalExtension as _, Row, named_params};

use super::rules::{Commune, Epci};
use crate::error::Error;
use crate::store::values::{optional, required};
use crate::structure::rules::{Commune as Code, Siren};
use crate::text::Name;

/// Writes a commune, in the place of the one with its code.
///
/// # Errors
/// What SQLite refuses.
pub fn put(db: &Connection, commune: &Commune) -> Result<(), Error> {
    let mut statement = db.prepare_cached(
        "insert into commune (code, name, population, epci_siren, epci_name)
         values (:code, :name, :population, :siren, :epci)
         on conflict (code) do update set name = excluded.name, population = excluded.population,
           epci_siren = excluded.epci_siren, epci_name = excluded.epci_name",
    )?;
    let epci = commune.epci.as_ref();
    statement.execute(named_params! {
        ":code": commune.code.as_str(), ":name": commune.name.as_str(), ":population": commune.population,
        ":siren": epci.map(|epci| epci.siren.as_str()), ":epci": epci.map(|epci| epci.name.as_str()),
    })?;
    Ok(())
}

/// The commune with this INSEE code, where the table holds it.
///
/// # Errors
/// What SQLite refuses.
pub fn find(db: &Connection, code: &str) -> Result<Option<Commune>, Error> {
    let mut statement =
        db.prepare_cached("select code, name, population, epci_siren, epci_name from commune where code = :code")?;
    Ok(statement.query_row(named_params! { ":code": code }, commune).optional()?)
}

fn commune(row: &Row<'_>) -> rusqlite::Result<Commune> {
    let (siren, name) = (optional(row, "epci_siren", Siren::parse)?, optional(row, "epci_name", Name::parse)?);
    Ok(Commune {
        code: required(row, "code", Code::parse)?,
        name: required(row, "name", Name::parse)?,
        population: row.get("population")?,
        epci: siren.zip(name).map(|(siren, name)| Epci { siren, name }),
    })
}

/// How many communes there are.
///
/// # Errors
/// What SQLite refuses.
pub fn count(db: &Connection) -> Result<i64, Error> {
    Ok(db.prepare_cached("select count(*) from commune")?.query_row([], |row| row.get(0))?)
}
