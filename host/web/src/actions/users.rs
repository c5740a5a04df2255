//! What an admin changes about who may sign in.

use crate::door::By;
use crate::form::{Id, Posted};
use crate::pages::sign_in::Problem;
use crate::pages::users::{Saying, page};
use crate::site::{Shared, Web};
use crate::trouble::{Trouble, sentence};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::HOST;
use axum::response::{IntoResponse as _, Redirect, Response};
use baton_desk::DeskError;
use baton_desk::desk::Role;

/// `POST /users`
pub(crate) async fn add(
    State(web): State<Web>,
    by: By,
    headers: HeaderMap,
    posted: Posted,
) -> Result<Response, Trouble> {
    let (name, email) = (posted.text("name"), posted.text("email"));
    match web.desk().add_user(&by.who, email, name, role(&posted)?, web.now()).await {
        Ok(invitation) => {
            page(&web, &by, Saying { invitation: Some(&invitation), host: host(&headers), ..Saying::default() }).await
        }
        Err(error) => refused(&web, &by, error, Saying { name, email, ..Saying::default() }).await,
    }
}

/// `POST /users/{id}/invite`
pub(crate) async fn invite(
    State(web): State<Web>,
    by: By,
    id: Id,
    headers: HeaderMap,
    _: Posted,
) -> Result<Response, Trouble> {
    let email = email(&web, &id).await?;
    match web.desk().invite(&by.who, &email, web.now()).await {
        Ok(invitation) => {
            page(&web, &by, Saying { invitation: Some(&invitation), host: host(&headers), ..Saying::default() }).await
        }
        Err(error) => refused(&web, &by, error, Saying::default()).await,
    }
}

/// `POST /users/{id}/role`
pub(crate) async fn set_role(State(web): State<Web>, by: By, id: Id, posted: Posted) -> Result<Response, Trouble> {
    let email = email(&web, &id).await?;
    match web.desk().set_role(&by.who, &email, role(&posted)?, web.now()).await {
        Ok(_) => Ok(Redirect::to("/users").into_response()),
        Err(error) => refused(&web, &by, error, Saying::default()).await,
    }
}

/// `POST /users/{id}/disable`
pub(crate) async fn disable(State(web): State<Web>, by: By, id: Id, _: Posted) -> Result<Response, Trouble> {
    set_disabled(&web, &by, &id, true).await
}

/// `POST /users/{id}/enable`
pub(crate) async fn enable(State(web): State<Web>, by: By, id: Id, _: Posted) -> Result<Response, Trouble> {
    set_disabled(&web, &by, &id, false).await
}

async fn set_disabled(web: &Shared, by: &By, id: &Id, disabled: bool) -> Result<Response, Trouble> {
    let email = email(web, id).await?;
    match web.desk().disable_user(&by.who, &email, disabled, web.now()).await {
        Ok(_) => Ok(Redirect::to("/users").into_response()),
        Err(error) => refused(web, by, error, Saying::default()).await,
    }
}

/// The address of the user with this id; a path has no address in it, for paths are kept in many places.
async fn email(web: &Shared, id: &Id) -> Result<String, Trouble> {
    let users = web.desk().users().await?;
    let email = users.into_iter().find(|user| user.id == id.0).and_then(|user| user.email.open());
    email.ok_or_else(|| Trouble::unknown("user").hint("look for them in Users"))
}

/// The guard has seen that it is this machine's.
fn host(headers: &HeaderMap) -> &str {
    headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost")
}

fn role(posted: &Posted) -> Result<Role, Trouble> {
    Role::named(posted.text("role")).ok_or_else(|| Trouble::unknown("role").hint("choose one in Users"))
}

async fn refused(web: &Shared, by: &By, error: DeskError, saying: Saying<'_>) -> Result<Response, Trouble> {
    match error {
        DeskError::Refused(refusal) => {
            let hint = "change what is named here, and do it again".to_owned();
            let problem = Some(Problem { what: sentence(&refusal), hint });
            page(web, by, Saying { problem, ..saying }).await
        }
        error => Err(error.into()),
    }
}
