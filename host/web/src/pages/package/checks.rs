//! Checks in plain words: what fails first, then what to look at; what passed is folded.

use crate::show::{check_title, count, line};
use baton_facts::packages::{Check, Verdict};

/// Checks that are shown; an engine may invent any number.
const MOST: usize = 200;

/// One check.
pub(super) struct Line {
    /// The check's own name.
    pub name: String,
    pub class: &'static str,
    pub word: &'static str,
    pub title: String,
    pub detail: String,
}

/// All checks of a text.
pub(super) struct Checks {
    pub summary: String,
    /// `pass`, `warn` or `fail`: the worst.
    pub worst: &'static str,
    /// Failed ones first, then warnings.
    pub loud: Vec<Line>,
    pub passed: Vec<Line>,
}

impl Checks {
    pub fn new(checks: &[Check]) -> Self {
        let of = |wanted: Verdict| checks.iter().filter(move |check| check.verdict == wanted);
        let number = |wanted| of(wanted).count() as u64;
        let (failed, warned) = (number(Verdict::Fail), number(Verdict::Warn));
        let mut said = Vec::new();
        if failed > 0 {
            said.push(format!("{} failed", crate::show::number(failed)));
        }
        if warned > 0 {
            said.push(format!("{} to look at", crate::show::number(warned)));
        }
        said.push(format!("{} passed", crate::show::number(number(Verdict::Pass))));
        // An engine that names no check has checked nothing.
        let summary = if checks.is_empty() { "Nothing was checked".to_owned() } else { said.join(", ") };
        let worst = match (failed, warned) {
            (0, 0) if !checks.is_empty() => "pass",
            (0, _) => "warn",
            _ => "fail",
        };
        let mut loud: Vec<Line> = of(Verdict::Fail).chain(of(Verdict::Warn)).take(MOST).map(Line::new).collect();
        let more = (failed + warned).saturating_sub(MOST as u64);
        if more > 0 {
            loud.push(Line::left_out(more));
        }
        Self { summary, worst, loud, passed: of(Verdict::Pass).take(MOST).map(Line::new).collect() }
    }
}

impl Line {
    fn new(check: &Check) -> Self {
        let (class, word) = match check.verdict {
            Verdict::Pass => ("pass", "passed"),
            Verdict::Warn => ("warn", "look"),
            Verdict::Fail => ("fail", "failed"),
        };
        Self { name: line(&check.name), class, word, title: check_title(&check.name), detail: line(&check.detail) }
    }

    fn left_out(more: u64) -> Self {
        let detail = format!("{} more", count(more, "check"));
        Self { name: String::new(), class: "warn", word: "look", title: "Not shown".into(), detail }
    }
}

/// In their own order, so many at the most.
pub(super) fn lines(checks: &[Check], most: usize) -> Vec<Line> {
    let more = checks.len().saturating_sub(most) as u64;
    let shown = checks.iter().take(most).map(Line::new);
    shown.chain((more > 0).then(|| Line::left_out(more))).collect()
}
