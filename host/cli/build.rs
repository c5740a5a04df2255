//! Puts the reference components into the command, so that it works as it is.
//!
//! They are built for another target, by `cargo xtask guests`; this only picks them up.

use std::path::{Path, PathBuf};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=BATON_COMPONENTS");
    println!("cargo::rerun-if-env-changed=CARGO_TARGET_DIR");
    let here = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let root = here.join("../..");
    let folder = match (std::env::var_os("BATON_COMPONENTS"), std::env::var_os("CARGO_TARGET_DIR")) {
        (Some(folder), _) => root.join(folder),
        (None, Some(target)) => root.join(target).join("components"),
        (None, None) => root.join("target/components"),
    };
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it"));
    for name in ["engine", "drafter", "governor", "reader"] {
        let from = folder.join(name).with_extension("wasm");
        println!("cargo::rerun-if-changed={}", from.display());
        copy(&from, &out.join(name).with_extension("wasm"));
    }
}

fn copy(from: &Path, to: &Path) {
    if let Err(error) = std::fs::copy(from, to) {
        println!("cargo::error=the component {} is not built: {error}", from.display());
        println!("cargo::error=hint: `cargo xtask guests` builds all of them; `cargo xtask test` and `demo` do it too");
        std::process::exit(1);
    }
}
