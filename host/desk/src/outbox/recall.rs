//! Taking back to review what left the queue without a decision and has not been sent.

use crate::audit;
use crate::desk::{Answer, Desk};
use crate::outbox::queries::outbox;
use crate::packages::queries::packages;
use baton_facts::types::Timestamp;
use baton_model::package_state::{State, Step};
use sqlx::SqliteConnection;

impl Desk {
    /// Whatever this stream let go and has not left waits for a person again. Gives how many packages that is.
    pub(crate) async fn recall(
        &self,
        connection: &mut SqliteConnection,
        stream: i64,
        who: &str,
        now: Timestamp,
    ) -> Answer<u32> {
        let mut recalled = 0;
        for entry in outbox::let_go_by(connection, self.vault(), stream).await? {
            let package = self.row(connection, &entry.package).await?;
            if matches!(package.state, State::Approved | State::Authorised) {
                self.back_to_review(connection, &package, &entry, who, now).await?;
                recalled += 1;
            }
        }
        let detail = format!("stream {}: nothing leaves without a decision", stream);
        audit::note(connection, self.vault(), now, who, "stream-closed", None, &detail).await?;
        Ok(recalled)
    }

    /// Takes back what a standing had let go, with nothing of it left in the outbox.
    pub(crate) async fn back_to_review(
        &self,
        connection: &mut SqliteConnection,
        package: &packages::Row,
        entry: &outbox::Row,
        who: &str,
        now: Timestamp,
    ) -> Answer<()> {
        let step = package.state.step(Step::Recall)?;
        self.step(connection, &package.id, step, None, who, now).await?;
        outbox::take_out(connection, self.vault(), entry).await?;
        Ok(outbox::drop_open_check(connection, self.vault(), &package.id).await?)
    }
}
