//! `[web]`.

use expect_test::expect;

use super::{BATON, check_baton};
use crate::config::{Settings, SigningIn, Web};

fn check(text: &str, expected: expect_test::Expect) {
    check_baton(&format!("{BATON}[web]\n{text}"), expected);
}

fn read(text: &str) -> Web {
    let text = format!("{BATON}[web]\n{text}");
    Settings::parse("pilot/baton.toml".as_ref(), &text).expect("the file is sound").value.web
}

#[test]
fn the_default_is_this_machine_alone() {
    let web = read("");
    assert_eq!(web, Web::default());
    assert!(!web.is_public());
    assert_eq!((web.listen.to_string().as_str(), web.sign_in), ("127.0.0.1:7420", SigningIn::WithUsers));
}

#[test]
fn public_addresses_are_as_browsers_write_them() {
    for (url, authority) in [
        ("https://Baton.Relayforge.example/", "baton.relayforge.example"),
        ("https://baton.relayforge.example:443", "baton.relayforge.example"),
        ("https://baton.relayforge.example:8443", "baton.relayforge.example:8443"),
        ("https://[2001:db8::1]:8443", "[2001:db8::1]:8443"),
        ("https://192.0.2.7", "192.0.2.7"),
    ] {
        let web = read(&format!("public-url = \"{url}\"\ntrusted-proxies = [\"127.0.0.1\", \"::1/128\"]\n"));
        assert_eq!(web.public_url.as_ref().expect("a url").authority(), authority, "{url}");
        assert!(web.is_public() && web.trusted_proxies[0].has("::ffff:127.0.0.1".parse().expect("an address")));
    }
    assert!(!read("public-url = \"http://localhost:7420\"\n").is_public());
}

#[test]
fn what_others_could_reach_without_protection() {
    check("listen = \"0.0.0.0:7420\"\n", expect![[]]);
    check("listen = \"[::]:7420\"\npublic-url = \"http://localhost\"\ntls-key = \"key.pem\"\n", expect![[]]);
    check("public-url = \"https://baton.relayforge.example\"\n", expect![[]]);
}

#[test]
fn what_cannot_be_meant() {
    check(
        "listen = \"7420\"\nsign-in = \"never\"\npublic-url = \"baton.relayforge.example\"\n\
         trusted-proxies = [\"0.0.0.0/0\", \"proxy\"]\ntls-certificate = \"chain.pem\"\ntls = true\n",
        expect![[]],
    );
    for url in [
        "http://baton.relayforge.example",
        "https://user@baton.relayforge.example",
        "https://baton.relayforge.example/app",
        "https://baton.relayforge.example:0x1",
        "https://",
        "javascript:alert(1)",
    ] {
        let text = format!("{BATON}[web]\npublic-url = \"{url}\"\ntrusted-proxies = [\"127.0.0.1\"]\n");
        assert!(Settings::parse("pilot/baton.toml".as_ref(), &text).is_err(), "{url}");
    }
}
