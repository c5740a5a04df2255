//! The states of a package and the transitions between them.
//!
//! Pure functions. The store changes a state only through a [`Transition`], and only [`PackageState::transition`] creates
//! one, so an illegal transition cannot be written. An error explains the refusal for a user. A deadline never approves,
//! and a message that may have been sent is never sent again automatically: only a person's word leads out of
//! [`PackageState::DeliveryUnknown`].

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
pub enum PackageState {
    /// Undecided.
    Queued,
    /// Undecided until a later time.
    Snoozed,
    /// Approved; the outbox entry waits for the engine's final check.
    Approved,
    /// It passed the final check, and waits for its time.
    Scheduled,
    /// Claimed by the worker: from here on it may have been sent.
    Transmitting,
    /// Accepted by the mail server, or written to the folder of `.eml` files.
    Sent,
    /// Not sent, and will not be.
    Failed,
    /// Delivery unknown; a person decides.
    DeliveryUnknown,
    /// Rejected.
    Rejected,
    /// Expired: its reason to write became too old before anybody decided.
    Expired,
    /// Replaced by a newer package.
    Superseded,
    /// Withdrawn before it was sent: suppressed, erased, or answered in the meantime.
    Withdrawn,
}

impl PackageState {
    /// Every state.
    pub const ALL: [Self; 12] = *Self::VARIANTS.as_array().expect("the number of variants");

    /// Returns its name, as in JSON and in the store.
    pub const fn name(self) -> &'static str {
        self.into_str()
    }

    /// Returns the state of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        name.parse().ok()
    }

    /// Returns whether nobody has decided yet.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Queued | Self::Snoozed)
    }

    /// Returns whether it is approved and neither sent nor ended.
    pub const fn is_under_way(self) -> bool {
        matches!(self, Self::Approved | Self::Scheduled | Self::Transmitting | Self::DeliveryUnknown)
    }

    /// Returns the transition from this state.
    ///
    /// # Errors
    /// [`IllegalTransition`] if there is no such transition, or its time is wrong; the text is for a user.
    pub fn transition(self, step: LifecycleEvent) -> Result<Transition, IllegalTransition> {
        let illegal = |why: IllegalTransitionCause| Err(IllegalTransition { from: self, event: step, cause: why });
        let to = match (self, step) {
            (Self::Queued | Self::Snoozed, LifecycleEvent::Approve { now, deadline }) => {
                if now >= deadline {
                    return illegal(IllegalTransitionCause::Expired(deadline));
                }
                Self::Approved
            }
            (Self::Queued | Self::Snoozed, LifecycleEvent::Snooze { now, until, deadline }) => {
                if now >= deadline {
                    return illegal(IllegalTransitionCause::Expired(deadline));
                }
                if until <= now {
                    return illegal(IllegalTransitionCause::SnoozeInPast);
                }
                if until >= deadline {
                    return illegal(IllegalTransitionCause::SnoozeAfterDeadline(deadline));
                }
                Self::Snoozed
            }
            (Self::Queued | Self::Snoozed, LifecycleEvent::Reject) => Self::Rejected,
            (Self::Queued | Self::Snoozed, LifecycleEvent::Supersede) => Self::Superseded,
            (Self::Queued | Self::Snoozed, LifecycleEvent::Expire { now, deadline }) => {
                if now < deadline {
                    return illegal(IllegalTransitionCause::NotExpired(deadline));
                }
                Self::Expired
            }
            (Self::Snoozed, LifecycleEvent::Wake { now, until }) => {
                if now < until {
                    return illegal(IllegalTransitionCause::StillSnoozed(until));
                }
                Self::Queued
            }
            (Self::Queued | Self::Snoozed | Self::Approved | Self::Scheduled, LifecycleEvent::Withdraw) => {
                Self::Withdrawn
            }
            (Self::Approved | Self::Scheduled, LifecycleEvent::Recall) => Self::Queued,
            (Self::Approved, LifecycleEvent::Authorize) => Self::Scheduled,
            (Self::Approved, LifecycleEvent::Refuse) => Self::Failed,
            (Self::Scheduled, LifecycleEvent::Claim) => Self::Transmitting,
            (Self::Transmitting, LifecycleEvent::Accept) => Self::Sent,
            (Self::Transmitting, LifecycleEvent::Requeue) => Self::Scheduled,
            (Self::Transmitting, LifecycleEvent::Fail) => Self::Failed,
            (Self::Transmitting, LifecycleEvent::MarkDeliveryUnknown)
            | (Self::Approved | Self::Scheduled | Self::Transmitting, LifecycleEvent::FindOlderCopy) => {
                Self::DeliveryUnknown
            }
            (Self::DeliveryUnknown, LifecycleEvent::RecordDelivery { sent: true }) => Self::Sent,
            (Self::DeliveryUnknown, LifecycleEvent::RecordDelivery { sent: false }) => Self::Failed,
            _ => return illegal(IllegalTransitionCause::WrongState),
        };
        Ok(Transition { from: self, to })
    }
}

