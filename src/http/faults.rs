//! The sentences about wrong fields, in French and English.

use super::words::Language;
use crate::error::FieldError;

/// Code of a fault, then its sentence in English and in French; `{0}`, `{1}` are its arguments.
const FAULTS: &[(&str, &str, &str)] = &[
    (
        "not-a-uuid",
        "must be a UUID such as 01990f3a-7c1e-7000-8000-000000000001",
        "doit être un UUID, par exemple 01990f3a-7c1e-7000-8000-000000000001",
    ),
    ("not-a-day", "must be an existing day written YYYY-MM-DD", "doit être un jour existant, écrit AAAA-MM-JJ"),
    (
        "day-out-of-range",
        "must lie between 2000-01-01 and 2100-12-31",
        "doit être compris entre 2000-01-01 et 2100-12-31",
    ),
    (
        "not-an-instant",
        "must be an instant such as 2026-03-14T09:00:00Z (in an address, write the + of an offset as %2B)",
        "doit être un instant, par exemple 2026-03-14T09:00:00Z (dans une adresse, le + d'un décalage s'écrit %2B)",
    ),
    ("day-in-the-future", "has not happened yet", "n'a pas encore eu lieu"),
    (
        "end-before-start",
        "must come after the start; the end is the first day after the period",
        "doit venir après le début ; la fin est le premier jour après la période",
    ),
    ("out-of-range", "must be a whole number between {0} and {1}", "doit être un nombre entier entre {0} et {1}"),
    ("wrong-number", "must have between {0} and {1} entries", "doit avoir entre {0} et {1} éléments"),
    ("empty", "must not be empty", "ne doit pas être vide"),
    ("too-long", "must have at most {0} characters", "doit avoir au plus {0} caractères"),
    ("too-short", "must have at least {0} characters", "doit avoir au moins {0} caractères"),
    (
        "invisible-character",
        "must not contain control, invisible or direction-changing characters",
        "ne doit pas contenir de caractère de contrôle, invisible ou changeant le sens d'écriture",
    ),
    (
        "not-a-siren",
        "must be a SIREN: nine digits, the last of which checks the others",
        "doit être un SIREN : neuf chiffres, dont le dernier contrôle les autres",
    ),
    (
        "not-a-siret",
        "must be a SIRET: fourteen digits that begin with the SIREN, the last of which checks the others",
        "doit être un SIRET : quatorze chiffres commençant par le SIREN, dont le dernier contrôle les autres",
    ),
    (
        "not-an-rna",
        "must be an RNA number: W and nine characters, such as W382001234",
        "doit être un numéro RNA : W et neuf caractères, par exemple W382001234",
    ),
    (
        "not-a-commune",
        "must be a commune's INSEE code of five characters, such as 38235 or 2A004",
        "doit être un code INSEE de commune de cinq caractères, par exemple 38235 ou 2A004",
    ),
    (
        "not-a-legal-category",
        "must be a legal category of four digits, such as 9220",
        "doit être une catégorie juridique de quatre chiffres, par exemple 9220",
    ),
    ("not-an-email", "must be an e-mail address", "doit être une adresse électronique"),
    (
        "not-a-code",
        "must be the code of a label, such as K7M-2Q4X",
        "doit être le code d'une étiquette, par exemple K7M-2Q4X",
    ),
    (
        "not-a-url",
        "must be an address of the web, such as https://example.org/photo.jpg",
        "doit être une adresse du web, par exemple https://example.org/photo.jpg",
    ),
    (
        "not-a-sha256",
        "must be a SHA-256 in 64 hexadecimal digits, in small letters",
        "doit être un SHA-256 en 64 chiffres hexadécimaux, en minuscules",
    ),
    ("part-twice", "names the same part twice", "nomme deux fois la même pièce"),
    (
        "not-a-part",
        "must be a unit or pool of the same structure, with that many pieces",
        "doit être une pièce ou un lot de la même structure, en nombre suffisant",
    ),
    ("too-many-days", "is lent for at most {0} days", "se prête {0} jours au plus"),
    ("period-too-long", "makes the period longer than {0} days", "porte la période à plus de {0} jours"),
    (
        "too-many-lines",
        "ends a period of more than {0} lines; ask for shorter periods, one after the other",
        "termine une période de plus de {0} lignes ; demandez des périodes plus courtes, l'une après l'autre",
    ),
    ("too-little-notice", "has to be asked for {0} days ahead", "se demande {0} jours à l'avance"),
    ("not-lent-to-you", "is not lent to this structure", "ne se prête pas à cette structure"),
    ("missing-field", "is needed", "est nécessaire"),
    ("unknown-field", "is not a field known here", "n'est pas un champ connu ici"),
    ("not-text", "must be text", "doit être du texte"),
    ("not-boolean", "must be true or false", "doit être true ou false"),
    ("not-list", "must be a list", "doit être une liste"),
    ("not-object", "must be a JSON object", "doit être un objet JSON"),
    ("not-whole-number", "must be a whole number within its range", "doit être un nombre entier dans ses limites"),
    ("not-one-of", "must be one of: {0}", "doit être l'un de : {0}"),
    (
        "not-allowed-here",
        "does not go together with the other fields; leave it out",
        "ne va pas avec les autres champs ; retirez-le",
    ),
    ("cannot-change", "cannot be changed once it is set", "ne se change pas une fois fixé"),
    ("unknown-reference", "names nothing that you may see", "ne désigne rien que vous puissiez voir"),
    ("archived", "names something that is archived", "désigne quelque chose d'archivé"),
    (
        "same-parties",
        "must differ from the other party; for volunteers in their own structure leave the giver out",
        "doit différer de l'autre partie ; pour des bénévoles dans leur propre structure, ne donnez pas giver_id",
    ),
    (
        "more-than-a-day",
        "brings this person over 24 hours on that day",
        "porte cette personne à plus de 24 heures ce jour-là",
    ),
    (
        "rate-twice",
        "has the kind, category and first day of another rate of this grid",
        "a la nature, la catégorie et le premier jour d'un autre tarif de cette grille",
    ),
    (
        "year-not-over",
        "is a year that is not over: close it once its last day has passed",
        "est une année qui n'est pas finie : arrêtez-la une fois son dernier jour passé",
    ),
    (
        "not-in-euros",
        "names a grid that counts in points: name one in euros",
        "nomme une grille qui compte en points : nommez-en une en euros",
    ),
    (
        "unbalanced",
        "has accounts 86 that add up to {0} and accounts 87 that add up to {1}: make both the same",
        "a des comptes 86 dont la somme est {0} et des comptes 87 dont la somme est {1} : rendez-les égales",
    ),
    ("named-twice", "names the same structure twice", "nomme deux fois la même structure"),
    ("not-a-member", "is not in that cooperation on that day", "n'est pas dans cette démarche ce jour-là"),
    (
        "no-role-there",
        "must be another account that has a role in this structure; invite it first",
        "doit être un autre compte ayant un rôle dans cette structure ; invitez-le d'abord",
    ),
    ("wrong-password", "is not the present password", "n'est pas le mot de passe actuel"),
    ("wrong-code", "is wrong, or was used before", "est faux, ou a déjà servi"),
    (
        "guessable-password",
        "is among the first passwords an attacker tries; choose another",
        "fait partie des premiers mots de passe essayés ; choisissez-en un autre",
    ),
    (
        "too-far-ahead",
        "must be a day after today, {0} days ahead at most",
        "doit être un jour après aujourd'hui, dans {0} jours au plus",
    ),
    ("nothing-to-change", "asks for nothing that would change anything", "ne demande rien qui change quoi que ce soit"),
    (
        "not-your-structure",
        "must be a structure in which you may record",
        "doit être une structure où vous pouvez enregistrer",
    ),
    ("already-there", "is already recorded elsewhere", "est déjà enregistré ailleurs"),
    ("twice", "is given twice", "est donné deux fois"),
    ("not-a-cursor", "is not a cursor given by this list", "n'est pas un curseur donné par cette liste"),
    ("not-a-key", "must be 1 to 128 visible ASCII characters", "doit faire de 1 à 128 caractères ASCII visibles"),
    ("not-a-mapping", "is not a mapping of columns: {0}", "n'est pas une correspondance de colonnes : {0}"),
    ("not-a-table", "cannot be read as CSV: {0}", "ne se lit pas comme du CSV : {0}"),
    ("too-many-rows", "has more than {0} rows", "compte plus de {0} lignes"),
    ("unreadable", "is in no form that is read here", "n'est dans aucune forme lue ici"),
    (
        "beyond-limits",
        "is zero, negative, too large, or a day outside 2000–2100",
        "est nul, négatif, trop grand, ou un jour hors de 2000–2100",
    ),
    (
        "unit-missing",
        "is a number without a unit; write 90 min or 1 h 30, or say bare_number in the mapping",
        "est un nombre sans unité ; écrivez 90 min ou 1 h 30, ou dites bare_number dans la correspondance",
    ),
    ("thousands-or-decimals", "could be thousands or decimals", "peut être des milliers ou des décimales"),
    (
        "one-digit-minutes",
        "has one digit after the hours; write 1h05 or 1h50",
        "a un seul chiffre après les heures ; écrivez 1h05 ou 1h50",
    ),
    ("past-fifty-nine", "has more than 59 minutes after the hours", "a plus de 59 minutes après les heures"),
    ("not-whole-minutes", "is no whole number of minutes", "ne fait pas un nombre entier de minutes"),
    (
        "day-or-month",
        "could be two days; say day_order in the mapping",
        "peut être deux jours ; dites day_order dans la correspondance",
    ),
    ("two-digit-year", "has a year of two digits; write four", "a une année à deux chiffres ; écrivez-en quatre"),
    ("no-such-day", "is a day that no calendar has", "est un jour qu'aucun calendrier ne connaît"),
    (
        "zone-given",
        "carries a time zone, so the local day is not certain",
        "porte un fuseau horaire, donc le jour local n'est pas certain",
    ),
    (
        "several-of-that-name",
        "is the name of several; give a number that only one has",
        "est le nom de plusieurs ; donnez un numéro propre à un seul",
    ),
    ("rows-disagree", "differs between the rows of one session", "diffère entre les lignes d'une même séance"),
    ("already-in-use", "it is promised to somebody over that period", "c'est promis à quelqu'un sur cette période"),
    ("forbidden", "your role does not let you record this", "votre rôle ne permet pas d'enregistrer ceci"),
    ("not-a-version", "must be an ETag such as \"3\"", "doit être un ETag tel que \"3\""),
    ("not-a-form", "is not a readable multipart form", "n'est pas un formulaire multipart lisible"),
];

/// The sentence about one wrong field.
#[must_use]
pub fn fault(field: &FieldError, language: Language) -> String {
    // What is wrong with a mapping has many codes, and one sentence that holds its explanation.
    let code = if field.code.starts_with("mapping-") { "not-a-mapping" } else { field.code.as_str() };
    let sentence = FAULTS.iter().find(|(known, ..)| *known == code);
    let mut text = match (sentence, language) {
        (Some((_, en, _)), Language::En) => (*en).to_owned(),
        (Some((_, _, fr)), Language::Fr) => (*fr).to_owned(),
        // The reader of cells and mappings has codes of its own: they stand for themselves.
        (None, _) => field.code.replace('-', " "),
    };
    for (position, argument) in field.arguments.iter().enumerate() {
        text = text.replace(&format!("{{{position}}}"), argument);
    }
    text
}
