//! Quality on the page: the standing and evidence of each stream, the resulting bounds, and a manual stop.

use super::browser::{Browser, changed, request};
use super::html::{Element, words};
use super::stream_fixture::StreamFixture;
use axum::body::Body;
use axum::http::{Method, StatusCode};
use baton_facts::quality::Standing;
use baton_model::package_state::PackageState;
use baton_tests::DeskExt as _;
use baton_tests::server::{NOW, TestServer, WHO};
use baton_tests::{Given, run};

fn pictures(page: &Element) -> Vec<String> {
    let pictures = page.named("svg").into_iter().filter(|svg| svg.attr("role") == "img");
    pictures.map(|svg| svg.attr("aria-label").to_owned()).collect()
}

#[test]
fn every_stream_of_the_pilot_is_listed_and_explained() {
    assert!(words(&Browser::on(TestServer::empty()).page("/quality").text()).contains("No streams yet"));
    let browser = Browser::pilot();
    let streams = run(browser.server.desk.quality(None, NOW)).expect("the governor judges");
    assert!(streams.len() > 3);
    let page = browser.page("/quality");
    let said = words(&page.text());
    assert!(said.contains(&format!("{} streams; every email is reviewed", streams.len())), "{said}");
    for stream in &streams {
        let path = format!("/quality/{}", stream.id);
        assert_eq!(page.named("a").iter().filter(|link| link.attr("href") == path).count(), 1, "{path}");
        let page = browser.page(&path);
        let said = words(&page.text());
        for text in [&stream.key.signal_kind, &stream.key.engine, &stream.key.angle, "pilot", "No evidence yet."] {
            assert!(said.contains(text), "{text} in {said}");
        }
        let reason = &stream.assessment.reason[1..];
        assert!(said.contains(reason), "{reason} in {said}");
    }
    assert!(pictures(&page).iter().any(|label| label.starts_with("0 of ") && label.ends_with("good reviews in a row")));
}

#[test]
fn progress_is_shown_as_a_chart_and_as_text() {
    let fixture = StreamFixture::new(false);
    for approved in 1..=2 {
        fixture.approve();
        let page = fixture.browser.page("/quality");
        let clearance = fixture.streams()[0].assessment.clearance;
        let label = format!("{approved} of {clearance} good reviews in a row");
        assert_eq!(pictures(&page)[0], label);
        assert_eq!(pictures(&page)[2], format!("0 of the last {approved} with problems"));
        let cells = page.named("svg").into_iter().find(|svg| svg.attr("aria-label") == label).expect("the cells");
        let full = cells.named("rect").iter().filter(|cell| cell.is_class("full")).count();
        assert_eq!((full, cells.named("rect").len()), (approved, clearance as usize));
    }
    let fixture = StreamFixture::cleared(false);
    assert!(
        words(&fixture.browser.page("/quality").text())
            .contains("the rest is sent automatically from the next batch on")
    );
    fixture.batch(2);
    let said = words(&fixture.browser.page("/quality").text());
    assert!(said.contains("1 in 2 is checked after sending; the next batch waits for the open spot-checks"), "{said}");
    assert!(said.contains("1 spot-check open") && said.contains("1 with auto-send"), "{said}");
}

