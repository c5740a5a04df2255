//! The capabilities that an admin allows an engine to use, for one tenant.
//!
//! The capability traits have `async fn`s, which cannot be called through `dyn`. Grants hold implementations of any type,
//! so each trait has one private adapter here that boxes the future, and one handle that is `Clone` and implements the
//! trait again. Implementations and callers never box.

use crate::capability::{CallContext, CapabilityError, Contacts, DraftAnswer, Drafting, Research, Sending};
use crate::error::Cause;
use crate::extension::Extension;
use crate::permit::Permit;
use crate::recording::Provenance;
use baton_facts::errors::{DraftingError, LookupError, SendingError};
use baton_facts::packages::{Brief, Candidate, Dossier, Found};
use baton_facts::policy::IdealCustomer;
use baton_facts::types::{Message, Timestamp};
use serde_json::Value;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;

/// The capabilities granted for one tenant. Nothing is granted by default.
#[derive(Clone, Default)]
pub struct Grants {
    pub(crate) tenant: String,
    pub(crate) research: Option<ResearchHandle>,
    pub(crate) contacts: Option<ContactsHandle>,
    pub(crate) drafting: Option<DraftingHandle>,
    pub(crate) sending: Option<SendingHandle>,
    extensions: Option<Arc<BTreeMap<String, ExtensionHandle>>>,
}

impl Grants {
    /// Creates grants without any capability. See [`CallContext::tenant`].
    pub fn new(tenant: impl Into<String>) -> Self {
        Self { tenant: tenant.into(), ..Self::default() }
    }

    /// Grants `research`. Without it look-ups answer `not-found`.
    #[must_use]
    pub fn with_research(self, research: impl Into<ResearchHandle>) -> Self {
        Self { research: Some(research.into()), ..self }
    }

    /// Grants `contacts`. Without it look-ups answer `not-found`.
    #[must_use]
    pub fn with_contacts(self, contacts: impl Into<ContactsHandle>) -> Self {
        Self { contacts: Some(contacts.into()), ..self }
    }

    /// Grants `drafting`. Without it drafting is `unavailable`.
    #[must_use]
    pub fn with_drafting(self, drafting: impl Into<DraftingHandle>) -> Self {
        Self { drafting: Some(drafting.into()), ..self }
    }

    /// Grants `sending`. Without it sending is `unavailable`.
    #[must_use]
    pub fn with_sending(self, sending: impl Into<SendingHandle>) -> Self {
        Self { sending: Some(sending.into()), ..self }
    }

    /// Grants an interface of the vendor's own, by its full name, such as `acme:enrichment/firmographics@1.0.0`.
    /// Without it a call of the interface ends the component's call.
    #[must_use]
    pub fn with_extension(mut self, interface: impl Into<String>, extension: impl Into<ExtensionHandle>) -> Self {
        Arc::make_mut(self.extensions.get_or_insert_default()).insert(interface.into(), extension.into());
        self
    }

    /// Returns the tenant.
    pub fn tenant(&self) -> &str {
        &self.tenant
    }

    /// Returns the granted outbox, for a host that wraps it.
    pub fn sending(&self) -> Option<&SendingHandle> {
        self.sending.as_ref()
    }

    pub(crate) fn extension(&self, interface: &str) -> Option<&ExtensionHandle> {
        self.extensions.as_ref()?.get(interface)
    }
}

impl std::fmt::Debug for Grants {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Grants")
            .field("tenant", &self.tenant)
            .field("research", &self.research.is_some())
            .field("contacts", &self.contacts.is_some())
            .field("drafting", &self.drafting.is_some())
            .field("sending", &self.sending.is_some())
            .field("extensions", &self.extensions.as_ref().map(|all| all.keys().collect::<Vec<_>>()))
            .finish()
    }
}

type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
type LookupAnswer<T> = Result<Arc<T>, CapabilityError<LookupError>>;

macro_rules! handle {
    ($(#[$doc:meta])* $handle:ident, $adapter:ident, $capability:ident) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $handle(Arc<dyn $adapter>);

        impl<T: $capability + 'static> From<Arc<T>> for $handle {
            fn from(capability: Arc<T>) -> Self {
                Self(capability)
            }
        }
    };
}

handle!(
    /// A shared [`Research`] of any type, made from an `Arc`.
    ResearchHandle, DynResearch, Research
);
handle!(
    /// A shared [`Contacts`] of any type, made from an `Arc`.
    ContactsHandle, DynContacts, Contacts
);
handle!(
    /// A shared [`Drafting`] of any type, made from an `Arc`.
    DraftingHandle, DynDrafting, Drafting
);
handle!(
    /// A shared [`Sending`] of any type, made from an `Arc`.
    SendingHandle, DynSending, Sending
);
handle!(
    /// A shared [`Extension`] of any type, made from an `Arc`.
    ExtensionHandle, DynExtension, Extension
);

