//! The main job on the embedded defaults: the pilot campaign.

use crate::{guests, shell};
use anyhow::Result;
use std::process::Command;

/// The moment the pilot's data is about; its signals would be stale today.
const NOW: &str = "2026-03-10T09:00:00Z";

/// Builds everything, runs `examples/pilot`, and shows one of its packages.
pub fn run() -> Result<()> {
    guests::build()?;
    shell::say("building the command `baton` and the examples; the first time takes some minutes");
    shell::run(guests::host("build").args(["--quiet", "--bins"]))?;
    let baton = |arguments: &[&str]| {
        let mut command = Command::new(shell::target().join("debug/baton"));
        command.args(["--config", "examples/pilot/baton.toml"]).args(arguments).current_dir(shell::root());
        shell::say(&format!("baton --config examples/pilot/baton.toml {}", arguments.join(" ")));
        shell::run(&mut command)
    };
    baton(&["run", "pilot", "--now", NOW])?;
    baton(&["show", "northbeam.example"])
}
