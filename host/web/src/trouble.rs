//! What went wrong, for the person who asked: what happened and what to do next, never internals.

use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use baton_desk::{DeskError, Refusal};

/// A request that comes to nothing. It travels in the response and is dressed as a page on the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub status: StatusCode,
    pub what: String,
    pub hint: String,
    /// What the desk said, for programs.
    pub refusal: Option<serde_json::Value>,
}

impl Trouble {
    pub fn new(status: StatusCode, what: impl Into<String>) -> Self {
        Self { status, what: what.into(), hint: "go back to the queue".into(), refusal: None }
    }

    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: hint.into(), ..self }
    }

    pub fn unknown(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("There is no such {what}")).hint("look for it in the queue")
    }

    /// What the router says by its status alone.
    pub fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::unknown("page"),
            StatusCode::METHOD_NOT_ALLOWED => {
                Self::new(status, "Nothing was done: this address takes forms of the page alone")
                    .hint("open the package and decide there")
            }
            StatusCode::PAYLOAD_TOO_LARGE => {
                Self::new(status, "Nothing was done: that is more than a form may send").hint("shorten the text")
            }
            status if status.is_client_error() => {
                Self::new(status, "Nothing was done: the request could not be read").hint("open the page anew")
            }
            status => Self::new(status, "Nothing was done: something failed here").hint("try again"),
        }
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<DeskError> for Trouble {
    fn from(error: DeskError) -> Self {
        let refusal = match &error {
            DeskError::Refused(refusal) => serde_json::to_value(refusal).ok(),
            _ => None,
        };
        let trouble = match error {
            DeskError::Refused(Refusal::Unknown) => Self::unknown("package or message"),
            DeskError::Refused(Refusal::NoStream(_)) => Self::unknown("stream").hint("look for it in Quality"),
            DeskError::Refused(refusal) => Self::new(status(&refusal), sentence(&refusal)).hint(refusal.hint()),
            // The error names files and may quote the database.
            DeskError::Store(error) => {
                let what = if error.is_transient() {
                    "Nothing was done: the store is in use and was not free in time"
                } else {
                    "Nothing was done: the store cannot be read or written"
                };
                Self::new(StatusCode::SERVICE_UNAVAILABLE, what).hint(error.hint())
            }
            DeskError::Component(_) => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "Nothing was done: a component did not answer")
                    .hint("try again; if it stays so, `baton check` says what is wrong with the components")
            }
        };
        Self { refusal, ..trouble }
    }
}

/// 403 where it is not theirs to do, 409 where what is there has changed, 422 where the request is to be changed.
pub(crate) const fn status(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::Unknown | Refusal::NoStream(_) => StatusCode::NOT_FOUND,
        Refusal::NotYours(_) => StatusCode::FORBIDDEN,
        // Only the moment that was asked for is wrong.
        Refusal::Life { state, expired: false, .. } if state.is_open() => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::Stale { .. }
        | Refusal::Life { .. }
        | Refusal::KeyReused
        | Refusal::Suppressed(_)
        | Refusal::Resting { .. }
        | Refusal::Forgotten => StatusCode::CONFLICT,
        Refusal::ChecksFailed(_)
        | Refusal::NoReason(_)
        | Refusal::OtherRecipient
        | Refusal::NoDraft(_)
        | Refusal::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// The refusal with a capital letter, as it stands on a page; checks are named in words.
pub(crate) fn sentence(refusal: &Refusal) -> String {
    let said = match refusal {
        Refusal::ChecksFailed(checks) => {
            let names: Vec<String> = checks.iter().map(|check| crate::show::check_title(&check.name)).collect();
            format!("the text may not leave as it is: {}", names.join(", "))
        }
        Refusal::NoReason(check) => {
            format!("“{}” was overruled without a reason", crate::show::check_title(check))
        }
        other => crate::show::line(&other.to_string()),
    };
    let mut letters = said.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Whether a response is one of the router's own: an error that no page was made for.
pub(crate) fn is_undressed(status: StatusCode, headers: &HeaderMap) -> bool {
    let kind = headers.get(axum::http::header::CONTENT_TYPE).map(|kind| kind.as_bytes());
    (status.is_client_error() || status.is_server_error()) && !kind.is_some_and(|kind| kind.starts_with(b"text/html"))
}
