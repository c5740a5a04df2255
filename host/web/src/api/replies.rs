//! People who answered, and who took the relationship over.

use super::body::Said;
use super::query;
use crate::door::By;
use crate::form::{Asked, Id};
use crate::site::Web;
use crate::trouble::Trouble;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

/// `GET /api/v1/replies`
pub(crate) async fn list(State(web): State<Web>, asked: Asked) -> Result<Response, Trouble> {
    query::only(&asked, &["taken", "limit", "after"])?;
    let taken = match asked.get("taken") {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => {
            let trouble = Trouble::new(StatusCode::UNPROCESSABLE_ENTITY, "`taken` is `true` or `false`");
            return Err(trouble.hint("`/api` says what this path takes"));
        }
    };
    Ok(Said(web.desk().replies(taken, asked.get("after"), query::limit(&asked)?).await?).into_response())
}

/// `POST /api/v1/replies/{id}/take`. Asking twice is one wish.
pub(crate) async fn take(State(web): State<Web>, by: By, id: Id) -> Result<Response, Trouble> {
    Ok(Said(web.desk().take_over(&by.who, &id.0, web.now()).await?).into_response())
}

/// `POST /api/v1/replies/{id}/not-yet`. Asking twice is one wish.
pub(crate) async fn not_yet(State(web): State<Web>, by: By, id: Id) -> Result<Response, Trouble> {
    Ok(Said(web.desk().not_taken_over(&by.who, &id.0, web.now()).await?).into_response())
}
