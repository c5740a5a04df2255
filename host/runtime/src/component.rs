//! A loaded component: which world it implements, what it asks for, and who it is.
//!
//! What a component may import is decided here, before any of it runs: what its world gives, all of it
//! `baton:handoff/*`, and nothing else. A component that asks for more, WASI included, is refused by name.

use crate::error::Error;
use crate::runtime::Runtime;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt;
use wasmtime::component::Component as Compiled;
use wasmtime::component::types::ComponentItem;

/// The largest component that is looked at, in bytes. A Python interpreter compiled to one is about 40 MiB.
pub const MAX_COMPONENT_BYTES: usize = 128 << 20;

/// The SHA-256 of a component's bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest([u8; 32]);

impl Digest {
    /// Of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// 64 hexadecimal digits.
    pub fn hex(&self) -> String {
        hex::encode(self.0)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256:{}", self.hex())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::str::FromStr for Digest {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut bytes = [0; 32];
        text.strip_prefix("sha256:")
            .and_then(|digits| hex::decode_to_slice(digits, &mut bytes).ok())
            .map(|()| Self(bytes))
            .ok_or_else(|| format!("`{text}` is no digest; expected `sha256:` and 64 hexadecimal digits"))
    }
}

impl Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The four worlds of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum World {
    /// Prepares packages.
    Engine,
    /// Writes drafts.
    Drafter,
    /// Routes, assesses, samples and grades.
    Governor,
    /// Reads inbound mail.
    Reader,
}

impl World {
    const ALL: [Self; 4] = [Self::Engine, Self::Drafter, Self::Governor, Self::Reader];

    /// The interface that makes a component one of this world.
    pub fn export(self) -> &'static str {
        match self {
            Self::Engine => "baton:handoff/handoff@0.1.0",
            Self::Drafter => "baton:handoff/drafting@0.1.0",
            Self::Governor => "baton:handoff/governing@0.1.0",
            Self::Reader => "baton:handoff/replies@0.1.0",
        }
    }

    /// What the host offers a component of this world.
    pub fn imports(self) -> &'static [&'static str] {
        match self {
            Self::Engine => &[
                "baton:handoff/contacts@0.1.0",
                "baton:handoff/drafting@0.1.0",
                "baton:handoff/research@0.1.0",
                "baton:handoff/sending@0.1.0",
            ],
            Self::Drafter | Self::Governor | Self::Reader => &[],
        }
    }
}

impl fmt::Display for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Engine => "engine",
            Self::Drafter => "drafter",
            Self::Governor => "governor",
            Self::Reader => "reader",
        })
    }
}

/// A component that this host can run, of whichever world.
#[derive(Clone)]
pub struct Component {
    pub(crate) compiled: Compiled,
    world: World,
    digest: Digest,
    imports: Vec<String>,
    size: usize,
}

impl Component {
    /// Compiles it, or takes it from the cache, and looks at what it is. Nothing of it runs.
    ///
    /// # Errors
    /// [`Error::Load`] where the bytes are no component or implement no world of the contract, [`Error::ForbiddenImport`] where
    /// it imports what its world does not give.
    pub fn load(runtime: &Runtime, bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() > MAX_COMPONENT_BYTES {
            let what = format!("it has {} bytes; the largest taken has {MAX_COMPONENT_BYTES}", bytes.len());
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
                "it exports {shown}; one of handoff, drafting, governing and replies of baton:handoff@0.1.0 is needed"
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
            // An interface of records alone is a shape: nothing can be called through it.
            let shape = !callable && name.starts_with("baton:handoff/");
            if shape {
                continue;
            }
            if !world.imports().contains(&name) {
                return Err(Error::ForbiddenImport { import: name.to_owned(), world });
            }
            imports.push(name.to_owned());
        }
        imports.sort();
        Ok(Self { compiled, world, digest, imports, size: bytes.len() })
    }

    /// Its world.
    pub fn world(&self) -> World {
        self.world
    }

    /// Who it is: the SHA-256 of its bytes.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The interfaces it imports, sorted. An admin grants each or not.
    pub fn imports(&self) -> &[String] {
        &self.imports
    }

    /// In bytes.
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
