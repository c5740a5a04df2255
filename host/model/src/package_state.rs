//! The states of a package and the transitions between them.
//!
//! Pure functions. The store changes a state only through a [`Move`], and only [`State::step`] creates one, so an
//! illegal transition cannot be written. An error explains the refusal for a user. A deadline never approves, and a
//! message that may have been sent is never sent again automatically: only a person's word leads out of
//! [`State::InDoubt`].

use baton_facts::types::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use strum::{EnumString, IntoStaticStr, VariantArray};

/// The state of a package.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
    strum::Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum State {
    /// Undecided.
    Queued,
    /// Undecided until a later time.
    Snoozed,
    /// Approved; the outbox entry waits for the engine's final check.
    Approved,
    /// Released; the outbox entry can be sent.
    Authorised,
    /// Claimed by the worker: from here on it may have been sent.
    Transmitting,
    /// Accepted by the mail server, or written to the folder of `.eml` files.
    Sent,
    /// Not sent, and will not be.
    Failed,
    /// Delivery unknown; a person decides.
    InDoubt,
    /// Rejected.
    Rejected,
    /// Expired: its reason to write became too old before anybody decided.
    Expired,
    /// Replaced by a newer package.
    Superseded,
    /// Withdrawn before it was sent: suppressed, erased, or answered in the meantime.
    Withdrawn,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 12] = *Self::VARIANTS.as_array().expect("the number of variants");

    /// Returns its name, as in JSON and in the store.
    pub const fn name(self) -> &'static str {
        self.into_str()
    }

    /// Returns the state of that name.
    pub fn named(name: &str) -> Option<Self> {
        name.parse().ok()
    }

    /// Returns whether nobody has decided yet.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Queued | Self::Snoozed)
    }

    /// Returns whether it is approved and neither sent nor ended.
    pub const fn is_under_way(self) -> bool {
        matches!(self, Self::Approved | Self::Authorised | Self::Transmitting | Self::InDoubt)
    }

    /// Returns the transition from this state.
    ///
    /// # Errors
    /// [`Illegal`] if there is no such transition, or its time is wrong; the text is for a user.
    pub fn step(self, step: Step) -> Result<Move, Illegal> {
        let illegal = |why: Why| Err(Illegal { from: self, step, why });
        let to = match (self, step) {
            (Self::Queued | Self::Snoozed, Step::Approve { now, deadline }) => {
                if now >= deadline {
                    return illegal(Why::Late(deadline));
                }
                Self::Approved
            }
            (Self::Queued | Self::Snoozed, Step::Snooze { now, until, deadline }) => {
                if now >= deadline {
                    return illegal(Why::Late(deadline));
                }
                if until <= now {
                    return illegal(Why::SnoozedIntoThePast);
                }
                if until >= deadline {
                    return illegal(Why::SnoozedBeyond(deadline));
                }
                Self::Snoozed
            }
            (Self::Queued | Self::Snoozed, Step::Reject) => Self::Rejected,
            (Self::Queued | Self::Snoozed, Step::Supersede) => Self::Superseded,
            (Self::Queued | Self::Snoozed, Step::Expire { now, deadline }) => {
                if now < deadline {
                    return illegal(Why::Fresh(deadline));
                }
                Self::Expired
            }
            (Self::Snoozed, Step::Wake { now, until }) => {
                if now < until {
                    return illegal(Why::Asleep(until));
                }
                Self::Queued
            }
            (Self::Queued | Self::Snoozed | Self::Approved | Self::Authorised, Step::Withdraw) => Self::Withdrawn,
            (Self::Approved | Self::Authorised, Step::Recall) => Self::Queued,
            (Self::Approved, Step::Authorise) => Self::Authorised,
            (Self::Approved, Step::Refuse) => Self::Failed,
            (Self::Authorised, Step::Take) => Self::Transmitting,
            (Self::Transmitting, Step::Accept) => Self::Sent,
            (Self::Transmitting, Step::PutBack) => Self::Authorised,
            (Self::Transmitting, Step::Fail) => Self::Failed,
            (Self::Transmitting, Step::Doubt) => Self::InDoubt,
            (Self::InDoubt, Step::Settle { left: true }) => Self::Sent,
            (Self::InDoubt, Step::Settle { left: false }) => Self::Failed,
            _ => return illegal(Why::NotFromHere),
        };
        Ok(Move { from: self, to })
    }
}

