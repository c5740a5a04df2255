//! The transitions as a table, the texts of errors, and properties of any sequence of events.

use super::*;
use expect_test::{Expect, expect};
use proptest::prelude::*;

const NOW: Timestamp = 1_767_225_600;
const DEADLINE: Timestamp = NOW + 86_400;

/// Every step, at moments at which it may be taken.
fn timely() -> [Step; 17] {
    let (now, deadline) = (NOW, DEADLINE);
    [
        Step::Approve { now, deadline },
        Step::Reject,
        Step::Snooze { now, until: now + 1, deadline },
        Step::Wake { now, until: now },
        Step::Expire { now: deadline, deadline },
        Step::Supersede,
        Step::Authorise,
        Step::Refuse,
        Step::Withdraw,
        Step::Recall,
        Step::Take,
        Step::Accept,
        Step::PutBack,
        Step::Fail,
        Step::Doubt,
        Step::Settle { left: true },
        Step::Settle { left: false },
    ]
}

#[test]
fn every_legal_step() {
    let mut table = String::new();
    for from in State::ALL {
        for step in timely() {
            if let Ok(step) = from.step(step) {
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
        approved -> authorised
        approved -> failed
        approved -> withdrawn
        approved -> queued
        authorised -> withdrawn
        authorised -> queued
        authorised -> transmitting
        transmitting -> sent
        transmitting -> authorised
        transmitting -> failed
        transmitting -> in-doubt
        in-doubt -> sent
        in-doubt -> failed
    "#]]
    .assert_eq(&table);
}

fn refused(from: State, step: Step, expected: &Expect) {
    expected.assert_eq(&from.step(step).unwrap_err().to_string());
}

#[test]
fn an_error_states_the_reason() {
    let (now, deadline) = (NOW, DEADLINE);
    refused(
        State::Queued,
        Step::Approve { now: deadline, deadline },
        &expect!["the package expired on 2026-01-02 00:00 UTC, so it cannot be approved"],
    );
    refused(
        State::Queued,
        Step::Snooze { now, until: now, deadline },
        &expect!["a package can only be snoozed until a later time"],
    );
    refused(
        State::Queued,
        Step::Snooze { now, until: deadline, deadline },
        &expect!["the package expires on 2026-01-02 00:00 UTC: snooze it until an earlier time"],
    );
    refused(
        State::Snoozed,
        Step::Wake { now, until: now + 60 },
        &expect!["the package is snoozed until 2026-01-01 00:01 UTC"],
    );
    refused(State::Queued, Step::Expire { now, deadline }, &expect!["the package is fresh until 2026-01-02 00:00 UTC"]);
    refused(State::Sent, Step::Reject, &expect!["the message was sent, so it cannot be rejected"]);
    refused(
        State::InDoubt,
        Step::Take,
        &expect!["it is unknown whether the message was sent, and a person has to settle it, so it cannot be sent"],
    );
}

#[test]
fn a_name_leads_back_to_its_state() {
    for state in State::ALL {
        assert_eq!(State::named(state.name()), Some(state));
        assert_eq!(serde_json::to_string(&state).unwrap(), format!("\"{state}\""));
    }
}

fn any_step() -> impl Strategy<Value = Step> {
    let moment = NOW - 10..NOW + 10;
    prop_oneof![
        prop::sample::select(timely().to_vec()),
        (moment.clone(), moment.clone()).prop_map(|(now, deadline)| Step::Approve { now, deadline }),
        (moment.clone(), moment.clone(), moment.clone()).prop_map(|(now, until, deadline)| Step::Snooze {
            now,
            until,
            deadline
        }),
        (moment.clone(), moment.clone()).prop_map(|(now, until)| Step::Wake { now, until }),
        (moment.clone(), moment).prop_map(|(now, deadline)| Step::Expire { now, deadline }),
    ]
}

proptest! {
    /// In any order of events, a message is sent at most once, only after a person's approval in time and the engine's
    /// check, and a final state is final.
    #[test]
    fn a_message_is_sent_at_most_once_and_ends_are_final(steps in prop::collection::vec(any_step(), 0..60)) {
        let mut state = State::Queued;
        let (mut approvals, mut recalls, mut authorised, mut sent) = (0, 0, 0, 0);
        for step in steps {
            let Ok(taken) = state.step(step) else { continue };
            prop_assert_eq!(taken.from(), state);
            prop_assert!(
                !matches!(
                    state,
                    State::Sent
                        | State::Failed
                        | State::Rejected
                        | State::Expired
                        | State::Superseded
                        | State::Withdrawn
                ),
                "{} led on to {}", state, taken.to()
            );
            match (step, taken.to()) {
                (Step::Approve { now, deadline }, _) => {
                    prop_assert!(now < deadline);
                    approvals += 1;
                }
                (Step::Recall, _) => recalls += 1,
                (Step::Authorise, _) => authorised += 1,
                (_, State::Sent) => sent += 1,
                (step, State::Approved) => prop_assert!(false, "{:?} approved", step),
                _ => {}
            }
            state = taken.to();
        }
        prop_assert!(sent <= 1 && sent <= authorised && authorised <= approvals && approvals <= recalls + 1);
    }
}
