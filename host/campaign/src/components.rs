//! The components of a run: loaded, checked for their world, and linked.
//!
//! A component file runs only as it was installed: the bytes that [`Lockfile`] names, with no imports beyond the grants of
//! that time and the present `[grants]`. The program's own components are built in.

use super::lockfile::{self, LockedComponent, Lockfile, LockfileError};
use crate::options::{ComponentOptions, ComponentSource, GrantOptions, LimitOptions};
use baton_facts::description::{DrafterDescription, EngineDescription};
use baton_runtime::{
    Component, Digest, Drafter, Error, Governor, HandoffEngine, Limits, MAX_COMPONENT_BYTES, Reader, Runtime, World,
};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// The bytes of one component, with its name in errors: a path, or `the built-in engine`.
pub struct ComponentFile {
    /// Its name in errors.
    pub name: String,
    /// The component.
    pub bytes: Vec<u8>,
    /// The terms of its installation; `None` for the program's own.
    pub terms: Option<InstallTerms>,
}

/// The imports of an installed component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstallTerms {
    /// The grants given when it was installed.
    pub granted: Vec<String>,
    /// The present `[grants]`.
    pub allowed: GrantOptions,
}

/// The input of [`Components::load`].
pub struct ComponentFiles {
    /// Of the world `engine`.
    pub engine: ComponentFile,
    /// Of the world `drafter`.
    pub drafter: ComponentFile,
    /// Of the world `governor`.
    pub governor: ComponentFile,
    /// Of the world `reader`.
    pub reader: ComponentFile,
}

impl ComponentFiles {
    /// Reads the components that `baton.toml` names. `builtin` returns the program's own.
    ///
    /// # Errors
    /// [`ComponentFileError`] if a file cannot be read, is not installed, or has changed since.
    pub fn from_options(
        options: ComponentOptions<'_>,
        builtin: impl Fn(World) -> &'static [u8],
    ) -> Result<Self, ComponentFileError> {
        let pins = Lockfile::load(&Lockfile::path(options.config))?;
        let part = |world| ComponentFile::from_options(options, &pins, world, &builtin);
        Ok(Self {
            engine: part(World::Engine)?,
            drafter: part(World::Drafter)?,
            governor: part(World::Governor)?,
            reader: part(World::Reader)?,
        })
    }
}

impl ComponentFile {
    /// Reads the component that `baton.toml` names for this world.
    ///
    /// # Errors
    /// As for [`ComponentFiles::from_options`].
    pub fn from_options(
        options: ComponentOptions<'_>,
        pins: &Lockfile,
        world: World,
        builtin: impl Fn(World) -> &'static [u8],
    ) -> Result<Self, ComponentFileError> {
        let path = match options.sources.of(world) {
            ComponentSource::Builtin => {
                let (name, bytes) = (format!("the built-in {world}"), builtin(world).into());
                return Ok(Self { name, bytes, terms: None });
            }
            ComponentSource::File(path) => path,
        };
        let part = Self::read(path)?;
        let Some(LockedComponent { digest, imports }) = pins.get(world) else {
            return Err(ComponentFileError::NotInstalled { path: path.clone(), world });
        };
        let found = Digest::of(&part.bytes);
        if found != *digest {
            return Err(ComponentFileError::Changed { path: path.clone(), installed: *digest, found });
        }
        Ok(Self { terms: Some(InstallTerms { granted: imports.clone(), allowed: options.grants }), ..part })
    }

