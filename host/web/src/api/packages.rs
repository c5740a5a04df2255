//! Packages: the queue, a package in full, and the decisions about it.

use super::body::{JsonBody, JsonReply};
use super::headers::IdempotencyKey;
use super::query::{self, text};
use crate::actions::decide::decide_and_release;
use crate::actions::undo::undo_approval;
use crate::app_state::RequestState;
use crate::auth::CurrentUser;
use crate::error::WebError;
use crate::extract::{PathId, QueryFields};
use crate::operation::Parameter;
use baton_desk::autonomy::{SpotCheckVerdict, SpotCheckView};
use baton_desk::reviews::{AssigneeFilter, Assignment, QueueFilter, QueuePage};
use baton_facts::packages::Check;
use baton_facts::quality::Finding;
use baton_facts::types::{Message, Timestamp};
use baton_model::decision::{Decision, DecisionRequest, DecisionResult};
use baton_model::views::{AuditEntry, PackageView, Page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub(crate) const LIST_QUERY: &[Parameter] = &[
    query::CAMPAIGN,
    text("tier", "Only the tier with this name."),
    text("kind", "Only drafts that are based on a signal of this kind."),
    text("assignee", "A user's id, or `nobody` for packages without an assignee."),
    text("q", "Words: the beginnings of words in the account's name or domain, or whole words of the contact's name."),
    text("state", "One state or several, separated by commas: `queued`, `snoozed` and so on."),
    query::LIMIT,
    query::AFTER,
];

/// `GET /api/v1/packages`
pub(crate) async fn list(app: RequestState, query: QueryFields) -> Result<JsonReply<QueuePage>, WebError> {
    query::only(&query, LIST_QUERY)?;
    let named = |field| query.get(field).map(str::to_owned);
    let filter = QueueFilter {
        campaign: named("campaign"),
        states: query::states(&query)?,
        tier: named("tier"),
        signal_kind: named("kind"),
        assignee: match query.get("assignee") {
            None => AssigneeFilter::All,
            Some("nobody") => AssigneeFilter::Unassigned,
            Some(user) => AssigneeFilter::User(user.to_owned()),
        },
        search: named("q").unwrap_or_default(),
    };
    Ok(JsonReply(app.desk().queue(&filter, query.get("after"), query::limit(&query)?, app.now()).await?))
}

/// `GET /api/v1/packages/{id}`; the audit log records the view.
pub(crate) async fn one(app: RequestState, _by: CurrentUser, id: PathId) -> Result<JsonReply<PackageView>, WebError> {
    let now = app.now();
    let view = app.desk().package(&id.package(), now).await?;
    app.desk().record_package_view(&view, now).await?;
    Ok(JsonReply(view))
}

/// `GET /api/v1/packages/{id}/audit-log`
pub(crate) async fn audit_log(
    app: RequestState,
    id: PathId,
    query: QueryFields,
) -> Result<JsonReply<Page<AuditEntry>>, WebError> {
    query::only(&query, query::PAGING)?;
    let view = app.desk().package(&id.package(), app.now()).await?;
    Ok(JsonReply(app.desk().audit(Some(&view.id), query.get("after"), query::limit(&query)?).await?))
}

/// A decision about a package.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub(crate) struct DecisionBody {
    /// The digest of the package as it was shown.
    shown: String,
    /// Seconds that a user looked at the package. They count only for a token that acts for a user and was shown this
    /// digest, at most the time since then, and not twice for several packages.
    seconds: Option<u32>,
    /// An approved message is not sent before this time, and only within the recipient's sending window.
    not_before: Option<Timestamp>,
    decision: Decision,
}

/// `POST /api/v1/packages/{id}/decisions`
pub(crate) async fn decide(
    app: RequestState,
    by: CurrentUser,
    id: PathId,
    IdempotencyKey(key): IdempotencyKey,
    JsonBody(body): JsonBody<DecisionBody>,
) -> Result<JsonReply<DecisionResult>, WebError> {
    let now = app.now();
    let DecisionBody { shown, seconds, not_before, decision } = body;
    let decision = with_plain_lines(decision);
    let (key, package) = (own_key(&by, &key), id.package());
    let request = DecisionRequest { package, shown, key, seconds, bulk: false, not_before, decision };
    Ok(JsonReply(decide_and_release(&app, &request, now).await?))
}

