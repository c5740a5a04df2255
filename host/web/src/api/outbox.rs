//! What is on its way, or was, and the stop button over all of it.

use super::body::{Given, Said};
use super::query;
use crate::actions::outbox::wished;
use crate::door::By;
use crate::form::{Asked, Id};
use crate::site::{Shared, Web};
use crate::trouble::Trouble;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use baton_model::delivery::Stop;
use baton_model::package_state;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `GET /api/v1/outbox`
pub(crate) async fn list(State(web): State<Web>, asked: Asked) -> Result<Response, Trouble> {
    query::only(&asked, &["limit", "after"])?;
    let page = web.desk().outbox(asked.get("after"), query::limit(&asked)?).await?;
    Ok(Said(page).into_response())
}

/// `GET /api/v1/outbox/{id}`; that it was shown is noted in the trail.
pub(crate) async fn one(State(web): State<Web>, by: By, id: Id) -> Result<Response, Trouble> {
    let entry = web.desk().entry(&id.0).await?;
    web.desk().viewed(&by.who, &entry.package, "its message", web.now()).await?;
    Ok(Said(entry).into_response())
}

/// `POST /api/v1/outbox/{id}/withdraw`. Asking twice is one wish.
pub(crate) async fn withdraw(State(web): State<Web>, by: By, id: Id) -> Result<Response, Trouble> {
    let why = format!("{} took it back", by.who);
    let answer = web.desk().withdraw(&by.who, &id.0, &why, web.now()).await;
    wished(&web, &id, answer, package_state::State::Withdrawn).await?;
    Ok(Said(web.desk().entry(&id.0).await?).into_response())
}

/// Whether anything leaves.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Sending {
    /// Who stopped it; none where nobody did.
    stopped: Option<Stopped>,
}

/// Who stopped it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct Stopped {
    who: String,
    at: baton_facts::types::Timestamp,
    why: String,
}

/// Why it is done, for the trail.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub(crate) struct Why {
    /// In somebody's words.
    pub why: String,
}

/// `GET /api/v1/sending`
pub(crate) async fn sending(State(web): State<Web>) -> Result<Response, Trouble> {
    said(&web).await
}

/// `POST /api/v1/sending/stop`
pub(crate) async fn stop(State(web): State<Web>, by: By, Given(given): Given<Why>) -> Result<Response, Trouble> {
    let why: String = given.why.trim().chars().take(crate::actions::sending::LONGEST).collect();
    web.desk().stop_sending(&by.who, &why, web.now()).await?;
    said(&web).await
}

/// `POST /api/v1/sending/resume`
pub(crate) async fn resume(State(web): State<Web>, by: By) -> Result<Response, Trouble> {
    web.desk().resume_sending(&by.who, web.now()).await?;
    web.site.wake.notify_one();
    said(&web).await
}

async fn said(web: &Shared) -> Result<Response, Trouble> {
    let stopped = web.desk().stopped().await?.map(|Stop { who, at, why }| Stopped { who, at, why });
    Ok(Said(Sending { stopped }).into_response())
}
