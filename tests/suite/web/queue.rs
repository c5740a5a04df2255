//! The queue: reasons for a row's position, filters and search, visibility, and bulk decisions.

use super::browser::{Answer, Browser};
use super::html::{Element, words};
use super::server_with_users::ServerWithUsers;
use axum::http::{Method, StatusCode};
use baton_desk::access::{Role, UserView};
use baton_identity::WebOptions;
use baton_model::package_state::PackageState;
use baton_model::{Erasable, PackageId};
use baton_tests::DeskExt as _;
use baton_tests::run;
use baton_tests::server::WHO;

const LEA: &str = "lea@relayforge.example";
const MARA: &str = "mara@relayforge.example";
const NOOR: &str = "noor@relayforge.example";

fn rows(page: &Element) -> Vec<PackageId> {
    let links = page.named("a").into_iter().filter(|link| link.is_class("row"));
    let id = |href: &str| href["/packages/".len()..].split('?').next().map(PackageId::from).expect("an id");
    links.map(|link| id(link.attr("href"))).collect()
}

fn options<'a>(page: &'a Element, field: &str) -> Vec<(&'a str, String)> {
    let select = page.with_id(&format!("filter-{field}")).expect("a field");
    select.named("option").into_iter().map(|option| (option.attr("value"), option.text())).collect()
}

/// Returns the bulk form with these rows selected and these fields.
fn ticked(page: &Element, ids: &[&PackageId], fields: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut form = page.form("/several", 0);
    for tick in page.named("input").into_iter().filter(|input| input.attr("name") == "tick") {
        let value = tick.attr("value");
        if ids.iter().any(|id| value.starts_with(&format!("{id}:"))) {
            form.push(("tick".to_owned(), value.to_owned()));
        }
    }
    assert_eq!(form.iter().filter(|(name, _)| name == "tick").count(), ids.len());
    form.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    form
}

fn results(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let page = answer.page();
    let list = page.with_id("results").expect("the results");
    list.named("li").into_iter().map(|each| words(&each.text())).collect()
}

#[test]
fn each_row_says_why_it_is_there() {
    let browser = Browser::pilot();
    let page = browser.page("/");
    let said: Vec<String> = page.with_class("order-reason").iter().map(|place| words(&place.text())).collect();
    assert_eq!(said.len(), rows(&page).len());
    assert!(said[0].starts_with("Top tier") && said[0].contains("Signal") && said[0].ends_with("old"), "{}", said[0]);
    assert!(said.iter().any(|place| place.starts_with("Second tier")), "{said:?}");
    // The deadline is close.
    let first = browser.server.queue()[0].clone();
    let deadline = browser.server.view(&first).deadline;
    browser.server.later(deadline - browser.server.now() - 3600);
    let page = browser.page("/");
    assert_eq!(rows(&page)[0], first);
    assert!(
        words(&page.with_class("order-reason")[0].text()).contains("Expires t"),
        "{}",
        page.with_class("order-reason")[0].text()
    );
}

#[test]
fn the_filters_are_a_plain_form_and_show_their_result() {
    let browser = Browser::pilot();
    let page = browser.page("/");
    let all = browser.server.queue();
    for field in ["tier", "kind"] {
        let there = options(&page, field);
        assert!(there.len() > 2, "{there:?}");
        let mut seen = 0;
        for (value, label) in there.into_iter().skip(1) {
            let value = value.replace(' ', "%20");
            let narrowed = browser.page(&format!("/?{field}={value}"));
            let left = rows(&narrowed).len();
            assert!(left > 0 && label.ends_with(&format!("({left})")), "{label}: {left}");
            assert!(words(&narrowed.named("h1")[0].text()).starts_with(&format!("{left} to review")));
            let chosen = narrowed.with_id(&format!("filter-{field}")).expect("a field");
            let chosen = chosen.named("option").into_iter().find(|option| option.has("selected")).map(Element::text);
            assert_eq!(chosen, Some(label));
            seen += left;
        }
        assert_eq!(seen, all.len(), "{field}");
    }
    // The next package also matches the filter.
    let mut kinds = options(&page, "kind").into_iter().skip(1).map(|(kind, _)| kind.to_owned());
    let kind = kinds.find(|kind| rows(&browser.page(&format!("/?kind={kind}"))).len() > 1).expect("one of several");
    let narrowed = browser.page(&format!("/?kind={kind}"));
    let href =
        narrowed.named("a").into_iter().find(|link| link.is_class("row")).expect("a row").attr("href").to_owned();
    let ids = rows(&narrowed);
    let package = browser.page(&href);
    let back = package.with_class("back")[0].attr("href").to_owned();
    assert_eq!(rows(&browser.page(&back)), ids);
    let form = package.form(&format!("/packages/{}/approve", ids[0]), 0);
    let next = browser.post(&format!("/packages/{}/approve", ids[0]), &form);
    assert!(next.location().starts_with(&format!("/packages/{}?", ids[1])), "{}", next.location());
}

