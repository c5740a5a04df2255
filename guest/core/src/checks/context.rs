//! The message under check and the package that it is checked against.

use baton_facts::packages::{HandoffPackage, Verdict};
use baton_facts::types::{Message, Timestamp};

/// The input of every check.
pub(super) struct CheckContext<'a> {
    pub(super) package: &'a HandoffPackage,
    pub(super) message: &'a Message,
    /// The body without the sender's signature.
    pub(super) text: &'a str,
    /// The message differs from the package's draft, so a person edited it.
    pub(super) is_edited: bool,
    pub(super) now: Timestamp,
}

impl CheckContext<'_> {
    /// The verdict on a missing part of the draft: a person may have removed it on purpose, so an edited message warns.
    pub(super) fn missing_verdict(&self) -> Verdict {
        if self.is_edited { Verdict::Warn } else { Verdict::Fail }
    }
}
