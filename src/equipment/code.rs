//! The short code on a label, read as people type it. Pure.

use serde::Serialize;

use crate::id::Id;

/// The digits of a code: Crockford's base 32, in which no letter is taken for a digit or another letter.
const CODE_DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Digits of a code: 35 bits.
const CODE_LENGTH: usize = 7;

/// What stands on a label, such as `K7M-2Q4X`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Code(String);

impl Code {
    /// The code of an identifier; another at each attempt, should one be taken.
    #[must_use]
    pub fn of(id: Id, attempt: u8) -> Self {
        let digest = Id::of(&["code", &id.to_string(), &attempt.to_string()]);
        let digits = digits(&digest.bytes()[..CODE_LENGTH]);
        let (first, second) = digits.split_at(3);
        Self(format!("{first}-{second}"))
    }

    /// Reads a code as people type it: small letters, no hyphen, `o` for zero, `i` or `l` for one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = typed(text, CODE_LENGTH)?;
        let (first, second) = digits.split_at_checked(3)?;
        Some(Self(format!("{first}-{second}")))
    }

    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A digit for each byte, of five of its bits.
#[must_use]
pub fn digits(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(CODE_DIGITS[usize::from(byte % 32)])).collect()
}

/// So many digits as people type them: small letters, blanks and hyphens anywhere, `o` for zero, `i` or `l` for one. None
/// when they are more, fewer, or no digits.
#[must_use]
pub fn typed(text: &str, length: usize) -> Option<String> {
    let digit = |c: char| match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').map(digit).collect();
    let legal = digits.len() == length && digits.bytes().all(|byte| CODE_DIGITS.contains(&byte));
    legal.then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code = Code::of(Id::of(&["marquee"]), 0);
        let small = code.as_str().to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
        assert_eq!(Code::parse(&small), Some(code));
        for text in ["", "K7M", "K7M-2Q4", "K7M-2Q4XX", "K7U-2Q4X", "É7M-2Q4X"] {
            assert_eq!(Code::parse(text), None, "{text}");
        }
    }
}
