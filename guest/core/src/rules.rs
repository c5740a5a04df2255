//! The names of all rules and checks, in the order in which they run, and the trace that they write.
//!
//! A name never changes its meaning: people overrule checks by name, and quality evidence is stored by it. The order is
//! that of a first touch; a follow-up looks at the contact and the sequence before the signals.

use baton_facts::packages::{Check, Verdict};
use baton_facts::types::Evidence;

/// The account is not a customer, partner or competitor.
pub const ACCOUNT_RELATION: &str = "account-relation";
/// No suppression of the account or its domain is active.
pub const ACCOUNT_NOT_SUPPRESSED: &str = "account-not-suppressed";
/// The industry is one of the ideal customer's.
pub const INDUSTRY_FITS: &str = "industry-fits";
/// The headcount is within the ideal customer's bounds.
pub const SIZE_FITS: &str = "size-fits";
/// The country is one of the ideal customer's.
pub const COUNTRY_FITS: &str = "country-fits";
/// The sender owns the account, or nobody does.
pub const ACCOUNT_OWNER: &str = "account-owner";
/// No opportunity is open at the account.
pub const NO_OPEN_OPPORTUNITY: &str = "no-open-opportunity";
/// No colleague was active at the account within `colleague-quiet-days`.
pub const COLLEAGUE_QUIET: &str = "colleague-quiet";
/// The fields that every package needs are recorded.
pub const RECORD_COMPLETE: &str = "record-complete";
/// The signal is younger than its angle's `max-age-days`.
pub const SIGNAL_FRESH: &str = "signal-fresh";
/// No contact of the account is in conversation with us.
pub const NOT_IN_CONVERSATION: &str = "not-in-conversation";
/// At least one title matches a role of the ideal customer.
pub const ROLE_MATCHED: &str = "role-matched";
/// A contact with a matching role cannot be contacted now; one entry each.
pub const CONTACT_CONSIDERED: &str = "contact-considered";
/// A contact was selected, or none could be.
pub const CONTACT_CHOSEN: &str = "contact-chosen";
/// The earlier message was sent and is in the contact's history.
pub const EARLIER_TOUCH_SENT: &str = "earlier-touch-sent";
/// No message of the sequence bounced.
pub const EARLIER_TOUCH_DELIVERED: &str = "earlier-touch-delivered";
/// Nobody at the account answered since the sequence began, machines aside.
pub const UNANSWERED: &str = "unanswered";
/// The contact received fewer than `touches-max` messages, and the sequence has not ended.
pub const TOUCHES_LEFT: &str = "touches-left";
/// The business days of `days-between-touches` have passed since the last message.
pub const GAP_PASSED: &str = "gap-passed";
/// The signal and angle of a follow-up: preferably something new.
pub const ANGLE_CHOSEN: &str = "angle-chosen";
/// The drafter returned a draft.
pub const DRAFT_WRITTEN: &str = "draft-written";
/// No suppression of the contact's address is active.
pub const CONTACT_NOT_SUPPRESSED: &str = "contact-not-suppressed";
/// The deliverability of the address; anything but `deliverable` warns.
pub const ADDRESS_VERIFIED: &str = "address-verified";
/// The message goes to the contact's recorded address.
pub const RECIPIENT: &str = "recipient";
/// The subject is one line of 1 to 78 characters.
pub const SUBJECT: &str = "subject";
/// `Re:` or `Fwd:` only in a thread that we started.
pub const NO_FAKE_REPLY: &str = "no-fake-reply";
/// Opener, pitch and call to action occur in the body.
pub const PARTS_OCCUR: &str = "parts-occur";
/// The greeting addresses the contact by name.
pub const GREETING: &str = "greeting";
/// The sender's name or signature closes the message.
pub const SIGNED: &str = "signed";
/// The opener names the signal.
pub const OPENER_NAMES_SIGNAL: &str = "opener-names-signal";
/// The pitch is the angle's.
pub const PITCH_IS_ANGLES: &str = "pitch-is-the-angles";
/// The message asks for exactly one thing.
pub const ONE_CALL_TO_ACTION: &str = "one-call-to-action";
/// The number of words is within bounds.
pub const LENGTH: &str = "length";
/// Every placeholder is filled.
pub const PLACEHOLDERS_FILLED: &str = "placeholders-filled";
/// Plain text: no markup, no hidden or direction-changing characters, no over-long lines.
pub const PLAIN_TEXT: &str = "plain-text";
/// Each claim occurs in the message and cites a fresh record.
pub const CLAIMS_EVIDENCED: &str = "claims-evidenced";
/// Every number of the message is in a record.
pub const NUMBERS_CARRIED: &str = "numbers-carried";
/// Every date of the message is in a record.
pub const DATES_CARRIED: &str = "dates-carried";
/// Every link, domain and address of the message is in a record.
pub const LINKS_CARRIED: &str = "links-carried";
/// Every proper name of the message is in a record; one that is not warns.
pub const NAMES_CARRIED: &str = "names-carried";
/// The package can be read in 60 seconds.
pub const READING_TIME: &str = "reading-time";
/// A requested new draft differs from the rejected one.
pub const DRAFT_DIFFERS: &str = "draft-differs";
/// A follow-up refers to an earlier message in a claim; one that does not warns.
pub const EARLIER_TOUCH_NAMED: &str = "earlier-touch-named";
/// A follow-up is shorter than the first message; one that is not warns.
pub const SHORTER_THAN_FIRST: &str = "shorter-than-first";

