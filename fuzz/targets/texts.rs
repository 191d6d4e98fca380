//! Names and notes: what is read stays what it is when it is read again, and has nothing that hides.
#![no_main]

use libfuzzer_sys::fuzz_target;
use navette::text::{self, NAME_CHARS_MAX, NOTE_CHARS_MAX, Name, Note};

fuzz_target!(|text: &str| {
    if let Ok(name) = Name::parse(text) {
        assert_eq!(Name::parse(name.as_str()).as_ref(), Ok(&name));
        assert!(!name.as_str().chars().any(text::is_invisible));
        assert!((1..=NAME_CHARS_MAX).contains(&name.as_str().chars().count()));
    }
    if let Ok(note) = Note::parse(text) {
        assert_eq!(Note::parse(note.as_str()).as_ref(), Ok(&note));
        assert!((1..=NOTE_CHARS_MAX).contains(&note.as_str().chars().count()));
    }
    if let Some(number) = text::number(text) {
        assert_eq!(number.to_string(), text);
    }
    let _folded = text::folded(text);
});
