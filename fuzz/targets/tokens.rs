//! Access tokens: nothing is one that the key did not sign.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use navette::clock::Moment;
use navette::session::token::{Key, Keys};

const NOW: Moment = Moment::from_millis(1_773_478_800_000);

fuzz_target!(|token: &str| {
    static KEYS: OnceLock<Keys> = OnceLock::new();
    let keys = KEYS.get_or_init(|| {
        let key = Key { id: "key".to_owned(), secret: [7; 32], created_at: NOW };
        Keys::new(&[key]).expect("one key")
    });
    assert!(keys.verify(token, NOW).is_err());
});
