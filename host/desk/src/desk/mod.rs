//! The desk: what a person, a page and a command can do, and the only way to do it.
//!
//! Every rule that always holds is kept here or in the store beneath, whatever surface asks. Times are given, never
//! read. No transaction is open while a component is called. Whatever is changed leaves a line in the trail.

mod decision;
mod view;

pub use decision::{Decided, Decision, DeskError, Overruled, Refusal, RejectReason, Request};
pub use view::{AuditRow, Content, DecisionView, OutboxView, PackageView, Page, QueueFilter, QueueRow};

use crate::store::{Claimed, Gate, PackageId, Stop, Transmitted, Waiting};
use baton_facts::packages::Check;
use baton_facts::types::{Message, Suppression, Timestamp};
use baton_runtime::{Engine, Governor, Plugin, Replayed, Runtime};
use std::sync::Arc;

type Answer<T> = Result<T, DeskError>;

/// What the desk works with, besides its store.
#[derive(Clone)]
pub struct Tools {
    /// Replays recordings.
    pub runtime: Runtime,
    /// Checks texts and releases them.
    pub engine: Engine,
    /// Grades edits.
    pub governor: Governor,
    /// Every component that recordings may be replayed with, by its digest; the two above and the drafter at least.
    pub plugins: Arc<Vec<Plugin>>,
}

/// The desk. Cheap to clone and to share.
#[derive(Clone)]
pub struct Desk {
    tools: Arc<Tools>,
}

#[expect(clippy::todo, clippy::unused_async, unused_variables, missing_docs, reason = "the seam, being filled")]
impl Desk {
    // for the surfaces
    pub async fn queue(&self, filter: &QueueFilter, after: Option<&str>, limit: u32, now: Timestamp) -> Answer<Page<QueueRow>> {
        todo!()
    }
    pub async fn package(&self, id: &PackageId, now: Timestamp) -> Answer<PackageView> {
        todo!()
    }
    /// The package whose id starts so; for people who type.
    pub async fn find(&self, start: &str) -> Answer<PackageId> {
        todo!()
    }
    pub async fn inspect(&self, id: &PackageId, message: &Message, now: Timestamp) -> Answer<Arc<Vec<Check>>> {
        todo!()
    }
    pub async fn decide(&self, request: &Request, now: Timestamp) -> Answer<Decided> {
        todo!()
    }
    /// The engine's final check; to be called after `decide` gave an outbox id, and at start-up for what was left over.
    pub async fn release(&self, outbox: &str, now: Timestamp) -> Answer<OutboxView> {
        todo!()
    }
    pub async fn unreleased(&self) -> Answer<Vec<String>> {
        todo!()
    }
    pub async fn outbox(&self, after: Option<&str>, limit: u32) -> Answer<Page<OutboxView>> {
        todo!()
    }
    /// A person says whether a message in doubt left.
    pub async fn settle(&self, who: &str, outbox: &str, left: bool, now: Timestamp) -> Answer<OutboxView> {
        todo!()
    }
    pub async fn withdraw(&self, who: &str, outbox: &str, why: &str, now: Timestamp) -> Answer<OutboxView> {
        todo!()
    }
    pub async fn suppress(&self, who: &str, value: &str, order: Suppression, now: Timestamp) -> Answer<()> {
        todo!()
    }
    pub async fn forget(&self, who: &str, address: &str, now: Timestamp) -> Answer<u32> {
        todo!()
    }
    pub async fn stop_sending(&self, who: &str, why: &str, now: Timestamp) -> Answer<()> {
        todo!()
    }
    pub async fn resume_sending(&self, who: &str, now: Timestamp) -> Answer<()> {
        todo!()
    }
    pub async fn stopped(&self) -> Answer<Option<Stop>> {
        todo!()
    }
    pub async fn audit(&self, package: Option<&PackageId>, after: Option<&str>, limit: u32) -> Answer<Page<AuditRow>> {
        todo!()
    }
    pub async fn replay(&self, id: &PackageId) -> Answer<Vec<Replayed>> {
        todo!()
    }

    // for the outbox worker
    /// At start-up: what was being transmitted when the program ended is in doubt. Gives how many.
    pub async fn recover(&self, now: Timestamp) -> Answer<u32> {
        todo!()
    }
    /// The next message that the gates let go, oldest first. What they hold or withdraw is written down on the way.
    /// `day` is when the sender's day began, for the counts. Pure and quick, the gates run within the transaction.
    pub async fn claim_next(&self, now: Timestamp, day: Timestamp, gates: impl Fn(&Waiting) -> Gate + Send) -> Answer<Option<Claimed>> {
        todo!()
    }
    pub async fn ended(&self, claimed: Claimed, what: Transmitted, now: Timestamp) -> Answer<()> {
        todo!()
    }
    /// When the next authorised message is due, so that a worker can wait until then.
    pub async fn next_due(&self) -> Answer<Option<Timestamp>> {
        todo!()
    }
}
