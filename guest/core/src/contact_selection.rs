//! The person to write to: the best of those whose title matches a role and whom nothing stands in the way of.
//!
//! One person talking with us anywhere at the account keeps software away from all of it. Everything else is judged
//! for each person, and the hold that is reported is the most hopeful one: the first that time alone lifts. Whoever was
//! turned to before stays the one: a further message and another draft are to nobody else.

use std::cmp::Reverse;

use baton_facts::packages::{Candidate, Hold, HoldReason, RoleMatch};
use baton_facts::policy::Campaign;
use baton_facts::types::{Contact, Direction, Engagement, Timestamp, Touch};

mod account_activity;

use account_activity::Around;

use crate::angle_selection::{self, Saying};
use crate::calendar::{after_days, ago, iso_date};
use crate::describe::{count, list, person, short, verification};
use crate::eligibility::{active, describe};
use crate::email_address::plausible;
use crate::rules::{CONTACT_CHOSEN, CONTACT_CONSIDERED, NOT_IN_CONVERSATION, ROLE_MATCHED, Trace};
use crate::signals::Scored;
use crate::thread::is_message;
use crate::titles::{LEAST, Title};
use crate::touch_outcome::is_by_machine;

/// How many people the trace names one by one; the rest are counted.
const NAMED: usize = 20;

/// Whom to write to, about what, and with which angle.
pub(crate) struct Choice<'a> {
    pub(crate) candidate: &'a Candidate,
    pub(crate) role_match: RoleMatch,
    pub(crate) saying: Saying<'a>,
    pub(crate) touch_number: u8,
}

/// The best contact who may be written to now; `signals` are the fresh ones, best first. Where somebody is `kept`, by
/// id, nobody else is looked at.
pub(crate) fn choose<'a>(
    candidates: &'a [Candidate],
    kept: Option<&Contact>,
    signals: &[Scored<'a>],
    campaign: &'a Campaign,
    now: Timestamp,
    trace: &mut Trace,
) -> Result<Choice<'a>, Hold> {
    nobody_talks(candidates, campaign, now, trace)?;
    if let Some(kept) = kept {
        find(candidates, kept, trace)?;
    }
    let matched = by_role(candidates, kept, campaign, trace)?;
    let around = Around::new(candidates, campaign, now);
    if let Err(hold) = around.room(campaign) {
        trace.fail(CONTACT_CHOSEN, hold.detail.clone(), &[]);
        return Err(hold);
    }

    let mut most_hopeful: Option<Hold> = None;
    for (index, one) in matched.iter().enumerate() {
        let candidate = &candidates[one.index];
        let name = person(&candidate.contact);
        match around
            .free(candidates, one.index, campaign, now)
            .and_then(|()| angle_selection::first(candidate, signals, campaign, now))
        {
            Ok(saying) => {
                let detail =
                    format!("{name}, {} ({} for {})", short(&candidate.contact.title), one.score, one.role.name);
                trace.pass(CONTACT_CHOSEN, detail, &[&candidate.contact.id]);
                return Ok(Choice {
                    candidate,
                    role_match: one.role_match(),
                    saying,
                    touch_number: u8::try_from(written(candidate, campaign) + 1).unwrap_or(u8::MAX),
                });
            }
            Err(hold) => {
                if index < NAMED {
                    trace.fail(CONTACT_CONSIDERED, hold.detail.clone(), &[&candidate.contact.id]);
                }
                let hope = |hold: &Hold| hold.look_again.unwrap_or(Timestamp::MAX);
                if most_hopeful.as_ref().is_none_or(|known| hope(&hold) < hope(known)) {
                    most_hopeful = Some(hold);
                }
            }
        }
    }
    if matched.len() > NAMED {
        trace.fail(CONTACT_CONSIDERED, format!("{} more were passed over", matched.len() - NAMED), &[]);
    }
    let hold = most_hopeful.unwrap_or_else(roleless);
    trace.fail(CONTACT_CHOSEN, format!("of {} with a role, none may be written to now", matched.len()), &[]);
    Err(hold)
}

fn roleless() -> Hold {
    Hold { reason: HoldReason::NoRoleMatch, detail: "nobody's title matches a role".into(), look_again: None }
}

