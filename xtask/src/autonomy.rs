//! The story of a stream of messages, `examples/autonomy`, from a fresh machine.

use crate::{guests, shell};
use anyhow::Result;
use std::process::Command;

/// Builds everything and tells the story; the desk it leaves is in the target's folder `autonomy`, to look into.
pub fn tell() -> Result<()> {
    let components = guests::build()?;
    shell::say("building the command `baton` and the examples; the first time takes some minutes");
    shell::run(guests::host("build").args(["--quiet", "--bins"]))?;
    let folder = shell::target().join("autonomy");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    let program = shell::target().join("debug/autonomy");
    shell::run(Command::new(program).args([components, folder]).current_dir(shell::root()))
}
