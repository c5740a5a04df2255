//! The handoff logic: pure functions over the facts of the contract.
//!
//! Nothing in here calls the host, reads a clock, draws a random number or does I/O: what the logic needs from outside
//! is the trait [`Capabilities`] and a `now` that the caller passes in. So the same code runs inside the components,
//! in native tests and in benchmarks, and the same input gives the same output, bit for bit.

use baton_facts::{
    errors::{DraftingError, HandoffError, LookupError},
    packages::{
        Assignment, Brief, Candidate, Check, Dossier, Found, HandoffPackage, Hold, HoldReason, Outcome, Preparation,
        Prospects,
    },
    policy::{Campaign, IdealCustomer},
    types::{Draft, Message, Timestamp},
};

pub mod governing;
pub mod replies;
pub mod template;

/// What the host provides, as the logic sees it. The contract's interfaces `research`, `contacts` and `drafting`.
pub trait Capabilities {
    /// A page of accounts that may fit the ideal customer.
    fn search(&mut self, customer: &IdealCustomer, cursor: Option<&str>) -> Result<Found, LookupError>;
    /// The account of this call, with its signals observed since then.
    fn look_up(&mut self, account: &str, since: Timestamp) -> Result<Dossier, LookupError>;
    /// Everybody known at the account of this call.
    fn find(&mut self, account: &str) -> Result<Vec<Candidate>, LookupError>;
    /// A draft for the brief.
    fn write(&mut self, brief: &Brief) -> Result<Draft, DraftingError>;
}

/// A page of accounts that fit the ideal customer, best first.
pub fn discover(
    campaign: &Campaign,
    cursor: Option<&str>,
    _now: Timestamp,
    host: &mut impl Capabilities,
) -> Result<Prospects, HandoffError> {
    let found = host.search(&campaign.customer, cursor).map_err(|_| HandoffError::Other(None))?;
    Ok(Prospects { found: Vec::new(), next: found.next })
}

/// From an account to a package, or to the reason why there is none.
pub fn prepare(assignment: &Assignment, host: &mut impl Capabilities) -> Result<Preparation, HandoffError> {
    let dossier = host.look_up(&assignment.account, 0).map_err(|_| HandoffError::Other(None))?;
    Ok(Preparation {
        outcome: Outcome::Held(Hold {
            reason: HoldReason::NoFreshSignal,
            detail: format!("{} signals", dossier.signals.len()),
            look_again: None,
        }),
        trace: Vec::new(),
    })
}

/// Another draft for a package that a person turned down.
pub fn redraft(
    _previous: &HandoffPackage,
    _note: &str,
    assignment: &Assignment,
    host: &mut impl Capabilities,
) -> Result<Preparation, HandoffError> {
    prepare(assignment, host)
}

/// The checks on any text for this package.
pub fn inspect(_reviewed: &HandoffPackage, _outgoing: &Message, _now: Timestamp) -> Vec<Check> {
    Vec::new()
}

/// Whether the text may leave: the failed checks that nobody overruled are the refusal.
pub fn may_leave(
    reviewed: &HandoffPackage,
    outgoing: &Message,
    overruled: &[String],
    now: Timestamp,
) -> Result<(), Vec<Check>> {
    let failed: Vec<Check> = inspect(reviewed, outgoing, now)
        .into_iter()
        .filter(|check| check.verdict == baton_facts::packages::Verdict::Fail && !overruled.contains(&check.name))
        .collect();
    if failed.is_empty() { Ok(()) } else { Err(failed) }
}
