//! What each figure is called and what it says, in plain words: it describes, and neither ranks nor blames.

use super::real::Decimal;
use super::rules::{Figure, Reason};
use crate::http::words::Language;

/// Every figure there is, in the order in which they are told.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, strum::IntoStaticStr, strum::EnumIter,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[expect(missing_docs, reason = "each is said in words below, in two languages")]
pub enum Code {
    SiloIndex,
    SiloIndexOfTies,
    SiloIndexOfStructures,
    SiloIndexOfGroup,
    Assortativity,
    Modularity,
    GiverConcentration,
    EffectiveGivers,
    GiversOfHalf,
    GiverGini,
    TruckFactor,
    PersonConcentration,
    EffectivePeople,
    PeopleOfHalf,
    PersonTruckFactor,
    Parts,
    ArticulationPoints,
    BridgesCoordinator,
    BridgesItinerant,
    BridgesGatekeeper,
    BridgesRepresentative,
    BridgesLiaison,
    LiaisonShare,
    BetweennessCentralisation,
    Reciprocity,
    ReciprocityBeyondChance,
    ReciprocityByQuantity,
    NetOverGross,
    ReciprocityAcrossKinds,
    Concordance,
    ConfirmationDelay,
    CoordinationShare,
    CoordinationConcentration,
    CoordinationPersonConcentration,
    CoordinationPerNewTie,
    EquipmentUse,
    BorrowerConcentration,
    UpkeepPerDayLent,
    ParticipationEvenness,
    ParticipatingStructures,
    SmallCommunesShare,
}

/// What a value counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, strum::IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Measure {
    /// From −1 to 1.
    Index,
    /// From 0 to 1.
    Share,
    /// Structures.
    Structures,
    /// People.
    People,
    /// Parts of a network.
    Parts,
    /// Ways through somebody.
    Ways,
    /// Hours.
    Hours,
    /// Hours for each new tie.
    HoursPerTie,
    /// Hours for each item-day.
    HoursPerItemDay,
}

/// Of one figure: what it counts, and its sentence in French and in English. `{v}` is the value, `{%}` the value in
/// hundredths, `{r}` what it is held against, `{r%}` that in hundredths.
struct Said {
    measure: Measure,
    fr: &'static str,
    en: &'static str,
}

const fn said(measure: Measure, fr: &'static str, en: &'static str) -> Said {
    Said { measure, fr, en }
}

