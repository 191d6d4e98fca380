//! Files of accounting entries: whatever stands in them, the checker ends and says the same twice.
#![no_main]

use libfuzzer_sys::fuzz_target;
use navette::fec::check;
use navette::http::words::Language;

fuzz_target!(|bytes: &[u8]| {
    let name = "732829320FEC20251231.txt";
    let told = check::verdict(bytes, name, Language::Fr);
    assert_eq!(told, check::verdict(bytes, name, Language::Fr));
    if let Ok(name) = std::str::from_utf8(bytes) {
        let _verdict = check::verdict(b"", name, Language::En);
    }
});
