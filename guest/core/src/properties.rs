//! Properties that hold for every input, tested on scenarios with anything in any field.

use baton_facts::packages::{HandoffPackage, Outcome, Preparation, Sent, Verdict};
use baton_facts::types::{
    Channel, Direction, Engagement, Message, Relation, Suppression, SuppressionReason, SuppressionScope, Touch,
    Verification,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::calendar::{DAY, after_business_days, after_days};
use crate::testing::{FollowUpScenario, NOW, Scenario, angle, candidate, signal, touch};
use crate::{inspect, redraft};

/// Generates mostly values that let an account through, so that some packages are ready.
fn mostly<T: Clone + std::fmt::Debug + 'static>(
    usual: T,
    other: impl Strategy<Value = T> + 'static,
) -> BoxedStrategy<T> {
    prop_oneof![8 => Just(usual), 1 => other].boxed()
}

/// Generates any text, including hostile ones.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,40}",
        "[ -~\\n\\t]{0,60}",
        "[{}<>%\\[\\]@./:\\-0-9A-Za-z ,'’“é€$\u{202e}\u{200b}]{0,60}",
        Just(String::new()),
    ]
}

fn suppression() -> impl Strategy<Value = Option<Suppression>> {
    let until = option::of(NOW - DAY..NOW + DAY);
    let set = until.prop_map(|until| Suppression {
        scope: SuppressionScope::Address,
        reason: SuppressionReason::Complaint,
        until,
    });
    mostly(None, option::of(set))
}

fn touches() -> impl Strategy<Value = Vec<Touch>> {
    let touch = (0..120_i64, any::<bool>(), any::<bool>(), text()).prop_map(|(age, inbound, ours, subject)| Touch {
        at: NOW - age * DAY,
        direction: if inbound { Direction::Inbound } else { Direction::Outbound },
        channel: Channel::Email,
        campaign: ours.then(|| "platform-teams".into()),
        subject,
        outcome: None,
    });
    mostly(Vec::new(), vec(touch, 0..4))
}

prop_compose! {
    fn person()(
        id in "[a-e]{1,3}",
        first in mostly("Ada".to_owned(), text()),
        last in mostly("Lovelace".to_owned(), text()),
        title in mostly("VP Engineering".to_owned(), text()),
        email in mostly(Some("ada@northwind.example".to_owned()), option::of(text())),
        verification in mostly(Verification::Deliverable, prop_oneof![
            Just(Verification::Risky), Just(Verification::Unknown), Just(Verification::Undeliverable)
        ]),
        engagement in mostly(Engagement::None, prop_oneof![Just(Engagement::InSequence), Just(Engagement::InConversation)]),
        language in mostly(None, option::of(text())),
        suppression in suppression(),
        history in touches(),
    ) -> baton_facts::packages::Candidate {
        let mut one = candidate(&id, &first, &last, &title);
        one.contact.email = email;
        one.contact.verification = verification;
        one.contact.engagement = engagement;
        one.contact.language = language;
        one.contact.suppression = suppression;
        one.history = history;
        one
    }
}

prop_compose! {
    fn facts()(
        relation in mostly(Relation::Prospect, prop_oneof![
            Just(Relation::None), Just(Relation::Customer), Just(Relation::Partner), Just(Relation::Competitor)
        ]),
        owner in mostly(None, option::of(prop_oneof![Just("mara".to_owned()), text()])),
        opportunity in mostly(false, any::<bool>()),
        activity in mostly(None, option::of(any::<i64>())),
        account_suppression in suppression(),
        name in mostly("Northwind Freight".to_owned(), text()),
        industry in mostly(Some("Internet".to_owned()), option::of(text())),
        employees in mostly(Some(99), option::of(any::<u32>())),
        country in mostly(Some("DE".to_owned()), option::of(text())),
        people in vec(person(), 0..5),
    ) -> Scenario {
        Scenario::with(|world| {
            world.account.relation = relation;
            world.account.owner = owner;
            world.account.open_opportunity = opportunity;
            world.account.last_activity = activity;
            world.account.suppression = account_suppression;
            world.account.name = name;
            world.account.industry = industry;
            world.account.employees = employees;
            world.account.country = country;
            world.people = people;
        })
    }
}

