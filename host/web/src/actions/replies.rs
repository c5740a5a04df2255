//! Takeovers: a user takes over the relationship with a prospect who replied, or reverses that. Repeating has no effect.

use crate::app_state::RequestState;
use crate::auth::CurrentUser;
use crate::error::WebError;
use crate::extract::{FormFields, PathId, with_query};
use axum::response::{IntoResponse as _, Redirect, Response};

/// `POST /replies/{id}/take`
pub(crate) async fn take(app: RequestState, _by: CurrentUser, id: PathId, _: FormFields) -> Result<Response, WebError> {
    app.desk().take_over(&id.0, app.now()).await?;
    Ok(Redirect::to("/replies").into_response())
}

/// `POST /replies/{id}/not-yet`
pub(crate) async fn not_yet(
    app: RequestState,
    _by: CurrentUser,
    id: PathId,
    _: FormFields,
) -> Result<Response, WebError> {
    app.desk().undo_take_over(&id.0, app.now()).await?;
    Ok(Redirect::to(&with_query("/replies", &[("taken", Some("yes"))])).into_response())
}
