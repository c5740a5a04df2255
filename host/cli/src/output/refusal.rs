//! Refusals of the desk and errors of its store, with hints that name commands.

use baton_desk::StoreError;
use baton_desk::{DeskError, Refusal};
use baton_model::PackageId;

/// Returns the text of a desk error with its `hint:` line.
pub fn desk(error: &DeskError) -> String {
    match error {
        DeskError::Refused(refused) => refusal(refused),
        DeskError::Store(error) => store(error),
        DeskError::Component(_) => {
            format!("{error}\nhint: nothing was changed; `baton check` checks the components")
        }
    }
}

/// Returns the text of a store error with its `hint:` line.
pub fn store(error: &StoreError) -> String {
    format!("{error}\nhint: {}", error.hint())
}

/// Returns the first eight characters of an id, enough to type.
pub fn short(id: &PackageId) -> &str {
    id.0.get(..8).unwrap_or(&id.0)
}

fn refusal(refused: &Refusal) -> String {
    let mut text = refused.to_string();
    if let Refusal::ChecksFailed(checks) = refused {
        for check in checks {
            text += &format!("\n{}: {}", check.name, check.detail);
        }
    }
    let hint = match refused {
        Refusal::Stale { newer: Some(newer), .. } => {
            format!("a newer package replaced it: `baton show {}`", short(newer))
        }
        Refusal::Stale { newer: None, .. } => {
            "review it again with `baton show` and use the digest that it prints".to_owned()
        }
        Refusal::AccountPaused { account, .. } => {
            format!("reject or snooze the package, or resume the account with `baton resume {account}`")
        }
        Refusal::KeyReused => "use another `--key`, or none".to_owned(),
        Refusal::ChecksFailed(_) => {
            "change the text with `baton edit`, or overrule the check with `--overrule CHECK=REASON`".to_owned()
        }
        // An open package refuses only a snooze into the past or beyond its deadline.
        Refusal::IllegalTransition { state, expired: false, .. } if state.is_open() => {
            "choose a later time, before the package expires".to_owned()
        }
        Refusal::IllegalTransition { state, expired: false, .. } if state.is_under_way() => {
            "`baton outbox` lists scheduled messages, `baton outbox withdraw` withdraws one".to_owned()
        }
        other => other.hint().to_owned(),
    };
    format!("{text}\nhint: {hint}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use baton_facts::packages::{Check, Verdict};
    use baton_model::package_state::PackageState;
    use expect_test::{Expect, expect};

    fn check(refused: Refusal, expected: Expect) {
        expected.assert_eq(&desk(&DeskError::Refused(refused)));
    }

    #[test]
    fn stale_packages() {
        check(
            Refusal::Stale { newer: Some("0123456789ab".into()), changed: vec!["subject".into(), "body".into()] },
            expect![[r#"
                the package has changed since it was shown: subject, body
                hint: a newer package replaced it: `baton show 01234567`"#]],
        );
        check(
            Refusal::Stale { newer: None, changed: Vec::new() },
            expect![[r#"
                the package differs from what was shown
                hint: review it again with `baton show` and use the digest that it prints"#]],
        );
    }

    #[test]
    fn illegal_transitions() {
        let life = |state| Refusal::IllegalTransition { state, expired: false, why: "no".into() };
        check(
            life(PackageState::Snoozed),
            expect![[r#"
                no
                hint: choose a later time, before the package expires"#]],
        );
        check(
            life(PackageState::Scheduled),
            expect![[r#"
                no
                hint: `baton outbox` lists scheduled messages, `baton outbox withdraw` withdraws one"#]],
        );
        check(
            life(PackageState::Rejected),
            expect![[r#"
                no
                hint: nothing is left to decide here"#]],
        );
    }

    #[test]
    fn a_paused_account_is_named() {
        check(
            Refusal::AccountPaused { account: "101".into(), why: "they called".into() },
            expect![[r#"
                the account 101 is paused: they called
                hint: reject or snooze the package, or resume the account with `baton resume 101`"#]],
        );
    }

    #[test]
    fn failed_checks_are_named_with_their_details() {
        let failed = Check {
            name: "numbers-carried".into(),
            verdict: Verdict::Fail,
            detail: "no fact contains 99".into(),
            evidence: Vec::new(),
        };
        check(
            Refusal::ChecksFailed(vec![failed]),
            expect![[r#"
                the text fails these checks: numbers-carried
                numbers-carried: no fact contains 99
                hint: change the text with `baton edit`, or overrule the check with `--overrule CHECK=REASON`"#]],
        );
    }
}
