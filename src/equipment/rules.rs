//! What can be lent: one identified unit, a pool with a quantity, or a kit of other equipment.

use serde::{Deserialize, Serialize};

pub use super::code::Code;
use crate::clock::Moment;
use crate::error::{Error, Fault};
use crate::id::Id;
use crate::text::{Name, Note, or_default};

/// Pieces of a pool at most.
pub const QUANTITY_MAX: i64 = 1_000_000;

/// A thing or a place: French accounting tells them apart (accounts 8612 and 8611).
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, strum::EnumString,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Nature {
    /// Something movable.
    #[default]
    Thing,
    /// A room, a field, a building.
    Premises,
}

/// One thing, or many alike.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, strum::EnumString,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Tracking {
    /// One identified unit: its loans never overlap.
    #[default]
    Unit,
    /// Pieces alike: no more are out than there are.
    Pool,
    /// Other equipment of the structure, lent together: refused when a part is out.
    Kit,
}

/// To whom equipment is lent.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, strum::EnumString,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum LendsTo {
    /// Structures that share a cooperation with its own.
    #[default]
    Cooperations,
    /// Every structure.
    Everyone,
    /// Nobody, for now.
    Nobody,
}

/// Who promises it.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, strum::EnumString,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Approval {
    /// Somebody of its structure, each time.
    #[default]
    ByHand,
    /// Nobody has to: what is free is promised as it is asked for.
    Automatic,
}

/// How many pieces: 1–1,000,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Quantity(i64);

impl Quantity {
    /// The number of pieces.
    #[must_use]
    pub fn pieces(self) -> i64 {
        self.0
    }
}

impl Default for Quantity {
    fn default() -> Self {
        Self(1)
    }
}

impl TryFrom<i64> for Quantity {
    type Error = Fault;
    fn try_from(pieces: i64) -> Result<Self, Fault> {
        if (1..=QUANTITY_MAX).contains(&pieces) { Ok(Self(pieces)) } else { Err(Fault::Range(1, QUANTITY_MAX)) }
    }
}

impl From<Quantity> for i64 {
    fn from(quantity: Quantity) -> Self {
        quantity.0
    }
}

/// Accessories, documents or kit parts at most, of each.
pub const LIST_ITEMS_MAX: usize = 50;
/// Days of a buffer, of notice at most.
const DAYS_MAX: i64 = 365;
/// Days of one loan at most: ten years.
const LOAN_DAYS_MAX: i64 = 3660;
/// Cents of a value at most: ten billion euros.
const VALUE_CENTS_MAX: i64 = 1_000_000_000_000;
/// Characters of an address at most.
const URL_CHARS_MAX: usize = 500;

/// A number of days: 0–365.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Days(i64);

impl Days {
    /// The number.
    #[must_use]
    pub fn count(self) -> i64 {
        self.0
    }
}

impl TryFrom<i64> for Days {
    type Error = Fault;
    fn try_from(days: i64) -> Result<Self, Fault> {
        if (0..=DAYS_MAX).contains(&days) { Ok(Self(days)) } else { Err(Fault::Range(0, DAYS_MAX)) }
    }
}

impl From<Days> for i64 {
    fn from(days: Days) -> Self {
        days.0
    }
}

/// Where a document is: an address of the web (`https://…` or `http://…`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Url(String);

