//! Whether one contact may be written to now: the address, the suppressions and the earlier touches.

use baton_facts::packages::{Candidate, Hold, HoldReason};
use baton_facts::policy::Campaign;
use baton_facts::types::{Contact, Engagement, Timestamp};

use crate::calendar::{after_days, ago, iso_date};
use crate::eligibility::{active_suppression, describe_suppression, describe_unclear};
use crate::email_address::is_plausible_address;
use crate::history::campaign_emails_sent;
use crate::person_name::PersonName;
use crate::record_names::{count, person, short, shortened, verification};
use crate::rules::{CONTACT_DOUBTS, EvidenceRef, Trace};

/// Characters of a doubt that are quoted.
const DOUBT_MAX: usize = 300;
/// Days after which the verification of an address says little: people change jobs.
const VERIFIED_DAYS_MAX: u32 = 366;

/// Checks that the contact has a name and an address that may be used.
pub(super) fn check_reachable(candidate: &Candidate, campaign: &Campaign, now: Timestamp) -> Result<(), Hold> {
    let contact = &candidate.contact;
    let name = person(contact);
    let held = |detail, look_again| Err(Hold { reason: HoldReason::NoDeliverableContact, detail, look_again });
    if let Err(why) = PersonName::check_usable(contact) {
        return held(format!("{name} {why}"), None);
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

/// Warns of what a person looks at before a message to the contact is sent.
pub(super) fn warn_of_doubts(contact: &Contact, campaign: &Campaign, now: Timestamp, trace: &mut Trace) {
    let mut doubts: Vec<String> = contact.doubts.iter().map(|doubt| shortened(doubt, DOUBT_MAX)).collect();
    if let Some(verified) = contact.verified_at
        && after_days(verified, VERIFIED_DAYS_MAX) < now
    {
        doubts.push(format!("the address was verified on {}, more than a year ago", iso_date(verified)));
    }
    let countries = &campaign.customer.countries;
    if let Some(country) = &contact.country
        && !countries.is_empty()
        && !countries.iter().any(|one| one.eq_ignore_ascii_case(country))
    {
        doubts.push(format!("the person is in {}, outside the campaign's countries", short(country)));
    }
    if !doubts.is_empty() {
        let detail = format!("{}: {}", person(contact), doubts.join("; "));
        trace.warn(CONTACT_DOUBTS, detail, &[EvidenceRef::Contact(&contact.id)]);
    }
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
