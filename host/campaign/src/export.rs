//! Reading the CRM export together with the state of its files.
//!
//! The facts and the state belong together: files that change while they are read are read again later, never taken in
//! part.

use baton_crm::{Crm, CrmSource, LoadError, LoadOptions, LoadReport};
use baton_desk::crm_export::{ExportFacts, ExportState};
use baton_facts::packages::Candidate;
use baton_facts::types::Account;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::fs::{File, Metadata};
use std::io;
use std::path::{Path, PathBuf};

/// An export as it was read.
#[derive(Debug)]
pub struct Export {
    pub crm: Crm,
    pub report: LoadReport,
    pub state: ExportState,
}

/// The reason why an export cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// A file cannot be used.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// A file cannot be opened or read.
    #[error("{}: cannot read the file of the CRM export: {error}\nhint: export it again, and let Baton read it", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The cause.
        error: io::Error,
    },
    /// Somebody wrote to the files meanwhile.
    #[error("the CRM export changed while it was read\nhint: try again when the export is complete")]
    Changed,
}

impl Export {
    /// Reads the export. The paths of `source` are absolute or relative to the current folder.
    ///
    /// # Errors
    /// [`ExportError`] if the export cannot be used as a whole.
    pub fn read(source: &CrmSource, options: LoadOptions<'_>) -> Result<Self, ExportError> {
        let (files, digest) = (file_states(source), digest(source));
        // Its errors name the key of a file that cannot be opened.
        let loaded = Crm::load(source, Path::new(""), options)?;
        let (files, digest) = (files?, digest?);
        if file_states(source)? != files {
            return Err(ExportError::Changed);
        }
        let list = source.suppressions.as_ref().map(|file| file.display().to_string());
        let of_list = loaded.report.files.iter().filter(|file| Some(&file.file) == list.as_ref());
        let suppressions = of_list.map(|file| file.kept).sum();
        Ok(Self { crm: loaded.crm, report: loaded.report, state: ExportState { digest, files, suppressions } })
    }
}

/// Returns sizes and times of the export's files, in their order.
///
/// # Errors
/// [`ExportError::Read`] if one of them does not exist.
pub fn file_states(source: &CrmSource) -> Result<String, ExportError> {
    let mut states = String::new();
    for path in source.files() {
        let metadata = std::fs::metadata(path).map_err(|error| ExportError::Read { path: path.clone(), error })?;
        // Writing to a text cannot fail.
        let _ = writeln!(states, "{} {}", metadata.len(), times(&metadata));
    }
    Ok(states)
}

/// Returns the digest of the export's files and of the settings that they are read with.
///
/// # Errors
/// [`ExportError::Read`] if one of them cannot be read.
pub fn digest(source: &CrmSource) -> Result<String, ExportError> {
    let mut hasher = Sha256::new();
    // Not of the paths: two programs may name one file differently. The settings always have a JSON form.
    let mut settings = source.clone();
    settings.files_mut().for_each(PathBuf::clear);
    hasher.update(serde_json::to_vec(&settings).unwrap_or_default());
    for path in source.files() {
        let failed = |error| ExportError::Read { path: path.clone(), error };
        let mut file = File::open(path).map_err(failed)?;
        let length = io::copy(&mut file, &mut HashWriter(&mut hasher)).map_err(failed)?;
        hasher.update(length.to_le_bytes());
    }
    Ok(hex::encode(hasher.finalize()))
}

struct HashWriter<'a>(&'a mut Sha256);

impl io::Write for HashWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The time of the last change. On Unix that of the file's entry as well, which programs cannot set.
fn times(metadata: &Metadata) -> String {
    let modified = metadata.modified().ok().and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
    let modified = modified.unwrap_or_default().as_nanos();
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        format!("{modified} {}.{} {}", metadata.ctime(), metadata.ctime_nsec(), metadata.ino())
    }
    #[cfg(not(unix))]
    modified.to_string()
}

/// The facts of an export for the comparison with the store.
pub struct CrmFacts<'a>(pub &'a Crm);

impl ExportFacts for CrmFacts<'_> {
    fn account(&self, id: &str) -> Option<Account> {
        self.0.account(id)
    }

    fn people(&self, account: &str) -> Vec<Candidate> {
        self.0.candidates(account).unwrap_or_default()
    }
}
