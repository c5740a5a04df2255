//! The API: what the pages show and do, for programs.
//!
//! A program asks with a token and nothing else, and acts in the token's name. Answers are the desk's own views, exactly
//! what `baton … --json` prints; what comes to nothing is said as a problem (RFC 9457). The paths are under `/api/v1/`.

pub(crate) mod body;
pub(crate) mod key;
pub(crate) mod outbox;
pub(crate) mod packages;
pub(crate) mod people;
pub(crate) mod problem;
pub(crate) mod query;
pub(crate) mod replies;
pub mod shapes;
pub(crate) mod streams;

/// The document that describes it, as it is committed: OpenAPI 3.1.
pub const DOCUMENT: &str = include_str!("../../openapi.json");

/// Whether a program is to ask for this path with a token. Cookies mean nothing there.
pub(crate) fn is_api(path: &str) -> bool {
    path == "/api/v1" || path.starts_with("/api/v1/")
}