impl Url {
    /// Reads and checks.
    ///
    /// # Errors
    /// [`Fault::Url`].
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
        let plain = text.len() <= URL_CHARS_MAX && text.bytes().all(|byte| byte.is_ascii_graphic());
        let legal = plain && !rest.is_empty() && !rest.starts_with('/') && !text.contains(['"', '<', '>', '\\']);
        if legal { Ok(Self(text.to_owned())) } else { Err(Fault::Url) }
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Url {
    type Error = Fault;
    fn try_from(text: String) -> Result<Self, Fault> {
        Self::parse(&text)
    }
}

impl From<Url> for String {
    fn from(url: Url) -> Self {
        url.0
    }
}

/// A SHA-256 in 64 hexadecimal digits, lower case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sha256Text(String);

impl Sha256Text {
    /// Reads and checks.
    ///
    /// # Errors
    /// [`Fault::Sha256`].
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let legal = text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if legal { Ok(Self(text.to_owned())) } else { Err(Fault::Sha256) }
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Sha256Text {
    type Error = Fault;
    fn try_from(text: String) -> Result<Self, Fault> {
        Self::parse(&text)
    }
}

impl From<Sha256Text> for String {
    fn from(digest: Sha256Text) -> Self {
        digest.0
    }
}

/// A photo or a manual, kept elsewhere; its digest tells whether it is still the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// What it shows.
    pub name: Name,
    /// Where it is.
    pub url: Url,
    /// Of its bytes.
    pub sha256: Sha256Text,
}

/// What a kit takes of other equipment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// A unit or a pool of the same structure.
    pub equipment_id: Id,
    /// Pieces; 1 of a unit.
    #[serde(default, deserialize_with = "or_default")]
    pub quantity: Quantity,
}

/// The facts about equipment that its structure states and changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// Whose it is. Fixed.
    pub structure_id: Id,
    /// What people call it.
    pub name: Name,
    /// What units alike are called: asked for by kind, any free one will do.
    pub kind: Option<Name>,
    /// What it counts as in summaries.
    pub category: Name,
    /// A thing or premises.
    #[serde(default, deserialize_with = "or_default")]
    pub nature: Nature,
    /// A unit, a pool or a kit. Fixed.
    #[serde(default, deserialize_with = "or_default")]
    pub tracking: Tracking,
    /// Pieces; 1 for a unit or a kit.
    #[serde(default, deserialize_with = "or_default")]
    pub quantity: Quantity,
    /// What a kit is made of; of nothing else.
    #[serde(default, deserialize_with = "or_default")]
    pub parts: Vec<Part>,
    /// Serial number, number plate, inventory label.
    pub identifier: Option<Name>,
    /// Where it is kept.
    pub place: Option<Name>,
    /// How to come by it: hours, keys, trailer.
    pub pick_up: Option<Note>,
    /// The state it is in.
    pub condition: Option<Note>,
    /// What a borrower should know.
    pub note: Option<Note>,
    /// What is ticked at hand-over.
    #[serde(default, deserialize_with = "or_default")]
    pub accessories: Vec<Name>,
    /// Photos and manuals.
    #[serde(default, deserialize_with = "or_default")]
    pub documents: Vec<Document>,
    /// What a borrower has to have learnt.
    pub training: Option<Name>,
    /// To whom it is lent.
    #[serde(default, deserialize_with = "or_default")]
    pub lends_to: LendsTo,
    /// Who promises it.
    #[serde(default, deserialize_with = "or_default")]
    pub approval: Approval,
    /// Days it is kept free before a loan.
    #[serde(default, deserialize_with = "or_default")]
    pub buffer_before_days: Days,
    /// Days it is kept free after a loan, to clean and to dry.
    #[serde(default, deserialize_with = "or_default")]
    pub buffer_after_days: Days,
    /// Days of a loan at most.
    pub longest_days: Option<i64>,
    /// Days ahead that a borrower has to ask.
    #[serde(default, deserialize_with = "or_default")]
    pub notice_days: Days,
    /// Its value in cents, for accounting and insurers only.
    pub value_cents: Option<i64>,
}

impl Facts {
    /// A unit of which nothing else is known.
    #[must_use]
    pub fn unit(structure_id: Id, name: Name, category: Name) -> Self {
        Self {
            structure_id,
            name,
            kind: None,
            category,
            nature: Nature::default(),
            tracking: Tracking::Unit,
            quantity: Quantity::default(),
            parts: Vec::new(),
            identifier: None,
            place: None,
            pick_up: None,
            condition: None,
            note: None,
            accessories: Vec::new(),
            documents: Vec::new(),
            training: None,
            lends_to: LendsTo::default(),
            approval: Approval::default(),
            buffer_before_days: Days::default(),
            buffer_after_days: Days::default(),
            longest_days: None,
            notice_days: Days::default(),
            value_cents: None,
        }
    }

