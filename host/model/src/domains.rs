//! Hosts, registrable domains and links.
//!
//! Everything here is compared in lower case. A domain is registrable in the sense of the Public Suffix List, whose
//! default rule also covers names reserved for documentation such as `northwind.example` (RFC 2606).

use std::net::Ipv4Addr;

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
