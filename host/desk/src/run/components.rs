//! The components a run works with: loaded, checked for their world, linked.

use crate::config::{ComponentSource, Settings};
use baton_runtime::{Drafter, Engine, Error, Governor, LARGEST, Limits, Plugin, Runtime, World};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// The bytes of one component, and what to call it in an error: a path, or `the built-in engine`.
pub struct Part {
    /// For a person.
    pub name: String,
    /// The component.
    pub bytes: Vec<u8>,
}

/// What [`Components::load`] takes.
pub struct Parts {
    /// Of the world `engine`.
    pub engine: Part,
    /// Of the world `drafter`.
    pub drafter: Part,
    /// Of the world `governor`.
    pub governor: Part,
}

impl Parts {
    /// The components that `baton.toml` names. `builtin` has the program's own.
    ///
    /// # Errors
    /// [`PartsError::File`] where a file cannot be read.
    pub fn of(settings: &Settings, builtin: impl Fn(World) -> &'static [u8]) -> Result<Self, PartsError> {
        let part = |world: World, source: &ComponentSource| match source {
            ComponentSource::Builtin => {
                Ok(Part { name: format!("the built-in {world}"), bytes: builtin(world).into() })
            }
            ComponentSource::File(path) => Part::read(path),
        };
        Ok(Self {
            engine: part(World::Engine, &settings.components.engine)?,
            drafter: part(World::Drafter, &settings.components.drafter)?,
            governor: part(World::Governor, &settings.components.governor)?,
        })
    }
}

impl Part {
    /// A component file.
    ///
    /// # Errors
    /// [`PartsError::File`] where it cannot be read or is larger than any component that is taken.
    pub fn read(path: &Path) -> Result<Self, PartsError> {
        let failed = |what: String| PartsError::File { path: path.to_path_buf(), what };
        let size = path.metadata().map_err(|error| failed(error.to_string()))?.len();
        if size > LARGEST as u64 {
            return Err(failed(format!("it has {size} bytes; the largest component taken has {LARGEST}")));
        }
        let bytes = std::fs::read(path).map_err(|error| failed(error.to_string()))?;
        Ok(Self { name: path.display().to_string(), bytes })
    }
}

/// The bounds of each call that `baton.toml` sets.
pub fn limits(settings: &Settings) -> Limits {
    let set = &settings.limits;
    Limits {
        memory: (set.memory_mib as usize) << 20,
        computing: Duration::from_millis(set.compute_ms.into()),
        whole_call: Duration::from_secs(set.call_seconds.into()),
        calls: set.calls,
        value: (set.output_kib as usize) << 10,
        ..Limits::default()
    }
}

/// A component that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PartsError {
    /// Its file cannot be read.
    #[error("{}: {what}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// For a person.
        what: String,
    },
    /// The runtime refuses it.
    #[error("{name}: {error}")]
    Refused {
        /// The file, or which built-in one.
        name: String,
        /// Why.
        error: Error,
    },
}

/// Ready to be called.
pub struct Components {
    /// Prepares packages.
    pub engine: Engine,
    /// Satisfies the engine's drafting.
    pub drafter: Arc<Drafter>,
    /// Routes packages.
    pub governor: Governor,
}

impl Components {
    /// Loads and links the three.
    ///
    /// # Errors
    /// The first that cannot be used, by name.
    pub fn load(runtime: &Runtime, parts: &Parts) -> Result<Self, PartsError> {
        let engine = linked(runtime, &parts.engine, Engine::new)?;
        let drafter = Arc::new(linked(runtime, &parts.drafter, Drafter::new)?);
        let governor = linked(runtime, &parts.governor, Governor::new)?;
        Ok(Self { engine, drafter, governor })
    }
}

fn linked<T>(
    runtime: &Runtime,
    part: &Part,
    link: impl FnOnce(&Runtime, &Plugin) -> Result<T, Error>,
) -> Result<T, PartsError> {
    Plugin::load(runtime, &part.bytes)
        .and_then(|plugin| link(runtime, &plugin))
        .map_err(|error| PartsError::Refused { name: part.name.clone(), error })
}
