//! Bulk actions on packages of the queue: approve, reject, snooze or assign each one, with a result for each.
//!
//! Each decision is bound to the digest of its row and to a key of its own, so repeating a request has no effect. A
//! refusal of one package does not stop the others. Bulk decisions do not count as evidence of quality: nobody reads a
//! draft on its own.

use super::decide::decide_and_release;
use crate::app_state::RequestState;
use crate::auth::CurrentUser;
use crate::decision_form::{DateTimeChoice, reject_reason};
use crate::error::{WebError, sentence};
use crate::extract::{FormFields, PathId};
use crate::format::{in_zone, line, reject_reason_label};
use crate::pages::bulk_results::{BulkResult, page};
use crate::pages::queue::{QueueQuery, team};
use axum::response::{IntoResponse as _, Redirect, Response};
use baton_desk::DeskError;
use baton_facts::types::Timestamp;
use baton_model::PackageId;
use baton_model::decision::{Decision, DecisionRequest, DecisionResult};
use baton_model::package_state::PackageState as Life;

/// Packages per form: a page of the queue has fewer.
const MAX_PACKAGES: usize = 100;

/// The action on each package.
enum BulkAction {
    Decide(Decision),
    /// `None` removes the assignee.
    Assign(Option<Assignee>),
}

struct Assignee {
    id: String,
    name: String,
}

/// `POST /several`
pub(crate) async fn act(app: RequestState, by: CurrentUser, fields: FormFields) -> Result<Response, WebError> {
    let now = app.now();
    let action = BulkAction::parse(&app, &by, &fields).await?;
    let selected: Vec<_> = fields.all("tick").filter_map(parse_selected).take(MAX_PACKAGES).collect();
    if selected.is_empty() {
        return Err(refused("no package is selected", "go back and select some"));
    }
    let mut results = Vec::with_capacity(selected.len());
    for (package, shown) in &selected {
        results.push(match &action {
            BulkAction::Decide(decision) => {
                let request = DecisionRequest {
                    package: package.clone(),
                    shown: shown.clone(),
                    key: format!("{}-{package}", fields.text("key")),
                    seconds: None,
                    bulk: true,
                    not_before: None,
                    decision: decision.clone(),
                };
                let answer = decide_and_release(&app, &request, now).await;
                decision_result(&app, package, decision, answer, now).await
            }
            BulkAction::Assign(to) => {
                let user = to.as_ref().map(|user| user.id.as_str());
                let answer = app.desk().assign(package, user, now).await;
                let what = match to {
                    Some(user) => format!("Assigned to {}", user.name),
                    None => "Unassigned: any user can decide".to_owned(),
                };
                result(&app, package, answer.map(|()| (what, None)), now).await
            }
        });
    }
    let approved = matches!(&action, BulkAction::Decide(Decision::Approve { .. }));
    let back = QueueQuery::within(Some(fields.text("back"))).href("/", &[]);
    page(&app, &by, results, back, approved, now).await
}

/// `POST /packages/{id}/assign`
pub(crate) async fn assign(
    app: RequestState,
    _by: CurrentUser,
    id: PathId,
    fields: FormFields,
) -> Result<Response, WebError> {
    let to = Some(fields.text("to")).filter(|to| !to.is_empty());
    app.desk().assign(&id.package(), to, app.now()).await?;
    Ok(Redirect::to(&format!("/packages/{}", id.0)).into_response())
}

fn refused(what: &str, hint: &str) -> WebError {
    WebError::invalid(format!("Nothing was done: {what}")).hint(hint)
}

