//! Checks what may have changed since the package was prepared: the age of the signal, suppressions that begin or end,
//! and the state of the address.

use baton_facts::packages::Verdict;
use baton_facts::types::Verification;

use super::context::CheckContext;
use crate::calendar::iso_date;
use crate::eligibility::{active_suppression, describe_suppression};
use crate::record_names::verification;
use crate::rules::{
    ACCOUNT_NOT_SUPPRESSED, ADDRESS_VERIFIED, CONTACT_NOT_SUPPRESSED, EvidenceRef, SIGNAL_FRESH, Trace,
};
use crate::signals::fresh_until;

pub(super) fn check(context: &CheckContext<'_>, trace: &mut Trace) {
    let CheckContext { package, now, .. } = context;
    let until = iso_date(package.fresh_until);
    match package.signals.first() {
        Some(first) if *now <= package.fresh_until => {
            let own = fresh_until(&first.signal, &package.angle);
            let detail = if own < *now && package.touch_number > 1 {
                format!("the signal was fresh until {}, the follow-up may be sent until {until}", iso_date(own))
            } else {
                format!("the signal is fresh until {until}")
            };
            trace.pass(SIGNAL_FRESH, detail, &[EvidenceRef::Signal(&first.signal.id)]);
        }
        Some(first) => trace.fail(
            SIGNAL_FRESH,
            format!("the signal was fresh until {until}"),
            &[EvidenceRef::Signal(&first.signal.id)],
        ),
        None => trace.fail(SIGNAL_FRESH, "the package has no signal", &[]),
    }

    let (account, contact) = (&package.account, &package.contact);
    let suppressions = [
        (ACCOUNT_NOT_SUPPRESSED, &account.suppression, EvidenceRef::Account, "the account or its domain"),
        (CONTACT_NOT_SUPPRESSED, &contact.suppression, EvidenceRef::Contact(&contact.id), "the address"),
    ];
    for (name, suppression, record, what) in suppressions {
        match active_suppression(suppression.as_ref(), *now) {
            Some(suppression) => trace.fail(name, describe_suppression(suppression), &[record]),
            None => trace.pass(name, format!("no suppression covers {what}"), &[record]),
        }
    }

    let verdict = match contact.verification {
        Verification::Deliverable => Verdict::Pass,
        Verification::Risky | Verification::Unknown => Verdict::Warn,
        Verification::Undeliverable => Verdict::Fail,
    };
    let state = verification(contact.verification);
    let detail = match contact.verified_at {
        Some(at) => format!("the address was found {state} on {}", iso_date(at)),
        None => format!("the address is recorded as {state}"),
    };
    trace.push(ADDRESS_VERIFIED, verdict, detail, &[EvidenceRef::Contact(&contact.id)]);
}
