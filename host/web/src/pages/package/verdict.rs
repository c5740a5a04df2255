//! A package that was drawn for a check: what that means for it, and the forms of the verdict.
//!
//! What is held back for its check is decided about like any package. What has left gets a verdict, with the digest of
//! what is shown and a key that counts once, and what a person typed stays in the form when it is refused.

use crate::app_state::AppState;
use crate::decision_form::{FormInput, PackageForm};
use crate::show::{Moment, finding, line, lines, writable};
use crate::view_timer::form_key;
use baton_facts::quality::Finding;
use baton_facts::types::Timestamp;
use baton_model::views::{DrawnView, PackageView};

/// What is said of a package that was drawn.
pub(super) struct Drawn {
    pub stream: i64,
    /// It leaves after the decision.
    pub held: bool,
    /// A verdict or a decision is still to come.
    pub open: bool,
    pub due: Moment,
    pub overdue: bool,
    pub found: Option<Found>,
}

/// The verdict that was given.
pub(super) struct Found {
    pub what: &'static str,
    pub class: &'static str,
    pub who: String,
    pub at: Moment,
    pub seconds: Option<u32>,
    pub why: Option<String>,
}

/// The forms of one rendering.
pub(super) struct Verdicting {
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
    /// The form that was sent and refused.
    pub typed: Option<Finding>,
    pub note: String,
}

impl Drawn {
    pub fn new(view: &PackageView, drawn: &DrawnView, now: Timestamp) -> Self {
        let open = drawn.finding.is_none() && (view.state.is_open() || drawn.wants_verdict(view.state));
        let found = drawn.finding.map(|found| Found {
            what: finding(found),
            class: if found == Finding::Conforming { "good" } else { "bad" },
            who: line(drawn.who.as_deref().unwrap_or_default()),
            at: Moment::new(drawn.at.unwrap_or(now), now),
            seconds: drawn.seconds.filter(|seconds| *seconds > 0),
            why: drawn.why.as_ref().open().and_then(|why| why.as_deref()).map(lines),
        });
        let overdue = open && (drawn.missed.is_some() || drawn.due <= now);
        Self { stream: drawn.stream, held: drawn.held, open, due: Moment::new(drawn.due, now), overdue, found }
    }
}

impl Verdicting {
    pub fn new(app: &AppState, view: &PackageView, form: &PackageForm, seen: i64) -> Self {
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
            // Whoever gives a verdict goes on with the next check, wherever they came from.
            checking: true,
            conforming: Finding::Conforming,
            nonconforming: Finding::Nonconforming,
            factual: Finding::FactualDefect,
            typed: match &form.input {
                FormInput::Verdict(verdict) => verdict.finding,
                _ => None,
            },
            note: writable(form.note()).0,
        }
    }

    pub fn is_typed(&self, finding: &Finding) -> bool {
        self.typed == Some(*finding)
    }

    pub fn name(&self, finding: &Finding) -> &'static str {
        crate::show::finding_name(*finding)
    }
}
