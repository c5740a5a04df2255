//! Decides from the account's record alone whether anybody there may be contacted.
//!
//! A disqualification is final for the campaign; a hold leaves the account to the colleague who works on it. Both use
//! the CRM's record, never what a component says.

use baton_facts::packages::{Disqualification, DisqualificationReason, Hold, HoldReason, Sent};
use baton_facts::policy::{Campaign, Sender};
use baton_facts::types::{Account, Relation, Suppression, SuppressionReason, SuppressionScope, Timestamp};

use crate::calendar::{DAY, after_days, iso_date};
use crate::record_names::{count, short, shortened};
use crate::rules::{
    ACCOUNT_NOT_SUPPRESSED, ACCOUNT_OWNER, ACCOUNT_RELATION, COLLEAGUE_QUIET, EvidenceRef, NO_OPEN_OPPORTUNITY,
    RECORD_COMPLETE, Trace,
};

/// Characters of an unclear part of a record that are quoted.
const UNCLEAR_MAX: usize = 300;

/// Disqualifies customers, partners, competitors and suppressed accounts.
pub(crate) fn check_not_excluded(account: &Account, now: Timestamp, trace: &mut Trace) -> Result<(), Disqualification> {
    let name = short(&account.name);
    let (reason, word) = match account.relation {
        Relation::Customer => (DisqualificationReason::Customer, "customer"),
        Relation::Partner => (DisqualificationReason::Partner, "partner"),
        Relation::Competitor => (DisqualificationReason::Competitor, "competitor"),
        Relation::Prospect | Relation::None => {
            let word = if account.relation == Relation::Prospect { "a prospect" } else { "no relation" };
            trace.pass(ACCOUNT_RELATION, format!("the CRM records {word}"), &[EvidenceRef::Account]);
            return check_suppression(account, now, trace);
        }
    };
    let detail = format!("{name} is a {word}");
    trace.fail(ACCOUNT_RELATION, detail.clone(), &[EvidenceRef::Account]);
    Err(Disqualification { reason, detail })
}

/// Holds the account if its record is unclear, and while a colleague works on it: another owner, an open opportunity,
/// or activity within `colleague-quiet-days`.
///
/// The CRM does not say whose activity it was, so at an account without an owner it counts as a colleague's. At the
/// sender's own account it is the sender's. Activity on the day of an email of ours is that email: CRMs record what we
/// send as an activity, some by the day alone.
pub(crate) fn check_unclaimed(
    account: &Account,
    campaign: &Campaign,
    sent: &[Sent],
    now: Timestamp,
    trace: &mut Trace,
) -> Result<(), Hold> {
    if let Some(detail) = describe_unclear(&account.unclear) {
        trace.fail(RECORD_COMPLETE, detail.clone(), &[EvidenceRef::Account]);
        return Err(Hold { reason: HoldReason::RecordUnclear, detail, look_again: None });
    }
    match account.owner.as_deref() {
        Some(owner) if !is_sender(owner, &campaign.sender) => {
            let detail = format!("{} owns the account, {} sends", short(owner), short(&campaign.sender.id));
            trace.fail(ACCOUNT_OWNER, detail.clone(), &[EvidenceRef::Account]);
            return Err(Hold { reason: HoldReason::OwnedByColleague, detail, look_again: None });
        }
        Some(_) => trace.pass(ACCOUNT_OWNER, "the sender owns the account", &[EvidenceRef::Account]),
        None => trace.pass(ACCOUNT_OWNER, "the account has no owner", &[EvidenceRef::Account]),
    }

    if account.open_opportunity {
        let detail = format!("an opportunity is open at {}", short(&account.name));
        trace.fail(NO_OPEN_OPPORTUNITY, detail.clone(), &[EvidenceRef::Account]);
        return Err(Hold { reason: HoldReason::AccountBusy, detail, look_again: None });
    }
    trace.pass(NO_OPEN_OPPORTUNITY, "no opportunity is open", &[EvidenceRef::Account]);

    let quiet_period = count(campaign.colleague_quiet_days, "day");
    match account.last_activity {
        None => trace.pass(COLLEAGUE_QUIET, "no activity is recorded", &[EvidenceRef::Account]),
        Some(at) if account.owner.is_some() => {
            let detail = format!("the last activity, on {}, was at the sender's own account", iso_date(at));
            trace.pass(COLLEAGUE_QUIET, detail, &[EvidenceRef::Account]);
        }
        Some(at) if sent.iter().any(|message| message.at.div_euclid(DAY) == at.div_euclid(DAY)) => {
            let detail = format!("the last activity, on {}, was our own message", iso_date(at));
            trace.pass(COLLEAGUE_QUIET, detail, &[EvidenceRef::Account]);
        }
        Some(at) => {
            let until = after_days(at, campaign.colleague_quiet_days);
            let detail = format!("the last activity was on {}, and we wait {quiet_period} after one", iso_date(at));
            if now < until {
                trace.fail(COLLEAGUE_QUIET, detail.clone(), &[EvidenceRef::Account]);
                return Err(Hold { reason: HoldReason::AccountBusy, detail, look_again: Some(until) });
            }
            trace.pass(COLLEAGUE_QUIET, detail, &[EvidenceRef::Account]);
        }
    }
    Ok(())
}

