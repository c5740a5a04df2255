//! The result for an account: each outcome, and the invariants of a ready package.

use super::*;
use crate::calendar::{DAY, iso_date};
use crate::rules::CONTACT_DOUBTS;
use crate::testing::{NOW, Scenario, angle, candidate, signal, touch};
use baton_facts::packages::{DisqualificationReason, HoldReason};
use baton_facts::types::{
    Direction, Engagement, Relation, Suppression, SuppressionReason, SuppressionScope, TouchOutcome, Verification,
};

#[track_caller]
fn held(change: impl FnOnce(&mut Scenario), reason: HoldReason, words: &str, look_again: Option<&str>) {
    let (found, detail, again) = Scenario::with(change).held();
    assert_eq!(found, reason, "{detail}");
    assert!(detail.contains(words), "{detail:?} has not {words:?}");
    assert_eq!(again.map(iso_date).as_deref(), look_again, "{detail}");
}

#[track_caller]
fn disqualified(change: impl FnOnce(&mut Scenario), reason: DisqualificationReason, words: &str) {
    let preparation = Scenario::with(change).prepare().expect("the capabilities answer");
    let Outcome::Disqualified(found) = preparation.outcome else { panic!("{:?}", preparation.outcome) };
    assert_eq!(found.reason, reason);
    assert!(found.detail.contains(words), "{:?} has not {words:?}", found.detail);
    assert_eq!(preparation.trace.last().map(|check| check.verdict), Some(Verdict::Fail));
}

fn suppression(scope: SuppressionScope, until: Option<i64>) -> Option<Suppression> {
    Some(Suppression { scope, reason: SuppressionReason::OptedOut, until })
}

#[test]
fn a_ready_package_is_complete() {
    let package = Scenario::new().ready();
    assert_eq!(package.contact.id, "ada");
    assert_eq!(package.role_match.role, "platform lead");
    assert_eq!(package.role_match.matched_title, "VP Engineering");
    assert_eq!(package.draft.message.to, "ada@northwind.example");
    assert_eq!(package.touch_number, 1);
    assert_eq!(iso_date(package.fresh_until), "2026-04-18");
    assert_eq!(
        package.why_now,
        "Northwind Freight raised a $40M Series B on 2 March (Harbour Business Daily, 2026-03-04), a reason to write \
         until 2026-04-18"
    );
    assert_eq!(package.next_action, "Approve, edit or reject the message to Ada Lovelace by 2026-04-18");
    // 30 for the fit, 30 x 75 % for the signal, 25 for the role, 15 for the address.
    assert_eq!(package.score, 92);
    assert!((20..=60).contains(&package.reading_seconds), "{} s", package.reading_seconds);
    for check in &package.checks {
        assert_eq!(check.verdict, Verdict::Pass, "{check:?}");
    }
}

#[test]
fn the_trace_names_every_rule_in_order() {
    let preparation = Scenario::new().prepare().expect("the capabilities answer");
    let order = |name: &str| crate::rules::ALL.iter().position(|known| known.name == name).expect("a listed name");
    let names = preparation.trace.iter().map(|check| check.name.as_str());
    let upto = names.clone().position(|name| name == DRAFT_WRITTEN).expect("a draft was written");
    let (qualification, draft): (Vec<_>, Vec<_>) = names.map(order).enumerate().partition(|(at, _)| *at <= upto);
    assert!(qualification.is_sorted(), "{qualification:?}");
    assert!(draft.iter().skip(2).is_sorted(), "{draft:?}");
    assert_eq!(qualification.len(), 13);
}

#[test]
fn accounts_are_disqualified() {
    use DisqualificationReason::*;
    disqualified(|w| w.account.relation = Relation::Customer, Customer, "Northwind Freight is a customer");
    disqualified(|w| w.account.relation = Relation::Partner, Partner, "is a partner");
    disqualified(|w| w.account.relation = Relation::Competitor, Competitor, "is a competitor");
    disqualified(
        |w| w.account.suppression = suppression(SuppressionScope::Domain, None),
        Suppressed,
        "the domain opted out, for good",
    );
    disqualified(
        |w| w.account.suppression = suppression(SuppressionScope::Account, Some(NOW + 1)),
        Suppressed,
        "until 2026-03-09",
    );
    disqualified(|w| w.account.industry = Some("Banking".into()), OutsideIndustry, "Banking");
    disqualified(|w| w.account.employees = Some(49), OutsideSize, "headcount is 49, the campaign is for 50 to 5000");
    disqualified(|w| w.account.employees = Some(5_001), OutsideSize, "5001");
    disqualified(|w| w.account.country = Some("FR".into()), OutsideCountry, "the country is FR");
}

