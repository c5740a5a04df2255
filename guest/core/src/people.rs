//! The person to write to: the best of those whose title matches a role and whom nothing stands in the way of.
//!
//! One person talking with us anywhere at the account keeps software away from all of it. Everything else is judged
//! for each person, and the hold that is reported is the most hopeful one: the first that time alone lifts.

use std::cmp::Reverse;

use baton_facts::packages::{Candidate, Hold, HoldReason, RoleMatch};
use baton_facts::policy::{Angle, Campaign};
use baton_facts::types::{Channel, Direction, Engagement, Signal, Timestamp, Touch};

use crate::address::plausible;
use crate::calendar::{after_business_days, after_days, ago, iso_date};
use crate::eligibility::{active, describe};
use crate::rules::{CONTACT_CHOSEN, CONTACT_CONSIDERED, NOT_IN_CONVERSATION, ROLE_MATCHED, Trace};
use crate::signals::{Scored, points, same_kind};
use crate::titles::{LEAST, Title};
use crate::wording::{count, list, person, short, verification};

/// How many people the trace names one by one; the rest are counted.
const NAMED: usize = 20;

/// Whom to write to, about what, and with which angle.
pub(crate) struct Choice<'a> {
    pub(crate) candidate: &'a Candidate,
    pub(crate) role_match: RoleMatch,
    pub(crate) signal: &'a Signal,
    pub(crate) points: u8,
    pub(crate) angle: &'a Angle,
    pub(crate) touch_number: u8,
}

