//! What a line of the ledger says, the exact bytes that are hashed, and where a line stands.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::clock::{Day, Moment};
use crate::error::{Error, Fault};
use crate::id::Id;
use crate::text::{Name, Note};

/// SHA-256 of something.
pub type Hash = [u8; 32];
/// What the first line is chained to.
pub const GENESIS: Hash = [0; 32];
/// Names the form of [`Line::content`]; another form would have another name.
const FORM: &str = "navette.line.1";

/// What flowed. The ledger stores this, never an account of a chart: charts differ and change.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::IntoStaticStr,
    strum::EnumString,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Kind {
    /// A thing was lent.
    Equipment,
    /// A place was lent.
    Premises,
    /// People gave time.
    VolunteerHours,
    /// A volunteer passed on a skill.
    SkillByVolunteer,
    /// A structure's paid staff passed on a skill.
    SkillByStaff,
}

impl Kind {
    /// The quantity that measures this kind; without it a line is unmeasured.
    #[must_use]
    pub fn measure(self, quantities: &Quantities) -> Option<i64> {
        match self {
            Self::Equipment | Self::Premises => quantities.item_days,
            Self::VolunteerHours | Self::SkillByVolunteer | Self::SkillByStaff => quantities.minutes,
        }
    }
}

/// What a contribution comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, strum::EnumString)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum SourceKind {
    /// A loan that was returned.
    Loan,
    /// An entry of volunteer hours.
    Hours,
    /// A skill session.
    Session,
}

/// How a quantity is known.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, strum::IntoStaticStr, strum::EnumString,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Provenance {
    /// Somebody measured it.
    Measured,
    /// Somebody who was there says so.
    #[default]
    Declared,
    /// A named rule gives it.
    Estimated,
}

/// A provenance, with the rule that an estimate follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basis {
    /// How the quantity is known.
    pub provenance: Provenance,
    /// The rule of an estimate, and of nothing else.
    pub rule: Option<Name>,
}

impl Basis {
    /// Declared when nothing is said.
    ///
    /// # Errors
    /// [`Fault::Missing`] for an estimate without its rule, [`Fault::NotAllowed`] for a rule without an estimate.
    pub fn of(provenance: Option<Provenance>, rule: Option<Name>) -> Result<Self, Error> {
        let provenance = provenance.unwrap_or_default();
        match (provenance, &rule) {
            (Provenance::Estimated, None) => Err(Fault::Missing.at("/provenance_rule")),
            (Provenance::Measured | Provenance::Declared, Some(_)) => Err(Fault::NotAllowed.at("/provenance_rule")),
            _ => Ok(Self { provenance, rule }),
        }
    }
}

/// What the two parties have said of one record.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::IntoStaticStr,
    strum::EnumString,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum State {
    /// One side said it; the other has not spoken.
    Declared,
    /// Every party stands by it.
    Confirmed,
    /// A party says it is wrong.
    Contested,
}

/// Whole quantities, each in its own unit, never added to one another. None: nobody measured it, or
/// it is no unit of this kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Quantities {
    /// Minutes of human time.
    pub minutes: Option<i64>,
    /// Pieces × days.
    pub item_days: Option<i64>,
    /// How many times.
    pub occasions: i64,
    /// People who received a skill.
    pub participants: Option<i64>,
}

impl Quantities {
    /// The sum, unit by unit; what only one side knows is what that side says. It stays at the largest
    /// number there is: only a line rewritten by hand holds such, and verification must live to tell.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let add = |a: Option<i64>, b: Option<i64>| match (a, b) {
            (None, None) => None,
            (a, b) => Some(a.unwrap_or(0).saturating_add(b.unwrap_or(0))),
        };
        Self {
            minutes: add(self.minutes, other.minutes),
            item_days: add(self.item_days, other.item_days),
            occasions: self.occasions.saturating_add(other.occasions),
            participants: add(self.participants, other.participants),
        }
    }

    /// True when no unit is below zero.
    #[must_use]
    pub fn is_possible(&self) -> bool {
        [self.minutes, self.item_days, Some(self.occasions), self.participants].into_iter().flatten().all(|n| n >= 0)
    }
}

