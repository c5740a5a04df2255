//! Our activity with all contacts of an account. It keeps us from contacting an account from several sides at once.

use baton_facts::packages::{Candidate, Hold, HoldReason};
use baton_facts::policy::Campaign;
use baton_facts::types::{Direction, Engagement, Timestamp};

use super::availability::{check_quiet_period, check_reachable};
use crate::calendar::{after_business_days, after_days, iso_date};
use crate::history::{campaign_emails_sent, is_campaign_email};
use crate::record_names::{count, person};

/// Open sequences at the account, and when the newest ones began.
pub(super) struct AccountActivity {
    in_sequence: usize,
    /// The start and contact of the two newest sequences: the newest one of another contact is among them.
    newest: [Option<(Timestamp, usize)>; 2],
}

impl AccountActivity {
    pub(super) fn new(candidates: &[Candidate], campaign: &Campaign, now: Timestamp) -> AccountActivity {
        let mut newest = [None; 2];
        for (index, candidate) in candidates.iter().enumerate() {
            let first = sequence_start(candidate, campaign).map(|at| (at, index));
            if first > newest[0] {
                newest = [first, newest[0]];
            } else if first > newest[1] {
                newest[1] = first;
            }
        }
        AccountActivity {
            in_sequence: candidates.iter().filter(|candidate| has_open_sequence(candidate, campaign, now)).count(),
            newest,
        }
    }

    /// Checks that the campaign allows another contact in a sequence at the account.
    pub(super) fn check_capacity(&self, campaign: &Campaign) -> Result<(), Hold> {
        if self.in_sequence < usize::from(campaign.contacts_active_max) {
            return Ok(());
        }
        let (people, most) = (count(self.in_sequence as u64, "contact"), campaign.contacts_active_max);
        let detail = format!("{people} at the account already in a sequence, the campaign allows {most}");
        Err(Hold { reason: HoldReason::AccountBusy, detail, look_again: None })
    }

    /// Checks that this contact may be contacted now.
    ///
    /// # Errors
    /// The hold with the reason.
    pub(super) fn check_contact(
        &self,
        candidates: &[Candidate],
        index: usize,
        campaign: &Campaign,
        now: Timestamp,
    ) -> Result<(), Hold> {
        let candidate = &candidates[index];
        check_reachable(candidate, campaign, now)?;
        check_quiet_period(candidate, campaign, now)?;
        let name = person(&candidate.contact);
        if let Some((at, other)) = self.newest.into_iter().flatten().find(|(_, other)| *other != index) {
            let until = after_business_days(at, campaign.days_between_contacts.into());
            if now < until {
                let other = person(&candidates[other].contact);
                let gap = count(campaign.days_between_contacts, "business day");
                let detail = format!(
                    "{name}: {other} was first written to on {}, the campaign waits {gap} between contacts",
                    iso_date(at)
                );
                return Err(Hold { reason: HoldReason::AccountBusy, detail, look_again: Some(until) });
            }
        }
        Ok(())
    }
}

/// Returns whether the CRM says so, or another message of this campaign is due later.
fn has_open_sequence(candidate: &Candidate, campaign: &Campaign, now: Timestamp) -> bool {
    if candidate.contact.engagement == Engagement::InSequence {
        return true;
    }
    let sent = campaign_emails_sent(candidate, campaign);
    let last = candidate.history.iter().filter(|touch| is_campaign_email(touch, campaign)).map(|touch| touch.at).max();
    let gaps = &campaign.days_between_touches;
    let (Some(last), Some(gap)) = (last, gaps.get(sent.saturating_sub(1)).or(gaps.last())) else { return false };
    sent < usize::from(campaign.touches_max) && now <= after_business_days(last, u32::from(*gap))
}

/// Returns the newest outbound touch that opened a sequence: no other came within `quiet-days` before it.
fn sequence_start(candidate: &Candidate, campaign: &Campaign) -> Option<Timestamp> {
    let mut first = None;
    let mut rested_from = Timestamp::MIN;
    for touch in candidate.history.iter().filter(|touch| touch.direction == Direction::Outbound) {
        if touch.at >= rested_from {
            first = Some(touch.at);
        }
        rested_from = after_days(touch.at, campaign.quiet_days.max(1));
    }
    first
}
