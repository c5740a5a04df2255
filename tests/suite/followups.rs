//! Follow-ups by the desk: daily runs of a small CRM, with the shipped components, a store on disk, and messages that
//! are sent as files. A sequence continues automatically until somebody replies or must not be contacted any more.

mod endings;
pub(crate) mod world;

use crate::web::browser::Browser;
use baton_facts::packages::{HandoffPackage, Outcome};
use baton_facts::policy::HandoffModel;
use baton_facts::types::{Evidence, Timestamp};
use baton_model::decision::RejectReason;
use baton_model::views::PackageView;
use baton_tests::DeskExt as _;
use baton_tests::run;
use baton_tests::server::{DAY, NOW, TestServer};
use mail_parser::{HeaderValue, MessageParser};
use std::sync::atomic::Ordering;
use world::World;

const HOUR: Timestamp = 3600;

fn package(view: &PackageView) -> HandoffPackage {
    view.content.as_ref().open().expect("nobody is erased").package.clone()
}

fn ids(header: &HeaderValue<'_>) -> Vec<String> {
    header.as_text_list().unwrap_or_default().iter().map(|id| id.to_string()).collect()
}

#[test]
fn a_sequence_has_four_messages_over_its_days() {
    run(async {
        let mut world = World::new().await;
        let (mut message_ids, mut told) = (Vec::new(), Vec::new());
        for (touch, days, fresh) in [
            (1, 0, None),
            (2, 3, None),
            (3, 9, Some(("expansion", "Northwind Freight opened a depot in Leeds", "2026-03-17"))),
            (4, 16, None),
        ] {
            if touch > 1 {
                // An hour too early no account is worked on.
                world.now = NOW + days * DAY - HOUR;
                let early = world.run().await;
                assert_eq!((early.worked, early.new), (0, 0), "touch {touch}: {early:?}");
                let sequence = world.account().await.sequence.expect("a sequence");
                assert_eq!(sequence.due, Some(NOW + days * DAY), "touch {touch}");
                assert_eq!((sequence.sent.len(), sequence.touches_max), (touch - 1, Some(4)));
                assert!(!sequence.is_over);
            }
            world.now = NOW + days * DAY;
            if let Some((kind, what, date)) = fresh {
                world.signal(kind, what, date);
            }
            let report = world.run().await;
            assert_eq!((report.new, report.follow_ups), (1, usize::from(touch > 1)), "touch {touch}: {report:?}");
            let again = world.run().await;
            assert_eq!((again.run, again.worked), (None, 0), "touch {touch}: nothing is left to do");
            assert_eq!(world.run_for(Some("101")).await.new, 0, "touch {touch} has its package");

            let view = world.view(&world.open().await).await;
            let made = package(&view);
            assert_eq!(usize::from(made.touch_number), touch);
            assert_eq!(view.earlier.as_ref().open().map(Vec::len), Some(touch - 1));
            let routing = &view.content.as_ref().open().expect("it is open").routing;
            let expected = if touch == 1 { HandoffModel::SendThenSpotCheck } else { HandoffModel::ReviewAndApprove };
            assert_eq!(
                (routing.tier.as_deref().unwrap_or_default(), routing.model),
                ("mid", expected),
                "{}",
                routing.reason
            );
            assert!(
                world.desk.auto_release(world.now, HOUR).await.expect("the store answers").entries.is_empty(),
                "the stream is not cleared"
            );
            let lead = &made.signals[0].signal;
            if let Some((kind, ..)) = fresh {
                assert_eq!(lead.kind, kind, "a fresh signal goes before an old one");
            }
            if touch > 1 {
                assert!(made.draft.message.subject.starts_with("Re: "), "{}", made.draft.message.subject);
                let refers =
                    made.draft.claims.iter().any(|claim| claim.evidence == Evidence::Contact(made.contact.id.clone()));
                assert!(refers, "touch {touch} refers to an earlier one: {}", made.draft.message.body);
            }
            if matches!(touch, 2 | 3) {
                assert!(!told.contains(&made.angle.version), "touch {touch} has another angle");
            }
            told.push(made.angle.version.clone());
            let replayed = world.desk.replay(&view.id).await.expect("it replays");
            let functions: Vec<&str> = replayed.iter().map(|call| call.function.as_str()).collect();
            assert!(functions.contains(&if touch == 1 { "prepare" } else { "follow-up" }), "{functions:?}");
            let same = |call: &baton_desk::reviews::ReplayedCall| {
                call.replayed.as_ref().open().is_some_and(|replayed| replayed.identical())
            };
            assert!(replayed.iter().all(same), "touch {touch} is reproducible");

            let letter = world.send(&view.id).await;
            let read = MessageParser::new().parse(&letter).expect("a message");
            let parent: Vec<String> = message_ids.last().cloned().into_iter().collect();
            assert_eq!(ids(read.in_reply_to()), parent, "touch {touch}");
            assert_eq!(ids(read.references()), message_ids, "touch {touch} names the whole thread");
            message_ids.push(read.message_id().expect("an id").to_owned());
            if touch < 4 {
                let look = world.run().await;
                assert_eq!((look.worked, look.new), (1, 0), "the engine says when touch {} is due", touch + 1);
            }
        }
        assert_eq!(message_ids.len(), 4);
        world.now += DAY;
        assert_eq!(world.run().await.new, 0);
        assert_eq!(world.reason().await, "sequence-ended");
        world.signal("funding", "Northwind Freight raised 50 million pounds", "2026-03-27");
        world.now += DAY;
        assert_eq!(world.run().await.worked, 0, "that is final");
        assert!(world.account().await.sequence.expect("a sequence").is_over);
    });
}

