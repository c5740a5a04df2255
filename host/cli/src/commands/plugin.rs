//! `baton plugin inspect`: what a component is, before anybody grants it anything.

use anyhow::Result;
use baton_desk::run::Part;
use baton_runtime::{Drafter, Engine, Governor, Limits, Plugin, Reader, World};

use super::runtime;
use crate::{
    arguments::Inspect,
    print::{
        Terminal,
        plugin::{Inspected, inspected},
    },
};

/// Loads and links the component; nothing of it runs.
pub fn inspect(terminal: &Terminal, what: &Inspect) -> Result<bool> {
    let part = Part::read(&what.file)?;
    let runtime = runtime(Limits::default())?;
    let plugin =
        Plugin::load(&runtime, &part.bytes).map_err(|error| anyhow::anyhow!("{}: {error}", what.file.display()))?;
    let linked = match plugin.world() {
        World::Engine => Engine::new(&runtime, &plugin).map(drop),
        World::Drafter => Drafter::new(&runtime, &plugin).map(drop),
        World::Governor => Governor::new(&runtime, &plugin).map(drop),
        World::Reader => Reader::new(&runtime, &plugin).map(drop),
    };
    let found = Inspected::new(&what.file, &plugin, linked.err().map(|error| error.to_string()));
    if what.json {
        terminal.print_json(&found)?;
    } else {
        let mut page = terminal.page();
        inspected(&mut page, &found);
        terminal.print(page)?;
    }
    Ok(found.runs())
}
