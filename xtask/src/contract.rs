//! `cargo xtask contract`: the contract parses, every item has documentation and `@since`, and its rendered text parses
//! to the same contract.

use crate::shell::{root, say, target};
use anyhow::{Context, Result, bail};
use wit_component::WitPrinter;
use wit_parser::{Docs, PackageId, Resolve, Stability, TypeDefKind};

/// Checks `wit/`, and renders it as one text into `target/doc/baton-handoff.wit`.
///
/// # Errors
/// Fails if it does not parse, if items lack documentation or `@since` (the error names them), or if its rendered text
/// parses to another contract.
pub fn check() -> Result<()> {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_path(root().join("wit")).context("wit/ does not parse")?;
    let bare = bare(&resolve, package);
    if !bare.is_empty() {
        bail!("these items of wit/ lack documentation or @since:\n  {}", bare.join("\n  "));
    }
    let text = rendered(&resolve, package)?;
    let mut again = Resolve::default();
    let second = again.push_str("baton-handoff.wit", &text).context("the rendered contract does not parse")?;
    if rendered(&again, second)? != text {
        bail!("the rendered contract parses to another contract");
    }
    let path = target().join("doc/baton-handoff.wit");
    std::fs::create_dir_all(target().join("doc"))?;
    std::fs::write(&path, text).with_context(|| path.display().to_string())?;
    say(&format!("the contract on one page: {}", path.display()));
    Ok(())
}

fn rendered(resolve: &Resolve, package: PackageId) -> Result<String> {
    let mut printer = WitPrinter::default();
    printer.print(resolve, package, &[])?;
    Ok(printer.output.to_string())
}

/// Returns the items without documentation or `@since`. Fields and cases with clear names need no text.
fn bare(resolve: &Resolve, package: PackageId) -> Vec<String> {
    let mut bare = Vec::new();
    let mut look = |name: String, docs: &Docs, since: &Stability| {
        if docs.is_empty() || !matches!(since, Stability::Stable { .. }) {
            bare.push(name);
        }
    };
    let package = &resolve.packages[package];
    for (name, id) in &package.interfaces {
        let interface = &resolve.interfaces[*id];
        look(name.clone(), &interface.docs, &interface.stability);
        for (item, id) in &interface.types {
            let ty = &resolve.types[*id];
            // A `use` of another interface's type is documented there.
            let used = matches!(ty.kind, TypeDefKind::Type(wit_parser::Type::Id(_)));
            if !used {
                look(format!("{name}.{item}"), &ty.docs, &ty.stability);
            }
        }
        for (item, function) in &interface.functions {
            look(format!("{name}.{item}"), &function.docs, &function.stability);
        }
    }
    for (name, id) in &package.worlds {
        let world = &resolve.worlds[*id];
        look(format!("world {name}"), &world.docs, &world.stability);
    }
    bare
}