/// Ends the lines of an edited text as the form does: a carriage return is not part of it.
fn with_plain_lines(decision: Decision) -> Decision {
    match decision {
        Decision::Edit { message, overruled, my_wording } => {
            Decision::Edit { message: Message { body: plain_lines(&message.body), ..message }, overruled, my_wording }
        }
        other => other,
    }
}

fn plain_lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// Prefixes a key with its program's name: programs choose their keys independently.
fn own_key(by: &CurrentUser, key: &str) -> String {
    format!("{}/{key}", by.program.as_ref().map_or("", |program| &program.name))
}

/// An approval to undo.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub(crate) struct UndoBody {
    /// The outbox entry that the approval made.
    outbox: String,
}

/// `POST /api/v1/packages/{id}/undo`: before it is sent, the package returns to the queue. Repeating it has no effect.
pub(crate) async fn undo(
    app: RequestState,
    by: CurrentUser,
    id: PathId,
    JsonBody(body): JsonBody<UndoBody>,
) -> Result<JsonReply<PackageView>, WebError> {
    undo_approval(&app, &by.who, &id.package(), &body.outbox).await?;
    Ok(JsonReply(app.desk().package(&id.package(), app.now()).await?))
}

/// The assignee of a package.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub(crate) struct AssignBody {
    /// A user's id, or null so that any user can decide.
    to: Option<String>,
}

/// `POST /api/v1/packages/{id}/assign`. Repeating it has no effect.
pub(crate) async fn assign(
    app: RequestState,
    _by: CurrentUser,
    id: PathId,
    JsonBody(body): JsonBody<AssignBody>,
) -> Result<JsonReply<Assignment>, WebError> {
    app.desk().assign(&id.package(), body.to.as_deref(), app.now()).await?;
    Ok(JsonReply(app.desk().assignment(&id.package()).await?))
}

/// A text to check.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub(crate) struct InspectBody {
    message: Message,
}

/// `POST /api/v1/packages/{id}/inspect`: the checks on a text. Changes nothing.
pub(crate) async fn inspect(
    app: RequestState,
    id: PathId,
    JsonBody(body): JsonBody<InspectBody>,
) -> Result<JsonReply<Vec<Check>>, WebError> {
    let message = Message { body: plain_lines(&body.message.body), ..body.message };
    let checks = app.desk().inspect(&id.package(), &message, app.now()).await?;
    Ok(JsonReply(Arc::unwrap_or_clone(checks)))
}

/// The verdict of a spot-check.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub(crate) struct VerdictBody {
    /// The digest of the package as it was shown.
    shown: String,
    /// Seconds that a user looked at the package; see `DecisionBody`.
    seconds: Option<u32>,
    finding: Finding,
    /// Required unless the finding is conforming.
    why: Option<String>,
}

/// `POST /api/v1/packages/{id}/verdict`
pub(crate) async fn verdict(
    app: RequestState,
    by: CurrentUser,
    id: PathId,
    IdempotencyKey(key): IdempotencyKey,
    JsonBody(body): JsonBody<VerdictBody>,
) -> Result<JsonReply<PackageView>, WebError> {
    let now = app.now();
    let VerdictBody { shown, seconds, finding, why } = body;
    let key = own_key(&by, &key);
    let verdict = SpotCheckVerdict { package: id.package(), shown, key, seconds, finding, why };
    app.desk().record_verdict(&verdict, now).await?;
    Ok(JsonReply(app.desk().package(&verdict.package, now).await?))
}

/// `GET /api/v1/checks`
pub(crate) async fn checks(app: RequestState, query: QueryFields) -> Result<JsonReply<Vec<SpotCheckView>>, WebError> {
    query::only(&query, &[])?;
    Ok(JsonReply(app.desk().checks().await?))
}
