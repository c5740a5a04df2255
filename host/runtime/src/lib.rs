//! Runs the components of `baton:handoff` inside a CRM: the library that a vendor embeds.
//!
//! A [`Runtime`] compiles components and limits their calls. A [`Component`] is a loaded component of one of the four
//! worlds; [`HandoffEngine`], [`Drafter`], [`Governor`] and [`Reader`] are the typed ways to call one. The vendor
//! implements [`Research`], [`Contacts`] and [`Sending`] on its own data and grants them per tenant.
//!
//! These invariants hold whatever a component does or claims:
//!
//! - Each call runs in a fresh instance, under [`Limits`]; a trap, an endless loop, a memory bomb or a flood of calls
//!   ends that call and nothing else.
//! - A component reaches the interfaces of its world that an admin granted: no clock, no files, no network, no
//!   randomness. A question about another account than the call's is `not-found` before a capability sees it.
//! - A package is compared with the capabilities' answers in the same call before it is returned.
//! - Nothing is sent without a [`Permit`], which only host code mints, for one exact message and one use; and whether a
//!   message was authorized is taken from the host's own outbox.
//! - Every call returns a [`Recording`] that [`Runtime::replay`] executes again, bit for bit, and [`Runtime::compare`]
//!   executes with another component; and its [`CallCost`].
//!
//! The crate has no storage and no web. Calls are futures and need a tokio runtime with its timer enabled.

#![doc = include_str!("../README.md")]

mod bindings;
mod cache;
mod call;
mod capability;
mod compare;
mod component;
mod component_limits;
mod cost;
mod digest;
mod drafter;
mod engine;
mod error;
mod extension;
mod extension_imports;
mod governor;
mod grants;
mod imports;
mod json_values;
mod limits;
mod linked;
mod permit;
mod reader;
mod recorded_answers;
mod recording;
mod replay;
mod runtime;
mod state;
mod verify;
mod world;

pub use call::CallOutcome;
pub use capability::{CallContext, CapabilityError, Contacts, DraftAnswer, Drafting, Research, Sending};
pub use compare::{Baseline, ComparisonCandidate, ComparisonOutcome};
pub use component::{Component, MAX_COMPONENT_BYTES};
pub use cost::CallCost;
pub use digest::Digest;
pub use drafter::Drafter;
pub use engine::{HandoffEngine, ReleaseConfirmation, ReleaseRequest};
pub use error::{AbortReason, Cause, Error, Mismatch};
pub use extension::Extension;
pub use governor::Governor;
pub use grants::{ContactsHandle, DraftingHandle, ExtensionHandle, Grants, ResearchHandle, SendingHandle};
pub use limits::Limits;
pub use permit::{Authority, Permit, PermitScope};
pub use reader::Reader;
pub use recording::{Exchange, ExtensionAnswer, Input, Output, Provenance, Recording};
pub use replay::ReplayOutcome;
pub use runtime::{Runtime, RuntimeOptions};
pub use world::World;

/// The records of the contract.
pub use baton_facts as facts;
