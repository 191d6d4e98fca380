//! What a webhook is, how its messages are signed, when they are sent again, and which addresses are reached. Pure.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::clock::Moment;
use crate::equipment::rules::Url;
use crate::id::Id;

/// How often a message is sent before it is given up.
pub const TRIES_MAX: i64 = 10;
/// Seconds before a message is sent a second time; each further wait is [`WAIT_FACTOR`] times as long.
const FIRST_WAIT_SECONDS: i64 = 30;
const WAIT_FACTOR: i64 = 4;
/// Seconds between two tries at most: with ten of them a receiver may be away for more than three days.
const WAIT_SECONDS_MAX: i64 = 24 * 3600;

/// What a structure states of a webhook. Fixed: another address has another key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// Whose messages are sent.
    pub structure_id: Id,
    /// Where to.
    pub url: Url,
}

/// A webhook as recorded; its key is not shown.
#[derive(Debug, Clone, Serialize)]
pub struct Webhook {
    /// Its identifier.
    pub id: Id,
    /// What is stated.
    #[serde(flatten)]
    pub facts: Facts,
    /// True when nothing is sent there any more.
    pub archived: bool,
    /// Grows at each change.
    pub version: i64,
    /// When recorded.
    pub created_at: Moment,
}

/// The key as receivers keep it (Standard Webhooks).
#[must_use]
pub fn shown(key: &[u8; 32]) -> String {
    format!("whsec_{}", STANDARD.encode(key))
}

/// The header `webhook-signature` of a message sent at this second (Standard Webhooks, `v1`).
#[must_use]
pub fn signature(key: &[u8; 32], id: &str, seconds: i64, body: &str) -> String {
    // HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return String::new() };
    mac.update(format!("{id}.{seconds}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// Seconds to wait after so many tries that failed; none when it is given up.
#[must_use]
pub fn wait_seconds(tries: i64) -> Option<i64> {
    let waits = u32::try_from(tries).ok().filter(|_| tries < TRIES_MAX)?;
    let wait = WAIT_FACTOR.saturating_pow(waits.saturating_sub(1)).saturating_mul(FIRST_WAIT_SECONDS);
    Some(wait.min(WAIT_SECONDS_MAX))
}

/// True for an address of the public internet: none of this machine, of its networks, or of no meaning.
/// What carries an IPv4 address inside is as public as that.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let special = a == 0 || a >= 224 || (a, b, c) == (192, 0, 0) || (a, b, c) == (192, 88, 99);
    let measuring = a == 198 && (b == 18 || b == 19);
    let inside = address.is_private() || address.is_loopback() || address.is_link_local();
    !(shared || special || measuring || inside || address.is_documentation())
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    let tail = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match segments {
        // Mapped, translated (NAT64) and 6to4 addresses hold one of IPv4.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            tail(high, low)
        }
        // Teredo, ORCHID, documentation.
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x3fff, ..] => false,
        [first, ..] => (0x2000..0x4000).contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_public_internet_are_reached() {
        for (address, public) in [
            ("93.184.215.14", true),
            ("1.1.1.1", true),
            ("127.0.0.1", false),
            ("127.8.9.1", false),
            ("10.1.2.3", false),
            ("172.16.0.1", false),
            ("172.32.0.1", true),
            ("192.168.1.1", false),
            ("169.254.169.254", false),
            ("100.64.0.1", false),
            ("100.63.255.255", true),
            ("99.64.0.1", true),
            ("100.127.255.255", false),
            ("100.128.0.1", true),
            ("0.0.0.0", false),
            ("0.1.2.3", false),
            ("192.0.0.8", false),
            ("198.18.0.1", false),
            ("198.19.255.255", false),
            ("198.17.255.255", true),
            ("198.20.0.1", true),
            ("99.18.0.1", true),
            ("192.88.99.1", false),
            ("192.0.1.1", true),
            ("203.0.113.7", false),
            ("224.0.0.1", false),
            ("223.255.255.255", true),
            ("255.255.255.255", false),
            ("::1", false),
            ("::", false),
            ("::127.0.0.1", false),
            ("::ffff:127.0.0.1", false),
            ("::ffff:1.1.1.1", true),
            ("64:ff9b::a00:1", false),
            ("2002:7f00:1::", false),
            ("2001::1", false),
            ("2001:db8::1", false),
            ("2001:1ff::1", false),
            ("2001:200::1", true),
            ("2000::1", true),
            ("3ffe::1", true),
            ("3fff::1", false),
            ("1fff::1", false),
            ("4000::1", false),
            ("fe80::1", false),
            ("fd00::1", false),
            ("ff02::1", false),
            ("2606:4700:4700::1111", true),
        ] {
            assert_eq!(is_public(address.parse().unwrap()), public, "{address}");
        }
    }

    #[test]
    fn waits_grow_fourfold_up_to_a_day_and_end() {
        let waits: Vec<_> = (1..=10).map(wait_seconds).collect();
        let day = Some(86_400);
        let first = [Some(30), Some(120), Some(480), Some(1920), Some(7680), Some(30_720)];
        assert_eq!(waits, [&first[..], &[day, day, day, None]].concat());
    }
}