/// All names, in order.
pub const ALL: [&str; 44] = [
    ACCOUNT_RELATION,
    ACCOUNT_NOT_SUPPRESSED,
    INDUSTRY_FITS,
    SIZE_FITS,
    COUNTRY_FITS,
    ACCOUNT_OWNER,
    NO_OPEN_OPPORTUNITY,
    COLLEAGUE_QUIET,
    RECORD_COMPLETE,
    SIGNAL_FRESH,
    NOT_IN_CONVERSATION,
    ROLE_MATCHED,
    CONTACT_CONSIDERED,
    CONTACT_CHOSEN,
    EARLIER_TOUCH_SENT,
    EARLIER_TOUCH_DELIVERED,
    UNANSWERED,
    TOUCHES_LEFT,
    GAP_PASSED,
    ANGLE_CHOSEN,
    DRAFT_WRITTEN,
    DRAFT_DIFFERS,
    EARLIER_TOUCH_NAMED,
    SHORTER_THAN_FIRST,
    CONTACT_NOT_SUPPRESSED,
    ADDRESS_VERIFIED,
    RECIPIENT,
    SUBJECT,
    NO_FAKE_REPLY,
    PARTS_OCCUR,
    GREETING,
    SIGNED,
    OPENER_NAMES_SIGNAL,
    PITCH_IS_ANGLES,
    ONE_CALL_TO_ACTION,
    LENGTH,
    PLACEHOLDERS_FILLED,
    PLAIN_TEXT,
    CLAIMS_EVIDENCED,
    NUMBERS_CARRIED,
    DATES_CARRIED,
    LINKS_CARRIED,
    NAMES_CARRIED,
    READING_TIME,
];

/// A record that supports a verdict; borrowed, since most checks of a trace cite the same few records.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum EvidenceRef<'a> {
    Signal(&'a str),
    Fact(&'a str),
    Account,
    Contact(&'a str),
}

impl<'a> EvidenceRef<'a> {
    pub(crate) fn of(evidence: &'a Evidence) -> Self {
        match evidence {
            Evidence::Signal(id) => Self::Signal(id),
            Evidence::Fact(id) => Self::Fact(id),
            Evidence::Account => Self::Account,
            Evidence::Contact(id) => Self::Contact(id),
        }
    }

    pub(crate) fn owned(self) -> Evidence {
        match self {
            Self::Signal(id) => Evidence::Signal(id.to_owned()),
            Self::Fact(id) => Evidence::Fact(id.to_owned()),
            Self::Account => Evidence::Account,
            Self::Contact(id) => Evidence::Contact(id.to_owned()),
        }
    }
}

/// The checks so far, in order.
#[derive(Default)]
pub(crate) struct Trace(pub(crate) Vec<Check>);

impl Trace {
    pub(crate) fn pass(&mut self, name: &str, detail: impl Into<String>, evidence: &[EvidenceRef<'_>]) {
        self.push(name, Verdict::Pass, detail, evidence);
    }

    pub(crate) fn warn(&mut self, name: &str, detail: impl Into<String>, evidence: &[EvidenceRef<'_>]) {
        self.push(name, Verdict::Warn, detail, evidence);
    }

    pub(crate) fn fail(&mut self, name: &str, detail: impl Into<String>, evidence: &[EvidenceRef<'_>]) {
        self.push(name, Verdict::Fail, detail, evidence);
    }

    pub(crate) fn push(
        &mut self,
        name: &str,
        verdict: Verdict,
        detail: impl Into<String>,
        evidence: &[EvidenceRef<'_>],
    ) {
        let evidence = evidence.iter().map(|record| record.owned()).collect();
        self.0.push(Check { name: name.into(), verdict, detail: detail.into(), evidence });
    }
}
