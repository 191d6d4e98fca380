//! What an account is and may hold: logins, roles.

use serde::{Deserialize, Serialize};

use crate::clock::Moment;
use crate::error::{Error, Fault, FieldError};
use crate::id::Id;

/// What an account may do in a structure; each may do all that the ones before it may.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, strum::IntoStaticStr, strum::EnumString,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Role {
    /// Sees what the structure records.
    Reader,
    /// Records loans, hours, sessions; confirms and contests.
    Contributor,
    /// Changes the structure, gives and takes roles.
    Manager,
}

/// What a caller may do, with one kind of thing at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, strum::EnumString)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Right {
    /// Read which structures there are.
    ReadDirectory,
    /// Read how to reach a structure.
    ReadContact,
    /// Put a further structure into the directory.
    AddStructure,
    /// Bring in a table. What each of its rows asks for is judged besides.
    Import,
    /// Change what the directory says of a structure.
    ChangeStructure,
    /// Read what a structure records: lines, loans, hours, sessions, its desk, its papers.
    ReadRecords,
    /// Record for a structure: declare, ask, lend, confirm, contest, correct.
    Record,
    /// Read a structure's yearly summary, without names.
    ReadSummary,
    /// Read the people a structure knows.
    ReadPeople,
    /// Record people, name them in records, attest what they gave.
    NamePeople,
    /// Answer for what is kept about people: hand it out, make their links, erase, say how long it is kept.
    AnswerForPeople,
    /// Read the equipment, skills and needs of a structure.
    ReadOffers,
    /// Offer equipment and skills, say what is needed, close days, give out calendars.
    Offer,
    /// Read who has which role.
    ReadRoles,
    /// Give, change and take back roles.
    GiveRoles,
    /// Invite somebody into a structure.
    Invite,
    /// Accept an invitation; read and take back those that one made.
    UseInvitations,
    /// Decide where a structure's messages go and which programs speak for it.
    ManagePrograms,
    /// Found a cooperation, as the structure that facilitates it first.
    FoundCooperation,
    /// Read a cooperation: its intention, its members.
    ReadCooperation,
    /// Read in which cooperations a structure is.
    ReadMemberships,
    /// Change a cooperation, and who is in it.
    ChangeCooperation,
    /// Leave a cooperation.
    LeaveCooperation,
    /// Choose that sums of what a structure takes part in are open data, or take that back.
    Publish,
    /// Read what members of a cooperation chose to publish.
    ReadPublished,
    /// Read a cooperation's yearly summary, without names.
    ReadCommonSummary,
    /// Read all lines of a cooperation.
    ReadCommonRecords,
    /// Speak for the commons of a cooperation.
    RecordForCommons,
    /// Give out the yearly summary of a cooperation to a program or a funder.
    ManageCommonPrograms,
    /// Keep valuation grids: draft them, say who approved them; plan what a year brings.
    KeepGrids,
    /// Make files of accounting entries, and take them back.
    KeepBooks,
    /// Make accounts.
    MakeAccounts,
    /// Read an account and its roles.
    ReadAccount,
    /// Choose another password.
    ChangePassword,
    /// Archive an account, or bring it back.
    ArchiveAccount,
    /// See where one is logged in, and end it; set up and take away a second factor.
    KeepSessions,
    /// End all sessions of an account.
    EndSessions,
    /// Make a link to choose a new password. By a manager only of an account without any role elsewhere.
    MakeResetLink,
    /// Sign access tokens with a new key.
    RotateKeys,
    /// Erase an account.
    EraseAccount,
    /// Read the head of the ledger.
    ReadHead,
    /// Read what was done with one's account, a structure, a cooperation: rights, exports, sessions.
    ReadAudit,
    /// Read what was done with all accounts, keys and sessions.
    ReadInstanceAudit,
}

/// The least role that suffices, in one column of [`RIGHTS`]. None: this column gives nothing.
pub type Least = Option<Role>;

/// One row of [`RIGHTS`]: who may do one thing. Any column suffices; what no column gives is refused.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a column of the table")]
pub struct Rule {
    /// What.
    pub right: Right,
    /// In the structure whose thing it is.
    pub own: Least,
    /// In a structure that shares a cooperation with it, or is in the cooperation whose thing it is, today.
    pub neighbour: Least,
    /// In a structure that facilitates the cooperation whose thing it is, today.
    pub facilitator: Least,
    /// In any structure.
    pub anywhere: Least,
    /// The holder of the account whose thing it is.
    pub holder: bool,
    /// The account that recorded the structure, while it has no manager.
    pub recorder: bool,
    /// The owner of the instance, while the structure has no manager.
    pub steward: bool,
    /// The owner of the instance.
    pub owner: bool,
    /// Any account.
    pub anyone: bool,
    /// The least scope of a service token of that structure or cooperation.
    pub token: Option<Scope>,
}

