//! A CRM vendor's program, whole: it loads the components, lends them its own data, shows the package to an SDR, takes
//! the SDR's edit, and releases exactly that text to its own outbox. `meadow.rs` is the vendor's CRM; everything about
//! Baton is in this file.

mod meadow;

use anyhow::{Context, bail};
use async_trait::async_trait;
use baton_runtime::facts::errors::{LookupError, SendingError};
use baton_runtime::facts::packages::{Assignment, Candidate, Dossier, Found, Outcome, Verdict};
use baton_runtime::facts::policy::IdealCustomer;
use baton_runtime::facts::types::{Message, Timestamp};
use baton_runtime::{
    Authority, CallContext, CapabilityError, Component, Contacts, Drafter, Governor, Grants, HandoffEngine, Permit,
    PermitScope, Research, Runtime, RuntimeOptions, Sending,
};
use meadow::Meadow;
use std::path::Path;
use std::sync::Arc;

/// The vendor's data behind Baton's capabilities. `call` says for which tenant and account; the runtime has already
/// turned away questions about any other account.
#[async_trait]
impl Research for Meadow {
    async fn search(
        &self,
        _: &CallContext,
        _: &IdealCustomer,
        _: Option<&str>,
    ) -> Result<Arc<Found>, CapabilityError<LookupError>> {
        Ok(Arc::new(Found { dossiers: vec![self.dossier(0)], next: None }))
    }

    async fn look_up(
        &self,
        _: &CallContext,
        account: &str,
        since: Timestamp,
    ) -> Result<Arc<Dossier>, CapabilityError<LookupError>> {
        if account != self.account_id() {
            return Err(LookupError::NotFound.into());
        }
        Ok(Arc::new(self.dossier(since)))
    }
}

#[async_trait]
impl Contacts for Meadow {
    async fn find(&self, _: &CallContext, account: &str) -> Result<Arc<Vec<Candidate>>, CapabilityError<LookupError>> {
        if account != self.account_id() {
            return Err(LookupError::NotFound.into());
        }
        Ok(Arc::new(self.people()))
    }
}

/// The vendor's outbox. Being asked is proof that the engine let this very message pass with a permit of ours; a real
/// vendor writes to its database here, and a worker of its own transmits afterwards.
#[async_trait]
impl Sending for Meadow {
    async fn authorise(
        &self,
        _: &CallContext,
        permit: &Permit,
        message: &Message,
    ) -> Result<(), CapabilityError<SendingError>> {
        self.put_into_outbox(permit.id(), message);
        Ok(())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "target/components".into());
    let load = |runtime: &Runtime, name: &str| -> anyhow::Result<Component> {
        let path = Path::new(&folder).join(name);
        let bytes = std::fs::read(&path)
            .with_context(|| format!("{} (hint: `cargo xtask guests` builds the components)", path.display()))?;
        Ok(Component::load(runtime, &bytes)?)
    };

    // Once per process.
    let runtime = Runtime::new(&RuntimeOptions { cache: Runtime::default_cache(), ..RuntimeOptions::default() })?;
    let engine = HandoffEngine::new(&runtime, &load(&runtime, "engine.wasm")?)?;
    let drafter = Drafter::new(&runtime, &load(&runtime, "drafter.wasm")?)?;
    let governor = Governor::new(&runtime, &load(&runtime, "governor.wasm")?)?;

    // Once per tenant: what the admin granted. Sending is lent for the release alone, so preparing can send nothing.
    let meadow = Arc::new(Meadow::new());
    let grants = Grants {
        tenant: "meadow".into(),
        research: Some(Arc::clone(&meadow) as _),
        contacts: Some(Arc::clone(&meadow) as _),
        drafting: Some(Arc::new(drafter)),
        sending: None,
    };

    // Once per account.
    let now = chrono::DateTime::parse_from_rfc3339("2026-03-10T09:00:00Z")?.timestamp();
    let assignment = Assignment { account: meadow.account_id().into(), campaign: meadow.campaign(), now };
    let called = engine.prepare(&grants, Arc::new(assignment)).await;
    let preparation = called.result?;
    let package = match &preparation.outcome {
        Outcome::Ready(package) => package,
        Outcome::Held(hold) => bail!("held: {}", hold.detail),
        Outcome::Disqualified(out) => bail!("disqualified: {}", out.detail),
    };

    // Where it goes is decided by the governor, on the vendor's own record of the account.
    let worst = package.checks.iter().map(|check| check.verdict).max().unwrap_or(Verdict::Fail);
    let account = Arc::new(meadow.dossier(0).account);
    let routing =
        governor.route(Arc::new(meadow.tiers()), account, package.score, worst, package.touch_number).await.result?;

    // The vendor's page shows the package; Mara changes the subject. Each change is checked before it counts.
    let reviewed = Arc::new(package.clone());
    let mut message = package.draft.message.clone();
    message.subject = "On-call at Northbeam".into();
    let outgoing = Arc::new(message);
    let checks = engine.inspect(Arc::clone(&reviewed), Arc::clone(&outgoing), now).await.result?;
    let failed: Vec<&str> =
        checks.iter().filter(|check| check.verdict == Verdict::Fail).map(|check| check.name.as_str()).collect();
    anyhow::ensure!(failed.is_empty(), "the edit may not leave: {failed:?}");
    let grade = governor.grade_edit(Arc::new(package.draft.clone()), Arc::clone(&outgoing)).await.result?;

    // Her approval makes a permit for this text, and the engine's last check is made with it.
    let scope = PermitScope { sender: &package.sender.email, message: &outgoing, thread: None };
    let permit = |id: &str| Permit::mint(id, Authority::Person("mara".into()), &scope);
    let outbox = Grants { tenant: "meadow".into(), sending: Some(Arc::clone(&meadow) as _), ..Grants::default() };
    let release = async |text: &Arc<Message>, permit: &Permit| {
        engine.release(&outbox, Arc::clone(&reviewed), Arc::clone(text), Vec::new(), permit, now).await.result
    };
    let other = Arc::new(Message { subject: "Something she never saw".into(), ..Message::clone(&outgoing) });
    anyhow::ensure!(release(&other, &permit("entry-1")).await.is_err(), "another text left with her permit");
    anyhow::ensure!(meadow.outbox().is_empty(), "another text is in the outbox");
    let permit = permit("entry-2");
    release(&outgoing, &permit).await?;
    anyhow::ensure!(release(&outgoing, &permit).await.is_err(), "one permit sent twice");

    let told = serde_json::json!({
        "package": package, "routing": *routing, "edit": *grade, "outbox": meadow.outbox(),
    });
    println!("{}", serde_json::to_string_pretty(&told)?);
    eprintln!("recorded {} capability calls; replaying", called.recording.exchanges.len());
    let replayed = runtime.replay(engine.component(), &called.recording, None).await?;
    anyhow::ensure!(replayed.identical(), "the replay differs at {:?}", replayed.differences);
    Ok(())
}