#[test]
fn searching_with_and_without_results() {
    let browser = Browser::pilot();
    let id = browser.server.queue()[2].clone();
    let package = browser.server.package(&id);
    let begins: String = package.account.name.chars().take(4).collect();
    let (last_name, domain) = (package.contact.last_name.as_ref(), package.account.domain.as_ref());
    for text in [last_name.expect("a name"), &begins, domain.expect("a domain")] {
        let page = browser.page(&format!("/?q={}", text.replace(' ', "%20")));
        assert!(rows(&page).contains(&id), "{text}");
    }
    let page = browser.page("/?q=nobody-of-this-name&kind=nonsense&state=snoozed");
    let said = words(&page.named("main")[0].text());
    assert!(said.contains("No matches") && said.contains("Search: “nobody-of-this-name”"), "{said}");
    let ways: Vec<&str> = page.with_class("remove-filter")[0].named("a").iter().map(|way| way.attr("href")).collect();
    assert_eq!(
        ways,
        [
            "/?kind=nonsense&state=snoozed",
            "/?q=nobody-of-this-name&state=snoozed",
            "/?kind=nonsense&q=nobody-of-this-name",
            "/?kind=nonsense&q=nobody-of-this-name&state=all"
        ]
    );
    for hostile in ["%3Cscript%3Ealert(1)%3C/script%3E", "%E2%80%AE%00", "'%20OR%201=1--", "%25"] {
        let answer = browser.get(&format!("/?q={hostile}&tier={hostile}&kind={hostile}&campaign={hostile}"));
        assert_eq!(answer.status, StatusCode::OK, "{hostile}");
        assert!(!answer.body.contains("<script>alert") && rows(&answer.page()).is_empty());
    }
    assert_eq!(
        browser.get(&format!("/?q={}", "a".repeat(300))).status,
        StatusCode::OK,
        "a text that is too long is left out"
    );
}

#[test]
fn a_bulk_decision_decides_each_package_separately() {
    let browser = Browser::pilot();
    let ids = browser.server.queue();
    let page = browser.page("/");
    let mut form = ticked(&page, &[&ids[0], &ids[1], &ids[2]], &[("do", "approve")]);
    // The second package has changed since it was shown; the fourth does not exist.
    let second = form.iter_mut().find(|(_, value)| value.starts_with(&format!("{}:", ids[1]))).expect("the second");
    second.1 = format!("{}:{}", ids[1], "0".repeat(64));
    for nonsense in ["none:abc", "../..:abc", "<b>", ""] {
        form.push(("tick".into(), nonsense.into()));
    }
    let answer = browser.post("/several", &form);
    let said = results(&answer);
    assert_eq!(said.len(), 4, "{said:?}");
    for (place, done) in [(0, true), (1, false), (2, true), (3, false)] {
        assert_eq!(said[place].starts_with("Done"), done, "{said:?}");
    }
    assert!(said[0].contains("Approved: it is in the outbox") && said[1].contains("open the package again"));
    let states = |browser: &Browser| ids[..3].iter().map(|id| browser.server.view(id).state).collect::<Vec<_>>();
    assert_eq!(states(&browser), [PackageState::Scheduled, PackageState::Queued, PackageState::Scheduled]);
    // Bulk decisions are not individual reviews.
    let decision = &browser.server.view(&ids[0]).decisions[0];
    assert_eq!((decision.who.as_str(), decision.seconds), (WHO, None));
    // Pressing again repeats the answer and decides nothing more.
    assert_eq!(results(&browser.post("/several", &form)), said);
    assert_eq!(browser.server.view(&ids[0]).decisions.len(), 1);

    let page = browser.page("/");
    let form = ticked(&page, &[&ids[3], &ids[4]], &[("do", "reject"), ("reason", "not-now")]);
    assert!(results(&browser.post("/several", &form)).iter().all(|each| each.contains("Rejected")));
    let form = ticked(&page, &[&ids[5]], &[("do", "snooze"), ("until", "2026-03-11T09:00")]);
    assert!(
        results(&browser.post("/several", &form))[0].contains("Snoozed until Wed, Mar 11, 2026, 09:00 Europe/London")
    );
    // A package that was decided in the meantime is not decided again.
    let form = ticked(&page, &[&ids[4]], &[("do", "approve")]);
    assert!(results(&browser.post("/several", &form))[0].starts_with("Not done"));
    assert_eq!(browser.server.view(&ids[4]).state, PackageState::Rejected);

    for (ids, fields, problem) in [
        (&[][..], &[("do", "approve")][..], "no package is selected"),
        (&[&ids[6]], &[("do", "reject"), ("reason", "because")], "a rejection needs a reason"),
        (&[&ids[6]], &[("do", "snooze"), ("until", "later")], "not a date and time"),
        (&[&ids[6]], &[("do", "assign"), ("to", "somebody")], "no such user"),
        (&[&ids[6]], &[("do", "nonsense")], "does not say what to do"),
    ] {
        let answer = browser.post("/several", &ticked(&page, ids, fields));
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
        assert!(answer.problem().contains(problem), "{}", answer.problem());
    }
    assert_eq!(browser.get("/several").status, StatusCode::METHOD_NOT_ALLOWED);
}

