//! The fuzz targets: each takes bytes and checks its invariants, and each has its seeds.

use crate::web::browser::{Browser, request};
use axum::body::Body;
use axum::http::Method;
use axum::http::header::CONTENT_TYPE;
use baton_config::Settings;
use baton_core::{replies, template};
use baton_crm::crm_config::DateOrder;
use baton_crm::dates::{parse_timestamp, proven_order};
use baton_crm::{Crm, CrmSource, LoadOptions};
use baton_facts::packages::Brief;
use baton_model::address::{Domain, EmailAddress};
use baton_runtime::{Component, Error};
use baton_tests::{Given, component as built, test_components};
use std::path::{Path, PathBuf};

fn pilot() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/pilot")
}

fn seed(file: &str) -> Vec<u8> {
    let mut bytes = std::fs::read(pilot().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    // Short seeds, so that more mutations hit interesting bytes.
    bytes.truncate(8 << 10);
    bytes
}

pub fn csv_seeds() -> Vec<Vec<u8>> {
    vec![seed("crm/companies.csv"), seed("crm/contacts.csv"), b"\"a\nb\",c\r\n1;2\n".to_vec()]
}

/// An export loads or is refused with a reason, and each file has one report.
pub fn csv(input: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    for file in ["companies.csv", "contacts.csv"] {
        std::fs::write(folder.path().join(file), input).expect("writable");
    }
    let source = serde_json::json!({ "format": "hubspot", "accounts": "companies.csv", "contacts": "contacts.csv" });
    let source: CrmSource = serde_json::from_value(source).expect("the settings are those of [crm]");
    if let Ok(loaded) = Crm::load(&source, folder.path(), LoadOptions::default()) {
        assert_eq!(loaded.report.files.len(), 2);
        assert_eq!(loaded.crm.accounts().count(), loaded.crm.len());
    }
}

pub fn address_seeds() -> Vec<Vec<u8>> {
    let texts = [
        "Ann Lee <ann@acme.example>",
        "mailto:ann@bücher.example?subject=x",
        "*@xn--bcher-kva.example",
        "@acme.example.",
    ];
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

/// An address or a domain is refused, or its own spelling is read as the same one.
pub fn address(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    if let Ok(address) = text.parse::<EmailAddress>() {
        assert_eq!(address.as_written().parse::<EmailAddress>().as_ref(), Ok(&address));
        assert_eq!(address.domain().as_str().parse::<Domain>(), Ok(address.domain()));
    }
    if let Ok(domain) = text.parse::<Domain>() {
        assert!(domain.as_str().is_ascii(), "{domain}");
        assert_eq!(domain.as_str().parse::<Domain>().as_ref(), Ok(&domain));
        assert_eq!(domain.unicode().parse::<Domain>().as_ref(), Ok(&domain));
    }
}

pub fn date_seeds() -> Vec<Vec<u8>> {
    let texts =
        ["2026-03-05T09:30:00+05:30", "3/5/2026 9:30 PM", "5. März 2026", "46086.5", "1772668800000", "2026年3月5日"];
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

/// A date is refused, or is in the years that the documentation names, in every order.
pub fn date(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    proven_order(&text);
    for order in [None, Some(DateOrder::Mdy), Some(DateOrder::Dmy)] {
        if let Some(at) = parse_timestamp(&text, order) {
            // A day more on each side, for time zones.
            assert!((-2_208_988_800 - 86_400..7_258_118_400 + 86_400).contains(&at), "{text}: {at}");
        }
    }
}

pub fn mail_seeds() -> Vec<Vec<u8>> {
    let bounce = "From: MAILER-DAEMON@example.com\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\nContent-Type: \
                  multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nSorry.\r\n--b\r\nContent-Type: \
                  message/delivery-status\r\n\r\nReporting-MTA: dns; a\r\n\r\nFinal-Recipient: rfc822; ada@b.example\r\n\
                  Action: failed\r\nStatus: 5.1.1\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: Hello\r\n\r\nHi\r\n\
                  --b--\r\n";
    let reply = "From: Ada <ada@b.example>\r\nSubject: =?utf-8?q?Re:_Hello?=\r\nIn-Reply-To: <1@a.example>\r\nContent-Type: \
                 text/html; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>Please \
                 unsubscribe=20me</p><blockquote>On Monday you wrote:</blockquote>\r\n";
    vec![bounce.into(), reply.into(), seed("transcript/message.eml")]
}

/// A message is read or refused, and reading it again gives the same result.
pub fn mail(input: &[u8]) {
    let first = replies::read(input);
    assert_eq!(format!("{first:?}"), format!("{:?}", replies::read(input)));
}

pub fn toml_seeds() -> Vec<Vec<u8>> {
    vec![seed("baton.toml"), seed("campaigns/pilot.toml")]
}

/// A configuration is parsed, or refused with problems whose positions are within the file.
pub fn toml(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    if let Err(problems) = Settings::parse("baton.toml".as_ref(), text) {
        assert!(!problems.to_string().is_empty());
    }
}

pub fn template_seeds() -> Vec<Vec<u8>> {
    let angle = &Given::base().campaign.angles[0];
    let texts = [&angle.subject, &angle.opener, &angle.pitch, &angle.call_to_action];
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

/// A template is rendered or refused, within its fuel.
pub fn template() -> impl Fn(&[u8]) {
    let given = Given::base();
    let brief = Brief {
        account: given.account.clone(),
        contact: given.contacts["ada"].clone(),
        signal: given.signals["funding"].clone(),
        angle: given.campaign.angles[0].clone(),
        sender: given.campaign.sender.clone(),
        touch_number: 1,
        earlier: Vec::new(),
        rejected: None,
        note: None,
    };
    move |input| {
        let text = String::from_utf8_lossy(input).into_owned();
        let mut brief = brief.clone();
        brief.angle.subject = text.clone();
        brief.angle.pitch = text;
        drop(template::write(&brief));
    }
}

pub fn component_seeds() -> Vec<Vec<u8>> {
    let text = "(component (instance $none) (export \"baton:handoff/drafting@0.2.0\" (instance $none)))";
    vec![
        wat::parse_str(text).expect("it parses"),
        wat::parse_str("(module (memory 1))").expect("it parses"),
        built("reader"),
    ]
}

/// Bytes are loaded as a plugin, or refused: as too large, for an import, or as not loadable.
pub fn component(input: &[u8]) {
    match Component::load_blocking(&test_components().runtime, input) {
        Ok(_) | Err(Error::Load { .. } | Error::TooLarge { .. } | Error::ForbiddenImport { .. }) => {}
        Err(error) => panic!("{error}"),
    }
}

pub fn form_seeds() -> Vec<Vec<u8>> {
    let texts =
        ["digest=0&key=k&seconds=30&reason=draft&note=n", "subject=s&body=b&digest=0&key=k", "packages=1&packages=2"];
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

/// A form that is posted to an action never gets a server error.
pub fn form() -> impl Fn(&[u8]) {
    let browser = Browser::pilot();
    let id = browser.server.queue()[0].clone();
    let paths = ["approve", "edit", "reject", "snooze", "check"].map(|action| format!("/packages/{id}/{action}"));
    move |input| {
        for path in &paths {
            let headers = [("sec-fetch-site", "same-origin"), ("origin", "null")];
            let post = request(Method::POST, path, &headers)
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(input.to_vec()));
            let answer = browser.send(post.expect("a request"));
            assert!(!answer.status.is_server_error(), "{path}: {} {}", answer.status, answer.body);
        }
    }
}
