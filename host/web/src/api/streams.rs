//! Streams with their evidence, stopping and resuming them, and the calibration of drafts.

use super::body::{JsonBody, JsonReply};
use super::outbox::ReasonBody;
use super::query;
use crate::app_state::RequestState;
use crate::auth::CurrentUser;
use crate::error::WebError;
use crate::extract::{PathId, QueryFields};
use crate::operation::Parameter;
use baton_desk::autonomy::{EvidenceView, StreamDetail, StreamView};
use baton_model::views::Page;
use baton_quality::calibration::Calibration;

pub(crate) const CAMPAIGN_QUERY: &[Parameter] = &[query::CAMPAIGN];

/// `GET /api/v1/streams`
pub(crate) async fn list(app: RequestState, query: QueryFields) -> Result<JsonReply<Vec<StreamView>>, WebError> {
    query::only(&query, CAMPAIGN_QUERY)?;
    Ok(JsonReply(app.desk().quality(query.get("campaign"), app.now()).await?))
}

/// `GET /api/v1/streams/{id}`
pub(crate) async fn one(app: RequestState, id: PathId) -> Result<JsonReply<StreamDetail>, WebError> {
    detail(&app, id.stream()?).await
}

/// `GET /api/v1/streams/{id}/evidence`, newest first.
pub(crate) async fn evidence(
    app: RequestState,
    id: PathId,
    query: QueryFields,
) -> Result<JsonReply<Page<EvidenceView>>, WebError> {
    query::only(&query, query::PAGING)?;
    let (stream, limit) = (id.stream()?, query::limit(&query)?);
    Ok(JsonReply(app.desk().latest_evidence(stream, query.get("after"), limit).await?))
}

/// `POST /api/v1/streams/{id}/stop`
pub(crate) async fn stop(
    app: RequestState,
    _by: CurrentUser,
    id: PathId,
    JsonBody(body): JsonBody<ReasonBody>,
) -> Result<JsonReply<StreamDetail>, WebError> {
    let stream = id.stream()?;
    app.desk().stop_stream(stream, &body.why, app.now()).await?;
    detail(&app, stream).await
}

/// `POST /api/v1/streams/{id}/resume`
pub(crate) async fn resume(
    app: RequestState,
    _by: CurrentUser,
    id: PathId,
    JsonBody(body): JsonBody<ReasonBody>,
) -> Result<JsonReply<StreamDetail>, WebError> {
    let stream = id.stream()?;
    app.desk().resume_stream(stream, &body.why, app.now()).await?;
    detail(&app, stream).await
}

async fn detail(app: &RequestState, stream: i64) -> Result<JsonReply<StreamDetail>, WebError> {
    Ok(JsonReply(app.desk().stream(stream, app.now()).await?))
}

/// `GET /api/v1/calibration`
pub(crate) async fn calibration(
    app: RequestState,
    query: QueryFields,
) -> Result<JsonReply<Vec<Calibration>>, WebError> {
    query::only(&query, CAMPAIGN_QUERY)?;
    Ok(JsonReply(app.desk().calibration(query.get("campaign"), None, 0).await?))
}
