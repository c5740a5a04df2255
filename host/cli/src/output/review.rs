//! One package on the desk: its contents, decisions, and message.

use baton_facts::{quality::Grade, types::Timestamp};
use baton_model::Erasable;
use baton_model::decision::Decision;
use baton_model::package_state::PackageState;
use baton_model::views::{DecisionView, PackageView, SamplingView, SeededDefect, SeededDefectResult};

use super::{
    outbox, package,
    page::{Style, TextPage},
    queue::left,
    refusal::short,
    sequence,
    text::{moment, word},
};

/// The number of digits of the digest to print; a decision needs at least eight.
const DIGEST_SHOWN: usize = 12;

/// Prints the whole package with its decisions and its message.
pub fn package(page: &mut TextPage, view: &PackageView, now: Timestamp) {
    let content = view.content.as_ref().open();
    let domain = content.map_or("", |content| content.package.account.domain.as_deref().unwrap_or_default());
    let gap = if domain.is_empty() { "" } else { "  " };
    page.line("", &[(Style::Title, &view.account_name), (Style::Plain, gap), (Style::Faint, domain)]);
    state(page, view, now);
    match content {
        Some(content) => {
            package::facts(page, &content.package.account);
            package::package(page, &content.package, &view.footer);
            sequence::earlier(page, view.earlier.as_ref().open().map_or(&[], Vec::as_slice));
        }
        None => {
            let why = "the contents were erased, by request or at the end of their retention time";
            page.gap().paragraph("", Style::Doubtful, why);
        }
    }
    if !view.decisions.is_empty() {
        page.heading("Decisions");
        view.decisions.iter().for_each(|decision| decided(page, decision));
    }
    if let Some(entry) = &view.outbox {
        page.heading("Outbox");
        outbox::status(page, entry);
    }
    if view.state.is_open() && content.is_some() {
        decide(page, view);
    }
}

/// Returns the digest, shortened for a command line.
pub fn digest(view: &PackageView) -> &str {
    view.digest.get(..DIGEST_SHOWN).unwrap_or(&view.digest)
}

fn state(page: &mut TextPage, view: &PackageView, now: Timestamp) {
    let style = match view.state {
        PackageState::Queued | PackageState::Sent => Style::Good,
        PackageState::DeliveryUnknown | PackageState::Failed => Style::Bad,
        _ => Style::Doubtful,
    };
    let mut facts = Vec::new();
    if let Some(content) = view.content.as_ref().open() {
        let (routing, package) = (&content.routing, &content.package);
        facts.push(match &routing.tier {
            None => word(&routing.model),
            Some(tier) => format!("{} (tier {tier})", word(&routing.model)),
        });
        facts.push(format!("score {}", package.score));
    }
    if view.state.is_open() {
        facts.push(format!("fresh until {}", left(view.deadline, now)));
    }
    if let Some(until) = view.until.filter(|_| view.state == PackageState::Snoozed) {
        facts.push(format!("returns on {}", moment(until)));
    }
    let facts: String = facts.iter().map(|fact| format!(", {fact}")).collect();
    page.line("", &[(style, view.state.name()), (Style::Plain, &facts)]);
    let prepared = moment(view.prepared);
    let line =
        format!("package {} of campaign {}, prepared {prepared}, digest {}", view.id, view.campaign, digest(view));
    page.paragraph("", Style::Faint, &line);
    if let Some(check) = &view.check {
        sampled(page, check);
    }
    if let Some(planted) = &view.seeded_defect {
        seeded_defect(page, planted);
    } else if let Some(newer) = &view.newer {
        let line = format!("a newer package replaced it: `baton show {}`", short(newer));
        page.paragraph("", Style::Doubtful, &line);
    }
    if let Some(order) = &view.suppression {
        let until = order.until.map_or(String::new(), |until| format!(" until {}", moment(until)));
        let line = format!("suppressed{until}: {} ({})", word(&order.scope), word(&order.reason));
        page.paragraph("", Style::Bad, &line);
    }
    if let Some(pause) = view.paused.as_ref().filter(|_| view.state.is_open() || view.state.is_under_way()) {
        sequence::paused(page, &view.account, pause);
    }
}

