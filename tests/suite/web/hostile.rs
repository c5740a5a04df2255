//! Hostile facts: every text of a package is an attack, and the page shows it as text.

use super::browser::Browser;
use super::html::Element;
use baton_desk::accounts::SaveResult;
use baton_facts::packages::{Check, HandoffPackage, Verdict};
use baton_facts::types::{Channel, Claim, Direction, Evidence, Touch, TouchOutcome};
use baton_model::PackageId;
use baton_tests::server::NOW;

/// Puts the text into every field that a person sees, beside a word that identifies the field.
fn poisoned(package: &HandoffPackage, text: &str) -> HandoffPackage {
    let mut package = package.clone();
    let put = |name: &str| format!("{name} {text}");
    let account = &mut package.account;
    (account.id, account.name, account.domain) = ("hostile".into(), put("account"), Some(put("domain")));
    (account.industry, account.country) = (Some(put("industry")), Some(put("country")));
    (account.owner, account.referred_by) = (Some(put("owner")), Some(put("referrer")));
    for ranked in &mut package.signals {
        let signal = &mut ranked.signal;
        (signal.kind, signal.summary) = (put("kind"), put("summary"));
        (signal.source_name, signal.source_url) = (put("source"), put("https://url.example/"));
    }
    package.why_now = put("why");
    let contact = &mut package.contact;
    (contact.id, contact.first_name, contact.last_name) = ("hostile".into(), Some(put("first")), Some(put("last")));
    (contact.title, contact.email) = (Some(put("title")), Some(put("email@x.example")));
    (contact.linkedin_url, contact.country) = (Some(text.to_owned()), Some(put("place")));
    (contact.time_zone, contact.language) = (Some(put("zone")), Some(put("language")));
    (package.role_match.role, package.role_match.matched_title) = (put("role"), put("matched"));
    let touch = |number: usize| Touch {
        at: NOW - number as i64,
        direction: if number.is_multiple_of(2) { Direction::Inbound } else { Direction::Outbound },
        channel: Channel::Email,
        campaign: Some(put("autumn")),
        subject: put("touched"),
        outcome: Some(TouchOutcome::Other(put("outcome"))),
    };
    package.history = (0..8).map(touch).collect();
    package.angle.facts.iter_mut().for_each(|fact| fact.text = put("fact"));
    package.sender.name = put("sender");
    let message = &mut package.draft.message;
    // The desk saves no package whose recipient is not an address.
    (message.to, message.subject) = ("to@x.example".into(), put("subject"));
    message.body = format!("body {text}\nclaimed {text} and more {text}");
    let ids: Vec<String> = package.angle.facts.iter().map(|fact| fact.id.clone()).chain([put("missing")]).collect();
    let claim = |evidence: &String| Claim { text: put("claimed"), evidence: Evidence::Fact(evidence.clone()) };
    package.draft.claims = ids.iter().map(claim).collect();
    package
        .draft
        .claims
        .push(Claim { text: put("nowhere"), evidence: Evidence::Signal(package.signals[0].signal.id.clone()) });
    let check = |verdict, name: &str| Check {
        name: put(name),
        verdict,
        detail: put("detail"),
        evidence: vec![Evidence::Fact(put("evidence"))],
    };
    package.checks =
        vec![check(Verdict::Fail, "failed"), check(Verdict::Warn, "warned"), check(Verdict::Pass, "passed")];
    package.next_action = put("next");
    package
}

/// Returns every page that shows the package, parsed strictly.
fn pages(browser: &Browser, id: &PackageId) -> Vec<Element> {
    let (path, mut pages) = (format!("/packages/{id}"), Vec::new());
    for path in ["/", "/outbox", &path, &format!("{path}/audit-log")] {
        pages.push(browser.page(path));
    }
    pages.push(browser.decide(id, "check", &[]).page());
    pages.push(browser.decide(id, "approve", &[]).page());
    pages.push(browser.decide(id, "edit", &[]).page());
    pages
}

/// Saves a package with this text in all fields.
fn kept(browser: &Browser, text: &str) -> PackageId {
    let original = browser.server.queue().into_iter().map(|id| browser.server.package(&id));
    let original =
        original.into_iter().find(|package| package.account.id != "hostile").expect("a package of the pilot");
    let mut package = poisoned(&original, text);
    package.contact.id = format!("hostile {text}");
    let SaveResult::New(id) = browser.server.keep(&package) else { panic!("not kept") };
    id
}

