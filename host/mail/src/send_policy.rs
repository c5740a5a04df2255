//! The send policy: whether a message can be sent now, and otherwise when, or why not.
//!
//! A pure function, fast enough for a transaction. Reasons to withdraw a message come first, then those that hold all
//! messages, then those that hold this one. A waiting message has a time that is later than now and within its window,
//! and a reason for the user.

use crate::options::SendingOptions;
use crate::sending_window::{self as hours, RecipientZones, WindowState};
use baton_facts::types::{Suppression, SuppressionReason, SuppressionScope, Timestamp};
use baton_model::CampaignFile;
use baton_model::delivery::{SendContext, SendVerdict};
use std::collections::HashMap;

/// Seconds to the next attempt if a person has to do something first.
const MANUAL_RECHECK_SECONDS: i64 = 60;

/// Maximum number of messages a day, by campaign and tier.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TierDailyCaps(HashMap<(String, String), u32>);

impl TierDailyCaps {
    /// Returns the limits of these campaigns.
    pub fn from_campaigns<'a>(campaigns: impl IntoIterator<Item = &'a CampaignFile>) -> Self {
        let caps = campaigns.into_iter().flat_map(|file| {
            let id = &file.campaign.id;
            file.tiers.iter().filter_map(move |tier| Some(((id.clone(), tier.name.clone()), tier.daily_cap?)))
        });
        Self(caps.collect())
    }

    /// Returns the limit of a campaign's tier, if it has one.
    pub fn daily(&self, campaign: &str, tier: &str) -> Option<u32> {
        self.0.get(&(campaign.to_owned(), tier.to_owned())).copied()
    }

    /// Adds this limit.
    #[must_use]
    pub fn with(mut self, campaign: &str, tier: &str, daily: u32) -> Self {
        self.0.insert((campaign.to_owned(), tier.to_owned()), daily);
        self
    }
}

/// The send policy of an installation.
#[derive(Clone, Debug)]
pub struct SendPolicy {
    /// The table `[sending]` of `baton.toml`.
    pub sending: SendingOptions,
    /// The limits of the campaigns' tiers.
    pub caps: TierDailyCaps,
}

impl SendPolicy {
    /// Decides whether the message can be sent at this time.
    pub fn evaluate(&self, waiting: &SendContext, now: Timestamp) -> SendVerdict {
        self.withdrawal_reason(waiting, now).unwrap_or_else(|| match self.held(waiting, now) {
            Some(gate) => gate,
            None => self.hours(waiting, now, now, None),
        })
    }

    /// Returns the start of the day that the limits count.
    pub fn day(&self, now: Timestamp) -> Timestamp {
        hours::start_of_day(now, self.sending.time_zone.0)
    }

    fn withdrawal_reason(&self, waiting: &SendContext, now: Timestamp) -> Option<SendVerdict> {
        let entry = &waiting.entry;
        let why = if let Some(order) = &waiting.suppression {
            suppressed(order)
        } else if now >= entry.fresh_until {
            let stale = baton_model::package_state::UtcMinute(entry.fresh_until);
            format!("it expired on {stale}, before it could be sent")
        } else {
            return None;
        };
        Some(SendVerdict::Withdraw { why })
    }

    fn held(&self, waiting: &SendContext, now: Timestamp) -> Option<SendVerdict> {
        let sending = &self.sending;
        let entry = &waiting.entry;
        let soon = |why: String| Some(SendVerdict::Wait { until: now.saturating_add(MANUAL_RECHECK_SECONDS), why });
        if let Some(stop) = &waiting.stopped {
            let why = if stop.why.is_empty() { String::new() } else { format!(": {}", stop.why) };
            return soon(format!("{} stopped all sending{why}", stop.who));
        }
        if sending.postal_address.is_none() {
            return soon("`baton.toml` has no `postal-address`, which every message has to state".into());
        }
        if entry.footer.trim().is_empty() {
            let what = "it was approved without the postal address below it, which every message has to state";
            return soon(format!("{what}: withdraw it and approve it again"));
        }
        if let Some(why) = &waiting.paused {
            return soon(format!("everything at this account is paused: {why}"));
        }
        let zone = sending.time_zone.0;
        let tier = self.caps.daily(&entry.campaign, &entry.tier);
        let domain = entry.message.to.rsplit_once('@').map_or("", |(_, domain)| domain);
        let full = [
            (tier, waiting.tier_today, format!("the tier `{}` of the campaign `{}`", entry.tier, entry.campaign)),
            (Some(sending.mailbox_daily), waiting.mailbox_today, format!("the mailbox {}", entry.mailbox)),
            (Some(sending.domain_daily), waiting.domain_today, format!("the domain {domain}")),
        ];
        if let Some((cap, _, whose)) = full.into_iter().find(|(cap, count, _)| cap.is_some_and(|cap| *count >= cap)) {
            if cap == Some(0) {
                return soon(format!("{whose} may have no messages at all"));
            }
            let tomorrow = hours::day_after(now, zone);
            let cap = cap.unwrap_or_default();
            let messages = if cap == 1 { "message".to_owned() } else { format!("{cap} messages") };
            let why = format!("{whose} has had its {messages} of the day");
            return Some(self.hours(waiting, now, tomorrow, Some(why)));
        }
        let free = waiting.mailbox_last.map(|last| last.saturating_add(sending.seconds_between.into()));
        if let Some(free) = free.filter(|free| *free > now) {
            let why = format!("{} seconds pass between two messages of {}", sending.seconds_between, entry.mailbox);
            return Some(self.hours(waiting, now, free, Some(why)));
        }
        None
    }

    /// Applies the sending window from this time on, which is now, or later for another reason.
    fn hours(&self, waiting: &SendContext, now: Timestamp, from: Timestamp, why: Option<String>) -> SendVerdict {
        let place = RecipientZones::of(&waiting.entry, &self.sending);
        let window = || format!("messages are sent from {}, the recipient's time", self.sending.window);
        match (place.window_state(&self.sending, from), why) {
            (WindowState::Open, None) => SendVerdict::Send,
            (WindowState::Open, Some(why)) => {
                let at = hours::moment(from, self.sending.time_zone.0);
                SendVerdict::Wait { until: from, why: format!("{why}; the message is sent after {at}") }
            }
            (WindowState::Opens(until, at), None) => {
                SendVerdict::Wait { until, why: format!("{}; next at {at}", window()) }
            }
            (WindowState::Opens(until, at), Some(why)) => {
                SendVerdict::Wait { until, why: format!("{why}; the message is sent after {at}") }
            }
            (WindowState::Never, _) => {
                let why = format!("{}, and there is no such hour in the days ahead", window());
                SendVerdict::Wait { until: now.saturating_add(86_400), why }
            }
        }
    }
}

fn suppressed(order: &Suppression) -> String {
    let what = match order.scope {
        SuppressionScope::Address => "the address",
        SuppressionScope::Domain => "the domain",
        SuppressionScope::Account => "the account",
    };
    let why = match order.reason {
        SuppressionReason::OptedOut => "the person opted out",
        SuppressionReason::Bounced => "a message to it bounced",
        SuppressionReason::Complaint => "a message was reported as spam",
        SuppressionReason::Listed => "it is on the suppression list",
        SuppressionReason::Other => "it is suppressed",
    };
    format!("{what} is suppressed: {why}")
}

#[cfg(test)]
mod tests;