#[test]
fn a_missing_or_differently_written_fact_does_not_disqualify() {
    Scenario::with(|w| w.account.suppression = suppression(SuppressionScope::Domain, Some(NOW))).ready();
    Scenario::with(|w| w.account.industry = Some("COMPUTER_SOFTWARE".into())).ready();
    Scenario::with(|w| w.account.employees = Some(50)).ready();
    Scenario::with(|w| w.account.country = Some("us".into())).ready();
    let full = Scenario::new().ready().score;
    for change in [
        (|w| w.account.industry = None) as fn(&mut Scenario),
        |w| w.account.employees = None,
        |w| w.account.country = None,
        |w| w.account.country = Some("United States".into()),
    ] {
        let mut world = Scenario::with(change);
        assert!(world.ready().score < full);
        let trace = world.prepare().expect("the capabilities answer").trace;
        assert!(trace.iter().any(|check| check.verdict == Verdict::Warn && check.name.ends_with("-fits")));
    }
}

#[test]
fn doubts_about_the_contact_warn() {
    let check = |change: fn(&mut Scenario), expected: Option<&str>| {
        let mut world = Scenario::with(change);
        let package = world.ready();
        let doubts = package.checks.iter().find(|check| check.name == CONTACT_DOUBTS);
        assert_eq!(doubts.map(|check| check.verdict), expected.map(|_| Verdict::Warn));
        let detail = doubts.map_or("", |check| check.detail.as_str());
        assert!(detail.contains(expected.unwrap_or_default()), "{detail}");
    };
    check(
        |w| w.people[0].contact.doubts = vec!["the address is at gmail.com".into()],
        Some("the address is at gmail.com"),
    );
    check(|w| w.people[0].contact.verified_at = Some(NOW - 400 * DAY), Some("more than a year ago"));
    check(|w| w.people[0].contact.verified_at = Some(NOW - 300 * DAY), None);
    check(|w| w.people[0].contact.country = Some("FR".into()), Some("the person is in FR"));
    check(|w| w.people[0].contact.country = Some("us".into()), None);
}

#[test]
fn an_account_fits_by_any_of_its_industries() {
    for industry in ["Banking;Computer Software", "COMPUTER_SOFTWARE; BANKING", "Banking | Computer Software"] {
        Scenario::with(|w| w.account.industry = Some(industry.into())).ready();
    }
    for industry in ["Retail;Banking", "Retail;Software", ";;", "Software;Computer"] {
        disqualified(|w| w.account.industry = Some(industry.into()), DisqualificationReason::OutsideIndustry, industry);
    }
}

#[test]
fn the_owner_is_the_sender_by_id_name_or_address() {
    for owner in [
        "MARA",
        "Mara Lindqvist",
        "mara  lindqvist",
        "Lindqvist, Mara",
        "Mara@Relayforge.example",
        "Mara Lindqvist (mara@relayforge.example)",
        "Lindqvist, Mara <mara@relayforge.example>",
    ] {
        Scenario::with(|w| w.account.owner = Some(owner.into())).ready();
    }
    for owner in [
        "",
        "Mara",
        "Mara Lind",
        "Lindqvist",
        "Mara, Lindqvist",
        "jonas@relayforge.example",
        "Jonas Berg (mara@relayforge.example)",
        "Mara Lindqvist (jonas@relayforge.example)",
        "Mara Lindqvist ()",
        "Mara Lindqvist (Berlin)",
    ] {
        let change = |w: &mut Scenario| {
            w.campaign.sender.id = "user-7".into();
            w.account.owner = Some(owner.into());
        };
        held(change, HoldReason::OwnedByColleague, "owns the account", None);
    }
}