/// Whether an owner is the sender, as CRMs export people: an id, a name (`Mara Lindqvist`, `Lindqvist, Mara`), an email
/// address, or a name and its address (`Mara Lindqvist (mara@…)`), where both must be the sender's.
fn is_sender(owner: &str, sender: &Sender) -> bool {
    fn words(text: &str) -> String {
        text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
    }
    let owner = words(owner);
    let is = |text: &str, own: &str| !text.is_empty() && text == words(own);
    let is_name = |text: &str| {
        let turned = text.split_once(',').map(|(last, first)| format!("{} {}", first.trim(), last.trim()));
        is(text, &sender.name) || turned.is_some_and(|name| is(&name, &sender.name))
    };
    let with_address = owner
        .strip_suffix(')')
        .and_then(|rest| rest.split_once('('))
        .or_else(|| owner.strip_suffix('>').and_then(|rest| rest.split_once('<')));
    match with_address {
        Some((name, address)) => is_name(name.trim()) && is(address.trim(), &sender.email),
        None => is(&owner, &sender.id) || is(&owner, &sender.email) || is_name(&owner),
    }
}

/// Describes the unclear parts of a record: the first one, and the number of others. `None` if nothing is unclear.
pub(crate) fn describe_unclear(unclear: &[String]) -> Option<String> {
    let (first, others) = unclear.split_first()?;
    Some(match others.len() {
        0 => shortened(first, UNCLEAR_MAX),
        more => format!("{}, and {more} more", shortened(first, UNCLEAR_MAX)),
    })
}

/// Returns the suppression if it is active at `now`. One with `until` ends at that moment.
pub(crate) fn active_suppression(suppression: Option<&Suppression>, now: Timestamp) -> Option<&Suppression> {
    suppression.filter(|suppression| suppression.until.is_none_or(|until| now < until))
}

/// Describes a suppression: `the address opted out, for good`.
pub(crate) fn describe_suppression(suppression: &Suppression) -> String {
    let scope = match suppression.scope {
        SuppressionScope::Address => "the address",
        SuppressionScope::Domain => "the domain",
        SuppressionScope::Account => "the account",
    };
    let reason = match suppression.reason {
        SuppressionReason::OptedOut => "opted out",
        SuppressionReason::Bounced => "bounced",
        SuppressionReason::Complaint => "complained of spam",
        SuppressionReason::Listed => "is on a do-not-contact list",
        SuppressionReason::Other => "is suppressed",
    };
    match suppression.until {
        Some(until) => format!("{scope} {reason}, until {}", iso_date(until)),
        None => format!("{scope} {reason}, for good"),
    }
}

fn check_suppression(account: &Account, now: Timestamp, trace: &mut Trace) -> Result<(), Disqualification> {
    match active_suppression(account.suppression.as_ref(), now) {
        Some(suppression) => {
            let detail = describe_suppression(suppression);
            trace.fail(ACCOUNT_NOT_SUPPRESSED, detail.clone(), &[EvidenceRef::Account]);
            Err(Disqualification { reason: DisqualificationReason::Suppressed, detail })
        }
        None => {
            let detail = match &account.suppression {
                Some(lapsed) => format!("a suppression has lapsed: {}", describe_suppression(lapsed)),
                None => "no suppression covers the account or its domain".into(),
            };
            trace.pass(ACCOUNT_NOT_SUPPRESSED, detail, &[EvidenceRef::Account]);
            Ok(())
        }
    }
}