/// Who gave what to whom, how much, when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// What flowed.
    pub kind: Kind,
    /// What it comes from.
    pub source_kind: SourceKind,
    /// The loan, hours or session.
    pub source_id: Id,
    /// Who gave; none: individual volunteers.
    pub giver_id: Option<Id>,
    /// Who received; none: the commons of the cooperation.
    pub receiver_id: Option<Id>,
    /// In which cooperation, if in one.
    pub cooperation_id: Option<Id>,
    /// Category of equipment, activity, or skill.
    pub category: Name,
    /// The day of the act, or the first of its period.
    pub occurred_on: Day,
    /// The first day after its period.
    pub occurred_until: Option<Day>,
    /// How much. Of a correction: the difference.
    pub quantities: Quantities,
    /// How that is known.
    pub basis: Basis,
}

/// What a line does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, strum::IntoStaticStr, strum::EnumString)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Deed {
    /// States a flow.
    Contribution,
    /// Adjusts or undoes one.
    Correction,
    /// Stands by one, for a party.
    Confirm,
    /// Says that one is wrong, for a party.
    Contest,
    /// Says that one was seen, for a structure that facilitates its cooperation; changes nothing.
    Attest,
    /// Takes back the last word of the same structure on the same flow.
    Withdraw,
}

/// One line, as recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its place, from 1, without gaps.
    pub seq: i64,
    /// Its identifier.
    pub id: Id,
    /// What it does.
    pub deed: Deed,
    /// The line it is about.
    pub subject: Option<i64>,
    /// What flowed; none for a party's word.
    pub flow: Option<Flow>,
    /// The structure that speaks; none: the operator of the machine.
    pub spoken_for: Option<Id>,
    /// The account that recorded it; none: the operator.
    pub recorded_by: Option<Id>,
    /// When.
    pub recorded_at: Moment,
    /// What covers the person and the free text.
    pub seal: Option<Hash>,
}

impl Line {
    /// The exact bytes that are hashed: each field as its length (4 bytes, big-endian; all ones for an
    /// absent field) and its bytes; numbers as 8 bytes, big-endian, two's complement; days and words as text.
    #[must_use]
    pub fn content(&self) -> Vec<u8> {
        let mut fields = Fields(Vec::with_capacity(320));
        fields.text(Some(FORM)).number(Some(self.seq)).bytes(Some(self.id.bytes())).text(Some(self.deed.into()));
        fields.number(self.subject);
        let flow = self.flow.as_ref();
        fields.text(flow.map(|flow| flow.kind.into())).text(flow.map(|flow| flow.source_kind.into()));
        fields.id(flow.map(|flow| flow.source_id)).id(flow.and_then(|flow| flow.giver_id));
        fields.id(flow.and_then(|flow| flow.receiver_id)).id(flow.and_then(|flow| flow.cooperation_id));
        fields.text(flow.map(|flow| flow.category.as_str()));
        fields.day(flow.map(|flow| flow.occurred_on)).day(flow.and_then(|flow| flow.occurred_until));
        fields.number(flow.and_then(|flow| flow.quantities.minutes));
        fields.number(flow.and_then(|flow| flow.quantities.item_days));
        fields.number(flow.map(|flow| flow.quantities.occasions));
        fields.number(flow.and_then(|flow| flow.quantities.participants));
        fields.text(flow.map(|flow| flow.basis.provenance.into()));
        fields.text(flow.and_then(|flow| flow.basis.rule.as_ref()).map(Name::as_str));
        fields.id(self.spoken_for).id(self.recorded_by).number(Some(self.recorded_at.millis()));
        fields.bytes(self.seal.as_ref().map(<[u8; 32]>::as_slice));
        fields.0
    }

    /// True for a contribution or a correction.
    #[must_use]
    pub fn is_flow(&self) -> bool {
        matches!(self.deed, Deed::Contribution | Deed::Correction)
    }

    /// True when a third party recorded this flow between two structures: it speaks for neither of them.
    #[must_use]
    pub fn is_on_behalf(&self, flow: &Flow) -> bool {
        let ends = [flow.giver_id, flow.receiver_id];
        self.spoken_for.is_some() && ends.iter().all(|end| end.is_some() && *end != self.spoken_for)
    }
}

