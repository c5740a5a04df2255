//! The component settings of `baton.toml`: sources, grants and limits.

use baton_runtime::World;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The source of a component.
#[derive(Clone, Debug, Default, Eq, PartialEq, Deserialize, Serialize)]
#[serde(from = "String")]
pub enum ComponentSource {
    /// The program's own component: `"builtin"`.
    #[default]
    Builtin,
    /// A component file.
    File(PathBuf),
}

impl From<String> for ComponentSource {
    fn from(text: String) -> Self {
        if text == "builtin" { Self::Builtin } else { Self::File(text.into()) }
    }
}

/// The table `[components]`.
#[derive(Clone, Debug, Default, Eq, PartialEq, Deserialize)]
#[serde(default)]
pub struct ComponentSources {
    /// Prepares packages.
    pub engine: ComponentSource,
    /// Writes drafts.
    pub drafter: ComponentSource,
    /// Routes and grades.
    pub governor: ComponentSource,
    /// Reads inbound mail.
    pub reader: ComponentSource,
}

impl ComponentSources {
    /// Returns the source of that world's component.
    pub fn of(&self, world: World) -> &ComponentSource {
        match world {
            World::Engine => &self.engine,
            World::Drafter => &self.drafter,
            World::Governor => &self.governor,
            World::Reader => &self.reader,
        }
    }
}

/// The table `[grants]`. A capability that is not granted answers as if it had no data.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize)]
#[serde(default)]
pub struct GrantOptions {
    /// Accounts and signals; granted by default.
    pub research: bool,
    /// People and earlier touches; granted by default.
    pub contacts: bool,
    /// The drafter; granted by default.
    pub drafting: bool,
    /// The outbox, with a permit for one exact text; granted by default.
    pub sending: bool,
}

impl Default for GrantOptions {
    fn default() -> Self {
        Self { research: true, contacts: true, drafting: true, sending: true }
    }
}

/// The table `[limits]`. The defaults are those that the contract names in `worlds.wit`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct LimitOptions {
    /// Memory of one instance in MiB, 1 to 4,096; 64 by default.
    pub memory_mib: u32,
    /// Computing between two imports in milliseconds, 10 to 60,000; 200 by default.
    pub compute_ms: u32,
    /// The whole call in seconds, 1 to 3,600; 30 by default.
    pub call_seconds: u32,
    /// Imported calls, 1 to 10,000; 64 by default.
    pub calls: u32,
    /// One value that a component hands over in KiB, 16 to 65,536; 1,024 by default.
    pub output_kib: u32,
}

impl Default for LimitOptions {
    fn default() -> Self {
        Self { memory_mib: 64, compute_ms: 200, call_seconds: 30, calls: 64, output_kib: 1024 }
    }
}

impl ComponentSource {
    /// Returns the component's file; `None` if it is built in.
    pub fn file(&self) -> Option<&PathBuf> {
        match self {
            Self::Builtin => None,
            Self::File(file) => Some(file),
        }
    }

    /// Returns the file for resolving its path.
    pub fn file_mut(&mut self) -> Option<&mut PathBuf> {
        match self {
            Self::Builtin => None,
            Self::File(file) => Some(file),
        }
    }
}

/// The options of one configuration file, together.
#[derive(Clone, Copy, Debug)]
pub struct ComponentOptions<'a> {
    /// The configuration file; the lock file is beside it.
    pub config: &'a Path,
    /// The source of each component.
    pub sources: &'a ComponentSources,
    /// The engine's grants.
    pub grants: GrantOptions,
}
