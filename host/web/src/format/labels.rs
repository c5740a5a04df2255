//! Labels for handoff models, decisions, reasons and evidence, in the words of the pages.

use baton_desk::autonomy::StreamKey;
use baton_facts::policy::HandoffModel;
use baton_facts::quality::{Change, Event, Finding};
use baton_model::decision::RejectReason;
use baton_model::views::Planted;
use serde::Serialize;

/// Returns an enum case by its name in the contract, with spaces for hyphens: `not deliverable`.
pub(crate) fn word(case: &impl Serialize) -> String {
    baton_present::case_name(case).replace('-', " ")
}

pub(crate) const fn model_label(model: HandoffModel) -> &'static str {
    match model {
        HandoffModel::ReviewAndApprove => "Review and approve",
        HandoffModel::SendThenSpotCheck => "Send, then spot-check",
        HandoffModel::Automatic => "Automatic",
    }
}

/// Returns what was wrong with a package that has a seeded defect, as one line without a period.
pub(crate) fn seeded_defect_label(planted: &Planted) -> String {
    baton_present::line(&planted.to_string())
}

pub(crate) const fn reject_reason_label(reason: RejectReason) -> &'static str {
    match reason {
        RejectReason::Draft => "The draft isn't good enough",
        RejectReason::Research => "The research is wrong or weak",
        RejectReason::Contact => "Wrong person or address",
        RejectReason::Account => "We shouldn't contact this account",
        RejectReason::NotNow => "Good, but not now",
        RejectReason::Other => "Other (see note)",
    }
}

/// Returns a label for a kind of decision, to follow the reviewer's name.
pub(crate) fn decision_label(kind: &str) -> &'static str {
    match kind {
        "approve" => "approved the draft",
        "edit" => "edited and approved the draft",
        "reject" => "rejected the package",
        "snooze" => "snoozed the package",
        "redraft" => "requested another draft",
        _ => "reviewed the package",
    }
}

/// Returns the name of a finding in forms and JSON.
pub(crate) const fn finding_name(finding: Finding) -> &'static str {
    match finding {
        Finding::Conforming => "conforming",
        Finding::Nonconforming => "nonconforming",
        Finding::FactualDefect => "factual-defect",
    }
}

pub(crate) const fn finding_label(finding: Finding) -> &'static str {
    match finding {
        Finding::Conforming => "good to send",
        Finding::Nonconforming => "has a problem",
        Finding::FactualDefect => "wrong fact",
    }
}

/// Returns a label for an event in a stream's evidence.
pub(crate) fn event_label(event: &Event) -> String {
    match event {
        Event::Inspected(inspection) => format!("Reviewed: {}", finding_label(inspection.finding)),
        Event::Missed(_) => "Spot-check missed".to_owned(),
        Event::MadeUp(inspection) => format!("Missed spot-check done later: {}", finding_label(inspection.finding)),
        Event::Released(1) => "1 email sent without a check".to_owned(),
        Event::Released(some) => format!("{} emails sent without a check", baton_present::number(*some)),
        Event::DefectElsewhere => "Wrong fact in another stream".to_owned(),
        Event::Stopped => "Stopped manually".to_owned(),
        Event::Resumed => "Resumed manually".to_owned(),
        Event::Changed(Change::Wording) => "Angle wording changed".to_owned(),
        Event::Changed(Change::Producer) => "Drafting setup changed".to_owned(),
    }
}

/// Returns the name of a stream without its campaign: `mid · funding, first touch, en`.
pub(crate) fn stream_name(key: &StreamKey) -> String {
    let touch = if key.follow_up { "follow-up" } else { "first touch" };
    let [tier, kind, language] = [(&key.tier, 80), (&key.signal_kind, 80), (&key.language, 40)]
        .map(|(text, most)| baton_present::clipped(text, most));
    format!("{tier} · {kind}, {touch}, {language}")
}
