//! The dashboard: for leads only, with exactly the rows behind every number, and files that cannot inject formulas into
//! spreadsheets.

use super::browser::{Answer, Browser};
use super::html::{Element, words};
use super::server_with_users::{MARA, ServerWithUsers};
use super::stream_fixture::StreamFixture;
use axum::http::StatusCode;
use baton_desk::access::Role;
use baton_identity::WebOptions;
use baton_tests::Given;
use baton_tests::server::TestServer;

const FIGURES: [&str; 7] = ["packages", "times", "rates", "reviews", "checks", "accounts", "streams"];

/// Returns the pilot after some decisions.
fn worked() -> Browser {
    let browser = Browser::pilot();
    let queue = browser.server.queue();
    for (number, id) in queue.iter().take(9).enumerate() {
        browser.server.later(40);
        let answer = match number % 4 {
            3 => browser.decide(id, "reject", &[("reason", "draft"), ("note", "weak")]),
            2 => browser.decide(id, "snooze", &[("until", "2026-03-11T09:00")]),
            _ => browser.decide(id, "approve", &[]),
        };
        answer.location();
    }
    browser
}

/// Follows every number of the page and compares its rows; returns the number of links.
fn followed(browser: &Browser, page: &Element) -> usize {
    let links = page.named("td").into_iter().flat_map(|cell| cell.named("a"));
    let links: Vec<_> = links.filter(|link| link.attr("href").starts_with("/dashboard/")).collect();
    for link in &links {
        let said: u64 = link.text().replace(',', "").parse().expect("a number");
        let rows = browser.page(link.attr("href"));
        let head = words(&rows.with_class("headline")[0].with_class("faint")[0].text());
        let told = head.split(' ').next().expect("a number");
        assert_eq!(told.replace(',', "").parse(), Ok(said), "{}: {head}", link.attr("href"));
        let shown = rows.named("tbody")[0].named("tr").len() as u64;
        assert_eq!(shown, said.min(50), "{}", link.attr("href"));
    }
    links.len()
}

/// Parses a CSV file into rows and cells.
fn file(answer: &Answer) -> Vec<Vec<String>> {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8; header=present");
    assert!(answer.header("content-disposition").starts_with("attachment; filename=\"baton-"));
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    let (mut rows, mut cells, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = answer.body.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                cell.push('"');
                letters.next();
            }
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(std::mem::take(&mut cell)),
            '\r' if !quoted => assert_eq!(letters.peek(), Some(&'\n')),
            '\n' if !quoted => {
                cells.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut cells));
            }
            letter => cell.push(letter),
        }
    }
    assert!(cell.is_empty() && cells.is_empty() && !quoted, "it ends with the end of a line");
    assert!(rows.iter().all(|row: &Vec<String>| row.len() == rows[0].len()), "{rows:?}");
    rows
}

#[test]
fn before_any_run_it_says_what_to_do() {
    let browser = Browser::on(TestServer::empty());
    let said = words(&browser.page("/dashboard").text());
    assert!(said.contains("No numbers yet") && said.contains("baton run pilot"), "{said}");
    assert!(said.contains("Show the last 90 days"));
    assert!(words(&browser.page("/dashboard/packages").text()).contains("Nothing to show"));
    assert_eq!(file(&browser.get("/dashboard/rates.csv")).len(), 1, "only the header");
}

