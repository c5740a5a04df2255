//! What went wrong, for a program: problem details (RFC 9457). The type is `about:blank`: the status tells which it is.

use crate::trouble::Trouble;
use axum::http::header::{ALLOW, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use baton_desk::Refusal;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// What a problem is sent as.
const KIND: &str = "application/problem+json";

/// Why a request came to nothing (RFC 9457).
#[derive(Serialize, JsonSchema)]
pub(crate) struct Problem<'a> {
    /// `about:blank`: the status tells which it is.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The status in words.
    title: &'static str,
    status: u16,
    /// What happened.
    detail: &'a str,
    /// What to do next.
    hint: &'a str,
    /// Why the desk said no, where it did: of a conflict, what has changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Refusal>")]
    refusal: Option<&'a Value>,
}

/// What the router or the server says by its status alone.
pub(crate) fn of_status(status: StatusCode) -> Trouble {
    let (what, hint) = match status {
        StatusCode::NOT_FOUND => ("There is no such path", "`/api` lists them"),
        StatusCode::METHOD_NOT_ALLOWED => ("This path is asked for with another method", "`/api` says with which"),
        StatusCode::PAYLOAD_TOO_LARGE => ("Nothing was done: the body is too large", "shorten the text"),
        status if status.is_client_error() => {
            ("Nothing was done: the request could not be read", "`/api` says what it is to be")
        }
        _ => ("Nothing was done: something failed here", "try again"),
    };
    Trouble::new(status, what).hint(hint)
}

/// Nobody, or nobody any more, has this token.
pub(crate) fn no_token() -> Trouble {
    Trouble::new(StatusCode::UNAUTHORIZED, "Nothing was done: the request has no token that is good")
        .hint("send `Authorization: Bearer baton_…`; an admin makes one with `baton tokens add`")
}

/// The response, with a problem where it is an error.
pub(crate) fn dressed(answer: Response) -> Response {
    let status = answer.status();
    if !status.is_client_error() && !status.is_server_error() {
        return answer;
    }
    let mut said = match answer.extensions().get::<Trouble>() {
        Some(trouble) => of(trouble),
        None => of(&of_status(status)),
    };
    if let Some(allow) = answer.headers().get(ALLOW) {
        said.headers_mut().insert(ALLOW, allow.clone());
    }
    said
}

/// The problem.
pub(crate) fn of(trouble: &Trouble) -> Response {
    // A key that was used for something else is the request's fault, not a change of what is there.
    let reused = trouble.refusal.as_ref().is_some_and(|refusal| refusal == "key-reused");
    let status = if reused { StatusCode::UNPROCESSABLE_ENTITY } else { trouble.status };
    let problem = Problem {
        kind: "about:blank",
        title: status.canonical_reason().unwrap_or_default(),
        status: status.as_u16(),
        detail: &trouble.what,
        hint: &trouble.hint,
        refusal: trouble.refusal.as_ref(),
    };
    let mut answer = (status, serde_json::to_vec(&problem).unwrap_or_default()).into_response();
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(KIND));
    if status == StatusCode::UNAUTHORIZED {
        answer.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    answer
}
