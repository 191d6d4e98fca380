//! The register of processing (GDPR, article 30), made of the comments of the schema and of the limits of the code.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::rules::{LINK_SECONDS, Months};
use crate::http::limits::REPLAY_DAYS;
use crate::store::open::SCHEMA;

/// What stands between the two languages of one text.
type Both = (&'static str, &'static str);

/// Whom something is kept about, as the schema says it.
const PEOPLE: &[(&str, Both)] = &[
    ("volunteer", ("Volunteers and trainers", "Bénévoles et intervenants")),
    ("contact", ("Contacts of structures, farmers", "Contacts des structures, exploitants")),
    ("holder", ("Holders of accounts", "Titulaires de comptes")),
    ("anyone", ("Whoever is named in free text", "Toute personne nommée dans un texte libre")),
];

/// A column that tells something of a person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Column {
    /// Whom it tells of: a word of [`PEOPLE`].
    pub who: String,
    /// What it tells, in English and French.
    pub what: (String, String),
    /// How long it is kept: a word of [`kept`].
    pub kept: String,
    /// `table.column`
    pub name: String,
}

/// A text column that the schema says nothing about, or a mark that cannot be read.
pub type Unclear = String;

/// The columns that the schema marks as personal, in its order; and what it leaves unclear.
#[must_use]
pub fn columns(schema: &str) -> (Vec<Column>, Vec<Unclear>) {
    let (mut personal, mut unclear) = (Vec::new(), Vec::new());
    let mut not_personal: BTreeSet<&str> = BTreeSet::new();
    for block in schema.split("\n\n") {
        let Some((head, body)) = block.split_once("create table ") else { continue };
        let table = body.split_whitespace().next().unwrap_or_default();
        not_personal.clear();
        for line in head.lines().filter_map(|line| line.strip_prefix("-- Not personal: ")) {
            not_personal.extend(line.trim_end_matches('.').split(", "));
        }
        for line in body.lines() {
            let mut words = line.split_whitespace();
            let (Some(column), Some(kind)) = (words.next(), words.next()) else { continue };
            if !line.starts_with("  ") || !["text", "blob", "integer"].contains(&kind.trim_end_matches(',')) {
                continue;
            }
            let name = format!("{table}.{column}");
            match line.split_once("-- personal: ") {
                Some((_, mark)) => match read(mark, &name) {
                    Some(column) => personal.push(column),
                    None => unclear.push(name),
                },
                None if kind.starts_with("text") && !not_personal.contains(column) && !is_closed(body, column) => {
                    unclear.push(name);
                }
                None => {}
            }
        }
    }
    (personal, unclear)
}

/// `who; what | quoi; kept: how long`
fn read(mark: &str, name: &str) -> Option<Column> {
    let mut parts = mark.split("; ");
    let (who, what, kept) = (parts.next()?, parts.next()?, parts.next()?.strip_prefix("kept: ")?);
    let (english, french) = what.split_once(" | ")?;
    let known = PEOPLE.iter().any(|(word, _)| *word == who) && parts.next().is_none() && self::kept(kept).is_some();
    let what = (english.to_owned(), french.to_owned());
    known.then(|| Column { who: who.to_owned(), what, kept: kept.to_owned(), name: name.to_owned() })
}

/// True for a day, and for a word of a list that a constraint closes.
fn is_closed(body: &str, column: &str) -> bool {
    [format!("({column} in ("), format!(" {column} in ("), format!("date({column}) is {column}")]
        .iter()
        .any(|check| body.contains(check.as_str()))
}

