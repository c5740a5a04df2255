//! Streams: a short listing of all, and one in full.

use baton_desk::autonomy::{EvidenceView, SpotCheckView, StreamDetail, StreamKey, StreamView};
use baton_facts::quality::{Change, Event, Finding, Standing};
use baton_facts::types::BasisPoints;
use baton_model::Erasable;

use super::{
    columns,
    page::{Style, TextPage},
    refusal::short,
    text::{capped, count, from_hundredths, moment, number, percent, word},
};

/// 100%.
const ALL: BasisPoints = 10_000;

/// Names a stream: `pilot · mid · funding · first touch · en`.
pub fn name(key: &StreamKey) -> String {
    let touch = if key.follow_up { "follow-up" } else { "first touch" };
    format!("{} · {} · {} · {touch} · {}", key.campaign, key.tier, key.signal_kind, key.language)
}

/// Prints a stream in a few lines.
pub fn listed(page: &mut TextPage, stream: &StreamView) {
    let style = of(stream.assessment.standing);
    let name = format!("{:>4}  {}", stream.id, name(&stream.key));
    page.line("", &[(Style::Title, &name), (Style::Plain, "  "), (style, &word(&stream.assessment.standing))]);
    page.paragraph("      ", Style::Plain, evidence_so_far(stream));
    manual_stop(page, "      ", stream);
    page.line("      ", &[(Style::Faint, &numbers(stream))]);
}

/// Returns the evidence and what is missing. Reviews of a tier that reviews everything do not count toward a level.
fn evidence_so_far(stream: &StreamView) -> &str {
    if stream.reviews_each && stream.assessment.standing == Standing::Pilot {
        "every message is reviewed: the tier's model is review-and-approve"
    } else {
        &stream.assessment.reason
    }
}

/// Prints a stream in full, with some of its evidence.
pub fn detail(page: &mut TextPage, detail: &StreamDetail, evidence: &[EvidenceView], more: bool) {
    let stream = &detail.stream;
    let standing = stream.assessment.standing;
    page.line("", &[(Style::Title, &name(&stream.key)), (Style::Plain, "  "), (of(standing), &word(&standing))]);
    page.paragraph("", Style::Plain, evidence_so_far(stream));
    manual_stop(page, "", stream);
    page.line("", &[(Style::Faint, &numbers(stream))]);
    page.paragraph("", Style::Plain, &auto_send(stream));
    if let Some(fall) = detail.suspension_cause.as_ref().filter(|_| !stream.tally.stopped) {
        page.heading("Why it was reset to review");
        line(page, fall);
    }
    proof(page, detail);
    if !detail.standings.is_empty() {
        page.heading("Standing changes, latest first");
        for turn in &detail.standings {
            let lead = format!("  {}  ", moment(turn.at));
            let what = format!("{}, {}", by(&turn.who), turn.reason);
            let standing = format!("{:<10}", word(&turn.standing));
            page.hanging(&[(Style::Faint, &lead), (of(turn.standing), &standing)], Style::Plain, &what);
        }
    }
    page.heading("Evidence, latest first");
    evidence.iter().for_each(|entry| line(page, entry));
    if evidence.is_empty() {
        page.line("  ", &[(Style::Faint, "none yet")]);
    }
    if more {
        page.line("  ", &[(Style::Faint, "… and more: use `--evidence N`")]);
    }
}

/// Prints a spot-check that waits for its verdict.
pub fn spot_check(page: &mut TextPage, check: &SpotCheckView) {
    let contact = check.contact.as_ref().open().map_or("(erased)", String::as_str);
    let subject = check.subject.as_ref().open().map_or("", String::as_str);
    let when = if check.held { "sent after the verdict" } else { "already sent" };
    let overdue = if check.missed.is_some() { ", overdue" } else { "" };
    let id = format!("{}  ", short(&check.package));
    let who = format!("{}, {contact}: {subject}", check.account_name);
    let of = format!("{} · {}, stream {}; ", check.campaign, check.tier, check.stream);
    page.line("", &[(Style::Faint, &id), (Style::Plain, &who)]);
    page.line("          ", &[(Style::Faint, &format!("{of}{when}; verdict by {}{overdue}", moment(check.due)))]);
}

