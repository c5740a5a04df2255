//! The state of a sequence with one contact: the sent messages, the replies, and whether another message is due.
//!
//! Sent messages are known from the host's record and the contact's history together; where they contradict each other,
//! nothing is sent. Anything that a person at the account did since the first message ends the sequence.

use baton_facts::packages::{Brief, Candidate, Hold, HoldReason, Sent, Verdict};
use baton_facts::policy::Campaign;
use baton_facts::types::{Direction, Draft, Message, Timestamp, Touch};

use crate::calendar::{DAY, after_business_days, after_days, business_days_between, iso_date};
use crate::history::{campaign_emails_sent, is_campaign_email, is_outbound_email};
use crate::record_names::{count, person, short};
use crate::rules::{
    EARLIER_TOUCH_DELIVERED, EARLIER_TOUCH_NAMED, EARLIER_TOUCH_SENT, EvidenceRef, GAP_PASSED, SHORTER_THAN_FIRST,
    TOUCHES_LEFT, Trace, UNANSWERED,
};
use crate::text::{without_signature, word_count};
use crate::thread::same_thread;
use crate::touch_outcome;

/// The most seconds between the host's record of a message and its entry in the history.
const MATCH_SECONDS: u64 = 600;

/// An open sequence with one contact.
pub(crate) struct Sequence<'a> {
    pub(crate) candidate: &'a Candidate,
    /// Oldest first and never empty. The dates are those of the history where it has the message.
    pub(crate) sent: Vec<Sent>,
    /// The number of the next message, of `touches_max`.
    pub(crate) number: u8,
    pub(crate) touches_max: u8,
    /// The last time at which another message may be sent.
    pub(crate) until: Timestamp,
    /// The answer to the last message, as part of a sentence.
    pub(crate) status: String,
    first: Timestamp,
    last: Timestamp,
}

impl<'a> Sequence<'a> {
    /// Returns the sequence if its last message was sent and delivered and nobody answered since the first.
    ///
    /// `sent` and the campaign's `days_between_touches` must not be empty.
    pub(crate) fn resume(
        candidate: &'a Candidate,
        candidates: &[Candidate],
        sent: &[Sent],
        campaign: &Campaign,
        trace: &mut Trace,
    ) -> Result<Sequence<'a>, Hold> {
        let mut sent = sent.to_vec();
        sent.sort_by_key(|message| message.at);
        check_last_sent(candidate, &sent, campaign, trace)?;
        let recorded: Vec<_> = (0..sent.len()).map(|index| history_entry(&sent, index, candidate, campaign)).collect();
        for (message, touch) in sent.iter_mut().zip(recorded) {
            message.at = touch.map_or(message.at, |touch| touch.at);
        }
        sent.sort_by_key(|message| message.at);