prop_compose! {
    fn world()(
        facts in facts(),
        summary in mostly("Northwind Freight raised a $40M Series B".to_owned(), text()),
        source in mostly("Harbour Business Daily".to_owned(), text()),
        age in mostly(3, -3..60_i64),
        opener in mostly("I read in {{ source }} that {{ signal }}.".to_owned(), text()),
        second in text(),
        signature in mostly("Mara Lindqvist".to_owned(), text()),
        title in text(),
        now in mostly(NOW, any::<i64>()),
    ) -> Scenario {
        let mut world = facts;
        world.signals = vec![signal("sig-1", "funding", age), signal("sig-2", &second, age)];
        world.signals[0].summary = summary;
        world.signals[0].source_name = source;
        world.campaign.angles[0].opener = opener;
        world.campaign.angles.push(angle(&second, &second));
        world.campaign.sender.signature = signature;
        world.campaign.customer.roles[1].titles.push(title);
        world.now = now;
        world
    }
}

fn may_be_written_to(world: &Scenario, package: &HandoffPackage) -> Result<(), TestCaseError> {
    let (account, contact, now) = (&world.account, &package.contact, world.now);
    let lapsed = |suppression: &Option<Suppression>| {
        suppression.as_ref().is_none_or(|suppression| suppression.until.is_some_and(|until| until <= now))
    };
    prop_assert!(matches!(account.relation, Relation::None | Relation::Prospect));
    prop_assert!(lapsed(&account.suppression) && lapsed(&contact.suppression));
    prop_assert!(!account.open_opportunity);
    prop_assert!(account.owner.as_deref().is_none_or(|owner| owner == "mara"));
    prop_assert_eq!(contact.verification, Verification::Deliverable);
    prop_assert!(world.people.iter().all(|one| one.contact.engagement != Engagement::InConversation));
    let touches = world.people.iter().flat_map(|one| &one.history);
    let mut wrote = touches.filter(|touch| touch.direction == Direction::Inbound && touch.outcome.is_none());
    prop_assert!(!wrote.any(|touch| rests(world, touch)));
    Ok(())
}

fn rests(world: &Scenario, touch: &Touch) -> bool {
    world.now < after_days(touch.at, world.campaign.quiet_days)
}

/// Asserts that a first message goes only to a person who was paused long enough.
fn rested(world: &Scenario, package: &HandoffPackage) -> Result<(), TestCaseError> {
    prop_assert_eq!(package.contact.engagement, Engagement::None);
    prop_assert!(!package.history.iter().any(|touch| rests(world, touch)));
    Ok(())
}

fn complete(world: &Scenario, package: &HandoffPackage) -> Result<(), TestCaseError> {
    prop_assert_eq!(&package.account, &world.account);
    let found = world.people.iter().find(|one| one.contact == package.contact && one.history == package.history);
    prop_assert!(found.is_some());
    prop_assert!(package.signals.iter().all(|ranked| world.signals.contains(&ranked.signal) && ranked.score <= 100));
    prop_assert!(!package.account.name.trim().is_empty() && !package.signals.is_empty());
    prop_assert!(!package.why_now.is_empty() && !package.next_action.is_empty() && !package.role_match.role.is_empty());
    prop_assert_eq!(Some(&package.draft.message.to), package.contact.email.as_ref());
    prop_assert!(package.score <= 100 && package.role_match.score <= 100);
    prop_assert!(package.reading_seconds > 0 && package.fresh_until >= world.now && package.touch_number > 0);
    let checks = inspect(package, &package.draft.message, world.now);
    let (inspected, doubts) = package.checks.split_at(checks.len());
    prop_assert_eq!(&checks, inspected);
    prop_assert!(doubts.iter().all(|check| check.verdict == Verdict::Warn));
    prop_assert!(checks.iter().all(|check| check.verdict != Verdict::Fail));
    Ok(())
}