fn check(browser: &Browser, text: &str, shown: &str) {
    let id = kept(browser, text);
    for page in pages(browser, &id) {
        assert!(!page.text().contains(['\u{202e}', '\u{200b}', '\u{1b}', '\u{0}']), "{text:?} is made visible");
    }
    let page = browser.page(&format!("/packages/{id}"));
    let said = page.text();
    for name in [
        "account", "domain", "industry", "country", "owner", "referrer", "kind", "summary", "source", "why", "first",
        "title", "place", "zone", "language", "role", "matched", "touched", "outcome", "autumn", "fact", "missing",
        "nowhere", "next", "subject", "body", "claimed", "detail",
    ] {
        // Names of kinds and checks are shown without hyphens.
        let wanted = if matches!(name, "kind" | "Failed" | "Warned" | "Passed") {
            format!("{name} {}", shown.replace('-', " "))
        } else {
            format!("{name} {shown}")
        };
        assert!(said.contains(&wanted), "{wanted} in {said}");
    }
}

#[test]
fn markup_is_text() {
    let browser = Browser::pilot();
    for text in [
        "<script>alert(1)</script>",
        "</textarea></form><script src=//evil.example></script>",
        "\"><img src=x onerror=alert(1)>",
        "' onmouseover='alert(1)",
        "\" autofocus onfocus=\"alert(1)",
        "<!-- <![CDATA[ ]]> -->",
        "&lt;script&gt; &amp; &#60; &nbsp",
        "{{ 7 * 7 }} {% raw %}",
        "<style>*{display:none}</style><meta http-equiv=refresh content=0>",
        "<form action=https://evil.example><button>Approve</button></form>",
    ] {
        check(&browser, text, text);
    }
}

#[test]
fn deceptive_characters_are_made_visible() {
    let browser = Browser::pilot();
    for (text, shown) in [
        ("moc.elpmaxe\u{202e}txt", "moc.elpmaxe\\u{202e}txt"),
        ("zero\u{200b}width", "zero\\u{200b}width"),
        ("\u{1b}[31mred", "\\u{1b}[31mred"),
        ("nul\u{0}l", "nul\\u{0}l"),
        ("tab\tand\rreturn", "tab\\tand\\rreturn"),
        ("line\u{2028}separator", "line\\u{2028}separator"),
        ("עברית and العربية", "עברית and العربية"),
    ] {
        check(&browser, text, shown);
    }
}

#[test]
fn only_web_pages_are_linked() {
    let browser = Browser::pilot();
    for text in [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)//https://x.example",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "//evil.example/x",
        "https://linkedin.example@evil.example/",
        "/sending/stop",
    ] {
        let id = kept(&browser, text);
        for page in pages(&browser, &id) {
            let out: Vec<&str> = page.with_class("out").iter().map(|link| link.attr("href")).collect();
            assert!(out.is_empty(), "{text}: {out:?}");
        }
    }
}

#[test]
fn huge_facts_are_cut_and_counted_but_the_message_is_complete() {
    let browser = Browser::pilot();
    let original = browser.server.package(&browser.server.queue()[0]);
    let mut package = poisoned(&original, &"é".repeat(700));
    package.history = vec![package.history[0].clone(); 500];
    package.signals = vec![package.signals[0].clone(); 80];
    package.checks = vec![package.checks[0].clone(); 500];
    package.draft.message.body = "x".repeat(20_000);
    package.draft.message.subject = original.draft.message.subject.clone();
    package.draft.claims = vec![Claim { text: "x".into(), evidence: Evidence::Fact("account".into()) }; 900];
    let SaveResult::New(id) = browser.server.keep(&package) else { panic!("not kept") };
    let answer = browser.get(&format!("/packages/{id}"));
    assert!(answer.body.len() < 3_000_000, "{}", answer.body.len());
    let page = super::html::read(&answer.body);
    let said = page.text();
    for text in ["more characters", "300 touches not shown", "50 signals not shown", "700 more claims not highlighted"]
    {
        assert!(said.contains(text), "{text}");
    }
    assert_eq!(page.with_class("mail")[0].text_without("number"), package.draft.message.body);
    super::html::read(&browser.get("/").body);
}