/// An event in the life of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LifecycleEvent {
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
    Authorize,
    /// The engine's final check failed.
    Refuse,
    /// It is withdrawn before it can have been sent.
    Withdraw,
    /// A package released without review comes back: the stream lost its standing, or the final check failed.
    Recall,
    /// The worker claims it before the first byte is sent.
    Claim,
    /// It was accepted for delivery.
    Accept,
    /// It was certainly not sent, and can be tried again.
    Requeue,
    /// It was certainly not sent, and will not be.
    Fail,
    /// It is unknown whether it was sent.
    MarkDeliveryUnknown,
    /// The store is an older copy: it may have been sent after the copy was made.
    FindOlderCopy,
    /// A person records whether it was sent.
    RecordDelivery {
        /// Whether it was sent.
        sent: bool,
    },
}

impl LifecycleEvent {
    const fn past_participle(self) -> &'static str {
        match self {
            Self::Approve { .. } => "approved",
            Self::Reject => "rejected",
            Self::Snooze { .. } => "snoozed",
            Self::Wake { .. } => "brought back to the queue",
            Self::Expire { .. } => "expired",
            Self::Supersede => "superseded",
            Self::Authorize => "scheduled",
            Self::Refuse => "refused by the final check",
            Self::Withdraw => "withdrawn",
            Self::Recall => "brought back to review",
            Self::Claim => "sent",
            Self::Accept => "marked as sent",
            Self::Requeue => "put back",
            Self::Fail => "marked as failed",
            Self::MarkDeliveryUnknown | Self::FindOlderCopy => "marked as delivery unknown",
            Self::RecordDelivery { .. } => "settled",
        }
    }
}

/// A legal transition. Only [`PackageState::transition`] creates one, and the store writes a state only with one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a transition counts once the store has written it"]
pub struct Transition {
    from: PackageState,
    to: PackageState,
}

impl Transition {
    /// Returns the state before it.
    pub const fn from(self) -> PackageState {
        self.from
    }

    /// Returns the state after it.
    pub const fn to(self) -> PackageState {
        self.to
    }
}

/// A transition that does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IllegalTransition {
    /// The state of the package.
    pub from: PackageState,
    /// The event.
    pub event: LifecycleEvent,
    cause: IllegalTransitionCause,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum IllegalTransitionCause {
    WrongState,
    Expired(Timestamp),
    NotExpired(Timestamp),
    StillSnoozed(Timestamp),
    SnoozeInPast,
    SnoozeAfterDeadline(Timestamp),
}

impl IllegalTransition {
    /// Whether the package expired before the event.
    pub const fn is_late(self) -> bool {
        matches!(self.cause, IllegalTransitionCause::Expired(_))
    }

    /// Whether the package was decided or is otherwise past the event.
    pub const fn is_past(self) -> bool {
        matches!(self.cause, IllegalTransitionCause::WrongState)
    }
}

impl std::error::Error for IllegalTransition {}

impl fmt::Display for IllegalTransition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let deed = self.event.past_participle();
        match self.cause {
            IllegalTransitionCause::Expired(at) => {
                write!(f, "the package expired on {}, so it cannot be {deed}", UtcMinute(at))
            }
            IllegalTransitionCause::NotExpired(at) => write!(f, "the package is fresh until {}", UtcMinute(at)),
            IllegalTransitionCause::StillSnoozed(at) => write!(f, "the package is snoozed until {}", UtcMinute(at)),
            IllegalTransitionCause::SnoozeInPast => f.write_str("a package can only be snoozed until a later time"),
            IllegalTransitionCause::SnoozeAfterDeadline(at) => {
                write!(f, "the package expires on {}: snooze it until an earlier time", UtcMinute(at))
            }
            IllegalTransitionCause::WrongState => write!(f, "{}, so it cannot be {deed}", describe_state(self.from)),
        }
    }
}

/// Describes a package that is past an event.
const fn describe_state(state: PackageState) -> &'static str {
    match state {
        PackageState::Queued => "the package waits for a decision",
        PackageState::Snoozed => "the package is snoozed",
        PackageState::Approved => "the package is approved and waits for its release",
        PackageState::Scheduled => "the package is approved and waits to be sent",
        PackageState::Transmitting => "the message is being sent",
        PackageState::Sent => "the message was sent",
        PackageState::Failed => "sending the message failed",
        PackageState::DeliveryUnknown => "it is unknown whether the message was sent, and a person has to settle it",
        PackageState::Rejected => "the package was rejected",
        PackageState::Expired => "the package expired",
        PackageState::Superseded => "a newer package replaced this one",
        PackageState::Withdrawn => "the package was withdrawn",
    }
}

/// A timestamp for users: `2026-03-31 14:05 UTC`.
pub struct UtcMinute(pub Timestamp);

impl fmt::Display for UtcMinute {
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
    pub fn from_name(name: &str) -> Option<Self> {
        name.parse().ok()
    }
}

#[cfg(test)]
mod tests;
