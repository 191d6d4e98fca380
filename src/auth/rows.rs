//! Accounts and roles in the database.

use rusqlite::{Connection, OptionalExtension as _, Row, Statement, ToSql, named_params};

use super::rules::{Account, Grant, GrantWish, Held, Role};
use crate::clock::{Day, Moment};
use crate::error::Error;
use crate::id::Id;
use crate::session;
use crate::store::values::Word;

/// True when the account exists and may still act.
///
/// # Errors
/// What SQLite refuses.
pub fn is_active(db: &Connection, account: Id) -> Result<bool, Error> {
    let mut statement = db.prepare_cached("select 1 from account where id = :account and archived = 0")?;
    Ok(statement.exists(named_params! { ":account": account })?)
}

/// True for the owner of the instance.
///
/// # Errors
/// What SQLite refuses.
pub fn is_owner(db: &Connection, account: Id) -> Result<bool, Error> {
    let mut statement = db.prepare_cached("select 1 from account where id = :account and owner = 1")?;
    Ok(statement.exists(named_params! { ":account": account })?)
}

/// The role an account holds in a structure.
///
/// # Errors
/// What SQLite refuses.
pub fn role(db: &Connection, account: Id, structure: Id) -> Result<Option<Role>, Error> {
    let mut statement = db.prepare_cached(
        "select role from account_role where account_id = :account and structure_id = :structure and archived = 0",
    )?;
    let row = statement.query_row(named_params! { ":account": account, ":structure": structure }, |row| row.get(0));
    Ok(row.optional()?.map(|Word(role)| role))
}

/// True when the account holds at least this role in any structure.
///
/// # Errors
/// What SQLite refuses.
pub fn holds_anywhere(db: &Connection, account: Id, least: Role) -> Result<bool, Error> {
    let mut statement =
        db.prepare_cached("select role from account_role where account_id = :account and archived = 0")?;
    any_role(&mut statement, named_params! { ":account": account }, least)
}

/// True when the account has at least this role in a structure that is in the cooperation on that day.
/// With `only`, no other structure counts.
///
/// # Errors
/// What SQLite refuses.
pub fn is_member(
    db: &Connection,
    account: Id,
    only: Option<Id>,
    least: Role,
    cooperation: Id,
    day: Day,
) -> Result<bool, Error> {
    let mut statement = db.prepare_cached(
        "select r.role from account_role r join membership m on m.structure_id = r.structure_id
         where r.account_id = :account and r.archived = 0 and (:only is null or r.structure_id = :only)
           and m.cooperation_id = :cooperation and m.starts_on <= :day and ifnull(m.ends_on, '9999') > :day",
    )?;
    let parameters = named_params! { ":account": account, ":only": only, ":cooperation": cooperation, ":day": day };
    any_role(&mut statement, parameters, least)
}

/// The structures of the account `:account`, and those that share a cooperation with one of them on `:day`.
/// With `:only`, no other structure of the account counts.
pub const SEEN_STRUCTURES: &str = "select structure_id from account_role
    where account_id = :account and archived = 0 and (:only is null or structure_id = :only)
    union
    select theirs.structure_id from account_role r
    join membership mine on mine.structure_id = r.structure_id
    join membership theirs on theirs.cooperation_id = mine.cooperation_id
    where r.account_id = :account and r.archived = 0 and (:only is null or r.structure_id = :only)
      and mine.starts_on <= :day and ifnull(mine.ends_on, '9999') > :day
      and theirs.starts_on <= :day and ifnull(theirs.ends_on, '9999') > :day";

/// True when the account has at least this role in a structure that shares a cooperation with this one on that
/// day. With `only`, no other structure of the account counts.
///
/// # Errors
/// What SQLite refuses.
pub fn is_neighbour(
    db: &Connection,
    account: Id,
    only: Option<Id>,
    least: Role,
    structure: Id,
    day: Day,
) -> Result<bool, Error> {
    let mut statement = db.prepare_cached(
        "select r.role from account_role r
         join membership mine on mine.structure_id = r.structure_id
         join membership theirs on theirs.cooperation_id = mine.cooperation_id
         where r.account_id = :account and r.archived = 0 and (:only is null or r.structure_id = :only)
           and theirs.structure_id = :structure
           and mine.starts_on <= :day and ifnull(mine.ends_on, '9999') > :day
           and theirs.starts_on <= :day and ifnull(theirs.ends_on, '9999') > :day",
    )?;
    let parameters = named_params! { ":account": account, ":only": only, ":structure": structure, ":day": day };
    any_role(&mut statement, parameters, least)
}

