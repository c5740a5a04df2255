//! The state machine as a table: every state with every step, and the text for the user.

use super::*;
use expect_test::{Expect, expect};
use proptest::prelude::*;

const NOW: Timestamp = 1_767_225_600;
const DEADLINE: Timestamp = NOW + 86_400;

/// Returns every step at a time at which it is allowed.
fn timely() -> [LifecycleEvent; 18] {
    let (now, deadline) = (NOW, DEADLINE);
    [
        LifecycleEvent::Approve { now, deadline },
        LifecycleEvent::Reject,
        LifecycleEvent::Snooze { now, until: now + 1, deadline },
        LifecycleEvent::Wake { now, until: now },
        LifecycleEvent::Expire { now: deadline, deadline },
        LifecycleEvent::Supersede,
        LifecycleEvent::Authorize,
        LifecycleEvent::Refuse,
        LifecycleEvent::Withdraw,
        LifecycleEvent::Recall,
        LifecycleEvent::Claim,
        LifecycleEvent::Accept,
        LifecycleEvent::Requeue,
        LifecycleEvent::Fail,
        LifecycleEvent::MarkDeliveryUnknown,
        LifecycleEvent::FindOlderCopy,
        LifecycleEvent::RecordDelivery { sent: true },
        LifecycleEvent::RecordDelivery { sent: false },
    ]
}

#[test]
fn every_legal_step() {
    let mut table = String::new();
    for from in PackageState::ALL {
        for step in timely() {
            if let Ok(step) = from.transition(step) {
                table.push_str(&format!("{from} -> {}\n", step.to()));
            }
        }
    }
    expect![[r#"
        queued -> approved
        queued -> rejected
        queued -> snoozed
        queued -> expired
        queued -> superseded
        queued -> withdrawn
        snoozed -> approved
        snoozed -> rejected
        snoozed -> snoozed
        snoozed -> queued
        snoozed -> expired
        snoozed -> superseded
        snoozed -> withdrawn
        approved -> scheduled
        approved -> failed
        approved -> withdrawn
        approved -> queued
        approved -> delivery-unknown
        scheduled -> withdrawn
        scheduled -> queued
        scheduled -> transmitting
        scheduled -> delivery-unknown
        transmitting -> sent
        transmitting -> scheduled
        transmitting -> failed
        transmitting -> delivery-unknown
        transmitting -> delivery-unknown
        delivery-unknown -> sent
        delivery-unknown -> failed
    "#]]
    .assert_eq(&table);
}

fn refused(from: PackageState, step: LifecycleEvent, expected: &Expect) {
    expected.assert_eq(&from.transition(step).unwrap_err().to_string());
}

#[test]
fn an_error_states_the_reason() {
    let (now, deadline) = (NOW, DEADLINE);
    refused(
        PackageState::Queued,
        LifecycleEvent::Approve { now: deadline, deadline },
        &expect!["the package expired on 2026-01-02 00:00 UTC, so it cannot be approved"],
    );
    refused(
        PackageState::Queued,
        LifecycleEvent::Snooze { now, until: now, deadline },
        &expect!["a package can only be snoozed until a later time"],
    );
    refused(
        PackageState::Queued,
        LifecycleEvent::Snooze { now, until: deadline, deadline },
        &expect!["the package expires on 2026-01-02 00:00 UTC: snooze it until an earlier time"],
    );
    refused(
        PackageState::Snoozed,
        LifecycleEvent::Wake { now, until: now + 60 },
        &expect!["the package is snoozed until 2026-01-01 00:01 UTC"],
    );
    refused(
        PackageState::Queued,
        LifecycleEvent::Expire { now, deadline },
        &expect!["the package is fresh until 2026-01-02 00:00 UTC"],
    );
    refused(PackageState::Sent, LifecycleEvent::Reject, &expect!["the message was sent, so it cannot be rejected"]);
    refused(
        PackageState::DeliveryUnknown,
        LifecycleEvent::Claim,
        &expect!["it is unknown whether the message was sent, and a person has to settle it, so it cannot be sent"],
    );
}

#[test]
fn a_name_leads_back_to_its_state() {
    for state in PackageState::ALL {
        assert_eq!(PackageState::from_name(state.name()), Some(state));
        assert_eq!(serde_json::to_string(&state).unwrap(), format!("\"{state}\""));
    }
}

fn any_step() -> impl Strategy<Value = LifecycleEvent> {
    let moment = NOW - 10..NOW + 10;
    prop_oneof![
        prop::sample::select(timely().to_vec()),
        (moment.clone(), moment.clone()).prop_map(|(now, deadline)| LifecycleEvent::Approve { now, deadline }),
        (moment.clone(), moment.clone(), moment.clone()).prop_map(|(now, until, deadline)| LifecycleEvent::Snooze {
            now,
            until,
            deadline
        }),
        (moment.clone(), moment.clone()).prop_map(|(now, until)| LifecycleEvent::Wake { now, until }),
        (moment.clone(), moment).prop_map(|(now, deadline)| LifecycleEvent::Expire { now, deadline }),
    ]
}

proptest! {
    /// For any steps in any order: a message is sent at most once, only after a person's approval in time and the
    /// engine's check, and a package in a final state stays there.
    #[test]
    fn a_message_is_sent_at_most_once_and_ends_are_final(steps in prop::collection::vec(any_step(), 0..60)) {
        let mut state = PackageState::Queued;
        let (mut approvals, mut recalls, mut scheduled, mut sent) = (0, 0, 0, 0);
        // In an older copy a message may have been sent that is not scheduled yet.
        let mut older_copies = 0;
        for step in steps {
            let Ok(taken) = state.transition(step) else { continue };
            prop_assert_eq!(taken.from(), state);
            prop_assert!(
                !matches!(
                    state,
                    PackageState::Sent
                        | PackageState::Failed
                        | PackageState::Rejected
                        | PackageState::Expired
                        | PackageState::Superseded
                        | PackageState::Withdrawn
                ),
                "{} led on to {}", state, taken.to()
            );
            match (step, taken.to()) {
                (LifecycleEvent::Approve { now, deadline }, _) => {
                    prop_assert!(now < deadline);
                    approvals += 1;
                }
                (LifecycleEvent::Recall, _) => recalls += 1,
                (LifecycleEvent::Authorize, _) => scheduled += 1,
                (LifecycleEvent::FindOlderCopy, _) => older_copies += 1,
                (_, PackageState::Sent) => sent += 1,
                (step, PackageState::Approved) => prop_assert!(false, "{:?} approved", step),
                _ => {}
            }
            state = taken.to();
        }
        prop_assert!(sent <= 1 && sent <= scheduled + older_copies);
        prop_assert!(scheduled + older_copies <= 2 * approvals && scheduled <= approvals && approvals <= recalls + 1);
    }
}
