//! One recording per call: what went in, what each capability answered in order, what came out.
//!
//! Components have no clock and no randomness, so the same component on the same recording gives the same output, bit
//! for bit; [`crate::Runtime::replay`] shows it. A recording holds personal data: a host that stores it seals it.

use crate::component::{Digest, World};
use crate::limits::Limits;
use baton_facts::errors::{DraftingError, HandoffError, LookupError, ReadingError, SendingError};
use baton_facts::mail::Reading;
use baton_facts::packages::{
    Assignment, Brief, Candidate, Check, Dossier, Found, HandoffPackage, Preparation, Prospects, Sent, Verdict,
};
use baton_facts::policy::{Campaign, IdealCustomer, InspectionPlan, Tier};
use baton_facts::quality::{Assessment, Counted, Event, Grade, LotItem, Outlook, Routing, Tally};
use baton_facts::types::{Account, BasisPoints, Draft, Message, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Everything needed to execute one call again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Recording {
    /// The component that ran.
    pub component: Digest,
    /// Its world.
    pub world: World,
    /// The bounds it ran under.
    pub limits: Limits,
    /// What was asked of it.
    pub input: Input,
    /// What it asked the host, and the answers, in order.
    pub exchanges: Vec<Exchange>,
    /// What came of it.
    pub output: Output,
}

/// The function called, with its arguments.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "one case per function of the contract, documented there")]
pub enum Input {
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
    /// The raw message is kept by reference: the hex SHA-256 of its bytes.
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
}

/// What came of a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "one case per result type of the contract, documented there")]
pub enum Output {
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
    /// The host ended the call; the reason as the caller was told.
    #[serde(rename = "ended")]
    Aborted(String),
}

/// Who wrote a draft.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Provenance {
    /// A drafter component.
    Component(Digest),
    /// A language model: its name, and a fingerprint of the prompt and settings it ran with.
    #[expect(missing_docs, reason = "named by themselves")]
    Model { name: String, fingerprint: String },
    /// The host's own code, by name.
    Host(String),
}
