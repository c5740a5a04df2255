//! The outbox, and stopping and resuming all sending.

use super::body::{JsonBody, JsonReply};
use super::query;
use crate::actions::outbox::withdraw_entry;
use crate::actions::sending::{resume_sending, stop_sending};
use crate::app_state::RequestState;
use crate::auth::CurrentUser;
use crate::error::WebError;
use crate::extract::{PathId, QueryFields};
use baton_facts::types::Timestamp;
use baton_model::delivery::ManualStop;
use baton_model::views::{OutboxView, Page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `GET /api/v1/outbox`
pub(crate) async fn list(app: RequestState, query: QueryFields) -> Result<JsonReply<Page<OutboxView>>, WebError> {
    query::only(&query, query::PAGING)?;
    Ok(JsonReply(app.desk().outbox(query.get("after"), query::limit(&query)?).await?))
}

/// `GET /api/v1/outbox/{id}`; the audit log records the view.
pub(crate) async fn one(app: RequestState, _by: CurrentUser, id: PathId) -> Result<JsonReply<OutboxView>, WebError> {
    let entry = app.desk().entry(&id.0).await?;
    app.desk().record_view(&entry.package, "its message", app.now()).await?;
    Ok(JsonReply(entry))
}

/// `POST /api/v1/outbox/{id}/withdraw`. Repeating it has no effect.
pub(crate) async fn withdraw(
    app: RequestState,
    by: CurrentUser,
    id: PathId,
) -> Result<JsonReply<OutboxView>, WebError> {
    withdraw_entry(&app, &by, &id).await?;
    Ok(JsonReply(app.desk().entry(&id.0).await?))
}

/// Whether sending is stopped.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct SendingStatus {
    /// The stop, or null while messages are sent.
    stopped: Option<SendingStop>,
}

/// A stop of all sending.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct SendingStop {
    who: String,
    at: Timestamp,
    why: String,
}

/// A reason for the audit log.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub(crate) struct ReasonBody {
    /// The reason in the user's words.
    pub why: String,
}

/// `GET /api/v1/sending`
pub(crate) async fn sending(app: RequestState) -> Result<JsonReply<SendingStatus>, WebError> {
    status(&app).await
}

/// `POST /api/v1/sending/stop`
pub(crate) async fn stop(
    app: RequestState,
    by: CurrentUser,
    JsonBody(body): JsonBody<ReasonBody>,
) -> Result<JsonReply<SendingStatus>, WebError> {
    stop_sending(&app, &by, &body.why).await?;
    status(&app).await
}

/// `POST /api/v1/sending/resume`
pub(crate) async fn resume(app: RequestState, by: CurrentUser) -> Result<JsonReply<SendingStatus>, WebError> {
    resume_sending(&app, &by).await?;
    status(&app).await
}

async fn status(app: &RequestState) -> Result<JsonReply<SendingStatus>, WebError> {
    let stopped = app.desk().sending_stop().await?.map(|ManualStop { who, at, why }| SendingStop { who, at, why });
    Ok(JsonReply(SendingStatus { stopped }))
}