        let ours = candidate.history.iter().filter(|touch| is_campaign_email(touch, campaign)).map(|touch| touch.at);
        let dates = || sent.iter().map(|message| message.at);
        let first = dates().min().unwrap_or(Timestamp::MIN);
        let last = dates().chain(ours).max().unwrap_or(Timestamp::MAX);
        let waits = (1..usize::from(campaign.touches_max)).map(|number| gap_days(campaign, number));
        let mut sequence = Sequence {
            number: u8::try_from(sent.len().max(campaign_emails_sent(candidate, campaign)) + 1).unwrap_or(u8::MAX),
            touches_max: campaign.touches_max,
            // Twice the sum of the gaps leaves time for reviews and holds, and still ends the sequence before a message
            // would come as a surprise.
            until: after_business_days(first, 2 * waits.sum::<u32>()),
            status: String::new(),
            candidate,
            sent,
            first,
            last,
        };
        sequence.check_delivered(trace)?;
        sequence.status = sequence.check_unanswered(candidates, trace)?;
        Ok(sequence)
    }

    /// Checks that another message is left to send, and due.
    pub(crate) fn check_due(&self, campaign: &Campaign, now: Timestamp, trace: &mut Trace) -> Result<(), Hold> {
        let name = person(&self.candidate.contact);
        let had = usize::from(self.number) - 1;
        if had >= usize::from(self.touches_max) {
            let detail = format!(
                "{name} has had {} of this campaign, and the limit is {}",
                count(had as u64, "message"),
                self.touches_max,
            );
            return Err(self.end(TOUCHES_LEFT, HoldReason::SequenceEnded, detail, trace));
        }
        if now > self.until {
            let (first, until) = (iso_date(self.first), iso_date(self.until));
            let detail = format!("the sequence to {name} began on {first} and ended on {until}");
            return Err(self.end(TOUCHES_LEFT, HoldReason::SequenceEnded, detail, trace));
        }
        let detail =
            format!("touch {} of {}, the sequence runs until {}", self.number, self.touches_max, iso_date(self.until));
        trace.pass(TOUCHES_LEFT, detail, &[EvidenceRef::Contact(&self.candidate.contact.id)]);

        if let Some(touch) = self.other_outreach(campaign) {
            let until = after_days(touch.at, campaign.quiet_days);
            if now < until {
                let (what, date) = (touch_outcome::describe_channel(touch.channel), iso_date(touch.at));
                let quiet_period = count(campaign.quiet_days, "day");
                let detail = format!("{name}: {what} of ours on {date} came between, and we wait {quiet_period}");
                trace.fail(GAP_PASSED, detail.clone(), &[EvidenceRef::Contact(&self.candidate.contact.id)]);
                return Err(Hold { reason: HoldReason::RecentlyTouched, detail, look_again: Some(until) });
            }
        }
        let gap = gap_days(campaign, self.sent.len());
        let until = after_business_days(self.last, gap);
        let passed = count(u64::try_from(business_days_between(self.last, now)).unwrap_or(0), "business day");
        let detail = format!("{passed} since the message of {}, the campaign waits {gap}", iso_date(self.last));
        if now < until {
            let detail = format!("{name}: {detail}");
            trace.fail(GAP_PASSED, detail.clone(), &[EvidenceRef::Contact(&self.candidate.contact.id)]);
            return Err(Hold { reason: HoldReason::RecentlyTouched, detail, look_again: Some(until) });
        }
        trace.pass(GAP_PASSED, detail, &[EvidenceRef::Contact(&self.candidate.contact.id)]);
        Ok(())
    }

    /// Checks that the draft refers to an earlier message and is shorter than the first. Otherwise it warns, so a
    /// person looks.
    pub(crate) fn check_continuity(&self, draft: &Draft, brief: &Brief, trace: &mut Trace) {
        let contact = EvidenceRef::Contact(&brief.contact.id);
        match draft.claims.iter().find(|claim| EvidenceRef::of(&claim.evidence) == contact) {
            Some(claim) => {
                trace.pass(EARLIER_TOUCH_NAMED, format!("the draft says: {}", short(&claim.text)), &[contact])
            }
            None => trace.warn(EARLIER_TOUCH_NAMED, "no claim refers to an earlier message", &[contact]),
        }
        let words = |message: &Message| word_count(without_signature(&message.body, &brief.sender));
        let (own, first) = (words(&draft.message), self.sent.first().map_or(0, |sent| words(&sent.message)));
        let verdict = if own < first { Verdict::Pass } else { Verdict::Warn };
        trace.push(SHORTER_THAN_FIRST, verdict, format!("{own} words, the first message had {first}"), &[]);
    }

    /// Checks that no message of the sequence bounced.
    fn check_delivered(&self, trace: &mut Trace) -> Result<(), Hold> {
        let candidate = self.candidate;
        // A bounce is recorded on the message itself, or as an inbound touch.
        let back = candidate.history.iter().find(|touch| self.is_in_sequence(touch) && touch_outcome::is_bounce(touch));
        if let Some(touch) = back {
            let detail = format!("{}: the CRM records a bounce on {}", person(&candidate.contact), iso_date(touch.at));
            return Err(self.end(EARLIER_TOUCH_DELIVERED, HoldReason::NoDeliverableContact, detail, trace));
        }
        trace.pass(
            EARLIER_TOUCH_DELIVERED,
            "no message of the sequence bounced",
            &[EvidenceRef::Contact(&candidate.contact.id)],
        );
        Ok(())
    }

    /// Checks that nobody at the account answered since the first message. Returns the status as part of a sentence.
    fn check_unanswered(&self, candidates: &[Candidate], trace: &mut Trace) -> Result<String, Hold> {
        let touches = || candidates.iter().flat_map(|one| one.history.iter().map(move |touch| (one, touch)));
        let since = || touches().filter(|(_, touch)| self.is_in_sequence(touch));
        let first = iso_date(self.first);
        let answer = since().find(|(_, touch)| match touch.direction {
            Direction::Inbound => !touch_outcome::is_automatic_touch(touch),
            Direction::Outbound => touch_outcome::is_reply(touch),
        });
        if let Some((one, touch)) = answer {
            let (name, date) = (person(&one.contact), iso_date(touch.at));
            let detail = match touch.direction {
                Direction::Inbound => format!("{name} wrote to us on {date}, after our message of {first}"),
                Direction::Outbound => format!("{name} answered our message of {date}, as the CRM records"),
            };
            return Err(self.end(UNANSWERED, HoldReason::InConversation, detail, trace));
        }
        let own = || self.candidate.history.iter().filter(|touch| self.is_in_sequence(touch));
        if let Some((touch, word)) = own().find_map(|touch| Some((touch, touch_outcome::opt_out(touch)?))) {
            let name = person(&self.candidate.contact);
            let detail = format!("{name}: the CRM records “{word}” on {}", iso_date(touch.at));
            return Err(self.end(UNANSWERED, HoldReason::SequenceEnded, detail, trace));
        }
        let last = iso_date(self.sent.last().map_or(self.last, |message| message.at));
        let automatic = own().filter(|touch| touch.direction == Direction::Inbound).map(|touch| touch.at).max();
        let came = match automatic {
            Some(at) => format!("only an automatic reply on {} to the message of {last}", iso_date(at)),
            None => format!("no answer to the message of {last}"),
        };
        trace.pass(UNANSWERED, came.clone(), &[EvidenceRef::Contact(&self.candidate.contact.id)]);
        Ok(came)
    }

    /// Returns the newest outbound touch since the first message that is not part of the sequence.
    fn other_outreach(&self, campaign: &Campaign) -> Option<&'a Touch> {
        let other = |touch: &&Touch| {
            touch.direction == Direction::Outbound
                && self.is_in_sequence(touch)
                && !is_campaign_email(touch, campaign)
                && !self.sent.iter().any(|message| records_message(touch, message, campaign))
        };
        self.candidate.history.iter().filter(other).max_by_key(|touch| touch.at)
    }

    /// Compares by day, because some CRMs record touches by the day.
    fn is_in_sequence(&self, touch: &Touch) -> bool {
        touch.at.div_euclid(DAY) >= self.first.div_euclid(DAY)
    }

    fn end(&self, rule: &str, reason: HoldReason, detail: String, trace: &mut Trace) -> Hold {
        trace.fail(rule, detail.clone(), &[EvidenceRef::Contact(&self.candidate.contact.id)]);
        Hold { reason, detail, look_again: None }
    }
}

