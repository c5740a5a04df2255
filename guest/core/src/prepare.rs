//! Prepares a package for an account, or returns the reason why it cannot.
//!
//! Every rule is checked in the same order and leaves its entry in the trace; the first one that decides ends the work.
//! The drafter is called last and only once, so nothing is written about an account that may not be contacted.

use baton_facts::errors::{DraftingError, HandoffError, LookupError};
use baton_facts::packages::{
    Assignment, Brief, Check, Disqualification, HandoffPackage, Hold, HoldReason, Outcome, Preparation, Sent, Verdict,
};
use baton_facts::policy::Campaign;
use baton_facts::types::{Account, Message, Signal, Timestamp, Verification};

use crate::calendar::before_days;
use crate::capabilities::Capabilities;
use crate::company_name::CompanyName;
use crate::contact_selection::ContactChoice;
use crate::record_names::{short, shortened};
use crate::rules::{ACCOUNT_OWNER, DRAFT_DIFFERS, DRAFT_WRITTEN, EvidenceRef, RECORD_COMPLETE, Trace};
use crate::sequence::Sequence;
use crate::{angle_selection, checks, contact_selection, eligibility, email_address, icp, package, signals};

/// Characters of a note that are passed to a drafter.
const NOTE_MAX: usize = 2_000;

/// Prepares a package for the account.
///
/// # Errors
/// `capability` when research, contacts or drafting did not answer, `invalid` when the campaign is inconsistent.
pub fn prepare(assignment: &Assignment, host: &mut impl Capabilities) -> Result<Preparation, HandoffError> {
    run(assignment, &PriorWork::default(), host)
}

/// Prepares the next touch to the contact of the previous package. Everything is checked again on current records,
/// nobody may have answered, and the touch must be due. `sent` are the messages of this sequence.
///
/// # Errors
/// As [`prepare`]; `invalid` also when `sent` is empty, when the previous package is for another account, and when the
/// campaign does not set the days between touches.
pub fn follow_up(
    previous: &HandoffPackage,
    sent: &[Sent],
    assignment: &Assignment,
    host: &mut impl Capabilities,
) -> Result<Preparation, HandoffError> {
    if sent.is_empty() {
        return Err(HandoffError::Invalid("no sent message to follow up".into()));
    }
    run(assignment, &PriorWork { package: Some(previous), sent, note: None }, host)
}

/// Prepares a new draft for a rejected package, to the same contact. Everything is checked again on current records.
/// `sent` are the earlier messages of this sequence; it is empty for a first touch.
///
/// # Errors
/// As [`prepare`]; `invalid` also when the previous package is for another account.
pub fn redraft(
    previous: &HandoffPackage,
    sent: &[Sent],
    note: &str,
    assignment: &Assignment,
    host: &mut impl Capabilities,
) -> Result<Preparation, HandoffError> {
    run(assignment, &PriorWork { package: Some(previous), sent, note: Some(note) }, host)
}

/// The earlier package and messages; empty for a first touch.
#[derive(Default)]
struct PriorWork<'a> {
    package: Option<&'a HandoffPackage>,
    /// The messages of the sequence; empty for a first touch.
    sent: &'a [Sent],
    /// The note of the person who rejected the package.
    note: Option<&'a str>,
}

impl PriorWork<'_> {
    /// Returns the rejected message.
    fn rejected(&self) -> Option<&Message> {
        self.package.filter(|_| self.note.is_some()).map(|package| &package.draft.message)
    }
}

/// The reasons to end without a package.
enum EarlyExit {
    Held(Hold),
    Disqualified(Disqualification),
    Failed(HandoffError),
}

impl From<Hold> for EarlyExit {
    fn from(hold: Hold) -> EarlyExit {
        EarlyExit::Held(hold)
    }
}

impl From<Disqualification> for EarlyExit {
    fn from(disqualification: Disqualification) -> EarlyExit {
        EarlyExit::Disqualified(disqualification)
    }
}

