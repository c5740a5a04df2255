//! Stopping and resuming a stream by hand.

use crate::app_state::RequestState;
use crate::auth::CurrentUser;
use crate::error::WebError;
use crate::extract::{FormFields, PathId};
use crate::pages::quality;
use axum::response::{IntoResponse as _, Redirect, Response};
use baton_desk::{DeskError, Refusal};

/// `POST /quality/{id}/stop`
pub(crate) async fn stop(
    app: RequestState,
    by: CurrentUser,
    id: PathId,
    fields: FormFields,
) -> Result<Response, WebError> {
    let stream = id.stream()?;
    let answer = app.desk().stop_stream(stream, fields.text("why"), app.now()).await;
    respond(&app, &by, stream, &fields, answer).await
}

/// `POST /quality/{id}/resume`
pub(crate) async fn resume(
    app: RequestState,
    by: CurrentUser,
    id: PathId,
    fields: FormFields,
) -> Result<Response, WebError> {
    let stream = id.stream()?;
    let answer = app.desk().resume_stream(stream, fields.text("why"), app.now()).await;
    respond(&app, &by, stream, &fields, answer).await
}

async fn respond(
    app: &RequestState,
    by: &CurrentUser,
    stream: i64,
    fields: &FormFields,
    answer: Result<(), DeskError>,
) -> Result<Response, WebError> {
    match answer {
        Ok(()) => Ok(Redirect::to(&format!("/quality/{stream}")).into_response()),
        Err(DeskError::Refused(refusal @ Refusal::Invalid(_))) => {
            quality::again(app, by, stream, fields.text("why"), &refusal).await
        }
        Err(error) => Err(error.into()),
    }
}
