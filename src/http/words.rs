//! The sentences of problem documents, in French and English.

use crate::error::{Error, FieldError};

/// A language Navette speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Language {
    /// English, unless French is preferred.
    En,
    /// French.
    Fr,
}

impl Language {
    /// The one preferred by an `Accept-Language` header (RFC 9110, 12.5.4).
    #[must_use]
    pub fn preferred(header: &str) -> Self {
        let mut best = (0_u16, Self::En);
        for range in header.split(',') {
            let mut parts = range.split(';').map(str::trim);
            let tag = parts.next().unwrap_or_default().to_ascii_lowercase();
            let language = match tag.split('-').next() {
                Some("fr") => Self::Fr,
                Some("en") => Self::En,
                _ => continue,
            };
            let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(1000, thousandths);
            if weight > best.0 {
                best = (weight, language);
            }
        }
        best.1
    }
}

/// `0.8` as 800; what is not a weight counts as nothing.
fn thousandths(weight: &str) -> u16 {
    let (whole, decimals) = weight.split_once('.').unwrap_or((weight, ""));
    let digits = format!("{decimals:0<3}");
    let decimals = digits.get(..3).and_then(|digits| digits.parse::<u16>().ok());
    match (whole, decimals) {
        ("1", Some(0)) => 1000,
        ("0", Some(decimals)) => decimals,
        _ => 0,
    }
}

