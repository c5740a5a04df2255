//! The stop of all sending, and pauses of accounts.

use crate::audit;
use crate::db::encryption::StoreResultExt as _;
use crate::desk::{Desk, DeskResult};
use crate::suppression::suppressions;
use crate::worker::send_time;
use baton_facts::types::Timestamp;
use baton_model::delivery::ManualStop;

impl Desk {
    /// Stops all sending until [`Desk::resume_sending`].
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn stop_sending(&self, why: &str, now: Timestamp) -> DeskResult<()> {
        let who = self.actor.name();
        let stop = ManualStop { who: who.to_owned(), at: now, why: why.to_owned() };
        self.set_sending_stop(Some(&stop), who, "stopped-sending", why, now).await
    }

    /// Resumes sending, also from a store that was an older copy, and confirms the clock if it was set back.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn resume_sending(&self, now: Timestamp) -> DeskResult<()> {
        let who = self.actor.name();
        self.set_sending_stop(None, who, "resumed-sending", "", now).await
    }

    /// Returns who stopped sending, when and why; `None` if sending is not stopped.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn sending_stop(&self) -> DeskResult<Option<ManualStop>> {
        let mut tx = self.read().await?;
        Ok(suppressions::sending_stop(&mut tx).await?)
    }

    /// Pauses every sequence at an account, because somebody replied or a person took over. Without a reason, resumes
    /// it.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn pause(&self, account: &str, why: Option<&str>, now: Timestamp) -> DeskResult<()> {
        let who = self.actor.name();
        let mut tx = self.begin(now).await?;
        let pause = why.map(|why| (who, why, now));
        suppressions::set_pause(&mut tx, account, pause).await?;
        let what = if why.is_some() { "paused" } else { "resumed" };
        audit::note(&mut tx, who, what, None, &format!("the account {account}")).await?;
        Ok(tx.commit().await?)
    }

    async fn set_sending_stop(
        &self,
        stop: Option<&ManualStop>,
        who: &str,
        what: &str,
        detail: &str,
        now: Timestamp,
    ) -> DeskResult<()> {
        let mut tx = self.begin(now).await?;
        if stop.is_none() {
            sqlx::query("UPDATE host SET restored = NULL").execute(tx.connection()).await.at(tx.keys())?;
        }
        if suppressions::set_sending_stop(&mut tx, stop).await? {
            audit::note(&mut tx, who, what, None, detail).await?;
        }
        if stop.is_none() {
            send_time::confirm(&mut tx).await?;
        }
        Ok(tx.commit().await?)
    }
}
