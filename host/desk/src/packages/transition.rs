//! State transitions of packages, each recorded in the audit log.

use crate::access::access_scope::ChangeCause;
use crate::db::tx::{ReadTx, Tx};
use crate::desk::{Desk, DeskResult};
use crate::error::Refusal;
use crate::packages::queries::packages::PackageRow;
use crate::packages::queries::{packages, seeded_defects};
use baton_facts::types::Timestamp;
use baton_model::PackageId;
use baton_model::package_state::Transition;

impl Desk {
    /// Makes a state transition and records it in the audit log.
    pub(crate) async fn apply_transition(
        &self,
        tx: &mut Tx,
        id: &PackageId,
        step: Transition,
        until: Option<Timestamp>,
        cause: ChangeCause<'_>,
    ) -> DeskResult<()> {
        if !packages::apply_transition(tx, id, step, until, cause).await? {
            let state = self.row(tx, id).await?.state;
            return Err(Refusal::IllegalTransition {
                state,
                expired: false,
                why: format!("the package is {state}, no longer {}", step.from()),
            }
            .into());
        }
        // The audit log must not reveal a hidden original, so it names the seeded defect that users see.
        let planted = seeded_defects::open_for(tx, id).await?;
        let id = planted.as_ref().map_or(id, |planted| &planted.id);
        Ok(packages::note_step(tx, id, step, cause).await?)
    }
}

impl Desk {
    pub(crate) async fn row(&self, tx: &mut ReadTx, id: &PackageId) -> DeskResult<PackageRow> {
        Ok(packages::get(tx, id).await?.ok_or(Refusal::PackageNotFound)?)
    }
}
