//! Closures and availability over HTTP.

use axum::extract::State;
use axum::http::Uri;
use serde::{Deserialize, Serialize};

use super::rows::Within;
use super::rules::{Closure, Facts, Interval, Period, SHOWN_DAYS_MAX, intervals};
use super::{rows, taking};
use crate::App;
use crate::auth::rules::Right;
use crate::auth::{Act, Caller, Whose};
use crate::clock::Day;
use crate::equipment::rules::{Equipment, Quantity};
use crate::equipment::visible;
use crate::error::{Error, Fault, FieldError};
use crate::http::Listed;
use crate::http::extract::{Change, Command, Create, Known, PathId, Query};
use crate::http::limits::PageSize;
use crate::http::reply::{Cursor, Reply};
use crate::id::Id;
use crate::text::Name;

/// `POST /v1/closures`: by its structure; refused over a promise.
pub async fn create(State(app): State<App>, command: Command<Create<Facts>>) -> Result<Reply, Error> {
    let Create { id, wish } = command.body;
    wish.period().map_err(|fault| fault.at("/until"))?;
    app.act(command.caller, command.replay, move |act| {
        let equipment = own(act, wish.equipment_id)?;
        let id = id.unwrap_or_else(|| Id::fresh(act.now));
        let pieces = pieces(&equipment, wish.quantity)?;
        let closure = rows::insert_closure(act.db, id, &wish, pieces, act.now)?;
        take(act, &closure, &equipment, pieces)?;
        Reply::created(format!("/v1/closures/{id}"), 1, &shown(closure, pieces))
    })
    .await
}

/// Equipment of a structure for which the caller records.
fn own(act: &Act<'_>, id: Id) -> Result<Equipment, Error> {
    let equipment = visible(act, id).map_err(|error| error.when_missing(Fault::Unknown.at("/equipment_id")))?;
    act.require(Right::Offer, Whose::Structure(equipment.facts.structure_id))?;
    Ok(equipment)
}

fn pieces(equipment: &Equipment, wanted: Option<Quantity>) -> Result<i64, Error> {
    let all = equipment.facts.quantity.pieces();
    let pieces = wanted.map_or(all, Quantity::pieces);
    if pieces > all { Err(Fault::Range(1, all).at("/quantity")) } else { Ok(pieces) }
}

/// A closure has no buffers: its days are those its owner says.
fn take(act: &Act<'_>, closure: &Closure, equipment: &Equipment, pieces: i64) -> Result<(), Error> {
    let period = closure.facts.period().map_err(|fault| fault.at("/until"))?;
    let needs =
        rows::needs(act.db, equipment.id, pieces, Within { from: period.from, until: None, but: Some(closure.id) })?;
    if let Some(conflict) = super::rules::conflict(&needs, period) {
        return Err(Error::InUse(Some(conflict)));
    }
    rows::hold(act.db, closure.id, &needs, period)
}

fn shown(mut closure: Closure, pieces: i64) -> Closure {
    closure.facts.quantity = Quantity::try_from(pieces).ok();
    closure
}

/// Which closures to list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClosureQuery {
    equipment_id: Id,
    archived: Option<Listed>,
    limit: Option<PageSize>,
    cursor: Option<Cursor>,
}

/// `GET /v1/closures`
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    uri: Uri,
    Query(query): Query<ClosureQuery>,
) -> Result<Reply, Error> {
    let after = Cursor::id(query.cursor.as_ref())?;
    let size = query.limit.unwrap_or_default();
    let closures = app
        .see(caller, move |act| {
            let equipment = visible(act, query.equipment_id).map_err(|error| {
                error.when_missing(Error::Parameter(FieldError::new("equipment_id", Fault::Unknown)))
            })?;
            let archived = query.archived.unwrap_or_default().wanted();
            rows::list_closures(act.db, equipment.id, archived, after, size.items() + 1)
        })
        .await?;
    Reply::page(&uri, closures, size, |closure| closure.id.to_string())
}

/// `GET /v1/closures/{id}`
pub async fn read(State(app): State<App>, caller: Caller, PathId(id): PathId, known: Known) -> Result<Reply, Error> {
    let closure = app.see(caller, move |act| visible_closure(act, id)).await?;
    Reply::read(&known, closure.version, &closure)
}

fn visible_closure(act: &Act<'_>, id: Id) -> Result<Closure, Error> {
    let closure = rows::find_closure(act.db, id)?.ok_or(Error::NotFound)?;
    visible(act, closure.facts.equipment_id)?;
    Ok(closure)
}