#[test]
fn evidence_of_follow_ups_belongs_to_a_stream_of_its_own() {
    run(async {
        let (world, package) = World::going().await;
        world.approve(&package).await;
        let streams = world.desk.quality(None, world.now).await.expect("the governor judges");
        let mut seen: Vec<_> = streams.iter().map(|stream| (stream.key.follow_up, stream.tally.inspected)).collect();
        seen.sort_unstable();
        assert_eq!(seen, [(false, 1), (true, 0)], "reviews of other touches are not evidence for sending");
    });
}

#[test]
fn the_page_shows_the_earlier_messages_and_the_reason_of_a_pause() {
    let (mut world, package) = run(World::going());
    let first = run(world.account()).sequence.expect("a sequence").sent[0].package.clone();
    let body = self::package(&run(world.view(&first))).draft.message.body;
    let desk = world.desk.clone();
    let folder = tempfile::tempdir().expect("a folder");
    let server = TestServer::over(folder, desk);
    server.clock.store(world.now, Ordering::SeqCst);
    let browser = Browser::on(server);
    let page = browser.page(&format!("/packages/{package}"));
    let said = page.text();
    assert!(said.contains("Touch 2") && said.contains("Earlier emails without a reply"), "{said}");
    let mails: Vec<String> = page.with_class("mail").iter().map(|mail| mail.text()).collect();
    assert!(mails.contains(&body), "{mails:?}");
    assert!(said.contains("Earlier emails to") && !said.contains("Not in this package"), "{said}");
    assert!(browser.page("/").text().contains("Touch 2"));

    run(world.desk.by("mara").pause("101", Some("they <called>"), world.now)).expect("the account is paused");
    let said = browser.page(&format!("/packages/{package}")).text();
    assert!(said.contains("This account is paused: they <called>"), "{said}");
    world.touch("201", "inbound", "");
    run(world.run());
    assert!(browser.page(&format!("/packages/{package}")).text().contains("Withdrawn"));
}

#[test]
fn an_automatic_reply_ends_nothing() {
    run(async {
        let mut world = World::begun().await;
        world.touch("201", "inbound", "out of office");
        world.now = NOW + 3 * DAY;
        assert_eq!(world.run().await.follow_ups, 1);
        let made = package(&world.view(&world.open().await).await);
        assert!(made.why_now.contains("automatic reply"), "{}", made.why_now);
        assert_eq!(world.account().await.paused, None);
    });
}

#[test]
fn a_pause_that_a_person_lifts_is_not_set_again_for_the_same_reply() {
    run(async {
        let mut world = World::begun().await;
        world.touch("202", "inbound", "");
        let report = world.run().await;
        assert_eq!((report.replies.paused, report.worked), (1, 0));
        assert_eq!(world.run().await.replies.paused, 0, "once");
        let why = world.account().await.paused.expect("the account is paused").why;
        assert_eq!(why, "a reply came in on 2026-03-11");

        world.desk.by("mara").pause("101", None, world.now).await.expect("resumed");
        world.now = NOW + 3 * DAY;
        let report = world.run().await;
        assert_eq!((report.replies.paused, report.new), (0, 0));
        // The engine does not continue after a reply.
        assert_eq!(world.reason().await, "in-conversation");

        world.touches.push("201,2026-03-13 08:00,inbound,call,,Asked for a price,".into());
        assert_eq!(world.run().await.replies.paused, 1, "another reply pauses again");
    });
}

#[test]
fn a_rejected_follow_up_waits_for_another_reason_to_write() {
    run(async {
        for (reason, goes_on) in [
            (RejectReason::NotNow, true),
            (RejectReason::Draft, true),
            (RejectReason::Research, true),
            (RejectReason::Contact, false),
            (RejectReason::Account, false),
        ] {
            let (mut world, first) = World::going().await;
            world.reject(&first, reason).await;
            assert_eq!(world.run().await.new, 0, "{reason:?}: not the same again");
            world.now += DAY;
            world.signal("expansion", "Northwind Freight opened a depot in Leeds", "2026-03-13");
            let report = world.run().await;
            assert_eq!(report.follow_ups, usize::from(goes_on), "{reason:?}");
            if goes_on {
                let made = package(&world.view(&world.open().await).await);
                assert_eq!((made.touch_number, made.signals[0].signal.kind.as_str()), (2, "expansion"));
            } else {
                assert_eq!(world.reason().await, "sequence-ended");
                let handled = world.account().await.handled.open().expect("nobody is erased");
                let Ok(preparation) = handled.preparation else { panic!("no failure") };
                let Outcome::Held(hold) = &preparation.outcome else { panic!("it is held") };
                assert!(hold.detail.contains("rejected"), "{}", hold.detail);
            }
        }
    });
}
