//! `baton plugin`: inspects, installs and removes components.
//!
//! Installing pins the digest of the inspected bytes. The steps are ordered so that an interruption leaves a component
//! that Baton refuses, never one that runs without its grants having been confirmed.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use baton_campaign::lockfile::{LockedComponent, Lockfile, WORLDS};
use baton_campaign::options::ComponentSource;
use baton_campaign::{ComponentFile, lockfile};
use baton_config::Settings;
use baton_runtime::{Component, Drafter, Error, Governor, HandoffEngine, Limits, Reader, Runtime, World};
use baton_server::start_runtime;

use super::{executor, settings};
use crate::{
    arguments::{InspectArgs, InstallArgs, ListPluginsArgs, RemoveArgs, WorldArg},
    builtin,
    context::{Context, UsageError},
    files,
    output::{
        Terminal,
        page::Style,
        plugin::{Abilities, PluginListing, PluginReport, chosen, granted, inspected},
    },
};

/// The folder of installed components, beside the configuration.
const FOLDER: &str = "plugins";

/// Loads and links the component and prints what it imports.
pub fn inspect(terminal: &Terminal, args: &InspectArgs) -> Result<bool> {
    let part = ComponentFile::read(&args.file)?;
    let runtime = start_runtime(Limits::default())?;
    let (_, found) = load_and_link(&runtime, &args.file, &part)?;
    if args.json {
        terminal.print_json(&found)?;
    } else {
        let mut page = terminal.page();
        inspected(&mut page, &found);
        terminal.print(page)?;
    }
    Ok(found.runs())
}

/// Shows the component's imports, asks, and installs it in place of the current one.
pub fn install(context: &Context<'_>, args: &InstallArgs) -> Result<bool> {
    let settings = settings(context.terminal, context.config)?;
    let part = ComponentFile::read(&args.file)?;
    let runtime = start_runtime(baton_campaign::limits(&settings.limits))?;
    let (plugin, found) = load_and_link(&runtime, &args.file, &part)?;
    let mut page = context.terminal.page();
    inspected(&mut page, &found);
    granted(&mut page, plugin.imports(), &settings.grants);
    context.terminal.say(page)?;
    if !found.runs() {
        bail!("{}: this host cannot run it; nothing was installed", args.file.display());
    }
    if let Some(import) = plugin.imports().iter().find(|import| !lockfile::allows(&settings.grants, import)) {
        let name = lockfile::short(import);
        bail!(
            "{}: it imports `{name}`, which `[grants]` does not allow\nhint: to allow it, set `{name} = true` in `[grants]` of {}",
            args.file.display(),
            settings.file.display()
        );
    }
    if !args.yes {
        if !context.terminal.can_ask() {
            bail!(UsageError(
                "`--yes` is missing and there is no terminal to ask on\nhint: `--yes` grants the component's imports"
                    .into()
            ));
        }
        if !context.terminal.confirm("Install it and grant its imports?")? {
            context.terminal.say_line("nothing was changed")?;
            return Ok(false);
        }
    }
    let world = plugin.world();
    let before = settings.components.of(world).clone();
    let name = format!("{FOLDER}/{}", file_name(world, &plugin.digest().hex()));
    let file = beside(&settings, &name);
    let (mut pins, fault) = Lockfile::load_readable(&Lockfile::path(&settings.file))?;
    if let Some(fault) = fault {
        let kept: Vec<String> =
            WORLDS.into_iter().filter(|world| pins.get(*world).is_some()).map(|world| world.to_string()).collect();
        let kept = if kept.is_empty() { "no other entry".to_owned() } else { kept.join(", ") };
        context.terminal.say_line(&format!("repaired {}, which kept {kept}: {}", fault.path.display(), fault.what))?;
    }
    place(&file, &part.bytes)?;
    pins.set(world, Some(LockedComponent { digest: plugin.digest(), imports: plugin.imports().to_vec() }));
    write(&Lockfile::path(&settings.file), &pins.to_text())?;
    choose(&settings, world, &name)?;
    if let ComponentSource::File(before) = before {
        discard(&settings, world, &before, &file)?;
    }
    let mut page = context.terminal.page();
    page.line("", &[(Style::Good, "installed"), (Style::Plain, &format!("  {world}: {}", file.display()))]);
    context.terminal.print(page)?;
    let lock = Lockfile::path(&settings.file);
    context.terminal.say_line(&format!(
        "next: commit {}, {} and {}",
        settings.file.display(),
        lock.display(),
        file.display()
    ))?;
    Ok(true)
}