/// How long something is kept, in English and French, with the reason.
fn kept(word: &str) -> Option<(String, String)> {
    let (person, text) = (Months::PERSON.count(), Months::TEXT.count());
    let days = LINK_SECONDS / 86_400;
    let (english, french) = match word {
        "person" => (
            format!("{person} months after the last line that names them, unless the structure says otherwise (who has \
                     given nothing for three years is no longer a volunteer); sooner when they ask"),
            format!("{person} mois après la dernière ligne qui les nomme, sauf autre choix de la structure (qui n'a rien \
                     donné depuis trois ans n'est plus bénévole) ; plus tôt sur demande"),
        ),
        "text" => (
            format!("{text} months, unless the structure says otherwise (until the accounts of the year after are \
                     approved)"),
            format!("{text} mois, sauf autre choix de la structure (jusqu'à l'approbation des comptes de l'année \
                     suivante)"),
        ),
        "answers" => (
            format!("{REPLAY_DAYS} days (a phone may have been off for a year)"),
            format!("{REPLAY_DAYS} jours (un téléphone a pu rester éteint un an)"),
        ),
        "link" => (format!("{days} days"), format!("{days} jours")),
        "session" => ("until the session is over".to_owned(), "jusqu'à la fin de la session".to_owned()),
        "structure" => (
            "as long as the structure takes part".to_owned(),
            "tant que la structure participe".to_owned(),
        ),
        "account" => (
            "until the account is erased".to_owned(),
            "jusqu'à l'effacement du compte".to_owned(),
        ),
        "changed" => (
            "until the structure changes or erases it".to_owned(),
            "jusqu'à ce que la structure le modifie ou l'efface".to_owned(),
        ),
        "audit" => (
            "as long as the database: the trail proves who gave rights and who erased what, so nobody may shorten it; it \
             holds bare ids, no name, no address"
                .to_owned(),
            "autant que la base : la piste prouve qui a donné des droits et qui a effacé quoi, nul ne peut donc \
             l'abréger ; elle ne contient que des identifiants nus, ni nom ni adresse"
                .to_owned(),
        ),
        "ledger" => (
            "as long as the ledger, as the bare id of an account".to_owned(),
            "autant que le registre, sous forme d'identifiant nu de compte".to_owned(),
        ),
        _ => return None,
    };
    Some((english, french))
}

/// Heading and text of the sections that no schema can tell.
const BEFORE: &[(Both, Both)] = &[
    (
        ("Who answers for it", "Responsable du traitement"),
        (
            "Each structure, for the people it knows. Whoever runs the machine is its processor (article 28), and the \
             controller of the accounts. To be filled in: name and address of the structure, of the operator, and of the \
             data protection officer if there is one.",
            "Chaque structure, pour les personnes qu'elle connaît. Qui exploite la machine est son sous-traitant (article \
             28), et le responsable pour les comptes. À compléter : nom et coordonnées de la structure, de l'exploitant \
             et, le cas échéant, du délégué à la protection des données.",
        ),
    ),
    (
        ("What it is for", "Finalités"),
        (
            "To record what structures lend, give and teach one another; to draw up their yearly summaries and the note \
             on voluntary contributions in kind; to lend equipment; to keep the service safe. Legal basis: the legitimate \
             interest of the structure (article 6(1)(f)), a legal duty for the accounts (6(1)(c)), the person's consent \
             to be named to other structures (6(1)(a)).",
            "Enregistrer ce que les structures se prêtent, se donnent et s'apprennent ; établir leurs bilans annuels et \
             l'annexe sur les contributions volontaires en nature ; prêter du matériel ; protéger le service. Base \
             légale : l'intérêt légitime de la structure (article 6.1.f), l'obligation légale pour les comptes (6.1.c), \
             le consentement de la personne à être nommée auprès d'autres structures (6.1.a).",
        ),
    ),
];

