//! The bounds of one call. Each bound is per call, and exceeding one ends that call alone.

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The interval at which the epoch advances: the granularity of [`Limits::computing`].
pub(crate) const TICK: Duration = Duration::from_millis(10);

/// The bounds of one call into a component.
///
/// The defaults are those that the contract states in `worlds.wit`.
///
/// ```
/// use baton_runtime::Limits;
/// use std::time::Duration;
///
/// let limits = Limits::default().with_memory(128 << 20).with_whole_call(Duration::from_secs(10));
/// assert_eq!(limits.calls, 64);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub struct Limits {
    /// Linear memory in bytes. All memories of an instance count together.
    pub memory: usize,
    /// Elements of one table. Components compiled from Python or JavaScript need over 5,000.
    pub table_elements: usize,
    /// Computing time between two imported calls, rounded up to 10 ms.
    pub computing: Duration,
    /// Wall-clock time of the whole call, including the wait for capabilities and for a free instance.
    pub whole_call: Duration,
    /// Imported calls.
    pub calls: u32,
    /// Bytes of one value that a component passes to the host, as an argument of an import or as the result.
    pub value: usize,
    /// Bytes of all imported calls with their answers, and of the result, as the recording has them. It bounds the memory
    /// and the storage that one call costs.
    #[serde(default = "default_recording")]
    pub recording: usize,
}

/// Recordings of earlier versions have no such limit.
const fn default_recording() -> usize {
    8 << 20
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory: 64 << 20,
            table_elements: 32_768,
            computing: Duration::from_millis(200),
            whole_call: Duration::from_secs(30),
            calls: 64,
            value: 1 << 20,
            recording: default_recording(),
        }
    }
}

impl Limits {
    /// Sets [`Self::memory`].
    #[must_use]
    pub fn with_memory(self, bytes: usize) -> Self {
        Self { memory: bytes, ..self }
    }

    /// Sets [`Self::table_elements`].
    #[must_use]
    pub fn with_table_elements(self, elements: usize) -> Self {
        Self { table_elements: elements, ..self }
    }

    /// Sets [`Self::computing`].
    #[must_use]
    pub fn with_computing(self, time: Duration) -> Self {
        Self { computing: time, ..self }
    }

    /// Sets [`Self::whole_call`].
    #[must_use]
    pub fn with_whole_call(self, time: Duration) -> Self {
        Self { whole_call: time, ..self }
    }

    /// Sets [`Self::calls`].
    #[must_use]
    pub fn with_calls(self, calls: u32) -> Self {
        Self { calls, ..self }
    }

    /// Sets [`Self::value`].
    #[must_use]
    pub fn with_value(self, bytes: usize) -> Self {
        Self { value: bytes, ..self }
    }

    /// Sets [`Self::recording`].
    #[must_use]
    pub fn with_recording(self, bytes: usize) -> Self {
        Self { recording: bytes, ..self }
    }

    pub(crate) fn ticks(&self) -> u32 {
        let ticks = self.computing.as_millis().div_ceil(TICK.as_millis());
        u32::try_from(ticks).unwrap_or(u32::MAX).max(1)
    }

    /// Returns the bounds for a replay. The recorded bounds decide what the component can do; time is this machine's,
    /// and generous.
    pub(crate) fn for_replay(recorded: &Self, here: &Self) -> Self {
        Self {
            memory: recorded.memory.min(here.memory),
            table_elements: recorded.table_elements.min(here.table_elements),
            computing: recorded.computing.max(here.computing),
            whole_call: recorded.whole_call.max(Duration::from_secs(60)),
            ..*recorded
        }
    }
}
