//! Transactions with the context that their operations share: the connection, the keys, the actor and the time.
//!
//! Functions that read take a [`ReadTx`]; functions that write take a [`Tx`], which dereferences to a `ReadTx`. So a
//! function's signature shows whether it can change anything, and every change has an actor and a time.

use crate::db::change_log::{ChangeLog, LoggedChange};
use crate::db::connect::Store;
use crate::db::encryption::{KeyRing, StoreResultExt as _};
use crate::db::error::{StoreError, StoreErrorKind};
use baton_facts::types::Timestamp;
use baton_model::Actor;
use sqlx::{Sqlite, SqliteConnection, Transaction};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// A read transaction, which sees one state of the store.
pub(crate) struct ReadTx {
    transaction: Transaction<'static, Sqlite>,
    keys: Arc<KeyRing>,
    actor: Arc<Actor>,
}

impl ReadTx {
    /// Begins a transaction on one of the read connections.
    pub async fn begin(store: &Store, actor: &Arc<Actor>) -> Result<Self, StoreError> {
        let transaction = store.view().await?;
        Ok(Self { transaction, keys: store.shared_key_ring(), actor: Arc::clone(actor) })
    }

    pub fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.transaction
    }

    pub fn keys(&self) -> &KeyRing {
        &self.keys
    }

    pub const fn actor(&self) -> &Arc<Actor> {
        &self.actor
    }
}

/// A write transaction. Dropping it without a commit discards its changes.
pub(crate) struct Tx {
    read: ReadTx,
    /// The timestamp of every change in the transaction.
    pub now: Timestamp,
    change_log: Arc<ChangeLog>,
    logged: Vec<LoggedChange>,
}

impl Tx {
    /// Begins a transaction on the write connection.
    pub async fn begin(store: &Store, actor: &Arc<Actor>, now: Timestamp) -> Result<Self, StoreError> {
        let transaction = store.begin().await?;
        let read = ReadTx { transaction, keys: store.shared_key_ring(), actor: Arc::clone(actor) };
        Ok(Self { read, now, change_log: store.change_log(), logged: Vec::new() })
    }

    /// Adds a change that an older copy of the store must not undo. The commit counts it and writes it to the change log.
    pub fn log_change(&mut self, change: LoggedChange) {
        self.logged.push(change);
    }

    /// Commits, and then adds the logged changes to the change log.
    ///
    /// # Errors
    /// `ChangeLog` if the log cannot be written; the transaction is committed then. For any other error nothing changed.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        let changes = std::mem::take(&mut self.logged);
        if changes.is_empty() {
            let ReadTx { transaction, keys, .. } = self.read;
            return transaction.commit().await.at(&keys);
        }
        let count = i64::try_from(changes.len()).unwrap_or(i64::MAX);
        let generation: i64 =
            sqlx::query_scalar("UPDATE host SET generation = generation + $1 RETURNING generation - $1 + 1")
                .bind(count)
                .fetch_one(self.connection())
                .await
                .at(self.keys())?;
        let (log, ReadTx { transaction, keys, .. }) = (self.change_log, self.read);
        transaction.commit().await.at(&keys)?;
        let path = log.path.clone();
        let failed = |error: String| StoreError { path, kind: StoreErrorKind::ChangeLog(error) };
        match tokio::task::spawn_blocking(move || log.append(generation, &changes)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(failed(error.to_string())),
            Err(error) => Err(failed(error.to_string())),
        }
    }
}

impl Deref for Tx {
    type Target = ReadTx;

    fn deref(&self) -> &ReadTx {
        &self.read
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut ReadTx {
        &mut self.read
    }
}