/// What a service token is good for. Each may do what the ones before it may, for its structure or cooperation alone.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, strum::IntoStaticStr, strum::EnumString,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Scope {
    /// Yearly summaries, without names: for a funder, a municipality, an auditor.
    Aggregates,
    /// Reads, as a reader does.
    Read,
    /// Records, as a contributor does.
    Record,
}

impl Scope {
    /// The role that a token of this scope acts in, at most.
    #[must_use]
    pub fn role(self) -> Option<Role> {
        match self {
            Self::Aggregates => None,
            Self::Read => Some(Role::Reader),
            Self::Record => Some(Role::Contributor),
        }
    }
}

const M: Least = Some(Role::Manager);
const C: Least = Some(Role::Contributor);
const R: Least = Some(Role::Reader);
const O: Least = None;
const Y: bool = true;
const N: bool = false;
const AGGREGATES: Option<Scope> = Some(Scope::Aggregates);
const READ: Option<Scope> = Some(Scope::Read);
const RECORD: Option<Scope> = Some(Scope::Record);
const NEVER: Option<Scope> = None;

/// Who may do what with whose thing. The person at the machine (the command line) is not in it: they hold the file.
/// `M`, `C`, `R`: a manager, a contributor or more, a reader or more; `O`: no role gives it. `Y`, `N`: yes, no.
#[rustfmt::skip]
pub const RIGHTS: &[Rule] = &[
    //   right                       own neighbour facilitator anywhere   holder recorder steward owner anyone   token
    rule(Right::ReadDirectory,         [O, O, O, O], [N, N, N, N, Y], READ),
    rule(Right::ReadContact,           [R, R, O, O], [N, Y, Y, N, N], READ),
    rule(Right::AddStructure,          [O, O, O, C], [N, N, N, Y, N], RECORD),
    rule(Right::Import,                [O, O, O, C], [N, N, N, Y, N], RECORD),
    rule(Right::ChangeStructure,       [M, O, O, O], [N, Y, Y, N, N], NEVER),
    rule(Right::ReadRecords,           [R, O, O, O], [N, N, N, N, N], READ),
    rule(Right::Record,                [C, O, O, O], [N, N, N, N, N], RECORD),
    rule(Right::ReadSummary,           [R, O, O, O], [N, N, N, N, N], AGGREGATES),
    rule(Right::ReadPeople,            [R, O, O, O], [N, N, N, N, N], READ),
    rule(Right::NamePeople,            [C, O, O, O], [N, N, N, N, N], RECORD),
    rule(Right::AnswerForPeople,       [M, O, O, O], [N, N, N, N, N], NEVER),
    rule(Right::ReadOffers,            [R, R, O, O], [N, N, N, N, N], READ),
    rule(Right::Offer,                 [C, O, O, O], [N, N, N, N, N], RECORD),
    rule(Right::ReadRoles,             [R, O, O, O], [N, N, N, Y, N], NEVER),
    rule(Right::GiveRoles,             [M, O, O, O], [N, N, Y, N, N], NEVER),
    rule(Right::Invite,                [M, O, O, O], [N, Y, Y, N, N], NEVER),
    rule(Right::UseInvitations,        [O, O, O, O], [N, N, N, N, Y], NEVER),
    rule(Right::ManagePrograms,        [M, O, O, O], [N, N, N, N, N], NEVER),
    rule(Right::FoundCooperation,      [M, O, O, O], [N, N, N, N, N], NEVER),
    rule(Right::ReadCooperation,       [O, R, O, O], [N, N, N, Y, N], READ),
    rule(Right::ReadMemberships,       [R, O, O, O], [N, N, N, Y, N], READ),
    rule(Right::ChangeCooperation,     [O, O, M, O], [N, N, N, N, N], NEVER),
    rule(Right::LeaveCooperation,      [M, O, O, O], [N, N, N, N, N], NEVER),
    rule(Right::Publish,               [M, O, O, O], [N, N, N, N, N], NEVER),
    rule(Right::ReadPublished,         [O, O, O, O], [N, N, N, N, Y], AGGREGATES),
    rule(Right::ReadCommonSummary,     [O, R, O, O], [N, N, N, N, N], AGGREGATES),
    rule(Right::ReadCommonRecords,     [O, O, R, O], [N, N, N, N, N], READ),
    rule(Right::RecordForCommons,      [O, O, C, O], [N, N, N, N, N], RECORD),
    rule(Right::ManageCommonPrograms,  [O, O, M, O], [N, N, N, N, N], NEVER),
    rule(Right::KeepGrids,             [M, O, M, O], [N, N, N, N, N], NEVER),
    rule(Right::KeepBooks,             [M, O, O, O], [N, N, N, N, N], NEVER),
    rule(Right::MakeAccounts,          [O, O, O, M], [N, N, N, Y, N], NEVER),
    rule(Right::ReadAccount,           [M, O, O, O], [Y, N, N, Y, N], NEVER),
    rule(Right::ChangePassword,        [O, O, O, O], [Y, N, N, N, N], NEVER),
    rule(Right::ArchiveAccount,        [O, O, O, O], [N, N, N, Y, N], NEVER),
    rule(Right::KeepSessions,          [O, O, O, O], [Y, N, N, N, N], NEVER),
    rule(Right::EndSessions,           [O, O, O, O], [N, N, N, Y, N], NEVER),
    rule(Right::MakeResetLink,         [M, O, O, O], [N, N, N, Y, N], NEVER),
    rule(Right::RotateKeys,            [O, O, O, O], [N, N, N, Y, N], NEVER),
    rule(Right::EraseAccount,          [O, O, O, O], [Y, N, N, Y, N], NEVER),
    rule(Right::ReadHead,              [O, O, O, O], [N, N, N, N, Y], AGGREGATES),
    rule(Right::ReadAudit,             [M, O, M, O], [Y, N, N, N, N], NEVER),
    rule(Right::ReadInstanceAudit,     [O, O, O, O], [N, N, N, Y, N], NEVER),
];

