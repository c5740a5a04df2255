//! `baton plugin`: what a component is, before anybody grants it anything; putting one in and taking it out.
//!
//! Installing pins exactly the bytes that were looked at. The order of the steps is such that a stop half way leaves a
//! component that is refused, never one that runs unseen.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use baton_desk::{
    config::{ComponentSource, Settings},
    run::{
        Part,
        pins::{self, Pin, Pins, WORLDS},
    },
};
use baton_runtime::{Component, Drafter, Error, Governor, HandoffEngine, Limits, Reader, Runtime, World};

use super::{decide::nothing, executor, runtime, settings};
use crate::{
    arguments::{Inspect, Install, List, Remove, WorldName},
    builtin,
    context::{Context, Usage},
    files,
    print::{
        Terminal,
        page::Style,
        plugin::{Chosen, Inspected, chosen, granted, inspected},
    },
};

/// Where installed components are, beside the configuration.
const FOLDER: &str = "plugins";

/// Loads and links the component; nothing of it runs.
pub fn inspect(terminal: &Terminal, what: &Inspect) -> Result<bool> {
    let part = Part::read(&what.file)?;
    let runtime = runtime(Limits::default())?;
    let (_, found) = look(&runtime, &what.file, &part)?;
    if what.json {
        terminal.print_json(&found)?;
    } else {
        let mut page = terminal.page();
        inspected(&mut page, &found);
        terminal.print(page)?;
    }
    Ok(found.runs())
}

/// Shows what the component asks for, wants a yes, and puts it in the place of the one before.
pub fn install(context: &Context<'_>, what: &Install) -> Result<bool> {
    let settings = settings(context.terminal, context.config)?;
    let part = Part::read(&what.file)?;
    let runtime = runtime(baton_desk::run::limits(&settings))?;
    let (plugin, found) = look(&runtime, &what.file, &part)?;
    let mut page = context.terminal.page();
    inspected(&mut page, &found);
    granted(&mut page, plugin.imports(), &settings.grants);
    context.terminal.say(page)?;
    if !found.runs() {
        bail!("{}: this host does not run it, so nothing was installed", what.file.display());
    }
    if let Some(import) = plugin.imports().iter().find(|import| !pins::allows(&settings.grants, import)) {
        let name = pins::short(import);
        bail!(
            "{}: it asks for `{name}`, which `[grants]` does not allow\nhint: set `{name} = true` in `[grants]` of {} first",
            what.file.display(),
            settings.file.display()
        );
    }
    if !what.yes {
        if !context.terminal.can_ask() {
            bail!(Usage("`--yes` is missing: nobody is there to be asked\nhint: with it, what the component asks for is granted".into()));
        }
        if !["y", "yes"].contains(&context.terminal.ask("Install it and grant what it asks for? [yes/no]")?.as_str()) {
            nothing(context, "nothing was changed")?;
            return Ok(false);
        }
    }
    let world = plugin.world();
    let before = settings.components.of(world).clone();
    let name = format!("{FOLDER}/{}", file_name(world, &plugin.digest().hex()));
    let file = beside(&settings, &name);
    place(&file, &part.bytes)?;
    let mut pins = Pins::load(&Pins::path(&settings))?;
    pins.set(world, Some(Pin { digest: plugin.digest(), imports: plugin.imports().to_vec() }));
    write(&Pins::path(&settings), &pins.to_text())?;
    choose(&settings, world, &name)?;
    if let ComponentSource::File(before) = before {
        discard(&settings, world, &before, &file)?;
    }
    let mut page = context.terminal.page();
    page.line("", &[(Style::Good, "installed"), (Style::Plain, &format!("  {world}: {}", file.display()))]);
    context.terminal.print(page)?;
    let lock = Pins::path(&settings);
    nothing(context, &format!("next: commit {}, {} and {}", settings.file.display(), lock.display(), file.display()))?;
    Ok(true)
}

/// Which component runs for each world. Not all is well where one would be refused.
pub fn list(context: &Context<'_>, what: &List) -> Result<bool> {
    let settings = settings(context.terminal, context.config)?;
    let pins = Pins::load(&Pins::path(&settings))?;
    let rows: Vec<Chosen> = WORLDS
        .into_iter()
        .map(|world| {
            let part = Part::of(&settings, &pins, world, builtin::component);
            let source = settings.components.of(world).file().map(|file| file.display().to_string());
            Chosen::new(world, source, pins.get(world), part)
        })
        .collect();
    if what.json {
        context.terminal.print_json(&rows)?;
    } else {
        let mut page = context.terminal.page();
        chosen(&mut page, &rows);
        context.terminal.print(page)?;
    }
    Ok(rows.iter().all(Chosen::runs))
}

