//! What an entry of the audit trail says, in English and French.

use super::rules::Event;
use crate::http::words::Language;

/// Every event, and its sentence in English and in French. A test holds this list against the enum.
const SENTENCES: &[(Event, &str, &str)] = &[
    (Event::AccountMade, "An account was made.", "Un compte a été créé."),
    (
        Event::AccountArchived,
        "An account was archived: it can no longer log in.",
        "Un compte a été archivé : il ne peut plus se connecter.",
    ),
    (Event::AccountRestored, "An archived account may log in again.", "Un compte archivé peut se reconnecter."),
    (Event::LoggedIn, "Somebody logged in to this account.", "Quelqu'un s'est connecté à ce compte."),
    (Event::LoginFailed, "A log-in to this account failed.", "Une connexion à ce compte a échoué."),
    (Event::SessionEnded, "A session was ended.", "Une session a été fermée."),
    (
        Event::RefreshReused,
        "A refresh token came a second time, so it had been copied; its session was ended.",
        "Un jeton de renouvellement est revenu une seconde fois, donc copié ; sa session a été fermée.",
    ),
    (
        Event::PasswordChanged,
        "The password was changed by its holder.",
        "Le mot de passe a été changé par son titulaire.",
    ),
    (
        Event::ResetLinkMade,
        "A link to choose a new password was made.",
        "Un lien pour choisir un nouveau mot de passe a été créé.",
    ),
    (
        Event::PasswordReset,
        "A password was chosen anew through a link.",
        "Un mot de passe a été choisi à nouveau par un lien.",
    ),
    (Event::SecondFactorAdded, "A second factor was set up.", "Un second facteur a été mis en place."),
    (Event::SecondFactorRemoved, "A second factor was taken away.", "Un second facteur a été retiré."),
    (
        Event::RecoveryCodeUsed,
        "A recovery code stood in for the second factor.",
        "Un code de secours a remplacé le second facteur.",
    ),
    (Event::KeyRotated, "A new key signs access tokens.", "Une nouvelle clé signe les jetons d'accès."),
    (Event::RoleGiven, "A role in the structure was given.", "Un rôle dans la structure a été donné."),
    (Event::RoleChanged, "A role in the structure became another.", "Un rôle dans la structure a changé."),
    (Event::RoleRevoked, "A role in the structure was taken back.", "Un rôle dans la structure a été retiré."),
    (Event::ManagerHandedOver, "A manager handed the structure over.", "Un responsable a transmis la structure."),
    (Event::InvitationMade, "An invitation was made.", "Une invitation a été créée."),
    (Event::InvitationAccepted, "An invitation was accepted.", "Une invitation a été acceptée."),
    (Event::InvitationEnded, "An invitation was declined, or taken back.", "Une invitation a été déclinée ou retirée."),
    (
        Event::MembershipChanged,
        "A structure's part in the cooperation began or changed.",
        "La participation d'une structure à la démarche a commencé ou changé.",
    ),
    (
        Event::FacilitatorHandedOver,
        "The facilitation of the cooperation was handed over.",
        "L'animation de la démarche a été transmise.",
    ),
    (
        Event::PublicationChanged,
        "A structure chose to publish its part in the cooperation, or took that back.",
        "Une structure a choisi de publier sa part dans la démarche, ou est revenue sur ce choix.",
    ),
    (Event::ServiceTokenMade, "A service token was made.", "Un jeton de service a été créé."),
    (Event::ServiceTokenRevoked, "A service token was revoked.", "Un jeton de service a été révoqué."),
    (Event::YearClosed, "A year was closed.", "Une année a été arrêtée."),
    (Event::GridApproved, "A valuation grid was approved.", "Une grille de valorisation a été approuvée."),
    (
        Event::ValuationDeclined,
        "It was declared that nothing is valued in euros.",
        "Il a été déclaré que rien n'est valorisé en euros.",
    ),
    (Event::ValuationAllowed, "Valuing was allowed again.", "La valorisation a été autorisée à nouveau."),
    (
        Event::Exported,
        "A table or page of what is recorded was given out.",
        "Un tableau ou une page de ce qui est enregistré a été remis.",
    ),
    (Event::Imported, "A table was read in.", "Un tableau a été importé."),
    (
        Event::PersonExported,
        "What is kept about a person was given out.",
        "Ce qui est conservé sur une personne a été remis.",
    ),
    (
        Event::PersonLinkMade,
        "A link for a person to see what is kept about them was made.",
        "Un lien pour qu'une personne voie ce qui est conservé sur elle a été créé.",
    ),
    (
        Event::AttestationMade,
        "An attestation of what a person gave was made.",
        "Une attestation de ce qu'une personne a donné a été établie.",
    ),
    (Event::AttestationRevoked, "An attestation was revoked.", "Une attestation a été révoquée."),
    (Event::PersonErased, "A person was erased.", "Une personne a été effacée."),
    (Event::PersonCorrected, "A person corrected what identifies them.", "Une personne a corrigé ce qui l'identifie."),
    (
        Event::ConsentChanged,
        "A person's consent to be named to others was noted or taken back.",
        "L'accord d'une personne pour être nommée à d'autres a été noté ou retiré.",
    ),
    (Event::TextErased, "The free text of a line was erased.", "Le texte libre d'une ligne a été effacé."),
    (Event::AccountErased, "An account was erased.", "Un compte a été effacé."),
    (
        Event::FileRewritten,
        "The file was written anew, without the bytes of what was erased.",
        "Le fichier a été réécrit, sans les octets de ce qui était effacé.",
    ),
    (
        Event::Purged,
        "What had outlived its retention was erased.",
        "Ce qui avait dépassé sa durée de conservation a été effacé.",
    ),
];

impl Event {
    /// What happened, as one sentence.
    #[must_use]
    pub fn sentence(self, language: Language) -> &'static str {
        let found = SENTENCES.iter().find(|(event, ..)| *event == self);
        found.map_or("", |(_, english, french)| match language {
            Language::En => english,
            Language::Fr => french,
        })
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator as _;

    use super::*;

    #[test]
    fn every_event_is_told_in_both_languages() {
        for event in Event::iter() {
            let (english, french) = (event.sentence(Language::En), event.sentence(Language::Fr));
            assert!(english.ends_with('.') && french.ends_with('.') && english != french, "{event:?}");
        }
    }
}
