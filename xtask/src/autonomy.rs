//! `cargo xtask autonomy`: runs `examples/autonomy`, the history of one stream.

use crate::{demo, shell};
use anyhow::Result;
use std::process::Command;

/// Builds and runs the example. Its store stays in the folder `autonomy` of the target folder, for inspection.
pub fn tell() -> Result<()> {
    let components = demo::build(&["autonomy"])?;
    let folder = shell::target().join("autonomy");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    let program = shell::target().join("debug/autonomy");
    shell::run(Command::new(program).args([components, folder]).current_dir(shell::root()))
}
