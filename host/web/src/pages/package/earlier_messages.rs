//! Earlier messages of the sequence, which a reviewer needs to judge a follow-up.

use crate::format::{DisplayTime, line, lines};
use baton_facts::packages::Sent;
use baton_facts::types::Timestamp;
use baton_model::views::PackageView;

/// Messages that are shown: the latest ones.
const MESSAGES: usize = 10;

pub(super) struct EarlierMessage {
    pub at: DisplayTime,
    pub subject: String,
    pub body: String,
}

/// Returns the messages before this one, newest first.
pub(super) fn earlier(view: &PackageView, now: Timestamp) -> Vec<EarlierMessage> {
    let sent = view.earlier.as_ref().open().map_or(&[][..], Vec::as_slice);
    let one = |sent: &Sent| EarlierMessage {
        at: DisplayTime::new(sent.at, now),
        subject: line(&sent.message.subject),
        body: lines(&sent.message.body),
    };
    sent.iter().rev().take(MESSAGES).map(one).collect()
}
