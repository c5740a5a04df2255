//! Compiled components on disk.
//!
//! A compiled component is native code: loading one that somebody else wrote is running their code. So the folder is
//! private to the user, each entry carries a MAC over its name and contents under a key that never leaves the folder,
//! and exactly the bytes that were checked are loaded. An entry that does not check is treated as absent.

use crate::component::Digest;
use crate::error::Error;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use wasmtime::Engine;
use wasmtime::component::Component as Compiled;

type Seal = Hmac<Sha256>;

/// A secret of this host: seals compiled components and recordings.
#[derive(Clone)]
pub(crate) struct Key([u8; 32]);

impl Key {
    pub(crate) fn random() -> Result<Self, Error> {
        let mut key = [0; 32];
        getrandom::fill(&mut key)
            .map_err(|error| Error::Setup { what: "no randomness for a key".into(), source: Some(Box::new(error)) })?;
        Ok(Self(key))
    }

    /// A MAC over the parts, each preceded by its length.
    pub(crate) fn seal(&self, parts: &[&[u8]]) -> [u8; 32] {
        self.mac(parts).finalize().into_bytes().into()
    }

    /// Compares in constant time.
    pub(crate) fn check(&self, parts: &[&[u8]], seal: &[u8]) -> bool {
        self.mac(parts).verify_slice(seal).is_ok()
    }

    fn mac(&self, parts: &[&[u8]]) -> Seal {
        let Ok(mut mac) = Seal::new_from_slice(&self.0) else {
            unreachable!("HMAC takes a key of any length (RFC 2104 §2)");
        };
        for part in parts {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part);
        }
        mac
    }
}

/// The folder.
pub(crate) struct Cache {
    folder: PathBuf,
    key: Key,
}

impl Cache {
    /// Opens the folder, or makes it with a new key.
    pub(crate) fn open(folder: &Path) -> Result<Self, Error> {
        let setup = |error: std::io::Error| Error::Setup {
            what: format!("the folder for compiled components, {}, cannot be used", folder.display()),
            source: Some(Box::new(error)),
        };
        let path = folder.join("key");
        if make_private(folder).map_err(setup)? == Before::OpenToOthers {
            // Whoever could write here could have left a key of their own, and entries that carry its seal.
            let _ = fs::remove_file(&path);
        }
        let bytes = match fs::read(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                // Two processes may start at once: the first whose whole key is in place wins, both read it.
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
            what: format!("{} is no key; delete the folder, it will be made anew", path.display()),
            source: None,
        })?;
        Ok(Self { folder: folder.to_path_buf(), key: Key(key) })
    }

    pub(crate) fn key(&self) -> &Key {
        &self.key
    }

    /// The compiled component, where a genuine one of this very engine configuration is there.
    pub(crate) fn get(&self, engine: &Engine, digest: &Digest) -> Option<Compiled> {
        let name = entry(engine, digest);
        let bytes = fs::read(self.folder.join(&name)).ok()?;
        let (seal, code) = bytes.split_at_checked(32)?;
        if !self.key.check(&[name.as_bytes(), code], seal) {
            tracing::warn!(entry = name, "a compiled component does not carry this host's seal; compiling it anew");
            return None;
        }
        // SAFETY: the seal shows that this host's own `Compiled::serialize` wrote these bytes for this name, and what
        // is loaded is the checked copy in memory.
        #[expect(unsafe_code, reason = "native code that this host compiled and sealed")]
        let loaded = unsafe { Compiled::deserialize(engine, code) };
        loaded.inspect_err(|error| tracing::debug!(%error, "a compiled component is of another engine")).ok()
    }

    /// Keeps it for the next start. Failing to is worth a line in the log and no more.
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
            tracing::warn!(error, "a compiled component could not be kept");
        }
    }
}

/// Another wasmtime, or other settings, make another entry.
fn entry(engine: &Engine, digest: &Digest) -> String {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hash = DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut hash);
    format!("{}-{:016x}.cwasm", digest.hex(), hash.finish())
}

/// A name beside `name` that nobody else writes to: not another process, not another thread of this one.
fn draft(name: &str) -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!("{name}.{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

/// How the folder was found.
#[derive(PartialEq, Eq)]
enum Before {
    Private,
    OpenToOthers,
}

fn make_private(folder: &Path) -> std::io::Result<Before> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
        builder.mode(0o700);
        builder.create(folder)?;
        let mode = fs::metadata(folder)?.permissions().mode();
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
        Ok(if mode & 0o022 == 0 { Before::Private } else { Before::OpenToOthers })
    }
    #[cfg(not(unix))]
    builder.create(folder).map(|()| Before::Private)
}

/// Creates the file for this user alone. What a process of the same number left behind after a crash is replaced.
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