const fn rule(right: Right, roles: [Least; 4], others: [bool; 5], token: Option<Scope>) -> Rule {
    let [own, neighbour, facilitator, anywhere] = roles;
    let [holder, recorder, steward, owner, anyone] = others;
    Rule { right, own, neighbour, facilitator, anywhere, holder, recorder, steward, owner, anyone, token }
}

impl Right {
    /// Who has this right. A right that stands in no row, which a test excludes, is nobody's.
    #[must_use]
    pub fn rule(self) -> Rule {
        let nobody = rule(self, [O; 4], [N; 5], NEVER);
        RIGHTS.iter().find(|rule| rule.right == self).copied().unwrap_or(nobody)
    }
}

/// One structure, or one cooperation: of what a service token is the key, whose a valuation grid or a closed year is,
/// whose lines are walked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// A structure.
    Structure(Id),
    /// A cooperation.
    Cooperation(Id),
}

impl Of {
    /// The one that a query names, and the parameter in which it does.
    ///
    /// # Errors
    /// [`Error::Parameter`] without either, or with both.
    pub fn asked(structure_id: Option<Id>, cooperation_id: Option<Id>) -> Result<(Self, &'static str), Error> {
        match (structure_id, cooperation_id) {
            (Some(structure), None) => Ok((Self::Structure(structure), "structure_id")),
            (None, Some(cooperation)) => Ok((Self::Cooperation(cooperation), "cooperation_id")),
            (Some(_), Some(_)) => Err(Error::Parameter(FieldError::new("cooperation_id", Fault::NotAllowed))),
            (None, None) => Err(Error::Parameter(FieldError::new("structure_id", Fault::Missing))),
        }
    }

    /// The structure's or cooperation's identifier.
    #[must_use]
    pub fn id(self) -> Id {
        match self {
            Self::Structure(id) | Self::Cooperation(id) => id,
        }
    }

    /// The structure's identifier or the cooperation's, each in its own place.
    #[must_use]
    pub fn split(self) -> (Option<Id>, Option<Id>) {
        match self {
            Self::Structure(id) => (Some(id), None),
            Self::Cooperation(id) => (None, Some(id)),
        }
    }

    /// The right that makes and revokes its tokens.
    #[must_use]
    pub fn managed_by(self) -> Right {
        match self {
            Self::Structure(_) => Right::ManagePrograms,
            Self::Cooperation(_) => Right::ManageCommonPrograms,
        }
    }
}

/// An account as others see it: never its password.
#[derive(Debug, Clone, Serialize)]
pub struct Account {
    /// Its identifier.
    pub id: Id,
    /// What one types to log in.
    pub login: String,
    /// True for the owner of the instance.
    pub owner: bool,
    /// True when it can no longer log in.
    pub archived: bool,
    /// Grows at each change.
    pub version: i64,
    /// When it was made.
    pub created_at: Moment,
    /// Its present roles.
    pub roles: Vec<Held>,
}

/// A role an account holds.
#[derive(Debug, Clone, Serialize)]
pub struct Held {
    /// The grant's identifier.
    pub id: Id,
    /// Where.
    pub structure_id: Id,
    /// What.
    pub role: Role,
}

/// A role to give.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantWish {
    /// To whom.
    pub account_id: Id,
    /// Where.
    pub structure_id: Id,
    /// What.
    pub role: Role,
}

/// A role given.
#[derive(Debug, Clone, Serialize)]
pub struct Grant {
    /// Its identifier.
    pub id: Id,
    /// To whom, where, what.
    #[serde(flatten)]
    pub wish: GrantWish,
    /// True when it was taken back.
    pub archived: bool,
    /// Grows at each change.
    pub version: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_acts_as_far_as_its_token_goes() {
        let roles = [Scope::Aggregates, Scope::Read, Scope::Record].map(Scope::role);
        assert_eq!(roles, [None, Some(Role::Reader), Some(Role::Contributor)]);
    }
}