/// Fields one after the other, each with its length, so that no two lines share their bytes.
#[derive(Debug, Default)]
pub struct Fields(pub Vec<u8>);

impl Fields {
    /// Appends bytes.
    pub fn bytes(&mut self, bytes: Option<&[u8]>) -> &mut Self {
        let length = bytes.map_or(u32::MAX, |bytes| u32::try_from(bytes.len()).unwrap_or(u32::MAX - 1));
        self.0.extend(length.to_be_bytes());
        self.0.extend(bytes.unwrap_or_default());
        self
    }

    /// Appends a text.
    pub fn text(&mut self, text: Option<&str>) -> &mut Self {
        self.bytes(text.map(str::as_bytes))
    }

    /// Appends a number.
    pub fn number(&mut self, number: Option<i64>) -> &mut Self {
        self.bytes(number.map(i64::to_be_bytes).as_ref().map(<[u8; 8]>::as_slice))
    }

    /// Appends an identifier.
    pub fn id(&mut self, id: Option<Id>) -> &mut Self {
        self.bytes(id.as_ref().map(|id| id.bytes().as_slice()))
    }

    /// Appends a day.
    pub fn day(&mut self, day: Option<Day>) -> &mut Self {
        self.text(day.map(|day| day.to_string()).as_deref())
    }
}

/// The hash of a line: SHA-256 of the hash before it and of its content.
#[must_use]
pub fn chain(before: &Hash, content: &[u8]) -> Hash {
    Sha256::new().chain_update(before).chain_update(content).finalize().into()
}

/// Bytes as hexadecimal digits, of a hash 64.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}

/// What stays outside the chain, so that it can be erased: the person, and the free text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Private {
    /// The person.
    pub person_id: Option<Id>,
    /// A note, or a reason.
    pub text: Option<Note>,
}