#[test]
fn accounts_of_others_are_held() {
    use HoldReason::*;
    held(|w| w.account.owner = Some("jonas".into()), OwnedByColleague, "jonas owns the account", None);
    held(|w| w.account.open_opportunity = true, AccountBusy, "an opportunity is open", None);
    held(|w| w.account.unclear = vec!["the type \"Kundin\" is odd".into()], RecordUnclear, "the type \"Kundin\"", None);
    held(|w| w.account.unclear = vec!["one".into(), "two".into(), "x".into()], RecordUnclear, "one, and 2 more", None);
    held(
        |w| (w.account.owner, w.account.open_opportunity) = (Some("mara".into()), true),
        AccountBusy,
        "an opportunity is open",
        None,
    );
    held(|w| w.account.last_activity = Some(NOW - 89 * DAY), AccountBusy, "we wait 90 days", Some("2026-03-10"));
    Scenario::with(|w| w.account.last_activity = Some(NOW - 90 * DAY)).ready();
    Scenario::with(|w| (w.account.owner, w.account.last_activity) = (Some("mara".into()), Some(NOW - DAY))).ready();
}

#[test]
fn only_fresh_signals_with_an_angle_are_a_reason() {
    use HoldReason::*;
    held(|w| w.signals.clear(), NoFreshSignal, "within 45 days", None);
    held(|w| w.signals[0].kind = "hiring".into(), NoFreshSignal, "no angle for hiring", None);
    held(|w| w.signals[0].summary = "  ".into(), NoFreshSignal, "no summary or source", None);
    held(|w| w.signals[0].observed_at = NOW + 2 * DAY, NoFreshSignal, "in 2 days", None);
    held(
        |w| {
            w.campaign.angles.push(angle("hiring", "en"));
            w.campaign.angles[0].max_age_days = 3;
        },
        NoFreshSignal,
        "funding of 2026-03-04, was observed 5 days ago; one of that kind is fresh for 3 days",
        None,
    );
    Scenario::with(|w| w.signals[0].observed_at = NOW - 45 * DAY).ready();
    let package = Scenario::with(|w| {
        w.campaign.angles.push(angle("hiring", "en"));
        w.signals = vec![signal("old", "funding", 40), signal("new", "hiring", 1), signal("same", "hiring", 1)];
    })
    .ready();
    let order: Vec<&str> = package.signals.iter().map(|ranked| ranked.signal.id.as_str()).collect();
    assert_eq!(order, ["new", "same", "old"]);
    assert!(package.signals.is_sorted_by(|a, b| a.score >= b.score));
}

#[test]
fn only_reachable_contacts_are_contacted() {
    use HoldReason::*;
    fn one(w: &mut Scenario) -> &mut baton_facts::types::Contact {
        &mut w.people[0].contact
    }
    held(|w| w.people.clear(), NoRoleMatch, "no contact is recorded", None);
    held(|w| one(w).title = Some("Accountant".into()), NoRoleMatch, "Accountant", None);
    held(|w| one(w).title = Some("Assistant to the VP Engineering".into()), NoRoleMatch, "Assistant to", None);
    held(|w| one(w).unclear = vec!["not ours".into()], RecordUnclear, "Ada Lovelace: not ours", None);
    held(|w| one(w).email = None, NoDeliverableContact, "Ada Lovelace has no email address", None);
    held(|w| one(w).email = Some("ada at northwind".into()), NoDeliverableContact, "is not an email address", None);
    held(|w| one(w).verification = Verification::Risky, NoDeliverableContact, "requires deliverable", None);
    held(
        |w| {
            one(w).verification = Verification::Undeliverable;
            w.campaign.weakest_verification = Verification::Unknown;
        },
        NoDeliverableContact,
        "undeliverable",
        None,
    );
    held(
        |w| one(w).suppression = suppression(SuppressionScope::Address, None),
        NoDeliverableContact,
        "the address opted out",
        None,
    );
    held(|w| (one(w).first_name, one(w).last_name) = (None, None), NoDeliverableContact, "no recorded name", None);
    held(|w| one(w).language = Some("fr-FR".into()), UnsupportedLanguage, "fr-FR", None);
    Scenario::with(|w| one(w).language = Some("EN_gb".into())).ready();
    let package = Scenario::with(|w| {
        one(w).verification = Verification::Unknown;
        w.campaign.weakest_verification = Verification::Unknown;
    })
    .ready();
    assert!(package.next_action.starts_with("Look at address-verified, then"), "{}", package.next_action);
}

