//! Sequences: the due date of the next message, the events that end a sequence, and the content of the next message.

use baton_facts::errors::HandoffError;
use baton_facts::packages::{DisqualificationReason, HoldReason, Outcome, Verdict};
use baton_facts::types::{
    Channel, Direction, Engagement, Evidence, Relation, Suppression, SuppressionReason, SuppressionScope, Timestamp,
    Touch, TouchOutcome, Verification,
};

use crate::calendar::{DAY, iso_date};
use crate::testing::{FollowUpScenario, NOW, candidate, touch};

#[track_caller]
fn held(since: impl FnOnce(&mut FollowUpScenario), reason: HoldReason, words: &str, look_again: Option<&str>) {
    let preparation = FollowUpScenario::with(since).follow_up().expect("the capabilities answer");
    let Outcome::Held(hold) = &preparation.outcome else { panic!("not held: {:?}", preparation.outcome) };
    assert_eq!(hold.reason, reason, "{}", hold.detail);
    assert!(hold.detail.contains(words), "{:?} has not {words:?}", hold.detail);
    assert_eq!(hold.look_again.map(iso_date).as_deref(), look_again, "{}", hold.detail);
    let last = preparation.trace.last().expect("every rule leaves an entry");
    assert_eq!((last.verdict, last.detail.as_str()), (Verdict::Fail, hold.detail.as_str()));
}

#[track_caller]
fn disqualified(since: impl FnOnce(&mut FollowUpScenario), reason: DisqualificationReason) {
    let preparation = FollowUpScenario::with(since).follow_up().expect("the capabilities answer");
    let Outcome::Disqualified(out) = &preparation.outcome else { panic!("{:?}", preparation.outcome) };
    assert_eq!(out.reason, reason);
}

fn inbound(at: Timestamp, outcome: Option<TouchOutcome>) -> Touch {
    Touch { at, direction: Direction::Inbound, outcome, ..touch(0) }
}

fn suppression(scope: SuppressionScope, reason: SuppressionReason) -> Option<Suppression> {
    Some(Suppression { scope, reason, until: None })
}

#[test]
fn the_due_date_follows_the_gaps() {
    use HoldReason::*;
    // Monday, 9:30: three business days later it is Thursday.
    held(
        |f| f.world.now -= 1,
        RecentlyTouched,
        "2 business days since the message of 2026-03-09, the campaign waits 3",
        Some("2026-03-12"),
    );
    FollowUpScenario::with(|_| {}).ready();
    FollowUpScenario::with(|f| f.world.now += 4 * DAY).ready();
    // Friday: three business days later is Wednesday, whatever the weekend adds.
    let friday = |f: &mut FollowUpScenario| {
        f.sent[0].at = NOW - 3 * DAY;
        f.last().at = NOW - 3 * DAY;
    };
    for days in [-1, 0, 1] {
        held(
            |f| {
                friday(f);
                f.world.now = NOW + days * DAY;
            },
            RecentlyTouched,
            "the campaign waits 3",
            Some("2026-03-11"),
        );
    }
    FollowUpScenario::with(|f| {
        friday(f);
        f.world.now = NOW + 2 * DAY;
    })
    .ready();
    // A sent message of the campaign that the host did not list counts as well.
    held(
        |f| f.world.people[0].history.push(Touch { at: NOW + DAY, ..touch(0) }),
        RecentlyTouched,
        "since the message of 2026-03-10",
        Some("2026-03-13"),
    );
    // Another touch of ours restarts the person's quiet days.
    let call = |at| Touch { at, channel: Channel::Call, campaign: None, ..touch(0) };
    held(
        |f| f.world.people[0].history.push(call(NOW + DAY)),
        RecentlyTouched,
        "a call of ours on 2026-03-10 came between, and we wait 30 days",
        Some("2026-04-09"),
    );
    FollowUpScenario::with(|f| f.world.people[0].history.insert(0, call(NOW - 35 * DAY))).ready();
}

