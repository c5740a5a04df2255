//! The calibration page, and its notice on the page of a package.

use super::browser::Browser;
use super::server_with_users::{MARA, ServerWithUsers};
use axum::http::StatusCode;
use baton_desk::access::Role;
use baton_desk::accounts::SaveResult;
use baton_facts::packages::{Check, HandoffPackage, Verdict};
use baton_facts::types::Message;
use baton_identity::WebOptions;
use baton_model::decision::{Decision, DecisionRequest, Overruled, RejectReason};
use baton_model::{Erasable, PackageId};
use baton_tests::DeskExt as _;
use baton_tests::server::TestServer;
use baton_tests::{approval, run};
use std::ops::Range;

/// Saves packages like the first of the queue, each for its own account and contact.
fn alike(browser: &Browser, numbers: Range<usize>) -> Vec<PackageId> {
    let original = browser.server.package(&browser.server.queue()[0]);
    let copy = |number: usize| {
        let mut package: HandoffPackage = original.clone();
        package.account.id = format!("copy-{number}");
        package.contact.id = format!("copy-{number}");
        let to = format!("reader{number}@copy.example");
        package.contact.email = Some(to.clone());
        package.draft.message.to = to;
        let SaveResult::New(id) = browser.server.keep(&package) else { panic!("not kept") };
        id
    };
    numbers.map(copy).collect()
}

fn kind(browser: &Browser) -> String {
    browser.server.package(&browser.server.queue()[0]).signals[0].signal.kind.clone()
}

/// Submits another opener than the draft's, overruling the checks.
fn edit(browser: &Browser, id: &PackageId, opener: &str) {
    let draft = browser.server.package(id).draft;
    let body = draft.message.body.replace(&draft.opener, opener);
    let message = Message { body, ..draft.message };
    let checks = run(browser.server.desk.inspect(id, &message, browser.server.now())).expect("the checks");
    let overrule = |check: &Check| Overruled { check: check.name.clone(), reason: "it is a test".into() };
    let overruled = checks.iter().filter(|check| check.verdict == Verdict::Fail).map(overrule).collect();
    let decision = Decision::Edit { message, overruled, my_wording: false };
    let request = DecisionRequest { decision, ..approval(&browser.server.view(id)) };
    run(browser.server.desk.decide(&request, browser.server.now())).expect("it counts");
}

const OWN: &str =
    "A colleague of yours spoke in Leeds about quieter releases, and I have been thinking about it since.";

#[test]
fn before_any_decision_there_is_nothing_to_show() {
    let browser = Browser::pilot();
    let page = browser.page("/calibration");
    assert!(page.text().contains("nobody has decided about a draft yet"));
    assert_eq!(page.with_class("warn").len(), 0, "no alarm: {}", page.text());
    assert_eq!(browser.get("/calibration?campaign=pilot&kind=nonsense").status, StatusCode::NOT_FOUND);
    let empty = Browser::on(TestServer::empty()).page("/calibration");
    assert!(empty.text().contains("No drafts yet"));
}

#[test]
fn a_kind_that_is_often_rewritten_is_marked_where_it_is_decided() {
    let browser = Browser::pilot();
    let ids = alike(&browser, 0..9);
    let open = format!("/packages/{}", ids[8]);
    assert!(!browser.page(&open).text().contains("Often rewritten"));
    for id in &ids[..8] {
        edit(&browser, id, OWN);
    }
    let page = browser.page(&open);
    assert!(page.text().contains("8 of 8 rewritten by a fifth or more"), "{}", page.text());
    let link = page.named("a").into_iter().find(|link| link.attr("href").starts_with("/calibration?")).expect("a link");
    let texts = browser.page(&link.attr("href").replace("&amp;", "&"));
    assert!(texts.text().contains("needs calibration") && texts.text().contains(OWN));
    assert_eq!(texts.with_class("pair").len(), 8);
    let listed = browser.page("/calibration");
    assert!(listed.text().contains(&kind(&browser)) && !listed.text().contains("Leeds"), "texts only on request");
}

