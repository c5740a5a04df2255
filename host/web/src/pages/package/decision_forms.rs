//! The decision forms: approve, edit, reject, snooze, redraft. Each one holds the digest of what is shown, an idempotency
//! key, and the text typed before, so that a refused decision loses no text.

use super::checks::{CheckItem, CheckSummary};
use super::datetime_inputs::{SuggestedTime, send_times, snooze_times};
use super::diff::{TextChange, changes};
use crate::app_state::RequestState;
use crate::decision_form::{FormInput, PackageForm, PostedDecision};
use crate::extract::MAX_OVERRULED;
use crate::format::{count, datetime_input_value, editable};
use crate::view_timer::form_key;
use baton_facts::packages::{Check, Verdict};
use baton_facts::types::{Message, Timestamp};
use baton_model::decision::{Overruled, RejectReason};
use baton_model::views::{PackageView, RoutedPackage};
use baton_present::CheckTitles;
use std::sync::Arc;

/// The decision forms of one page view.
pub(super) struct DecisionForms {
    pub id: String,
    pub shown: String,
    pub key: String,
    pub begun: String,
    pub visible: String,
    pub seen: i64,
    pub within: String,
    pub checking: bool,
    /// It can still be sent.
    pub sendable: bool,
    /// It can still be snoozed.
    pub can_snooze: bool,
    pub approve: Vec<OverrideField>,
    pub edit: Edit,
    pub reasons: Vec<RejectOption>,
    pub note: String,
    pub rejecting: bool,
    /// Another draft can be requested.
    pub redraftable: bool,
    pub redrafting: bool,
    /// The time zone of the form fields.
    pub zone: &'static str,
    pub send_times: Vec<SuggestedTime>,
    pub scheduling: bool,
    /// The send time that was chosen before.
    pub leave: String,
    pub leave_at: String,
    /// The sending window, in the recipient's time zone.
    pub window: String,
    pub snooze: Vec<SuggestedTime>,
    pub snoozing: bool,
    pub at: String,
    pub at_least: String,
    pub at_most: String,
}

/// A failed check that the reviewer can override.
pub(super) struct OverrideField {
    pub line: CheckItem,
    pub ticked: bool,
    pub reason: String,
}

pub(super) struct Edit {
    pub open: bool,
    pub subject: String,
    pub body: String,
    /// The original draft, to restore it.
    pub drafted: (String, String),
    /// Number of invisible characters that were removed from the field.
    pub hidden: Option<String>,
    pub my_wording: bool,
    pub checked: Option<CheckedText>,
}

/// The checks on an edited text, and its differences from the draft.
pub(super) struct CheckedText {
    pub checks: CheckSummary,
    pub overruling: Vec<OverrideField>,
    /// Differences from the draft; empty if the texts are equal.
    pub changes: Vec<TextChange>,
    /// Why the package can no longer be decided.
    pub late: Option<String>,
}

impl CheckedText {
    pub fn new(
        draft: &Message,
        edited: &Message,
        checks: &[Check],
        overruled: &[Overruled],
        titles: &CheckTitles,
    ) -> Self {
        let (overruling, changes) = (overruling(checks, overruled, titles), changes(draft, edited));
        Self { checks: CheckSummary::new(checks, titles), overruling, changes, late: None }
    }
}

pub(super) struct RejectOption {
    pub name: &'static str,
    pub label: &'static str,
    pub chosen: bool,
}

