//! What the desk says no to, and what is wrong with its store: what happened, and what to do next.

use baton_desk::{
    desk::{DeskError, Refusal},
    store::{PackageId, StoreError},
};

/// The text of an error of the desk, with its `hint:` line.
pub fn desk(error: &DeskError) -> String {
    match error {
        DeskError::Refused(refused) => refusal(refused),
        DeskError::Store(error) => store(error),
        DeskError::Component(_) => {
            format!("{error}\nhint: nothing was changed; `baton check` says whether the components are sound")
        }
    }
}

/// The text of an error of the store, with its `hint:` line.
pub fn store(error: &StoreError) -> String {
    format!("{error}\nhint: {}", error.hint())
}

/// As much of an id as people type.
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
            format!("a newer package took its place: look at it with `baton show {}`", short(newer))
        }
        Refusal::Stale { newer: None, .. } => {
            "look at it again with `baton show`, and give the digest that it prints".to_owned()
        }
        Refusal::Resting { account, .. } => {
            format!("reject or snooze the package, or let the account go on with `baton resume {account}`")
        }
        Refusal::KeyReused => "give another `--key`, or none".to_owned(),
        Refusal::ChecksFailed(_) => {
            "change the text with `baton edit`, or take a check on with `--overrule CHECK=REASON`".to_owned()
        }
        // Only putting off into the past or beyond its time is refused of what nobody decided about.
        Refusal::Life { state, expired: false, .. } if state.is_open() => {
            "name a later moment, before the package goes stale".to_owned()
        }
        Refusal::Life { state, expired: false, .. } if state.is_under_way() => {
            "`baton outbox` shows what is on its way, and `baton outbox withdraw` takes it back".to_owned()
        }
        other => other.hint().to_owned(),
    };
    format!("{text}\nhint: {hint}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use baton_desk::life::State;
    use baton_facts::packages::{Check, Verdict};
    use expect_test::{Expect, expect};

    fn check(refused: Refusal, expected: Expect) {
        expected.assert_eq(&desk(&DeskError::Refused(refused)));
    }

    #[test]
    fn what_changed_and_where_to_look() {
        check(
            Refusal::Stale { newer: Some("0123456789ab".into()), changed: vec!["subject".into(), "body".into()] },
            expect![[r#"
                the package has changed since it was shown: subject, body
                hint: a newer package took its place: look at it with `baton show 01234567`"#]],
        );
        check(
            Refusal::Stale { newer: None, changed: Vec::new() },
            expect![[r#"
                what was shown is not what this package says
                hint: look at it again with `baton show`, and give the digest that it prints"#]],
        );
    }

    #[test]
    fn what_is_not_allowed_now() {
        let life = |state| Refusal::Life { state, expired: false, why: "no".into() };
        check(
            life(State::Snoozed),
            expect![[r#"
                no
                hint: name a later moment, before the package goes stale"#]],
        );
        check(
            life(State::Authorised),
            expect![[r#"
                no
                hint: `baton outbox` shows what is on its way, and `baton outbox withdraw` takes it back"#]],
        );
        check(
            life(State::Rejected),
            expect![[r#"
                no
                hint: nothing is left to decide here"#]],
        );
    }

    #[test]
    fn an_account_that_rests_is_named() {
        check(
            Refusal::Resting { account: "101".into(), why: "they called".into() },
            expect![[r#"
                everything at the account 101 rests: they called
                hint: reject or snooze the package, or let the account go on with `baton resume 101`"#]],
        );
    }

    #[test]
    fn checks_that_failed_are_named_with_their_values() {
        let failed = Check {
            name: "numbers-carried".into(),
            verdict: Verdict::Fail,
            detail: "no fact carries 99".into(),
            evidence: Vec::new(),
        };
        check(
            Refusal::ChecksFailed(vec![failed]),
            expect![[r#"
                the text may not leave: numbers-carried
                numbers-carried: no fact carries 99
                hint: change the text with `baton edit`, or take a check on with `--overrule CHECK=REASON`"#]],
        );
    }
}
