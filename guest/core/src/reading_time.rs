//! Estimates how long a person needs to read a package.
//!
//! Silent reading of English non-fiction at 238 words a minute: the mean of 190 studies with 18,573 participants
//! (Brysbaert, M. (2019). How many words do we read per minute? Journal of Memory and Language 109, 104047).

use baton_facts::packages::{Check, HandoffPackage, Verdict};
use baton_facts::types::Message;

use crate::rules::READING_TIME;
use crate::text::word_count;

const WORDS_PER_MINUTE: u64 = 238;

/// The goal for one decision, in seconds.
pub(crate) const TARGET_SECONDS: u32 = 60;

/// The next action is one sentence of this many words. Its wording depends on the checks, and the reading-time check on
/// this sum.
const NEXT_ACTION_WORDS: u64 = 12;

/// Returns the seconds to read the package with this message: account, signals, why now, contact, message, next action
/// and the checks that did not pass. History, passed checks and the labels of the page are not counted.
pub(crate) fn seconds(package: &HandoffPackage, message: &Message, checks: &[Check]) -> u32 {
    let account = &package.account;
    let contact = &package.contact;
    let mut words = NEXT_ACTION_WORDS;
    let texts =
        [&account.name, &package.why_now, &package.role_match.role, &message.to, &message.subject, &message.body];
    let optional = [
        account.industry.as_ref().or(account.domain.as_ref()),
        contact.first_name.as_ref(),
        contact.last_name.as_ref(),
        contact.title.as_ref(),
    ];
    for text in texts.into_iter().chain(optional.into_iter().flatten()) {
        words += word_count(text);
    }
    // Headcount and country are one word each.
    words += u64::from(account.employees.is_some()) + u64::from(account.country.is_some());
    for ranked in &package.signals {
        // The date is one word more.
        words += word_count(&ranked.signal.summary) + word_count(&ranked.signal.source_name) + 1;
    }
    // The reading-time check is left out of its own sum.
    let open = checks.iter().filter(|check| check.verdict != Verdict::Pass && check.name != READING_TIME);
    for check in open {
        words += word_count(&check.detail);
    }
    u32::try_from((words * 60).div_ceil(WORDS_PER_MINUTE)).unwrap_or(u32::MAX)
}
