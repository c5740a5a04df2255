//! Puts the four reference components into the crate.
//!
//! In a checkout they come from `cargo xtask guests`, which this script runs in a folder of its own if they are missing.
//! In a published package they are in `wasm/`. `BATON_COMPONENTS` names another folder.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

mod sources;

const COMPONENTS: [&str; 4] = ["engine", "drafter", "governor", "reader"];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=sources.rs");
    println!("cargo::rerun-if-env-changed=BATON_COMPONENTS");
    println!("cargo::rerun-if-env-changed=CARGO_TARGET_DIR");
    if let Err(error) = embed() {
        for line in error.to_string().lines() {
            println!("cargo::error={line}");
        }
        std::process::exit(1);
    }
}

fn embed() -> Result<(), Box<dyn Error>> {
    let package = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(variable("OUT_DIR")?);
    let checkout = package.ancestors().nth(2).unwrap_or(&package).to_path_buf();
    let folder = match std::env::var_os("BATON_COMPONENTS") {
        Some(folder) => checkout.join(folder),
        None if checkout.join("xtask/Cargo.toml").is_file() => built(&checkout, &out)?,
        None => package.join("wasm"),
    };
    for name in COMPONENTS {
        let from = folder.join(name).with_extension("wasm");
        println!("cargo::rerun-if-changed={}", from.display());
        std::fs::copy(&from, out.join(name).with_extension("wasm")).map_err(|error| {
            format!(
                "cannot read the component {}: {error}\nhint: `cargo xtask guests` in a checkout of Baton builds it",
                from.display()
            )
        })?;
    }
    Ok(())
}

/// Returns the folder of the checkout's components, built from the sources as they are now.
fn built(checkout: &Path, out: &Path) -> Result<PathBuf, Box<dyn Error>> {
    for path in sources::PATHS {
        println!("cargo::rerun-if-changed={}", checkout.join(path).display());
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    let folder = checkout.join(target).join("components");
    let stamp = folder.join(sources::FILE);
    println!("cargo::rerun-if-changed={}", stamp.display());
    if !COMPONENTS.iter().all(|name| folder.join(name).with_extension("wasm").is_file()) {
        return build(checkout, &out.join("guests"));
    }
    if std::fs::read_to_string(&stamp).ok() != Some(sources::fingerprint(checkout)?) {
        let folder = folder.display();
        return Err(
            format!("the components in {folder} are older than their sources\nhint: run `cargo xtask guests`").into()
        );
    }
    Ok(folder)
}

/// Builds the components in a target folder of their own, since the running build holds the lock of the usual one.
fn build(checkout: &Path, target: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let hint = "hint: `cargo xtask guests` builds the components and says what is missing";
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(["run", "--quiet", "--package", "xtask", "--", "guests"]).current_dir(checkout);
    command.env("CARGO_TARGET_DIR", std::path::absolute(target)?);
    // Flags, wrappers and cfgs of the running build are for its own target.
    for name in ["CARGO_ENCODED_RUSTFLAGS", "RUSTC_WORKSPACE_WRAPPER", "CLIPPY_ARGS", "CARGO_BUILD_TARGET"] {
        command.env_remove(name);
    }
    let output = command.output().map_err(|error| format!("cannot build the components: {error}\n{hint}"))?;
    if !output.status.success() {
        return Err(format!("cannot build the components: {}\n{hint}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(target.join("components"))
}

fn variable(name: &str) -> Result<std::ffi::OsString, Box<dyn Error>> {
    std::env::var_os(name).ok_or_else(|| format!("cargo does not set {name}").into())
}
