//! Runs, and the accounts that a run has to work on.

use crate::accounts::queries::accounts;
use crate::accounts::sequence;
use crate::desk::{Desk, DeskResult};
use crate::packages::prepared::Fingerprint;
use baton_facts::policy::Campaign;
use baton_facts::types::{Id, Timestamp};
use baton_model::package_state::{AccountState, PackageState};
use baton_model::variant_assignment;
use std::borrow::Cow;

fn is_due(known: &accounts::KnownAccount, fingerprint: &Fingerprint, now: Timestamp) -> bool {
    let changed = known.fingerprint != fingerprint.0;
    let any = |test: fn(PackageState) -> bool| known.packages.iter().any(|state| test(*state));
    if known.paused || any(PackageState::is_under_way) {
        return false;
    }
    let is_time = known.look_again.is_some_and(|at| at <= now);
    if any(|state| state == PackageState::Sent) && !any(PackageState::is_open) {
        return sequence::continues(known.state, known.reason.as_deref(), known.latest, changed, is_time);
    }
    match known.state {
        AccountState::Failed => true,
        AccountState::Held => changed || is_time,
        AccountState::Disqualified => changed,
        AccountState::Ready if any(PackageState::is_open) => changed,
        // Rejected, and nothing has changed.
        AccountState::Ready => changed || any(|state| matches!(state, PackageState::Expired | PackageState::Failed)),
    }
}

impl Desk {
    /// Records the start of a run. Returns its number.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn start_run(&self, campaign: &str, now: Timestamp) -> DeskResult<i64> {
        let mut tx = self.begin(now).await?;
        let run = accounts::start_run(&mut tx, campaign).await?;
        tx.commit().await?;
        Ok(run)
    }

    /// Records that a run is complete.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn finish_run(&self, run: i64, now: Timestamp) -> DeskResult<()> {
        let mut tx = self.begin(now).await?;
        accounts::finish_run(&mut tx, run).await?;
        Ok(tx.commit().await?)
    }

    /// Returns the fingerprint of everything that the work on an account depends on, as JSON or any other text: the
    /// account with its signals and people, the campaign and its tiers, and the digests of the components.
    pub fn fingerprint(&self, parts: &[&str]) -> Fingerprint {
        Fingerprint(self.key_ring().tag("fingerprint", parts))
    }

    /// Returns the campaign with one variant of each angle, which is chosen at random for the account and never
    /// changes.
    pub fn campaign_for<'a>(&self, campaign: &'a Campaign, account: &str) -> Cow<'a, Campaign> {
        variant_assignment::campaign_for_account(campaign, account, |parts| self.key_ring().tag("version", parts))
    }

    /// Returns which of these accounts a run has to work on, in the given order. The others have a package that is open
    /// or being sent, a sequence that is over or whose next message is not due, are paused, or would have the same
    /// outcome.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn due(&self, campaign: &str, looked: &[(Id, Fingerprint)], now: Timestamp) -> DeskResult<Vec<Id>> {
        let mut tx = self.read().await?;
        let known = accounts::known(&mut tx, campaign).await?;
        let due =
            looked.iter().filter(|(id, fingerprint)| known.get(id).is_none_or(|known| is_due(known, fingerprint, now)));
        Ok(due.map(|(id, _)| id.clone()).collect())
    }
}