impl DecisionForms {
    pub fn new(
        app: &RequestState,
        view: &PackageView,
        content: &RoutedPackage,
        checks: &[Check],
        retyped: Option<Arc<Vec<Check>>>,
        (form, seen): (&PackageForm, i64),
        now: Timestamp,
    ) -> Self {
        let sending = &app.sending;
        let zone = sending.time_zone;
        let draft = &content.package.draft.message;
        let (state, input) = (&form.state, &form.input);
        let known = app.view_timer.seconds(&view.id, &state.begun).is_some();
        let decision = match input {
            FormInput::Decision(decision) => Some(decision),
            FormInput::None | FormInput::Verdict(_) => None,
        };
        let approved: &[Overruled] = match decision {
            Some(PostedDecision::Approve { overruled, .. }) => overruled,
            _ => &[],
        };
        let typed = form.edit();
        let send = match decision {
            Some(PostedDecision::Approve { send, .. }) => Some(send),
            _ => typed.map(|typed| &typed.send),
        };
        let reason = match decision {
            Some(PostedDecision::Reject { reason, .. }) => *reason,
            _ => None,
        };
        let until = match decision {
            Some(PostedDecision::Snooze { until }) => Some(until),
            _ => None,
        };
        let edited = form.message(&draft.to);
        let text = edited.as_ref().unwrap_or(draft);
        let ((subject, some), (body, more)) = (editable(&text.subject), editable(&text.body));
        let edit = Edit {
            open: typed.is_some(),
            subject,
            body,
            drafted: (editable(&draft.subject).0, editable(&draft.body).0),
            hidden: (some + more > 0).then(|| count(some + more, "hidden character")),
            my_wording: typed.is_some_and(|typed| typed.my_wording),
            checked: edited.as_ref().zip(retyped).map(|(edited, checks)| {
                let overruled = typed.map_or(&[][..], |typed| &typed.overruled);
                CheckedText::new(draft, edited, &checks, overruled, &app.check_titles)
            }),
        };
        let sendable = view.deadline > now && view.suppression.is_none() && view.paused.is_none();
        Self {
            id: view.id.0.clone(),
            shown: view.digest.clone(),
            key: form_key(),
            begun: if known { state.begun.clone() } else { app.view_timer.start(&view.id) },
            visible: if known { state.visible.clone() } else { String::new() },
            seen,
            within: state.within.clone().unwrap_or_default(),
            checking: state.checking,
            redraftable: sendable && app.redrafting.is_some(),
            redrafting: matches!(decision, Some(PostedDecision::Redraft { .. })),
            zone: zone.name(),
            send_times: send_times(&content.package, view.deadline, sending, now),
            scheduling: typed.is_none() && send.is_some_and(|send| !send.is_empty()),
            leave: send.map_or_else(String::new, |send| send.chosen().to_owned()),
            leave_at: send.map_or_else(String::new, |send| send.typed.clone()),
            window: sending.window.to_string(),
            sendable,
            can_snooze: view.deadline > now && view.suppression.is_none(),
            approve: overruling(checks, approved, &app.check_titles),
            edit,
            reasons: RejectReason::ALL
                .into_iter()
                .map(|known| RejectOption {
                    name: known.name(),
                    label: crate::format::reject_reason_label(known),
                    chosen: reason == Some(known),
                })
                .collect(),
            note: editable(form.note()).0,
            rejecting: matches!(decision, Some(PostedDecision::Reject { .. })),
            snooze: snooze_times(now, view.deadline, zone),
            snoozing: until.is_some(),
            at: until.map_or_else(String::new, |until| until.typed.clone()),
            at_least: datetime_input_value(now.saturating_add(60), zone),
            at_most: datetime_input_value(view.deadline.saturating_sub(60), zone),
        }
    }
}

fn overruling(checks: &[Check], overruled: &[Overruled], titles: &CheckTitles) -> Vec<OverrideField> {
    let failed = checks.iter().filter(|check| check.verdict == Verdict::Fail);
    let line = |check: &Check| super::checks::lines(std::slice::from_ref(check), 1, titles).pop();
    failed
        .take(MAX_OVERRULED)
        .filter_map(|check| {
            let before = overruled.iter().find(|over| over.check == check.name);
            Some(OverrideField {
                // The submitted value is compared with the unescaped name of the check.
                line: CheckItem { name: check.name.clone(), ..line(check)? },
                ticked: before.is_some(),
                reason: before.map(|over| editable(&over.reason).0).unwrap_or_default(),
            })
        })
        .collect()
}
