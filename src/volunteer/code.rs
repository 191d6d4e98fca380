//! The code by which an attestation is checked: drawn by chance, read as people type it. Pure.

use crate::equipment::code::{digits, typed};

/// Digits of a code, five bits each: 80 bits, which nobody tries out.
pub const CODE_LENGTH: usize = 16;
/// Digits of a group.
const GROUP: usize = 4;

/// What stands on an attestation, such as `K7M2-Q4XD-9F3A-T8WZ`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code(String);

impl Code {
    /// The code of random bytes.
    #[must_use]
    pub fn of(random: [u8; CODE_LENGTH]) -> Self {
        Self::grouped(&digits(&random))
    }

    /// Reads a code as people type it, in small letters and without hyphens, too.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        typed(text, CODE_LENGTH).map(|digits| Self::grouped(&digits))
    }

    fn grouped(digits: &str) -> Self {
        let groups: Vec<&str> =
            (0..CODE_LENGTH / GROUP).filter_map(|group| digits.get(group * GROUP..(group + 1) * GROUP)).collect();
        Self(groups.join("-"))
    }

    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code = Code::of(std::array::from_fn(|place| u8::try_from(place * 17).unwrap()));
        assert_eq!(code.as_str().len(), CODE_LENGTH + 3);
        let small = code.as_str().to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
        assert_eq!(Code::parse(&small), Some(code));
        for text in ["", "K7M2", "K7M2-Q4XD-9F3A-T8W", "K7M2-Q4XD-9F3A-T8WZZ", "K7M2-Q4XD-9F3A-T8WU"] {
            assert_eq!(Code::parse(text), None, "{text}");
        }
    }
}
