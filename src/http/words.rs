//! The sentences of problem documents, in French and English.

use crate::error::Error;

/// A language Navette speaks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Language {
    /// English, unless French is preferred.
    #[default]
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
        "second-factor-needed",
        [
            "A code is needed as well",
            "So far all is right. Send it again with a code of your authenticator that was not used yet, or a recovery code.",
        ],
        [
            "Il faut aussi un code",
            "Jusqu'ici tout est juste. Recommencez avec un code de votre application d'authentification qui n'a pas encore servi, ou un code de secours.",
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
        "nothing-published",
        [
            "Nothing is published here yet",
            "No member of this cooperation has chosen to publish. A structure's manager does so with POST /v1/memberships/{id}/publication and {\"publishes\": true}.",
        ],
        [
            "Rien n'est encore publié ici",
            "Aucun membre de cette démarche n'a choisi de publier. Le responsable d'une structure le fait avec POST /v1/memberships/{id}/publication et {\"publishes\": true}.",
        ],
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
        "year-closed",
        [
            "This year is closed",
            "A year is closed once, and its statement never changes. What was recorded since stands in it under after_closing, and will be part of the statement of the next year you close.",
        ],
        [
            "Cette année est arrêtée",
            "Une année s'arrête une seule fois, et son bilan ne change plus. Ce qui a été noté depuis y figure sous after_closing, et sera repris dans le bilan de la prochaine année arrêtée.",
        ],
    ),
    (
        "grid-not-approved",
        [
            "This grid is a draft",
            "A figure is made only through a grid that somebody approved. Have it approved by your assembly or board, then send POST /v1/grids/{id}/approve with the body, the day and the reference.",
        ],
        [
            "Cette grille est un projet",
            "Un chiffre ne se calcule qu'avec une grille approuvée. Faites-la approuver par l'assemblée ou le bureau, puis envoyez POST /v1/grids/{id}/approve avec l'instance, le jour et la référence.",
        ],
    ),
    (
        "no-valuation",
        [
            "Nothing is valued here",
            "It was declared that nothing of this structure or cooperation is turned into euros. Ask for its quantities instead; those who keep it can allow valuing again (valuation: allowed).",
        ],
        [
            "Ici, rien n'est valorisé",
            "Cette structure ou cette démarche a déclaré ne rien convertir en euros. Demandez plutôt ses quantités ; ses responsables peuvent autoriser à nouveau la valorisation (valuation: allowed).",
        ],
    ),
    (
        "missing-rate",
        [
            "The grid has no rate for this",
            "The grid has no rate for {0}{1} on {2}. Approve a new version of it with a rate from that day or earlier. A rate by the SMIC reaches as far as GET /v1/smic.",
        ],
        [
            "La grille n'a pas de tarif pour cela",
            "La grille n'a pas de tarif pour {0}{1} le {2}. Faites approuver une nouvelle version avec un tarif valable dès ce jour ou plus tôt. Un tarif au SMIC ne va pas au-delà de GET /v1/smic.",
        ],
    ),
    (
        "no-siren",
        [
            "The file needs a SIREN",
            "A file of accounting entries is named by the SIREN of the structure, and none is recorded. Record it with PATCH /v1/structures/{id} (siren), then ask again.",
        ],
        [
            "Le fichier demande un SIREN",
            "Un fichier des écritures comptables porte le SIREN de la structure, et aucun n'est enregistré. Enregistrez-le avec PATCH /v1/structures/{id} (siren), puis redemandez.",
        ],
    ),
    (
        "nothing-to-export",
        [
            "Nothing new for the accounts",
            "Earlier exports contain all that is ready for the accounts of that year. Get the other parties to confirm what waits, or take an export back (POST /v1/fec-exports/{id}/reversal). To get the same entries once more, ask with again: true, and see to it that they are not imported twice.",
        ],
        [
            "Rien de nouveau pour la comptabilité",
            "Les exports précédents contiennent tout ce qui est prêt pour la comptabilité de cette année. Faites confirmer ce qui attend, ou annulez un export (POST /v1/fec-exports/{id}/reversal). Pour obtenir les mêmes écritures une fois de plus, demandez avec again: true, et veillez à ne pas les importer deux fois.",
        ],
    ),
    (
        "gone",
        [
            "This link no longer works",
            "It was used, was taken back, has expired, or never was. Log in if you have an account; else ask for a new link.",
        ],
        [
            "Ce lien ne sert plus",
            "Il a servi, a été repris, a expiré, ou n'a jamais existé. Connectez-vous si vous avez un compte ; sinon, demandez un nouveau lien.",
        ],
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
        ["Too many requests", "Please wait {0} seconds and try again."],
        ["Trop de requêtes", "Attendez {0} secondes avant de réessayer."],
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
            "The disk failed while recording, or no answer came in time. Send the same request again with the same Idempotency-Key: it tells whether it was recorded.",
        ],
        [
            "Résultat inconnu",
            "Le disque a failli pendant l'enregistrement, ou la réponse a trop tardé. Renvoyez la même requête avec la même Idempotency-Key : elle dira si c'est enregistré.",
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
    let arguments = match error {
        Error::Malformed(reason) => vec![reason.clone()],
        Error::WrongState { state } => vec![state.clone()],
        Error::BodyTooLarge(bytes) => vec![bytes.to_string()],
        Error::TooMany(seconds) => vec![seconds.to_string()],
        // The category is a text of a person's and comes last: what looks like a place in it stays as it is.
        Error::MissingRate { kind, category, day } => {
            let category = if category.is_empty() { String::new() } else { format!(" ({category})") };
            return template.replace("{0}", kind).replace("{2}", &day.to_string()).replace("{1}", &category);
        }
        _ => Vec::new(),
    };
    arguments.first().map_or_else(|| template.to_owned(), |argument| template.replace("{0}", argument))
}
