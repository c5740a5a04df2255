//! The assembled application, for one task or for serving.

use crate::components::LoadedComponents;
use crate::error::ServerError;
use crate::export_watch::ExportWatch;
use baton_campaign::export::Export;
use baton_campaign::{CrmCapabilities, Report, Run, RunProgress};
use baton_config::{Settings, Validated};
use baton_crm::{CrmSource, LoadOptions};
use baton_desk::Store;
use baton_desk::accounts::DailyCapacity;
use baton_desk::autonomy::AutoReleases;
use baton_desk::{Desk, DeskService, HandoffLogic};
use baton_facts::types::{Id, Timestamp};
use baton_model::Actor;
use baton_model::CampaignFile;
use std::sync::Arc;

/// The parts of the application that `baton.toml` does not contain.
pub struct Options {
    pub(crate) components: LoadedComponents,
    pub(crate) logic: Option<Arc<dyn HandoffLogic>>,
    pub(crate) now: Timestamp,
    pub(crate) variable: Variable,
}

/// Looks up an environment variable.
pub(crate) type Variable = fn(&str) -> Option<String>;

fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

impl Options {
    /// Uses these components. `now` is the current time.
    pub fn new(components: LoadedComponents, now: Timestamp) -> Self {
        Self { components, logic: None, now, variable: environment }
    }

    /// Makes the desk call `logic` instead of the components, for programs that observe or replace calls.
    #[must_use]
    pub fn with_logic(self, logic: Arc<dyn HandoffLogic>) -> Self {
        Self { logic: Some(logic), ..self }
    }

    /// Reads secrets with `variable` instead of from the environment.
    #[must_use]
    pub fn with_variables(self, variable: fn(&str) -> Option<String>) -> Self {
        Self { variable, ..self }
    }
}

/// The application: an open desk with its components and settings. Cheap to clone.
#[derive(Clone)]
pub struct Server {
    settings: Arc<Settings>,
    components: LoadedComponents,
    desk: DeskService,
    watch: ExportWatch,
    pub(crate) variable: Variable,
}

impl Server {
    /// Opens the store, and creates it if it does not exist. Settles it if it is an older copy.
    ///
    /// # Errors
    /// [`ServerError::Store`] or [`ServerError::Desk`] if the store cannot be opened or settled.
    pub async fn from_config(settings: Settings, options: Options) -> Result<Self, ServerError> {
        let Options { components, logic, now, variable } = options;
        let logic = logic.unwrap_or_else(|| Arc::new(components.tools()));
        let store = Store::open(&settings.store.file(), &settings.store.key(), now).await?;
        let mut desk = DeskService::new(store, logic)
            .with_footer(&settings.sending.footer())
            .with_seeded_defects(settings.review.seeded_defect_one_in())
            .with_backup(settings.review.backup.as_deref())
            .with_provider(&provider(&settings.crm))
            .with_webhooks(settings.webhooks.iter().map(Into::into).collect());
        if !settings.grants.sending {
            desk = desk.without_sending();
        }
        desk.acting_as(Actor::system()).settle_older_copy(now).await?;
        Ok(Self { variable, ..Self::from_desk(settings, components, desk) })
    }

    /// Assembles the application around an open desk, for a program that sets its options itself.
    pub fn from_desk(settings: Settings, components: LoadedComponents, desk: DeskService) -> Self {
        let watch = ExportWatch::new(desk.acting_as(Actor::system()), settings.crm.clone(), settings.own_company());
        let desk = desk.with_export_gate(Arc::new(watch.clone()));
        Self { settings: Arc::new(settings), components, desk, watch, variable: environment }
    }

    /// Returns the settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Returns the desk without an actor.
    pub const fn desk_service(&self) -> &DeskService {
        &self.desk
    }

    pub(crate) const fn export_watch(&self) -> &ExportWatch {
        &self.watch
    }

    /// Returns the desk as this actor may use it.
    pub fn desk_for(&self, actor: Actor) -> Desk {
        self.desk.acting_as(actor)
    }

    /// Returns the desk for what Baton does automatically.
    pub fn system_desk(&self) -> Desk {
        self.desk_for(Actor::system())
    }

    /// Returns the components and their runtime.
    pub const fn components(&self) -> &LoadedComponents {
        &self.components
    }

    /// Reads a campaign file, and checks its texts as the drafter describes its syntax.
    ///
    /// # Errors
    /// [`ServerError::Settings`] if it has errors.
    pub fn campaign(&self, name: &str) -> Result<Validated<CampaignFile>, ServerError> {
        Ok(self.settings.campaign(name, Some(&self.components.components.drafter_description))?)
    }

    /// Closes the store, so that all data is on disk.
    pub async fn close(&self) {
        self.desk.store().close().await;
    }

    /// Returns a run of the campaign on this export. `jobs` is the number of accounts in flight at a time.
    pub fn campaign_run(&self, file: CampaignFile, export: Export, now: Timestamp, jobs: usize) -> Run {
        let Export { crm, state, report: _ } = export;
        let components = Arc::clone(&self.components.components);
        let source = Arc::new(CrmCapabilities { crm: Arc::new(crm), desk: Some(self.system_desk()), now });
        Run {
            allowed: self.settings.grants,
            components,
            source,
            export: state,
            missing_percent: Some(self.settings.crm.missing_percent),
            capacity: DailyCapacity::of(file.capacity, &self.settings.sending),
            campaign: Arc::new(file.campaign),
            tiers: Arc::new(file.tiers),
            now,
            jobs,
        }
    }

    /// Returns a run with the campaign file and the CRM export as they are on disk.
    ///
    /// # Errors
    /// [`ServerError::Settings`] or [`ServerError::Crm`] if one of them cannot be read.
    pub fn load_campaign_run(&self, campaign: &str, now: Timestamp, jobs: usize) -> Result<Run, ServerError> {
        let file = self.campaign(campaign)?.value;
        let options = LoadOptions { own: self.settings.own_company(), ..LoadOptions::default() };
        Ok(self.campaign_run(file, Export::read(&self.settings.crm, options)?, now, jobs))
    }

    /// Works on the accounts that are due, or on `only`, and then releases the batches that may be sent without review.
    /// When `stop` completes, accounts in flight are dropped, finished ones stay saved, and no batch is released.
    ///
    /// # Errors
    /// [`ServerError::Run`] if the engine or the store fails during the run; [`ServerError::Desk`] if the store fails
    /// before or after it.
    pub async fn run_campaign(
        &self,
        run: &Run,
        only: Option<&[Id]>,
        stop: impl Future<Output = ()>,
        progress: impl Fn(RunProgress),
    ) -> Result<CampaignResult, ServerError> {
        let desk = self.system_desk();
        desk.run_maintenance(run.now).await?;
        desk.apply_retention(self.settings.store.retention(), run.now).await?;
        let report = run.run(&desk, only, stop, progress).await?;
        let batches = match report.not_reached {
            0 => desk.auto_release(run.now, self.settings.review.check_within()).await?,
            _ => AutoReleases::default(),
        };
        Ok(CampaignResult { report, batches })
    }
}

/// The result of a campaign run.
pub struct CampaignResult {
    /// The accounts, and what the run saved for them.
    pub report: Report,
    /// The messages released without review.
    pub batches: AutoReleases,
}

/// Returns the name of the CRM format. Evidence counts for drafts from the same source only.
pub(crate) fn provider(crm: &CrmSource) -> String {
    match serde_json::to_value(crm.format) {
        Ok(serde_json::Value::String(name)) => name,
        Ok(_) | Err(_) => String::new(),
    }
}
