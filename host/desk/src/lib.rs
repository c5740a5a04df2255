//! The reference CRM around the runtime: what an admin writes, where accounts come from, and how a campaign runs.
//!
//! It reaches the handoff logic through the components alone and never links it. It knows no HTML and no terminal:
//! what it has to say to a person it returns as data.

pub mod config;
pub mod crm;
pub mod run;