#[test]
fn every_number_leads_to_as_many_rows() {
    let browser = worked();
    for query in ["", "?days=7", "?days=90", "?campaign=pilot&days=7"] {
        let answer = browser.get(&format!("/dashboard{query}"));
        assert!(answer.body.len() < 100_000, "{} bytes", answer.body.len());
        let page = answer.page();
        assert!(followed(&browser, &page) > 12, "{query}");
        for id in ["packages", "times", "rates", "reviews", "accounts"] {
            let card = page.with_id(id).unwrap_or_else(|| panic!("no {id}"));
            let drawn = card.named("svg");
            assert_eq!((drawn[0].attr("role"), drawn.len()), ("img", 1));
            let caption = words(&card.named("figcaption")[0].text());
            assert!(
                words(drawn[0].attr("aria-label")).ends_with(&caption),
                "the caption describes the chart: {caption}"
            );
            assert!(!card.named("table").is_empty() && !card.named("details").is_empty());
        }
    }
    let said = words(&browser.page("/dashboard?days=7").text());
    assert!(
        said.contains("7 reviews and 0 spot-checks; 7 on the busiest day; capacity is 40 per working day"),
        "{said}"
    );
    // Another campaign has no numbers.
    assert!(words(&browser.page("/dashboard?campaign=another").text()).contains("No numbers yet"));
}

#[test]
fn paging_through_lists_loses_no_row() {
    let browser = worked();
    for figure in ["packages", "reviews", "accounts"] {
        let (mut path, mut seen) = (format!("/dashboard/{figure}?campaign=pilot"), Vec::new());
        let first = words(&browser.page(&path).with_class("headline")[0].text());
        loop {
            let page = browser.page(&path);
            seen.extend(page.named("tbody")[0].named("tr").iter().map(|row| words(&row.text())));
            let Some(next) = page.named("a").into_iter().find(|link| link.text() == "Next page") else { break };
            path = next.attr("href").to_owned();
        }
        let all = seen.len();
        assert!(first.contains(&format!("s {all} ")), "{figure}: {all}, {first}");
    }
}

#[test]
fn each_figure_can_be_downloaded_with_the_same_numbers() {
    let browser = worked();
    let page = browser.page("/dashboard");
    for figure in FIGURES {
        let links = page.with_id(figure).expect("the figure").named("a");
        let link = links.into_iter().find(|link| link.has("download")).expect("its file").attr("href").to_owned();
        let rows = file(&browser.get(&link));
        assert!(rows.len() > 1, "{figure}: {rows:?}");
        let table = page.with_id(figure).expect("the figure").named("tbody")[0].named("tr").len();
        assert_eq!(table.min(40), (rows.len() - 1).min(if figure == "streams" { 8 } else { 40 }), "{figure}");
    }
    let rows = file(&browser.get("/dashboard/packages.csv"));
    assert_eq!(rows[0], ["from", "to", "waiting", "under-way", "sent", "rejected", "gone"]);
    let sum: u64 = rows[1..].iter().flat_map(|row| &row[2..]).map(|cell| cell.parse::<u64>().expect("a number")).sum();
    let head = words(&browser.page("/dashboard/packages").with_class("headline")[0].text());
    assert!(head.contains(&format!(" {sum} packages")), "{sum}: {head}");
}

#[test]
fn only_leads_see_it() {
    let site = ServerWithUsers::new(&WebOptions::default());
    site.add(MARA, "Mara Lindqvist", Role::Sdr);
    site.add("lea@relayforge.example", "Lea Winter", Role::Lead);
    let (mut sdr, mut lead) = (site.signed_in(MARA), site.signed_in("lea@relayforge.example"));
    for path in ["/dashboard", "/dashboard/packages", "/dashboard/times.csv", "/dashboard/streams.csv"] {
        let refused = sdr.get(path);
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
        assert!(!refused.body.contains("waiting,"), "{path}");
        assert_eq!(lead.get(path).status, StatusCode::OK, "{path}");
        assert_eq!(site.visitor().get(path).status, StatusCode::SEE_OTHER, "{path}");
    }
    let entry = |answer: Answer| answer.page().named("a").iter().any(|link| link.attr("data-key") == "g d");
    assert!(!entry(sdr.get("/outbox")) && entry(lead.get("/outbox")));
}