#[test]
fn the_gaps_grow_and_the_last_one_repeats() {
    let mut follow_up_scenario = FollowUpScenario::from(|w| w.campaign.touches_max = 6);
    let mut numbers = Vec::new();
    // From Monday on, 3, 4, 5, 5 and 5 business days in calendar days.
    for (days, number) in [(3, 2), (6, 3), (7, 4), (7, 5), (7, 6)] {
        // As early as the gap allows, and not a second before.
        follow_up_scenario.world.now = follow_up_scenario.sent.last().expect("a message left").at + days * DAY - 1;
        let early = follow_up_scenario.follow_up().expect("the capabilities answer").outcome;
        assert!(
            matches!(early, Outcome::Held(ref hold) if hold.look_again == Some(follow_up_scenario.world.now + 1)),
            "{early:?}"
        );
        follow_up_scenario.world.now += 1;
        let package = follow_up_scenario.ready();
        assert_eq!(package.touch_number, number);
        assert_eq!(package.draft.message.subject, "Re: Northwind Freight after the round");
        numbers.push(package.touch_number);
        follow_up_scenario.send(package);
    }
    assert_eq!(numbers, [2, 3, 4, 5, 6]);
    follow_up_scenario.world.now += 7 * DAY;
    let over = follow_up_scenario.follow_up().expect("the capabilities answer").outcome;
    let Outcome::Held(hold) = over else { panic!("{over:?}") };
    assert_eq!(hold.reason, HoldReason::SequenceEnded);
    assert!(hold.detail.contains("has had 6 messages of this campaign, and the limit is 6"), "{}", hold.detail);
    assert_eq!(hold.look_again, None);
}

#[test]
fn events_that_end_a_sequence() {
    use HoldReason::*;
    held(|f| f.world.campaign.touches_max = 1, SequenceEnded, "and the limit is 1", None);
    let theirs = |f: &mut FollowUpScenario, touch| f.world.people[0].history.push(touch);
    held(|f| theirs(f, inbound(NOW + DAY, None)), InConversation, "Ada Lovelace wrote to us on 2026-03-10", None);
    held(|f| theirs(f, inbound(NOW + DAY, Some(TouchOutcome::OptedOut))), InConversation, "wrote to us", None);
    held(|f| theirs(f, inbound(NOW - DAY, None)), InConversation, "we wait 30 days", Some("2026-04-07"));
    // Some CRMs record by the day.
    held(|f| theirs(f, inbound(NOW - NOW % DAY, None)), InConversation, "wrote to us on 2026-03-09", None);
    let colleague = |f: &mut FollowUpScenario| {
        let mut bob = candidate("bob", "Bob", "Ray", "Accountant");
        bob.history = vec![inbound(NOW + DAY, None)];
        f.world.people.push(bob);
    };
    held(colleague, InConversation, "Bob Ray wrote to us on 2026-03-10, after our message of 2026-03-09", None);
    held(
        |f| f.world.people[0].contact.engagement = Engagement::InConversation,
        InConversation,
        "are in conversation",
        None,
    );
    for (outcome, reason, words) in [
        (TouchOutcome::Bounced, NoDeliverableContact, "the CRM records a bounce on 2026-03-09"),
        (TouchOutcome::Replied, InConversation, "answered our message"),
        (TouchOutcome::MeetingBooked, InConversation, "answered our message"),
        (TouchOutcome::OptedOut, SequenceEnded, "“opted out” on 2026-03-09"),
        (TouchOutcome::Complained, SequenceEnded, "complaint"),
        (TouchOutcome::NotInterested, SequenceEnded, "not interested"),
    ] {
        held(|f| f.last().outcome = Some(outcome.clone()), reason, words, None);
    }
    held(|f| theirs(f, inbound(NOW + 5, Some(TouchOutcome::Bounced))), NoDeliverableContact, "a bounce", None);
    for reason in [SuppressionReason::OptedOut, SuppressionReason::Bounced, SuppressionReason::Complaint] {
        let order = suppression(SuppressionScope::Address, reason);
        held(|f| f.world.people[0].contact.suppression = order, NoDeliverableContact, "the address", None);
    }
    let weak = |f: &mut FollowUpScenario| f.world.people[0].contact.verification = Verification::Risky;
    held(weak, NoDeliverableContact, "the campaign requires deliverable", None);
    held(|f| f.world.people[0].contact.title = Some("Accountant".into()), NoRoleMatch, "Accountant", None);
    held(|f| f.world.people.clear(), NoDeliverableContact, "Ada Lovelace is no longer recorded at the account", None);
    held(
        |f| f.world.people[0].contact.email = Some("ada@elsewhere.example".into()),
        NoDeliverableContact,
        "went to ada@northwind.example, the recorded address is ada@elsewhere.example",
        None,
    );
    held(|f| f.world.account.owner = Some("jonas".into()), OwnedByColleague, "jonas owns the account", None);
    held(|f| f.world.campaign.sender.id = "jonas".into(), OwnedByColleague, "mara wrote the earlier messages", None);
    held(|f| f.world.account.open_opportunity = true, AccountBusy, "an opportunity is open", None);
    held(|f| f.world.account.unclear = vec!["not ours".into()], RecordUnclear, "not ours", None);
    held(|f| f.world.people[0].contact.unclear = vec!["not ours".into()], RecordUnclear, "not ours", None);
    held(|f| f.world.account.last_activity = Some(NOW + DAY), AccountBusy, "we wait 90 days", Some("2026-06-08"));
    disqualified(|f| f.world.account.relation = Relation::Customer, DisqualificationReason::Customer);
    disqualified(
        |f| f.world.account.suppression = suppression(SuppressionScope::Account, SuppressionReason::OptedOut),
        DisqualificationReason::Suppressed,
    );
    disqualified(|f| f.world.account.employees = Some(10), DisqualificationReason::OutsideSize);
}

