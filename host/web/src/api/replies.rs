//! Replies of prospects, and takeovers by users.

use super::body::JsonReply;
use super::query;
use crate::app_state::RequestState;
use crate::auth::CurrentUser;
use crate::error::WebError;
use crate::extract::{PathId, QueryFields};
use crate::operation::{Parameter, ParameterKind};
use baton_desk::replies::ReplyView;
use baton_model::views::Page;

const TAKEN: Parameter =
    Parameter { name: "taken", kind: ParameterKind::Boolean, description: "`true` for those taken over." };

pub(crate) const LIST_QUERY: &[Parameter] = &[TAKEN, query::LIMIT, query::AFTER];

/// `GET /api/v1/replies`
pub(crate) async fn list(app: RequestState, query: QueryFields) -> Result<JsonReply<Page<ReplyView>>, WebError> {
    query::only(&query, LIST_QUERY)?;
    let (taken, limit) = (query::boolean(&query, TAKEN.name)?, query::limit(&query)?);
    Ok(JsonReply(app.desk().replies(taken, query.get("after"), limit).await?))
}

/// `POST /api/v1/replies/{id}/take`
pub(crate) async fn take(app: RequestState, _by: CurrentUser, id: PathId) -> Result<JsonReply<ReplyView>, WebError> {
    Ok(JsonReply(app.desk().take_over(&id.0, app.now()).await?))
}

/// `POST /api/v1/replies/{id}/not-yet`
pub(crate) async fn not_yet(app: RequestState, _by: CurrentUser, id: PathId) -> Result<JsonReply<ReplyView>, WebError> {
    Ok(JsonReply(app.desk().undo_take_over(&id.0, app.now()).await?))
}