#[test]
fn the_numbers_are_those_of_the_governor() {
    let fixture = StreamFixture::cleared(false);
    fixture.batch(4);
    let drawn = fixture.checks().remove(0);
    fixture.verdict(&drawn.package, "nonconforming", "too long").location();
    let detail = fixture.stream(drawn.stream);
    let page = fixture.browser.page(&format!("/quality/{}", drawn.stream));
    let said = words(&page.text());
    let percent = |points: u16| {
        let digits = format!("{}.{:02}", points / 100, points % 100);
        format!("{}%", digits.trim_end_matches('0').trim_end_matches('.'))
    };
    let foreseen = &detail.forecast;
    assert!(foreseen.rates.iter().any(|at| at.found) && foreseen.rates.len() == 4, "{foreseen:?}");
    assert!(said.contains(&format!("at most {} of sent emails", percent(foreseen.outgoing_limit))), "{said}");
    assert!(said.contains("the share they miss is not measured yet"), "{said}");
    let table = page.named("table")[0];
    let rows: Vec<String> = table.named("tr").iter().skip(1).map(|row| words(&row.text())).collect();
    for (row, at) in rows.iter().zip(&foreseen.rates) {
        for value in [at.rate, at.outlook.inspected, at.outlook.outgoing] {
            assert!(row.contains(&percent(value)), "{value} in {row}");
        }
    }
    // A stream with more defects sends more of them before a defect is found, and the table says so.
    let meanwhile = 2 * foreseen.in_flight;
    assert_eq!(foreseen.rates[0].outlook.escapes, 200 + meanwhile, "one in two is sampled, and it was sent");
    assert!(said.contains("Suspended") || said.contains("suspended"));
    assert!(said.contains("“too long”") && said.contains("back in review"), "{said}");
    let standings: Vec<Standing> = detail.standings.iter().map(|turn| turn.standing).collect();
    assert_eq!(standings, [Standing::Suspended, Standing::Proven, Standing::Pilot], "latest first");
    // Line by line, with a link to the inspected package.
    let evidence = run(fixture.desk().latest_evidence(drawn.stream, None, 1000)).expect("the evidence").rows;
    for line in &evidence {
        assert!(page.with_id(&format!("line-{}", line.line.number)).is_some());
    }
    let link = format!("/packages/{}", drawn.package);
    assert!(page.named("a").iter().any(|of| of.attr("href") == link));
}

#[test]
fn paging_through_evidence_loses_no_line() {
    let fixture = StreamFixture::new(false);
    for number in 0..60 {
        let package = fixture.prepare();
        let what = if number % 2 == 0 { "not-now" } else { "draft" };
        fixture.browser.decide(&package, "reject", &[("reason", what)]).location();
        let package = fixture.prepare();
        fixture.browser.decide(&package, "reject", &[("reason", "draft"), ("note", "weak")]).location();
    }
    let (mut path, mut seen) = ("/quality/1".to_owned(), Vec::new());
    loop {
        let page = fixture.browser.page(&path);
        seen.extend(page.named("tr").iter().map(|row| row.attr("id").to_owned()).filter(|id| !id.is_empty()));
        let earlier = page.named("a").into_iter().find(|link| link.text() == "Older");
        let Some(earlier) = earlier else { break };
        path = earlier.attr("href").to_owned();
    }
    let all = seen.len();
    seen.dedup();
    assert_eq!((all, seen.len()), (90, 90), "the reason `not now` is not evidence of quality");
    assert!(words(&fixture.browser.page("/quality/1").text()).contains("draft: weak"));
}

#[test]
fn a_stream_is_stopped_manually_and_resumed() {
    let fixture = StreamFixture::cleared(false);
    let browser = &fixture.browser;
    let (packages, _) = fixture.batch(4);
    let page = browser.page("/quality/1");
    let (stop, resume) = ("/quality/1/stop", "/quality/1/resume");
    assert!(page.named("form").iter().all(|form| form.attr("action") != resume), "there is no stop to lift");

    // The reason is required as a confirmation.
    for why in ["", " \t "] {
        let answer = browser.post(stop, &changed(page.form(stop, 0), &[("why", why)]));
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.problem().contains("Not changed") && answer.problem().contains("The reason is missing"));
    }
    let long = "y".repeat(4001);
    let answer = browser.post(stop, &changed(page.form(stop, 0), &[("why", &long)]));
    assert!(answer.problem().contains("too long"), "{}", answer.problem());
    assert!(fixture.streams()[0].sends_unreviewed, "nothing was changed");

    let why = "a new <em>product</em> page";
    let form = changed(page.form(stop, 0), &[("why", why)]);
    for _ in 0..2 {
        assert_eq!(browser.post(stop, &form).location(), "/quality/1");
    }
    let stream = fixture.streams().remove(0);
    assert_eq!((stream.assessment.standing, stream.tally.stopped), (Standing::Suspended, true));
    for package in &packages {
        assert_eq!(
            browser.server.view(package).state,
            PackageState::Queued,
            "messages that were not sent returned to review"
        );
    }
    for path in ["/quality", "/quality/1"] {
        let said = words(&browser.page(path).text());
        let by_hand = format!("Stopped by {WHO} on Mar 10, 2026, 09:00 UTC: {why}");
        assert!(said.contains(&by_hand), "{path}: {said}");
    }
    assert!(browser.page("/").with_class("demotion").is_empty(), "a manual stop is not a defect");
    let evidence = run(fixture.desk().latest_evidence(1, None, 100)).expect("the evidence").rows;
    let stops = evidence.iter().filter(|told| told.line.why.is_some()).count();
    assert_eq!((stops, evidence[0].line.returned_to_review), (1, 4), "once, however often it is pressed");

    let page = browser.page("/quality/1");
    assert!(page.named("form").iter().all(|form| form.attr("action") != stop));
    for _ in 0..2 {
        browser.post(resume, &changed(page.form(resume, 0), &[("why", "it is out")])).location();
    }
    let stream = fixture.streams().remove(0);
    assert!(!stream.tally.stopped && stream.assessment.fraction == 10_000, "the plan's reviews must be earned again");
    assert!(words(&browser.page("/quality/1").text()).contains(&format!("Resumed by {WHO}")));
}

