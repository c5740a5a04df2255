//! A recording's answers by question, for a component that may ask in another order.

use crate::capability::{CallContext, CapabilityError, Drafting};
use crate::grants::DraftingHandle;
use crate::recording::{Exchange, ExtensionAnswer, Provenance, Recording};
use baton_facts::errors::{DraftingError, LookupError};
use baton_facts::packages::{Brief, Candidate, Dossier, Found};
use baton_facts::policy::IdealCustomer;
use baton_facts::types::{Draft, Timestamp};
use serde_json::Value;
use std::sync::Arc;

/// The answers of one recording. Each look-up returns `None` if the recording has no such question.
pub(crate) struct RecordedAnswers {
    exchanges: Vec<Exchange>,
    drafter: Option<DraftingHandle>,
    /// The drafter answers every brief, not only new ones.
    always: bool,
}

impl RecordedAnswers {
    pub fn new(recording: &Recording, drafter: Option<DraftingHandle>, always: bool) -> Self {
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

    pub fn find(&self, account: &str) -> Option<Result<Arc<Vec<Candidate>>, LookupError>> {
        self.exchanges.iter().find_map(|exchange| match exchange {
            Exchange::Find { account: a, answer } if a == account => Some(answer.clone()),
            _ => None,
        })
    }

    pub fn extension(&self, interface: &str, function: &str, arguments: &[Value]) -> Option<ExtensionAnswer> {
        self.exchanges.iter().find_map(|exchange| match exchange {
            Exchange::Extension { interface: i, function: f, arguments: a, answer }
                if i == interface && f == function && a == arguments =>
            {
                Some(answer.clone())
            }
            _ => None,
        })
    }

    /// Returns the draft and its author, as a live call does.
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
                let answer = drafter.write(call, Arc::clone(brief)).await;
                Some((answer.map(|answer| answer.draft), Some(drafter.provenance())))
            }
            _ => recorded,
        }
    }
}
