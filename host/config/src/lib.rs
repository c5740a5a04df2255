//! What an admin writes: `baton.toml` and the campaign files, read so that whatever is wrong can be put right.
//!
//! What comes out is complete, with every documented default filled in, and keeps to every rule; what does not is
//! refused with all of its problems at once, each with its line, key and a hint. The campaign is read straight into
//! the contract's own records. `*.exemplar.toml` beside this file shows every key there is.

pub mod campaign;
mod decode;
mod diagnostics;
mod loader;
mod oidc;
mod panel;
mod review;
mod sending;
mod settings;
mod spanned;
mod template;
mod validate;
mod web;
mod webhook;

pub use diagnostics::{Problem, Problems, Severity, Sound};
pub use settings::Settings;

#[cfg(test)]
mod tests;
