//! From an account to a package, or to the reason why there is none.
//!
//! Every rule is looked at in the same order and leaves its entry in the trace; the first that decides ends the work.
//! The drafter is asked last and only once, so nothing is written about an account that may not be written to.

use baton_facts::errors::{DraftingError, HandoffError, LookupError};
use baton_facts::packages::{
    Assignment, Brief, Check, Disqualification, HandoffPackage, Hold, HoldReason, Outcome, Preparation, Verdict,
};
use baton_facts::policy::Campaign;
use baton_facts::types::{Message, Verification};

use crate::calendar::before_days;
use crate::rules::{DRAFT_DIFFERS, DRAFT_WRITTEN, RECORD_COMPLETE, Trace};
use crate::wording::{short, shortened};
use crate::{Capabilities, address, checks, eligibility, icp, package, people, signals};

/// Longest note that is passed on to a drafter, in characters.
const LONGEST_NOTE: usize = 2_000;

/// From an account to a package, or to the reason why there is none.
///
/// # Errors
/// `capability` when research, contacts or drafting had no answer, `invalid` when the campaign contradicts itself.
pub fn prepare(assignment: &Assignment, host: &mut impl Capabilities) -> Result<Preparation, HandoffError> {
    work(assignment, None, host)
}

/// Another draft for a package that a person turned down: everything is qualified anew on fresh facts.
///
/// # Errors
/// As [`prepare`].
pub fn redraft(
    previous: &HandoffPackage,
    note: &str,
    assignment: &Assignment,
    host: &mut impl Capabilities,
) -> Result<Preparation, HandoffError> {
    work(assignment, Some(Rejection { message: &previous.draft.message, note }), host)
}

/// What a person turned down, and what they said about it.
struct Rejection<'a> {
    message: &'a Message,
    note: &'a str,
}

/// Why the work ends before there is a package.
enum End {
    Held(Hold),
    Disqualified(Disqualification),
    Failed(HandoffError),
}

impl From<Hold> for End {
    fn from(hold: Hold) -> End {
        End::Held(hold)
    }
}

impl From<Disqualification> for End {
    fn from(disqualification: Disqualification) -> End {
        End::Disqualified(disqualification)
    }
}

impl From<HandoffError> for End {
    fn from(error: HandoffError) -> End {
        End::Failed(error)
    }
}

fn work(
    assignment: &Assignment,
    rejection: Option<Rejection<'_>>,
    host: &mut impl Capabilities,
) -> Result<Preparation, HandoffError> {
    let mut trace = Trace::default();
    let outcome = match qualify_and_draft(assignment, rejection, host, &mut trace) {
        Ok(package) => Outcome::Ready(package),
        Err(End::Held(hold)) => Outcome::Held(hold),
        Err(End::Disqualified(disqualification)) => Outcome::Disqualified(disqualification),
        Err(End::Failed(error)) => return Err(error),
    };
    Ok(Preparation { outcome, trace: trace.0 })
}

