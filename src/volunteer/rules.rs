//! What volunteers gave, by association and year, and what an attestation of it states. Pure.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::cec::Statement;
use crate::calendar::rules::Period;
use crate::clock::{Day, Moment};
use crate::error::{Error, Fault};
use crate::id::Id;
use crate::ledger::heads::Head;
use crate::ledger::rules::Kind;
use crate::structure::rules::{Kind as StructureKind, LegalCategory, Rna, Siren, Structure};
use crate::text::{Name, folded};

/// Links shown together at most: nobody is in more associations.
pub const LINKS_MAX: usize = 20;
/// Names the form of [`Printed::digest`]; another form would have another name.
const FORM: &str = "navette.attestation.1";

/// One entry of hours, or one session on which a volunteer passed a skill on, after its corrections.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    /// When.
    pub day: Day,
    /// Hours, or a skill passed on.
    pub kind: Kind,
    /// The activity or the skill.
    #[serde(rename = "activity")]
    pub category: Name,
    /// What no party contests, in minutes.
    pub minutes: i64,
    /// What a party contests, in minutes.
    pub contested_minutes: i64,
    /// False when all of it is contested.
    #[serde(skip)]
    pub stands: bool,
}

/// What was given of one activity, or passed on of one skill.
#[derive(Debug, Clone, Serialize)]
pub struct Share {
    /// The activity or the skill.
    pub name: Name,
    /// Entries or sessions that stand.
    pub times: i64,
    /// Minutes that no party contests; they do not hold what nobody measured.
    pub minutes: i64,
    /// Minutes that a party contests.
    pub contested_minutes: i64,
}

/// What a volunteer gave over some time.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Given {
    /// Minutes that no party contests, of activities and skills together.
    pub minutes: i64,
    /// Minutes that a party contests: apart, in no total.
    pub contested_minutes: i64,
    /// By activity.
    pub activities: Vec<Share>,
    /// By skill passed on.
    pub skills: Vec<Share>,
}

impl Given {
    /// The sum of entries.
    #[must_use]
    pub fn of<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Self {
        let (mut activities, mut skills) = (BTreeMap::new(), BTreeMap::new());
        let mut given = Self::default();
        for entry in entries {
            given.minutes += entry.minutes;
            given.contested_minutes += entry.contested_minutes;
            let shares = if entry.kind == Kind::SkillByVolunteer { &mut skills } else { &mut activities };
            let name = entry.category.clone();
            let none = Share { name: name.clone(), times: 0, minutes: 0, contested_minutes: 0 };
            let share: &mut Share = shares.entry(name).or_insert(none);
            share.times += i64::from(entry.stands);
            share.minutes += entry.minutes;
            share.contested_minutes += entry.contested_minutes;
        }
        Self { activities: activities.into_values().collect(), skills: skills.into_values().collect(), ..given }
    }

    /// Without what is contested as a whole.
    #[must_use]
    pub fn standing(mut self) -> Self {
        let stands = |share: &Share| share.times > 0;
        self.activities.retain(stands);
        self.skills.retain(stands);
        self
    }
}

/// A structure, as far as a volunteer's papers name it.
#[derive(Debug, Clone, Serialize)]
pub struct Party {
    /// Its identifier.
    pub structure_id: Id,
    /// Its name.
    pub name: Name,
    /// What it is.
    pub kind: StructureKind,
    /// Its number in the national register of associations.
    pub rna: Option<Rna>,
    /// Its enterprise number, which also begins its SIRET.
    pub siren: Option<Siren>,
    /// Its legal category, for what the law asks of associations.
    #[serde(skip)]
    pub legal_category: Option<LegalCategory>,
}

impl From<&Structure> for Party {
    fn from(structure: &Structure) -> Self {
        let facts = &structure.facts;
        let of_siret = || facts.siret.as_ref().and_then(|siret| Siren::parse(siret.as_str().get(..9)?).ok());
        Self {
            structure_id: structure.id,
            name: facts.name.clone(),
            kind: facts.kind,
            rna: facts.rna.clone(),
            siren: facts.siren.clone().or_else(of_siret),
            legal_category: facts.legal_category.clone(),
        }
    }
}

