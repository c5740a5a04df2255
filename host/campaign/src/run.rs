//! The parts of a campaign run that are the same for every kind of run: the grants, the ranking, and the work on one
//! account.

use crate::account_snapshot::AccountSnapshot;
use crate::capabilities::{self, CrmCapabilities};
use crate::components::Components;
use crate::options::GrantOptions;
use baton_desk::DeskError;
use baton_desk::accounts::{DailyCapacity, SequenceWork};
use baton_desk::crm_export::ExportState;
use baton_desk::packages::{AccountOutcome, Fingerprint};
use baton_facts::packages::Assignment;
use baton_facts::policy::{Campaign, Tier};
use baton_facts::types::{Id, Timestamp};
use baton_model::variant_assignment;
use baton_runtime::{CallOutcome, Contacts, Grants, Research};
use futures_util::stream::{self, Stream, StreamExt as _};
use serde::Serialize;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

/// A run and its inputs.
pub struct Run {
    /// The loaded components.
    pub components: Arc<Components>,
    /// The source of the facts.
    pub source: Arc<CrmCapabilities>,
    /// The state of the export that the source was read from.
    pub export: ExportState,
    /// The percentage of missing accounts above which the export counts as cut off; `None` accepts any.
    pub missing_percent: Option<u8>,
    /// The capabilities that the engine is granted. A run prepares and never grants sending.
    pub allowed: GrantOptions,
    /// The campaign, with its ideal customer and angles.
    pub campaign: Arc<Campaign>,
    /// The tiers for routing. The engine never sees them.
    pub tiers: Arc<Vec<Tier>>,
    /// The review capacity of the team.
    pub capacity: DailyCapacity,
    /// The time of the run.
    pub now: Timestamp,
    /// The number of accounts in flight at a time; at least 1.
    pub jobs: usize,
}

/// An account that a run worked on.
pub(crate) struct ProcessedAccount {
    pub outcome: AccountOutcome,
    /// The fingerprint of the facts that the engine saw. `None` without a store.
    pub fingerprint: Option<Fingerprint>,
}

/// The progress of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunProgress {
    /// Number of accounts compared for changes, and of all.
    Scanning(usize, usize),
    /// Number of accounts ranked by the engine, and of all.
    Discovering(usize, usize),
    /// Number of finished accounts, and of all due ones.
    Preparing(usize, usize),
}

impl Run {
    /// Returns the engine's grants, with answers from this source.
    pub(crate) fn grants(&self, source: &Arc<impl Research + Contacts + 'static>) -> Grants {
        let mut grants = Grants::default();
        if self.allowed.research {
            grants = grants.with_research(Arc::clone(source));
        }
        if self.allowed.contacts {
            grants = grants.with_contacts(Arc::clone(source));
        }
        if self.allowed.drafting {
            grants = grants.with_drafting(Arc::clone(&self.components.drafter));
        }
        grants
    }