    /// Reads a component file of unknown origin, for inspection: it is not run.
    ///
    /// # Errors
    /// [`ComponentFileError::File`] if it cannot be read or is larger than a component may be.
    pub fn read(path: &Path) -> Result<Self, ComponentFileError> {
        let failed = |what: String| ComponentFileError::File { path: path.to_path_buf(), what };
        // A pipe would wait for its writer, and a device can be endless.
        if !path.metadata().map_err(|error| failed(error.to_string()))?.is_file() {
            return Err(failed("it is not a regular file".into()));
        }
        let file = std::fs::File::open(path).map_err(|error| failed(error.to_string()))?;
        let mut bytes = Vec::new();
        file.take(MAX_COMPONENT_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(|error| failed(error.to_string()))?;
        if bytes.len() > MAX_COMPONENT_BYTES {
            return Err(failed(format!("it is larger than {} MiB", MAX_COMPONENT_BYTES >> 20)));
        }
        Ok(Self { name: path.display().to_string(), bytes, terms: None })
    }

    /// Checks its imports against its terms.
    fn check_grants(&self, asks: &[String]) -> Result<(), ComponentFileError> {
        let Some(terms) = &self.terms else { return Ok(()) };
        for import in asks {
            let (name, asks) = (self.name.clone(), lockfile::short(import).to_owned());
            if !terms.granted.contains(import) {
                return Err(ComponentFileError::NotGranted { name, asks });
            }
            if !lockfile::allows(&terms.allowed, import) {
                return Err(ComponentFileError::NotAllowed { name, asks });
            }
        }
        Ok(())
    }
}

/// Returns the limits of a call from the settings.
pub fn limits(set: &LimitOptions) -> Limits {
    Limits::default()
        .with_memory((set.memory_mib as usize) << 20)
        .with_computing(Duration::from_millis(set.compute_ms.into()))
        .with_whole_call(Duration::from_secs(set.call_seconds.into()))
        .with_calls(set.calls)
        .with_value((set.output_kib as usize) << 10)
}

/// A component that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ComponentFileError {
    /// Its file cannot be read.
    #[error("{}: {what}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// The cause, for a user.
        what: String,
    },
    /// The runtime rejects it.
    #[error("{name}: {error}")]
    Refused {
        /// The name of the component.
        name: String,
        /// The reason.
        error: Error,
    },
    /// It was never installed.
    #[error("{}: this {world} is not installed\nhint: look at it and install it: `baton plugin install {}`", path.display(), path.display())]
    NotInstalled {
        /// The file.
        path: PathBuf,
        /// The expected world.
        world: World,
    },
    /// It is not the file that was installed.
    #[error("{}: the file has changed since it was installed: it was {installed}, it is {found}\nhint: put the installed file back, or look at the new one and install it: `baton plugin install {}`", path.display(), path.display())]
    Changed {
        /// The file.
        path: PathBuf,
        /// The digest of the installed file.
        installed: Digest,
        /// The present digest.
        found: Digest,
    },
    /// It imports an interface that was not granted at installation.
    #[error(
        "{name}: it asks for `{asks}`, which it was not granted when it was installed\nhint: look at what it asks for and install it again: `baton plugin install {name}`"
    )]
    NotGranted {
        /// The file.
        name: String,
        /// The import, as `[grants]` calls it.
        asks: String,
    },
    /// It imports an interface that the configuration no longer grants.
    #[error(
        "{name}: it asks for `{asks}`, which `[grants]` does not allow\nhint: set `{asks} = true` in `[grants]`, or remove the component: `baton plugin remove engine`"
    )]
    NotAllowed {
        /// The file.
        name: String,
        /// The import, as `[grants]` calls it.
        asks: String,
    },
    /// The lock file cannot be used.
    #[error(transparent)]
    Lockfile(#[from] LockfileError),
}

/// The linked components.
pub struct Components {
    /// Prepares packages.
    pub engine: HandoffEngine,
    /// Satisfies the engine's drafting.
    pub drafter: Arc<Drafter>,
    /// Routes packages.
    pub governor: Governor,
    /// Reads inbound mail.
    pub reader: Reader,
    /// The engine's description of itself.
    pub engine_description: Arc<EngineDescription>,
    /// The drafter's description of itself.
    pub drafter_description: Arc<DrafterDescription>,
}

impl Components {
    /// Loads and links the four components, and asks the engine and the drafter to describe themselves.
    ///
    /// # Errors
    /// [`ComponentFileError`] of the first component that cannot be used.
    pub async fn load(runtime: &Runtime, parts: &ComponentFiles) -> Result<Self, ComponentFileError> {
        let engine = linked(runtime, &parts.engine, HandoffEngine::new).await?;
        let drafter = Arc::new(linked(runtime, &parts.drafter, Drafter::new).await?);
        let governor = linked(runtime, &parts.governor, Governor::new).await?;
        let reader = linked(runtime, &parts.reader, Reader::new).await?;
        let refused = |part: &ComponentFile| {
            let name = part.name.clone();
            move |error| ComponentFileError::Refused { name, error }
        };
        let engine_description = engine.describe().await.map_err(refused(&parts.engine))?;
        let drafter_description = drafter.describe().await.map_err(refused(&parts.drafter))?;
        Ok(Self { engine, drafter, governor, reader, engine_description, drafter_description })
    }
}

async fn linked<T>(
    runtime: &Runtime,
    part: &ComponentFile,
    link: impl FnOnce(&Runtime, &Component) -> Result<T, Error>,
) -> Result<T, ComponentFileError> {
    let refused = |error| ComponentFileError::Refused { name: part.name.clone(), error };
    let plugin = Component::load(runtime, part.bytes.as_slice()).await.map_err(refused)?;
    part.check_grants(plugin.imports())?;
    link(runtime, &plugin).map_err(refused)
}
