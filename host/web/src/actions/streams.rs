//! A standing set by hand: a person stops a stream, or lifts a stop.

use crate::door::By;
use crate::form::{Id, Posted};
use crate::pages::quality;
use crate::site::{Shared, Web};
use crate::trouble::Trouble;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use baton_desk::{DeskError, Refusal};

/// `POST /quality/{id}/stop`
pub(crate) async fn stop(State(web): State<Web>, by: By, id: Id, posted: Posted) -> Result<Response, Trouble> {
    let stream = id.stream()?;
    let answer = web.desk().stop_stream(&by.who, stream, posted.text("why"), web.now()).await;
    answered(&web, &by, stream, &posted, answer).await
}

/// `POST /quality/{id}/resume`
pub(crate) async fn resume(State(web): State<Web>, by: By, id: Id, posted: Posted) -> Result<Response, Trouble> {
    let stream = id.stream()?;
    let answer = web.desk().resume_stream(&by.who, stream, posted.text("why"), web.now()).await;
    answered(&web, &by, stream, &posted, answer).await
}

async fn answered(
    web: &Shared,
    by: &By,
    stream: i64,
    posted: &Posted,
    answer: Result<(), DeskError>,
) -> Result<Response, Trouble> {
    match answer {
        Ok(()) => Ok(Redirect::to(&format!("/quality/{stream}")).into_response()),
        Err(DeskError::Refused(refusal @ Refusal::Invalid(_))) => {
            quality::again(web, by, stream, posted.text("why"), &refusal).await
        }
        Err(error) => Err(error.into()),
    }
}
