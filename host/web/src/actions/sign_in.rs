//! Signing in with a password, accepting an invitation, and signing out.

use crate::app_state::RequestState;
use crate::auth::client::ClientInfo;
use crate::auth::{CurrentUser, cookie};
use crate::error::{WebError, sentence};
use crate::extract::FormFields;
use crate::format::{browser_name, time_left};
use crate::pages::invitation;
use crate::pages::sign_in::{FormProblem, SignInPage};
use axum::extract::Path;
use axum::http::header::{RETRY_AFTER, SET_COOKIE, USER_AGENT};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use baton_desk::DeskError;
use baton_desk::access::{NewSession, SignInError, SignInOrigin};
use baton_facts::types::Timestamp;

/// `POST /sign-in`
pub(crate) async fn sign_in(
    app: RequestState,
    client: ClientInfo,
    headers: HeaderMap,
    fields: FormFields,
) -> Result<Response, WebError> {
    let mut page = SignInPage::new(&app.auth, fields.text("next"));
    if !app.auth.takes_passwords() {
        return Err(passwords_disabled());
    }
    let now = app.now();
    let before = cookie::session_token(&headers, client);
    let known = cookie::known_browser(&headers, client);
    let place = SignInOrigin { known_browser: known.as_deref(), ..place(client, &headers, before.as_deref()) };
    match app.desk().sign_in(fields.text("email"), fields.text("password"), &place, now).await {
        Ok(session) => Ok(session_started(&session, &page.next, client)),
        Err(SignInError::Desk(error)) => Err(error.into()),
        Err(SignInError::WrongCredentials) => {
            page.email = typed_email(fields.text("email"));
            page.problem = Some(FormProblem {
                what: "Wrong email or password".to_owned(),
                hint: "check both; an admin can send you a new invitation".to_owned(),
            });
            page.shown(StatusCode::FORBIDDEN)
        }
        Err(SignInError::TooManyAttempts(until)) => {
            page.email = typed_email(fields.text("email"));
            too_many_attempts(page, until, now)
        }
    }
}

/// `POST /invitation/{token}`
pub(crate) async fn accept(
    app: RequestState,
    client: ClientInfo,
    Path(token): Path<String>,
    headers: HeaderMap,
    fields: FormFields,
) -> Result<Response, WebError> {
    if !app.auth.takes_passwords() {
        return Err(passwords_disabled());
    }
    let password = fields.text("password");
    if password != fields.text("again") {
        let what = "The passwords do not match".to_owned();
        let problem = FormProblem { what, hint: "type the same password twice".to_owned() };
        return invitation::page(&app, &token, Some(problem)).await;
    }
    let before = cookie::session_token(&headers, client);
    let place = place(client, &headers, before.as_deref());
    match app.desk().accept_invitation(&token, password, &place, app.now()).await {
        Ok(session) => Ok(session_started(&session, "/", client)),
        Err(SignInError::Desk(DeskError::Refused(refusal))) => {
            let problem = FormProblem { what: sentence(&refusal), hint: "choose another password".to_owned() };
            invitation::page(&app, &token, Some(problem)).await
        }
        Err(SignInError::Desk(error)) => Err(error.into()),
        Err(SignInError::WrongCredentials | SignInError::TooManyAttempts(_)) => Err(invitation::lapsed()),
    }
}

/// `POST /sign-out`
pub(crate) async fn sign_out(
    app: RequestState,
    by: CurrentUser,
    client: ClientInfo,
    _: FormFields,
) -> Result<Response, WebError> {
    end_sessions(&app, &by, client, false).await
}

/// `POST /sign-out/everywhere`
pub(crate) async fn sign_out_everywhere(
    app: RequestState,
    by: CurrentUser,
    client: ClientInfo,
    _: FormFields,
) -> Result<Response, WebError> {
    end_sessions(&app, &by, client, true).await
}

/// The error where the settings disable passwords.
pub(crate) fn passwords_disabled() -> WebError {
    WebError::new(StatusCode::FORBIDDEN, "Password sign-in is disabled")
        .hint("use the single sign-on button on the sign-in page")
}

/// The sign-in page with a wait after too many failed attempts.
pub(super) fn too_many_attempts(mut page: SignInPage, until: Timestamp, now: Timestamp) -> Result<Response, WebError> {
    let seconds = until.saturating_sub(now);
    let hint = format!("wait for {}, then try again", wait_time(seconds));
    page.problem = Some(FormProblem { what: "Too many failed attempts".to_owned(), hint });
    let mut answer = page.shown(StatusCode::TOO_MANY_REQUESTS)?;
    answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds.max(1)));
    Ok(answer)
}

/// The client's address, browser and former session, for the audit log and the rate limit.
pub(super) fn place<'a>(client: ClientInfo, headers: &HeaderMap, before: Option<&'a str>) -> SignInOrigin<'a> {
    let agent = headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    SignInOrigin { address: client.address, agent: browser_name(agent), replaced_session: before, known_browser: None }
}

/// Sets the cookies of a session and goes on to the next page.
pub(super) fn session_started(session: &NewSession, next: &str, client: ClientInfo) -> Response {
    let answer = with_cookie(Redirect::to(next).into_response(), cookie::set_session(&session.token, client));
    with_cookie(answer, cookie::set_known_browser(&session.known_browser, client))
}

async fn end_sessions(
    app: &RequestState,
    by: &CurrentUser,
    client: ClientInfo,
    everywhere: bool,
) -> Result<Response, WebError> {
    if let Some(session) = &by.session {
        app.desk().sign_out(&session.user, &session.token, everywhere, app.now()).await?;
    }
    Ok(with_cookie(Redirect::to("/sign-in").into_response(), cookie::remove_session(client)))
}

pub(super) fn with_cookie(mut answer: Response, cookie: Option<HeaderValue>) -> Response {
    if let Some(cookie) = cookie {
        answer.headers_mut().append(SET_COOKIE, cookie);
    }
    answer
}

/// The typed address, up to the longest that exists (RFC 5321, 4.5.3.1.3).
fn typed_email(email: &str) -> String {
    crate::format::editable(&email.chars().take(254).collect::<String>()).0
}

fn wait_time(seconds: i64) -> String {
    match seconds {
        ..60 => crate::format::count(seconds.max(1).unsigned_abs(), "second"),
        _ => time_left(seconds, 0),
    }
}
