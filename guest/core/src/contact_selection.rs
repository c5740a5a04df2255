//! Selects the contact to write to: the best one whose title matches a role and who may be contacted now.
//!
//! A conversation with anybody at the account holds the whole account. Everything else is judged per contact, and the
//! hold that ends first is reported. Follow-ups and new drafts go to the contact of the earlier package.

use std::cmp::Reverse;

use baton_facts::packages::{Candidate, Hold, HoldReason, RoleMatch};
use baton_facts::policy::Campaign;
use baton_facts::types::{Contact, Direction, Engagement, Timestamp};

mod account_activity;
mod availability;

use account_activity::AccountActivity;
use availability::{check_reachable, warn_of_doubts};

use crate::angle_selection::{self, AngleChoice};
use crate::calendar::{after_days, iso_date};
use crate::history::campaign_emails_sent;
use crate::record_names::{count, describe_title, list, person};
use crate::rules::{CONTACT_CHOSEN, CONTACT_CONSIDERED, EvidenceRef, NOT_IN_CONVERSATION, ROLE_MATCHED, Trace};
use crate::signals::ScoredSignal;
use crate::titles::{MATCH_MIN, Title};
use crate::touch_outcome::is_automatic_touch;

/// Contacts that the trace lists one by one; the rest are counted.
const LISTED_MAX: usize = 20;

/// The selected contact, with the signal and angle to write about.
pub(crate) struct ContactChoice<'a> {
    pub(crate) candidate: &'a Candidate,
    pub(crate) role_match: RoleMatch,
    pub(crate) angle: AngleChoice<'a>,
    pub(crate) touch_number: u8,
}

/// Returns the best contact who may be contacted now. `signals` are the fresh ones, best first. With `only`, no other
/// contact is considered.
///
/// # Errors
/// The hold that ends first.
pub(crate) fn choose_contact<'a>(
    candidates: &'a [Candidate],
    only: Option<&Contact>,
    signals: &[ScoredSignal<'a>],
    campaign: &'a Campaign,
    now: Timestamp,
    trace: &mut Trace,
) -> Result<ContactChoice<'a>, Hold> {
    check_no_conversation(candidates, campaign, now, trace)?;
    if let Some(contact) = only {
        find_contact(candidates, contact, trace)?;
    }
    let matched = match_roles(candidates, only, campaign, trace)?;
    let activity = AccountActivity::new(candidates, campaign, now);
    if let Err(hold) = activity.check_capacity(campaign) {
        trace.fail(CONTACT_CHOSEN, hold.detail.clone(), &[]);
        return Err(hold);
    }

    let mut earliest: Option<Hold> = None;
    for (index, one) in matched.iter().enumerate() {
        let candidate = &candidates[one.index];
        let name = person(&candidate.contact);
        match activity
            .check_contact(candidates, one.index, campaign, now)
            .and_then(|()| angle_selection::choose_angle(candidate, signals, campaign, now))
        {
            Ok(angle) => {
                let detail =
                    format!("{name}, {} ({} for {})", describe_title(&candidate.contact), one.score, one.role.name);
                trace.pass(CONTACT_CHOSEN, detail, &[EvidenceRef::Contact(&candidate.contact.id)]);
                warn_of_doubts(&candidate.contact, campaign, now, trace);
                return Ok(ContactChoice {
                    candidate,
                    role_match: one.role_match(),
                    angle,
                    touch_number: u8::try_from(campaign_emails_sent(candidate, campaign) + 1).unwrap_or(u8::MAX),
                });
            }
            Err(hold) => {
                if index < LISTED_MAX {
                    trace.fail(CONTACT_CONSIDERED, hold.detail.clone(), &[EvidenceRef::Contact(&candidate.contact.id)]);
                }
                let retry_at = |hold: &Hold| hold.look_again.unwrap_or(Timestamp::MAX);
                if earliest.as_ref().is_none_or(|known| retry_at(&hold) < retry_at(known)) {
                    earliest = Some(hold);
                }
            }
        }
    }
    if matched.len() > LISTED_MAX {
        trace.fail(CONTACT_CONSIDERED, format!("{} more cannot be contacted", matched.len() - LISTED_MAX), &[]);
    }
    let hold = earliest.unwrap_or_else(no_role_match);
    trace.fail(CONTACT_CHOSEN, format!("{} with a matching role, none can be contacted now", matched.len()), &[]);
    Err(hold)
}

