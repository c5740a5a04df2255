//! A package's life: the states it can be in and the steps that lead from one to the next.
//!
//! Pure. The store changes a state through a [`Move`] alone, and only [`State::step`] makes one, so an illegal step
//! cannot be written down. What is refused says why in words for a person. Time running out never approves, and what
//! may have left is never tried again by software: out of [`State::InDoubt`] only a person's word leads.

use baton_facts::types::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Where a package is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Waits for a person.
    Queued,
    /// Waits for its time, and then for a person.
    Snoozed,
    /// Decided; its outbox entry waits for the engine's final check.
    Approved,
    /// Released: the outbox entry may be transmitted.
    Authorised,
    /// The worker has taken it: from here on it may have left.
    Transmitting,
    /// The mail server, or the folder of `.eml` files, has it.
    Sent,
    /// It did not leave and will not.
    Failed,
    /// Whether it left cannot be known; a person decides.
    InDoubt,
    /// A person turned it down.
    Rejected,
    /// Its reason to write went stale before anybody decided.
    Expired,
    /// A newer package took its place.
    Superseded,
    /// Taken back before it left: suppressed, forgotten, answered in the meantime.
    Withdrawn,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 12] = [
        Self::Queued,
        Self::Snoozed,
        Self::Approved,
        Self::Authorised,
        Self::Transmitting,
        Self::Sent,
        Self::Failed,
        Self::InDoubt,
        Self::Rejected,
        Self::Expired,
        Self::Superseded,
        Self::Withdrawn,
    ];

    /// Its name, as in JSON and in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Snoozed => "snoozed",
            Self::Approved => "approved",
            Self::Authorised => "authorised",
            Self::Transmitting => "transmitting",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::InDoubt => "in-doubt",
            Self::Rejected => "rejected",
            Self::Expired => "expired",
            Self::Superseded => "superseded",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Nobody has decided yet.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Queued | Self::Snoozed)
    }

    /// Decided for, and on its way.
    pub const fn is_under_way(self) -> bool {
        matches!(self, Self::Approved | Self::Authorised | Self::Transmitting | Self::InDoubt)
    }

    /// The step from here.
    ///
    /// # Errors
    /// Where the step does not lead on from here, or its time is not right; the text is for a person.
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

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What can happen to a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A person approves the text, theirs or the draft.
    Approve {
        /// The moment of the decision.
        now: Timestamp,
        /// When the package goes stale.
        deadline: Timestamp,
    },
    /// A person turns it down. Allowed for a stale package too: it says something about the draft.
    Reject,
    /// A person puts it off.
    Snooze {
        /// The moment of the decision.
        now: Timestamp,
        /// When it comes back.
        until: Timestamp,
        /// When the package goes stale.
        deadline: Timestamp,
    },
    /// A snoozed package comes back.
    Wake {
        /// The moment.
        now: Timestamp,
        /// Until when it was snoozed.
        until: Timestamp,
    },
    /// Its reason to write is stale.
    Expire {
        /// The moment.
        now: Timestamp,
        /// When the package goes stale.
        deadline: Timestamp,
    },
    /// A newer package for the same touch takes its place.
    Supersede,
    /// The engine's final check let it pass and the host wrote it down.
    Authorise,
    /// The engine's final check did not let it pass.
    Refuse,
    /// It is taken back before it can have left.
    Withdraw,
    /// What a standing had let go comes back to a person: the stream lost its standing, or the final check failed.
    Recall,
    /// The worker takes it, before any byte leaves.
    Take,
    /// It was accepted for delivery.
    Accept,
    /// It surely did not leave, and may be tried again.
    PutBack,
    /// It surely did not leave, and will not.
    Fail,
    /// Whether it left cannot be known.
    Doubt,
    /// A person says whether it left.
    Settle {
        /// What the person found.
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
            Self::Take => "transmitted",
            Self::Accept => "marked as sent",
            Self::PutBack => "put back",
            Self::Fail => "marked as failed",
            Self::Doubt => "marked as in doubt",
            Self::Settle { .. } => "settled",
        }
    }
}

/// A legal step. Only [`State::step`] makes one, and the store writes a state only from one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a move counts once the store has written it"]
pub struct Move {
    from: State,
    to: State,
}

impl Move {
    /// Where it leads from.
    pub const fn from(self) -> State {
        self.from
    }

    /// Where it leads to.
    pub const fn to(self) -> State {
        self.to
    }
}

/// A step that the package's life does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Illegal {
    /// Where the package is.
    pub from: State,
    /// What was to happen.
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
    /// The package went stale before the step.
    pub const fn is_late(self) -> bool {
        matches!(self.why, Why::Late(_))
    }

    /// The package has been decided, or is otherwise past the step.
    pub const fn is_past(self) -> bool {
        matches!(self.why, Why::NotFromHere)
    }
}

impl std::error::Error for Illegal {}

impl fmt::Display for Illegal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let deed = self.step.deed();
        match self.why {
            Why::Late(at) => write!(f, "the package went stale on {}, so it cannot be {deed}", Day(at)),
            Why::Fresh(at) => write!(f, "the package is fresh until {}", Day(at)),
            Why::Asleep(at) => write!(f, "the package is snoozed until {}", Day(at)),
            Why::SnoozedIntoThePast => f.write_str("a package can only be snoozed until a later moment"),
            Why::SnoozedBeyond(at) => {
                write!(f, "the package goes stale on {}: snooze it until an earlier moment", Day(at))
            }
            Why::NotFromHere => write!(f, "{}, so it cannot be {deed}", standing(self.from)),
        }
    }
}

/// What to say about a package that is past a step.
const fn standing(state: State) -> &'static str {
    match state {
        State::Queued => "the package waits for a decision",
        State::Snoozed => "the package is snoozed",
        State::Approved => "the package is approved and waits for its release",
        State::Authorised => "the package is approved and waits to be transmitted",
        State::Transmitting => "the message is being transmitted",
        State::Sent => "the message was sent",
        State::Failed => "sending the message failed",
        State::InDoubt => "whether the message left is in doubt and a person has to say",
        State::Rejected => "the package was rejected",
        State::Expired => "the package expired",
        State::Superseded => "a newer package took this one's place",
        State::Withdrawn => "the package was withdrawn",
    }
}

/// A moment as people write it: `2026-03-31 14:05 UTC`.
pub struct Day(pub Timestamp);

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match chrono::DateTime::from_timestamp(self.0, 0) {
            Some(at) => write!(f, "{}", at.format("%Y-%m-%d %H:%M UTC")),
            // Beyond any calendar.
            None => write!(f, "moment {}", self.0),
        }
    }
}

/// What the last run made of an account, for a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccountState {
    /// It has a package.
    Ready,
    /// Not now.
    Held,
    /// Not at all.
    Disqualified,
    /// The work on it failed.
    Failed,
}

impl AccountState {
    /// Its name, as in JSON and in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Held => "held",
            Self::Disqualified => "disqualified",
            Self::Failed => "failed",
        }
    }

    /// The state of that name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Ready, Self::Held, Self::Disqualified, Self::Failed].into_iter().find(|one| one.name() == name)
    }
}

#[cfg(test)]
mod tests;