prop_compose! {
    /// Generates a scenario with sent messages to `ada`, some of which the history lacks.
    fn follow_up_scenario()(
        world in world(),
        signal in mostly(Some("sig-1".to_owned()), option::of(text())),
        version in mostly("1".to_owned(), text()),
        sent in vec((0..40 * DAY, mostly(true, any::<bool>()), mostly("Northwind Freight".to_owned(), text())), 1..6),
        inbound in option::of((0..60 * DAY, any::<bool>(), any::<Index>())),
        quiet in prop_oneof![Just(30), Just(0)],
        gaps in mostly(vec![3, 4, 5], vec(any::<u8>(), 0..5)),
        most in mostly(4, any::<u8>()),
        known in mostly(true, any::<bool>()),
    ) -> FollowUpScenario {
        let mut follow_up_scenario = FollowUpScenario { world, previous: Scenario::new().ready(), sent: Vec::new() };
        let FollowUpScenario { world, previous, sent: left } = &mut follow_up_scenario;
        if known || world.people.is_empty() {
            world.people.insert(0, candidate("ada", "Ada", "Lovelace", "VP Engineering"));
        }
        world.campaign.days_between_touches = gaps;
        world.campaign.touches_max = most;
        world.campaign.quiet_days = quiet;
        for (age, recorded, subject) in sent {
            let at = NOW - age;
            let message = Message { subject, ..previous.draft.message.clone() };
            if recorded {
                world.people[0].history.push(Touch { at, subject: message.subject.clone(), ..touch(0) });
            }
            let (signal, version) = (signal.clone().unwrap_or_default(), version.clone());
            left.push(Sent { at, message, signal, signal_kind: "funding".into(), angle_version: version });
        }
        if let Some((age, by_machine, whose)) = inbound {
            let outcome = by_machine.then_some(baton_facts::types::TouchOutcome::AutoReplied);
            let whose = whose.index(world.people.len());
            let answer = Touch { at: NOW - age, direction: Direction::Inbound, outcome, ..touch(0) };
            world.people[whose].history.push(answer);
        }
        follow_up_scenario
    }
}

