//! Builds the guests for wasm, encodes them as components and checks what each one imports.
//!
//! A finished component imports a subset of its world's imports, all of them `baton:handoff/*`. There is no WASI, so it
//! has no clock, files, network, environment or randomness. A component that imports anything else is not written.

use crate::shell::{cargo, root, run, say, target};
use crate::sources;
use crate::toolchain::{WASM, wasm_target};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use wit_component::{ComponentEncoder, DecodedWasm};
use wit_parser::{Resolve, WorldId, WorldItem};

/// A package of this workspace that is built for wasm alone, and the world that it implements.
#[derive(Clone, Copy)]
pub struct Guest {
    pub package: &'static str,
    world: &'static str,
}

/// The components that Baton ships.
pub const SHIPPED: [Guest; 4] = [
    Guest { package: "baton-engine", world: "engine" },
    Guest { package: "baton-drafter", world: "drafter" },
    Guest { package: "baton-governor", world: "governor" },
    Guest { package: "baton-reader", world: "reader" },
];

/// Components that attack the host, for the tests.
const HOSTILE: [Guest; 2] =
    [Guest { package: "baton-hostile", world: "engine" }, Guest { package: "baton-hostile-drafter", world: "drafter" }];

/// Returns every component of the workspace: the shipped ones and the hostile ones.
pub fn all() -> impl Iterator<Item = Guest> {
    SHIPPED.into_iter().chain(HOSTILE)
}

/// Returns a cargo command over the packages that run on this machine: the workspace without the components.
///
/// The selection is always the same, even where one binary is wanted (`--bin baton`): cargo unites the features of the
/// selected packages, and another selection would compile wasmtime again, which takes minutes.
pub fn host(subcommand: &str) -> Command {
    let mut command = cargo(&[subcommand, "--workspace"]);
    for guest in all() {
        command.args(["--exclude", guest.package]);
    }
    command
}

/// Returns the folder of the finished components: `engine.wasm` and so on.
pub fn folder() -> PathBuf {
    target().join("components")
}

/// Builds, encodes and checks every component.
///
/// # Errors
/// Fails if a guest does not build, or if its component has an import that its world does not declare.
pub fn build() -> Result<PathBuf> {
    build_some(&all().collect::<Vec<_>>())
}

/// Builds, encodes and checks the components that Baton ships.
///
/// # Errors
/// As [`build`].
pub fn build_shipped() -> Result<PathBuf> {
    build_some(&SHIPPED)
}

fn build_some(guests: &[Guest]) -> Result<PathBuf> {
    wasm_target()?;
    let fingerprint = sources::fingerprint(&root()).context("cannot read the sources of the components")?;
    let mut build = cargo(&["build", "--quiet", "--profile", "guest", "--target", WASM]);
    for guest in guests {
        build.args(["--package", guest.package]);
    }
    run(&mut build)?;

    let mut contract = Resolve::default();
    let (package, _) = contract.push_path(root().join("wit")).context("wit/ does not parse")?;
    let folder = folder();
    std::fs::create_dir_all(&folder)?;
    for guest in guests {
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
            bail!("{name} imports `{extra}`, which the world `{}` does not declare", guest.world);
        }
        let path = folder.join(format!("{name}.wasm"));
        // An unchanged component keeps its modification time, so that nothing that depends on it is rebuilt.
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
        DecodedWasm::WitPackage(..) => bail!("it is a WIT package, not a component"),
    }
}

/// Returns the imports of a world without those that only define types: nothing can be called through them.
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
