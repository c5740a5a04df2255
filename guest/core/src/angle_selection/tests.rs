//! The subject of a follow-up: news, another angle, and finally the missing reply.

use baton_facts::packages::{HoldReason, Outcome, Verdict};
use baton_facts::policy::Angle;
use baton_facts::types::Signal;

use crate::calendar::{DAY, iso_date};
use crate::testing::{FollowUpScenario, NOW, angle, signal};

/// Checks the signal and the version of the angle that the second message uses.
#[track_caller]
fn takes(since: impl FnOnce(&mut FollowUpScenario), signal: &str, version: &str, words: &str) {
    let mut follow_up_scenario = FollowUpScenario::with(since);
    let package = follow_up_scenario.ready();
    assert_eq!((package.signals[0].signal.id.as_str(), package.angle.version.as_str()), (signal, version));
    let trace = follow_up_scenario.follow_up().expect("the capabilities answer").trace;
    let chosen = trace.iter().find(|check| check.name == "angle-chosen").expect("it is looked at");
    assert!(chosen.detail.contains(words), "{:?} has not {words:?}", chosen.detail);
}

#[test]
fn a_follow_up_prefers_news_and_another_angle() {
    let second = |f: &mut FollowUpScenario, version: &str| {
        let other = Angle { version: version.into(), ..angle("funding", "en") };
        f.world.campaign.angles.push(other);
    };
    let newer = |kind: &str| signal("sig-newer", kind, 1);
    takes(
        |_| {},
        "sig-funding",
        "1",
        "there is nothing else, so funding of 2026-03-04 is used again; the angle was used",
    );
    takes(
        FollowUpScenario::hiring,
        "sig-hiring",
        "1",
        "hiring of 2026-03-08 is newer than anything mentioned so far; another angle",
    );
    takes(|f| second(f, "2"), "sig-funding", "2", "is used again; another angle");
    // News is preferred to another angle, and news with another angle is preferred to both.
    takes(
        |f| {
            f.world.signals.push(newer("funding"));
            f.world.campaign.angles.push(angle("hiring", "en"));
            f.world.signals.push(Signal { observed_at: NOW - 20 * DAY, ..signal("sig-older", "hiring", 20) });
        },
        "sig-newer",
        "1",
        "is newer than anything mentioned so far; the angle was used before",
    );
    takes(
        |f| {
            f.hiring();
            f.world.signals.push(newer("funding"));
        },
        "sig-hiring",
        "1",
        "another angle",
    );
    // Nothing newer, but a signal that was not mentioned yet.
    takes(
        |f| {
            f.hiring();
            f.world.signals[1].observed_at = NOW - 20 * DAY;
        },
        "sig-hiring",
        "1",
        "there is nothing newer, and hiring of 2026-02-17 was not mentioned yet; another angle",
    );
    // A newer signal without an angle in the person's language does not count as news.
    takes(
        |f| {
            f.hiring();
            f.world.campaign.angles[1].language = "de".into();
        },
        "sig-funding",
        "1",
        "is used again",
    );
}

#[test]
fn a_missing_reply_is_a_reason_until_the_sequence_ends() {
    // Fresh for 6 days: on the day of the first message and not three days later.
    let mut follow_up_scenario = FollowUpScenario::from(|w| w.campaign.angles[0].max_age_days = 6);
    let package = follow_up_scenario.ready();
    // Twice the gaps of 3, 4 and 5 business days.
    assert_eq!(iso_date(package.fresh_until), "2026-04-10");
    assert_eq!(package.signals.iter().map(|ranked| ranked.score).collect::<Vec<_>>(), [40]);
    let trace = follow_up_scenario.follow_up().expect("the capabilities answer").trace;
    let fresh: Vec<&str> =
        trace.iter().filter(|check| check.name == "signal-fresh").map(|check| check.detail.as_str()).collect();
    assert_eq!(
        fresh,
        [
            "no fresh signal can be used, so the follow-up mentions funding of 2026-03-04 again, until 2026-04-10",
            "the signal was fresh until 2026-03-10, the follow-up may be sent until 2026-04-10",
        ]
    );
    assert!(package.checks.iter().all(|check| check.verdict == Verdict::Pass), "{:?}", package.checks);

    follow_up_scenario.world.now = package.fresh_until;
    follow_up_scenario.ready();
    follow_up_scenario.world.now += 1;
    let over = follow_up_scenario.follow_up().expect("the capabilities answer").outcome;
    assert!(matches!(over, Outcome::Held(ref hold) if hold.reason == HoldReason::SequenceEnded), "{over:?}");
    follow_up_scenario.world.now = NOW + 3 * DAY;
    follow_up_scenario.world.signals.clear();
    let none = follow_up_scenario.follow_up().expect("the capabilities answer").outcome;
    assert!(matches!(none, Outcome::Held(ref hold) if hold.reason == HoldReason::NoFreshSignal), "{none:?}");
    // A fresh signal does not extend the sequence.
    assert_eq!(iso_date(FollowUpScenario::from(|_| {}).ready().fresh_until), "2026-04-10");
    let unspoken = FollowUpScenario::with(|f| f.world.people[0].contact.language = Some("fr".into())).follow_up();
    let Outcome::Held(hold) = unspoken.expect("the capabilities answer").outcome else { panic!("not held") };
    assert_eq!(hold.reason, HoldReason::UnsupportedLanguage);
}
