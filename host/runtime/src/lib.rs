//! Runs the components of `baton:handoff` inside a CRM: what a vendor embeds.
//!
//! A [`Runtime`] compiles components and bounds their calls. A [`Component`] is a loaded component of one of the four
//! worlds; [`HandoffEngine`], [`Drafter`], [`Governor`] and [`Reader`] are the typed ways to call one. The vendor implements
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
//! - Every call yields a [`Recording`] that [`Runtime::replay`] executes again, bit for bit, and [`Runtime::compare`]
//!   executes with another component.
//!
//! There is no storage and no web in here. Calls are futures and need a tokio runtime with its timer enabled.
//!
//! # Embedding it
//!
//! ```
//! use async_trait::async_trait;
//! use baton_runtime::facts::errors::LookupError;
//! use baton_runtime::facts::packages::{Assignment, Candidate, Dossier, Found, Outcome};
//! use baton_runtime::facts::policy::IdealCustomer;
//! use baton_runtime::{CallContext, Contacts, Drafter, HandoffEngine, CapabilityError, Grants, Component, Research, Runtime, RuntimeOptions};
//! use std::sync::Arc;
//!
//! /// The CRM's own data, here of one account.
//! struct Crm {
//!     dossier: Arc<Dossier>,
//!     people: Arc<Vec<Candidate>>,
//! }
//!
//! #[async_trait]
//! impl Research for Crm {
//!     async fn search(&self, _: &CallContext, _: &IdealCustomer, _: Option<&str>) -> Result<Arc<Found>, CapabilityError<LookupError>> {
//!         Ok(Arc::new(Found { dossiers: vec![Dossier::clone(&self.dossier)], next: None }))
//!     }
//!
//!     // The runtime has turned away questions about any other account than the call's.
//!     async fn look_up(&self, _: &CallContext, _: &str, _since: i64) -> Result<Arc<Dossier>, CapabilityError<LookupError>> {
//!         Ok(Arc::clone(&self.dossier))
//!     }
//! }
//!
//! #[async_trait]
//! impl Contacts for Crm {
//!     async fn find(&self, _: &CallContext, _: &str) -> Result<Arc<Vec<Candidate>>, CapabilityError<LookupError>> {
//!         Ok(Arc::clone(&self.people))
//!     }
//! }
//!
//! async fn package(engine: &[u8], drafter: &[u8], crm: Crm, work: Assignment) -> Result<(), baton_runtime::Error> {
//!     // Once per process.
//!     let runtime = Runtime::new(&RuntimeOptions { cache: Runtime::default_cache(), ..RuntimeOptions::default() })?;
//!     let engine = HandoffEngine::new(&runtime, &Component::load(&runtime, engine)?)?;
//!     let drafter = Drafter::new(&runtime, &Component::load(&runtime, drafter)?)?;
//!
//!     // Once per tenant: what the admin granted. Sending is not, so nothing can leave.
//!     let crm = Arc::new(crm);
//!     let grants = Grants {
//!         tenant: "meadow".into(),
//!         research: Some(Arc::clone(&crm) as _),
//!         contacts: Some(crm),
//!         drafting: Some(Arc::new(drafter)),
//!         sending: None,
//!     };
//!
//!     // Once per account.
//!     let called = engine.prepare(&grants, Arc::new(work)).await;
//!     match &called.result?.outcome {
//!         Outcome::Ready(package) => println!("{}\n{}", package.why_now, package.draft.message.body),
//!         Outcome::Held(hold) => println!("not now: {}", hold.detail),
//!         Outcome::Disqualified(out) => println!("not at all: {}", out.detail),
//!     }
//!     // Keep it with the package: it can be executed again, and a change of it shows.
//!     let sealed = runtime.seal(&called.recording)?;
//!     println!("{} bytes of evidence", sealed.len());
//!     Ok(())
//! }
//! ```

mod bindings;
mod cache;
mod call;
mod capability;
mod compare;
mod component;
mod engine;
mod error;
mod governor;
mod imports;
mod limits;

mod permit;

mod recording;
mod replay;

mod runtime;
mod state;
mod verify;

pub use call::CallOutcome;
pub use capability::{CallContext, CapabilityError, Contacts, DraftAnswer, Drafting, Grants, Research, Sending};
pub use compare::{Baseline, ComparisonCandidate, ComparisonOutcome};
pub use component::{Component, Digest, MAX_COMPONENT_BYTES, World};
pub use engine::{HandoffEngine, ReleaseConfirmation};
pub use error::{AbortReason, Error, Mismatch};
pub use governor::{Drafter, Governor, Reader};
pub use limits::Limits;
pub use permit::{Authority, Permit, PermitScope};
pub use recording::{Exchange, Input, Output, Provenance, Recording};
pub use replay::ReplayOutcome;
pub use runtime::{Runtime, RuntimeOptions};

/// The records of the contract.
pub use baton_facts as facts;
