//! The bytes of a line, read back field by field for whoever holds nothing but them. Pure.

use super::rules::hex;
use crate::clock::Moment;
use crate::id::Id;
use crate::text::is_invisible;

/// The form that is read here: the first field of each line.
const FORM: &str = "navette.line.1";

/// What the bytes of a field stand for.
#[derive(Clone, Copy)]
enum Form {
    Text,
    Number,
    Id,
    Instant,
    Hash,
}

/// The fields of a line after its form, in their order.
const FIELDS: [(&str, Form); 23] = [
    ("place", Form::Number),
    ("id", Form::Id),
    ("act", Form::Text),
    ("about line", Form::Number),
    ("kind", Form::Text),
    ("comes from", Form::Text),
    ("its id", Form::Id),
    ("giver", Form::Id),
    ("receiver", Form::Id),
    ("cooperation", Form::Id),
    ("category", Form::Text),
    ("day", Form::Text),
    ("until", Form::Text),
    ("minutes", Form::Number),
    ("item days", Form::Number),
    ("occasions", Form::Number),
    ("participants", Form::Number),
    ("provenance", Form::Text),
    ("rule", Form::Text),
    ("said by", Form::Id),
    ("recorded by", Form::Id),
    ("recorded at", Form::Instant),
    ("seal", Form::Hash),
];

/// A line as its bytes say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Its place.
    pub seq: i64,
    /// Each field that is there, with its name.
    pub fields: Vec<(&'static str, String)>,
}

/// Reads the bytes of a line; none when they are no line of a form known here.
#[must_use]
pub fn read(content: &[u8]) -> Option<Told> {
    let (form, mut rest) = first(content)?;
    if form != Some(FORM.as_bytes()) {
        return None;
    }
    let mut told = Told { seq: 0, fields: Vec::new() };
    for (name, form) in FIELDS {
        let (field, after) = first(rest)?;
        rest = after;
        let Some(bytes) = field else { continue };
        if name == "place" {
            told.seq = number(bytes)?;
        }
        told.fields.push((name, said(form, bytes)?));
    }
    rest.is_empty().then_some(told)
}

/// The first field, and what follows it. A field is its length in four bytes, all ones when it is absent, and its bytes.
fn first(bytes: &[u8]) -> Option<(Option<&[u8]>, &[u8])> {
    let (length, after) = bytes.split_first_chunk::<4>()?;
    let length = u32::from_be_bytes(*length);
    if length == u32::MAX {
        return Some((None, after));
    }
    let (field, after) = after.split_at_checked(usize::try_from(length).ok()?)?;
    Some((Some(field), after))
}

fn said(form: Form, bytes: &[u8]) -> Option<String> {
    Some(match form {
        // What a terminal would obey instead of show was never a text of a line.
        Form::Text => String::from_utf8(bytes.to_vec()).ok().filter(|text| !text.chars().any(is_invisible))?,
        Form::Number => number(bytes)?.to_string(),
        Form::Id => Id::from_bytes(bytes.try_into().ok()?).to_string(),
        Form::Instant => Moment::from_millis(number(bytes)?).to_string(),
        Form::Hash => hex(bytes),
    })
}

fn number(bytes: &[u8]) -> Option<i64> {
    bytes.try_into().ok().map(i64::from_be_bytes)
}