/// Lists the component of each world. Returns `Ok(false)` if one would be refused.
pub fn list(context: &Context<'_>, args: &ListPluginsArgs) -> Result<bool> {
    let settings = settings(context.terminal, context.config)?;
    let pins = Lockfile::load(&Lockfile::path(&settings.file))?;
    let rows: Vec<PluginListing> = WORLDS
        .into_iter()
        .map(|world| {
            let part = ComponentFile::from_options(settings.component_options(), &pins, world, builtin::component);
            let source = settings.components.of(world).file().map(|file| file.display().to_string());
            PluginListing::new(world, source, pins.get(world), part)
        })
        .collect();
    if args.json {
        context.terminal.print_json(&rows)?;
    } else {
        let mut page = context.terminal.page();
        chosen(&mut page, &rows);
        context.terminal.print(page)?;
    }
    Ok(rows.iter().all(PluginListing::runs))
}

/// Removes an installed component, so that the built-in one is used again.
pub fn remove(context: &Context<'_>, args: &RemoveArgs) -> Result<bool> {
    let settings = settings(context.terminal, context.config)?;
    let world = World::from(args.world);
    let mut pins = Lockfile::load(&Lockfile::path(&settings.file))?;
    let ComponentSource::File(file) = settings.components.of(world).clone() else {
        bail!(
            "no {world} is installed: the built-in one is in use\nhint: `baton plugin list` lists the component of each world"
        );
    };
    choose(&settings, world, "builtin")?;
    discard(&settings, world, &file, Path::new(""))?;
    if pins.get(world).is_some() {
        pins.set(world, None);
        write(&Lockfile::path(&settings.file), &pins.to_text())?;
    }
    let mut page = context.terminal.page();
    page.line("", &[(Style::Good, "removed"), (Style::Plain, &format!("  the built-in {world} is in use again"))]);
    context.terminal.print(page)?;
    Ok(true)
}

fn load_and_link(runtime: &Runtime, file: &Path, part: &ComponentFile) -> Result<(Component, PluginReport)> {
    let plugin = Component::load_blocking(runtime, &part.bytes)
        .map_err(|error| anyhow::anyhow!("{}: {error}", file.display()))?;
    let described = executor()?.block_on(describe(runtime, &plugin));
    let found = PluginReport::new(file, &plugin, described.map_err(|error| error.to_string()));
    Ok((plugin, found))
}

/// Links the component, and starts an engine or a drafter once to describe itself, so that one that cannot start is not
/// installed.
async fn describe(runtime: &Runtime, plugin: &Component) -> Result<Abilities, Error> {
    Ok(match plugin.world() {
        World::Engine => Abilities::Engine(HandoffEngine::new(runtime, plugin)?.describe().await?),
        World::Drafter => Abilities::Drafter(Drafter::new(runtime, plugin)?.describe().await?),
        World::Governor => Governor::new(runtime, plugin).map(|_| Abilities::Governor)?,
        World::Reader => Reader::new(runtime, plugin).map(|_| Abilities::Reader)?,
    })
}

/// The file name shows the world and the start of the digest. It is for people; the lockfile pins the whole digest.
fn file_name(world: World, digest: &str) -> String {
    format!("{world}-{}.wasm", digest.get(..8).unwrap_or(digest))
}

fn beside(settings: &Settings, name: &str) -> PathBuf {
    settings.file.parent().unwrap_or(Path::new("")).join(name)
}

fn place(file: &Path, bytes: &[u8]) -> Result<()> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("{}: cannot create the folder", folder.display()))?;
    }
    files::replace(file, bytes).with_context(|| format!("{}: cannot write the file", file.display()))
}

fn write(file: &Path, text: &str) -> Result<()> {
    files::replace(file, text.as_bytes())
        .map_err(|error| anyhow::anyhow!("{}: cannot write the file: {error}", file.display()))
}

/// Writes the choice to the configuration, unless the result would not load.
fn choose(settings: &Settings, world: World, source: &str) -> Result<()> {
    let file = &settings.file;
    let text = std::fs::read_to_string(file).with_context(|| format!("{}: cannot read the file", file.display()))?;
    let text =
        lockfile::with_component(&text, world, source).map_err(|what| anyhow::anyhow!("{}: {what}", file.display()))?;
    Settings::parse(file, &text)?;
    write(file, &text)
}

/// Deletes the file if an installation created it.
fn discard(settings: &Settings, world: World, file: &Path, keep: &Path) -> Result<()> {
    let bytes = match ComponentFile::read(file) {
        Ok(part) => part.bytes,
        Err(_) => return Ok(()),
    };
    let digest = baton_runtime::Digest::of(&bytes).hex();
    let ours = beside(settings, &format!("{FOLDER}/{}", file_name(world, &digest)));
    if file == ours && file != keep {
        std::fs::remove_file(file).with_context(|| format!("{}: cannot delete the file", file.display()))?;
    }
    Ok(())
}

impl From<WorldArg> for World {
    fn from(name: WorldArg) -> Self {
        match name {
            WorldArg::Engine => Self::Engine,
            WorldArg::Drafter => Self::Drafter,
            WorldArg::Governor => Self::Governor,
            WorldArg::Reader => Self::Reader,
        }
    }
}
