//! `baton compare`: runs another engine or drafter over the recordings and can carry evidence over to it.

use std::path::Path;

use anyhow::{Result, bail};
use baton_campaign::ComponentFile;
use baton_campaign::lockfile::Lockfile;
use baton_config::Settings;
use baton_desk::Desk;
use baton_desk::autonomy::{CompareOptions, StreamRestarts};
use baton_runtime::{ComparisonCandidate, Component, World};
use baton_server::Server;

use super::{executor, open, settings};
use crate::{
    arguments::CompareArgs,
    builtin,
    context::{Context, UsageError},
    output::{Terminal, compare, page::Style, progress::ProgressLine, text::count},
};

/// The number of differing calls to show per stream without `--all`.
const SHOWN: u32 = 3;

/// Compares the component with the recordings. With `--carry-over`, evidence is carried over to the component. Returns
/// `Ok(false)` if any result differs.
pub fn run(context: &Context<'_>, args: &CompareArgs) -> Result<bool> {
    if args.carry_over && !args.yes && !context.terminal.can_ask() {
        bail!(UsageError("`--yes` is missing and there is no terminal to ask on\nhint: run the comparison without `--carry-over` first".into()));
    }
    if args.carry_over {
        context.who()?;
    }
    let settings = settings(context.terminal, context.config)?;
    let part = part(&settings, &args.what)?;
    executor()?.block_on(async {
        let server = open(context.terminal, &settings, context.now()).await?;
        let runtime = &server.components().runtime;
        let refused = |error: baton_runtime::Error| anyhow::anyhow!("{}: {error}", part.name);
        let plugin = Component::load(runtime, part.bytes).await.map_err(refused)?;
        if !matches!(plugin.world(), World::Engine | World::Drafter) {
            bail!("{}: cannot compare a {}\nhint: name an engine or a drafter", part.name, plugin.world());
        }
        let candidate = ComparisonCandidate::new(runtime, &plugin).map_err(refused)?;
        let well = compared(context, args, &server.desk_for(context.actor()), &candidate).await;
        server.close().await;
        well
    })
}

async fn compared(
    context: &Context<'_>,
    args: &CompareArgs,
    desk: &Desk,
    candidate: &ComparisonCandidate,
) -> Result<bool> {
    let comparing = CompareOptions {
        campaign: args.campaign.as_deref(),
        stream: args.stream,
        limit: args.limit,
        shown: if args.all { u32::MAX } else { SHOWN },
    };
    let bar = ProgressLine::new(context.terminal);
    let at = |done, total| bar.at("comparing", done as u64, total as u64);
    let mut found = desk.compare(candidate, &comparing, context.now(), at).await?;
    drop(bar);
    let streams: Vec<i64> =
        found.streams.iter().filter(|sum| sum.can_carry_over).filter_map(|sum| sum.stream).collect();
    if !args.json {
        let mut page = context.terminal.page();
        compare::comparison(&mut page, &found);
        context.terminal.print(page)?;
    }
    if args.carry_over && streams.is_empty() {
        context.terminal.say_line("no evidence can be carried over; nothing was changed")?;
    } else if args.carry_over {
        let question = format!("Carry over the evidence of {}?", count(streams.len(), "stream"));
        if args.yes || context.terminal.confirm(&question)? {
            desk.carry_over(candidate, &streams, context.now()).await?;
            for sum in found.streams.iter_mut().filter(|sum| sum.can_carry_over) {
                (sum.can_carry_over, sum.carried) = (false, true);
            }
            let mut page = context.terminal.page();
            let over = format!("  the evidence of {}", count(streams.len(), "stream"));
            page.line("", &[(Style::Good, "carried over"), (Style::Plain, &over)]);
            context.terminal.say(page)?;
        } else {
            context.terminal.say_line("nothing was changed")?;
        }
    }
    if args.json {
        context.terminal.print_json(&found)?;
    }
    Ok(found.identical())
}

/// Warns about streams that start again in pilot because a component changed.
pub async fn warn_of_new_streams(terminal: &Terminal, server: &Server) -> Result<()> {
    let components = &server.components().components;
    let found =
        server.system_desk().stream_restarts(components.engine.component(), components.drafter.component()).await?;
    let mut page = terminal.page();
    if let Some(line) = warning(found) {
        page.paragraph("", Style::Doubtful, &line);
        terminal.say(page)?;
    }
    Ok(())
}

fn warning(anew: StreamRestarts) -> Option<String> {
    let (changed, world) = match (anew.engine, anew.drafter) {
        _ if anew.streams == 0 => return None,
        (true, true) => ("the engine and the drafter", "engine"),
        (true, false) => ("the engine", "engine"),
        (false, _) => ("the drafter", "drafter"),
    };
    let streams = count(anew.streams as usize, "stream");
    let (begin, their) = if anew.streams == 1 { ("starts", "its") } else { ("start", "their") };
    Some(format!(
        "{changed} changed: {streams} {begin} again in pilot; `baton compare {world} --carry-over` can carry {their} evidence over"
    ))
}

/// Reads the named component.
fn part(settings: &Settings, what: &str) -> Result<ComponentFile> {
    let world = match what {
        "engine" => World::Engine,
        "drafter" => World::Drafter,
        file => return Ok(ComponentFile::read(Path::new(file))?),
    };
    Ok(ComponentFile::from_options(
        settings.component_options(),
        &Lockfile::load(&Lockfile::path(&settings.file))?,
        world,
        builtin::component,
    )?)
}
