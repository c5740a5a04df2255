//! Return of unsent auto-send messages to the review queue.

use crate::access::access_scope::ChangeCause;
use crate::audit;
use crate::db::tx::Tx;
use crate::desk::{Desk, DeskResult};
use crate::outbox::queries::outbox;
use crate::packages::queries::packages;
use baton_model::package_state::{LifecycleEvent, PackageState};

impl Desk {
    /// Returns all unsent messages that this stream released to the review queue. Returns the number of packages.
    pub(crate) async fn return_unsent_to_review(&self, tx: &mut Tx, stream: i64, who: &str) -> DeskResult<u32> {
        let mut recalled = 0;
        for entry in outbox::unsent_of_stream(tx, stream).await? {
            let package = self.row(tx, &entry.package).await?;
            if matches!(package.state, PackageState::Approved | PackageState::Scheduled) {
                self.return_to_review(tx, &package, &entry, ChangeCause::Order(who)).await?;
                recalled += 1;
            }
        }
        let detail = format!("stream {}: no message is sent without a decision", stream);
        audit::note(tx, who, "stream-closed", None, &detail).await?;
        Ok(recalled)
    }

    /// Returns a package to the review queue and deletes its outbox entry and open spot-check.
    pub(crate) async fn return_to_review(
        &self,
        tx: &mut Tx,
        package: &packages::PackageRow,
        entry: &outbox::OutboxRow,
        cause: ChangeCause<'_>,
    ) -> DeskResult<()> {
        let step = package.state.transition(LifecycleEvent::Recall)?;
        self.apply_transition(tx, &package.id, step, None, cause).await?;
        outbox::delete(tx, entry).await?;
        Ok(outbox::delete_open_spot_check(tx, &package.id).await?)
    }
}
