//! Comparison: a recorded preparation executed with another engine or another drafter.
//!
//! The component is answered from the recording, question by question; no live capability is called, and nothing is
//! sent. Unlike in a replay the component may ask in another order. A question that the recording does not have ends the
//! call. This host's limits apply, since the component would run here.

use crate::component::Component;
use crate::digest::Digest;
use crate::drafter::Drafter;
use crate::engine::HandoffEngine;
use crate::error::{AbortReason, Error};
use crate::grants::DraftingHandle;
use crate::recorded_answers::RecordedAnswers;
use crate::recording::{Exchange, Input, Output, Provenance, Recording};
use crate::runtime::Runtime;
use crate::world::World;
use baton_facts::types::Draft;
use std::sync::Arc;

/// A component to compare with the one that made the recordings.
#[derive(Clone)]
pub enum ComparisonCandidate {
    /// Prepares in place of the recorded engine.
    Engine(HandoffEngine),
    /// Drafts in place of the recorded drafter.
    Drafter(Drafter),
}

impl ComparisonCandidate {
    /// Links the component.
    ///
    /// # Errors
    /// [`Error::World`] if it is neither an engine nor a drafter, [`Error::Load`] where its functions are not the
    /// contract's.
    pub fn new(runtime: &Runtime, component: &Component) -> Result<Self, Error> {
        match component.world() {
            World::Drafter => Drafter::new(runtime, component).map(Self::Drafter),
            _ => HandoffEngine::new(runtime, component).map(Self::Engine),
        }
    }

    /// Returns the loaded component.
    pub fn component(&self) -> &Component {
        match self {
            Self::Engine(engine) => engine.component(),
            Self::Drafter(drafter) => drafter.component(),
        }
    }
}

/// The components that made the recordings, as far as this host has them. Each is used only if a recording names its
/// digest.
#[derive(Clone, Copy, Default)]
pub struct Baseline<'a> {
    /// Prepares again with a draft that differs.
    pub engine: Option<&'a HandoffEngine>,
    /// Answers a brief of another engine that the recording does not have.
    pub drafter: Option<&'a Drafter>,
}

/// The outcome of executing a recording with another component.
#[derive(Clone, Debug)]
pub enum ComparisonOutcome {
    /// The call returned an output, which may equal the recorded one.
    Done(Output),
    /// The candidate failed: its call was ended, or its result was refused.
    Failed(String),
    /// The candidate wrote another draft, and the recorded engine is not available to prepare with it.
    Redrafted {
        /// The recorded draft.
        recorded: Arc<Draft>,
        /// The candidate's draft.
        now: Arc<Draft>,
    },
    /// The candidate asked a question that the recording does not have.
    Unrecorded,
}

impl Runtime {
    /// Executes a recorded `prepare`, `follow-up` or `redraft` with the candidate.
    ///
    /// # Errors
    /// [`Error::Load`] if the recording is of another function.
    pub async fn compare(
        &self,
        candidate: &ComparisonCandidate,
        baseline: Baseline<'_>,
        recording: &Recording,
    ) -> Result<ComparisonOutcome, Error> {
        if !matches!(recording.input, Input::Prepare { .. } | Input::FollowUp { .. } | Input::Redraft { .. }) {
            let what = "only recordings of prepare, follow-up and redraft are compared".into();
            return Err(Error::Load { what, source: None });
        }
        match candidate {
            ComparisonCandidate::Engine(engine) => {
                let drafter = baseline.drafter.filter(|drafter| drafted_by(recording, drafter.component().digest()));
                let answers = RecordedAnswers::new(
                    recording,
                    drafter.cloned().map(|drafter| DraftingHandle::from(Arc::new(drafter))),
                    false,
                );
                Ok(outcome(engine.execute_instead(recording, answers).await))
            }
            ComparisonCandidate::Drafter(drafter) => Ok(redrafted(drafter, baseline.engine, recording).await),
        }
    }
}

/// The same drafts give the same package, since an engine is deterministic. So the engine runs only if a draft differs.
async fn redrafted(drafter: &Drafter, engine: Option<&HandoffEngine>, recording: &Recording) -> ComparisonOutcome {
    let mut other = None;
    for exchange in &recording.exchanges {
        let Exchange::Write { brief, answer, .. } = exchange else { continue };
        let answer_now = drafter.write("", Arc::clone(brief)).await;
        let same = match (&answer_now.result, answer) {
            (Ok(now), Ok(recorded)) => now == recorded,
            (Err(Error::Drafting(now)), Err(recorded)) => now == recorded,
            _ => false,
        };
        if !same {
            other = Some((answer.clone(), answer_now.result));
            break;
        }
    }
    let Some((recorded, now)) = other else { return ComparisonOutcome::Done(recording.output.clone()) };
    let handle = DraftingHandle::from(Arc::new(drafter.clone()));
    let engine = engine.filter(|engine| engine.component().digest() == recording.component);
    match (engine, recorded, now) {
        (Some(engine), ..) => {
            outcome(engine.execute_instead(recording, RecordedAnswers::new(recording, Some(handle), true)).await)
        }
        (None, Ok(recorded), Ok(now)) => ComparisonOutcome::Redrafted { recorded, now },
        (None, Err(_), Ok(_)) => ComparisonOutcome::Unrecorded,
        (None, _, Err(error)) => ComparisonOutcome::Failed(error.to_string()),
    }
}

fn outcome(result: Result<Output, Error>) -> ComparisonOutcome {
    match result {
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
