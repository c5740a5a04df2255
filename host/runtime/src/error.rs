//! Errors for three audiences.
//!
//! A *component* receives the contract's errors and nothing else. The *caller* receives [`Error`], whose text can be
//! shown to an admin and contains no internals. The *log* receives the whole chain of causes, through `tracing` and
//! [`std::error::Error::source`]. Causes are opaque, so that the version of wasmtime is not part of this API.

use crate::digest::Digest;
use crate::world::World;
use baton_facts::errors::{DraftingError, HandoffError, ReadingError};

/// The cause of an error, for the log.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// The reason why a call failed or a component could not be loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The engine returned an error of the contract.
    #[error("the engine answered: {}", handoff(.0))]
    Handoff(HandoffError),
    /// The drafter returned an error of the contract.
    #[error("the drafter answered: {}", drafting(.0))]
    Drafting(DraftingError),
    /// The reader returned an error of the contract.
    #[error("the reader answered: {}", reading(.0))]
    Reading(ReadingError),
    /// The host ended the call: the component exceeded a limit or failed.
    #[error("the call was ended: {reason}")]
    Aborted {
        /// The limit or failure that ended it.
        reason: AbortReason,
        /// For the log.
        source: Option<Cause>,
    },
    /// The component's result contradicts the contract or the answers of the capabilities.
    #[error("the component's answer was refused: {0}")]
    Mismatch(Mismatch),
    /// The component's description of itself breaks a bound of the contract.
    #[error("the component's description of itself has {0}")]
    Description(&'static str),
    /// The engine reported success, but the host authorized no message in that call.
    #[error("the engine says it sent the message, but it never presented the permit")]
    NotSent,
    /// The bytes are not a component, or not one that this host can run.
    #[error("the component cannot be loaded: {what}")]
    Load {
        /// The reason.
        what: String,
        /// For the log.
        source: Option<Cause>,
    },
    /// The component has more of something than this host compiles.
    #[error(
        "the component cannot be loaded: it has more than {limit} {part}\nhint: the guide for component authors lists all limits; a component without debug information, or with less in it, is smaller"
    )]
    TooLarge {
        /// The part, in the plural.
        part: &'static str,
        /// The most that this host compiles.
        limit: u64,
    },
    /// The component imports an interface that its world does not offer.
    #[error("the component imports `{import}`, which the world `{world}` does not offer")]
    ForbiddenImport {
        /// The interface.
        import: String,
        /// The component's world.
        world: World,
    },
    /// A component of another world was expected.
    #[error("this component is of the world `{found}`; one of the world `{expected}` is needed")]
    World {
        /// The component's world.
        found: World,
        /// The expected world.
        expected: World,
    },
    /// The recording was made with another component.
    #[error("the recording was made with the component {recorded}; this is {found}")]
    OtherComponent {
        /// The digest in the recording.
        recorded: Digest,
        /// The digest of the component passed to the replay.
        found: Digest,
    },
    /// The seal of a recording is wrong: the recording was changed, or another host made the seal.
    #[error("the seal of the recording is wrong: the recording was changed, or another host made the seal")]
    Seal,
    /// The runtime cannot be set up.
    #[error("the runtime cannot start: {what}")]
    Setup {
        /// The step that failed.
        what: String,
        /// For the log.
        source: Option<Cause>,
    },
}

/// The reason why the host ended a call.
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
    /// See [`crate::Limits::recording`].
    #[error("it exchanged more with the host in one call than is recorded")]
    Recording,
    /// The component exhausted its stack.
    #[error("it nested its calls too deeply")]
    Stack,
    /// The component used a handle that it does not hold: a spent permit or an invented one.
    #[error("it used a permit it does not hold")]
    Handle,
    /// On replay, the component made another imported call than the recorded one.
    #[error("it asked for something else than was recorded")]
    Diverged,
    /// On comparison, the component made an imported call that the recording has no answer for.
    #[error("it asks for something new, which was not recorded")]
    Unrecorded,
    /// The component called an extension that is not granted to this tenant.
    #[error("it called an extension that is not granted")]
    ExtensionNotGranted,
    /// An extension failed, or answered with a value that is not of the function's type.
    #[error("an extension failed")]
    Extension,
    /// The component trapped, usually because of a panic.
    #[error("it crashed")]
    Trapped,
}

/// The fact of a package that does not match the host's answers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Mismatch {
    /// The account differs from the answer of `research`.
    #[error("its account is not the one research answered with")]
    Account,
    /// There is no signal, or one that `research` did not answer with.
    #[error("its signals are not among those research answered with")]
    Signals,
    /// The contact differs from every answer of `contacts`.
    #[error("its contact is not among those the host answered with")]
    Contact,
    /// The history differs from the answer of `contacts`.
    #[error("its history is not the one the host answered with")]
    History,
    /// The message is addressed to somebody other than the contact.
    #[error("its draft is addressed to somebody else than its contact")]
    Recipient,
    /// The angle or the sender is not the campaign's.
    #[error("its angle or sender is not the campaign's")]
    Campaign,
    /// A number, time, text or list is outside the bounds that the contract or the call's own facts set.
    #[error("its `{0}` is out of range")]
    Range(&'static str),
    /// A page of prospects names an account that the search did not answer with.
    #[error("it names an account that the search did not find")]
    Prospect,
}

/// Lets a caller match on the exact mismatch.
impl From<Mismatch> for Error {
    fn from(what: Mismatch) -> Self {
        Self::Mismatch(what)
    }
}

/// Returns the causes in one line, cut to a length that can be shown. Names in it are the component's own.
pub(crate) fn chain(error: &wasmtime::Error) -> String {
    let causes: Vec<String> = error.chain().map(|cause| cause.to_string().replace('\n', " ")).collect();
    causes.join(": ").chars().take(CHAIN_MAX).collect()
}

/// The characters of a cause that are shown.
const CHAIN_MAX: usize = 600;

fn handoff(error: &HandoffError) -> String {
    match error {
        HandoffError::Capability(text) => format!("something it depends on had no answer ({text})"),
        HandoffError::Invalid(text) => format!("the input is not valid ({text})"),
        HandoffError::Refused(checks) => {
            let names: Vec<&str> = checks.iter().map(|check| check.name.as_str()).collect();
            format!("the text fails these checks: {}", names.join(", "))
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
        ReadingError::Unreadable(text) => format!("this is not a mail message ({text})"),
        ReadingError::TooLarge => "the message is too large".into(),
        ReadingError::Unsupported(text) => format!("the message cannot be decoded ({text})"),
        ReadingError::Other(text) => text.clone().unwrap_or_else(|| "it failed without saying why".into()),
    }
}
