//! `cargo xtask demo`: prepares the pilot campaign into a store and serves its review page.

use crate::{guests, shell};
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The time at which the pilot's data is current; its signals would be stale today.
const NOW: &str = "2026-03-10T09:00:00Z";

/// The port of the review page.
const PORT: &str = "7420";

/// Builds `baton`, runs a copy of `examples/pilot`, shows one of its packages, and serves the review page until it is
/// stopped. With `--once` it does not serve.
pub fn run(arguments: &[String]) -> Result<()> {
    let once = match arguments {
        [] => false,
        [once] if once == "--once" => true,
        _ => bail!("demo takes `--once` and nothing else\nhint: cargo xtask demo --once"),
    };
    let folder = prepared("demo", &["baton"])?;
    shell::run(&mut baton(&folder, &["run", "pilot"]))?;
    shell::run(&mut baton(&folder, &["show", "northbeam.example"]))?;
    if once {
        return Ok(());
    }
    shell::run(&mut baton(&folder, &["--as", "Mara Lindqvist", "serve", "--port", PORT]))
}

/// Builds the shipped components and these programs, and nothing that only the tests need.
///
/// # Errors
/// Fails if one of them does not build.
pub fn build(programs: &[&str]) -> Result<PathBuf> {
    let components = guests::build_shipped()?;
    shell::say(&format!("building {}; the first time takes some minutes", programs.join(" and ")));
    let mut build = guests::host("build");
    for program in programs {
        build.args(["--bin", program]);
    }
    shell::run(build.arg("--quiet"))?;
    Ok(components)
}

/// Builds these programs and copies the pilot into a fresh folder.
pub fn prepared(name: &str, programs: &[&str]) -> Result<PathBuf> {
    build(programs)?;
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

/// Returns a command line of `baton` at the pilot's time.
pub fn baton(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(shell::target().join("debug/baton"));
    command.args(["--now", NOW]).args(arguments).current_dir(folder);
    shell::say(&format!("baton --now {NOW} {}", arguments.join(" ")));
    command
}
