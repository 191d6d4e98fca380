//! Identifiers: one that is read has one spelling, letters in small and in capitals apart.
#![no_main]

use libfuzzer_sys::fuzz_target;
use navette::equipment::code::Code;
use navette::id::Id;

fuzz_target!(|text: &str| {
    if let Ok(id) = Id::parse(text) {
        assert_eq!(id.to_string(), text.to_lowercase());
        assert_eq!(Id::from_bytes(*id.bytes()), id);
    }
    let _code = Code::parse(text);
});
