//! Builds the guests for wasm, encodes them as components and checks what each one imports.
//!
//! A finished component's imports are a subset of its world's, and all of them are `baton:handoff/*`. No WASI: so no
//! clock, no files, no network, no environment, no randomness. A component that imports anything else is not written.

use crate::shell::{cargo, root, run, say, target};
use crate::sources;
use crate::toolchain::{WASM, wasm_target};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use wit_component::{ComponentEncoder, DecodedWasm};
use wit_parser::{Resolve, WorldId, WorldItem};

/// A package of this workspace and the world it implements.
pub struct Guest {
    pub package: &'static str,
    world: &'static str,
}

/// The components that are shipped, and those that the tests run to see what the host stands. Built for wasm alone,
/// none of them is part of native checks.
pub const GUESTS: [Guest; 6] = [
    Guest { package: "baton-engine", world: "engine" },
    Guest { package: "baton-drafter", world: "drafter" },
    Guest { package: "baton-governor", world: "governor" },
    Guest { package: "baton-reader", world: "reader" },
    Guest { package: "baton-hostile", world: "engine" },
    Guest { package: "baton-hostile-drafter", world: "drafter" },
];

/// A cargo command over everything that runs on this machine: the workspace without the components, which are built
/// for wasm alone.
///
/// It is always the same selection. Cargo unites the features of what is selected, so another selection would build
/// wasmtime again, which takes minutes.
pub fn host(subcommand: &str) -> Command {
    let mut command = cargo(&[subcommand, "--workspace"]);
    for guest in GUESTS {
        command.args(["--exclude", guest.package]);
    }
    command
}

/// Where the finished components are: `engine.wasm` and so on.
pub fn folder() -> PathBuf {
    target().join("components")
}

/// Builds, encodes and checks all of them.
///
/// # Errors
/// Where a guest does not build, or its component imports what its world does not give it.
pub fn build() -> Result<PathBuf> {
    wasm_target()?;
    let fingerprint = sources::fingerprint(&root()).context("cannot read the sources of the components")?;
    let mut build = cargo(&["build", "--quiet", "--profile", "guest", "--target", WASM]);
    for guest in &GUESTS {
        build.args(["--package", guest.package]);
    }
    run(&mut build)?;

    let mut contract = Resolve::default();
    let (package, _) = contract.push_path(root().join("wit")).context("wit/ does not parse")?;
    let folder = folder();
    std::fs::create_dir_all(&folder)?;
    for guest in &GUESTS {
        let name = guest.package.strip_prefix("baton-").unwrap_or(guest.package);
        let module = target().join(WASM).join("guest").join(format!("{}.wasm", guest.package.replace('-', "_")));
        let module = std::fs::read(&module).with_context(|| module.display().to_string())?;
        let component = ComponentEncoder::default()
            .validate(true)
            .module(&module)
            .and_then(|encoder| encoder.encode())
            .with_context(|| format!("{name} cannot be encoded as a component"))?;
        let world = contract.select_world(&[package], Some(guest.world))?;
        let imports = imports(&component).with_context(|| name.to_owned())?;
        let allowed = names(&contract, world);
        if let Some(extra) = imports.iter().find(|import| !allowed.contains(import)) {
            bail!("{name} imports `{extra}`, which the world `{}` does not give it", guest.world);
        }
        let path = folder.join(format!("{name}.wasm"));
        // An unchanged component keeps its date, so that nothing downstream is built again.
        if std::fs::read(&path).ok().as_deref() != Some(&component) {
            std::fs::write(&path, &component)?;
        }
        say(&format!("{name}: {} KiB, imports {}", component.len() / 1024, shown(&imports)));
    }
    std::fs::write(folder.join(sources::FILE), fingerprint)?;
    copy_for_packaging(&folder)?;
    Ok(folder)
}

/// Puts the reference components where `cargo package -p baton-components` picks them up.
fn copy_for_packaging(folder: &Path) -> Result<()> {
    let package = root().join("host/components/wasm");
    std::fs::create_dir_all(&package)?;
    for name in ["engine.wasm", "drafter.wasm", "governor.wasm", "reader.wasm"] {
        std::fs::copy(folder.join(name), package.join(name)).with_context(|| name.to_owned())?;
    }
    Ok(())
}

fn shown(imports: &[String]) -> String {
    match imports {
        [] => "nothing".to_owned(),
        _ => imports.join(", "),
    }
}

fn imports(component: &[u8]) -> Result<Vec<String>> {
    match wit_component::decode(component)? {
        DecodedWasm::Component(resolve, world) => Ok(names(&resolve, world)),
        DecodedWasm::WitPackage(..) => bail!("a WIT package is no component"),
    }
}

/// The imports of a world, type-only interfaces aside: those are shapes, nothing can be called through them.
fn names(resolve: &Resolve, world: WorldId) -> Vec<String> {
    let world = &resolve.worlds[world];
    let mut names: Vec<String> = world
        .imports
        .iter()
        .filter(|(_, item)| match item {
            WorldItem::Interface { id, .. } => !resolve.interfaces[*id].functions.is_empty(),
            WorldItem::Function(_) => true,
            WorldItem::Type { .. } => false,
        })
        .map(|(key, _)| resolve.name_world_key(key))
        .collect();
    names.sort();
    names
}