/// The built-in component runs again.
pub fn remove(context: &Context<'_>, what: &Remove) -> Result<bool> {
    let settings = settings(context.terminal, context.config)?;
    let world = World::from(what.world);
    let mut pins = Pins::load(&Pins::path(&settings))?;
    let ComponentSource::File(file) = settings.components.of(world).clone() else {
        bail!("the built-in {world} runs already\nhint: `baton plugin list` says which component runs for each world");
    };
    choose(&settings, world, "builtin")?;
    discard(&settings, world, &file, Path::new(""))?;
    if pins.get(world).is_some() {
        pins.set(world, None);
        write(&Pins::path(&settings), &pins.to_text())?;
    }
    let mut page = context.terminal.page();
    page.line("", &[(Style::Good, "removed"), (Style::Plain, &format!("  the built-in {world} runs again"))]);
    context.terminal.print(page)?;
    Ok(true)
}

fn look(runtime: &Runtime, file: &Path, part: &Part) -> Result<(Component, Inspected)> {
    let plugin =
        Component::load(runtime, &part.bytes).map_err(|error| anyhow::anyhow!("{}: {error}", file.display()))?;
    let linked = match plugin.world() {
        World::Engine => started(runtime, &plugin)?,
        World::Drafter => Drafter::new(runtime, &plugin).map(drop),
        World::Governor => Governor::new(runtime, &plugin).map(drop),
        World::Reader => Reader::new(runtime, &plugin).map(drop),
    };
    let found = Inspected::new(file, &plugin, linked.err().map(|error| error.to_string()));
    Ok((plugin, found))
}

/// An engine that cannot even be started is known before it is chosen.
fn started(runtime: &Runtime, plugin: &Component) -> Result<Result<(), Error>> {
    let engine = match HandoffEngine::new(runtime, plugin) {
        Ok(engine) => engine,
        Err(error) => return Ok(Err(error)),
    };
    Ok(executor()?.block_on(engine.start()))
}

/// Its name tells the world and, to people, which version it is; what counts is the digest that is pinned.
fn file_name(world: World, digest: &str) -> String {
    format!("{world}-{}.wasm", digest.get(..8).unwrap_or(digest))
}

fn beside(settings: &Settings, name: &str) -> PathBuf {
    settings.file.parent().unwrap_or(Path::new("")).join(name)
}

fn place(file: &Path, bytes: &[u8]) -> Result<()> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("{}: the folder cannot be made", folder.display()))?;
    }
    files::replace(file, bytes).with_context(|| format!("{}: the file cannot be written", file.display()))
}

fn write(file: &Path, text: &str) -> Result<()> {
    files::replace(file, text.as_bytes())
        .map_err(|error| anyhow::anyhow!("{}: it cannot be written: {error}", file.display()))
}

/// Writes the choice into the configuration; what would not be read again is not written.
fn choose(settings: &Settings, world: World, source: &str) -> Result<()> {
    let file = &settings.file;
    let text = std::fs::read_to_string(file).with_context(|| format!("{}: it cannot be read", file.display()))?;
    let text =
        pins::with_component(&text, world, source).map_err(|what| anyhow::anyhow!("{}: {what}", file.display()))?;
    Settings::parse(file, &text)?;
    write(file, &text)
}

/// Deletes a file that an installation put there, and no other.
fn discard(settings: &Settings, world: World, file: &Path, keep: &Path) -> Result<()> {
    let bytes = match Part::read(file) {
        Ok(part) => part.bytes,
        Err(_) => return Ok(()),
    };
    let digest = baton_runtime::Digest::of(&bytes).hex();
    let ours = beside(settings, &format!("{FOLDER}/{}", file_name(world, &digest)));
    if file == ours && file != keep {
        std::fs::remove_file(file).with_context(|| format!("{}: it cannot be deleted", file.display()))?;
    }
    Ok(())
}

impl From<WorldName> for World {
    fn from(name: WorldName) -> Self {
        match name {
            WorldName::Engine => Self::Engine,
            WorldName::Drafter => Self::Drafter,
            WorldName::Governor => Self::Governor,
            WorldName::Reader => Self::Reader,
        }
    }
}
