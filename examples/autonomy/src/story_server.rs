//! The server of the story: the pilot's settings and campaign, the shipped components, the store, and a worker that writes
//! messages to a folder. The story moves its clock.

use crate::reader::WHO;
use crate::weeks::FIRST;
use anyhow::{Context as _, Result};
use baton_campaign::{ComponentFile, ComponentFiles, limits};
use baton_config::Settings;
use baton_desk::Desk;
use baton_desk::autonomy::AutoReleases;
use baton_desk::worker::{EntryResult, OutboxWorker};
use baton_facts::types::Timestamp;
use baton_model::Actor;
use baton_model::PackageId;
use baton_server::{LoadedComponents, Options, Server, start_runtime};
use std::path::{Path, PathBuf};

/// Sampling uses this seed, so that the story is the same every time.
const SEED: u64 = 9_707_333;

/// The files of the pilot that the story starts with.
const PILOT: [&str; 7] = [
    "baton.toml",
    "campaigns/pilot.toml",
    "crm/companies.csv",
    "crm/contacts.csv",
    "crm/signals.csv",
    "crm/touches.csv",
    "crm/suppressions.csv",
];

pub struct StoryServer {
    pub desk: Desk,
    /// The folder of the CRM export.
    pub crm: PathBuf,
    server: Server,
    worker: OutboxWorker,
    now: Timestamp,
}

/// A message that was sent.
pub struct SentMessage {
    pub outbox: String,
    pub package: PackageId,
}

impl StoryServer {
    /// Opens a new store in this folder, with a copy of the pilot.
    pub async fn open(components: &Path, folder: &Path) -> Result<Self> {
        let pilot = Path::new(env!("CARGO_MANIFEST_DIR")).join("../pilot");
        for file in PILOT {
            let (from, to) = (pilot.join(file), folder.join(file));
            std::fs::create_dir_all(to.parent().unwrap_or(folder))?;
            std::fs::copy(&from, &to).with_context(|| from.display().to_string())?;
        }
        let settings = Settings::load(&folder.join("baton.toml"))?.value;
        let part = |name: &str| {
            ComponentFile::read(&components.join(name)).context("`cargo xtask guests` builds the components")
        };
        let parts = ComponentFiles {
            engine: part("engine.wasm")?,
            drafter: part("drafter.wasm")?,
            governor: part("governor.wasm")?,
            reader: part("reader.wasm")?,
        };
        let components = LoadedComponents::link(start_runtime(limits(&settings.limits))?, &parts).await?;
        let server = Server::from_config(settings, Options::new(components, FIRST)).await?;
        let desk = server.desk_for(Actor::operator(WHO));
        server.desk_for(Actor::operator("the story")).set_sampling_seed(SEED, FIRST).await?;
        let worker = server.worker()?;
        Ok(Self { desk, crm: folder.join("crm"), server, worker, now: FIRST })
    }

    /// Runs the campaign as `baton run pilot` does at this time: packages expire, and every due account is prepared.
    pub async fn run(&mut self, now: Timestamp) -> Result<()> {
        self.now = now;
        let run = self.server.load_campaign_run("pilot", now, 2)?;
        self.desk.run_maintenance(now).await?;
        let report = run.run(&self.desk, None, std::future::pending(), |_| {}).await?;
        anyhow::ensure!(report.summary.failed.is_empty(), "accounts failed: {:?}", report.summary.failed);
        Ok(())
    }

    /// Releases the batches that may be sent without review, as `baton run` does at its end.
    pub async fn release_batches(&mut self) -> Result<AutoReleases> {
        let batches = self.desk.auto_release(self.now, self.server.settings().review.check_within()).await?;
        // The worker runs a minute later: random ids decide which message is sent first, and that must not decide
        // whether its follow-up is due at a run exactly three days later.
        self.now += 60;
        Ok(batches)
    }

    /// Sends what is due until this time, each message at its own time.
    pub async fn send_until(&mut self, end: Timestamp) -> Result<Vec<SentMessage>> {
        let mut sent = Vec::new();
        loop {
            let round = self.worker.send_due(self.now).await;
            for entry in round.entries {
                if let (EntryResult::Sent { .. }, Some(package)) = (entry.what, entry.package) {
                    sent.push(SentMessage { outbox: entry.outbox, package });
                }
            }
            if let Some(error) = round.error {
                return Err(error.into());
            }
            match self.desk.next_due().await? {
                Some(due) if due <= end => self.now = due.max(self.now + 1),
                _ => break,
            }
        }
        self.now = end;
        Ok(sent)
    }
}