    /// The same with its parts as they are kept: in order of what they are.
    #[must_use]
    pub fn in_order(mut self) -> Self {
        self.parts.sort_by_key(|part| part.equipment_id);
        self
    }

    /// Holds tracking, quantity and parts against one another.
    ///
    /// # Errors
    /// [`Fault::Range`], [`Fault::Items`], [`Fault::Twice`], [`Fault::NotAllowed`] at their fields.
    pub fn judge(&self) -> Result<(), Error> {
        if self.tracking != Tracking::Pool && self.quantity.pieces() != 1 {
            return Err(Fault::Range(1, 1).at("/quantity"));
        }
        if self.longest_days.is_some_and(|days| !(1..=LOAN_DAYS_MAX).contains(&days)) {
            return Err(Fault::Range(1, LOAN_DAYS_MAX).at("/longest_days"));
        }
        if self.value_cents.is_some_and(|cents| !(0..=VALUE_CENTS_MAX).contains(&cents)) {
            return Err(Fault::Range(0, VALUE_CENTS_MAX).at("/value_cents"));
        }
        for (field, length) in [("/accessories", self.accessories.len()), ("/documents", self.documents.len())] {
            if length > LIST_ITEMS_MAX {
                return Err(Fault::Items(0, LIST_ITEMS_MAX).at(field));
            }
        }
        self.judge_parts()
    }

    fn judge_parts(&self) -> Result<(), Error> {
        if self.tracking != Tracking::Kit {
            return if self.parts.is_empty() { Ok(()) } else { Err(Fault::NotAllowed.at("/parts")) };
        }
        if self.parts.is_empty() || self.parts.len() > LIST_ITEMS_MAX {
            return Err(Fault::Items(1, LIST_ITEMS_MAX).at("/parts"));
        }
        for (position, part) in self.parts.iter().enumerate() {
            if self.parts[..position].iter().any(|other| other.equipment_id == part.equipment_id) {
                return Err(Fault::PartTwice.at(&format!("/parts/{position}/equipment_id")));
            }
        }
        Ok(())
    }
}

/// Equipment as recorded.
#[derive(Debug, Clone, Serialize)]
pub struct Equipment {
    /// Its identifier.
    pub id: Id,
    /// What is stated.
    #[serde(flatten)]
    pub facts: Facts,
    /// Short, for a label: two groups of letters and digits that are hard to take for others.
    pub code: Code,
    /// True when it is no longer lent.
    pub archived: bool,
    /// Grows at each change.
    pub version: i64,
    /// When recorded.
    pub created_at: Moment,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{FieldError, tests::wrong};