/// Checks that the history confirms the last message and that its delivery is known.
fn check_last_sent(candidate: &Candidate, sent: &[Sent], campaign: &Campaign, trace: &mut Trace) -> Result<(), Hold> {
    let contact = &candidate.contact;
    let name = person(contact);
    let mut held = |reason, detail: String| {
        trace.fail(EARLIER_TOUCH_SENT, detail.clone(), &[EvidenceRef::Contact(&contact.id)]);
        Err(Hold { reason, detail, look_again: None })
    };
    let Some(last) = sent.last() else {
        return held(
            HoldReason::SequenceEnded,
            format!("no email to {name} was sent, so there is nothing to follow up"),
        );
    };
    let (subject, date) = (short(&last.message.subject), iso_date(last.at));
    let Some(touch) = history_entry(sent, sent.len() - 1, candidate, campaign) else {
        let detail =
            format!("the history of {name} has no message “{subject}” of {date}, so there is nothing to follow up");
        return held(HoldReason::SequenceEnded, detail);
    };
    if let Some(open) = touch_outcome::pending_delivery(touch) {
        let detail = format!("{name}: the message “{subject}” of {date} {open}");
        return held(HoldReason::RecentlyTouched, detail);
    }
    let same = |email: &str| email.trim().eq_ignore_ascii_case(last.message.to.trim());
    if !contact.email.as_deref().is_some_and(same) {
        let now = contact.email.as_deref().unwrap_or("none");
        let detail = format!(
            "{name}: the message of {date} went to {}, the recorded address is {}, and a thread has one recipient",
            short(&last.message.to),
            short(now),
        );
        return held(HoldReason::NoDeliverableContact, detail);
    }
    trace.pass(
        EARLIER_TOUCH_SENT,
        format!("the email “{subject}” was sent on {}", iso_date(touch.at)),
        &[EvidenceRef::Contact(&contact.id)],
    );
    Ok(())
}

/// Returns the history entry of the message at `index`. An entry belongs to the message closest in time.
fn history_entry<'a>(sent: &[Sent], index: usize, candidate: &'a Candidate, campaign: &Campaign) -> Option<&'a Touch> {
    let apart = |touch: &Touch, index: usize| sent.get(index).map_or(u64::MAX, |message| touch.at.abs_diff(message.at));
    let of = |touch: &&Touch| {
        let messages = (0..sent.len()).filter(|index| records_message(touch, &sent[*index], campaign));
        messages.min_by_key(|index| apart(touch, *index)) == Some(index)
    };
    candidate.history.iter().filter(of).min_by_key(|touch| apart(touch, index))
}

/// Some CRMs record a message by its day, and some without its campaign.
fn records_message(touch: &Touch, message: &Sent, campaign: &Campaign) -> bool {
    let apart = touch.at.abs_diff(message.at);
    let same_subject = same_thread(&touch.subject, &message.message.subject);
    is_outbound_email(touch)
        && (same_subject && apart <= DAY.unsigned_abs() || is_campaign_email(touch, campaign) && apart <= MATCH_SECONDS)
}

/// Returns the business days to wait after `sent` messages.
fn gap_days(campaign: &Campaign, sent: usize) -> u32 {
    let gaps = &campaign.days_between_touches;
    gaps.get(sent.saturating_sub(1)).or(gaps.last()).copied().unwrap_or(u8::MAX).into()
}

#[cfg(test)]
mod tests;
