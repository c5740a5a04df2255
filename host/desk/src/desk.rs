//! The operations that users, pages, commands and programs have, each bound to an actor.
//!
//! A [`DeskService`] has the store, the components and the options, and no operations. [`DeskService::acting_as`] gives
//! the [`Desk`] of one actor: permissions and the audit log depend on it alone. Times are given, never read. No
//! transaction is open while a component is called. Every change adds a row to the audit log.

use crate::components::HandoffLogic;
use crate::db::connect::Store;
use crate::db::encryption::KeyRing;
use crate::db::error::StoreError;
use crate::db::tx::{ReadTx, Tx};
use crate::error::{DeskError, Refusal};
use crate::event_kind::WebhookSubscription;
use crate::export_gate::ExportGate;
use crate::users;
use baton_facts::types::Timestamp;
use baton_model::Actor;
use std::num::NonZeroU32;
use std::sync::Arc;

pub(crate) type DeskResult<T> = Result<T, DeskError>;

/// Maximum length of a note or a reason, in bytes.
pub(crate) const MAX_NOTE_BYTES: usize = 4000;

/// Maximum length of an actor's name, in bytes.
const MAX_NAME_BYTES: usize = 320;

/// The operations, as one actor may use them. Cheap to clone.
#[derive(Clone)]
pub struct Desk {
    pub(crate) actor: Arc<Actor>,
    pub(crate) store: Store,
    pub(crate) logic: Arc<dyn HandoffLogic>,
    pub(crate) footer: Arc<str>,
    pub(crate) may_send: bool,
    /// About one package in this many gets a seeded defect; `None` seeds none.
    pub(crate) seed_one_in: Option<NonZeroU32>,
    /// The name of the data provider, which is part of a stream's identity.
    pub(crate) provider: Arc<str>,
    /// The address of the backup reviewer.
    pub(crate) backup: Option<Arc<str>>,
    /// Seconds in which an approval can be undone; the message waits as long.
    pub(crate) undo_seconds: Timestamp,
    pub(crate) webhooks: Arc<[WebhookSubscription]>,
    /// Compares the store with the CRM export on disk before something is approved or sent.
    pub(crate) export_gate: Option<Arc<dyn ExportGate>>,
    /// The digest of the export that the outcomes of this desk are prepared from.
    pub(crate) prepared_from: Option<Arc<str>>,
}

impl Desk {
    /// Returns the actor of the operations.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Returns the store.
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// Returns the desk without an actor, to act as another one.
    pub fn service(&self) -> DeskService {
        DeskService(Self { actor: Arc::new(Actor::visitor()), ..self.clone() })
    }

    /// Begins a transaction that writes. Refuses an actor without a usable name, since the audit log needs one, and a
    /// command that takes a user's name, since the audit log could not tell the two apart.
    pub(crate) async fn begin(&self, now: Timestamp) -> DeskResult<Tx> {
        let name = self.actor.name();
        if name.trim().is_empty() || name.len() > MAX_NAME_BYTES {
            let why = format!("the user's name is missing or longer than {MAX_NAME_BYTES} bytes");
            return Err(Refusal::Invalid(why).into());
        }
        let mut tx = Tx::begin(&self.store, &self.actor, now).await?;
        if self.actor.is_at_command_line() && users::is_name_of_user(&mut tx, name).await? {
            return Err(Refusal::NameOfUser(name.to_owned()).into());
        }
        Ok(tx)
    }

    pub(crate) async fn read(&self) -> Result<ReadTx, StoreError> {
        ReadTx::begin(&self.store, &self.actor).await
    }

    pub(crate) fn key_ring(&self) -> &KeyRing {
        self.store.key_ring()
    }
}

/// The store, the components and the options of a desk. Cheap to clone.
#[derive(Clone)]
pub struct DeskService(Desk);

impl DeskService {
    /// Creates a desk on this store, with these components and without options.
    pub fn new(store: Store, logic: Arc<dyn HandoffLogic>) -> Self {
        Self(Desk {
            actor: Arc::new(Actor::visitor()),
            store,
            logic,
            footer: Arc::from(""),
            may_send: true,
            seed_one_in: None,
            provider: Arc::from(""),
            backup: None,
            undo_seconds: 0,
            webhooks: Arc::default(),
            export_gate: None,
            prepared_from: None,
        })
    }

    /// Returns the operations for this actor.
    pub fn acting_as(&self, actor: Actor) -> Desk {
        Desk { actor: Arc::new(actor), ..self.0.clone() }
    }

    /// Returns the store.
    pub const fn store(&self) -> &Store {
        &self.0.store
    }

    /// Sets the text below the signature of every message approved from now on: the postal address and the opt-out.
    /// It is shown with each package, and its digest is part of what a decision is bound to.
    #[must_use]
    pub fn with_footer(self, footer: &str) -> Self {
        Self(Desk { footer: footer.trim().into(), ..self.0 })
    }

    /// Sets the name of the source of accounts, contacts and signals. With another source, streams start anew.
    #[must_use]
    pub fn with_provider(self, provider: &str) -> Self {
        Self(Desk { provider: provider.into(), ..self.0 })
    }

    /// Withdraws the grant to send: approved messages wait until it is given.
    #[must_use]
    pub fn without_sending(self) -> Self {
        Self(Desk { may_send: false, ..self.0 })
    }

    /// Sets the seconds in which an approval can be undone. Without this an approved message can be sent at once.
    #[must_use]
    pub fn with_undo(self, seconds: u32) -> Self {
        Self(Desk { undo_seconds: seconds.into(), ..self.0 })
    }

    /// Asks this gate before something is approved or sent.
    #[must_use]
    pub fn with_export_gate(self, gate: Arc<dyn ExportGate>) -> Self {
        Self(Desk { export_gate: Some(gate), ..self.0 })
    }

    /// Sets the backup reviewer, who gets a package near its deadline: the address of a user.
    #[must_use]
    pub fn with_backup(self, email: Option<&str>) -> Self {
        Self(Desk { backup: email.map(Into::into), ..self.0 })
    }

    /// Sets the subscriptions that receive events.
    #[must_use]
    pub fn with_webhooks(self, webhooks: Vec<WebhookSubscription>) -> Self {
        Self(Desk { webhooks: webhooks.into(), ..self.0 })
    }

    /// Shows a seeded defect in front of about one package in this many. `None` turns seeding off.
    #[must_use]
    pub fn with_seeded_defects(self, one_in: Option<NonZeroU32>) -> Self {
        Self(Desk { seed_one_in: one_in, ..self.0 })
    }
}
