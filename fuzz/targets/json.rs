//! Bodies: what our reader takes, every reader takes, and as the same value.
#![no_main]

use libfuzzer_sys::fuzz_target;
use navette::hours::rules::Wish;
use navette::http::json;
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(value) = json::read(bytes) {
        let plain: Value = serde_json::from_slice(bytes).expect("no JSON for another reader");
        assert_eq!(value, plain);
        let _wish = json::decode::<Wish>(value);
    }
});
