//! A run that saves its outcomes: it works on the due accounts, saves each outcome at once, and leaves the other
//! accounts unchanged. A second run right away finds nothing to do, unless reviews made room meanwhile: a package that
//! nobody could review before it expires is not saved.

use crate::account_snapshot::AccountSnapshot;
use crate::export::CrmFacts;
use crate::run::{ProcessedAccount, Run, RunProgress};
use crate::summary::Summary;
use baton_desk::Desk;
use baton_desk::DeskError;
use baton_desk::accounts::{ReviewLoad, SaveResult};
use baton_desk::crm_export::{CutOffExport, ExportComparison};
use baton_desk::packages::{Fingerprint, PreparedAccount};
use baton_desk::replies::ReplySync;
use baton_facts::packages::HandoffPackage;
use baton_facts::types::{Id, Timestamp};
use futures_util::stream::StreamExt as _;
use serde::Serialize;
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::HashSet;
use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// The result of a run.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Report {
    /// Its number; `None` if no account was due.
    pub run: Option<i64>,
    /// Accounts it worked on.
    pub worked: usize,
    /// Unchanged accounts.
    pub as_before: usize,
    /// Accounts that were due and not reached before the run was stopped.
    pub not_reached: usize,
    /// Due accounts left for a later run, since their packages could not be reviewed before they expire.
    pub postponed: usize,
    /// The review backlog; `None` if no account was due.
    pub to_review: Option<BacklogSize>,
    /// New packages.
    pub new: usize,
    /// Follow-ups among them.
    pub follow_ups: usize,
    /// Packages that replaced an undecided one.
    pub replaced: usize,
    /// The effect of CRM changes on accounts with sent messages.
    #[serde(flatten)]
    pub replies: ReplySync,
    /// The counts of all accounts.
    #[serde(flatten)]
    pub summary: Summary,
}

/// The review backlog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct BacklogSize {
    /// Packages.
    pub packages: usize,
    /// Packages that the team can review on a working day.
    pub per_day: u32,
    /// Working days, rounded up.
    pub days: u64,
}

