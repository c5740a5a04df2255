//! What left before in the sequence: a follow-up cannot be judged without it.

use crate::show::{Moment, line, lines};
use baton_facts::packages::Sent;
use baton_facts::types::Timestamp;
use baton_model::views::PackageView;

/// Messages that are shown; the last ones, where there are more.
const MESSAGES: usize = 10;

/// A message as it left.
pub(super) struct Earlier {
    pub at: Moment,
    pub subject: String,
    pub body: String,
}

/// The messages before this one, newest first.
pub(super) fn earlier(view: &PackageView, now: Timestamp) -> Vec<Earlier> {
    let sent = view.earlier.as_ref().open().map_or(&[][..], Vec::as_slice);
    let one = |sent: &Sent| Earlier {
        at: Moment::new(sent.at, now),
        subject: line(&sent.message.subject),
        body: lines(&sent.message.body),
    };
    sent.iter().rev().take(MESSAGES).map(one).collect()
}