#[test]
fn events_that_do_not_end_a_sequence() {
    let package =
        FollowUpScenario::with(|f| f.world.people[0].history.push(inbound(NOW + DAY, Some(TouchOutcome::AutoReplied))))
            .ready();
    let words = "touch 2 of 4, only an automatic reply on 2026-03-10 to the message of 2026-03-09: Northwind";
    assert!(package.why_now.starts_with(words), "{}", package.why_now);
    for outcome in ["no reply", "opened", "delivered"] {
        FollowUpScenario::with(|f| f.last().outcome = Some(TouchOutcome::Other(outcome.into()))).ready();
    }
    // Our own messages also count as account activity, in some CRMs by the day, and so does their copy in the history.
    FollowUpScenario::with(|f| f.world.account.last_activity = Some(NOW - NOW % DAY)).ready();
    FollowUpScenario::with(|f| {
        let copy = Touch { at: NOW - NOW % DAY, campaign: None, ..f.last().clone() };
        f.world.people[0].history.insert(0, copy);
    })
    .ready();
    // Other contacts in sequence do not matter.
    FollowUpScenario::with(|f| {
        for id in ["bob", "cyn"] {
            let mut other = candidate(id, "Bob", "Ray", "CTO");
            other.contact.engagement = Engagement::InSequence;
            f.world.people.push(other);
        }
    })
    .ready();
}

#[test]
fn only_sent_messages_are_followed_up() {
    use HoldReason::*;
    held(|f| f.world.people[0].history.clear(), SequenceEnded, "so there is nothing to follow up", None);
    held(|f| f.last().at = NOW - 2 * DAY, SequenceEnded, "has no message “Northwind Freight after the round”", None);
    held(|f| f.last().channel = Channel::Call, SequenceEnded, "has no message", None);
    held(|f| f.last().outcome = Some(TouchOutcome::DeliveryUnknown), RecentlyTouched, "unknown delivery", None);
    held(|f| f.last().outcome = Some(TouchOutcome::Scheduled), RecentlyTouched, "is still scheduled", None);
    // The entry of the earlier message does not count for this one.
    held(
        |f| {
            let again = baton_facts::packages::Sent { at: NOW + DAY, ..f.sent[0].clone() };
            f.sent.push(again);
            f.world.now = NOW + 9 * DAY;
        },
        SequenceEnded,
        "has no message “Northwind Freight after the round” of 2026-03-10",
        None,
    );
    // The CRM's own copy, without the campaign, also counts as the message.
    FollowUpScenario::with(|f| f.last().campaign = None).ready();
    for change in [
        (|f| f.sent.clear()) as fn(&mut FollowUpScenario),
        |f| f.previous.account.id = "acc-other".into(),
        |f| f.world.campaign.days_between_touches.clear(),
    ] {
        let error = FollowUpScenario::with(change).follow_up().expect_err("it contradicts the contract");
        assert!(matches!(error, HandoffError::Invalid(_)), "{error:?}");
    }
}

#[test]
fn the_package_has_the_state_of_the_sequence() {
    let mut follow_up_scenario = FollowUpScenario::with(FollowUpScenario::hiring);
    let package = follow_up_scenario.ready();
    assert_eq!(
        package.why_now,
        "touch 2 of 4, no answer to the message of 2026-03-09: Northwind Freight raised a $40M Series B on 2 March \
         (Harbour Business Daily, 2026-03-08), a reason to write until 2026-04-10"
    );
    assert_eq!(package.next_action, "Approve, edit or reject touch 2 of 4 to Ada Lovelace by 2026-04-10");
    assert_eq!(package.history, follow_up_scenario.world.people[0].history);
    assert!(package.checks.iter().all(|check| check.verdict == Verdict::Pass), "{:?}", package.checks);
    assert!(package.reading_seconds <= 60, "{} s", package.reading_seconds);
    let brief = follow_up_scenario.world.briefs.last().expect("the drafter was asked");
    assert_eq!((brief.touch_number, &brief.earlier), (2, &follow_up_scenario.sent));
    let names: Vec<String> = follow_up_scenario
        .follow_up()
        .expect("the capabilities answer")
        .trace
        .into_iter()
        .map(|check| check.name)
        .collect();
    let upto = names.iter().position(|name| name == "shorter-than-first").expect("it is looked at");
    assert_eq!(
        names[..=upto],
        [
            "account-relation",
            "account-not-suppressed",
            "industry-fits",
            "size-fits",
            "country-fits",
            "account-owner",
            "no-open-opportunity",
            "colleague-quiet",
            "earlier-touch-sent",
            "earlier-touch-delivered",
            "unanswered",
            "not-in-conversation",
            "role-matched",
            "contact-chosen",
            "touches-left",
            "gap-passed",
            "signal-fresh",
            "angle-chosen",
            "draft-written",
            "earlier-touch-named",
            "shorter-than-first",
        ]
    );
}

