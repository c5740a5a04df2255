//! The decisions about a package so far, as the page and the panel list them.

use super::diff::{TextChange, changes};
use crate::format::{DisplayTime, decision_label, in_zone, line, reject_reason_label};
use baton_facts::types::Timestamp;
use baton_model::Zone;
use baton_model::views::{DecisionView, PackageView, RoutedPackage};
use baton_present::CheckTitles;
use std::sync::Arc;

pub(super) struct DecisionItem {
    pub who: String,
    pub at: DisplayTime,
    pub what: &'static str,
    pub seconds: Option<u32>,
    pub detail: Vec<String>,
    /// How an edit changed the draft.
    pub changes: Vec<TextChange>,
}

impl DecisionItem {
    /// Returns the decisions about a package, oldest first.
    pub fn all(view: &PackageView, titles: &CheckTitles, zone: Zone, now: Timestamp) -> Vec<Self> {
        let (content, open) = (view.content.as_ref().open().map(Arc::as_ref), view.state.is_open());
        view.decisions.iter().map(|decision| Self::new(decision, content, open, titles, zone, now)).collect()
    }

    fn new(
        view: &DecisionView,
        content: Option<&RoutedPackage>,
        open: bool,
        titles: &CheckTitles,
        zone: Zone,
        now: Timestamp,
    ) -> Self {
        use baton_model::decision::Decision::{Approve, Edit, Redraft, Reject, Snooze};
        let mut detail: Vec<String> =
            view.reason.map(|reason| reject_reason_label(reason).to_owned()).into_iter().collect();
        let mut made = Vec::new();
        if let (Some(Edit { message, .. }), Some(content)) = (view.decision.as_ref().open(), content) {
            made = changes(&content.package.draft.message, message);
        }
        match view.decision.as_ref().open() {
            Some(Reject { note, .. } | Redraft { note }) if !note.trim().is_empty() => {
                detail.push(format!("“{}”", line(note)))
            }
            Some(Snooze { until }) => detail.push(format!("until {}", in_zone(*until, zone))),
            Some(Approve { overruled } | Edit { overruled, .. }) => {
                detail.extend(
                    overruled
                        .iter()
                        .map(|over| format!("Overruled “{}”: {}", titles.title(&over.check), line(&over.reason))),
                );
            }
            _ => {}
        }
        if open && matches!(view.kind.as_str(), "approve" | "edit") {
            detail.push("Undone before it was sent".to_owned());
        }
        if let Some(Some(grade)) = view.grade.as_ref().open() {
            detail.push(format!("{}% of the text changed", grade.edited.div_ceil(100)));
            detail.extend(grade.changed_facts.iter().take(20).map(|fact| format!("changed: {}", line(fact))));
        }
        let (who, at) = (line(&view.who), DisplayTime::new(view.at, now));
        Self { who, at, what: decision_label(&view.kind), seconds: view.seconds, detail, changes: made }
    }
}