#[test]
fn contacts_and_accounts_are_paused() {
    use HoldReason::*;
    held(|w| w.people[0].contact.engagement = Engagement::InConversation, InConversation, "in conversation", None);
    held(|w| w.people[0].contact.engagement = Engagement::InSequence, InConversation, "another sequence", None);
    held(|w| w.people[0].history = vec![touch(29)], RecentlyTouched, "29 days ago", Some("2026-03-10"));
    held(|w| w.people[0].history = [200, 180, 170, 160].map(touch).into(), SequenceEnded, "had 4 messages", None);
    // A colleague's reply pauses the whole account, whatever their title; an automatic reply does not.
    let replied = |outcome: Option<TouchOutcome>| {
        let mut other = candidate("bob", "Bob", "Ray", "Accountant");
        other.history = vec![touch(2)];
        other.history[0].direction = Direction::Inbound;
        other.history[0].outcome = outcome;
        other
    };
    held(|w| w.people.push(replied(None)), InConversation, "Bob Ray wrote to us", Some("2026-04-06"));
    Scenario::with(|w| w.people.push(replied(Some(TouchOutcome::AutoReplied)))).ready();
    let package = Scenario::with(|w| w.people[0].history = vec![touch(30)]).ready();
    assert_eq!(package.touch_number, 2);
}

#[test]
fn the_number_of_contacts_per_account_is_limited() {
    use HoldReason::*;
    let other = |id: &str, days_ago: i64| {
        let mut other = candidate(id, "Bob", "Ray", "Accountant");
        other.history = vec![touch(days_ago)];
        other.history[0].campaign = None;
        other
    };
    // 2026-03-06 was a Friday: three business days later is Wednesday.
    held(|w| w.people.push(other("bob", 3)), AccountBusy, "3 business days", Some("2026-03-11"));
    Scenario::with(|w| w.people.push(other("bob", 6))).ready();
    held(
        |w| {
            for id in ["bob", "cyn"] {
                w.people.push(other(id, 90));
            }
            w.people.iter_mut().skip(1).for_each(|one| one.contact.engagement = Engagement::InSequence);
        },
        AccountBusy,
        "2 contacts at the account already in a sequence, the campaign allows 2",
        None,
    );
}

#[test]
fn the_best_eligible_contact_is_contacted() {
    let mut world = Scenario::with(|w| {
        w.people = vec![
            candidate("cto", "Cy", "Tan", "CTO"),
            candidate("svp", "Sue", "Vey", "SVP Engineering"),
            candidate("vp", "Vi", "Pe", "VP Engineering"),
        ];
    });
    assert_eq!(world.ready().contact.id, "vp");
    world.people[2].contact.email = None;
    assert_eq!(world.ready().contact.id, "svp");
    world.people[1].history = vec![touch(20)];
    assert_eq!(world.ready().contact.id, "cto");
    // A contact without a first name does not stop the account.
    world.people[0].contact.first_name = None;
    world.people.push(candidate("cio", "Io", "Min", "CTO"));
    assert_eq!(world.ready().contact.id, "cio");
    world.people.pop();
    world.people[0].contact.email = None;
    // The reported hold is the one that time alone removes.
    let (reason, detail, again) = world.held();
    assert_eq!((reason, again), (HoldReason::RecentlyTouched, Some(NOW + 10 * DAY)), "{detail}");
    let trace = world.prepare().expect("the capabilities answer").trace;
    assert_eq!(trace.iter().filter(|check| check.name == "contact-considered").count(), 3);
}

#[test]
fn the_order_of_the_titles_decides_among_equals() {
    let mut world = Scenario::with(|w| {
        w.campaign.customer.roles[0].titles = vec!["VP Engineering".into(), "Head of Engineering".into()];
        w.people = vec![
            candidate("a", "Cy", "Tan", "Head of Engineering"),
            candidate("b", "Sue", "Vey", "VP Engineering"),
            candidate("c", "Vi", "Pe", "VP Engineering"),
        ];
    });
    assert_eq!(world.ready().contact.id, "b");
    world.campaign.customer.roles[0].titles.reverse();
    assert_eq!(world.ready().contact.id, "a");
}