/// What was given in a structure.
#[derive(Debug, Clone, Serialize)]
pub struct InStructure {
    /// Where.
    #[serde(flatten)]
    pub party: Party,
    /// What.
    #[serde(flatten)]
    pub given: Given,
}

/// A calendar year of a volunteer, over the structures whose links they showed.
#[derive(Debug, Clone, Serialize)]
pub struct OwnYear {
    /// Which.
    pub year: i32,
    /// Minutes that no party contests.
    pub minutes: i64,
    /// Minutes that a party contests.
    pub contested_minutes: i64,
    /// By structure.
    pub structures: Vec<InStructure>,
    /// Where that leads with the compte d'engagement citoyen.
    pub cec: Statement,
}

/// All of it, for the volunteer alone.
#[derive(Debug, Clone, Serialize)]
pub struct OwnHours {
    /// When it was put together.
    pub made_at: Moment,
    /// The structures whose links were shown, in their order.
    pub structures: Vec<Party>,
    /// The years, the latest first.
    pub years: Vec<OwnYear>,
    /// How far the ledger went.
    #[serde(skip)]
    pub ledger: Head,
}

/// The years of a volunteer, the latest first, from what was given in each structure.
#[must_use]
pub fn years(of: &[(Party, Vec<Entry>)]) -> Vec<OwnYear> {
    let mut years: BTreeMap<i32, Vec<InStructure>> = BTreeMap::new();
    for (party, entries) in of {
        let mut by_year: BTreeMap<i32, Vec<&Entry>> = BTreeMap::new();
        for entry in entries {
            by_year.entry(entry.day.year()).or_default().push(entry);
        }
        for (year, entries) in by_year {
            let given = Given::of(entries);
            years.entry(year).or_default().push(InStructure { party: party.clone(), given });
        }
    }
    let year = |(year, structures): (i32, Vec<InStructure>)| OwnYear {
        year,
        minutes: structures.iter().map(|place| place.given.minutes).sum(),
        contested_minutes: structures.iter().map(|place| place.given.contested_minutes).sum(),
        cec: Statement::of(year, &structures),
        structures,
    };
    years.into_iter().rev().map(year).collect()
}

/// The individual timesheet of a volunteer.
#[derive(Debug, Clone, Serialize)]
pub struct Timesheet {
    /// Whose.
    pub person_id: Id,
    /// What they are called in the structure.
    pub name: Name,
    /// In which structure.
    pub structure_id: Id,
    /// Its name.
    pub structure: Name,
    /// Of which calendar year.
    pub year: i32,
    /// Minutes that no party contests.
    pub minutes: i64,
    /// Minutes that a party contests.
    pub contested_minutes: i64,
    /// By day.
    pub entries: Vec<Entry>,
    /// How far the ledger went.
    #[serde(skip)]
    pub ledger: Head,
    /// When it was printed.
    #[serde(skip)]
    pub printed_on: Day,
}

/// Over which days to attest.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wish {
    /// First day.
    pub from: Day,
    /// First day after.
    pub until: Day,
}

impl Wish {
    /// The days.
    ///
    /// # Errors
    /// [`Fault::Order`].
    pub fn period(self) -> Result<Period, Error> {
        let Self { from, until } = self;
        if from < until { Ok(Period { from, until }) } else { Err(Fault::Order.at("/until")) }
    }
}

/// An attestation as recorded: neither its code nor its figures.
#[derive(Debug, Clone, Serialize)]
pub struct Attestation {
    /// Its identifier.
    pub id: Id,
    /// The structure that attests.
    pub structure_id: Id,
    /// Of whom; none once they were erased.
    pub person_id: Option<Id>,
    /// First day; none once the person was erased.
    pub from: Option<Day>,
    /// First day after; none once the person was erased.
    pub until: Option<Day>,
    /// True when it was revoked.
    pub archived: bool,
    /// Grows at each change.
    pub version: i64,
    /// When it was made.
    pub created_at: Moment,
}

