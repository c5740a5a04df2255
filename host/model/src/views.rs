//! Views of the desk's data: packages, outbox entries, the audit log, accounts and sequences.

use crate::decision::{Decision, Overruled, RejectReason};
use crate::package_state::{AccountState, PackageState};
use crate::{Erasable, PackageId};
use baton_facts::packages::{Check, Disqualification, HandoffPackage, Hold, Sent};
use baton_facts::policy::HandoffModel;
use baton_facts::quality::{Finding, Grade, Routing};
use baton_facts::types::{Account, Message, Suppression, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub use crate::defect::{SeededDefect, SeededDefectResult};

/// A page of rows, with the key of the next page.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "PageOf{T}")]
pub struct Page<T> {
    /// The rows, in order.
    pub rows: Vec<T>,
    /// Opaque; absent on the last page.
    pub next: Option<String>,
}

/// A package in full.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct PackageView {
    /// Its id.
    pub id: PackageId,
    /// Its state.
    pub state: PackageState,
    /// Its campaign.
    pub campaign: String,
    /// The account's id.
    pub account: String,
    /// The account's name.
    pub account_name: String,
    /// The digest of the shown text, which a decision has to contain.
    pub digest: String,
    /// The text below the signature of the sent message: the postal address and how to opt out.
    pub footer: String,
    /// The package and its routing, as prepared.
    pub content: Erasable<Arc<RoutedPackage>>,
    /// Every evaluated rule, in order. It may name others at the account, so it can be erased separately from the
    /// package.
    pub trace: Erasable<Vec<Check>>,
    /// The time of preparation.
    pub prepared: Timestamp,
    /// The time at which it expires.
    pub deadline: Timestamp,
    /// The end of the snooze.
    pub until: Option<Timestamp>,
    /// The package that replaced it.
    pub newer: Option<PackageId>,
    /// The suppression that applies now.
    pub suppression: Option<Suppression>,
    /// Its sampling for a spot-check.
    pub check: Option<SamplingView>,
    /// The decisions, oldest first.
    pub decisions: Vec<DecisionView>,
    /// Its outbox entry.
    pub outbox: Option<OutboxView>,
    /// The number of recordings that can be replayed.
    pub recordings: u32,
    /// The sent messages of the sequence before it, oldest first; empty for a first touch.
    pub earlier: Erasable<Vec<Sent>>,
    /// The reason why everything at the account is paused.
    pub paused: Option<Pause>,
    /// The seeded defect; shown only after the package has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seeded_defect: Option<SeededDefect>,
}

/// The sampling of a package, and the result of its spot-check.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct SamplingView {
    /// The stream that it was sampled from.
    pub stream: i64,
    /// Whether it waits for the verdict before it is sent; otherwise it is checked afterwards.
    pub held: bool,
    /// The time of sampling.
    pub sampled: Timestamp,
    /// The verdict's deadline.
    pub due: Timestamp,
    /// The time at which it was counted as missed.
    pub missed: Option<Timestamp>,
    /// The finding; `None` before the verdict.
    pub finding: Option<Finding>,
    /// The reviewer's name.
    pub who: Option<String>,
    /// The time of the verdict.
    pub at: Option<Timestamp>,
    /// The review time in seconds.
    pub seconds: Option<u32>,
    /// The reviewer's remark.
    pub why: Erasable<Option<String>>,
}

impl SamplingView {
    /// Returns whether it was sent, or not in time, and has no verdict.
    pub fn needs_verdict(&self, state: PackageState) -> bool {
        let looked_at = match state {
            PackageState::Approved
            | PackageState::Scheduled
            | PackageState::Transmitting
            | PackageState::Sent
            | PackageState::DeliveryUnknown => !self.held,
            PackageState::Expired => self.missed.is_some(),
            _ => false,
        };
        looked_at && self.finding.is_none()
    }
}

/// The pause of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Pause {
    /// A user's name, or `baton`.
    pub who: String,
    /// The start of the pause.
    pub at: Timestamp,
    /// The reason.
    pub why: String,
}

/// The status of the sequence to the person at an account who was written to last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct SequenceView {
    /// The sent messages, oldest first; not empty.
    pub sent: Vec<SentTouch>,
    /// Maximum number of messages of the campaign, as of the last run.
    pub touches_max: Option<u8>,
    /// The next message, if it is prepared.
    pub next: Option<NextTouch>,
    /// The earliest time to prepare the next message, as far as a run found it out, unless paused.
    pub due: Option<Timestamp>,
    /// Whether the sequence is over.
    pub is_over: bool,
}

/// A sent message of a sequence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct SentTouch {
    /// The number of the message; 1 is the first.
    pub touch_number: u8,
    /// The time of sending.
    pub at: Timestamp,
    /// Its package.
    pub package: PackageId,
}

/// The next message of a sequence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct NextTouch {
    /// The number of the message; 2 is the first follow-up.
    pub touch_number: u8,
    /// Its package.
    pub package: PackageId,
    /// Its state: undecided or being sent.
    pub state: PackageState,
}

/// The prepared package with its routing, encrypted as one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct RoutedPackage {
    /// The package.
    pub package: HandoffPackage,
    /// Its routing.
    pub routing: Routing,
}

