//! Planned budgets in the database; and of lines, the people whom their structure names.

use rusqlite::{Connection, OptionalExtension as _, Row, named_params};

use super::budget::{Euros, Plan, Planned};
use super::timesheet::Hands;
use crate::error::Error;
use crate::id::Id;
use crate::store::values::required;
use crate::text::Name;

/// Records what a structure plans for a year.
///
/// # Errors
/// [`Error::Duplicate`] when the year has its plan.
pub fn insert(db: &Connection, structure: Id, year: i32, planned: &Planned) -> Result<Plan, Error> {
    let mut statement = db.prepare_cached(
        "insert into budget (structure_id, year, aid, goods, services_used, volunteers, volunteering, services, gifts)
         values (:structure, :year, :aid, :goods, :services_used, :volunteers, :volunteering, :services, :gifts)",
    )?;
    statement.execute(named_params! {
        ":structure": structure, ":year": year, ":aid": planned.aid.whole(), ":goods": planned.goods.whole(),
        ":services_used": planned.services_used.whole(), ":volunteers": planned.volunteers.whole(),
        ":volunteering": planned.volunteering.whole(), ":services": planned.services.whole(),
        ":gifts": planned.gifts.whole(),
    })?;
    Ok(Plan { structure_id: structure, year, planned: *planned, version: 1 })
}

/// Changes a plan to what is stated now.
///
/// # Errors
/// What SQLite refuses.
pub fn update(db: &Connection, plan: &Plan) -> Result<(), Error> {
    let planned = &plan.planned;
    let mut statement = db.prepare_cached(
        "update budget set aid = :aid, goods = :goods, services_used = :services_used, volunteers = :volunteers,
           volunteering = :volunteering, services = :services, gifts = :gifts, version = :version
         where structure_id = :structure and year = :year",
    )?;
    statement.execute(named_params! {
        ":structure": plan.structure_id, ":year": plan.year, ":aid": planned.aid.whole(),
        ":goods": planned.goods.whole(), ":services_used": planned.services_used.whole(),
        ":volunteers": planned.volunteers.whole(), ":volunteering": planned.volunteering.whole(),
        ":services": planned.services.whole(), ":gifts": planned.gifts.whole(), ":version": plan.version,
    })?;
    Ok(())
}

/// What a structure plans for a year.
///
/// # Errors
/// What SQLite refuses.
pub fn find(db: &Connection, structure: Id, year: i32) -> Result<Option<Plan>, Error> {
    let mut statement = db.prepare_cached("select * from budget where structure_id = :structure and year = :year")?;
    Ok(statement.query_row(named_params! { ":structure": structure, ":year": year }, plan).optional()?)
}

fn plan(row: &Row<'_>) -> rusqlite::Result<Plan> {
    // The schema holds the same limits: nothing beyond them was ever written.
    let euros =
        |column: &str| Ok::<_, rusqlite::Error>(Euros::try_from(row.get::<_, i64>(column)?).unwrap_or_default());
    Ok(Plan {
        structure_id: row.get("structure_id")?,
        year: row.get("year")?,
        planned: Planned {
            aid: euros("aid")?,
            goods: euros("goods")?,
            services_used: euros("services_used")?,
            volunteers: euros("volunteers")?,
            volunteering: euros("volunteering")?,
            services: euros("services")?,
            gifts: euros("gifts")?,
        },
        version: row.get("version")?,
    })
}

/// Who gave the time of a line, as far as a structure knows them.
///
/// # Errors
/// What SQLite refuses.
pub fn hands(db: &Connection, structure: Id, seq: i64) -> Result<Hands, Error> {
    let mut named = db.prepare_cached(
        "select p.id, i.name from ledger_private l join person p on p.id = l.person_id
           join identity i on i.person_id = p.id
         where l.seq = :seq and p.structure_id = :structure",
    )?;
    let person = named
        .query_row(named_params! { ":seq": seq, ":structure": structure }, |row| {
            Ok((row.get("id")?, required(row, "name", Name::parse)?))
        })
        .optional()?;
    let mut counted = db.prepare_cached("select head_count from hours where seq = :seq")?;
    let people = counted.query_row(named_params! { ":seq": seq }, |row| row.get(0)).optional()?;
    Ok(Hands { person, people: people.unwrap_or(1) })
}