fn no_role_match() -> Hold {
    Hold { reason: HoldReason::NoRoleMatch, detail: "no contact's title matches a role".into(), look_again: None }
}

/// Finds a contact among the candidates by id.
pub(crate) fn find_contact<'a>(
    candidates: &'a [Candidate],
    contact: &Contact,
    trace: &mut Trace,
) -> Result<&'a Candidate, Hold> {
    candidates.iter().find(|candidate| candidate.contact.id == contact.id).ok_or_else(|| {
        let detail = format!("{} is no longer recorded at the account", person(contact));
        trace.fail(CONTACT_CHOSEN, detail.clone(), &[EvidenceRef::Contact(&contact.id)]);
        Hold { reason: HoldReason::NoDeliverableContact, detail, look_again: None }
    })
}

/// Checks that a sequence with this contact may continue: nobody is in conversation with us, the title still matches a
/// role, and the address may be used. Being in this sequence, or another contact being in one, does not matter.
pub(crate) fn check_same_contact(
    candidate: &Candidate,
    candidates: &[Candidate],
    campaign: &Campaign,
    now: Timestamp,
    trace: &mut Trace,
) -> Result<RoleMatch, Hold> {
    check_no_conversation(candidates, campaign, now, trace)?;
    let contact = &candidate.contact;
    let matched = match_roles(candidates, Some(contact), campaign, trace)?;
    let available = check_reachable(candidate, campaign, now).and_then(|()| matched.first().ok_or_else(no_role_match));
    let role_match = match available {
        Ok(one) => one.role_match(),
        Err(hold) => {
            trace.fail(CONTACT_CHOSEN, hold.detail.clone(), &[EvidenceRef::Contact(&contact.id)]);
            return Err(hold);
        }
    };
    let (name, title) = (person(contact), describe_title(contact));
    let detail = format!("{name}, {title} ({} for {}), as before", role_match.score, role_match.role);
    trace.pass(CONTACT_CHOSEN, detail, &[EvidenceRef::Contact(&contact.id)]);
    warn_of_doubts(contact, campaign, now, trace);
    Ok(role_match)
}

/// Holds the account while a contact is in conversation with us or wrote to us within `quiet-days`.
fn check_no_conversation(
    candidates: &[Candidate],
    campaign: &Campaign,
    now: Timestamp,
    trace: &mut Trace,
) -> Result<(), Hold> {
    let talking = |candidate: &&Candidate| candidate.contact.engagement == Engagement::InConversation;
    if let Some(candidate) = candidates.iter().find(talking) {
        let detail = format!("{} and a colleague are in conversation", person(&candidate.contact));
        trace.fail(NOT_IN_CONVERSATION, detail.clone(), &[EvidenceRef::Contact(&candidate.contact.id)]);
        return Err(Hold { reason: HoldReason::InConversation, detail, look_again: None });
    }
    let wrote = candidates.iter().flat_map(|candidate| {
        let human = candidate
            .history
            .iter()
            .filter(|touch| touch.direction == Direction::Inbound && !is_automatic_touch(touch));
        human.map(move |touch| (touch.at, candidate))
    });
    if let Some((at, candidate)) = wrote.max_by_key(|(at, _)| *at) {
        let until = after_days(at, campaign.quiet_days);
        if now < until {
            let quiet_period = count(campaign.quiet_days, "day");
            let detail = format!(
                "{} wrote to us on {}, and we wait {quiet_period} after that",
                person(&candidate.contact),
                iso_date(at)
            );
            trace.fail(NOT_IN_CONVERSATION, detail.clone(), &[EvidenceRef::Contact(&candidate.contact.id)]);
            return Err(Hold { reason: HoldReason::InConversation, detail, look_again: Some(until) });
        }
    }
    trace.pass(NOT_IN_CONVERSATION, "nobody at the account is in conversation with us", &[]);
    Ok(())
}

