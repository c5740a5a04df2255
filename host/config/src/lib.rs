//! What an admin writes: `baton.toml` and the campaign files, read so that whatever is wrong can be put right.
//!
//! What comes out is complete, with every documented default filled in, and keeps to every rule; what does not is
//! refused with all of its problems at once, each with its line, key and a hint. The campaign is read straight into
//! the contract's own records. `*.exemplar.toml` beside this file shows every key there is.

mod campaign;
mod capacity;
mod decode;
mod oidc;
mod panel;
mod problem;
mod reading;
mod review;
mod rules;
mod sending;
mod settings;
mod template;
mod tree;
pub(crate) mod variants;
mod web;
mod webhook;
mod zone;

pub use campaign::CampaignFile;
pub use capacity::ReviewCapacity;
pub(crate) use rules::has_follow_ups;

pub(crate) use oidc::is_secured;
pub use oidc::{Issuer, Oidc, RoleForNew};
pub use panel::{CrmPanel, UserClaim};
pub use problem::{Problem, Problems, Severity, Sound};
pub use review::Review;
pub use sending::{Security, Sending, Smtp, Weekday, Window, Zone};
pub use settings::{ComponentSource, Components, Grants, Limits, Settings};
pub use web::{Proxy, PublicUrl, SigningIn, Web};
pub use webhook::{HookUrl, Webhook};

#[cfg(test)]
mod tests;
