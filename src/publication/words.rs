//! The words of a data package, in French and English: both, for it goes where nobody asks for a language. Pure.

use super::package::Published;

/// The title of the table.
pub const TABLE: &str = "Contributions par mois, nature et catégorie / Contributions by month, kind and category";

/// What the package is.
pub const DESCRIPTION: &str = "Ce que des structures rurales se prêtent, se donnent et s’apprennent sans argent : \
    sommes publiées par le choix de leurs membres. Chaque contribution est dans une seule ligne ; une ligne réunit au \
    moins cinq contributions ; aucune personne n’y figure. / What rural structures lend, give and teach one another \
    without money: sums that their members chose to publish. Each contribution is in one row; a row rests on five \
    contributions at least; no person is in it.";

/// What goes with the data.
pub const LICENCE: &str = "# Licence Ouverte 2.0 / Open Licence 2.0 (etalab-2.0)

Ces données sont placées sous la Licence Ouverte 2.0 d’Etalab. Vous pouvez les copier, les diffuser, les adapter et les
exploiter, y compris commercialement, à condition d’en mentionner la source (voir « sources » dans datapackage.json) et
la date de dernière mise à jour (« created »). Elles sont fournies sans garantie.

This data is under the Open Licence 2.0 of Etalab. You may copy, share, adapt and use it, commercially too, as long as
you name its source (“sources” in datapackage.json) and the date of its last update (“created”). It comes without
warranty.

<https://spdx.org/licenses/etalab-2.0.html>
<https://www.etalab.gouv.fr/licence-ouverte-open-licence/>
";

/// What each field is.
const FIELDS: &[(&str, &str)] = &[
    ("year", "Année où l’acte a commencé / Year in which the act began"),
    ("month", "Mois, 1 à 12 ; vide : plusieurs mois réunis / Month, 1 to 12; empty: several months together"),
    (
        "kind",
        "Nature : matériel prêté, lieu prêté, heures de bénévolat, savoir-faire transmis par un bénévole, par un salarié ; \
         vide : plusieurs réunies / Kind: a thing lent, a place lent, volunteer hours, a skill passed on by a volunteer, \
         by paid staff; empty: several together",
    ),
    (
        "category",
        "Catégorie de matériel, activité ou savoir-faire, dans les mots des membres ; vide : plusieurs réunies / Category \
         of equipment, activity or skill, in the members’ words; empty: several together",
    ),
    ("contributions", "Contributions non contestées / Contributions that nobody contests"),
    ("confirmed", "Dont confirmées par toutes les parties / Of which confirmed by every party"),
    ("estimated", "Dont la quantité est estimée selon une règle / Of which the quantity is estimated by a rule"),
    (
        "unmeasured",
        "Dont la durée n’est pas connue : absentes de minutes et item_days / Of which the duration is not known: not in \
         minutes or item_days",
    ),
    ("minutes", "Minutes de temps humain / Minutes of human time"),
    ("item_days", "Jours-objets : pièces × jours de prêt / Item-days: pieces × days lent"),
    ("occasions", "Nombre de fois / How many times"),
    ("participants", "Personnes ayant reçu un savoir-faire / People who received a skill"),
];

/// What a field is.
#[must_use]
pub fn field(name: &str) -> &'static str {
    FIELDS.iter().find(|(known, _)| *known == name).map_or("", |(_, description)| description)
}

/// What the package is called.
#[must_use]
pub fn title(cooperation: &str) -> String {
    format!("{cooperation} : contributions en nature / {cooperation}: contributions in kind")
}

/// What is named as the source.
#[must_use]
pub fn source(published: &Published) -> String {
    format!("Registre Navette de la démarche / Navette ledger of the cooperation “{}”", published.cooperation)
}

/// For people.
#[must_use]
pub fn readme(published: &Published) -> String {
    let Published { cooperation, coverage, head, .. } = published;
    let named = published.members.iter().filter(|member| member.publishes);
    let named: Vec<String> = named.map(|member| format!("- {}\n", member.name)).collect();
    let named = named.concat();
    let fields: Vec<String> = FIELDS.iter().map(|(name, what)| format!("- `{name}` : {what}\n")).collect();
    let fields = fields.concat();
    let (structures, all, percent, few) =
        (coverage.structures, coverage.of_structures, coverage.percent, coverage.too_few);
    format!(
        "# {cooperation}

## En français

Ce que les structures de cette démarche de coopération se prêtent, se donnent et s’apprennent sans argent, tel que leurs
responsables ont choisi de le publier.

- `contributions.csv` : le tableau ; `datapackage.json` le décrit pour les programmes (Frictionless Data Package).
- Seules y figurent les contributions dont toutes les structures publient : {structures} structures sur {all}, soit
  environ {percent} % des contributions non contestées (arrondi à 5 % près, pour ne rien dire des autres).
- Une ligne réunit au moins cinq contributions. Ce qui est trop peu est réuni par mois et nature, puis par année et
  nature, puis par année : les cases vides disent ce qui est réuni. Trop peu pour toute ligne : {few}.
- Les unités ne s’additionnent pas entre elles. Aucune personne n’est nommée ni comptée à part.
- Chaque structure peut revenir sur son choix : le paquet suivant ne la contient plus. Ce qui a été téléchargé le reste.
- Tête du registre : `{head}`.

## In English

What the structures of this cooperation lend, give and teach one another without money, as their managers chose to
publish it.

- `contributions.csv`: the table; `datapackage.json` describes it for programs (Frictionless Data Package).
- Only contributions all of whose structures publish are in it: {structures} structures of {all}, about {percent}% of
  the contributions that nobody contests (rounded to 5%, so as to tell nothing of the others).
- A row rests on five contributions at least. What is too little is put together by month and kind, then by year and
  kind, then by year: empty cells say what is together. Too few for any row: {few}.
- Units are never added to one another. No person is named, or counted alone.
- Each structure may take its choice back: the next package is without it. What was downloaded stays so.
- Head of the ledger: `{head}`.

## Structures

{named}
## contributions.csv

{fields}"
    )
}
