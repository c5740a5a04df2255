//! Signing in and out.

use crate::door::client::Client;
use crate::door::{By, cookie};
use crate::form::Posted;
use crate::pages::invitation;
use crate::pages::sign_in::{Problem, SignInPage};
use crate::show::{ahead, family};
use crate::site::{Shared, Web};
use crate::trouble::{Trouble, sentence};
use axum::extract::{Path, State};
use axum::http::header::{RETRY_AFTER, SET_COOKIE, USER_AGENT};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use baton_desk::DeskError;
use baton_desk::desk::{Begun, NotSignedIn, Place};

/// `POST /sign-in`
pub(crate) async fn sign_in(
    State(web): State<Web>,
    client: Client,
    headers: HeaderMap,
    posted: Posted,
) -> Result<Response, Trouble> {
    let mut page = SignInPage::new(&web.site.door, posted.text("next"));
    if !web.site.door.takes_passwords() {
        return Err(switched_off());
    }
    let now = web.now();
    let before = cookie::token(&headers, client.secure);
    let place = place(client, &headers, before.as_deref());
    match web.desk().sign_in(posted.text("email"), posted.text("password"), &place, now).await {
        Ok(begun) => Ok(begins(&begun, &page.next, client)),
        Err(NotSignedIn::Desk(error)) => Err(error.into()),
        Err(NotSignedIn::Wrong) => {
            page.email = known(posted.text("email"));
            page.problem = Some(Problem {
                what: "Nobody may sign in with this address and this password".to_owned(),
                hint: "look at both; an admin can invite you anew".to_owned(),
            });
            page.shown(StatusCode::FORBIDDEN)
        }
        Err(NotSignedIn::Wait(until)) => {
            page.email = known(posted.text("email"));
            page.problem = Some(Problem {
                what: "Too many tries failed".to_owned(),
                hint: format!("wait for {}, then try again", waited(until.saturating_sub(now))),
            });
            let mut answer = page.shown(StatusCode::TOO_MANY_REQUESTS)?;
            let seconds = HeaderValue::from(until.saturating_sub(now).max(1));
            answer.headers_mut().insert(RETRY_AFTER, seconds);
            Ok(answer)
        }
    }
}

/// `POST /invitation/{token}`
pub(crate) async fn accept(
    State(web): State<Web>,
    client: Client,
    Path(token): Path<String>,
    headers: HeaderMap,
    posted: Posted,
) -> Result<Response, Trouble> {
    if !web.site.door.takes_passwords() {
        return Err(switched_off());
    }
    let password = posted.text("password");
    if password != posted.text("again") {
        let what = "The two are not the same".to_owned();
        let problem = Problem { what, hint: "type the password twice".to_owned() };
        return invitation::page(&web, &token, Some(problem)).await;
    }
    let before = cookie::token(&headers, client.secure);
    let place = place(client, &headers, before.as_deref());
    match web.desk().accept_invitation(&token, password, &place, web.now()).await {
        Ok(begun) => Ok(begins(&begun, "/", client)),
        Err(NotSignedIn::Desk(DeskError::Refused(refusal))) => {
            let problem = Problem { what: sentence(&refusal), hint: "choose another password".to_owned() };
            invitation::page(&web, &token, Some(problem)).await
        }
        Err(NotSignedIn::Desk(error)) => Err(error.into()),
        Err(NotSignedIn::Wrong | NotSignedIn::Wait(_)) => Err(invitation::lapsed()),
    }
}

/// `POST /sign-out`
pub(crate) async fn sign_out(State(web): State<Web>, by: By, client: Client, _: Posted) -> Result<Response, Trouble> {
    ends(&web, &by, client, false).await
}

/// `POST /sign-out/everywhere`
pub(crate) async fn sign_out_everywhere(
    State(web): State<Web>,
    by: By,
    client: Client,
    _: Posted,
) -> Result<Response, Trouble> {
    ends(&web, &by, client, true).await
}

/// Nobody has a password to sign in with.
pub(crate) fn switched_off() -> Trouble {
    Trouble::new(StatusCode::FORBIDDEN, "Passwords are switched off here")
        .hint("sign in with the account that the sign-in page names")
}

pub(super) fn place<'a>(client: Client, headers: &HeaderMap, before: Option<&'a str>) -> Place<'a> {
    let agent = headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    Place { address: client.address, agent: family(agent), before }
}

/// On with a session that was just begun.
pub(super) fn begins(begun: &Begun, next: &str, client: Client) -> Response {
    with(Redirect::to(next).into_response(), cookie::keep(&begun.token, client.secure))
}

async fn ends(web: &Shared, by: &By, client: Client, everywhere: bool) -> Result<Response, Trouble> {
    if let Some(session) = &by.session {
        web.desk().sign_out(&session.user, &session.token, everywhere, web.now()).await?;
    }
    Ok(with(Redirect::to("/sign-in").into_response(), cookie::drop(client.secure)))
}

pub(super) fn with(mut answer: Response, cookie: Option<HeaderValue>) -> Response {
    if let Some(cookie) = cookie {
        answer.headers_mut().append(SET_COOKIE, cookie);
    }
    answer
}

/// What was typed as an address, as far as one goes (RFC 5321, 4.5.3.1.3).
fn known(email: &str) -> String {
    crate::show::writable(&email.chars().take(254).collect::<String>()).0
}

pub(super) fn waited(seconds: i64) -> String {
    match seconds {
        ..60 => crate::show::count(seconds.max(1).unsigned_abs(), "second"),
        _ => ahead(seconds, 0),
    }
}
