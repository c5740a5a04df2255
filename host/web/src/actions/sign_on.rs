//! Single sign-on: to the identity provider, and back from it.
//!
//! Both are GET, as the standard has it (OpenID Connect Core 1.0, 3.1.2). So nothing is done before what came back is
//! known to belong to this browser's own way, and each way can be gone once.

use super::sign_in::{begins, place, waited, with};
use crate::door::client::Client;
use crate::door::cookie;
use crate::form::Asked;
use crate::pages::sign_in::{Problem, SignInPage, within};
use crate::site::{Shared, Web};
use crate::trouble::Trouble;
use axum::extract::State;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use baton_desk::desk::{Admission, NotVouched};
use baton_identity::oidc::{Provider, Returned, SsoError};

/// `GET /sign-in/sso`
pub(crate) async fn begin(State(web): State<Web>, client: Client, asked: Asked) -> Result<Response, Trouble> {
    let provider = provider(&web)?;
    let (next, now) = (within(asked.get("next").unwrap_or_default()), web.now());
    let ticket = web.desk().ticket(now)?;
    let Some(secrets) = web.desk().secrets_of(&ticket, now) else {
        return Err(Trouble::of_status(StatusCode::INTERNAL_SERVER_ERROR));
    };
    match provider.begin(&secrets, now).await {
        Ok(there) => Ok(with(Redirect::to(&there).into_response(), cookie::keep_way(&ticket, next, client.secure))),
        Err(error) => Told::from(error).page(&web, next),
    }
}

/// `GET /sign-in/sso/callback`
pub(crate) async fn callback(
    State(web): State<Web>,
    client: Client,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    provider(&web)?;
    let (ticket, next) = cookie::way(&headers, client.secure).unwrap_or_default();
    let next = within(&next);
    let answer = match back(&web, client, &asked, &headers, &ticket, next).await {
        Ok(answer) => answer,
        Err(told) => told.page(&web, next)?,
    };
    // Gone once, it leads nowhere.
    Ok(with(answer, cookie::drop_way(client.secure)))
}

async fn back(
    web: &Web,
    client: Client,
    asked: &Asked,
    headers: &HeaderMap,
    ticket: &str,
    next: &str,
) -> Result<Response, Told> {
    let (provider, now) = (provider(web)?, web.now());
    let returned = Returned {
        code: asked.get("code"),
        state: asked.get("state"),
        issuer: asked.get("iss"),
        error: asked.get("error"),
    };
    let secrets = web.desk().secrets_of(ticket, now).ok_or(SsoError::Strange)?;
    let code = provider.code(&secrets, returned)?;
    let before = cookie::token(headers, client.secure);
    let place = place(client, headers, before.as_deref());
    web.desk().spend_ticket(ticket, &place, now).await?;
    let vouched = provider.vouched(&secrets, code, returned.issuer, now).await?;
    let begun = web.desk().sign_in_vouched(&vouched, Admission(provider.settings()), &place, now).await?;
    Ok(begins(&begun, next, client))
}

fn provider(web: &Shared) -> Result<&Provider, Trouble> {
    web.site.door.provider().ok_or_else(|| Trouble::unknown("page").hint("sign in on the sign-in page"))
}

/// Why nobody is signed in, for the person who wanted to be.
enum Told {
    /// On the sign-in page, from where they can begin again.
    Page {
        status: StatusCode,
        what: String,
        hint: String,
        wait: Option<i64>,
    },
    Trouble(Trouble),
}

impl Told {
    fn new(status: StatusCode, what: &str, hint: &str) -> Self {
        Self::Page { status, what: what.to_owned(), hint: hint.to_owned(), wait: None }
    }

    fn page(self, web: &Shared, next: &str) -> Result<Response, Trouble> {
        let (status, what, hint, wait) = match self {
            Self::Page { status, what, hint, wait } => (status, what, hint, wait),
            Self::Trouble(trouble) => return Err(trouble),
        };
        let mut page = SignInPage::new(&web.site.door, next);
        let hint = match wait {
            Some(until) => format!("wait for {}, then try again", waited(until.saturating_sub(web.now()))),
            None => hint,
        };
        page.problem = Some(Problem { what, hint });
        let mut answer = page.shown(status)?;
        if let Some(until) = wait {
            let seconds = HeaderValue::from(until.saturating_sub(web.now()).max(1));
            answer.headers_mut().insert(RETRY_AFTER, seconds);
        }
        Ok(answer)
    }
}

impl From<Trouble> for Told {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

impl From<SsoError> for Told {
    fn from(error: SsoError) -> Self {
        const ADMIN: &str = "try again; if it stays so, tell an admin, who finds the settings in `[web.oidc]`";
        let status = match &error {
            SsoError::Strange => {
                let what = "This sign-in was not begun in this browser, or it took longer than ten minutes";
                return Self::new(StatusCode::FORBIDDEN, what, "begin again here");
            }
            SsoError::Declined(_) | SsoError::NoAddress => StatusCode::FORBIDDEN,
            _ => StatusCode::BAD_GATEWAY,
        };
        let said = error.to_string();
        let mut letters = said.chars();
        let what: String =
            letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default();
        let hint = match &error {
            SsoError::Declined(_) => "begin again, or ask whoever runs that account",
            SsoError::NoAddress => "whoever runs that account can let this program see the address",
            _ => ADMIN,
        };
        Self::new(status, what.lines().next().unwrap_or_default(), hint)
    }
}

impl From<NotVouched> for Told {
    fn from(error: NotVouched) -> Self {
        let (what, hint) = match error {
            NotVouched::Desk(error) => return Self::Trouble(error.into()),
            NotVouched::Wait(until) => {
                let (status, what) = (StatusCode::TOO_MANY_REQUESTS, "Too many tries failed".to_owned());
                return Self::Page { status, what, hint: String::new(), wait: Some(until) };
            }
            NotVouched::Spent => ("This sign-in was used already", "begin again here"),
            NotVouched::Unverified => {
                ("That account's address is not verified", "have it verified there, or ask whoever runs that account")
            }
            NotVouched::Domain => ("Addresses of that account's domain may not sign in", "take another account"),
            NotVouched::Nobody => (
                "Nobody may sign in with that account's address",
                "an admin of Baton can add you; or take another account",
            ),
            NotVouched::Other => (
                "That account is another one than before, with the same address",
                "an admin can say that it is yours: `baton users invite` makes it count again",
            ),
        };
        Self::new(StatusCode::FORBIDDEN, what, hint)
    }
}
