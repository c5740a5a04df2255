//! The rules of the table `[web]`: a page that others can reach has a public address over TLS, and either its own
//! certificate or the addresses of trusted proxies.

use baton_identity::WebOptions;

use super::{loader::FileReader, oidc, spanned::KeyPath};

pub(super) fn check(web: &WebOptions, reading: &mut FileReader) {
    let at = |key: &str| KeyPath::of("web").key(key);
    for (one, other, there) in [
        ("tls-certificate", "tls-key", (&web.tls_certificate, &web.tls_key)),
        ("tls-key", "tls-certificate", (&web.tls_key, &web.tls_certificate)),
    ] {
        if there.0.is_some() && there.1.is_none() {
            let message = format!("there is a `{one}` and no `{other}`");
            reading.error(&at(one), message, Some("TLS needs both".into()));
        }
    }
    check_signing_in(web, reading);
    if !web.is_public() {
        return;
    }
    let key = if web.listen.ip().to_canonical().is_loopback() { "public-url" } else { "listen" };
    match &web.public_url {
        None => {
            let message = format!("others can reach {}, and `public-url` is missing", web.listen);
            let hint = "name the address that browsers use: `public-url = \"https://baton.company.example\"`; \
                        requests to any other are turned away";
            reading.error(&at(key), message, Some(hint.into()));
        }
        Some(url) if !url.is_secure() => {
            let message = "others can reach the page, and `public-url` is not over TLS";
            reading.error(&at("public-url"), message, Some("write `https://`".into()));
        }
        Some(_) => {}
    }
    if !web.has_tls() && web.tls_certificate.is_none() && web.tls_key.is_none() && web.trusted_proxies.is_empty() {
        let message = "others can reach the page, and nothing secures the connection";
        let hint = "name `tls-certificate` and `tls-key`, or the proxy that speaks TLS before this program: \
                    `trusted-proxies = [\"10.0.0.5/32\"]`";
        reading.error(&at(key), message, Some(hint.into()));
    }
}

fn check_signing_in(web: &WebOptions, reading: &mut FileReader) {
    let at = |key: &str| KeyPath::of("web").key(key);
    if let Some(oidc) = &web.oidc {
        oidc::check(oidc, &at("oidc"), reading);
        if web.public_url.is_none() {
            let message = "the identity provider sends people back to `public-url`, and it is missing";
            let hint = "name the address that browsers use: `public-url = \"https://baton.company.example\"`, or \
                        `http://localhost:7420` on this machine alone";
            reading.error(&at("oidc"), message, Some(hint.into()));
        }
    }
    if !web.passwords && web.oidc.is_none() {
        let message = "without passwords nobody could sign in";
        let hint = "name an identity provider in `[web.oidc]`";
        reading.error(&at("passwords"), message, Some(hint.into()));
    }
}
