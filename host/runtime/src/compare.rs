//! Comparing: a recorded preparation executed with another engine or another drafter.
//!
//! The component gets what was asked and, question by question, what was answered then; nothing live is reached, and
//! nothing is ever sent. Unlike a replay the order of the questions is the component's own. What nobody asked when the
//! recording was made has no answer, and the call ends there. The bounds are this host's, since it is here that the
//! component is to run.

use crate::capability::{CallContext, CapabilityError, Drafting};
use crate::component::{Component, Digest, World};
use crate::engine::HandoffEngine;
use crate::error::{AbortReason, Error};
use crate::governor::Drafter;
use crate::recording::{Exchange, Input, Output, Provenance, Recording};
use crate::runtime::Runtime;
use baton_facts::errors::{DraftingError, LookupError};
use baton_facts::packages::{Brief, Candidate as Person, Dossier, Found};
use baton_facts::policy::IdealCustomer;
use baton_facts::types::{Draft, Timestamp};
use std::sync::Arc;

/// The component that is compared with the one that made the recordings.
#[derive(Clone)]
pub enum ComparisonCandidate {
    /// It prepares in the place of the recorded engine.
    Engine(HandoffEngine),
    /// It drafts in the place of the recorded drafter.
    Drafter(Drafter),
}

impl ComparisonCandidate {
    /// Links the component.
    ///
    /// # Errors
    /// [`Error::World`] where it is neither an engine nor a drafter, [`Error::Load`] where its functions are not the
    /// contract's.
    pub fn new(runtime: &Runtime, component: &Component) -> Result<Self, Error> {
        match component.world() {
            World::Drafter => Drafter::new(runtime, component).map(Self::Drafter),
            _ => HandoffEngine::new(runtime, component).map(Self::Engine),
        }
    }

    /// The component.
    pub fn component(&self) -> &Component {
        match self {
            Self::Engine(engine) => engine.component(),
            Self::Drafter(drafter) => drafter.component(),
        }
    }
}

/// The components that are at hand beside the candidate. They are used only where a recording names their digest.
#[derive(Clone, Copy, Default)]
pub struct Baseline<'a> {
    /// Says what becomes of another draft.
    pub engine: Option<&'a HandoffEngine>,
    /// Drafts what another engine asks for and nobody asked for then.
    pub drafter: Option<&'a Drafter>,
}

/// What came of executing a recording with another component.
#[derive(Clone, Debug)]
pub enum ComparisonOutcome {
    /// The call came to its end; what came out may be what was recorded.
    Done(Output),
    /// The candidate failed where the recorded component did not: it was ended, or what it handed over was refused.
    Failed(String),
    /// Another draft was written, and the engine that would say what becomes of it is not at hand.
    Redrafted {
        /// The draft of then.
        recorded: Arc<Draft>,
        /// The candidate's.
        now: Arc<Draft>,
    },
    /// It asks for something new: the recording cannot say what would come out.
    Unrecorded,
}

impl Runtime {
    /// Executes a recorded `prepare`, `follow-up` or `redraft` with the candidate.
    ///
    /// # Errors
    /// [`Error::Load`] where the recording is of another function.
    pub async fn compare(
        &self,
        candidate: &ComparisonCandidate,
        at_hand: Baseline<'_>,
        recording: &Recording,
    ) -> Result<ComparisonOutcome, Error> {
        if !matches!(recording.input, Input::Prepare { .. } | Input::FollowUp { .. } | Input::Redraft { .. }) {
            let what = "only recordings of prepare, follow-up and redraft are compared".into();
            return Err(Error::Load { what, source: None });
        }
        match candidate {
            ComparisonCandidate::Engine(engine) => {
                let drafter = at_hand.drafter.filter(|drafter| drafted_by(recording, drafter.component().digest()));
                let asked = Asked::new(recording, drafter.cloned(), false);
                Ok(came(engine.instead(recording, asked).await))
            }
            ComparisonCandidate::Drafter(drafter) => Ok(redrafted(drafter, at_hand.engine, recording).await),
        }
    }
}

