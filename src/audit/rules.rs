//! What the audit trail keeps.

use serde::{Deserialize, Serialize};

use crate::clock::Moment;
use crate::id::Id;

/// An act that touches security.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, strum::EnumString, strum::EnumIter,
)]
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
    /// A structure chose to publish its part in a cooperation, or took that back.
    PublicationChanged,
    /// A service token was made.
    ServiceTokenMade,
    /// A service token was revoked.
    ServiceTokenRevoked,
    /// A year was closed.
    YearClosed,
    /// A valuation grid was approved.
    GridApproved,
    /// A structure or cooperation declared that nothing of its is valued.
    ValuationDeclined,
    /// It allowed valuing again.
    ValuationAllowed,
    /// A table of what is recorded was given out.
    Exported,
    /// A table was read in.
    Imported,
    /// What is kept about a person was given out.
    PersonExported,
    /// A link for a person to see what is kept about them was made.
    PersonLinkMade,
    /// A person corrected what identifies them, through their account or their link.
    PersonCorrected,
    /// An attestation of what a person gave was made.
    AttestationMade,
    /// An attestation was revoked.
    AttestationRevoked,
    /// That a person agreed to be named was noted, or taken back.
    ConsentChanged,
    /// A person was erased.
    PersonErased,
    /// The free text of a line or of a loan was erased.
    TextErased,
    /// An account was erased.
    AccountErased,
    /// What had outlived its retention was erased.
    Purged,
    /// The file was rewritten, so that nothing of what was erased is left in it.
    FileRewritten,
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

/// What the owner of the instance reads of everybody: accounts, keys and sessions, and nothing of structures' records.
pub const OF_THE_INSTANCE: [Event; 16] = [
    Event::AccountMade,
    Event::AccountArchived,
    Event::AccountRestored,
    Event::LoggedIn,
    Event::LoginFailed,
    Event::SessionEnded,
    Event::RefreshReused,
    Event::PasswordChanged,
    Event::ResetLinkMade,
    Event::PasswordReset,
    Event::SecondFactorAdded,
    Event::SecondFactorRemoved,
    Event::RecoveryCodeUsed,
    Event::KeyRotated,
    Event::AccountErased,
    Event::FileRewritten,
];

/// An entry of the trail.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    /// Its place in the trail.
    pub seq: i64,
    /// What happened.
    pub event: Event,
    /// Who did it; none for the operator of the machine, or when nobody is known.
    pub account_id: Option<Id>,
    /// What it was done to.
    pub subject_id: Option<Id>,
    /// Of which structure.
    pub structure_id: Option<Id>,
    /// Of which cooperation.
    pub cooperation_id: Option<Id>,
    /// When.
    pub recorded_at: Moment,
}

/// Whose entries are read.
#[derive(Debug, Clone, Copy)]
pub enum Of {
    /// What an account did, and what was done to it.
    Account {
        /// Which.
        account: Id,
        /// With what is [`OF_THE_INSTANCE`].
        instance: bool,
    },
    /// What concerns a structure.
    Structure(Id),
    /// What concerns a cooperation.
    Cooperation(Id),
}
