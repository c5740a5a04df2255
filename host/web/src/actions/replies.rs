//! A person says that they took a relationship over, or that nobody did after all. Saying so twice is one wish.

use crate::door::By;
use crate::form::{Id, Posted, to};
use crate::site::Web;
use crate::trouble::Trouble;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};

/// `POST /replies/{id}/take`
pub(crate) async fn take(State(web): State<Web>, by: By, id: Id, _: Posted) -> Result<Response, Trouble> {
    web.desk().take_over(&by.who, &id.0, web.now()).await?;
    Ok(Redirect::to("/replies").into_response())
}

/// `POST /replies/{id}/not-yet`
pub(crate) async fn not_yet(State(web): State<Web>, by: By, id: Id, _: Posted) -> Result<Response, Trouble> {
    web.desk().not_taken_over(&by.who, &id.0, web.now()).await?;
    Ok(Redirect::to(&to("/replies", &[("taken", Some("yes"))])).into_response())
}