/// `PATCH /v1/closures/{id}`
pub async fn change(State(app): State<App>, PathId(id): PathId, command: Command<Change>) -> Result<Reply, Error> {
    let (change, versions) = (command.body, command.versions);
    app.act(command.caller, command.replay, move |act| {
        let before = visible_closure(act, id)?;
        let equipment = own(act, before.facts.equipment_id)?;
        versions.check(before.version)?;
        let facts: Facts = change.apply(&before.facts)?;
        if facts.equipment_id != before.facts.equipment_id {
            return Err(Fault::Fixed.at("/equipment_id"));
        }
        facts.period().map_err(|fault| fault.at("/until"))?;
        let pieces = pieces(&equipment, facts.quantity)?;
        let archived = change.archived.unwrap_or(before.archived);
        let after = Closure { facts, archived, version: before.version + 1, ..before };
        // Lifted first, so that its own days are not in its way.
        rows::update_closure(act.db, &Closure { archived: true, ..after.clone() }, pieces)?;
        rows::release(act.db, id)?;
        if !archived {
            take(act, &after, &equipment, pieces)?;
            rows::update_closure(act.db, &after, pieces)?;
        }
        Reply::versioned(after.version, &shown(after, pieces))
    })
    .await
}

/// What is to be free, and when.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AvailabilityQuery {
    equipment_id: Option<Id>,
    structure_id: Option<Id>,
    kind: Option<Name>,
    from: Day,
    until: Day,
    quantity: Option<Pieces>,
}

/// Pieces in a query: text of a whole number.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
struct Pieces(Quantity);

impl TryFrom<String> for Pieces {
    type Error = Fault;
    fn try_from(text: String) -> Result<Self, Fault> {
        let most = crate::equipment::rules::QUANTITY_MAX;
        let number = crate::text::number(&text).ok_or(Fault::Range(1, most))?;
        Quantity::try_from(number).map(Self)
    }
}

/// What is free of some equipment.
#[derive(Serialize)]
struct Availability {
    equipment_id: Id,
    name: Name,
    from: Day,
    until: Day,
    quantity: i64,
    /// True when that many are free over the whole period, buffers included.
    free: bool,
    /// First day from which a loan as long fits.
    next_free_from: Option<Day>,
    /// How many are free, stretch by stretch.
    intervals: Vec<Interval>,
}

#[derive(Serialize)]
struct Availabilities {
    items: Vec<Availability>,
}

/// `GET /v1/availability`: of one equipment, or of all units of a kind.
pub async fn availability(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<AvailabilityQuery>,
) -> Result<Reply, Error> {
    let refused = |name: &str, fault| Error::Parameter(FieldError::new(name, fault));
    let lent = Period { from: query.from, until: query.until };
    if lent.until <= lent.from {
        return Err(refused("until", Fault::Order));
    }
    if lent.days() > SHOWN_DAYS_MAX {
        return Err(refused("until", Fault::TooManyDays(SHOWN_DAYS_MAX)));
    }
    let found = app
        .see(caller, move |act| {
            let units = match (query.equipment_id, query.structure_id, &query.kind) {
                (Some(id), None, None) => {
                    vec![
                        visible(act, id)
                            .map_err(|error| error.when_missing(refused("equipment_id", Fault::Unknown)))?,
                    ]
                }
                (None, Some(structure), Some(kind)) => {
                    let units = crate::equipment::rows::of_kind(act.db, structure, kind.as_str())?;
                    units.into_iter().filter(|unit| crate::equipment::is_seen(act, unit).unwrap_or(false)).collect()
                }
                (None, _, _) => return Err(refused("equipment_id", Fault::Missing)),
                (Some(_), _, _) => return Err(refused("kind", Fault::NotAllowed)),
            };
            let quantity = query.quantity.map_or(1, |pieces| pieces.0.pieces());
            units.iter().map(|unit| available(act, unit, lent, quantity)).collect::<Result<Vec<_>, _>>()
        })
        .await?;
    Reply::ok(&Availabilities { items: found })
}

fn available(act: &Act<'_>, equipment: &Equipment, lent: Period, quantity: i64) -> Result<Availability, Error> {
    let one = rows::needs(act.db, equipment.id, 1, Within { from: lent.from, until: Some(lent.until), but: None })?;
    let conflict = taking(act, equipment, quantity, lent, None)?.conflict(act)?;
    Ok(Availability {
        equipment_id: equipment.id,
        name: equipment.facts.name.clone(),
        from: lent.from,
        until: lent.until,
        quantity,
        free: conflict.is_none(),
        next_free_from: conflict.map_or(Some(lent.from), |conflict| conflict.next_free_from),
        intervals: intervals(&one, lent),
    })
}
