//! A run that is kept: it works on the accounts that are due, keeps what comes of each as it comes, and leaves the
//! others as they stand. Running again right away finds nothing to do.

use super::{Progress, Run, Summary};
use crate::desk::{Desk, DeskError, Fingerprint, Kept, Prepared};
use baton_facts::policy::Campaign;
use baton_facts::types::Id;
use futures_util::stream::StreamExt as _;
use serde::Serialize;
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::future::Future;
use std::pin::pin;

/// What a run came to.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Report {
    /// Its number; none where there was nothing to do.
    pub run: Option<i64>,
    /// Accounts it worked on.
    pub worked: usize,
    /// Accounts it left as they stood.
    pub as_before: usize,
    /// Accounts that were due and not reached before the run was stopped.
    pub left: usize,
    /// Packages that were not there before.
    pub new: usize,
    /// Packages that took the place of one nobody had decided about.
    pub replaced: usize,
    /// How all of the accounts stand now.
    #[serde(flatten)]
    pub summary: Summary,
}

/// Why a run ended early. What was kept stays kept.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The engine gave no ranking.
    #[error("the engine could not discover prospects: {0}")]
    Discover(String),
    /// The desk could not keep or read.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl Run {
    /// Works on the CRM's accounts that are due, best prospects first, and keeps what comes of each. `only` names
    /// accounts to work on whether they are due or not. When `stop` comes, what is done is done and the rest is left.
    ///
    /// # Errors
    /// Where the ranking or the store fails; an account's own failure is kept as its outcome.
    pub async fn keep(
        &self,
        desk: &Desk,
        only: Option<&[Id]>,
        stop: impl Future<Output = ()>,
        progress: impl Fn(Progress),
    ) -> Result<Report, RunError> {
        let campaign = &self.campaign.id;
        let all: Vec<Id> = match only {
            Some(ids) => ids.to_vec(),
            None => self.source.crm.accounts().map(|account| account.id).collect(),
        };
        let looked = self.fingerprints(desk, &all, &progress).await?;
        let due = match only {
            Some(_) => all.clone(),
            None => desk.due(campaign, &looked, self.now).await?,
        };
        let fingerprints: HashMap<Id, Fingerprint> = looked.into_iter().collect();
        let mut report =
            Report { run: None, worked: 0, as_before: 0, left: 0, new: 0, replaced: 0, summary: Summary::default() };
        let mut worked = HashSet::new();
        let total = due.len();
        if total > 0 {
            let run = desk.start_run(campaign, self.now).await?;
            report.run = Some(run);
            let ranks = self.discover(&progress).await.map_err(RunError::Discover)?;
            let mut order = due;
            // Stable: equals stay in the CRM's order, and what is no prospect comes last.
            order.sort_by_key(|id| Reverse(ranks.get(id).map_or(-1, |rank| i16::from(*rank))));
            progress(Progress::Preparing(0, total));
            let stop = pin!(stop);
            let mut results = pin!(self.work(order, &ranks).take_until(stop));
            while let Some(handled) = results.next().await {
                let Some(fingerprint) = fingerprints.get(&handled.account.id) else { continue };
                let prepared = Prepared::of(&handled, Some(run), campaign, &self.tiers, fingerprint, self.now);
                match desk.keep(&prepared).await? {
                    Kept::New(_) => report.new += 1,
                    Kept::Replaced { .. } => report.replaced += 1,
                    Kept::Already(..) | Kept::TurnedDown(_) | Kept::Unwanted | Kept::Nothing(_) => {}
                }
                worked.insert(handled.account.id.clone());
                report.worked += 1;
                report.summary.count(&handled);
                progress(Progress::Preparing(report.worked, total));
            }
            report.left = total - report.worked;
            if report.left == 0 {
                desk.finish_run(run, self.now).await?;
            }
        }
        let wanted: HashSet<&Id> = all.iter().collect();
        let mut after = None;
        loop {
            let page = desk.accounts(campaign, after.as_deref(), 1000).await?;
            for row in &page.rows {
                if wanted.contains(&row.account) && !worked.contains(&row.account) {
                    report.as_before += 1;
                    report.summary.stands(row);
                }
            }
            after = page.next;
            if after.is_none() {
                return Ok(report);
            }
        }
    }

    /// Of everything that the work on each account rests on.
    async fn fingerprints(
        &self,
        desk: &Desk,
        ids: &[Id],
        progress: impl Fn(Progress),
    ) -> Result<Vec<(Id, Fingerprint)>, DeskError> {
        let components = &self.components;
        let plugins = [components.engine.plugin(), components.drafter.plugin(), components.governor.plugin()];
        let digests = plugins.map(|plugin| plugin.digest().to_string());
        let ours = |campaign: &Campaign| json(&(campaign, &self.tiers, &digests));
        let whole = ours(&self.campaign);
        let mut looked = Vec::with_capacity(ids.len());
        for (index, id) in ids.iter().enumerate() {
            if index % 100 == 0 {
                progress(Progress::Looking(index, ids.len()));
            }
            let (dossier, people) = (self.source.dossier(id, 0).await?, self.source.people(id).await?);
            // Of an angle's versions only the account's own is what its work rests on.
            let own = match self.campaign_for(id) {
                Cow::Borrowed(_) => None,
                Cow::Owned(campaign) => Some(ours(&campaign)),
            };
            let ours = own.as_deref().unwrap_or(&whole);
            looked.push((id.clone(), desk.fingerprint(&[&json(&(dossier, people)), ours])));
        }
        Ok(looked)
    }
}

/// Records of the contract always have a JSON form.
fn json(facts: &impl Serialize) -> String {
    serde_json::to_string(facts).unwrap_or_default()
}
