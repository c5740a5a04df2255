//! Errors for users: the failure and the next step, never internals.

use crate::format::{capitalized, clipped, line};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use baton_desk::{DeskError, Refusal};

/// A failed request. It travels in the response; the middleware renders it as a page or as problem details.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WebError {
    pub status: StatusCode,
    pub what: String,
    pub hint: String,
    /// The desk's refusal, for programs.
    pub refusal: Option<serde_json::Value>,
}

impl WebError {
    pub fn new(status: StatusCode, what: impl Into<String>) -> Self {
        Self { status, what: what.into(), hint: "go back to the queue".into(), refusal: None }
    }

    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: hint.into(), ..self }
    }

    /// A form or body that has to be changed.
    pub fn invalid(what: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, what)
    }

    pub fn unknown(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("There is no such {what}")).hint("look for it in the queue")
    }

    /// The error for a status that the router set without a text.
    pub fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::unknown("page"),
            StatusCode::METHOD_NOT_ALLOWED => {
                Self::new(status, "Nothing was done: this address only takes forms of this site")
                    .hint("open the package and decide there")
            }
            StatusCode::PAYLOAD_TOO_LARGE => {
                Self::new(status, "Nothing was done: the form is too large").hint("shorten the text")
            }
            status if status.is_client_error() => {
                Self::new(status, "Nothing was done: the request could not be read").hint("reload the page")
            }
            status => Self::new(status, "Nothing was done: an internal error occurred").hint("try again"),
        }
    }
}

impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<DeskError> for WebError {
    fn from(error: DeskError) -> Self {
        let refusal = match &error {
            DeskError::Refused(refusal) => serde_json::to_value(refusal).ok(),
            _ => None,
        };
        let of_desk = match error {
            DeskError::Refused(Refusal::PackageNotFound) => Self::unknown("package or message"),
            DeskError::Refused(Refusal::NoStream(_)) => Self::unknown("stream").hint("look for it in Quality"),
            DeskError::Refused(refusal) => Self::new(status(&refusal), sentence(&refusal)).hint(refusal.hint()),
            // The error's own text names files and may quote the database.
            DeskError::Store(error) => {
                let what = if error.is_transient() {
                    "Nothing was done: the database is busy"
                } else {
                    "Nothing was done: the database cannot be read or written"
                };
                Self::new(StatusCode::SERVICE_UNAVAILABLE, what).hint(error.hint())
            }
            DeskError::Component(_) => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "Nothing was done: a component did not answer")
                    .hint("try again; if it keeps failing, an admin can run `baton check`")
            }
        };
        Self { refusal, ..of_desk }
    }
}

/// The HTTP status of a refusal: 403 without permission, 409 if the package has changed, 422 if the request is wrong.
pub(crate) const fn status(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::PackageNotFound | Refusal::NoStream(_) => StatusCode::NOT_FOUND,
        Refusal::PermissionDenied(_) | Refusal::NameOfUser(_) => StatusCode::FORBIDDEN,
        Refusal::ExportNotRead(_) => StatusCode::SERVICE_UNAVAILABLE,
        // Only the requested time is wrong.
        Refusal::IllegalTransition { state, expired: false, .. } if state.is_open() => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::Stale { .. }
        | Refusal::IllegalTransition { .. }
        | Refusal::KeyReused
        | Refusal::Suppressed(_)
        | Refusal::AccountPaused { .. }
        | Refusal::PersonErased => StatusCode::CONFLICT,
        Refusal::ChecksFailed(_)
        | Refusal::NoReason(_)
        | Refusal::OtherRecipient
        | Refusal::NoDraft(_)
        | Refusal::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// Maximum length of a check's detail in a sentence, in characters.
const DETAIL_MAX: usize = 200;

/// Returns the refusal as a sentence for the page.
pub(crate) fn sentence(refusal: &Refusal) -> String {
    let text = match refusal {
        Refusal::ChecksFailed(checks) => {
            let details: Vec<String> = checks.iter().take(3).map(|check| clipped(&check.detail, DETAIL_MAX)).collect();
            format!("the text cannot be sent as it is: {}", details.join("; "))
        }
        Refusal::NoReason(check) => {
            format!("“{}” was overruled without a reason", line(check))
        }
        other => line(&other.to_string()),
    };
    capitalized(&text)
}

/// Whether the response is an error that has no page yet.
pub(crate) fn needs_error_page(status: StatusCode, headers: &HeaderMap) -> bool {
    let kind = headers.get(axum::http::header::CONTENT_TYPE).map(|kind| kind.as_bytes());
    (status.is_client_error() || status.is_server_error()) && !kind.is_some_and(|kind| kind.starts_with(b"text/html"))
}