struct RoleCandidate<'a> {
    index: usize,
    role: &'a baton_facts::policy::Role,
    title: &'a String,
    /// The place of the title among those of the campaign.
    position: usize,
    score: u8,
}

impl RoleCandidate<'_> {
    fn role_match(&self) -> RoleMatch {
        RoleMatch { role: self.role.name.clone(), matched_title: self.title.clone(), score: self.score }
    }
}

/// Returns the contacts whose title matches a role, best first: by the role's priority, the score, the verification of
/// the address, the longest time since a touch, the order of the campaign's titles, and the id.
fn match_roles<'a>(
    candidates: &[Candidate],
    only: Option<&Contact>,
    campaign: &'a Campaign,
    trace: &mut Trace,
) -> Result<Vec<RoleCandidate<'a>>, Hold> {
    let roles: Vec<_> = campaign
        .customer
        .roles
        .iter()
        .flat_map(|role| role.titles.iter().map(move |title| (role, title, Title::read(title))))
        .collect();
    let is_considered = |candidate: &&Candidate| only.is_none_or(|only| only.id == candidate.contact.id);
    let people = candidates.iter().filter(is_considered).count();
    let mut matched: Vec<RoleCandidate<'a>> = Vec::new();
    for (index, candidate) in candidates.iter().enumerate().filter(|(_, candidate)| is_considered(candidate)) {
        let held = Title::read(candidate.contact.title.as_deref().unwrap_or_default());
        let best = roles
            .iter()
            .enumerate()
            .map(|(position, (role, title, wanted))| RoleCandidate {
                index,
                role,
                title,
                position,
                score: wanted.score(&held),
            })
            .filter(|one| one.score >= MATCH_MIN)
            // The best title score decides a contact's role, then priority. On a tie the first stays, so the campaign's
            // order decides.
            .reduce(|best, one| {
                if (Reverse(one.score), one.role.priority) < (Reverse(best.score), best.role.priority) {
                    one
                } else {
                    best
                }
            });
        matched.extend(best);
    }
    let last_touch = |index: usize| candidates[index].history.iter().map(|touch| touch.at).max();
    matched.sort_by_cached_key(|one| {
        let contact = &candidates[one.index].contact;
        let by_role = (one.role.priority, Reverse(one.score));
        (by_role, contact.verification, last_touch(one.index), one.position, contact.id.clone())
    });
    if matched.is_empty() {
        let titles = candidates.iter().filter(is_considered).filter_map(|candidate| candidate.contact.title.as_deref());
        let mut titles: Vec<&str> = titles.filter(|title| !title.trim().is_empty()).collect();
        titles.sort_unstable();
        titles.dedup();
        let wanted = list(roles.iter().map(|(_, title, _)| title.as_str()), 5);
        let detail = match (people, titles.len()) {
            (0, _) => "no contact is recorded at the account".into(),
            (people, 0) => format!("no title is recorded for any of {}", count(people as u64, "contact")),
            (people, _) => {
                let people = count(people as u64, "contact");
                format!("none of {people} has a title like {wanted}; the titles are {}", list(titles, 5))
            }
        };
        trace.fail(ROLE_MATCHED, detail.clone(), &[]);
        return Err(Hold { reason: HoldReason::NoRoleMatch, detail, look_again: None });
    }
    let detail = format!("{} of {} with a matching role", matched.len(), count(people as u64, "contact"));
    trace.pass(ROLE_MATCHED, detail, &[]);
    Ok(matched)
}
