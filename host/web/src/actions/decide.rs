//! Decisions about a package, and checks on an edited text.
//!
//! The desk accepts or refuses a decision. A refused one shows the package as it is now, with everything the user typed.

use crate::app_state::RequestState;
use crate::auth::CurrentUser;
use crate::decision_form::{DecisionForm, FormInput, PackageForm, PageState, PostedDecision};
use crate::error::WebError;
use crate::extract::{FormFields, PathId, with_query};
use crate::pages::package;
use crate::pages::queue::QueueQuery;
use axum::response::{IntoResponse as _, Redirect, Response};
use baton_desk::{DeskError, Refusal};
use baton_facts::types::Timestamp;
use baton_model::Zone;
use baton_model::decision::{Decision, DecisionRequest, DecisionResult};
use baton_model::{Erasable, PackageId};

/// `POST /packages/{id}/check`: the checks on an edited text. Changes nothing.
pub(crate) async fn check(
    app: RequestState,
    by: CurrentUser,
    id: PathId,
    fields: FormFields,
) -> Result<Response, WebError> {
    let mut form = PackageForm::text(&fields);
    if fields.get("restore").is_some()
        && let FormInput::Decision(PostedDecision::Edit(edit)) = &mut form.input
    {
        edit.restore();
    }
    package::again(&app, &by, &id.package(), form, None, app.now()).await
}

/// `POST /packages/{id}/approve`, and likewise `edit`, `reject`, `snooze` and `redraft`.
pub(crate) async fn decide(
    app: RequestState,
    by: CurrentUser,
    id: PathId,
    form: DecisionForm,
) -> Result<Response, WebError> {
    let (id, now) = (id.package(), app.now());
    match decide_form(&app, &id, &form, now).await {
        Ok(decided) => Ok(next_package(&app, &by, &decided, &form.state, now).await),
        Err(DeskError::Refused(refusal)) => package::again(&app, &by, &id, form.into(), Some(&refusal), now).await,
        Err(error) => Err(error.into()),
    }
}

/// Makes the decision of a form, of the page or of the panel.
///
/// # Errors
/// [`DeskError`] if the form lacks a field, the desk refuses the decision, or the store fails.
pub(super) async fn decide_form(
    app: &RequestState,
    package: &PackageId,
    form: &DecisionForm,
    now: Timestamp,
) -> Result<DecisionResult, DeskError> {
    let (decision, not_before) = requested(app, package, &form.decision).await?;
    let request = DecisionRequest {
        package: package.clone(),
        shown: form.state.shown.clone(),
        key: form.state.key.clone(),
        seconds: form.state.seconds(&app.view_timer, package),
        // A form is about one package.
        bulk: false,
        not_before,
        decision,
    };
    decide_and_release(app, &request, now).await
}

/// Makes the decision, releases the message it approves, and wakes the outbox worker.
///
/// # Errors
/// [`DeskError`] if the desk refuses the decision, no drafter is available, or the store fails.
pub(crate) async fn decide_and_release(
    app: &RequestState,
    request: &DecisionRequest,
    now: Timestamp,
) -> Result<DecisionResult, DeskError> {
    match (&request.decision, &app.redrafting) {
        // Another draft approves no message.
        (Decision::Redraft { .. }, Some(redrafting)) => {
            let campaign = app.desk().package(&request.package, now).await?.campaign;
            redrafting.redraft(app.desk(), &campaign, request, now).await
        }
        (Decision::Redraft { .. }, None) => Err(Refusal::NoDraft("no drafter is available here".into()).into()),
        _ => Ok(app.desk().decide_and_release(request, now, || app.wake.notify_one()).await?.decided),
    }
}

/// Returns the decision that the desk is asked for, and the time before which an approved message is not sent.
async fn requested(
    app: &RequestState,
    package: &PackageId,
    posted: &PostedDecision,
) -> Result<(Decision, Option<Timestamp>), DeskError> {
    let invalid = |what: &str| Refusal::Invalid(what.to_owned());
    let zone = app.sending.time_zone;
    let scheduled = match posted {
        PostedDecision::Approve { send, .. } => Some(send),
        PostedDecision::Edit(edit) => Some(&edit.send),
        _ => None,
    };
    let decision = match posted {
        PostedDecision::Approve { overruled, .. } => Decision::Approve { overruled: overruled.clone() },
        PostedDecision::Edit(edit) => {
            let Erasable::Open(content) = app.desk().package(package, app.now()).await?.content else {
                return Err(Refusal::PersonErased.into());
            };
            // The form has no recipient: an edit changes only the text.
            let message = edit.message(&content.package.draft.message.to);
            let message = message.ok_or_else(|| invalid("the message needs a subject and a text"))?;
            Decision::Edit { message, overruled: edit.overruled.clone(), my_wording: edit.my_wording }
        }
        PostedDecision::Reject { reason, note } => {
            let reason = reason.ok_or_else(|| invalid("choose a reason for the rejection"))?;
            Decision::Reject { reason, note: note.trim().to_owned() }
        }
        PostedDecision::Snooze { until } => {
            Decision::Snooze { until: until.read(zone).ok_or_else(|| invalid_time("snooze", zone))? }
        }
        PostedDecision::Redraft { note } => Decision::Redraft { note: note.trim().to_owned() },
    };
    let not_before = match scheduled.filter(|send| !send.is_empty()) {
        Some(send) => Some(send.read(zone).ok_or_else(|| invalid_time("send", zone))?),
        None => None,
    };
    Ok((decision, not_before))
}

fn invalid_time(what: &str, zone: Zone) -> Refusal {
    Refusal::Invalid(format!(
        "the {what} time is not a date and time: write it as 2026-03-31T09:00, in {}",
        zone.name()
    ))
}

impl From<DecisionForm> for PackageForm {
    fn from(form: DecisionForm) -> Self {
        Self { state: form.state, input: FormInput::Decision(form.decision) }
    }
}

/// Goes on to the next package after a decision.
async fn next_package(
    app: &RequestState,
    by: &CurrentUser,
    decided: &DecisionResult,
    state: &PageState,
    now: Timestamp,
) -> Response {
    if state.checking {
        return super::verdict::next_check(app, &decided.package).await;
    }
    let (within, done) = (state.within.as_deref(), ("done", Some(decided.package.0.as_str())));
    let package = |id: &PackageId| with_query(&format!("/packages/{id}"), &[done, ("within", within)]);
    let narrow = QueueQuery::within(within);
    let path = match &decided.newer {
        Some(newer) => package(newer),
        None => {
            let next = app.desk().queue(&narrow.filter(by), None, 1, now).await.ok();
            match next.and_then(|mut page| page.rows.pop()) {
                Some(next) => package(&next.id),
                None => narrow.href("/", &[done]),
            }
        }
    };
    Redirect::to(&path).into_response()
}
