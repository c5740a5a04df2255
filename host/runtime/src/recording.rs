//! One recording per call: the input, each imported call with its answer in order, and the output.
//!
//! Components have no clock and no randomness, so the same component on the same recording gives the same output, bit
//! for bit; [`crate::Runtime::replay`] proves it. A recording holds personal data: a host that stores it must encrypt it.

use crate::digest::Digest;
use crate::limits::Limits;
use crate::world::World;
use baton_facts::description::{DrafterDescription, EngineDescription};
use baton_facts::errors::{DraftingError, HandoffError, LookupError, ReadingError, SendingError};
use baton_facts::mail::Reading;
use baton_facts::packages::{
    Assignment, Brief, Candidate, Check, Dossier, Found, HandoffPackage, Preparation, Prospects, Sent, Verdict,
};
use baton_facts::policy::{Campaign, IdealCustomer, InspectionPlan, Tier};
use baton_facts::quality::{Assessment, Counted, Event, Grade, LotItem, Outlook, Routing, Tally};
use baton_facts::types::{Account, BasisPoints, Draft, Message, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;

/// The data needed to execute one call again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Recording {
    /// The component that ran.
    pub component: Digest,
    /// Its world.
    pub world: World,
    /// The limits it ran under.
    pub limits: Limits,
    /// The function and its arguments.
    pub input: Input,
    /// Its imported calls with their answers, in order.
    pub exchanges: Vec<Exchange>,
    /// The output.
    pub output: Output,
}

/// The function called, with its arguments.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "one case per function of the contract, documented there")]
pub enum Input {
    Describe {},
    Discover {
        campaign: Arc<Campaign>,
        cursor: Option<String>,
        now: Timestamp,
    },
    Prepare {
        assignment: Arc<Assignment>,
    },
    FollowUp {
        previous: Arc<HandoffPackage>,
        sent: Arc<Vec<Sent>>,
        assignment: Arc<Assignment>,
    },
    Redraft {
        previous: Arc<HandoffPackage>,
        sent: Arc<Vec<Sent>>,
        note: String,
        assignment: Arc<Assignment>,
    },
    Inspect {
        reviewed: Arc<HandoffPackage>,
        outgoing: Arc<Message>,
        now: Timestamp,
    },
    Release {
        reviewed: Arc<HandoffPackage>,
        outgoing: Arc<Message>,
        overruled: Vec<String>,
        now: Timestamp,
    },
    Write {
        brief: Arc<Brief>,
    },
    Route {
        tiers: Arc<Vec<Tier>>,
        account: Arc<Account>,
        score: u8,
        worst: Verdict,
        touch_number: u8,
    },
    Count {
        plan: InspectionPlan,
        tally: Tally,
        event: Event,
    },
    Assess {
        plan: InspectionPlan,
        tally: Tally,
        now: Timestamp,
        packages_per_week: u32,
    },
    Foresee {
        plan: InspectionPlan,
        rate: BasisPoints,
        miss_rate: BasisPoints,
        in_flight: u32,
    },
    Sample {
        items: Arc<Vec<LotItem>>,
        seed: u64,
    },
    GradeEdit {
        draft: Arc<Draft>,
        outgoing: Arc<Message>,
    },
    /// Holds the hex SHA-256 digest of the raw message instead of its bytes.
    Read {
        digest: String,
    },
}

/// One call from the component to the host, and the host's answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "one case per import of the contract, documented there")]
pub enum Exchange {
    Search { customer: Arc<IdealCustomer>, cursor: Option<String>, answer: Result<Arc<Found>, LookupError> },
    LookUp { account: String, since: Timestamp, answer: Result<Arc<Dossier>, LookupError> },
    Find { account: String, answer: Result<Arc<Vec<Candidate>>, LookupError> },
    Write { brief: Arc<Brief>, answer: Result<Arc<Draft>, DraftingError>, provenance: Option<Provenance> },
    Send { message: Arc<Message>, answer: Result<(), SendingError> },
    Extension { interface: String, function: String, arguments: Vec<Value>, answer: ExtensionAnswer },
}

/// The host's answer to a call of an extension.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExtensionAnswer {
    /// The value that the extension returned.
    Value(Value),
    /// The extension failed, and the call was ended.
    Failed,
    /// The extension is not granted to the tenant, and the call was ended.
    NotGranted,
}

/// The output of a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "one case per result type of the contract, documented there")]
pub enum Output {
    EngineDescription(Arc<EngineDescription>),
    DrafterDescription(Arc<DrafterDescription>),
    Prospects(Result<Arc<Prospects>, HandoffError>),
    Preparation(Result<Arc<Preparation>, HandoffError>),
    Checks(Arc<Vec<Check>>),
    Released(Result<(), HandoffError>),
    Draft(Result<Arc<Draft>, DraftingError>),
    Routing(Arc<Routing>),
    Counted(Arc<Counted>),
    Assessment(Arc<Assessment>),
    Outlook(Arc<Outlook>),
    Sample(Arc<Vec<u32>>),
    Grade(Arc<Grade>),
    Reading(Result<Arc<Reading>, ReadingError>),
    /// The host ended the call. The text is the error that the caller received.
    #[serde(rename = "ended")]
    Aborted(String),
}

/// The author of a draft.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Provenance {
    /// A drafter component.
    Component(Digest),
    /// A language model.
    Model {
        /// The name of the model.
        name: String,
        /// The fingerprint of the prompt and settings it ran with.
        fingerprint: String,
    },
    /// Code of the host, by name.
    Host(String),
}
