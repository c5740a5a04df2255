//! The progress of a load, counted in bytes over all files.

/// The progress of a load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoadProgress<'a> {
    /// The file being read, as the configuration names it.
    pub file: &'a str,
    /// Bytes read so far, over all files.
    pub bytes_read: u64,
    /// Bytes of all files.
    pub total: u64,
}

/// Reports progress at most once for each 256 KiB.
pub(super) struct ProgressReporter<'a> {
    pub(super) report: &'a mut dyn FnMut(LoadProgress<'_>),
    pub(super) finished: u64,
    pub(super) reported: u64,
    pub(super) total: u64,
}

impl ProgressReporter<'_> {
    pub(super) fn advance(&mut self, file: &str, read: u64) {
        const STEP: u64 = 256 << 10;
        let read = self.finished + read;
        if read >= self.reported + STEP {
            self.reported = read;
            (self.report)(LoadProgress { file, bytes_read: read.min(self.total), total: self.total });
        }
    }

    pub(super) fn finish_file(&mut self, file: &str, bytes: u64) {
        self.finished += bytes;
        self.reported = self.finished;
        (self.report)(LoadProgress { file, bytes_read: self.finished.min(self.total), total: self.total });
    }
}
