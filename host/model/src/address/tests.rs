//! Every spelling that is accepted, and what is refused.

use super::*;
use proptest::prelude::*;

#[track_caller]
fn address(text: &str, expected: &str) {
    let read: EmailAddress = text.parse().unwrap_or_else(|error| panic!("{text:?}: {error}"));
    assert_eq!(read.as_compared(), expected, "{text:?}");
    assert_eq!(read.as_written().parse::<EmailAddress>(), Ok(read.clone()), "{text:?}");
    assert_eq!(read.in_unicode().parse::<EmailAddress>(), Ok(read), "{text:?}");
}

#[test]
fn every_spelling_is_the_address() {
    for text in [
        "ann@northwind.example",
        "Ann@Northwind.EXAMPLE",
        " ann@northwind.example\u{a0}",
        "<ann@northwind.example>",
        "Ann Lee <ann@northwind.example>",
        "ann@northwind.example <Ann@northwind.example>",
        "\"Lee, Ann\" <ann@northwind.example>;",
        "mailto:ann@northwind.example",
        "MAILTO:<ann@northwind.example>",
        "<mailto:ann@northwind.example?subject=stop>",
        "ann@northwind.example,",
        "ann@northwind.example.",
        "ann@northwind.example….".trim_end_matches('.').trim_end_matches('…'),
        "'ann@northwind.example'",
        "\"ann@northwind.example\"",
        "“ann@northwind.example”",
        "(ann@northwind.example)",
        "ann\u{200b}@north\u{ad}wind.example\u{feff}",
        "\u{202a}ann@northwind.example\u{202c}",
    ] {
        address(text, "ann@northwind.example");
    }
    for text in
        ["jo\u{308}rg@bu\u{308}cher.example", "J\u{f6}rg@B\u{dc}CHER.example", "j\u{f6}rg@xn--bcher-kva.example"]
    {
        address(text, "j\u{f6}rg@xn--bcher-kva.example");
    }
}

#[test]
fn addresses() {
    let check = |value: &str, expected: Option<&str>| assert_eq!(email(value).as_deref(), expected, "{value:?}");
    check("Ann.Lee+x@Northwind.EXAMPLE", Some("Ann.Lee+x@northwind.example"));
    check("mailto:ann@northwind.example", Some("ann@northwind.example"));
    check("Ann Lee <ann@northwind.example>", Some("ann@northwind.example"));
    check("ann@mail.northwind.co.uk", Some("ann@mail.northwind.co.uk"));
    check("jörg@bücher.example", Some("jörg@bücher.example"));
    check("ann@northwind.example.", Some("ann@northwind.example"));
    for value in [
        "",
        "ann",
        "ann@",
        "@northwind.example",
        "ann@northwind",
        "a b@northwind.example",
        "ann@@northwind.example",
        ".ann@northwind.example",
        "ann.@northwind.example",
        "a..b@northwind.example",
        "ann@northwind..example",
        "ann@10.0.0.1",
        "\"ann lee\"@northwind.example",
        "ann@[10.0.0.1]",
        "ann@northwind.example; bob@x.example",
        "ann@-x.example",
        "ann(c)@northwind.example",
    ] {
        check(value, None);
    }
    check(&format!("{}@x.example", "a".repeat(65)), None);
}

