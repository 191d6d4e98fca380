//! Set-up, log-in, accounts and roles over HTTP.

use axum::extract::State;
use axum::http::Uri;
use serde::{Deserialize, Serialize};

use super::rules::{ACCESS_SECONDS, Account, Grant, GrantWish, Password, REFRESH_SECONDS, Role};
use super::{Act, Caller, password, rows};
use crate::App;
use crate::clock::Moment;
use crate::error::{Error, Fault, FieldError};
use crate::http::extract::{Change, Command, Create, Known, PathId, Public, Query};
use crate::http::limits::PageSize;
use crate::http::reply::{Cursor, Reply};
use crate::http::{Listed, PageQuery};
use crate::id::Id;
use crate::secret;
use crate::structure;
use crate::text::Name;

/// The first account, and the structure it manages.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetUp {
    token: String,
    login: Name,
    password: Password,
    structure: Option<structure::rules::Facts>,
}

/// `POST /v1/setup`
pub async fn set_up(State(app): State<App>, Public(body): Public<SetUp>) -> Result<Reply, Error> {
    body.password.check(&body.login).map_err(|fault| fault.at("/password"))?;
    if let Some(facts) = &body.structure {
        facts.judge().map_err(|error| error.under("/structure"))?;
    }
    let token = secret::digest(&body.token);
    // Before the costly hash: most of the time the set-up is long done.
    if !app.store.read(rows::is_empty).await? {
        return Err(Error::Gone);
    }
    let hash = password::hash(body.password).await?;
    app.store
        .write(move |db, now| {
            if !rows::is_empty(db)? {
                return Err(Error::Gone);
            }
            if !rows::use_setup_token(db, token)? {
                return Err(Error::WrongCredentials);
            }
            let account = Id::fresh(now);
            rows::insert_account(db, account, body.login.as_str(), &hash, true, now)?;
            if let Some(facts) = &body.structure {
                let structure = structure::rows::insert(db, Id::fresh(now), facts, Some(account), now);
                let structure = structure.map_err(|error| error.under("/structure"))?;
                let wish = GrantWish { account_id: account, structure_id: structure.id, role: Role::Manager };
                rows::insert_grant(db, Id::fresh(now), &wish, now)?;
            }
            created(rows::find_account(db, account)?)
        })
        .await
}

fn created(account: Option<Account>) -> Result<Reply, Error> {
    let account = account.ok_or(Error::NotFound)?;
    Reply::created(format!("/v1/accounts/{}", account.id), account.version, &account)
}

/// A login and its password.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogIn {
    login: Name,
    /// Unchecked: what was legal when it was chosen may not be now.
    password: String,
}

/// Tokens of a session.
#[derive(Serialize)]
struct Tokens {
    access_token: String,
    token_type: &'static str,
    expires_in: i64,
    refresh_token: String,
    refresh_expires_in: i64,
    account_id: Id,
}

/// `POST /v1/auth/login`
pub async fn log_in(State(app): State<App>, Public(body): Public<LogIn>) -> Result<Reply, Error> {
    let login = body.login.as_str().to_owned();
    app.throttle.attempt(&login, app.clock.now())?;
    let wanted = login.clone();
    let found = app.store.read(move |db| rows::credentials(db, &wanted)).await?;
    let (account, hash) = found.unzip();
    let right = password::matches(body.password, hash).await?;
    let Some(account) = account.filter(|_| right) else {
        tracing::warn!("a log-in failed");
        return Err(Error::WrongCredentials);
    };
    app.throttle.succeeded(&login);
    let refresh = secret::token();
    let digest = secret::digest(&refresh);
    let now = app
        .store
        .write(move |db, now| {
            Act::begin(db, now, Caller::Account(account))?;
            rows::insert_refresh(db, digest, Id::fresh(now), account, now)?;
            Ok(now)
        })
        .await?;
    tokens(&app, account, refresh, now)
}

fn tokens(app: &App, account: Id, refresh_token: String, now: Moment) -> Result<Reply, Error> {
    Reply::ok(&Tokens {
        access_token: app.keys.issue(account, now)?,
        token_type: "Bearer",
        expires_in: ACCESS_SECONDS,
        refresh_token,
        refresh_expires_in: REFRESH_SECONDS,
        account_id: account,
    })
}

