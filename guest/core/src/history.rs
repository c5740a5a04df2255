//! A contact's earlier touches: which of them are our emails, and which belong to the campaign.

use baton_facts::packages::Candidate;
use baton_facts::policy::Campaign;
use baton_facts::types::{Channel, Direction, Touch};

/// Whether we sent the touch as an email.
pub(crate) fn is_outbound_email(touch: &Touch) -> bool {
    touch.direction == Direction::Outbound && touch.channel == Channel::Email
}

/// Whether the touch is an email of this campaign.
pub(crate) fn is_campaign_email(touch: &Touch, campaign: &Campaign) -> bool {
    is_outbound_email(touch) && touch.campaign.as_deref() == Some(campaign.id.as_str())
}

/// Counts the emails of this campaign that the contact received.
pub(crate) fn campaign_emails_sent(candidate: &Candidate, campaign: &Campaign) -> usize {
    candidate.history.iter().filter(|touch| is_campaign_email(touch, campaign)).count()
}
