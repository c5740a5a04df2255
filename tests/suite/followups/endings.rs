//! Each event that ends or pauses a sequence, at each moment: before the next message is prepared, while it waits for
//! review, and after its approval.

use super::world::World;
use baton_desk::reviews::QueueFilter;
use baton_facts::types::{Suppression, SuppressionReason, SuppressionScope};
use baton_model::package_state::PackageState;
use baton_tests::DeskExt as _;
use baton_tests::run;
use baton_tests::server::{DAY, NOW};

/// An event that ends a sequence.
struct Ending {
    what: &'static str,
    change: fn(&mut World),
    by_hand: Option<&'static str>,
    /// The reason for which the next run holds or disqualifies the account; empty if the account is paused and no run
    /// works on it.
    reason: &'static str,
}

const ENDINGS: [Ending; 19] = [
    crm("an answer", |world| world.touch("201", "inbound", ""), ""),
    crm("a colleague's answer", |world| world.touch("202", "inbound", "meeting booked"), ""),
    crm("an answer noted on our own message", |world| world.touch("201", "outbound", "Replied"), ""),
    crm("unsubscribed, noted on our own message", |world| world.touch("201", "outbound", "Unsubscribe"), ""),
    crm("opted out, noted on our own message", |world| world.touch("201", "outbound", "opt-out"), ""),
    crm("a spam report on our own message", |world| world.touch("201", "outbound", "SPAM"), ""),
    crm("in conversation", |world| world.ben = "in conversation,", ""),
    crm("a bounce", |world| world.touch("201", "outbound", "Hard bounce"), "no-deliverable-contact"),
    crm("unsubscribed", |world| world.ada = Some("none,true"), "no-deliverable-contact"),
    crm("left the company", |world| world.ada = None, "no-deliverable-contact"),
    crm("a customer", |world| world.company[1] = "CUSTOMER", "customer"),
    crm("a partner", |world| world.company[1] = "PARTNER", "partner"),
    crm("an open deal", |world| world.company[2] = "1", "account-busy"),
    crm("a colleague's account", |world| world.company[0] = "Noor Haddad", "owned-by-colleague"),
    hand("suppress-address", "no-deliverable-contact"),
    hand("suppress-domain", "suppressed"),
    hand("suppress-account", "suppressed"),
    hand("forget", "sequence-ended"),
    hand("pause", ""),
];

const fn crm(what: &'static str, change: fn(&mut World), reason: &'static str) -> Ending {
    Ending { what, change, by_hand: None, reason }
}

const fn hand(what: &'static str, reason: &'static str) -> Ending {
    Ending { what, change: |_| {}, by_hand: Some(what), reason }
}

impl Ending {
    fn only_pauses(&self) -> bool {
        let is_opt_out =
            ["unsubscribed,", "opted out,", "a spam report"].iter().any(|start| self.what.starts_with(start));
        self.reason.is_empty() && !is_opt_out
    }

    async fn happens(&self, world: &mut World) {
        (self.change)(world);
        let Some(what) = self.by_hand else { return };
        let suppressed = match what {
            "suppress-address" => Some((SuppressionScope::Address, "ada.okafor@northwind.example")),
            "suppress-domain" => Some((SuppressionScope::Domain, "northwind.example")),
            "suppress-account" => Some((SuppressionScope::Account, "101")),
            _ => None,
        };
        if let Some((scope, value)) = suppressed {
            let order = Suppression { scope, reason: SuppressionReason::OptedOut, until: None };
            world.desk.by("mara").suppress(value, order, world.now).await.expect("an order");
        } else if what == "forget" {
            world.desk.by("mara").erase_person("ada.okafor@northwind.example", world.now).await.expect("erased");
        } else {
            world.desk.by("mara").pause("101", Some("they called"), world.now).await.expect("paused");
        }
    }

    async fn check(&self, world: &World, what: &str) {
        let what = format!("{}, {what}", self.what);
        let account = world.account().await;
        if self.reason.is_empty() {
            assert!(account.paused.is_some(), "{what}: {:?}", account.row);
        } else {
            assert_eq!(account.row.reason.as_deref(), Some(self.reason), "{what}: {:?}", account.handled);
            assert!(account.paused.is_none(), "{what}");
        }
        let rows = world.desk.queue(&QueueFilter::default(), None, 10, world.now).await.expect("the queue").rows;
        // After a manual pause, a package may still wait for a decision.
        let left = usize::from(self.by_hand == Some("pause"));
        assert!(rows.len() <= left, "{what}: {rows:#?}");
        assert_eq!(world.run().await.worked, 0, "{what}: a run finds nothing to do");
    }
}

#[test]
fn an_ending_before_the_next_message_is_prepared() {
    run(async {
        for ending in ENDINGS {
            let mut world = World::begun().await;
            ending.happens(&mut world).await;
            world.now = NOW + 3 * DAY;
            let report = world.run().await;
            assert_eq!(report.new, 0, "{}", ending.what);
            ending.check(&world, "nothing prepared").await;
        }
    });
}

#[test]
fn an_ending_withdraws_a_prepared_message() {
    run(async {
        for ending in ENDINGS {
            let (mut world, package) = World::going().await;
            ending.happens(&mut world).await;
            world.run().await;
            let state = world.view(&package).await.state;
            let expected = if ending.by_hand == Some("pause") { PackageState::Queued } else { PackageState::Withdrawn };
            assert_eq!(state, expected, "{}", ending.what);
            ending.check(&world, "prepared").await;
        }
    });
}

#[test]
fn an_ending_prevents_the_send_of_an_approved_message() {
    run(async {
        for ending in ENDINGS {
            let (mut world, package) = World::going().await;
            world.approve(&package).await;
            assert_eq!(world.view(&package).await.state, PackageState::Scheduled);
            ending.happens(&mut world).await;
            world.run().await;
            assert!(world.transmit().await.is_empty(), "{}: it left", ending.what);
            let state = world.view(&package).await.state;
            // A pause keeps the message until somebody resumes the account; an opt-out withdraws it.
            let expected = if ending.only_pauses() { PackageState::Scheduled } else { PackageState::Withdrawn };
            assert_eq!(state, expected, "{}", ending.what);
            if let Some(paused) = world.account().await.paused {
                assert!(!paused.why.contains("Ada") && !paused.why.contains("Ben"), "a pause names nobody");
            }
        }
    });
}
