//! The main job on the embedded defaults: the pilot campaign.

use crate::{guests, shell};
use anyhow::Result;

/// Builds everything and runs `examples/pilot`.
pub fn run(arguments: &[String]) -> Result<()> {
    guests::build()?;
    shell::say("building the command `baton`; the first time takes some minutes");
    let mut baton = shell::cargo(&[
        "run",
        "--quiet",
        "--package",
        "baton",
        "--",
        "--config",
        "examples/pilot/baton.toml",
        "run",
        "pilot",
    ]);
    shell::run(baton.args(arguments))
}
