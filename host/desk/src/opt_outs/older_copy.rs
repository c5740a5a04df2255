//! Settlement of a store that is an older copy: restored from a backup, or copied without its change log.
//!
//! Messages that were approved in it may have been sent since, so their delivery is unknown and sending stops. The change
//! log tells which people opted out or were erased since, and which accounts were written to; this is repeated.

use crate::access::access_scope::ChangeCause;
use crate::audit;
use crate::db::change_log::{LoggedChange, StoreBehindLog};
use crate::db::encryption::StoreResultExt as _;
use crate::db::subject_keys;
use crate::db::tx::Tx;
use crate::desk::{Desk, DeskResult};
use crate::outbox::queries::send_log::{self, SendChange};
use crate::packages::queries::search_index;
use crate::replies::queries::replies;
use crate::suppression::suppressions::{self, SuppressionSubject};
use baton_facts::types::Timestamp;
use baton_model::delivery::ManualStop;
use baton_model::package_state::{LifecycleEvent, PackageState};
use serde::Serialize;
use std::fmt;

/// The changes that settling an older copy made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct SettledCopy {
    /// Approved messages whose delivery is unknown now.
    pub unknown: u32,
    /// Accounts that were paused, because the copy does not know of a message to them.
    pub paused: u32,
    /// Suppressions and erasures that were repeated.
    pub repeated: u32,
    /// Whether the change log is missing, so that later opt-outs and messages are not known.
    pub log_missing: bool,
}

/// The state of a store that is an older copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OlderCopy {
    /// When Baton noticed it.
    pub found: Timestamp,
    /// Whether the change log is missing, so that later opt-outs and messages are not known.
    pub log_missing: bool,
    /// The number of messages whose delivery is unknown.
    pub unknown: u32,
}

impl OlderCopy {
    /// Returns the next step for an admin.
    pub const fn hint(&self) -> &'static str {
        if self.log_missing {
            "enter the opt-outs since the copy was made with `baton suppress`; compare `baton outbox` and the queue with \
             the mailbox's sent messages; settle each message with `baton outbox settle ID --sent yes` or `no`; then run \
             `baton resume-sending`"
        } else {
            "compare `baton outbox` with the mailbox's sent messages, settle each message of unknown delivery with \
             `baton outbox settle ID --sent yes` or `no`, then run `baton resume-sending`"
        }
    }
}

impl fmt::Display for OlderCopy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let log = if self.log_missing { " without its change log" } else { "" };
        let messages = if self.unknown == 1 { "message is" } else { "messages are" };
        write!(
            f,
            "the store is an older copy{log}: sending is stopped, and {} {messages} of unknown delivery",
            self.unknown
        )
    }
}

impl Desk {
    /// Settles the store if it is an older copy: everything approved becomes delivery unknown, and sending stops. Returns
    /// `None` if it is not, or was settled before. Call it before anything else is done with the store.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails; nothing is changed then, and nothing is sent.
    pub async fn settle_older_copy(&self, now: Timestamp) -> DeskResult<Option<SettledCopy>> {
        let Some(behind) = self.store.behind() else { return Ok(None) };
        let log = self.store.change_log();
        let latest = if behind.log_missing {
            // Higher than the store's generation, so that the copy is noticed again if the program ends here.
            log.create(behind.latest + 1)
                .map_err(|error| self.key_ring().error(crate::db::StoreErrorKind::ChangeLog(error.to_string())))?;
            behind.latest + 1
        } else {
            behind.latest
        };
        let mut tx = self.begin(now).await?;
        let generation: i64 =
            sqlx::query_scalar("SELECT generation FROM host").fetch_one(tx.connection()).await.at(tx.keys())?;
        if generation >= latest {
            // Another process settled it in the meantime.
            self.store.caught_up();
            return Ok(None);
        }
        sqlx::query("UPDATE host SET generation = $1, restored = $2, restored_without_log = $3")
            .bind(latest)
            .bind(now)
            .bind(behind.log_missing)
            .execute(tx.connection())
            .await
            .at(tx.keys())?;
        tx.log_change(LoggedChange::Restored);
        let settled = self.settle(&mut tx, &behind).await?;
        tx.commit().await?;
        self.store.caught_up();
        Ok(Some(settled))
    }

