//! What a run leaves: a file of JSON lines per campaign, one line per account.
//!
//! The file is written beside the old one and takes its place when the run is complete, so a run that is stopped
//! leaves the last complete one.

use super::Handled;
use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};

/// The longest line that is read: far beyond any package.
const LINE: u64 = 16 << 20;

/// A file could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{}: {what}", path.display())]
pub struct ResultsError {
    /// Which file.
    pub path: PathBuf,
    /// For a person.
    pub what: String,
}

/// The results of the run under way.
pub struct Results {
    path: PathBuf,
    draft: PathBuf,
    file: BufWriter<File>,
}

impl Results {
    /// Where a campaign's results are.
    pub fn path(folder: &Path, campaign: &str) -> PathBuf {
        folder.join(format!("{campaign}.jsonl"))
    }

    /// Starts a new file.
    ///
    /// # Errors
    /// Where the folder cannot be made or the file cannot be created.
    pub fn create(folder: &Path, campaign: &str) -> Result<Self, ResultsError> {
        let path = Self::path(folder, campaign);
        let draft = path.with_extension("jsonl.part");
        let failed = |error: std::io::Error| ResultsError { path: draft.clone(), what: error.to_string() };
        std::fs::create_dir_all(folder).map_err(failed)?;
        let file = BufWriter::new(File::create(&draft).map_err(failed)?);
        Ok(Self { path, draft, file })
    }

    /// Adds one account.
    ///
    /// # Errors
    /// Where the disk is full or gone.
    pub fn add(&mut self, handled: &Handled) -> Result<(), ResultsError> {
        serde_json::to_writer(&mut self.file, handled)
            .map_err(std::io::Error::from)
            .and_then(|()| self.file.write_all(b"\n"))
            .map_err(|error| ResultsError { path: self.draft.clone(), what: error.to_string() })
    }

    /// Puts the complete file in its place.
    ///
    /// # Errors
    /// Where the disk is full or gone.
    pub fn finish(self) -> Result<PathBuf, ResultsError> {
        let Self { path, draft, file } = self;
        file.into_inner()
            .map_err(std::io::IntoInnerError::into_error)
            .and_then(|file| file.sync_all())
            .and_then(|()| std::fs::rename(&draft, &path))
            .map_err(|error| ResultsError { path: draft, what: error.to_string() })?;
        Ok(path)
    }

    /// The last complete run's result for the first account that fits.
    ///
    /// # Errors
    /// Where there is no such file, or a line is no result.
    pub fn find(
        folder: &Path,
        campaign: &str,
        mut fits: impl FnMut(&Handled) -> bool,
    ) -> Result<Option<Handled>, ResultsError> {
        let path = Self::path(folder, campaign);
        let failed = |what: String| ResultsError { path: path.clone(), what };
        let mut file = BufReader::new(File::open(&path).map_err(|error| failed(error.to_string()))?);
        let mut line = Vec::new();
        for number in 1.. {
            line.clear();
            let read = std::io::Read::take(&mut file, LINE)
                .read_until(b'\n', &mut line)
                .map_err(|error| failed(error.to_string()))?;
            if read == 0 {
                break;
            }
            let handled: Handled = serde_json::from_slice(&line)
                .map_err(|error| failed(format!("line {number} is no result: {error}")))?;
            if fits(&handled) {
                return Ok(Some(handled));
            }
        }
        Ok(None)
    }
}
