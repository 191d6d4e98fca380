//! Cursors: one that is read is spelt in the one way in which lists spell it.
#![no_main]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use libfuzzer_sys::fuzz_target;
use navette::http::limits::PageSize;
use navette::http::reply::Cursor;

fuzz_target!(|text: &str| {
    let Ok(cursor) = serde_json::from_value::<Cursor>(text.into()) else { return };
    if let Ok(Some(seq)) = Cursor::seq(Some(&cursor)) {
        assert!(seq >= 0);
        assert_eq!(URL_SAFE_NO_PAD.encode(seq.to_string()), text);
    }
    let _id = Cursor::id(Some(&cursor));
    let _size = PageSize::try_from(text.to_owned());
});
