//! Taking back to review what left the queue without a decision and has not been sent.

use crate::access::access_scope::ChangeCause;
use crate::audit;
use crate::db::tx::Tx;
use crate::desk::{Desk, DeskResult};
use crate::outbox::queries::outbox;
use crate::packages::queries::packages;
use baton_model::package_state::{State, Step};

impl Desk {
    /// Whatever this stream let go and has not left waits for a person again. Gives how many packages that is.
    pub(crate) async fn recall(&self, tx: &mut Tx, stream: i64, who: &str) -> DeskResult<u32> {
        let mut recalled = 0;
        for entry in outbox::let_go_by(tx, stream).await? {
            let package = self.row(tx, &entry.package).await?;
            if matches!(package.state, State::Approved | State::Authorised) {
                self.back_to_review(tx, &package, &entry, ChangeCause::Order(who)).await?;
                recalled += 1;
            }
        }
        let detail = format!("stream {}: nothing leaves without a decision", stream);
        audit::note(tx, who, "stream-closed", None, &detail).await?;
        Ok(recalled)
    }

    /// Takes back what a standing had let go, with nothing of it left in the outbox.
    pub(crate) async fn back_to_review(
        &self,
        tx: &mut Tx,
        package: &packages::PackageRow,
        entry: &outbox::OutboxRow,
        cause: ChangeCause<'_>,
    ) -> DeskResult<()> {
        let step = package.state.step(Step::Recall)?;
        self.step(tx, &package.id, step, None, cause).await?;
        outbox::take_out(tx, entry).await?;
        Ok(outbox::drop_open_check(tx, &package.id).await?)
    }
}
