//! Transactions with the context that their operations share: the connection, the keys, the actor and the time.
//!
//! Functions that read take a [`ReadTx`]; functions that write take a [`Tx`], which dereferences to a `ReadTx`. So a
//! function's signature shows whether it can change anything, and every change has an actor and a time.

use crate::db::connect::Store;
use crate::db::encryption::{KeyRing, StoreResultExt as _};
use crate::db::error::StoreError;
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
}

impl Tx {
    /// Begins a transaction on the write connection.
    pub async fn begin(store: &Store, actor: &Arc<Actor>, now: Timestamp) -> Result<Self, StoreError> {
        let transaction = store.begin().await?;
        Ok(Self { read: ReadTx { transaction, keys: store.shared_key_ring(), actor: Arc::clone(actor) }, now })
    }

    pub async fn commit(self) -> Result<(), StoreError> {
        let ReadTx { transaction, keys, .. } = self.read;
        transaction.commit().await.at(&keys)
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
