//! Which addresses may be sent to.
//!
//! An address is checked when it is entered; the numbers that its name resolves to are checked at each sending, all of them, and the
//! connection is made to one of the numbers that were checked. A name that changes in between ("DNS rebinding") leads nowhere else.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use axum::http::Uri;

/// How far webhooks reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Public addresses by HTTPS.
    Public,
    /// These, and this machine itself by HTTP or HTTPS: the demonstration, whose receiver runs beside it.
    Demo,
}

/// Letters of an address at most.
pub(crate) const URL_LIMIT: usize = 500;

/// Where a webhook is sent: `https://host[:port]/path[?query]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookUrl(Uri);

/// Why an address may not be sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HookUrlError {
    /// It is no address of the web.
    #[error("it is no address such as https://host/path")]
    Form,
    /// It is longer than 500 letters.
    #[error("it is too long")]
    TooLong,
    /// It is not encrypted.
    #[error("it does not begin with https://")]
    NotHttps,
    /// It names a user or password, which does not belong into an address.
    #[error("it names a user")]
    User,
    /// It leads to this machine or its network.
    #[error("it leads into a network of its own")]
    Inside,
}

impl HookUrl {
    /// Reads an address.
    ///
    /// # Errors
    /// [`HookUrlError`].
    pub fn parse(text: &str, reach: Reach) -> Result<Self, HookUrlError> {
        let text = text.trim();
        if text.len() > URL_LIMIT {
            return Err(HookUrlError::TooLong);
        }
        // A fragment never reaches a server; letters beyond ASCII are written as Punycode or percent signs.
        if !text.bytes().all(|sign| sign.is_ascii_graphic()) || text.contains('#') {
            return Err(HookUrlError::Form);
        }
        let uri: Uri = text.parse().map_err(|_| HookUrlError::Form)?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(HookUrlError::Form);
        };
        if authority.as_str().contains('@') {
            return Err(HookUrlError::User);
        }
        let host = authority.host();
        let has_port_or_none = authority.as_str() == host || authority.port_u16().is_some_and(|port| port > 0);
        if host.is_empty() || !has_port_or_none {
            return Err(HookUrlError::Form);
        }
        let number = host_number(host);
        let is_near = number.is_some_and(|number| number.is_loopback());
        match scheme {
            "https" => {}
            "http" if reach == Reach::Demo && is_near => {}
            "http" => return Err(HookUrlError::NotHttps),
            _ => return Err(HookUrlError::Form),
        }
        match number {
            Some(number) if !may_reach(number, reach, scheme == "https") => Err(HookUrlError::Inside),
            _ => Ok(Self(uri)),
        }
    }

    /// The address as a request wants it.
    pub(crate) const fn uri(&self) -> &Uri {
        &self.0
    }
}

