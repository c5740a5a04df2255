//! The tabs of the queue: the package states that each one lists.

use baton_desk::reviews::QueueCount;
use baton_model::package_state::State as Life;

/// The tabs: the name in the address, the label, and the package states. The first tab has the packages to review.
pub(super) const TABS: &[(&str, &str, &[Life])] = &[
    ("", "To review", &[]),
    ("snoozed", "Snoozed", &[Life::Snoozed]),
    ("under-way", "Scheduled", &[Life::Approved, Life::Authorised, Life::Transmitting]),
    ("in-doubt", "Delivery unknown", &[Life::InDoubt]),
    ("sent", "Sent", &[Life::Sent]),
    ("rejected", "Rejected", &[Life::Rejected]),
    ("stale", "Expired", &[Life::Expired]),
    ("gone", "Not sent", &[Life::Failed, Life::Expired, Life::Superseded, Life::Withdrawn]),
    ("all", "All", &Life::ALL),
];

/// Returns how many packages of this group are in these states, or wait for review if no state is given.
pub(super) fn weight(count: &QueueCount, states: &[Life]) -> u64 {
    match states {
        [] => count.waiting,
        states if states.contains(&count.state) => count.packages,
        _ => 0,
    }
}
