//! Why messages went back to review: what the admin sees while a stream has lost its standing to what was found in it.

use crate::show::{Moment, line, lines, stream_name};
use baton_desk::desk::Fallen;
use baton_facts::types::Timestamp;

/// One such stream.
pub(crate) struct Fall {
    pub stream: i64,
    pub name: String,
    pub campaign: String,
    /// `3 messages went back to review`; where none had been let go, that nothing leaves by itself.
    pub what: String,
    pub reason: String,
    /// None where the desk itself found it.
    pub who: Option<String>,
    pub at: Moment,
    pub said: Option<String>,
    /// The package that was looked at.
    pub package: Option<String>,
    pub account: Option<String>,
}

impl Fall {
    pub fn new(fallen: &Fallen, now: Timestamp) -> Self {
        let of = &fallen.fall.line;
        let what = match of.recalled {
            0 => "A stream went back to review".to_owned(),
            1 => "1 message went back to review".to_owned(),
            some => format!("{} messages went back to review", crate::show::number(some)),
        };
        Self {
            stream: fallen.stream,
            name: stream_name(&fallen.key),
            campaign: line(&fallen.key.campaign),
            what,
            reason: line(&of.reason),
            who: Some(line(&of.who)).filter(|_| of.who != super::quality::DESK),
            at: Moment::new(of.at, now),
            said: fallen.fall.said.as_ref().open().and_then(|said| said.as_deref()).map(lines),
            package: of.package.as_ref().map(|package| package.0.clone()),
            account: fallen.fall.account_name.as_deref().map(line),
        }
    }
}
