//! Streams: what each one's evidence allows, and a standing set by hand; and what people make of the drafts.

use super::body::{Given, Said};
use super::outbox::Why;
use super::query;
use crate::door::By;
use crate::form::{Asked, Id};
use crate::site::{Shared, Web};
use crate::trouble::Trouble;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};

/// `GET /api/v1/streams`
pub(crate) async fn list(State(web): State<Web>, asked: Asked) -> Result<Response, Trouble> {
    query::only(&asked, &["campaign"])?;
    Ok(Said(web.desk().quality(asked.get("campaign"), web.now()).await?).into_response())
}

/// `GET /api/v1/streams/{id}`
pub(crate) async fn one(State(web): State<Web>, id: Id) -> Result<Response, Trouble> {
    said(&web, id.stream()?).await
}

/// `GET /api/v1/streams/{id}/evidence`, latest first.
pub(crate) async fn evidence(State(web): State<Web>, id: Id, asked: Asked) -> Result<Response, Trouble> {
    query::only(&asked, &["limit", "after"])?;
    let page = web.desk().latest_evidence(id.stream()?, asked.get("after"), query::limit(&asked)?).await?;
    Ok(Said(page).into_response())
}

/// `POST /api/v1/streams/{id}/stop`
pub(crate) async fn stop(
    State(web): State<Web>,
    by: By,
    id: Id,
    Given(given): Given<Why>,
) -> Result<Response, Trouble> {
    let stream = id.stream()?;
    web.desk().stop_stream(&by.who, stream, &given.why, web.now()).await?;
    said(&web, stream).await
}

/// `POST /api/v1/streams/{id}/resume`
pub(crate) async fn resume(
    State(web): State<Web>,
    by: By,
    id: Id,
    Given(given): Given<Why>,
) -> Result<Response, Trouble> {
    let stream = id.stream()?;
    web.desk().resume_stream(&by.who, stream, &given.why, web.now()).await?;
    said(&web, stream).await
}

async fn said(web: &Shared, stream: i64) -> Result<Response, Trouble> {
    Ok(Said(web.desk().stream(stream, web.now()).await?).into_response())
}

/// `GET /api/v1/calibration`
pub(crate) async fn calibration(State(web): State<Web>, asked: Asked) -> Result<Response, Trouble> {
    query::only(&asked, &["campaign"])?;
    Ok(Said(web.desk().calibration(asked.get("campaign"), None, 0).await?).into_response())
}
