//! A CRM vendor's program, whole: it loads the components, lends them its own data, and prints the package that an SDR
//! would review. `meadow.rs` is the vendor's CRM; everything about Baton is in this file.

mod meadow;

use anyhow::{Context, bail};
use async_trait::async_trait;
use baton_runtime::facts::errors::LookupError;
use baton_runtime::facts::packages::{Assignment, Candidate, Dossier, Found, Outcome, Verdict};
use baton_runtime::facts::policy::IdealCustomer;
use baton_runtime::facts::types::Timestamp;
use baton_runtime::{Call, Contacts, Drafter, Engine, Fault, Governor, Grants, Plugin, Research, Runtime, Settings};
use meadow::Meadow;
use std::path::Path;
use std::sync::Arc;

/// The vendor's data behind Baton's capabilities. `call` says for which tenant and account; the runtime has already
/// turned away questions about any other account.
#[async_trait]
impl Research for Meadow {
    async fn search(&self, _: &Call, _: &IdealCustomer, _: Option<&str>) -> Result<Arc<Found>, Fault<LookupError>> {
        Ok(Arc::new(Found { dossiers: vec![self.dossier(0)], next: None }))
    }

    async fn look_up(&self, _: &Call, account: &str, since: Timestamp) -> Result<Arc<Dossier>, Fault<LookupError>> {
        if account != self.account_id() {
            return Err(LookupError::NotFound.into());
        }
        Ok(Arc::new(self.dossier(since)))
    }
}

#[async_trait]
impl Contacts for Meadow {
    async fn find(&self, _: &Call, account: &str) -> Result<Arc<Vec<Candidate>>, Fault<LookupError>> {
        if account != self.account_id() {
            return Err(LookupError::NotFound.into());
        }
        Ok(Arc::new(self.people()))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "target/components".into());
    let load = |runtime: &Runtime, name: &str| -> anyhow::Result<Plugin> {
        let path = Path::new(&folder).join(name);
        let bytes = std::fs::read(&path)
            .with_context(|| format!("{} (hint: `cargo xtask guests` builds the components)", path.display()))?;
        Ok(Plugin::load(runtime, &bytes)?)
    };

    // Once per process.
    let runtime = Runtime::new(&Settings { cache: Runtime::default_cache(), ..Settings::default() })?;
    let engine = Engine::new(&runtime, &load(&runtime, "engine.wasm")?)?;
    let drafter = Drafter::new(&runtime, &load(&runtime, "drafter.wasm")?)?;
    let governor = Governor::new(&runtime, &load(&runtime, "governor.wasm")?)?;

    // Once per tenant: what the admin granted. Sending is not, so nothing in here can send.
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

    println!("{}", serde_json::to_string_pretty(&serde_json::json!({ "package": package, "routing": *routing }))?);
    eprintln!("recorded {} capability calls; replaying", called.recording.exchanges.len());
    let replayed = runtime.replay(engine.plugin(), &called.recording, None).await?;
    anyhow::ensure!(replayed.identical(), "the replay differs at {:?}", replayed.differences);
    Ok(())
}