/// The silo figures, and those of dependence.
#[rustfmt::skip]
fn of_groups(code: Code) -> Option<Said> {
    use Measure::{Index, People, Share, Structures};
    Some(match code {
        Code::SiloIndex => said(Index,
            "Indice de ce qui circule entre groupes : {v} (−1 : tout reste à l'intérieur des groupes ; 1 : tout passe de l'un à l'autre). Des groupes de ces tailles, sans affinité aucune, donneraient {r}.",
            "Index of what crosses between groups: {v} (−1: all stays within groups; 1: all crosses). Groups of these sizes with no leaning at all would give {r}."),
        Code::SiloIndexOfTies => said(Index,
            "Le même indice, chaque lien compté une fois quelle que soit la quantité : {v}, pour {r} attendu au hasard.",
            "The same index with each tie counted once, however much flows: {v}, where chance would give {r}."),
        Code::SiloIndexOfStructures => said(Index,
            "Le même indice, en moyenne des structures, chacune comptant autant, petite ou grande : {v}, pour {r} attendu au hasard.",
            "The same index as the mean of the structures, small and large alike: {v}, where chance would give {r}."),
        Code::SiloIndexOfGroup => said(Index,
            "Pour ce groupe : {v} (−1 : il échange en son sein seulement ; 1 : avec les autres seulement).",
            "Of this group: {v} (−1: it exchanges within itself only; 1: with others only)."),
        Code::Assortativity => said(Index,
            "Tendance à échanger au sein de son groupe, au-delà de ce que le volume de chacun explique : {v} (0 : le groupe ne compte pas ; 1 : chacun reste chez soi).",
            "Leaning to exchange within one's own group, beyond what each group's volume explains: {v} (0: groups do not matter; 1: everyone keeps to their own)."),
        Code::Modularity => said(Index,
            "Part de ce qui circule qui reste dans les groupes au-delà du hasard : {v}.",
            "Share of what flows that stays within groups beyond chance: {v}."),
        Code::GiverConcentration => said(Share,
            "Concentration de ce qui est donné : {v} (1 : une seule structure donne tout). À lire avec les deux chiffres qui suivent.",
            "Concentration of what is given: {v} (1: one structure gives all). To be read with the two figures that follow."),
        Code::EffectiveGivers => said(Structures,
            "Ce qui est donné est partagé comme si {v} structures donnaient chacune autant ; {r} donnent.",
            "What is given is shared as if {v} structures gave alike; {r} give."),
        Code::GiversOfHalf => said(Structures,
            "Plus de la moitié de ce qui est donné l'est par {v} structures, sur {r} qui donnent.",
            "More than half of what is given comes from {v} structures, of {r} that give."),
        Code::GiverGini => said(Share,
            "Inégalité de ce qui est donné : {v} (0 : toutes donnent autant). Ne se lit jamais seule : une structure unique donne 0.",
            "Inequality of what is given: {v} (0: all give alike). Never read alone: a single structure gives 0."),
        Code::TruckFactor => said(Structures,
            "Si {v} structures s'arrêtaient, plus de la moitié des {r} savoir-faire, types de matériel et communes servies n'auraient plus personne.",
            "If {v} structures stopped, more than half of the {r} skills, kinds of equipment and communes served would have nobody left."),
        Code::PersonConcentration => said(Share,
            "Concentration des heures entre les personnes, sans dire lesquelles : {v} (1 : une seule personne porte tout).",
            "Concentration of hours among people, without saying who: {v} (1: one person carries all)."),
        Code::EffectivePeople => said(People,
            "Les heures sont portées comme si {v} personnes donnaient chacune autant ; {r} en donnent.",
            "Hours are carried as if {v} people gave alike; {r} give some."),
        Code::PeopleOfHalf => said(People,
            "Plus de la moitié des heures repose sur {v} personnes, sur {r} : un relais se prépare avant d'en avoir besoin.",
            "More than half of the hours rests on {v} people, of {r}: a relay is best prepared before it is needed."),
        Code::PersonTruckFactor => said(People,
            "Si {v} personnes s'arrêtaient, plus de la moitié des {r} savoir-faire et matériels suivis n'auraient plus personne.",
            "If {v} people stopped, more than half of the {r} skills and things looked after would have nobody left."),
        _ => return None,
    })
}

