//! Runs the components of `baton:handoff` inside a CRM: what a vendor embeds.
//!
//! A [`Runtime`] compiles components and bounds their calls. A [`Plugin`] is a loaded component of one of the four
//! worlds; [`Engine`], [`Drafter`], [`Governor`] and [`Reader`] are the typed ways to call one. The vendor implements
//! [`Research`], [`Contacts`] and [`Sending`] on its own data, and grants them per tenant.
//!
//! What always holds, whatever a component does or claims:
//!
//! - Each call runs in a fresh instance, under [`Limits`]; a trap, an endless loop, a memory bomb or a flood of calls
//!   ends that call and nothing else.
//! - A component reaches what its world gives and an admin granted: no clock, no files, no network, no randomness.
//!   Questions about another account than the call's are `not-found` before a capability sees them.
//! - A package is compared with what the capabilities answered in that call before it is believed.
//! - Nothing is sent without a [`Permit`], which only host code makes, for one exact message, for one use; and that a
//!   message was authorised is taken from the host's own ledger.
//! - Every call yields a [`Recording`] that [`Runtime::replay`] executes again, bit for bit.
//!
//! There is no storage and no web in here.

mod bindings;
mod cache;
mod capability;
mod engine;
mod error;
mod limits;
mod link;
mod permit;
mod plugin;
mod pure;
mod recording;
mod replay;
mod run;
mod runtime;
mod state;
mod truth;

pub use capability::{Call, Contacts, Drafted, Drafting, Fault, Grants, Research, Sending};
pub use engine::{Engine, Released};
pub use error::{Ending, Error, Untrue};
pub use limits::Limits;
pub use permit::{Authority, Permit, Scope};
pub use plugin::{Digest, LARGEST, Plugin, World};
pub use pure::{Drafter, Governor, Reader};
pub use recording::{Exchange, Input, Output, Provenance, Recording};
pub use replay::Replayed;
pub use run::Called;
pub use runtime::{Runtime, Settings};

/// The records of the contract.
pub use baton_facts as facts;