/// Prints that the package was sampled for a spot-check, and the verdict.
fn sampled(page: &mut TextPage, check: &SamplingView) {
    let of = format!("sampled for a spot-check of stream {}", check.stream);
    let (style, line) = match (check.finding, check.held) {
        (Some(finding), _) => {
            let why = match &check.why {
                Erasable::Open(Some(why)) => format!(", \"{why}\""),
                _ => String::new(),
            };
            let who = check.who.as_deref().unwrap_or("someone");
            (Style::Faint, format!("{of}: {} by {who}{why}", word(&finding)))
        }
        (None, true) => (Style::Doubtful, format!("{of}: sent after your decision; due {}", moment(check.due))),
        (None, false) => (Style::Doubtful, format!("{of}: `baton verdict` is due {}", moment(check.due))),
    };
    page.paragraph("", style, &line);
}

/// Prints the result of a seeded defect, and the package that it was copied from.
pub fn seeded_defect(page: &mut TextPage, planted: &SeededDefect) {
    let style = match planted.result {
        Some(SeededDefectResult::Found) => Style::Good,
        Some(SeededDefectResult::Missed) => Style::Bad,
        None => Style::Doubtful,
    };
    page.paragraph("  ", style, &planted.to_string());
    let next = format!("the original package: `baton show {}`", short(&planted.original));
    page.paragraph("  ", Style::Faint, &next);
}

fn decided(page: &mut TextPage, view: &DecisionView) {
    let lead = format!("  {}  ", moment(view.at));
    let mut what = format!("{} by {}", view.kind, view.who);
    match view.decision.as_ref() {
        Erasable::Open(Decision::Reject { reason, note }) => {
            what += &format!(": {}", reason.name());
            if !note.is_empty() {
                what += &format!(", \"{note}\"");
            }
        }
        Erasable::Open(Decision::Snooze { until }) => what += &format!(" until {}", moment(*until)),
        Erasable::Open(Decision::Approve { overruled } | Decision::Edit { overruled, .. }) => {
            for over in overruled {
                what += &format!(", overruling {}: \"{}\"", over.check, over.reason);
            }
        }
        Erasable::Open(Decision::Redraft { note }) => what += &format!(": \"{note}\""),
        Erasable::Erased => what += &view.reason.map_or(String::new(), |reason| format!(": {}", reason.name())),
    }
    if let Some(Some(grade)) = view.grade.as_ref().open() {
        what += &format!("; {}", graded(grade));
    }
    page.hanging(&[(Style::Faint, &lead)], Style::Plain, &what);
}

/// Describes how an edit counts.
pub fn graded(grade: &Grade) -> String {
    let share = match grade.edited {
        0 => "the body is unchanged".to_owned(),
        share => format!("{}.{:02}% of the draft changed", share / 100, share % 100),
    };
    let facts = match grade.changed_facts.as_slice() {
        [] => String::new(),
        facts => format!("; {}", facts.join(", ")),
    };
    let counted = if grade.conforming { "counts as conforming" } else { "counts as nonconforming" };
    format!("{share}{facts}; {counted}")
}

fn decide(page: &mut TextPage, view: &PackageView) {
    page.heading("Decide");
    let bound = format!("{} --digest {}", short(&view.id), digest(view));
    for command in ["approve", "edit"] {
        page.line("  ", &[(Style::Plain, &format!("baton {command} {bound}"))]);
    }
    page.line("  ", &[(Style::Plain, &format!("baton reject {bound} --reason draft"))]);
    page.line("  ", &[(Style::Plain, &format!("baton snooze {bound} --until tomorrow"))]);
}

#[cfg(test)]
mod tests;
