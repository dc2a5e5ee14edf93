//! Proxies that stand before the server, and what they are believed.
//!
//! Anybody can send `X-Forwarded-For` and `X-Forwarded-Proto`. They are heard only from addresses that the installation named.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

use axum::{
    extract::{ConnectInfo, Request},
    http::HeaderMap,
};

/// More entries of a header than this are not looked at.
const ENTRIES: usize = 16;

/// The addresses that begin with the same bits: `10.0.0.0/8`, `fd00::/8`, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    bits: u128,
    mask: u128,
    is_v6: bool,
}

impl Network {
    /// Reads `10.0.0.0/8` or `10.0.0.1`; `None` for anything else, a network of all addresses, and one whose address has bits beyond
    /// its length, since then one of the two was meant otherwise.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let (bits, width, is_v6) = bits_of(address);
        let length = match length {
            None => width,
            Some(length) if length.bytes().all(|byte| byte.is_ascii_digit()) => length.parse().ok()?,
            Some(_) => return None,
        };
        if length == 0 || length > width {
            return None;
        }
        let all = u128::MAX >> (128 - width);
        let mask = (all << (width - length)) & all;
        (bits & !mask == 0).then_some(Self { bits, mask, is_v6 })
    }

    /// Whether the address lies in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        let (bits, _, is_v6) = bits_of(address.to_canonical());
        is_v6 == self.is_v6 && bits & self.mask == self.bits
    }
}

fn bits_of(address: IpAddr) -> (u128, u32, bool) {
    match address {
        IpAddr::V4(address) => (u128::from(u32::from(address)), Ipv4Addr::BITS, false),
        IpAddr::V6(address) => (u128::from(address), Ipv6Addr::BITS, true),
    }
}

/// The proxies that are believed. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Proxies(Arc<[Network]>);

impl Proxies {
    /// Those in these networks.
    pub fn new(networks: Vec<Network>) -> Self {
        Self(networks.into())
    }

    fn trust(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }

    /// Who asks: the speaker itself, or the one for whom our proxies speak in `X-Forwarded-For`. Read from the right, and only as long as
    /// the speaker is believed.
    pub fn caller(&self, speaker: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut speaker = speaker.to_canonical();
        for word in words(headers, "x-forwarded-for").iter().rev().take(ENTRIES) {
            if !self.trust(speaker) {
                break;
            }
            let Ok(before) = word.parse::<IpAddr>() else { break };
            speaker = before.to_canonical();
        }
        speaker
    }

    /// Whether the proxy that speaks to us says in `X-Forwarded-Proto` that it was reached over TLS.
    pub(super) fn say_tls(&self, request: &Request) -> bool {
        let speaker = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
        speaker.is_some_and(|speaker| self.trust(speaker))
            && words(request.headers(), "x-forwarded-proto")
                .last()
                .is_some_and(|word| word.eq_ignore_ascii_case("https"))
    }
}

fn words<'a>(headers: &'a HeaderMap, name: &str) -> Vec<&'a str> {
    let lines = headers.get_all(name).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim).collect()
}

#[cfg(test)]
mod tests {
    use axum::{
        body::Body,
        http::{HeaderName, HeaderValue},
    };

    use super::*;

    fn proxies(networks: &[&str]) -> Proxies {
        Proxies::new(networks.iter().map(|text| Network::parse(text).unwrap()).collect())
    }

    fn seen(speaker: &str, forwarded: &'static str, trusted: &[&str]) -> String {
        let name = HeaderName::from_static("x-forwarded-for");
        let headers = HeaderMap::from_iter([(name, HeaderValue::from_static(forwarded))]);
        proxies(trusted).caller(speaker.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed_about_the_caller() {
        assert_eq!(seen("192.0.2.9", "10.0.0.1", &[]), "192.0.2.9");
        assert_eq!(seen("127.0.0.1", "192.0.2.9", &["127.0.0.1"]), "192.0.2.9");
        assert_eq!(seen("::ffff:127.0.0.1", "192.0.2.9", &["127.0.0.0/8"]), "192.0.2.9");
        assert_eq!(seen("127.0.0.1", "10.0.0.1, 192.0.2.9", &["127.0.0.1"]), "192.0.2.9");
        assert_eq!(seen("127.0.0.1", "10.0.0.1, 192.0.2.9", &["127.0.0.1", "192.0.2.0/24"]), "10.0.0.1");
        assert_eq!(seen("127.0.0.1", "not an address", &["127.0.0.1"]), "127.0.0.1");
    }

    #[test]
    fn only_a_trusted_proxy_is_believed_about_tls() {
        for (speaker, word, trusted, is_tls) in [
            ("10.1.2.3:5", "https", &["10.0.0.0/8"][..], true),
            ("10.1.2.3:5", "HTTPS", &["10.0.0.0/8"], true),
            ("10.1.2.3:5", "http", &["10.0.0.0/8"], false),
            // What the caller wrote stands before what the proxy added.
            ("10.1.2.3:5", "https, http", &["10.0.0.0/8"], false),
            ("11.1.2.3:5", "https", &["10.0.0.0/8"], false),
            ("10.1.2.3:5", "https", &[], false),
        ] {
            let mut request = Request::builder().header("x-forwarded-proto", word).body(Body::empty()).unwrap();
            assert!(!proxies(trusted).say_tls(&request), "nobody is known to speak");
            request.extensions_mut().insert(ConnectInfo(speaker.parse::<SocketAddr>().unwrap()));
            assert_eq!(proxies(trusted).say_tls(&request), is_tls, "{speaker} {word}");
        }
    }

    #[test]
    fn a_network_is_read_or_refused_and_holds_its_addresses() {
        for (network, inside, outside) in [
            ("10.0.0.0/8", "10.255.0.1", "11.0.0.0"),
            ("192.0.2.128/25", "192.0.2.255", "192.0.2.127"),
            ("192.0.2.7", "192.0.2.7", "192.0.2.8"),
            ("192.0.2.7/32", "::ffff:192.0.2.7", "192.0.2.6"),
            ("fd00::/8", "fdff::1", "fe00::"),
            ("::1", "::1", "0.0.0.1"),
            ("128.0.0.0/1", "255.0.0.1", "127.0.0.1"),
        ] {
            let parsed = Network::parse(network).unwrap();
            assert!(parsed.contains(inside.parse().unwrap()), "{network} {inside}");
            assert!(!parsed.contains(outside.parse().unwrap()), "{network} {outside}");
        }
        for wrong in [
            "",
            "10",
            "10.0.0.0/",
            "10.0.0.0/33",
            "10.0.0.1/8",
            "0.0.0.0/0",
            "::/0",
            "10.0.0.0/+8",
            "a.kz",
            "10.0.0.0/8 ",
        ] {
            assert_eq!(Network::parse(wrong), None, "{wrong:?}");
        }
    }
}
