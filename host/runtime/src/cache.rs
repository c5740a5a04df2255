//! Compiled components on disk.
//!
//! A compiled component is native code: loading one that somebody else wrote runs their code. So the folder is private to
//! the user, each entry has a MAC over its name and contents under a key that never leaves the folder, and exactly the
//! verified bytes are loaded. An entry whose MAC is wrong is treated as absent.

use crate::digest::Digest;
use crate::error::Error;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use wasmtime::Engine;
use wasmtime::component::Component as Compiled;

type HmacSha256 = Hmac<Sha256>;

/// A secret key of this host, for the MACs of compiled components and recordings.
#[derive(Clone)]
pub(crate) struct Key([u8; 32]);

impl Key {
    pub(crate) fn random() -> Result<Self, Error> {
        let mut key = [0; 32];
        getrandom::fill(&mut key)
            .map_err(|error| Error::Setup { what: "cannot generate a key".into(), source: Some(Box::new(error)) })?;
        Ok(Self(key))
    }

    /// Returns the MAC over the parts, each preceded by its length.
    pub(crate) fn seal(&self, parts: &[&[u8]]) -> [u8; 32] {
        self.mac(parts).finalize().into_bytes().into()
    }

    /// Compares in constant time.
    pub(crate) fn check(&self, parts: &[&[u8]], seal: &[u8]) -> bool {
        self.mac(parts).verify_slice(seal).is_ok()
    }

    fn mac(&self, parts: &[&[u8]]) -> HmacSha256 {
        let Ok(mut mac) = HmacSha256::new_from_slice(&self.0) else {
            unreachable!("HMAC takes a key of any length (RFC 2104 §2)");
        };
        for part in parts {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part);
        }
        mac
    }
}

/// A folder of compiled components.
pub(crate) struct Cache {
    folder: PathBuf,
    key: Key,
}

impl Cache {
    /// Opens the folder, or creates it with a new key.
    pub(crate) fn open(folder: &Path) -> Result<Self, Error> {
        let setup = |error: std::io::Error| Error::Setup {
            what: format!("cannot use {}, the folder for compiled components", folder.display()),
            source: Some(Box::new(error)),
        };
        let path = folder.join("key");
        if make_private(folder).map_err(setup)? == FolderAccess::Shared {
            // Another user could have written a key of their own, and entries with its MAC.
            let _ = fs::remove_file(&path);
        }
        let bytes = match fs::read(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                // Two processes may start at once: the first complete key wins, and both read it.
                let draft = folder.join(draft("key"));
                write_private(&draft, &Key::random()?.0).map_err(setup)?;
                let linked = fs::hard_link(&draft, &path);
                fs::remove_file(&draft).map_err(setup)?;
                match linked {
                    Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(setup(error)),
                    _ => fs::read(&path).map_err(setup)?,
                }
            }
            read => read.map_err(setup)?,
        };
        let key = bytes.try_into().map_err(|_| Error::Setup {
            what: format!("{} is not a key; delete the folder, and it will be created again", path.display()),
            source: None,
        })?;
        Ok(Self { folder: folder.to_path_buf(), key: Key(key) })
    }

    pub(crate) fn key(&self) -> &Key {
        &self.key
    }

    /// Returns the compiled component if the folder has a genuine one of this engine configuration.
    pub(crate) fn get(&self, engine: &Engine, digest: &Digest) -> Option<Compiled> {
        let name = entry(engine, digest);
        let bytes = fs::read(self.folder.join(&name)).ok()?;
        let (seal, code) = bytes.split_at_checked(32)?;
        if !self.key.check(&[name.as_bytes(), code], seal) {
            tracing::warn!(entry = name, "the MAC of a compiled component is wrong; compiling it again");
            return None;
        }
        // SAFETY: the MAC proves that this host's own `Component::serialize` wrote these bytes for this name, and the
        // verified copy in memory is loaded.
        #[expect(unsafe_code, reason = "native code that this host compiled, proven by its MAC")]
        let loaded = unsafe { Compiled::deserialize(engine, code) };
        loaded.inspect_err(|error| tracing::debug!(%error, "a compiled component is of another engine version")).ok()
    }

    /// Stores the compiled component for the next start. A failure is logged only.
    pub(crate) fn put(&self, engine: &Engine, digest: &Digest, component: &Compiled) {
        let name = entry(engine, digest);
        let kept = component.serialize().map_err(|error| error.to_string()).and_then(|code| {
            let seal = self.key.seal(&[name.as_bytes(), &code]);
            let path = self.folder.join(&name);
            let draft = self.folder.join(draft(&name));
            write_private(&draft, &[&seal[..], &code].concat())
                .and_then(|()| fs::rename(&draft, &path))
                .map_err(|error| error.to_string())
        });
        if let Err(error) = kept {
            tracing::warn!(error, "cannot store a compiled component");
        }
    }
}

/// Returns the name of the entry. Another wasmtime, or other settings, have another entry.
fn entry(engine: &Engine, digest: &Digest) -> String {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hash = DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut hash);
    format!("{}-{:016x}.cwasm", digest.hex(), hash.finish())
}

/// Returns a temporary name that no other process or thread writes to.
fn draft(name: &str) -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!("{name}.{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

/// The access to the folder before it was opened.
#[derive(PartialEq, Eq)]
enum FolderAccess {
    Private,
    Shared,
}

fn make_private(folder: &Path) -> std::io::Result<FolderAccess> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
        builder.mode(0o700);
        builder.create(folder)?;
        let mode = fs::metadata(folder)?.permissions().mode();
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
        Ok(if mode & 0o022 == 0 { FolderAccess::Private } else { FolderAccess::Shared })
    }
    #[cfg(not(unix))]
    builder.create(folder).map(|()| FolderAccess::Private)
}

/// Creates the file for this user alone. A file that a crashed process of the same number left behind is replaced.
fn write_private(path: &Path, contents: &[u8]) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    let _ = fs::remove_file(path);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)?.write_all(contents)
}
