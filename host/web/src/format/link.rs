//! Links in facts. Only `http` and `https` addresses with a host become links; everything else is shown as text.

use baton_present::{is_harmful, line};

/// The longest address that becomes a link, in bytes.
const MAX_LINK_LENGTH: usize = 2000;

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Link {
    /// `None` if the address is not safe to follow.
    pub href: Option<String>,
    /// The host of the link, or the whole text.
    pub label: String,
}

impl Link {
    /// Accepts `http` and `https` with a host. Rejects a name and password, which only make a host look like another one.
    pub fn new(text: &str) -> Self {
        let text = text.trim();
        let rest = ["https://", "http://"]
            .iter()
            .find(|scheme| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
            .map(|scheme| &text[scheme.len()..]);
        let host = rest.and_then(|rest| rest.split(['/', '?', '#', '\\']).next()).filter(|host| {
            !host.is_empty()
                && !host.contains('@')
                && text.len() <= MAX_LINK_LENGTH
                && !text.chars().any(|letter| letter.is_whitespace() || is_harmful(letter))
        });
        match host {
            Some(host) => Self { href: Some(text.to_owned()), label: line(host.strip_prefix("www.").unwrap_or(host)) },
            None => Self { href: None, label: line(text) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_are_linked() {
        for (text, host) in [
            ("https://transitweekly.example/2026/02/a?b=c#d", Some("transitweekly.example")),
            ("HTTP://www.north.example", Some("north.example")),
            ("https://north.example:8443/x", Some("north.example:8443")),
            ("javascript:alert(1)", None),
            ("JaVaScRiPt:alert(1)//https://x.example", None),
            ("data:text/html,<script>", None),
            ("//north.example", None),
            ("/packages/x/approve", None),
            ("https://", None),
            ("https:///x", None),
            ("https://bank.example@evil.example/", None),
            ("https://north.example/\u{202e}gpj", None),
            ("https://north.example/a b", None),
            ("java\tscript:alert(1)", None),
            ("é", None),
            ("", None),
        ] {
            let link = Link::new(text);
            assert_eq!(link.href.is_some(), host.is_some(), "{text}");
            if let Some(host) = host {
                assert_eq!(link.label, host);
            }
        }
        assert_eq!(Link::new(&format!("https://x.example/{}", "a".repeat(3000))).href, None);
    }
}
