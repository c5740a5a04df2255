//! The reference CRM around the runtime: what an admin writes, where accounts come from, how a campaign runs, and what
//! becomes of the packages it prepares.
//!
//! It reaches the handoff logic through the components alone and never links it. It knows no HTML and no terminal:
//! what it has to say to a person it returns as data.

pub mod config;
pub mod crm;
pub mod desk;
pub mod life;
pub mod mail;
pub mod oidc;
pub mod outbox;
pub mod planting;
pub mod run;
mod signatures;
pub mod simulate;
pub mod store;
pub mod webhooks;
