//! A manager hands the role over to a colleague: both change in one transaction, so that nobody is left without.

use axum::extract::State;
use serde::Deserialize;

use super::rules::{Grant, Right, Role};
use super::{Act, Whose, rows, visible_grant};
use crate::App;
use crate::audit::rules::{About, Event};
use crate::error::{Error, Fault};
use crate::http::extract::{Command, PathId, Plain};
use crate::http::reply::Reply;
use crate::id::Id;

/// To whom a manager's role goes, and what the giver does then.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandOver {
    account_id: Id,
    #[serde(default)]
    leave: Option<bool>,
}

/// `POST /v1/roles/{id}/hand-over`: by the one who holds the role, to an account that has a role there.
pub async fn hand_over_role(
    State(app): State<App>,
    PathId(id): PathId,
    command: Command<Plain<HandOver>>,
) -> Result<Reply, Error> {
    let wish = command.body.0;
    app.act(command.caller, command.replay, move |act| {
        let given = visible_grant(act, id)?;
        // Each hands over what is their own; a colleague's role is changed, not given away.
        if act.account() != Some(given.wish.account_id) {
            return Err(Error::Forbidden);
        }
        let after = hand_over(act, &given, wish.account_id, wish.leave.unwrap_or(false))?;
        Reply::versioned(after.version, &after)
    })
    .await
}

fn hand_over(act: &Act<'_>, given: &Grant, to: Id, leave: bool) -> Result<Grant, Error> {
    let structure = given.wish.structure_id;
    if given.archived || given.wish.role != Role::Manager {
        return Err(Error::WrongState { state: "not_manager".to_owned() });
    }
    act.require(Right::GiveRoles, Whose::Structure(structure))?;
    let colleague = rows::find_account(act.db, to)?.filter(|account| !account.archived);
    let held = colleague.into_iter().flat_map(|account| account.roles).find(|held| held.structure_id == structure);
    let Some(held) = held.filter(|held| held.id != given.id) else {
        return Err(Fault::NoRoleThere.at("/account_id"));
    };
    let taken = rows::find_grant(act.db, held.id)?.ok_or(Error::NotFound)?;
    let mut wish = taken.wish.clone();
    wish.role = Role::Manager;
    rows::update_grant(act.db, &Grant { wish, version: taken.version + 1, ..taken })?;
    let mut wish = given.wish.clone();
    if !leave {
        wish.role = Role::Contributor;
    }
    let after = Grant { wish, archived: leave, version: given.version + 1, ..*given };
    rows::update_grant(act.db, &after)?;
    act.audit(
        Event::ManagerHandedOver,
        About { subject_id: Some(to), structure_id: Some(structure), ..About::default() },
    )?;
    Ok(after)
}
