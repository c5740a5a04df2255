//! Streams with their evidence, stopping and resuming them, and the calibration of drafts.

use super::body::{JsonBody, JsonReply};
use super::openapi::Parameter;
use super::outbox::ReasonBody;
use super::query;
use crate::app_state::AppState;
use crate::auth::CurrentUser;
use crate::error::WebError;
use crate::extract::{PathId, QueryFields};
use axum::extract::State;
use baton_desk::autonomy::{EvidenceView, StreamDetail, StreamView};
use baton_model::views::Page;
use baton_quality::calibration::Calibration;
use std::sync::Arc;

pub(crate) const CAMPAIGN_QUERY: &[Parameter] = &[query::CAMPAIGN];

/// `GET /api/v1/streams`
pub(crate) async fn list(
    State(app): State<Arc<AppState>>,
    query: QueryFields,
) -> Result<JsonReply<Vec<StreamView>>, WebError> {
    query::only(&query, CAMPAIGN_QUERY)?;
    Ok(JsonReply(app.desk().quality(query.get("campaign"), app.now()).await?))
}

/// `GET /api/v1/streams/{id}`
pub(crate) async fn one(State(app): State<Arc<AppState>>, id: PathId) -> Result<JsonReply<StreamDetail>, WebError> {
    detail(&app, id.stream()?).await
}

/// `GET /api/v1/streams/{id}/evidence`, newest first.
pub(crate) async fn evidence(
    State(app): State<Arc<AppState>>,
    id: PathId,
    query: QueryFields,
) -> Result<JsonReply<Page<EvidenceView>>, WebError> {
    query::only(&query, query::PAGING)?;
    let (stream, limit) = (id.stream()?, query::limit(&query)?);
    Ok(JsonReply(app.desk().latest_evidence(stream, query.get("after"), limit).await?))
}

/// `POST /api/v1/streams/{id}/stop`
pub(crate) async fn stop(
    State(app): State<Arc<AppState>>,
    by: CurrentUser,
    id: PathId,
    JsonBody(body): JsonBody<ReasonBody>,
) -> Result<JsonReply<StreamDetail>, WebError> {
    let stream = id.stream()?;
    app.desk().stop_stream(&by.who, stream, &body.why, app.now()).await?;
    detail(&app, stream).await
}

/// `POST /api/v1/streams/{id}/resume`
pub(crate) async fn resume(
    State(app): State<Arc<AppState>>,
    by: CurrentUser,
    id: PathId,
    JsonBody(body): JsonBody<ReasonBody>,
) -> Result<JsonReply<StreamDetail>, WebError> {
    let stream = id.stream()?;
    app.desk().resume_stream(&by.who, stream, &body.why, app.now()).await?;
    detail(&app, stream).await
}

async fn detail(app: &AppState, stream: i64) -> Result<JsonReply<StreamDetail>, WebError> {
    Ok(JsonReply(app.desk().stream(stream, app.now()).await?))
}

/// `GET /api/v1/calibration`
pub(crate) async fn calibration(
    State(app): State<Arc<AppState>>,
    query: QueryFields,
) -> Result<JsonReply<Vec<Calibration>>, WebError> {
    query::only(&query, CAMPAIGN_QUERY)?;
    Ok(JsonReply(app.desk().calibration(query.get("campaign"), None, 0).await?))
}