    /// Works on these accounts in order, with several in flight.
    pub(crate) fn work<'a>(
        &'a self,
        order: impl Iterator<Item = Id> + 'a,
        ranks: &'a HashMap<Id, u8>,
    ) -> impl Stream<Item = ProcessedAccount> + 'a {
        stream::iter(order)
            .map(|id| {
                let rank = ranks.get(&id).copied();
                self.account(id, rank)
            })
            .buffered(self.jobs.max(1))
            .filter_map(|worked| async { worked })
    }

    /// Returns the campaign for this account, with its own variant of each angle. Follow-ups are prepared with the same
    /// one.
    pub(crate) fn campaign_for(&self, account: &str) -> Cow<'_, Campaign> {
        match &self.source.desk {
            Some(desk) => desk.campaign_for(&self.campaign, account),
            // Without a store there is no key for the assignment, and nothing to compare later.
            None => variant_assignment::campaign_for_account(&self.campaign, account, |_| Vec::new()),
        }
    }

    /// Returns the engine's ranking of the prospects, from all pages.
    pub(crate) async fn discover(&self, progress: impl Fn(RunProgress)) -> Result<HashMap<Id, u8>, String> {
        let mut ranks = HashMap::new();
        let mut cursor = None;
        let accounts = self.source.crm.len();
        // A page brings at least one account: an engine that pages without end is stopped.
        for page in 0..=accounts {
            progress(RunProgress::Discovering((page * capabilities::PAGE).min(accounts), accounts));
            let engine = &self.components.engine;
            let CallOutcome { result, .. } =
                engine.discover(&self.grants(&self.source), Arc::clone(&self.campaign), cursor, self.now).await;
            let found = result.map_err(|error| error.to_string())?;
            ranks.extend(found.found.iter().map(|prospect| (prospect.account.clone(), prospect.score)));
            cursor = found.next.clone();
            if cursor.is_none() {
                return Ok(ranks);
            }
        }
        Err("the engine asks for more pages of prospects than there are accounts".into())
    }

    async fn account(&self, id: Id, prospect: Option<u8>) -> Option<ProcessedAccount> {
        let account = Arc::new(self.source.crm.account(&id)?);
        let of = |preparation, recordings| AccountOutcome { account, prospect, preparation, routing: None, recordings };
        let (work, snapshot) = match self.next_work(&id).await {
            Ok(found) => found,
            Err(error) => {
                return Some(ProcessedAccount { outcome: of(Err(error.to_string()), Vec::new()), fingerprint: None });
            }
        };
        let campaign = self.campaign_for(&id).into_owned();
        let fingerprint =
            self.source.desk.as_ref().map(|desk| snapshot.fingerprint(desk, &self.shared_inputs(&campaign)));
        let grants = self.grants(&Arc::new(snapshot));
        let assignment = Arc::new(Assignment { account: id, campaign, now: self.now });
        let engine = self.components.engine.clone();
        // A separate task, so that calls run on all processors.
        let prepared = match work {
            SequenceWork::First => tokio::spawn(async move { engine.prepare(&grants, assignment).await }).await,
            SequenceWork::FollowUp { previous, sent } => {
                tokio::spawn(async move { engine.follow_up(&grants, previous, sent, assignment).await }).await
            }
            SequenceWork::Over(preparation) => {
                return Some(ProcessedAccount { outcome: of(Ok(preparation), Vec::new()), fingerprint });
            }
        };
        let (preparation, recordings) = match prepared {
            Ok(CallOutcome { result, recording, drafts, .. }) => {
                (result.map_err(|error| error.to_string()), std::iter::once(recording).chain(drafts).collect())
            }
            Err(error) => (Err(format!("the call was lost: {error}")), Vec::new()),
        };
        Some(ProcessedAccount { outcome: self.route(of(preparation, recordings)).await, fingerprint })
    }

    /// Returns the next work on the account, and the facts that it depends on.
    async fn next_work(&self, id: &Id) -> Result<(SequenceWork, AccountSnapshot), DeskError> {
        let work = match &self.source.desk {
            Some(desk) => desk.work(&self.campaign.id, id).await?,
            None => SequenceWork::First,
        };
        Ok((work, AccountSnapshot::read(&self.source, id).await?))
    }

    /// Adds the routing of its package, if it has one.
    pub(crate) async fn route(&self, mut handled: AccountOutcome) -> AccountOutcome {
        if let Some(package) = handled.package() {
            let (tiers, account) = (Arc::clone(&self.tiers), Arc::clone(&handled.account));
            let called = self.components.governor.route(tiers, account, package).await;
            handled.recordings.push(called.recording);
            match called.result {
                Ok(routing) => handled.routing = Some(routing),
                // A package without a routing is not handed off.
                Err(error) => handled.preparation = Err(format!("the governor did not route it: {error}")),
            }
        }
        handled
    }

    /// Returns the part of a fingerprint that is the same for every account with this campaign: the settings and the
    /// components.
    pub(crate) fn shared_inputs(&self, campaign: &Campaign) -> String {
        let components = &self.components;
        let plugins = [components.engine.component(), components.drafter.component(), components.governor.component()];
        json(&(campaign, &self.tiers, plugins.map(|plugin| plugin.digest().to_string())))
    }
}

/// Records of the contract always have a JSON form.
fn json(facts: &impl Serialize) -> String {
    serde_json::to_string(facts).unwrap_or_default()
}
