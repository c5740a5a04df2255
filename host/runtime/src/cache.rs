//! Compiled components on disk.
//!
//! A compiled component is native code: loading one that somebody else wrote runs their code. So the folder is private to
//! the user, each entry has a MAC over its name and contents under a key that never leaves the folder, and exactly the
//! verified bytes are loaded. An entry whose MAC is wrong is treated as absent, and so is a damaged key. A folder or a
//! file of another user, or a link to one, is never used.

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
    owner: Owner,
}

impl Cache {
    /// Opens the folder, or creates it with a new key. The error says why the folder cannot be used.
    pub(crate) fn open(folder: &Path) -> Result<Self, String> {
        Self::open_private(folder)
            .map_err(|error| format!("cannot use {}, the folder for compiled components: {error}", folder.display()))
    }

    fn open_private(folder: &Path) -> std::io::Result<Self> {
        let path = folder.join("key");
        let shared = make_private(folder)? == FolderAccess::Shared;
        let owner = Owner::of_new_files(folder)?;
        if !owner.owns(&fs::symlink_metadata(folder)?) {
            return Err(std::io::Error::other("it belongs to another user"));
        }
        // Another user could have written a key of their own, and entries with its MAC.
        if shared || !is_key(&path, owner) {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        if !path.try_exists()? {
            // Two processes may start at once: the first complete key wins, and both read it.
            let draft = folder.join(draft("key"));
            let key = Key::random().map_err(|error| std::io::Error::other(error.to_string()))?;
            write_private(&draft, &key.0)?;
            let linked = fs::hard_link(&draft, &path);
            fs::remove_file(&draft)?;
            linked.or_else(|error| match error.kind() {
                std::io::ErrorKind::AlreadyExists => Ok(()),
                _ => Err(error),
            })?;
        }
        let key = fs::read(&path)?.try_into().map_err(|_| std::io::Error::other("its key is damaged"))?;
        Ok(Self { folder: folder.to_path_buf(), key: Key(key), owner })
    }

    pub(crate) fn key(&self) -> &Key {
        &self.key
    }

    /// Returns the compiled component if the folder has a genuine one of this engine configuration.
    pub(crate) fn get(&self, engine: &Engine, digest: &Digest) -> Option<Compiled> {
        let name = entry(engine, digest);
        let path = self.folder.join(&name);
        if !self.owner.owns_file(&path) {
            return None;
        }
        let bytes = fs::read(path).ok()?;
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

/// Returns whether the file is a whole key of this user.
fn is_key(path: &Path, owner: Owner) -> bool {
    owner.owns_file(path) && fs::symlink_metadata(path).is_ok_and(|file| file.len() == 32)
}

/// The user whom this program's files belong to.
#[derive(Clone, Copy)]
struct Owner {
    #[cfg(unix)]
    user: u32,
}

impl Owner {
    /// Creates a file in the folder and returns its owner.
    fn of_new_files(folder: &Path) -> std::io::Result<Self> {
        let probe = folder.join(draft("owner"));
        write_private(&probe, b"")?;
        let made = fs::symlink_metadata(&probe);
        fs::remove_file(&probe)?;
        let made = made?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt as _;
            Ok(Self { user: made.uid() })
        }
        #[cfg(not(unix))]
        {
            let _ = made;
            Ok(Self {})
        }
    }

    /// Returns whether the folder or file belongs to this user, and is not a link.
    fn owns(self, what: &fs::Metadata) -> bool {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt as _;
            !what.is_symlink() && what.uid() == self.user
        }
        #[cfg(not(unix))]
        !what.is_symlink()
    }

    fn owns_file(self, path: &Path) -> bool {
        fs::symlink_metadata(path).is_ok_and(|file| file.is_file() && self.owns(&file))
    }
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
        let there = fs::symlink_metadata(folder)?;
        if !there.is_dir() {
            return Err(std::io::Error::other("it is a link or a file"));
        }
        let mode = there.permissions().mode();
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
