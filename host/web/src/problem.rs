//! Errors for programs: problem details (RFC 9457) of type `about:blank`, so the status tells which problem it is.

use crate::error::WebError;
use axum::http::header::{ALLOW, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use baton_desk::Refusal;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

const MEDIA_TYPE: &str = "application/problem+json";

/// The error of a failed request (RFC 9457).
#[derive(Serialize, JsonSchema)]
pub(crate) struct ProblemDetails<'a> {
    /// `about:blank`: the status tells which problem it is.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The status in words.
    title: &'static str,
    status: u16,
    /// The description of the error.
    detail: &'a str,
    /// The suggested next step.
    hint: &'a str,
    /// The desk's refusal, if it refused the request. After a conflict it says what has changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Refusal>")]
    refusal: Option<&'a Value>,
}

/// The error for a status that the router or the server set without a text.
pub(crate) fn of_status(status: StatusCode) -> WebError {
    let (what, hint) = match status {
        StatusCode::NOT_FOUND => ("There is no such path", "see `/api` for the paths"),
        StatusCode::METHOD_NOT_ALLOWED => ("This path does not take this method", "see `/api` for its methods"),
        StatusCode::PAYLOAD_TOO_LARGE => ("Nothing was done: the body is too large", "shorten the text"),
        status if status.is_client_error() => {
            ("Nothing was done: the request could not be read", "see `/api` for its format")
        }
        _ => ("Nothing was done: an internal error occurred", "try again"),
    };
    WebError::new(status, what).hint(hint)
}

/// The error for a request without a valid token.
pub(crate) fn no_token() -> WebError {
    WebError::new(StatusCode::UNAUTHORIZED, "Nothing was done: the request has no valid token")
        .hint("send `Authorization: Bearer baton_…`; an admin creates a token with `baton tokens add`")
}

/// Gives an error response its problem document. Other responses pass unchanged.
pub(crate) fn add_problem_document(answer: Response) -> Response {
    let status = answer.status();
    if !status.is_client_error() && !status.is_server_error() {
        return answer;
    }
    let mut problem = match answer.extensions().get::<WebError>() {
        Some(error) => of(error),
        None => of(&of_status(status)),
    };
    if let Some(allow) = answer.headers().get(ALLOW) {
        problem.headers_mut().insert(ALLOW, allow.clone());
    }
    problem
}

/// The error as a problem document.
pub(crate) fn of(error: &WebError) -> Response {
    // A reused key is a fault of the request, not a change of the package.
    let reused = error.refusal.as_ref().is_some_and(|refusal| refusal == "key-reused");
    let status = if reused { StatusCode::UNPROCESSABLE_ENTITY } else { error.status };
    let problem = ProblemDetails {
        kind: "about:blank",
        title: status.canonical_reason().unwrap_or_default(),
        status: status.as_u16(),
        detail: &error.what,
        hint: &error.hint,
        refusal: error.refusal.as_ref(),
    };
    let mut answer = (status, serde_json::to_vec(&problem).unwrap_or_default()).into_response();
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    if status == StatusCode::UNAUTHORIZED {
        answer.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    answer
}