/// An attestation just made, with all that stands on the paper.
#[derive(Debug, Clone, Serialize)]
pub struct Attested {
    /// What is recorded.
    #[serde(flatten)]
    pub attestation: Attestation,
    /// What the person is called in the structure.
    pub name: Name,
    /// What the structure is called.
    pub structure: Name,
    /// The figures.
    #[serde(flatten)]
    pub given: Given,
    /// Over which days.
    #[serde(skip)]
    pub period: Period,
    /// The structure, for the head of the paper.
    #[serde(skip)]
    pub party: Party,
    /// How far the ledger went.
    #[serde(skip)]
    pub ledger: Head,
}

impl Attested {
    /// What a check holds the paper against.
    #[must_use]
    pub fn printed(&self) -> Printed<'_> {
        Printed {
            name: self.name.as_str(),
            structure: self.structure.as_str(),
            period: self.period,
            minutes: self.given.minutes,
        }
    }
}

/// What stands on the paper beside its code.
#[derive(Debug, Clone, Copy)]
pub struct Printed<'a> {
    /// Of whom.
    pub name: &'a str,
    /// By whom.
    pub structure: &'a str,
    /// Over which days.
    pub period: Period,
    /// How many minutes in all.
    pub minutes: i64,
}

impl Printed<'_> {
    /// What is kept of it: SHA-256 of the code and of each field with its length; of names the letters and digits alone,
    /// as whoever types them off a paper may leave out a hyphen or an accent. Without the code it says nothing.
    #[must_use]
    pub fn digest(&self, code: &str) -> [u8; 32] {
        let letters = |text: &str| folded(text).chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        let fields = [
            FORM.to_owned(),
            code.to_owned(),
            letters(self.name),
            letters(self.structure),
            self.period.from.to_string(),
            self.period.until.to_string(),
            self.minutes.to_string(),
        ];
        let hasher = fields.iter().fold(Sha256::new(), |hasher, field| {
            hasher.chain_update((field.len() as u64).to_be_bytes()).chain_update(field)
        });
        hasher.finalize().into()
    }
}

/// What somebody reads off a paper.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckWish {
    /// The code.
    pub code: Name,
    name: Option<Name>,
    structure: Option<Name>,
    from: Option<Day>,
    until: Option<Day>,
    minutes: Option<i64>,
}

impl CheckWish {
    /// What stands beside the code, if it was typed: all of it, or nothing.
    ///
    /// # Errors
    /// [`Fault::Missing`] for what was left out, [`Fault::Order`].
    pub fn printed(&self) -> Result<Option<Printed<'_>>, Error> {
        let Self { code: _, name, structure, from, until, minutes } = self;
        if name.is_none() && structure.is_none() && from.is_none() && until.is_none() && minutes.is_none() {
            return Ok(None);
        }
        let missing = |field: &'static str| move || Fault::Missing.at(field);
        let (name, structure) = (name.as_ref(), structure.as_ref());
        let wish = Wish { from: from.ok_or_else(missing("/from"))?, until: until.ok_or_else(missing("/until"))? };
        Ok(Some(Printed {
            name: name.ok_or_else(missing("/name"))?.as_str(),
            structure: structure.ok_or_else(missing("/structure"))?.as_str(),
            period: wish.period()?,
            minutes: minutes.ok_or_else(missing("/minutes"))?,
        }))
    }
}