impl Private {
    /// True when there is nothing to keep.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.person_id.is_none() && self.text.is_none()
    }

    /// What enters the chain in its place: SHA-256 of a random salt and of the fields, each with its length.
    #[must_use]
    pub fn seal(&self, salt: &[u8; 16]) -> Hash {
        let mut fields = Fields(Vec::new());
        fields.bytes(Some(salt)).id(self.person_id).text(self.text.as_ref().map(Note::as_str));
        Sha256::digest(&fields.0).into()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Hours that one gave another; none: volunteers, the commons.
    pub(crate) fn flow(giver: Option<&str>, receiver: Option<&str>, minutes: Option<i64>) -> Flow {
        Flow {
            kind: Kind::VolunteerHours,
            source_kind: SourceKind::Hours,
            source_id: Id::of(&["source"]),
            giver_id: giver.map(|name| Id::of(&[name])),
            receiver_id: receiver.map(|name| Id::of(&[name])),
            cooperation_id: Some(Id::of(&["valley"])),
            category: Name::parse("Fauche").unwrap(),
            occurred_on: Day::parse("2026-03-14").unwrap(),
            occurred_until: None,
            quantities: Quantities { minutes, occasions: 1, ..Quantities::default() },
            basis: Basis::of(None, None).unwrap(),
        }
    }

    /// A line that was recorded on the day of its number.
    pub(crate) fn line(seq: i64, deed: Deed, subject: Option<i64>, by: Option<&str>, flow: Option<Flow>) -> Line {
        Line {
            seq,
            id: Id::of(&["line", &seq.to_string()]),
            deed,
            subject,
            flow,
            spoken_for: by.map(|name| Id::of(&[name])),
            recorded_by: None,
            recorded_at: Moment::from_millis(seq * 86_400_000),
            seal: None,
        }
    }

    #[test]
    fn each_kind_has_one_quantity_that_measures_it() {
        let quantities = Quantities { minutes: Some(90), item_days: Some(4), ..Quantities::default() };
        let kinds = [
            (Kind::Equipment, 4),
            (Kind::Premises, 4),
            (Kind::VolunteerHours, 90),
            (Kind::SkillByVolunteer, 90),
            (Kind::SkillByStaff, 90),
        ];
        for (kind, measure) in kinds {
            assert_eq!(kind.measure(&quantities), Some(measure));
            assert_eq!(kind.measure(&Quantities::default()), None);
        }
    }

    #[test]
    fn what_one_side_alone_knows_of_a_unit_is_what_it_says() {
        let minutes = |minutes| Quantities { minutes, occasions: 1, ..Quantities::default() };
        for (one, other, sum) in [
            (None, None, None),
            (Some(90), None, Some(90)),
            (None, Some(-30), Some(-30)),
            (Some(90), Some(-30), Some(60)),
            (Some(i64::MAX), Some(1), Some(i64::MAX)),
        ] {
            let expected = Quantities { minutes: sum, occasions: 2, ..Quantities::default() };
            assert_eq!(minutes(one).plus(minutes(other)), expected);
        }
    }

    #[test]
    fn fields_are_hashed_with_their_lengths_and_absent_ones_are_told_from_empty_ones() {
        let mut fields = Fields::default();
        fields.text(Some("ab")).text(Some("")).text(None).number(Some(-2)).number(None);
        fields.day(Some(Day::parse("2026-03-14").unwrap())).id(None);
        let expected: &[&[u8]] = &[
            b"\0\0\0\x02ab",
            b"\0\0\0\0",
            b"\xff\xff\xff\xff",
            b"\0\0\0\x08\xff\xff\xff\xff\xff\xff\xff\xfe",
            b"\xff\xff\xff\xff",
            b"\0\0\0\x0a2026-03-14",
            b"\xff\xff\xff\xff",
        ];
        assert_eq!(fields.0, expected.concat());
    }

    #[test]
    fn whatever_a_line_says_is_in_the_bytes_that_are_hashed() {
        let told = flow(Some("a"), Some("b"), Some(90));
        let first = line(1, Deed::Contribution, None, Some("a"), Some(told.clone()));
        assert!(first.content().starts_with(b"\0\0\0\x0enavette.line.1\0\0\0\x08\0\0\0\0\0\0\0\x01\0\0\0\x10"));
        let with = |change: fn(&mut Flow)| {
            let mut changed = told.clone();
            change(&mut changed);
            Line { flow: Some(changed), ..first.clone() }
        };
        let others = [
            Line { seq: 2, ..first.clone() },
            Line { id: Id::of(&["other"]), ..first.clone() },
            Line { deed: Deed::Correction, ..first.clone() },
            Line { subject: Some(1), ..first.clone() },
            Line { flow: None, ..first.clone() },
            Line { spoken_for: None, ..first.clone() },
            Line { recorded_by: Some(Id::of(&["a"])), ..first.clone() },
            Line { recorded_at: Moment::from_millis(1), ..first.clone() },
            Line { seal: Some(GENESIS), ..first.clone() },
            with(|flow| flow.kind = Kind::SkillByStaff),
            with(|flow| flow.source_kind = SourceKind::Session),
            with(|flow| flow.source_id = Id::of(&["other"])),
            with(|flow| flow.giver_id = None),
            with(|flow| flow.receiver_id = None),
            with(|flow| flow.cooperation_id = None),
            with(|flow| flow.category = Name::parse("Taille").unwrap()),
            with(|flow| flow.occurred_on = Day::parse("2026-03-15").unwrap()),
            with(|flow| flow.occurred_until = Some(flow.occurred_on)),
            with(|flow| flow.quantities.minutes = None),
            with(|flow| flow.quantities.item_days = Some(90)),
            with(|flow| flow.quantities.occasions = 2),
            with(|flow| flow.quantities.participants = Some(90)),
            with(|flow| flow.basis.provenance = Provenance::Measured),
            with(|flow| flow.basis.rule = Some(Name::parse("règle").unwrap())),
        ];
        let mut contents: Vec<_> = others.iter().chain([&first]).map(Line::content).collect();
        contents.sort();
        contents.dedup();
        assert_eq!(contents.len(), others.len() + 1);
    }

    #[test]
    fn without_a_person_and_a_text_there_is_nothing_to_keep_apart() {
        let (person_id, text) = (Some(Id::of(&["person"])), Some(Note::parse("Merci").unwrap()));
        assert!(Private::default().is_empty());
        assert!(!Private { person_id, text: None }.is_empty());
        assert!(!Private { person_id: None, text }.is_empty());
    }
}
