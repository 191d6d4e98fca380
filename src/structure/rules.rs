//! What a structure is, and which of its numbers are real.

use serde::{Deserialize, Serialize};

use crate::audit::rules::Event;
use crate::clock::Moment;
use crate::error::{Error, Fault};
use crate::id::Id;
use crate::text::{Name, or_default};

/// The kinds of structure, as people of the field tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, strum::EnumString)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Kind {
    /// An association, declared or not.
    Association,
    /// A commune.
    Commune,
    /// An intercommunality (EPCI).
    Intercommunality,
    /// A farm.
    Farm,
    /// A machinery co-operative (CUMA).
    Cuma,
    /// Another co-operative.
    Cooperative,
    /// An MSA office.
    Msa,
    /// A school.
    School,
    /// A company.
    Company,
    /// A group without statutes.
    Informal,
    /// Anything else.
    Other,
}

/// Whether what a structure or cooperation gives and receives may be turned into euros.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, strum::EnumString,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Valuation {
    /// Through a grid that was approved; without one nothing is.
    #[default]
    Allowed,
    /// Never.
    None,
}

impl Valuation {
    /// What the audit trail says of a change; nothing when there is none.
    #[must_use]
    pub fn event(before: Self, after: Self) -> Option<Event> {
        match after {
            _ if before == after => None,
            Self::Allowed => Some(Event::ValuationAllowed),
            Self::None => Some(Event::ValuationDeclined),
        }
    }
}

/// The facts about a structure that people state and change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// What people call it.
    pub name: Name,
    /// Its kind.
    pub kind: Kind,
    /// Legal category of INSEE, four digits.
    pub legal_category: Option<LegalCategory>,
    /// Enterprise number.
    pub siren: Option<Siren>,
    /// Establishment number; begins with the SIREN.
    pub siret: Option<Siret>,
    /// Number in the national register of associations.
    pub rna: Option<Rna>,
    /// Number in another register (Alsace-Moselle, abroad).
    pub register: Option<Register>,
    /// INSEE code of its commune.
    pub commune: Option<Commune>,
    /// How to reach it; shown to its cooperations only.
    #[serde(default, deserialize_with = "some_contact")]
    pub contact: Option<Contact>,
    /// Whether it lets itself be valued.
    #[serde(default, deserialize_with = "or_default")]
    pub valuation: Valuation,
}

impl Facts {
    /// Holds the numbers against one another.
    ///
    /// # Errors
    /// [`Fault::Siret`] when the SIRET belongs to another SIREN.
    pub fn judge(&self) -> Result<(), Error> {
        match (&self.siren, &self.siret) {
            (Some(siren), Some(siret)) if !siret.0.starts_with(&siren.0) => Err(Fault::Siret.at("/siret")),
            _ => Ok(()),
        }
    }
}

/// A register of its own and the number in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// The register, for example `Tribunal de Colmar`.
    pub name: Name,
    /// The number in it.
    pub number: Name,
}

/// How to reach a structure.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// E-mail address.
    pub email: Option<Email>,
    /// Telephone number, as people write it.
    pub phone: Option<Name>,
    /// Postal address on one line.
    pub address: Option<Name>,
}

/// A contact that says nothing is none.
fn some_contact<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<Contact>, D::Error> {
    let contact = Option::<Contact>::deserialize(value)?;
    Ok(contact.filter(|contact| *contact != Contact::default()))
}

/// What the directory tells of a party of many flows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// The INSEE code of its commune, if known.
    pub commune: Option<String>,
    /// The name of its commune, if the table of communes holds it.
    pub commune_name: Option<String>,
}

/// A structure as recorded.
#[derive(Debug, Clone, Serialize)]
pub struct Structure {
    /// Its identifier.
    pub id: Id,
    /// What is stated about it.
    #[serde(flatten)]
    pub facts: Facts,
    /// True when it is no longer in use.
    pub archived: bool,
    /// Grows at each change.
    pub version: i64,
    /// When it was recorded.
    pub created_at: Moment,
    /// The account that recorded it.
    #[serde(skip)]
    pub created_by: Option<Id>,
}

/// Checks a text and keeps it; one type per kind of number so that none passes for another.
macro_rules! number {
    ($(#[$doc:meta])* $name:ident, $clean:expr, $legal:expr, $fault:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Reads and checks; white space around it, or between the digits of a number, is no part of it.
            ///
            /// # Errors
            /// The fault of this kind of number.
            pub fn parse(text: &str) -> Result<Self, Fault> {
                let clean: fn(&str) -> String = $clean;
                let text = clean(text);
                let legal: fn(&str) -> bool = $legal;
                if legal(&text) { Ok(Self(text)) } else { Err($fault) }
            }

            /// The number.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = Fault;
            fn try_from(text: String) -> Result<Self, Fault> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(number: $name) -> Self {
                number.0
            }
        }
    };
}