/// The reason why a run ended early. Saved outcomes stay saved.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The engine gave no ranking.
    #[error("the engine could not discover prospects: {0}")]
    Discover(String),
    /// The export lacks too many accounts to be a whole one. Nothing was changed.
    #[error("{0}: it looks cut off\nhint: export it again; if they are really gone, run again with `--yes`")]
    CutOff(CutOffExport),
    /// The store failed.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl Run {
    /// Works on the CRM's due accounts, best prospects first, and saves each outcome. `only` names accounts to work on
    /// whether they are due or not. When `stop` completes, the rest is left.
    ///
    /// # Errors
    /// [`RunError`] if the ranking or the store fails; an account's own failure is saved as its outcome.
    pub async fn run(
        &self,
        desk: &Desk,
        only: Option<&[Id]>,
        stop: impl Future<Output = ()>,
        progress: impl Fn(RunProgress),
    ) -> Result<Report, RunError> {
        let campaign = &self.campaign.id;
        let all: Vec<Id> = match only {
            Some(ids) => ids.to_vec(),
            None => self.source.crm.accounts().map(|account| account.id).collect(),
        };
        let facts = CrmFacts(&self.source.crm);
        let attended = match desk.compare_with_export(&facts, &self.export, self.missing_percent, self.now).await? {
            ExportComparison::Compared(attended) => attended,
            ExportComparison::CutOff(cut_off) => return Err(RunError::CutOff(cut_off)),
        };
        let desk = &desk.preparing_from(&self.export);
        let looked = self.fingerprints(desk, &all, &progress).await?;
        let due = match only {
            Some(_) => {
                let resting = desk.paused_accounts().await?;
                all.iter().filter(|id| !resting.contains(*id)).cloned().collect()
            }
            None => desk.due(campaign, &looked, self.now).await?,
        };
        let mut report = Report { replies: attended, ..Report::default() };
        let mut worked = HashSet::new();
        let total = due.len();
        if total > 0 {
            let run = desk.start_run(campaign, self.now).await?;
            report.run = Some(run);
            let ranks = self.discover(&progress).await.map_err(RunError::Discover)?;
            let mut order = due;
            // Stable: equal prospects stay in the CRM's order, and other accounts come last.
            order.sort_by_key(|id| Reverse(ranks.get(id).map_or(-1, |rank| i16::from(*rank))));
            progress(RunProgress::Preparing(0, total));
            let ReviewLoad { backlog: mut room, accounts: waits_at } =
                desk.review_load(campaign, self.capacity, self.now).await?;
            let latest = self.latest();
            let (full, passed_over) = (AtomicBool::new(only.is_none() && room.is_full(latest)), AtomicUsize::new(0));
            // An account that is not a prospect gets its outcome in any case: it needs no review.
            let order = order.into_iter().filter(|id| {
                let later = full.load(Ordering::Relaxed) && ranks.contains_key(id) && !waits_at.contains(id);
                passed_over.fetch_add(usize::from(later), Ordering::Relaxed);
                !later
            });
            let stop = pin!(stop);
            let mut results = pin!(self.work(order, &ranks).take_until(stop));
            while let Some(ProcessedAccount { outcome: handled, fingerprint }) = results.next().await {
                // Without the facts there is nothing to compare later: the account is due again at the next run.
                let fingerprint = fingerprint.unwrap_or_else(|| desk.fingerprint(&[]));
                let prepared = PreparedAccount::of(&handled, Some(run), campaign, &self.tiers, &fingerprint, self.now);
                // An account on the command line is worked on, whatever the backlog.
                if only.is_none() && !desk.fits_backlog(&mut room, &waits_at, &prepared).await? {
                    report.postponed += 1;
                    full.store(room.is_full(latest), Ordering::Relaxed);
                    continue;
                }
                match desk.save_outcome(&prepared).await? {
                    SaveResult::New(_) => {
                        report.new += 1;
                        let further = |package: &HandoffPackage| package.touch_number > 1;
                        report.follow_ups += usize::from(handled.package().is_some_and(further));
                    }
                    SaveResult::Replaced { .. } => report.replaced += 1,
                    SaveResult::Unchanged(..)
                    | SaveResult::RejectedBefore(_)
                    | SaveResult::Suppressed
                    | SaveResult::NoPackage(_) => {}
                }
                worked.insert(handled.account.id.clone());
                report.worked += 1;
                report.summary.count(&handled);
                progress(RunProgress::Preparing(report.worked, total));
            }
            report.postponed += passed_over.load(Ordering::Relaxed);
            report.not_reached = total - report.worked - report.postponed;
            report.to_review =
                Some(BacklogSize { packages: room.waiting(), per_day: self.capacity.per_day, days: room.days() });
            if report.not_reached == 0 {
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
                    report.summary.count_unchanged(row);
                }
            }
            after = page.next;
            if after.is_none() {
                return Ok(report);
            }
        }
    }

    /// Returns the latest time at which a package of this campaign can expire.
    fn latest(&self) -> Timestamp {
        let days = self.campaign.angles.iter().map(|angle| angle.max_age_days).max().unwrap_or(0);
        self.now.saturating_add(Timestamp::from(days) * 86_400)
    }

    /// Reads each account and returns its fingerprint.
    async fn fingerprints(
        &self,
        desk: &Desk,
        ids: &[Id],
        progress: impl Fn(RunProgress),
    ) -> Result<Vec<(Id, Fingerprint)>, DeskError> {
        let whole = self.shared_inputs(&self.campaign);
        let mut looked = Vec::with_capacity(ids.len());
        for (index, id) in ids.iter().enumerate() {
            if index % 100 == 0 {
                progress(RunProgress::Scanning(index, ids.len()));
            }
            let snapshot = AccountSnapshot::read(&self.source, id).await?;
            // Of an angle's variants only the account's own is part of the fingerprint.
            let own = match self.campaign_for(id) {
                Cow::Borrowed(_) => None,
                Cow::Owned(campaign) => Some(self.shared_inputs(&campaign)),
            };
            let ours = own.as_deref().unwrap_or(&whole);
            looked.push((id.clone(), snapshot.fingerprint(desk, ours)));
        }
        Ok(looked)
    }
}
