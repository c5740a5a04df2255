//! The main job on the embedded defaults: the pilot campaign, prepared into a store, and its review page.

use crate::{guests, shell};
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The moment the pilot's data is about; its signals would be stale today.
const NOW: &str = "2026-03-10T09:00:00Z";

/// Where the review page is, unless the port is taken.
const PORT: &str = "7420";

/// Builds everything, runs a copy of `examples/pilot`, shows one of its packages, and serves the page over all of them
/// until it is stopped. With `--once` it ends before it serves.
pub fn run(arguments: &[String]) -> Result<()> {
    let once = match arguments {
        [] => false,
        [once] if once == "--once" => true,
        _ => bail!("demo takes `--once` and nothing else\nhint: cargo xtask demo --once"),
    };
    let folder = prepared("demo")?;
    shell::run(&mut baton(&folder, &["run", "pilot"]))?;
    shell::run(&mut baton(&folder, &["show", "northbeam.example"]))?;
    if once {
        return Ok(());
    }
    shell::run(&mut baton(&folder, &["--as", "Mara Lindqvist", "serve", "--port", PORT]))
}

/// Builds everything and copies the pilot, without what an earlier copy had come to.
pub fn prepared(name: &str) -> Result<PathBuf> {
    guests::build()?;
    shell::say("building the command `baton` and the examples; the first time takes some minutes");
    shell::run(guests::host("build").args(["--quiet", "--bins"]))?;
    let folder = shell::target().join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    let pilot = shell::root().join("examples/pilot");
    for part in ["", "campaigns", "crm"] {
        std::fs::create_dir_all(folder.join(part))?;
        for entry in std::fs::read_dir(pilot.join(part))? {
            let path = entry?.path();
            if let Some(file) = path.file_name().filter(|_| path.is_file()) {
                std::fs::copy(&path, folder.join(part).join(file))?;
            }
        }
    }
    Ok(folder)
}

/// The command, at the pilot's moment.
pub fn baton(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(shell::target().join("debug/baton"));
    command.args(["--now", NOW]).args(arguments).current_dir(folder);
    shell::say(&format!("baton --now {NOW} {}", arguments.join(" ")));
    command
}
