//! Deciding in a CRM's panel: the desk's own decisions, bound to what the panel showed, by the user that the CRM named.
//! Whatever comes of it stays in the panel.

use super::decide::of_form;
use super::undo::take_back;
use crate::door::panel::InPanel;
use crate::form::{Posted, to};
use crate::pages::package::panel;
use crate::pages::package::{Form, Typed};
use crate::site::Web;
use crate::trouble::Trouble;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use baton_desk::DeskError;

/// `POST /panel/{token}/{id}/check`: the checks on an edited text. Changes nothing.
pub(crate) async fn check(State(web): State<Web>, panel: InPanel, posted: Posted) -> Result<Response, Trouble> {
    panel::again(&web, &panel, &panel.named()?, Typed::new(Form::Edit, &posted), None).await
}

/// `POST /panel/{token}/{id}/approve`
pub(crate) async fn approve(web: State<Web>, panel: InPanel, posted: Posted) -> Result<Response, Trouble> {
    decide(web, panel, posted, Form::Approve).await
}

/// `POST /panel/{token}/{id}/edit`
pub(crate) async fn edit(web: State<Web>, panel: InPanel, posted: Posted) -> Result<Response, Trouble> {
    decide(web, panel, posted, Form::Edit).await
}

/// `POST /panel/{token}/{id}/reject`
pub(crate) async fn reject(web: State<Web>, panel: InPanel, posted: Posted) -> Result<Response, Trouble> {
    decide(web, panel, posted, Form::Reject).await
}

/// `POST /panel/{token}/{id}/snooze`
pub(crate) async fn snooze(web: State<Web>, panel: InPanel, posted: Posted) -> Result<Response, Trouble> {
    decide(web, panel, posted, Form::Snooze).await
}

/// `POST /panel/{token}/{id}/undo`: takes what was just approved back, before it leaves.
pub(crate) async fn undo(State(web): State<Web>, panel: InPanel, posted: Posted) -> Result<Response, Trouble> {
    let package = panel.named()?;
    take_back(&web, &panel.by.who, &package, posted.text("entry")).await?;
    Ok(Redirect::to(&format!("{}/{package}", panel.place)).into_response())
}

async fn decide(State(web): State<Web>, panel: InPanel, posted: Posted, form: Form) -> Result<Response, Trouble> {
    let (package, typed, now) = (panel.named()?, Typed::new(form, &posted), web.now());
    match of_form(&web, &panel.by.who, &package, &posted, &typed, now).await {
        // The record's next open package comes by itself; without one what was decided stays in view.
        Ok(decided) => {
            Ok(Redirect::to(&to(&panel.place, &[("done", Some(decided.package.0.as_str()))])).into_response())
        }
        Err(DeskError::Refused(refusal)) => panel::again(&web, &panel, &package, typed, Some(&refusal)).await,
        Err(error) => Err(error.into()),
    }
}
