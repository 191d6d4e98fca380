//! Who asks, and what they may do: accounts, roles. Deny by default.

pub(crate) mod hand_over;
pub(crate) mod routes;
pub mod rows;
pub mod rules;

use rusqlite::Connection;

use crate::audit::rules::{About, Event};
use crate::clock::Moment;
use crate::error::Error;
use crate::http::reply::Reply;
use crate::id::Id;
use crate::program::rules::Program;
use crate::{audit, cooperation, program, session};
use rules::{Account, Grant, Of, Right, Role, Rule};

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Caller {
    /// A signed-in account, in one of its sessions.
    Account {
        /// The account.
        id: Id,
        /// The session.
        session: Id,
    },
    /// A program, by the digest of its service token.
    Program([u8; 32]),
    /// The person at the machine, through the command line.
    Operator,
}

impl Caller {
    /// An account in no session of its own: whose id stands for the session's, so that no token opens it.
    #[must_use]
    pub fn account(id: Id) -> Self {
        Self::Account { id, session: id }
    }

    /// The same caller for whoever counts by account and not by session.
    #[must_use]
    pub fn whole(self) -> Self {
        if let Self::Account { id, .. } = self { Self::account(id) } else { self }
    }
}

/// Whose thing it is that something is to be done with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// A structure's.
    Structure(Id),
    /// A cooperation's.
    Cooperation(Id),
    /// An account's.
    Account(Id),
    /// The instance's: the directory, the ledger as a whole.
    Instance,
}

impl From<Of> for Whose {
    fn from(of: Of) -> Self {
        match of {
            Of::Structure(id) => Self::Structure(id),
            Of::Cooperation(id) => Self::Cooperation(id),
        }
    }
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
    account: Option<Id>,
    program: Option<Program>,
}

impl<'a> Act<'a> {
    /// Begins for a caller, who must be let in at this moment: an account that is not archived, in a session that
    /// lives; a program whose token is neither revoked nor over, and whose maker may still give such tokens out.
    ///
    /// # Errors
    /// [`Error::UnknownCaller`].
    pub fn begin(db: &'a Connection, now: Moment, caller: Caller) -> Result<Self, Error> {
        match caller {
            Caller::Operator => Ok(Self { db, now, caller, account: None, program: None }),
            Caller::Account { id, session } if session::rows::is_live(db, session, id)? => {
                Ok(Self { db, now, caller, account: Some(id), program: None })
            }
            Caller::Account { .. } => Err(Error::UnknownCaller),
            Caller::Program(digest) => {
                let program = program::rows::find_live(db, digest, now)?.ok_or(Error::UnknownCaller)?;
                let maker = Self::for_account(db, now, program.made_by)?;
                if !maker.may(program.of.managed_by(), program.of.into())? {
                    return Err(Error::UnknownCaller);
                }
                Ok(Self { caller, program: Some(program), ..maker })
            }
        }
    }

    /// Begins for an account that is known otherwise than by a session: it made an invitation, or was made just now.
    ///
    /// # Errors
    /// [`Error::UnknownCaller`] when it is archived.
    pub fn for_account(db: &'a Connection, now: Moment, account: Id) -> Result<Self, Error> {
        if !rows::is_active(db, account)? {
            return Err(Error::UnknownCaller);
        }
        Ok(Self { db, now, caller: Caller::account(account), account: Some(account), program: None })
    }

    /// The caller's account, of a program that of its maker; none at the command line.
    #[must_use]
    pub fn account(&self) -> Option<Id> {
        self.account
    }

    /// The session in which the caller asks; none of a program, none at the command line.
    #[must_use]
    pub fn session(&self) -> Option<Id> {
        match self.caller {
            Caller::Account { session, .. } => Some(session),
            Caller::Program(_) | Caller::Operator => None,
        }
    }

    /// Whose requests are remembered to be answered again: the account's, or the token's own. None at the command line.
    #[must_use]
    pub fn asker(&self) -> Option<Id> {
        self.program.map(|program| program.id).or(self.account)
    }

    /// The one structure in whose roles the caller acts, when it is a program: none of its maker's others count.
    #[must_use]
    pub fn only(&self) -> Option<Id> {
        self.program.map(|program| program.of.id())
    }

    /// Appends to the audit trail that the caller did this.
    ///
    /// # Errors
    /// What SQLite refuses.
    pub fn audit(&self, event: Event, about: About) -> Result<(), Error> {
        audit::rows::append(self.db, event, self.account, about, self.now)
    }

