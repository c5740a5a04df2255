//! What the desk shows: one whole package, the outbox, the trail.

use crate::decision::{Decision, Overruled, RejectReason};
use crate::defect::Defect;
use crate::package_state::{AccountState, State};
use crate::{PackageId, Sealed};
use baton_facts::packages::{Check, Disqualification, HandoffPackage, Hold, Sent};
use baton_facts::policy::HandoffModel;
use baton_facts::quality::{Finding, Grade, Routing};
use baton_facts::types::{Account, Message, Suppression, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// A page, and the key that the next one starts after.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "PageOf{T}")]
pub struct Page<T> {
    /// In order.
    pub rows: Vec<T>,
    /// Opaque; absent on the last page.
    pub next: Option<String>,
}

/// Everything about one package.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct PackageView {
    /// Its id.
    pub id: PackageId,
    /// Where it is.
    pub state: State,
    /// Its campaign.
    pub campaign: String,
    /// The account's id.
    pub account: String,
    /// The account's name.
    pub account_name: String,
    /// Goes back with the decision, so that it is about what was shown.
    pub digest: String,
    /// Ends the message below the signature when it leaves: the postal address and how to be written to no more.
    pub footer: String,
    /// The package and its routing, as prepared.
    pub content: Sealed<Arc<Content>>,
    /// Every rule that was looked at on the way, in order. It may name others at the account, so it can be forgotten
    /// apart from the package.
    pub trace: Sealed<Vec<Check>>,
    /// When it was prepared.
    pub prepared: Timestamp,
    /// When it goes stale.
    pub deadline: Timestamp,
    /// Until when it is snoozed.
    pub until: Option<Timestamp>,
    /// The package that took its place.
    pub newer: Option<PackageId>,
    /// A standing order not to write, as of now.
    pub suppression: Option<Suppression>,
    /// How it was drawn for a check.
    pub check: Option<DrawnView>,
    /// Oldest first.
    pub decisions: Vec<DecisionView>,
    /// What is on its way, or was.
    pub outbox: Option<OutboxView>,
    /// How many recordings there are to replay.
    pub recordings: u32,
    /// What left in the sequence before it, oldest first, as it left; empty for a first touch.
    pub earlier: Sealed<Vec<Sent>>,
    /// Why everything at the account rests.
    pub paused: Option<Pause>,
    /// It was planted; told once it has ended, and never before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub planted: Option<Planted>,
}

/// How a package was drawn, and what became of its check.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct DrawnView {
    /// The stream it was drawn from.
    pub stream: i64,
    /// It waits for the verdict before it leaves; otherwise it is looked at afterwards.
    pub held: bool,
    /// When it was drawn.
    pub drawn: Timestamp,
    /// The verdict's deadline.
    pub due: Timestamp,
    /// When it was counted as missed.
    pub missed: Option<Timestamp>,
    /// What was found; none before the verdict.
    pub finding: Option<Finding>,
    /// Who found it.
    pub who: Option<String>,
    /// When.
    pub at: Option<Timestamp>,
    /// How long they looked, in seconds.
    pub seconds: Option<u32>,
    /// What they said of it.
    pub why: Sealed<Option<String>>,
}

impl DrawnView {
    /// It has left, or did not in time, and nobody has said what it was like.
    pub fn wants_verdict(&self, state: State) -> bool {
        let looked_at = match state {
            State::Approved | State::Authorised | State::Transmitting | State::Sent | State::InDoubt => !self.held,
            State::Expired => self.missed.is_some(),
            _ => false,
        };
        looked_at && self.finding.is_none()
    }
}

/// Everything at an account rests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Pause {
    /// A person, or `baton` for the desk itself.
    pub who: String,
    /// Since when.
    pub at: Timestamp,
    /// In their words.
    pub why: String,
}

/// Where the messages to the person stand who was written to last at an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct SequenceView {
    /// What left, oldest first; not empty.
    pub sent: Vec<SentTouch>,
    /// How many the campaign sends at the most, as of the last run that worked on it.
    pub touches_max: Option<u8>,
    /// The next one, where it is prepared.
    pub next: Option<Next>,
    /// From when on the next one may be prepared, as far as a run has found out and while nothing pauses it.
    pub due: Option<Timestamp>,
    /// Nothing more goes to the person.
    pub is_over: bool,
}

/// A message of a sequence that left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct SentTouch {
    /// 1 is the first.
    pub touch_number: u8,
    /// When it left.
    pub at: Timestamp,
    /// Its package.
    pub package: PackageId,
}

/// The next message of a sequence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Next {
    /// 2 is the first follow-up.
    pub touch_number: u8,
    /// Its package.
    pub package: PackageId,
    /// Open or under way.
    pub state: State,
}

/// What a planted package was: a copy of another one with a defect, which could never be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Planted {
    /// The package that it was copied from, and that waits for its own decision.
    pub original: PackageId,
    /// What came of it; none where nobody decided, or the decision says nothing about the draft.
    pub result: Option<Spotted>,
    /// What was wrong with it; none where that is forgotten.
    pub defect: Option<Defect>,
}

/// What a reviewer made of a planted defect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Spotted {
    /// Rejected for the draft, the research or the contact, or gone in the person's text.
    Found,
    /// Approved, or still there in the person's text.
    Missed,
}

impl Spotted {
    /// Its name, as in JSON and in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::Missed => "missed",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        [Self::Found, Self::Missed].into_iter().find(|one| one.name() == name)
    }
}

