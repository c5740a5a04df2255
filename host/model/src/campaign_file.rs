//! A campaign file: the part that components see, and the part that only the host uses.

use crate::review_capacity::ReviewCapacity;
use baton_facts::policy::{Campaign, Tier};

/// A campaign with its tiers and review capacity.
#[derive(Clone, Debug, PartialEq)]
pub struct CampaignFile {
    /// The part that components see.
    pub campaign: Campaign,
    /// The first tier whose conditions an account meets is the account's; the last one has no conditions.
    pub tiers: Vec<Tier>,
    /// The review capacity per day.
    pub capacity: ReviewCapacity,
}
