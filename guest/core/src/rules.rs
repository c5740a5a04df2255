//! The names of all rules and checks, in the order in which they run, and the trace that they write.
//!
//! A name never changes its meaning: people overrule checks by name, and quality evidence is stored by it. The order is
//! that of a first touch; a follow-up looks at the contact and the sequence before the signals.

use baton_facts::description::{CheckDescription, EngineDescription};
use baton_facts::packages::{Check, Verdict};
use baton_facts::types::Evidence;

/// A rule with its name, its title for a person, and the condition under which it passes.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The name of its checks.
    pub name: &'static str,
    /// At most 40 characters.
    pub title: &'static str,
    /// One sentence.
    pub meaning: &'static str,
}

macro_rules! rules {
    ($($constant:ident: $name:literal, $title:literal, $meaning:literal;)*) => {
        $(#[doc = $meaning] pub const $constant: &str = $name;)*

        /// All rules, in order.
        pub const ALL: &[Rule] = &[$(Rule { name: $name, title: $title, meaning: $meaning }),*];
    };
}

rules! {
    ACCOUNT_RELATION: "account-relation", "Not a customer, partner or competitor",
        "The account is not a customer, partner or competitor.";
    ACCOUNT_NOT_SUPPRESSED: "account-not-suppressed", "Account can be contacted",
        "No suppression of the account or its domain is active.";
    INDUSTRY_FITS: "industry-fits", "Industry fits",
        "The industry is one of the ideal customer's.";
    SIZE_FITS: "size-fits", "Company size fits",
        "The headcount is within the ideal customer's bounds.";
    COUNTRY_FITS: "country-fits", "Country fits",
        "The country is one of the ideal customer's.";
    ACCOUNT_OWNER: "account-owner", "No colleague owns the account",
        "The sender owns the account, or nobody does.";
    NO_OPEN_OPPORTUNITY: "no-open-opportunity", "No open opportunity",
        "No opportunity is open at the account.";
    COLLEAGUE_QUIET: "colleague-quiet", "No recent activity by a colleague",
        "No colleague was active at the account within `colleague-quiet-days`.";
    RECORD_COMPLETE: "record-complete", "Record is complete and clear",
        "The fields that every package needs are recorded, and those that decide about contact can be read.";
    SIGNAL_FRESH: "signal-fresh", "Reason to write is fresh",
        "The signal is younger than its angle's `max-age-days`.";
    NOT_IN_CONVERSATION: "not-in-conversation", "Nobody is in conversation",
        "No contact of the account is in conversation with us.";
    ROLE_MATCHED: "role-matched", "A title matches a role",
        "At least one title matches a role of the ideal customer.";
    CONTACT_CONSIDERED: "contact-considered", "Other contact can be contacted",
        "A contact with a matching role can be contacted now; one entry for each who cannot.";
    CONTACT_CHOSEN: "contact-chosen", "Contact selected",
        "A contact was selected.";
    CONTACT_DOUBTS: "contact-doubts", "No doubt about the contact",
        "The contact's record raises no doubt: a free-mail address, an address verified more than a year ago, a country \
         outside the campaign's. Each warns.";
    EARLIER_TOUCH_SENT: "earlier-touch-sent", "Earlier message was sent",
        "The earlier message was sent and is in the contact's history.";
    EARLIER_TOUCH_DELIVERED: "earlier-touch-delivered", "Earlier message was delivered",
        "No message of the sequence bounced.";
    UNANSWERED: "unanswered", "No reply yet",
        "Nobody at the account answered since the sequence began, machines aside.";
    TOUCHES_LEFT: "touches-left", "Touches are left",
        "The contact received fewer than `touches-max` messages, and the sequence has not ended.";
    GAP_PASSED: "gap-passed", "Enough days since the last message",
        "The business days of `days-between-touches` have passed since the last message.";
    ANGLE_CHOSEN: "angle-chosen", "Angle selected",
        "A signal and an angle were found for the follow-up.";
    DRAFT_WRITTEN: "draft-written", "Draft written",
        "The drafter returned a draft.";
    DRAFT_DIFFERS: "draft-differs", "Differs from the rejected draft",
        "A requested new draft differs from the rejected one.";
    EARLIER_TOUCH_NAMED: "earlier-touch-named", "Refers to an earlier message",
        "A follow-up refers to an earlier message in a claim; one that does not warns.";
    SHORTER_THAN_FIRST: "shorter-than-first", "Shorter than the first message",
        "A follow-up is shorter than the first message; one that is not warns.";
    CONTACT_NOT_SUPPRESSED: "contact-not-suppressed", "Contact is not suppressed",
        "No suppression of the contact's address is active.";
    ADDRESS_VERIFIED: "address-verified", "Address is verified",
        "The address is `deliverable`; `risky` or `unknown` warns.";
    RECIPIENT: "recipient", "Goes to the contact",
        "The message goes to the contact's recorded address.";
    SUBJECT: "subject", "Subject line",
        "The subject is one line of 1 to 78 characters.";
    NO_FAKE_REPLY: "no-fake-reply", "No fake reply",
        "`Re:` or `Fwd:` only in a thread that we started.";
    PARTS_OCCUR: "parts-occur", "Has opener, pitch, and question",
        "Opener, pitch and call to action occur in the body.";
    GREETING: "greeting", "Greeting",
        "The greeting addresses the contact by name.";
    SIGNED: "signed", "Signature",
        "The sender's name or signature closes the message.";
    OPENER_NAMES_SIGNAL: "opener-names-signal", "Opener names the signal",
        "The opener names the signal.";
    PITCH_IS_ANGLES: "pitch-is-the-angles", "Pitch matches the campaign",
        "The pitch is the angle's.";
    ONE_CALL_TO_ACTION: "one-call-to-action", "Asks for one thing",
        "The message asks for exactly one thing.";
    SIGNAL_READABLE: "signal-readable", "Signal reads as news",
        "The summary and source read as news about the account; looked at when the message quotes them.";
    LENGTH: "length", "Length",
        "The body has 30 to 180 words before the signature, a follow-up 10 to 180.";
    PLACEHOLDERS_FILLED: "placeholders-filled", "No unfilled placeholders",
        "Every placeholder is filled.";
    PLAIN_TEXT: "plain-text", "Plain text",
        "Plain text: no markup, no hidden or direction-changing characters, no over-long lines.";
    CLAIMS_EVIDENCED: "claims-evidenced", "Claims have evidence",
        "Each claim occurs in the message and cites a fresh record.";
    NUMBERS_CARRIED: "numbers-carried", "Numbers have a source",
        "Every number of the message is in a record.";
    DATES_CARRIED: "dates-carried", "Dates have a source",
        "Every date of the message is in a record.";
    LINKS_CARRIED: "links-carried", "Links have a source",
        "Every link, domain and address of the message is in a record.";
    NAMES_CARRIED: "names-carried", "Names have a source",
        "Every proper name of the message is in a record; one that is not warns.";
    READING_TIME: "reading-time", "Reading time",
        "The package can be read in 60 seconds.";
}

/// Returns the engine's description of itself: every rule.
pub fn describe() -> EngineDescription {
    let check = |rule: &Rule| CheckDescription {
        name: rule.name.into(),
        title: rule.title.into(),
        meaning: rule.meaning.into(),
    };
    EngineDescription { checks: ALL.iter().map(check).collect() }
}

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
