//! Packages: what waits, one of them whole, and what is decided about it.

use super::body::{Given, Said};
use super::key::Key;
use super::query;
use crate::actions::decide::made;
use crate::actions::undo::take_back;
use crate::door::By;
use crate::form::{Asked, Id};
use crate::site::Web;
use crate::trouble::Trouble;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use baton_desk::desk::{QueueFilter, Verdict, Whose};
use baton_facts::quality::Finding;
use baton_facts::types::{Message, Timestamp};
use baton_model::decision::{Decision, Request};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `GET /api/v1/packages`
pub(crate) async fn list(State(web): State<Web>, asked: Asked) -> Result<Response, Trouble> {
    query::only(&asked, &["campaign", "tier", "kind", "assignee", "q", "state", "limit", "after"])?;
    let named = |field| asked.get(field).map(str::to_owned);
    let filter = QueueFilter {
        campaign: named("campaign"),
        states: query::states(&asked)?,
        tier: named("tier"),
        signal_kind: named("kind"),
        whose: match asked.get("assignee") {
            None => Whose::Anybody,
            Some("nobody") => Whose::Nobody,
            Some(user) => Whose::User(user.to_owned()),
        },
        search: named("q").unwrap_or_default(),
    };
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
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub(crate) struct Deciding {
    /// The digest of what was shown.
    shown: String,
    /// How long a person looked, in seconds. It counts where the token asks on behalf of a user; a program by itself looks at nothing.
    seconds: Option<u32>,
    /// What is approved leaves after this moment, in the recipient's hours.
    not_before: Option<Timestamp>,
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
    let Deciding { shown, seconds, not_before, decision } = given;
    let (seconds, key, package) = (looked(&by, seconds), own(&by, &key), id.package());
    let request = Request { who: by.who, package, shown, key, seconds, bulk: false, not_before, decision };
    Ok(Said(made(&web, &request, now).await?).into_response())
}

/// Programs choose their keys without knowing of each other's.
fn own(by: &By, key: &str) -> String {
    format!("{}/{key}", by.program.as_ref().map_or("", |program| &program.name))
}

fn looked(by: &By, seconds: Option<u32>) -> Option<u32> {
    seconds.filter(|_| by.program.as_ref().is_some_and(|program| program.of_user.is_some()))
}

/// What is to be taken back.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub(crate) struct Undoing {
    /// The entry of the outbox that the approval made.
    outbox: String,
}

/// `POST /api/v1/packages/{id}/undo`: before it leaves, the package waits for a decision again. Asking twice is one wish.
pub(crate) async fn undo(
    State(web): State<Web>,
    by: By,
    id: Id,
    Given(given): Given<Undoing>,
) -> Result<Response, Trouble> {
    take_back(&web, &by.who, &id.package(), &given.outbox).await?;
    Ok(Said(web.desk().package(&id.package(), web.now()).await?).into_response())
}

/// To whom a package is given.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub(crate) struct Giving {
    /// A user's id; none for nobody, so that anybody may decide.
    to: Option<String>,
}

/// `POST /api/v1/packages/{id}/assign`. Giving it to whom it is given already changes nothing.
pub(crate) async fn assign(
    State(web): State<Web>,
    by: By,
    id: Id,
    Given(given): Given<Giving>,
) -> Result<Response, Trouble> {
    web.desk().assign(&by.who, &id.package(), given.to.as_deref(), web.now()).await?;
    Ok(Said(web.desk().assignment(&id.package()).await?).into_response())
}

/// A text to look at.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
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
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub(crate) struct SpotCheck {
    /// The digest of what was shown.
    shown: String,
    /// How long a person looked, in seconds; see `Deciding`.
    seconds: Option<u32>,
    finding: Finding,
    /// Needed where it is not conforming.
    why: Option<String>,
}

/// `POST /api/v1/packages/{id}/verdict`; answers with the package as it is then.
pub(crate) async fn verdict(
    State(web): State<Web>,
    by: By,
    id: Id,
    Key(key): Key,
    Given(given): Given<SpotCheck>,
) -> Result<Response, Trouble> {
    let now = web.now();
    let SpotCheck { shown, seconds, finding, why } = given;
    let (seconds, key) = (looked(&by, seconds), own(&by, &key));
    let verdict = Verdict { who: by.who, package: id.package(), shown, key, seconds, finding, why };
    web.desk().verdict(&verdict, now).await?;
    Ok(Said(web.desk().package(&verdict.package, now).await?).into_response())
}

/// `GET /api/v1/checks`
pub(crate) async fn checks(State(web): State<Web>, asked: Asked) -> Result<Response, Trouble> {
    query::only(&asked, &[])?;
    Ok(Said(web.desk().checks().await?).into_response())
}