/// An event in the life of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A reviewer approves the draft or their own text.
    Approve {
        /// The time of the decision.
        now: Timestamp,
        /// The time at which the package expires.
        deadline: Timestamp,
    },
    /// A reviewer rejects it. Allowed for an expired package too, since it says something about the draft.
    Reject,
    /// A reviewer snoozes it.
    Snooze {
        /// The time of the decision.
        now: Timestamp,
        /// The time to come back.
        until: Timestamp,
        /// The time at which the package expires.
        deadline: Timestamp,
    },
    /// A snoozed package comes back.
    Wake {
        /// The time.
        now: Timestamp,
        /// The end of the snooze.
        until: Timestamp,
    },
    /// It expires.
    Expire {
        /// The time.
        now: Timestamp,
        /// The time at which the package expires.
        deadline: Timestamp,
    },
    /// A newer package for the same touch replaces it.
    Supersede,
    /// The engine's final check passed, and the host recorded it.
    Authorise,
    /// The engine's final check failed.
    Refuse,
    /// It is withdrawn before it can have been sent.
    Withdraw,
    /// A package released without review comes back: the stream lost its standing, or the final check failed.
    Recall,
    /// The worker claims it before the first byte is sent.
    Take,
    /// It was accepted for delivery.
    Accept,
    /// It was certainly not sent, and can be tried again.
    PutBack,
    /// It was certainly not sent, and will not be.
    Fail,
    /// It is unknown whether it was sent.
    Doubt,
    /// A person records whether it was sent.
    Settle {
        /// Whether it was sent.
        left: bool,
    },
}

impl Step {
    const fn deed(self) -> &'static str {
        match self {
            Self::Approve { .. } => "approved",
            Self::Reject => "rejected",
            Self::Snooze { .. } => "snoozed",
            Self::Wake { .. } => "brought back to the queue",
            Self::Expire { .. } => "expired",
            Self::Supersede => "superseded",
            Self::Authorise => "authorised",
            Self::Refuse => "refused by the final check",
            Self::Withdraw => "withdrawn",
            Self::Recall => "brought back to review",
            Self::Take => "sent",
            Self::Accept => "marked as sent",
            Self::PutBack => "put back",
            Self::Fail => "marked as failed",
            Self::Doubt => "marked as delivery unknown",
            Self::Settle { .. } => "settled",
        }
    }
}

/// A legal transition. Only [`State::step`] creates one, and the store writes a state only with one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a move counts once the store has written it"]
pub struct Move {
    from: State,
    to: State,
}

impl Move {
    /// Returns the state before it.
    pub const fn from(self) -> State {
        self.from
    }

    /// Returns the state after it.
    pub const fn to(self) -> State {
        self.to
    }
}

/// A transition that does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Illegal {
    /// The state of the package.
    pub from: State,
    /// The event.
    pub step: Step,
    why: Why,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    NotFromHere,
    Late(Timestamp),
    Fresh(Timestamp),
    Asleep(Timestamp),
    SnoozedIntoThePast,
    SnoozedBeyond(Timestamp),
}

impl Illegal {
    /// Whether the package expired before the event.
    pub const fn is_late(self) -> bool {
        matches!(self.why, Why::Late(_))
    }

    /// Whether the package was decided or is otherwise past the event.
    pub const fn is_past(self) -> bool {
        matches!(self.why, Why::NotFromHere)
    }
}

impl std::error::Error for Illegal {}

impl fmt::Display for Illegal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let deed = self.step.deed();
        match self.why {
            Why::Late(at) => write!(f, "the package expired on {}, so it cannot be {deed}", Day(at)),
            Why::Fresh(at) => write!(f, "the package is fresh until {}", Day(at)),
            Why::Asleep(at) => write!(f, "the package is snoozed until {}", Day(at)),
            Why::SnoozedIntoThePast => f.write_str("a package can only be snoozed until a later time"),
            Why::SnoozedBeyond(at) => {
                write!(f, "the package expires on {}: snooze it until an earlier time", Day(at))
            }
            Why::NotFromHere => write!(f, "{}, so it cannot be {deed}", standing(self.from)),
        }
    }
}

/// Describes a package that is past an event.
const fn standing(state: State) -> &'static str {
    match state {
        State::Queued => "the package waits for a decision",
        State::Snoozed => "the package is snoozed",
        State::Approved => "the package is approved and waits for its release",
        State::Authorised => "the package is approved and waits to be sent",
        State::Transmitting => "the message is being sent",
        State::Sent => "the message was sent",
        State::Failed => "sending the message failed",
        State::InDoubt => "it is unknown whether the message was sent, and a person has to settle it",
        State::Rejected => "the package was rejected",
        State::Expired => "the package expired",
        State::Superseded => "a newer package replaced this one",
        State::Withdrawn => "the package was withdrawn",
    }
}

/// A timestamp for users: `2026-03-31 14:05 UTC`.
pub struct Day(pub Timestamp);

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match chrono::DateTime::from_timestamp(self.0, 0) {
            Some(at) => write!(f, "{}", at.format("%Y-%m-%d %H:%M UTC")),
            // Beyond the calendar.
            None => write!(f, "moment {}", self.0),
        }
    }
}

/// The outcome of the last run for an account, in a campaign.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, EnumString, IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum AccountState {
    /// It has a package.
    Ready,
    /// Held: not now.
    Held,
    /// Disqualified: not at all.
    Disqualified,
    /// The work on it failed.
    Failed,
}

impl AccountState {
    /// Returns its name, as in JSON and in the store.
    pub const fn name(self) -> &'static str {
        self.into_str()
    }

    /// Returns the state of that name.
    pub fn named(name: &str) -> Option<Self> {
        name.parse().ok()
    }
}

#[cfg(test)]
mod tests;