impl BulkAction {
    /// Parses the action that the form names.
    ///
    /// # Errors
    /// [`WebError`] if the action is unknown or missing, or lacks a field.
    async fn parse(app: &RequestState, by: &CurrentUser, fields: &FormFields) -> Result<Self, WebError> {
        Ok(match fields.text("do") {
            "approve" => Self::Decide(Decision::Approve { overruled: Vec::new() }),
            "reject" => {
                let reason = reject_reason(fields);
                let reason = reason.ok_or_else(|| refused("a rejection needs a reason", "go back and choose one"))?;
                Self::Decide(Decision::Reject { reason, note: String::new() })
            }
            "snooze" => {
                let until = DateTimeChoice::new(fields, "until", "at").read(app.sending.time_zone);
                let until =
                    until.ok_or_else(|| refused("the snooze time is not a date and time", "go back and choose one"))?;
                Self::Decide(Decision::Snooze { until })
            }
            "assign" => match fields.text("to") {
                "" => Self::Assign(None),
                user => {
                    let team = team(app, by).await?;
                    let member = team.get(user).filter(|member| member.may);
                    let member = member.ok_or_else(|| refused("there is no such user to assign to", "go back"))?;
                    Self::Assign(Some(Assignee { id: user.to_owned(), name: member.name.clone() }))
                }
            },
            _ => return Err(refused("the form does not say what to do", "go back and press one of the buttons")),
        })
    }
}

/// Parses `ID:DIGEST`. Returns `None` for anything else.
fn parse_selected(text: &str) -> Option<(PackageId, String)> {
    let (id, digest) = text.split_once(':')?;
    let sound = |text: &str, longest| {
        (1..=longest).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    (sound(id, 64) && sound(digest, 128)).then(|| (PackageId::from(id), digest.to_owned()))
}

/// The result of a decision, with what the release made of an approved message.
async fn decision_result(
    app: &RequestState,
    package: &PackageId,
    decision: &Decision,
    answer: Result<DecisionResult, DeskError>,
    now: Timestamp,
) -> BulkResult {
    let done = match answer {
        Ok(decided) => decided,
        Err(error) => return result(app, package, Err(error), now).await,
    };
    let mut undo_entry = None;
    let mut what = match decision {
        Decision::Reject { reason, .. } => format!("Rejected: {}", reject_reason_label(*reason).to_lowercase()),
        Decision::Snooze { until } => format!("Snoozed until {}", in_zone(*until, app.sending.time_zone)),
        // Not offered as a bulk action.
        Decision::Redraft { .. } => "Requested another draft".to_owned(),
        Decision::Approve { .. } | Decision::Edit { .. } => "Approved: it is in the outbox".to_owned(),
    };
    if let Some(planted) = &done.seeded_defect {
        what = format!("Seeded defect: {}", crate::format::seeded_defect_label(planted));
    }
    let mut good = true;
    if let Some(outbox) = &done.outbox {
        match app.desk().entry(outbox).await.ok().map(|entry| (entry.state, entry.why)) {
            Some((Life::Failed, why)) => {
                good = false;
                let why = why.open().flatten().map_or_else(String::new, |why| format!(": {}", line(&why)));
                what = format!("Not sent{why}");
            }
            _ => undo_entry = Some(outbox.clone()),
        }
    }
    BulkResult { good, ..result(app, package, Ok((what, undo_entry)), now).await }
}

async fn result(
    app: &RequestState,
    package: &PackageId,
    answer: Result<(String, Option<String>), DeskError>,
    now: Timestamp,
) -> BulkResult {
    let view = app.desk().package(package, now).await.ok();
    let person = view.map_or_else(
        || format!("Package {package}"),
        |view| match view.content.as_ref().open() {
            Some(content) => {
                let contact = &content.package.contact;
                let name = line(&baton_model::full_name(contact));
                format!("{name} at {}", line(&view.account_name))
            }
            None => line(&view.account_name),
        },
    );
    let href = format!("/packages/{package}");
    match answer {
        Ok((what, undo_entry)) => BulkResult { person, href, good: true, what, hint: None, undo_entry },
        Err(DeskError::Refused(refusal)) => {
            let (what, hint) = (sentence(&refusal), Some(refusal.hint().to_owned()));
            BulkResult { person, href, good: false, what: format!("Nothing was done. {what}"), hint, undo_entry: None }
        }
        Err(error) => {
            let error = WebError::from(error);
            BulkResult { person, href, good: false, what: error.what, hint: Some(error.hint), undo_entry: None }
        }
    }
}
