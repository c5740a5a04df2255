//! A campaign as an admin writes it: what components get to see, and what the host keeps to itself.

use crate::ReviewCapacity;
use baton_facts::policy::{Campaign, Tier};

/// A campaign and where its line between software and person is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct CampaignFile {
    /// What components get to see.
    pub campaign: Campaign,
    /// The first tier whose conditions hold is an account's; the last one has none.
    pub tiers: Vec<Tier>,
    /// What people can look at in a day.
    pub capacity: ReviewCapacity,
}
