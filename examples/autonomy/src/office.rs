//! One desk with everything that `baton` would put around it: the pilot's settings and campaign, the shipped components,
//! the store, and the worker with a folder for a mail server. Time moves when it is told to.

use crate::weeks::FIRST;
use anyhow::{Context as _, Result};
use baton_desk::config::{CampaignFile, Settings};
use baton_desk::crm::{Crm, Options};
use baton_desk::desk::{Batches, Desk, Tools};
use baton_desk::mail::Folder;
use baton_desk::outbox::{Caps, What, Worker};
use baton_desk::run::{Capacity, Components, CrmCapabilities, Part, Parts, Run, grants, limits};
use baton_desk::store::{PackageId, Store};
use baton_facts::types::Timestamp;
use baton_runtime::{Runtime, RuntimeOptions};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Samples of the story are drawn by this seed, so that the story is the same every time.
const SEED: u64 = 9_707_333;

/// The files of the pilot that the story starts from.
const PILOT: [&str; 7] = [
    "baton.toml",
    "campaigns/pilot.toml",
    "crm/companies.csv",
    "crm/contacts.csv",
    "crm/signals.csv",
    "crm/touches.csv",
    "crm/suppressions.csv",
];

pub struct Office {
    pub desk: Desk,
    /// Where the CRM's export lies.
    pub crm: PathBuf,
    settings: Settings,
    campaign: CampaignFile,
    components: Arc<Components>,
    worker: Worker,
    now: Timestamp,
}

/// A message that left.
pub struct Left {
    pub outbox: String,
    pub package: PackageId,
}

impl Office {
    /// A new desk in this folder, over a copy of the pilot.
    pub async fn open(components: &Path, folder: &Path) -> Result<Self> {
        let pilot = Path::new(env!("CARGO_MANIFEST_DIR")).join("../pilot");
        for file in PILOT {
            let (from, to) = (pilot.join(file), folder.join(file));
            std::fs::create_dir_all(to.parent().unwrap_or(folder))?;
            std::fs::copy(&from, &to).with_context(|| from.display().to_string())?;
        }
        let settings = Settings::load(&folder.join("baton.toml"))?.value;
        let campaign = settings.campaign("pilot")?.value;

        let runtime = Runtime::new(
            &RuntimeOptions::default().with_limits(limits(&settings)).with_cache(Runtime::default_cache()),
        )?;
        let part =
            |name: &str| Part::read(&components.join(name)).context("`cargo xtask guests` builds the components");
        let parts = Parts {
            engine: part("engine.wasm")?,
            drafter: part("drafter.wasm")?,
            governor: part("governor.wasm")?,
            reader: part("reader.wasm")?,
        };
        let components = Arc::new(Components::load(&runtime, &parts)?);

        let store = Store::open(&settings.store.file(), &settings.store.key(), FIRST).await?;
        let tools = Tools {
            runtime,
            engine: components.engine.clone(),
            governor: components.governor.clone(),
            others: vec![components.drafter.component().clone()],
        };
        let desk = Desk::new(store, Arc::new(tools)).with_footer(&settings.sending.footer());
        desk.draw_by("the story", SEED, FIRST).await?;
        let letters = Folder::open(&settings.sending.folder(&settings.store.folder))?;
        let worker = Worker::new(desk.clone(), Box::new(letters), settings.sending.clone(), Caps::of([&campaign]))?;
        Ok(Self { desk, crm: folder.join("crm"), settings, campaign, components, worker, now: FIRST })
    }

    /// What `baton run pilot` does at this moment: time passes, and every account that is due is worked on.
    pub async fn run(&mut self, now: Timestamp) -> Result<()> {
        self.now = now;
        let crm = Crm::load(&self.settings.crm, Path::new(""), Options { rejects: None, progress: None })?.crm;
        let source = Arc::new(CrmCapabilities { crm: Arc::new(crm), desk: Some(self.desk.clone()), now });
        let run = Run {
            grants: grants(&self.settings.grants, &source, &self.components),
            components: Arc::clone(&self.components),
            source,
            campaign: Arc::new(self.campaign.campaign.clone()),
            tiers: Arc::new(self.campaign.tiers.clone()),
            now,
            jobs: 2,
            capacity: Capacity::of(self.campaign.capacity, &self.settings.sending),
        };
        self.desk.elapse(now).await?;
        let report = run.keep(&self.desk, None, std::future::pending(), |_| {}).await?;
        anyhow::ensure!(report.summary.failed.is_empty(), "accounts failed: {:?}", report.summary.failed);
        Ok(())
    }

    /// And what it does last: what standings allow is let go.
    pub async fn let_go(&mut self) -> Result<Batches> {
        let went = self.desk.let_go(self.now, self.settings.review.check_within()).await?;
        // The worker comes a minute later: which message is the first to leave follows from random ids, and whether its
        // follow-up is due at a run three days later to the second must not.
        self.now += 60;
        Ok(went)
    }

    /// The worker transmits what is due until this moment, each message at its own time.
    pub async fn until(&mut self, end: Timestamp) -> Result<Vec<Left>> {
        let mut left = Vec::new();
        loop {
            let round = self.worker.once(self.now).await;
            for happened in round.happened {
                if let (What::Sent { .. }, Some(package)) = (happened.what, happened.package) {
                    left.push(Left { outbox: happened.outbox, package });
                }
            }
            if let Some(trouble) = round.trouble {
                return Err(trouble.into());
            }
            match self.desk.next_due().await? {
                Some(due) if due <= end => self.now = due.max(self.now + 1),
                _ => break,
            }
        }
        self.now = end;
        Ok(left)
    }
}