/// The person, where the account still has them.
pub(crate) fn find<'a>(
    candidates: &'a [Candidate],
    contact: &Contact,
    trace: &mut Trace,
) -> Result<&'a Candidate, Hold> {
    candidates.iter().find(|candidate| candidate.contact.id == contact.id).ok_or_else(|| {
        let detail = format!("{} is not recorded at the account any more", person(contact));
        trace.fail(CONTACT_CHOSEN, detail.clone(), &[&contact.id]);
        Hold { reason: HoldReason::NoDeliverableContact, detail, look_again: None }
    })
}

/// Whether a sequence with the person may go on: nobody talks with us, their title still plays a role, and their
/// address may be written to. That others are in sequence, and that they themselves were written to, is as it is to be.
pub(crate) fn keep(
    candidate: &Candidate,
    candidates: &[Candidate],
    campaign: &Campaign,
    now: Timestamp,
    trace: &mut Trace,
) -> Result<RoleMatch, Hold> {
    nobody_talks(candidates, campaign, now, trace)?;
    let contact = &candidate.contact;
    let matched = by_role(candidates, Some(contact), campaign, trace)?;
    let free = reachable(candidate, campaign, now).and_then(|()| matched.first().ok_or_else(roleless));
    let role_match = match free {
        Ok(one) => one.role_match(),
        Err(hold) => {
            trace.fail(CONTACT_CHOSEN, hold.detail.clone(), &[&contact.id]);
            return Err(hold);
        }
    };
    let (name, title) = (person(contact), short(&contact.title));
    let detail = format!("{name}, {title} ({} for {}), as before", role_match.score, role_match.role);
    trace.pass(CONTACT_CHOSEN, detail, &[&contact.id]);
    Ok(role_match)
}

/// Nobody at the account is in conversation with us, and nobody wrote to us within `quiet-days`.
fn nobody_talks(candidates: &[Candidate], campaign: &Campaign, now: Timestamp, trace: &mut Trace) -> Result<(), Hold> {
    let talking = |candidate: &&Candidate| candidate.contact.engagement == Engagement::InConversation;
    if let Some(candidate) = candidates.iter().find(talking) {
        let detail = format!("{} and a colleague are in conversation", person(&candidate.contact));
        trace.fail(NOT_IN_CONVERSATION, detail.clone(), &[&candidate.contact.id]);
        return Err(Hold { reason: HoldReason::InConversation, detail, look_again: None });
    }
    let wrote = candidates.iter().flat_map(|candidate| {
        let human =
            candidate.history.iter().filter(|touch| touch.direction == Direction::Inbound && !is_by_machine(touch));
        human.map(move |touch| (touch.at, candidate))
    });
    if let Some((at, candidate)) = wrote.max_by_key(|(at, _)| *at) {
        let until = after_days(at, campaign.quiet_days);
        if now < until {
            let rest = count(campaign.quiet_days, "day");
            let detail = format!(
                "{} wrote to us on {}, the account rests {rest} after that",
                person(&candidate.contact),
                iso_date(at)
            );
            trace.fail(NOT_IN_CONVERSATION, detail.clone(), &[&candidate.contact.id]);
            return Err(Hold { reason: HoldReason::InConversation, detail, look_again: Some(until) });
        }
    }
    trace.pass(NOT_IN_CONVERSATION, "nobody at the account is talking with us", &[]);
    Ok(())
}

struct Matched<'a> {
    index: usize,
    role: &'a baton_facts::policy::Role,
    title: &'a String,
    score: u8,
}

impl Matched<'_> {
    fn role_match(&self) -> RoleMatch {
        RoleMatch { role: self.role.name.clone(), matched_title: self.title.clone(), score: self.score }
    }
}

