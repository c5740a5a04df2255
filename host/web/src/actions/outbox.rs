//! What a person may still do about a message: take it back, or say whether it left.

use crate::door::By;
use crate::form::{Id, Posted};
use crate::site::{Shared, Web};
use crate::trouble::Trouble;
use axum::extract::State as With;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use baton_desk::{DeskError, Refusal};
use baton_model::package_state::State;
use baton_model::views::OutboxView;

/// `POST /outbox/{id}/withdraw`
pub(crate) async fn withdraw(With(web): With<Web>, by: By, id: Id, _: Posted) -> Result<Response, Trouble> {
    let why = format!("{} took it back", by.who);
    let answer = web.desk().withdraw(&by.who, &id.0, &why, web.now()).await;
    answered(&web, &id, answer, State::Withdrawn).await
}

/// `POST /outbox/{id}/settle`
pub(crate) async fn settle(With(web): With<Web>, by: By, id: Id, posted: Posted) -> Result<Response, Trouble> {
    let left = match posted.text("left") {
        "yes" => true,
        "no" => false,
        _ => {
            let what = "Nothing was done: the form did not say whether it left";
            return Err(Trouble::new(StatusCode::UNPROCESSABLE_ENTITY, what).hint("say `yes` or `no`"));
        }
    };
    let answer = web.desk().settle(&by.who, &id.0, left, web.now()).await;
    answered(&web, &id, answer, if left { State::Sent } else { State::Failed }).await
}

async fn answered(
    web: &Shared,
    id: &Id,
    answer: Result<OutboxView, DeskError>,
    end: State,
) -> Result<Response, Trouble> {
    wished(web, id, answer, end).await?;
    Ok(Redirect::to(&format!("/outbox/{}", id.0)).into_response())
}

/// Asking twice for the same end is one wish.
pub(crate) async fn wished(
    web: &Shared,
    id: &Id,
    answer: Result<OutboxView, DeskError>,
    end: State,
) -> Result<(), Trouble> {
    if let Err(error) = answer {
        let there = matches!(error, DeskError::Refused(Refusal::Life { .. }))
            && web.desk().entry(&id.0).await.is_ok_and(|entry| entry.state == end);
        if !there {
            return Err(error.into());
        }
    }
    Ok(())
}