#[test]
fn an_sdr_sees_the_texts_of_their_own_packages() {
    const NOOR: &str = "noor@relayforge.example";
    const LEA: &str = "lea@relayforge.example";
    let browser = Browser::pilot();
    let desk = &browser.server.desk;
    let judged: Vec<PackageId> = browser.server.queue().into_iter().take(3).collect();
    let kind = kind(&browser);
    let ids = alike(&browser, 0..3);
    let site = ServerWithUsers::over(
        TestServer::over(tempfile::tempdir().expect("a folder"), desk.clone()),
        &WebOptions::default(),
    );
    for (email, name, role) in
        [(MARA, "Mara Lindqvist", Role::Sdr), (NOOR, "Noor Haddad", Role::Sdr), (LEA, "Lea Brandt", Role::Lead)]
    {
        site.add(email, name, role);
    }
    let users = run(desk.users()).expect("the users");
    for (id, email) in [(&ids[0], MARA), (&ids[1], NOOR), (&judged[0], MARA), (&judged[1], NOOR)] {
        let user = users.iter().find(|user| user.email == Erasable::Open(email.to_owned())).expect("the user");
        run(desk.by("admin").assign(id, Some(&user.id), browser.server.now())).expect("it is given");
    }
    ids.iter().for_each(|id| edit(&browser, id, OWN));
    for id in &judged {
        let decision = Decision::Reject { reason: RejectReason::Draft, note: String::new() };
        let request = DecisionRequest { decision, ..approval(&browser.server.view(id)) };
        run(desk.decide(&request, browser.server.now())).expect("it counts");
    }

    let streams = run(desk.quality(None, browser.server.now())).expect("the governor judges");
    for (email, pairs, said) in [(MARA, 2, true), (NOOR, 2, true), (LEA, 3, false)] {
        let mut visitor = site.signed_in(email);
        let page = visitor.get(&format!("/calibration?campaign=pilot&kind={kind}"));
        assert_eq!(page.page().with_class("pair").len(), pairs, "{email}");
        assert_eq!(page.body.contains("You see your own and unassigned packages"), said, "{email}");
        let evidence: String =
            streams.iter().map(|stream| visitor.get(&format!("/quality/{}", stream.id)).body).collect();
        assert_eq!(evidence.contains("assigned to someone else"), said, "{email}");
        let linked = |id: &PackageId| evidence.contains(&format!("/packages/{id}"));
        let seen: Vec<bool> = judged.iter().map(linked).collect();
        assert_eq!(seen, [email != NOOR, email != MARA, true], "{email}");
    }
}

#[test]
fn hostile_texts_are_shown_as_text() {
    let browser = Browser::pilot();
    let ids = alike(&browser, 0..3);
    let kind = kind(&browser);
    for (id, text) in ids.iter().zip([
        "</p></article><script>alert(1)</script><img src=x onerror=alert(1)> and nothing of what was drafted stays here.",
        "\u{202e}{{ 7 * 7 }}\u{200b} &lt;b&gt; and nothing of what was drafted stays here at all, not a single word.",
        "' onmouseover='alert(1)\" autofocus onfocus=\"alert(1) and nothing of what was drafted stays here, not a word.",
    ]) {
        edit(&browser, id, text);
    }
    let page = browser.page(&format!("/calibration?campaign=pilot&kind={kind}"));
    let said = page.text();
    for text in [
        "</p></article><script>alert(1)</script><img src=x onerror=alert(1)>",
        "\\u{202e}{{ 7 * 7 }}\\u{200b} &lt;b&gt;",
        "' onmouseover='alert(1)\" autofocus onfocus=\"alert(1)",
    ] {
        assert!(said.contains(text), "{text} in {said}");
    }
    assert!(!said.contains(['\u{202e}', '\u{200b}']));
    assert_eq!((page.named("img").len(), page.named("script").len()), (1, 1), "the page's own");

    // A long text is cut, and the page stays small.
    let ids = alike(&browser, 10..20);
    for id in &ids {
        edit(&browser, id, &"\u{202e}&<> ".repeat(2000));
    }
    let page = browser.page(&format!("/calibration?campaign=pilot&kind={kind}"));
    assert!(page.text().contains('…'));
}