fn qualify_and_draft(
    assignment: &Assignment,
    rejection: Option<Rejection<'_>>,
    host: &mut impl Capabilities,
    trace: &mut Trace,
) -> Result<HandoffPackage, End> {
    let (campaign, now) = (&assignment.campaign, assignment.now);
    if assignment.account.is_empty() {
        return Err(HandoffError::Invalid("the assignment names no account".into()).into());
    }
    validate(campaign)?;

    let since = before_days(now, signals::longest_age(&campaign.angles));
    let dossier = host.look_up(&assignment.account, since).map_err(|error| unanswered("research", error))?;
    let account = &dossier.account;
    if account.id != assignment.account {
        let (asked, got) = (short(&assignment.account), short(&account.id));
        return Err(HandoffError::Capability(format!("research was asked for {asked} and answered for {got}")).into());
    }
    eligibility::not_excluded(account, now, trace)?;
    let fit = icp::fit(account, &campaign.customer, trace)?;
    eligibility::left_to_nobody(account, campaign, now, trace)?;
    if account.name.trim().is_empty() {
        let detail = String::from("the account has no name, so nobody could judge a message to it");
        trace.fail(RECORD_COMPLETE, detail.clone(), &[&account.id]);
        return Err(Hold { reason: HoldReason::DraftFailed, detail, look_again: None }.into());
    }
    let fresh = signals::fresh(&dossier.signals, &campaign.angles, now, trace)?;

    let candidates = host.find(&assignment.account).map_err(|error| unanswered("contacts", error))?;
    let choice = people::choose(&candidates, &fresh, campaign, now, trace)?;

    let brief = Brief {
        account: account.clone(),
        contact: choice.candidate.contact.clone(),
        signal: choice.signal.clone(),
        angle: choice.angle.clone(),
        sender: campaign.sender.clone(),
        touch_number: choice.touch_number,
        earlier: Vec::new(),
        rejected: rejection.as_ref().map(|rejection| rejection.message.clone()),
        note: rejection.as_ref().map(|rejection| bounded(rejection.note)).filter(|note| !note.is_empty()),
    };
    let draft = match host.write(&brief) {
        Ok(draft) => draft,
        Err(error) => return Err(undrafted(error, trace)),
    };
    trace.pass(DRAFT_WRITTEN, format!("the drafter wrote touch {}", choice.touch_number), &[&choice.signal.id]);
    if let Some(rejection) = rejection {
        if draft.message == *rejection.message {
            let detail = String::from("the drafter wrote the message again that was turned down");
            trace.fail(DRAFT_DIFFERS, detail.clone(), &[]);
            return Err(Hold { reason: HoldReason::DraftFailed, detail, look_again: None }.into());
        }
        trace.pass(DRAFT_DIFFERS, "the draft is another than the one that was turned down", &[]);
    }

    let mut package = package::assemble(brief, &choice, &fresh, draft, fit);
    // What qualification was in doubt about, a person looks at too: a missing headcount is no reason to send by itself.
    let doubts: Vec<Check> = trace.0.iter().filter(|check| check.verdict == Verdict::Warn).cloned().collect();
    let mut found = checks::inspect(&package, &package.draft.message, now);
    trace.0.extend(found.iter().cloned());
    refuse_failed(&found)?;
    found.extend(doubts);
    package::finish(&mut package, found);
    Ok(package)
}

/// A draft with a failed check is not handed over.
fn refuse_failed(checks: &[Check]) -> Result<(), Hold> {
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

/// What a campaign needs so that anybody could be written to.
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
        "weakest-verification is undeliverable, which is never written to".into()
    } else if sender.id.is_empty() || sender.name.trim().is_empty() {
        "its sender has no id or no name".into()
    } else if !address::plausible(&sender.email) {
        format!("its sender's email “{}” is no address", short(&sender.email))
    } else {
        return Ok(());
    };
    Err(HandoffError::Invalid(format!("the campaign {} cannot be worked on: {missing}", short(&campaign.id))))
}

/// The error for a look-up without an answer.
pub(crate) fn unanswered(capability: &str, error: LookupError) -> HandoffError {
    HandoffError::Capability(match error {
        LookupError::NotFound => format!("{capability} does not know the account, or is not granted"),
        LookupError::Unavailable(why) => with_reason(format!("{capability} is not available"), why),
        LookupError::LimitReached => format!("the call has used up its look-ups, the last one was for {capability}"),
        LookupError::Other(why) => with_reason(format!("{capability} failed"), why),
    })
}

fn with_reason(what: String, why: Option<String>) -> String {
    match why {
        Some(why) if !why.trim().is_empty() => format!("{what}: {}", shortened(&why, 300)),
        _ => what,
    }
}

/// A drafter that will not write holds the account; one that cannot be reached may answer later.
fn undrafted(error: DraftingError, trace: &mut Trace) -> End {
    let detail = match error {
        DraftingError::Unavailable(why) => {
            return HandoffError::Capability(with_reason("drafting is not available".into(), why)).into();
        }
        DraftingError::LimitReached => {
            return HandoffError::Capability("the call has used up its drafts".into()).into();
        }
        DraftingError::Declined(why) => with_reason("the drafter declined".into(), Some(why)),
        DraftingError::Other(why) => with_reason("the drafter failed".into(), why),
    };
    trace.fail(DRAFT_WRITTEN, detail.clone(), &[]);
    Hold { reason: HoldReason::DraftFailed, detail, look_again: None }.into()
}

fn bounded(note: &str) -> String {
    note.trim().chars().take(LONGEST_NOTE).collect()
}

#[cfg(test)]
mod tests;
