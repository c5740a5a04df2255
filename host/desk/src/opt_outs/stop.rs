//! The stop button and the pause of an account.

use crate::audit;
use crate::desk::{Answer, Desk};
use crate::suppression::suppressions;
use baton_facts::types::Timestamp;
use baton_model::delivery::Stop;

impl Desk {
    /// Presses the stop button: nothing is transmitted until it is let go.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn stop_sending(&self, why: &str, now: Timestamp) -> Answer<()> {
        let who = self.actor.name();
        let stop = Stop { who: who.to_owned(), at: now, why: why.to_owned() };
        self.button(Some(&stop), who, "stopped-sending", why, now).await
    }

    /// Lets the stop button go.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn resume_sending(&self, now: Timestamp) -> Answer<()> {
        let who = self.actor.name();
        self.button(None, who, "resumed-sending", "", now).await
    }

    /// The stop button, where it is pressed.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn stopped(&self) -> Answer<Option<Stop>> {
        let mut tx = self.read().await?;
        Ok(suppressions::stop_of(&mut tx).await?)
    }

    /// Lets everything at an account rest: an answer came in, a person took over. Given no reason, it goes on.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn pause(&self, account: &str, why: Option<&str>, now: Timestamp) -> Answer<()> {
        let who = self.actor.name();
        let mut tx = self.begin(now).await?;
        let pause = why.map(|why| (who, why, now));
        suppressions::set_pause(&mut tx, account, pause).await?;
        let what = if why.is_some() { "paused" } else { "resumed" };
        audit::note(&mut tx, who, what, None, &format!("the account {account}")).await?;
        Ok(tx.commit().await?)
    }

    async fn button(&self, stop: Option<&Stop>, who: &str, what: &str, detail: &str, now: Timestamp) -> Answer<()> {
        let mut tx = self.begin(now).await?;
        if suppressions::set_stop(&mut tx, stop).await? {
            audit::note(&mut tx, who, what, None, detail).await?;
        }
        Ok(tx.commit().await?)
    }
}
