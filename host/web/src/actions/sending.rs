//! Stopping and resuming all sending.

use crate::app_state::RequestState;
use crate::auth::CurrentUser;
use crate::error::WebError;
use crate::extract::FormFields;
use axum::response::{IntoResponse as _, Redirect, Response};

/// The longest reason, in characters. A longer one is cut: a stop must never be refused.
const MAX_REASON: usize = 500;

/// `POST /sending/stop`
pub(crate) async fn stop(app: RequestState, by: CurrentUser, fields: FormFields) -> Result<Response, WebError> {
    stop_sending(&app, &by, fields.text("why")).await?;
    Ok(Redirect::to("/outbox").into_response())
}

/// `POST /sending/resume`
pub(crate) async fn resume(app: RequestState, by: CurrentUser, _: FormFields) -> Result<Response, WebError> {
    resume_sending(&app, &by).await?;
    Ok(Redirect::to("/outbox").into_response())
}

pub(crate) async fn stop_sending(app: &RequestState, _by: &CurrentUser, why: &str) -> Result<(), WebError> {
    let why: String = why.trim().chars().take(MAX_REASON).collect();
    Ok(app.desk().stop_sending(&why, app.now()).await?)
}

/// Resumes sending and wakes the outbox worker.
pub(crate) async fn resume_sending(app: &RequestState, _by: &CurrentUser) -> Result<(), WebError> {
    app.desk().resume_sending(app.now()).await?;
    app.wake.notify_one();
    Ok(())
}
