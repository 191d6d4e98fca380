//! Accounts and roles over HTTP.

use axum::extract::State;
use axum::http::Uri;
use serde::{Deserialize, Serialize};

use super::rules::{Account, Grant, GrantWish, Right};
use super::{Caller, Whose, created, rows, visible_account};
use crate::App;
use crate::audit::rules::{About, Event};
use crate::error::{Error, Fault, FieldError};
use crate::http::extract::{Change, Command, Create, Known, PathId, Query, keep_fixed};
use crate::http::limits::PageSize;
use crate::http::reply::{Cursor, Reply};
use crate::http::{Listed, PageQuery};
use crate::id::Id;
use crate::session::rules::Password;
use crate::session::{self, password};
use crate::structure;
use crate::text::Name;

/// An account to make.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountWish {
    login: Name,
    password: Password,
}

/// `POST /v1/accounts`
pub async fn create_account(State(app): State<App>, command: Command<Create<AccountWish>>) -> Result<Reply, Error> {
    let Create { id, wish } = command.body;
    wish.password.check(&[wish.login.as_str()]).map_err(|fault| fault.at("/password"))?;
    let caller = command.caller;
    if let Some(given) = app.given_before(caller, &command.replay).await? {
        return Ok(given);
    }
    app.see(caller, |act| act.require(Right::MakeAccounts, Whose::Instance)).await?;
    let hash = password::hash(wish.password).await?;
    app.act(caller, command.replay, move |act| {
        act.require(Right::MakeAccounts, Whose::Instance)?;
        let id = id.unwrap_or_else(|| Id::fresh(act.now));
        rows::insert_account(act.db, id, wish.login.as_str(), &hash, false, act.now)?;
        act.audit(Event::AccountMade, About { subject_id: Some(id), ..About::default() })?;
        created(rows::find_account(act.db, id)?)
    })
    .await
}

/// `GET /v1/accounts`
pub async fn list_accounts(
    State(app): State<App>,
    caller: Caller,
    uri: Uri,
    Query(query): Query<PageQuery>,
) -> Result<Reply, Error> {
    let after = Cursor::id(query.cursor.as_ref())?;
    let size = query.limit.unwrap_or_default();
    let archived = query.archived.unwrap_or_default().wanted();
    let accounts = app
        .see(caller, move |act| {
            let own = if act.may(Right::ReadAccount, Whose::Instance)? { None } else { act.account() };
            if let Some(own) = own {
                act.require(Right::ReadAccount, Whose::Account(own))?;
            }

            rows::list_accounts(act.db, own, archived, after, size.items() + 1)
        })
        .await?;
    Reply::page(&uri, accounts, size, |account| account.id.to_string())
}

/// `GET /v1/accounts/me`
pub async fn read_own_account(State(app): State<App>, caller: Caller, known: Known) -> Result<Reply, Error> {
    let account = app
        .see(caller, |act| {
            let own = act.account().ok_or(Error::NotFound)?;
            act.require(Right::ReadAccount, Whose::Account(own))?;
            rows::find_account(act.db, own)?.ok_or(Error::NotFound)
        })
        .await?;
    Reply::read(&known, account.version, &account)
}

/// `GET /v1/accounts/{id}`
pub async fn read_account(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
    known: Known,
) -> Result<Reply, Error> {
    let account = app.see(caller, move |act| visible_account(act, id)).await?;
    Reply::read(&known, account.version, &account)
}

/// What an account's holder may change of it.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PasswordChange {
    #[serde(default, skip_serializing)]
    password: Option<Password>,
    #[serde(default, skip_serializing)]
    current_password: Option<String>,
    /// Whether all sessions but the one used are ended; they are unless this says no.
    #[serde(default, skip_serializing)]
    end_other_sessions: Option<bool>,
}

/// `PATCH /v1/accounts/{id}`: one's own password; the owner archives and brings back.
pub async fn change_account(
    State(app): State<App>,
    PathId(id): PathId,
    command: Command<Change>,
) -> Result<Reply, Error> {
    let change: PasswordChange = command.body.apply(&PasswordChange::default())?;
    let archived = command.body.archived;
    let caller = command.caller;
    if let Some(given) = app.given_before(caller, &command.replay).await? {
        return Ok(given);
    }
    let seen = app
        .see(caller, move |act| Ok((visible_account(act, id)?, act.may(Right::ChangePassword, Whose::Account(id))?)));
    let (account, own) = seen.await?;
    let hash = match change.password {
        None => None,
        Some(_) if !own => return Err(Error::Forbidden),
        Some(new) => Some(new_hash(&app, caller, &account, new, change.current_password).await?),
    };
    let versions = command.versions;
    app.act(caller, command.replay, move |act| {
        let account = visible_account(act, id)?;
        versions.check(account.version)?;
        if let Some(hash) = &hash {
            act.require(Right::ChangePassword, Whose::Account(id))?;
            rows::set_password(act.db, id, hash)?;
            session::secrets::end_link(act.db, id)?;
            act.audit(Event::PasswordChanged, About::only(id))?;
            if change.end_other_sessions.unwrap_or(true) {
                session::rows::end_sessions(act.db, id, act.session(), act.now)?;
            }
        }
        if let Some(archived) = archived {
            // The owner cannot lock themself out.
            if account.owner || !act.may(Right::ArchiveAccount, Whose::Account(id))? {
                return Err(Error::Forbidden);
            }
            rows::archive_account(act.db, id, archived)?;
            session::rows::end_sessions(act.db, id, None, act.now)?;
            let event = if archived { Event::AccountArchived } else { Event::AccountRestored };
            act.audit(event, About::only(id))?;
        }
        let account = visible_account(act, id)?;
        Reply::versioned(account.version, &account)
    })
    .await
}