/// The figures of bridges and of reciprocity.
#[rustfmt::skip]
fn of_ways(code: Code) -> Option<Said> {
    use Measure::{Index, Parts, Share, Structures, Ways};
    Some(match code {
        Code::Parts => said(Parts,
            "Morceaux du réseau entre lesquels rien ne circule : {v} (1 : tout se tient).",
            "Parts of the network between which nothing flows: {v} (1: it all hangs together)."),
        Code::ArticulationPoints => said(Structures,
            "Structures qui tiennent seules un bout du réseau, et sans lesquelles il se séparerait : {v}.",
            "Structures that alone hold a part of the network, which would come apart without them: {v}."),
        Code::BridgesCoordinator => said(Ways,
            "Relais à l'intérieur d'un groupe, entre deux structures qui ne se donnent rien directement : {v}.",
            "Relays within one group, between two structures with no direct link: {v}."),
        Code::BridgesItinerant => said(Ways,
            "Relais entre deux structures d'un groupe par une structure d'un autre : {v}.",
            "Relays between two structures of one group through one of another: {v}."),
        Code::BridgesGatekeeper => said(Ways,
            "Relais par lesquels un groupe reçoit du dehors : {v}.",
            "Relays through which a group receives from outside: {v}."),
        Code::BridgesRepresentative => said(Ways,
            "Relais par lesquels un groupe donne au dehors : {v}.",
            "Relays through which a group gives to the outside: {v}."),
        Code::BridgesLiaison => said(Ways,
            "Relais entre deux groupes par un troisième : {v}.",
            "Relays between two groups through a third: {v}."),
        Code::LiaisonShare => said(Share,
            "{%} % des relais joignent trois groupes. Là où une animation réussit, cette part baisse avec les années : les liens deviennent directs.",
            "{%}% of relays join three groups. Where facilitation succeeds, this share falls over the years: links become direct."),
        Code::BetweennessCentralisation => said(Share,
            "Dépendance des chemins envers un seul passage : {v} (0 : aucun passage obligé ; 1 : tout passe par une structure).",
            "How far ways depend on one passage: {v} (0: on none; 1: all run through one structure)."),
        Code::Reciprocity => said(Share,
            "{%} % des liens sont rendus directement. Un don n'est pas une dette : dans une étude réelle de 5 053 actes, {r%} % l'étaient.",
            "{%}% of links are answered directly. A gift is not a debt: in one real study of 5,053 acts, {r%}% were."),
        Code::ReciprocityBeyondChance => said(Index,
            "Réciprocité au-delà du hasard : {v} (0 : comme au hasard ; au-dessus : on se rend plus souvent).",
            "Reciprocity beyond chance: {v} (0: as by chance; above: more is answered)."),
        Code::ReciprocityByQuantity => said(Share,
            "{%} % de ce qui circule revient entre les deux mêmes structures.",
            "{%}% of what flows flows back between the same two structures."),
        Code::NetOverGross => said(Share,
            "Ce que chacune donne et reçoit, mis en regard, laisse un écart de {%} % (0 : chacune reçoit autant qu'elle donne). Ce n'est pas un solde.",
            "Set side by side, what each gives and receives leaves a difference of {%}% (0: each receives as much as it gives). It is no balance to be paid."),
        Code::ReciprocityAcrossKinds => said(Share,
            "{%} % des liens sont rendus par autre chose : un prêt par des heures, des heures par un savoir-faire.",
            "{%}% of links are answered by something else: a loan by hours, hours by a skill."),
        _ => return None,
    })
}

