//! `[web]`.

use expect_test::expect;

use super::{BATON, check_baton};
use crate::Settings;
use baton_identity::{SignInPolicy, WebOptions};

fn check(text: &str, expected: expect_test::Expect) {
    check_baton(&format!("{BATON}[web]\n{text}"), expected);
}

fn read(text: &str) -> WebOptions {
    let text = format!("{BATON}[web]\n{text}");
    Settings::parse("pilot/baton.toml".as_ref(), &text).expect("the file is sound").value.web
}

#[test]
fn the_default_is_this_machine_alone() {
    let web = read("");
    assert_eq!(web, WebOptions::default());
    assert!(!web.is_public());
    assert_eq!((web.listen.to_string().as_str(), web.sign_in), ("127.0.0.1:7420", SignInPolicy::WithUsers));
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
        assert!(web.is_public() && web.trusted_proxies[0].contains("::ffff:127.0.0.1".parse().expect("an address")));
    }
    assert!(!read("public-url = \"http://localhost:7420\"\n").is_public());
}

#[test]
fn public_pages_need_protection() {
    check(
        "listen = \"0.0.0.0:7420\"\n",
        expect![[r#"
        error: pilot/baton.toml:7: others can reach 0.0.0.0:7420, and `public-url` is missing
          hint: name the address that browsers use: `public-url = "https://baton.company.example"`; requests to any other are turned away
        error: pilot/baton.toml:7: others can reach the page, and nothing secures the connection
          hint: name `tls-certificate` and `tls-key`, or the proxy that speaks TLS before this program: `trusted-proxies = ["10.0.0.5/32"]`"#]],
    );
    check(
        "listen = \"[::]:7420\"\npublic-url = \"http://localhost\"\ntls-key = \"key.pem\"\n",
        expect![[r#"
        error: pilot/baton.toml:8: others can reach the page, and `public-url` is not over TLS
          hint: write `https://`
        error: pilot/baton.toml:9: there is a `tls-key` and no `tls-certificate`
          hint: TLS needs both"#]],
    );
    check(
        "public-url = \"https://baton.relayforge.example\"\n",
        expect![[r#"
        error: pilot/baton.toml:7: others can reach the page, and nothing secures the connection
          hint: name `tls-certificate` and `tls-key`, or the proxy that speaks TLS before this program: `trusted-proxies = ["10.0.0.5/32"]`"#]],
    );
}

#[test]
fn contradictory_values() {
    check(
        "listen = \"7420\"\nsign-in = \"never\"\npublic-url = \"baton.relayforge.example\"\n\
         trusted-proxies = [\"0.0.0.0/0\", \"proxy\"]\ntls-certificate = \"chain.pem\"\ntls = true\n",
        expect![[r#"
            error: pilot/baton.toml:7: `listen`: it is not an address with a port like 127.0.0.1:7420
            error: pilot/baton.toml:8: `sign-in` must be `with-users` or `required`, not `never`
            error: pilot/baton.toml:9: `public-url`: it is not an address like https://baton.company.example
            error: pilot/baton.toml:10: an entry of `trusted-proxies`: it would trust every address: name the proxies
            error: pilot/baton.toml:10: an entry of `trusted-proxies`: it is not an address or network like 10.0.0.5/32
            error: pilot/baton.toml:11: there is a `tls-certificate` and no `tls-key`
              hint: TLS needs both
            error: pilot/baton.toml:12: `tls` is not a key of `[web]`
              hint: the keys are `listen`, `oidc`, `passwords`, `public-url`, `sign-in`, `tls-certificate`, `tls-key` and `trusted-proxies`"#]],
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

#[test]
fn single_sign_on() {
    let oidc = "[web.oidc]\nissuer = \"https://login.relayforge.example/tenant/\"\nclient-id = \"baton\"\n\
                client-secret-env = \"BATON_OIDC_SECRET\"\n";
    let web = read(&format!("public-url = \"http://localhost:7420\"\npasswords = false\n{oidc}"));
    let found = web.oidc.expect("a provider");
    assert_eq!(found.issuer.as_str(), "https://login.relayforge.example/tenant/");
    assert_eq!((found.label.as_str(), found.role_for_new, web.passwords), ("Company account", None, false));
    assert!(found.allows_domain("anything.example"));
    check(
        "passwords = false\n",
        expect![[r#"
        error: pilot/baton.toml:7: without passwords nobody could sign in
          hint: name an identity provider in `[web.oidc]`"#]],
    );
    check(
        oidc,
        expect![[r#"
        error: pilot/baton.toml:7: the identity provider sends people back to `public-url`, and it is missing
          hint: name the address that browsers use: `public-url = "https://baton.company.example"`, or `http://localhost:7420` on this machine alone"#]],
    );
    check(
        "public-url = \"http://localhost:7420\"\n[web.oidc]\nissuer = \"http://login.relayforge.example\"\n\
         client-id = \"\"\nclient-secret-env = \"hunter2!\"\nlabel = \"\"\nallowed-domains = [\"a b\"]\n\
         role-for-new = \"admin\"\nscopes = []\n",
        expect![[r#"
            error: pilot/baton.toml:9: `issuer`: it must begin with https://
            error: pilot/baton.toml:10: `client-id` is one line of 1 to 255 bytes
              hint: write this program's client id at the provider
            error: pilot/baton.toml:11: `client-secret-env` is not the name of an environment variable
              hint: the secret itself does not belong in this file: put it into an environment variable and write the variable's name here
            error: pilot/baton.toml:12: `label` is one line of 1 to 60 bytes
              hint: write the name of the account that people sign in with
            error: pilot/baton.toml:13: `allowed-domains`: `a b` is not a domain
              hint: for instance `company.example`
            error: pilot/baton.toml:14: `role-for-new` must be `sdr`, not `admin`
            error: pilot/baton.toml:15: `scopes` is not a key of `[web.oidc]`
              hint: the keys are `allowed-domains`, `client-id`, `client-secret-env`, `issuer`, `label` and `role-for-new`"#]],
    );
    check(
        &format!("public-url = \"http://localhost:7420\"\n{oidc}role-for-new = \"sdr\"\n"),
        expect![[r#"
            error: pilot/baton.toml:12: everybody whom the provider knows would become a user
              hint: name the domains of their addresses: `allowed-domains = ["company.example"]`"#]],
    );
    for issuer in [
        "login.relayforge.example",
        "https://user@login.relayforge.example",
        "https://login.relayforge.example/?tenant=7",
        "https://login.relayforge.example/#a",
        "http://192.0.2.7",
        "javascript:alert(1)",
    ] {
        let text = format!(
            "{BATON}[web]\npublic-url = \"http://localhost\"\n{}",
            oidc.replace("https://login.relayforge.example/tenant/", issuer)
        );
        assert!(Settings::parse("pilot/baton.toml".as_ref(), &text).is_err(), "{issuer}");
    }
}

/// A page behind a proxy serves others, so every user signs in.
#[test]
fn a_proxy_makes_the_page_public() {
    check_baton(
        &format!("{BATON}[web]\ntrusted-proxies = [\"127.0.0.1\"]\n"),
        expect![[r#"
        error: pilot/baton.toml:6: others can reach 127.0.0.1:7420, and `public-url` is missing
          hint: name the address that browsers use: `public-url = "https://baton.company.example"`; requests to any other are turned away"#]],
    );
}
