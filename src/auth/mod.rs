//! Who asks, and what they may do: accounts, roles. Deny by default.

pub(crate) mod routes;
pub mod rows;
pub mod rules;

use rusqlite::Connection;

use crate::audit::rules::{About, Event};
use crate::clock::Moment;
use crate::error::Error;
use crate::http::reply::Reply;
use crate::id::Id;
use crate::{audit, cooperation};
use rules::{Account, Role};

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// A signed-in account.
    Account(Id),
    /// The person at the machine, through the command line.
    Operator,
}

/// One command or question under way: on which state of the database, at which instant, for whom.
#[derive(Clone, Copy)]
pub struct Act<'a> {
    /// The transaction.
    pub db: &'a Connection,
    /// The one instant of the command.
    pub now: Moment,
    /// Who asks.
    pub caller: Caller,
}

impl<'a> Act<'a> {
    /// Begins for a caller, whose account must exist and not be archived at this moment.
    ///
    /// # Errors
    /// [`Error::UnknownCaller`].
    pub fn begin(db: &'a Connection, now: Moment, caller: Caller) -> Result<Self, Error> {
        if let Caller::Account(account) = caller
            && !rows::is_active(db, account)?
        {
            return Err(Error::UnknownCaller);
        }
        Ok(Self { db, now, caller })
    }

    /// The caller's account; none at the command line.
    #[must_use]
    pub fn account(&self) -> Option<Id> {
        match self.caller {
            Caller::Account(account) => Some(account),
            Caller::Operator => None,
        }
    }

    /// Appends to the audit trail that the caller did this.
    ///
    /// # Errors
    /// What SQLite refuses.
    pub fn audit(&self, event: Event, about: About) -> Result<(), Error> {
        audit::rows::append(self.db, event, self.account(), about, self.now)
    }

    /// The caller's role in a structure.
    ///
    /// # Errors
    /// What SQLite refuses.
    pub fn role_in(&self, structure: Id) -> Result<Option<Role>, Error> {
        match self.caller {
            Caller::Account(account) => rows::role(self.db, account, structure),
            Caller::Operator => Ok(None),
        }
    }

    /// True when the caller holds this role in the structure, or a higher one.
    ///
    /// # Errors
    /// What SQLite refuses.
    pub fn holds(&self, role: Role, structure: Id) -> Result<bool, Error> {
        Ok(self.role_in(structure)?.is_some_and(|held| held >= role))
    }

    /// Refuses a caller who does not hold this role, or a higher one, in the structure.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub fn require(&self, role: Role, structure: Id) -> Result<(), Error> {
        if self.holds(role, structure)? { Ok(()) } else { Err(Error::Forbidden) }
    }

    /// Refuses a caller who holds this role, or a higher one, nowhere and does not own the instance.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub fn require_anywhere(&self, role: Role) -> Result<(), Error> {
        let holds = match self.caller {
            Caller::Account(account) => rows::holds_anywhere(self.db, account, role)?,
            Caller::Operator => true,
        };
        if holds || self.is_owner()? { Ok(()) } else { Err(Error::Forbidden) }
    }

    /// True when the caller may read what the structure records: in any role there, or at the machine.
    ///
    /// # Errors
    /// What SQLite refuses.
    pub fn sees(&self, structure: Id) -> Result<bool, Error> {
        Ok(self.caller == Caller::Operator || self.holds(Role::Reader, structure)?)
    }

    /// True when the caller may name the structure's people in a record.
    ///
    /// # Errors
    /// What SQLite refuses.
    pub fn may_name_people_of(&self, structure: Id) -> Result<bool, Error> {
        Ok(self.caller == Caller::Operator || self.holds(Role::Contributor, structure)?)
    }

    /// The structure for which the caller speaks: the first of these in which they may record. None at
    /// the command line: what the operator enters is nobody's word yet.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub fn speaker(&self, structures: &[Id]) -> Result<Option<Id>, Error> {
        if self.caller == Caller::Operator {
            return Ok(None);
        }
        for structure in structures {
            if self.holds(Role::Contributor, *structure)? {
                return Ok(Some(*structure));
            }
        }
        Err(Error::Forbidden)
    }

    /// True for the owner of the instance, and for the person at the machine.
    ///
    /// # Errors
    /// What SQLite refuses.
    pub fn is_owner(&self) -> Result<bool, Error> {
        match self.caller {
            Caller::Account(account) => rows::is_owner(self.db, account),
            Caller::Operator => Ok(true),
        }
    }

    /// True when a structure of the caller's shares a cooperation with this one today, or is it.
    ///
    /// # Errors
    /// What SQLite refuses.
    pub fn is_neighbour_of(&self, structure: Id) -> Result<bool, Error> {
        let Caller::Account(account) = self.caller else { return Ok(true) };
        if self.role_in(structure)?.is_some() {
            return Ok(true);
        }
        rows::is_neighbour(self.db, account, structure, self.now.day())
    }

    /// True when the caller has a role in a structure that is in the cooperation today.
    ///
    /// # Errors
    /// What SQLite refuses.
    pub fn is_member_of(&self, cooperation: Id) -> Result<bool, Error> {
        let Caller::Account(account) = self.caller else { return Ok(true) };
        rows::is_member(self.db, account, cooperation, self.now.day())
    }

    /// True when the caller manages a structure that facilitates the cooperation today.
    ///
    /// # Errors
    /// What SQLite refuses.
    pub fn facilitates(&self, cooperation: Id) -> Result<bool, Error> {
        for structure in cooperation::rows::facilitators(self.db, cooperation, self.now.day())? {
            if self.holds(Role::Manager, structure)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// An account just made.
///
/// # Errors
/// [`Error::NotFound`] when it was not.
pub fn created(account: Option<Account>) -> Result<Reply, Error> {
    let account = account.ok_or(Error::NotFound)?;
    Reply::created(format!("/v1/accounts/{}", account.id), account.version, &account)
}