/// The best contact who may be written to now; `signals` are the fresh ones, best first.
pub(crate) fn choose<'a>(
    candidates: &'a [Candidate],
    signals: &[Scored<'a>],
    campaign: &'a Campaign,
    now: Timestamp,
    trace: &mut Trace,
) -> Result<Choice<'a>, Hold> {
    nobody_talks(candidates, campaign, now, trace)?;
    let matched = by_role(candidates, campaign, trace)?;
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
            .and_then(|()| subject(candidate, signals, campaign, now))
        {
            Ok((signal, points, angle)) => {
                let detail =
                    format!("{name}, {} ({} for {})", short(&candidate.contact.title), one.score, one.role.name);
                trace.pass(CONTACT_CHOSEN, detail, &[&candidate.contact.id]);
                return Ok(Choice {
                    candidate,
                    role_match: RoleMatch {
                        role: one.role.name.clone(),
                        matched_title: one.title.clone(),
                        score: one.score,
                    },
                    signal,
                    points,
                    angle,
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
    let hold = most_hopeful.unwrap_or(Hold {
        reason: HoldReason::NoRoleMatch,
        detail: "nobody's title matches a role".into(),
        look_again: None,
    });
    trace.fail(CONTACT_CHOSEN, format!("of {} with a role, none may be written to now", matched.len()), &[]);
    Err(hold)
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
            candidate.history.iter().filter(|touch| touch.direction == Direction::Inbound && !by_machine(touch));
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

/// Machines answer without anybody having read; the words are those of the contract's message kinds.
fn by_machine(touch: &Touch) -> bool {
    const MACHINES: [&str; 7] =
        ["auto-reply", "out-of-office", "delivery-failure", "delivery-delay", "bounce", "bounced", "hard-bounce"];
    touch.outcome.as_deref().is_some_and(|outcome| {
        MACHINES.iter().any(|machine| {
            let fold = |byte: u8| if matches!(byte, b'_' | b' ') { b'-' } else { byte.to_ascii_lowercase() };
            outcome.trim().bytes().map(fold).eq(machine.bytes())
        })
    })
}

struct Matched<'a> {
    index: usize,
    role: &'a baton_facts::policy::Role,
    title: &'a String,
    score: u8,
}

/// Everybody whose title matches a role, the best first: by the role's priority, the match, the verification of the
/// address, the longest rest and at last the id.
fn by_role<'a>(candidates: &[Candidate], campaign: &'a Campaign, trace: &mut Trace) -> Result<Vec<Matched<'a>>, Hold> {
    let roles: Vec<_> = campaign
        .customer
        .roles
        .iter()
        .flat_map(|role| role.titles.iter().map(move |title| (role, title, Title::read(title))))
        .collect();
    let mut matched: Vec<Matched<'a>> = Vec::new();
    for (index, candidate) in candidates.iter().enumerate() {
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
        let titles = candidates.iter().map(|candidate| candidate.contact.title.as_str());
        let mut titles: Vec<&str> = titles.filter(|title| !title.trim().is_empty()).collect();
        titles.sort_unstable();
        titles.dedup();
        let wanted = list(roles.iter().map(|(_, title, _)| title.as_str()), 5);
        let detail = match (candidates.len(), titles.len()) {
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
    let detail = format!("{} of {} match a role", matched.len(), count(candidates.len() as u64, "contact"));
    trace.pass(ROLE_MATCHED, detail, &[]);
    Ok(matched)
}

/// What is under way with the others at the account.
struct Around {
    in_sequence: usize,
    /// The two newest first touches and whose they are: the newest of the others is among them.
    newest: [Option<(Timestamp, usize)>; 2],
}

impl Around {
    fn new(candidates: &[Candidate], campaign: &Campaign, now: Timestamp) -> Around {
        let mut newest = [None; 2];
        for (index, candidate) in candidates.iter().enumerate() {
            let first = first_touch(candidate, campaign).map(|at| (at, index));
            if first > newest[0] {
                newest = [first, newest[0]];
            } else if first > newest[1] {
                newest[1] = first;
            }
        }
        Around {
            in_sequence: candidates.iter().filter(|candidate| under_way(candidate, campaign, now)).count(),
            newest,
        }
    }

    /// Whether one more may be written to at the account.
    fn room(&self, campaign: &Campaign) -> Result<(), Hold> {
        if self.in_sequence < usize::from(campaign.contacts_active_max) {
            return Ok(());
        }
        let (people, most) = (count(self.in_sequence as u64, "contact"), campaign.contacts_active_max);
        let detail = format!("{people} at the account in sequence, the campaign allows {most}");
        Err(Hold { reason: HoldReason::AccountBusy, detail, look_again: None })
    }

    /// Whether a person may be written to now; else what stands in the way.
    fn free(&self, candidates: &[Candidate], index: usize, campaign: &Campaign, now: Timestamp) -> Result<(), Hold> {
        let candidate = &candidates[index];
        reachable(candidate, campaign, now)?;
        rested(candidate, campaign, now)?;
        let name = person(&candidate.contact);
        if let Some((at, other)) = self.newest.into_iter().flatten().find(|(_, other)| *other != index) {
            let until = after_business_days(at, campaign.days_between_contacts);
            if now < until {
                let other = person(&candidates[other].contact);
                let gap = count(campaign.days_between_contacts, "business day");
                let detail =
                    format!("{name}: {other} was first written to on {}, {gap} have to lie between", iso_date(at));
                return Err(Hold { reason: HoldReason::AccountBusy, detail, look_again: Some(until) });
            }
        }
        Ok(())
    }
}

/// A sequence is under way where the CRM says so, or while this campaign's next message is still to come.
fn under_way(candidate: &Candidate, campaign: &Campaign, now: Timestamp) -> bool {
    if candidate.contact.engagement == Engagement::InSequence {
        return true;
    }
    let sent = written(candidate, campaign);
    let last = candidate.history.iter().filter(|touch| is_ours(touch, campaign)).map(|touch| touch.at).max();
    let gaps = &campaign.days_between_touches;
    let (Some(last), Some(gap)) = (last, gaps.get(sent.saturating_sub(1)).or(gaps.last())) else { return false };
    sent < usize::from(campaign.touches_max) && now <= after_business_days(last, *gap)
}

/// The newest touch of ours that followed no other within `quiet-days`, so that it opened a sequence.
fn first_touch(candidate: &Candidate, campaign: &Campaign) -> Option<Timestamp> {
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

fn is_ours(touch: &Touch, campaign: &Campaign) -> bool {
    touch.direction == Direction::Outbound
        && touch.channel == Channel::Email
        && touch.campaign.as_deref() == Some(campaign.id.as_str())
}

/// How many messages of this campaign the person got.
fn written(candidate: &Candidate, campaign: &Campaign) -> usize {
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
        return Err(Hold { reason: HoldReason::RecentlyTouched, detail, look_again: None });
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

/// The best signal that there is something to say about in the person's language.
fn subject<'a>(
    candidate: &Candidate,
    signals: &[Scored<'a>],
    campaign: &'a Campaign,
    now: Timestamp,
) -> Result<(&'a Signal, u8, &'a Angle), Hold> {
    let recorded = candidate.contact.language.as_deref().filter(|tag| !tag.trim().is_empty());
    let language = recorded.unwrap_or(&campaign.language);
    let spoken = |angle: &&Angle| same_language(&angle.language, language);
    // The order of the signals is by their best angle in any language; in this one another may come first.
    let told = signals.iter().filter_map(|scored| {
        let angle = campaign.angles.iter().filter(spoken).find(|angle| same_kind(angle, scored.signal))?;
        Some((scored.signal, points(scored.signal, angle, now)?, angle))
    });
    told.reduce(|best, one| if one.1 > best.1 { one } else { best }).ok_or_else(|| {
        let kinds = list(signals.iter().map(|scored| scored.signal.kind.as_str()), 3);
        let (name, language) = (person(&candidate.contact), short(language));
        let detail = format!("{name} reads {language}, and the campaign has no angle for {kinds} in that language");
        Hold { reason: HoldReason::UnsupportedLanguage, detail, look_again: None }
    })
}

/// Whether two BCP 47 tags have the same primary subtag: `en-GB` is read as `en`.
fn same_language(one: &str, other: &str) -> bool {
    let primary = |tag: &str| tag.trim().split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    primary(one) == primary(other)
}