/// The figures of concordance, coordination, the commons and equal voice.
#[rustfmt::skip]
fn of_care(code: Code) -> Said {
    use Measure::{Hours, HoursPerItemDay, HoursPerTie, Share};
    match code {
        Code::Concordance => said(Share,
            "{%} % des lignes sont confirmées par les deux côtés. Le silence ne confirme rien : ce n'est pas un reproche.",
            "{%}% of lines are confirmed by both sides. Silence confirms nothing: that is no reproach."),
        Code::ConfirmationDelay => said(Hours,
            "La moitié des confirmations vient en {v} heures au plus.",
            "Half of the confirmations come within {v} hours."),
        Code::CoordinationShare => said(Share,
            "{%} % des heures vont à la coordination : un travail que l'on ne voit que s'il est compté.",
            "{%}% of hours go into coordination: work that is seen only when it is counted."),
        Code::CoordinationConcentration => said(Share,
            "Concentration de la coordination entre les structures : {v} (1 : une seule la porte).",
            "Concentration of coordination among structures: {v} (1: one carries it)."),
        Code::CoordinationPersonConcentration => said(Share,
            "Concentration de la coordination entre les personnes, sans dire lesquelles : {v} (1 : une seule la porte).",
            "Concentration of coordination among people, without saying who: {v} (1: one carries it)."),
        Code::CoordinationPerNewTie => said(HoursPerTie,
            "{v} heures de coordination pour chaque lien nouveau entre deux groupes.",
            "{v} hours of coordination for each new tie between two groups."),
        Code::EquipmentUse => said(Share,
            "Le matériel proposé est dehors {%} % des jours où il pourrait l'être.",
            "The equipment on offer is out on {%}% of the days on which it could be."),
        Code::BorrowerConcentration => said(Share,
            "Concentration des emprunts : {v} (1 : une seule structure emprunte tout), en nombre de fois.",
            "Concentration of borrowing: {v} (1: one structure borrows all), by the number of times."),
        Code::UpkeepPerDayLent => said(HoursPerItemDay,
            "{v} heures d'entretien pour chaque jour de prêt d'un matériel.",
            "{v} hours of upkeep for each day that a thing is lent."),
        Code::ParticipationEvenness => said(Share,
            "Égalité de la participation, ce qui est donné et reçu ensemble : {v} (1 : toutes prennent part autant).",
            "Evenness of taking part, giving and receiving together: {v} (1: all take part alike)."),
        Code::ParticipatingStructures => said(Share,
            "{%} % des structures membres ont donné ou reçu, chacune comptant autant.",
            "{%}% of member structures gave or received, each counting alike."),
        _ => said(Share,
            "{%} % de ce que donnent les structures dont la commune est connue vient de communes de moins de 2 000 habitants, où sont {r%} % de ces structures.",
            "{%}% of what structures of known communes give comes from communes under 2,000 inhabitants, where {r%}% of these structures are."),
    }
}

fn of(code: Code) -> Said {
    of_groups(code).or_else(|| of_ways(code)).unwrap_or_else(|| of_care(code))
}

impl Code {
    /// What its value counts.
    #[must_use]
    pub fn measure(self) -> Measure {
        of(self).measure
    }
}

/// Why a figure is not there, in words.
#[rustfmt::skip]
fn because(reason: Reason) -> (&'static str, &'static str) {
    match reason {
        Reason::NoFlow => ("rien n'a circulé entre structures dans cette période et cette unité", "nothing flowed between structures in this period and unit"),
        Reason::TooFewActors => ("trop peu de structures prennent part", "too few structures take part"),
        Reason::OneGroup => ("toutes les structures sont dans un seul groupe", "all structures are in one group"),
        Reason::TooFewPeople => ("moins de cinq personnes : un chiffre les désignerait", "fewer than five people: a figure would point at them"),
        Reason::NothingConfirmed => ("rien n'est confirmé par les deux côtés", "nothing is confirmed by both sides"),
        Reason::NoHours => ("aucune heure n'est enregistrée", "no hours are recorded"),
        Reason::NoNewTie => ("aucun lien nouveau entre deux groupes, ou pas de période avant", "no new tie between two groups, or no period before"),
        Reason::NoEquipment => ("aucun matériel n'est proposé, ou aucun jour de prêt n'est connu", "no equipment is on offer, or no days of loans are known"),
        Reason::NoTableOfCommunes => ("la table des communes est vide ; l’exploitant la charge avec `navette communes FICHIER`", "the table of communes is empty; the operator loads it with `navette communes FILE`"),
        Reason::NotKnown => ("aucune structure qui donne n’est dans une commune de la table des communes", "no structure that gives is in a commune of the table of communes"),
        Reason::Undefined => ("la question n'a pas de réponse ici : toutes les réponses possibles seraient les mêmes", "the question has no answer here: every possible answer would be the same"),
        Reason::TooLarge => ("le réseau est trop grand pour être calculé sur le champ", "the network is too large to be worked out on the spot"),
    }
}

