//! Whether one contact may be written to now: the address, the suppressions and the earlier touches.

use baton_facts::packages::{Candidate, Hold, HoldReason};
use baton_facts::policy::Campaign;
use baton_facts::types::{Engagement, Timestamp};

use crate::calendar::{after_days, ago, iso_date};
use crate::eligibility::{active_suppression, describe_suppression, describe_unclear};
use crate::email_address::is_plausible_address;
use crate::history::campaign_emails_sent;
use crate::record_names::{count, person, short, verification};

/// Checks that the contact has a name and an address that may be used.
pub(super) fn check_reachable(candidate: &Candidate, campaign: &Campaign, now: Timestamp) -> Result<(), Hold> {
    let contact = &candidate.contact;
    let name = person(contact);
    let held = |detail, look_again| Err(Hold { reason: HoldReason::NoDeliverableContact, detail, look_again });
    if [&contact.first_name, &contact.last_name].into_iter().flatten().all(|name| name.trim().is_empty()) {
        return held(format!("{name} has no recorded name"), None);
    }
    let Some(email) = contact.email.as_deref().filter(|email| !email.trim().is_empty()) else {
        return held(format!("{name} has no email address"), None);
    };
    if !is_plausible_address(email) {
        return held(format!("{name}: “{}” is not an email address", short(email)), None);
    }
    if let Some(suppression) = active_suppression(contact.suppression.as_ref(), now) {
        return held(format!("{name}: {}", describe_suppression(suppression)), suppression.until);
    }
    if let Some(unclear) = describe_unclear(&contact.unclear) {
        return Err(Hold { reason: HoldReason::RecordUnclear, detail: format!("{name}: {unclear}"), look_again: None });
    }
    let weakest = campaign.weakest_verification;
    if contact.verification == baton_facts::types::Verification::Undeliverable || contact.verification > weakest {
        let (state, weakest) = (verification(contact.verification), verification(weakest));
        return held(format!("{name}: {} is {state}, the campaign requires {weakest}", short(email)), None);
    }
    Ok(())
}

/// Checks that the contact is in no sequence, has messages left, and had no touch within `quiet-days`.
pub(super) fn check_quiet_period(candidate: &Candidate, campaign: &Campaign, now: Timestamp) -> Result<(), Hold> {
    let name = person(&candidate.contact);
    if candidate.contact.engagement == Engagement::InSequence {
        let detail = format!("{name} is in another sequence");
        return Err(Hold { reason: HoldReason::InConversation, detail, look_again: None });
    }
    let sent = campaign_emails_sent(candidate, campaign);
    if sent >= usize::from(campaign.touches_max) {
        let detail = format!("{name} has had {} of this campaign", count(sent as u64, "message"));
        return Err(Hold { reason: HoldReason::SequenceEnded, detail, look_again: None });
    }
    if let Some(last) = candidate.history.iter().map(|touch| touch.at).max() {
        let until = after_days(last, campaign.quiet_days);
        if now < until {
            let quiet_period = count(campaign.quiet_days, "day");
            let detail = format!(
                "{name}: the last touch was {}, on {}, and we wait {quiet_period}",
                ago(last, now),
                iso_date(last)
            );
            return Err(Hold { reason: HoldReason::RecentlyTouched, detail, look_again: Some(until) });
        }
    }
    Ok(())
}
