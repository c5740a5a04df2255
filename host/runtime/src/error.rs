//! How things go wrong, for three audiences.
//!
//! A *component* is told the contract's errors and nothing else. The *caller* gets [`Error`], whose text names what
//! happened in words that can be shown to an admin and carries no internals. The *log* gets the whole chain of
//! causes, through `tracing` and [`std::error::Error::source`].

use crate::component::{Digest, World};
use baton_facts::errors::{DraftingError, HandoffError, ReadingError};

/// Why a call came to nothing, or a component could not be loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The component answered with an error of the contract.
    #[error("the engine answered: {}", handoff(.0))]
    Handoff(HandoffError),
    /// The drafter answered with an error of the contract.
    #[error("the drafter answered: {}", drafting(.0))]
    Drafting(DraftingError),
    /// The reader answered with an error of the contract.
    #[error("the reader answered: {}", reading(.0))]
    Reading(ReadingError),
    /// A bound was reached, or the component failed; the call was ended.
    #[error("the call was ended: {reason}")]
    Aborted {
        /// What ended it.
        reason: AbortReason,
        /// For the log.
        source: Option<wasmtime::Error>,
    },
    /// What the component returned contradicts the contract or what the capabilities answered.
    #[error("the engine's package was refused: {0}")]
    Mismatch(Mismatch),
    /// The engine reported success, but the host authorised no message in that call.
    #[error("the engine says it sent the message, but it never presented the permit")]
    NotSent,
    /// The bytes are no component, or one that this host cannot run.
    #[error("the component cannot be loaded: {what}")]
    Load {
        /// What is wrong with it.
        what: String,
        /// For the log.
        source: Option<wasmtime::Error>,
    },
    /// The component asks for something that its world does not give.
    #[error("the component asks for `{import}`, which the world `{world}` does not give")]
    ForbiddenImport {
        /// The import.
        import: String,
        /// The component's world.
        world: World,
    },
    /// A component of another world was expected.
    #[error("this component is of the world `{found}`; one of the world `{expected}` is needed")]
    World {
        /// Its world.
        found: World,
        /// The world that was asked for.
        expected: World,
    },
    /// The recording was made with another component.
    #[error("the recording was made with the component {recorded}; this is {found}")]
    OtherComponent {
        /// The digest in the recording.
        recorded: Digest,
        /// The digest of the component at hand.
        found: Digest,
    },
    /// A sealed recording does not carry this host's seal over these contents.
    #[error("the recording was changed after it was sealed, or sealed by another host")]
    Seal,
    /// The runtime could not be set up.
    #[error("the runtime cannot start: {what}")]
    Setup {
        /// What failed.
        what: String,
        /// For the log.
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
}

/// What ended a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AbortReason {
    /// See [`crate::Limits::computing`].
    #[error("it computed for longer than it may without calling the host")]
    Computing,
    /// See [`crate::Limits::whole_call`].
    #[error("it took longer than a call may")]
    WholeCall,
    /// See [`crate::Limits::memory`] and [`crate::Limits::table_elements`].
    #[error("it asked for more memory than it may have")]
    Memory,
    /// See [`crate::Limits::calls`].
    #[error("it called the host more often than it may")]
    Calls,
    /// See [`crate::Limits::value`].
    #[error("it handed over more than the host takes")]
    Value,
    /// The component ran out of stack.
    #[error("it nested its calls too deeply")]
    Stack,
    /// It used a handle it does not hold: a permit already given away, or none at all.
    #[error("it used a permit it does not hold")]
    Handle,
    /// On replay it asked for something else than the recording has.
    #[error("it asked for something else than was recorded")]
    Diverged,
    /// On comparison it asked for something that nobody asked when the recording was made.
    #[error("it asks for something new, which was not recorded")]
    Unrecorded,
    /// It trapped by itself, mostly a panic.
    #[error("it failed by itself")]
    Trapped,
}

/// Which fact of a package does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Mismatch {
    /// The account differs from the answer of `research`.
    #[error("its account is not the one research answered with")]
    Account,
    /// A signal that `research` did not answer with, or none at all.
    #[error("its signals are not among those research answered with")]
    Signals,
    /// The person differs from every answer of `contacts`.
    #[error("its contact is not among those the host answered with")]
    Contact,
    /// The touches differ from what `contacts` answered.
    #[error("its history is not the one the host answered with")]
    History,
    /// The message goes to somebody else.
    #[error("its draft is addressed to somebody else than its contact")]
    Recipient,
    /// The angle or the sender is not the campaign's.
    #[error("its angle or sender is not the campaign's")]
    Campaign,
    /// A score beyond 100, or a touch number that the messages so far do not bear out.
    #[error("its `{0}` is out of range")]
    Range(&'static str),
    /// A page of prospects names an account that the search did not answer with.
    #[error("it names an account that the search did not find")]
    Prospect,
}

fn handoff(error: &HandoffError) -> String {
    match error {
        HandoffError::Capability(text) => format!("something it depends on had no answer ({text})"),
        HandoffError::Invalid(text) => format!("the input is not valid ({text})"),
        HandoffError::Refused(checks) => {
            let names: Vec<&str> = checks.iter().map(|check| check.name.as_str()).collect();
            format!("the text may not leave: {}", names.join(", "))
        }
        HandoffError::Unsupported(text) => format!("it does not do that kind of work ({text})"),
        HandoffError::Other(text) => text.clone().unwrap_or_else(|| "it failed without saying why".into()),
    }
}

fn drafting(error: &DraftingError) -> String {
    match error {
        DraftingError::Declined(text) => format!("it will not write this ({text})"),
        DraftingError::Unavailable(text) => text.clone().unwrap_or_else(|| "it is not available".into()),
        DraftingError::LimitReached => "the call has used up its drafts".into(),
        DraftingError::Other(text) => text.clone().unwrap_or_else(|| "it failed without saying why".into()),
    }
}

fn reading(error: &ReadingError) -> String {
    match error {
        ReadingError::Unreadable(text) => format!("this is no message ({text})"),
        ReadingError::TooLarge => "the message is too large".into(),
        ReadingError::Unsupported(text) => format!("the message cannot be decoded ({text})"),
        ReadingError::Other(text) => text.clone().unwrap_or_else(|| "it failed without saying why".into()),
    }
}
