//! The progress of a load, counted in bytes over all files.

/// The progress of a load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading<'a> {
    /// The file being read, as the configuration names it.
    pub file: &'a str,
    /// Bytes read so far, over all files.
    pub read: u64,
    /// Bytes of all files.
    pub total: u64,
}

/// Reports progress at most once for each 256 KiB.
pub(super) struct Progress<'a> {
    pub(super) tell: &'a mut dyn FnMut(Reading<'_>),
    pub(super) before: u64,
    pub(super) told: u64,
    pub(super) total: u64,
}

impl Progress<'_> {
    pub(super) fn at(&mut self, file: &str, read: u64) {
        const STEP: u64 = 256 << 10;
        let read = self.before + read;
        if read >= self.told + STEP {
            self.told = read;
            (self.tell)(Reading { file, read: read.min(self.total), total: self.total });
        }
    }

    pub(super) fn done(&mut self, file: &str, bytes: u64) {
        self.before += bytes;
        self.told = self.before;
        (self.tell)(Reading { file, read: self.before.min(self.total), total: self.total });
    }
}
