//! Who is at the other end of a connection, when proxies stand between: an address that no client can choose.

use std::net::{IpAddr, Ipv6Addr};

use axum::http::HeaderMap;
use axum::http::header::{FORWARDED, HeaderName};
use ipnet::IpNet;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// Proxies in a row that are followed: nobody has more, and a longer list is somebody's game.
const HOPS_MAX: usize = 16;
/// Bits of an IPv6 address that name a household or a server; the rest is the client's own to choose.
const IPV6_HOUSEHOLD_BITS: u32 = 64;

/// The address that opened the connection, as the accept loop saw it.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// The header in which the operator's proxies say for whom they ask. Only one is read: a client could send the other,
/// and a proxy that does not know it would hand it on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ProxyHeader {
    /// `X-Forwarded-For`, which nginx, Apache, Caddy and most others set
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239)
    Forwarded,
}

/// The proxies whose word is taken.
#[derive(Debug, Clone, Default)]
pub struct Proxies {
    /// Their addresses and networks.
    pub trusted: Vec<IpNet>,
    /// Where they say for whom they ask.
    pub header: ProxyHeader,
}

impl Proxies {
    /// The client's address: the peer's, or what the trusted proxies before it saw, from the nearest on. The first
    /// that is not trusted ends the search, since what it says of others is only its word.
    #[must_use]
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        // Each proxy appends, so the nearest one's word stands last, whatever a client wrote before it.
        let lines = headers.get_all(self.name()).iter().rev();
        let entries = lines.flat_map(|line| line.to_str().unwrap_or_default().rsplit(','));
        for entry in entries.take(HOPS_MAX) {
            if !self.trusts(client) {
                break;
            }
            let Some(before) = self.address(entry.trim()) else { break };
            client = before;
        }
        client
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(&address))
    }

    fn name(&self) -> HeaderName {
        match self.header {
            ProxyHeader::XForwardedFor => X_FORWARDED_FOR,
            ProxyHeader::Forwarded => FORWARDED,
        }
    }

    fn address(&self, entry: &str) -> Option<IpAddr> {
        match self.header {
            ProxyHeader::XForwardedFor => node(entry),
            ProxyHeader::Forwarded => {
                let mut pairs = entry.split(';').filter_map(|pair| pair.split_once('='));
                let (_, value) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
                node(value.trim().trim_matches('"'))
            }
        }
    }
}

/// An address with or without a port; IPv6 in brackets when it has one (RFC 7239, 6).
fn node(text: &str) -> Option<IpAddr> {
    let bare = match text.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?.0,
        None if text.matches(':').count() == 1 => text.split_once(':')?.0,
        None => text,
    };
    bare.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

/// What is counted as one client: an IPv4 address, or an IPv6 network of a household.
#[must_use]
pub fn household(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            let mask = u128::MAX << (u128::BITS - IPV6_HOUSEHOLD_BITS);
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & mask))
        }
    }
}
