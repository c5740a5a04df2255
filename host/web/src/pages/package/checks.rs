//! The checks on a text: failed ones first, then warnings. Passed checks are folded.

use crate::format::{count, line};
use baton_facts::packages::{Check, Verdict};
use baton_present::CheckTitles;

/// The most checks that are shown; an engine may return any number.
const MOST: usize = 200;

pub(super) struct CheckItem {
    /// The name of the check in the contract.
    pub name: String,
    pub class: &'static str,
    pub word: &'static str,
    pub title: String,
    pub detail: String,
}

pub(super) struct CheckSummary {
    pub summary: String,
    /// The worst verdict: `pass`, `warn`, or `fail`.
    pub worst: &'static str,
    /// Failed ones first, then warnings.
    pub loud: Vec<CheckItem>,
    pub passed: Vec<CheckItem>,
}

impl CheckSummary {
    pub fn new(checks: &[Check], titles: &CheckTitles) -> Self {
        let of = |wanted: Verdict| checks.iter().filter(move |check| check.verdict == wanted);
        let number = |wanted| of(wanted).count() as u64;
        let (failed, warned) = (number(Verdict::Fail), number(Verdict::Warn));
        let mut said = Vec::new();
        if failed > 0 {
            said.push(format!("{} failed", crate::format::number(failed)));
        }
        if warned > 0 {
            said.push(format!("{} to review", crate::format::number(warned)));
        }
        said.push(format!("{} passed", crate::format::number(number(Verdict::Pass))));
        // An engine that returns no checks has checked nothing.
        let summary = if checks.is_empty() { "No checks were run".to_owned() } else { said.join(", ") };
        let worst = match (failed, warned) {
            (0, 0) if !checks.is_empty() => "pass",
            (0, _) => "warn",
            _ => "fail",
        };
        let item = |check| CheckItem::new(check, titles);
        let mut loud: Vec<CheckItem> = of(Verdict::Fail).chain(of(Verdict::Warn)).take(MOST).map(item).collect();
        let more = (failed + warned).saturating_sub(MOST as u64);
        if more > 0 {
            loud.push(CheckItem::left_out(more));
        }
        Self { summary, worst, loud, passed: of(Verdict::Pass).take(MOST).map(item).collect() }
    }
}

impl CheckItem {
    fn new(check: &Check, titles: &CheckTitles) -> Self {
        let (class, word) = match check.verdict {
            Verdict::Pass => ("pass", "Passed"),
            Verdict::Warn => ("warn", "Review"),
            Verdict::Fail => ("fail", "Failed"),
        };
        Self { name: line(&check.name), class, word, title: titles.title(&check.name), detail: line(&check.detail) }
    }

    fn left_out(more: u64) -> Self {
        let detail = count(more, "more check");
        Self { name: String::new(), class: "warn", word: "Review", title: "Not shown".into(), detail }
    }
}

/// Returns up to `most` checks in their own order.
pub(super) fn lines(checks: &[Check], most: usize, titles: &CheckTitles) -> Vec<CheckItem> {
    let more = checks.len().saturating_sub(most) as u64;
    let item = |check| CheckItem::new(check, titles);
    let shown = checks.iter().take(most).map(item);
    shown.chain((more > 0).then(|| CheckItem::left_out(more))).collect()
}
