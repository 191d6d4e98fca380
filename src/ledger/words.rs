//! What the ledger's codes are called in a table for people.

use super::rules::{Deed, Kind, Provenance, State};
use super::tally::Side;
use crate::http::words::Language;
use crate::paper::words::say;

/// What flowed.
#[must_use]
pub fn kind(language: Language, kind: Kind) -> &'static str {
    match kind {
        Kind::Equipment => say(language, "prêt de matériel", "equipment lent"),
        Kind::Premises => say(language, "prêt de locaux", "premises lent"),
        Kind::VolunteerHours => say(language, "heures de bénévolat", "volunteer hours"),
        Kind::SkillByVolunteer => {
            say(language, "compétence transmise par un bénévole", "skill passed on by a volunteer")
        }
        Kind::SkillByStaff => say(language, "compétence transmise par un salarié", "skill passed on by paid staff"),
    }
}

/// From which side somebody looks at what flowed.
#[must_use]
pub fn side(language: Language, side: Side) -> &'static str {
    match side {
        Side::Given => say(language, "donné", "given"),
        Side::Received => say(language, "reçu", "received"),
        Side::Exchanged => say(language, "échangé", "exchanged"),
    }
}

/// How a quantity is known.
#[must_use]
pub fn provenance(language: Language, provenance: Provenance) -> &'static str {
    match provenance {
        Provenance::Measured => say(language, "mesuré", "measured"),
        Provenance::Declared => say(language, "déclaré", "declared"),
        Provenance::Estimated => say(language, "estimé", "estimated"),
    }
}

/// Where a record stands.
#[must_use]
pub fn state(language: Language, state: State) -> &'static str {
    match state {
        State::Declared => say(language, "déclaré", "declared"),
        State::Confirmed => say(language, "confirmé", "confirmed"),
        State::Contested => say(language, "contesté", "contested"),
    }
}

/// What a line does.
#[must_use]
pub fn deed(language: Language, deed: Deed) -> &'static str {
    match deed {
        Deed::Contribution => say(language, "contribution", "contribution"),
        Deed::Correction => say(language, "correction", "correction"),
        Deed::Confirm => say(language, "confirmation", "confirmation"),
        Deed::Contest => say(language, "contestation", "contestation"),
        Deed::Attest => say(language, "attestation", "attestation"),
        Deed::Withdraw => say(language, "retrait", "withdrawal"),
    }
}
