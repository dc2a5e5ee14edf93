//! What is left of a request when nothing of it may lead to a person: pure.

use std::net::IpAddr;

use web::http::Uri;

/// Letters of a host that are kept.
const HOST_LIMIT: usize = 100;

/// The network of an address: the first 24 bits of IPv4, the first 48 of IPv6. Some hundred customers, or one school, share it.
pub fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(address) => {
            let [a, b, c, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}::/48")
        }
    }
}

/// The host of a referrer, without the page that led here; nothing when it is our own or cannot be read.
pub fn referrer_host(referrer: &str, own_host: &str) -> String {
    let host = referrer.parse::<Uri>().ok().and_then(|uri| uri.host().map(str::to_ascii_lowercase)).unwrap_or_default();
    let own = own_host.rsplit_once(':').map_or(own_host, |(host, _)| host);
    if host.eq_ignore_ascii_case(own) { String::new() } else { host.chars().take(HOST_LIMIT).collect() }
}

/// The family of a browser, without version and system; `other` for whatever is not known, programs too.
pub fn browser_family(agent: &str) -> &'static str {
    // The first sign counts: most browsers also name those whose pages they want to be shown.
    [
        ("YaBrowser/", "yandex"),
        ("Edg/", "edge"),
        ("OPR/", "opera"),
        ("SamsungBrowser/", "samsung"),
        ("Firefox/", "firefox"),
        ("Chrome/", "chrome"),
        ("Safari/", "safari"),
    ]
    .into_iter()
    .find(|(sign, _)| agent.contains(sign))
    .map_or("other", |(_, family)| family)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_address_is_cut_to_its_network() {
        for (address, cut) in [
            ("203.0.113.77", "203.0.113.0/24"),
            ("::ffff:203.0.113.77", "203.0.113.0/24"),
            ("2001:db8:abcd:12::7", "2001:db8:abcd::/48"),
        ] {
            assert_eq!(network(address.parse().unwrap()), cut);
        }
    }

    #[test]
    fn only_the_host_of_a_foreign_referrer_is_kept() {
        for (referrer, kept) in [
            ("https://www.google.com/search?q=%D0%90%D1%81%D0%B0%D0%BD%D0%BE%D0%B2%D0%B0", "www.google.com"),
            ("https://School.example/people/7", ""),
            ("http://school.example:8080/x", ""),
            ("android-app://kz.messenger/", "kz.messenger"),
            ("/people?q=x", ""),
            ("", ""),
            ("nonsense here", ""),
        ] {
            assert_eq!(referrer_host(referrer, "school.example:8080"), kept, "{referrer}");
        }
    }

    #[test]
    fn a_browser_is_one_of_few_words() {
        let chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36";
        assert_eq!(browser_family(chrome), "chrome");
        assert_eq!(browser_family(&format!("{chrome} YaBrowser/25.1")), "yandex");
        assert_eq!(browser_family("curl/8.5 somebody@school"), "other");
    }

    proptest! {
        #[test]
        fn two_neighbours_are_one_network(a: u32, last: u8) {
            let one = std::net::Ipv4Addr::from(a);
            let [x, y, z, _] = one.octets();
            prop_assert_eq!(network(one.into()), network(std::net::Ipv4Addr::new(x, y, z, last).into()));
        }

        #[test]
        fn whatever_a_referrer_says_no_path_is_kept(text in "\\PC{0,60}") {
            let host = referrer_host(&text, "school.example");
            prop_assert!(!host.contains('/') && !host.contains('?') && host.chars().count() <= HOST_LIMIT);
        }
    }
}