/// Everybody whose title matches a role, the best first: by the role's priority, the match, the verification of the
/// address, the longest rest and at last the id. Where somebody is kept, they alone are looked at.
fn by_role<'a>(
    candidates: &[Candidate],
    kept: Option<&Contact>,
    campaign: &'a Campaign,
    trace: &mut Trace,
) -> Result<Vec<Matched<'a>>, Hold> {
    let roles: Vec<_> = campaign
        .customer
        .roles
        .iter()
        .flat_map(|role| role.titles.iter().map(move |title| (role, title, Title::read(title))))
        .collect();
    let looked_at = |candidate: &&Candidate| kept.is_none_or(|kept| kept.id == candidate.contact.id);
    let people = candidates.iter().filter(looked_at).count();
    let mut matched: Vec<Matched<'a>> = Vec::new();
    for (index, candidate) in candidates.iter().enumerate().filter(|(_, candidate)| looked_at(candidate)) {
        let held = Title::read(&candidate.contact.title);
        let best = roles
            .iter()
            .map(|(role, title, wanted)| Matched { index, role, title, score: wanted.score(&held) })
            .filter(|one| one.score >= LEAST)
            // Somebody plays the role that their title says best; priority decides among equals, and later among people.
            // Of what is equal then the first stays, so the campaign's order decides.
            .reduce(|best, one| {
                if (Reverse(one.score), one.role.priority) < (Reverse(best.score), best.role.priority) {
                    one
                } else {
                    best
                }
            });
        matched.extend(best);
    }
    let last = |index: usize| candidates[index].history.iter().map(|touch| touch.at).max();
    matched.sort_by_cached_key(|one| {
        let contact = &candidates[one.index].contact;
        (one.role.priority, Reverse(one.score), contact.verification, last(one.index), contact.id.clone())
    });
    if matched.is_empty() {
        let titles = candidates.iter().filter(looked_at).map(|candidate| candidate.contact.title.as_str());
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
    let detail = format!("{} of {} match a role", matched.len(), count(people as u64, "contact"));
    trace.pass(ROLE_MATCHED, detail, &[]);
    Ok(matched)
}

/// Whether the touch is a message of this campaign.
pub(crate) fn is_ours(touch: &Touch, campaign: &Campaign) -> bool {
    is_message(touch) && touch.campaign.as_deref() == Some(campaign.id.as_str())
}

/// How many messages of this campaign the person got.
pub(crate) fn written(candidate: &Candidate, campaign: &Campaign) -> usize {
    candidate.history.iter().filter(|touch| is_ours(touch, campaign)).count()
}

/// There is an address, it may be written to, and a name to greet.
fn reachable(candidate: &Candidate, campaign: &Campaign, now: Timestamp) -> Result<(), Hold> {
    let contact = &candidate.contact;
    let name = person(contact);
    let held = |detail, look_again| Err(Hold { reason: HoldReason::NoDeliverableContact, detail, look_again });
    if contact.first_name.trim().is_empty() && contact.last_name.trim().is_empty() {
        return held(format!("{name} has no name to greet"), None);
    }
    let Some(email) = contact.email.as_deref().filter(|email| !email.trim().is_empty()) else {
        return held(format!("{name} has no address"), None);
    };
    if !plausible(email) {
        return held(format!("{name}: “{}” is no address", short(email)), None);
    }
    if let Some(suppression) = active(contact.suppression.as_ref(), now) {
        return held(format!("{name}: {}", describe(suppression)), suppression.until);
    }
    let weakest = campaign.weakest_verification;
    if contact.verification == baton_facts::types::Verification::Undeliverable || contact.verification > weakest {
        let (state, weakest) = (verification(contact.verification), verification(weakest));
        return held(format!("{name}: {} is {state}, the campaign asks for {weakest}", short(email)), None);
    }
    Ok(())
}

/// No sequence is under way with the person, they have not had all messages, and have rested long enough.
fn rested(candidate: &Candidate, campaign: &Campaign, now: Timestamp) -> Result<(), Hold> {
    let name = person(&candidate.contact);
    if candidate.contact.engagement == Engagement::InSequence {
        let detail = format!("{name} is in another sequence");
        return Err(Hold { reason: HoldReason::InConversation, detail, look_again: None });
    }
    let written = written(candidate, campaign);
    if written >= usize::from(campaign.touches_max) {
        let detail = format!("{name} has had {} of this campaign", count(written as u64, "message"));
        return Err(Hold { reason: HoldReason::SequenceEnded, detail, look_again: None });
    }
    if let Some(last) = candidate.history.iter().map(|touch| touch.at).max() {
        let until = after_days(last, campaign.quiet_days);
        if now < until {
            let rest = count(campaign.quiet_days, "day");
            let detail =
                format!("{name}: the last touch was {}, on {}, a person rests {rest}", ago(last, now), iso_date(last));
            return Err(Hold { reason: HoldReason::RecentlyTouched, detail, look_again: Some(until) });
        }
    }
    Ok(())
}
