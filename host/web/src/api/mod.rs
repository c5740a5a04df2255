//! The HTTP API under `/api/v1/`: programs read and do what users do on the pages.
//!
//! A program authenticates with a token and acts in the token's name; cookies are ignored. Responses are the desk's own
//! views, as `baton … --json` prints them; errors are problem documents (RFC 9457).

pub(crate) mod body;
pub(crate) mod headers;
pub(crate) mod outbox;
pub(crate) mod packages;
pub(crate) mod query;
pub(crate) mod replies;
pub(crate) mod routes;
pub(crate) mod streams;
pub(crate) mod suppressions;
