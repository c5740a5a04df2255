//! Hosts, registrable domains and links.
//!
//! Everything here is compared in lower case. A domain is registrable in the sense of the Public Suffix List, whose
//! default rule also covers names reserved for documentation such as `northwind.example` (RFC 2606).

use std::net::Ipv4Addr;

/// Sites on which many companies have a page: a link to one of them identifies the site, not the company. Mail
/// providers are included, since their domain does not identify an employer.
const SHARED: [&str; 36] = [
    "about.me",
    "angel.co",
    "aol.com",
    "bing.com",
    "crunchbase.com",
    "facebook.com",
    "fb.com",
    "github.com",
    "gitlab.com",
    "gmail.com",
    "gmx.de",
    "gmx.net",
    "goo.gl",
    "google.com",
    "googlemail.com",
    "hotmail.com",
    "icloud.com",
    "instagram.com",
    "linkedin.com",
    "linktr.ee",
    "live.com",
    "mail.com",
    "me.com",
    "medium.com",
    "outlook.com",
    "pinterest.com",
    "proton.me",
    "t.co",
    "tiktok.com",
    "twitter.com",
    "web.de",
    "wikipedia.org",
    "x.com",
    "xing.com",
    "yahoo.com",
    "youtube.com",
];
const MAIL_PROVIDERS: [&str; 14] = [
    "aol.com",
    "gmail.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hotmail.com",
    "icloud.com",
    "live.com",
    "mail.com",
    "me.com",
    "outlook.com",
    "proton.me",
    "web.de",
    "yahoo.com",
];

/// The domain in an account's website field.
#[derive(Debug, PartialEq, Eq)]
pub enum Website {
    /// The registrable domain.
    Own(String),
    /// A page on a site that many companies share.
    Shared(String),
    /// Not a host name.
    Unreadable,
}

/// Parses a domain from anything between `northwind.example` and a deep link; the first one of several.
pub fn parse_website(value: &str) -> Website {
    let first =
        value.trim().split(|mark: char| mark.is_whitespace() || mark == ';' || mark == ',').next().unwrap_or_default();
    let without_scheme = first.split_once("://").map_or(first, |(_, rest)| rest).trim_start_matches('/');
    let (authority, path) = match without_scheme.find(['/', '?', '#', '\\']) {
        Some(at) => (&without_scheme[..at], without_scheme[at..].trim_matches('/')),
        None => (without_scheme, ""),
    };
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let name = authority.split_once(':').map_or(authority, |(name, _)| name);
    match parse_host(name).map(|host| registrable_domain(&host).to_owned()) {
        None => Website::Unreadable,
        Some(domain) if MAIL_PROVIDERS.contains(&domain.as_str()) => Website::Shared(domain),
        Some(domain) if !path.is_empty() && SHARED.contains(&domain.as_str()) => Website::Shared(domain),
        Some(domain) => Website::Own(domain),
    }
}

/// Parses a host name with at least two labels into lower case without the final dot. Rejects IP addresses (RFC 1123,
/// 2.1); accepts letters beyond ASCII (RFC 5890).
pub fn parse_host(value: &str) -> Option<String> {
    let name = value.trim().trim_end_matches('.').to_lowercase();
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|mark| mark == '-' || mark == '_' || mark.is_alphanumeric())
    };
    let top_is_a_number = name.rsplit('.').next().is_none_or(|top| top.bytes().all(|byte| byte.is_ascii_digit()));
    let plausible = name.len() <= 253
        && name.contains('.')
        && name.split('.').all(label)
        && !top_is_a_number
        && name.parse::<Ipv4Addr>().is_err();
    plausible.then_some(name)
}

/// Returns the registrable part of a host name. A public suffix that is a site itself is returned whole.
pub fn registrable_domain(host: &str) -> &str {
    psl::domain_str(host).unwrap_or(host)
}

/// Returns the name and every parent: `eu.northwind.example`, `northwind.example`, `example`.
pub fn with_parents(host: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(host), |name| name.split_once('.').map(|(_, parent)| parent))
}

/// Parses a link that can be shown to a user: `http` or `https` with a host; a bare host gets `https://`.
pub fn parse_link(value: &str) -> Option<String> {
    let value = value.trim();
    let (scheme, rest) = match value.split_once("://") {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
        None => ("https".into(), value),
    };
    let authority = rest.split(['/', '?', '#']).next()?;
    let name = authority.split_once(':').map_or(authority, |(name, _)| name);
    let clean = rest.chars().all(|mark| !mark.is_whitespace() && !mark.is_control() && !"\"<>\\^`{|}".contains(mark));
    (clean && matches!(scheme.as_str(), "http" | "https") && parse_host(name).is_some())
        .then(|| format!("{scheme}://{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_from_websites() {
        let check = |value: &str, expected: Website| assert_eq!(parse_website(value), expected, "{value:?}");
        for (value, domain) in [
            ("northwind.example", "northwind.example"),
            ("https://www.Northwind.Example/", "northwind.example"),
            ("http://shop.eu.northwind.example:8080/a/b.php?x=1#y", "northwind.example"),
            ("http://timesonline.co.uk/magnis/dis.json", "timesonline.co.uk"),
            ("http://ocn.ne.jp/a/vestibulum.jpg", "ocn.ne.jp"),
            ("//northwind.example/x", "northwind.example"),
            ("user:pass@northwind.example", "northwind.example"),
            ("info@northwind.example", "northwind.example"),
            ("northwind.example; northwind.test", "northwind.example"),
            ("http://yolasite.com/in.jpg", "yolasite.com"),
            ("https://www.linkedin.com/", "linkedin.com"),
            ("NORTHWIND.EXAMPLE.", "northwind.example"),
            ("https://bücher.example/x", "bücher.example"),
        ] {
            check(value, Website::Own(domain.into()));
        }
        check("https://www.facebook.com/northwind", Website::Shared("facebook.com".into()));
        check("gmail.com", Website::Shared("gmail.com".into()));
        for value in
            ["", "n/a", "localhost", "http://", "10.0.0.1", "http://10.0.0.1/x", "-x.example", "a..b", "1.2", "[::1]"]
        {
            check(value, Website::Unreadable);
        }
    }

    #[test]
    fn links_are_web_links() {
        let check =
            |value: &str, expected: Option<&str>| assert_eq!(parse_link(value).as_deref(), expected, "{value:?}");
        check("HTTPS://www.linkedin.com/in/ann", Some("https://www.linkedin.com/in/ann"));
        check("linkedin.com/in/ann", Some("https://linkedin.com/in/ann"));
        for value in [
            "",
            "javascript:alert(1)",
            "ftp://x.example/",
            "https://x.example/<script>",
            "data:text/html,x",
            "https://",
        ] {
            check(value, None);
        }
    }

    #[test]
    fn a_name_and_its_parents() {
        assert_eq!(with_parents("a.b.example").collect::<Vec<_>>(), ["a.b.example", "b.example", "example"]);
    }
}
