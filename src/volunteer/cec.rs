//! The compte d'engagement citoyen: which thresholds a year of volunteering reaches, for the volunteer alone. Pure.
//!
//! Sources: law 2016-1088 of 8 August 2016, article 39, and decree 2016-1970 of 28 December 2016, as amended: 200 hours in
//! a calendar year, 100 of them in one association declared for at least a year, as a member of the body that runs it or
//! in charge of other volunteers. The volunteer declares them by 30 June of the next year; the association certifies them
//! by 31 December.

use serde::Serialize;
use time::{Date, Month};

use super::rules::{InStructure, Party};
use crate::clock::Day;
use crate::id::Id;
use crate::structure::rules::{Kind, LegalCategory, Rna, Siren};
use crate::text::Name;

/// Minutes needed in a year, over all associations: 200 hours.
pub const NEEDED_MINUTES: i64 = 200 * 60;
/// Minutes of them needed in one association: 100 hours.
pub const NEEDED_IN_ONE_MINUTES: i64 = 100 * 60;
/// Legal categories of associations begin so (INSEE, catégories juridiques, niveau III).
const ASSOCIATIONS: &str = "92";
/// The one of associations that were not declared.
const UNDECLARED: &str = "9210";

/// Whether an association was declared for at least a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Declared {
    /// Its legal category says that it was not declared: its hours do not count.
    No,
    /// Navette does not know since when: the volunteer checks.
    ToCheck,
}

/// Hours in one association, with what the declaration asks of it.
#[derive(Debug, Clone, Serialize)]
pub struct InAssociation {
    /// Its identifier.
    pub structure_id: Id,
    /// Its name.
    pub name: Name,
    /// Its number in the national register of associations.
    pub rna: Option<Rna>,
    /// Its enterprise number.
    pub siren: Option<Siren>,
    /// Minutes that no party contests.
    pub minutes: i64,
    /// Whether it was declared for at least a year.
    pub declared_a_year: Declared,
}

/// What a year reaches of the thresholds.
#[derive(Debug, Clone, Serialize)]
pub struct Statement {
    /// Minutes that count: in associations that were declared, as far as is known.
    pub minutes: i64,
    /// Minutes needed.
    pub needed_minutes: i64,
    /// Minutes that are missing.
    pub missing_minutes: i64,
    /// Minutes in the association in which there are most.
    pub most_in_one_minutes: i64,
    /// Minutes needed in one.
    pub needed_in_one_minutes: i64,
    /// Minutes that are missing in it.
    pub missing_in_one_minutes: i64,
    /// True when both thresholds are reached.
    pub reached: bool,
    /// The last day on which the volunteer declares; none after the calendar ends.
    pub declare_by: Option<Day>,
    /// The last day on which the association certifies; none after the calendar ends.
    pub certified_by: Option<Day>,
    /// The associations.
    pub associations: Vec<InAssociation>,
}

impl Statement {
    /// What a year in these structures reaches.
    #[must_use]
    pub fn of(year: i32, structures: &[InStructure]) -> Self {
        let associations: Vec<InAssociation> = structures.iter().filter_map(in_association).collect();
        let counted = || associations.iter().filter(|one| one.declared_a_year != Declared::No).map(|one| one.minutes);
        let (minutes, most) = (counted().sum(), counted().max().unwrap_or(0));
        let missing = |needed: i64, reached: i64| (needed - reached).max(0);
        let last = |month, day| Date::from_calendar_date(year + 1, month, day).ok().and_then(|day| Day::new(day).ok());
        Self {
            minutes,
            needed_minutes: NEEDED_MINUTES,
            missing_minutes: missing(NEEDED_MINUTES, minutes),
            most_in_one_minutes: most,
            needed_in_one_minutes: NEEDED_IN_ONE_MINUTES,
            missing_in_one_minutes: missing(NEEDED_IN_ONE_MINUTES, most),
            reached: minutes >= NEEDED_MINUTES && most >= NEEDED_IN_ONE_MINUTES,
            declare_by: last(Month::June, 30),
            certified_by: last(Month::December, 31),
            associations,
        }
    }
}

/// None of a structure that is no association: what is given there counts for nothing here.
fn in_association(place: &InStructure) -> Option<InAssociation> {
    let Party { structure_id, name, kind, rna, siren, legal_category } = place.party.clone();
    let category = legal_category.as_ref().map(LegalCategory::as_str);
    let is_one = category.map_or(kind == Kind::Association, |category| category.starts_with(ASSOCIATIONS));
    let declared_a_year = if category == Some(UNDECLARED) { Declared::No } else { Declared::ToCheck };
    is_one.then_some(InAssociation { structure_id, name, rna, siren, minutes: place.given.minutes, declared_a_year })
}

#[cfg(test)]
mod tests {
    use super::super::rules::Given;
    use super::*;

    fn place(name: &str, kind: Kind, category: Option<&str>, hours: i64) -> InStructure {
        let party = Party {
            structure_id: Id::of(&[name]),
            name: Name::parse(name).unwrap(),
            kind,
            rna: None,
            siren: None,
            legal_category: category.map(|category| LegalCategory::parse(category).unwrap()),
        };
        InStructure { party, given: Given { minutes: hours * 60, ..Given::default() } }
    }

    #[test]
    fn both_thresholds_are_needed_and_only_declared_associations_count() {
        let association = |name, hours| place(name, Kind::Association, None, hours);
        for (places, missing, missing_in_one) in [
            (vec![], 200, 100),
            (vec![association("a", 200)], 0, 0),
            (vec![association("a", 99), association("b", 101)], 0, 0),
            (vec![association("a", 70), association("b", 70), association("c", 70)], 0, 30),
            (vec![association("a", 100), association("b", 99)], 1, 0),
            (vec![place("commune", Kind::Commune, None, 300)], 200, 100),
            (vec![place("undeclared", Kind::Association, Some("9210"), 300)], 200, 100),
            (vec![place("of local law", Kind::Other, Some("9260"), 200)], 0, 0),
        ] {
            let found = Statement::of(2026, &places);
            assert_eq!((found.missing_minutes, found.missing_in_one_minutes), (missing * 60, missing_in_one * 60));
            assert_eq!(found.reached, missing == 0 && missing_in_one == 0);
        }
    }

    #[test]
    fn a_year_is_declared_and_certified_in_the_next() {
        let found = Statement::of(2026, &[]);
        assert_eq!(found.declare_by.unwrap().to_string(), "2027-06-30");
        assert_eq!(found.certified_by.unwrap().to_string(), "2027-12-31");
        assert_eq!(Statement::of(2100, &[]).declare_by, None, "the calendar ends there");
    }
}
