//! Text as people write it: trimmed, in one Unicode form, without invisible characters.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

use crate::error::Fault;

/// Characters of a name at most.
pub const NAME_CHARS_MAX: usize = 200;
/// Characters of a note at most.
pub const NOTE_CHARS_MAX: usize = 2000;

/// One line that names something: 1–200 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(String);

/// Free text of one or more lines: 1–2,000 characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Note(String);

impl Name {
    /// Trims, composes (NFC) and checks.
    ///
    /// # Errors
    /// [`Fault::Empty`], [`Fault::TooLong`], [`Fault::Invisible`].
    pub fn parse(text: &str) -> Result<Self, Fault> {
        clean(text, NAME_CHARS_MAX, false).map(Self)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Note {
    /// Trims, composes (NFC) and checks; line breaks and tabs may stay.
    ///
    /// # Errors
    /// [`Fault::Empty`], [`Fault::TooLong`], [`Fault::Invisible`].
    pub fn parse(text: &str) -> Result<Self, Fault> {
        clean(text, NOTE_CHARS_MAX, true).map(Self)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn clean(text: &str, chars_max: usize, lines: bool) -> Result<String, Fault> {
    // Counting first bounds the work of normalisation; composing never lengthens by more than threefold.
    if text.chars().take(chars_max * 4 + 1).count() > chars_max * 4 {
        return Err(Fault::TooLong(chars_max));
    }
    let text: String = text.trim().nfc().collect();
    if text.chars().all(|c| c.is_whitespace() || only_joins(c)) {
        return Err(Fault::Empty);
    }
    if text.chars().count() > chars_max {
        return Err(Fault::TooLong(chars_max));
    }
    let allowed = |c: char| lines && matches!(c, '\n' | '\r' | '\t');
    if text.chars().any(|c| is_invisible(c) && !allowed(c)) {
        return Err(Fault::Invisible);
    }
    Ok(text)
}

/// A whole number as addresses and cursors write it: digits alone, so that one number has one spelling.
#[must_use]
pub fn number(text: &str) -> Option<i64> {
    let plain = text == "0" || !text.starts_with('0');
    if plain && text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// The text as one searches for it: without accents, in lower case.
#[must_use]
pub fn folded(text: &str) -> String {
    text.nfd().filter(|c| !unicode_normalization::char::is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

/// Control characters, letters that look like nothing, and the format characters that hide text or change its direction
/// (Unicode categories Cc and Cf as far as they serve no living script's spelling).
#[must_use]
pub fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
                | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
                | '\u{fff9}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e007f}' | '\u{fdd0}'..='\u{fdef}'
        )
        // The last two of every plane, which are no characters.
        || u32::from(c) & 0xfffe == 0xfffe
}

/// Joiners and selectors, which living scripts need between letters and which alone are nothing.
fn only_joins(c: char) -> bool {
    matches!(c, '\u{34f}' | '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

impl TryFrom<String> for Name {
    type Error = Fault;
    fn try_from(text: String) -> Result<Self, Fault> {
        Self::parse(&text)
    }
}

impl TryFrom<String> for Note {
    type Error = Fault;
    fn try_from(text: String) -> Result<Self, Fault> {
        Self::parse(&text)
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.0
    }
}

impl From<Note> for String {
    fn from(note: Note) -> Self {
        note.0
    }
}

/// Reads an absent or null field as its type's default, so that null always means "not said".
///
/// # Errors
/// When the value is of another type.
pub fn or_default<'de, D: serde::Deserializer<'de>, T: Default + Deserialize<'de>>(value: D) -> Result<T, D::Error> {
    Option::deserialize(value).map(Option::unwrap_or_default)
}
