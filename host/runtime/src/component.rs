//! A loaded component: its world, its imports and its digest.
//!
//! Imports are checked here, before any code runs: the interfaces of the component's world, plus, for an engine, the
//! extensions that the vendor opened. Any other import, WASI included, is refused by name.

use crate::digest::Digest;
use crate::error::Error;
use crate::runtime::Runtime;
use crate::world::World;
use std::fmt;
use wasmtime::component::Component as Compiled;
use wasmtime::component::types::{ComponentInstance, ComponentItem};

/// The size limit of a component, in bytes. A Python interpreter compiled to a component is about 40 MiB.
pub const MAX_COMPONENT_BYTES: usize = 128 << 20;

/// A component of any world that this host can run.
#[derive(Clone)]
pub struct Component {
    pub(crate) compiled: Compiled,
    world: World,
    digest: Digest,
    imports: Vec<String>,
    size: usize,
}

impl Component {
    /// Compiles a component, or takes it from the cache, and checks its imports. No code of the component runs.
    ///
    /// # Errors
    /// [`Error::Load`] if the bytes are not a component or export no world of the contract,
    /// [`Error::ForbiddenImport`] if it imports an interface that its world does not offer.
    pub fn load(runtime: &Runtime, bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() > MAX_COMPONENT_BYTES {
            let what = format!("it has {} bytes; the limit is {MAX_COMPONENT_BYTES}", bytes.len());
            return Err(Error::Load { what, source: None });
        }
        let digest = Digest::of(bytes);
        let compiled = runtime.compile(&digest, bytes)?;
        let engine = runtime.wasmtime();
        let ty = compiled.component_type();

        let exports: Vec<String> = ty.exports(engine).map(|(name, _)| name.to_owned()).collect();
        let Some(world) = World::ALL.into_iter().find(|world| exports.iter().any(|name| name == world.export())) else {
            let shown = if exports.is_empty() { "nothing".to_owned() } else { exports.join(", ") };
            let what = format!(
                "it exports {shown}; one of preparation, drafting, governance and reading of baton:handoff@0.2.0 is needed"
            );
            return Err(Error::Load { what, source: None });
        };
        let mut imports = Vec::new();
        for (name, item) in ty.imports(engine) {
            let callable = match &item.ty {
                ComponentItem::ComponentInstance(instance) => instance
                    .exports(engine)
                    .any(|(_, item)| matches!(item.ty, ComponentItem::ComponentFunc(_) | ComponentItem::Resource(_))),
                ComponentItem::Type(_) => false,
                _ => true,
            };
            // An interface with records alone offers nothing to call.
            if !callable && name.starts_with("baton:handoff/") {
                continue;
            }
            let extension = match &item.ty {
                ComponentItem::ComponentInstance(instance) => {
                    world == World::Engine && runtime.is_extension(name) && has_functions_only(engine, instance)
                }
                _ => false,
            };
            if !extension && !world.imports().contains(&name) {
                return Err(Error::ForbiddenImport { import: name.to_owned(), world });
            }
            imports.push(name.to_owned());
        }
        imports.sort();
        Ok(Self { compiled, world, digest, imports, size: bytes.len() })
    }

    /// Returns the world that the component exports.
    pub fn world(&self) -> World {
        self.world
    }

    /// Returns the SHA-256 digest of the component's bytes.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Returns the imported interfaces, sorted. An admin grants each one separately.
    pub fn imports(&self) -> &[String] {
        &self.imports
    }

    /// Returns the size in bytes.
    pub fn size(&self) -> usize {
        self.size
    }

    pub(crate) fn expect(&self, expected: World) -> Result<(), Error> {
        if self.world == expected { Ok(()) } else { Err(Error::World { found: self.world, expected }) }
    }
}

impl fmt::Debug for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Component").field("world", &self.world).field("digest", &self.digest).finish_non_exhaustive()
    }
}

/// Handles cannot cross an extension: they could be neither recorded nor replayed.
fn has_functions_only(engine: &wasmtime::Engine, instance: &ComponentInstance) -> bool {
    instance
        .exports(engine)
        .all(|(_, item)| matches!(item.ty, ComponentItem::ComponentFunc(_) | ComponentItem::Type(_)))
}