impl From<HandoffError> for EarlyExit {
    fn from(error: HandoffError) -> EarlyExit {
        EarlyExit::Failed(error)
    }
}

fn run(
    assignment: &Assignment,
    prior: &PriorWork<'_>,
    host: &mut impl Capabilities,
) -> Result<Preparation, HandoffError> {
    let mut trace = Trace::default();
    let outcome = match qualify_and_draft(assignment, prior, host, &mut trace) {
        Ok(package) => Outcome::Ready(package),
        Err(EarlyExit::Held(hold)) => Outcome::Held(hold),
        Err(EarlyExit::Disqualified(disqualification)) => Outcome::Disqualified(disqualification),
        Err(EarlyExit::Failed(error)) => return Err(error),
    };
    Ok(Preparation { outcome, trace: trace.0 })
}

fn qualify_and_draft(
    assignment: &Assignment,
    prior: &PriorWork<'_>,
    host: &mut impl Capabilities,
    trace: &mut Trace,
) -> Result<HandoffPackage, EarlyExit> {
    let (campaign, now) = (&assignment.campaign, assignment.now);
    check_consistent(assignment, prior)?;

    let dossier = host.look_up(&assignment.account, signals_since(campaign, prior, now));
    let dossier = dossier.map_err(|error| lookup_error("research", error))?;
    let account = &dossier.account;
    if account.id != assignment.account {
        let (asked, got) = (short(&assignment.account), short(&account.id));
        return Err(HandoffError::Capability(format!("research was asked for {asked} but answered for {got}")).into());
    }
    eligibility::check_not_excluded(account, now, trace)?;
    let fit = icp::fit(account, &campaign.customer, trace)?;
    eligibility::check_unclaimed(account, campaign, prior.sent, now, trace)?;
    check_company_name(account, trace)?;

    let candidates;
    let (choice, fresh, sequence) = match prior.package.filter(|_| !prior.sent.is_empty()) {
        None => {
            let fresh = signals::fresh_signals(&dossier.signals, &campaign.angles, now, trace)?;
            candidates = host.find(&assignment.account).map_err(|error| lookup_error("contacts", error))?;
            let only = prior.package.map(|package| &package.contact);
            (contact_selection::choose_contact(&candidates, only, &fresh, campaign, now, trace)?, fresh, None)
        }
        Some(package) => {
            candidates = host.find(&assignment.account).map_err(|error| lookup_error("contacts", error))?;
            let earlier_signals: Vec<Signal> = package.signals.iter().map(|ranked| ranked.signal.clone()).collect();
            let candidate = contact_selection::find_contact(&candidates, &package.contact, trace)?;
            check_same_sender(package, campaign, trace)?;
            let sequence = Sequence::resume(candidate, &candidates, prior.sent, campaign, trace)?;
            let role_match = contact_selection::check_same_contact(candidate, &candidates, campaign, now, trace)?;
            sequence.check_due(campaign, now, trace)?;
            let (angle, fresh) = angle_selection::choose_follow_up_angle(
                &sequence,
                &dossier.signals,
                &earlier_signals,
                campaign,
                now,
                trace,
            )?;
            (ContactChoice { candidate, role_match, angle, touch_number: sequence.number }, fresh, Some(sequence))
        }
    };
    let sequence = sequence.as_ref();

    let brief = Brief {
        account: account.clone(),
        contact: choice.candidate.contact.clone(),
        signal: choice.angle.signal.clone(),
        angle: choice.angle.angle.clone(),
        sender: campaign.sender.clone(),
        touch_number: choice.touch_number,
        earlier: sequence.map(|sequence| sequence.sent.clone()).unwrap_or_default(),
        rejected: prior.rejected().cloned(),
        note: prior.note.map(truncate_note).filter(|note| !note.is_empty()),
    };
    let draft = match host.write(&brief) {
        Ok(draft) => draft,
        Err(error) => return Err(drafting_exit(error, trace)),
    };
    trace.pass(
        DRAFT_WRITTEN,
        format!("the drafter wrote touch {}", choice.touch_number),
        &[EvidenceRef::Signal(&choice.angle.signal.id)],
    );
    if let Some(rejected) = prior.rejected() {
        if draft.message == *rejected {
            let detail = String::from("the drafter wrote the rejected message again");
            trace.fail(DRAFT_DIFFERS, detail.clone(), &[]);
            return Err(Hold { reason: HoldReason::DraftFailed, detail, look_again: None }.into());
        }
        trace.pass(DRAFT_DIFFERS, "the draft differs from the rejected one", &[]);
    }
    if let Some(sequence) = sequence {
        sequence.check_continuity(&draft, &brief, trace);
    }

    let mut package = package::assemble(brief, &choice, &fresh, sequence, draft, fit);
    // Warnings from qualification go to the reviewer too: a missing headcount must not lead to an automatic send.
    let doubts: Vec<Check> = trace.0.iter().filter(|check| check.verdict == Verdict::Warn).cloned().collect();
    let mut found = checks::inspect(&package, &package.draft.message, now);
    trace.0.extend(found.iter().cloned());
    check_none_failed(&found)?;
    found.extend(doubts);
    package::finish(&mut package, sequence, found);
    Ok(package)
}

