//! The rules of the table `[sending]`.
//!
//! Afterwards, addresses and links are single lines that fit a header, the window is not empty, no password is in the
//! file, and no connection is unencrypted except to this machine.

use std::net::IpAddr;

use baton_mail::{Security, SendingOptions, Smtp, is_ehlo_name};
use baton_model::address;
use baton_model::{domains, quoted};

use super::{loader::FileReader, spanned::KeyPath};

/// The ranges of the numbers, by pattern.
pub(super) const RANGES: [(&str, i64, i64); 5] = [
    ("sending.mailbox-daily", 1, 10_000),
    ("sending.domain-daily", 1, 10_000),
    ("sending.seconds-between", 0, 86_400),
    ("sending.smtp.port", 1, 65_535),
    ("sending.smtp.timeout-seconds", 5, 600),
];

pub(super) fn check(sending: &SendingOptions, reading: &mut FileReader) {
    let at = |key: &str| KeyPath::of("sending").key(key);
    for (key, text) in [("postal-address", sending.postal_address.as_deref()), ("opt-out", Some(&*sending.opt_out))] {
        let Some(text) = text else { continue };
        if text.trim().is_empty() {
            reading.error(&at(key), format!("`{key}` is empty"), None);
        } else if text.len() > 1000 || text.chars().any(|c| c.is_control() && c != '\n') {
            let message = format!("`{key}` must be plain text of at most 1000 bytes");
            reading.error(&at(key), message, None);
        }
    }
    if let Some(address) = &sending.unsubscribe_mailto
        && !(address.is_ascii() && address::email(address).is_some_and(|known| known.eq_ignore_ascii_case(address)))
    {
        let message = format!("`unsubscribe-mailto` is not an email address: `{}`", quoted(address));
        reading.error(&at("unsubscribe-mailto"), message, Some("for instance `unsubscribe@company.example`".into()));
    }
    if let Some(url) = &sending.unsubscribe_url {
        let filled = url.replace("{id}", "0");
        let fits = filled.is_ascii()
            && filled.len() <= 500
            && !filled.contains([',', ';', '{', '}'])
            && domains::parse_link(&filled).is_some_and(|link| link == filled && link.starts_with("https://"));
        if !fits {
            let message = format!("`unsubscribe-url` is not an https link: `{}`", quoted(url));
            let hint = "for instance `https://company.example/unsubscribe/{id}`; `{id}` is the only placeholder";
            reading.error(&at("unsubscribe-url"), message, Some(hint.into()));
        }
    }
    if sending.weekdays.is_empty() {
        let hint = "for instance `[\"monday\", \"tuesday\"]`; `baton stop-sending` stops everything";
        reading.error(&at("weekdays"), "`weekdays` is empty, so nothing would ever be sent", Some(hint.into()));
    }
    if let Some(smtp) = &sending.smtp {
        check_smtp(smtp, reading, &at("smtp"));
    }
}

fn check_smtp(smtp: &Smtp, reading: &mut FileReader, at: &KeyPath) {
    let address = smtp.host.parse::<IpAddr>().ok();
    if address.is_none() && smtp.host != "localhost" && domains::parse_host(&smtp.host).is_none() {
        let message = format!("`host` is not the name of a server: `{}`", quoted(&smtp.host));
        reading.error(&at.key("host"), message, Some("for instance `smtp.company.example`".into()));
    } else if smtp.security == Security::None
        && smtp.host != "localhost"
        && !address.is_some_and(|address| address.is_loopback())
    {
        let message = "without TLS others on the network could read and change messages";
        let hint = "write `tls` or `starttls`; `none` is for `localhost` alone";
        reading.error(&at.key("security"), message, Some(hint.into()));
    }
    if let Some(name) = smtp.ehlo_name.as_deref().filter(|name| !is_ehlo_name(name)) {
        let message = format!("`ehlo-name` is not the name of a machine: `{}`", quoted(name));
        reading.error(&at.key("ehlo-name"), message, Some("for instance `mail.company.example`".into()));
    }
    match (&smtp.user, &smtp.password_env) {
        (Some(_), None) => {
            let hint = "name the environment variable that has it: `password-env = \"BATON_SMTP_PASSWORD\"`";
            reading.error(&at.key("user"), "there is a `user` and no password", Some(hint.into()));
        }
        (None, Some(_)) => {
            reading.error(&at.key("password-env"), "there is a password and no `user`", None);
        }
        _ => {}
    }
    if let Some(name) = &smtp.password_env {
        let shaped = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty() || !name.chars().all(shaped) || name.starts_with(|c: char| c.is_ascii_digit()) {
            // The value may be the password itself, so it is not quoted.
            let message = "`password-env` is not the name of an environment variable";
            let hint = "the password itself does not belong in this file: put it into an environment variable \
                        and write the variable's name here";
            reading.error(&at.key("password-env"), message, Some(hint.into()));
        }
    }
}