/// Asserts that a follow-up never goes to another person, beyond the campaign's maximum, before the gap has passed, or
/// after a reply.
fn goes_on(follow_up_scenario: &FollowUpScenario, package: &HandoffPackage) -> Result<(), TestCaseError> {
    let (world, campaign) = (&follow_up_scenario.world, &follow_up_scenario.world.campaign);
    prop_assert_eq!(&package.contact.id, &follow_up_scenario.previous.contact.id);
    prop_assert!(package.touch_number <= campaign.touches_max);
    prop_assert!(usize::from(package.touch_number) > follow_up_scenario.sent.len());
    let sent = follow_up_scenario.sent.iter().map(|message| message.at);
    let (first, last) = (sent.clone().min().unwrap_or(NOW), sent.max().unwrap_or(NOW));
    let gaps = &campaign.days_between_touches;
    let gap = gaps.get(follow_up_scenario.sent.len() - 1).or(gaps.last()).copied().unwrap_or(u8::MAX);
    prop_assert!(world.now >= after_business_days(last, gap.into()), "{last} {gap}");
    let touches = world.people.iter().flat_map(|one| &one.history);
    let mut wrote = touches.filter(|touch| touch.direction == Direction::Inbound && touch.outcome.is_none());
    prop_assert!(wrote.all(|touch| touch.at < first));
    prop_assert!(package.history.iter().any(|touch| touch.at == last));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_ready_package_is_complete_and_its_contact_eligible(world in world()) {
        let preparation = world.clone().prepare();
        prop_assert_eq!(&preparation, &world.clone().prepare());
        let preparation = preparation.expect("the capabilities answer");
        match &preparation.outcome {
            Outcome::Ready(package) => {
                may_be_written_to(&world, package)?;
                rested(&world, package)?;
                complete(&world, package)?;
                let mut again = world.clone();
                redraft(package, &[], "another", &world.assignment(), &mut again).expect("the capabilities answer");
            }
            Outcome::Held(hold) => prop_assert!(!hold.detail.is_empty()),
            Outcome::Disqualified(out) => prop_assert!(!out.detail.is_empty()),
        }
        let listed = |name: &String| crate::rules::ALL.iter().any(|rule| rule.name == name);
        prop_assert!(preparation.trace.iter().all(|check| listed(&check.name) && !check.detail.is_empty()));
    }

    #[test]
    fn a_sequence_continues_with_one_person_in_time(mut follow_up_scenario in follow_up_scenario()) {
        let preparation = follow_up_scenario.follow_up();
        prop_assert_eq!(&preparation, &follow_up_scenario.follow_up());
        let Ok(preparation) = preparation else {
            let campaign = &follow_up_scenario.world.campaign;
            prop_assert!(campaign.days_between_touches.is_empty() || campaign.touches_max == 0);
            return Ok(());
        };
        match &preparation.outcome {
            Outcome::Ready(package) => {
                may_be_written_to(&follow_up_scenario.world, package)?;
                complete(&follow_up_scenario.world, package)?;
                goes_on(&follow_up_scenario, package)?;
            }
            Outcome::Held(hold) => prop_assert!(!hold.detail.is_empty()),
            Outcome::Disqualified(out) => prop_assert!(!out.detail.is_empty()),
        }
        let listed = |name: &String| crate::rules::ALL.iter().any(|rule| rule.name == name);
        prop_assert!(preparation.trace.iter().all(|check| listed(&check.name) && !check.detail.is_empty()));
    }

    #[test]
    fn another_draft_goes_to_the_same_person(mut world in world(), known in any::<bool>()) {
        let previous = Scenario::new().ready();
        if known {
            world.people.insert(0, candidate("ada", "Ada", "Lovelace", "CTO"));
        }
        world.campaign.angles[0].call_to_action = "Shall we talk?".into();
        let assignment = world.assignment();
        let again = redraft(&previous, &[], "shorter", &assignment, &mut world).expect("the capabilities answer");
        if let Outcome::Ready(package) = again.outcome {
            prop_assert_eq!(package.contact.id, previous.contact.id);
        }
    }

    #[test]
    fn any_text_can_be_checked(to in text(), subject in text(), body in "(\\PC|[\\n\\t{}<>@./\\[\\]%0-9]){0,300}") {
        let package = Scenario::new().ready();
        let message = Message { to, subject, body };
        prop_assert_eq!(inspect(&package, &message, NOW), inspect(&package, &message, NOW));
    }

    #[test]
    fn any_two_titles_can_be_compared(one in text(), other in "\\PC{0,500}") {
        let (one, other) = (crate::titles::Title::read(&one), crate::titles::Title::read(&other));
        prop_assert!(one.score(&other) <= 100 && other.score(&one) <= 100);
    }
}

#[test]
fn some_scenarios_have_ready_packages() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let ready = (0..200).filter(|_| {
        let mut world = world().new_tree(&mut runner).expect("a world").current();
        matches!(world.prepare().expect("the capabilities answer").outcome, Outcome::Ready(_))
    });
    assert!(ready.count() > 10);
    let ready = (0..200).filter(|_| {
        let mut follow_up_scenario = follow_up_scenario().new_tree(&mut runner).expect("a world").current();
        matches!(follow_up_scenario.follow_up(), Ok(Preparation { outcome: Outcome::Ready(_), .. }))
    });
    let ready = ready.count();
    assert!(ready > 10, "{ready}");
}