/// A decision.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct DecisionView {
    /// The reviewer's name.
    pub who: String,
    /// The time.
    pub at: Timestamp,
    /// `approve`, `edit`, `reject` or `snooze`.
    pub kind: String,
    /// The reason of a rejection.
    pub reason: Option<RejectReason>,
    /// The review time in seconds.
    pub seconds: Option<u32>,
    /// The whole decision.
    pub decision: Erasable<Decision>,
    /// The measured size of an edit.
    pub grade: Erasable<Option<Grade>>,
}

/// An outbox entry.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct OutboxView {
    /// Its id, which is the permit's id as well.
    pub id: String,
    /// Its package.
    pub package: PackageId,
    /// Its state.
    pub state: PackageState,
    /// Its campaign.
    pub campaign: String,
    /// The account's id.
    pub account: String,
    /// The account's name.
    pub account_name: String,
    /// The sender's address.
    pub mailbox: String,
    /// The Message-ID, fixed before the first attempt; without angle brackets.
    pub message_id: String,
    /// The exact text.
    pub message: Erasable<Message>,
    /// The text below it.
    pub footer: Erasable<String>,
    /// Checks that the reviewer overruled.
    pub overruled: Erasable<Vec<Overruled>>,
    /// The time of approval.
    pub approved: Timestamp,
    /// The time at which the engine's final check passed.
    pub released: Option<Timestamp>,
    /// The end: sent, failed, delivery unknown or withdrawn.
    pub ended: Option<Timestamp>,
    /// The earliest time to send it.
    pub not_before: Option<Timestamp>,
    /// Number of attempts.
    pub attempts: u32,
    /// The reason why it waits, failed, is unknown or was withdrawn.
    pub why: Erasable<Option<String>>,
}

/// A row of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct AuditEntry {
    /// A number that counts up.
    pub number: i64,
    /// The time.
    pub at: Timestamp,
    /// A user's name, or `baton`.
    pub who: String,
    /// The action: `decided`, `released`, `forgot` and so on.
    pub action: String,
    /// The package.
    pub package: Option<PackageId>,
    /// Details without personal data.
    pub detail: String,
    /// The network address of a request on the review page or the API, or `command line` with the login name. `None`
    /// for what Baton does automatically.
    pub client_address: Option<String>,
}

/// The status of an account in a campaign, as a row of a table.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct AccountStatus {
    /// The campaign's id.
    pub campaign: String,
    /// The account's id.
    pub account: String,
    /// Its name.
    pub name: String,
    /// Its domain; empty if the CRM has none.
    pub domain: String,
    /// The outcome of the last run.
    pub state: AccountState,
    /// The reason for the hold or the disqualification.
    pub reason: Option<String>,
    /// The time at which a run works on it again without a change.
    pub next_run_at: Option<Timestamp>,
    /// Its prospect score, 0 to 100.
    pub prospect: Option<u8>,
    /// The last time a run worked on it.
    pub processed_at: Timestamp,
    /// Its package.
    pub package: Option<PackageId>,
    /// The package's state.
    pub package_state: Option<PackageState>,
    /// The package's tier; empty if none matched.
    pub tier: Option<String>,
    /// The handoff model of the package.
    pub model: Option<HandoffModel>,
    /// The package's score, 0 to 100.
    pub score: Option<u8>,
}

/// The outcome of a run for an account in full.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct AccountOutcomeDetail {
    /// The CRM's record at that time.
    pub account: Account,
    /// The outcome.
    pub found: RunOutcome,
    /// The routing of its package.
    pub routing: Option<Routing>,
    /// Every evaluated rule, in order.
    pub trace: Vec<Check>,
}

/// The outcome of a run for an account; a package is named, not repeated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunOutcome {
    /// It has this package.
    Ready(PackageId),
    /// Held: not now.
    Held(Hold),
    /// Disqualified: not at all.
    Disqualified(Disqualification),
    /// The person is suppressed or erased here, which the engine did not know.
    Suppressed,
    /// The error.
    Failed(String),
}

/// One package as a row of a table, without nesting.
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
    pub contact: Erasable<String>,
    /// The address.
    pub address: Erasable<String>,
    /// The number of the message; 1 is the first.
    pub touch_number: u8,
    /// Its state.
    pub state: PackageState,
    /// The tier; empty if none matched.
    pub tier: String,
    /// The handoff model.
    pub model: HandoffModel,
    /// The score, 0 to 100.
    pub score: u8,
    /// The time of preparation.
    pub prepared: Timestamp,
    /// The time at which it expires or expired.
    pub deadline: Timestamp,
    /// The name of the last reviewer.
    pub decided_by: Option<String>,
    /// The time of the last decision.
    pub decided: Option<Timestamp>,
    /// The last decision: `approve`, `edit`, `reject` or `snooze`.
    pub decision: Option<String>,
    /// The reason of a rejection.
    pub reason: Option<RejectReason>,
    /// The review time in seconds.
    pub seconds: Option<u32>,
    /// The share of the draft that an edit changed, in hundredths of a percent.
    pub edited: Option<u16>,
    /// The Message-ID, if a message was approved.
    pub message_id: Option<String>,
    /// The time of sending.
    pub sent: Option<Timestamp>,
}
