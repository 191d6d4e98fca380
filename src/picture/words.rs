//! How pictures speak, in French or English: units, kinds, groups, and what each picture says. Pure.

use std::collections::BTreeSet;

use super::rules::{Node, Party, Unit};
use crate::calendar::rules::Period;
use crate::http::words::Language;
use crate::id::Id;
use crate::ledger::rules::Kind;
use crate::paper::words::{self, grouped, say};
use crate::structure::rules::Kind as StructureKind;

/// The kinds of structure, in the order in which their groups stand.
const KINDS: [StructureKind; 11] = [
    StructureKind::Association,
    StructureKind::Commune,
    StructureKind::Intercommunality,
    StructureKind::Farm,
    StructureKind::Cuma,
    StructureKind::Cooperative,
    StructureKind::Msa,
    StructureKind::School,
    StructureKind::Company,
    StructureKind::Informal,
    StructureKind::Other,
];

/// The kinds of flow, from the foot of a bar upwards.
pub const FLOWS: [Kind; 5] =
    [Kind::Equipment, Kind::Premises, Kind::VolunteerHours, Kind::SkillByVolunteer, Kind::SkillByStaff];

/// The groups of a picture: their names, and which structure is in which.
#[derive(Debug, Clone)]
pub struct Marks {
    /// Their names, in their order.
    pub names: Vec<String>,
    /// Who belongs to the first ones; nobody is listed when kinds decide.
    members: Vec<BTreeSet<Id>>,
}

impl Marks {
    /// One group for each kind of structure.
    #[must_use]
    pub fn by_kind(language: Language) -> Self {
        let kind = |kind| words::kind(language, kind).unwrap_or_else(|| say(language, "autre", "other")).to_owned();
        Self { names: KINDS.map(kind).into_iter().chain([outside(language)]).collect(), members: Vec::new() }
    }

    /// One group for each of these cooperations, one for whoever is in none. Who is in several stands in the first.
    #[must_use]
    pub fn by_members(language: Language, groups: Vec<(String, BTreeSet<Id>)>) -> Self {
        let (mut names, members): (Vec<String>, Vec<_>) = groups.into_iter().unzip();
        names.push(say(language, "dans aucun de ces groupes", "in none of these groups").to_owned());
        names.push(outside(language));
        Self { names, members }
    }

    /// The group of a structure.
    #[must_use]
    pub fn group_of(&self, structure: Id, kind: StructureKind) -> usize {
        if self.members.is_empty() {
            return KINDS.iter().position(|known| *known == kind).unwrap_or(KINDS.len() - 1);
        }
        self.members.iter().position(|members| members.contains(&structure)).unwrap_or(self.members.len())
    }

    /// The group of those who are no structure, which is the last.
    #[must_use]
    pub fn nobody(&self) -> usize {
        self.names.len().saturating_sub(1)
    }
}

fn outside(language: Language) -> String {
    say(language, "bénévoles et commun", "volunteers and commons").to_owned()
}

/// What individual volunteers and the commons are called.
#[must_use]
pub fn nobody(language: Language, party: Party) -> &'static str {
    match party {
        Party::Commons => say(language, "le commun de la démarche", "the commons"),
        Party::Volunteers | Party::Structure(_) => say(language, "bénévoles individuels", "individual volunteers"),
    }
}

/// What a mark is called.
#[must_use]
pub fn name(language: Language, node: &Node, groups: &[String]) -> String {
    if node.parties == 1 {
        return node.name.clone();
    }
    let others = format!("{} {}", number(language, node.parties), say(language, "autres", "others"));
    let group = node.group.and_then(|group| groups.get(group));
    group.map_or_else(|| others.clone(), |group| format!("{others} ({group})"))
}

/// In what a picture counts.
#[must_use]
pub fn unit(language: Language, unit: Unit) -> &'static str {
    match unit {
        Unit::Minutes => say(language, "en heures et minutes", "in hours and minutes"),
        Unit::ItemDays => say(language, "en jours-matériel", "in item-days"),
        Unit::Occasions => say(language, "en nombre de fois", "in occasions"),
    }
}

/// So much of a unit, without its name; minutes as hours and minutes.
#[must_use]
pub fn amount(language: Language, unit: Unit, amount: i64) -> String {
    let number = |number| grouped(number, say(language, "\u{202f}", ","));
    match (unit, amount / 60, amount % 60) {
        (Unit::ItemDays | Unit::Occasions, ..) | (Unit::Minutes, 0, 0) => number(amount),
        (Unit::Minutes, 0, minutes) => format!("{minutes}\u{a0}min"),
        (Unit::Minutes, hours, 0) => format!("{}\u{a0}h", number(hours)),
        (Unit::Minutes, hours, minutes) => format!("{}\u{a0}h\u{a0}{minutes:02}", number(hours)),
    }
}

/// A number of marks.
#[must_use]
pub fn number(language: Language, number: usize) -> String {
    grouped(i64::try_from(number).unwrap_or(i64::MAX), say(language, "\u{202f}", ","))
}

/// A number of so many of something, with its plural.
#[must_use]
pub fn count(language: Language, number: usize, words: [&str; 2]) -> String {
    words::count(language, i64::try_from(number).unwrap_or(i64::MAX), words)
}

/// A period: a year, or from a day to a day.
#[must_use]
pub fn period(language: Language, period: Period) -> String {
    let (from, until) = (period.from, period.until);
    let starts = |day: crate::clock::Day| day.month() == 1 && day.date().day() == 1;
    if starts(from) && starts(until) && until.year() == from.year() + 1 {
        return from.year().to_string();
    }
    let last = crate::calendar::rules::shifted(until, -1);
    let (first, last) = (words::day(language, from), words::day(language, last));
    say(language, format!("du {first} au {last}"), format!("{first} to {last}"))
}

/// The short name of a month, 1–12.
#[must_use]
pub fn month(language: Language, month: u8) -> &'static str {
    const FR: [&str; 12] =
        ["janv.", "févr.", "mars", "avril", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."];
    const EN: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec"];
    say(language, FR, EN).get(usize::from(month).saturating_sub(1)).copied().unwrap_or_default()
}

/// What no picture holds, and why: contested lines, and those that nobody measured.
#[must_use]
pub fn left_out(language: Language, unmeasured: i64) -> String {
    let contested = say(
        language,
        "Ce qu’une partie conteste n’est pas compté\u{a0}; ce qui est déclaré et ce qui est confirmé le sont ensemble.",
        "What a party contests is not counted; what is declared and what is confirmed are counted together.",
    );
    if unmeasured == 0 {
        return contested.to_owned();
    }
    let words = say(
        language,
        ["contribution n’est pas comptée", "contributions ne sont pas comptées"],
        ["contribution is", "contributions are"],
    );
    let unmeasured = words::count(language, unmeasured, words);
    let why = say(
        language,
        format!("{unmeasured}, car personne n’en a noté la mesure."),
        format!("{unmeasured} left out, for nobody noted how much it was."),
    );
    format!("{contested} {why}")
}
