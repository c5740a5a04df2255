//! The comparison of the store with an export: packages that it no longer allows are withdrawn, in every campaign.

use crate::desk::{Desk, DeskResult};
use crate::export_state::{self, ExportState};
use crate::outbox::queries::sequences;
use crate::packages::queries::packages::PackageRow;
use crate::replies::ReplySync;
use baton_facts::packages::Candidate;
use baton_facts::types::{Account, Timestamp};
use baton_model::package_state::PackageState;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The accounts and people of an export.
pub trait ExportFacts: Send + Sync {
    /// Returns the account; `None` if the export does not have it.
    fn account(&self, id: &str) -> Option<Account>;
    /// Returns the people at the account with their touches.
    fn people(&self, account: &str) -> Vec<Candidate>;
}

/// The result of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExportComparison {
    /// The store now knows the export.
    Compared(ReplySync),
    /// The export lacks too much to be a whole one. Nothing was changed.
    CutOff(CutOffExport),
}

/// An export that lacks so much that it is probably cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CutOffExport {
    /// It lacks accounts with open packages, or the people there.
    Accounts {
        /// Accounts that it lacks.
        missing: usize,
        /// All accounts with open packages.
        of: usize,
    },
    /// Its suppression list is much shorter.
    Suppressions {
        /// Rows that it lacks.
        missing: u64,
        /// Rows of the export before.
        of: u64,
    },
}

impl fmt::Display for CutOffExport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accounts { missing, of } => {
                write!(f, "the CRM export lacks {missing} of {of} accounts with open packages, or their contacts")
            }
            Self::Suppressions { missing, of } => {
                write!(f, "the CRM export's suppression list lacks {missing} of the {of} rows that it had")
            }
        }
    }
}

/// Whether more than this percentage is missing. One alone is news; more of them can be a file that was cut off.
fn is_cut_off(missing: u64, of: u64, percent: u8) -> bool {
    missing > 1 && missing * 100 > of * u64::from(percent)
}

impl Desk {
    /// Compares the store with an export, and records that it did. Withdraws the packages that the export no longer
    /// allows, and pauses accounts where somebody replied. Where more than `percent` of the accounts with open packages
    /// or of the suppression list are missing, it changes nothing; `None` accepts any number.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails. A later comparison continues.
    pub async fn compare_with_export(
        &self,
        facts: &dyn ExportFacts,
        state: &ExportState,
        percent: Option<u8>,
        now: Timestamp,
    ) -> DeskResult<ExportComparison> {
        if let Some(percent) = percent
            && let Some(cut_off) = self.cut_off_export(facts, state, percent).await?
        {
            return Ok(ExportComparison::CutOff(cut_off));
        }
        let mut tx = self.read().await?;
        let pairs = export_state::accounts_with_packages(&mut tx).await?;
        drop(tx);
        let mut done = ReplySync::default();
        for (campaign, id) in pairs {
            let account = facts.account(&id);
            done += self.sync_account(&campaign, &id, account.as_ref(), &facts.people(&id), now).await?;
        }
        let mut tx = self.begin(now).await?;
        export_state::record(&mut tx, state).await?;
        tx.commit().await?;
        Ok(ExportComparison::Compared(done))
    }

    /// Returns the reason why the export is probably cut off. Changes nothing.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn cut_off_export(
        &self,
        facts: &dyn ExportFacts,
        state: &ExportState,
        percent: u8,
    ) -> DeskResult<Option<CutOffExport>> {
        let mut tx = self.read().await?;
        let Some(before) = export_state::last(&mut tx).await? else { return Ok(None) };
        let missing = before.suppressions.saturating_sub(state.suppressions);
        if is_cut_off(missing, before.suppressions, percent) {
            return Ok(Some(CutOffExport::Suppressions { missing, of: before.suppressions }));
        }
        let mut open: BTreeMap<String, Vec<PackageRow>> = BTreeMap::new();
        for (campaign, account) in export_state::accounts_with_packages(&mut tx).await? {
            let rows = sequences::at_account(&mut tx, &campaign, &account).await?;
            let unsent = |row: &PackageRow| {
                row.state.is_open() || matches!(row.state, PackageState::Approved | PackageState::Scheduled)
            };
            let rows: Vec<PackageRow> = rows.into_iter().filter(unsent).collect();
            if !rows.is_empty() {
                open.entry(account).or_default().extend(rows);
            }
        }
        let lacks = |account: &str, rows: &[PackageRow]| {
            let people = facts.people(account);
            let tags: BTreeSet<_> = people.iter().map(|one| self.key_ring().contact_tag(&one.contact.id)).collect();
            facts.account(account).is_none() || rows.iter().all(|row| !tags.contains(&row.target.contact_tag))
        };
        let missing = open.iter().filter(|(account, rows)| lacks(account, rows)).count();
        let cut_off = is_cut_off(missing as u64, open.len() as u64, percent);
        Ok(cut_off.then_some(CutOffExport::Accounts { missing, of: open.len() }))
    }
}

#[cfg(test)]
mod tests {
    use super::is_cut_off;

    #[test]
    fn one_missing_account_is_news_and_many_are_a_cut_off_file() {
        for (missing, of, percent, expected) in [
            (0, 0, 20, false),
            (1, 1, 20, false),
            (1, 3, 20, false),
            (2, 10, 20, false),
            (3, 10, 20, true),
            (2, 2, 20, true),
            (2, 2, 100, false),
            (2, 1000, 0, true),
        ] {
            assert_eq!(is_cut_off(missing, of, percent), expected, "{missing} of {of}, {percent} %");
        }
    }
}
