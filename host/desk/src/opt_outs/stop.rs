//! The stop of all sending, and pauses of accounts.

use crate::audit;
use crate::desk::{Answer, Desk};
use crate::suppression::suppressions;
use baton_facts::types::Timestamp;
use baton_model::delivery::Stop;

impl Desk {
    /// Stops all sending until [`Desk::resume_sending`].
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn stop_sending(&self, who: &str, why: &str, now: Timestamp) -> Answer<()> {
        let stop = Stop { who: who.to_owned(), at: now, why: why.to_owned() };
        self.button(Some(&stop), who, "stopped-sending", why, now).await
    }

    /// Resumes sending.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn resume_sending(&self, who: &str, now: Timestamp) -> Answer<()> {
        self.button(None, who, "resumed-sending", "", now).await
    }

    /// Returns who stopped sending, when and why; `None` if sending is not stopped.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn stopped(&self) -> Answer<Option<Stop>> {
        let mut view = self.store.view().await?;
        Ok(suppressions::stop_of(&mut view, self.vault()).await?)
    }

    /// Pauses every sequence at an account, because somebody replied or a person took over. Without a reason, resumes
    /// it.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn pause(&self, who: &str, account: &str, why: Option<&str>, now: Timestamp) -> Answer<()> {
        let mut transaction = self.store.begin().await?;
        let pause = why.map(|why| (who, why, now));
        suppressions::set_pause(&mut transaction, self.vault(), account, pause).await?;
        let what = if why.is_some() { "paused" } else { "resumed" };
        audit::note(&mut transaction, self.vault(), now, who, what, None, &format!("the account {account}")).await?;
        Ok(self.store.commit(transaction).await?)
    }

    async fn button(&self, stop: Option<&Stop>, who: &str, what: &str, detail: &str, now: Timestamp) -> Answer<()> {
        let mut transaction = self.store.begin().await?;
        if suppressions::set_stop(&mut transaction, self.vault(), stop).await? {
            audit::note(&mut transaction, self.vault(), now, who, what, None, detail).await?;
        }
        Ok(self.store.commit(transaction).await?)
    }
}