#[test]
fn anything_else_is_refused() {
    for (text, why) in [
        ("", "it is empty"),
        (" <> ", "it is empty"),
        ("ann", "an address has an `@`"),
        ("@northwind.example", "the part before the `@` is missing"),
        ("*@northwind.example", "the part before the `@` is missing"),
        ("ann@", "the part after the `@` is missing"),
        ("ann@northwind", "a domain has a dot"),
        ("a b@northwind.example", "the character U+0020 cannot be part of it"),
        ("ann@@northwind.example", "the character `@` (U+0040) cannot be part of it"),
        ("ann@a.example, bob@b.example", "the character `,` (U+002C) cannot be part of it"),
        ("ann@a.example; bob@b.example", "the character `;` (U+003B) cannot be part of it"),
        ("Ann <ann@a.example>, Bob <bob@b.example>", "it has more than one address"),
        ("ann@a.example <bob@b.example>", "it has more than one address"),
        ("<ann@a.example> <bob@b.example>", "it has more than one address"),
        ("a..b@northwind.example", "the character `.` (U+002E) cannot be part of it"),
        (".ann@northwind.example", "the character `.` (U+002E) cannot be part of it"),
        ("ann@10.0.0.1", "its domain is not valid"),
        ("ann@[10.0.0.1]", "the character `[` (U+005B) cannot be part of it"),
        ("ann@-x.example", "its domain is not valid"),
        ("ann@a..example", "its domain is not valid"),
        ("ann(c)@northwind.example", "the character `(` (U+0028) cannot be part of it"),
        ("ann\r\nBcc: eve@evil.example", "the character U+000D cannot be part of it"),
        ("ann@northwind.example\u{1b}[2J", "the character U+001B cannot be part of it"),
    ] {
        let error = text.parse::<EmailAddress>().expect_err(text);
        assert_eq!(error.to_string(), why, "{text:?}");
    }
    assert_eq!(format!("{}@x.example", "a".repeat(65)).parse::<EmailAddress>(), Err(AddressError::TooLong));
    assert_eq!("a".repeat(3_000).parse::<EmailAddress>(), Err(AddressError::TooLong));
}

#[test]
fn every_spelling_is_the_domain() {
    for text in [
        "northwind.example",
        "NORTHWIND.example.",
        "@northwind.example",
        "*@northwind.example",
        "*.northwind.example",
        "https://northwind.example/path?x#y",
        "northwind.example:443",
        "<northwind.example>,",
    ] {
        let read: AddressOrDomain = text.parse().unwrap_or_else(|error| panic!("{text:?}: {error}"));
        assert_eq!(read, AddressOrDomain::Domain(Domain("northwind.example".into())), "{text:?}");
    }
    for text in ["b\u{fc}cher.example", "xn--bcher-kva.example", "BU\u{308}CHER.example."] {
        assert_eq!(text.parse::<Domain>().map(|domain| domain.0).as_deref(), Ok("xn--bcher-kva.example"), "{text:?}");
    }
    assert_eq!(
        "xn--bcher-kva.example".parse::<Domain>().map(|domain| domain.unicode()).as_deref(),
        Ok("bücher.example")
    );
    for text in ["", "*", "@", "example", "10.0.0.1", "a b.example", "-x.example", "ann@x.example"] {
        assert!(text.parse::<Domain>().is_err(), "{text:?}");
    }
}

proptest! {
    /// Decorations in any order and number change nothing, and no text makes the parser fail in another way.
    #[test]
    fn a_decorated_address_is_the_address(
        local in "[a-z0-9][a-z0-9+_-]{0,8}",
        domain in "[a-z]{1,8}\\.(example|b\u{fc}cher\\.example)",
        steps in proptest::collection::vec(0_usize..9, 0..6),
        upper in any::<bool>(),
    ) {
        let plain = format!("{local}@{domain}");
        let mut text = if upper { plain.to_uppercase() } else { plain.clone() };
        for step in steps {
            text = match step {
                0 => format!("<{text}>"),
                1 => format!("mailto:{text}"),
                2 => format!("{text},"),
                3 => format!("{text}."),
                4 => format!("\"{text}\""),
                5 => format!(" {text}\t"),
                6 => format!("\u{200b}{text}\u{feff}"),
                7 => format!("Some Name <{text}>"),
                _ => text.nfd().collect(),
            };
        }
        prop_assert_eq!(text.parse::<EmailAddress>(), plain.parse());
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,40}") {
        let _ = (text.parse::<EmailAddress>(), text.parse::<Domain>(), text.parse::<AddressOrDomain>());
    }
}
