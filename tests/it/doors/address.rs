//! The address of a client is the connection's, or what trusted proxies say; no client can choose it.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use navette::http::address::{Proxies, ProxyHeader, household};

/// Behind a proxy on this machine and others in 10.0.0.0/8.
fn proxies(header: ProxyHeader) -> Proxies {
    Proxies { trusted: vec!["127.0.0.1/32".parse().unwrap(), "10.0.0.0/8".parse().unwrap()], header }
}

fn client(proxies: &Proxies, peer: &str, headers: &[(&str, &str)]) -> String {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(HeaderName::try_from(*name).unwrap(), HeaderValue::from_str(value).unwrap());
    }
    proxies.client(peer.parse().unwrap(), &map).to_string()
}

#[test]
fn without_a_trusted_proxy_no_header_is_believed() {
    let none = Proxies::default();
    let lies = [("x-forwarded-for", "198.51.100.9"), ("forwarded", "for=198.51.100.9")];
    assert_eq!(client(&none, "203.0.113.7", &lies), "203.0.113.7");
    assert_eq!(client(&none, "::ffff:203.0.113.7", &lies), "203.0.113.7");
    for header in [ProxyHeader::XForwardedFor, ProxyHeader::Forwarded] {
        assert_eq!(client(&proxies(header), "203.0.113.7", &lies), "203.0.113.7");
    }
}

#[test]
fn the_nearest_address_that_no_trusted_proxy_has_is_the_clients() {
    let table = [
        ("203.0.113.7", "203.0.113.7"),
        // Whatever a client writes stands before what the proxy appends.
        ("198.51.100.9, 203.0.113.7", "203.0.113.7"),
        ("127.0.0.1, 203.0.113.7", "203.0.113.7"),
        ("203.0.113.7, 10.1.2.3", "203.0.113.7"),
        ("198.51.100.9,203.0.113.7 , 10.1.2.3,10.9.9.9", "203.0.113.7"),
        ("203.0.113.7:41234", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8::7", "2001:db8::7"),
        ("[2001:db8::7]:41234", "2001:db8::7"),
        // All are ours: the farthest.
        ("10.0.0.1, 10.0.0.2", "10.0.0.1"),
        // What cannot be read ends the search at the last that was certain.
        ("", "127.0.0.1"),
        ("unknown", "127.0.0.1"),
        ("203.0.113.7, nonsense, 10.1.2.3", "10.1.2.3"),
        ("203.0.113.7,", "127.0.0.1"),
    ];
    for (sent, found) in table {
        let proxies = proxies(ProxyHeader::XForwardedFor);
        assert_eq!(client(&proxies, "127.0.0.1", &[("x-forwarded-for", sent)]), found, "{sent}");
    }
    let proxies = proxies(ProxyHeader::XForwardedFor);
    let lines = [("x-forwarded-for", "198.51.100.9"), ("x-forwarded-for", "203.0.113.7")];
    assert_eq!(client(&proxies, "127.0.0.1", &lines), "203.0.113.7");
    let endless = vec!["10.0.0.1"; 10_000].join(", ");
    assert_eq!(client(&proxies, "127.0.0.1", &[("x-forwarded-for", &endless)]), "10.0.0.1");
}

#[test]
fn the_standard_header_is_read_in_all_its_forms() {
    let table = [
        ("for=203.0.113.7", "203.0.113.7"),
        ("For=\"203.0.113.7:41234\";proto=https;by=10.0.0.1", "203.0.113.7"),
        ("proto=https;for=\"[2001:db8::7]\"", "2001:db8::7"),
        ("for=198.51.100.9, for=203.0.113.7", "203.0.113.7"),
        ("for=203.0.113.7, for=10.0.0.1;proto=http", "203.0.113.7"),
        // A quote left open by the client swallows nothing of what the proxy appended.
        ("for=198.51.100.9;x=\", for=\"[2001:db8::7]\"", "2001:db8::7"),
        ("for=\"198.51.100.9, for=203.0.113.7", "203.0.113.7"),
        ("for=_hidden", "127.0.0.1"),
        ("for=unknown", "127.0.0.1"),
        ("by=203.0.113.7", "127.0.0.1"),
    ];
    for (sent, found) in table {
        assert_eq!(client(&proxies(ProxyHeader::Forwarded), "127.0.0.1", &[("forwarded", sent)]), found, "{sent}");
    }
}

#[test]
fn the_header_that_the_proxies_do_not_set_is_not_believed() {
    let both = [("x-forwarded-for", "203.0.113.7"), ("forwarded", "for=198.51.100.9")];
    assert_eq!(client(&proxies(ProxyHeader::XForwardedFor), "127.0.0.1", &both), "203.0.113.7");
    assert_eq!(client(&proxies(ProxyHeader::Forwarded), "127.0.0.1", &both), "198.51.100.9");
}

#[test]
fn a_household_of_ipv6_counts_as_one() {
    let of = |text: &str| household(text.parse::<IpAddr>().unwrap()).to_string();
    assert_eq!(of("2001:db8:1:2:aaaa:bbbb:cccc:dddd"), of("2001:db8:1:2::1"));
    assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
    assert_ne!(of("203.0.113.7"), of("203.0.113.8"));
}
