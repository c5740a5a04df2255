//! Summaries and sources as feeds have them, quoted in a message that congratulates.

use baton_facts::packages::{Outcome, Verdict};

use crate::rules::SIGNAL_READABLE;
use crate::testing::Scenario;

/// Returns `fail` if the draft is held, `warn` if it is ready with a doubt, `pass` otherwise.
fn outcome(summary: &str, source: &str) -> &'static str {
    let mut world = Scenario::with(|world| {
        world.account.name = "Acme".into();
        world.account.domain = Some("acme.example".into());
        world.signals[0].summary = summary.into();
        world.signals[0].source_name = source.into();
    });
    match world.prepare().expect("the capabilities answer").outcome {
        Outcome::Ready(package) => {
            let found = package.checks.iter().find(|check| check.name == SIGNAL_READABLE);
            match found.map(|check| check.verdict) {
                None => "pass",
                Some(Verdict::Warn) => "warn",
                Some(verdict) => panic!("{verdict:?} is ready"),
            }
        }
        Outcome::Held(hold) if hold.detail.contains(SIGNAL_READABLE) || hold.detail.contains("number") => "fail",
        other => panic!("{summary:?}: {other:?}"),
    }
}

#[test]
fn texts_that_are_no_news_about_the_account_are_doubted_or_held() {
    let (mut all, mut wrong) = (0, Vec::new());
    for row in include_str!("signals.tsv").lines().skip(1) {
        let [summary, source, expected] = row.split('\t').collect::<Vec<_>>()[..] else { panic!("{row}") };
        let found = outcome(&summary.replace("\\n", "\n"), source);
        all += 1;
        if found != expected {
            wrong.push(format!("{summary:?} from {source:?} is {expected}, not {found}"));
        }
    }
    assert!(all >= 60 && wrong.is_empty(), "{} of {all} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}
