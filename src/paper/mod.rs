//! Papers: records as pages to print, to sign and to stick on things.

pub mod agreement;
pub mod insured;
pub mod labels;
pub mod page;
pub(crate) mod routes;
pub mod rows;
pub mod rules;
pub mod sheet;
pub mod words;

use std::collections::HashMap;

use crate::auth::Act;
use crate::clock::Day;
use crate::equipment::rows::Filter;
use crate::equipment::rules::{Code, Equipment};
use crate::error::Error;
use crate::id::Id;
use crate::ledger::heads;
use crate::loan::rules::Loan;
use crate::structure::rules::Structure;
use crate::{cooperation, equipment, loan, structure};
use rules::{Dossier, Insured, InsuredItem, Item, Labels, Lent, Part};

/// The papers of one loan, for those who may read it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn of_loan(act: &Act<'_>, id: Id) -> Result<Dossier, Error> {
    dossier(act, id, vec![loan::visible(act, id)?])
}

/// The papers of all loans of a request, for those who may read it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn of_request(act: &Act<'_>, id: Id) -> Result<Dossier, Error> {
    let loans = loan::rows::of_request(act.db, id)?;
    let first = loans.first().ok_or(Error::NotFound)?;
    loan::visible(act, first.id)?;
    dossier(act, id, loans)
}

fn dossier(act: &Act<'_>, number: Id, loans: Vec<Loan>) -> Result<Dossier, Error> {
    let first = loans.first().ok_or(Error::NotFound)?;
    let party = |id| structure::as_seen(act, structure::rows::find(act.db, id)?.ok_or(Error::NotFound)?);
    let (lender, borrower) = (party(first.lender_id)?, party(first.borrower_id)?);
    let cooperation = first.cooperation_id.map(|id| cooperation::rows::name(act.db, id)).transpose()?.flatten();
    let items = loans.into_iter().map(|loan| item(act, loan)).collect::<Result<_, _>>()?;
    let ledger = heads::head(act.db)?;
    Ok(Dossier { number, lender, borrower, cooperation, items, ledger, printed_on: act.now.day() })
}

fn item(act: &Act<'_>, loan: Loan) -> Result<Item, Error> {
    let find = |id| equipment::rows::find(act.db, id)?.ok_or(Error::NotFound);
    let thing: Option<Equipment> = loan.equipment_id.map(find).transpose()?;
    let parts = thing.iter().flat_map(|thing| &thing.facts.parts);
    let parts = parts.map(|part| Ok(Part { thing: find(part.equipment_id)?, pieces: part.quantity.pieces() }));
    Ok(Item { parts: parts.collect::<Result<_, Error>>()?, thing, loan })
}

/// The structure, if the caller is of it.
fn own(act: &Act<'_>, id: Id) -> Result<Structure, Error> {
    let found = structure::rows::find(act.db, id)?.ok_or(Error::NotFound)?;
    if act.sees(id)? { Ok(found) } else { Err(Error::NotFound) }
}

/// Which labels to print: all, or those of a category, a place, a code.
#[derive(Debug, Default)]
pub struct Wanted {
    /// Only this category.
    pub category: Option<String>,
    /// Part of the place.
    pub place: Option<String>,
    /// The one with this code.
    pub code: Option<Code>,
}

/// The labels of what a structure has in use.
///
/// # Errors
/// [`Error::NotFound`] for whoever is not of the structure.
pub fn labels_of(act: &Act<'_>, id: Id, wanted: Wanted) -> Result<Labels, Error> {
    let structure = own(act, id)?;
    let max = rules::LABELS_MAX;
    let mut things = in_use(act, id, wanted, i64::try_from(max).unwrap_or(i64::MAX) + 1)?;
    let more = things.len() > max;
    things.truncate(max);
    Ok(Labels { structure: structure.facts.name, things, more })
}

fn in_use(act: &Act<'_>, structure: Id, wanted: Wanted, limit: i64) -> Result<Vec<Equipment>, Error> {
    let filter = Filter {
        q: None,
        structure_id: Some(structure),
        category: wanted.category,
        kind: None,
        place: wanted.place,
        code: wanted.code,
        nature: None,
        seen_by: None,
        only: None,
        day: act.now.day(),
        archived: false,
    };
    equipment::rows::list(act.db, &filter, None, None, limit)
}

/// What a structure has for its insurer to know, and when it is lent in a year (this one, if none is
/// said): all of it, for a list that stops somewhere insures nothing.
///
/// # Errors
/// [`Error::NotFound`] for whoever is not of the structure.
pub fn insured_of(act: &Act<'_>, id: Id, year: Option<i32>) -> Result<Insured, Error> {
    let (structure, today) = (own(act, id)?, act.now.day());
    let year = year.unwrap_or_else(|| today.year());
    let first = Day::first_of(year).ok_or(Error::NotFound)?;
    let mut periods: HashMap<Id, Vec<Lent>> = HashMap::new();
    let mut items = Vec::new();
    for loan in found(act, rows::lent_in(act.db, id, first)?)? {
        let borrower = structure::rows::name(act.db, loan.borrower_id)?.unwrap_or_default();
        let lent = Lent::of(&loan, borrower, today);
        match loan.equipment_id {
            Some(thing) => periods.entry(thing).or_default().push(lent),
            None => items.push(InsuredItem::outside_the_catalogue(&loan, lent)),
        }
    }
    for thing in in_use(act, id, Wanted::default(), i64::MAX)? {
        items.push(InsuredItem::of(&thing, periods.remove(&thing.id).unwrap_or_default()));
    }
    // What was lent in the year and is no longer in use.
    for (thing, periods) in periods {
        let thing = equipment::rows::find(act.db, thing)?.ok_or(Error::NotFound)?;
        items.push(InsuredItem::of(&thing, periods));
    }
    Ok(Insured::sorted(structure.facts.name, year, items, today))
}

fn found(act: &Act<'_>, loans: Vec<Id>) -> Result<Vec<Loan>, Error> {
    loans.into_iter().map(|id| loan::rows::find(act.db, id)?.ok_or(Error::NotFound)).collect()
}