/// Checks that the earlier package and messages belong to the assignment.
fn check_consistent(assignment: &Assignment, prior: &PriorWork<'_>) -> Result<(), HandoffError> {
    if assignment.account.is_empty() {
        return Err(HandoffError::Invalid("the assignment names no account".into()));
    }
    validate(&assignment.campaign)?;
    if let Some(package) = prior.package
        && package.account.id != assignment.account
    {
        let (asked, got) = (short(&assignment.account), short(&package.account.id));
        return Err(HandoffError::Invalid(format!("the assignment is for {asked}, the previous package for {got}")));
    }
    if !prior.sent.is_empty() && assignment.campaign.days_between_touches.is_empty() {
        let campaign = short(&assignment.campaign.id);
        return Err(HandoffError::Invalid(format!("the campaign {campaign} does not set days-between-touches")));
    }
    Ok(())
}

/// Holds an account whose name cannot stand in a message, and doubts one that a person should look at.
fn check_company_name(account: &Account, trace: &mut Trace) -> Result<(), Hold> {
    let detail = match CompanyName::of(&account.name) {
        Ok(CompanyName { doubt: None, .. }) => return Ok(()),
        Ok(CompanyName { doubt: Some(doubt), .. }) => {
            trace.warn(
                RECORD_COMPLETE,
                format!("the account's name “{}” {doubt}", short(&account.name)),
                &[EvidenceRef::Account],
            );
            return Ok(());
        }
        Err(_) if account.name.trim().is_empty() => {
            "the account has no name, so a message to it cannot be reviewed".into()
        }
        Err(why) => why,
    };
    trace.fail(RECORD_COMPLETE, detail.clone(), &[EvidenceRef::Account]);
    Err(Hold { reason: HoldReason::DraftFailed, detail, look_again: None })
}

/// Returns the time from which signals are useful: the longest angle before the start of the sequence.
fn signals_since(campaign: &Campaign, prior: &PriorWork<'_>, now: Timestamp) -> Timestamp {
    let first = prior.sent.iter().map(|message| message.at).min();
    before_days(first.map_or(now, |first| first.min(now)), signals::longest_age(&campaign.angles))
}

/// Holds a sequence whose sender changed: a thread belongs to one sender.
fn check_same_sender(previous: &HandoffPackage, campaign: &Campaign, trace: &mut Trace) -> Result<(), Hold> {
    let (wrote, sends) = (&previous.sender, &campaign.sender);
    if wrote.id == sends.id {
        return Ok(());
    }
    let detail = format!("{} wrote the earlier messages, {} sends", short(&wrote.id), short(&sends.id));
    trace.fail(ACCOUNT_OWNER, detail.clone(), &[EvidenceRef::Account]);
    Err(Hold { reason: HoldReason::OwnedByColleague, detail, look_again: None })
}

