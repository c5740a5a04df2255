//! `baton compare`: another engine or drafter over the recordings, and carrying evidence over to it.

use std::path::Path;

use anyhow::{Result, bail};
use baton_desk::{
    config::Settings,
    desk::{Anew, Comparing, Desk},
    run::{Components, Part, pins::Pins},
};
use baton_runtime::{ComparisonCandidate, Component, World};

use super::{Loaded, decide::nothing, executor, open, settings};
use crate::{
    arguments::Compare,
    builtin,
    context::{Context, Usage},
    print::{Terminal, compare, page::Style, progress::Progress, text::count},
};

/// Calls of each stream that are shown unless all are asked for.
const SHOWN: u32 = 3;

/// Shows what the component makes of the recordings, and carries evidence over where that is asked for. Not all is well
/// where something came out different.
pub fn run(context: &Context<'_>, what: &Compare) -> Result<bool> {
    if what.carry_over && !what.yes && !context.terminal.can_ask() {
        bail!(Usage("`--yes` is missing: nobody is there to be asked\nhint: look at the comparison without `--carry-over` first".into()));
    }
    let settings = settings(context.terminal, context.config)?;
    let part = part(&settings, &what.what)?;
    executor()?.block_on(async {
        let Loaded { desk, runtime, .. } = open(context.terminal, &settings, context.now()).await?;
        let refused = |error: baton_runtime::Error| anyhow::anyhow!("{}: {error}", part.name);
        let plugin = Component::load(&runtime, &part.bytes).map_err(refused)?;
        if !matches!(plugin.world(), World::Engine | World::Drafter) {
            bail!(
                "{}: it is a {}, which prepares and drafts nothing\nhint: an engine or a drafter is compared",
                part.name,
                plugin.world()
            );
        }
        let candidate = ComparisonCandidate::new(&runtime, &plugin).map_err(refused)?;
        let well = compared(context, what, &desk, &candidate).await;
        desk.store().close().await;
        well
    })
}

async fn compared(context: &Context<'_>, what: &Compare, desk: &Desk, candidate: &ComparisonCandidate) -> Result<bool> {
    let comparing = Comparing {
        campaign: what.campaign.as_deref(),
        stream: what.stream,
        limit: what.limit,
        shown: if what.all { u32::MAX } else { SHOWN },
    };
    let bar = Progress::new(context.terminal);
    let at = |done, total| bar.at("comparing", done as u64, total as u64);
    let mut found = desk.compare(candidate, &comparing, context.now(), at).await?;
    drop(bar);
    let streams: Vec<i64> = found.streams.iter().filter(|sum| sum.carries).filter_map(|sum| sum.stream).collect();
    if !what.json {
        let mut page = context.terminal.page();
        compare::comparison(&mut page, &found);
        context.terminal.print(page)?;
    }
    if what.carry_over && streams.is_empty() {
        nothing(context, "no stream\'s evidence can be carried over; nothing was changed")?;
    } else if what.carry_over {
        let question = format!("Carry the evidence of {} over? [yes/no]", count(streams.len(), "stream"));
        if what.yes || ["y", "yes"].contains(&context.terminal.ask(&question)?.as_str()) {
            desk.carry_over(&context.who()?, candidate, &streams, context.now()).await?;
            for sum in found.streams.iter_mut().filter(|sum| sum.carries) {
                (sum.carries, sum.carried) = (false, true);
            }
            let mut page = context.terminal.page();
            let over = format!("  the evidence of {}", count(streams.len(), "stream"));
            page.line("", &[(Style::Good, "carried over"), (Style::Plain, &over)]);
            context.terminal.say(page)?;
        } else {
            nothing(context, "nothing was changed")?;
        }
    }
    if what.json {
        context.terminal.print_json(&found)?;
    }
    Ok(found.identical())
}

/// Says which streams begin in pilot because a component is another one.
pub async fn anew(terminal: &Terminal, desk: &Desk, components: &Components) -> Result<()> {
    let found = desk.begins_anew(components.engine.component(), components.drafter.component()).await?;
    let mut page = terminal.page();
    if let Some(line) = told(found) {
        page.paragraph("", Style::Doubtful, &line);
        terminal.say(page)?;
    }
    Ok(())
}

/// The same before anything is run; where there is no store yet, no stream has any evidence.
pub async fn anew_at(terminal: &Terminal, settings: &Settings, context_now: i64) -> Result<()> {
    if !settings.store.file().exists() {
        return Ok(());
    }
    let Loaded { desk, components, .. } = open(terminal, settings, context_now).await?;
    let done = anew(terminal, &desk, &components).await;
    desk.store().close().await;
    done
}

fn told(anew: Anew) -> Option<String> {
    let (changed, world) = match (anew.engine, anew.drafter) {
        _ if anew.streams == 0 => return None,
        (true, true) => ("the engine and the drafter", "engine"),
        (true, false) => ("the engine", "engine"),
        (false, _) => ("the drafter", "drafter"),
    };
    let streams = count(anew.streams as usize, "stream");
    let (begin, their) = if anew.streams == 1 { ("begins", "its") } else { ("begin", "their") };
    Some(format!(
        "{changed} changed: {streams} {begin} in pilot; `baton compare {world} --carry-over` can carry {their} evidence over"
    ))
}

/// The bytes of the component that is meant.
fn part(settings: &Settings, what: &str) -> Result<Part> {
    let world = match what {
        "engine" => World::Engine,
        "drafter" => World::Drafter,
        file => return Ok(Part::read(Path::new(file))?),
    };
    Ok(Part::of(settings, &Pins::load(&Pins::path(settings))?, world, builtin::component)?)
}
