//! The queue of replies: a reply in the CRM is shown, taken over by a person, and deleted when the contact is erased.

use super::browser::Browser;
use super::html::words;
use super::server_with_users::{MARA, ServerWithUsers};
use crate::followups::world::World;
use axum::http::StatusCode;
use baton_desk::Desk;
use baton_desk::access::Role;
use baton_desk::replies::ReplyView;
use baton_identity::WebOptions;
use baton_model::Erasable;
use baton_tests::DeskExt as _;
use baton_tests::run;
use baton_tests::server::{DAY, NOW, TestServer, WHO};

const NOOR: &str = "noor@relayforge.example";
const LEA: &str = "lea@relayforge.example";

/// Returns a world in which a reply with this subject came in after a second message was prepared.
fn answered(about: &str) -> World {
    let (mut world, _) = run(World::going());
    world.touches.push(format!("201,2026-03-11 10:00,inbound,email,,{about},"));
    run(world.run());
    world
}

fn over(desk: &Desk) -> TestServer {
    let server = TestServer::over(tempfile::tempdir().expect("a folder"), desk.clone());
    server.later(3 * DAY);
    server
}

fn replies(desk: &Desk, taken: bool) -> Vec<ReplyView> {
    run(desk.replies(taken, None, 50)).expect("the replies").rows
}

#[test]
fn a_reply_waits_until_a_person_takes_over() {
    let world = answered("About your message");
    let browser = Browser::on(over(&world.desk));
    let waiting = replies(&world.desk, false);
    assert_eq!(waiting.len(), 1, "{waiting:#?}");
    let reply = &waiting[0];
    assert_eq!((reply.recorded, reply.source.as_str(), reply.paused), (NOW + 3 * DAY, "crm", true));
    assert_eq!(
        (reply.withdrawn.len(), reply.sent_at),
        (1, Some(NOW)),
        "the second was withdrawn, the first had been sent"
    );
    assert_ne!(reply.withdrawn[0], reply.package);

    let page = browser.page("/replies");
    let said = words(&page.text());
    for text in [
        "1 to take over",
        "Northwind Freight",
        "Ada Okafor, VP Engineering",
        "Replied: About your message",
        "From the CRM",
        "1 package withdrawn; account paused",
    ] {
        assert!(said.contains(text), "{text} in {said}");
    }
    let Erasable::Open(wrote) = &reply.last_subject else { panic!("the package is saved") };
    assert!(said.contains(&format!("Our email: {}", words(wrote))), "{said}");
    let row = page.named("a").into_iter().find(|link| link.is_class("row")).expect("a row");
    assert_eq!(row.attr("href"), format!("/packages/{}", reply.package));
    let pills: Vec<String> = page.with_class("pill").iter().map(|pill| pill.text()).collect();
    assert_eq!(pills.last().map(String::as_str), Some("1"), "in the navigation");

    let take = format!("/replies/{}/take", reply.id);
    let form = page.form(&take, 0);
    for _ in 0..2 {
        assert_eq!(browser.post(&take, &form).location(), "/replies");
        browser.server.later(60);
    }
    let taken = replies(&world.desk, true);
    let by = taken[0].takeover.as_ref().expect("it was taken over");
    assert_eq!((by.who.as_str(), by.at), (WHO, NOW + 3 * DAY), "the second press is the first one");
    assert!(words(&browser.page("/replies").text()).contains("No replies waiting"));

    let page = browser.page("/replies?taken=yes");
    assert!(words(&page.text()).contains(WHO));
    let back = format!("/replies/{}/not-yet", reply.id);
    browser.post(&back, &page.form(&back, 0)).location();
    assert_eq!(replies(&world.desk, false).len(), 1);
    let trail = run(world.desk.audit(Some(&reply.package), None, 100)).expect("the audit log").rows;
    let noted: Vec<_> = trail.iter().map(|row| row.action.as_str()).filter(|what| what.contains("over")).collect();
    assert_eq!(noted, ["took-over", "not-taken-over"]);

    // The next run finds no new reply.
    run(world.run());
    assert_eq!(replies(&world.desk, false).len(), 1);
    for path in ["/replies/00000000/take", "/replies/x/take"] {
        assert!(browser.post(path, &[]).status.is_client_error(), "{path}");
    }
    assert!(browser.get("/replies?after=nowhere").status.is_client_error());
}

#[test]
fn an_sdr_sees_the_replies_to_their_own_messages() {
    let world = answered("About your message");
    let site = ServerWithUsers::over(over(&world.desk), &WebOptions::default());
    for (email, name, role) in
        [(MARA, "Mara Lindqvist", Role::Sdr), (NOOR, "Noor Haddad", Role::Sdr), (LEA, "Lea Brandt", Role::Lead)]
    {
        site.add(email, name, role);
    }
    let reply = replies(&world.desk, false).remove(0);
    let users = run(world.desk.users()).expect("the users");
    let mara = users.iter().find(|user| user.email == Erasable::Open(MARA.to_owned())).expect("the user");
    run(world.desk.by("admin").assign(&reply.package, Some(&mara.id), NOW)).expect("it is given");

    let mut noor = site.signed_in(NOOR);
    let page = noor.get("/replies");
    assert!(words(&page.page().text()).contains("No replies waiting") && !page.body.contains("Northwind"));
    let take = format!("/replies/{}/take", reply.id);
    assert_eq!(noor.post(&take, &[]).status, StatusCode::FORBIDDEN);
    for email in [MARA, LEA] {
        let said = words(&site.signed_in(email).get("/replies").page().text());
        assert!(said.contains("1 to take over") && said.contains("Mara Lindqvist"), "{said}");
    }
    site.signed_in(MARA).post(&take, &[]).location();
    let taken = replies(&world.desk, true).remove(0).takeover.expect("it was taken over");
    assert_eq!(taken.who, "Mara Lindqvist");
}

#[test]
fn an_erased_person_is_gone_and_their_texts_are_shown_as_text() {
    let world = answered("<script>alert(1)</script>");
    let browser = Browser::on(over(&world.desk));
    let answer = browser.get("/replies");
    assert!(!answer.body.contains("<script>alert"), "{}", answer.body);
    assert!(words(&answer.page().text()).contains("Replied: <script>alert(1)</script>"));

    run(world.desk.by("mara").erase_person("ada.okafor@northwind.example", world.now)).expect("erased");
    assert!(replies(&world.desk, false).is_empty());
    let answer = browser.get("/replies");
    assert!(!answer.body.contains("Okafor") && words(&answer.page().text()).contains("No replies waiting"));
    run(world.run());
    assert!(replies(&world.desk, false).is_empty(), "and does not come back");
}
