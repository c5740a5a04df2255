//! Single sign-on: the redirect to the identity provider, and the callback from it.
//!
//! Both are GET, as the standard requires (OpenID Connect Core 1.0, 3.1.2). So the callback does nothing until its
//! answer is known to belong to a sign-in that this browser started, and each sign-in is accepted once.

use super::sign_in::{place, session_started, too_many_attempts, with_cookie};
use crate::app_state::RequestState;
use crate::auth::client::ClientInfo;
use crate::auth::cookie;
use crate::error::WebError;
use crate::extract::QueryFields;
use crate::format::capitalized;
use crate::pages::sign_in::{FormProblem, SignInPage, within};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use baton_desk::access::{SsoAdmission, SsoSignInError};
use baton_facts::types::Timestamp;
use baton_identity::oidc::{AuthorizationResponse, OidcProvider, SsoError};

/// `GET /sign-in/sso`
pub(crate) async fn begin(app: RequestState, client: ClientInfo, query: QueryFields) -> Result<Response, WebError> {
    let provider = provider(&app)?;
    let (next, now) = (within(query.get("next").unwrap_or_default()), app.now());
    let ticket = app.desk().ticket(now)?;
    let Some(secrets) = app.desk().ticket_secrets(&ticket, now) else {
        return Err(WebError::of_status(StatusCode::INTERNAL_SERVER_ERROR));
    };
    match provider.begin(&secrets, now).await {
        Ok(url) => {
            let cookie = cookie::set_sso_ticket(&ticket, next, client);
            Ok(with_cookie(Redirect::to(&url).into_response(), cookie))
        }
        Err(error) => SsoFailure::from(error).page(&app, next),
    }
}

/// `GET /sign-in/sso/callback`
pub(crate) async fn callback(
    app: RequestState,
    client: ClientInfo,
    query: QueryFields,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    provider(&app)?;
    let (ticket, next) = cookie::sso_ticket(&headers, client).unwrap_or_default();
    let next = within(&next);
    let answer = match sign_in(&app, client, &query, &headers, &ticket, next).await {
        Ok(answer) => answer,
        Err(failure) => failure.page(&app, next)?,
    };
    // The ticket is accepted once.
    Ok(with_cookie(answer, cookie::remove_sso_ticket(client)))
}

async fn sign_in(
    app: &RequestState,
    client: ClientInfo,
    query: &QueryFields,
    headers: &HeaderMap,
    ticket: &str,
    next: &str,
) -> Result<Response, SsoFailure> {
    let (provider, now) = (provider(app)?, app.now());
    let returned = AuthorizationResponse {
        code: query.get("code"),
        state: query.get("state"),
        issuer: query.get("iss"),
        error: query.get("error"),
    };
    let secrets = app.desk().ticket_secrets(ticket, now).ok_or(SsoError::StateMismatch)?;
    let code = provider.check_response(&secrets, returned)?;
    let before = cookie::session_token(headers, client);
    let place = place(client, headers, before.as_deref());
    app.desk().use_ticket(ticket, &place, now).await?;
    let vouched = provider.exchange_code(&secrets, code, returned.issuer, now).await?;
    let session = app.desk().sign_in_with_sso(&vouched, SsoAdmission(provider.settings()), &place, now).await?;
    Ok(session_started(&session, next, client))
}

fn provider(app: &RequestState) -> Result<&OidcProvider, WebError> {
    app.auth.provider().ok_or_else(|| WebError::unknown("page").hint("sign in on the sign-in page"))
}

/// A failed sign-in.
enum SsoFailure {
    /// Shown on the sign-in page, where the user can start again.
    Page {
        status: StatusCode,
        what: String,
        hint: String,
    },
    /// Too many failed attempts.
    Wait(Timestamp),
    Error(WebError),
}

impl SsoFailure {
    fn new(status: StatusCode, what: &str, hint: &str) -> Self {
        Self::Page { status, what: what.to_owned(), hint: hint.to_owned() }
    }

    fn page(self, app: &RequestState, next: &str) -> Result<Response, WebError> {
        let mut page = SignInPage::new(&app.auth, next);
        match self {
            Self::Page { status, what, hint } => {
                page.problem = Some(FormProblem { what, hint });
                page.shown(status)
            }
            Self::Wait(until) => too_many_attempts(page, until, app.now()),
            Self::Error(error) => Err(error),
        }
    }
}

impl From<WebError> for SsoFailure {
    fn from(error: WebError) -> Self {
        Self::Error(error)
    }
}

impl From<SsoError> for SsoFailure {
    fn from(error: SsoError) -> Self {
        const ADMIN: &str = "try again; if it keeps failing, ask an admin to check `[web.oidc]` in the settings";
        let status = match &error {
            SsoError::StateMismatch => {
                let what = "This sign-in was not started in this browser, or it took longer than ten minutes";
                return Self::new(StatusCode::FORBIDDEN, what, "start again here");
            }
            SsoError::Declined(_) | SsoError::MissingEmail => StatusCode::FORBIDDEN,
            _ => StatusCode::BAD_GATEWAY,
        };
        let what = capitalized(&error.to_string());
        let hint = match &error {
            SsoError::Declined(_) => "start again, or ask the administrator of that account",
            SsoError::MissingEmail => "ask the administrator of that account to share its email address with Baton",
            _ => ADMIN,
        };
        Self::new(status, what.lines().next().unwrap_or_default(), hint)
    }
}

impl From<SsoSignInError> for SsoFailure {
    fn from(error: SsoSignInError) -> Self {
        let (what, hint) = match error {
            SsoSignInError::Desk(error) => return Self::Error(error.into()),
            SsoSignInError::TooManyAttempts(until) => return Self::Wait(until),
            SsoSignInError::TicketUsed => ("This sign-in was already used", "start again here"),
            SsoSignInError::Unverified => (
                "The email address of that account is not verified",
                "verify it there, or ask the administrator of that account",
            ),
            SsoSignInError::DomainNotAllowed => ("Accounts of that domain cannot sign in", "use another account"),
            SsoSignInError::NoActiveUser => (
                "There is no Baton user with that account's email address",
                "ask an admin to add you, or use another account",
            ),
            SsoSignInError::SubjectChanged => (
                "Another account has this email address now",
                "ask an admin to confirm that it is yours, with `baton users invite`",
            ),
        };
        Self::new(StatusCode::FORBIDDEN, what, hint)
    }
}
