//! Headers that we read ourselves: idempotency keys, media types, languages, the word of proxies.
#![no_main]

use std::net::{IpAddr, Ipv4Addr};

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use libfuzzer_sys::fuzz_target;
use navette::http::address::{Proxies, ProxyHeader, household};
use navette::http::words::Language;
use navette::http::{extract, form, frame};

fuzz_target!(|bytes: &[u8]| {
    let Ok(value) = HeaderValue::from_bytes(bytes) else { return };
    let mut headers = HeaderMap::new();
    for name in ["idempotency-key", "content-type", "accept", "accept-language", "x-forwarded-for", "forwarded"] {
        headers.insert(HeaderName::from_static(name), value.clone());
    }
    if let Ok(Some(key)) = extract::idempotency_key(&headers) {
        assert_eq!(key.as_bytes(), [b"key:", bytes].concat());
    }
    let _media = extract::require_media(&headers, &["application/json"]);
    let _form = form::asked("2026", &headers).map(|form| form.format);
    let _language = (frame::language(&headers), frame::page_language(&headers), frame::accepts_csv(&headers));
    let _preferred = value.to_str().map(Language::preferred);
    let everybody =
        ["0.0.0.0/0", "::/0"].iter().filter_map(|network| network.parse().ok()).collect::<Vec<ipnet::IpNet>>();
    for header in [ProxyHeader::XForwardedFor, ProxyHeader::Forwarded] {
        let proxies = Proxies { trusted: everybody.clone(), header };
        let _client = household(proxies.client(IpAddr::V4(Ipv4Addr::LOCALHOST), &headers));
    }
});
