//! Packages: what waits, one of them whole, and what is decided about it.

use super::body::{Given, Said};
use super::key::Key;
use super::query;
use crate::actions::decide::let_go;
use crate::door::By;
use crate::form::{Asked, Id};
use crate::site::Web;
use crate::trouble::Trouble;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use baton_desk::desk::{Decision, QueueFilter, Request, Verdict};
use baton_facts::quality::Finding;
use baton_facts::types::Message;
use serde::{Deserialize, Serialize};

/// `GET /api/v1/packages`
pub(crate) async fn list(State(web): State<Web>, asked: Asked) -> Result<Response, Trouble> {
    query::only(&asked, &["campaign", "state", "limit", "after"])?;
    let filter = QueueFilter { campaign: asked.get("campaign").map(str::to_owned), states: query::states(&asked)? };
    let page = web.desk().queue(&filter, asked.get("after"), query::limit(&asked)?, web.now()).await?;
    Ok(Said(page).into_response())
}

/// `GET /api/v1/packages/{id}`; that it was shown is noted in the trail.
pub(crate) async fn one(State(web): State<Web>, by: By, id: Id) -> Result<Response, Trouble> {
    let now = web.now();
    let view = web.desk().package(&id.package(), now).await?;
    let digest = view.digest.get(..8).unwrap_or(&view.digest);
    web.desk().viewed(&by.who, &view.id, &format!("digest {digest}"), now).await?;
    Ok(Said(view).into_response())
}

/// `GET /api/v1/packages/{id}/trail`
pub(crate) async fn trail(State(web): State<Web>, id: Id, asked: Asked) -> Result<Response, Trouble> {
    query::only(&asked, &["limit", "after"])?;
    let view = web.desk().package(&id.package(), web.now()).await?;
    let page = web.desk().audit(Some(&view.id), asked.get("after"), query::limit(&asked)?).await?;
    Ok(Said(page).into_response())
}

/// What is decided.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Deciding {
    /// The digest of what was shown.
    shown: String,
    /// How long a person looked.
    seconds: Option<u32>,
    decision: Decision,
}

/// `POST /api/v1/packages/{id}/decisions`
pub(crate) async fn decide(
    State(web): State<Web>,
    by: By,
    id: Id,
    Key(key): Key,
    Given(given): Given<Deciding>,
) -> Result<Response, Trouble> {
    let now = web.now();
    let Deciding { shown, seconds, decision } = given;
    let request = Request { who: by.who, package: id.package(), shown, key, seconds, bulk: false, decision };
    let decided = web.desk().decide(&request, now).await?;
    let_go(&web, &decided, now).await;
    Ok(Said(decided).into_response())
}

/// A text to look at.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Inspecting {
    message: Message,
}

/// `POST /api/v1/packages/{id}/inspect`: the checks on a text. Changes nothing.
pub(crate) async fn inspect(
    State(web): State<Web>,
    id: Id,
    Given(given): Given<Inspecting>,
) -> Result<Response, Trouble> {
    let checks = web.desk().inspect(&id.package(), &given.message, web.now()).await?;
    Ok(Said(checks.as_ref()).into_response())
}

/// What a spot-check found.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Found {
    shown: String,
    seconds: Option<u32>,
    finding: Finding,
    why: Option<String>,
}

/// `POST /api/v1/packages/{id}/verdict`; answers with the package as it is then.
pub(crate) async fn verdict(
    State(web): State<Web>,
    by: By,
    id: Id,
    Key(key): Key,
    Given(given): Given<Found>,
) -> Result<Response, Trouble> {
    let now = web.now();
    let Found { shown, seconds, finding, why } = given;
    let verdict = Verdict { who: by.who, package: id.package(), shown, key, seconds, finding, why };
    web.desk().verdict(&verdict, now).await?;
    Ok(Said(web.desk().package(&verdict.package, now).await?).into_response())
}

/// `GET /api/v1/checks`
pub(crate) async fn checks(State(web): State<Web>, asked: Asked) -> Result<Response, Trouble> {
    query::only(&asked, &[])?;
    Ok(Said(web.desk().checks().await?).into_response())
}