/// True when the account has at least this role in a structure in which the other account has any.
///
/// # Errors
/// What SQLite refuses.
pub fn shares_structure(db: &Connection, account: Id, least: Role, other: Id) -> Result<bool, Error> {
    let mut statement = db.prepare_cached(
        "select mine.role from account_role mine join account_role theirs on theirs.structure_id = mine.structure_id
         where mine.account_id = :account and mine.archived = 0 and theirs.account_id = :other and theirs.archived = 0",
    )?;
    any_role(&mut statement, named_params! { ":account": account, ":other": other }, least)
}

/// True when one of the roles found is at least this one.
fn any_role(statement: &mut Statement<'_>, parameters: &[(&str, &dyn ToSql)], least: Role) -> Result<bool, Error> {
    let mut rows = statement.query(parameters)?;
    while let Some(row) = rows.next()? {
        let Word::<Role>(held) = row.get(0)?;
        if held >= least {
            return Ok(true);
        }
    }
    Ok(false)
}

/// True while the database has no account at all.
///
/// # Errors
/// What SQLite refuses.
pub fn is_empty(db: &Connection) -> Result<bool, Error> {
    Ok(!db.prepare_cached("select 1 from account")?.exists([])?)
}

/// Makes an account.
///
/// # Errors
/// [`Error::Duplicate`] when the login is taken, [`Error::IdTaken`].
pub fn insert_account(db: &Connection, id: Id, login: &str, hash: &str, owner: bool, now: Moment) -> Result<(), Error> {
    let mut statement = db.prepare_cached(
        "insert into account (id, login, password_hash, owner, created_at) values (:id, :login, :hash, :owner, :now)",
    )?;
    statement.execute(named_params! { ":id": id, ":login": login, ":hash": hash, ":owner": owner, ":now": now })?;
    Ok(())
}

/// An account with its present roles.
///
/// # Errors
/// What SQLite refuses.
pub fn find_account(db: &Connection, id: Id) -> Result<Option<Account>, Error> {
    let mut statement = db.prepare_cached("select * from account where id = :id and erased_at is null")?;
    let found = statement.query_row(named_params! { ":id": id }, account).optional()?;
    let Some(mut account) = found else { return Ok(None) };
    account.roles = held(db, id)?;
    Ok(Some(account))
}

/// A page of the accounts a caller may see: all for the owner, else those of structures it manages, and itself.
///
/// # Errors
/// What SQLite refuses.
pub fn list_accounts(
    db: &Connection,
    caller: Option<Id>,
    archived: bool,
    after: Option<Id>,
    limit: i64,
) -> Result<Vec<Account>, Error> {
    let mut statement = db.prepare_cached(
        "select * from account
         where erased_at is null and archived = :archived and id > ifnull(:after, x'')
           and (:caller is null or id = :caller or id in (
             select theirs.account_id from account_role theirs
             join account_role mine on mine.structure_id = theirs.structure_id
             where mine.account_id = :caller and mine.role = 'manager' and mine.archived = 0 and theirs.archived = 0))
         order by id limit :limit",
    )?;
    let rows = statement.query_map(
        named_params! { ":archived": archived, ":after": after, ":caller": caller, ":limit": limit },
        account,
    )?;
    let mut accounts = rows.collect::<Result<Vec<_>, _>>()?;
    for account in &mut accounts {
        account.roles = held(db, account.id)?;
    }
    Ok(accounts)
}

/// Sets another password.
///
/// # Errors
/// What SQLite refuses.
pub fn set_password(db: &Connection, account: Id, hash: &str) -> Result<(), Error> {
    db.prepare_cached("update account set password_hash = :hash, version = version + 1 where id = :account")?
        .execute(named_params! { ":account": account, ":hash": hash })?;
    Ok(())
}

/// Keeps another hash of the same password.
///
/// # Errors
/// What SQLite refuses.
pub fn renew_hash(db: &Connection, account: Id, hash: &str) -> Result<(), Error> {
    db.prepare_cached("update account set password_hash = :hash where id = :account")?
        .execute(named_params! { ":account": account, ":hash": hash })?;
    Ok(())
}

/// Archives an account, or brings it back.
///
/// # Errors
/// What SQLite refuses.
pub fn archive_account(db: &Connection, account: Id, archived: bool) -> Result<(), Error> {
    db.prepare_cached("update account set archived = :archived, version = version + 1 where id = :account")?
        .execute(named_params! { ":account": account, ":archived": archived })?;
    Ok(())
}

/// Erases an account: login, password, roles and sessions. Its bare id stays, for what it recorded.
///
/// # Errors
/// What SQLite refuses.
pub fn erase_account(db: &Connection, account: Id, now: Moment) -> Result<(), Error> {
    db.prepare_cached(
        "update account set login = null, password_hash = null, archived = 1, version = version + 1, erased_at = :now
         where id = :account",
    )?
    .execute(named_params! { ":account": account, ":now": now })?;
    db.prepare_cached(
        "update account_role set archived = 1, version = version + 1 where account_id = :account and archived = 0",
    )?
    .execute(named_params! { ":account": account })?;
    session::secrets::remove_factor(db, account)?;
    session::secrets::end_link(db, account)?;
    session::rows::forget_account(db, account)
}

