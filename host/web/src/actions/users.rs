//! User management by admins: invitations, roles, and disabling users.

use crate::app_state::RequestState;
use crate::auth::CurrentUser;
use crate::error::{WebError, sentence};
use crate::extract::{FormFields, PathId};
use crate::pages::sign_in::FormProblem;
use crate::pages::users::{UsersPageState, page};
use axum::http::HeaderMap;
use axum::http::header::HOST;
use axum::response::{IntoResponse as _, Redirect, Response};
use baton_desk::DeskError;
use baton_desk::access::Role;

/// `POST /users`
pub(crate) async fn add(
    app: RequestState,
    by: CurrentUser,
    headers: HeaderMap,
    fields: FormFields,
) -> Result<Response, WebError> {
    let (name, email) = (fields.text("name"), fields.text("email"));
    match app.desk().add_user(email, name, role(&fields)?, app.now()).await {
        Ok(invitation) => {
            page(
                &app,
                &by,
                UsersPageState { invitation: Some(&invitation), host: host(&headers), ..UsersPageState::default() },
            )
            .await
        }
        Err(error) => refused(&app, &by, error, UsersPageState { name, email, ..UsersPageState::default() }).await,
    }
}

/// `POST /users/{id}/invite`
pub(crate) async fn invite(
    app: RequestState,
    by: CurrentUser,
    id: PathId,
    headers: HeaderMap,
    _: FormFields,
) -> Result<Response, WebError> {
    let email = email(&app, &id).await?;
    match app.desk().invite(&email, app.now()).await {
        Ok(invitation) => {
            page(
                &app,
                &by,
                UsersPageState { invitation: Some(&invitation), host: host(&headers), ..UsersPageState::default() },
            )
            .await
        }
        Err(error) => refused(&app, &by, error, UsersPageState::default()).await,
    }
}

/// `POST /users/{id}/role`
pub(crate) async fn set_role(
    app: RequestState,
    by: CurrentUser,
    id: PathId,
    fields: FormFields,
) -> Result<Response, WebError> {
    let email = email(&app, &id).await?;
    match app.desk().set_role(&email, role(&fields)?, app.now()).await {
        Ok(_) => Ok(Redirect::to("/users").into_response()),
        Err(error) => refused(&app, &by, error, UsersPageState::default()).await,
    }
}

/// `POST /users/{id}/disable`
pub(crate) async fn disable(
    app: RequestState,
    by: CurrentUser,
    id: PathId,
    _: FormFields,
) -> Result<Response, WebError> {
    set_disabled(&app, &by, &id, true).await
}

/// `POST /users/{id}/enable`
pub(crate) async fn enable(
    app: RequestState,
    by: CurrentUser,
    id: PathId,
    _: FormFields,
) -> Result<Response, WebError> {
    set_disabled(&app, &by, &id, false).await
}

async fn set_disabled(app: &RequestState, by: &CurrentUser, id: &PathId, disabled: bool) -> Result<Response, WebError> {
    let email = email(app, id).await?;
    match app.desk().disable_user(&email, disabled, app.now()).await {
        Ok(_) => Ok(Redirect::to("/users").into_response()),
        Err(error) => refused(app, by, error, UsersPageState::default()).await,
    }
}

/// Returns the email address of a user. Paths have ids instead of addresses: they end up in logs and histories.
async fn email(app: &RequestState, id: &PathId) -> Result<String, WebError> {
    let users = app.desk().users().await?;
    let email = users.into_iter().find(|user| user.id == id.0).and_then(|user| user.email.open());
    email.ok_or_else(|| WebError::unknown("user").hint("look for them on the Users page"))
}

/// The host of the request, which the middleware has checked.
fn host(headers: &HeaderMap) -> &str {
    headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost")
}

fn role(fields: &FormFields) -> Result<Role, WebError> {
    Role::from_name(fields.text("role")).ok_or_else(|| WebError::unknown("role").hint("choose one on the Users page"))
}

async fn refused(
    app: &RequestState,
    by: &CurrentUser,
    error: DeskError,
    saying: UsersPageState<'_>,
) -> Result<Response, WebError> {
    match error {
        DeskError::Refused(refusal) => {
            let hint = "correct it and try again".to_owned();
            let problem = Some(FormProblem { what: sentence(&refusal), hint });
            page(app, by, UsersPageState { problem, ..saying }).await
        }
        error => Err(error.into()),
    }
}