/// The same, after the table of what is kept.
const AFTER: &[(Both, Both)] = &[
    (
        ("Who receives it", "Destinataires"),
        (
            "Those who have a role in the person's own structure. Other structures see that hours were given, never by \
             whom, unless the person agreed to be named beside a skill. Nobody else; nothing leaves the European Union by \
             the doing of this program.",
            "Les personnes ayant un rôle dans la structure de l'intéressé. Les autres structures voient que des heures ont \
             été données, jamais par qui, sauf accord de la personne pour être nommée à côté d'une compétence. Personne \
             d'autre ; ce programme ne transfère rien hors de l'Union européenne.",
        ),
    ),
    (
        ("Rights of people", "Droits des personnes"),
        (
            "To see, take along, correct and erase what is kept about them: through their account, through a link made by \
             their structure, or through a manager. Erasure is for ever; quantities stay, with nobody on them. A name \
             that was typed as an activity stands in the ledger and cannot be erased from it.",
            "Voir, emporter, corriger et effacer ce qui est gardé sur elles : par leur compte, par un lien remis par leur \
             structure, ou par un gestionnaire. L'effacement est définitif ; les quantités restent, sans personne dessus. \
             Un nom saisi comme activité figure dans le registre et ne peut pas en être effacé.",
        ),
    ),
    (
        ("How it is protected", "Mesures de sécurité"),
        (
            "Roles checked in the transaction of each act; Argon2id for passwords; digests alone of tokens and links; an \
             append-only trail of acts that touch security; a file that only the system account of the service reads; \
             deleted bytes overwritten, the file rewritten every night when something was erased; no name and no address \
             in the log. Backups are the operator's: what is erased stays in them until they are replaced.",
            "Rôles vérifiés dans la transaction de chaque acte ; Argon2id pour les mots de passe ; seules les empreintes \
             des jetons et des liens ; piste d'audit en ajout seul ; fichier lisible par le seul compte système du \
             service ; octets effacés recouverts, fichier réécrit chaque nuit où quelque chose a été effacé ; ni nom ni \
             adresse dans le journal. Les sauvegardes relèvent de l'exploitant : ce qui est effacé y reste jusqu'à leur \
             remplacement.",
        ),
    ),
];

/// The register as Markdown, in French or in English.
#[must_use]
pub fn print(french: bool) -> String {
    let say = |(english, in_french): Both| if french { in_french } else { english };
    let mut text = format!("# {}\n", say(("Register of processing", "Registre des activités de traitement")));
    let section = |text: &mut String, (heading, body): (Both, Both)| {
        // Writing to a string cannot fail.
        let _infallible = write!(text, "\n## {}\n\n{}\n", say(heading), say(body));
    };
    for part in BEFORE {
        section(&mut text, *part);
    }
    let head = say((
        "\n## What is kept\n\n| What | For how long | Where |\n| --- | --- | --- |\n",
        "\n## Données et durées de conservation\n\n| Donnée | Durée | Où |\n| --- | --- | --- |\n",
    ));
    let (personal, _) = columns(SCHEMA);
    for (who, called) in PEOPLE {
        let _infallible = write!(text, "{}", head.replace("\n\n|", &format!(" · {}\n\n|", say(*called))));
        for column in personal.iter().filter(|column| column.who == *who) {
            let (what, kept) = (&column.what, kept(&column.kept).unwrap_or_default());
            let (what, kept) = if french { (&what.1, kept.1) } else { (&what.0, kept.0) };
            let _infallible = writeln!(text, "| {what} | {kept} | `{}` |", column.name);
        }
    }
    for part in AFTER {
        section(&mut text, *part);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_column_of_the_schema_says_whether_it_is_personal() {
        let (personal, unclear) = columns(SCHEMA);
        let told = "write `-- personal: who; what | quoi; kept: how long` beside the column, or `-- Not personal: column.` \
                    above its table";
        assert!(unclear.is_empty(), "{told}: {unclear:?}");
        assert!(personal.len() > 30, "{}", personal.len());
    }

    #[test]
    fn a_column_that_says_nothing_is_unclear_and_so_is_a_mark_that_cannot_be_read() {
        let schema = "-- Not personal: a.\ncreate table t (\n  a text,\n  b text not null,\n  c text,\n  d text, -- personal: \
                      volunteer; name | nom; kept: person\n  e text, -- personal: nobody; x | y; kept: person\n  \
                      constraint c_known check (c in ('x'))\n) strict;\n\ncreate table u (\n  a text\n) strict;\n";
        let (personal, unclear) = columns(schema);
        assert_eq!(personal.iter().map(|column| column.name.as_str()).collect::<Vec<_>>(), ["t.d"]);
        assert_eq!(unclear, ["t.b", "t.e", "u.a"]);
    }

    #[test]
    fn the_register_names_everybody_and_every_personal_column_in_both_languages() {
        for french in [true, false] {
            let text = print(french);
            for column in columns(SCHEMA).0 {
                assert!(
                    text.contains(&column.name) && text.contains(if french { &column.what.1 } else { &column.what.0 })
                );
            }
        }
        assert!(print(true).contains("Responsable du traitement"));
    }
}