/// Code, then title and detail in English, then in French.
type Entry = (&'static str, [&'static str; 2], [&'static str; 2]);

/// Every problem there is. A test holds this list against the error enum.
pub const PROBLEMS: &[Entry] = &[
    (
        "malformed-json",
        ["The body is not JSON", "The body of the request cannot be read as JSON: {0}."],
        ["Le corps n'est pas du JSON", "Le corps de la requête ne se lit pas comme du JSON : {0}."],
    ),
    (
        "malformed-request",
        [
            "A parameter cannot be read",
            "A parameter of the path, the query, a header or the form cannot be read; see errors.",
        ],
        [
            "Un paramètre est illisible",
            "Un paramètre du chemin, de la requête, d'un en-tête ou du formulaire est illisible ; voir errors.",
        ],
    ),
    (
        "invalid-fields",
        ["Some fields need another value", "Nothing was recorded. Each field to mend is listed in errors."],
        ["Des champs sont à reprendre", "Rien n'a été enregistré. Chaque champ à reprendre figure dans errors."],
    ),
    (
        "unauthorized",
        [
            "Please log in",
            "The request carries no valid access token. Log in, or refresh your tokens, and send it again.",
        ],
        [
            "Connexion nécessaire",
            "La requête ne porte pas de jeton d'accès valable. Connectez-vous ou renouvelez vos jetons, puis renvoyez-la.",
        ],
    ),
    (
        "wrong-credentials",
        [
            "That does not open anything",
            "The login and password, or the token, are not right or no longer valid. Check them, or log in again.",
        ],
        [
            "Cela n'ouvre rien",
            "L'identifiant et le mot de passe, ou le jeton, ne sont pas justes ou ne valent plus. Vérifiez-les, ou reconnectez-vous.",
        ],
    ),
    (
        "forbidden",
        [
            "Your role does not allow this",
            "You may see this, but your role in the structure does not let you do it. Ask one of its managers.",
        ],
        [
            "Votre rôle ne le permet pas",
            "Vous pouvez voir ceci, mais votre rôle dans la structure ne permet pas de le faire. Voyez avec un de ses responsables.",
        ],
    ),
    (
        "not-found",
        ["Nothing here", "There is nothing here that you may see."],
        ["Rien ici", "Il n'y a rien ici que vous puissiez voir."],
    ),
    (
        "method-not-allowed",
        [
            "Not with this method",
            "This address exists, but not for this method; the Allow header lists those it takes.",
        ],
        [
            "Pas avec cette méthode",
            "Cette adresse existe, mais pas avec cette méthode ; l'en-tête Allow donne celles qu'elle accepte.",
        ],
    ),
    (
        "id-taken",
        [
            "This id is taken",
            "Another thing already has the id you chose. Choose a new one; what exists was not changed.",
        ],
        [
            "Identifiant déjà pris",
            "L'identifiant choisi désigne déjà autre chose. Choisissez-en un autre ; l'existant n'a pas changé.",
        ],
    ),
    (
        "wrong-state",
        [
            "Not possible in its present state",
            "Its present state is {0}, which does not allow this. Read it again before you go on.",
        ],
        [
            "Impossible dans son état actuel",
            "Son état actuel est {0}, ce qui ne le permet pas. Relisez-le avant de continuer.",
        ],
    ),
    (
        "already-in-use",
        [
            "Already promised",
            "It is promised to somebody over that period; conflict, where it is given, names the period and when it is free again.",
        ],
        [
            "Déjà promis",
            "C'est déjà promis sur cette période ; conflict, quand il est donné, nomme la période et la prochaine disponibilité.",
        ],
    ),
    (
        "duplicate",
        ["Already there", "What the named field says can be recorded once only, and already is."],
        ["Déjà enregistré", "Ce que dit le champ nommé ne s'enregistre qu'une fois, et c'est déjà fait."],
    ),
    (
        "gone",
        ["The set-up is done", "The set-up link works once, and it was used. Log in instead."],
        ["L'installation est faite", "Le lien d'installation ne sert qu'une fois, et il a servi. Connectez-vous."],
    ),
    (
        "precondition-failed",
        [
            "It changed in the meantime",
            "Somebody changed it since you read it. Read it again, and send your change with the new ETag in If-Match.",
        ],
        [
            "Modifié entre-temps",
            "Quelqu'un l'a modifié depuis votre lecture. Relisez-le, puis renvoyez votre changement avec le nouvel ETag dans If-Match.",
        ],
    ),
    (
        "precondition-required",
        [
            "Say which version you change",
            "A change needs the header If-Match with the ETag you read, so that nobody's change is lost.",
        ],
        [
            "Indiquez la version modifiée",
            "Un changement demande l'en-tête If-Match avec l'ETag lu, pour qu'aucun changement ne se perde.",
        ],
    ),
    (
        "body-too-large",
        ["Too large", "The body is larger than the {0} bytes accepted here."],
        ["Trop volumineux", "Le corps dépasse les {0} octets acceptés ici."],
    ),
    (
        "unsupported-media-type",
        [
            "Not a format read here",
            "Send JSON as application/json (an import as multipart/form-data), without Content-Encoding.",
        ],
        [
            "Format non pris en charge",
            "Envoyez du JSON en application/json (un import en multipart/form-data), sans Content-Encoding.",
        ],
    ),
    (
        "idempotency-key-reused",
        [
            "This key served another request",
            "The Idempotency-Key came with another request before. Use a new key for a new request.",
        ],
        [
            "Cette clé a servi à une autre requête",
            "La clé Idempotency-Key accompagnait une autre requête. Prenez une nouvelle clé pour une nouvelle requête.",
        ],
    ),
    (
        "too-many-requests",
        ["Too many attempts", "Please wait {0} seconds and try again."],
        ["Trop d'essais", "Attendez {0} secondes avant de réessayer."],
    ),
    (
        "busy",
        ["Busy just now", "Nothing was recorded. Send the same request again after the seconds given in Retry-After."],
        [
            "Occupé pour l'instant",
            "Rien n'a été enregistré. Renvoyez la même requête après les secondes données par Retry-After.",
        ],
    ),
    (
        "outcome-unknown",
        [
            "The outcome is not known",
            "The disk failed while recording. Send the same request again with the same Idempotency-Key: it tells whether it was recorded.",
        ],
        [
            "Résultat inconnu",
            "Le disque a failli pendant l'enregistrement. Renvoyez la même requête avec la même Idempotency-Key : elle dira si c'est enregistré.",
        ],
    ),
    (
        "internal",
        ["A fault of ours", "Something went wrong here, and nothing was recorded. Tell the operator the request id."],
        [
            "Une erreur de notre part",
            "Quelque chose a mal tourné ici, et rien n'a été enregistré. Donnez l'identifiant de requête à l'exploitant.",
        ],
    ),
];

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
    ("named-twice", "names the same structure twice", "nomme deux fois la même structure"),
    ("not-a-member", "is not in that cooperation on that day", "n'est pas dans cette démarche ce jour-là"),
    ("wrong-password", "is not the present password", "n'est pas le mot de passe actuel"),
    (
        "guessable-password",
        "is among the first passwords an attacker tries; choose another",
        "fait partie des premiers mots de passe essayés ; choisissez-en un autre",
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

/// Title and detail of a problem. An unknown code, which no error has, reads as a fault of ours.
#[must_use]
pub fn problem(code: &str, language: Language) -> (&'static str, &'static str) {
    let found = PROBLEMS.iter().find(|(known, ..)| *known == code).or(PROBLEMS.last());
    let [title, detail] = match (found, language) {
        (Some((_, en, _)), Language::En) => *en,
        (Some((_, _, fr)), Language::Fr) => *fr,
        (None, _) => ["", ""],
    };
    (title, detail)
}

/// A problem's detail with what the error knows filled in.
#[must_use]
pub fn detail(template: &str, error: &Error) -> String {
    let argument = match error {
        Error::Malformed(reason) => reason.clone(),
        Error::WrongState { state } => state.clone(),
        Error::BodyTooLarge(bytes) => bytes.to_string(),
        Error::TooMany(seconds) => seconds.to_string(),
        _ => return template.to_owned(),
    };
    template.replace("{0}", &argument)
}

/// The sentence about one wrong field.
#[must_use]
pub fn fault(field: &FieldError, language: Language) -> String {
    let sentence = FAULTS.iter().find(|(code, ..)| *code == field.code);
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