fn proof(page: &mut TextPage, detail: &StreamDetail) {
    let (foreseen, plan) = (&detail.forecast, &detail.stream.plan);
    page.heading("Guarantees and limits of the plan");
    let shares: Vec<String> = plan.sampling.iter().map(|share| percent(*share)).collect();
    let said = match detail.stream.assessment.clearance {
        0 => {
            "no clearance number can keep the plan's limit on outgoing quality, so every package is reviewed".to_owned()
        }
        clearance => {
            let held = if plan.held { "before sending" } else { "after sending" };
            format!(
                "{clearance} conforming reviews in a row clear a level, then {} are inspected {held}; the bound must stay \
                 within {}",
                shares.join(", "),
                percent(plan.risk_limit)
            )
        }
    };
    page.paragraph("  ", Style::Plain, &said);
    if detail.stream.assessment.clearance > 0 {
        let rates = match foreseen.limit_up_to {
            ALL => "at any share of nonconforming drafts".to_owned(),
            up_to => format!("while at most {} of drafts are nonconforming", percent(up_to)),
        };
        let limit = percent(foreseen.outgoing_limit);
        let limit =
            format!("on average, at most {limit} of sent messages are nonconforming, {rates}; {}", assumptions(detail));
        page.paragraph("  ", Style::Plain, &limit);
    }
    page.gap();
    let rows: Vec<(Vec<String>, String)> = foreseen
        .rates
        .iter()
        .map(|at| {
            let found = if at.found { " (as found)" } else { "" };
            let cells = vec![
                format!("{}{found}", percent(at.rate)),
                percent(at.outlook.inspected),
                percent(at.outlook.outgoing),
                from_hundredths(at.outlook.escapes),
                capped(at.outlook.inspections_to_clear),
            ];
            (cells, String::new())
        })
        .collect();
    columns::listing(page, &["bad drafts", "inspected", "bad sent", "sent before a catch", "to clear"], &rows);
    let cannot = "this is a long-run average, not a promise about one message; the bound holds with 95% confidence if \
                  inspections are sampled at random, every finding is recorded, and draft quality is stable";
    page.paragraph("  ", Style::Faint, cannot);
}

/// Describes the assumptions of the limit.
fn assumptions(detail: &StreamDetail) -> String {
    let foreseen = &detail.forecast;
    let missed = match foreseen.miss_rate {
        Some(rate) => format!("reviewers miss at most {} of defects, as seeded defects show", percent(rate)),
        None => "assuming that reviewers find every defect".to_owned(),
    };
    let left = count(foreseen.in_flight as usize, "message");
    format!("{missed}, with {left} sent between a sampled one and its verdict")
}

fn line(page: &mut TextPage, entry: &EvidenceView) {
    let of = &entry.line;
    let lead = format!("  {}  ", moment(of.at));
    let mut what = format!("{}, {}", by(&of.who), event(&of.event));
    if let Some(package) = &of.package {
        what += &format!(", {} ({})", entry.account_name.as_deref().unwrap_or("its package"), short(package));
    }
    what += &format!(": {}", of.reason);
    if of.returned_to_review > 0 {
        what += &format!("; {} returned to review", number(of.returned_to_review));
    }
    if let Erasable::Open(Some(said)) = &entry.remark {
        what += &format!("; \"{said}\"");
    }
    page.hanging(&[(Style::Faint, &lead)], Style::Plain, &what);
}

fn event(event: &Event) -> String {
    let found = |finding| match finding {
        Finding::Conforming => "conforming",
        Finding::Nonconforming => "nonconforming",
        Finding::FactualDefect => "factual defect",
    };
    match event {
        Event::Inspected(inspection) => format!("inspected: {}", found(inspection.finding)),
        Event::Missed(_) => "spot-check missed".to_owned(),
        Event::MadeUp(inspection) => format!("missed spot-check done: {}", found(inspection.finding)),
        Event::Released(some) => format!("{} sent without a check", number(*some)),
        Event::DefectElsewhere => "factual defect in another stream".to_owned(),
        Event::Stopped => "stopped manually".to_owned(),
        Event::Resumed => "resumed manually".to_owned(),
        Event::Changed(Change::Wording) => "the angle's wording changed".to_owned(),
        Event::Changed(Change::Producer) => "the component that writes drafts changed".to_owned(),
    }
}

fn numbers(stream: &StreamView) -> String {
    let tally = &stream.tally;
    let mut numbers = vec![
        format!("{} inspected, {} nonconforming", tally.inspected, tally.nonconforming),
        format!("{} in the last 7 days", count(stream.packages_per_week as usize, "package")),
    ];
    if stream.open_checks > 0 {
        numbers.push(format!("{} open", count(stream.open_checks as usize, "check")));
    }
    numbers.join(" · ")
}

fn auto_send(stream: &StreamView) -> String {
    if stream.reviews_each {
        return "the tier's model is review-and-approve: every message is reviewed".to_owned();
    }
    let fraction = stream.assessment.fraction;
    if fraction >= ALL {
        return "no auto-send yet: every message is reviewed".to_owned();
    }
    let when = if stream.plan.held { "before sending" } else { "after sending" };
    format!("auto-send: {} are checked {when}", percent(fraction))
}

fn manual_stop(page: &mut TextPage, indent: &str, stream: &StreamView) {
    let Some(set) = stream.manual_change.as_ref().filter(|set| set.stopped == stream.tally.stopped) else { return };
    let what = if set.stopped { "stopped" } else { "resumed" };
    let why = set.why.as_ref().map_or(String::new(), |why| format!(": {why}"));
    page.paragraph(indent, Style::Doubtful, &format!("{what} by {} on {}{why}", set.who, moment(set.at)));
}

fn by(who: &str) -> &str {
    if who == "baton" { "Baton" } else { who }
}

const fn of(standing: Standing) -> Style {
    match standing {
        Standing::Proven => Style::Good,
        Standing::Probation => Style::Plain,
        Standing::Pilot => Style::Faint,
        Standing::Suspended => Style::Bad,
    }
}
