//! Grading: the finding of a decision about the draft's quality. The rule of nonconformity has its one home here.

use baton_facts::quality::{Finding, Grade};
use baton_model::decision::{Decision, RejectReason};

/// Returns the finding of the decision; `None` if it says nothing about the draft.
///
/// Nonconforming are rejections for draft, research or contact, edits that alter a claim, name, number, recipient or
/// link, and edits that rewrite more of the text than the governor permits, unless the SDR marks the draft as sendable.
/// A request for another draft rejects this one. Errors of research and contact are factual, and so are corrected
/// facts.
pub fn finding(decision: &Decision, grade: Option<&Grade>) -> Option<Finding> {
    match decision {
        Decision::Approve { .. } => Some(Finding::Conforming),
        Decision::Edit { my_wording, .. } => Some(match grade {
            Some(grade) if !grade.changed_facts.is_empty() => Finding::FactualDefect,
            Some(grade) if !grade.conforming && !my_wording => Finding::Nonconforming,
            _ => Finding::Conforming,
        }),
        Decision::Reject { reason: RejectReason::Draft, .. } | Decision::Redraft { .. } => Some(Finding::Nonconforming),
        Decision::Reject { reason: RejectReason::Research | RejectReason::Contact, .. } => Some(Finding::FactualDefect),
        Decision::Reject { reason: RejectReason::Account | RejectReason::NotNow | RejectReason::Other, .. }
        | Decision::Snooze { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use baton_facts::types::Message;

    #[test]
    fn findings_of_decisions() {
        let grade = |conforming, changed: &[&str]| Grade {
            conforming,
            edited: 5000,
            changed_facts: changed.iter().map(|fact| (*fact).to_owned()).collect(),
            most_rewritten: None,
        };
        let edit = |my_wording| Decision::Edit {
            message: Message { to: String::new(), subject: String::new(), body: String::new() },
            overruled: Vec::new(),
            my_wording,
        };
        let reject = |reason| Decision::Reject { reason, note: String::new() };
        use Finding::{Conforming, FactualDefect, Nonconforming};
        for (decision, grade, expected) in [
            (Decision::Approve { overruled: Vec::new() }, None, Some(Conforming)),
            (edit(false), Some(grade(true, &[])), Some(Conforming)),
            (edit(false), Some(grade(false, &[])), Some(Nonconforming)),
            (edit(true), Some(grade(false, &[])), Some(Conforming)),
            (edit(true), Some(grade(false, &["42M"])), Some(FactualDefect)),
            (reject(RejectReason::Draft), None, Some(Nonconforming)),
            (reject(RejectReason::Research), None, Some(FactualDefect)),
            (reject(RejectReason::Contact), None, Some(FactualDefect)),
            (reject(RejectReason::NotNow), None, None),
            (reject(RejectReason::Account), None, None),
            (Decision::Snooze { until: 0 }, None, None),
            (Decision::Redraft { note: "shorter".into() }, None, Some(Nonconforming)),
        ] {
            assert_eq!(finding(&decision, grade.as_ref()), expected, "{decision:?}");
        }
    }
}