#[test]
fn a_hostile_stream_is_text() {
    let fixture = StreamFixture::new(false);
    let text = "<script>alert(1)</script>\"'>\u{202e}\u{1b}";
    let mut given = Given::base();
    given.signals.remove("hiring");
    given.signals.values_mut().for_each(|signal| signal.kind = text.into());
    given.campaign.id = format!("campaign {text}");
    given.campaign.angles.truncate(1);
    given.campaign.angles[0].signal_kind = text.into();
    given.campaign.angles[0].version = text.into();
    let package = fixture.prepare_given(given);
    fixture.browser.decide(&package, "reject", &[("reason", "draft"), ("note", text)]).location();
    run(fixture.desk().by(text).stop_stream(1, text, NOW)).expect("stopped");
    for path in ["/quality", "/quality/1", "/checks", "/"] {
        let page = fixture.browser.page(path);
        assert!(!page.text().contains(['\u{202e}', '\u{1b}']), "{path}");
        assert_eq!(page.named("script").len(), 1, "{path}");
    }
    let said = words(&fixture.browser.page("/quality/1").text());
    assert!(said.matches("<script>alert(1)</script>").count() > 5, "{said}");
}

#[test]
fn only_forms_of_this_page_stop_a_stream() {
    let fixture = StreamFixture::cleared(false);
    let browser = &fixture.browser;
    let form = changed(browser.page("/quality/1").form("/quality/1/stop", 0), &[("why", "because")]);
    for headers in [&[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")][..], &[]] {
        assert_eq!(browser.post_from("/quality/1/stop", &form, headers).status, StatusCode::FORBIDDEN);
    }
    for method in [Method::GET, Method::PUT, Method::DELETE, Method::PATCH] {
        for path in ["/quality/1/stop?why=because", "/quality/1/resume?why=because"] {
            let request = request(method.clone(), path, &[("sec-fetch-site", "same-origin")]);
            let answer = browser.send(request.body(Body::empty()).expect("a request"));
            assert_eq!((answer.status, answer.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "POST"), "{path}");
        }
    }
    assert!(!fixture.streams()[0].tally.stopped);
    for path in ["/quality/99", "/quality/x", "/quality/-1", "/quality/99999999999999999999", "/quality/%3Cb%3E"] {
        let answer = browser.get(path);
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(
            answer.problem().contains("There is no such stream") || path.contains('-') || path.contains('%'),
            "{path}"
        );
        assert_eq!(browser.post(&format!("{path}/stop"), &form).status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(browser.get("/quality/1?before=x").status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[test]
fn a_tier_that_is_always_reviewed_says_so() {
    let browser = Browser::pilot();
    let streams = run(browser.server.desk.quality(None, NOW)).expect("the governor judges");
    let (mut reviewed, mut others) = (0, 0);
    for stream in streams {
        let said = words(&browser.page(&format!("/quality/{}", stream.id)).text());
        // The pilot's own words for its tiers: examples/pilot/campaigns/pilot.toml.
        let always = matches!(stream.key.tier.as_str(), "named" | "referral" | "enterprise");
        assert_eq!(stream.reviews_each, always, "{}", stream.key.tier);
        assert_eq!(said.contains("this tier uses review and approve"), always, "{} {said}", stream.key.tier);
        *if always { &mut reviewed } else { &mut others } += 1;
    }
    assert!(reviewed > 0 && others > 0);
}
