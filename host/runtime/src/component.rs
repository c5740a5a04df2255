//! A loaded component: its world, its imports and its digest.
//!
//! Imports are checked here, before any code runs: the interfaces of the component's world, plus, for an engine, the
//! extensions that the vendor opened. Any other import, WASI included, is refused by name.

use crate::component_limits::{self, Interfaces};
use crate::digest::Digest;
use crate::error::Error;
use crate::runtime::Runtime;
use crate::world::World;
use std::fmt;
use wasmtime::component::Component as Compiled;
use wasmtime::component::types::{ComponentInstance, ComponentItem};

/// The size limit of a component, in bytes. A Python interpreter compiled to a component is about 40 MiB.
pub const MAX_COMPONENT_BYTES: usize = 128 << 20;
/// The characters of a list of names that an error shows.
const SHOWN_MAX: usize = 500;

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
    /// Compiles a component on a thread for blocking work, or takes it from the cache, and checks its imports. No code of
    /// the component runs. Components are compiled one at a time.
    ///
    /// # Errors
    /// [`Error::TooLarge`] if compiling it would take more than this host spends on a component, [`Error::Load`] if the
    /// bytes are not a component or export no world of the contract, [`Error::ForbiddenImport`] if it imports an interface
    /// that its world does not offer.
    pub async fn load(runtime: &Runtime, bytes: impl Into<Vec<u8>>) -> Result<Self, Error> {
        let (runtime, bytes) = (runtime.clone(), bytes.into());
        let loaded = tokio::task::spawn_blocking(move || Self::load_blocking(&runtime, &bytes)).await;
        loaded.unwrap_or_else(|error| {
            let what = "the compiler failed on it".into();
            Err(Error::Load { what, source: Some(error.into()) })
        })
    }

    /// As [`Self::load`], for callers that may block: compiling a large component takes minutes.
    ///
    /// # Errors
    /// As for [`Self::load`].
    pub fn load_blocking(runtime: &Runtime, bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() > MAX_COMPONENT_BYTES {
            let what = format!("it has {} bytes; the limit is {MAX_COMPONENT_BYTES}", bytes.len());
            return Err(Error::Load { what, source: None });
        }
        let digest = Digest::of(bytes);
        if let Some(compiled) = runtime.cached(&digest) {
            return Self::new(runtime, compiled, digest, bytes.len());
        }
        let Interfaces { imports, exports } = component_limits::check(bytes)?;
        let world = world_of(&exports)?;
        // Compiling takes longest, so that what it imports by name comes first.
        if let Some(import) = imports.iter().find(|name| !may_import(runtime, world, name)) {
            return Err(Error::ForbiddenImport { import: import.clone(), world });
        }
        let component = Self::new(runtime, runtime.compile(bytes)?, digest, bytes.len())?;
        runtime.keep_compiled(&digest, &component.compiled);
        Ok(component)
    }

    /// Checks the types of the imports and exports.
    fn new(runtime: &Runtime, compiled: Compiled, digest: Digest, size: usize) -> Result<Self, Error> {
        let engine = runtime.wasmtime();
        let ty = compiled.component_type();
        let exports: Vec<String> = ty.exports(engine).map(|(name, _)| name.to_owned()).collect();
        let world = world_of(&exports)?;
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
        Ok(Self { compiled, world, digest, imports, size })
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

/// Returns the world whose interface is exported.
fn world_of(exports: &[String]) -> Result<World, Error> {
    World::ALL.into_iter().find(|world| exports.iter().any(|name| name == world.export())).ok_or_else(|| {
        let shown = if exports.is_empty() { "nothing".to_owned() } else { exports.join(", ") };
        let shown: String = shown.chars().take(SHOWN_MAX).collect();
        let what = format!(
            "it exports {shown}; one of preparation, drafting, governance and reading of baton:handoff@0.2.0 is needed"
        );
        Error::Load { what, source: None }
    })
}

/// Returns whether a component of this world may import an interface of this name, if its type fits.
fn may_import(runtime: &Runtime, world: World, name: &str) -> bool {
    name.starts_with("baton:handoff/") || world == World::Engine && runtime.is_extension(name)
}

/// Handles cannot cross an extension: they could be neither recorded nor replayed.
fn has_functions_only(engine: &wasmtime::Engine, instance: &ComponentInstance) -> bool {
    instance
        .exports(engine)
        .all(|(_, item)| matches!(item.ty, ComponentItem::ComponentFunc(_) | ComponentItem::Type(_)))
}