/// For a person, right after the decision; no full stop.
impl fmt::Display for Planted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this one was planted and could not have left")?;
        match &self.defect {
            Some(defect) => write!(f, "; {defect}")?,
            None => f.write_str("; what it said is gone")?,
        }
        f.write_str(match self.result {
            Some(Spotted::Found) => "; it was found",
            Some(Spotted::Missed) => "; it was missed",
            None => "; it counts neither as found nor as missed",
        })
    }
}

/// What was prepared, as one sealed piece.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Content {
    /// What the SDR decides about.
    pub package: HandoffPackage,
    /// Where it went, and why.
    pub routing: Routing,
}

/// A decision that was made.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct DecisionView {
    /// By whom.
    pub who: String,
    /// When.
    pub at: Timestamp,
    /// `approve`, `edit`, `reject` or `snooze`.
    pub kind: String,
    /// Why it was rejected.
    pub reason: Option<RejectReason>,
    /// How long the person looked, in seconds.
    pub seconds: Option<u32>,
    /// The whole decision.
    pub decision: Sealed<Decision>,
    /// What an edit says about the draft.
    pub grade: Sealed<Option<Grade>>,
}

/// An outbox entry.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct OutboxView {
    /// Its id, and the permit's.
    pub id: String,
    /// The package it is of.
    pub package: PackageId,
    /// Where it is.
    pub state: State,
    /// Its campaign.
    pub campaign: String,
    /// The account's id.
    pub account: String,
    /// The account's name.
    pub account_name: String,
    /// The address it leaves from.
    pub mailbox: String,
    /// Fixed before the first try; without angle brackets.
    pub message_id: String,
    /// The exact text.
    pub message: Sealed<Message>,
    /// Below the text when it leaves.
    pub footer: Sealed<String>,
    /// Checks that the person took on.
    pub overruled: Sealed<Vec<Overruled>>,
    /// When it was approved.
    pub approved: Timestamp,
    /// When the engine's final check let it pass.
    pub authorised: Option<Timestamp>,
    /// When it came to its end: sent, failed, in doubt or withdrawn.
    pub ended: Option<Timestamp>,
    /// Not before this moment.
    pub not_before: Option<Timestamp>,
    /// How often the worker took it.
    pub attempts: u32,
    /// Why it waits, failed, is in doubt or was withdrawn.
    pub why: Sealed<Option<String>>,
}

/// One line of the trail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct AuditRow {
    /// Counts up.
    pub number: i64,
    /// When.
    pub at: Timestamp,
    /// By whom: a person, or `baton` for the desk itself.
    pub who: String,
    /// What happened: `decided`, `authorised`, `forgot` and so on.
    pub what: String,
    /// About which package.
    pub package: Option<PackageId>,
    /// More, without personal data.
    pub detail: String,
    /// The address that it was asked for from, on the review page.
    pub asked_from: Option<String>,
}

/// Where an account stands in a campaign, as a row of a table.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct AccountRow {
    /// The campaign's id.
    pub campaign: String,
    /// The account's id.
    pub account: String,
    /// Its name.
    pub name: String,
    /// Its domain; empty where the CRM has none.
    pub domain: String,
    /// What the last run made of it.
    pub state: AccountState,
    /// The hold's or disqualification's reason.
    pub reason: Option<String>,
    /// When a run will look at it again by itself.
    pub look_again: Option<Timestamp>,
    /// Its rank among the prospects, 0 to 100.
    pub prospect: Option<u8>,
    /// When a run last looked at it.
    pub looked: Timestamp,
    /// Its package.
    pub package: Option<PackageId>,
    /// Where the package is.
    pub package_state: Option<State>,
    /// The package's tier; empty where none matched.
    pub tier: Option<String>,
    /// Who decides about the package.
    pub model: Option<HandoffModel>,
    /// The package's score, 0 to 100.
    pub score: Option<u8>,
}

/// What a run found at an account, and how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Looked {
    /// The CRM's record at that time.
    pub account: Account,
    /// The outcome.
    pub found: Found,
    /// Where its package went.
    pub routing: Option<Routing>,
    /// Every rule that was looked at on the way, in order.
    pub trace: Vec<Check>,
}

/// The outcome of a run for an account; a package is named and not repeated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Found {
    /// It has this package.
    Ready(PackageId),
    /// Not now.
    Held(Hold),
    /// Not at all.
    Disqualified(Disqualification),
    /// Its person is suppressed or forgotten here, which the engine did not know.
    Unwanted,
    /// What went wrong.
    Failed(String),
}

/// One package as a row of a table; nothing in it nests.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ExportRow {
    /// The package.
    pub package: PackageId,
    /// Its campaign.
    pub campaign: String,
    /// The account's id.
    pub account: String,
    /// The account's name.
    pub account_name: String,
    /// First and last name.
    pub contact: Sealed<String>,
    /// The address.
    pub address: Sealed<String>,
    /// 1 is the first message.
    pub touch_number: u8,
    /// Where it is.
    pub state: State,
    /// Empty where none matched.
    pub tier: String,
    /// Who decides.
    pub model: HandoffModel,
    /// 0 to 100.
    pub score: u8,
    /// When it was prepared.
    pub prepared: Timestamp,
    /// When it goes, or went, stale.
    pub deadline: Timestamp,
    /// Who decided last.
    pub decided_by: Option<String>,
    /// When.
    pub decided: Option<Timestamp>,
    /// What: `approve`, `edit`, `reject`, `snooze`.
    pub decision: Option<String>,
    /// Why it was rejected.
    pub reason: Option<RejectReason>,
    /// How long the person looked, in seconds.
    pub seconds: Option<u32>,
    /// How much of the draft an edit changed, in hundredths of a percent.
    pub edited: Option<u16>,
    /// Its Message-ID, where something is to leave.
    pub message_id: Option<String>,
    /// When it left.
    pub sent: Option<Timestamp>,
}
