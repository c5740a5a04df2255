//! The commands, one file per command or family of commands.
//!
//! Each returns `Ok(true)` on success, `Ok(false)` if it ran and found a problem (exit code 1), or an error.

pub mod assign;
pub mod audit_log;
mod bulk_approve;
pub mod check;
pub mod compare;
pub mod decide;
mod decision;
pub mod drafts;
mod editor;
pub mod export;
pub mod init;
pub mod outbox;
pub mod panel_token;
pub mod plugin;
pub mod quality;
pub mod queue;
pub mod redraft;
pub mod replies;
pub mod run;
pub mod serve;
pub mod show;
pub mod simulate;
pub mod suppressions;
pub mod tokens;
pub mod transmit;
pub mod users;
pub mod webhooks;

use std::{path::Path, sync::Arc};

use anyhow::{Context as _, Result};
use baton_campaign::{Components, Parts, limits};
use baton_config::{Settings, Sound};
use baton_crm::{Crm, Options};
use baton_desk::desk::{Desk, Tools};
use baton_desk::store::Store;
use baton_facts::types::Timestamp;
use baton_model::CampaignFile;
use baton_runtime::Runtime;

use crate::{
    builtin,
    context::Context,
    output::{Terminal, problems, progress::Progress, text},
};

/// Loads the configuration and prints its warnings.
fn settings(terminal: &Terminal, config: &Path) -> Result<Settings> {
    sound(terminal, Settings::load(config)?)
}

/// Loads a campaign and prints its warnings.
fn campaign(terminal: &Terminal, settings: &Settings, name: &str) -> Result<CampaignFile> {
    sound(terminal, settings.campaign(name)?)
}

fn sound<T>(terminal: &Terminal, read: Sound<T>) -> Result<T> {
    let mut page = terminal.page();
    problems::problems(&mut page, &read.warnings);
    terminal.say(page)?;
    Ok(read.value)
}

/// Loads the CRM export. With `rejects`, writes the rejected rows to the store's folder.
fn crm(terminal: &Terminal, settings: &Settings, rejects: bool) -> Result<baton_crm::Loaded> {
    let bar = Progress::new(terminal);
    let mut progress = |reading: baton_crm::Reading<'_>| bar.at("reading", reading.read, reading.total);
    let options = Options { rejects: rejects.then(|| settings.store.rejects()), progress: Some(&mut progress) };
    // The paths in the settings are resolved already, so they need no base folder.
    Ok(Crm::load(&settings.crm, Path::new(""), options)?)
}

/// An open desk and its components.
struct OpenDesk {
    desk: Desk,
    components: Arc<Components>,
    runtime: Runtime,
}

/// Opens the store, and creates it if it does not exist.
async fn open(terminal: &Terminal, settings: &Settings, now: Timestamp) -> Result<OpenDesk> {
    let (runtime, components) = components(terminal, settings)?;
    let store = Store::open(&settings.store.file(), &settings.store.key(), now).await?;
    let tools = Tools {
        runtime: runtime.clone(),
        engine: components.engine.clone(),
        governor: components.governor.clone(),
        others: vec![components.drafter.plugin().clone()],
    };
    let mut desk = Desk::new(store, Arc::new(tools))
        .with_footer(&settings.sending.footer())
        .with_planted_defects(settings.review.planted_one_in())
        .with_backup(settings.review.backup.as_deref())
        .with_provider(&text::word(&settings.crm.format))
        .with_webhooks(settings.webhooks.iter().map(Into::into).collect());
    if !settings.grants.sending {
        desk = desk.without_sending();
    }
    Ok(OpenDesk { desk, components: Arc::new(components), runtime })
}

/// Loads the components, and the runtime that they run in.
fn components(terminal: &Terminal, settings: &Settings) -> Result<(Runtime, Components)> {
    let bar = Progress::new(terminal);
    bar.doing("loading components (the first time, this compiles them)");
    let runtime = runtime(limits(&settings.limits))?;
    let parts = Parts::of(settings.component_options(), builtin::component)?;
    let components = Components::load(&runtime, &parts)?;
    Ok((runtime, components))
}

fn runtime(limits: baton_runtime::Limits) -> Result<Runtime> {
    let settings = baton_runtime::Settings { limits, cache: Runtime::default_cache(), ..Default::default() };
    Ok(Runtime::new(&settings)?)
}

/// Opens the desk, runs `work`, and closes the store.
fn with_desk<T>(context: &Context<'_>, work: impl AsyncFnOnce(&Desk, &Settings) -> Result<T>) -> Result<T> {
    with_open_desk(context, async |loaded, settings| work(&loaded.desk, settings).await)
}

/// As [`with_desk`], with the components.
fn with_open_desk<T>(context: &Context<'_>, work: impl AsyncFnOnce(&OpenDesk, &Settings) -> Result<T>) -> Result<T> {
    let settings = settings(context.terminal, context.config)?;
    executor()?.block_on(async {
        let loaded = open(context.terminal, &settings, context.now()).await?;
        let done = work(&loaded, &settings).await;
        loaded.desk.store().close().await;
        done
    })
}

/// Creates the async executor.
fn executor() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start the worker threads")
}