/// Returns a page with a lead and two SDRs; the first package is Mara's, the second Noor's, and the others are
/// unassigned.
fn shared() -> (ServerWithUsers, [PackageId; 3]) {
    let site = ServerWithUsers::new(&WebOptions::default());
    for (email, name, role) in
        [(LEA, "Lea Brandt", Role::Lead), (MARA, "Mara Lindqvist", Role::Sdr), (NOOR, "Noor Haddad", Role::Sdr)]
    {
        site.add(email, name, role);
    }
    let ids = site.server.queue();
    for (id, email) in [(&ids[0], MARA), (&ids[1], NOOR)] {
        let user = user(&site, email).id;
        run(site.server.desk.by("admin").assign(id, Some(&user), site.server.now())).expect("it is given");
    }
    (site, [ids[0].clone(), ids[1].clone(), ids[2].clone()])
}

fn user(site: &ServerWithUsers, email: &str) -> UserView {
    let users = run(site.server.desk.users()).expect("the users");
    users.into_iter().find(|user| user.email == Erasable::Open(email.to_owned())).expect("the user")
}

#[test]
fn an_sdr_sees_their_own_and_unassigned_packages_on_every_page() {
    let (site, [own, others, free]) = shared();
    let mut mara = site.signed_in(MARA);
    let page = mara.get("/").page();
    let listed = rows(&page);
    assert!(listed.contains(&own) && listed.contains(&free) && !listed.contains(&others));
    assert!(words(&page.named("h1")[0].text()).starts_with("31 to review"));
    assert_eq!(page.with_class("pill")[0].text(), "31");
    let assignee: Vec<String> = options(&page, "assignee").into_iter().map(|(_, label)| label).collect();
    assert_eq!(assignee, ["Mine and unassigned", "Mine (1)", "Unassigned (30)"]);
    assert_eq!(rows(&mara.get("/?assignee=me").page()), std::slice::from_ref(&own));
    assert!(!rows(&mara.get("/?assignee=nobody").page()).contains(&own));
    let noor = user(&site, NOOR).id;
    assert!(rows(&mara.get(&format!("/?assignee={noor}&state=all")).page()).is_empty());
    assert!(page.with_id("bulk-assign").is_none(), "an SDR cannot assign packages");

    let shown = site.server.view(&others).digest;
    for path in [format!("/packages/{others}"), format!("/packages/{others}/audit-log")] {
        let answer = mara.get(&path);
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        assert!(answer.problem().contains("somebody else") && answer.problem().contains("ask a lead"));
        let name = site.server.view(&others).account_name;
        assert!(!answer.body.contains(&name), "{path}");
    }
    for what in ["check", "approve", "edit", "reject", "snooze", "verdict"] {
        let fields = [
            ("shown", shown.as_str()),
            ("key", "twelve-letters"),
            ("reason", "draft"),
            ("finding", "conforming"),
            ("until", "2026-03-11T09:00"),
            ("subject", "a"),
            ("body", "b"),
        ];
        let answer = mara.post(&format!("/packages/{others}/{what}"), &fields);
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{what}: {}", answer.body);
    }
    let form = [("do", "approve"), ("key", "a-key-of-several"), ("tick", &*format!("{others}:{shown}"))];
    let said = results(&mara.post("/several", &form));
    assert!(said[0].starts_with(&format!("Not done Package {others}")), "{said:?}");
    assert_eq!(site.server.view(&others).state, PackageState::Queued);
    // Noor cannot see its outbox entry either.
    let mut noor = site.signed_in(NOOR);
    noor.decide(&others, "approve", &[]).location();
    let entry = site.server.view(&others).outbox.expect("an entry").id;
    for answer in [mara.get(&format!("/outbox/{entry}")), mara.post(&format!("/outbox/{entry}/withdraw"), &[])] {
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
    }
    assert!(!mara.get("/outbox").body.contains(&entry) && noor.get("/outbox").body.contains(&entry));
}