trait DynResearch: Send + Sync {
    fn search<'a>(
        &'a self,
        call: &'a CallContext,
        customer: &'a IdealCustomer,
        cursor: Option<&'a str>,
    ) -> Boxed<'a, LookupAnswer<Found>>;

    fn look_up<'a>(
        &'a self,
        call: &'a CallContext,
        account: &'a str,
        since: Timestamp,
    ) -> Boxed<'a, LookupAnswer<Dossier>>;
}

impl<T: Research> DynResearch for T {
    fn search<'a>(
        &'a self,
        call: &'a CallContext,
        customer: &'a IdealCustomer,
        cursor: Option<&'a str>,
    ) -> Boxed<'a, LookupAnswer<Found>> {
        Box::pin(Research::search(self, call, customer, cursor))
    }

    fn look_up<'a>(
        &'a self,
        call: &'a CallContext,
        account: &'a str,
        since: Timestamp,
    ) -> Boxed<'a, LookupAnswer<Dossier>> {
        Box::pin(Research::look_up(self, call, account, since))
    }
}

impl Research for ResearchHandle {
    async fn search(&self, call: &CallContext, customer: &IdealCustomer, cursor: Option<&str>) -> LookupAnswer<Found> {
        DynResearch::search(&*self.0, call, customer, cursor).await
    }

    async fn look_up(&self, call: &CallContext, account: &str, since: Timestamp) -> LookupAnswer<Dossier> {
        DynResearch::look_up(&*self.0, call, account, since).await
    }
}

trait DynContacts: Send + Sync {
    fn find<'a>(&'a self, call: &'a CallContext, account: &'a str) -> Boxed<'a, LookupAnswer<Vec<Candidate>>>;
}

impl<T: Contacts> DynContacts for T {
    fn find<'a>(&'a self, call: &'a CallContext, account: &'a str) -> Boxed<'a, LookupAnswer<Vec<Candidate>>> {
        Box::pin(Contacts::find(self, call, account))
    }
}

impl Contacts for ContactsHandle {
    async fn find(&self, call: &CallContext, account: &str) -> LookupAnswer<Vec<Candidate>> {
        DynContacts::find(&*self.0, call, account).await
    }
}

trait DynDrafting: Send + Sync {
    fn write<'a>(
        &'a self,
        call: &'a CallContext,
        brief: Arc<Brief>,
    ) -> Boxed<'a, Result<DraftAnswer, CapabilityError<DraftingError>>>;

    fn provenance(&self) -> Provenance;
}

impl<T: Drafting> DynDrafting for T {
    fn write<'a>(
        &'a self,
        call: &'a CallContext,
        brief: Arc<Brief>,
    ) -> Boxed<'a, Result<DraftAnswer, CapabilityError<DraftingError>>> {
        Box::pin(Drafting::write(self, call, brief))
    }

    fn provenance(&self) -> Provenance {
        Drafting::provenance(self)
    }
}

impl Drafting for DraftingHandle {
    async fn write(
        &self,
        call: &CallContext,
        brief: Arc<Brief>,
    ) -> Result<DraftAnswer, CapabilityError<DraftingError>> {
        DynDrafting::write(&*self.0, call, brief).await
    }

    fn provenance(&self) -> Provenance {
        DynDrafting::provenance(&*self.0)
    }
}

trait DynSending: Send + Sync {
    fn authorize<'a>(
        &'a self,
        call: &'a CallContext,
        permit: &'a Permit,
        message: &'a Message,
    ) -> Boxed<'a, Result<(), CapabilityError<SendingError>>>;
}

impl<T: Sending> DynSending for T {
    fn authorize<'a>(
        &'a self,
        call: &'a CallContext,
        permit: &'a Permit,
        message: &'a Message,
    ) -> Boxed<'a, Result<(), CapabilityError<SendingError>>> {
        Box::pin(Sending::authorize(self, call, permit, message))
    }
}

impl Sending for SendingHandle {
    async fn authorize(
        &self,
        call: &CallContext,
        permit: &Permit,
        message: &Message,
    ) -> Result<(), CapabilityError<SendingError>> {
        DynSending::authorize(&*self.0, call, permit, message).await
    }
}

trait DynExtension: Send + Sync {
    fn call<'a>(
        &'a self,
        call: &'a CallContext,
        function: &'a str,
        arguments: &'a [Value],
    ) -> Boxed<'a, Result<Value, Cause>>;
}

impl<T: Extension> DynExtension for T {
    fn call<'a>(
        &'a self,
        call: &'a CallContext,
        function: &'a str,
        arguments: &'a [Value],
    ) -> Boxed<'a, Result<Value, Cause>> {
        Box::pin(Extension::call(self, call, function, arguments))
    }
}

impl Extension for ExtensionHandle {
    async fn call(&self, call: &CallContext, function: &str, arguments: &[Value]) -> Result<Value, Cause> {
        DynExtension::call(&*self.0, call, function, arguments).await
    }
}