number!(
    /// SIREN: nine digits, checked by Luhn's formula (INSEE, répertoire Sirene).
    Siren, unspaced, |text| text.len() == 9 && luhn(text), Fault::Siren);
number!(
    /// SIRET: fourteen digits, checked by Luhn's formula; La Poste's own (SIREN 356000000) by the sum
    /// of their digits, a multiple of five.
    Siret, unspaced, |text| text.len() == 14 && (luhn(text) || is_la_poste(text)), Fault::Siret);
number!(
    /// RNA number: `W`, then nine digits, or a letter and eight digits overseas.
    Rna, unspaced, is_rna, Fault::Rna);
number!(
    /// A commune's INSEE code: five characters; Corsica's begin with `2A` or `2B`.
    Commune, unspaced, is_commune, Fault::Commune);
number!(
    /// A legal category: four digits (INSEE, catégories juridiques, niveau III).
    LegalCategory, unspaced, |text| text.len() == 4 && is_digits(text), Fault::LegalCategory);
number!(
    /// An e-mail address, as far as can be told without writing to it.
    Email, |text| text.trim().to_owned(), is_email, Fault::Email);

fn unspaced(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Luhn's formula: from the right, every second digit doubled, digits summed, a multiple of ten.
fn luhn(text: &str) -> bool {
    if !is_digits(text) {
        return false;
    }
    let sum: u32 = text
        .bytes()
        .rev()
        .zip([1, 2].iter().cycle())
        .map(|(byte, factor)| {
            let doubled = u32::from(byte - b'0') * factor;
            doubled / 10 + doubled % 10
        })
        .sum();
    sum.is_multiple_of(10)
}

fn is_la_poste(text: &str) -> bool {
    let sum: u32 = text.bytes().map(|byte| u32::from(byte.wrapping_sub(b'0'))).sum();
    text.starts_with("356000000") && is_digits(text) && sum.is_multiple_of(5)
}

fn is_rna(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('W') else { return false };
    let mut bytes = rest.bytes();
    let first = bytes.next().is_some_and(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    // Overseas the second character is a letter after the 9: W9R1001234.
    let second = bytes.next().is_some_and(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    rest.len() == 9 && first && second && bytes.all(|byte| byte.is_ascii_digit())
}

fn is_commune(text: &str) -> bool {
    let Some((department, number)) = text.split_at_checked(2) else { return false };
    let known = matches!(department, "2A" | "2B") || (is_digits(department) && department != "00");
    known && number.len() == 3 && is_digits(number)
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let plain = text.len() <= 254
        && text.chars().all(|c| !c.is_whitespace() && !c.is_control() && !crate::text::is_invisible(c));
    plain
        && !local.is_empty()
        && !domain.contains('@')
        && domain.contains('.')
        && !domain.starts_with('.')
        && !domain.ends_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digit_doubled_beyond_nine_counts_as_the_sum_of_its_digits() {
        for (text, sound) in [("59", true), ("67", true), ("75", true), ("18", true), ("19", false), ("1A", false)] {
            assert_eq!(luhn(text), sound, "{text}");
        }
    }

    #[test]
    fn a_commune_is_two_places_of_a_department_and_three_digits() {
        for (text, sound) in [
            ("01004", true),
            ("97411", true),
            ("2A004", true),
            ("2B033", true),
            ("2C004", false),
            ("00004", false),
            ("AB004", false),
            ("0100", false),
            ("010045", false),
            ("0100A", false),
        ] {
            assert_eq!(is_commune(text), sound, "{text}");
        }
    }

    #[test]
    fn la_poste_alone_counts_by_the_sum_of_its_digits() {
        assert!(is_la_poste("35600000000001"));
        assert!(!is_la_poste("35600000000002"));
        assert!(!is_la_poste("00000000000005"));
        assert!(!is_la_poste("356000000A4"));
    }

    #[test]
    fn an_address_has_one_at_a_dot_behind_it_no_space_and_254_bytes_at_most() {
        let of_length = |length: usize| format!("{}@exemple.org", "a".repeat(length - 12));
        assert!(is_email(&of_length(254)) && !is_email(&of_length(255)));
        for (text, sound) in [
            ("a@b.fr", true),
            ("a b@exemple.org", false),
            ("a\u{7}@exemple.org", false),
            ("a\u{200b}@exemple.org", false),
            ("@exemple.org", false),
            ("a@b@exemple.org", false),
            ("a@exemple", false),
            ("a@.fr", false),
            ("a@fr.", false),
            ("exemple.org", false),
        ] {
            assert_eq!(is_email(text), sound, "{text:?}");
        }
    }
}
