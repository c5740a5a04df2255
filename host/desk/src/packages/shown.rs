//! A package as it is shown: itself, or the seeded defect in front of it.

use crate::access::access_scope;
use crate::db::tx::ReadTx;
use crate::desk::{Desk, DeskResult};
use crate::packages::queries::packages::PackageRow;
use crate::packages::queries::seeded_defects;
use baton_model::package_state::State;
use baton_model::views::Content;
use baton_model::{PackageId, Sealed};

/// A package as it is shown: itself, or what stands in for it.
pub(crate) struct ShownPackage {
    /// The package; a planted one's original.
    pub row: PackageRow,
    pub planted: Option<seeded_defects::SeededDefectRow>,
}

impl ShownPackage {
    /// The id it goes by.
    pub fn id(&self) -> &PackageId {
        self.planted.as_ref().map_or(&self.row.id, |planted| &planted.id)
    }

    /// Where it is.
    pub fn state(&self) -> State {
        self.planted.as_ref().and_then(|planted| planted.state).unwrap_or(self.row.state)
    }

    /// What it says.
    pub async fn content(&self, tx: &mut ReadTx) -> DeskResult<Sealed<Content>> {
        Ok(match &self.planted {
            Some(planted) => planted.content(tx).await?.map(|planting| planting.content),
            None => self.row.content(tx).await?,
        })
    }
}

impl Desk {
    /// How many packages wait behind planted ones, in this campaign or in all: each costs a person one more review than
    /// [`Desk::waiting`] says.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn held_back(&self, campaign: Option<&str>) -> DeskResult<u64> {
        let mut tx = self.read().await?;
        Ok(seeded_defects::open(&mut tx, campaign).await?)
    }

    /// The package of that id as it is shown: a planted one, one with a planted one in front of it, or any other.
    /// Refused where it is not to be seen by who asks.
    pub(crate) async fn seen(&self, tx: &mut ReadTx, id: &PackageId) -> DeskResult<ShownPackage> {
        if let Some(planted) = seeded_defects::get(tx, id).await? {
            let row = self.row(tx, &planted.original).await?;
            access_scope::check(&self.actor, &row.id, row.assignee.as_deref())?;
            return Ok(ShownPackage { row, planted: Some(planted) });
        }
        let row = self.row(tx, id).await?;
        access_scope::check(&self.actor, &row.id, row.assignee.as_deref())?;
        self.in_front_of(tx, row).await
    }

    /// This package, with what stands in for it.
    pub(crate) async fn in_front_of(&self, tx: &mut ReadTx, row: PackageRow) -> DeskResult<ShownPackage> {
        Ok(ShownPackage { planted: seeded_defects::over(tx, &row.id).await?, row })
    }
}

impl Desk {
    /// Stands for all that a person sees of a package before deciding.
    pub(crate) fn digest(&self, row: &PackageRow) -> String {
        self.digest_of(&row.digest)
    }

    /// The same of a content with this digest.
    pub(crate) fn digest_of(&self, content: &str) -> String {
        let tag = self.vault().tag("shown", &[content, &self.footer]);
        hex::encode(tag)
    }
}
