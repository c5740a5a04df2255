//! Every page of the pilot, with all of its content.

use super::browser::Browser;
use super::html::{Element, words};
use axum::http::StatusCode;
use baton_model::PackageId;
use baton_tests::DeskExt as _;
use baton_tests::run;
use baton_tests::server::{DAY, FOOTER, TestServer, WHO};
use std::collections::BTreeSet;

fn rows(page: &Element) -> Vec<&Element> {
    page.named("a").into_iter().filter(|link| link.is_class("row")).collect()
}

#[test]
fn every_package_is_complete_in_one_view() {
    let browser = Browser::pilot();
    let queue = browser.page("/");
    let ids = browser.server.queue();
    assert_eq!(ids.len(), 32);
    let listed: Vec<&str> = rows(&queue).iter().map(|row| row.attr("href")).collect();
    assert_eq!(listed, ids.iter().map(|id| format!("/packages/{id}")).collect::<Vec<_>>());
    for (id, row) in ids.iter().zip(rows(&queue)) {
        let package = browser.server.package(id);
        let page = browser.page(&format!("/packages/{id}"));
        let (said, contact, message) = (words(&page.text()), &package.contact, &package.draft.message);
        let name = baton_model::full_name(contact);
        let title = contact.title.as_ref().expect("a title");
        for (text, row) in [(&package.account.name, true), (&package.why_now, true), (&name, true), (title, true)] {
            assert!(said.contains(&words(text)), "{text} in {said}");
            assert!(!row || words(&row_text(&queue, id)).contains(&words(text)), "{text}");
        }
        assert!(
            row.text().contains(&message.subject) && row.text().contains(&format!("{} s", package.reading_seconds))
        );
        for text in [&message.to, &package.next_action, &package.role_match.role, &package.sender.email] {
            assert!(said.contains(&words(text)), "{text} in {said}");
        }
        for ranked in &package.signals {
            assert!(said.contains(&words(&ranked.signal.summary)), "{}", ranked.signal.summary);
            let link = page.named("a").into_iter().find(|link| link.attr("href") == ranked.signal.source_url);
            assert!(link.is_some_and(|link| link.is_class("out")), "{}", ranked.signal.source_url);
        }
        for touch in &package.history {
            assert!(said.contains(&words(&touch.subject)), "{}", touch.subject);
        }
        for check in &package.checks {
            assert!(said.contains(&words(&check.detail.replace('`', ""))), "{}", check.detail);
        }

        // The message is on the page verbatim, with each claim marked and its evidence shown.
        let mails: Vec<&Element> = page.with_class("mail");
        assert_eq!(mails[0].text_without("number"), message.body);
        assert_eq!(mails[1].text_without("label"), FOOTER);
        let marked: String = page.named("mark").iter().map(|mark| mark.text()).collect();
        for claim in &package.draft.claims {
            assert!(marked.contains(&claim.text), "{} in {marked}", claim.text);
        }
        let numbers: Vec<&Element> = page.named("a").into_iter().filter(|link| link.is_class("number")).collect();
        assert!(!numbers.is_empty());
        for number in numbers {
            assert!(page.with_id(&number.attr("href")[1..]).is_some(), "{}", number.attr("href"));
        }
        browser.page(&format!("/packages/{id}/audit-log"));
    }
}

fn row_text(queue: &Element, id: &PackageId) -> String {
    let row = rows(queue).into_iter().find(|row| row.attr("href") == format!("/packages/{id}"));
    row.expect("a row").text()
}

#[test]
fn an_empty_desk_says_what_to_do() {
    let browser = Browser::on(TestServer::empty());
    assert!(words(&browser.page("/").text()).contains("No packages yet"));
    assert!(browser.page("/").named("code").iter().any(|code| code.text() == "baton run pilot"));
    assert!(words(&browser.page("/outbox").text()).contains("No approved emails yet"));
    assert!(words(&browser.page("/?state=sent").text()).contains("No packages have this status"));
}

#[test]
fn the_queue_is_filtered_by_campaign_and_state() {
    let browser = Browser::pilot();
    let ids = browser.server.queue();
    browser.decide(&ids[0], "reject", &[("reason", "not-now")]).location();
    browser.decide(&ids[1], "snooze", &[("until", "2026-03-11T09:00")]).location();
    browser.decide(&ids[2], "approve", &[]).location();
    for (path, how_many) in [
        ("/", 29),
        ("/?campaign=pilot", 29),
        ("/?campaign=other", 0),
        ("/?state=rejected", 1),
        ("/?state=rejected&campaign=other", 0),
        ("/?state=snoozed", 1),
        ("/?state=under-way", 1),
        ("/?state=sent", 0),
        ("/?state=delivery-unknown", 0),
        ("/?state=gone", 0),
    ] {
        assert_eq!(rows(&browser.page(path)).len(), how_many, "{path}");
    }
    assert_eq!(browser.get("/?state=nonsense").status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get("/?after=nonsense").status, StatusCode::UNPROCESSABLE_ENTITY);
    // A package that is opened from a filtered queue leads to the next one there.
    let page = browser.page("/?campaign=pilot");
    let href = rows(&page)[0].attr("href");
    assert!(href.ends_with("?within=pilot"), "{href}");
    let form = browser.page(href).form(&format!("/packages/{}/approve", ids[3]), 0);
    let next = browser.post(&format!("/packages/{}/approve", ids[3]), &form);
    assert_eq!(next.location(), format!("/packages/{}?done={}&within=pilot", ids[4], ids[3]));
}

