//! Spot-checks: the note on a sampled package, and the verdict forms.
//!
//! A message that is held for its spot-check is reviewed like any package. A sent message gets a verdict, with the digest
//! of what is shown and an idempotency key. A refused verdict keeps the typed text.

use crate::app_state::RequestState;
use crate::decision_form::{FormInput, PackageForm};
use crate::format::{DisplayTime, editable, finding_label, line, lines};
use crate::view_timer::form_key;
use baton_facts::quality::Finding;
use baton_facts::types::Timestamp;
use baton_model::views::{PackageView, SamplingView};

/// The sampling of a package for a spot-check.
pub(super) struct SamplingNote {
    pub stream: i64,
    /// It is sent only after the decision.
    pub held: bool,
    /// A verdict or a decision is still needed.
    pub open: bool,
    pub due: DisplayTime,
    pub overdue: bool,
    pub found: Option<SpotCheckResult>,
}

/// The verdict of a finished spot-check.
pub(super) struct SpotCheckResult {
    pub what: &'static str,
    pub class: &'static str,
    pub who: String,
    pub at: DisplayTime,
    pub seconds: Option<u32>,
    pub why: Option<String>,
}

/// The verdict forms of one page view.
pub(super) struct VerdictForms {
    pub id: String,
    pub shown: String,
    pub key: String,
    pub begun: String,
    pub visible: String,
    pub seen: i64,
    pub within: String,
    pub checking: bool,
    pub nonconforming: Finding,
    pub factual: Finding,
    pub conforming: Finding,
    /// The verdict that was submitted and refused.
    pub typed: Option<Finding>,
    pub note: String,
}

impl SamplingNote {
    pub fn new(view: &PackageView, drawn: &SamplingView, now: Timestamp) -> Self {
        let open = drawn.finding.is_none() && (view.state.is_open() || drawn.needs_verdict(view.state));
        let found = drawn.finding.map(|found| SpotCheckResult {
            what: finding_label(found),
            class: if found == Finding::Conforming { "good" } else { "bad" },
            who: line(drawn.who.as_deref().unwrap_or_default()),
            at: DisplayTime::new(drawn.at.unwrap_or(now), now),
            seconds: drawn.seconds.filter(|seconds| *seconds > 0),
            why: drawn.why.as_ref().open().and_then(|why| why.as_deref()).map(lines),
        });
        let overdue = open && (drawn.missed.is_some() || drawn.due <= now);
        Self { stream: drawn.stream, held: drawn.held, open, due: DisplayTime::new(drawn.due, now), overdue, found }
    }
}

impl VerdictForms {
    pub fn new(app: &RequestState, view: &PackageView, form: &PackageForm, seen: i64) -> Self {
        let state = &form.state;
        let known = app.view_timer.seconds(&view.id, &state.begun).is_some();
        Self {
            id: view.id.0.clone(),
            shown: view.digest.clone(),
            key: form_key(),
            begun: if known { state.begun.clone() } else { app.view_timer.start(&view.id) },
            visible: if known { state.visible.clone() } else { String::new() },
            seen,
            within: state.within.clone().unwrap_or_default(),
            // After a verdict comes the next spot-check, wherever the reviewer came from.
            checking: true,
            conforming: Finding::Conforming,
            nonconforming: Finding::Nonconforming,
            factual: Finding::FactualDefect,
            typed: match &form.input {
                FormInput::Verdict(verdict) => verdict.finding,
                _ => None,
            },
            note: editable(form.note()).0,
        }
    }

    pub fn is_typed(&self, finding: &Finding) -> bool {
        self.typed == Some(*finding)
    }

    pub fn name(&self, finding: &Finding) -> &'static str {
        crate::format::finding_name(*finding)
    }
}