#[test]
fn hostile_names_are_text_in_charts_and_files() {
    let fixture = StreamFixture::new(false);
    let text = "=HYPERLINK(\"https://evil.example\")</text></svg><script>alert(1)</script>\u{202e}\u{1b}'>";
    let mut given = Given::base();
    given.signals.remove("hiring");
    given.signals.values_mut().for_each(|signal| signal.kind = text.into());
    given.campaign.id = text.into();
    given.campaign.angles.truncate(1);
    given.campaign.angles[0].signal_kind = text.into();
    given.campaign.angles[0].version = text.into();
    let package = fixture.prepare_given(given);
    fixture.browser.server.later(40);
    fixture.browser.decide(&package, "reject", &[("reason", "draft"), ("note", text)]).location();
    let page = fixture.browser.page("/dashboard");
    assert_eq!(page.named("script").len(), 1, "the page's own");
    assert!(!page.text().contains(['\u{202e}', '\u{1b}']));
    let rates = page.with_id("rates").expect("the rates");
    assert!(rates.named("svg")[0].text().contains("=HYPERLINK"), "in the picture");
    assert!(followed(&fixture.browser, &page) > 5);
    for (name, column) in [("rates", "signal-kind"), ("streams", "campaign"), ("streams", "angle-version")] {
        let rows = file(&fixture.browser.get(&format!("/dashboard/{name}.csv")));
        let at = rows[0].iter().position(|head| head == column).expect("the column");
        assert!(rows[1..].iter().all(|row| row[at].starts_with("'=HYPERLINK(\"https://evil.example\")")), "{rows:?}");
    }
    let tier = &fixture.streams()[0].key.tier;
    let rows = file(&fixture.browser.get("/dashboard/streams.csv"));
    let at = rows[0].iter().position(|head| head == "tier").expect("the tier");
    assert!(rows[1..].iter().any(|row| row[at] == *tier), "{rows:?}");
    // The name in the filter matches no campaign, or this one.
    let asked = "/dashboard?campaign=%3Cscript%3Ealert(1)%3C%2Fscript%3E&days=7";
    assert_eq!(fixture.browser.page(asked).named("script").len(), 1);
}

#[test]
fn unknown_figures_and_ranges_are_refused() {
    let browser = Browser::pilot();
    for (path, status) in [
        ("/dashboard?days=8", StatusCode::UNPROCESSABLE_ENTITY),
        ("/dashboard?days=-1", StatusCode::UNPROCESSABLE_ENTITY),
        ("/dashboard?from=2026-03-10", StatusCode::UNPROCESSABLE_ENTITY),
        ("/dashboard?from=2026-03-10&to=x", StatusCode::UNPROCESSABLE_ENTITY),
        ("/dashboard?from=2026-03-10&to=2026-03-09", StatusCode::UNPROCESSABLE_ENTITY),
        ("/dashboard?from=0001-01-01&to=9999-12-31", StatusCode::UNPROCESSABLE_ENTITY),
        ("/dashboard/packages?from=2026-13-10&to=2026-03-09", StatusCode::UNPROCESSABLE_ENTITY),
        ("/dashboard/packages?part=x", StatusCode::UNPROCESSABLE_ENTITY),
        ("/dashboard/packages?after=x", StatusCode::UNPROCESSABLE_ENTITY),
        ("/dashboard/streams?stream=x", StatusCode::UNPROCESSABLE_ENTITY),
        ("/dashboard/nonsense", StatusCode::NOT_FOUND),
        ("/dashboard/nonsense.csv", StatusCode::NOT_FOUND),
        ("/dashboard/.csv", StatusCode::NOT_FOUND),
        ("/dashboard/packages.csv.csv", StatusCode::NOT_FOUND),
        ("/dashboard/%ff", StatusCode::NOT_FOUND),
        ("/dashboard/%3Cscript%3E", StatusCode::NOT_FOUND),
    ] {
        let answer = browser.get(path);
        assert_eq!(answer.status, status, "{path}");
        assert_eq!(answer.page().named("script").len(), 1, "{path}");
    }
    for path in ["/dashboard?from=9999-12-31&to=9999-12-31", "/dashboard?from=0001-01-01&to=0001-01-01"] {
        assert_eq!(browser.get(path).status, StatusCode::OK, "{path}");
    }
}