impl std::fmt::Display for HookUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// The host when it is written as a number.
fn host_number(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

/// Whether a request may go to this number.
pub(crate) fn may_reach(number: IpAddr, reach: Reach, is_https: bool) -> bool {
    match reach {
        Reach::Public => is_https && is_public(number),
        Reach::Demo => number.is_loopback() || (is_https && is_public(number)),
    }
}

/// Whether a number belongs to a machine of the public internet: neither to this machine, nor to a network of its own, nor to many at
/// once, nor to one that wraps another (IANA's registries of special addresses).
fn is_public(number: IpAddr) -> bool {
    match number {
        IpAddr::V4(number) => is_public_v4(number),
        IpAddr::V6(number) => is_public_v6(number),
    }
}

fn is_public_v4(number: Ipv4Addr) -> bool {
    let [a, b, c, _] = number.octets();
    let is_special = match (a, b, c) {
        // This network; a machine itself; private; link-local.
        (0 | 10 | 127, ..) | (172, 16..=31, _) | (192, 168, _) | (169, 254, _) => true,
        // Behind a carrier (CGNAT); protocols; documentation; old relays; benchmarks.
        (100, 64..=127, _) | (192, 0, 0 | 2) | (192, 88, 99) | (198, 18 | 19, _) => true,
        (198, 51, 100) | (203, 0, 113) => true,
        // Many at once, and what is kept for later.
        (224..=255, ..) => true,
        _ => false,
    };
    !is_special
}

fn is_public_v6(number: Ipv6Addr) -> bool {
    let [a, b, ..] = number.segments();
    // What is given out is 2000::/3. Outside of it are this machine, link-local, unique-local, many at once, and addresses that wrap an
    // IPv4 one (::ffff:0:0/96, 64:ff9b::/96).
    let is_given = (a & 0xe000) == 0x2000;
    // Protocols and Teredo, documentation, 6to4.
    let is_special = match a {
        0x2001 => b < 0x0200 || b == 0x0db8,
        0x2002 => true,
        0x3fff => b < 0x1000,
        _ => false,
    };
    is_given && !is_special
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_public_numbers_are_reached() {
        for (number, is_reached) in [
            ("93.184.216.34", true),
            ("2.132.0.1", true),
            ("100.63.255.255", true),
            ("100.64.0.1", false),
            ("100.127.255.255", false),
            ("100.128.0.0", true),
            ("0.0.0.0", false),
            ("10.1.2.3", false),
            ("127.0.0.1", false),
            ("127.255.255.254", false),
            ("169.254.169.254", false),
            ("172.15.255.255", true),
            ("172.16.0.1", false),
            ("172.31.255.255", false),
            ("172.32.0.0", true),
            ("192.0.0.8", false),
            ("192.0.2.1", false),
            ("192.168.1.1", false),
            ("198.18.0.1", false),
            ("203.0.113.9", false),
            ("224.0.0.1", false),
            ("239.1.1.1", false),
            ("255.255.255.255", false),
            ("2a00:1450:4010:c0f::65", true),
            ("2600::1", true),
            ("::", false),
            ("::1", false),
            ("::ffff:93.184.216.34", false),
            ("::ffff:127.0.0.1", false),
            ("::127.0.0.1", false),
            ("64:ff9b::7f00:1", false),
            ("fc00::1", false),
            ("fd12:3456::1", false),
            ("fe80::1", false),
            ("fec0::1", false),
            ("ff02::1", false),
            ("2001:db8::1", false),
            ("2001:0:1::1", false),
            ("2002:7f00:1::", false),
            ("100::1", false),
        ] {
            assert_eq!(may_reach(number.parse().unwrap(), Reach::Public, true), is_reached, "{number}");
        }
        assert!(!may_reach("93.184.216.34".parse().unwrap(), Reach::Public, false), "never without encryption");
        assert!(may_reach("127.0.0.1".parse().unwrap(), Reach::Demo, false));
        assert!(!may_reach("93.184.216.34".parse().unwrap(), Reach::Demo, false));
        assert!(!may_reach("192.168.1.1".parse().unwrap(), Reach::Demo, true));
    }

    #[test]
    fn an_address_is_https_and_leads_outside() {
        use HookUrlError as E;
        for (text, read) in [
            ("https://example.kz/hook?x=1", Ok(())),
            (" https://example.kz:8443 ", Ok(())),
            ("https://93.184.216.34/", Ok(())),
            ("http://example.kz/", Err(E::NotHttps)),
            ("ftp://example.kz/", Err(E::Form)),
            ("example.kz/hook", Err(E::Form)),
            ("/hook", Err(E::Form)),
            ("", Err(E::Form)),
            ("https://", Err(E::Form)),
            ("https://example.kz:0/", Err(E::Form)),
            ("https://example.kz:99999/", Err(E::Form)),
            ("https://example.kz/#part", Err(E::Form)),
            ("https://мектеп.қаз/", Err(E::Form)),
            ("https://user:secret@example.kz/", Err(E::User)),
            ("https://10.0.0.1/", Err(E::Inside)),
            ("https://[::1]/", Err(E::Inside)),
            ("https://[::ffff:10.0.0.1]:8443/", Err(E::Inside)),
            ("https://127.0.0.1:9000/", Err(E::Inside)),
            ("http://127.0.0.1:9000/", Err(E::NotHttps)),
        ] {
            assert_eq!(HookUrl::parse(text, Reach::Public).map(|_| ()), read, "{text:?}");
        }
        assert_eq!(
            HookUrl::parse(&format!("https://example.kz/{}", "x".repeat(URL_LIMIT)), Reach::Public),
            Err(E::TooLong)
        );
        for (text, is_read) in [
            ("http://127.0.0.1:9000/hook", true),
            ("http://[::1]:9000/", true),
            ("http://10.0.0.1/", false),
            ("http://example.kz/", false),
            ("https://example.kz/", true),
        ] {
            assert_eq!(HookUrl::parse(text, Reach::Demo).is_ok(), is_read, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_parser_and_what_is_read_is_https(text in "\\PC{0,60}", tail in "[a-z0-9.:@\\[\\]/]{0,30}") {
            let _ = HookUrl::parse(&text, Reach::Public);
            if let Ok(url) = HookUrl::parse(&format!("https://{tail}"), Reach::Public) {
                prop_assert_eq!(url.uri().scheme_str(), Some("https"));
                prop_assert!(url.uri().host().is_some_and(|host| !host.is_empty()));
            }
        }

        #[test]
        fn a_private_number_is_refused_however_it_is_wrapped(last: u16, low: u8) {
            let [b, c] = last.to_be_bytes();
            for number in [Ipv4Addr::new(10, b, c, low), Ipv4Addr::new(192, 168, c, low), Ipv4Addr::new(127, b, c, low)] {
                prop_assert!(!is_public(IpAddr::V4(number)));
                prop_assert!(!is_public(IpAddr::V6(number.to_ipv6_mapped())));
                prop_assert!(!is_public(IpAddr::V6(number.to_ipv6_compatible())));
            }
        }
    }
}