    #[test]
    fn only_addresses_of_the_web_are_kept() {
        for text in ["https://exemple.org/a.jpg", "http://exemple.org"] {
            assert!(Url::parse(text).is_ok(), "{text}");
        }
        let of_length = |length: usize| format!("https://exemple.org/{:a<1$}", "", length - 20);
        assert!(Url::parse(&of_length(URL_CHARS_MAX)).is_ok());
        assert!(Url::parse(&of_length(URL_CHARS_MAX + 1)).is_err());
        for text in [
            "",
            "javascript:alert(1)",
            "https://",
            "https:///x",
            "//exemple.org",
            "https://a b",
            "https://a\"b",
            "https://é.fr",
        ] {
            assert!(Url::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_digest_is_64_digits_in_lower_case() {
        let digest = "0123456789abcdef".repeat(4);
        assert_eq!(Sha256Text::parse(&digest).unwrap().as_str(), digest);
        let texts = [digest[1..].to_owned(), format!("{digest}0"), digest.to_uppercase(), digest.replace('f', "g")];
        for text in texts {
            assert_eq!(Sha256Text::parse(&text), Err(Fault::Sha256), "{text}");
        }
    }

    #[test]
    fn pieces_and_days_are_so_many_at_least_and_at_most() {
        for (pieces, sound) in [(0, false), (1, true), (QUANTITY_MAX, true), (QUANTITY_MAX + 1, false)] {
            let expected = if sound { Ok(Quantity(pieces)) } else { Err(Fault::Range(1, QUANTITY_MAX)) };
            assert_eq!(Quantity::try_from(pieces), expected);
        }
        for (days, sound) in [(-1, false), (0, true), (DAYS_MAX, true), (DAYS_MAX + 1, false)] {
            let expected = if sound { Ok(Days(days)) } else { Err(Fault::Range(0, DAYS_MAX)) };
            assert_eq!(Days::try_from(days), expected);
        }
    }

    fn unit() -> Facts {
        Facts::unit(Id::of(&["owner"]), Name::parse("Barnum").unwrap(), Name::parse("Barnums").unwrap())
    }

    #[test]
    fn a_thing_is_lent_for_a_day_to_ten_years_and_is_worth_nothing_or_more() {
        let range = |field, from, to| Some(FieldError::new(field, Fault::Range(from, to)));
        for (days, sound) in [(0, false), (1, true), (LOAN_DAYS_MAX, true), (LOAN_DAYS_MAX + 1, false)] {
            let expected = if sound { None } else { range("/longest_days", 1, LOAN_DAYS_MAX) };
            assert_eq!(wrong(Facts { longest_days: Some(days), ..unit() }.judge()), expected);
        }
        for (cents, sound) in [(-1, false), (0, true), (VALUE_CENTS_MAX, true), (VALUE_CENTS_MAX + 1, false)] {
            let expected = if sound { None } else { range("/value_cents", 0, VALUE_CENTS_MAX) };
            assert_eq!(wrong(Facts { value_cents: Some(cents), ..unit() }.judge()), expected);
        }
    }

    #[test]
    fn only_a_pool_has_pieces_and_only_a_kit_has_parts() {
        let two = Quantity(2);
        assert_eq!(wrong(Facts { tracking: Tracking::Pool, quantity: two, ..unit() }.judge()), None);
        let one_piece = Some(FieldError::new("/quantity", Fault::Range(1, 1)));
        let part = |name: &str| Part { equipment_id: Id::of(&[name]), quantity: two };
        for tracking in [Tracking::Unit, Tracking::Kit] {
            let facts = Facts { tracking, quantity: two, parts: vec![part("a")], ..unit() };
            assert_eq!(wrong(facts.judge()), one_piece);
        }
        for tracking in [Tracking::Unit, Tracking::Pool] {
            let facts = Facts { tracking, parts: vec![part("a")], ..unit() };
            assert_eq!(wrong(facts.judge()), Some(FieldError::new("/parts", Fault::NotAllowed)));
        }
    }

    #[test]
    fn lists_of_equipment_have_so_many_items_at_most() {
        let name = |number: usize| Name::parse(&number.to_string()).unwrap();
        let document = Document {
            name: name(1),
            url: Url::parse("https://exemple.org/a").unwrap(),
            sha256: Sha256Text::parse(&"0".repeat(64)).unwrap(),
        };
        let part = |number: usize| Part { equipment_id: Id::of(&[&number.to_string()]), quantity: Quantity(1) };
        let parts = |items| (0..items).map(part).collect();
        let kit = |parts| wrong(Facts { tracking: Tracking::Kit, parts, ..unit() }.judge());
        let items = |least, field| Some(FieldError::new(field, Fault::Items(least, LIST_ITEMS_MAX)));
        for (length, sound) in [(LIST_ITEMS_MAX, true), (LIST_ITEMS_MAX + 1, false)] {
            let refused = |least, field| if sound { None } else { items(least, field) };
            let accessories = (0..length).map(name).collect();
            assert_eq!(wrong(Facts { accessories, ..unit() }.judge()), refused(0, "/accessories"));
            let documents = vec![document.clone(); length];
            assert_eq!(wrong(Facts { documents, ..unit() }.judge()), refused(0, "/documents"));
            assert_eq!(kit(parts(length)), refused(1, "/parts"));
        }
        assert_eq!(kit(Vec::new()), items(1, "/parts"));
        assert_eq!(kit(vec![part(1)]), None);
        let twice = Some(FieldError::new("/parts/2/equipment_id", Fault::PartTwice));
        assert_eq!(kit(vec![part(1), part(2), part(1)]), twice);
    }
}
