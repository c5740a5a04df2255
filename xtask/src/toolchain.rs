//! Installs the parts of the toolchain that a fresh machine lacks: the standard library for wasm, rustfmt and clippy.

use crate::shell::{capture, cargo, run, say};
use anyhow::{Result, bail};
use std::path::Path;
use std::process::Command;

/// The target of the components. It has no system interface: a component reaches only what it imports.
pub const WASM: &str = "wasm32-unknown-unknown";

/// Installs the standard library for wasm if it is missing.
///
/// # Errors
/// Fails if it cannot be installed; the hints name both ways to do it by hand.
pub fn wasm_target() -> Result<()> {
    if has_wasm_target()? {
        return Ok(());
    }
    say(&format!("the standard library for {WASM} is not installed: running `rustup target add {WASM}`"));
    let added = run(Command::new("rustup").args(["target", "add", WASM]));
    if added.is_ok() && has_wasm_target()? {
        return Ok(());
    }
    bail!(
        "the components cannot be built: there is no standard library for {WASM}\n\
         hint: with rustup and a network: rustup target add {WASM}\n\
         hint: on Debian without rustup: apt-get install rustc-web cargo-web rust-web-src, then build with -Zbuild-std"
    )
}

fn has_wasm_target() -> Result<bool> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    // Run at the root, where the checkout's toolchain applies.
    let mut command = Command::new(rustc);
    command.args(["--print", "target-libdir", "--target", WASM]).current_dir(crate::shell::root());
    let libdir = capture(&mut command)?;
    Ok(Path::new(&libdir).read_dir().is_ok_and(|mut entries| entries.next().is_some()))
}

/// Installs the formatter and the linter if they are missing.
pub fn checkers() -> Result<()> {
    for (component, subcommand) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if capture(&mut cargo(&[subcommand, "--version"])).is_err() {
            say(&format!("{component} is not installed: running `rustup component add {component}`"));
            run(Command::new("rustup").args(["component", "add", component]))?;
        }
    }
    Ok(())
}