/// Holds a draft with a failed check.
fn check_none_failed(checks: &[Check]) -> Result<(), Hold> {
    let failed: Vec<String> = checks
        .iter()
        .filter(|check| check.verdict == Verdict::Fail)
        .map(|check| format!("{}: {}", check.name, check.detail))
        .collect();
    if failed.is_empty() {
        return Ok(());
    }
    let detail = shortened(&failed.join("; "), 1_000);
    Err(Hold { reason: HoldReason::DraftFailed, detail, look_again: None })
}

/// Checks that the campaign is complete and consistent.
pub(crate) fn validate(campaign: &Campaign) -> Result<(), HandoffError> {
    let sender = &campaign.sender;
    let customer = &campaign.customer;
    let missing = if campaign.id.is_empty() {
        "it has no id".into()
    } else if campaign.angles.is_empty() {
        "it has no angle".into()
    } else if !customer.roles.iter().any(|role| role.titles.iter().any(|title| !title.trim().is_empty())) {
        "it has no role with a title".into()
    } else if matches!((customer.employees_min, customer.employees_max), (Some(min), Some(max)) if min > max) {
        "employees-min is above employees-max".into()
    } else if campaign.touches_max == 0 {
        "touches-max is 0".into()
    } else if campaign.contacts_active_max == 0 {
        "contacts-active-max is 0".into()
    } else if campaign.weakest_verification == Verification::Undeliverable {
        "weakest-verification is undeliverable, which is never sent to".into()
    } else if sender.id.is_empty() || sender.name.trim().is_empty() {
        "its sender has no id or no name".into()
    } else if !email_address::is_plausible_address(&sender.email) {
        format!("its sender's email “{}” is not an email address", short(&sender.email))
    } else {
        return Ok(());
    };
    Err(HandoffError::Invalid(format!("the campaign {} cannot run: {missing}", short(&campaign.id))))
}

/// Maps a failed lookup to the error of the call.
pub(crate) fn lookup_error(capability: &str, error: LookupError) -> HandoffError {
    HandoffError::Capability(match error {
        LookupError::NotFound => format!("{capability} does not know the account, or is not granted"),
        LookupError::Unavailable(why) => with_reason(format!("{capability} is not available"), why),
        LookupError::LimitReached => format!("the call has used all its lookups, the last one for {capability}"),
        LookupError::Other(why) => with_reason(format!("{capability} failed"), why),
    })
}

fn with_reason(what: String, why: Option<String>) -> String {
    match why {
        Some(why) if !why.trim().is_empty() => format!("{what}: {}", shortened(&why, 300)),
        _ => what,
    }
}

/// Holds the account when the drafter declines, and fails the call when it cannot be reached, since it may answer
/// later.
fn drafting_exit(error: DraftingError, trace: &mut Trace) -> EarlyExit {
    let detail = match error {
        DraftingError::Unavailable(why) => {
            return HandoffError::Capability(with_reason("drafting is not available".into(), why)).into();
        }
        DraftingError::LimitReached => {
            return HandoffError::Capability("the call has used all its drafts".into()).into();
        }
        DraftingError::Declined(why) => with_reason("the drafter declined".into(), Some(why)),
        DraftingError::Other(why) => with_reason("the drafter failed".into(), why),
    };
    trace.fail(DRAFT_WRITTEN, detail.clone(), &[]);
    Hold { reason: HoldReason::DraftFailed, detail, look_again: None }.into()
}

fn truncate_note(note: &str) -> String {
    note.trim().chars().take(NOTE_MAX).collect()
}

#[cfg(test)]
mod tests;
