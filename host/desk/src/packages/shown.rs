//! Packages as users see them: a seeded defect replaces the package that it was copied from.

use crate::access::access_scope;
use crate::db::tx::ReadTx;
use crate::desk::{Desk, DeskResult};
use crate::packages::queries::packages::PackageRow;
use crate::packages::queries::seeded_defects;
use baton_model::package_state::PackageState;
use baton_model::views::RoutedPackage;
use baton_model::{Erasable, PackageId};

/// A package with the seeded defect that is shown instead of it, if there is one.
pub(crate) struct ShownPackage {
    /// The package itself, or the original of the seeded defect.
    pub row: PackageRow,
    pub seeded_defect: Option<seeded_defects::SeededDefectRow>,
}

impl ShownPackage {
    /// Returns the id that users see.
    pub fn id(&self) -> &PackageId {
        self.seeded_defect.as_ref().map_or(&self.row.id, |planted| &planted.id)
    }

    /// Returns the state that users see.
    pub fn state(&self) -> PackageState {
        self.seeded_defect.as_ref().and_then(|planted| planted.state).unwrap_or(self.row.state)
    }

    /// Returns the content that users see.
    pub async fn content(&self, tx: &mut ReadTx) -> DeskResult<Erasable<RoutedPackage>> {
        Ok(match &self.seeded_defect {
            Some(planted) => planted.content(tx).await?.map(|planting| planting.content),
            None => self.row.content(tx).await?,
        })
    }
}

impl Desk {
    /// Counts the packages that are hidden by seeded defects, in this campaign or in all. [`Desk::waiting`] does not
    /// include the extra review that each of them needs.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn hidden_by_seeded_defects(&self, campaign: Option<&str>) -> DeskResult<u64> {
        let mut tx = self.read().await?;
        Ok(seeded_defects::count_open(&mut tx, campaign).await?)
    }

    /// Returns the package with this id, which may be a seeded defect, or have one in front of it. Refuses if the actor
    /// cannot see the package.
    pub(crate) async fn shown_package(&self, tx: &mut ReadTx, id: &PackageId) -> DeskResult<ShownPackage> {
        if let Some(planted) = seeded_defects::get(tx, id).await? {
            let row = self.row(tx, &planted.original).await?;
            access_scope::check_may_decide(&self.actor, &row.id, row.assignee.as_deref())?;
            return Ok(ShownPackage { row, seeded_defect: Some(planted) });
        }
        let row = self.row(tx, id).await?;
        access_scope::check_may_decide(&self.actor, &row.id, row.assignee.as_deref())?;
        self.with_seeded_defect(tx, row).await
    }

    /// Adds the open seeded defect in front of this package, if there is one.
    pub(crate) async fn with_seeded_defect(&self, tx: &mut ReadTx, row: PackageRow) -> DeskResult<ShownPackage> {
        Ok(ShownPackage { seeded_defect: seeded_defects::open_for(tx, &row.id).await?, row })
    }
}

impl Desk {
    /// Returns the digest of everything that a user sees of a package before deciding.
    pub(crate) fn shown_digest(&self, row: &PackageRow) -> String {
        self.shown_digest_of(&row.digest)
    }

    /// Returns the same digest for a content with this digest.
    pub(crate) fn shown_digest_of(&self, content: &str) -> String {
        let tag = self.key_ring().tag("shown", &[content, &self.footer]);
        hex::encode(tag)
    }
}