/// A refresh token.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    refresh_token: String,
}

/// `POST /v1/auth/refresh`: exchanges a refresh token for new tokens. One that was exchanged before
/// has been copied: its whole family ends (RFC 9700, 4.14.2).
pub async fn refresh(State(app): State<App>, Public(body): Public<Refresh>) -> Result<Reply, Error> {
    let digest = secret::digest(&body.refresh_token);
    let next = secret::token();
    let next_digest = secret::digest(&next);
    let exchanged = app
        .store
        .write(move |db, now| {
            let Some(token) = rows::find_refresh(db, digest)? else { return Ok(None) };
            if token.spent || token.expires_at <= now {
                rows::revoke_family(db, token.family)?;
                return Ok(None);
            }
            rows::spend_refresh(db, digest, now)?;
            rows::insert_refresh(db, next_digest, token.family, token.account_id, now)?;
            Ok(Some((token.account_id, now)))
        })
        .await?;
    // Refused only here: the family's end must be recorded, and an error would undo it.
    let (account, now) = exchanged.ok_or(Error::WrongCredentials)?;
    tokens(&app, account, next, now)
}

/// `POST /v1/auth/logout`: ends the session of this refresh token; says nothing about unknown ones.
pub async fn log_out(State(app): State<App>, Public(body): Public<Refresh>) -> Result<Reply, Error> {
    let digest = secret::digest(&body.refresh_token);
    app.store
        .write(move |db, _now| match rows::find_refresh(db, digest)? {
            Some(token) => rows::revoke_family(db, token.family),
            None => Ok(()),
        })
        .await?;
    Ok(Reply::nothing())
}

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
    wish.password.check(&wish.login).map_err(|fault| fault.at("/password"))?;
    let caller = command.caller;
    if let Some(given) = app.given_before(caller, &command.replay).await? {
        return Ok(given);
    }
    app.see(caller, may_make_accounts).await?;
    let hash = password::hash(wish.password).await?;
    app.act(caller, command.replay, move |act| {
        may_make_accounts(act)?;
        let id = id.unwrap_or_else(|| Id::fresh(act.now));
        rows::insert_account(act.db, id, wish.login.as_str(), &hash, false, act.now)?;
        created(rows::find_account(act.db, id)?)
    })
    .await
}

fn may_make_accounts(act: &Act<'_>) -> Result<(), Error> {
    let manages = match act.account() {
        Some(account) => rows::holds_anywhere(act.db, account, Role::Manager)?,
        None => true,
    };
    if manages || act.is_owner()? { Ok(()) } else { Err(Error::Forbidden) }
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
            let own = if act.is_owner()? { None } else { act.account() };
            rows::list_accounts(act.db, own, archived, after, size.items() + 1)
        })
        .await?;
    Reply::page(&uri, accounts, size, |account| account.id.to_string())
}

