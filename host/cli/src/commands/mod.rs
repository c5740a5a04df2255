//! What each command does. Each returns whether all is well, or why it stopped.

pub mod check;
pub mod look;
pub mod plugin;
pub mod run;

use std::path::Path;

use anyhow::{Context as _, Result};
use baton_desk::{
    config::{CampaignFile, Settings, Sound},
    crm::{Crm, Loaded, Options},
    run::{Components, Parts, limits},
};
use baton_runtime::Runtime;

use crate::{
    builtin,
    print::{Terminal, problems, progress::Progress},
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

/// The CRM's export. Rows that are set aside are written to the results folder when `rejects` says so.
fn crm(terminal: &Terminal, settings: &Settings, rejects: bool) -> Result<Loaded> {
    let bar = Progress::new(terminal);
    let mut progress = |reading: baton_desk::crm::Reading<'_>| bar.at("reading", reading.read, reading.total);
    let options = Options { rejects: rejects.then(|| settings.store.rejects()), progress: Some(&mut progress) };
    // The settings' paths are resolved already, so they are relative to where we are.
    Ok(Crm::load(&settings.crm, Path::new(""), options)?)
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
    let settings = baton_runtime::Settings { limits, cache: Runtime::default_cache(), ..Default::default() };
    Ok(Runtime::new(&settings)?)
}

/// Runs futures on all processors.
fn executor() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_time()
        .build()
        .context("the threads to work on cannot be started")
}
