//! People's wishes, and the stop button: suppressing, forgetting, pausing, stopping.

use super::{Answer, Desk};
use crate::error::Refusal;
use crate::store::ledger::Change;
use crate::store::suppressions::On;
use crate::store::{audit, outbox, packages, replies, subjects, suppressions, words};
use baton_facts::types::{Suppression, SuppressionReason, SuppressionScope, Timestamp};
use baton_model::delivery::Stop;
use baton_model::package_state::Step;
use serde::Serialize;
use sqlx::SqliteConnection;
use std::collections::BTreeSet;

/// What forgetting somebody came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Forgot {
    /// The person was known here, and their key is erased now.
    pub known: bool,
    /// Packages and messages that were taken back.
    pub withdrawn: u32,
}

impl Desk {
    /// Adds a standing order not to write to an address, a domain with all below it, or an account. Whatever has not
    /// left yet is taken back. Gives how much that was.
    ///
    /// # Errors
    /// Where `value` is no such thing, or the store fails.
    pub async fn suppress(&self, who: &str, value: &str, order: Suppression, now: Timestamp) -> Answer<u32> {
        let value = match order.scope {
            SuppressionScope::Account => value.trim().to_owned(),
            _ => value.trim().to_lowercase(),
        };
        let domain = value.trim_start_matches(['@', '*', '.']);
        let fits = match order.scope {
            SuppressionScope::Address => value.rsplit_once('@').is_some_and(|(local, domain)| {
                !local.is_empty() && domain.contains('.') && !value.contains(char::is_whitespace)
            }),
            SuppressionScope::Domain => domain.contains('.') && !domain.contains(['@', '/', ' ']),
            SuppressionScope::Account => !value.is_empty(),
        };
        if !fits {
            return Err(Refusal::Invalid(format!("`{value}` is not what this suppression is to cover")).into());
        }
        let tag = self.vault().address_tag(&value);
        let (on, detail) = match order.scope {
            // The trail keeps no address.
            SuppressionScope::Address => (On::Address(&tag), "an address".to_owned()),
            SuppressionScope::Domain => (On::Domain(domain), format!("the domain {domain}")),
            SuppressionScope::Account => (On::Account(&value), format!("the account {value}")),
        };
        let mut transaction = self.store.begin().await?;
        suppressions::add(&mut transaction, self.vault(), on, (order.reason, order.until), who, now).await?;
        let tags: BTreeSet<_> = matches!(on, On::Address(_)).then(|| tag.clone()).into_iter().collect();
        let why = format!("suppressed: {}", suppressions::reason_name(order.reason));
        let (domain, account) = match on {
            On::Domain(domain) => (Some(domain), None),
            On::Account(account) => (None, Some(account)),
            On::Address(_) => (None, None),
        };
        let withdrawn = self.take_back(&mut transaction, &tags, domain, account, &why, who, now).await?;
        let detail = format!("{detail}, {}", suppressions::reason_name(order.reason));
        audit::note(&mut transaction, self.vault(), now, who, "suppressed", None, &detail).await?;
        self.store.commit(transaction).await?;
        Ok(withdrawn)
    }

    /// Forgets whoever has this address: their key is erased, and with it every package, message and recording that
    /// is about them; what has not left is taken back; they are never written to again. States and counts stay.
    ///
    /// # Errors
    /// Where it is no address, or the store fails.
    pub async fn forget(&self, who: &str, address: &str, now: Timestamp) -> Answer<Forgot> {
        if !address.trim().rsplit_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty()) {
            return Err(Refusal::Invalid("that is not an address".into()).into());
        }
        let mut transaction = self.store.begin().await?;
        let forgotten = subjects::forget(&mut transaction, self.vault(), address, now).await?;
        words::forget(&mut transaction, self.vault(), &forgotten.tags).await?;
        replies::forget(&mut transaction, self.vault(), &forgotten.tags).await?;
        for tag in &forgotten.tags {
            let order = (SuppressionReason::OptedOut, None);
            suppressions::add(&mut transaction, self.vault(), On::Address(tag), order, who, now).await?;
        }
        let why = "the person was forgotten";
        let withdrawn = self.take_back(&mut transaction, &forgotten.tags, None, None, why, who, now).await?;
        let forgot = Forgot { known: forgotten.erased > 0, withdrawn };
        let detail = if forgot.known { "a person's key was erased" } else { "the address was not known" };
        audit::note(&mut transaction, self.vault(), now, who, "forgot", None, detail).await?;
        self.store.commit(transaction).await?;
        // The log beside the file still has the erased key until it is written back.
        self.store.tidy().await?;
        Ok(forgot)
    }

    /// Presses the stop button: nothing is transmitted until it is let go.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn stop_sending(&self, who: &str, why: &str, now: Timestamp) -> Answer<()> {
        let stop = Stop { who: who.to_owned(), at: now, why: why.to_owned() };
        self.button(Some(&stop), who, "stopped-sending", why, now).await
    }

    /// Lets the stop button go.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn resume_sending(&self, who: &str, now: Timestamp) -> Answer<()> {
        self.button(None, who, "resumed-sending", "", now).await
    }

    /// The stop button, where it is pressed.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn stopped(&self) -> Answer<Option<Stop>> {
        let mut view = self.store.view().await?;
        Ok(suppressions::stop_of(&mut view, self.vault()).await?)
    }

    /// Lets everything at an account rest: an answer came in, a person took over. Given no reason, it goes on.
    ///
    /// # Errors
    /// Where the store fails.
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

    #[expect(clippy::too_many_arguments, reason = "whom, why, by whom and when")]
    async fn take_back(
        &self,
        connection: &mut SqliteConnection,
        tags: &BTreeSet<Vec<u8>>,
        domain: Option<&str>,
        account: Option<&str>,
        why: &str,
        who: &str,
        now: Timestamp,
    ) -> Answer<u32> {
        let rows = packages::before_leaving(connection, self.vault(), tags, domain, account).await?;
        for row in &rows {
            match outbox::of(connection, self.vault(), &row.id).await? {
                Some(entry) => {
                    self.end(connection, &entry, row, Step::Withdraw, Change::Stays, Some(why), who, now).await?;
                }
                None => {
                    let step = row.state.step(Step::Withdraw)?;
                    self.step(connection, &row.id, step, None, who, now).await?;
                }
            }
        }
        Ok(u32::try_from(rows.len()).unwrap_or(u32::MAX))
    }
}
