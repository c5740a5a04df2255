//! The difference between a recorded call and its replay with another component: none, the wording, or the outcome.
//!
//! Two packages are identical only if everything in them is, texts beside the draft included. The trace of rules is not
//! compared; every check of the package is.

use baton_facts::packages::{Check, HandoffPackage, Outcome};
use baton_facts::types::Message;
use baton_runtime::{ComparisonOutcome, Output};
use serde::Serialize;

/// Maximum number of named changes of one call.
const NAMED: usize = 12;

/// Maximum length of a component's text in the name of a change, in characters.
const LONGEST: usize = 300;

/// Subject and body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names say it")]
pub struct DraftTexts {
    pub subject: String,
    pub body: String,
}

/// The difference of one call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "came-to")]
pub enum CallDifference {
    /// The same package, or held or disqualified for the same reason.
    Identical,
    /// The same person, signal, verdicts and score; only the wording differs.
    #[expect(missing_docs, reason = "the names say it")]
    Wording { recorded: DraftTexts, now: DraftTexts },
    /// Something that decides about the package differs.
    Outcome {
        /// The differences in words, without full stops.
        changes: Vec<String>,
    },
    /// The recording does not determine the result.
    Incomparable {
        /// The reason in words, without a full stop.
        why: String,
    },
    /// The recording is about somebody who was erased, or has expired.
    Forgotten,
}

/// Compares the result with the recorded one.
pub(crate) fn difference(recorded: &Output, compared: &ComparisonOutcome) -> CallDifference {
    match compared {
        ComparisonOutcome::Unrecorded => CallDifference::Incomparable {
            why: "it makes a call that is not in the recording, so there is no answer".into(),
        },
        ComparisonOutcome::Failed(why) => CallDifference::Outcome {
            changes: vec![format!("{} → failed: {}", describe_output(recorded), truncate(why))],
        },
        ComparisonOutcome::Redrafted { recorded, now } if recorded == now => CallDifference::Identical,
        ComparisonOutcome::Redrafted { recorded, now } => {
            CallDifference::Wording { recorded: texts(&recorded.message), now: texts(&now.message) }
        }
        ComparisonOutcome::Done(now) => outcome_difference(recorded, now),
    }
}

fn outcome_difference(recorded: &Output, now: &Output) -> CallDifference {
    let (Some(before), Some(after)) = (outcome(recorded), outcome(now)) else {
        if recorded == now {
            return CallDifference::Identical;
        }
        return CallDifference::Outcome {
            changes: vec![format!("{} → {}", describe_output(recorded), describe_output(now))],
        };
    };
    match (before, after) {
        (Outcome::Ready(before), Outcome::Ready(after)) => packages(before, after),
        (Outcome::Held(before), Outcome::Held(after)) if before.reason == after.reason => CallDifference::Identical,
        (Outcome::Disqualified(before), Outcome::Disqualified(after)) if before.reason == after.reason => {
            CallDifference::Identical
        }
        _ => CallDifference::Outcome {
            changes: vec![format!("{} → {}", describe_output(recorded), describe_output(now))],
        },
    }
}

fn packages(before: &HandoffPackage, after: &HandoffPackage) -> CallDifference {
    if before == after {
        return CallDifference::Identical;
    }
    let mut changes = Vec::new();
    let mut differ = |what: &str, before: String, after: String| {
        if before != after {
            changes.push(format!("{what}: {} → {}", truncate(&before), truncate(&after)));
        }
    };
    let person = |package: &HandoffPackage| {
        let contact = &package.contact;
        format!("{} {} ({})", contact.first_name, contact.last_name, contact.id)
    };
    differ("contact", person(before), person(after));
    let signal = |package: &HandoffPackage| {
        let lead = package.signals.first().map(|lead| &lead.signal);
        lead.map_or_else(String::new, |signal| format!("{} ({})", signal.summary, signal.id))
    };
    differ("reason to write", signal(before), signal(after));
    let angle = |package: &HandoffPackage| {
        format!("{} {} {}", package.angle.signal_kind, package.angle.language, package.angle.version)
    };
    differ("angle", angle(before), angle(after));
    differ("recipient", before.draft.message.to.clone(), after.draft.message.to.clone());
    differ("touch", before.touch_number.to_string(), after.touch_number.to_string());
    differ("score", before.score.to_string(), after.score.to_string());
    differ("fresh until", before.fresh_until.to_string(), after.fresh_until.to_string());
    for name in names(&before.checks, &after.checks) {
        differ(&format!("check {}", truncate(name)), verdict(&before.checks, name), verdict(&after.checks, name));
    }
    if changes.is_empty() {
        return CallDifference::Wording { recorded: texts(&before.draft.message), now: texts(&after.draft.message) };
    }
    if changes.len() > NAMED {
        let more = changes.len() - NAMED;
        changes.truncate(NAMED);
        changes.push(format!("and {more} more"));
    }
    CallDifference::Outcome { changes }
}

/// Returns every check's name once, in order.
fn names<'a>(before: &'a [Check], after: &'a [Check]) -> Vec<&'a str> {
    let mut seen = std::collections::HashSet::new();
    before.iter().chain(after).map(|check| check.name.as_str()).filter(|name| seen.insert(*name)).collect()
}

/// Returns the worst verdict of that name: an engine can make a check more than once.
fn verdict(checks: &[Check], name: &str) -> String {
    let worst = checks.iter().filter(|check| check.name == name).map(|check| check.verdict).max();
    worst.map_or_else(|| "not made".into(), |verdict| format!("{verdict:?}").to_lowercase())
}

fn outcome(output: &Output) -> Option<&Outcome> {
    match output {
        Output::Preparation(Ok(made)) => Some(&made.outcome),
        _ => None,
    }
}

/// Describes the result in a few words.
fn describe_output(output: &Output) -> String {
    match output {
        Output::Preparation(Ok(made)) => match &made.outcome {
            Outcome::Ready(_) => "ready".into(),
            Outcome::Held(hold) => format!("held, {}: {}", word(&hold.reason), truncate(&hold.detail)),
            Outcome::Disqualified(out) => format!("disqualified, {}: {}", word(&out.reason), truncate(&out.detail)),
        },
        Output::Preparation(Err(error)) => {
            format!("failed: {}", truncate(&baton_runtime::Error::Handoff(error.clone()).to_string()))
        }
        Output::Aborted(why) => format!("failed: {}", truncate(why)),
        _ => "a result that is not a preparation".into(),
    }
}

/// Returns the contract's own word for a case.
fn word(case: &impl Serialize) -> String {
    match serde_json::to_value(case) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

fn texts(message: &Message) -> DraftTexts {
    DraftTexts { subject: message.subject.clone(), body: message.body.clone() }
}

fn truncate(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}