async fn new_hash(
    app: &App,
    caller: Caller,
    account: &Account,
    new: Password,
    current: Option<String>,
) -> Result<String, Error> {
    let id = account.id;
    let structures = app.store.read(move |db| rows::structure_names(db, id)).await?;
    let known: Vec<&str> = structures.iter().map(String::as_str).chain([account.login.as_str()]).collect();
    new.check(&known).map_err(|fault| fault.at("/password"))?;
    let current = current.ok_or_else(|| Fault::Missing.at("/current_password"))?;
    let login = session::prove(app, caller, current).await?;
    app.throttle.succeeded(&login);
    password::hash(new).await
}

/// Who holds a role, and where.
fn about(wish: &GrantWish) -> About {
    About { subject_id: Some(wish.account_id), structure_id: Some(wish.structure_id), ..About::default() }
}

/// `POST /v1/roles`: by a manager; by the owner while the structure has none.
pub async fn create_role(State(app): State<App>, command: Command<Create<GrantWish>>) -> Result<Reply, Error> {
    let Create { id, wish } = command.body;
    app.act(command.caller, command.replay, move |act| {
        if !structure::rows::exists(act.db, wish.structure_id)? {
            return Err(Fault::Unknown.at("/structure_id"));
        }
        act.require(Right::GiveRoles, Whose::Structure(wish.structure_id))?;
        if !rows::is_active(act.db, wish.account_id)? {
            return Err(Fault::Unknown.at("/account_id"));
        }
        let id = id.unwrap_or_else(|| Id::fresh(act.now));
        rows::insert_grant(act.db, id, &wish, act.now)?;
        act.audit(Event::RoleGiven, about(&wish))?;
        let grant = Grant { id, wish, archived: false, version: 1 };
        Reply::created(format!("/v1/roles/{id}"), 1, &grant)
    })
    .await
}

/// Which roles to list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleQuery {
    structure_id: Id,
    archived: Option<Listed>,
    limit: Option<PageSize>,
    cursor: Option<Cursor>,
}

/// `GET /v1/roles`
pub async fn list_roles(
    State(app): State<App>,
    caller: Caller,
    uri: Uri,
    Query(query): Query<RoleQuery>,
) -> Result<Reply, Error> {
    let after = Cursor::id(query.cursor.as_ref())?;
    let size = query.limit.unwrap_or_default();
    let archived = query.archived.unwrap_or_default().wanted();
    let structure = query.structure_id;
    let grants = app
        .see(caller, move |act| {
            if !act.may(Right::ReadRoles, Whose::Structure(structure))? {
                let field = FieldError::new("structure_id", Fault::Unknown);
                return Err(Error::Parameter(field));
            }
            rows::list_grants(act.db, structure, archived, after, size.items() + 1)
        })
        .await?;
    Reply::page(&uri, grants, size, |grant| grant.id.to_string())
}

/// `GET /v1/roles/{id}`
pub async fn read_role(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
    known: Known,
) -> Result<Reply, Error> {
    let grant = app.see(caller, move |act| super::visible_grant(act, id)).await?;
    Reply::read(&known, grant.version, &grant)
}

/// `PATCH /v1/roles/{id}`: a structure keeps at least one manager.
pub async fn change_role(State(app): State<App>, PathId(id): PathId, command: Command<Change>) -> Result<Reply, Error> {
    let (change, versions) = (command.body, command.versions);
    app.act(command.caller, command.replay, move |act| {
        let before = super::visible_grant(act, id)?;
        act.require(Right::GiveRoles, Whose::Structure(before.wish.structure_id))?;
        versions.check(before.version)?;
        let wish: GrantWish = change.apply(&before.wish)?;
        keep_fixed([
            ("/account_id", wish.account_id == before.wish.account_id),
            ("/structure_id", wish.structure_id == before.wish.structure_id),
        ])?;
        let after =
            Grant { id, wish, archived: change.archived.unwrap_or(before.archived), version: before.version + 1 };
        rows::update_grant(act.db, &after)?;
        let event = match (before.archived, after.archived) {
            (false, true) => Event::RoleRevoked,
            (true, false) => Event::RoleGiven,
            _ => Event::RoleChanged,
        };
        act.audit(event, about(&after.wish))?;
        if rows::managers(act.db, after.wish.structure_id)? == 0 {
            return Err(Error::WrongState { state: "last_manager".to_owned() });
        }
        Reply::versioned(after.version, &after)
    })
    .await
}