fn account(row: &Row<'_>) -> rusqlite::Result<Account> {
    Ok(Account {
        id: row.get("id")?,
        login: row.get("login")?,
        owner: row.get("owner")?,
        archived: row.get("archived")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
        roles: Vec::new(),
    })
}

fn held(db: &Connection, account: Id) -> Result<Vec<Held>, Error> {
    let mut statement = db.prepare_cached(
        "select id, structure_id, role from account_role where account_id = :account and archived = 0 order by id",
    )?;
    let rows = statement.query_map(named_params! { ":account": account }, |row| {
        let Word(role) = row.get("role")?;
        Ok(Held { id: row.get("id")?, structure_id: row.get("structure_id")?, role })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// True when an account has roles, and each is in a structure that this other account manages.
///
/// # Errors
/// What SQLite refuses.
pub fn manages_all_of(db: &Connection, manager: Id, account: Id) -> Result<bool, Error> {
    let mut statement = db.prepare_cached(
        "select count(*), count(m.id) from account_role r
         left join account_role m on m.structure_id = r.structure_id and m.account_id = :manager
           and m.role = 'manager' and m.archived = 0
         where r.account_id = :account and r.archived = 0",
    )?;
    let counts = statement.query_row(named_params! { ":manager": manager, ":account": account }, |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
    });
    let (roles, managed) = counts?;
    Ok(roles > 0 && roles == managed)
}

/// The names of the structures in which an account has a role.
///
/// # Errors
/// What SQLite refuses.
pub fn structure_names(db: &Connection, account: Id) -> Result<Vec<String>, Error> {
    let mut statement = db.prepare_cached(
        "select s.name from account_role r join structure s on s.id = r.structure_id
         where r.account_id = :account and r.archived = 0",
    )?;
    let rows = statement.query_map(named_params! { ":account": account }, |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Gives a role.
///
/// # Errors
/// [`Error::Duplicate`] when the account already has one there, [`Error::IdTaken`].
pub fn insert_grant(db: &Connection, id: Id, wish: &GrantWish, now: Moment) -> Result<(), Error> {
    let mut statement = db.prepare_cached(
        "insert into account_role (id, account_id, structure_id, role, created_at)
         values (:id, :account, :structure, :role, :now)",
    )?;
    statement.execute(named_params! {
        ":id": id, ":account": wish.account_id, ":structure": wish.structure_id, ":role": Word(wish.role), ":now": now,
    })?;
    Ok(())
}

/// Changes or takes back a role.
///
/// # Errors
/// What SQLite refuses.
pub fn update_grant(db: &Connection, grant: &Grant) -> Result<(), Error> {
    db.prepare_cached("update account_role set role = :role, archived = :archived, version = :version where id = :id")?
        .execute(named_params! {
            ":id": grant.id, ":role": Word(grant.wish.role), ":archived": grant.archived, ":version": grant.version,
        })?;
    Ok(())
}

/// A role given, present or taken back.
///
/// # Errors
/// What SQLite refuses.
pub fn find_grant(db: &Connection, id: Id) -> Result<Option<Grant>, Error> {
    let mut statement = db.prepare_cached("select * from account_role where id = :id")?;
    Ok(statement.query_row(named_params! { ":id": id }, grant).optional()?)
}

/// A page of a structure's roles.
///
/// # Errors
/// What SQLite refuses.
pub fn list_grants(
    db: &Connection,
    structure: Id,
    archived: bool,
    after: Option<Id>,
    limit: i64,
) -> Result<Vec<Grant>, Error> {
    let mut statement = db.prepare_cached(
        "select * from account_role where structure_id = :structure and archived = :archived
           and id > ifnull(:after, x'') order by id limit :limit",
    )?;
    let rows = statement.query_map(
        named_params! { ":structure": structure, ":archived": archived, ":after": after, ":limit": limit },
        grant,
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many managers a structure has that can still log in.
///
/// # Errors
/// What SQLite refuses.
pub fn managers(db: &Connection, structure: Id) -> Result<i64, Error> {
    let mut statement = db.prepare_cached(
        "select count(*) from account_role r join account a on a.id = r.account_id
         where r.structure_id = :structure and r.role = 'manager' and r.archived = 0 and a.archived = 0",
    )?;
    Ok(statement.query_row(named_params! { ":structure": structure }, |row| row.get(0))?)
}

fn grant(row: &Row<'_>) -> rusqlite::Result<Grant> {
    let Word(role) = row.get("role")?;
    let wish = GrantWish { account_id: row.get("account_id")?, structure_id: row.get("structure_id")?, role };
    Ok(Grant { id: row.get("id")?, wish, archived: row.get("archived")?, version: row.get("version")? })
}
