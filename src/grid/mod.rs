//! Valuation grids: the one way from quantities to euros or points, and only when somebody approved it.

pub(crate) mod routes;
pub mod rows;
pub mod rules;
pub mod smic;
pub mod value;

use crate::audit::rules::Event;
use crate::auth::Act;
use crate::auth::rules::Of;
use crate::auth::rules::Right;
use crate::error::{Error, Fault};
use crate::id::Id;
use crate::structure::rules::Valuation;
use crate::{cooperation, ledger, structure};
use rules::{Approval, Facts, Grid, Unit, read_by};
use value::Valuer;

/// The grid, for those who read the sums of its structure or cooperation.
///
/// # Errors
/// [`Error::NotFound`] for everybody else.
pub fn visible(act: &Act<'_>, id: Id) -> Result<Grid, Error> {
    let grid = rows::find(act.db, id)?.ok_or(Error::NotFound)?;
    let of = grid.facts.of()?;
    if act.may(read_by(of), of.into())? { Ok(grid) } else { Err(Error::NotFound) }
}

/// The grid with which figures may be made of what this structure or cooperation gave and received. Whether the caller
/// may read that is for whoever asks to judge first. A structure uses its own grids, and those of cooperations it is or
/// was in.
///
/// # Errors
/// [`Error::NotFound`] for a grid of others, [`Error::NoValuation`], [`Error::GridNotApproved`], [`Error::WrongState`]
/// for an archived one.
pub fn usable(act: &Act<'_>, id: Id, of: Of) -> Result<Valuer, Error> {
    let grid = rows::find(act.db, id)?.ok_or(Error::NotFound)?;
    if !serves(act, &grid, of)? {
        return Err(Error::NotFound);
    }
    if grid.facts.unit == Unit::Euro && valuation(act, of)? == Some(Valuation::None) {
        return Err(Error::NoValuation);
    }
    if grid.approval.is_none() {
        return Err(Error::GridNotApproved);
    }
    if grid.archived {
        return Err(Error::WrongState { state: "archived".to_owned() });
    }
    Ok(Valuer::new(grid))
}

fn serves(act: &Act<'_>, grid: &Grid, of: Of) -> Result<bool, Error> {
    let owner = grid.facts.of()?;
    let (Of::Cooperation(common), Of::Structure(structure)) = (owner, of) else { return Ok(owner == of) };
    let stays = cooperation::rows::memberships_of(act.db, structure, common)?;
    Ok(stays.iter().any(|stay| stay.facts.starts_on <= act.now.day()))
}

fn valuation(act: &Act<'_>, of: Of) -> Result<Option<Valuation>, Error> {
    match of {
        Of::Structure(id) => structure::rows::valuation(act.db, id),
        Of::Cooperation(id) => cooperation::rows::valuation(act.db, id),
    }
}

/// Records a draft.
///
/// # Errors
/// What the facts or its owner refuse.
pub fn draft(act: &Act<'_>, id: Id, facts: Facts) -> Result<Grid, Error> {
    let of = facts.of()?;
    match of {
        Of::Structure(structure) => structure::rows::require(act.db, structure, "/structure_id")?,
        Of::Cooperation(common) if cooperation::seen(act, common)? && cooperation::rows::is_open(act.db, common)? => {}
        Of::Cooperation(_) => return Err(Fault::Unknown.at("/cooperation_id")),
    }
    act.require(Right::KeepGrids, of.into())?;
    judge(act, id, &facts)?;
    let grid = Grid { id, facts, approval: None, digest: None, archived: false, version: 1, created_at: act.now };
    rows::insert(act.db, &grid)?;
    Ok(grid)
}

/// Holds the facts against one another, and the grid they replace: it has the same owner, and is another one.
fn judge(act: &Act<'_>, id: Id, facts: &Facts) -> Result<(), Error> {
    facts.judge()?;
    let Some(replaced) = facts.replaces else { return Ok(()) };
    let before = rows::find(act.db, replaced)?.filter(|before| before.id != id);
    match before {
        Some(before) if before.facts.of()? == facts.of()? => Ok(()),
        _ => Err(Fault::Unknown.at("/replaces")),
    }
}

/// A draft becomes what `facts` say; anything may be put away or brought back.
///
/// # Errors
/// [`Error::WrongState`] when an approved grid is to say something else.
pub fn change(act: &Act<'_>, before: &Grid, facts: Facts, archived: bool) -> Result<Grid, Error> {
    let same = facts == before.facts;
    let after = Grid { facts, archived, version: before.version + 1, ..before.clone() };
    if same {
        rows::archive(act.db, &after)?;
        return Ok(after);
    }
    before.require_draft()?;
    judge(act, after.id, &after.facts)?;
    rows::update(act.db, &after)?;
    Ok(after)
}

/// Notes who approved a grid, which freezes it.
///
/// # Errors
/// [`Error::WrongState`] when it is no draft, [`Fault::Future`].
pub fn approve(act: &Act<'_>, grid: Grid, approval: &Approval) -> Result<Grid, Error> {
    ledger::refuse_future(act, approval.on, "/on")?;
    let (grid, digest) = grid.approved(approval)?;
    rows::approve(act.db, grid.id, grid.version, approval, digest)?;
    act.audit(Event::GridApproved, grid.about())?;
    Ok(grid)
}