/// The same drafts give the same package, since an engine is deterministic: it is executed again only for another draft.
async fn redrafted(drafter: &Drafter, engine: Option<&HandoffEngine>, recording: &Recording) -> ComparisonOutcome {
    let mut other = None;
    for exchange in &recording.exchanges {
        let Exchange::Write { brief, answer, .. } = exchange else { continue };
        let called = drafter.write("", Arc::clone(brief)).await;
        let same = match (&called.result, answer) {
            (Ok(now), Ok(recorded)) => now == recorded,
            (Err(Error::Drafting(now)), Err(recorded)) => now == recorded,
            _ => false,
        };
        if !same {
            other = Some((answer.clone(), called.result));
            break;
        }
    }
    let Some((recorded, now)) = other else { return ComparisonOutcome::Done(recording.output.clone()) };
    let engine = engine.filter(|engine| engine.component().digest() == recording.component);
    match (engine, recorded, now) {
        (Some(engine), ..) => came(engine.instead(recording, Asked::new(recording, Some(drafter.clone()), true)).await),
        (None, Ok(recorded), Ok(now)) => ComparisonOutcome::Redrafted { recorded, now },
        (None, Err(_), Ok(_)) => ComparisonOutcome::Unrecorded,
        (None, _, Err(error)) => ComparisonOutcome::Failed(error.to_string()),
    }
}

fn came(outcome: Result<Output, Error>) -> ComparisonOutcome {
    match outcome {
        Ok(output) => ComparisonOutcome::Done(output),
        Err(Error::Aborted { reason: AbortReason::Unrecorded, .. }) => ComparisonOutcome::Unrecorded,
        Err(error) => ComparisonOutcome::Failed(error.to_string()),
    }
}

fn drafted_by(recording: &Recording, digest: Digest) -> bool {
    recording.exchanges.iter().any(|exchange| match exchange {
        Exchange::Write { provenance, .. } => *provenance == Some(Provenance::Component(digest)),
        _ => false,
    })
}

/// A recording's answers, each to its question.
pub(crate) struct Asked {
    exchanges: Vec<Exchange>,
    drafter: Option<Drafter>,
    /// The drafter answers every brief, not only those that are new.
    always: bool,
}

impl Asked {
    fn new(recording: &Recording, drafter: Option<Drafter>, always: bool) -> Self {
        Self { exchanges: recording.exchanges.clone(), drafter, always }
    }

    pub fn search(
        &self,
        customer: &Arc<IdealCustomer>,
        cursor: Option<&str>,
    ) -> Option<Result<Arc<Found>, LookupError>> {
        self.exchanges.iter().find_map(|exchange| match exchange {
            Exchange::Search { customer: c, cursor: k, answer } if c == customer && k.as_deref() == cursor => {
                Some(answer.clone())
            }
            _ => None,
        })
    }

    pub fn look_up(&self, account: &str, since: Timestamp) -> Option<Result<Arc<Dossier>, LookupError>> {
        self.exchanges.iter().find_map(|exchange| match exchange {
            Exchange::LookUp { account: a, since: s, answer } if a == account && *s == since => Some(answer.clone()),
            _ => None,
        })
    }

    pub fn find(&self, account: &str) -> Option<Result<Arc<Vec<Person>>, LookupError>> {
        self.exchanges.iter().find_map(|exchange| match exchange {
            Exchange::Find { account: a, answer } if a == account => Some(answer.clone()),
            _ => None,
        })
    }

    /// Who answered is told as in a run.
    pub async fn write(
        &self,
        call: &CallContext,
        brief: &Arc<Brief>,
    ) -> Option<(Result<Arc<Draft>, CapabilityError<DraftingError>>, Option<Provenance>)> {
        let recorded = self.exchanges.iter().find_map(|exchange| match exchange {
            Exchange::Write { brief: b, answer, provenance } if b == brief => {
                Some((answer.clone().map_err(CapabilityError::from), provenance.clone()))
            }
            _ => None,
        });
        match &self.drafter {
            Some(drafter) if self.always || recorded.is_none() => {
                let drafted = Drafting::write(drafter, call, Arc::clone(brief)).await;
                Some((drafted.map(|drafted| drafted.draft), Some(drafter.provenance())))
            }
            _ => recorded,
        }
    }
}
