//! What each command does. Each returns whether all is well, or why it stopped.

pub mod assign;
mod bulk;
pub mod calibration;
pub mod check;
pub mod compare;
pub mod decide;
mod edit;
pub mod export;
pub mod init;
pub mod look;
pub mod outbox;
pub mod panel_token;
pub mod people;
pub mod plugin;
pub mod quality;
pub mod queue;
pub mod redraft;
pub mod replies;
pub mod run;
pub mod serve;
pub mod simulate;
pub mod tokens;
pub mod trail;
pub mod transmit;
pub mod users;
pub mod webhooks;

use std::{path::Path, sync::Arc};

use anyhow::{Context as _, Result};
use baton_desk::{
    config::{CampaignFile, Settings, Sound},
    crm::{self, Crm, Options},
    desk::{Desk, Tools},
    run::{Components, Parts, limits},
    store::Store,
};
use baton_facts::types::Timestamp;
use baton_runtime::Runtime;

use crate::{
    builtin,
    context::Context,
    print::{Terminal, problems, progress::Progress, text},
};

/// The configuration; its warnings are said.
fn settings(terminal: &Terminal, config: &Path) -> Result<Settings> {
    sound(terminal, Settings::load(config)?)
}

/// The campaign; its warnings are said.
fn campaign(terminal: &Terminal, settings: &Settings, name: &str) -> Result<CampaignFile> {
    sound(terminal, settings.campaign(name)?)
}

fn sound<T>(terminal: &Terminal, read: Sound<T>) -> Result<T> {
    let mut page = terminal.page();
    problems::problems(&mut page, &read.warnings);
    terminal.say(page)?;
    Ok(read.value)
}

/// The CRM's export. Rows that are set aside are written to the store's folder when `rejects` says so.
fn crm(terminal: &Terminal, settings: &Settings, rejects: bool) -> Result<crm::Loaded> {
    let bar = Progress::new(terminal);
    let mut progress = |reading: crm::Reading<'_>| bar.at("reading", reading.read, reading.total);
    let options = Options { rejects: rejects.then(|| settings.store.rejects()), progress: Some(&mut progress) };
    // The settings' paths are resolved already, so they are relative to where we are.
    Ok(Crm::load(&settings.crm, Path::new(""), options)?)
}

/// The desk with its components.
struct Loaded {
    desk: Desk,
    components: Arc<Components>,
    runtime: Runtime,
}

/// Opens the store, and makes it where there is none yet.
async fn open(terminal: &Terminal, settings: &Settings, now: Timestamp) -> Result<Loaded> {
    let (runtime, components) = components(terminal, settings)?;
    let store = Store::open(&settings.store.file(), &settings.store.key(), now).await?;
    let tools = Tools {
        runtime: runtime.clone(),
        engine: components.engine.clone(),
        governor: components.governor.clone(),
        others: vec![components.drafter.component().clone()],
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
    Ok(Loaded { desk, components: Arc::new(components), runtime })
}

/// The components, compiled and linked, and the runtime they run in.
fn components(terminal: &Terminal, settings: &Settings) -> Result<(Runtime, Components)> {
    let bar = Progress::new(terminal);
    bar.doing("loading components; the first time they are compiled");
    let runtime = runtime(limits(settings))?;
    let parts = Parts::of(settings, builtin::component)?;
    let components = Components::load(&runtime, &parts)?;
    Ok((runtime, components))
}

fn runtime(limits: baton_runtime::Limits) -> Result<Runtime> {
    let options = baton_runtime::RuntimeOptions::default().with_limits(limits).with_cache(Runtime::default_cache());
    Ok(Runtime::new(&options)?)
}

/// Opens the desk, works at it, and closes its store.
fn at_desk<T>(context: &Context<'_>, work: impl AsyncFnOnce(&Desk, &Settings) -> Result<T>) -> Result<T> {
    at_desk_with(context, async |loaded, settings| work(&loaded.desk, settings).await)
}

/// The same with the components at hand.
fn at_desk_with<T>(context: &Context<'_>, work: impl AsyncFnOnce(&Loaded, &Settings) -> Result<T>) -> Result<T> {
    let settings = settings(context.terminal, context.config)?;
    executor()?.block_on(async {
        let loaded = open(context.terminal, &settings, context.now()).await?;
        let done = work(&loaded, &settings).await;
        loaded.desk.store().close().await;
        done
    })
}

/// Runs futures on all processors.
fn executor() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("the threads to work on cannot be started")
}
