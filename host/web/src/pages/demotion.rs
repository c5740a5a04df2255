//! Streams that were reset to review because of a problem, shown until they have earned auto-send again.

use crate::format::{DisplayTime, line, lines, stream_name};
use baton_desk::autonomy::Demotion;
use baton_facts::types::Timestamp;

pub(crate) struct DemotionNotice {
    pub stream: i64,
    pub name: String,
    pub campaign: String,
    /// `3 emails are back in review`, or that the stream is, if it had no released emails.
    pub what: String,
    pub reason: String,
    /// `None` if the desk itself reset the stream.
    pub who: Option<String>,
    pub at: DisplayTime,
    pub remark: Option<String>,
    /// The package with the problem.
    pub package: Option<String>,
    pub account: Option<String>,
}

impl DemotionNotice {
    pub fn new(stream: &Demotion, now: Timestamp) -> Self {
        let of = &stream.cause.line;
        let what = match of.returned_to_review {
            0 => "A stream was reset to review".to_owned(),
            1 => "1 email is back in review".to_owned(),
            some => format!("{} emails are back in review", crate::format::number(some)),
        };
        Self {
            stream: stream.stream,
            name: stream_name(&stream.key),
            campaign: line(&stream.key.campaign),
            what,
            reason: line(&of.reason),
            who: Some(line(&of.who)).filter(|_| of.who != baton_model::BATON),
            at: DisplayTime::new(of.at, now),
            remark: stream.cause.remark.as_ref().open().and_then(|said| said.as_deref()).map(lines),
            package: of.package.as_ref().map(|package| package.0.clone()),
            account: stream.cause.account_name.as_deref().map(line),
        }
    }
}