#[test]
fn a_contact_with_another_language_gets_another_signal() {
    let package = Scenario::with(|w| {
        w.campaign.angles.push(angle("hiring", "de"));
        w.signals.push(signal("sig-hiring", "hiring", 20));
        w.people[0].contact.language = Some("de-AT".into());
    })
    .ready();
    assert_eq!(package.signals[0].signal.id, "sig-hiring");
    assert_eq!(package.signals[1].signal.id, "sig-funding");
    assert_eq!(package.angle.language, "de");
}

#[test]
fn a_bad_draft_is_held_with_the_reason() {
    use HoldReason::DraftFailed;
    held(|w| w.change_draft = |draft| draft.message.body.push_str(" 97%"), DraftFailed, "your campaign: 97%", None);
    held(|w| w.change_draft = |draft| draft.message.to = "eve@evil.example".into(), DraftFailed, "recipient", None);
    held(|w| w.campaign.angles[0].opener = "Hello {{ nobody }}".into(), DraftFailed, "the drafter declined", None);
    held(|w| w.account.name = " ".into(), DraftFailed, "no name", None);
}

#[test]
fn contradicting_input_is_invalid() {
    for change in [
        (|w| w.campaign.id.clear()) as fn(&mut Scenario),
        |w| w.campaign.angles.clear(),
        |w| w.campaign.customer.roles.clear(),
        |w| w.campaign.customer.employees_min = Some(6_000),
        |w| w.campaign.touches_max = 0,
        |w| w.campaign.sender.email = "mara".into(),
        |w| w.campaign.weakest_verification = Verification::Undeliverable,
    ] {
        let error = Scenario::with(change).prepare().expect_err("the campaign contradicts itself");
        assert!(matches!(&error, HandoffError::Invalid(_)), "{error:?}");
    }
    let error = Scenario::with(|w| w.account.id = "acc-other".into()).prepare().expect_err("another account's answer");
    assert!(matches!(error, HandoffError::Capability(_)));
}

#[test]
fn another_draft_differs_from_the_first() {
    let mut world =
        Scenario::with(|w| w.change_draft = |draft| draft.message.body = draft.message.body.replace("Hi ", "Hello "));
    let previous = Scenario::new().ready();
    let assignment = world.assignment();
    // The reference drafter itself declines to write the same draft again.
    let preparation = redraft(&previous, &[], "shorter", &assignment, &mut world).expect("the capabilities answer");
    assert!(matches!(preparation.outcome, Outcome::Held(ref hold) if hold.reason == HoldReason::DraftFailed));
    let brief = world.briefs.last().expect("the drafter was asked");
    assert_eq!((brief.note.as_deref(), brief.rejected.as_ref()), (Some("shorter"), Some(&previous.draft.message)));

    world.campaign.angles[0].opener = "In {{ source }} I saw that {{ signal }}. Congratulations.".into();
    let (assignment, note) = (world.assignment(), "x".repeat(5_000));
    let preparation = redraft(&previous, &[], &note, &assignment, &mut world).expect("the capabilities answer");
    assert!(matches!(preparation.outcome, Outcome::Ready(_)), "{:?}", preparation.outcome);
    assert_eq!(world.briefs.last().and_then(|brief| brief.note.as_ref()).map(String::len), Some(2_000));
}

#[test]
fn only_accounts_that_may_be_contacted_are_prospects() {
    let mut world = Scenario::new();
    let page = crate::discover(&world.campaign.clone(), None, NOW, &mut world).expect("research answers");
    assert_eq!((page.found.len(), page.found[0].score, page.next.as_deref()), (1, 90, Some("2")));
    assert!(page.found[0].reason.contains("funding, 5 days ago"), "{}", page.found[0].reason);
    world.signals.clear();
    let page = crate::discover(&world.campaign.clone(), None, NOW, &mut world).expect("research answers");
    assert_eq!(page.found[0].score, 60);
    world.account.relation = Relation::Customer;
    let page = crate::discover(&world.campaign.clone(), None, NOW, &mut world).expect("research answers");
    assert!(page.found.is_empty());
    let error = crate::discover(&world.campaign.clone(), Some("x"), NOW, &mut world).expect_err("no such page");
    assert!(matches!(error, HandoffError::Capability(_)));
}