/// What a figure says here.
#[must_use]
pub fn sentence(figure: &Figure, language: Language) -> String {
    let said = of(figure.code);
    let (text, mark) = match language {
        Language::Fr => (said.fr, ','),
        Language::En => (said.en, '.'),
    };
    let value = match figure.value {
        Ok(value) => value,
        Err(reason) => {
            let (fr, en) = because(reason);
            return match language {
                Language::Fr => format!("Pas de réponse : {fr}."),
                Language::En => format!("No answer: {en}."),
            };
        }
    };
    let hundredths = |value: Decimal| value.times(100).text(2, mark);
    let mut text = text.replace("{v}", &value.text(3, mark)).replace("{%}", &hundredths(value));
    if let Some((_, reference)) = figure.reference {
        text = text.replace("{r}", &reference.text(3, mark)).replace("{r%}", &hundredths(reference));
    }
    match figure.chance {
        Some(chance) => format!("{text} {}", of_chance(figure, value, chance, language)),
        None => text,
    }
}

/// Whether chance alone would explain it: one in twenty is the custom of the field.
fn of_chance(figure: &Figure, value: Decimal, chance: Decimal, language: Language) -> &'static str {
    let unlikely = Decimal::ratio(1, 20).is_some_and(|limit| chance <= limit);
    let inward = figure.reference.is_some_and(|(_, reference)| value < reference);
    match (unlikely, inward, language) {
        (false, _, Language::Fr) => "Le hasard seul suffirait à l'expliquer.",
        (false, _, Language::En) => "Chance alone would explain it.",
        (true, true, Language::Fr) => "On échange au sein des groupes plus que le hasard ne l'explique.",
        (true, true, Language::En) => "More stays within groups than chance explains.",
        (true, false, Language::Fr) => "On échange entre groupes plus que le hasard ne l'explique.",
        (true, false, Language::En) => "More crosses between groups than chance explains.",
    }
}

/// What would change without a structure: said so that others can prepare.
#[must_use]
pub fn departure(name: &str, share: Option<Decimal>, domains_alone: usize, more_parts: usize) -> [String; 2] {
    let hundredths = |mark| share.map_or_else(String::new, |share| share.times(100).text(1, mark));
    let mut fr = vec![format!("{name} prend part à {} % de ce qui circule.", hundredths(','))];
    let mut en = vec![format!("{name} takes part in {}% of what flows.", hundredths('.'))];
    if domains_alone > 0 {
        fr.push(format!("Savoir-faire, matériels ou communes que personne d'autre n'a suivis : {domains_alone}."));
        en.push(format!("Skills, things or communes that nobody else looked after: {domains_alone}."));
    }
    if more_parts > 0 {
        fr.push(format!("Sans elle, morceaux de plus dans le réseau : {more_parts}."));
        en.push(format!("Without it, further parts of the network: {more_parts}."));
    }
    if more_parts == 0 {
        fr.push("Sans elle, ce qui se tient se tiendrait encore.".to_owned());
        en.push("Without it, what hangs together still would.".to_owned());
    }
    [fr.join(" "), en.join(" ")]
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator as _;

    use super::*;
    use crate::indicator::rules::Against;

    #[test]
    fn every_figure_and_every_reason_has_its_sentence_in_both_languages() {
        for code in Code::iter() {
            let half = Decimal::ratio(1, 2).unwrap();
            let reference = Some((Against::All, half));
            let figure = Figure { code, group: None, value: Ok(half), reference, chance: Some(half), flows: 1 };
            for language in [Language::Fr, Language::En] {
                let text = sentence(&figure, language);
                assert!(text.ends_with('.') && !text.contains('{'), "{code:?}: {text}");
            }
            assert!(sentence(&figure, Language::Fr) != sentence(&figure, Language::En));
        }
        for reason in Reason::iter() {
            let figure = Figure {
                code: Code::SiloIndex,
                group: None,
                value: Err(reason),
                reference: None,
                chance: None,
                flows: 0,
            };
            assert!(sentence(&figure, Language::Fr).starts_with("Pas de réponse : "), "{reason:?}");
            assert!(sentence(&figure, Language::En).starts_with("No answer: "), "{reason:?}");
        }
    }
}
