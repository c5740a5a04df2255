//! A CRM vendor's complete program.
//!
//! It loads the components, grants them its own data, shows the package to an SDR, takes the SDR's edit, and releases
//! exactly that text to its own outbox. `meadow.rs` is the vendor's CRM; everything about Baton is in this file.

mod meadow;

use anyhow::{bail, ensure};
use baton_runtime::facts::errors::{LookupError, SendingError};
use baton_runtime::facts::packages::{Assignment, Candidate, Dossier, Found, Outcome, Verdict};
use baton_runtime::facts::policy::IdealCustomer;
use baton_runtime::facts::types::{Message, Timestamp};
use baton_runtime::{
    Authority, CallContext, CapabilityError, Component, Contacts, Drafter, Governor, Grants, HandoffEngine, Permit,
    PermitScope, ReleaseRequest, Research, Runtime, RuntimeOptions, Sending,
};
use meadow::Meadow;
use std::sync::Arc;

/// The vendor's data behind Baton's capabilities. `call` names the tenant and the account; the runtime refuses
/// questions about any other account.
impl Research for Meadow {
    async fn search(
        &self,
        _call: &CallContext,
        _customer: &IdealCustomer,
        _cursor: Option<&str>,
    ) -> Result<Arc<Found>, CapabilityError<LookupError>> {
        Ok(Arc::new(Found { dossiers: vec![self.dossier(0)], next: None }))
    }

    async fn look_up(
        &self,
        _call: &CallContext,
        account: &str,
        since: Timestamp,
    ) -> Result<Arc<Dossier>, CapabilityError<LookupError>> {
        if account != self.account_id() {
            return Err(LookupError::NotFound.into());
        }
        Ok(Arc::new(self.dossier(since)))
    }
}

impl Contacts for Meadow {
    async fn find(
        &self,
        _call: &CallContext,
        account: &str,
    ) -> Result<Arc<Vec<Candidate>>, CapabilityError<LookupError>> {
        if account != self.account_id() {
            return Err(LookupError::NotFound.into());
        }
        Ok(Arc::new(self.people()))
    }
}

/// The vendor's outbox. A call proves that the engine passed this exact message with one of our permits. A real vendor
/// writes to its database here, and its own worker transmits the message later.
impl Sending for Meadow {
    async fn authorize(
        &self,
        _call: &CallContext,
        permit: &Permit,
        message: &Message,
    ) -> Result<(), CapabilityError<SendingError>> {
        self.put_into_outbox(permit.id(), message);
        Ok(())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    // Once per process.
    let runtime = Runtime::new(&RuntimeOptions::default().with_cache(Runtime::default_cache()))?;
    let engine = HandoffEngine::new(&runtime, &Component::load(&runtime, baton_components::ENGINE).await?)?;
    let drafter = Drafter::new(&runtime, &Component::load(&runtime, baton_components::DRAFTER).await?)?;
    let governor = Governor::new(&runtime, &Component::load(&runtime, baton_components::GOVERNOR).await?)?;

    // Once per tenant: the grants of the admin. Sending is granted only for the release, so preparing cannot send.
    let meadow = Arc::new(Meadow::new());
    let grants = Grants::new("meadow")
        .with_research(Arc::clone(&meadow))
        .with_contacts(Arc::clone(&meadow))
        .with_drafting(Arc::new(drafter));

    // Once per account.
    let now = chrono::DateTime::parse_from_rfc3339("2026-03-10T09:00:00Z")?.timestamp();
    let assignment = Assignment { account: meadow.account_id().into(), campaign: meadow.campaign(), now };
    let prepared = engine.prepare(&grants, Arc::new(assignment)).await;
    let preparation = prepared.result?;
    let package = match &preparation.outcome {
        Outcome::Ready(package) => package,
        Outcome::Held(hold) => bail!("held: {}", hold.detail),
        Outcome::Disqualified(out) => bail!("disqualified: {}", out.detail),
    };

    // The governor decides who reviews the package, from the vendor's own record of the account.
    let account = Arc::new(meadow.dossier(0).account);
    let routing = governor.route(Arc::new(meadow.tiers()), account, package).await.result?;

    // The vendor's page shows the package, and Mara changes the subject. Each change is checked before it counts.
    let reviewed = Arc::new(package.clone());
    let mut message = package.draft.message.clone();
    message.subject = "On-call at Northbeam".into();
    let outgoing = Arc::new(message);
    let checks = engine.inspect(Arc::clone(&reviewed), Arc::clone(&outgoing), now).await.result?;
    let failed: Vec<&str> =
        checks.iter().filter(|check| check.verdict == Verdict::Fail).map(|check| check.name.as_str()).collect();
    ensure!(failed.is_empty(), "the edit fails checks: {failed:?}");
    let grade = governor.grade_edit(Arc::new(package.draft.clone()), Arc::clone(&outgoing)).await.result?;

    // Her approval creates a permit for this text, which the engine's final check uses up.
    let scope = PermitScope { sender: &package.sender.email, message: &outgoing, thread: None };
    let permit = |id: &str| Permit::mint(id, Authority::Person("mara".into()), &scope);
    let outbox = Grants::new("meadow").with_sending(Arc::clone(&meadow));
    let release = async |text: &Arc<Message>, permit: &Permit| {
        let request = ReleaseRequest::new(Arc::clone(&reviewed), Arc::clone(text), now);
        engine.release(&outbox, request, permit).await.result
    };
    let other = Arc::new(Message { subject: "A subject she never saw".into(), ..Message::clone(&outgoing) });
    ensure!(release(&other, &permit("entry-1")).await.is_err(), "another text was released with her permit");
    ensure!(meadow.outbox().is_empty(), "another text is in the outbox");
    let permit = permit("entry-2");
    release(&outgoing, &permit).await?;
    ensure!(release(&outgoing, &permit).await.is_err(), "one permit released two messages");

    let shown = serde_json::json!({
        "package": package, "routing": *routing, "edit": *grade, "outbox": meadow.outbox(),
    });
    println!("{}", serde_json::to_string_pretty(&shown)?);

    // The recording replays bit for bit, and the call's cost can be billed to the tenant.
    let cost = prepared.cost;
    eprintln!(
        "{} imported calls, {} bytes in, {} bytes out, {} KiB of memory; replaying",
        cost.imported_calls,
        cost.bytes_in,
        cost.bytes_out,
        cost.memory_high_water / 1024
    );
    let replay = runtime.replay(engine.component(), &prepared.recording, None).await?;
    ensure!(replay.identical(), "the replay differs at {:?}", replay.differences);
    Ok(())
}
