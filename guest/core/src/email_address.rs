//! Validates email addresses.
//!
//! This accepts less than RFC 5321: forms that no mailbox provider issues (quoted local parts, address literals,
//! comments) are rejected, and so is text that could add a second recipient or a header.

/// Returns whether `text` is one plain address: a local part of at most 64 bytes, a domain of at least two labels, 254
/// bytes in all (RFC 5321 §4.5.3.1).
pub(crate) fn is_plausible_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    text.len() <= 254 && is_local(local) && is_domain(domain)
}

/// Returns whether `text` is a domain of at least two labels, the last of which is not a number.
pub(crate) fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|character| character.is_alphanumeric() || character == '-')
    };
    let last = text.rsplit('.').next().unwrap_or_default();
    text.contains('.')
        && text.split('.').all(label)
        && last.len() > 1
        && !last.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_local(local: &str) -> bool {
    !local.is_empty()
        && local.len() <= 64
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.chars().all(|character| character.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(character))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_addresses_pass_and_tricks_do_not() {
        for good in ["ada@northwind.example", "a.b+c@x.co", "o'neil@sub.domain.example", "jürgen@müller.example"] {
            assert!(is_plausible_address(good), "{good}");
        }
        for bad in [
            "",
            "@",
            "ada",
            "ada@",
            "@northwind.example",
            "ada@northwind",
            "ada@@northwind.example",
            "a b@northwind.example",
            "ada@northwind.example,eve@evil.example",
            "ada@northwind.example\nBcc: eve@evil.example",
            "ada@-x.example",
            "<ada@northwind.example>",
            "ada@127.0.0.1",
            ".ada@northwind.example",
            "a..b@northwind.example",
            "ada@x..example",
        ] {
            assert!(!is_plausible_address(bad), "{bad}");
        }
        assert!(!is_plausible_address(&format!("{}@northwind.example", "a".repeat(65))));
        assert!(!is_plausible_address(&format!("ada@{}.example", "a".repeat(64))));
    }
}