/// `GET /v1/accounts/me`
pub async fn read_own_account(State(app): State<App>, caller: Caller, known: Known) -> Result<Reply, Error> {
    let account = app
        .see(caller, |act| match act.account() {
            Some(id) => rows::find_account(act.db, id)?.ok_or(Error::NotFound),
            None => Err(Error::NotFound),
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

fn visible_account(act: &Act<'_>, id: Id) -> Result<Account, Error> {
    let account = rows::find_account(act.db, id)?.ok_or(Error::NotFound)?;
    if act.account() == Some(id) || act.is_owner()? {
        return Ok(account);
    }
    for held in &account.roles {
        if act.holds(Role::Manager, held.structure_id)? {
            return Ok(account);
        }
    }
    Err(Error::NotFound)
}

/// What an account's holder may change of it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PasswordChange {
    #[serde(default, skip_serializing)]
    password: Option<Password>,
    #[serde(default, skip_serializing)]
    current_password: Option<String>,
}

/// `PATCH /v1/accounts/{id}`: one's own password; the owner archives and brings back.
pub async fn change_account(
    State(app): State<App>,
    PathId(id): PathId,
    command: Command<Change>,
) -> Result<Reply, Error> {
    let change: PasswordChange = command.body.apply(&PasswordChange { password: None, current_password: None })?;
    let archived = command.body.archived;
    let caller = command.caller;
    if let Some(given) = app.given_before(caller, &command.replay).await? {
        return Ok(given);
    }
    let account = app.see(caller, move |act| visible_account(act, id)).await?;
    let hash = match change.password {
        None => None,
        Some(_) if caller != Caller::Account(id) => return Err(Error::Forbidden),
        Some(new) => Some(new_hash(&app, &account, new, change.current_password).await?),
    };
    let versions = command.versions;
    app.act(caller, command.replay, move |act| {
        let account = visible_account(act, id)?;
        versions.check(account.version)?;
        if let Some(hash) = &hash {
            rows::set_password(act.db, id, hash)?;
        }
        if let Some(archived) = archived {
            // The owner cannot lock themself out.
            if !act.is_owner()? || account.owner {
                return Err(Error::Forbidden);
            }
            rows::archive_account(act.db, id, archived)?;
        }
        let account = visible_account(act, id)?;
        Reply::versioned(account.version, &account)
    })
    .await
}

async fn new_hash(app: &App, account: &Account, new: Password, current: Option<String>) -> Result<String, Error> {
    let login = account.login.clone();
    let name = Name::parse(&login).map_err(|fault| Error::Internal(fault.to_string()))?;
    new.check(&name).map_err(|fault| fault.at("/password"))?;
    let current = current.ok_or_else(|| Fault::Missing.at("/current_password"))?;
    app.throttle.attempt(&login, app.clock.now()).map_err(|_| Fault::Password.at("/current_password"))?;
    let wanted = login.clone();
    let hash = app.store.read(move |db| rows::credentials(db, &wanted)).await?.map(|(_, hash)| hash);
    if !password::matches(current, hash).await? {
        return Err(Fault::Password.at("/current_password"));
    }
    app.throttle.succeeded(&login);
    password::hash(new).await
}

/// `POST /v1/roles`: by a manager; by the owner while the structure has none.
pub async fn create_role(State(app): State<App>, command: Command<Create<GrantWish>>) -> Result<Reply, Error> {
    let Create { id, wish } = command.body;
    app.act(command.caller, command.replay, move |act| {
        if !structure::rows::exists(act.db, wish.structure_id)? {
            return Err(Fault::Unknown.at("/structure_id"));
        }
        let first = rows::managers(act.db, wish.structure_id)? == 0 && act.is_owner()?;
        if !first {
            act.require(Role::Manager, wish.structure_id)?;
        }
        if !rows::is_active(act.db, wish.account_id)? {
            return Err(Fault::Unknown.at("/account_id"));
        }
        let id = id.unwrap_or_else(|| Id::fresh(act.now));
        rows::insert_grant(act.db, id, &wish, act.now)?;
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
            if act.role_in(structure)?.is_none() && !act.is_owner()? {
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
    let grant = app.see(caller, move |act| visible_grant(act, id)).await?;
    Reply::read(&known, grant.version, &grant)
}

fn visible_grant(act: &Act<'_>, id: Id) -> Result<Grant, Error> {
    let grant = rows::find_grant(act.db, id)?.ok_or(Error::NotFound)?;
    let colleague = act.role_in(grant.wish.structure_id)?.is_some();
    if colleague || act.is_owner()? { Ok(grant) } else { Err(Error::NotFound) }
}

/// `PATCH /v1/roles/{id}`: a structure keeps at least one manager.
pub async fn change_role(State(app): State<App>, PathId(id): PathId, command: Command<Change>) -> Result<Reply, Error> {
    let (change, versions) = (command.body, command.versions);
    app.act(command.caller, command.replay, move |act| {
        let before = visible_grant(act, id)?;
        act.require(Role::Manager, before.wish.structure_id)?;
        versions.check(before.version)?;
        let wish: GrantWish = change.apply(&before.wish)?;
        if wish.account_id != before.wish.account_id {
            return Err(Fault::Fixed.at("/account_id"));
        }
        if wish.structure_id != before.wish.structure_id {
            return Err(Fault::Fixed.at("/structure_id"));
        }
        let after =
            Grant { id, wish, archived: change.archived.unwrap_or(before.archived), version: before.version + 1 };
        rows::update_grant(act.db, &after)?;
        if rows::managers(act.db, after.wish.structure_id)? == 0 {
            return Err(Error::WrongState { state: "last_manager".to_owned() });
        }
        Reply::versioned(after.version, &after)
    })
    .await
}
