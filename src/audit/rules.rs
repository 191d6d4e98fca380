//! What the audit trail keeps.

use serde::{Deserialize, Serialize};

use crate::id::Id;

/// An act that touches security.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, strum::EnumString)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Event {
    /// An account was made.
    AccountMade,
    /// An account can no longer log in.
    AccountArchived,
    /// An archived account may log in again.
    AccountRestored,
    /// Somebody logged in.
    LoggedIn,
    /// A log-in to an account failed.
    LoginFailed,
    /// A session was ended.
    SessionEnded,
    /// A refresh token came a second time: it had been copied, and its session was ended.
    RefreshReused,
    /// A password was changed by its holder.
    PasswordChanged,
    /// A link to choose a new password was made.
    ResetLinkMade,
    /// A password was chosen anew through a link.
    PasswordReset,
    /// A second factor was set up.
    SecondFactorAdded,
    /// A second factor was taken away.
    SecondFactorRemoved,
    /// A recovery code stood in for the second factor.
    RecoveryCodeUsed,
    /// A new key signs access tokens.
    KeyRotated,
    /// A role was given.
    RoleGiven,
    /// A role became another.
    RoleChanged,
    /// A role was taken back.
    RoleRevoked,
    /// A manager handed the role over.
    ManagerHandedOver,
    /// An invitation was made.
    InvitationMade,
    /// An invitation was accepted.
    InvitationAccepted,
    /// An invitation was declined, or taken back.
    InvitationEnded,
    /// A structure's role in a cooperation began or changed.
    MembershipChanged,
    /// The facilitation of a cooperation was handed over.
    FacilitatorHandedOver,
    /// A service token was made.
    ServiceTokenMade,
    /// A service token was revoked.
    ServiceTokenRevoked,
    /// A table of what is recorded was given out.
    Exported,
    /// What is kept about a person was given out.
    PersonExported,
    /// A link for a person to see what is kept about them was made.
    PersonLinkMade,
    /// A person was erased.
    PersonErased,
    /// What had outlived its retention was erased.
    Purged,
}

/// What an entry of the trail is about.
#[derive(Debug, Clone, Copy, Default)]
pub struct About {
    /// The account, role, invitation, token or person it was done to.
    pub subject_id: Option<Id>,
    /// Whose managers may read it.
    pub structure_id: Option<Id>,
    /// Whose facilitators may read it.
    pub cooperation_id: Option<Id>,
}

impl About {
    /// About an account, or another thing that is no structure's and no cooperation's.
    #[must_use]
    pub fn only(subject: Id) -> Self {
        Self { subject_id: Some(subject), ..Self::default() }
    }
}
