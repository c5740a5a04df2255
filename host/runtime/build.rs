//! Finds the WIT files of the contract, which are part of the package `baton-facts`, for the bindings.

use std::path::PathBuf;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=DEP_BATON_HANDOFF_WIT");
    let wit = std::env::var("DEP_BATON_HANDOFF_WIT").expect("baton-facts names the folder of the WIT files");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    // The bindings' macro takes a literal path, so this writes the call of a macro that passes it on.
    std::fs::write(out.join("contract.rs"), format!("contract! {{ {wit:?} }}\n")).expect("OUT_DIR is writable");
}
