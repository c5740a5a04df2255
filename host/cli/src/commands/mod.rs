//! The commands, one file per command or family of commands.
//!
//! Each returns `Ok(true)` on success, `Ok(false)` if it ran and found a problem (exit code 1), or an error.

pub mod assign;
pub mod audit_log;
pub mod backup;
mod bulk_approve;
pub mod check;
pub mod compare;
pub mod decide;
mod decision;
pub mod drafts;
mod editor;
pub mod export;
pub mod forget;
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

use std::path::Path;

use anyhow::{Context as _, Result};
use baton_campaign::export::Export;
use baton_config::{Settings, Validated};
use baton_desk::Desk;
use baton_facts::types::Timestamp;
use baton_server::{LoadedComponents, Options, Server};

use crate::{
    builtin,
    context::Context,
    output::{Terminal, problems, progress::ProgressLine},
};

/// Loads the configuration and prints its warnings.
fn settings(terminal: &Terminal, config: &Path) -> Result<Settings> {
    sound(terminal, Settings::load(config)?)
}

fn sound<T>(terminal: &Terminal, read: Validated<T>) -> Result<T> {
    let mut page = terminal.page();
    problems::problems(&mut page, &read.warnings);
    terminal.say(page)?;
    Ok(read.value)
}

/// Loads the CRM export. With `rejects`, writes the rejected rows to the store's folder.
fn crm(terminal: &Terminal, settings: &Settings, rejects: bool) -> Result<Export> {
    let bar = ProgressLine::new(terminal);
    let mut progress = |reading: baton_crm::LoadProgress<'_>| bar.at("reading", reading.bytes_read, reading.total);
    let options = baton_crm::LoadOptions {
        rejects: rejects.then(|| settings.store.rejects()),
        own: settings.own_company(),
        progress: Some(&mut progress),
    };
    Ok(Export::read(&settings.crm, options)?)
}

/// Opens the store, and creates it if it does not exist.
async fn open(terminal: &Terminal, settings: &Settings, now: Timestamp) -> Result<Server> {
    let components = components(terminal, settings).await?;
    open_with(components, settings, now).await
}

/// Opens the store with components that are loaded already.
async fn open_with(components: LoadedComponents, settings: &Settings, now: Timestamp) -> Result<Server> {
    Ok(Server::from_config(settings.clone(), Options::new(components, now)).await?)
}

/// Loads the components, and the runtime that they run in.
async fn components(terminal: &Terminal, settings: &Settings) -> Result<LoadedComponents> {
    let bar = ProgressLine::new(terminal);
    bar.doing("loading components (the first time, this compiles them)");
    let components = LoadedComponents::load(settings, builtin::component).await?;
    drop(bar);
    if let Some(problem) = components.runtime.cache_problem() {
        terminal.say_line(&format!("warning: {problem}; components are compiled at each start"))?;
    }
    Ok(components)
}

/// Opens the desk, runs `work`, and closes the store.
fn with_desk<T>(context: &Context<'_>, work: impl AsyncFnOnce(&Desk, &Settings) -> Result<T>) -> Result<T> {
    with_server(context, async |server| work(&server.desk_for(context.actor()), server.settings()).await)
}

/// As [`with_desk`], with the whole application.
fn with_server<T>(context: &Context<'_>, work: impl AsyncFnOnce(&Server) -> Result<T>) -> Result<T> {
    let settings = settings(context.terminal, context.config)?;
    executor()?.block_on(async {
        let server = open(context.terminal, &settings, context.now()).await?;
        let done = work(&server).await;
        server.close().await;
        done
    })
}

/// Catches Ctrl-C and the signal with which a service manager or a container ends a program, from now on. The returned
/// future waits for one of them. A second one ends the program at once.
fn stop_signals() -> Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let caught = |kind| signal(kind).context("cannot catch the signals that end the program");
        let (mut interrupt, mut terminate) = (caught(SignalKind::interrupt())?, caught(SignalKind::terminate())?);
        let mut next = async move || {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        };
        Ok(async move {
            next().await;
            tokio::spawn(async move {
                next().await;
                // As a shell reports a program that Ctrl-C ended.
                std::process::exit(130);
            });
        })
    }
    #[cfg(not(unix))]
    Ok(async { drop(tokio::signal::ctrl_c().await) })
}

/// Creates the async executor.
fn executor() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start the worker threads")
}
