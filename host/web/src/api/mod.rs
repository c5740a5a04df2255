//! The HTTP API under `/api/v1/`: programs read and do what users do on the pages.
//!
//! A program authenticates with a token and acts in the token's name; cookies are ignored. Responses are the desk's own
//! views, as `baton … --json` prints them; errors are problem documents (RFC 9457).

pub(crate) mod body;
pub(crate) mod headers;
pub mod openapi;
pub(crate) mod outbox;
pub(crate) mod packages;
pub(crate) mod problem;
pub(crate) mod query;
pub(crate) mod replies;
pub(crate) mod routes;
mod schemas;
pub(crate) mod streams;
pub(crate) mod suppressions;

/// The OpenAPI 3.1 document as it is committed and served. A test compares it with [`openapi::document`].
pub const DOCUMENT: &str = include_str!("../../openapi.json");

/// Whether the path belongs to the API.
pub(crate) fn is_api(path: &str) -> bool {
    path == "/api/v1" || path.starts_with("/api/v1/")
}