    /// True when the table of rights ([`rules::RIGHTS`]) gives the caller this right over this thing, now.
    ///
    /// # Errors
    /// What SQLite refuses.
    pub fn may(&self, right: Right, whose: Whose) -> Result<bool, Error> {
        let Some(account) = self.account else { return Ok(self.caller == Caller::Operator) };
        let rule = right.rule();
        if let Some(program) = self.program {
            if rule.token.is_none_or(|least| program.scope < least) {
                return Ok(false);
            }
            if program.scope.role().is_none() {
                return Ok(rule.anyone || Whose::from(program.of) == whose);
            }
        }
        Ok(self.has_by_itself(&rule, account)? || self.has_over(&rule, account, whose)?)
    }

    /// What the account may do whosesoever the thing is.
    fn has_by_itself(&self, rule: &Rule, account: Id) -> Result<bool, Error> {
        let owns = self.program.is_none() && rule.owner && rows::is_owner(self.db, account)?;
        let holds = match rule.anywhere {
            Some(least) => rows::holds_anywhere(self.db, account, least)?,
            None => false,
        };
        Ok(rule.anyone || owns || holds)
    }

    fn has_over(&self, rule: &Rule, account: Id, whose: Whose) -> Result<bool, Error> {
        let (db, today) = (self.db, self.now.day());
        match whose {
            Whose::Structure(structure) => {
                if rule.own.is_some() && self.role_in(structure)? >= rule.own {
                    return Ok(true);
                }
                if let Some(least) = rule.neighbour
                    && rows::is_neighbour(db, account, self.only(), least, structure, today)?
                {
                    return Ok(true);
                }
                self.minds(rule, account, structure)
            }
            Whose::Cooperation(cooperation) => {
                if let Some(least) = rule.neighbour
                    && rows::is_member(db, account, self.only(), least, cooperation, today)?
                {
                    return Ok(true);
                }
                for facilitator in cooperation::rows::facilitators(db, cooperation, today)? {
                    if rule.facilitator.is_some() && self.role_in(facilitator)? >= rule.facilitator {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Whose::Account(other) => {
                let holder = rule.holder && other == account && self.program.is_none();
                let colleague = match rule.own {
                    Some(least) => rows::shares_structure(db, account, least, other)?,
                    None => false,
                };
                Ok(holder || colleague)
            }
            Whose::Instance => Ok(false),
        }
    }

    /// Who recorded a structure, and who owns the instance, mind it while it has no manager.
    fn minds(&self, rule: &Rule, account: Id, structure: Id) -> Result<bool, Error> {
        if !rule.recorder && !rule.steward || self.program.is_some() || rows::managers(self.db, structure)? > 0 {
            return Ok(false);
        }
        let recorded = rule.recorder && crate::structure::rows::recorded_by(self.db, structure)? == Some(account);
        Ok(recorded || rule.steward && rows::is_owner(self.db, account)?)
    }

    /// Refuses a caller whom the table of rights does not give this right over this thing.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub fn require(&self, right: Right, whose: Whose) -> Result<(), Error> {
        if self.may(right, whose)? { Ok(()) } else { Err(Error::Forbidden) }
    }

    /// The caller's role in a structure: of a program, in its own structure, what its scope allows.
    fn role_in(&self, structure: Id) -> Result<Option<Role>, Error> {
        match (self.account, self.program) {
            (Some(_), Some(program)) if Whose::from(program.of) == Whose::Structure(structure) => {
                Ok(program.scope.role())
            }
            (Some(account), None) => rows::role(self.db, account, structure),
            _ => Ok(None),
        }
    }

    /// True when the caller may read what the structure records.
    ///
    /// # Errors
    /// What SQLite refuses.
    pub fn sees(&self, structure: Id) -> Result<bool, Error> {
        self.may(Right::ReadRecords, Whose::Structure(structure))
    }

    /// The structure for which the caller speaks: the first of these for which they may record. None at
    /// the command line: what the operator enters is nobody's word yet.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub fn speaker(&self, structures: &[Id]) -> Result<Option<Id>, Error> {
        if self.caller == Caller::Operator {
            return Ok(None);
        }
        for structure in structures {
            if self.may(Right::Record, Whose::Structure(*structure))? {
                return Ok(Some(*structure));
            }
        }
        Err(Error::Forbidden)
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

/// The role, if the caller may read who has which in its structure.
///
/// # Errors
/// [`Error::NotFound`].
pub fn visible_grant(act: &Act<'_>, id: Id) -> Result<Grant, Error> {
    let grant = rows::find_grant(act.db, id)?.ok_or(Error::NotFound)?;
    if act.may(Right::ReadRoles, Whose::Structure(grant.wish.structure_id))? { Ok(grant) } else { Err(Error::NotFound) }
}

/// An account that the caller may see.
///
/// # Errors
/// [`Error::NotFound`].
pub fn visible_account(act: &Act<'_>, id: Id) -> Result<Account, Error> {
    let account = rows::find_account(act.db, id)?.ok_or(Error::NotFound)?;
    if act.may(Right::ReadAccount, Whose::Account(id))? { Ok(account) } else { Err(Error::NotFound) }
}