    async fn settle(&self, tx: &mut Tx, behind: &StoreBehindLog) -> DeskResult<SettledCopy> {
        let mut settled = SettledCopy { log_missing: behind.log_missing, ..SettledCopy::default() };
        let why = "the store is an older copy, so the message may have been sent after the copy was made";
        for state in [PackageState::Approved, PackageState::Scheduled, PackageState::Transmitting] {
            for id in send_log::in_state(tx, state).await? {
                let (entry, package) = self.entry_with_package(tx, &id).await?;
                let (step, change) = (LifecycleEvent::FindOlderCopy, SendChange::DeliveryUnknown(&package));
                self.end_entry(tx, &entry, &package, step, change, Some(why), ChangeCause::Rule).await?;
                settled.unknown += 1;
            }
        }
        for change in &behind.missed {
            self.repeat(tx, change, &mut settled).await?;
        }
        let stop = ManualStop {
            who: audit::DESK.to_owned(),
            at: tx.now,
            why: "the store is an older copy; settle the messages of unknown delivery first".to_owned(),
        };
        suppressions::set_sending_stop(tx, Some(&stop)).await?;
        let SettledCopy { unknown, paused, repeated, .. } = settled;
        let log = if behind.log_missing { ", the change log is missing" } else { "" };
        let detail = format!(
            "the store is an older copy: {unknown} delivery unknown, {paused} paused, {repeated} opt-outs repeated{log}"
        );
        audit::note(tx, audit::DESK, "restored", None, &detail).await?;
        Ok(settled)
    }

    /// Repeats a change that was made after the copy.
    async fn repeat(&self, tx: &mut Tx, change: &LoggedChange, settled: &mut SettledCopy) -> DeskResult<()> {
        let now = tx.now;
        match change {
            LoggedChange::Claimed { message_id, account } => {
                let known: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM outbox WHERE message_id = $1)")
                    .bind(message_id)
                    .fetch_one(tx.connection())
                    .await
                    .at(tx.keys())?;
                if !known {
                    let why = "a message that this copy of the store does not have was sent to the account";
                    suppressions::set_pause(tx, account, Some((audit::DESK, why, now))).await?;
                    settled.paused += 1;
                }
            }
            LoggedChange::Paused { account } => {
                let why = "the account was paused after this copy of the store was made";
                suppressions::set_pause(tx, account, Some((audit::DESK, why, now))).await?;
                settled.paused += 1;
            }
            LoggedChange::Suppressed { scope, value, tag, reason, until } => {
                let tag = tag.as_deref().and_then(|tag| hex::decode(tag).ok());
                let subject = match (scope.as_str(), value, &tag) {
                    ("address", _, Some(tag)) => SuppressionSubject::Address(tag),
                    ("domain", Some(domain), _) => SuppressionSubject::Domain(domain),
                    ("account", Some(account), _) => SuppressionSubject::Account(account),
                    _ => return Ok(()),
                };
                suppressions::add(tx, subject, (suppressions::reason_named(reason), *until)).await?;
                settled.repeated += 1;
            }
            LoggedChange::Erased { tags } => {
                let tags = tags.iter().filter_map(|tag| hex::decode(tag).ok()).collect();
                let erased = subject_keys::erase(tx, tags).await?;
                search_index::forget(tx, &erased.tags).await?;
                replies::forget(tx, &erased.tags).await?;
            }
            LoggedChange::Withdrawn | LoggedChange::Restored => {}
        }
        Ok(())
    }

    /// Returns whether the store is an older copy, until a user resumes sending.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn older_copy(&self) -> DeskResult<Option<OlderCopy>> {
        let mut tx = self.read().await?;
        let row: (Option<Timestamp>, bool, u32) = sqlx::query_as(
            "SELECT restored, restored_without_log,
                 (SELECT count(*) FROM packages WHERE state = 'delivery-unknown') FROM host",
        )
        .fetch_one(tx.connection())
        .await
        .at(tx.keys())?;
        let (found, log_missing, unknown) = row;
        Ok(found.map(|found| OlderCopy { found, log_missing, unknown }))
    }
}