/// What a check answers, and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// True for the code of an attestation that was not revoked.
    pub valid: bool,
    /// True when what was typed beside it is what was printed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matches: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(name: &str, minutes: i64) -> Printed<'_> {
        let day = |text| Day::parse(text).unwrap();
        let period = Period { from: day("2026-01-01"), until: day("2027-01-01") };
        Printed { name, structure: "Les Jardins partagés", period, minutes }
    }

    #[test]
    fn what_is_typed_off_a_paper_may_leave_out_hyphens_and_accents_and_nothing_else() {
        let right = printed("Marie-Jo Féraud", 600).digest("A");
        assert_eq!(printed("marie jo feraud", 600).digest("A"), right);
        for other in [printed("Marie-Jo Ferrand", 600), printed("Marie-Jo Féraud", 601)] {
            assert_ne!(other.digest("A"), right);
        }
        assert_ne!(printed("Marie-Jo Féraud", 600).digest("B"), right, "another paper");
    }

    #[test]
    fn what_is_contested_stands_apart() {
        let entry = |minutes, contested_minutes, stands| Entry {
            day: Day::parse("2026-03-14").unwrap(),
            kind: Kind::VolunteerHours,
            category: Name::parse("Fauche").unwrap(),
            minutes,
            contested_minutes,
            stands,
        };
        let given = Given::of(&[entry(60, 0, true), entry(0, 90, false)]);
        assert_eq!((given.minutes, given.contested_minutes, given.activities[0].times), (60, 90, 1));
        assert!(Given::of(&[entry(0, 90, false)]).standing().activities.is_empty());
    }

    #[test]
    fn skills_passed_on_stand_beside_activities_and_each_adds_up() {
        let entry = |kind, name: &str, minutes| Entry {
            day: Day::parse("2026-03-14").unwrap(),
            kind,
            category: Name::parse(name).unwrap(),
            minutes,
            contested_minutes: 5,
            stands: true,
        };
        let given = Given::of(&[
            entry(Kind::VolunteerHours, "Fauche", 60),
            entry(Kind::SkillByVolunteer, "Greffe", 30),
            entry(Kind::VolunteerHours, "Fauche", 15),
        ]);
        let shares = |shares: &[Share]| {
            let share =
                |share: &Share| (share.name.as_str().to_owned(), share.times, share.minutes, share.contested_minutes);
            shares.iter().map(share).collect::<Vec<_>>()
        };
        assert_eq!(shares(&given.activities), [("Fauche".to_owned(), 2, 75, 10)]);
        assert_eq!(shares(&given.skills), [("Greffe".to_owned(), 1, 30, 5)]);
        assert_eq!((given.minutes, given.contested_minutes), (105, 15));
        let standing = given.standing();
        assert_eq!((standing.activities.len(), standing.skills.len()), (1, 1));
    }

    #[test]
    fn the_siren_of_a_party_stands_at_the_head_of_its_siret() {
        let facts = |numbers: serde_json::Value| {
            let mut facts = serde_json::json!({ "name": "Mairie", "kind": "commune" });
            facts.as_object_mut().unwrap().extend(numbers.as_object().unwrap().clone());
            serde_json::from_value(facts).unwrap()
        };
        let siren = |numbers| {
            let structure = Structure {
                id: Id::of(&["structure"]),
                facts: facts(numbers),
                archived: false,
                version: 1,
                created_at: Moment::from_millis(0),
                created_by: None,
            };
            Party::from(&structure).siren.map(String::from)
        };
        assert_eq!(siren(serde_json::json!({ "siret": "20004146500010" })).as_deref(), Some("200041465"));
        assert_eq!(siren(serde_json::json!({ "siren": "200041465" })).as_deref(), Some("200041465"));
        assert_eq!(siren(serde_json::json!({})), None);
    }

    #[test]
    fn what_stands_beside_a_code_is_typed_as_a_whole_or_not_at_all() {
        let (name, structure) = (Some(Name::parse("Zoé").unwrap()), Some(Name::parse("Jardins").unwrap()));
        let (from, until) = (Some(Day::parse("2026-01-01").unwrap()), Some(Day::parse("2027-01-01").unwrap()));
        let wish = |name, structure, from, until, minutes| CheckWish {
            code: Name::parse("AAAA-BBBB").unwrap(),
            name,
            structure,
            from,
            until,
            minutes,
        };
        let whole = wish(name.clone(), structure.clone(), from, until, Some(90));
        let printed = whole.printed().unwrap().unwrap();
        assert_eq!((printed.name, printed.structure, printed.minutes), ("Zoé", "Jardins", 90));
        assert_eq!((Some(printed.period.from), Some(printed.period.until)), (from, until));
        assert!(wish(None, None, None, None, None).printed().unwrap().is_none());
        for alone in [
            wish(name, None, None, None, None),
            wish(None, structure, None, None, None),
            wish(None, None, from, None, None),
            wish(None, None, None, until, None),
            wish(None, None, None, None, Some(90)),
        ] {
            assert!(matches!(alone.printed(), Err(Error::Invalid(_))), "{alone:?}");
        }
    }
}
