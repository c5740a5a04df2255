//! The one way from a state of a package to the next, noted in the audit log.

use crate::access::access_scope::ChangeCause;
use crate::db::tx::{ReadTx, Tx};
use crate::desk::{Desk, DeskResult};
use crate::error::Refusal;
use crate::packages::queries::packages::PackageRow;
use crate::packages::queries::{packages, seeded_defects};
use baton_facts::types::Timestamp;
use baton_model::PackageId;
use baton_model::package_state::Move;

impl Desk {
    /// Takes a step and notes it in the trail.
    pub(crate) async fn step(
        &self,
        tx: &mut Tx,
        id: &PackageId,
        step: Move,
        until: Option<Timestamp>,
        cause: ChangeCause<'_>,
    ) -> DeskResult<()> {
        if !packages::step(tx, id, step, until, cause).await? {
            let state = self.row(tx, id).await?.state;
            return Err(Refusal::IllegalTransition {
                state,
                expired: false,
                why: format!("the package is not {} any more, but {state}", step.from()),
            }
            .into());
        }
        // What the trail says of a package that waits behind a planted one it says of the one that is shown.
        let planted = seeded_defects::over(tx, id).await?;
        let id = planted.as_ref().map_or(id, |planted| &planted.id);
        Ok(packages::note_step(tx, id, step, cause).await?)
    }
}

impl Desk {
    pub(crate) async fn row(&self, tx: &mut ReadTx, id: &PackageId) -> DeskResult<PackageRow> {
        Ok(packages::get(tx, id).await?.ok_or(Refusal::PackageNotFound)?)
    }
}
