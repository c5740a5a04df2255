//! The one way from a state of a package to the next, noted in the audit log.

use crate::desk::{Answer, Desk};
use crate::error::Refusal;
use crate::packages::queries::packages::Row;
use crate::packages::queries::{packages, seeded_defects};
use baton_facts::types::Timestamp;
use baton_model::PackageId;
use baton_model::package_state::Move;
use sqlx::SqliteConnection;

impl Desk {
    /// Takes a step and notes it in the trail.
    pub(crate) async fn step(
        &self,
        connection: &mut SqliteConnection,
        id: &PackageId,
        step: Move,
        until: Option<Timestamp>,
        who: &str,
        now: Timestamp,
    ) -> Answer<()> {
        if !packages::step(connection, self.vault(), id, step, until, now).await? {
            let state = self.row(connection, id).await?.state;
            return Err(Refusal::Life {
                state,
                expired: false,
                why: format!("the package is not {} any more, but {state}", step.from()),
            }
            .into());
        }
        // What the trail says of a package that waits behind a planted one it says of the one that is shown.
        let planted = seeded_defects::over(connection, self.vault(), id).await?;
        let id = planted.as_ref().map_or(id, |planted| &planted.id);
        Ok(packages::note_step(connection, self.vault(), id, step, who, now).await?)
    }
}

impl Desk {
    pub(crate) async fn row(&self, connection: &mut SqliteConnection, id: &PackageId) -> Answer<Row> {
        Ok(packages::get(connection, self.vault(), id).await?.ok_or(Refusal::Unknown)?)
    }
}
