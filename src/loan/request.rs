//! Several things asked for at once: each is a loan of its own, and what happens to all happens to each or to none.

use axum::extract::State;
use serde::{Deserialize, Serialize};

use super::opening::open_beside;
use super::rules::{Loan, Wish};
use super::{Happening, happen, rows, visible};
use crate::App;
use crate::auth::{Act, Caller};
use crate::clock::Day;
use crate::equipment::rules::{LIST_ITEMS_MAX, Quantity};
use crate::error::{Error, Fault};
use crate::http::extract::{Command, Create, PathId, Plain};
use crate::http::reply::Reply;
use crate::id::Id;
use crate::structure;
use crate::text::{Name, Note, or_default};

/// Loans of one request at most.
const LOANS_MAX: i64 = 100;

/// Things to ask for together.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestWish {
    lender_id: Id,
    borrower_id: Id,
    cooperation_id: Option<Id>,
    from: Day,
    until: Day,
    #[serde(default, deserialize_with = "or_default")]
    trained: bool,
    note: Option<Note>,
    items: Vec<Item>,
}

/// One thing, or so many units of a kind.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    equipment_id: Option<Id>,
    kind: Option<Name>,
    #[serde(default, deserialize_with = "or_default")]
    quantity: Quantity,
}

/// A request and its loans.
#[derive(Debug, Serialize)]
pub struct Request {
    id: Id,
    lender_id: Id,
    borrower_id: Id,
    loans: Vec<Loan>,
}

/// `POST /v1/loan-requests`
pub async fn create(State(app): State<App>, command: Command<Create<RequestWish>>) -> Result<Reply, Error> {
    let Create { id, wish } = command.body;
    app.act(command.caller, command.replay, move |act| {
        let id = id.unwrap_or_else(|| Id::fresh(act.now));
        let request = ask(act, id, &wish)?;
        Reply::created(format!("/v1/loan-requests/{id}"), 0, &request)
    })
    .await
}

fn ask(act: &Act<'_>, id: Id, wish: &RequestWish) -> Result<Request, Error> {
    if wish.items.is_empty() || wish.items.len() > LIST_ITEMS_MAX {
        return Err(Fault::Items(1, LIST_ITEMS_MAX).at("/items"));
    }
    structure::rows::require(act.db, wish.lender_id, "/lender_id")?;
    structure::rows::require(act.db, wish.borrower_id, "/borrower_id")?;
    act.speaker(&[wish.lender_id, wish.borrower_id])?;
    rows::insert_request(act.db, id, wish.lender_id, wish.borrower_id, act.now)?;
    let mut loans: Vec<Loan> = Vec::new();
    for (position, item) in wish.items.iter().enumerate() {
        let field = format!("/items/{position}");
        // So many units of a kind are so many loans; so many pieces of a pool are one.
        let (times, pieces) = match item.kind {
            Some(_) => (item.quantity.pieces(), Quantity::default()),
            None => (1, item.quantity),
        };
        if times > LOANS_MAX {
            return Err(Fault::Range(1, LOANS_MAX).at(&format!("{field}/quantity")));
        }
        for _ in 0..times {
            let gone: Vec<Id> = loans.iter().filter_map(|loan| loan.equipment_id).collect();
            let loan_id = Id::of(&["request", &id.to_string(), &loans.len().to_string()]);
            let one = one(wish, item, pieces);
            let loan = open_beside(act, loan_id, one, Some(id), &gone).map_err(|error| of_item(error, &field))?;
            if loan.lender_id != wish.lender_id {
                return Err(Fault::Unknown.at(&format!("{field}/equipment_id")));
            }
            loans.push(loan);
        }
    }
    Ok(Request { id, lender_id: wish.lender_id, borrower_id: wish.borrower_id, loans })
}

fn one(wish: &RequestWish, item: &Item, quantity: Quantity) -> Wish {
    Wish {
        equipment_id: item.equipment_id,
        lender_id: item.kind.as_ref().map(|_| wish.lender_id),
        kind: item.kind.clone(),
        borrower_id: wish.borrower_id,
        cooperation_id: wish.cooperation_id,
        category: None,
        nature: None,
        quantity,
        from: wish.from,
        until: Some(wish.until),
        trained: wish.trained,
        recorded_afterwards: false,
        provenance: None,
        provenance_rule: None,
        note: wish.note.clone(),
    }
}

/// What is wrong with one thing is said of its place in the list; what is common is said of the request.
fn of_item(error: Error, field: &str) -> Error {
    let of_the_item = ["/equipment_id", "/kind", "/quantity"];
    match &error {
        Error::Invalid(fields) if fields.iter().all(|wrong| of_the_item.contains(&wrong.pointer.as_str())) => {
            error.under(field)
        }
        _ => error,
    }
}

/// `GET /v1/loan-requests/{id}`
pub async fn read(State(app): State<App>, caller: Caller, PathId(id): PathId) -> Result<Reply, Error> {
    let request = app.see(caller, move |act| found(act, id)).await?;
    Reply::ok(&request)
}

fn found(act: &Act<'_>, id: Id) -> Result<Request, Error> {
    let loans = rows::of_request(act.db, id)?;
    let first = loans.first().ok_or(Error::NotFound)?;
    visible(act, first.id)?;
    Ok(Request { id, lender_id: first.lender_id, borrower_id: first.borrower_id, loans })
}

/// `POST /v1/loan-requests/{id}/events`: to each of its loans, or to none.
pub async fn record_event(
    State(app): State<App>,
    PathId(id): PathId,
    command: Command<Plain<Happening>>,
) -> Result<Reply, Error> {
    let Plain(happening) = command.body;
    app.act(command.caller, command.replay, move |act| {
        for loan in found(act, id)?.loans {
            happen(act, loan.id, happening.clone())?;
        }
        Reply::ok(&found(act, id)?)
    })
    .await
}
