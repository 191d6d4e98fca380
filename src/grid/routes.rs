//! Valuation grids over HTTP: kept by managers, read by whoever reads the sums they value.

use axum::extract::State;
use axum::http::Uri;
use serde::{Deserialize, Serialize};

use super::rows;
use super::rules::{Approval, Facts, Per, Rate, Unit, read_by};
use super::smic as wage;
use super::value::{Cents, Valuer, counted};
use crate::App;
use crate::auth::rules::Of;
use crate::auth::rules::Right;
use crate::auth::{Caller, Whose};
use crate::clock::Day;
use crate::error::{Error, Fault, FieldError};
use crate::http::Listed;
use crate::http::extract::{Change, Command, Create, Known, PathId, Plain, Query, keep_fixed};
use crate::http::limits::PageSize;
use crate::http::reply::{Cursor, Reply};
use crate::id::Id;
use crate::ledger::rules::{Kind, Quantities};
use crate::text::Name;

/// `POST /v1/grids`: a draft.
pub async fn create(State(app): State<App>, command: Command<Create<Facts>>) -> Result<Reply, Error> {
    let Create { id, wish } = command.body;
    app.act(command.caller, command.replay, move |act| {
        let grid = super::draft(act, id.unwrap_or_else(|| Id::fresh(act.now)), wish)?;
        Reply::created(format!("/v1/grids/{}", grid.id), grid.version, &grid)
    })
    .await
}

/// Whose grids to list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GridQuery {
    structure_id: Option<Id>,
    cooperation_id: Option<Id>,
    archived: Option<Listed>,
    limit: Option<PageSize>,
    cursor: Option<Cursor>,
}

/// `GET /v1/grids`
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    uri: Uri,
    Query(query): Query<GridQuery>,
) -> Result<Reply, Error> {
    let after = Cursor::id(query.cursor.as_ref())?;
    let size = query.limit.unwrap_or_default();
    let archived = query.archived.unwrap_or_default().wanted();
    let (of, name) = Of::asked(query.structure_id, query.cooperation_id)?;
    let grids = app
        .see(caller, move |act| {
            if !act.may(read_by(of), of.into())? {
                return Err(Error::Parameter(FieldError::new(name, Fault::Unknown)));
            }
            rows::list(act.db, of.id(), archived, after, size.items() + 1)
        })
        .await?;
    Reply::page(&uri, grids, size, |grid| grid.id.to_string())
}

/// `GET /v1/grids/{id}`
pub async fn read(State(app): State<App>, caller: Caller, PathId(id): PathId, known: Known) -> Result<Reply, Error> {
    let grid = app.see(caller, move |act| super::visible(act, id)).await?;
    Reply::read(&known, grid.version, &grid)
}

/// `PATCH /v1/grids/{id}`: a draft says something else; any grid is put away, or brought back.
pub async fn change(State(app): State<App>, PathId(id): PathId, command: Command<Change>) -> Result<Reply, Error> {
    let (change, versions) = (command.body, command.versions);
    app.act(command.caller, command.replay, move |act| {
        let before = super::visible(act, id)?;
        act.require(Right::KeepGrids, before.facts.of()?.into())?;
        versions.check(before.version)?;
        let facts: Facts = change.apply(&before.facts)?;
        keep_fixed([
            ("/structure_id", facts.structure_id == before.facts.structure_id),
            ("/cooperation_id", facts.cooperation_id == before.facts.cooperation_id),
        ])?;
        let archived = change.archived.unwrap_or(before.archived);
        let after = super::change(act, &before, facts, archived)?;
        Reply::versioned(after.version, &after)
    })
    .await
}

/// `POST /v1/grids/{id}/approve`: who approved it, and when; from then on it is frozen.
pub async fn approve(
    State(app): State<App>,
    PathId(id): PathId,
    command: Command<Plain<Approval>>,
) -> Result<Reply, Error> {
    let Plain(approval) = command.body;
    app.act(command.caller, command.replay, move |act| {
        let grid = super::visible(act, id)?;
        act.require(Right::KeepGrids, grid.facts.of()?.into())?;
        let grid = super::approve(act, grid, &approval)?;
        Reply::versioned(grid.version, &grid)
    })
    .await
}

/// Item-days, minutes or occasions of an example at most.
const COUNT_MAX: i64 = 100_000_000;

/// A number of minutes, item-days or occasions, as a query says it.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
struct Count(i64);

impl TryFrom<String> for Count {
    type Error = Fault;
    fn try_from(text: String) -> Result<Self, Fault> {
        let fault = Fault::Range(0, COUNT_MAX);
        let count = crate::text::number(&text).ok_or(fault)?;
        if (0..=COUNT_MAX).contains(&count) { Ok(Self(count)) } else { Err(fault) }
    }
}

/// An example to value.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    kind: Kind,
    category: Option<Name>,
    day: Day,
    minutes: Option<Count>,
    item_days: Option<Count>,
    occasions: Option<Count>,
}

/// What an example is worth, and by which rate.
#[derive(Serialize)]
struct Worth<'a> {
    unit: Unit,
    amount: Option<i64>,
    rate: Option<&'a Rate>,
    smic: Option<i64>,
}

/// `GET /v1/grids/{id}/value`: one example, so that a treasurer sees how the grid works.
pub async fn value(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
    Query(example): Query<Example>,
) -> Result<Reply, Error> {
    app.see(caller, move |act| {
        let of = super::visible(act, id)?.facts.of()?;
        worth(&super::usable(act, id, of)?, &example)
    })
    .await
}

fn worth(valuer: &Valuer, example: &Example) -> Result<Reply, Error> {
    let count = |count: Option<Count>| count.map(|Count(count)| count);
    let quantities = Quantities {
        minutes: count(example.minutes),
        item_days: count(example.item_days),
        occasions: count(example.occasions).unwrap_or(1),
        participants: None,
    };
    let category = example.category.as_ref().map_or("", Name::as_str);
    let rate = valuer.rate(example.kind, category, example.day);
    let amount = valuer.value(example.kind, category, example.day, &quantities)?;
    if let Some(rate) = rate.filter(|rate| counted(rate.per, &quantities).is_none()) {
        let needed = if rate.per == Per::Hour { "minutes" } else { "item_days" };
        return Err(Error::Parameter(FieldError::new(needed, Fault::Missing)));
    }
    let by_wage = rate.is_some_and(|rate| valuer.grid.facts.is_by_wage(rate));
    let smic = if by_wage { wage::on(example.day) } else { None };
    Reply::ok(&Worth { unit: valuer.grid.facts.unit, amount: amount.map(|Cents(cents)| cents), rate, smic })
}

/// `GET /v1/smic`: the minimum wage as it is built in.
pub async fn smic(State(app): State<App>, caller: Caller) -> Result<Reply, Error> {
    app.see(caller, |act| act.require(Right::ReadDirectory, Whose::Instance)).await?;
    Reply::ok(&wage::table())
}
