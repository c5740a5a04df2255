//! The configuration: `baton.toml` and the campaign files.
//!
//! A value is complete, with every documented default, and obeys every rule; otherwise the file is rejected with all of
//! its problems at once, each with its line, key and a hint. A campaign is decoded into the contract's own records.
//! `*.exemplar.toml` beside this file shows every key.

pub mod campaign;
mod decode;
mod diagnostics;
mod loader;
mod oidc;
mod own_company;
mod panel;
mod review;
mod sending;
mod settings;
mod spanned;
mod template;
mod validate;
mod web;
mod webhook;

pub use diagnostics::{Problem, Problems, Severity, Validated};
pub use settings::Settings;

#[cfg(test)]
mod tests;