#[test]
fn paging_is_by_key() {
    let browser = Browser::pilot();
    let package = browser.server.package(&browser.server.queue()[0]);
    for number in 0..90 {
        let mut package = package.clone();
        package.account.id = format!("more-{number}");
        package.contact.id = format!("more-{number}");
        package.draft.message.to = format!("p{number}@more.example");
        package.contact.email = Some(package.draft.message.to.clone());
        browser.server.keep(&package);
    }
    let (mut path, mut seen, mut pages) = ("/".to_owned(), BTreeSet::new(), 0);
    loop {
        let page = browser.page(&path);
        pages += 1;
        for row in rows(&page) {
            assert!(seen.insert(row.attr("href").to_owned()), "each package once");
        }
        // Decisions in between do not make a reader skip rows.
        let first = PackageId::from(&seen.first().expect("a row")["/packages/".len()..]);
        if pages == 1 {
            browser.decide(&first, "reject", &[("reason", "not-now")]).location();
        }
        let next = page.named("a").into_iter().find(|link| link.text() == "Next page");
        let Some(next) = next else { break };
        path = next.attr("href").to_owned();
    }
    assert_eq!((seen.len(), pages), (122, 3));
}

#[test]
fn the_notice_shows_only_facts_of_the_store() {
    let browser = Browser::pilot();
    let ids = browser.server.queue();
    for done in ["nonsense", "<script>", &ids[1].0, "a&done=b", ""] {
        let page = browser.page(&format!("/?done={}", done.replace(['<', '>'], "%3C")));
        assert!(page.with_class("notice").is_empty(), "{done}");
    }
    browser.decide(&ids[0], "reject", &[("reason", "draft"), ("note", "no <b>good</b>")]).location();
    let page = browser.page(&format!("/?done={}", ids[0]));
    assert!(page.with_class("notice")[0].text().contains("Rejected"));
}

#[test]
fn an_erased_person_is_gone_from_every_page() {
    let browser = Browser::pilot();
    let id = browser.server.queue()[3].clone();
    let package = browser.server.package(&id);
    let name = baton_model::full_name(&package.contact);
    browser.decide(&id, "approve", &[]).location();
    let entry = browser.server.view(&id).outbox.expect("an entry").id;
    run(browser.server.desk.by("admin").erase_person(&package.draft.message.to, browser.server.now())).expect("erased");
    for path in [
        format!("/packages/{id}"),
        format!("/packages/{id}/audit-log"),
        format!("/outbox/{entry}"),
        "/outbox".to_owned(),
        "/?state=gone".to_owned(),
    ] {
        let said = words(&browser.page(&path).text());
        assert!(said.contains(&package.account.name), "{path}");
        for gone in [&name, &package.draft.message.to, &package.draft.message.subject] {
            assert!(!said.contains(gone.as_str()), "{gone} on {path}");
        }
    }
}

#[test]
fn times_are_those_of_the_servers_clock() {
    let browser = Browser::pilot();
    let id = browser.server.queue()[0].clone();
    browser.decide(&id, "approve", &[]).location();
    browser.server.later(3 * DAY);
    let said = words(&browser.page("/outbox").text());
    assert!(said.contains("3 days ago"), "{said}");
    let trail = words(&browser.page(&format!("/packages/{id}/audit-log")).text());
    for text in ["prepared", "approve", "scheduled", WHO, "Mar 10, 2026, 09:00 UTC"] {
        assert!(trail.contains(text), "{text} in {trail}");
    }
}

#[test]
fn assets_are_named_by_their_digest() {
    let browser = Browser::pilot();
    let page = browser.page("/");
    let assets =
        [page.named("link")[0].attr("href"), page.named("link")[1].attr("href"), page.named("script")[0].attr("src")];
    for (path, kind) in
        assets.into_iter().zip(["image/svg+xml", "text/css; charset=utf-8", "text/javascript; charset=utf-8"])
    {
        let answer = browser.get(path);
        assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, kind), "{path}");
        assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        // Assets load nothing from another host: the only address is an XML namespace.
        let urls: Vec<&str> = answer.body.match_indices("://").map(|(at, _)| &answer.body[at..]).collect();
        assert!(urls.iter().all(|url| url.starts_with("://www.w3.org/2000/svg\"")), "{urls:?}");
    }
    for path in ["/assets/page.css", "/assets/..%2f..%2fCargo.toml", "/assets/"] {
        assert_eq!(browser.get(path).status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[test]
fn it_is_served_on_loopback_only() {
    let server = TestServer::pilot();
    let threads = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("threads");
    let bind = |address: &str| threads.block_on(tokio::net::TcpListener::bind(address)).expect("a port");
    let everywhere = baton_web::serve(bind("0.0.0.0:0"), server.app_state(), std::future::pending());
    let refused = threads.block_on(everywhere).expect_err("others could reach it").to_string();
    assert!(refused.contains("is not served on 0.0.0.0:") && refused.contains("\nhint: "), "{refused}");

    let listener = bind("127.0.0.1:0");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = threads.spawn(baton_web::serve(listener, server.app_state(), async {
        let _ = stopped.await;
    }));
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let cookie = server.operator_cookie(address.port());
    let mut answer = agent.get(format!("http://{address}/")).header("cookie", cookie).call().expect("an answer");
    assert_eq!(answer.status(), 200);
    assert!(answer.body_mut().read_to_string().expect("a text").contains("32 to review"));
    let rebound = agent.get(format!("http://{address}/")).header("host", "evil.example").call().expect("an answer");
    assert_eq!(rebound.status(), 421);
    drop(agent);
    stop.send(()).expect("it exists");
    threads.block_on(serving).expect("no panic").expect("it ends well");
}