#[test]
fn a_lead_sees_the_team_and_assigns_packages() {
    let (site, [own, others, free]) = shared();
    let (mut lea, mut mara) = (site.signed_in(LEA), site.signed_in(MARA));
    let (of_mara, of_noor) = (user(&site, MARA).id, user(&site, NOOR).id);
    let page = lea.get("/").page();
    assert_eq!(rows(&page).len(), 32);
    let whose = options(&page, "assignee");
    assert!(whose.iter().any(|(value, label)| *value == of_noor && label == "Noor Haddad (1)"), "{whose:?}");
    assert_eq!(rows(&lea.get(&format!("/?assignee={of_noor}")).page()), std::slice::from_ref(&others));
    let form = ticked(&page, &[&own, &free], &[("do", "assign"), ("to", &of_noor)]);
    let said = results(&lea.send(Method::POST, "/several", Some(&form)));
    assert!(said.iter().all(|each| each.contains("Assigned to Noor Haddad")), "{said:?}");
    assert_eq!(mara.get(&format!("/packages/{own}")).status, StatusCode::FORBIDDEN);
    assert_eq!(
        lea.post(&format!("/packages/{own}/assign"), &[("to", &of_mara)]).location(),
        format!("/packages/{own}")
    );
    assert_eq!(mara.get(&format!("/packages/{own}")).status, StatusCode::OK);
    lea.post(&format!("/packages/{own}/assign"), &[]).location();
    for path in [format!("/packages/{own}/assign"), format!("/packages/{others}/assign")] {
        assert_eq!(mara.post(&path, &[("to", &of_mara)]).status, StatusCode::FORBIDDEN);
    }
    let form = [("do", "assign"), ("key", "a-key-of-several"), ("tick", &*format!("{own}:{}", "0".repeat(64)))];
    assert!(results(&mara.post("/several", &form))[0].starts_with("Not done"), "an SDR cannot assign packages");
    let trail = run(site.server.desk.audit(Some(&own), None, 100)).expect("the audit log").rows;
    let given: Vec<_> = trail.iter().filter(|row| row.action == "assigned").map(|row| row.who.as_str()).collect();
    assert_eq!(given, ["admin", "Lea Brandt", "Lea Brandt", "Lea Brandt"]);
}

#[test]
fn users_see_their_own_numbers_and_the_progress_of_the_day() {
    let (site, [own, others, _]) = shared();
    let (mut mara, mut noor) = (site.signed_in(MARA), site.signed_in(NOOR));
    assert!(mara.get("/").page().with_id("own-stats").is_none(), "no numbers yet");
    mara.decide(&own, "reject", &[("reason", "draft")]).location();
    noor.decide(&others, "reject", &[("reason", "draft")]).location();
    let page = mara.get("/").page();
    let said = words(&page.with_id("own-stats").expect("the numbers").text());
    for part in ["You today", "1 reviewed", "median 0 s", "9 of 10 within 0 s", "60 s"] {
        assert!(said.contains(part), "{part} in {said}");
    }
    assert_eq!(words(&page.with_id("capacity").expect("the capacity").text()), "2 of 40 reviews done today");
    assert_eq!(site.signed_in(MARA).get("/?campaign=other").page().with_id("capacity").map(|_| ()), None);
}

#[test]
fn escalated_packages_are_marked() {
    let (site, [own, _, _]) = shared();
    let desk = site.server.desk.clone().with(|desk| desk.with_backup(Some(LEA)));
    let deadline = site.server.view(&own).deadline;
    site.server.later(deadline - site.server.now() - 3600);
    assert!(run(desk.run_maintenance(site.server.now())).expect("time passes").escalated > 0);
    let page = site.signed_in(LEA).get("/?assignee=me").page();
    let at = rows(&page).iter().position(|id| *id == own).expect("it is assigned to Lea");
    let row = page.named("a").into_iter().filter(|link| link.is_class("row")).nth(at).expect("a row");
    assert!(words(&row.text()).contains("Escalated") && words(&row.text()).to_lowercase().contains("you"));
    assert_eq!(site.signed_in(MARA).get(&format!("/packages/{own}")).status, StatusCode::FORBIDDEN);
}