#[test]
fn a_draft_that_does_not_continue_the_thread_is_marked() {
    let warned = |change: crate::testing::DraftChange| -> Vec<String> {
        let package = FollowUpScenario::with(|f| f.world.change_draft = change).ready();
        let warned = package.checks.into_iter().filter(|check| check.verdict == Verdict::Warn);
        warned.map(|check| check.name).collect()
    };
    assert_eq!(warned(|_| {}), [""; 0]);
    assert_eq!(
        warned(|draft| draft.claims.retain(|claim| claim.evidence != Evidence::Contact("ada".into()))),
        ["earlier-touch-named"]
    );
    assert_eq!(
        warned(|draft| {
            let more = format!("\n\n{}\n\nMara", "again ".repeat(60));
            draft.message.body = draft.message.body.replace("\n\nMara", &more);
        }),
        ["shorter-than-first"],
    );
    // A claim about a message that was never sent has no evidence.
    for (from, to) in [("9 March", "8 March"), ("9 March", "Monday")] {
        let mut follow_up_scenario = FollowUpScenario::with(|f| f.world.now += DAY);
        let package = follow_up_scenario.ready();
        let mut forged = package.clone();
        let forge = |text: &str| text.replace(from, to);
        forged.draft.message.body = forge(&package.draft.message.body);
        forged.draft.opener = forge(&package.draft.opener);
        forged.draft.claims.iter_mut().for_each(|claim| claim.text = forge(&claim.text));
        let checks = crate::inspect(&forged, &forged.draft.message, follow_up_scenario.world.now);
        let failed = checks.iter().filter(|check| check.verdict == Verdict::Fail);
        let failed: Vec<&str> = failed.map(|check| check.name.as_str()).collect();
        assert!(failed.contains(&"claims-evidenced"), "{to}: {checks:?}");
    }
}

#[test]
fn another_draft_is_to_the_same_person() {
    let mut follow_up_scenario = FollowUpScenario::with(FollowUpScenario::hiring);
    let turned_down = follow_up_scenario.ready();
    follow_up_scenario.world.campaign.angles[1].follow_up_opener =
        Some("On {{ earlier_date }} I wrote. Now {{ signal }}.".into());
    let changed = follow_up_scenario.world.assignment();
    let again =
        crate::redraft(&turned_down, &follow_up_scenario.sent, "shorter", &changed, &mut follow_up_scenario.world);
    let Outcome::Ready(package) = again.expect("the capabilities answer").outcome else { panic!("not ready") };
    assert_eq!((package.contact.id.as_str(), package.touch_number), ("ada", 2));
    assert!(package.draft.opener.starts_with("On 9 March I wrote. Now Northwind"), "{}", package.draft.opener);
    let brief = follow_up_scenario.world.briefs.last().expect("the drafter was asked");
    assert_eq!((brief.earlier.len(), brief.note.as_deref()), (1, Some("shorter")));

    // The best contact has changed since, and the new one is not contacted instead.
    let mut first = FollowUpScenario::from(|w| w.people[0].contact.title = Some("CTO".into()));
    first.world.people[0].history.clear();
    first.world.people[0].contact.engagement = Engagement::None;
    first.world.people.push(candidate("bob", "Bob", "Ray", "VP of Engineering"));
    first.world.campaign.angles[0].opener = "In {{ source }} I saw that {{ signal }}.".into();
    let again = crate::redraft(&first.previous, &[], "", &first.world.assignment(), &mut first.world);
    let Outcome::Ready(package) = again.expect("the capabilities answer").outcome else { panic!("not ready") };
    assert_eq!(package.contact.id, "ada");
    first.world.people[0].contact.suppression = suppression(SuppressionScope::Address, SuppressionReason::OptedOut);
    let again = crate::redraft(&first.previous, &[], "", &first.world.assignment(), &mut first.world);
    let Outcome::Held(hold) = again.expect("the capabilities answer").outcome else { panic!("not held") };
    assert_eq!(
        (hold.reason, hold.detail.as_str()),
        (HoldReason::NoDeliverableContact, "Ada Lovelace: the address opted out, for good")
    );
}
